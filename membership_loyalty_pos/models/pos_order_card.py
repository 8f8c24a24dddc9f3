from odoo import fields, models


class PosOrder(models.Model):
    """The card that was read at the till: on what is bought with a co-branded one, its partner pays commission."""

    _inherit = 'pos.order'

    membership_card_shown_id = fields.Integer(
        string="Card shown", copy=False,
        help="The membership card that the till read, as the till says. It counts for a purchase of its own account.")

    def _membership_sale_half(self, key, accounts=None, spends=True):
        half = super()._membership_sale_half(key, accounts=accounts, spends=spends)
        card = half and half.purchases and self._membership_card_shown()
        if not card:
            return half
        return half._replace(purchases=[
            {'membership_card_id': card.id, **row} if row['card_id'] == card.account_id.id else row
            for row in half.purchases])

    def _membership_card_shown(self):
        """Return the card that the customer of this order showed, or an empty recordset: a till may say anything."""
        card = self.env['membership.card'].sudo().browse(self.membership_card_shown_id or []).exists()
        return card.filtered(lambda card: card.state != 'draft' and card._membership_bearer() == self.partner_id)
