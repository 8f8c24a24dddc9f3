"""One row of a partner's file: read into an event, or the reason why it cannot be."""

import re

from .partner_event import (
    E_FORMAT,
    E_SV_NOT_ALLOWED,
    STORED_VALUE_KINDS,
    PartnerEvent,
    fault,
    parse_moment,
    parse_number,
)

REQUIRED_COLUMNS = ('ext_txn_id', 'kind', 'card_token', 'occurred_at')
COLUMNS = ('row_no', 'ext_txn_id', 'kind', 'card_token', 'occurred_at', 'points', 'amount', 'currency', 'store',
           'terminal', 'receipt_no', 'original_ext_txn_id', 'note')
# Column of the file: field of the event.
TEXTS = {
    'ext_txn_id': 'ext_txn_id', 'kind': 'kind', 'card_token': 'token', 'currency': 'currency', 'store': 'store',
    'terminal': 'terminal', 'receipt_no': 'receipt_no', 'original_ext_txn_id': 'original', 'note': 'note'}
FIELDS = {field: column for column, field in TEXTS.items()}
LENGTH, NOTE_LENGTH = 64, 250
SHOWN_LENGTH = 100

_UNPRINTABLE = re.compile('[\x00-\x1f\x7f\ud800-\udfff]')


class Problem(Exception):
    """Why a row cannot be taken: a code, and the column and value that are wrong; no column: the row as a whole."""

    def __init__(self, code, column='', value=''):
        super().__init__(code)
        self.code, self.column, self.value = code, column, clean(value)


def number(text):
    """Return a number exactly as it was written, or None when it is none.

    >>> number(' 12.50'), number('1e3'), number('1,000'), number('')
    (Decimal('12.50'), None, None, None)
    """
    try:
        return parse_number(text.strip())
    except ValueError:
        return None


def clean(text):
    """Return what can be stored and shown of a cell that may hold anything.

    >>> clean(' a\\x00b\\udcff ')
    'a?b?'
    """
    return _UNPRINTABLE.sub('?', text.strip())[:SHOWN_LENGTH]


def read(record, now, places=2):
    """Return one row of a file as a PartnerEvent.

    :param record: {column: text}, or None where the row has too few or too many cells
    :param now: UTC, without time zone
    :param places: decimals of a point in the programme
    :raise Problem: with the code of why the row cannot be taken

    >>> from datetime import datetime
    >>> row = {'ext_txn_id': 'T1', 'kind': 'earn', 'card_token': '880', 'occurred_at': '2026-10-14T12:30:00+08:00'}
    >>> read({**row, 'points': '100'}, datetime(2026, 11, 1))[:5]
    ('earn', 'T1', datetime.datetime(2026, 10, 14, 4, 30), '880', Decimal('100'))
    >>> read({**row, 'points': '-30'}, datetime(2026, 11, 1))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    Problem: E_QTY
    """
    if record is None:
        raise Problem(E_FORMAT)
    texts = {field: _text(column, record.get(column, '')) for column, field in TEXTS.items()}
    if texts['kind'] in STORED_VALUE_KINDS:
        raise Problem(E_SV_NOT_ALLOWED, 'kind', texts['kind'])
    try:
        occurred_at = parse_moment(record.get('occurred_at', '').strip())
    except ValueError as error:
        raise Problem(E_FORMAT, 'occurred_at', record.get('occurred_at', '')) from error
    event = PartnerEvent(occurred_at=occurred_at, **texts, **{
        column: _figure(column, record.get(column, '')) for column in ('points', 'amount')})
    found = fault(event, now, places)
    if found:
        code, field = found
        column = FIELDS.get(field, field)
        raise Problem(code, column, record.get(column, ''))
    return event


def _text(column, text):
    text = text.strip()
    if _UNPRINTABLE.search(text) or len(text) > (NOTE_LENGTH if column == 'note' else LENGTH):
        raise Problem(E_FORMAT, column, text)
    return text


def _figure(column, text):
    figure = number(text)
    if figure is None and text.strip():
        raise Problem(E_FORMAT, column, text)
    return figure
