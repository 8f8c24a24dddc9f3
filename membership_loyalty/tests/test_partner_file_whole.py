import base64

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_partner_file import NOW, PartnerFileCommon


@freeze_time(NOW)
@tagged('post_install', '-at_install')
class TestPartnerFileWhole(PartnerFileCommon):
    """What a file is refused for as a whole, and who may take files in."""

    def assertRejected(self, file, code):
        self.assertEqual((file.state, file.code, len(file.row_ids)), ('rejected', code, 0), file.message)
        self.assertTrue(file.message)
        self.assertTrue(file.attachment_id.raw, "What was refused is kept")
        self.assertEqual(self.posted(), 0)

    def rows(self):
        return [self.row(f'T{number}', 10) for number in range(6)]

    # ------------------------------------------------------------------ the bytes

    def test_a_file_cut_in_half_is_refused_and_the_complete_one_is_taken(self):
        content = self.content(1, self.rows())
        self.assertRejected(self.receive(content[:-len(content) // 4]), 'E_CONTROL')
        self.assertRejected(self.receive(content[:40]), 'E_FORMAT')
        self.assertEqual(self.apply(self.receive(content)).ok_count, 6)

    def test_without_a_digest_the_totals_tell_that_a_file_was_cut(self):
        content = self.content(1, [*self.rows(), self.row('T9', 1, note='好')], sha256='')
        cut = content[:content.index('好'.encode()) + 1]
        self.assertRejected(self.receive(cut.rpartition(b'\n')[0]), 'E_CONTROL')
        self.assertRejected(self.receive(content[:-150]), 'E_CONTROL')
        self.assertEqual(self.apply(self.receive(content)).ok_count, 7)

    def test_each_total_is_compared(self):
        for key in ('count', 'sum_points_credit', 'sum_points_debit', 'sum_amount', 'hash_total'):
            file = self.receive(self.content(1, self.rows(), **{key: '7'}))
            self.assertRejected(file, 'E_CONTROL')
            self.assertIn(key, file.message)

    def test_what_is_no_such_file_is_refused_with_words(self):
        rows = self.rows()
        for content in (
            b'#', b'\xff\xfe', b'a;b\n1;2\n', b'{"version": {}}', self.content(1, rows, version='9'),
            self.content(1, rows, mode='some'), self.content(1, rows, count='many'), self.content(0, rows),
            self.content(1, rows, code='A'), self.content(1, rows, sha256='').replace(b'card_token', b'card'),
            self.content(1, rows).replace(b'#count', b'#version'), self.content(1, rows, colour='red'),
            self.content(1, rows, file_id='x' * 3000), self.content(1, rows, file_id='a\0b'),
            b'{"a":' + b'[' * 200_000,
        ):
            with self.subTest(content=content[:60]):
                self.assertRejected(self.receive(content), 'E_FORMAT')

    def test_a_party_without_an_agreement_sends_no_files(self):
        program = self.create_other_program()
        file = self.files._receive(
            self.parties['B'], program, 'x.csv', self.content(1, self.rows()), 'backend')
        self.assertRejected(file, 'E_AGREEMENT')

    def create_other_program(self):
        return self.program.copy({'name': "Other club"})

    # ------------------------------------------------------------------ signature

    def test_a_party_with_a_secret_signs_its_files(self):
        party = self.parties['B']
        party.action_new_file_secret()
        secret = party.file_secret
        self.assertRejected(self.receive(self.content(1, self.rows())), 'E_SIGN')
        self.assertRejected(self.receive(self.content(1, self.rows(), secret='guessed')), 'E_SIGN')
        signed = self.content(1, self.rows(), secret=secret)
        self.assertRejected(self.receive(signed.replace(b'#file_seq;1', b'#file_seq;2')), 'E_SIGN')
        self.assertRejected(self.receive(signed.replace(b';10\r\n', b';99\r\n', 1)), 'E_CONTROL')
        self.assertEqual(self.apply(self.receive(signed)).state, 'applied')
        json_lines = self.content(2, [{**row, 'points': 10} for row in self.rows()], secret=secret, is_json=True)
        self.assertEqual(self.receive(json_lines).state, 'verified')

    # ------------------------------------------------------------------ once

    def test_id_and_number_of_a_file_are_used_once(self):
        self.assertEqual(self.receive(self.content(1, self.rows())).state, 'verified')
        self.assertRejected(self.receive(self.content(2, self.rows(), file_id='file-B-1')), 'E_KEY_CONFLICT')
        self.assertRejected(self.receive(self.content(1, self.rows(), file_id='another')), 'E_SEQ')
        self.assertEqual(self.receive(self.content(1, self.rows(), 'C'), 'C').state, 'verified', "Each party its own")

    def test_a_gap_in_the_numbers_is_a_warning(self):
        self.receive(self.content(1, self.rows()))
        fourth = self.receive(self.content(4, self.rows()))
        self.assertEqual(fourth.state, 'verified')
        self.assertIn('2 to 3', fourth.warning)
        second = self.receive(self.content(2, self.rows()))
        fourth.invalidate_recordset()
        self.assertIn('3', fourth.warning)
        self.assertFalse(second.warning)

    def test_the_database_refuses_what_the_code_would_let_through(self):
        file = self.receive(self.content(1, self.rows()))
        for name, values in (
                ('bytes', {}), ('id', {'sha256': 'x', 'seq': 7}), ('number', {'sha256': 'x', 'file_ref': 'y'})):
            with self.subTest(name), self.assertRaises(UniqueViolation), mute_logger('odoo.sql_db'), \
                    self.env.cr.savepoint():
                file.copy({'name': "Again", **{field: file[field] for field in (
                    'party_id', 'program_id', 'sha256', 'file_ref', 'seq', 'state', 'origin')}, **values,
                    'party_id': file.party_id.id, 'program_id': file.program_id.id})

    # ------------------------------------------------------------------ rights

    def user(self, login, group, company):
        """Return an environment of somebody who works in one company."""
        user = new_test_user(self.env, login, f'membership_loyalty.{group}', company_id=company.id,
                             company_ids=[Command.set(company.ids)])
        return self.env(user=user, context={'allowed_company_ids': company.ids})

    def test_only_a_settlement_manager_takes_files_in(self):
        manager = self.user('files_manager', 'group_settlement_manager', self.operator)
        reader = self.user('files_reader', 'group_settlement_user', self.operator)
        values = {'party_id': self.parties['B'].id, 'program_id': self.program.id, 'file_name': 'f.csv',
                  'file': base64.b64encode(self.content(1, self.rows()))}
        wizard = manager['membership.partner.file.upload'].create(values)
        self.assertIn('file-B-1', wizard.preview)
        file = manager['membership.partner.file'].browse(wizard.action_upload()['res_id'])
        self.assertEqual((file.state, file.create_uid), ('verified', manager.user))
        with self.assertRaises(AccessError):
            reader['membership.partner.file.upload'].create(values)
        self.assertEqual(file.with_env(reader).row_count, 6, "Who reads settlements reads files")
        for user, refused in (
                (reader, lambda file: file.action_apply()),
                (reader, lambda file: file.party_id.read(['file_secret'])),
                (reader, lambda file: file.party_id.action_new_file_secret()),
                (manager, lambda file: file.write({'state': 'applied'})),
                (manager, lambda file: file.unlink())):
            with self.assertRaises(AccessError):
                refused(file.with_env(user))
        file.action_apply()
        self.assertTrue(file.is_queued)
        self.apply(file.with_env(self.env))
        self.assertIn(b'"T5"', file.with_env(reader).response_id.raw, "Who reads a file reads the answer to it")
        with self.assertRaises(UserError):
            file.action_apply()

    def test_files_are_seen_by_the_operator_and_the_own_company(self):
        both = self.apply(self.receive(self.content(1, self.rows(), 'A'), 'A'))
        both |= self.receive(self.content(1, self.rows(), 'B'), 'B')
        store = self.user('store_manager', 'group_settlement_manager', self.store)
        stranger = self.user('stranger', 'group_settlement_manager', self.env['res.company'].create({'name': "Else"}))
        seen = store['membership.partner.file'].search([('id', 'in', both.ids)])
        self.assertEqual((seen, seen.row_ids), (both[0], both[0].row_ids))
        self.assertFalse(stranger['membership.partner.file'].search([('id', 'in', both.ids)]))
        self.assertFalse(stranger['membership.partner.file.row'].search([('file_id', 'in', both.ids)]))
