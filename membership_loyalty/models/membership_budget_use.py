from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import POINTS_DIGITS
from ..tools.budgets import period_start

# Rows a period's use is spread over, so that two tills seldom write the same one.
STRIPES = 32


class MembershipBudgetUse(models.Model):
    """How many points of its budget a programme has given away: the sum of a few rows per period.

    Sales do not wait for each other: each adds to the row that its database connection falls to. What others have not
    committed yet is not seen, so the budget can be exceeded by what is being sold in the same moment.
    """

    _name = 'membership.budget.use'
    _description = "Use of a Budget of Points"
    _order = 'program_id, period_start desc, stripe'

    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='program_id.company_id', store=True)
    period_start = fields.Date(required=True, readonly=True)
    stripe = fields.Integer(required=True, readonly=True)
    points = fields.Float(digits=POINTS_DIGITS, required=True, readonly=True)

    _stripe_once = models.UniqueIndex(
        '(program_id, period_start, stripe)', "This part of the budget is counted already.")

    @api.model
    def _used(self, program, day):
        """Return the points given in the budget's period of a day, Decimal."""
        [[points]] = self.env.execute_query(SQL(
            """SELECT COALESCE(sum(points), 0)::text FROM membership_budget_use
                WHERE program_id = %s AND period_start = %s""",
            program.id, period_start(day, program.earn_budget_period)))
        return Decimal(points)

    @api.model
    def _add(self, program, points):
        """Add to the use of a budget.

        :param points: {first day of the period: Decimal}
        """
        for start, amount in sorted(points.items()):
            self.env.cr.execute(SQL(
                """INSERT INTO membership_budget_use (program_id, company_id, period_start, stripe, points)
                   VALUES (%s, %s, %s, pg_backend_pid() %% %s, %s::numeric)
                   ON CONFLICT (program_id, period_start, stripe)
                   DO UPDATE SET points = membership_budget_use.points + EXCLUDED.points""",
                program.id, program.company_id.id or None, start, STRIPES, amount))
        self.invalidate_model()

    @api.model
    def _recount(self, program):
        """Count the use of a budget anew from the ledger: it has just been set, or its period was changed."""
        self.env['membership.ledger.entry'].flush_model()
        today = program._membership_date(fields.Datetime.now())
        start = period_start(today, program.earn_budget_period)
        self.env.cr.execute(SQL(
            """DELETE FROM membership_budget_use WHERE program_id = %(program)s;
               INSERT INTO membership_budget_use (program_id, company_id, period_start, stripe, points)
               SELECT %(program)s, %(company)s, %(start)s, 0, COALESCE(sum(e.amount), 0)
                 FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
                WHERE c.program_id = %(program)s AND e.kind = 'earn' AND e.value_type = 'points'
                  AND e.date >= %(start)s""",
            program=program.id, company=program.company_id.id or None, start=start))
        self.invalidate_model()
