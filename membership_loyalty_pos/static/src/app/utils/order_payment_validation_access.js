import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { patch } from "@web/core/utils/patch";
import "@membership_loyalty_pos/app/utils/order_payment_validation"; // patched here: must come first

patch(OrderPaymentValidation.prototype, {
    /** The customer may have been changed on the payment screen, and some tills pay without that screen. */
    async validateOrder() {
        return this.pos.refuseMembershipAccess(this.order)
            ? false
            : super.validateOrder(...arguments);
    },
});
