"""What of a statement line is set aside, to the cent: what was set aside and what is left are what was computed."""

from decimal import Decimal

from .settlement import rounded


def taken_out(exact, parts, digits=2):
    """Return what each part takes out of a rounded statement line, in the order in which the parts are taken.

    Not the part is rounded but what is left of the line before and after, so nothing is lost between them.

    :param exact: Decimal, the whole line before rounding
    :param parts: Decimals, exact amounts of the parts of the line
    :return: list of Decimal, rounded

    >>> taken_out(Decimal('0.255'), [Decimal('0.085'), Decimal('0.085')])
    [Decimal('0.09'), Decimal('0.08')]
    >>> rounded(Decimal('0.255')) - sum(taken_out(Decimal('0.255'), [Decimal('0.085')] * 2)), rounded(Decimal('0.085'))
    (Decimal('0.09'), Decimal('0.09'))
    """
    amounts, left = [], Decimal(exact)
    for part in parts:
        before, left = rounded(left, digits), left - part
        amounts.append(before - rounded(left, digits))
    return amounts


def is_within(amount, whole):
    """Tell whether an amount lies between nothing and a whole that may be negative.

    >>> is_within(Decimal(-3), Decimal(-5)), is_within(Decimal(3), Decimal(-5)), is_within(Decimal(0), Decimal(5))
    (True, False, True)
    """
    return min(whole, 0) <= amount <= max(whole, 0)
