from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.partner_api import BY_NAME
from .common_partner_api import PartnerApiCommon


@tagged('post_install', '-at_install')
class TestPartnerApiRights(PartnerApiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.companies = {'company_id': cls.operator.id, 'company_ids': cls.operator.ids}
        cls.clerk, cls.manager, cls.auditor = (
            new_test_user(cls.env, login=login, groups=f'membership_loyalty.group_{group}', **cls.companies)
            for login, group in (('clerk', 'settlement_user'), ('boss', 'settlement_manager'),
                                 ('auditor', 'membership_auditor')))

    def seen_by(self, user, records):
        """Return records, or the model of a name, as a user sees them in all of the user's companies."""
        records = self.env[records] if isinstance(records, str) else records
        return records.with_context(allowed_company_ids=user.company_ids.ids).with_user(user)

    # ------------------------------------------------------------------ partners among themselves

    def test_a_partner_sees_its_own_transactions_only(self):
        _key, other = self.create_key('C')
        self.book('earn', 'T1', points='100')
        self.assertEqual(self.call('/transactions/T1', operation='transaction').status_code, 200)
        self.assertProblem(
            self.call('/transactions/T1', secret=other, operation='transaction'), 404, 'TRANSACTION_UNKNOWN')
        self.assertProblem(self.book('reverse', 'T2', original_ext_txn_id='T1', secret=other), 422, 'VALIDATION',
                           'E_ORIGINAL')
        mine, theirs = (self.call('/lookup', {'token': self.card.number}, secret=secret).json()['member']
                        for secret in (self.secret, other))
        self.assertNotEqual(mine, theirs, "Two partners cannot find out that they know the same member")

    def test_a_partner_sees_its_own_statements_once_they_were_sent(self):
        self.earn('B', 1000, '2026-10-05T04:00:00', expires_on=None)
        settled = self.settle('2026-10-01', '2026-10-31')
        _key, other = self.create_key('C')
        self.assertEqual(self.call('/statements').json(), {'statements': []})
        name = settled['B'].name
        self.assertProblem(self.call(f'/statements/{name}', operation='statement'), 404, 'STATEMENT_UNKNOWN')
        settled['B'].action_send()
        files, private = self.env['ir.attachment'].create([
            {'name': name, 'raw': b'a;b;', 'mimetype': 'text/csv', 'res_model': 'membership.settlement',
             'res_id': settled['B'].id} for name in ('October.csv', 'private.csv')])
        self.assertEqual(self.call('/statements', secret=other).json(), {'statements': []})
        self.assertProblem(
            self.call(f'/statements/{name}', secret=other, operation='statement'), 404, 'STATEMENT_UNKNOWN')
        [head] = self.call('/statements').json()['statements']
        self.assertEqual((head['name'], head['receivable'], head['net'], head['state']), (
            name, '100.00', '-100.00', 'sent'))
        with patch.object(self.registry['membership.settlement'], '_get_statement_files', lambda *_self: files):
            statement = self.call(f'/statements/{name}', operation='statement').json()
            self.assertIn({'file_id': str(files.id), 'name': 'October.csv', 'media_type': 'text/csv', 'bytes': 4},
                          statement['files'])
            answer = self.call(f'/statement-files/{files.id}')
            self.assertEqual((answer.status_code, answer.content), (200, b'a;b;'))
            for number, secret in ((files.id, other), (private.id, self.secret), (0, self.secret), ('x', self.secret)):
                self.assertProblem(self.call(f'/statement-files/{number}', secret=secret, operation='statement_file'),
                                   404, 'STATEMENT_UNKNOWN')
        self.assertIn("October.csv was downloaded with the key Till of B", settled['B'].message_ids[0].body)
        [line] = statement['lines']
        self.assertEqual((line['charge'], line['quantity'], line['rate'], line['amount']), (
            'issue', '1000.0000', '0.10000000', '100.00'))

    def test_an_unknown_card_costs_as_many_questions_as_a_known_one(self):
        self.book('earn', 'T1', points='100')
        def questions(operation, token):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env['membership.partner.api']._run(self.key.sudo(), BY_NAME[operation], {'token': token})
            return self.env.cr.sql_log_count - before

        for operation in ('lookup', 'balance'):
            questions(operation, self.card.number)  # what every worker remembers after its first request
            self.assertEqual(questions(operation, self.card.number), questions(operation, 'nothing'))

    # ------------------------------------------------------------------ the operator's people

    def test_only_a_settlement_manager_makes_and_ends_keys(self):
        values = {'party_id': self.parties['B'].id, 'name': "Till", 'scope_redeem': True}
        for user in (self.clerk, self.auditor):
            with self.assertRaises(AccessError):
                self.seen_by(user, 'membership.api.key.create').create(values)
            with self.assertRaises(AccessError):
                self.seen_by(user, self.api_keys)._create_key(self.parties['B'], {'name': "Till"})
            with self.assertRaises(AccessError):
                self.seen_by(user, self.key).action_revoke()
            with self.assertRaises(AccessError):
                self.seen_by(user, self.key).scope_redeem = False
        wizard = self.seen_by(self.manager, 'membership.api.key.create').create(values)
        shown = wizard.action_create()
        secret = shown['context']['default_secret']
        form = self.seen_by(self.manager, shown['res_model']).with_context(shown['context'])
        self.assertEqual(form.onchange({}, [], {'secret': {}})['value'], {'secret': secret}, "The form opens")
        self.assertEqual(self.call('/ping', {}, secret=secret).json()['scopes'], ['read', 'earn', 'redeem'])
        key = self.api_keys.search([('code', '=', secret[:20])])
        self.seen_by(self.manager, key).action_revoke()
        self.assertEqual((key.state, key.revoked_by_id), ('revoked', self.manager))
        self.assertProblem(self.call('/ping', {}, secret=secret), 401, 'KEY')
        with self.assertRaises(UserError):
            self.seen_by(self.manager, key).action_revoke()

    def test_no_key_is_made_by_writing_a_row_nor_handed_to_another_party(self):
        with self.assertRaises(AccessError):
            self.seen_by(self.manager, self.api_keys).create({'party_id': self.parties['B'].id, 'name': "Till"})
        with self.assertRaises(AccessError):
            self.seen_by(self.manager, self.key).party_id = self.parties['C']
        with self.assertRaises(AccessError):
            self.seen_by(self.manager, self.key).revoked_at = False
        self.seen_by(self.manager, self.key).write({'name': "Till 2", 'scope_redeem': False})

    @mute_logger('odoo.models')
    def test_nobody_reads_what_proves_a_key(self):
        key, secret = self.create_key('B', is_signed=True)
        for user in (self.auditor, self.manager):
            shown = self.seen_by(user, key)
            self.assertEqual(shown.code, secret[:20])
            for name in ('secret_digest', 'signing_secret'):
                with self.assertRaises(AccessError):
                    shown.read([name])
                with self.assertRaises(AccessError):
                    self.seen_by(user, self.api_keys).search([(name, '=like', 'a%')])
        self.env.cr.execute('SELECT * FROM membership_api_key WHERE id = %s', [key.id])
        self.assertNotIn(secret, str(self.env.cr.fetchall()))

    def test_an_auditor_reads_requests_and_changes_none(self):
        self.book('earn', 'T1', points='100', idempotency_key='k')
        request = self.seen_by(self.auditor, 'membership.api.request').search([('key_id', '=', self.key.id)])
        self.assertEqual((request.idempotency_key, request.status), ('k', 200))
        self.assertIn('"balance":"100.00"', request.body)
        transaction = self.seen_by(self.auditor, 'membership.partner.transaction').search(
            [('ext_txn_id', '=', 'T1'), ('party_id', '=', self.parties['B'].id)])
        self.assertEqual(transaction.points, 100)
        for record in (request, transaction):
            for forbidden in (lambda record=record: record.write({'ext_txn_id': 'T2'}), record.unlink,
                              lambda record=record: record.copy()):
                with self.assertRaises(AccessError):
                    forbidden()

    def test_another_company_sees_nothing_of_the_operators_partners(self):
        self.book('earn', 'T1', points='100')
        stranger = self.env['res.company'].create({'name': "Stranger"})
        user = new_test_user(self.env, login='stranger', groups='membership_loyalty.group_settlement_manager',
                             company_id=stranger.id, company_ids=stranger.ids)
        for name in ('membership.api.key', 'membership.api.request', 'membership.api.rate',
                     'membership.partner.transaction'):
            self.assertTrue(self.env[name].search_count([]), name)
            self.assertFalse(self.seen_by(user, name).search(
                [('id', 'in', self.env[name].search([]).ids)]), name)
        with self.assertRaises(AccessError):
            self.seen_by(user, self.key).action_revoke()
        with self.assertRaises(AccessError):
            self.seen_by(user, self.api_keys)._create_key(self.parties['B'], {'name': "Till"})

    def test_a_partners_portal_user_sees_neither_keys_nor_requests(self):
        user = new_test_user(self.env, login='portal', groups='base.group_portal')
        user.partner_id.parent_id = self.parties['B'].partner_id
        for name in ('membership.api.key', 'membership.api.request', 'membership.api.rate',
                     'membership.partner.transaction'):
            with self.assertRaises(AccessError):
                self.seen_by(user, name).search([])
