import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { shortNumber } from "@membership_loyalty_pos/app/utils/card_number";
import { formatPoints } from "@membership_loyalty_pos/app/utils/points";

patch(OrderReceipt.prototype, {
    /**
     * @param {object} wallet of order.walletStatements
     * @returns {{key: string, label: string, value: string}[]} what the receipt says of stored value, line by line
     */
    getWalletRows(wallet) {
        const parts = (name) => [
            {
                key: `${name}-principal`,
                label: _t("of it principal"),
                value: wallet[`${name}_principal`],
            },
            { key: `${name}-bonus`, label: _t("of it bonus"), value: wallet[`${name}_bonus`] },
        ];
        return [
            { key: "top_up", label: _t("Topped up"), value: wallet.top_up },
            ...parts("top_up"),
            { key: "spend", label: _t("Paid from the wallet"), value: wallet.spend },
            ...parts("spend"),
            { key: "balance", label: _t("Balance"), value: wallet.balance },
            ...parts("balance"),
            { key: "pending", label: _t("Bonus to come"), value: wallet.pending_bonus },
        ].filter((row) => row.value);
    },
    /**
     * @param {object} statement of order.membershipStatements
     * @returns {{key: string, label: string, value: string, isDetail: boolean}[]} what the receipt says, line by
     *  line; details explain the line above them
     */
    getMembershipRows(statement) {
        const { won, spent, balance, estimated, digits, pointName: points } = statement;
        const rows = [
            { key: "card", label: _t("Member card"), value: shortNumber(statement.number) },
            { key: "tier", label: _t("Tier"), value: statement.tier },
        ];
        if (won) {
            const label = estimated
                ? _t("%(points)s won (estimate)", { points })
                : won > 0
                ? _t("%(points)s won", { points })
                : _t("%(points)s taken back", { points });
            rows.push({ key: "won", label, value: formatPoints(Math.abs(won), digits) });
        }
        // How the server came to this figure; the points add up to it.
        (statement.explanation || []).forEach(({ label, points: part }, index) => {
            const sign = part > 0 && index ? "+" : "";
            const value = `${sign}${formatPoints(part, digits)}`;
            rows.push({ key: `explained-${index}`, label, value, isDetail: true });
        });
        if (spent) {
            const label =
                spent > 0
                    ? _t("%(points)s spent", { points })
                    : _t("%(points)s given back", { points });
            rows.push({ key: "spent", label, value: formatPoints(Math.abs(spent), digits) });
        }
        rows.push({
            key: "balance",
            label: estimated
                ? _t("%(points)s balance (estimate)", { points })
                : _t("%(points)s balance", { points }),
            value: formatPoints(balance, digits),
        });
        rows.push(
            ...(statement.freeUses || []).map(({ benefit_id, name, used, limit, when }) => ({
                key: `free-use-${benefit_id}`,
                label: name,
                value: _t("%(used)s of %(limit)s used %(when)s", { used, limit, when }),
            }))
        );
        return rows.filter((row) => row.value);
    },
});
