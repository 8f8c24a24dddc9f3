from odoo import models

from odoo.addons.membership_loyalty.tools.rounding import to_decimal

from ..tools.rewards import Reward


class LoyaltyReward(models.Model):
    _inherit = 'loyalty.reward'

    def _membership_reward(self):
        """Return this reward for the arithmetic of tools.rewards."""
        self.ensure_one()
        modes = {self.discount_mode: to_decimal(self.discount)} if self.reward_type == 'discount' else {}
        return Reward(
            # A wallet pays to the cent: nothing is rounded to whole claims.
            required=to_decimal(0 if self.program_id.is_stored_value else self.required_points),
            free_quantity=to_decimal(self.reward_product_qty) if self.reward_type == 'product' else to_decimal(0),
            per_point=modes.get('per_point', to_decimal(0)),
            per_order=modes.get('per_order', to_decimal(0)),
            clears=self.clear_wallet,
        )
