from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class MembershipSettlementJob(models.AbstractModel):
    """The monthly run: first every party is closed, then one after the other computed, each in its own transaction.

    What is being written while a party is closed is waited for, so that the computation after it sees all of it. Tills
    wait for the closing of one party only, never for a computation.
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
        return len(due) + len(self._unclosed(due).party_id)

    @api.model
    def _job_batch(self):
        """Close the next party, or else compute the next statement."""
        due = self._due()
        unclosed = self._unclosed(due)
        if unclosed:
            party = unclosed[0].party_id
            party._close(max(unclosed.filtered(lambda s: s.party_id == party).mapped('date_to')))
            return 1, 0
        settlement = next((settlement for settlement in due if settlement.try_lock_for_update()), due.browse())
        if settlement:
            self._compute(settlement)
        runs = self.env['membership.settlement.run'].sudo().search([('state', '=', 'computing')])
        runs.filtered(lambda run: run not in (due - settlement).run_id)._finish()
        return len(settlement), len(settlement)

    @api.model
    def _compute(self, settlement):
        """Compute one statement; what is wrong with it is kept on it, and the others go on."""
        try:
            with self.env.cr.savepoint():
                settlement._compute_settlement()
        except UserError as error:
            settlement.error = str(error)
