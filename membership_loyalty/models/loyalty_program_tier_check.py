from itertools import pairwise

from odoo import models
from odoo.exceptions import ValidationError

from ..const import MEASURES
from ..guard import held

CHECKED = {'tier_ids', 'default_tier_id', *(f'tier_by_{measure}' for measure in MEASURES)}


class LoyaltyProgram(models.Model):
    """A ladder of tiers that nobody could climb, or that everybody stands on, is refused when it is saved."""

    _inherit = 'loyalty.program'

    def write(self, vals):
        if not CHECKED & vals.keys():
            return super().write(vals)
        result = super(LoyaltyProgram, held(self)).write(vals)
        self._check_tier_thresholds()
        return result

    def _membership_measures(self):
        """Return the measures that this programme has chosen."""
        return [measure for measure in MEASURES if self[f'tier_by_{measure}']]

    def _membership_ladder(self):
        """Return the tiers that purchases lead to, the lowest first."""
        return self._membership_tier_ladder().filtered(lambda tier: tier.active and tier.entry == 'figures')

    def _check_tier_thresholds(self):
        for program in self.filtered('is_membership'):
            ladder, measures = program._membership_ladder(), program._membership_measures()
            asking = ladder.filtered(lambda tier: any(tier._membership_threshold(measure) for measure in MEASURES))
            if asking and not measures:
                raise ValidationError(self.env._(
                    "%(tier)s has a threshold, but %(program)s measures nothing. Choose at least one measure.",
                    tier=asking[0].name, program=program.name))
            first = program.default_tier_id
            if first in asking or first.entry not in (False, 'figures'):
                raise ValidationError(self.env._(
                    "New members start in %(tier)s: it cannot ask for anything to enter. Choose another first tier, or "
                    "take away its thresholds.", tier=first.name))
            for measure in measures:
                program._check_rising(measure, ladder)

    def _check_rising(self, measure, ladder):
        asking = ladder.filtered(lambda tier: tier._membership_threshold(measure))
        for lower, higher in pairwise(asking):
            low, high = lower._membership_threshold(measure), higher._membership_threshold(measure)
            if high <= low:
                raise ValidationError(self.env._(
                    "%(measure)s: %(higher)s stands above %(lower)s and must ask for more than %(low)s, not "
                    "%(high)s.", measure=self._fields[f'tier_by_{measure}']._description_string(self.env),
                    higher=higher.name, lower=lower.name, low=f'{low:g}', high=f'{high:g}'))
