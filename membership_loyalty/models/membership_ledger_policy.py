from datetime import timedelta

from odoo import api, fields, models


class MembershipLedgerEntry(models.Model):
    """The one place where points get their dates: what the programme's policy is at the moment they are issued."""

    _inherit = 'membership.ledger.entry'

    @api.model
    def _with_points_policy(self, postings):
        """Return the postings with the dates that new credits of points keep for good.

        A posting that brings dates of its own keeps them: points that move between accounts. What is handed back goes
        to the credits it was taken from, with their dates, and at least the programme's days of grace.
        """
        cards = self.env['loyalty.card'].sudo().browse(dict.fromkeys(posting.card_id for posting in postings))
        today = cards.program_id._membership_today()
        return [
            self._posting_with_policy(posting, cards.browse(posting.card_id).program_id, today)
            if posting.value_type == 'points' else posting for posting in postings]

    @api.model
    def _posting_with_policy(self, posting, program, today):
        if program.points_grace_days:
            grace = today[program.id] + timedelta(program.points_grace_days)
            posting = posting._replace(grace_until=max(grace, posting.grace_until or grace))
        if posting.wanted <= 0 or posting.expires_on or posting.is_pending or posting.available_from:
            return posting
        return posting._replace(**program._membership_credit_terms(
            posting.kind, fields.Date.to_date(posting.date), waits=self._waits_for_event(posting, program)))

    @api.model
    def _waits_for_event(self, posting, program):
        """Tell whether the points of a document wait until it is paid or delivered. For documents that know."""
        document = posting.kind == 'earn' and program.points_pending_event and posting.model == 'sale.order'
        if not document:
            return False
        order = self.env['sale.order'].sudo().browse(posting.res_id)
        return order not in order._membership_ready(program.points_pending_event)
