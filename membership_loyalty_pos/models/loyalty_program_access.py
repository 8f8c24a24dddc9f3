from odoo import api, fields, models


class LoyaltyProgram(models.Model):
    _inherit = 'loyalty.program'

    has_price_days = fields.Boolean(
        compute='_compute_has_price_days', compute_sudo=True,
        help="Whether prices of members change from day to day, so that the till has to ask for them.")

    def _compute_has_price_days(self):
        for program in self:
            program.has_price_days = bool(program.price_day_ids)

    @api.model
    def _load_pos_data_fields(self, config):
        return super()._load_pos_data_fields(config) + ['has_price_days']
