from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import stored_value
from ..tools.ledger import Account
from ..tools.stored_value import BONUS, PRINCIPAL, RULES
from .test_ledger_properties import QUIET, settings

CENTS = st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100)
GIFTS = st.integers(0, 20_000).map(lambda cents: Decimal(cents) / 100)
LOTS = st.lists(st.tuples(CENTS, GIFTS), min_size=1, max_size=4)
SHARES = st.lists(st.integers(1, 100), min_size=1, max_size=8)


def filled(lots):
    """Return an account that was topped up with these (principal, bonus)."""
    account = Account()
    for number, (principal, bonus) in enumerate(lots):
        account.post(f'top-up-{number}', 'top_up', principal, PRINCIPAL)
        account.post(f'top-up-{number}', 'top_up', bonus, BONUS)
    return account


def shares_of(total, weights):
    """Return amounts in cents in the proportion of the weights that add up to the total."""
    parts = [(total * weight / sum(weights)).quantize(Decimal('0.01')) for weight in weights[:-1]]
    return [*parts, total - sum(parts)]


@tagged('post_install', '-at_install')
class TestStoredValueProperties(BaseCase):

    def check(self, account):
        for part in (PRINCIPAL, BONUS):
            entries = [entry for entry in account.entries if entry.value_type == part]
            self.assertEqual(sum(entry.amount for entry in entries), sum(entry.remaining for entry in entries))
        self.assertTrue(all(0 <= entry.remaining <= entry.amount for entry in account.entries if entry.amount > 0))

    @settings(max_examples=150, **QUIET)
    @given(lots=LOTS, weights=SHARES, rule=st.sampled_from(RULES))
    def test_payments_of_a_whole_wallet_empty_it_exactly(self, lots, weights, rule):
        account = filled(lots)
        whole = account.balance
        for number, paid in enumerate(shares_of(whole, weights)):
            if paid > 0:
                stored_value.post(account, f'order-{number}', 'spend', -paid, rule)
                self.check(account)
        self.assertEqual(account.balance, 0)
        self.assertFalse([entry for entry in account.entries if entry.remaining])

    @settings(max_examples=150, **QUIET)
    @given(lots=LOTS, weights=SHARES, other=SHARES, rule=st.sampled_from(RULES))
    def test_refunds_in_any_steps_restore_the_same_parts(self, lots, weights, other, rule):
        account = filled(lots)
        before = {entry: entry.remaining for entry in account.entries}
        paid = (account.balance / 2).quantize(Decimal('0.01'))
        if not paid:
            return
        stored_value.post(account, 'order', 'spend', -paid, rule)
        for number, back in enumerate(shares_of(paid, weights)):
            if back > 0:
                stored_value.post(account, f'refund-{number}', 'spend', back, rule, origins=('order',))
                self.check(account)
        self.assertEqual({entry: entry.remaining for entry in before}, before)
        # The same by target, as a sale order is edited: it ends where it began, too.
        stored_value.post(account, 'edited', 'spend', -paid, rule)
        left = paid
        for back in shares_of(paid, other):
            left -= max(back, 0)
            stored_value.post(account, 'edited', 'spend', -max(left, Decimal(0)), rule)
            self.check(account)
        stored_value.post(account, 'edited', 'spend', Decimal(0), rule)
        self.assertEqual({entry: entry.remaining for entry in before}, before)

    @settings(max_examples=150, **QUIET)
    @given(paid=CENTS, bonus=GIFTS, weights=SHARES)
    def test_pro_rata_refund_of_a_top_up_is_the_principal_left(self, paid, bonus, weights):
        account, used = filled([(paid, bonus)]), Decimal(0)
        for number, part in enumerate(shares_of(account.balance, weights)):
            stored_value.post(account, f'order-{number}', 'spend', -max(part, Decimal(0)))
            used += max(part, Decimal(0))
            left = sum(entry.remaining for entry in account.entries if entry.value_type == PRINCIPAL)
            if used <= paid + bonus:
                self.assertEqual(stored_value.refund(paid, bonus, used, 'pro_rata'), left)
                self.assertLessEqual(stored_value.refund(paid, bonus, used), left)

    def test_debt_is_money_and_the_next_top_up_pays_it(self):
        account = filled([(Decimal(10), Decimal(2))])
        stored_value.post(account, 'order', 'spend', Decimal(-20))
        self.assertEqual((account.balance, account.posted('order', 'spend', PRINCIPAL)), (-8, -18))
        account.post('next', 'top_up', Decimal(100), PRINCIPAL)
        self.assertEqual(account.balance, 92)
        stored_value.post(account, 'refund', 'spend', Decimal(20), origins=('order',))
        self.assertEqual(account.balance, 112)
