from odoo import fields, models


class LoyaltyCard(models.Model):
    _inherit = 'loyalty.card'
    tier_story = fields.Char()
