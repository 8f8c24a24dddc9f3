from calendar import monthrange
from collections import defaultdict
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged
from odoo.tools import SQL

from .common_settlement import AGREEMENTS, SettlementCommon

QUIET = {'deadline': None, 'database': None, 'suppress_health_check': list(HealthCheck)}
PLACES = st.sampled_from('ABC')
WHO = st.integers(0, 1)
DAY = st.integers(1, 28)
POINTS = st.integers(1, 400)
WHICH = st.integers(0, 9)
# What happens in a month, besides its end: the day, and what.
EVENTS = st.lists(st.one_of(
    st.tuples(st.just('earn'), DAY, PLACES, WHO, POINTS),
    st.tuples(st.just('earn'), DAY, PLACES, WHO, POINTS),
    st.tuples(st.just('redeem'), DAY, PLACES, WHO, POINTS),
    st.tuples(st.just('refund'), DAY, WHICH, st.integers(1, 100)),
    st.tuples(st.just('late'), DAY, PLACES, WHO, POINTS),
    st.tuples(st.just('expire'), DAY, WHO),
    st.tuples(st.just('give'), DAY, WHO, POINTS),
    st.tuples(st.just('adjust'), DAY, WHO, st.integers(-100, 100).filter(bool)),
), min_size=1, max_size=8)
YEAR = st.lists(EVENTS, min_size=2, max_size=3)
MONTHS = [(2026, 8), (2026, 9), (2026, 10)]
CHANGE = date(2026, 9, 15)  # B's rates change in the middle of a month
ISSUE = {'A': (Fraction(9, 100), Fraction(9, 100)), 'B': (Fraction(1, 10), Fraction(11, 100))}


