from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.membership_loyalty.tools.multipliers import days_of_month


class MembershipMultiplier(models.Model):
    """The till gets those multipliers that may apply there, with their conditions in one piece."""

    _name = 'membership.multiplier'
    _inherit = ['membership.multiplier', 'pos.load.mixin']

    till_conditions = fields.Json(compute='_compute_till_conditions')

    def _compute_till_conditions(self):
        for multiplier in self:
            # Articles and shops are not the cashier's to read one by one.
            record = multiplier.sudo()
            multiplier.till_conditions = {
                'dateFrom': fields.Date.to_string(record.date_from),
                'dateTo': fields.Date.to_string(record.date_to),
                'weekdays': record._membership_weekdays(),
                'monthDays': sorted(days_of_month(record.month_days)),
                'birthday': record.birthday or '',
                'tiers': record.tier_ids.ids,
                'firstPurchase': record.first_purchase,
                **(record._membership_product_json() if record._membership_is_for_some() else {'products': None}),
            }

    @api.model
    def _load_pos_data_domain(self, data, config):
        shop = config.sudo().membership_shop_id
        return list(
            Domain('program_id', 'in', config._get_program_ids().filtered('is_membership').ids)
            & Domain('channel', 'in', [False, 'pos'])
            & (Domain('shop_ids', '=', False) | Domain('shop_ids', 'in', shop.ids)))

    @api.model
    def _load_pos_data_fields(self, config):
        return ['name', 'program_id', 'factor', 'till_conditions']
