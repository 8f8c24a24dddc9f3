from odoo import api, fields, models
from odoo.tools import format_list

from .. import tier_sentences as sentences
from ..const import MEASURES


class LoyaltyCard(models.Model):
    """Why a member is in a tier, until when, and what is missing for the next one: in sentences, for anybody."""

    _inherit = 'loyalty.card'

    tier_story = fields.Char(
        string="Why this tier", compute='_compute_tier_story', compute_sudo=True,
        help="What put the member into the tier, how long it is held, and what is missing for the next one.")

    @api.depends('tier_id', 'tier_basis', 'tier_until', 'tier_change_ids', 'purchase_ids.amount_total', 'entry_ids')
    @api.depends_context('lang')
    def _compute_tier_story(self):
        members = self.filtered(lambda account: account.is_membership and account.tier_id)
        (self - members).tier_story = False
        standing = members._membership_tier_figures() if members else {}
        last_moves = {change.card_id: change for change in members.tier_change_ids.sorted('id')}
        for account in members:
            account.tier_story = ' '.join(filter(None, (
                account._membership_story_origin(last_moves.get(account)), account._membership_story_until(),
                account._membership_story_next(standing.get(account)))))

    def _membership_story_origin(self, change):
        """Return the sentence on what put the member into the tier.

        :param change: the last membership.tier.change of the account, or None
        """
        if not change or change.new_tier_id != self.tier_id:
            return ''
        kept = change.until and self.tier_until and self.tier_until > change.until and self.tier_basis == 'figures'
        return sentences.say(self.env, sentences.KEPT, {
            'tier': self.tier_id.name, 'since': change._day(change.date)}) if kept else change._sentence()

    def _membership_story_until(self):
        """Return the sentence on how long the tier is held."""
        if not self.tier_until:
            return ''
        if self.tier_basis in ('manual', 'paid', 'invited'):
            return sentences.say(self.env, sentences.THEN_PURCHASES)
        return sentences.say(self.env, sentences.HELD_UNTIL, {'until': self._membership_day(self.tier_until)})

    def _membership_story_next(self, standing):
        """Return the sentence on what is missing for the next tier.

        :param standing: of this account, from `_membership_tier_figures`
        """
        tier = standing and standing['next_tier']
        missing = standing and standing['missing']
        if not tier or not missing:
            return ''
        values = {'next': tier.name, 'count': self.program_id.tier_match_count}
        measures = [measure for measure in MEASURES if measure in missing]
        if len(measures) == 1:
            [measure] = measures
            return sentences.say(self.env, sentences.MISSING[measure], {
                **values, 'missing': tier._membership_amount(measure, missing[measure]),
                'needed': tier._membership_amount(measure, tier[f'enter_{measure}'])})
        facts = [sentences.say(self.env, sentences.MISSING_FACT, {
            'measure': sentences.say(self.env, sentences.MEASURE_NAMES[measure]),
            'missing': tier._membership_amount(measure, missing[measure])}) for measure in measures]
        return sentences.say(self.env, sentences.MISSING[self.program_id.tier_match], {
            **values, 'facts': format_list(self.env, facts)})
