import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import "@pos_loyalty/app/utils/order_payment_validation"; // patched here: must come first

patch(OrderPaymentValidation.prototype, {
    async validateOrder() {
        if (!(await this.isMembershipSpendAllowed())) {
            return false;
        }
        return super.validateOrder(...arguments);
    },
    /**
     * Ask the server whether the members' points that this order spends are still there, before money changes hands.
     * Nothing is asked for an order that only earns.
     */
    async isMembershipSpendAllowed() {
        const spent = this.order.getMembershipSpent();
        if (!spent.size) {
            return true;
        }
        try {
            return this.acceptMembershipAnswer(await this.askMembershipSpend(spent));
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return this.isOfflineSpendAllowed(spent);
            }
            if (error instanceof RPCError) {
                return this.refuseMembershipSpend(error.data?.message || error.message);
            }
            throw error;
        }
    },
    askMembershipSpend(spent) {
        const changes = Object.fromEntries([...spent].map(([card, points]) => [card.id, -points]));
        // Not data.call(): that one leaves members' cards out of the native check.
        return this.pos.data.execute({
            type: "call",
            model: "pos.order",
            method: "validate_coupon_programs",
            args: [[], changes, []],
            // Only ever a reason to refuse: somebody of a family may not spend, or points may not pay that much.
            kwargs: {
                context: {
                    membership_partner_id: this.order.getPartner()?.id,
                    membership_amounts: this.getMembershipAmounts(spent),
                },
            },
        });
    },
    /** Discount and price of the goods for each account whose programme limits what points may pay. */
    getMembershipAmounts(spent) {
        const limited = [...spent.keys()].filter((card) => card.program_id.redeem_max_share);
        const goods = this.order.membershipGoodsPrice;
        return Object.fromEntries(
            limited.map((card) => [card.id, [this.order.getMembershipDiscount(card), goods]])
        );
    },
    acceptMembershipAnswer({ successful, payload }) {
        for (const [id, points] of Object.entries(payload?.updated_points || {})) {
            this.pos.models["loyalty.card"].get(Number(id))?.update({ points });
        }
        return successful || this.refuseMembershipSpend(payload.message);
    },
    isOfflineSpendAllowed(spent) {
        const over = [...spent].find(
            ([card, points]) => points > (card.program_id.offline_redeem_limit || 0)
        );
        if (!over) {
            return true;
        }
        return this.refuseMembershipSpend(
            _t(
                "The till is offline, so nobody can tell how much %(member)s has now. Remove what is paid with points " +
                    "or stored value from the order and take the payment: the sale earns its points all the same.",
                { member: over[0].partner_id?.name || this.order.getPartner()?.name || "" }
            )
        );
    },
    refuseMembershipSpend(body) {
        this.pos.dialog.add(AlertDialog, { title: _t("The balance cannot be spent"), body });
        return false;
    },
});
