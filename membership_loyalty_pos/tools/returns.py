"""How much of a sale is back, before and after a refund: shares of what its goods cost, never of today's prices."""

from decimal import Decimal
from typing import NamedTuple

from odoo.addons.membership_loyalty.tools.refund import refund_share


class Sold(NamedTuple):
    """One line of goods of the sale that is refunded."""

    quantity: Decimal
    total: Decimal  # tax included, before the order's discounts
    before: Decimal  # quantity that earlier refunds took back
    now: Decimal  # quantity that this refund takes back


class Returned(NamedTuple):
    whole: Decimal  # what all the goods cost
    before: Decimal  # of that, what was back before this refund
    after: Decimal  # and what is back with it

    def part(self, amount, digits=0, method='down'):
        """Return how much of an amount of the sale belongs to this refund, with the sign of the amount.

        All refunds of a sale together give exactly the amount, whatever the steps.

        >>> steps = [Returned(Decimal(3), Decimal(i), Decimal(i + 1)) for i in range(3)]
        >>> [step.part(Decimal('-5.00'), digits=2, method='half_up') for step in steps]
        [Decimal('-1.67'), Decimal('-1.66'), Decimal('-1.67')]
        """
        sign = -1 if amount < 0 else 1
        done, due = (refund_share(abs(amount), self.whole, back, digits, method) for back in (self.before, self.after))
        return sign * (due - done)


def returned(lines):
    """Return what a refund takes back of a sale.

    :param lines: list of Sold, all goods of the sale
    :return: Returned, in the sale's currency; counted in units when the goods cost nothing

    >>> D = Decimal
    >>> returned([Sold(D(3), D(30), D(1), D(1)), Sold(D(1), D(70), D(0), D(0))])
    Returned(whole=Decimal('100'), before=Decimal('10'), after=Decimal('20'))
    >>> returned([Sold(D(2), D(0), D(0), D(1))])
    Returned(whole=Decimal('2'), before=Decimal('0'), after=Decimal('1'))
    >>> returned([Sold(D(1), D(10), D(1), D(5))])
    Returned(whole=Decimal('10'), before=Decimal('10'), after=Decimal('10'))
    """
    lines = [line for line in lines if line.quantity > 0 and line.total >= 0]
    by_value = any(line.total for line in lines)
    whole, before, after = Decimal(0), Decimal(0), Decimal(0)
    for line in lines:
        weight = line.total if by_value else line.quantity
        back = min(line.quantity, line.before)
        whole += weight
        before += weight * back / line.quantity
        after += weight * min(line.quantity, back + line.now) / line.quantity
    return Returned(whole, before, after)
