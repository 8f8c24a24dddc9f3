import json
import re
from pathlib import Path

from odoo.http import _generate_routing_rules
from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path

from ..controllers.partner_api import PartnerApi
from ..models.membership_partner_api import PROBLEMS
from ..tools import openapi
from ..tools.partner_api import OPERATIONS, ROOT, SCOPES
from ..tools.partner_event import CODES
from .common_partner_api import PartnerApiCommon

DOCS = Path(file_path('membership_loyalty/__manifest__.py')).parents[1] / 'docs/api'


@tagged('post_install', '-at_install')
class TestPartnerApiDescription(TransactionCase):
    def routes(self):
        """Return {(method, path as OpenAPI writes it)} of the partner interface."""
        return {
            (method, re.sub(r'<\w+:(\w+)>', r'{\1}', path))
            for path, endpoint in _generate_routing_rules(['membership_loyalty'], nodb_only=False)
            if path.startswith(ROOT) for method in endpoint.routing['methods'] or ['*']}

    def test_the_description_says_what_the_routes_are(self):
        described = {(operation.method, ROOT + operation.path) for operation in OPERATIONS}
        extra = {('GET', f'{ROOT}/openapi.json'), ('*', f'{ROOT}/{{rest}}')}
        self.assertEqual(self.routes(), described | extra)

    def test_every_route_but_the_description_wants_a_key(self):
        for name, method in vars(PartnerApi).items():
            routing = getattr(method, 'original_routing', None)
            if routing:
                auth = 'membership_partner_public' if name in ('openapi', 'nothing') else 'membership_partner'
                self.assertEqual(routing['auth'], auth, name)
                self.assertFalse(routing['save_session'], name)

    def test_the_description_that_is_checked_in_is_up_to_date(self):
        self.assertEqual((DOCS / 'openapi.json').read_text(), openapi.text(), "Run bin/openapi")

    def test_references_lead_somewhere_and_scopes_and_codes_are_told(self):
        document = openapi.document()

        def references(value):
            if isinstance(value, dict):
                yield from [value['$ref']] if '$ref' in value else []
                for member in value.values():
                    yield from references(member)
            for member in value if isinstance(value, list) else ():
                yield from references(member)

        for reference in set(references(document)):
            _root, _components, part, name = reference.split('/')
            self.assertIn(name, document['components'][part])
        self.assertEqual({operation.scope for operation in OPERATIONS} - {''}, set(SCOPES))
        guide = (DOCS / 'README.md').read_text()
        for code in (*CODES, *{code for _status, code in PROBLEMS.values()}):
            self.assertIn(f'`{code}`', guide)
        for operation in OPERATIONS:
            self.assertIn(f'`{operation.method} {operation.path}`', guide)

    def test_every_operation_is_there(self):
        api = self.env['membership.partner.api']
        for operation in OPERATIONS:
            self.assertTrue(hasattr(api, f'_{operation.name}'), operation.name)


@tagged('post_install', '-at_install')
class TestPartnerApiDescriptionServed(PartnerApiCommon):
    def test_everybody_can_read_the_description(self):
        answer = self.url_open(f'{ROOT}/openapi.json')
        self.assertEqual((answer.status_code, answer.headers['Content-Type']), (200, 'application/json'))
        self.assertEqual(json.loads(answer.text), self.document)
