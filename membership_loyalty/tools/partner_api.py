"""The partner interface, said once: what can be asked, what has to be sent, what comes back.

The routes are checked against this, requests are read by it, and the OpenAPI description is made of it.
"""

import hashlib
import json
from typing import NamedTuple

from .partner_event import ID, parse_moment, parse_number

ROOT = '/loyalty/api/v1'
VERSION = '1.0.0'
TEXT, DECIMAL, MOMENT, CHOICE = 'text', 'decimal', 'moment', 'choice'
FILE = ''  # the answer is no JSON
SCOPES = ('read', 'earn', 'redeem', 'reverse', 'spend', 'statements')
KEEP_DAYS = 30  # for which the answer to an idempotency key is kept


class Field(NamedTuple):
    """A field of a request, or one in the address."""

    name: str
    help: str
    kind: str = TEXT
    is_required: bool = False
    length: int = 64
    choices: tuple = ()
    example: str = ''


class Operation(NamedTuple):
    name: str
    method: str
    path: str  # below ROOT, with {placeholders}
    summary: str
    answer: str  # name of the schema of the answer, see tools.openapi, or FILE
    scope: str = ''  # of SCOPES; empty: any valid key
    fields: tuple = ()
    books: bool = False  # whether it changes anything: then an Idempotency-Key is required
    problems: tuple = ()  # statuses beyond those that every operation has


class Invalid(ValueError):
    """A request cannot be read.

    errors: list of (field, what is wrong with it)
    """

    def __init__(self, errors):
        super().__init__(errors)
        self.errors = errors


NUMBER_OF_IT = Field(
    'ext_txn_id', "Your own number of this transaction: it counts once, for ever.", is_required=True,
    example='T-2026-000017')
TOKEN = Field('token', "Card number, or what the QR code of the card says.", is_required=True, example='8000004212345')
OCCURRED_AT = Field('occurred_at', "When it happened, with the offset from UTC.", MOMENT, is_required=True,
                    example='2026-10-14T23:59:59+08:00')
PLACE = (
    Field('store', "Your store.", example='S-12'),
    Field('terminal', "Your till or terminal.", example='T-3'),
    Field('receipt_no', "Number of the receipt; the member sees it.", example='R-88123'),
    Field('note', "For your own use.", length=256),
)
POINTS = Field('points', "Points, above zero.", DECIMAL, example='250')
AMOUNT = Field('amount', "Money of the purchase, above zero, in the currency named.", DECIMAL, example='99.90')
CURRENCY = Field('currency', "ISO code of the amount. Left out: the programme's currency.", length=3, example='CNY')
VALUE_TYPE = Field('value_type', "Points, or money of the member; money is refused here.", CHOICE,
                   choices=('points', 'stored_value'), example='points')
PARTLY = "Left out: all that is left."
CARD_PROBLEMS = (404, 423)
BOOKING_PROBLEMS = (400, 409, 422)

OPERATIONS = (
    Operation('ping', 'POST', '/ping', "Check the key and the clock.", 'Pong'),
    Operation('lookup', 'POST', '/lookup', "Find a member by the card that is shown.", 'Member', 'read', (TOKEN,),
              problems=(400, 422, *CARD_PROBLEMS)),
    Operation('balance', 'GET', '/balance/{token}', "What a member has: points, pending and soon expiring ones.",
              'Balance', 'read', (TOKEN,), problems=CARD_PROBLEMS),
    Operation('earn', 'POST', '/earn', "Give points: a number of them, or what the programme gives for an amount.",
              'Booking', 'earn', (NUMBER_OF_IT, TOKEN, OCCURRED_AT, POINTS, AMOUNT, CURRENCY, VALUE_TYPE, *PLACE),
              books=True, problems=(*BOOKING_PROBLEMS, *CARD_PROBLEMS)),
    Operation('redeem', 'POST', '/redeem', "Take points: all of them or none, never below zero.", 'Booking', 'redeem',
              (NUMBER_OF_IT, TOKEN, OCCURRED_AT, POINTS._replace(is_required=True), AMOUNT, CURRENCY, VALUE_TYPE,
               *PLACE), books=True, problems=(*BOOKING_PROBLEMS, *CARD_PROBLEMS)),
    Operation('reverse', 'POST', '/reverse', "Take back a transaction, whole or in part.", 'Booking', 'reverse',
              (NUMBER_OF_IT, Field('original_ext_txn_id', "Your number of what is taken back.", is_required=True,
                                   example='T-2026-000016'),
               OCCURRED_AT, POINTS._replace(help=f"Points to take back. {PARTLY}"),
               AMOUNT._replace(help=f"Money to take back of a purchase or of spending. {PARTLY}"), CURRENCY, *PLACE),
              books=True, problems=(*BOOKING_PROBLEMS, 404)),
    Operation('spend', 'POST', '/spend', "Report spending with your co-branded card.", 'Booking', 'spend',
              (NUMBER_OF_IT, TOKEN, OCCURRED_AT, AMOUNT._replace(is_required=True), CURRENCY, *PLACE), books=True,
              problems=(*BOOKING_PROBLEMS, *CARD_PROBLEMS)),
    Operation('transaction', 'GET', '/transactions/{ext_txn_id}',
              "What became of a transaction: ask when an answer was lost.", 'Transaction', 'read', (NUMBER_OF_IT,),
              problems=(404,)),
    Operation('statements', 'GET', '/statements', "Your statements, newest first.", 'Statements', 'statements'),
    Operation('statement', 'GET', '/statements/{name}', "One of your statements with its lines.", 'Statement',
              'statements', (Field('name', "Name of the statement.", is_required=True, example='STL/2026/10/0001'),),
              problems=(404,)),
    Operation('statement_file', 'GET', '/statement-files/{file_id}',
              "A file of one of your statements, as its answer names it.", FILE, 'statements',
              (Field('file_id', "Number of the file.", is_required=True, example='4711'),), problems=(404,)),
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}


