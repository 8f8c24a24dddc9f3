import { CustomerDisplayPosAdapter } from "@point_of_sale/app/customer_display/customer_display_adapter";
import { patch } from "@web/core/utils/patch";
import { shortNumber } from "@membership_loyalty_pos/app/utils/card_number";
import { formatPoints } from "@membership_loyalty_pos/app/utils/points";

patch(CustomerDisplayPosAdapter.prototype, {
    formatOrderData(order) {
        super.formatOrderData(...arguments);
        this.data.membership = order.membershipStatements.map((statement) => ({
            tier: statement.tier || "",
            color: statement.color % 12,
            number: shortNumber(statement.number),
            pointName: statement.pointName,
            won: statement.won > 0 ? formatPoints(statement.won, statement.digits) : "",
            spent: statement.spent > 0 ? formatPoints(statement.spent, statement.digits) : "",
            balance: formatPoints(statement.balance, statement.digits),
        }));
    },
});
