from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools.days import Days
from ..tools.multipliers import days_of_month

WEEKDAYS = ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')


class MembershipDayCondition(models.AbstractModel):
    """Days of an offer in the programme's time zone: what multipliers and the prices of member days have in common."""

    _name = 'membership.day.condition'
    _description = "Days of a Membership Rule"

    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To", help="Last day.")
    monday = fields.Boolean()
    tuesday = fields.Boolean()
    wednesday = fields.Boolean()
    thursday = fields.Boolean()
    friday = fields.Boolean()
    saturday = fields.Boolean()
    sunday = fields.Boolean()
    month_days = fields.Char(
        string="Days of the month", help="For instance 1, 15. A month without the 31st has no such day.")

    _dates_in_order = models.Constraint('CHECK (date_from <= date_to)', "The last day is not before the first one.")

    @api.constrains('month_days')
    def _check_month_days(self):
        for record in self:
            try:
                days_of_month(record.month_days)
            except ValueError as error:
                raise ValidationError(self.env._(
                    "The days of the month of %(name)s, %(days)s, cannot be read. Write numbers from 1 to 31, "
                    "for instance 1, 15.", name=record.display_name, days=record.month_days)) from error

    def _membership_weekdays(self):
        """Return the chosen weekdays as numbers, 0 is Monday."""
        return [number for number, name in enumerate(WEEKDAYS) if self[name]]

    def _membership_days(self):
        """Return the conditions for the arithmetic of tools.days."""
        self.ensure_one()
        return Days(
            self.date_from or None, self.date_to or None, frozenset(self._membership_weekdays()),
            days_of_month(self.month_days))

    def _membership_day_sentences(self):
        """Return the conditions in whole sentences."""
        _ = self.env._
        days = [self._fields[name]._description_string(self.env) for name in WEEKDAYS if self[name]]
        said = [
            (self.date_from, _("From %(day)s on.", day=format_date(self.env, self.date_from))),
            (self.date_to, _("Until %(day)s.", day=format_date(self.env, self.date_to))),
            (days, _("Only on: %(days)s.", days=', '.join(days))),
            (self.month_days, _("Only on these days of the month: %(days)s.", days=self.month_days)),
        ]
        return [sentence for is_said, sentence in said if is_said]
