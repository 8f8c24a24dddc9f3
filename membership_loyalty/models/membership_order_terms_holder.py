from odoo import fields, models


class MembershipOrderTerms(models.Model):
    """Who of a family bought, and whether that earns: as it was on the day the order was confirmed."""

    _inherit = 'membership.order.terms'

    membership_card_id = fields.Many2one(
        'membership.card', string="Family card", readonly=True, ondelete='restrict', index='btree_not_null')
    earns = fields.Boolean(default=True, readonly=True, help="Whether the buyer may earn points for the account.")

    def _membership_buyer(self):
        """Return the contact whose order these terms are for."""
        return self.membership_card_id.holder_id or self.card_id.partner_id
