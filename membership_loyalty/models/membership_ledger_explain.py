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

    def _membership_explanations(self):
        """Return {entry: [(label, points as text)]} of those of the entries that have something to explain.

        Two entries of one document share its explanation: the first one shows it.
        """
        earned = self.filtered(lambda entry: entry.kind == 'earn' and not entry.is_reversal).sorted('id')
        by_key = {}
        for entry in earned:
            for key in (entry.document_key, f'{entry.document_key}/{entry.program_id.id}'):
                by_key.setdefault((key, entry.card_id), entry)
        purchases = self.env['membership.purchase'].sudo().search([
            ('document_key', 'in', [key for key, _card in by_key]), ('explanation', '!=', False)])
        return {
            by_key[purchase.document_key, purchase.card_id]: [
                (label, f'{points:+f}') for label, points in purchase._membership_explain()]
            for purchase in purchases if (purchase.document_key, purchase.card_id) in by_key}
