from collections import Counter

from odoo import api, fields, models
from odoo.tools import format_list
from odoo.tools.misc import formatLang

from ..const import MEASURES
from ..tools import tiers
from .loyalty_program_tier_policy import POLICY_FIELDS

# Up to so many members the preview follows every change of the form; counting more of them takes a click.
COUNTED_AT_ONCE = 50000
TIER_FIELDS = ('name', 'sequence', 'active', 'entry', *(f'enter_{measure}' for measure in MEASURES))


class LoyaltyProgram(models.Model):
    """How many members the thresholds on the form would put into each tier, before they are saved."""

    _inherit = 'loyalty.program'

    tier_preview = fields.Char(
        string="Preview", compute='_compute_tier_preview',
        groups='membership_loyalty.group_membership_auditor')
    tier_preview_wanted = fields.Boolean(
        compute='_compute_tier_preview', groups='membership_loyalty.group_membership_auditor')
    tier_preview_now = fields.Boolean(
        string="Count members", store=False, groups='membership_loyalty.group_membership_auditor')

    @api.depends('default_tier_id', 'tier_preview_now', *sorted(POLICY_FIELDS),
                 *(f'tier_ids.{name}' for name in TIER_FIELDS))
    @api.depends_context('lang')
    def _compute_tier_preview(self):
        for program in self:
            saved = program._origin
            members = saved.membership_member_count if saved.is_membership else 0
            program.tier_preview_wanted = members > COUNTED_AT_ONCE
            if not members:
                program.tier_preview = False
            elif members > COUNTED_AT_ONCE and not program.tier_preview_now:
                program.tier_preview = self.env._(
                    "Count the members of each tier with these thresholds: it may take a minute.")
            else:
                program.tier_preview = program._membership_preview_text()

    def _membership_preview_text(self):
        """Return the sentence that says how many members the thresholds put into each tier."""
        ladder = self._membership_tier_ladder()
        counts = self._membership_preview_counts()
        parts = [
            self.env._("%(count)s %(tier)s", count=formatLang(self.env, counts[rank], digits=0), tier=tier.name)
            for rank, tier in enumerate(ladder)
            if tier.name and (counts[rank] or (tier.active and tier.entry == 'figures'))]
        if counts[tiers.NOBODY]:
            parts.append(self.env._(
                "%(count)s without a tier", count=formatLang(self.env, counts[tiers.NOBODY], digits=0)))
        return self.env._("With today's figures: %(counts)s.", counts=format_list(self.env, parts))

    def _membership_preview_counts(self):
        """Return {rank: members}: where the figures of today put members if all of them entered now."""
        rules, today = self._membership_read_tier_rules(), self._membership_date(fields.Datetime.now())
        return Counter(self.env['membership.tier.decision']._count_by_rank(self._origin, rules, today))
