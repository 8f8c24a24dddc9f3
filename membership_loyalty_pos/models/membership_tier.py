from odoo import api, models


class MembershipTier(models.Model):
    _name = 'membership.tier'
    _inherit = ['membership.tier', 'pos.load.mixin']

    @api.model
    def _load_pos_data_domain(self, data, config):
        return [('program_id', 'in', config._get_program_ids().filtered('is_membership').ids)]

    @api.model
    def _load_pos_data_fields(self, config):
        return ['name', 'color', 'multiplier', 'program_id', 'pricelist_id']
