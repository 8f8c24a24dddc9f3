from odoo import api, models


class MembershipShop(models.Model):
    """A shop that is given to a party brings along what happened there since their agreement began."""

    _inherit = 'membership.shop'

    @api.model_create_multi
    def create(self, vals_list):
        shops = super().create(vals_list)
        shops.party_id._adopt_events()
        return shops

    def write(self, vals):
        result = super().write(vals)
        if vals.get('party_id'):
            self.party_id._adopt_events()
        return result
