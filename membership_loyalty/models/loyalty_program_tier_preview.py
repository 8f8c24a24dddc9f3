from odoo import fields, models


class LoyaltyProgram(models.Model):
    _inherit = 'loyalty.program'
    tier_preview = fields.Char()
    tier_preview_wanted = fields.Boolean()
    tier_preview_now = fields.Boolean()
