import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { patch } from "@web/core/utils/patch";

patch(PosOrderline.prototype, {
    /** Whether the customer has this article free by membership; if it is charged after all, it is a sale. */
    get isFreeUse() {
        return Boolean(
            this.membership_benefit_id && this.getDiscount() === 100 && this.getQuantity() > 0
        );
    },
    canBeMergedWith(orderline) {
        return (
            this.membership_benefit_id?.id === orderline.membership_benefit_id?.id &&
            super.canBeMergedWith(...arguments)
        );
    },
});
