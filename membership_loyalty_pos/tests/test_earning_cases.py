import json
from datetime import date
from decimal import Decimal

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_open

from odoo.addons.membership_loyalty.tools.earning import Factor, Line, Policy, Rule, earn
from odoo.addons.membership_loyalty.tools.multipliers import Multiplier, Occasion
from odoo.addons.membership_loyalty.tools.rounding import to_decimal

CASES = 'membership_loyalty_pos/static/tests/unit/data/%s_cases.js'


@tagged('post_install', '-at_install')
class TestEarningCases(TransactionCase):
    """The till's estimate is written in JavaScript; the same cases run here against the server's arithmetic."""

    def test_server_and_till_earn_the_same(self):
        cases = []
        for name in ('earning', 'multiplier'):
            with file_open(CASES % name) as source:
                cases += json.loads(source.read().partition('CASES = ')[2].rstrip().rstrip(';'))
        self.assertGreater(len(cases), 50)
        for case in cases:
            with self.subTest(case['name']):
                earned = earn(
                    [self._line(*line) for line in case['lines']], [self._rule(**rule) for rule in case['rules']],
                    self._factors(case), self._policy(case),
                    {product: to_decimal(rate) for product, rate in case.get('rates', ())})
                self.assertEqual(earned.points, Decimal(str(case['points'])))
                self.assertEqual(earned.base, Decimal(str(case['base'])))
                self.assertEqual(sum(step.points for step in earned.steps), earned.points, "The explanation adds up")

    @staticmethod
    def _factors(case):
        occasion = case.get('occasion', {'day': '2026-11-22'})
        occasion = Occasion(
            date.fromisoformat(occasion['day']), tier=occasion.get('tier'),
            celebrated=frozenset(occasion.get('celebrated', ())), is_first=occasion.get('isFirst', False))
        factors = [Factor('tier', "Tier", to_decimal(case.get('multiplier', 1)))]
        for values in case.get('multipliers', ()):
            days = {name: date.fromisoformat(values[name]) for name in ('dateFrom', 'dateTo') if name in values}
            multiplier = Multiplier(
                "Multiplier", to_decimal(values['factor']),
                date_from=days.get('dateFrom'), date_to=days.get('dateTo'), birthday=values.get('birthday', ''),
                weekdays=frozenset(values.get('weekdays', ())), month_days=frozenset(values.get('monthDays', ())),
                tiers=frozenset(values.get('tiers', ())), first_purchase=values.get('firstPurchase', False))
            if multiplier.applies(occasion):
                products = frozenset(values['products']) if 'products' in values else None
                factors.append(Factor('multiplier', multiplier.label, multiplier.factor, products))
        return factors

    @staticmethod
    def _policy(case):
        return Policy(
            case.get('digits', 0), case.get('method', 'down'), case.get('untaxed', False),
            case.get('stacking', 'best'), to_decimal(case.get('factorCap', 0)), to_decimal(case.get('orderCap', 0)))

    @staticmethod
    def _line(product, quantity, untaxed, total, role):
        return Line(product, to_decimal(quantity), to_decimal(untaxed), to_decimal(total), role)

    @staticmethod
    def _rule(mode, rate, products=None, minimumQuantity=0, minimumAmount=0, minimumUntaxed=False):
        return Rule(
            mode, to_decimal(rate), frozenset(products) if products else None, to_decimal(minimumQuantity),
            to_decimal(minimumAmount), minimumUntaxed)
