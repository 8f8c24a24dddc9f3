import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import "@membership_loyalty_pos/app/utils/order_payment_validation"; // patched here: must come first

/**
 * Return what an order pays into wallets that have a limit.
 *
 * @param {object} order
 * @returns {{[id: number]: number}} id of the programme -> money
 */
export function topUpsWithLimit(order) {
    const paid = {};
    for (const program of order.models["loyalty.program"].filter((p) => p.wallet_limit > 0)) {
        const products = new Set(program.trigger_product_ids.map((product) => product.id));
        const amount = order
            .getOrderlines()
            .filter((line) => products.has(line.product_id.id) && line.getQuantity() > 0)
            .reduce((sum, line) => sum + line.prices.total_included, 0);
        if (amount > 0) {
            paid[program.id] = amount;
        }
    }
    return paid;
}

patch(OrderPaymentValidation.prototype, {
    async validateOrder() {
        const refusal = await this.getTopUpRefusal();
        if (refusal) {
            this.pos.dialog.add(AlertDialog, {
                title: _t("Too much for the wallet"),
                body: refusal,
            });
            return false;
        }
        return super.validateOrder(...arguments);
    },
    /** Ask the server whether the wallet may hold that much. Offline the top-up is sold, and the manager told. */
    async getTopUpRefusal() {
        const paid = topUpsWithLimit(this.order);
        if (!Object.keys(paid).length) {
            return "";
        }
        try {
            return await this.pos.data.execute({
                type: "call",
                model: "pos.order",
                method: "membership_check_top_up",
                args: [this.order.getPartner()?.id || false, paid],
            });
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return "";
            }
            if (error instanceof RPCError) {
                return error.data?.message || error.message;
            }
            throw error;
        }
    },
});
