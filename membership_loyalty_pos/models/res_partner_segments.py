from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    membership_segments = fields.Json(
        compute='_compute_membership_segments', compute_sudo=True,
        help="Ids of the tags that promotions may be limited to, for the till.")

    @api.depends('category_id')
    def _compute_membership_segments(self):
        limited = self.env['loyalty.program']._membership_any_audience()
        for partner in self:
            partner.membership_segments = partner.category_id.ids if limited else False

    @api.model
    def _load_pos_data_fields(self, config):
        return super()._load_pos_data_fields(config) + ['membership_segments']
