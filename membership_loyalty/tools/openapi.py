"""The OpenAPI 3.1 description of the partner interface, made of tools.partner_api."""

import json

from .partner_api import CHOICE, DECIMAL, KEEP_DAYS, MOMENT, OPERATIONS, ROOT, SCOPES, VERSION, Field

ABOUT = f"""Give and take points at your tills, and read your statements.

Points and amounts are decimal strings, moments are RFC 3339 with their offset from UTC. Every request that books
anything bears an `Idempotency-Key`: sent again within {KEEP_DAYS} days, it gets the same answer with
`Idempotent-Replayed: true`, also when that was a refusal. After a refusal that you have mended, use a new key. Your
number of a transaction, `ext_txn_id`, counts once for ever: the same event told again is answered with the state
`duplicate`, another one with that number is refused.

What goes wrong is told as `application/problem+json` with a `code` for your programme; `reason` says why an event was
not booked. Nothing is booked then."""

DAY, FLAG, WHOLE, LIST, OBJECT = 'day', 'flag', 'whole', 'list', 'object'


class Out(Field):
    """A field of an answer; `is_required` False: it may be null."""


def out(name, help, kind='text', nullable=False, of='', choices=()):  # noqa: A002 the name of Field
    """Return one field of an answer.

    :param of: name of the schema of the members of a list
    """
    return Out(name, help, kind, not nullable, choices=choices, example=of)


