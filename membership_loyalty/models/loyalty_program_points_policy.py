from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools.expiry import Policy, inactive_to, last_day, spendable_to

MONTHS = [
    ('1', "January"), ('2', "February"), ('3', "March"), ('4', "April"), ('5', "May"), ('6', "June"), ('7', "July"),
    ('8', "August"), ('9', "September"), ('10', "October"), ('11', "November"), ('12', "December"),
]
EXPIRIES = [
    ('never', "Never"),
    ('days', "A number of days after they were earned"),
    ('months', "A number of months after they were earned"),
    ('month_end', "At the end of a month"),
    ('quarter_end', "At the end of a quarter"),
    ('year_end', "At the end of a year"),
    ('yearly', "On a day of the year"),
    ('date', "On one fixed date"),
    ('inactivity', "When the member has not been seen for months"),
]
# What follows the programme's policy when it is issued. Transfers keep the dates of the points they move.
EXPIRING_KINDS = ('earn', 'bonus', 'adjust', 'opening')


class LoyaltyProgram(models.Model):
    """From when and how long points can be spent. Each credit keeps what was the policy when it was issued."""

    _inherit = 'loyalty.program'

    points_pending_days = fields.Integer(
        string="Days until points can be spent",
        help="Points of a purchase can be spent this many days later, best when it can no longer be returned. "
             "0: from the next purchase on. Gifts and corrections can be spent at once.")
    points_pending_event = fields.Selection(
        [('paid', "Its invoices are paid"), ('delivered', "All of it is delivered")], string="Sales orders wait until",
        help="Points of a sales order can be spent once all of it is invoiced and paid, or all of it is delivered; an "
             "order that is paid or delivered in part waits. The days above count from then on. Purchases at the till "
             "are paid and taken along: they wait the days only.")
    points_expiry = fields.Selection(
        EXPIRIES, string="Points expire", default='never', required=True,
        help="Counted from the day on which the points were earned. Points keep the last day they were given, whatever "
             "is changed here later.")
    points_expiry_count = fields.Integer(string="After", default=12)
    points_expiry_day = fields.Integer(string="Day of the month", default=31)
    points_expiry_month = fields.Selection(MONTHS, string="Month", default='12')
    points_expiry_date = fields.Date(
        string="Fixed date", help="Last day on which the points can be spent. Points earned later do not expire.")
    points_active_purchase = fields.Boolean(
        string="A purchase", default=True, help="Any purchase, also one that earns nothing. Logging in does not count.")
    points_active_redemption = fields.Boolean(string="Spending points", default=True)
    points_grace_days = fields.Integer(
        string="Days to spend points that come late", default=30,
        help="Points that come back by a refund, or become available late, can be spent for at least this many days, "
             "even when they were due to expire. 0: they expire on their day.")
    points_policy_text = fields.Char(string="What this means", compute='_compute_points_policy_text')

    _points_policy_range = models.Constraint(
        'CHECK (points_pending_days BETWEEN 0 AND 366 AND points_expiry_count BETWEEN 0 AND 3660'
        ' AND points_expiry_day BETWEEN 1 AND 31 AND points_grace_days BETWEEN 0 AND 366)',
        "Points wait and come back for up to 366 days; they are valid for up to 3,660 days.")

    @api.constrains('points_expiry', 'points_expiry_count', 'points_expiry_month', 'points_expiry_date',
                    'points_active_purchase', 'points_active_redemption')
    def _check_points_expiry(self):
        for program in self:
            if program.points_expiry in ('days', 'months', 'inactivity') and not program.points_expiry_count:
                raise ValidationError(self.env._("Say after how many days or months points expire."))
            if program.points_expiry == 'date' and not program.points_expiry_date:
                raise ValidationError(self.env._("Say on which date points expire."))
            if program.points_expiry == 'yearly' and not program.points_expiry_month:
                raise ValidationError(self.env._("Say in which month points expire."))
            if program.points_expiry == 'inactivity' and not (
                    program.points_active_purchase or program.points_active_redemption):
                raise ValidationError(self.env._(
                    "Choose what keeps a member active: a purchase, spending points, or both."))

    def write(self, vals):
        stopping = self.filtered(lambda program: program.points_expiry == 'inactivity') if (
            vals.get('points_expiry', 'inactivity') != 'inactivity') else self.browse()
        result = super().write(vals)
        if stopping:
            # A clock that nothing restarts any more must not take points one day.
            self.env['loyalty.card']._membership_stop_clock(stopping)
        return result

    # ------------------------------------------------------------------ what a credit is given

    def _membership_expiry_policy(self):
        """Return the tools.expiry.Policy of this programme today."""
        self.ensure_one()
        return Policy(
            self.points_expiry or 'never', self.points_expiry_count, int(self.points_expiry_month or 12),
            self.points_expiry_day, self.points_expiry_date or None)

    def _membership_today(self):
        """Return {programme id: the day it is there now}."""
        now = fields.Datetime.now()
        return {program.id: program._membership_date(now) for program in self}

    def _membership_credit_terms(self, kind, day, waits=False):
        """Return what a new credit of points carries for good. Other modules may give some credits other dates.

        :param kind: of const.KINDS
        :param day: day of issue, in the programme's time zone
        :param bool waits: for an event whose day is not known yet
        :return: dict(available_from, expires_on, is_pending)
        """
        self.ensure_one()
        if kind not in EXPIRING_KINDS:
            return {'available_from': None, 'expires_on': None, 'is_pending': False}
        available = day + timedelta(self.points_pending_days) if kind == 'earn' else day
        is_pending = waits or available > self._membership_today()[self.id]
        return {
            'available_from': available if is_pending and not waits else None,
            'expires_on': spendable_to(self._membership_expiry_policy(), day, available, self.points_grace_days),
            'is_pending': is_pending,
        }

    # ------------------------------------------------------------------ screens

    @api.depends('points_pending_days', 'points_pending_event', 'points_expiry', 'points_expiry_count',
                 'points_expiry_day', 'points_expiry_month', 'points_expiry_date', 'points_grace_days', 'membership_tz',
                 'points_active_purchase', 'points_active_redemption')
    def _compute_points_policy_text(self):
        now = fields.Datetime.now()
        for program in self:
            today = program._membership_date(now)
            sentences = [
                program._membership_pending_sentence(today), program._membership_expiry_sentence(today)]
            program.points_policy_text = ' '.join(filter(None, sentences))

    def _membership_pending_sentence(self, today):
        if not self.points_pending_event:
            return None
        text = {
            'paid': self.env._("Points of a sales order can be spent %(days)s days after its invoices are paid.",
                               days=self.points_pending_days),
            'delivered': self.env._("Points of a sales order can be spent %(days)s days after all of it is delivered.",
                                    days=self.points_pending_days),
        } if self.points_pending_days else {
            'paid': self.env._("Points of a sales order can be spent as soon as its invoices are paid."),
            'delivered': self.env._("Points of a sales order can be spent as soon as all of it is delivered."),
        }
        return text[self.points_pending_event]

    def _membership_expiry_sentence(self, today):
        try:
            policy = self._membership_expiry_policy()
            last = last_day(policy, today) and self._membership_credit_terms('earn', today)['expires_on']
            inactive = inactive_to(policy, today)
        except (TypeError, ValueError, OverflowError):  # a form that is half filled in
            return self.env._("Complete the days and months to see what they mean.")
        values = {
            'first': format_date(self.env, today + timedelta(self.points_pending_days), date_format='long'),
            'last': format_date(self.env, last or inactive or None, date_format='long'),
        }
        waits = bool(self.points_pending_days)
        if inactive:
            return self.env._(
                "Points earned today can be spent from %(first)s, and expire after %(last)s unless the member is seen "
                "before.", **values) if waits else self.env._(
                "Points earned today can be spent from the next purchase on, and expire after %(last)s unless the "
                "member is seen before.", **values)
        if last:
            return self.env._("Points earned today can be spent from %(first)s and expire after %(last)s.", **values) \
                if waits else self.env._(
                    "Points earned today can be spent from the next purchase on and expire after %(last)s.", **values)
        return self.env._("Points earned today can be spent from %(first)s and do not expire.", **values) \
            if waits else self.env._(
                "Points earned today can be spent from the next purchase on and do not expire.")
