"""Rows of a purchase history as other systems write them: read, checked one by one, ready to be stored."""

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import NamedTuple

import pytz

from .rounding import to_decimal

REQUIRED = ('reference', 'member_ref', 'timestamp', 'amount')
OPTIONAL = (
    'amount_untaxed', 'points', 'shop_code', 'origin', 'card_number', 'member_name', 'email', 'phone')
LIMIT = Decimal(10) ** 12


class Problem(Exception):
    """Why a row cannot be taken: a reason code, and the value that is wrong."""

    def __init__(self, reason, value=''):
        super().__init__(reason)
        self.reason, self.value = reason, str(value)


class Rejected(NamedTuple):
    row: int  # in the file, the first row of data is 1
    reference: str
    reason: str
    value: str


class Row(NamedTuple):
    reference: str
    member_ref: str
    occurred_at: datetime  # UTC, naive
    amount: Decimal  # tax included, negative for a refund
    amount_untaxed: Decimal | None
    points: Decimal | None  # as another system gave them; None: by the programme's rules
    shop_code: str | None
    origin: str | None  # reference of the purchase that a refund takes back
    card_number: str | None
    member_name: str | None
    email: str | None
    phone: str | None


def table(rows):
    """Return the columns and the records of a data frame, an Arrow table or an iterable of dicts.

    :return: (list of column names, iterator of tuples)

    >>> columns, records = table([{'a': 1, 'b': 2}, {'b': 4, 'c': 3}])
    >>> columns, list(records)
    (['a', 'b', 'c'], [(1, 2, None), (None, 4, 3)])
    """
    if hasattr(rows, 'itertuples'):  # pandas
        return [str(column) for column in rows.columns], rows.itertuples(index=False, name=None)
    if hasattr(rows, 'column_names'):  # Arrow
        return list(rows.column_names), zip(*(column.to_pylist() for column in rows.columns), strict=True)
    rows = list(rows)
    columns = list(dict.fromkeys(chain.from_iterable(rows))) or list(REQUIRED)
    return columns, (tuple(row.get(column) for column in columns) for row in rows)


def text(value):
    """Return a cell as text, or None when it is empty.

    >>> text(' A1 '), text(42), text(42.0), text(float('nan')), text('')
    ('A1', '42', '42', None, None)
    """
    if value is None or value != value:  # pylint: disable=comparison-with-itself
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    value = str(value).strip()
    if '\x00' in value:
        raise Problem('bad_text', value.replace('\x00', '?'))
    return value or None


def number(value, reason, decimals):
    """Return a cell as an exact number, or None when it is empty.

    :param reason: code of the problem when it is no finite number, is too large or has too many decimals

    >>> number('12.50', 'bad_amount', 2), number(0.1 + 0.2, 'bad_amount', 2), number('', 'bad_amount', 2)
    (Decimal('12.50'), Decimal('0.300000'), None)
    >>> number('NaN', 'bad_amount', 2)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    Problem: bad_amount
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        amount = to_decimal(value.strip() if isinstance(value, str) else value)
    except (ValueError, InvalidOperation) as error:
        raise Problem(reason, value) from error
    if abs(amount) >= LIMIT or amount != round(amount, decimals):
        raise Problem(reason, value)
    return amount


def moment(value, zone):
    """Return a cell as a naive moment in UTC, or None when it is empty.

    :param zone: pytz time zone of a value that names none itself

    >>> new_york = pytz.timezone('America/New_York')
    >>> moment('2017-07-01 12:00:00', new_york), moment('2017-07-01T12:00:00+02:00', new_york)
    (datetime.datetime(2017, 7, 1, 16, 0), datetime.datetime(2017, 7, 1, 10, 0))
    """
    if value is None or value != value or value == '':  # pylint: disable=comparison-with-itself
        return None
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip().replace('Z', '+00:00'))
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if value.tzinfo is None:
            value = value if zone is pytz.utc else zone.localize(value)
        return value.astimezone(pytz.utc).replace(tzinfo=None) if value.tzinfo else value
    except (ValueError, AttributeError, OverflowError) as error:
        raise Problem('bad_timestamp', value) from error


def read(cells, zone, latest, decimals=2):
    """Return one row of a history, checked as far as it can be by itself.

    :param cells: {column: value}
    :param latest: UTC moment that no purchase can be later than
    :param decimals: of the currency
    :raise Problem: with the reason why the row cannot be taken
    """
    cells = {**dict.fromkeys(OPTIONAL), **cells}
    row = Row(
        occurred_at=moment(cells.pop('timestamp'), zone),
        amount=number(cells.pop('amount'), 'bad_amount', decimals),
        amount_untaxed=number(cells.pop('amount_untaxed'), 'bad_amount', decimals),
        points=number(cells.pop('points'), 'bad_points', 2),
        **{column: text(value) for column, value in cells.items()})
    for value, reason in (
        (row.reference, 'no_reference'), (row.member_ref, 'no_member'),
        (row.occurred_at, 'bad_timestamp'), (row.amount, 'bad_amount'),
    ):
        if value is None:
            raise Problem(reason)
    if row.occurred_at > latest or row.occurred_at.year < 1900:
        raise Problem('bad_timestamp', row.occurred_at)
    if row.origin and row.amount >= 0:
        raise Problem('origin_of_a_sale', row.origin)
    if row.points and (row.points > 0) == (row.amount < 0):
        raise Problem('bad_points', row.points)
    return row
