"""An event that a partner tells us of: what it must say before any database is asked."""

import hashlib
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import NamedTuple

EARN, REDEEM, REVERSE, SPEND = 'earn', 'redeem', 'reverse', 'spend'
KINDS = (EARN, REDEEM, REVERSE, SPEND)
# Known, so that they are refused by name: money moves in the tills and orders of own companies only.
STORED_VALUE_KINDS = ('sv_load', 'sv_spend', 'sv_refund')

# Why an event is not booked. The words for people are in membership.partner.event.
E_FORMAT = 'E_FORMAT'  # something is missing, too long or no number
E_CARD = 'E_CARD'  # no such card in this programme, or none of this partner's
E_CARD_BLOCKED = 'E_CARD_BLOCKED'
E_QTY = 'E_QTY'  # nothing, negative, too many decimals, or not what the programme's steps allow
E_DATE_FUTURE = 'E_DATE_FUTURE'
E_LATE = 'E_LATE'
E_AGREEMENT = 'E_AGREEMENT'  # none in force on that day
E_BALANCE = 'E_BALANCE'
E_KEY_CONFLICT = 'E_KEY_CONFLICT'  # the number of the transaction is taken by another event
E_ORIGINAL = 'E_ORIGINAL'  # unknown, taken back before, or a reversal itself
E_CURRENCY = 'E_CURRENCY'
E_LIMIT = 'E_LIMIT'  # of the programme or of a family member
E_SV_NOT_ALLOWED = 'E_SV_NOT_ALLOWED'
CODES = (
    E_FORMAT, E_CARD, E_CARD_BLOCKED, E_QTY, E_DATE_FUTURE, E_LATE, E_AGREEMENT, E_BALANCE, E_KEY_CONFLICT, E_ORIGINAL,
    E_CURRENCY, E_LIMIT, E_SV_NOT_ALLOWED,
)

OK, DUPLICATE, ERROR = 'ok', 'duplicate', 'error'

ID_LENGTH = 64
CLOCK_TOLERANCE = timedelta(minutes=5)  # by which the partner's clock may be ahead of ours
MOST = Decimal(10) ** 12  # what no single event moves
POINTS_PLACES, AMOUNT_PLACES = 2, 4

MOMENT = re.compile(r'\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)', re.ASCII)
NUMBER = re.compile(r'-?\d{1,15}(\.\d{1,10})?', re.ASCII)
# Printable, without spaces: it is part of addresses and of keys of the ledger.
ID = re.compile(rf'[!-~]{{1,{ID_LENGTH}}}')


class PartnerEvent(NamedTuple):
    """One event as the partner tells it."""

    kind: str  # of KINDS
    ext_txn_id: str  # the partner's number of it, unique per party for ever
    occurred_at: datetime  # UTC, without time zone
    token: str = ''  # number or QR code of the card; not needed to reverse
    points: Decimal | None = None  # positive; None: worked out from the amount, or all that is left to reverse
    amount: Decimal | None = None  # positive: money of the purchase that earned, was paid with points, or was spent
    currency: str = ''  # ISO code; empty: the programme's
    original: str = ''  # ext_txn_id of what is reversed
    store: str = ''
    terminal: str = ''
    receipt_no: str = ''
    note: str = ''


class Result(NamedTuple):
    """What became of one event."""

    ext_txn_id: str
    state: str  # OK, DUPLICATE or ERROR
    code: str = ''  # of CODES, when it is an error
    message: str = ''
    transaction_id: int | None = None  # membership.partner.transaction
    points: Decimal | None = None  # moved on the account, signed
    balance: Decimal | None = None  # of the account afterwards
    shortfall: Decimal = Decimal(0)  # points that were to be taken back and are not there any more
    entry_ids: tuple = ()  # membership.ledger.entry


def fault(event, now, points_places=POINTS_PLACES):
    """Return (code, field) of the first thing wrong with an event that no database is needed to see, or None.

    :param event: PartnerEvent
    :param now: UTC, without time zone
    :param points_places: decimals of a point in the programme

    >>> now = datetime(2026, 11, 22, 12)
    >>> event = PartnerEvent(EARN, 'T-1', now, '8000')
    >>> def check(**values):
    ...     return fault(event._replace(**values), now)
    >>> check(points=Decimal(100)), check(amount=Decimal('99.95'), currency='CNY')
    (None, None)
    >>> check(kind='gift'), check(ext_txn_id='T 1', points=Decimal(1)), check(token='', points=Decimal(1))
    (('E_FORMAT', 'kind'), ('E_FORMAT', 'ext_txn_id'), ('E_FORMAT', 'token'))
    >>> check(), check(points=Decimal(-30)), check(points=Decimal('0.001')), check(kind=SPEND, points=Decimal(1))
    (('E_QTY', 'amount'), ('E_QTY', 'points'), ('E_QTY', 'points'), ('E_QTY', 'amount'))
    >>> check(kind=REDEEM, amount=Decimal(5)), check(kind=REVERSE, token='')
    (('E_QTY', 'points'), ('E_FORMAT', 'original'))
    >>> check(kind=REVERSE, original='T-0', token=''), check(points=Decimal(1), occurred_at=now + timedelta(minutes=6))
    (None, ('E_DATE_FUTURE', 'occurred_at'))
    """
    return (
        _fault_of_form(event) or _fault_of_quantity(event, points_places)
        or ((E_DATE_FUTURE, 'occurred_at') if event.occurred_at > now + CLOCK_TOLERANCE else None))


