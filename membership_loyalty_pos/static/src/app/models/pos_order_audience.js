import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";
import "@membership_loyalty_pos/app/models/pos_order"; // patched here: must come first

patch(PosOrder.prototype, {
    /** Whether a promotion is for this order's customer, by tier and by segment. The server looks at it again. */
    isInAudience(program) {
        const { tiers = [], segments = [] } = program.membership_audience || {};
        const partner = this.getPartner();
        const has = (account) => tiers.includes(account.tier_id?.id);
        return (
            (!tiers.length || this.membershipAccounts.some(has)) &&
            (!segments.length || segments.some((id) => partner?.membership_segments?.includes(id)))
        );
    },
    _programIsApplicable(program) {
        return this.isInAudience(program) && super._programIsApplicable(...arguments);
    },
});
