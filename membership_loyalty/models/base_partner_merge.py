from odoo import models

from ..guard import posting


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        """Merge members' accounts by the ledger; what is left to native code are cards of other programmes."""
        accounts = self.env['loyalty.card'].sudo().search([
            ('is_ledger_kept', '=', True), ('partner_id', 'in', (src_partners | dst_partner).ids)])
        for group in accounts.grouped('program_id').values():
            kept = group.filtered(lambda account: account.partner_id == dst_partner) or group.sorted('id')[:1]
            if kept.partner_id != dst_partner:
                posting(kept).partner_id = dst_partner
            if group - kept:
                (group - kept)._membership_merge_into(kept)
        self._merge_family_cards(src_partners, dst_partner)
        return super()._merge_loyalty_cards(src_partners, dst_partner)

    def _merge_family_cards(self, src_partners, dst_partner):
        """Let family cards follow their holders; the card of somebody who turns out to be the owner is the owner's."""
        cards = self.env['membership.card'].sudo().search([('holder_id', 'in', src_partners.ids)])
        owned = cards.filtered(lambda card: card.partner_id == dst_partner)
        owned.holder_id = False
        (cards - owned).holder_id = dst_partner
        self.env['membership.card'].sudo().search([
            ('holder_id', '=', dst_partner.id), ('partner_id', '=', dst_partner.id)]).holder_id = False
