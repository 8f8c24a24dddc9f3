"""What points that were sold with goods are worth in the books (IFRS 15 B39-B43, ASC 606-10-55-41, CAS 14).

A sale with points is two promises. The price is split over them by their stand-alone selling prices; the part of the
points is owed to the members (contract liability) and becomes revenue as they redeem, in proportion to what they are
expected to redeem in all. Nothing is rounded but what is booked: what stands in the books is always the rounded
cumulative figure, so that no cent is ever lost or found.

Amounts are Decimals in the company's currency, points are Decimals; nothing here knows Odoo.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ZERO, ONE, CENT = Decimal(0), Decimal(1), Decimal('0.01')


class Points(NamedTuple):
    """What became of the points of one cohort: all that were issued together, less what refunds took back."""

    issued: Decimal = ZERO  # less what refunds of the sales took back
    redeemed: Decimal = ZERO
    expired: Decimal = ZERO
    cancelled: Decimal = ZERO  # gone for any other reason: corrections, fees

    @property
    def open(self):
        return self.issued - self.redeemed - self.expired - self.cancelled


class Books(NamedTuple):
    """What the general ledger shows, or shall show, of one cohort: cumulative and rounded."""

    allocated: Decimal = ZERO  # taken out of the price of the sales
    redeemed: Decimal = ZERO  # revenue of points redeemed
    breakage: Decimal = ZERO  # revenue of points that never will be

    @property
    def liability(self):
        return self.allocated - self.redeemed - self.breakage

    def less(self, other):
        """Return what is to be booked so that the books move from the other to this."""
        return Books(*(mine - its for mine, its in zip(self, other, strict=True)))


def allocation(price, points, unit_price, rate):
    """Return the part of the price of sales that is for their points, unrounded.

    :param price: what the sales cost without tax; also the stand-alone selling price of the goods
    :param points: points sold with them
    :param unit_price: what one redeemed point is worth to the member
    :param rate: share of the points that is expected to be redeemed, 0 to 1

    >>> D = Decimal
    >>> split = allocation(D(100000), D(10000), D(1), D('0.95'))
    >>> rounded(D(100000) - split), rounded(split), rounded(split, ONE)
    (Decimal('91324.20'), Decimal('8675.80'), Decimal('8676'))
    >>> rounded(allocation(D(4500), D(625), D(1), D('0.8')))
    Decimal('450.00')
    >>> allocation(D(100), D(0), D(1), D(1)), allocation(D(-5), D(10), D(1), D(1))
    (Decimal('0'), Decimal('0'))
    """
    alone = max(points, ZERO) * unit_price * rate
    return price * alone / (price + alone) if price > 0 and alone > 0 else ZERO


def expected_total(points, rate):
    """Return how many points of a cohort are expected to be redeemed in the end: at least what was redeemed, at most
    what was redeemed and what still can be.

    >>> D = Decimal
    >>> expected_total(Points(D(10000), D(4500)), D('0.95')), expected_total(Points(D(100), D(99)), D('0.9'))
    (Decimal('9500.00'), Decimal('99'))
    >>> expected_total(Points(D(10000), D(4500), expired=D(5000)), D('0.95'))
    Decimal('5000')
    """
    return min(max(points.issued * rate, points.redeemed), points.redeemed + max(points.open, ZERO))


def revenue(allocated, points, rate):
    """Return (revenue of points redeemed, revenue of points that never will be), cumulative and unrounded.

    The first is what the estimate alone gives; the second comes when fewer points are left than the estimate counted
    on, and completes the allocation once nothing is left.

    >>> D = Decimal
    >>> split = allocation(D(100000), D(10000), D(1), D('0.95'))
    >>> rounded(revenue(split, Points(D(10000), D(4500)), D('0.95'))[0])
    Decimal('4109.59')
    >>> rounded(revenue(split, Points(D(10000), D(8500)), D('0.97'))[0])  # of the rounded 8,675.80 it were 7,602.51
    Decimal('7602.50')
    >>> [rounded(part) for part in revenue(split, Points(D(10000), D(8500), expired=D(1500)), D('0.97'))]
    [Decimal('7602.50'), Decimal('1073.29')]
    >>> revenue(D(50), Points(), D('0.9')), revenue(D(50), Points(D(10), expired=D(10)), D(0))
    ((Decimal('0'), Decimal('50')), (Decimal('0'), Decimal('50')))
    """
    if points.open <= 0 and points.redeemed <= 0:
        return ZERO, allocated
    expected = max(points.issued * rate, points.redeemed)
    redeemed = allocated * _share(points.redeemed, expected)
    return redeemed, allocated * _share(points.redeemed, expected_total(points, rate)) - redeemed


def books(allocated, points, rate, quantum=CENT):
    """Return the Books of a cohort: rounded so that the liability is what is left of the rounded allocation.

    >>> D = Decimal
    >>> split = allocation(D(100000), D(10000), D(1), D('0.95'))
    >>> first = books(split, Points(D(10000), D(4500)), D('0.95'))
    >>> first.redeemed, first.liability
    (Decimal('4109.59'), Decimal('4566.21'))
    >>> second = books(split, Points(D(10000), D(8500)), D('0.97'))
    >>> second.less(first).redeemed, second.liability
    (Decimal('3492.91'), Decimal('1073.30'))
    >>> last = books(split, Points(D(10000), D(8500), expired=D(1500)), D('0.97'))
    >>> last.less(second).breakage, last.liability
    (Decimal('1073.30'), Decimal('0.00'))
    """
    redeemed, breakage = revenue(allocated, points, rate)
    whole = rounded(redeemed, quantum)
    return Books(rounded(allocated, quantum), whole, rounded(redeemed + breakage, quantum) - whole)


def redemption_rate(issued, redeemed):
    """Return the share of points that was redeemed, 0 to 1 with four decimals, or None when there is no history.

    >>> redemption_rate(Decimal(3000), Decimal(2000)), redemption_rate(ZERO, ZERO)
    (Decimal('0.6667'), None)
    """
    return min(rounded(redeemed / issued, Decimal('0.0001')), ONE) if issued > 0 else None


def rounded(amount, quantum=CENT):
    """Return an amount in units of the quantum, half away from zero, as Odoo and PostgreSQL round.

    >>> rounded(Decimal('0.005')), rounded(Decimal('-2.5'), ONE), rounded(Decimal(7), Decimal(5))
    (Decimal('0.01'), Decimal('-3'), Decimal('5'))
    """
    return (amount / quantum).quantize(ONE, ROUND_HALF_UP) * quantum


def _share(part, whole):
    return min(part / whole, ONE) if whole > 0 else ZERO
