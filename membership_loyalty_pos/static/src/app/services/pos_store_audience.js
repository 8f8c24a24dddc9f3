import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";
import "@membership_loyalty_pos/app/services/pos_store"; // patched here: must come first

patch(PosStore.prototype, {
    /** A code of a promotion for some tiers says whom it is for, instead of doing nothing. */
    async activateCode(code) {
        const rule = this.models["loyalty.rule"].find(
            ({ mode, promo_barcode, code: own }) =>
                mode === "with_code" && [promo_barcode, own].includes(code)
        );
        if (rule && !this.getOrder().isInAudience(rule.program_id)) {
            return rule.program_id.membership_audience.refusal;
        }
        return super.activateCode(...arguments);
    },
});
