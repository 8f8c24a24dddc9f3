from odoo import fields, models


class MembershipParty(models.Model):
    """The keys by which the terminals and systems of a party reach the partner interface."""

    _inherit = 'membership.party'

    api_key_ids = fields.One2many('membership.api.key', 'party_id', string="Keys", readonly=True)
