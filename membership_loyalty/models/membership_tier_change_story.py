from odoo import api, fields, models
from odoo.tools import format_date, format_list

from .. import tier_sentences as sentences
from ..const import MEASURES


class MembershipTierChange(models.Model):
    """A move between tiers, told in the language of whoever reads it."""

    _inherit = 'membership.tier.change'

    figures_text = fields.Char(
        string="What counted", compute='_compute_figures_text',
        help="What was measured when the member moved, and what it took.")

    @api.depends('figures', 'thresholds')
    @api.depends_context('lang')
    def _compute_figures_text(self):
        for change in self:
            change.figures_text = format_list(self.env, change._facts(), 'unit') or False

    def _measures(self):
        """Return the measures that decided."""
        return [measure for measure in MEASURES if (self.thresholds or {}).get(measure)]

    def _facts(self):
        """Return what was reached of what it took, one text per measure."""
        return [sentences.say(self.env, sentences.FACT, {
            'measure': sentences.say(self.env, sentences.MEASURE_NAMES[measure]),
            'figure': self._amount(measure, (self.figures or {}).get(measure)),
            'needed': self._amount(measure, self.thresholds[measure]),
        }) for measure in self._measures()]

    def _amount(self, measure, value):
        return self.new_tier_id._membership_amount(measure, value)

    def _sentence(self):
        """Return the sentence that tells why this move put the member where he is."""
        self.ensure_one()
        sentence, measures, figures = self._rule_sentence(), self._measures(), self.figures or {}
        measure = measures[0] if len(measures) == 1 else None
        return sentences.say(self.env, sentence, {
            'tier': self.new_tier_id.name, 'old': self.old_tier_id.name or '', 'since': self._day(self.date),
            'until': self._day(self.until), 'reason': (self.reason or '').strip().rstrip('.'),
            'first': self._day(figures.get('first')), 'last': self._day(figures.get('last')),
            'figure': measure and self._amount(measure, figures.get(measure)),
            'needed': measure and self._amount(measure, self.thresholds[measure]),
            'facts': format_list(self.env, self._facts()),
        })

    def _rule_sentence(self):
        """Return the sentence of tier_sentences for the rule that moved the member."""
        until, measures = bool(self.until), self._measures()
        kind = measures[0] if len(measures) == 1 else 'several'
        figures = self.figures or {}
        if self.rule in ('enter', 'reenter') and measures:
            return sentences.REACHED[kind] if figures.get('first') else sentences.REACHED_EVER
        if self.rule == 'drop':
            return sentences.FALLEN[kind] if measures and figures.get('first') else sentences.FALLEN_SO
        return {
            'enrolment': sentences.ENROLLED,
            'override': sentences.BY_HAND_UNTIL if until else sentences.BY_HAND,
            'paid': sentences.PAID,
            'invited': sentences.INVITED_UNTIL if until else sentences.INVITED,
            'refund': sentences.REFUNDED,
        }.get(self.rule, sentences.OTHERWISE)

    def _day(self, day):
        return format_date(self.env, day, date_format='long') if day else ''
