from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from .. import agreement_sentences as sentences
from ..tier_sentences import say
from .membership_agreement_life import TERMS

RATE_FIELDS = [f'rate_ids.{name}' for name in ('charge', 'unit', 'rate', 'direction')]


class MembershipAgreement(models.Model):
    """An agreement in plain words, for an owner to read before it is put in force."""

    _inherit = 'membership.agreement'

    summary = fields.Html(string="In plain words", compute='_compute_summary', sanitize=False)

    @api.depends('version', *sorted(TERMS - {'analytic_distribution'}), *RATE_FIELDS)
    @api.depends_context('lang')
    def _compute_summary(self):
        for agreement in self:
            complete = agreement.party_id and agreement.program_id and agreement.date_from
            agreement.summary = self.env['ir.qweb']._render('membership_loyalty.membership_agreement_summary', {
                'groups': [agreement._say_charges(), agreement._say_rules(), agreement._say_statements()],
            }) if complete else False

    def _names(self):
        """Return who is who in the sentences."""
        return {'party': self.party_id.name or '', 'operator': self.company_id.name or '', 'version': self.version}

    def _money(self, amount, digits=None):
        """Return an amount as people read it, with the code of its currency: signs are shared by several.

        :param digits: decimals shown, by default the currency's
        """
        digits = self.currency_id.decimal_places if digits is None else digits
        return f"{formatLang(self.env, float(amount), digits=digits)}\N{NO-BREAK SPACE}{self.currency_id.name or ''}"

    # ------------------------------------------------------------------ sentences

    def _say_charges(self):
        """Return from when it holds, and the sentence of each rate."""
        dates = {'first': format_date(self.env, self.date_from), 'last': format_date(self.env, self.date_to)}
        lines = [say(self.env, sentences.FROM_TO if self.date_to else sentences.FROM, {**self._names(), **dates})]
        rates = [rate._say() for rate in self.rate_ids if (rate.charge, rate.unit) in sentences.CHARGES]
        return lines + (rates or [say(self.env, sentences.NOTHING)])

    def _say_rules(self):
        """Return who bears what: points that expire, were not there, come late or come back, and bonus money."""
        names, lines = self._names(), []
        if 'brkg' not in self.rate_ids.mapped('charge'):
            lines.append(say(self.env, sentences.EXPIRY[self.basis], names))
        lines.append(say(self.env, sentences.OVERDRAFT[self.overdraft_bearer], names))
        if self.party_id.is_stored_value_allowed:
            share = self.env._("%(number)s%%", number=formatLang(self.env, self.bonus_share))
            lines.append(say(self.env, sentences.BONUS[self.bonus_bearer], {**names, 'share': share}))
        if self.late_days:
            lines.append(say(self.env, sentences.LATE, {'days': self.late_days}))
        if self.reversal_grace_days:
            lines.append(say(self.env, sentences.GRACE, {'days': self.reversal_grace_days}))
        return lines

    def _say_statements(self):
        """Return how statements are accepted, booked and paid."""
        names = self._names()
        lines = [say(self.env, sentences.DISPUTE[self.is_auto_accept], {**names, 'days': self.dispute_days}),
                 say(self.env, sentences.DOCUMENTS[self.document_mode], names)]
        if self.min_amount:
            lines.append(say(self.env, sentences.MINIMUM[self.min_policy], {'amount': self._money(self.min_amount)}))
        if self.payment_term_id:
            lines.append(say(self.env, sentences.PAYABLE, {'term': self.payment_term_id.name}))
        return lines
