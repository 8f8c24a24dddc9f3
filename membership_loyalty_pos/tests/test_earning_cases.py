import json
from decimal import Decimal

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_open

from odoo.addons.membership_loyalty.tools.earning import Line, Rule, earn
from odoo.addons.membership_loyalty.tools.rounding import to_decimal

CASES = 'membership_loyalty_pos/static/tests/unit/data/earning_cases.js'


@tagged('post_install', '-at_install')
class TestEarningCases(TransactionCase):
    """The till's estimate is written in JavaScript; the same cases run here against the server's arithmetic."""

    def test_server_and_till_earn_the_same(self):
        with file_open(CASES) as source:
            cases = json.loads(source.read().partition('CASES = ')[2].rstrip().rstrip(';'))
        self.assertGreater(len(cases), 10)
        for case in cases:
            with self.subTest(case['name']):
                earned = earn(
                    [self._line(*line) for line in case['lines']], [self._rule(**rule) for rule in case['rules']],
                    multiplier=to_decimal(case.get('multiplier', 1)), digits=case.get('digits', 0),
                    method=case.get('method', 'down'))
                self.assertEqual(earned.points, Decimal(str(case['points'])))
                self.assertEqual(earned.base, Decimal(str(case['base'])))

    @staticmethod
    def _line(product, quantity, untaxed, total, role):
        return Line(product, to_decimal(quantity), to_decimal(untaxed), to_decimal(total), role)

    @staticmethod
    def _rule(mode, rate, products=None, minimumQuantity=0, minimumAmount=0, minimumUntaxed=False):
        return Rule(
            mode, to_decimal(rate), frozenset(products) if products else None, to_decimal(minimumQuantity),
            to_decimal(minimumAmount), minimumUntaxed)
