from odoo import api, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """A member's contact is archived, brought back, deleted."""

    _inherit = 'res.partner'

    def write(self, vals):
        turned = self.filtered(lambda partner: partner.active != bool(vals['active'])) if 'active' in vals else self[:0]
        result = super().write(vals)
        if turned:
            turned._membership_cards_follow(bool(vals['active']))
        return result

    def _membership_cards_follow(self, is_active):
        """Freeze the cards of archived contacts; cards that were frozen for it work again when the contact is back."""
        cards = self.env['membership.card'].sudo().search([
            '|', ('partner_id', 'in', self.ids), ('holder_id', 'in', self.ids),
            ('state', '=', 'frozen' if is_active else 'active'), ('is_frozen_by_archive', '=', is_active)])
        cards.write({'state': 'active' if is_active else 'frozen', 'is_frozen_by_archive': not is_active})
        note = self.env._("The contact is back: cards work again.") if is_active else self.env._(
            "The contact was archived: cards are frozen. The account and its points are kept.")
        for account in cards.account_id:
            account.message_post(body=note)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_members(self):
        accounts = self.env['loyalty.card'].sudo().with_context(active_test=False).search([
            ('is_ledger_kept', '=', True), ('partner_id', 'in', self.ids)])
        if accounts:
            raise UserError(self.env._(
                "%(members)s: the account of a member has a history and cannot go with the contact. Archive the "
                "contact instead; its cards are frozen until it is back.",
                members=', '.join(accounts.partner_id.mapped('display_name'))))
