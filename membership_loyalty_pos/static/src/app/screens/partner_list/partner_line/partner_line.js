import { PartnerLine } from "@point_of_sale/app/screens/partner_list/partner_line/partner_line";
import { patch } from "@web/core/utils/patch";
import "@pos_loyalty/app/screens/partner_list_screen/partner_line/partner_line"; // patched here: must come first
import { MembershipBadge } from "@membership_loyalty_pos/app/components/membership_badge/membership_badge";

PartnerLine.components = { ...PartnerLine.components, MembershipBadge };

patch(PartnerLine.prototype, {
    _getLoyaltyPointsRepr(loyaltyCard) {
        return loyaltyCard.isMembershipAccount
            ? loyaltyCard.membershipBalance
            : super._getLoyaltyPointsRepr(...arguments);
    },
});
