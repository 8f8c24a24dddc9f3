import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import "@membership_loyalty_pos/app/utils/order_payment_validation"; // patched here: must come first
import { freeUsesTaken } from "@membership_loyalty_pos/app/utils/free_uses";

patch(OrderPaymentValidation.prototype, {
    async validateOrder() {
        const refusal = await this.getFreeUseRefusal();
        if (refusal) {
            this.pos.dialog.add(AlertDialog, { title: _t("Not free"), body: refusal });
            return false;
        }
        return super.validateOrder(...arguments);
    },
    /** Ask the server whether the customer still has what this order gives away; offline, what the till last read. */
    async getFreeUseRefusal() {
        const taken = freeUsesTaken(this.order);
        if (!Object.keys(taken).length) {
            return "";
        }
        const partner = this.order.getPartner()?.id || false;
        try {
            return await this.pos.data.execute({
                type: "call",
                model: "pos.order",
                method: "membership_check_free_uses",
                args: [partner, taken],
            });
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return this.getOfflineFreeUseRefusal(taken);
            }
            if (error instanceof RPCError) {
                return error.data?.message || error.message;
            }
            throw error;
        }
    },
    getOfflineFreeUseRefusal(taken) {
        const uses = this.order.membershipAccounts.flatMap(
            (card) => card.membership_free_uses || []
        );
        const over = Object.keys(taken).some(
            (id) => taken[id] > (uses.find((use) => use.benefit_id === Number(id))?.left || 0)
        );
        return over
            ? _t(
                  "The till is offline, and as far as it knows the member has no free article left. " +
                      "Remove it from the order, or take the discount off."
              )
            : "";
    },
});
