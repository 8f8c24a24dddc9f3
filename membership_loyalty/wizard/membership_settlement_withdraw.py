from odoo import fields, models
from odoo.exceptions import UserError


class MembershipSettlementWithdraw(models.TransientModel):
    """Take the documents of a statement back, with a reason: drafts are deleted, posted ones get their reversal."""

    _name = 'membership.settlement.withdraw'
    _description = "Cancel Documents of a Statement"

    settlement_id = fields.Many2one('membership.settlement', string="Statement", required=True, readonly=True)
    reason = fields.Char(required=True, help="Stands on the reversals and in the history of the statement.")

    def action_withdraw(self):
        """Cancel the documents; the statement is confirmed again and can be booked anew."""
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Say why: the reason stands on the reversals."))
        self.settlement_id._withdraw_documents(self.reason.strip())
        return {'type': 'ir.actions.act_window_close'}
