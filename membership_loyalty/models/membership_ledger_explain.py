from odoo import models


class MembershipLedgerEntry(models.Model):
    _inherit = 'membership.ledger.entry'

    def action_explain(self):
        """Show how the points of the purchase behind this entry came about."""
        self.ensure_one()
        purchase = self.env['membership.purchase'].search(
            [('document_key', 'in', [self.document_key, f'{self.document_key}/{self.program_id.id}']),
             ('card_id', '=', self.card_id.id)], limit=1)
        return purchase.action_explain() if purchase else {
            'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
                'type': 'info', 'message': self.env._("No purchase stands behind this entry: %(description)s",
                                                      description=self.description or '')}}