BOOKED = (
    out('ext_txn_id', "Your number of it."),
    out('state', "Booked now, or before.", CHOICE, choices=('ok', 'duplicate')),
    out('event_id', "Our number of it."),
    out('points', "What was moved: given above zero, taken below.", DECIMAL),
    out('balance', "Points of the member afterwards.", DECIMAL),
    out('expires_at', "Earned: last day of the points that expire first.", DAY, nullable=True),
    out('available_from', "Earned: first day on which all of them can be spent, when they have to wait.", DAY,
        nullable=True),
    out('money_value', "Redeemed: what the points are worth.", DECIMAL, nullable=True),
    out('currency', "Redeemed: of the worth.", nullable=True),
    out('shortfall', "Taken back: points that were spent already; the member's next points pay for them.", DECIMAL,
        nullable=True),
)
STATEMENT = (
    out('name', "Name of the statement."), out('programme', "Programme."), out('state', "Sent, confirmed, settled ..."),
    out('revision', "How often it was opened again after it was sent.", WHOLE),
    out('date_from', "First day.", DAY), out('date_to', "Last day.", DAY), out('currency', "ISO code."),
    out('receivable', "What you owe for this period.", DECIMAL),
    out('payable', "What the operator owes you for it.", DECIMAL),
    out('net', "Above zero the operator owes you.", DECIMAL),
    out('carried_in', "From statements that were too small to be paid.", DECIMAL),
    out('balance', "Net and what was carried in.", DECIMAL),
    out('sent_at', "When it was sent.", MOMENT, nullable=True),
    out('dispute_until', "Last day on which you can dispute it.", DAY, nullable=True),
    out('content_hash', "SHA-256 of lines and totals.", nullable=True),
)
ANSWERS = {
    'Pong': (
        out('party', "Your code."), out('key', "Name of the key."),
        out('scopes', "What the key may do.", LIST), out('time', "Our clock.", MOMENT),
        out('closed_until', "What happened up to this day and arrives from now on is on a later statement.", DAY,
            nullable=True)),
    'Member': (
        out('member', "What you can know the member by: the same at every visit, for you alone."),
        out('masked_name', "First letter of the name."), out('tier', "Tier.", nullable=True),
        out('points', "Points that there are.", DECIMAL),
        out('redeemable', "Points that can be redeemed at a time now.", DECIMAL),
        out('point_value', "What one point is worth.", DECIMAL, nullable=True),
        out('currency', "Of the worth.")),
    'Balance': (
        out('member', "What you can know the member by."), out('points', "Points that there are.", DECIMAL),
        out('redeemable', "Points that can be redeemed at a time now.", DECIMAL),
        out('pending', "Points that cannot be spent yet.", DECIMAL),
        out('expiring', "Points that expire within sixty days.", LIST, of='Expiring'),
        out('stored_value', "Money of the member, for own companies only.", LIST, nullable=True, of='Money')),
    'Expiring': (out('points', "Points.", DECIMAL), out('date', "Last day.", DAY)),
    'Money': (out('amount', "Money.", DECIMAL), out('currency', "ISO code.")),
    'Booking': BOOKED,
    'Transaction': (
        out('ext_txn_id', "Your number of it."), out('state', "It was booked.", CHOICE, choices=('ok',)),
        out('event_id', "Our number of it."),
        out('kind', "What it was.", CHOICE, choices=('earn', 'redeem', 'reverse', 'spend')),
        out('points', "What was moved.", DECIMAL), out('amount', "Money, in the programme's currency.", DECIMAL),
        out('currency', "The programme's currency."), out('occurred_at', "When it happened.", MOMENT),
        out('received_at', "When we booked it.", MOMENT),
        out('original_ext_txn_id', "What it took back.", nullable=True),
        out('reversed_points', "What was taken back of it.", DECIMAL),
        out('reversed_by', "Your numbers of what took it back.", LIST)),
    'Statements': (out('statements', "Your statements.", LIST, of='StatementHead'),),
    'StatementHead': STATEMENT,
    'Statement': (*STATEMENT, out('lines', "Its lines.", LIST, of='StatementLine'),
                  out('files', "Its workbook and the like.", LIST, of='StatementFile')),
    'StatementFile': (out('file_id', "For /statement-files."), out('name', "Name of the file."),
                      out('media_type', "What it is.", nullable=True), out('bytes', "Size.", WHOLE)),
    'StatementLine': (
        out('charge', "What is charged."), out('value_type', "Points or money.", nullable=True),
        out('direction', "Who pays.", CHOICE, choices=('party_to_hq', 'hq_to_party')),
        out('rate', "Agreed rate.", DECIMAL), out('unit', "Of the rate.", nullable=True),
        out('is_late', "Belongs to an earlier month.", FLAG),
        out('original_period', "First day of that month.", DAY, nullable=True),
        out('is_reversal', "Takes something back.", FLAG), out('count', "Transactions.", WHOLE),
        out('quantity', "Points or money.", DECIMAL), out('amount', "Rounded once.", DECIMAL)),
    'Problem': (
        out('type', "Always about:blank."), out('title', "Of the status."), out('status', "HTTP status.", WHOLE),
        out('code', "For your programme: KEY, SIGNATURE, SCOPE, FORBIDDEN, VALIDATION, IDEMPOTENCY_KEY, CARD_UNKNOWN, "
                    "CARD_BLOCKED, BALANCE, STATE, TRANSACTION_UNKNOWN, STATEMENT_UNKNOWN, RATE, BUSY, ROUTE, ERROR."),
        out('detail', "For people."),
        out('reason', "Why an event was not booked: E_BALANCE, E_ORIGINAL and so on.", nullable=True),
        out('errors', "Fields that could not be read.", LIST, nullable=True, of='FieldError')),
    'FieldError': (out('field', "Its name."), out('fault', "What is wrong: required, unknown, decimal, moment ...")),
}
# Of the fields of these answers, those that are null may be missing as well.
SPARSE = {'Booking', 'Balance', 'Problem'}
PROBLEMS = {
    400: "No Idempotency-Key, or no JSON.", 401: "The key is missing, unknown or revoked, or the signature is wrong.",
    403: "The key may not do that.", 404: "There is no such card, transaction or statement.",
    409: "Not enough points (BALANCE), or not in this state (STATE).", 422: "A field is wrong (VALIDATION).",
    423: "The card is blocked.", 429: "Too many requests: wait as Retry-After says.",
    503: "Busy: send the same request again.",
}
PARAMETERS = {
    'IdempotencyKey': {
        'name': 'Idempotency-Key', 'in': 'header', 'required': True,
        'description': "The same one each time this request is sent.",
        'schema': {'type': 'string', 'minLength': 1, 'maxLength': 255}},
    'Signature': {
        'name': 'X-Signature', 'in': 'header', 'required': False,
        'description': 'For keys that sign: t=<seconds since 1970>,v1=<hex of HMAC-SHA256 with the signing secret of '
                       '"<t>.<method>.<path>.<hex of SHA-256 of the body>">. Accepted for five minutes.',
        'schema': {'type': 'string'}},
}
SIMPLE = {
    'text': {'type': 'string'},
    DECIMAL: {'type': 'string', 'pattern': r'^-?\d+(\.\d+)?$'},
    MOMENT: {'type': 'string', 'format': 'date-time'},
    DAY: {'type': 'string', 'format': 'date'},
    FLAG: {'type': 'boolean'},
    WHOLE: {'type': 'integer'},
}


