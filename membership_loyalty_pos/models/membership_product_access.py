from odoo import api, fields, models
from odoo.fields import Domain


class MembershipProductAccess(models.Model):
    """The till gets the rules of the programmes it offers, each in one piece."""

    _name = 'membership.product.access'
    _inherit = ['membership.product.access', 'pos.load.mixin']

    till_conditions = fields.Json(compute='_compute_till_conditions')

    def _compute_till_conditions(self):
        for access in self:
            # Articles are not the cashier's to read one by one.
            record = access.sudo()
            access.till_conditions = {
                **record._membership_product_json(),
                'tiers': record.tier_ids.ids,
                'membersFrom': fields.Date.to_string(record.members_from),
                'openFrom': fields.Date.to_string(record.open_from),
            }

    @api.model
    def _load_pos_data_domain(self, data, config):
        return list(Domain('program_id', 'in', config._get_program_ids().filtered('is_membership').ids))

    @api.model
    def _load_pos_data_fields(self, config):
        return ['program_id', 'sentence', 'till_conditions']
