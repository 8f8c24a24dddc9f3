import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import "@membership_loyalty_pos/app/models/pos_order"; // patched here: must come first
import { grants } from "@membership_loyalty_pos/app/utils/access";
import { isMeant } from "@membership_loyalty_pos/app/utils/multipliers";

const { DateTime } = luxon;

patch(PosOrder.prototype, {
    /**
     * Why this order cannot be paid by its customer, with what to do, or "". One rule that lets the customer buy an
     * article is enough. What goes back, what is a reward and what was sold as a quotation is not bought here.
     */
    get membershipAccessRefusal() {
        const rules = this.models["membership.product.access"]?.getAll() || [];
        const refused = rules.length ? this.getRefusedProducts(rules) : new Map();
        if (!refused.size) {
            return "";
        }
        const rows = [...refused].map(
            ([product, rule]) => `${product.display_name}: ${rule.sentence}`
        );
        const advice = _t(
            "Choose a customer who is such a member, or remove the article from the order."
        );
        return [...rows, advice].join("\n");
    },
    getRefusedProducts(rules) {
        const products = this.lines
            .filter(
                (line) =>
                    line.getQuantity() > 0 && !line.is_reward_line && !line.sale_order_origin_id
            )
            .map((line) => line.getProduct());
        const refused = new Map();
        for (const product of new Set(products)) {
            const own = rules.filter((rule) => isMeant(rule.till_conditions, product));
            if (own.length && !own.some((rule) => this.isGrantedBy(rule))) {
                refused.set(product, own[0]);
            }
        }
        return refused;
    },
    isGrantedBy(rule) {
        const account = this.getMembershipAccount(rule.program_id);
        return grants(rule.till_conditions, {
            day: DateTime.now()
                .setZone(rule.program_id.membership_tz || "UTC")
                .toISODate(),
            tier: account?.tier_id?.id,
            isMember: Boolean(account),
        });
    },
});
