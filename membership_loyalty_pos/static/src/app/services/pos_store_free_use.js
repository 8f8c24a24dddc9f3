import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";
import "@membership_loyalty_pos/app/services/pos_store"; // patched here: must come first

patch(PosStore.prototype, {
    /** Put one article that the customer has free into the order: at its price, less all of it. */
    async addFreeUse(benefit) {
        const product = benefit.product_id;
        const line = await this.addLineToCurrentOrder({
            product_id: product,
            product_tmpl_id: product.product_tmpl_id,
            membership_benefit_id: benefit,
            discount: 100,
        });
        this.updateRewards();
        return line;
    },
});
