"""A member's story: a sequence of events as a shop, a till and an office make them, told to any ledger.

The story knows what each document shall have moved in the end (its targets); the ledger is asked to get there.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from ..tools.refund import refund_share

FIRST_DAY = date(2030, 1, 1)
POINTS = st.integers(1, 300).map(Decimal)
WHICH = st.integers(0, 7)  # the n-th document of its sort, counted round
EVENTS = st.lists(st.one_of(
    st.tuples(st.just('sale'), POINTS, st.none() | st.integers(0, 400), st.booleans()),
    st.tuples(st.just('sale'), POINTS, st.none() | st.integers(0, 400), st.just(False)),
    st.tuples(st.just('redeem'), POINTS),
    st.tuples(st.just('refund'), WHICH, st.integers(1, 100)),
    st.tuples(st.just('refund'), WHICH, st.just(100)),
    st.tuples(st.just('cancel'), WHICH),
    st.tuples(st.just('confirm'), WHICH),
    st.tuples(st.just('edit'), WHICH, POINTS, POINTS),
    st.tuples(st.just('expire'), st.integers(0, 400)),
    st.tuples(st.just('adjust'), st.integers(-200, 200).filter(bool).map(Decimal)),
    st.tuples(st.just('transfer'), st.integers(-200, 200).filter(bool).map(Decimal)),
), min_size=1, max_size=14)


@dataclass
class Order:
    key: str
    base: Decimal
    spent: Decimal  # points spent on rewards of the order
    expires_on: date | None
    is_pending: bool
    confirmed: bool = True
    refunds: list = field(default_factory=list)  # [key, refunded share of the base]


class Story:
    """Tells events to a ledger through `post(key, kind, wanted, **facts)`, and remembers every target."""

    def __init__(self, post, open_credits):
        """:param open_credits: function of nothing that returns [(expires_on, remaining)] of the spendable credits"""
        self.post, self.open_credits = post, open_credits
        self.targets = {}  # (key, kind): (wanted, facts)
        self.orders = []

    def tell(self, number, event):
        sort, *values = event
        getattr(self, f'on_{sort}')(f'{sort}:{number}', *values)

    def _want(self, key, kind, wanted, **facts):
        self.targets[key, kind] = (wanted, facts)
        self.post(key, kind, wanted, **facts)

    def _order(self, which):
        return self.orders[which % len(self.orders)] if self.orders else None

    def _place(self, order):
        self._want(order.key, 'earn', order.base * order.confirmed,
                   expires_on=order.expires_on, is_pending=order.is_pending)
        self._want(order.key, 'redeem', -order.spent * order.confirmed)
        self._follow_refunds(order)

    def _follow_refunds(self, order):
        """Each refund takes back its part of the order: cumulative share up to it, minus the share before it."""
        refunded = before_earn = before_redeem = Decimal(0)
        for key, amount in order.refunds:
            refunded += amount * order.confirmed
            earn = refund_share(order.base, order.base, refunded) if order.confirmed else Decimal(0)
            redeem = refund_share(order.spent, order.base, refunded) if order.confirmed else Decimal(0)
            self._want(key, 'earn', before_earn - earn, origins=(order.key,))
            self._want(key, 'redeem', redeem - before_redeem, origins=(order.key,))
            before_earn, before_redeem = earn, redeem

    # ------------------------------------------------------------------ events

    def on_sale(self, key, points, expires_in, is_pending):
        expires_on = None if expires_in is None else FIRST_DAY + timedelta(expires_in)
        self.orders.append(Order(key, points, Decimal(0), expires_on, is_pending))
        self._place(self.orders[-1])

    def on_redeem(self, key, points):
        self.orders.append(Order(key, points // 2 + 1, points, None, False))
        self._place(self.orders[-1])

    def on_refund(self, key, which, percent):
        order = self._order(which)
        if order and order.confirmed:
            left = order.base - sum(amount for _key, amount in order.refunds)
            order.refunds.append([key, (left * percent / 100).quantize(Decimal('0.01'))])
            self._follow_refunds(order)

    def on_cancel(self, _key, which):
        order = self._order(which)
        if order:
            order.confirmed = False
            self._place(order)

    def on_confirm(self, _key, which):
        order = self._order(which)
        if order:
            order.confirmed = True
            self._place(order)

    def on_edit(self, _key, which, base, spent):
        order = self._order(which)
        if order and not order.refunds:
            order.base, order.spent = base, spent if order.spent else order.spent
            self._place(order)

    def on_expire(self, key, days):
        due = sum((left for expires_on, left in self.open_credits()
                   if expires_on and expires_on < FIRST_DAY + timedelta(days)), Decimal(0))
        self._want(key, 'expire', -due)

    def on_adjust(self, key, points):
        self._want(key, 'adjust', points)

    def on_transfer(self, key, points):
        self._want(key, 'transfer', points)
