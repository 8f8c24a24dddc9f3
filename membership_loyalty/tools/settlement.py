"""What a party and the operator owe each other for a month, from sums of facts and the versions of their agreement.

Facts come as sums, one for each day whose rates hold; quantities are signed, a reversal has the opposite sign of what
it takes back. Amounts stay exact until a statement line is whole: only lines are rounded.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .settlement_facts import HUNDRED, TO_HQ, TO_PARTY, ZERO, Charge, Fact, Rate, Version  # noqa: F401
from .settlement_money import money_charges

# Who pays whom, unless the agreement says otherwise.
DIRECTIONS = {
    'issue': TO_HQ, 'mkt': TO_HQ, 'reimb': TO_PARTY, 'fee': TO_HQ, 'fund': TO_HQ, 'brkg': TO_PARTY, 'comm': TO_HQ,
    'fix': TO_HQ, 'svl': TO_HQ, 'svr': TO_PARTY, 'svs': TO_PARTY, 'svbon': TO_PARTY,
}
ISSUED = ('earn', 'bonus')
# What somebody pays for; everything else is on a statement so that its points roll forward.
CHARGED = {
    'entry': (*ISSUED, 'redeem', 'top_up', 'spend'), 'match': ('redeem', 'expire', 'spend'), 'cover': ('redeem',),
    'spend': ('spend',), 'month': ('month',),
}


def version_on(versions, day):
    """Return the version that holds on a day, or None."""
    return next((version for version in versions if version.holds(day)), None)


def price(facts, versions, fx=Decimal(1)):
    """Price facts by the version that holds on their day.

    Facts from before the first version cost nothing: they were never charged. Facts in a gap between versions, or after
    the last one, cannot be priced.

    :param facts: Facts
    :param versions: list of Version
    :param fx: what one unit of the programme's currency is in the agreement's
    :return: (list of Charge, one per statement line in a fixed order; list of the Facts that nobody has agreed on)

    >>> october = Version(1, date(2026, 10, 1), None, rates={
    ...     'issue': [Rate(1, 'per_point', Decimal('0.1'), TO_HQ)],
    ...     'reimb': [Rate(2, 'per_point', Decimal('0.085'), TO_PARTY)],
    ...     'fee': [Rate(3, 'percent', Decimal(2), TO_HQ)]})
    >>> facts = [Fact('entry', 'earn', 'points', date(2026, 10, 5), Decimal(12345)),
    ...          Fact('entry', 'redeem', 'points', date(2026, 10, 6), Decimal(-8000))]
    >>> for charge in price(facts, [october])[0]:
    ...     print(charge.charge, charge.direction, charge.quantity, rounded(charge.exact))
    issue party_to_hq 12345 1234.50
    reimb hq_to_party 8000 680.00
    fee party_to_hq 8000 13.60
    >>> beyond = Fact('entry', 'redeem', 'points', date(2026, 10, 7), Decimal(-100), uncovered=Decimal(60))
    >>> earned_since = Fact('cover', 'redeem', 'points', date(2026, 10, 7), Decimal(60))
    >>> for facts in ([beyond], [beyond, earned_since]):
    ...     print(*(f'{charge.charge} {rounded(charge.exact)}' for charge in price(facts, [october])[0]))
    reimb 3.40 fee 0.07
    reimb 8.50 fee 0.17
    """
    lines, unpriced = {}, []
    first = min((version.date_from for version in versions), default=None)
    for fact in facts:
        if fact.day is None:
            continue
        version = version_on(versions, fact.day)
        if version is None:
            if fact.kind in CHARGED[fact.family] and (first is None or fact.day >= first):
                unpriced.append(fact)
            continue
        for charge in _charges(fact, version, versions, fx):
            known = lines.get(charge.line)
            lines[charge.line] = charge if known is None else charge._replace(
                atoms=known.atoms + charge.atoms, quantity=known.quantity + charge.quantity,
                exact=known.exact + charge.exact)
    order = list(DIRECTIONS)
    return sorted(lines.values(), key=lambda c: (
        order.index(c.charge), c.value_type, c.late is not None, c.late or date.min, c.is_reversal, c.version_id or 0,
        c.direction)), unpriced


def rounded(amount, digits=2):
    """Round a statement line, half away from zero.

    >>> rounded(Decimal('0.255')), rounded(Decimal('-0.255')), rounded(Decimal('0.0051'))
    (Decimal('0.26'), Decimal('-0.26'), Decimal('0.01'))
    """
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


# ---------------------------------------------------------------------- charges by family

def _charges(fact, version, versions, fx):
    if fact.value_type in ('principal', 'bonus'):
        return money_charges(fact, version, fx)
    return _FAMILIES[fact.family](fact, version, versions, fx)


def _entry_charges(fact, version, _versions, _fx):
    if fact.kind in ISSUED:
        yield from _by_rates(fact, version, 'mkt', fact.quantity)
        if version.basis == 'issue':
            yield from _by_rates(fact, version, 'issue', fact.quantity)
    elif fact.kind == 'redeem':
        points = -fact.quantity - (fact.uncovered if version.overdraft_bearer == 'redeemer' else ZERO)
        yield from _by_rates(fact, version, 'reimb', points)
        yield from _by_rates(fact, version, 'fee', points, base=points * version.rate('reimb'))


def _match_charges(fact, version, versions, _fx):
    if fact.kind == 'redeem' and version.basis == 'redeem':
        yield from _by_rates(fact, version, 'fund', fact.quantity)
    elif fact.kind == 'expire' and version.basis == 'issue':
        yield from _by_rates(fact, version, 'brkg', fact.quantity, base=fact.quantity * version.rate('issue'))


def _cover_charges(fact, version, _versions, _fx):
    """Points that were not there when they were accepted, and were earned since."""
    if version.overdraft_bearer == 'redeemer':
        yield from _by_rates(fact, version, 'reimb', fact.quantity)
        yield from _by_rates(fact, version, 'fee', fact.quantity, base=fact.quantity * version.rate('reimb'))


def _spend_charges(fact, version, _versions, fx):
    yield from _by_rates(fact, version, 'comm', fact.quantity, base=fact.quantity * fx)


def _month_charges(fact, version, _versions, _fx):
    yield from _by_rates(fact, version, 'fix', fact.quantity)


_FAMILIES = {'entry': _entry_charges, 'match': _match_charges, 'cover': _cover_charges, 'spend': _spend_charges,
             'month': _month_charges}


def _by_rates(fact, version, charge, quantity, base=ZERO):
    """Yield the Charges of a fact by each rate that is agreed for a charge.

    :param base: what a percentage is taken of, in the agreement's currency
    """
    for rate in version.rates.get(charge, ()):
        if rate.unit == 'percent':
            exact = base * rate.rate / HUNDRED
        elif rate.unit == 'per_txn':
            # What was done once is paid once: neither taking it back nor covering it later is a second transaction.
            exact = ZERO if fact.is_reversal or fact.family == 'cover' else fact.atoms * rate.rate
        else:
            exact = quantity * rate.rate
        yield Charge(charge, fact.value_type, rate.direction, version.id, rate, fact.is_reversal, fact.late,
                     fact.atoms, quantity, exact)
