from odoo import models


class PosConfig(models.Model):
    _inherit = 'pos.config'

    def _membership_tier_pricelists(self):
        """Add the price lists of member days: a session may still be open when the day begins."""
        days = self._get_program_ids().filtered('is_membership').sudo().price_day_ids
        return super()._membership_tier_pricelists() | days.pricelist_id.filtered(
            lambda pricelist: pricelist.currency_id == self.currency_id
            and pricelist.company_id in (self.env['res.company'], self.company_id)).with_env(self.env)
