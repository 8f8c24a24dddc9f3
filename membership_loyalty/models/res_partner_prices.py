from odoo import models


class ResPartner(models.Model):
    """Odoo's `partnership`, where installed, sets the price list of a contact's level whenever the level is set.

    It must not take a tier's prices away, nor be lost: while the tier has a price list, the level's waits.
    """

    _inherit = 'res.partner'

    def write(self, vals):
        result = super().write(vals)
        if vals.get('grade_id') and self._membership_has_levels():
            self._membership_keep_tier_prices()
        return result

    def _membership_has_levels(self):
        return 'grade_id' in self._fields and 'res.partner.grade' in self.env

    def _membership_level_of(self, pricelist):
        """Return the name of the contact's level when this is the level's price list."""
        self.ensure_one()
        if not self._membership_has_levels():
            return None
        level = self.sudo().grade_id
        return level.name if pricelist and level.default_pricelist_id == pricelist else None

    def _membership_keep_tier_prices(self):
        """Give members back the price list of their tier, and keep the one of their new level for later."""
        accounts = self.env['loyalty.card'].sudo().search([
            ('partner_id', 'in', self.ids), ('is_membership', '=', True), ('program_id.active', '=', True),
            ('company_id', 'in', (False, self.env.company.id)), ('tier_id.pricelist_id', '!=', False)])
        for own, members in accounts.grouped(lambda account: account.tier_id.pricelist_id).items():
            # As if a member without prices entered the tier: what is found now was set by the level.
            lost = members.filtered(lambda account, own=own: account.partner_id._membership_has_level_prices(own))
            lost._membership_set_pricelist(own.browse(), own)

    def _membership_has_level_prices(self, own):
        current = self.specific_property_product_pricelist
        return current != own and self._membership_level_of(current) and own.company_id <= self.env.company
