from odoo import fields, models


class MembershipTierChange(models.Model):
    _inherit = 'membership.tier.change'
    figures_text = fields.Char()
