from decimal import Decimal

from odoo import api, fields, models

from ..const import POINTS_DIGITS
from ..tools import earning


class LoyaltyProgram(models.Model):
    """The limits that need to know what was earned before: of a member by day and month, of all by budget."""

    _inherit = 'loyalty.program'

    earn_budget_used = fields.Float(
        string="Budget used", digits=POINTS_DIGITS, compute='_compute_earn_budget_used', compute_sudo=True,
        help="Points earned in the present period of the budget, less those taken back.")

    @api.depends('earn_budget', 'earn_budget_period')
    def _compute_earn_budget_used(self):
        for program in self:
            today = program._membership_date(fields.Datetime.now())
            program.earn_budget_used = program._origin.earn_budget and float(
                self.env['membership.budget.use']._used(program._origin, today))

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        programs._membership_recount_budget()
        return programs

    def write(self, vals):
        changed = self.browse()
        if {'earn_budget', 'earn_budget_period'} & vals.keys():
            changed = self.filtered(lambda program: not program.earn_budget or (
                vals.get('earn_budget_period', program.earn_budget_period) != program.earn_budget_period))
        result = super().write(vals)
        changed._membership_recount_budget()
        return result

    def _membership_recount_budget(self):
        for program in self.sudo().filtered(lambda program: program.is_membership and program.earn_budget):
            self.env['membership.budget.use'].sudo()._recount(program)

    def _membership_budget_left(self, day):
        """Return the points that the budget still has in the period of a day, or None without a budget."""
        if not self.earn_budget:
            return None
        return max(Decimal(0), Decimal(str(self.earn_budget)) - self.env['membership.budget.use']._used(self, day))

    def _membership_limited(self, earned, terms, account, key):
        """Return what is earned within the limits of the member's day and month.

        The account is locked first, so that of two sales at the same moment the second knows of the first.

        :param earned: tools.earning.Earned of the document
        :param terms: tools.terms.Terms of the document
        :param account: loyalty.card
        :param key: of the document; what it has posted itself is not counted
        """
        if not (terms.day_cap or terms.month_cap) or not earned.points:
            return earned
        ledger = self.env['membership.ledger.entry'].sudo()
        ledger._lock(account)
        today, month = ledger._earned_in_month(account, key, terms.day)
        if terms.day_cap:
            earned = earning.limit(earned, 'day_cap', terms.day_cap - today, terms.policy.digits)
        if terms.month_cap:
            earned = earning.limit(earned, 'month_cap', terms.month_cap - month, terms.policy.digits)
        return earned
