import csv
import hashlib
import io
import json

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..tools import partner_file
from .common_partner_file import NOW, PartnerFileCommon


@freeze_time(NOW)
@tagged('post_install', '-at_install')
class TestPartnerFileResponse(PartnerFileCommon):
    """The answer to a file; the example of the guide; an event by hand."""

    def read(self, file):
        """Return manifest, body and rows of the response of a CSV file."""
        lines = file.response_id.raw.splitlines(keepends=True)
        head = [line for line in lines if line.startswith(b'#')]
        body = b''.join(lines[len(head):])
        manifest = dict(line[1:].decode().strip().split(';') for line in head)
        return manifest, body, list(csv.DictReader(io.StringIO(body.decode(), newline=''), delimiter=';'))

    def test_each_row_comes_back_with_its_result(self):
        rows = [self.row('T1', 100, note='=1+1'), self.row('T2', 50, card='+8613'), self.row('T3', -30, note='@x'),
                self.row('T4', 30, 'redeem', note='-5'), self.row('T1', 100, note='=1+1')]
        file = self.send(1, rows)
        manifest, body, answers = self.read(file)
        self.assertEqual([(row['result'], row['code']) for row in answers], [
            ('ok', ''), ('error', 'E_CARD'), ('error', 'E_QTY'), ('ok', ''), ('duplicate', '')])
        self.assertEqual([row['message'] for row in answers], [row.message or '' for row in file.row_ids])
        self.assertEqual([row['ext_txn_id'] for row in answers], ['T1', 'T2', 'T3', 'T4', 'T1'])
        self.assertEqual([row['note'] for row in answers], ["'=1+1", '', "'@x", '-5', "'=1+1"])
        self.assertEqual((answers[1]['card_token'], answers[2]['points']), ("'+8613", '-30'))
        self.assertEqual(manifest, {**manifest,
            'party_code': 'B', 'file_id': 'file-B-1', 'file_seq': '1', 'state': 'partially_applied', 'count': '5',
            'count_ok': '2', 'count_duplicate': '1', 'count_error': '2', 'ok_sum_points_credit': '100',
            'ok_sum_points_debit': '30', 'ok_hash_total': '5', 'sha256': hashlib.sha256(body).hexdigest()})

    def test_no_cell_is_a_formula(self):
        file = self.send(1, [self.row(f'T{number}', 1, note=f'{lead}cmd') for number, lead in enumerate('=+-@')])
        for line in file.response_id.raw.decode().splitlines():
            if not line.startswith('#'):
                for cell in line.split(';'):
                    self.assertNotIn(cell[0], '=+-@\t')
                    self.assertFalse(cell.strip('"').startswith(('=', '+', '-', '@')))

    def test_a_signed_file_gets_a_signed_answer(self):
        self.parties['B'].action_new_file_secret()
        secret = self.parties['B'].file_secret
        manifest, _body, _rows = self.read(self.send(1, [self.row('T1', 100)], secret=secret))
        self.assertEqual(manifest['signature'], partner_file.sign(manifest, secret))

    def test_json_lines_are_answered_in_json_lines(self):
        file = self.send(1, [{**self.row('T1', 100), 'extra': 'kept'}, self.row('T2', 0)], is_json=True)
        manifest, *answers = map(json.loads, file.response_id.raw.decode().splitlines())
        self.assertEqual([answer['result'] for answer in answers], ['ok', 'error'])
        self.assertEqual((answers[0]['extra'], manifest['count_ok']), ('kept', '1'))

    def test_the_answer_speaks_the_partners_language(self):
        self.env['res.lang']._activate_lang('zh_CN')
        self.parties['B'].partner_id.lang = 'zh_CN'
        for model, method in (('membership.partner.code', '_row_sentence'), ('membership.partner.event', '_reason')):
            self.patch(type(self.env[model]), method, lambda self, *_args: self.env.lang)
        file = self.send(1, [self.row('T1', -1), self.row('T2', 1, card='999'), self.row('T3', 1, 'redeem')])
        self.assertEqual(file.row_ids.mapped('message'), ['zh_CN'] * 3)

    # ------------------------------------------------------------------ by hand

    def by_hand(self, user=None, **values):
        env = self.env(user=user, context={'allowed_company_ids': self.operator.ids}) if user else self.env
        return env['membership.partner.manual.event'].create({
            'party_id': self.parties['B'].id, 'program_id': self.program.id, 'card': self.numbers[0], 'points': 70,
            'occurred_at': NOW, 'reason': "Slip 4711", **values})

    def user(self, group):
        return new_test_user(self.env, f'hand_{group}', f'membership_loyalty.{group}', company_id=self.operator.id,
                             company_ids=[Command.set(self.operator.ids)])

    def test_a_settlement_manager_books_an_event_by_hand_with_a_reason(self):
        manager = self.user('group_settlement_manager')
        wizard = self.by_hand(manager)
        wizard.action_book()
        wizard.action_book()
        self.assertEqual(self.member.points, 70, "A second click books nothing")
        transaction = self.env['membership.partner.transaction'].search([('ext_txn_id', '=', wizard.event)])
        self.assertEqual((transaction.channel, transaction.note, transaction.create_uid),
                         ('manual', "Slip 4711", manager))
        self.assertIn("Slip 4711", self.parties['B'].message_ids[0].body)
        self.by_hand(manager, kind='reverse', original=wizard.event, points=0).action_book()
        self.assertEqual(self.member.points, 0)
        self.assertAuditClean()

    def test_an_event_by_hand_is_refused_with_words(self):
        with self.assertRaisesRegex(UserError, 'E_BALANCE'):
            self.by_hand(kind='redeem').action_book()
        with self.assertRaisesRegex(UserError, 'E_QTY'):
            self.by_hand(points=-5).action_book()
        with self.assertRaisesRegex(UserError, 'E_LATE'):
            self.by_hand(occurred_at='2026-02-01 00:00:00').action_book()
        with self.assertRaises(UserError):
            self.by_hand(reason='  ').action_book()
        self.assertEqual(self.posted(), 0)
        self.by_hand(occurred_at='2026-02-01 00:00:00', is_late_allowed=True).action_book()
        self.assertEqual(self.posted(), 70)

    def test_who_is_no_manager_books_nothing_by_hand(self):
        with self.assertRaises(AccessError):
            self.by_hand(self.user('group_settlement_user'))
