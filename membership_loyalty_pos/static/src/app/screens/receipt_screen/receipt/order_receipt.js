import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { shortNumber } from "@membership_loyalty_pos/app/utils/card_number";
import { formatPoints } from "@membership_loyalty_pos/app/utils/points";

patch(OrderReceipt.prototype, {
    /**
     * @param {object} statement of order.membershipStatements
     * @returns {{key: string, label: string, value: string}[]} what the receipt says, line by line
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