@tagged('post_install', '-at_install')
class TestSettlementProperties(SettlementCommon):
    """Random months of three parties and two members; every month is closed and settled, then late events arrive."""

    def test_whatever_happens_statements_are_what_the_ledger_says(self):
        self.agree(self.parties['B'], CHANGE, rates={**AGREEMENTS['B'][2], ('issue', 'per_point'): '0.11'})

        for party in self.parties.values():
            party._close(date(2026, 7, 31))

        @settings(max_examples=12, **QUIET)
        @given(YEAR)
        def tell(months):
            with self.undone():
                self.tell(months)

        self.seen = set()
        tell()
        self.assertLessEqual({'issue', 'reimb', 'fund'}, self.seen, "The months were not empty")

    @contextmanager
    def undone(self):
        with self.env.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()
        self.env.invalidate_all()

    def tell(self, months):
        self.documents, self.number = [], 0
        self.accounts = self.program._enrol(self.env['res.partner'].create([{'name': f"Member {n}"} for n in 'XY']))
        settled = []
        for (year, month), events in zip(MONTHS, months, strict=False):
            last = date(year, month, monthrange(year, month)[1])
            for name, day, *values in sorted(events, key=lambda event: event[1]):
                self.number += 1
                getattr(self, f'on_{name}')(date(year, month, day), *values)
            with freeze_time(f'{last + timedelta(days=1)} 03:00:00'):
                settled.append(self.settle(last.replace(day=1), last))
        for statements in settled:
            self.check_run(statements)
        self.check_claims(settled)
        self.check_amounts(settled)
        self.check_balances(settled[-1])
        self.assertAuditClean()

    # ------------------------------------------------------------------ what happens

    def happen(self, kind, day, code, who, points, **values):
        with freeze_time(f'{day} 04:00:00'):
            key = f'story:{self.number}:{self.accounts.ids}'
            self.post(code, kind, points, f'{day} 03:00:00', member=self.accounts[who], key=key, **values)
        return key

    def on_earn(self, day, code, who, points):
        until = day + timedelta(days=30 * (points % 3)) if points % 3 else None
        key = self.happen('earn', day, code, who, points, **({'expires_on': until} if until else {}))
        self.documents.append([key, 'earn', code, who, points])

    def on_redeem(self, day, code, who, points):
        key = self.happen('redeem', day, code, who, -points)
        self.documents.append([key, 'redeem', code, who, -points])

    def on_refund(self, day, which, percent):
        if self.documents:
            document = self.documents[which % len(self.documents)]
            key, kind, code, who, points = document
            part = points * percent // 100
            if part:
                document[4] -= part
                self.happen(kind, day, code, who, -part, origins=[key])

    def on_late(self, day, code, who, points):
        """A till that was offline tells now what happened a month ago."""
        self.on_earn(day - timedelta(days=30), code, who, points)

    def on_expire(self, day, who):
        with freeze_time(f'{day} 04:00:00'):
            self.env['membership.ledger.entry']._expire(SQL(
                """SELECT id, card_id, remaining, %s::date AS today FROM membership_ledger_entry
                    WHERE card_id = %s AND remaining > 0 AND expires_on < %s AND NOT is_pending""",
                day, self.accounts[who].id, day))

    def on_give(self, day, who, points):
        giver, receiver = self.accounts[who], self.accounts[1 - who]
        if giver.points >= points:
            with freeze_time(f'{day} 04:00:00'):
                self.program.transfer_policy = 'staff'
                self.env['membership.transfer']._make(giver, receiver, points, event=f'gift:{self.number}:{giver.id}')

    def on_adjust(self, day, who, points):
        self.happen('adjust', day, None, who, points)

    # ------------------------------------------------------------------ what must hold

    def check_run(self, statements):
        """Parties and operator together come to nothing, in each currency."""
        run = statements['A'].run_id
        nets = defaultdict(Decimal)
        for settlement in statements.values():
            nets[settlement.currency_id.name] += Decimal(str(settlement.net))
        for currency, net in nets.items():
            self.assertEqual(net + Decimal(str(run.totals[currency]['operator'])), 0)

    def check_claims(self, settled):
        """Every entry and match of a party is on exactly one statement, in the order of the months."""
        ids = tuple(settlement.id for statements in settled for settlement in statements.values())
        rows = self.env.execute_query(SQL(
            """SELECT x.k, count(*), count(a.atom_id) FROM (
                   SELECT 1 AS k, id FROM membership_ledger_entry
                    WHERE card_id IN %(cards)s AND party_id IS NOT NULL AND kind <> 'expire'
                   UNION ALL
                   SELECT 2, id FROM membership_ledger_match WHERE card_id IN %(cards)s AND lot_party_id IS NOT NULL) x
                 LEFT JOIN membership_settlement_atom a
                   ON a.k = x.k AND a.atom_id = x.id AND a.settlement_id IN %(ids)s GROUP BY 1""",
            ids=ids, cards=tuple(self.accounts.ids)))
        for k, there, claimed in rows:
            self.assertEqual(there, claimed, k)

    def check_amounts(self, settled):
        """What the lines of all months add up to is what the ledger says, atom by atom, in fractions."""
        found = defaultdict(Fraction)
        for code, charge, exact, amount in self.env.execute_query(SQL(
                """SELECT p.code, l.charge, l.exact::text, l.amount::text
                     FROM membership_settlement_line l JOIN membership_settlement s ON s.id = l.settlement_id
                     JOIN membership_party p ON p.id = s.party_id
                    WHERE s.id IN %s AND l.charge NOT IN ('mkt', 'fee')""",
                tuple(settlement.id for statements in settled for settlement in statements.values()))):
            found[code, charge] += Fraction(exact)
            self.seen.add(charge)
            self.assertEqual(Decimal(amount), Decimal(exact).quantize(Decimal('0.01'), ROUND_HALF_UP))
        wanted = defaultdict(Fraction)
        for charge in (*self.entry_charges(), *self.cover_charges(), *self.match_charges()):
            code, name, amount = charge
            wanted[code, name] += amount
        self.assertEqual({key: value for key, value in found.items() if value},
                         {key: value for key, value in wanted.items() if value})

    def query(self, statement):
        return self.env.execute_query(SQL(statement, tuple(self.accounts.ids)))

    def entry_charges(self):
        for code, kind, day, amount, uncovered in self.query(
                """SELECT p.code, e.kind, COALESCE(e.price_date, e.date), e.amount::text, COALESCE(e.uncovered, 0)::text
                     FROM membership_ledger_entry e JOIN membership_party p ON p.id = e.party_id
                    WHERE e.card_id IN %s"""):
            if kind == 'earn' and code in ISSUE:
                yield code, 'issue', Fraction(amount) * ISSUE[code][day >= CHANGE]
            elif kind == 'redeem':
                points = -Fraction(amount) - Fraction(uncovered)
                yield code, 'reimb', points * Fraction(AGREEMENTS[code][2]['reimb', 'per_point'])

    def cover_charges(self):
        for code, amount in self.query(
                """SELECT p.code, m.amount::text
                     FROM membership_ledger_match m JOIN membership_ledger_entry d ON d.id = m.debit_id
                     JOIN membership_party p ON p.id = d.party_id JOIN membership_ledger_entry x ON x.id = m.cause_id
                    WHERE m.card_id IN %s AND d.uncovered > 0 AND m.cause_id <> d.id AND m.amount > 0
                      AND NOT x.is_reversal"""):
            yield code, 'reimb', Fraction(amount) * Fraction(AGREEMENTS[code][2]['reimb', 'per_point'])

    def match_charges(self):
        for code, kind, day, amount in self.query(
                """SELECT p.code, d.kind, c.date, m.amount::text FROM membership_ledger_match m
                     JOIN membership_ledger_entry d ON d.id = m.debit_id AND d.kind IN ('redeem', 'expire')
                     JOIN membership_ledger_entry c ON c.id = m.credit_id AND NOT c.is_reversal
                      AND (d.kind = 'redeem' OR c.kind IN ('earn', 'bonus', 'transfer'))
                     JOIN membership_party p ON p.id = c.party_id WHERE m.card_id IN %s"""):
            if kind == 'redeem' and code == 'C':
                yield code, 'fund', Fraction(amount) * Fraction('0.095')
            elif kind == 'expire' and code == 'B':
                yield code, 'brkg', Fraction(amount) * ISSUE[code][day >= CHANGE] * Fraction(2, 5)

    def check_balances(self, statements):
        """Points roll forward to what is open of each issuer now."""
        left = dict(self.env.execute_query(SQL(
            """SELECT p.code, sum(e.remaining)::text FROM membership_ledger_entry e
                 JOIN membership_party p ON p.id = e.party_id
                WHERE e.card_id IN %s AND e.amount > 0 AND NOT e.is_reversal GROUP BY 1""", tuple(self.accounts.ids))))
        for code, settlement in statements.items():
            figures = {name: Decimal(value) for name, value in settlement.roll_forward.items()}
            self.assertEqual(figures['closing'], Decimal(left.get(code, 0)), code)
            self.assertEqual(
                figures['closing'], figures['opening'] + figures['issued'] - figures['redeemed'] - figures['expired']
                + figures['adjusted'])
