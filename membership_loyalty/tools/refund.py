"""What a refund takes back: by cumulative proportion, so that many small refunds end where one full refund ends."""

from decimal import Decimal

from .rounding import NOISE, round_points


def refund_share(points, base, refunded, digits=0, method='down'):
    """Return how many of the points of a document are to be back, once `refunded` of its base is.

    The member keeps what the remaining base earns at the document's own rate, rounded as the earning was.

    :param points: points that the document moved (earned, or spent on its rewards), positive
    :param base: amount the points belong to, in the document's currency
    :param refunded: how much of the base is refunded by now, all refunds together
    :return: Decimal, between 0 and points

    >>> [refund_share(Decimal(29), Decimal('29.99'), Decimal(r)) for r in ('0', '10', '20', '29.99')]
    [Decimal('0'), Decimal('10'), Decimal('20'), Decimal('29')]
    >>> refund_share(Decimal(5), Decimal(0), Decimal(0))
    Decimal('0')
    >>> refund_share(Decimal(5), Decimal(10), Decimal(40))
    Decimal('5')
    >>> refund_share(Decimal(30), Decimal(10), Decimal(20) / 3)  # no point is lost to the noise of a division
    Decimal('20')
    """
    if refunded <= 0:
        return Decimal(0)
    if refunded >= base:
        return points
    kept = (points * (base - refunded) / base).quantize(NOISE)
    return points - round_points(kept, digits, method)
