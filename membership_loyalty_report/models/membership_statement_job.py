from odoo import api, models
from odoo.fields import Domain


class MembershipStatementJob(models.AbstractModel):
    """Long workbooks of statements, made one after the other when nobody has to wait for them."""

    _name = 'membership.statement.job'
    _inherit = ['membership.job.mixin']
    _description = "Workbooks of Statements"

    @api.model
    def _domain(self):
        return Domain('workbook_user_id', '!=', False)

    @api.model
    def _job_count(self):
        """Return how many transactions are still to be written."""
        return self.env['membership.settlement'].sudo().search(self._domain())._count_transactions()

    @api.model
    def _job_batch(self):
        """Make the next workbook.

        :return: (transactions written, files made)
        """
        waiting = self.env['membership.settlement'].sudo().search(self._domain(), order='id', limit=100)
        settlement = waiting.try_lock_for_update(limit=1)
        if not settlement:
            return 0, 0
        user = settlement.workbook_user_id
        settlement.with_context(lang=user.lang)._make_workbook()
        return max(1, settlement._count_transactions()), 1
