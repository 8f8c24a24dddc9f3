from math import inf
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import ormcache

from ..const import MEASURES
from ..tools import tiers
from .loyalty_program_tier_policy import POLICY_FIELDS

SWITCHES = ('period', 'period_months', 'match', 'match_count', 'drop', 'grace_days', 'first_term_months', 'term_months',
            'term_month_end', 'upgrade', 'refund')


class TierRules(NamedTuple):
    """How a programme judges its members, without a record in it."""

    policy: tiers.Policy
    ladder: tiers.Ladder
    timezone: str | None
    version: int
    prices: dict  # {tier id: price list id}, of tiers with one

    @property
    def asked(self):
        """The measures that lead anywhere: without any, no purchase is worth a look."""
        return {
            measure for level in self.ladder.levels if level.by_figures
            for thresholds in (level.enter, level.keep, level.reenter) for measure in thresholds
            if measure in self.policy.measures}

    def judges_like(self, other):
        return self[:3] == other[:3]


class LoyaltyProgram(models.Model):
    """The tier policy as the pure functions of tools.tiers read it, and its version."""

    _inherit = 'loyalty.program'

    @ormcache('self.id')
    def _membership_tier_rules(self):
        """Return the TierRules that are stored: known without a query at every posting."""
        return self.sudo()._membership_read_tier_rules()

    def _membership_read_tier_rules(self):
        """Return the TierRules of this programme as it stands in the environment, saved or not."""
        self.ensure_one()
        ladder = self._membership_tier_ladder()
        levels = tuple(tier._membership_level() for tier in ladder)
        measures = tuple(measure for measure in MEASURES if self[f'tier_by_{measure}'])
        policy = tiers.Policy(measures=measures, **{name: self[f'tier_{name}'] for name in SWITCHES})
        return TierRules(
            policy, tiers.Ladder(levels, tiers.floor(levels, self.default_tier_id._origin.id)), self.membership_tz,
            self.tier_policy_version, {tier.id: tier.pricelist_id.id for tier in ladder if tier.pricelist_id})

    @ormcache('self.id')
    def _membership_tier_words(self):
        """Return ({rule: sentence}, {measure: fact}, {tier id: name}) for the reasons of moves, in the language of the
        programme's company: known without a query like the rules, and forgotten with them."""
        lang = (self.sudo().company_id or self.env.company).partner_id.lang or self.env.lang
        program = self.sudo().with_context(lang=lang, active_test=False)
        decision = program.env['membership.tier.decision']
        names = {tier.id: tier.name for tier in program.tier_ids}
        return decision._get_sentences(program), decision._get_facts(), names

    def _membership_tier_ladder(self):
        """Return the tiers by rank, archived ones and lines of a form that are not saved yet among them."""
        return self.with_context(active_test=False).tier_ids.sorted(
            lambda tier: (tier.sequence, tier._origin.id or inf))

    def _membership_tier_standing(self, tier, basis=None, until=None):
        """Return how an account of this programme stands that is put into a tier today, as values of loyalty.card.

        :param tier: membership.tier, may be empty
        :param basis: of loyalty.card.tier_basis; parameters as for `_membership_move_to`
        """
        policy, ladder, *_rest = self._membership_tier_rules()
        rank = ladder.rank(tier.id)
        basis = basis or ('figures' if rank == ladder.floor else 'manual')
        if basis == 'figures' and not until and rank > ladder.floor:
            until = tiers.first_term(policy, self._membership_date(fields.Datetime.now()))
        return {'tier_basis': basis, 'tier_until': until or False,
                'tier_check_on': tiers.check_on(policy, until, basis) or False}

    # ------------------------------------------------------------------ version

    def write(self, vals):
        if not (POLICY_FIELDS | {'tier_ids', 'default_tier_id', 'is_membership'}) & vals.keys():
            return super().write(vals)
        with_rules = self._membership_watch_tier_rules()
        result = super().write(vals)
        self._membership_renew_tier_rules(with_rules)
        return result

    def _membership_watch_tier_rules(self):
        """Return {programme: TierRules} before a change, for `_membership_renew_tier_rules` after it."""
        return {program: program._membership_tier_rules() for program in self.filtered('is_membership')}

    def _membership_renew_tier_rules(self, before):
        """Give programmes that judge otherwise now a new version; the nightly review then looks at everybody."""
        self.env.registry.clear_cache()
        for program, rules in before.items():
            if not program._membership_read_tier_rules().judges_like(rules):
                program.sudo().tier_policy_version += 1
