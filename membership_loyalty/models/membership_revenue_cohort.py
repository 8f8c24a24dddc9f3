from odoo import api, fields, models
from odoo.tools import SQL

from ..const import POINTS_DIGITS, REVENUE_ORIGINS
from .membership_revenue_policy import RATE_DIGITS, VALUE_DIGITS

BOOKS = ('allocated', 'redeemed', 'breakage')
POINTS = ('issued', 'redeemed', 'expired', 'cancelled')


class MembershipRevenueCohort(models.Model):
    """Points given in one month: at which estimate the price was split, and what is expected of them now."""

    _name = 'membership.revenue.cohort'
    _description = "Cohort of Points"
    _order = 'month desc, origin, id'
    _check_company_auto = True

    policy_id = fields.Many2one(
        'membership.revenue.policy', string="Settings", required=True, readonly=True, index=True, ondelete='restrict')
    program_id = fields.Many2one(related='policy_id.program_id', string="Programme", store=True)
    company_id = fields.Many2one(related='policy_id.company_id', store=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    month = fields.Date(required=True, readonly=True, help="First day of the month in which the points were given.")
    origin = fields.Selection(REVENUE_ORIGINS, required=True, readonly=True)
    point_value = fields.Float(
        string="Worth of a point", digits=VALUE_DIGITS, required=True, readonly=True,
        help="At which the price was split; later changes do not touch it.")
    allocation_rate = fields.Float(
        string="Expected at the sale", digits=RATE_DIGITS, required=True, readonly=True,
        help="At which the price was split; later estimates do not touch it.")
    expected_rate = fields.Float(
        string="Expected now", digits=RATE_DIGITS, required=True, readonly=True,
        help="Share of the points that members are expected to redeem; it decides how fast revenue is recognised.")
    currency_rate = fields.Float(
        digits=(16, 8), required=True, readonly=True, default=1,
        help="Company currency for one unit of the programme's currency, at the end of the month of the sales.")
    is_allocation_given = fields.Boolean(
        string="Given by hand", readonly=True,
        help="The amount owed for these points was given by the accountant, not split from sales: points taken over "
             "from another system, or an allocation worked out elsewhere.")
    given_allocation = fields.Monetary(readonly=True)
    posting_ids = fields.One2many('membership.revenue.posting', 'cohort_id', string="History", readonly=True)
    allocated = fields.Monetary(
        string="Deferred", compute='_compute_books', compute_sudo=True, help="Taken out of the price of the sales.")
    redeemed = fields.Monetary(
        string="Revenue", compute='_compute_books', compute_sudo=True, help="Recognised for points redeemed.")
    breakage = fields.Monetary(
        compute='_compute_books', compute_sudo=True, help="Recognised for points that are gone unused.")
    liability = fields.Monetary(compute='_compute_books', compute_sudo=True, help="Owed for what is left.")
    open_points = fields.Float(
        string="Points left", digits=POINTS_DIGITS, compute='_compute_books', compute_sudo=True,
        help="When last booked.")

    _once = models.UniqueIndex('(policy_id, month, origin)', "This cohort exists already.")
    _first_day = models.Constraint(
        'CHECK (EXTRACT(DAY FROM month) = 1)', "A cohort is named by the first day of its month.")
    _rates = models.Constraint(
        'CHECK (allocation_rate BETWEEN 0 AND 1 AND expected_rate BETWEEN 0 AND 1 AND given_allocation >= 0)',
        "The share that is redeemed is between 0 and 100 %, and what is owed is not negative.")

    @api.depends('month', 'origin')
    def _compute_display_name(self):
        origins = dict(self._fields['origin']._description_selection(self.env))
        for cohort in self:
            cohort.display_name = f"{cohort.month:%Y-%m} · {origins[cohort.origin]}"

    @api.depends('posting_ids.move_id.state')
    def _compute_books(self):
        posted = self.env['membership.revenue.posting']._posted(self)
        points = self.env['membership.revenue.posting']._last_points(self)
        for cohort in self:
            books = posted.get(cohort.id)
            for name in (*BOOKS, 'liability'):
                cohort[name] = float(getattr(books, name)) if books else 0
            cohort.open_points = float(points[cohort.id].open) if cohort.id in points else 0

    def _last_posting(self):
        """Return the latest row of the history, whatever it tells."""
        return self.posting_ids.sorted('id')[-1:]

    def action_open_postings(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_revenue_posting_action')
        return {**action, 'domain': [('cohort_id', '=', self.id)]}

    def action_open_entries(self):
        """Open the ledger entries by which these points were given."""
        self.ensure_one()
        figures = self.env['membership.revenue.figures']
        ids = [entry_id for entry_id, in self.env.execute_query(SQL(
            "SELECT id FROM (%s) AS root WHERE month = %s AND origin = %s LIMIT 10000",
            figures._roots(self.program_id, self.company_id), self.month, self.origin))]
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_ledger_entry_action')
        return {**action, 'domain': [('id', 'in', ids)]}
