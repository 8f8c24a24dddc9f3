from odoo import fields, models
from odoo.tools import format_amount

from ..const import POINTS_DIGITS
from ..tools.redemption import Policy
from ..tools.rounding import to_decimal


class LoyaltyProgram(models.Model):
    """How points may be spent."""

    _inherit = 'loyalty.program'

    redeem_minimum = fields.Float(
        string="Points spent at least", digits=POINTS_DIGITS,
        help="An order that spends points spends at least so many. 0: any number.")
    redeem_step = fields.Float(
        string="Points spent in steps of", digits=POINTS_DIGITS,
        help="With 100, an order spends 100, 200, 300 points and so on. 0: any number.")
    redeem_max_share = fields.Float(
        string="Paid by points, at most (%)", digits=(6, 2),
        help="Which part of the price of an order's goods, tax included, the discounts for points may make up. "
             "Articles given for points do not count. 0: no limit.")

    _redemption_limits = models.Constraint(
        'CHECK (redeem_minimum >= 0 AND redeem_step >= 0 AND redeem_max_share BETWEEN 0 AND 100)',
        "Minimum and step of spending cannot be negative; points pay between 0 and 100 % of an order.")

    def _membership_redemption_policy(self):
        return Policy(
            to_decimal(self.redeem_minimum), to_decimal(self.redeem_step), to_decimal(self.redeem_max_share))

    def _membership_redemption_sentences(self):
        """Return how points may be spent, in whole sentences."""
        _ = self.env._
        said = [
            (self.redeem_minimum, _("At least %(points)s points are spent at a time.",
                                    points=self._membership_number(self.redeem_minimum))),
            (self.redeem_step, _("Points are spent in steps of %(points)s.",
                                 points=self._membership_number(self.redeem_step))),
            (self.redeem_max_share, _("Points pay at most %(share)s %% of the goods of an order.",
                                      share=self._membership_number(self.redeem_max_share))),
        ]
        return [sentence for is_said, sentence in said if is_said]

    def _membership_redemption_refusal(self, points, discount=None, goods=None, currency=None):
        """Return why an order may not spend these points like this, for people, or an empty string.

        :param points: Decimal, spent by the order from one account
        :param discount: Decimal, taken off for them, tax included; None: not known
        :param goods: Decimal, price of the goods, in the same currency
        :param currency: res.currency of these amounts, by default the programme's
        """
        refusal = self._membership_redemption_policy().refusal(points, discount, goods)
        if not refusal:
            return ''
        reason, limit = refusal
        _ = self.env._
        values = {'program': self.name, 'points': f'{points.normalize():f}', 'limit': (
            format_amount(self.env, float(limit), currency or self.currency_id) if reason == 'share'
            else f'{limit.normalize():f}')}
        return {
            'minimum': _("%(program)s: an order spends at least %(limit)s points; this one spends %(points)s. "
                         "Choose another reward, or remove it.", **values),
            'step': _("%(program)s: points are spent in steps of %(limit)s; this order spends %(points)s. "
                      "Choose another reward, or remove it.", **values),
            'share': _("%(program)s: points pay at most %(limit)s on this order. Choose a smaller reward, or remove "
                       "it.", **values),
        }[reason]
