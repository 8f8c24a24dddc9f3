from collections import defaultdict
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings

from odoo.tests import BaseCase, tagged

from ..tools.ledger import Account
from .common import MembershipCommon
from .ledger_story import EVENTS, Story

QUIET = {'deadline': None, 'database': None, 'suppress_health_check': list(HealthCheck)}


class Memory:
    """A ledger that is one tools.ledger.Account, and checks itself after each event."""

    def __init__(self, case):
        self.case = case
        self.account = Account()

    def post(self, key, kind, wanted, origins=(), **facts):
        known = len(self.account.entries)
        delta = self.account.post(key, kind, wanted, origins=origins, **facts)
        for debit in self.account.entries[known:]:
            if debit.amount < 0:
                self.check_order(debit, {(source, kind) for source in (key, *origins)})
        return delta

    def check_order(self, debit, sources):
        """A debit takes from its own documents' credits, pending ones too; then from the oldest expiry that is free."""
        taken = [match.credit for match in self.account.matches if match.debit is debit]
        foreign = [credit for credit in taken if (credit.key, credit.kind) not in sources]
        left = [entry for entry in self.account.entries if entry.remaining > 0]
        self.case.assertFalse([credit for credit in foreign if credit.is_pending], "Pending points are not spent")
        if foreign:
            self.case.assertFalse([entry for entry in left if (entry.key, entry.kind) in sources], "Own points first")
        latest = max((credit.expires_on or date.max for credit in foreign), default=date.min)
        earlier = [e for e in left if not e.is_pending and (e.expires_on or date.max) < latest]
        self.case.assertFalse(earlier, "The oldest expiry is spent first")

    def open_credits(self):
        return [(entry.expires_on, entry.remaining) for entry in self.account.entries
                if entry.remaining > 0 and not entry.is_pending]

    def check(self):
        case, account = self.case, self.account
        spendable = [entry for entry in account.entries if not entry.is_pending]
        case.assertEqual(account.balance, sum(entry.remaining for entry in spendable))
        case.assertEqual(
            sum(entry.amount for entry in account.entries), sum(entry.remaining for entry in account.entries))
        covered, pairs = defaultdict(Decimal), defaultdict(Decimal)
        for match in account.matches:
            covered[match.debit] += match.amount
            covered[match.credit] -= match.amount
            pairs[match.debit, match.credit] += match.amount
        for entry in account.entries:
            case.assertEqual(entry.remaining, entry.amount + covered[entry])
            low, high = sorted((Decimal(0), entry.amount))
            case.assertTrue(low <= entry.remaining <= high, entry)
            if entry.is_reversal and entry.amount > 0:
                case.assertFalse(entry.remaining, "What is handed back goes to where it was taken from")
        case.assertFalse([pair for pair, amount in pairs.items() if amount < 0], "Nothing is handed back twice")
        case.assertFalse(
            min((entry.remaining for entry in spendable), default=0) < 0
            < max((entry.remaining for entry in spendable), default=0), "No points stand beside debt")


@tagged('post_install', '-at_install')
class TestLedgerArithmetic(BaseCase):
    """Thousands of random stories through the pure arithmetic."""

    @settings(max_examples=3000, **QUIET)
    @given(EVENTS)
    def test_every_story_keeps_every_invariant(self, events):
        memory = Memory(self)
        story = Story(memory.post, memory.open_credits)
        for number, event in enumerate(events):
            story.tell(number, event)
            memory.check()
        self.assertEqual(
            sum(entry.amount for entry in memory.account.entries),
            sum(wanted for wanted, _facts in story.targets.values()), "The ledger stands at the targets")

    @settings(max_examples=1000, **QUIET)
    @given(EVENTS)
    def test_replaying_all_documents_after_each_event_posts_nothing(self, events):
        memory = Memory(self)
        story = Story(memory.post, memory.open_credits)
        for number, event in enumerate(events):
            story.tell(number, event)
            for (key, kind), (wanted, facts) in story.targets.items():
                self.assertEqual(memory.post(key, kind, wanted, **facts), 0)

    @settings(max_examples=1000, **QUIET)
    @given(EVENTS)
    def test_refunds_that_add_up_to_the_order_take_back_all_of_it(self, events):
        memory = Memory(self)
        story = Story(memory.post, memory.open_credits)
        for number, event in enumerate(events):
            story.tell(number, event)
        for number, order in enumerate(story.orders):
            story.tell(1000 + number, ('refund', number, 100))
            memory.check()
            for kind in ('earn', 'redeem'):
                moved = sum(memory.account.posted(key, kind, 'points')
                            for key in (order.key, *(key for key, _amount in order.refunds)))
                self.assertEqual(moved, 0, (order.key, kind))


@tagged('post_install', '-at_install')
class TestLedgerInDatabase(MembershipCommon):
    """Dozens of random stories through the database: it must end where the arithmetic over the whole account ends."""

    def test_the_database_tells_every_story_as_the_arithmetic_does(self):
        entries = self.env['membership.ledger.entry']
        partners = iter(self.env['res.partner'].create([{'name': f"Story {n}"} for n in range(200)]))

        @settings(max_examples=50, **QUIET)
        @given(EVENTS)
        def tell(events):
            account = self.program._enrol(next(partners))
            memory = Memory(self)

            def post_stored(key, kind, wanted, origins=(), **facts):
                return account._membership_post_single(
                    kind, wanted, f'{account.id}/{key}', key,
                    origins=tuple(f'{account.id}/{origin}' for origin in origins), **facts)

            def post(*target, **facts):
                memory.post(*target, **facts)
                post_stored(*target, **facts)

            story = Story(post, memory.open_credits)
            for number, event in enumerate(events):
                story.tell(number, event)
                self.assertEqual(account.points, memory.account.balance)
            stored = entries.search([('card_id', '=', account.id)], order='id')
            self.assertEqual(
                [(e.document_key.split('/')[1], e.kind, e.amount, e.remaining, e.is_reversal) for e in stored],
                [(e.key, e.kind, e.amount, e.remaining, e.is_reversal) for e in memory.account.entries])
            for (key, kind), (wanted, facts) in story.targets.items():
                self.assertFalse(post_stored(key, kind, wanted, **facts), "A replay posts nothing")
            self.assertAuditClean()

        tell()
