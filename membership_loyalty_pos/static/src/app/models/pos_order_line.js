import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { patch } from "@web/core/utils/patch";

const PAYMENT_PROGRAMS = ["gift_card", "ewallet"];

patch(PosOrderline.prototype, {
    /** Whether members' points are earned on the line, or lessened by it; the server's rule, for the estimate. */
    get countsForMembership() {
        return !(
            this.combo_parent_id ||
            this.isMembershipReturn ||
            this.sale_order_origin_id ||
            this.isTipLine() ||
            PAYMENT_PROGRAMS.includes(this.getEWalletGiftCardProgramType()) ||
            PAYMENT_PROGRAMS.includes(this.reward_id?.program_id?.program_type)
        );
    },
    /** Whether the line takes goods of another order back. */
    get isMembershipReturn() {
        return this.getQuantity() * (this.refunded_orderline_id?.qty || 0) < 0;
    },
});
