import { ControlButtons } from "@point_of_sale/app/screens/product_screen/control_buttons/control_buttons";
import { patch } from "@web/core/utils/patch";
import "@pos_loyalty/app/screens/product_screen/control_buttons/control_buttons"; // patched here: must come first

function isMembershipGift(reward) {
    return reward.reward_type === "product" && reward.program_id.is_membership;
}

patch(ControlButtons.prototype, {
    getPotentialRewards() {
        const rewards = super
            .getPotentialRewards()
            .filter(({ reward }) => !isMembershipGift(reward));
        return [...rewards, ...this.pos.getMembershipGifts()];
    },
    async _applyReward(reward, couponId) {
        return isMembershipGift(reward)
            ? this.pos.claimMembershipGift(reward, couponId)
            : super._applyReward(...arguments);
    },
});
