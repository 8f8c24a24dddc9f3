from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..const import POINTS_DIGITS
from ..tools.earning import Policy
from ..tools.rounding import to_decimal


class LoyaltyProgram(models.Model):
    """How points are earned: on which price, times what, and at most how many."""

    _inherit = 'loyalty.program'

    earn_on = fields.Selection(
        [('included', "Prices with tax"), ('excluded', "Prices without tax")], string="Points are earned on",
        default='included', required=True, help="What a rule of points per money spent counts, after discounts.")
    earn_stacking = fields.Selection(
        [('best', "Only the best one counts"), ('multiply', "They multiply each other")],
        string="When several multipliers apply", default='best', required=True,
        help="The multiplier of the tier is one of them. Gold with 2 times the points on a day with 3 times: 3 times "
             "when only the best counts, 6 times when they multiply each other.")
    earn_factor_cap = fields.Float(
        string="Times the points, at most", digits=(6, 2),
        help="All multipliers together, the tier's included, give at most this many times the points. 0: no limit.")
    earn_cap_order = fields.Float(
        string="Points per order, at most", digits=POINTS_DIGITS, help="0: no limit.")
    earn_cap_day = fields.Float(
        string="Points per member and day, at most", digits=POINTS_DIGITS,
        help="Points earned on one day, less those taken back by refunds on that day. 0: no limit.")
    earn_cap_month = fields.Float(
        string="Points per member and month, at most", digits=POINTS_DIGITS,
        help="Points earned in one calendar month, less those taken back by refunds in that month. 0: no limit.")
    earn_budget = fields.Float(
        string="Budget of points", digits=POINTS_DIGITS,
        help="Points that all members together can earn. When it is used up, orders earn nothing more. Sales made in "
             "the same moment do not see each other: the budget may be exceeded by what these few earn. 0: no budget.")
    earn_budget_period = fields.Selection(
        [('month', "Each month"), ('quarter', "Each quarter"), ('year', "Each year"), ('total', "In total")],
        string="Budget for", default='total', required=True)
    multiplier_ids = fields.One2many('membership.multiplier', 'program_id', string="Multipliers")
    product_rate_ids = fields.One2many('membership.product.rate', 'program_id', string="Points of articles")
    # A sale of a programme without any shall not cost a query to find that out.
    has_multipliers = fields.Boolean(compute='_compute_has_multipliers', store=True)
    has_product_rates = fields.Boolean(compute='_compute_has_product_rates', store=True)
    earning_summary = fields.Text(string="In words", compute='_compute_earning_summary')

    _earning_limits = models.Constraint(
        'CHECK (LEAST(earn_cap_order, earn_cap_day, earn_cap_month, earn_budget) >= 0)',
        "Limits of points cannot be negative. 0: no limit.")
    _earning_factor_cap = models.Constraint(
        'CHECK (earn_factor_cap = 0 OR earn_factor_cap >= 1)',
        "All multipliers together give at least once the points: enter 1 or more, or 0 for no limit.")

    @api.depends('multiplier_ids.active')
    def _compute_has_multipliers(self):
        for program in self:
            program.has_multipliers = any(program.multiplier_ids.mapped('active'))

    @api.depends('product_rate_ids')
    def _compute_has_product_rates(self):
        for program in self:
            program.has_product_rates = bool(program.product_rate_ids)

    # ------------------------------------------------------------------ arithmetic

    def _membership_earning_policy(self):
        """Return the tools.earning.Policy of today."""
        return Policy(
            digits=self.points_digits, method=self.points_rounding, untaxed=self.earn_on == 'excluded',
            stacking=self.earn_stacking, factor_cap=to_decimal(self.earn_factor_cap),
            order_cap=to_decimal(self.earn_cap_order))

    def _membership_earning_terms(self, products, occasion=None):
        """Return what tools.terms.Terms knows beyond rules and tier, as keyword arguments.

        :param products: the product.product records of the document
        :param occasion: tools.multipliers.Occasion; without one there are no multipliers and no limits of time
        """
        terms = {
            'policy': self._membership_earning_policy(),
            'rates': self.product_rate_ids._membership_rates(products) if self.has_product_rates else {},
        }
        if occasion:
            terms.update(
                day=occasion.day, day_cap=to_decimal(self.earn_cap_day), month_cap=to_decimal(self.earn_cap_month),
                budget=self._membership_budget_left(occasion.day),
                factors=self.multiplier_ids._membership_factors(products, occasion) if self.has_multipliers else {})
        return terms

    # ------------------------------------------------------------------ screens

    @api.depends(
        'earn_on', 'earn_stacking', 'earn_factor_cap', 'earn_cap_order', 'earn_cap_day', 'earn_cap_month',
        'earn_budget', 'earn_budget_period', 'redeem_minimum', 'redeem_step', 'redeem_max_share', 'multiplier_ids')
    def _compute_earning_summary(self):
        for program in self:
            program.earning_summary = '\n'.join(
                program._membership_earning_sentences() + program._membership_redemption_sentences())

    def _membership_number(self, value):
        """Return a number as people read it: their separators, decimals only where there are some."""
        return formatLang(self.env, value, digits=2 if value % 1 else 0)

    def _membership_earning_sentences(self):
        """Return how points are earned, in whole sentences."""
        _ = self.env._
        number = {name: self._membership_number(self[name]) for name in (
            'earn_factor_cap', 'earn_cap_order', 'earn_cap_day', 'earn_cap_month', 'earn_budget')}
        periods = dict(self._fields['earn_budget_period']._description_selection(self.env))
        untaxed, best = self.earn_on == 'excluded', self.earn_stacking == 'best'
        said = [
            (untaxed, _("Points are earned on prices without tax.")),
            (not untaxed, _("Points are earned on prices with tax.")),
            (best, _("Of the tier and the multipliers that apply, only the best counts.")),
            (not best, _("The tier and the multipliers that apply multiply each other.")),
            (self.earn_factor_cap, _("Together they give at most %(earn_factor_cap)s times the points.", **number)),
            (self.earn_cap_order, _("An order earns at most %(earn_cap_order)s points.", **number)),
            (self.earn_cap_day, _("A member earns at most %(earn_cap_day)s points a day.", **number)),
            (self.earn_cap_month, _("A member earns at most %(earn_cap_month)s points a month.", **number)),
            (self.earn_budget, _("All members together earn at most %(earn_budget)s points (%(period)s).",
                                 period=periods[self.earn_budget_period or 'total'], **number)),
        ]
        return [sentence for is_said, sentence in said if is_said]
