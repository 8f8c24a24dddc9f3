from odoo import models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _membership_tiers(self):
        """Return the tiers of this customer, in all programmes, as a member or in a family; sudo."""
        tiers = self.env['membership.tier'].sudo()
        customers = self.filtered(lambda partner: isinstance(partner.id, int) and not partner.is_public)
        accounts = self.env['loyalty.card']._membership_used_by(customers)
        return tiers.concat(*(account.tier_id for account in accounts.values()))
