import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";
import "@pos_loyalty/app/models/pos_order"; // patched here: must come first

const PAYMENT_PROGRAMS = ["gift_card", "ewallet"];

patch(PosOrder.prototype, {
    /** A wallet pays for articles, never for a top-up or a gift card: the server tells the manager if one did. */
    _getDiscountableOnOrder(reward) {
        const result = super._getDiscountableOnOrder(...arguments);
        if (!reward.program_id.is_stored_value) {
            return result;
        }
        const paidIn = this.getOrderlines()
            .filter((line) => PAYMENT_PROGRAMS.includes(line.getEWalletGiftCardProgramType()))
            .reduce((sum, line) => sum + line.prices.total_included, 0);
        return { ...result, discountable: Math.max(0, result.discountable - paidIn) };
    },
    /** What the receipt says of each wallet, once the server has posted the order. */
    get walletStatements() {
        return (this.membership_info || []).filter((info) => info.is_wallet);
    },
});
