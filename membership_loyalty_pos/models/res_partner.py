from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def get_new_partner(self, config_id, domain, offset):
        result = super().get_new_partner(config_id, self._membership_search_domain(domain), offset)
        config = self.env['pos.config'].browse(config_id)
        ids = [partner['id'] for partner in result['res.partner']]
        result['loyalty.card'] = self.env['loyalty.card']._membership_pos_rows(
            config, [('membership_user_ids', 'in', ids)])
        return result

    @api.model
    def _membership_search_domain(self, domain):
        """Let a search for a barcode find the holder of the card with that number, too."""
        codes = [value.strip('%') for leaf in domain if isinstance(leaf, (list, tuple)) and leaf[0] == 'barcode'
                 for value in leaf[2:] if isinstance(value, str)]
        holders = self.env['membership.card']._membership_holders(codes)
        return list(Domain(domain) | Domain('id', 'in', holders.ids)) if holders else domain
