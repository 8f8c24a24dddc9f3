from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class MembershipSettlementJob(models.AbstractModel):
    """The monthly run: every party is closed, what happened at them is claimed, then each statement is priced.

    Closing one party and pricing one statement are transactions of their own; claiming is one for all, as fast as the
    database can. What is being written while a party is closed is waited for, so that the claim after it sees all of
    it; tills wait for the closing of one party only, never for a computation. Killed at any moment, it goes on there.
    """

    _name = 'membership.settlement.job'
    _inherit = ['membership.job.mixin']
    _description = "Computation of Settlements"

    @api.model
    def _due(self):
        """Return the statements to compute."""
        return self.env['membership.settlement'].sudo().search(
            Domain([('state', '=', 'draft'), ('run_id.state', '=', 'computing'), ('error', '=', False)]), order='id')

    @api.model
    def _unclosed(self, due):
        return due.filtered(lambda s: not s.party_id.closed_until or s.party_id.closed_until < s.date_to)

    @api.model
    def _job_count(self):
        due = self._due()
        return len(due) + len(self._unclosed(due).party_id) + (not all(due.mapped('is_claimed')))

    @api.model
    def _job_batch(self):
        """Close the next party, or else claim for all, or else price the next statement."""
        due = self._due()
        unclosed = self._unclosed(due)
        if unclosed:
            party = unclosed[0].party_id
            party._close(max(unclosed.filtered(lambda s: s.party_id == party).mapped('date_to')))
            return 1, 0
        unclaimed = due.filtered(lambda settlement: not settlement.is_claimed).try_lock_for_update()
        if unclaimed:
            unclaimed._claim_ahead()
            return 1, 0
        settlement = next((s for s in due if s.is_claimed and s.try_lock_for_update()), due.browse())
        if settlement:
            self._price(settlement)
        runs = self.env['membership.settlement.run'].sudo().search([('state', '=', 'computing')])
        runs.filtered(lambda run: run not in (due - settlement).run_id)._finish()
        return len(settlement), len(settlement)

    @api.model
    def _price(self, settlement):
        """Price one statement; what is wrong with it is kept on it, and the others go on."""
        try:
            with self.env.cr.savepoint():
                settlement._price_claimed()
        except UserError as error:
            settlement.error = str(error)
