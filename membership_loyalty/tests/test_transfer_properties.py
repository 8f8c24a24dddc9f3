from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.ledger import Account

QUIET = {'deadline': None, 'database': None, 'suppress_health_check': list(HealthCheck)}
POINTS = st.integers(1, 300).map(Decimal)
DAYS = st.none() | st.integers(0, 5).map(lambda days: date(2030, 1, 1) + timedelta(days))
CREDITS = st.lists(st.tuples(POINTS, DAYS, st.booleans()), min_size=1, max_size=8)
KEY = ('transfer:1', 'transfer')


def account(credits, name):
    made = Account()
    for number, (points, expires_on, is_pending) in enumerate(credits):
        made.post(f'{name}:{number}', 'earn', points, expires_on=expires_on, is_pending=is_pending)
    return made


def open_lots(ledger):
    """Return [(last day, remaining)] of what can be spent, oldest expiry first, days merged."""
    lots = {}
    for entry in ledger._open_credits('points'):
        lots[entry.expires_on] = lots.get(entry.expires_on, 0) + entry.remaining
    return list(lots.items())


@tagged('post_install', '-at_install')
class TestTransferArithmetic(BaseCase):
    """Points handed round neither grow nor last longer, whatever both accounts look like."""

    @settings(max_examples=1500, **QUIET)
    @given(CREDITS, st.lists(st.tuples(POINTS, DAYS, st.booleans()), max_size=4), POINTS)
    def test_nothing_is_gained_and_each_last_day_is_kept(self, given_credits, own_credits, wanted):
        source, target = account(given_credits, 'source'), account(own_credits, 'target')
        wanted = min(wanted, source.balance)
        if not wanted:
            return
        before = dict(open_lots(source)), dict(open_lots(target))
        source.post(*KEY, -wanted)
        self.assertEqual(target.receive(source, *KEY), wanted)
        after = dict(open_lots(source)), dict(open_lots(target))
        for day in set().union(*before, *after):
            self.assertEqual(
                sum(lots.get(day, 0) for lots in before), sum(lots.get(day, 0) for lots in after), "Of each last day")
        received = [entry for entry in target.entries if entry.key == KEY[0]]
        days = [entry.expires_on or date.max for entry in received]
        self.assertEqual(days, sorted(set(days)), "One credit for each last day, the oldest first")
        self.assertEqual(target.balance, sum(after[1].values()))

    @settings(max_examples=1000, **QUIET)
    @given(CREDITS, CREDITS, POINTS, st.integers(0, 3))
    def test_replays_move_nothing_and_undoing_restores_both(self, given_credits, own_credits, wanted, replays):
        source, target = account(given_credits, 'source'), account(own_credits, 'target')
        wanted = min(wanted, source.balance)
        before = deepcopy((open_lots(source), open_lots(target), source.balance, target.balance))
        for replay in range(replays + 1):
            self.assertEqual(source.post(*KEY, -wanted), 0 if replay else -wanted)
            self.assertEqual(target.receive(source, *KEY), 0 if replay else wanted)
        source.post(*KEY, Decimal(0))
        self.assertEqual(target.receive(source, *KEY), -wanted if wanted else 0)
        self.assertEqual((open_lots(source), open_lots(target), source.balance, target.balance), before)

    def test_who_is_in_debt_pays_it_with_the_oldest_of_what_is_received(self):
        source = account([(Decimal(10), date(2030, 1, 2), False), (Decimal(10), date(2030, 1, 1), False)], 'source')
        target = Account()
        target.post('spent', 'redeem', Decimal(-12))
        source.post(*KEY, Decimal(-20))
        target.receive(source, *KEY)
        self.assertEqual((target.balance, open_lots(target)), (8, [(date(2030, 1, 2), 8)]))
