from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class MembershipRevenueClose(models.TransientModel):
    """The accountant's screen: what is owed for points at the end of a month, what is to be booked, and whether all
    figures agree."""

    _name = 'membership.revenue.close'
    _description = "Liability of Points at the End of a Month"

    policy_id = fields.Many2one(
        'membership.revenue.policy', string="Settings", required=True,
        default=lambda self: self.env['membership.revenue.policy'].search([], limit=1))
    month = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self) - relativedelta(day=1, days=1),
        help="Any day of the month: figures are those of its last day, in the programme's time zone.")
    is_accountant = fields.Boolean(compute='_compute_is_accountant')
    html = fields.Html(compute='_compute_html', sanitize=False)

    @api.depends('policy_id', 'month')
    def _compute_display_name(self):
        for close in self:
            close.display_name = self.env._("Liability of points")

    @api.onchange('month')
    def _onchange_month(self):
        """Show the day whose figures are meant."""
        self.month = self.month and fields.Date.end_of(self.month, 'month')

    @api.depends_context('uid')
    def _compute_is_accountant(self):
        self.is_accountant = self.env.user.has_group('membership_loyalty.group_membership_accountant')

    @api.depends('policy_id', 'month')
    def _compute_html(self):
        for close in self:
            is_ready = close.policy_id and close.month
            close.html = self.env['ir.qweb']._render(
                'membership_loyalty.revenue_close_table', close._values()) if is_ready else False

    def _values(self):
        """Return what the template shows: the same on the screen and on paper."""
        self.ensure_one()
        self.policy_id.check_access('read')
        # Sums over all members and companies, shown to whoever may see these settings.
        policy = self.policy_id.sudo()
        until = policy._month_end(self.month)
        standings = self.env['membership.revenue.figures'].sudo()._standings(policy, until)
        return {
            'policy': policy, 'until': until, 'currency': policy.currency_id,
            'standings': [standing for standing in standings if standing.points.open or any(standing.move)],
            'origins': dict(self.env['membership.revenue.cohort']._fields['origin']._description_selection(self.env)),
            'roll_forward': policy._roll_forward(until, standings),
            'lines': policy._entry_lines(standings, until),
            'entry_date': policy._entry_date(until),
            'warnings': policy._warnings(until),
            'ties': self.env['membership.revenue.tie.out'].sudo()._ties(policy),
        }

    # ------------------------------------------------------------------ buttons

    def action_book(self):
        """Make the draft entry of the month and open it."""
        self.ensure_one()
        move = self.policy_id._book(self.policy_id._month_end(self.month))
        if not move:
            raise UserError(self.env._(
                "Nothing is missing in the books of %(month)s: there is nothing to book.", month=f'{self.month:%Y-%m}'))
        if self.env['account.move'].has_access('read'):
            return move._get_records_action()
        return self._get_records_action()

    def action_print(self):
        self.ensure_one()
        return self.env.ref('membership_loyalty.membership_revenue_close_report').report_action(self)

    def action_open_cohorts(self):
        self.ensure_one()
        return self.policy_id.action_open_cohorts()

    def action_estimate(self):
        self.ensure_one()
        return self.policy_id.action_estimate()
