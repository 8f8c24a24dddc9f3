"""Stored value: which part of a payment is money that was paid in, and which part was given on top of it.

One top-up is one lot, its principal and its bonus. Lots are spent oldest first; amounts are Decimals in cents of the
programme's currency.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

PRINCIPAL, BONUS = 'principal', 'bonus'
MONEY = 'money'  # of a posting that is still to be split into the two
RULES = ('pro_rata', 'principal_first', 'bonus_first')

ZERO, CENT = Decimal(0), Decimal('0.01')


class Lot(NamedTuple):
    """Principal and bonus of one top-up: what is open of each, and what payments have taken so far."""

    principal: Decimal
    bonus: Decimal
    spent_principal: Decimal = ZERO
    spent_bonus: Decimal = ZERO

    def take(self, amount):
        """Return (principal, bonus) of a payment of at most what is open, in proportion to what was topped up.

        Rounding is cumulative: what all payments of the lot have taken is right to the cent, so that the last one
        empties it exactly.

        >>> lot = Lot(Decimal(100), Decimal(20))
        >>> for paid in ('33.33', '33.33', '33.33', '20.01'):
        ...     principal, bonus = lot.take(Decimal(paid))
        ...     print(principal, bonus)
        ...     lot = Lot(lot.principal - principal, lot.bonus - bonus,
        ...               lot.spent_principal + principal, lot.spent_bonus + bonus)
        27.78 5.55
        27.77 5.56
        27.78 5.55
        16.67 3.34
        >>> lot.principal == lot.bonus == 0
        True
        """
        whole = self.principal + self.spent_principal
        gift = self.bonus + self.spent_bonus
        done = self.spent_principal + self.spent_bonus
        principal = _round((done + amount) * whole / (whole + gift)) - self.spent_principal
        # What was withdrawn or has expired since shifts the proportion: never take what is not there.
        principal = min(max(principal, amount - self.bonus, ZERO), self.principal, amount)
        return principal, amount - principal


def split(amount, lots, rule='pro_rata'):
    """Split a payment over lots.

    :param amount: what is paid, positive
    :param lots: list of Lot, oldest first
    :param rule: 'pro_rata' empties one lot after the other, each in the proportion of its top-up; 'principal_first'
        and 'bonus_first' use up all principal, or all bonus, of the wallet before the other
    :return: list of (principal, bonus), one per lot; together less than the amount if the lots do not suffice

    >>> D = Decimal
    >>> lots = [Lot(D(100), D(20)), Lot(D(50), D(0))]
    >>> split(D(130), lots)
    [(Decimal('100.00'), Decimal('20.00')), (Decimal('10.00'), Decimal('0.00'))]
    >>> split(D(130), lots, 'principal_first')
    [(Decimal('100'), Decimal('0')), (Decimal('30'), Decimal('0'))]
    >>> split(D(30), lots, 'bonus_first')
    [(Decimal('10'), Decimal('20')), (Decimal('0'), Decimal('0'))]
    >>> sum(map(sum, split(D(500), lots)))
    Decimal('170.00')
    """
    if rule == 'pro_rata':
        parts, left = [], amount
        for lot in lots:
            now = min(left, lot.principal + lot.bonus)
            parts.append(lot.take(now) if now else (ZERO, ZERO))
            left -= now
        return parts
    order = (0, 1) if rule == 'principal_first' else (1, 0)
    taken, left = [[ZERO, ZERO] for _lot in lots], amount
    for place in order:
        for lot, part in zip(lots, taken, strict=True):
            part[place] = min(left, lot[place])
            left -= part[place]
    return [tuple(part) for part in taken]


def kept(principal, bonus, total):
    """Return (principal, bonus) that a document still holds when `total` of its payment is left.

    By cumulative proportion: many small refunds end where one full refund ends, and none takes a cent more.

    >>> for left in ('33.33', '22.22', '11.11', '0'):
    ...     print(*kept(Decimal('27.78'), Decimal('5.55'), Decimal(left)))
    27.78 5.55
    18.52 3.70
    9.26 1.85
    0.00 0.00
    """
    part = _round(principal * total / (principal + bonus)) if principal + bonus else ZERO
    return part, total - part


def refund(paid, bonus, used, method='full_price'):
    """Return the money that giving back a top-up pays out; what is left of its bonus is withdrawn.

    :param paid: principal of the top-up
    :param bonus: bonus that came with it
    :param used: how much of both together was spent
    :param method: 'full_price' when the customer wishes it: what was used counts at full price;
        'pro_rata' when the customer is not the cause: it counts at the discount that the top-up gave
    :return: Decimal, from nothing to what was paid

    >>> D = Decimal
    >>> refund(D(1000), D(200), D(600)), refund(D(1000), D(200), D(600), 'pro_rata')
    (Decimal('400.00'), Decimal('500.00'))
    >>> refund(D(1000), D(200), D(1100)), refund(D(1000), D(200), D(1100), 'pro_rata')
    (Decimal('0.00'), Decimal('83.33'))
    >>> refund(D(1000), D(200), D(0)), refund(D(1000), D(200), D(1200), 'pro_rata')
    (Decimal('1000.00'), Decimal('0.00'))
    """
    share = used * paid / (paid + bonus) if method == 'pro_rata' and paid + bonus else used
    return max(ZERO, paid - _round(share)).quantize(CENT)


# ---------------------------------------------------------------------- posting into an account of tools.ledger

def post(account, key, kind, wanted, rule='pro_rata', origins=(), **values):
    """Post money of a wallet by target, split into principal and bonus; see tools.ledger.Account.post.

    What is taken is split over the lots by the rule. What is given back goes to the parts it came from; more than was
    ever taken is principal, as is what the wallet does not hold: a debt is always in money.

    :return: the amount posted, signed
    """
    posted = {part: account.posted(key, kind, part) for part in (PRINCIPAL, BONUS)}
    delta = wanted - sum(posted.values())
    draws = {}
    if delta < 0 and sum(posted.values()) > 0:
        left = kept(posted[PRINCIPAL], posted[BONUS], max(wanted, ZERO))
        change = (left[0] - posted[PRINCIPAL], left[1] - posted[BONUS])
    elif delta < 0:
        lots = open_lots(account)
        parts = split(-delta, list(lots.values()), rule)
        draws = dict(zip(lots, parts, strict=True))
        bonus = sum((part[1] for part in parts), ZERO)
        change = (delta + bonus, -bonus)
    else:
        change = _given_back(account, {key, *origins}, kind, delta)
    for place, part in enumerate((PRINCIPAL, BONUS)):
        account.post(
            key, kind, posted[part] + change[place], part, origins=origins,
            draws={lot: taken[place] for lot, taken in draws.items()}, **values)
    return delta


def open_lots(account):
    """Return {lot: Lot} of what can be spent in an account, oldest first."""
    lots = {}
    for entry in account.entries:
        if entry.amount > 0 and not entry.is_pending and entry.value_type in (PRINCIPAL, BONUS):
            old = lots.get(entry.lot, Lot(ZERO, ZERO))
            if entry.value_type == PRINCIPAL:
                lots[entry.lot] = old._replace(
                    principal=old.principal + entry.remaining, spent_principal=old.spent_principal + entry.spent)
            else:
                lots[entry.lot] = old._replace(
                    bonus=old.bonus + entry.remaining, spent_bonus=old.spent_bonus + entry.spent)
    return {key: lot for key, lot in lots.items() if lot.principal or lot.bonus}


def _given_back(account, sources, kind, amount):
    """Return (principal, bonus) to credit: the parts that the payments of these documents still hold, in proportion."""
    gross = [account.taken(sources, kind, part) for part in (PRINCIPAL, BONUS)]
    held = [taken - account.restored(sources, kind, part)
            for taken, part in zip(gross, (PRINCIPAL, BONUS), strict=True)]
    back = min(amount, sum(held))
    principal = held[0] - kept(*gross, sum(held) - back)[0]
    principal = min(max(principal, back - held[1], ZERO), held[0], back)
    return principal + amount - back, back - principal


def _round(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)
