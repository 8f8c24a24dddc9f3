import { PosData } from "@point_of_sale/app/services/data_service";
import { patch } from "@web/core/utils/patch";

/**
 * The native check before payment asks about every card that earns or spends and goes on when nobody answers.
 * Members' cards and wallets are checked before it (see order_payment_validation.js), so they are left out here: a sale on which
 * a member only earns needs no call.
 */
patch(PosData.prototype, {
    async call(model, method, args = []) {
        if (model !== "pos.order" || method !== "validate_coupon_programs") {
            return super.call(...arguments);
        }
        const [orders, changes, codes] = args;
        const others = Object.fromEntries(
            Object.entries(changes).filter(
                ([id]) => !this.models["loyalty.card"].get(Number(id))?.isLedgerAccount
            )
        );
        if (!codes.length && !Object.keys(others).length) {
            return { successful: true, payload: {} };
        }
        return super.call(model, method, [orders, others, codes]);
    },
});
