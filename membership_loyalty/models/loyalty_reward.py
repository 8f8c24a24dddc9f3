from decimal import ROUND_UP, Decimal

from odoo import models

from ..tools.rounding import NOISE, round_points, to_decimal


class LoyaltyReward(models.Model):
    _inherit = 'loyalty.reward'

    def _membership_round_cost(self, points):
        """Return points as this reward takes them, rounded up: nothing is had for nothing."""
        return float(round_points(to_decimal(points), self.program_id.points_digits, 'up'))

    def _membership_cost_range(self, quantity, amount, lines):
        """Return (least, most) points that a claim of this reward costs, or None when it takes the whole balance.

        :param quantity: Decimal, units given away
        :param amount: Decimal, discount given, tax included, in the programme's currency
        :param lines: int, lines it is spread over: each has its own rounding
        """
        self.ensure_one()
        if self.program_id.is_stored_value:  # one for one, in cents
            return amount - NOISE, amount + NOISE
        if self.clear_wallet:
            return None
        required = to_decimal(self.required_points)
        if self.reward_type == 'product' and self.reward_product_qty:
            claims = (quantity / to_decimal(self.reward_product_qty)).quantize(Decimal(1), ROUND_UP)
            return claims * required, claims * required
        if self.reward_type == 'discount' and self.discount_mode == 'per_point':
            slack = lines * to_decimal(self.program_id.currency_id.rounding)
            rate, point = to_decimal(self.discount), Decimal(1).scaleb(-self.program_id.points_digits)
            return (amount - slack) / rate, (amount + slack) / rate + point
        return required, required
