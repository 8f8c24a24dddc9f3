import { TicketScreen } from "@point_of_sale/app/screens/ticket_screen/ticket_screen";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { roundPrecision } from "@web/core/utils/numbers";
import { patch } from "@web/core/utils/patch";
import "@pos_loyalty/app/screens/ticket_screen/ticket_screen"; // patched here: must come first
import { formatPoints } from "@membership_loyalty_pos/app/utils/points";

/** Goods bought with a reward come back with their share of it: whoever paid 95 for 100 gets 95. */
patch(TicketScreen.prototype, {
    async addAdditionalRefundInfo(order, destinationOrder) {
        await super.addAdditionalRefundInfo(...arguments);
        const quantities = this._getMembershipReturns(order, destinationOrder);
        if (!order.membership_info?.length || !Object.keys(quantities).length) {
            return;
        }
        let preview;
        const online = await this.pos.whenOnline(async () => {
            preview = await this.pos.data.call("pos.order", "membership_refund_preview", [
                [order.id],
                quantities,
            ]);
        });
        if (!online) {
            return this._warnOfflineReturn(order);
        }
        this._addMembershipRewardReturns(preview.reward_lines, destinationOrder);
        this._tellMembershipReturn(preview.points);
    },
    /** @returns {object} {id of a sold line: quantity that comes back}, without rewards */
    _getMembershipReturns(order, destinationOrder) {
        const lines = destinationOrder.lines.filter(
            ({ refunded_orderline_id: sold }) => sold?.order_id === order && !sold.is_reward_line
        );
        return Object.fromEntries(lines.map((line) => [line.refunded_orderline_id.id, -line.qty]));
    },
    _addMembershipRewardReturns(parts, destinationOrder) {
        const model = this.pos.models["pos.order.line"];
        // The cashier may have chosen a reward line, too.
        const chosen = new Set(
            destinationOrder.lines.map((line) => line.refunded_orderline_id?.id)
        );
        for (const { line_id, quantity } of parts.filter((part) => !chosen.has(part.line_id))) {
            const reward = model.get(line_id);
            // Quantities are kept with two decimals: the price makes up for the rest.
            const qty = Math.max(roundPrecision(quantity, 0.01), 0.01);
            model.create({
                qty: -qty,
                price_unit: (reward.price_unit * quantity) / qty,
                product_id: reward.product_id,
                order_id: destinationOrder,
                tax_ids: reward.tax_ids.map((tax) => ["link", tax]),
                refunded_orderline_id: reward,
                price_type: "manual",
            });
        }
    },
    _tellMembershipReturn(points) {
        for (const { account_id, point_name, earned_back, spent_back } of points) {
            const account = this.pos.models["loyalty.card"].get(account_id);
            const digits = account?.program_id?.points_digits || 0;
            this.pos.notification.add(
                _t("%(points)s taken back: %(taken)s. Given back: %(given)s.", {
                    points: point_name || _t("Points"),
                    taken: formatPoints(earned_back, digits),
                    given: formatPoints(spent_back, digits),
                }),
                { type: "info" }
            );
        }
    },
    _warnOfflineReturn(order) {
        if (order.lines.some((line) => line.is_reward_line)) {
            this.dialog.add(AlertDialog, {
                title: _t("Rewards on this order"),
                body: _t(
                    "The till is offline and cannot tell which part of the rewards comes back with these goods. " +
                        "Choose the reward lines of the order, too, or wait until the till is online."
                ),
            });
        }
    },
});
