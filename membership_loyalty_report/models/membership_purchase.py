from odoo import fields, models


class MembershipPurchase(models.Model):
    _inherit = 'membership.purchase'

    tier_id = fields.Many2one(related='card_id.tier_id', string="Tier today")
