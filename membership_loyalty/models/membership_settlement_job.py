from odoo import api, models
from odoo.fields import Domain


class MembershipSettlementJob(models.AbstractModel):
    """The monthly run: first every party is closed, then one after the other computed, each in its own transaction.

    What is being written while a party is closed is waited for, so that the computation after it sees all of it.
    """

    _name = 'membership.settlement.job'
    _inherit = ['membership.job.mixin']
    _description = "Computation of Settlements"

    @api.model
    def _domain(self):
        return Domain([('state', '=', 'draft'), ('run_id.state', '=', 'computing')])

    @api.model
    def _job_count(self):
        return self.env['membership.settlement'].sudo().search_count(self._domain())

    @api.model
    def _job_batch(self):
        """Close all parties that are due, or else compute the next one."""
        due = self.env['membership.settlement'].sudo().search(self._domain(), order='id')
        unclosed = due.filtered(lambda s: not s.party_id.closed_until or s.party_id.closed_until < s.date_to)
        if unclosed:
            for settlement in unclosed.sorted('party_id'):
                settlement.party_id._close(settlement.date_to)
            return len(unclosed), 0
        settlement = due[:1].try_lock_for_update()
        if settlement:
            settlement._compute_settlement()
        runs = self.env['membership.settlement.run'].sudo().search([('state', '=', 'computing')])
        runs.filtered(lambda run: 'draft' not in run.settlement_ids.mapped('state'))._finish()
        return len(settlement), len(settlement)
