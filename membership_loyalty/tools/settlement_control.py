"""What shows that a statement is whole: counts, sums and hash totals of its facts, and how its points roll forward."""

from .settlement_facts import ZERO, Fact  # noqa: F401

HASH_MODULO = 10**12
NEW_POINTS = ('earn', 'bonus', 'opening')


def controls(facts):
    """Return {family: dict(atoms, held, quantity, hash_total)} of facts; quantities as text, hash totals modulo 10^12.

    >>> from datetime import date; from decimal import Decimal
    >>> day = date(2026, 10, 5)
    >>> controls([Fact('entry', 'earn', 'points', day, Decimal(100), 2, hash_total=10**12 + 3),
    ...           Fact('entry', 'redeem', 'points', day, Decimal(-30), 1, hash_total=4, is_held=True)])
    {'entry': {'atoms': 3, 'held': 1, 'quantity': '70', 'hash_total': 7}}
    """
    found = {}
    for fact in facts:
        sums = found.setdefault(fact.family, {'atoms': 0, 'held': 0, 'quantity': ZERO, 'hash_total': 0})
        sums['atoms'] += fact.atoms
        sums['held'] += fact.atoms if fact.is_held else 0
        sums['quantity'] += fact.quantity
        sums['hash_total'] = (sums['hash_total'] + fact.hash_total) % HASH_MODULO
    return {family: {**sums, 'quantity': str(sums['quantity'])} for family, sums in found.items()}


def roll_forward(opening, facts):
    """Return how the points of an issuer came from what was open to what is open now.

    Opening + issued - redeemed - expired + adjusted = closing. Adjusted is what came in from other members or by hand,
    less what refunds, gifts and corrections took.

    :param opening: Decimal, points
    :param facts: all Facts of the period, held ones too
    :return: {name: Decimal} in that order

    >>> from datetime import date; from decimal import Decimal
    >>> day = date(2026, 10, 5)
    >>> facts = [Fact('entry', 'earn', 'points', day, Decimal(70), credited=Decimal(100)),
    ...          Fact('match', 'redeem', 'points', day, Decimal(40)), Fact('match', 'earn', 'points', day, Decimal(30))]
    >>> for name, points in roll_forward(Decimal(5), facts).items():
    ...     print(name, points)
    opening 5
    issued 100
    redeemed 40
    expired 0
    adjusted -30
    closing 35
    """
    points = [fact for fact in facts if fact.value_type == 'points']
    issued = sum((f.credited for f in points if f.kind in NEW_POINTS), ZERO)
    brought = sum((f.credited for f in points if f.kind not in NEW_POINTS), ZERO)
    used = {'redeem': ZERO, 'expire': ZERO}
    for fact in points:
        if fact.family == 'match':
            used[fact.kind] = used.get(fact.kind, ZERO) + fact.quantity
    redeemed, expired = used.pop('redeem'), used.pop('expire')
    adjusted = brought - sum(used.values(), ZERO)
    return {'opening': opening, 'issued': issued, 'redeemed': redeemed, 'expired': expired, 'adjusted': adjusted,
            'closing': opening + issued - redeemed - expired + adjusted}


def overdraft(facts, versions):
    """Return (points that members did not have when they spent them, what they are worth at the rate of acceptance).

    :param versions: function of a day that returns the Version that holds, or None
    """
    points = money = ZERO
    for fact in facts:
        if fact.family == 'entry' and fact.uncovered:
            version = versions(fact.day)
            points += fact.uncovered
            money += fact.uncovered * version.rate('reimb') if version else ZERO
    return points, money
