from decimal import Decimal

from odoo import models

from ..tools.rounding import to_decimal


class LoyaltyProgram(models.Model):
    """What partners are told of a programme."""

    _inherit = 'loyalty.program'

    def _membership_point_value(self):
        """Return what one point is worth when it is spent, in the programme's currency: Decimal, 0 when points buy no
        money off. Of several rewards the best one counts."""
        self.ensure_one()
        values = [
            to_decimal(reward.discount) / (Decimal(1) if reward.discount_mode == 'per_point'
                                           else to_decimal(reward.required_points))
            for reward in self.reward_ids
            if reward.active and reward.reward_type == 'discount' and (
                reward.discount_mode == 'per_point'
                or (reward.discount_mode == 'per_order' and reward.required_points > 0))]
        return max(values, default=Decimal(0))

    def _membership_redeemable(self, balance):
        """Return how many points of a balance may be spent at a time, Decimal: what its minimum and steps allow."""
        return self._membership_redemption_policy().usable(max(balance, Decimal(0)), Decimal(1), balance)