def _fault_of_form(event):
    if event.kind not in KINDS:
        return E_FORMAT, 'kind'
    if not ID.fullmatch(event.ext_txn_id or ''):
        return E_FORMAT, 'ext_txn_id'
    if event.kind == REVERSE and not event.original:
        return E_FORMAT, 'original'
    if event.kind != REVERSE and not event.token:
        return E_FORMAT, 'token'
    return None


def _fault_of_quantity(event, points_places):
    needed = {EARN: event.points is None and 'amount', REDEEM: 'points', SPEND: 'amount', REVERSE: False}[event.kind]
    if needed and getattr(event, needed) is None:
        return E_QTY, needed
    for name, places in (('points', points_places), ('amount', AMOUNT_PLACES)):
        if not _is_quantity(getattr(event, name), places):
            return E_QTY, name
    return None


def _is_quantity(value, places):
    """Tell whether a value may be moved: positive, exact, of a size that exists; None is nothing to object to."""
    if value is None:
        return True
    return value.is_finite() and 0 < value < MOST and value == value.quantize(Decimal(1).scaleb(-places))


def fingerprint(event):
    """Return the SHA-256 of what makes two events with the same number the same event: neither place nor note.

    In SQL: encode(sha256(convert_to(concat_ws('|', kind, token, to_char(occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS'),
    COALESCE(points::numeric(20, 2)::text, ''), COALESCE(amount::numeric(20, 4)::text, ''), currency, original),
    'UTF8')), 'hex'), with empty strings and not NULL where there is nothing.

    >>> event = PartnerEvent(EARN, 'T-1', datetime(2026, 11, 22, 12, 0, 0, 5), ' 8000', Decimal(100))
    >>> fingerprint(event) == fingerprint(event._replace(points=Decimal('100.00'), token='8000', receipt_no='7'))
    True
    >>> fingerprint(event) == fingerprint(event._replace(points=Decimal(150)))
    False
    >>> hashlib.sha256(b'earn|8000|2026-11-22T12:00:00|100.00|||').hexdigest() == fingerprint(event)
    True
    """
    parts = (
        event.kind, event.token.strip(), event.occurred_at.strftime('%Y-%m-%dT%H:%M:%S'),
        '' if event.points is None else f'{event.points:.{POINTS_PLACES}f}',
        '' if event.amount is None else f'{event.amount:.{AMOUNT_PLACES}f}', event.currency, event.original)
    return hashlib.sha256('|'.join(parts).encode()).hexdigest()


def document_key(party_id, ext_txn_id):
    """Return the key of a partner's event in the ledger.

    >>> document_key(7, 'T-1')
    'party:7:T-1'
    """
    return f'party:{party_id}:{ext_txn_id}'


def parse_moment(text):
    """Return a moment written as RFC 3339 with its offset, as UTC without time zone.

    :raise ValueError: when it is anything else, above all a time that does not say where

    >>> parse_moment('2026-10-15T00:00:00+08:00'), parse_moment('2026-10-14T16:00:00.25Z')
    (datetime.datetime(2026, 10, 14, 16, 0), datetime.datetime(2026, 10, 14, 16, 0))
    >>> parse_moment('2026-10-14T16:00:00')
    Traceback (most recent call last):
    ValueError: no moment with an offset: 2026-10-14T16:00:00
    """
    if not MOMENT.fullmatch(text or ''):
        raise ValueError(f"no moment with an offset: {text}")  # pylint: disable=missing-gettext
    zulu = re.sub(r'[Zz]$', '+00:00', text)
    whole = re.sub(r'\.\d+', '', zulu).upper()
    try:
        return datetime.fromisoformat(whole).astimezone(timezone.utc).replace(tzinfo=None)
    except OverflowError as error:  # the first hours of the year 1, seen from the east
        raise ValueError(f"no moment with an offset: {text}") from error  # pylint: disable=missing-gettext


def format_moment(moment):
    """Return a UTC moment as RFC 3339.

    >>> format_moment(datetime(2026, 10, 14, 16, 0, 0, 25))
    '2026-10-14T16:00:00Z'
    """
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


def parse_number(text):
    """Return a number written with digits, a point and nothing else.

    :raise ValueError: when it is anything else

    >>> parse_number('12.50'), parse_number('-3')
    (Decimal('12.50'), Decimal('-3'))
    >>> parse_number('1e3')
    Traceback (most recent call last):
    ValueError: no number: 1e3
    """
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        raise ValueError(f"no number: {text}")  # pylint: disable=missing-gettext
    return Decimal(text)
