from odoo import models
from odoo.exceptions import AccessError, UserError


class MembershipLedgerEntry(models.Model):
    """Taking back an adjustment: with one more entry, never by changing the first."""

    _inherit = 'membership.ledger.entry'

    def action_undo(self):
        """Post the opposite of an adjustment."""
        self.ensure_one()
        if not self.env.user.has_group('membership_loyalty.group_membership_manager'):
            raise AccessError(self.env._("Only a membership manager may undo an adjustment."))
        self.check_access('read')
        if self.kind != 'adjust':
            raise UserError(self.env._(
                "Only an adjustment is undone here. Points of an order are taken back by its refund or cancellation."))
        posted = self.card_id._membership_post_single(
            'adjust', 0, self.document_key, self.env._("Undone: %(reason)s", reason=self.description or ''),
            company_id=self.company_id.id)
        if not posted:
            raise UserError(self.env._("This adjustment was undone before."))
        self.env['membership.adjust.request']._undo(self.document_key)
        return posted._get_records_action()

    def action_open_document(self):
        """Open the order, or whatever else stands behind this entry."""
        self.ensure_one()
        if not self.document_model or self.document_model not in self.env or not self.document_id:
            raise UserError(self.env._("No document stands behind this entry."))
        return self.env[self.document_model].browse(self.document_id)._get_records_action()
