import json
import re
import uuid
from datetime import timedelta

from odoo import fields
from odoo.tests.common import HttpCase

from ..tools import openapi
from ..tools.partner_api import BY_NAME, ROOT
from ..tools.partner_event import format_moment
from .common_settlement import SettlementCommon


class PartnerApiCommon(SettlementCommon, HttpCase):
    """Partners B and C with a key each, and a member with a card."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api_keys = cls.env['membership.api.key']
        cls.key, cls.secret = cls.create_key('B')
        cls.card = cls.member.membership_card_ids
        cls.document = openapi.document()
        cls.now = fields.Datetime.now()

    @classmethod
    def create_key(cls, code, **values):
        """Return (key, secret) of a new key that may do everything, unless the values say otherwise."""
        scopes = {f'scope_{name}': True for name in ('read', 'earn', 'redeem', 'reverse', 'spend', 'statements')}
        key, secret, cls.signing_secret = cls.env['membership.api.key']._create_key(
            cls.parties[code], {'name': f"Till of {code}", **scopes, **values})
        return key, secret

    def call(self, path, body=None, secret=None, headers=None, idempotency_key=None, operation=None,
             described=True):
        """Send one request, and hold the answer against the description.

        :param path: below ROOT
        :param body: sent by POST as JSON; None: GET
        :param described: whether the description has to know this answer
        """
        headers = {'Authorization': f'Bearer {secret or self.secret}', 'Content-Type': 'application/json',
                   **({} if body is None else {'Idempotency-Key': idempotency_key or str(uuid.uuid4())}),
                   **(headers or {})}
        response = self.url_open(
            ROOT + path, data=None if body is None else json.dumps(body), method='GET' if body is None else 'POST',
            headers={name: value for name, value in headers.items() if value is not None})
        operation = BY_NAME.get(operation or path.strip('/'))
        if operation and described:
            self.assertDescribed(operation, response)
        return response

    def ago(self, **time):
        """Return the moment so long ago, as it is sent."""
        return format_moment(self.now - timedelta(**time))

    def book(self, kind, number, **values):
        """Send an event of the member's card; return the response."""
        sent = {'ext_txn_id': number, 'occurred_at': format_moment(self.now), **values}
        if kind != 'reverse':
            sent.setdefault('token', self.card.number)
        options = {name: sent.pop(name) for name in sent.keys() & {'secret', 'headers', 'idempotency_key', 'described'}}
        return self.call(f'/{kind}', sent, **options)

    # ------------------------------------------------------------------ assertions

    def assertProblem(self, response, status, code, reason=None):
        self.assertEqual((response.status_code, response.json().get('code')), (status, code), response.text)
        self.assertEqual(response.json().get('reason'), reason)
        self.assertEqual(response.headers['Content-Type'], 'application/problem+json')
        self.assertTrue(response.json()['detail'])

    def assertDescribed(self, operation, response):
        """The answer is one that the OpenAPI description knows."""
        described = self.document['paths'][operation.path][operation.method.lower()]['responses']
        self.assertIn(str(response.status_code), described)
        [content] = self.resolve(described[str(response.status_code)])['content'].values()
        self.assertFits(response.json(), content['schema'])

    def resolve(self, described):
        if '$ref' not in described:
            return described
        part, name = described['$ref'].split('/')[-2:]
        return self.document['components'][part][name]

    def assertFits(self, value, schema):
        schema = self.resolve(schema)
        kinds = schema['type'] if isinstance(schema['type'], list) else [schema['type']]
        if value is None:
            self.assertIn('null', kinds)
            return
        python = {'string': str, 'integer': int, 'boolean': bool, 'array': list, 'object': dict}[kinds[0]]
        self.assertIs(type(value), python, schema)
        if 'pattern' in schema:
            self.assertTrue(re.search(schema['pattern'], value), value)
        if 'enum' in schema:
            self.assertIn(value, schema['enum'])
        for member in value if python is list else ():
            self.assertFits(member, schema['items'])
        if python is dict:
            self.assertFalse(value.keys() - schema['properties'].keys())
            self.assertFalse(set(schema.get('required', ())) - value.keys())
            for name, member in value.items():
                self.assertFits(member, schema['properties'][name])
