"""How a statement becomes documents: which kind, with which signs, and what two sides offset."""

from decimal import Decimal

ZERO = Decimal(0)


def way_of(is_sale, is_operator):
    """Return the direction of the statement lines that a document is for.

    :param bool is_sale: invoice or credit note; otherwise bill or refund
    :param bool is_operator: in the books of the operator; otherwise of the party

    >>> way_of(is_sale=True, is_operator=True), way_of(is_sale=True, is_operator=False)
    ('party_to_hq', 'hq_to_party')
    """
    return 'party_to_hq' if is_sale == is_operator else 'hq_to_party'


def sign_on(move_type, is_operator, direction):
    """Return 1 or -1: the sign with which the amount of a statement line stands on a document.

    >>> sign_on('out_invoice', True, 'party_to_hq'), sign_on('out_refund', True, 'party_to_hq')
    (1, -1)
    >>> sign_on('out_invoice', True, 'hq_to_party')  # one document for both ways
    -1
    >>> sign_on('in_invoice', False, 'party_to_hq')  # the mirror, in the books of the party
    1
    """
    side, _, kind = move_type.partition('_')
    sign = 1 if way_of(side == 'out', is_operator) == direction else -1
    return -sign if kind == 'refund' else sign


def move_type_of(is_sale, total):
    """Return the kind of document for a total: below zero it is a credit note or refund, with turned signs.

    >>> move_type_of(True, Decimal('1248.10')), move_type_of(True, Decimal('-45.00')), move_type_of(False, ZERO)
    ('out_invoice', 'out_refund', 'in_invoice')
    """
    return f'{"out" if is_sale else "in"}_{"refund" if total < 0 else "invoice"}'


def offsets(receivables, payables):
    """Return what both sides owe each other and need not pay: [(receivable, payable, amount)].

    An amount below zero is a credit note: it offsets one of the other side.

    :param receivables: {key: Decimal open}, what the other one owes us
    :param payables: {key: Decimal open}, what we owe

    >>> offsets({'ar': Decimal('1322.99')}, {'ap': Decimal('720.80')})
    [('ar', 'ap', Decimal('720.80'))]
    >>> offsets({'ar': Decimal('-45.00')}, {'ap': Decimal('20.00')})  # we owe both
    []
    >>> offsets({'ar': Decimal('-45.00')}, {'ap': Decimal('-20.00')})
    [('ar', 'ap', Decimal('-20.00'))]
    >>> offsets({'a': Decimal(30), 'b': Decimal(50)}, {'x': Decimal(40), 'y': Decimal(70)})
    [('a', 'x', Decimal('30')), ('b', 'x', Decimal('10')), ('b', 'y', Decimal('40'))]
    """
    found = []
    for sign in (1, -1):
        owing = [[key, sign * amount] for key, amount in receivables.items() if sign * amount > 0]
        owed = [[key, sign * amount] for key, amount in payables.items() if sign * amount > 0]
        while owing and owed:
            amount = min(owing[0][1], owed[0][1])
            found.append((owing[0][0], owed[0][0], sign * amount))
            for side in (owing, owed):
                side[0][1] -= amount
                if not side[0][1]:
                    side.pop(0)
    return found


def decimals(number, most=8):
    """Return how many decimals a number needs to be written in full.

    >>> decimals(Decimal('12345.0000')), decimals(Decimal('0.08500000')), decimals(Decimal('100'))
    (0, 3, 0)
    """
    return min(most, max(0, -number.normalize().as_tuple().exponent))
