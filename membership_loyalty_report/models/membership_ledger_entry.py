from odoo import fields, models


class MembershipLedgerEntry(models.Model):
    _inherit = 'membership.ledger.entry'

    tier_id = fields.Many2one(related='card_id.tier_id', string="Tier today")
