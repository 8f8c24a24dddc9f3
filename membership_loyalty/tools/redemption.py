"""How many points one order may spend: minimum, step, and share of the price of its goods."""

from decimal import Decimal
from math import lcm
from typing import NamedTuple


class Policy(NamedTuple):
    minimum: Decimal = Decimal(0)  # points; 0: any
    step: Decimal = Decimal(0)  # points; 0: any
    max_share: Decimal = Decimal(0)  # percent of the goods' price; 0: no limit

    def payable(self, goods):
        """Return how much of the price of the goods points may pay, or None when there is no limit."""
        return goods * self.max_share / 100 if self.max_share else None

    def refusal(self, points, discount=None, goods=None, tolerance=Decimal('0.01')):
        """Return (reason, limit) when an order may not spend points like this, or None.

        :param points: spent by the order
        :param discount: money taken off for them; None: not known
        :param goods: price of the goods, in the same currency, tax included
        :param tolerance: how far rounding may have moved the discount

        >>> D = Decimal
        >>> policy = Policy(D(200), D(100), D(50))
        >>> policy.refusal(D(100)), policy.refusal(D(250)), policy.refusal(D(300))
        (('minimum', Decimal('200')), ('step', Decimal('100')), None)
        >>> policy.refusal(D(200), D('25.01'), D(50)), policy.refusal(D(200), D('25.02'), D(50))
        (None, ('share', Decimal('25.00')))
        >>> policy.refusal(D(0), D(0), D(50)), Policy().refusal(D(7), D(9), D(9))
        (None, None)
        """
        if points <= 0:
            return None
        if points < self.minimum:
            return 'minimum', self.minimum
        if self.step and points % self.step:
            return 'step', self.step
        limit = None if discount is None else self.payable(goods)
        if limit is not None and discount > limit + tolerance:
            return 'share', limit.quantize(Decimal('0.01'))
        return None

    def usable(self, points, price, payable, required=Decimal(0)):
        """Return how many of these points a discount by the point may take at most, 0 when fewer than may be spent.

        :param points: there are
        :param price: of one point, in currency
        :param payable: what is left to pay for by points, in currency
        :param required: step of the reward itself

        >>> D = Decimal
        >>> policy = Policy(D(200), D(100), D(50))
        >>> policy.usable(D(990), D('0.05'), D('27.50'), D(10)), policy.usable(D(990), D('0.05'), D('9.99'))
        (Decimal('500'), Decimal('0'))
        >>> Policy(step=D(25)).usable(D(990), D(1), D(80), D(10)), Policy(step=D('0.5')).usable(D(9), D(1), D('3.7'))
        (Decimal('50'), Decimal('3.5'))
        """
        points = min(points, payable / price)
        step = self.step or required
        if self.step and required and self.step % 1 == required % 1 == 0:
            step = Decimal(lcm(int(self.step), int(required)))
        if step:
            points = points // step * step
        return max(Decimal(0), points) if points >= self.minimum else Decimal(0)
