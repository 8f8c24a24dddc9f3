import { LoyaltyCard } from "@pos_loyalty/app/models/loyalty_card";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { formatPoints } from "@membership_loyalty_pos/app/utils/points";

patch(LoyaltyCard.prototype, {
    /** Whether this is a member's account that the server knows. */
    get isMembershipAccount() {
        return Boolean(this.id > 0 && this.program_id?.is_membership);
    },
    /** Whether the server keeps the balance in its ledger: a member's account or a wallet of stored value. */
    get isLedgerAccount() {
        const program = this.program_id;
        return Boolean(this.id > 0 && (program?.is_membership || program?.is_stored_value));
    },
    get membershipPointName() {
        const program = this.program_id;
        return (program?.portal_visible && program.portal_point_name) || _t("Points");
    },
    get membershipBalance() {
        return `${formatPoints(this.points, this.program_id?.points_digits)} ${
            this.membershipPointName
        }`;
    },
});
