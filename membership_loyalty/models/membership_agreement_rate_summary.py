from decimal import Decimal

from odoo import models
from odoo.tools.misc import formatLang

from .. import agreement_sentences as sentences
from ..tier_sentences import say


class MembershipAgreementRate(models.Model):
    """A rate in plain words."""

    _inherit = 'membership.agreement.rate'

    def _say(self):
        """Return what this rate means, as a sentence."""
        self.ensure_one()
        agreement = self.agreement_id
        names = agreement._names()
        sentence = sentences.CHARGES[self.charge, self.unit]
        if isinstance(sentence, dict):
            sentence = sentence[agreement.commission_on]
        payer, payee = ('party', 'operator') if self.direction == 'party_to_hq' else ('operator', 'party')
        return say(self.env, sentence, {
            **names, 'payer': names[payer], 'payee': names[payee], 'rate': self._show_rate()})

    def _show_rate(self):
        """Return the rate as people read it: as many decimals as it has, of money two at least."""
        rate = Decimal(str(self.rate)).quantize(Decimal('1E-8')).normalize()
        digits = max(0 if self.unit == 'percent' else 2, -rate.as_tuple().exponent)
        if self.unit == 'percent':
            return self.env._("%(number)s%%", number=formatLang(self.env, float(rate), digits=digits))
        return self.agreement_id._money(rate, digits)
