"""What a statement says, in plain values: what the workbook is written from. Amounts are Decimals, days are dates."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple


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
    document: str | None = None


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


class Control(NamedTuple):
    """A figure of the statement beside the same figure asked of the ledger."""

    label: str
    style: str  # of workbook_tables: count, quantity, money, number
    statement: Decimal | int
    ledger: Decimal | int


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


class DetailTotals(NamedTuple):
    count: int
    quantity: Decimal
    amount: Decimal
    hash_total: int  # sum of the event numbers modulo 10^12


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
    agreement: str
    currency: str
    digits: int
    created: datetime  # UTC: when it was sent, else the end of the period; the file bears this time
    sent_at: datetime | None  # in the programme's time zone
    dispute_until: date | None
    due_date: date | None
    bank: str | None
    content_hash: str
    carried_in: Decimal
    payable: Decimal
    receivable: Decimal
    balance: Decimal
    tax: Decimal | None
    lines: list
    adjustments: list
    roll_forward: list
    controls: list
    detail: DetailTotals
    matrix: Matrix | None = None
    exchange: Exchange | None = None
    notes: list = field(default_factory=list)
