"""Splitting an amount so that the parts add up to it exactly."""

from decimal import ROUND_DOWN, ROUND_FLOOR, Decimal


def spread(total, weights, quantum=Decimal('0.01')):
    """Split a total in proportion to weights, to the quantum; the largest remainders get the units left over.

    :param total: Decimal, a multiple of the quantum
    :param weights: list of non-negative Decimals; all zero means equal parts
    :param quantum: smallest unit (0.01 of a currency, 1 point)
    :return: list of Decimals, same length, whose sum is the total

    >>> spread(Decimal('100.00'), [Decimal(1)] * 3)
    [Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
    >>> spread(Decimal(10), [Decimal(0), Decimal(3), Decimal(1)], Decimal(1))
    [Decimal('0'), Decimal('8'), Decimal('2')]
    >>> spread(Decimal('-5'), [Decimal(1), Decimal(1)], Decimal(1))
    [Decimal('-3'), Decimal('-2')]
    """
    if not weights:
        return []
    whole = sum(weights)
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [total * weight / whole for weight in weights]
    parts = [part.quantize(quantum, ROUND_DOWN) for part in exact]
    left = int((total - sum(parts)) / quantum)
    order = sorted(range(len(parts)), key=lambda i: (-abs(exact[i] - parts[i]), i))
    for index in order[:abs(left)]:
        parts[index] += quantum if left > 0 else -quantum
    return parts


def round_to_sum(total, parts, quantum=Decimal(1)):
    """Round parts so that they add up to a total that was rounded by itself; the largest remainders round up.

    :param total: Decimal, a multiple of quantum, the parts' sum within one quantum for each of them
    :param parts: list of Decimals, not empty, of any sign
    :param quantum: smallest unit
    :return: list of Decimals of the same length, whose sum is the total

    >>> round_to_sum(Decimal(14), [Decimal('9.99'), Decimal('4.995')])
    [Decimal('9'), Decimal('5')]
    >>> round_to_sum(Decimal(3), [Decimal('5.5'), Decimal('-2.25'), Decimal('0.5')])
    [Decimal('5'), Decimal('-2'), Decimal('0')]
    """
    rounded = [(part / quantum).to_integral_value(ROUND_FLOOR) * quantum for part in parts]
    left = int((total - sum(rounded)) / quantum)
    order = sorted(range(len(parts)), key=lambda i: (rounded[i] - parts[i], i))
    for index in range(left):
        rounded[order[index % len(parts)]] += quantum
    return rounded
