"""What a statement says, in plain values: what the workbook is written from. Amounts are Decimals, days are dates."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

GROUP = ('type', 'kind', 'value')  # columns of the details that say which transactions belong together


class Line(NamedTuple):
    """A line of the statement; the amount is that of its direction, negative when it takes something back."""

    number: int
    code: str
    charge: str
    value: str
    agreement: str
    rate: Decimal | None
    unit: str | None
    valid_from: date | None
    is_late: bool
    original_month: date | None
    is_reversal: bool
    atoms: int
    quantity: Decimal
    exact: Decimal
    amount: Decimal
    is_to_party: bool
    tax: str | None = None


class Adjustment(NamedTuple):
    day: date
    charge: str
    reason: str
    origin: str | None  # statement it corrects
    origin_line: str | None
    amount: Decimal
    is_to_party: bool


class RollForward(NamedTuple):
    """How a balance became another: opening, movements by label, closing."""

    label: str
    opening: Decimal
    movements: list
    closing: Decimal


class DetailTotals(NamedTuple):
    """Of the transactions of one kind."""

    count: int
    quantity: Decimal
    numbers: int  # sum of their numbers, modulo 10^12: the hash total of bank files


class Control(NamedTuple):
    """Transactions of one kind on the statement, beside what the ledger has of them."""

    code: tuple  # family, kind, value type
    labels: tuple  # the same as the rows of details say it
    statement: DetailTotals
    ledger: DetailTotals


class Matrix(NamedTuple):
    """Points redeemed between own companies: issuer in the rows, redeemer in the columns."""

    parties: list
    points: dict  # (issuer, redeemer): Decimal


class Exchange(NamedTuple):
    """Rate at which the statement is booked in another currency."""

    currency: str
    day: date
    rate: Decimal  # units of that currency for one of the statement's
    digits: int


@dataclass
class StatementFigures:
    name: str
    revision: int
    party: str
    party_code: str
    operator: str
    program: str
    date_from: date
    date_to: date
    tz: str
    agreement: str | None
    currency: str
    digits: int
    created: datetime  # UTC: when it was sent, else the end of the period; the file bears this time
    sent_at: datetime | None  # in the programme's time zone
    dispute_until: date | None
    due_date: date | None
    bank: str | None
    content_hash: str | None
    carried_in: Decimal
    payable: Decimal
    receivable: Decimal
    balance: Decimal
    tax: Decimal | None
    lines: list
    adjustments: list
    roll_forward: list
    controls: list
    columns: dict  # of the details, Columns by name
    matrix: Matrix | None = None
    exchange: Exchange | None = None
    archive: str | None = None  # name of the file with the details, when no sheet can hold them

    @property
    def count(self):
        """How many transactions are on the statement."""
        return sum(control.statement.count for control in self.controls)
