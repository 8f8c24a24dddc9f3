from odoo import api, models

from ..const import MEASURES
from ..tools import tiers
from ..tools.rounding import to_decimal


class MembershipTier(models.Model):
    """A tier as a step of the ladder; changing it is a new version of its programme's policy."""

    _inherit = 'membership.tier'

    def _membership_level(self):
        """Return this tier as a tools.tiers.Level."""
        self.ensure_one()
        values = {step: {measure: to_decimal(self[f'{step}_{measure}']) for measure in MEASURES}
                  for step in ('enter', 'keep', 'reenter')}
        return tiers.Level(
            self._origin.id or self.id, **tiers.thresholds(**values),
            by_figures=self.active and self.entry == 'figures')

    def _membership_top(self):
        """Return the highest of these tiers."""
        return self.sorted(lambda tier: (tier.sequence, tier.id))[-1:]

    @api.model_create_multi
    def create(self, vals_list):
        programs = self.env['loyalty.program'].browse(filter(None, (vals.get('program_id') for vals in vals_list)))
        before = programs.exists()._membership_watch_tier_rules()
        created = super().create(vals_list)
        programs._membership_renew_tier_rules(before)
        return created

    def write(self, vals):
        before = self.program_id._membership_watch_tier_rules()
        result = super().write(vals)
        self.program_id._membership_renew_tier_rules(before)
        return result

    def unlink(self):
        programs = self.program_id
        before = programs._membership_watch_tier_rules()
        result = super().unlink()
        programs._membership_renew_tier_rules(before)
        return result
