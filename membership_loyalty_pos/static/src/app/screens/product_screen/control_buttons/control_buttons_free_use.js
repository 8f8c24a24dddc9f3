import { ControlButtons } from "@point_of_sale/app/screens/product_screen/control_buttons/control_buttons";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import "@membership_loyalty_pos/app/screens/product_screen/control_buttons/control_buttons"; // must come first
import { freeUsesLeft } from "@membership_loyalty_pos/app/utils/free_uses";

/** The rewards button offers free articles, too; they cost no points and are no native rewards. */
patch(ControlButtons.prototype, {
    getPotentialRewards() {
        const order = this.pos.getOrder();
        const offers = order?.isRefund ? [] : freeUsesLeft(order);
        return [
            ...super.getPotentialRewards(),
            ...offers.map(({ benefit, account, left, name }) => ({
                coupon_id: account.id,
                potentialQty: 1,
                reward: {
                    id: `free-use-${benefit.id}`,
                    program_id: account.program_id,
                    description: _t("%(name)s (%(left)s left)", { name, left }),
                    freeUse: benefit,
                },
            })),
        ];
    },
    async _applyReward(reward) {
        return reward.freeUse
            ? this.pos.addFreeUse(reward.freeUse)
            : super._applyReward(...arguments);
    },
});
