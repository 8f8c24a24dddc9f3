from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import date_utils

BATCH = 50
REMIND_DAYS = 3


class MembershipSettlement(models.Model):
    _inherit = 'membership.settlement'

    reminded_on = fields.Date(readonly=True, copy=False, help="Day on which the party was reminded to answer.")


class MembershipSettlementAcceptance(models.AbstractModel):
    """Every day: who has not answered a statement is reminded; silence confirms it where that was agreed."""

    _name = 'membership.settlement.acceptance'
    _description = "Answers to Statements"
    _inherit = ['membership.job.mixin']

    @api.model
    def _job_count(self):
        settlements = self.env['membership.settlement'].sudo()
        return settlements.search_count(self._overdue()) + settlements.search_count(self._to_remind())

    @api.model
    def _job_batch(self):
        settlements = self.env['membership.settlement'].sudo()
        silent = settlements.search(self._overdue(), limit=BATCH).try_lock_for_update()
        for settlement in silent:
            settlement._confirm()
            settlement._tell_party(self.env._(
                "Confirmed: nothing was disputed until %(day)s.", day=settlement.dispute_until))
        waiting = settlements.search(self._to_remind(), limit=BATCH).try_lock_for_update()
        for settlement in waiting:
            self._remind(settlement)
        return len(silent) + len(waiting), len(silent) + len(waiting)

    @api.model
    def _overdue(self):
        """Return the domain of the statements that silence confirms: the last day to dispute is over where the
        programme is, and no dispute waits."""
        return Domain('agreement_id.is_auto_accept', '=', True) & self._answer_until('<')

    @api.model
    def _to_remind(self):
        return Domain('reminded_on', '=', False) & self._answer_until('<=', REMIND_DAYS) & ~self._overdue()

    @api.model
    def _answer_until(self, operator, days=0):
        """Return the domain of the statements without an answer whose last day to dispute compares with today plus
        some days, in the time zone of each programme."""
        sent = Domain('state', '=', 'sent')
        programs = self.env['membership.settlement'].sudo()._read_group(sent, ['program_id'])
        return sent & Domain.OR(
            Domain('program_id', '=', program.id) & Domain('dispute_until', operator, date_utils.add(
                program._membership_date(fields.Datetime.now()), days=days)) for [program] in programs)

    @api.model
    def _remind(self, settlement):
        """Remind the party, and give the settlement manager something to do about it."""
        settlement.reminded_on = settlement.program_id._membership_date(fields.Datetime.now())
        settlement.activity_schedule(
            'mail.mail_activity_data_todo', date_deadline=settlement.dispute_until,
            user_id=settlement._get_manager().id, summary=self.env._("Time to dispute ends"),
            note=self.env._(
                "After that day it is confirmed by silence.") if settlement.agreement_id.is_auto_accept else self.env._(
                "Ask the party for its answer, then confirm the statement."))
        settlement._tell_party(self.env._(
            "Please confirm this statement, or dispute transactions, until %(day)s.", day=settlement.dispute_until))
