from odoo import api, fields, models


class LoyaltyProgram(models.Model):
    """What the till has to know of promotions that are for some customers only."""

    _inherit = 'loyalty.program'

    membership_audience = fields.Json(
        compute='_compute_membership_audience', compute_sudo=True,
        help="Ids of the tiers and segments that have this promotion, and what others are told.")

    def _compute_membership_audience(self):
        limited = self.env['loyalty.program']._membership_any_audience()
        for program in self:
            tiers, segments = program.membership_tier_ids.ids, program.membership_segment_ids.ids
            program.membership_audience = limited and (tiers or segments) and {
                'tiers': tiers, 'segments': segments, 'refusal': program._membership_audience_refusal()}

    @api.model
    def _load_pos_data_fields(self, config):
        return super()._load_pos_data_fields(config) + ['membership_audience']
