from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class MembershipAgreementChange(models.TransientModel):
    """The next version of an agreement, or its end: what is in force is never edited."""

    _name = 'membership.agreement.change'
    _description = "Change of a Settlement Agreement"

    agreement_id = fields.Many2one('membership.agreement', required=True, readonly=True, ondelete='cascade')
    date_from = fields.Date(
        string="First day", default=lambda self: self._get_first_day(),
        help="First day of the new version, in the programme's time zone.")
    last_day = fields.Date(
        help="Last day on which the agreement holds. What happens later has no price and must be agreed on first.")
    reason = fields.Char(help="Kept in the history of the agreement.")

    def _get_first_day(self):
        """Return the first day of the next month: rates mostly change with a statement."""
        return fields.Date.add(fields.Date.start_of(fields.Date.context_today(self), 'month'), months=1)

    def action_new_version(self):
        """Copy terms and rates into a draft that begins on the first day; the present version stays as it is."""
        self.ensure_one()
        former = self.agreement_id
        former.check_access('write')
        if not self.date_from:
            raise UserError(self.env._("Say on which day the new version begins."))
        if self.date_from <= former.date_from:
            raise UserError(self.env._(
                "%(agreement)s begins on %(day)s. Its next version begins later.", agreement=former.display_name,
                day=format_date(self.env, former.date_from)))
        version = former.copy({'date_from': self.date_from, 'date_to': False})
        version.message_post(body=self.env._(
            "Terms and rates are those of version %(version)s.", version=former.version))
        return version._get_records_action()

    def action_end(self):
        """End the agreement on the last day, which no statement covers yet."""
        self.ensure_one()
        agreement = self.agreement_id
        agreement.check_access('write')
        if not self.last_day or not (self.reason or '').strip():
            raise UserError(self.env._("Say on which day the agreement ends, and why."))
        agreement._check_last_day(self.last_day)
        agreement._end(self.last_day, self.env._(
            "Ends on %(day)s: %(reason)s", day=format_date(self.env, self.last_day), reason=self.reason))
        return agreement._get_records_action()
