from odoo import models


class ProductPricelist(models.Model):
    """On a member day members have its price list; other contacts, and other days, cost no query."""

    _inherit = 'product.pricelist'

    def _get_partner_pricelist_multi(self, partner_ids):
        result = super()._get_partner_pricelist_multi(partner_ids)
        days = self.env['membership.price.day']._membership_today()
        if not days or not self.env['res.groups']._is_feature_enabled('product.group_product_pricelist'):
            return result
        # A contact that is being edited has the price list of the contact that it is: nothing looks changed by hand.
        partners = {partner.id: partner._origin.id for partner in self.env['res.partner'].browse(partner_ids)}
        found = days._membership_pricelists(self.env['res.partner'].browse(filter(None, partners.values())))
        for partner_id, origin_id in partners.items():
            pricelist = found.get(origin_id, self.browse()).with_env(self.env)
            # The hook: a web shop leaves out price lists that are not for it.
            if pricelist and pricelist._get_partner_pricelist_multi_filter_hook():
                result[partner_id] = pricelist
        return result

    def write(self, vals):
        if {'active', 'company_id'} & vals.keys():
            self.env.registry.clear_cache()  # of membership.price.day
        return super().write(vals)
