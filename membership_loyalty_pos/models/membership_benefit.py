from odoo import api, models


class MembershipBenefit(models.Model):
    _name = 'membership.benefit'
    _inherit = ['membership.benefit', 'pos.load.mixin']

    @api.model
    def _load_pos_data_domain(self, data, config):
        return [('kind', '=', 'free_use'),
                ('program_id', 'in', config._get_program_ids().filtered('is_membership').ids)]

    @api.model
    def _load_pos_data_fields(self, config):
        return ['name', 'program_id', 'product_id']
