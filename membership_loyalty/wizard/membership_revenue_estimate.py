from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.membership_revenue_policy import RATE_DIGITS
from ..tools import revenue
from ..tools.revenue import ZERO, Points


class MembershipRevenueEstimate(models.TransientModel):
    """Expect more or fewer points to be redeemed: why, and what it does to each cohort, before it is done."""

    _name = 'membership.revenue.estimate'
    _description = "Re-estimate the Redemption of Points"

    policy_id = fields.Many2one('membership.revenue.policy', string="Settings", required=True)
    currency_id = fields.Many2one(related='policy_id.currency_id')
    expected_rate = fields.Float(
        string="Expected to be redeemed", digits=RATE_DIGITS, required=True, compute='_compute_expected_rate',
        store=True, precompute=True, readonly=False,
        help="Share of the points given that members will redeem in the end. It is proposed from history and filled "
             "into every cohort below; each can have its own.")
    history = fields.Html(
        compute='_compute_history', sanitize=False, help="How the proposed rate was worked out.")
    has_history = fields.Boolean(compute='_compute_history')
    is_for_new = fields.Boolean(
        string="Also for months to come", default=True,
        help="The price of sales of months that were not booked yet is split at this rate, too.")
    reason = fields.Char(required=True, help="Kept in the history of every cohort, for the auditor.")
    line_ids = fields.One2many(
        'membership.revenue.estimate.line', 'estimate_id', compute='_compute_line_ids', store=True, readonly=False)
    effect = fields.Monetary(
        compute='_compute_effect', help="More revenue with the next entry; less, if negative.")

    # ------------------------------------------------------------------ proposal

    @api.depends('policy_id')
    def _compute_history(self):
        for wizard in self:
            rows, rate = wizard._history()
            wizard.has_history = rate is not None
            wizard.history = wizard.policy_id and self.env['ir.qweb']._render(
                'membership_loyalty.revenue_history_table',
                {'rows': rows, 'rate': rate, 'policy': wizard.policy_id.sudo()})

    @api.depends('policy_id')
    def _compute_expected_rate(self):
        for wizard in self:
            rate = wizard._history()[1]
            wizard.expected_rate = wizard.policy_id.expected_rate if rate is None else float(rate)

    def _history(self):
        """Return ([(month, Points)], rate): what became of points that are old enough, and their share redeemed."""
        self.ensure_one()
        if not self.policy_id:
            return [], None
        self.policy_id.check_access('read')
        policy = self.policy_id.sudo()
        border = policy._today() - relativedelta(months=policy.history_months)
        figures = self.env['membership.revenue.figures'].sudo()._points(
            policy.program_id, policy.company_id, policy._today())
        rows = [(month, points) for (month, origin), (points, _fees) in sorted(figures.items())
                if origin == 'sale' and policy._month_end(month) <= border]
        return rows, revenue.redemption_rate(
            *(sum((getattr(points, name) for _month, points in rows), ZERO) for name in ('issued', 'redeemed')))

    @api.depends('policy_id', 'expected_rate')
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [Command.clear(), *(Command.create({
                'cohort_id': cohort.id, 'current_rate': cohort.expected_rate, 'expected_rate': wizard.expected_rate,
                'given_allocation': cohort.given_allocation, 'is_allocation_given': cohort.is_allocation_given,
            }) for cohort in wizard.policy_id.cohort_ids if cohort.liability or cohort.open_points)]

    @api.depends('line_ids.effect')
    def _compute_effect(self):
        for wizard in self:
            wizard.effect = sum(wizard.line_ids.mapped('effect'))

    # ------------------------------------------------------------------ doing it

    def action_apply(self):
        """Set the estimates; the next entry books what they change."""
        self.ensure_one()
        self.policy_id._check_accountant()
        if not self.reason.strip():
            raise UserError(self.env._("Say why: the reason is kept in the history of the cohorts."))
        if any(not 0 <= rate <= 1 for rate in (self.expected_rate, *self.line_ids.mapped('expected_rate'))):
            raise UserError(self.env._("Between 0 and 100 % of the points are redeemed."))
        if self.line_ids.cohort_id.policy_id - self.policy_id or any(
                line.given_allocation < 0 for line in self.line_ids):
            raise UserError(self.env._(
                "A line is of other settings, or owes less than nothing. Open the screen again."))
        policy = self.policy_id.sudo()
        policy.lock_for_update()
        values = [values for line in self.line_ids for values in line._changes()]
        self.env['membership.revenue.posting'].sudo().create(values)
        if self.is_for_new and policy.expected_rate != self.expected_rate:
            policy.expected_rate = self.expected_rate
        policy.message_post(body=self.env._(
            "Re-estimated: %(rate)s of the points are expected to be redeemed. %(reason)s",
            rate=f"{self.expected_rate * 100:.2f} %", reason=self.reason.strip()))
        return {'type': 'ir.actions.act_window_close'}


