from odoo import fields, models

# Settings of a programme on which the remembered rules of membership.product.access and membership.price.day rest.
REMEMBERED = {'active', 'company_id', 'membership_tz'}


class LoyaltyProgram(models.Model):
    """What members of a programme may buy before or instead of others, and at which prices on their days."""

    _inherit = 'loyalty.program'

    product_access_ids = fields.One2many('membership.product.access', 'program_id', string="Products for members")
    price_day_ids = fields.One2many('membership.price.day', 'program_id', string="Prices of member days")

    def write(self, vals):
        if REMEMBERED & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)