def read(operation, values):
    """Return what a request says, as Python values by the names of its fields; what was left out is not in it.

    :param operation: Operation
    :param values: what JSON gave, with what the address says
    :raise Invalid: when anything is missing, unknown or not what it has to be

    >>> read(BY_NAME['lookup'], {'token': ' 8000 '})
    {'token': '8000'}
    >>> sent = {'ext_txn_id': 'T-1', 'token': '8000', 'occurred_at': '2026-10-14T23:59:59+08:00', 'points': '2.50'}
    >>> read(BY_NAME['redeem'], sent)['occurred_at'], read(BY_NAME['redeem'], sent)['points']
    (datetime.datetime(2026, 10, 14, 15, 59, 59), Decimal('2.50'))
    >>> read(BY_NAME['redeem'], {**sent, 'points': 2.5, 'colour': 'red', 'token': ''})
    Traceback (most recent call last):
    odoo.addons.membership_loyalty.tools.partner_api.Invalid: [('colour', 'unknown'), ('token', 'required'), \
('points', 'decimal')]
    """
    if not isinstance(values, dict):
        raise Invalid([('', 'object')])
    fields = {field.name: field for field in operation.fields}
    errors = [(name[:64].encode('utf-8', 'replace').decode(), 'unknown') for name in values if name not in fields]
    found = {}
    for field in operation.fields:
        try:
            value = _value(field, values.get(field.name))
        except ValueError as error:
            errors.append((field.name, error.args[0] if isinstance(error, Fault) else field.kind))
            continue
        if value is not None:
            found[field.name] = value
    if errors:
        raise Invalid(errors)
    return found


class Fault(ValueError):
    """What is wrong with one field."""


def _value(field, value):
    if value is None or (isinstance(value, str) and not value.strip()):
        if field.is_required:
            raise Fault('required')  # pylint: disable=missing-gettext
        return None
    if not isinstance(value, str) or '\x00' in value:
        raise ValueError
    value = value.strip()
    value.encode()  # half a letter is no text: a ValueError as well
    if len(value) > field.length or (field.choices and value not in field.choices):
        raise ValueError
    if field.name.endswith('ext_txn_id') and not ID.fullmatch(value):
        raise Fault('id')  # pylint: disable=missing-gettext
    return {DECIMAL: parse_number, MOMENT: parse_moment}.get(field.kind, str)(value)


def fingerprint(method, path, values):
    """Return the SHA-256 of a request: the order and spacing of its JSON make no difference.

    >>> fingerprint('POST', '/earn', {'a': '1', 'b': '2'}) == fingerprint('POST', '/earn', {'b': '2', 'a': '1'})
    True
    >>> fingerprint('POST', '/earn', {'a': '1'}) == fingerprint('POST', '/redeem', {'a': '1'})
    False
    """
    body = json.dumps(values, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
    return hashlib.sha256('\n'.join((method, path, body)).encode()).hexdigest()
