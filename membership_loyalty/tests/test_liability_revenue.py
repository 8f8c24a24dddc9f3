import json
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import revenue
from ..tools.revenue import CENT, ZERO, Books, Points
from .test_ledger_properties import QUIET, settings

CASES = json.loads((Path(__file__).parent / 'data' / 'revenue_cases.json').read_text(encoding='utf-8'))
KINDS = st.sampled_from(['redeemed', 'expired', 'cancelled', 'refund'])
FATES = st.lists(st.tuples(KINDS, st.integers(0, 100), st.integers(0, 10_000)), max_size=8)


def number(case, name, default='0'):
    return Decimal(case.get(name, default))


@tagged('post_install', '-at_install')
class TestRevenue(BaseCase):
    """The arithmetic of the liability against published examples, data/revenue_cases.json, and its invariants."""

    def test_every_published_figure_is_met(self):
        for case in CASES:
            with self.subTest(case['name']):
                self.run_case(case)

    def run_case(self, case):
        quantum, issued = number(case, 'quantum', '0.01'), number(case, 'points')
        allocated = Decimal(case['given']) if 'given' in case else revenue.allocation(
            number(case, 'price'), issued, number(case, 'unit_price'), number(case, 'rate'))
        before = revenue.books(allocated, Points(issued), number(case, 'rate'), quantum)
        self.assertEqual(before.liability, number(case, 'allocated'))
        if 'goods' in case:
            self.assertEqual(revenue.rounded(number(case, 'price') - allocated, quantum), number(case, 'goods'))
        for step in case['steps']:
            points = Points(issued, number(step, 'redeemed'), number(step, 'expired'))
            after = revenue.books(allocated, points, number(step, 'rate'), quantum)
            moved = after.less(before)
            self.assertEqual(
                (moved.redeemed, moved.breakage, after.liability),
                (number(step, 'released'), number(step, 'breakage'), number(step, 'liability')))
            if 'cumulative' in step:
                self.assertEqual(after.redeemed, number(step, 'cumulative'))
            if 'year' in step:
                self.assertEqual(number(case, 'price') - allocated + after.redeemed, number(step, 'year'))
            before = after

    def test_an_allocation_rounded_too_early_gives_the_known_wrong_cent(self):
        exact = revenue.allocation(Decimal(100000), Decimal(10000), Decimal(1), Decimal('0.95'))
        points, rate = Points(Decimal(10000), Decimal(8500)), Decimal('0.97')
        self.assertEqual(revenue.books(exact, points, rate).redeemed, Decimal('7602.50'))
        self.assertEqual(revenue.books(revenue.rounded(exact), points, rate).redeemed, Decimal('7602.51'))

    @settings(**QUIET)
    @given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(0, 10_000), FATES)
    def test_the_liability_is_never_negative_and_every_cent_is_booked_once(self, cents, issued, rate, fates):
        price, points, percent = Decimal(cents) / 100, Points(Decimal(issued)), Decimal(rate) / 10_000
        unit_price, posted, moves = Decimal('0.1'), Books(), Books()
        for fate, share, estimate in [*fates, ('expired', 100, rate)]:
            part = (points.open * share / 100).quantize(CENT)
            name = 'issued' if fate == 'refund' else fate
            points = points._replace(**{name: getattr(points, name) + (-part if fate == 'refund' else part)})
            allocated = revenue.allocation(price, points.issued, unit_price, percent)
            books = revenue.books(allocated, points, Decimal(estimate) / 10_000)
            self.assertGreaterEqual(books.liability, ZERO)
            self.assertLessEqual(books.liability, books.allocated)
            moves = Books(*(done + now for done, now in zip(moves, books.less(posted), strict=True)))
            posted = books
        self.assertEqual(moves, posted, "What was booked step by step is what stands in the end")
        self.assertEqual(posted.liability, ZERO, "Nothing is owed when nothing is left")
        self.assertEqual(posted.allocated, posted.redeemed + posted.breakage)
