"""What a settlement is computed from and what comes out: facts, versions of an agreement, charges."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

ZERO, HUNDRED = Decimal(0), Decimal(100)
TO_HQ, TO_PARTY = 'party_to_hq', 'hq_to_party'


class Fact(NamedTuple):
    """Sum of the atoms of one family, kind and day."""

    family: str  # 'entry', 'match', 'spend', 'cover' or 'month'
    kind: str  # of the ledger entry; of a match or cover: of the debit
    value_type: str
    day: date | None  # whose rates hold; None: costs nothing, like expired points that nobody was charged for
    quantity: Decimal  # points or programme currency, signed: credits of an entry positive, use of a lot positive
    atoms: int = 1
    is_reversal: bool = False
    late: date | None = None  # first day of the month it belonged to, if that was closed
    uncovered: Decimal = ZERO  # of points accepted: what the member did not have at that moment
    credited: Decimal = ZERO  # of entries: what is new to the members, without what was handed back
    hash_total: int = 0  # sum of the ids of the atoms
    is_held: bool = False  # set aside by a dispute

    def to_json(self):
        """Return the fact as a list that JSON can hold.

        >>> fact = Fact('entry', 'earn', 'points', date(2026, 10, 5), Decimal('12.50'), late=date(2026, 9, 1))
        >>> Fact.from_json(fact.to_json()) == fact
        True
        """
        return [value if value is None or isinstance(value, (bool, int)) else str(value) for value in self]

    @classmethod
    def from_json(cls, values):
        """Return the fact that a list of to_json stands for."""
        fact = cls(*values)
        numbers = {name: Decimal(getattr(fact, name)) for name in ('quantity', 'uncovered', 'credited')}
        days = {name: getattr(fact, name) and date.fromisoformat(getattr(fact, name)) for name in ('day', 'late')}
        return fact._replace(**numbers, **days)


class Rate(NamedTuple):
    id: int | None
    unit: str  # 'per_point', 'percent', 'per_txn' or 'fixed_month'
    rate: Decimal
    direction: str


@dataclass(frozen=True)
class Version:
    """One version of an agreement: what holds from one day to another."""

    id: int | None
    date_from: date
    date_to: date | None
    basis: str = 'issue'
    rates: dict = field(default_factory=dict)  # {charge: [Rate]}
    bonus_bearer: str = 'loader'
    bonus_share: Decimal = ZERO  # percent that the loader bears, where it is shared
    overdraft_bearer: str = 'redeemer'

    def holds(self, day):
        return self.date_from <= day and (self.date_to is None or day <= self.date_to)

    def rate(self, charge, unit='per_point'):
        """Return the rate of a charge in a unit; zero when nothing is agreed."""
        return next((rate.rate for rate in self.rates.get(charge, ()) if rate.unit == unit), ZERO)


class Charge(NamedTuple):
    """What one fact costs: the part of a statement line."""

    charge: str
    value_type: str
    direction: str
    version_id: int | None
    rate: Rate | None
    is_reversal: bool
    late: date | None
    atoms: int
    quantity: Decimal
    exact: Decimal  # in the agreement's currency

    @property
    def line(self):
        """What charges of one statement line have in common."""
        return self[:7]
