from odoo import fields, models
from odoo.exceptions import UserError


class MembershipSettlementReopen(models.TransientModel):
    """Take back a statement that was sent, with the reason that the party will read."""

    _name = 'membership.settlement.reopen'
    _description = "Open Statements Again"

    settlement_ids = fields.Many2many(
        'membership.settlement', string="Statements", required=True, readonly=True,
        default=lambda self: self.env.context.get('active_ids'))
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Say why: the reason is kept with the statement."))
        self.settlement_ids._reopen(self.reason.strip())
        return {'type': 'ir.actions.act_window_close'}
