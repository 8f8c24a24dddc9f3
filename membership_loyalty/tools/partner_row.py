"""One row of a partner's file: read, and checked as far as it can be by itself."""

import re
from datetime import datetime, timezone
from decimal import Decimal
from typing import NamedTuple

KINDS = ('earn', 'redeem', 'reverse', 'spend', 'sv_load', 'sv_spend')
REQUIRED_COLUMNS = ('ext_txn_id', 'kind', 'card_token', 'occurred_at')
TEXTS = ('ext_txn_id', 'kind', 'card_token', 'currency', 'store', 'terminal', 'receipt_no', 'original_ext_txn_id',
         'note')
COLUMNS = ('row_no', 'ext_txn_id', 'kind', 'card_token', 'occurred_at', 'points', 'amount', 'currency', 'store',
           'terminal', 'receipt_no', 'original_ext_txn_id', 'note')
LENGTHS = {'note': 250}
LENGTH = 64

_NUMBER = re.compile(r'-?\d{1,12}(?:\.\d{1,8})?', re.ASCII)
_TIME = re.compile(r'\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)', re.ASCII)
_FRACTION = re.compile(r'\.\d+')
_UNPRINTABLE = re.compile('[\x00-\x1f\x7f\ud800-\udfff]')


class Problem(Exception):
    """Why a row cannot be taken: a code, the reason within it, and the column and value that are wrong."""

    def __init__(self, code, reason, column, value=''):
        super().__init__(reason)
        self.code, self.reason, self.column, self.value = code, reason, column, value


class Row(NamedTuple):
    ext_txn_id: str
    kind: str
    card_token: str
    occurred_at: datetime  # UTC, naive, whole seconds
    points: Decimal | None
    amount: Decimal | None
    currency: str | None
    store: str | None
    terminal: str | None
    receipt_no: str | None
    original_ext_txn_id: str | None
    note: str | None


def number(text):
    """Return a number exactly as it was written, or None when it is none: no exponent, no thousands separator.

    >>> number('12.50'), number('-3'), number('1e3'), number('1,000'), number('NaN'), number('')
    (Decimal('12.50'), Decimal('-3'), None, None, None, None)
    """
    text = text.strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def moment(text):
    """Return a time of RFC 3339 as a naive moment in UTC, whole seconds, or None when it is none or names no offset.

    >>> moment('2026-10-31T23:59:59.900+08:00'), moment('2026-10-31T15:59:59Z')
    (datetime.datetime(2026, 10, 31, 15, 59, 59), datetime.datetime(2026, 10, 31, 15, 59, 59))
    >>> moment('2026-10-31T15:59:59'), moment('2026-02-30T00:00:00Z'), moment('0001-01-01T00:00:00+08:00')
    (None, None, None)
    """
    if not _TIME.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(_FRACTION.sub('', text.upper())).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=None) if found.year >= 1970 else None


def clean(text):
    """Return what can be stored and shown of a cell that may hold anything.

    >>> clean(' a\\x00b\\udcff ')
    'a?b?'
    """
    return _UNPRINTABLE.sub('?', text.strip())[:LENGTH]


def read(record):
    """Return one row of a file.

    :param record: {column: text}, or None where the row has too few or too many cells
    :raise Problem: with the code of why the row cannot be taken

    >>> read({'ext_txn_id': 'T1', 'kind': 'earn', 'card_token': '880', 'occurred_at': '2026-10-14T12:30:00+08:00',
    ...       'points': '100'})[:5]
    ('T1', 'earn', '880', datetime.datetime(2026, 10, 14, 4, 30), Decimal('100'))
    >>> read({'ext_txn_id': 'T1', 'kind': 'earn', 'card_token': '880', 'occurred_at': '2026-10-14T12:30:00+08:00',
    ...       'points': '-30'})  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    Problem: quantity
    """
    if record is None:
        raise Problem('E_FORMAT', 'cells', '')
    texts = {column: _text(column, record.get(column, '')) for column in TEXTS}
    if texts['kind'] not in KINDS:
        raise Problem('E_FORMAT', 'kind', 'kind', texts['kind'])
    if texts['kind'] == 'reverse' and not texts['original_ext_txn_id']:
        raise Problem('E_FORMAT', 'missing', 'original_ext_txn_id')
    occurred_at = moment(record.get('occurred_at', '').strip())
    if not occurred_at:
        raise Problem('E_FORMAT', 'time', 'occurred_at', record.get('occurred_at', ''))
    figures = {column: _figure(column, record.get(column, '')) for column in ('points', 'amount')}
    _check_quantity(texts['kind'], figures)
    return Row(occurred_at=occurred_at, **texts, **figures)


def _text(column, text):
    text = text.strip()
    if _UNPRINTABLE.search(text) or len(text) > LENGTHS.get(column, LENGTH):
        raise Problem('E_FORMAT', 'text', column, text)
    if not text and column in REQUIRED_COLUMNS:
        raise Problem('E_FORMAT', 'missing', column)
    return text or None


def _figure(column, text):
    figure = number(text)
    if figure is None and text.strip():
        raise Problem('E_FORMAT', 'number', column, text)
    return figure


def _check_quantity(kind, figures):
    """Refuse points that are none. A reversal without points takes back all that is left."""
    points = figures['points']
    if kind in ('earn', 'redeem') or (kind == 'reverse' and points is not None):
        if points is None or points <= 0 or points != round(points, 2):
            raise Problem('E_QTY', 'quantity', 'points', '' if points is None else str(points))
    elif kind == 'spend' and not figures['amount']:
        raise Problem('E_QTY', 'spending', 'amount', '')
