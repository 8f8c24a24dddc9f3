"""The one place where points are rounded, whatever the channel."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

METHODS = {
    'down': ROUND_DOWN,  # towards zero: 9.99 spent at one point per unit is 9 points
    'half_up': ROUND_HALF_UP,
    'up': ROUND_UP,
}
NOISE = Decimal('0.000001')


def to_decimal(value):
    """Return a number as an exact decimal, without the noise of binary floats.

    :param value: int, float, str or Decimal; floats are taken to six decimals
    :return: Decimal
    :raise ValueError: when the value is no finite number

    >>> to_decimal(0.1 + 0.2)
    Decimal('0.300000')
    >>> to_decimal(float('nan'))
    Traceback (most recent call last):
    ValueError: not a finite number: nan
    """
    number = value if isinstance(value, Decimal) else Decimal(str(value or 0))
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value}")  # pylint: disable=missing-gettext
    return number.quantize(NOISE, ROUND_HALF_EVEN) if isinstance(value, float) else number


def round_points(value, digits=0, method='down'):
    """Round a number of points once, the same way in every channel.

    :param value: points before rounding, any number
    :param int digits: decimals that the programme keeps, 0 to 2
    :param str method: a key of METHODS
    :return: Decimal with `digits` decimals

    >>> round_points(29.999999999999996)
    Decimal('30')
    >>> round_points('9.99'), round_points('9.99', method='half_up'), round_points('9.01', method='up')
    (Decimal('9'), Decimal('10'), Decimal('10'))
    >>> round_points('9.999', digits=2), round_points('-9.99')
    (Decimal('9.99'), Decimal('-9'))
    >>> round_points(30 * (Decimal(10) / Decimal(30)))  # a third does not cost the member a point
    Decimal('10')
    """
    return to_decimal(value).quantize(NOISE, ROUND_HALF_EVEN).quantize(Decimal(1).scaleb(-digits), METHODS[method])


def to_amount(value):
    """Return an amount as the ledger stores it: two decimals, whatever the programme's own rounding.

    :raise ValueError: when the value is no finite number

    >>> to_amount(99.99999999999999), to_amount('12.345')
    (Decimal('100.00'), Decimal('12.35'))
    """
    return round_points(value, digits=2, method='half_up')
