from decimal import Decimal

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .. import agreement_sentences as sentences
from ..tier_sentences import say
from ..tools.rounding import to_decimal
from ..tools.settlement import price, rounded
from ..tools.settlement_facts import TO_HQ, TO_PARTY, Fact
from .membership_agreement_summary import RATE_FIELDS

# The month of the example: points, transactions, and spending in the programme's currency.
ISSUED, SPENT, EXPIRED, BOUGHT = Decimal(10000), Decimal(8000), Decimal(1000), Decimal(10000)
TIMES_ISSUED, TIMES_SPENT, TIMES_BOUGHT = 100, 80, 100


class MembershipAgreement(models.Model):
    """What a month would cost by the rates on the form, reckoned as a statement is."""

    _inherit = 'membership.agreement'

    example = fields.Html(string="Worked example", compute='_compute_example', sanitize=False)

    @api.depends('party_id', 'program_id', 'currency_id', 'date_from', 'date_to', 'basis', 'overdraft_bearer',
                 'commission_on', *RATE_FIELDS)
    @api.depends_context('lang')
    def _compute_example(self):
        for agreement in self:
            complete = agreement.party_id and agreement.program_id and agreement.date_from and agreement.rate_ids
            agreement.example = agreement._render_example() if complete else False

    def _example_facts(self):
        """Return the tools.settlement.Facts of the example's month, on the first day of this version."""
        facts = (
            ('entry', 'earn', 'points', ISSUED, TIMES_ISSUED), ('entry', 'redeem', 'points', -SPENT, TIMES_SPENT),
            ('match', 'redeem', 'points', SPENT, TIMES_SPENT), ('match', 'expire', 'points', EXPIRED, 1),
            ('spend', 'spend', 'spend', BOUGHT, TIMES_BOUGHT), ('month', 'month', 'points', Decimal(1), 1))
        return [Fact(family, kind, value_type, self.date_from, quantity, atoms)
                for family, kind, value_type, quantity, atoms in facts]

    def _example_charges(self):
        """Return the tools.settlement.Charges of the example, as a statement would list them."""
        fx = to_decimal(self.env['res.currency']._get_conversion_rate(
            self.program_id.currency_id, self.currency_id, self.company_id, self.date_from))
        return price(self._example_facts(), [self._version()], fx)[0]

    def _render_example(self):
        digits = self.currency_id.decimal_places
        labels = dict(self.env['membership.agreement.rate']._fields['charge']._description_selection(self.env))
        owed, rows = {TO_HQ: Decimal(0), TO_PARTY: Decimal(0)}, []
        for charge in self._example_charges():
            amount = rounded(charge.exact, digits)
            owed[charge.direction] += amount
            rows.append({
                'label': labels[charge.charge], 'supposed': self._say_supposed(charge.charge),
                **{way: self._money(amount) if way == charge.direction else '' for way in owed}})
        return self.env['ir.qweb']._render('membership_loyalty.membership_agreement_example', {
            'rows': rows, 'totals': {way: self._money(amount) for way, amount in owed.items()},
            'heads': {way: say(self.env, sentences.PAYS, {'payer': payer}) for way, payer in (
                (TO_HQ, self.party_id.name), (TO_PARTY, self.company_id.name))},
            'conclusion': self._say_conclusion(owed[TO_HQ] - owed[TO_PARTY])})

    def _say_supposed(self, charge):
        """Return what the example supposes for a charge, as a sentence."""
        numbers = {'issued': ISSUED, 'spent': SPENT, 'expired': EXPIRED, 'bought': BOUGHT, 'times_issued': TIMES_ISSUED,
                   'times_spent': TIMES_SPENT, 'times_bought': TIMES_BOUGHT}
        values = {name: formatLang(self.env, float(number), digits=0) for name, number in numbers.items()}
        return say(self.env, sentences.SUPPOSED[charge], {
            **self._names(), **values, 'currency': self.program_id.currency_id.name or ''})

    def _say_conclusion(self, owed):
        """:param owed: what the party pays in the end, rounded; negative: the operator pays"""
        way = TO_HQ if owed > 0 else TO_PARTY if owed else None
        return say(self.env, sentences.EXAMPLE_PAYS[way], {**self._names(), 'amount': self._money(abs(owed))})
