from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Entries that book the liability of points are kept: the history of the cohorts refers to them."""

    _inherit = 'account.move'

    membership_revenue_posting_ids = fields.One2many(
        'membership.revenue.posting', 'move_id', string="Booked for points", readonly=True,
        groups='membership_loyalty.group_membership_auditor')

    @api.ondelete(at_uninstall=False)
    def _unlink_except_membership_revenue(self):
        if self.sudo().membership_revenue_posting_ids:
            raise UserError(self.env._(
                "This entry books the liability of points, and the history of the cohorts refers to it. Cancel it "
                "instead: the next posting then books what is missing."))
