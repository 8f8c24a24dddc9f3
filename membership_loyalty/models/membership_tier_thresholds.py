from odoo import api, fields, models
from odoo.tools import format_amount
from odoo.tools.misc import formatLang

from ..const import MEASURES
from ..guard import not_held

CHECKED = {
    'sequence', 'active', 'entry', 'program_id', *(f'enter_{measure}' for measure in MEASURES),
}
MONEY = ('spend', 'top_up', 'top_up_total')


class MembershipTier(models.Model):
    """What a tier asks for, of the measures that its programme has chosen."""

    _inherit = 'membership.tier'

    by_spend = fields.Boolean(related='program_id.tier_by_spend')
    by_visits = fields.Boolean(related='program_id.tier_by_visits')
    by_points = fields.Boolean(related='program_id.tier_by_points')
    by_top_up = fields.Boolean(related='program_id.tier_by_top_up')
    by_top_up_total = fields.Boolean(related='program_id.tier_by_top_up_total')

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        not_held(tiers.program_id)._check_tier_thresholds()
        return tiers

    def write(self, vals):
        result = super().write(vals)
        if CHECKED & vals.keys():
            # Written line by line by the programme's form, thresholds are checked when the last line is there.
            not_held(self.program_id)._check_tier_thresholds()
        return result

    def _membership_threshold(self, measure):
        """Return what it takes of a measure to enter; 0: it is not asked for."""
        return self[f'enter_{measure}'] if self.entry == 'figures' else 0

    def _membership_amount(self, measure, value):
        """Return a figure or threshold of a measure as people read it."""
        number = float(value or 0)
        if measure in MONEY:
            return format_amount(self.env, number, self.currency_id)
        return formatLang(self.env, number, digits=0 if number.is_integer() else 2)
