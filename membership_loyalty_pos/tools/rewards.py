"""What a reward costs. The till shows the figure, the server decides it."""

from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from odoo.addons.membership_loyalty.tools.rounding import round_points


class Reward(NamedTuple):
    """A reward of the programme, in points and in the programme's currency."""

    required: Decimal  # points for one claim
    free_quantity: Decimal = Decimal(0)  # product rewards: units given for one claim
    per_point: Decimal = Decimal(0)  # discounts by the point: currency for one point
    per_order: Decimal = Decimal(0)  # fixed discounts: currency for one claim
    clears: bool = False  # takes the whole balance


def _claims(quantity, unit):
    return max(Decimal(1), (quantity / unit).to_integral_value(ROUND_CEILING)) if unit > 0 else Decimal(1)


def cost(reward, quantity=Decimal(1), amount=Decimal(0), balance=Decimal(0), tolerance=Decimal(0), digits=0):
    """Return the points that one claimed reward takes from the member.

    :param reward: Reward
    :param quantity: units of the product given
    :param amount: money given, positive, tax included, in the programme's currency
    :param balance: points before the order
    :param tolerance: how far rounding to cents may have moved the amount, in currency
    :param digits: decimals of a point

    >>> D = Decimal
    >>> cost(Reward(D(50), free_quantity=D(2)), quantity=D(4)), cost(Reward(D(50), free_quantity=D(2)), quantity=D(1))
    (Decimal('100'), Decimal('50'))
    >>> cost(Reward(D(100), per_order=D(5)), amount=D('5.01'), tolerance=D('0.02'))
    Decimal('100')
    >>> cost(Reward(D(100), per_order=D(5)), amount=D('15'))
    Decimal('300')
    >>> cost(Reward(D(1), per_point=D('0.05')), amount=D('4.37'))
    Decimal('87')
    >>> cost(Reward(D(100), per_point=D('0.05')), amount=D('4.99'), tolerance=D('0.01'))
    Decimal('100')
    >>> cost(Reward(D(10), clears=True), balance=D(73)), cost(Reward(D(10), clears=True), balance=D(-3))
    (Decimal('73'), Decimal('10'))
    """
    if reward.clears:
        points = max(reward.required, balance)
    elif reward.per_point > 0:
        points = max(Decimal(0), amount) / reward.per_point
        if reward.required > 0:
            whole = (points / reward.required).to_integral_value() * reward.required
            points = whole if abs(points - whole) * reward.per_point <= tolerance else points
    elif reward.free_quantity > 0:
        points = _claims(abs(quantity), reward.free_quantity) * reward.required
    else:
        points = _claims(amount - tolerance, reward.per_order) * reward.required
    return round_points(points, digits, 'half_up')
