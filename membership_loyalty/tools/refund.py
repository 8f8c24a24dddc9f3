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


def returned_amounts(base, invoiced, refunds):
    """Return what each credit note gives back of an order's goods.

    What was invoiced beyond the goods (an order made smaller after its invoice, a down payment invoiced twice) is
    refunded first and costs the member nothing; and no more than the goods can come back.

    :param base: price of the goods of the order, tax included
    :param invoiced: sum of its posted invoices, down payments included
    :param refunds: list of the amounts of its posted credit notes, oldest first
    :return: list of Decimals, one per credit note, between 0 and base together

    >>> D = Decimal
    >>> returned_amounts(D(100), D(100), [D(30), D(70), D(50)])
    [Decimal('30'), Decimal('70'), Decimal('0')]
    >>> returned_amounts(D(80), D(100), [D(20), D(10)])  # the order was cut from 100 to 80 and credited for it
    [Decimal('0'), Decimal('10')]
    >>> returned_amounts(D(100), D(30), [D(30)])  # the down payment came back, nothing else was paid
    [Decimal('30')]
    """
    excess = max(Decimal(0), invoiced - base)
    total, back, result = Decimal(0), Decimal(0), []
    for refund in refunds:
        total += refund
        now = min(max(base, Decimal(0)), max(Decimal(0), total - excess))
        result.append(now - back)
        back = now
    return result