def document():
    """Return the description as JSON values.

    >>> sorted(document()['paths']['/earn']['post']['responses'])
    ['200', '400', '401', '403', '404', '409', '422', '423', '429', '503']
    """
    paths = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        'openapi': '3.1.0',
        'info': {'title': "Membership Loyalty: partner interface", 'version': VERSION, 'description': ABOUT},
        'servers': [{'url': ROOT}],
        'security': [{'key': []}],
        'paths': paths,
        'components': {
            'securitySchemes': {'key': {
                'type': 'http', 'scheme': 'bearer',
                'description': f"A key of one terminal or system, with its own scopes: {', '.join(SCOPES)}."}},
            'parameters': PARAMETERS,
            'responses': {
                f'Problem{status}': {
                    'description': said, **_content('application/problem+json', _reference('schemas', 'Problem'))}
                for status, said in PROBLEMS.items()},
            'schemas': {name: _object(fields, name in SPARSE) for name, fields in ANSWERS.items()},
        },
    }


def text():
    """Return the description as it is served and checked in."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + '\n'


def _operation(operation):
    said = {
        'operationId': operation.name, 'summary': operation.summary,
        'description': f"Scope: {operation.scope}." if operation.scope else "Any key.",
        'parameters': _parameters(operation),
        'responses': {
            '200': {'description': "Done.", **(
                _content('application/json', _reference('schemas', operation.answer)) if operation.answer else
                _content('application/octet-stream', {'type': 'string', 'format': 'binary'}))},
            **{str(status): _reference('responses', f'Problem{status}')
               for status in sorted({401, 403, 429, 503, *operation.problems})},
        },
    }
    if operation.method == 'POST' and operation.fields:
        said['requestBody'] = {'required': True, **_content('application/json', _object(operation.fields, True))}
    return said


def _parameters(operation):
    parameters = [
        {'name': field.name, 'in': 'path', 'required': True, 'description': field.help, 'schema': _schema(field)}
        for field in operation.fields if f'{{{field.name}}}' in operation.path]
    headers = ['IdempotencyKey', 'Signature'] if operation.books else ['Signature']
    return parameters + [_reference('parameters', name) for name in headers]


def _object(fields, is_sparse=False):
    required = [field.name for field in fields if field.is_required or not is_sparse]
    return {
        'type': 'object', 'additionalProperties': False, **({'required': required} if required else {}),
        'properties': {field.name: _schema(field) for field in fields}}


def _schema(field):
    if field.kind == LIST:
        schema = {
            'type': 'array', 'items': _reference('schemas', field.example) if field.example else {'type': 'string'}}
    elif field.kind == CHOICE:
        schema = {'type': 'string', 'enum': list(field.choices)}
    else:
        schema = dict(SIMPLE[field.kind])
    schema['description'] = field.help
    if isinstance(field, Out):
        if not field.is_required:
            schema['type'] = [schema['type'], 'null']
    else:
        if field.kind == 'text':
            schema['maxLength'] = field.length
        if field.example:
            schema['examples'] = [field.example]
    return schema


def _content(media_type, schema):
    return {'content': {media_type: {'schema': schema}}}


def _reference(part, name):
    return {'$ref': f'#/components/{part}/{name}'}