class MembershipRevenueEstimateLine(models.TransientModel):
    _name = 'membership.revenue.estimate.line'
    _description = "Re-estimate of one Cohort"

    estimate_id = fields.Many2one('membership.revenue.estimate', required=True, ondelete='cascade')
    cohort_id = fields.Many2one('membership.revenue.cohort', required=True)
    currency_id = fields.Many2one(related='cohort_id.currency_id')
    liability = fields.Monetary(related='cohort_id.liability', string="Owed now")
    open_points = fields.Float(related='cohort_id.open_points', string="Points left")
    current_rate = fields.Float(string="Expected now", digits=RATE_DIGITS, readonly=True)
    expected_rate = fields.Float(string="Expected from now on", digits=RATE_DIGITS)
    is_allocation_given = fields.Boolean(
        string="Give the amount", help="Owe a given amount for these points from the start instead of a share of "
                                       "sales: for points taken over from another system.")
    given_allocation = fields.Monetary(string="Amount given")
    effect = fields.Monetary(
        string="More revenue", compute='_compute_effect', help="With the next entry, from this change alone.")

    @api.depends('cohort_id', 'expected_rate')
    def _compute_effect(self):
        """Compare both estimates on what is known when the cohort was last booked."""
        points = self.env['membership.revenue.posting'].sudo()._last_points(self.cohort_id)
        for line in self:
            cohort = line.cohort_id.sudo()
            fate, quantum = points.get(cohort.id, Points()), Decimal(repr(cohort.currency_id.rounding or 0.01))
            allocation = Decimal(repr(cohort._last_posting().allocation_exact))
            before, after = (revenue.books(allocation, fate, Decimal(repr(rate)), quantum)
                             for rate in (cohort.expected_rate, line.expected_rate))
            line.effect = float(before.liability - after.liability)

    def _changes(self):
        """Write what is new on the cohort; return the values of the rows that tell it."""
        self.ensure_one()
        cohort, rows = self.cohort_id.sudo(), []
        last = cohort._last_posting()
        shared = {
            'cohort_id': cohort.id, 'date': self.estimate_id.policy_id._today(), 'expected_rate': self.expected_rate,
            'reason': self.estimate_id.reason.strip(), **{name: last[name] for name in (
                'points_issued', 'points_redeemed', 'points_expired', 'points_cancelled', 'price', 'allocation_exact')},
        }
        if Decimal(repr(cohort.expected_rate)) != Decimal(repr(self.expected_rate)):
            cohort.expected_rate = self.expected_rate
            rows.append({**shared, 'kind': 'estimate'})
        given = (self.is_allocation_given, self.given_allocation if self.is_allocation_given else 0)
        if (cohort.is_allocation_given, cohort.given_allocation) != given:
            cohort.is_allocation_given, cohort.given_allocation = given
            rows.append({**shared, 'kind': 'allocation', 'allocation_exact': given[1]})
        return rows
