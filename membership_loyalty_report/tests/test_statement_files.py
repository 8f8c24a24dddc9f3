import csv
import hashlib
import io
import json
import os
import pickle
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.membership_loyalty_report.models import membership_settlement_workbook as workbook_model

from ..report.statement_workbook import StatementWorkbook
from ..report.stream import stream
from .common_statement import StatementCommon

# Writes the same figures in a process of its own, in another time zone and with another order of sets.
ELSEWHERE = """
import hashlib, io, pickle, sys
import odoo.addons
odoo.addons.__path__.append(sys.argv[1])
from odoo.addons.membership_loyalty_report.report.statement_workbook import StatementWorkbook
class Env:
    def _(self, text, **values):
        return text % values if values else text
figures, rows = pickle.load(sys.stdin.buffer)
file = io.BytesIO()
StatementWorkbook(Env(), file, figures).write(rows)
print(hashlib.sha256(file.getvalue()).hexdigest())
"""
ADDONS = str(Path(__file__).parents[2])


@tagged('post_install', '-at_install')
class TestStatementFiles(StatementCommon):

    def digest(self, settlement):
        return hashlib.sha256(settlement.workbook_id.raw).hexdigest()

    def write(self, settlement, most_rows):
        """Return (workbook, archive) of a statement whose sheets hold so many rows."""
        with tempfile.TemporaryFile() as book, tempfile.TemporaryFile() as archive:
            settlement._write_files(book, archive, 'details.zip', most_rows)
            book.seek(0)
            archive.seek(0)
            return book.read(), archive.read()

    # ------------------------------------------------------------------ the same bytes

    def test_the_same_statement_gives_the_same_bytes(self):
        settlement = self.send(self.month()['B'])
        sent = self.digest(settlement)
        self.assertEqual(settlement.workbook_sha256, sent)
        with freeze_time('2031-02-03 04:05:06'):
            settlement._make_workbook()
        self.assertEqual(self.digest(settlement), sent)
        first, second = self.write(settlement, 3), self.write(settlement, 3)
        self.assertEqual(first, second, "Workbook and archive, too")

    def test_another_process_writes_the_same_bytes(self):
        settlement = self.send(self.month()['A'])
        figures, rows = settlement._statement_figures(), list(settlement._detail_rows(stream))
        here = io.BytesIO()
        StatementWorkbook(settlement.env, here, figures).write(rows)
        elsewhere = subprocess.run(
            [sys.executable, '-c', ELSEWHERE, ADDONS], input=pickle.dumps((figures, rows)), capture_output=True,
            check=True, env={**os.environ, 'TZ': 'America/New_York', 'PYTHONHASHSEED': '7', 'LC_ALL': 'C'})
        self.assertEqual(elsewhere.stdout.decode().strip(), hashlib.sha256(here.getvalue()).hexdigest())

    # ------------------------------------------------------------------ kept as it was sent

    def test_what_was_sent_is_kept_whatever_comes_after(self):
        settlement = self.send(self.month()['B'])
        file, sent = settlement.workbook_id, self.digest(settlement)
        self.seen_by(self.manager, settlement).sudo()._confirm()
        self.parties['B'].name = "Another name"
        action = self.seen_by(self.auditor, settlement).action_workbook()
        self.assertEqual(action['url'], f'/web/content/{file.id}?download=true')
        self.assertEqual((settlement.workbook_id, self.digest(settlement)), (file, sent))
        with self.assertRaisesRegex(UserError, "kept as it was sent"):
            file.unlink()
        with self.assertRaises(AccessError):
            self.seen_by(self.manager, file).write({'raw': b"Another file"})
        self.assertIn(sent, ''.join(settlement.message_ids.mapped('body')))

    def test_a_preview_is_replaced_by_what_is_sent(self):
        settlement = self.month()['B']
        self.seen_by(self.auditor, settlement).action_workbook()
        preview = settlement.workbook_id
        self.assertEqual(self.figures(self.book(settlement))["Sent at"], "not sent: preview")
        self.seen_by(self.auditor, settlement).action_workbook()
        self.assertEqual(settlement.workbook_id, preview)
        settlement._compute_settlement()
        self.assertFalse(settlement.workbook_id)
        self.assertFalse(preview.exists())
        self.seen_by(self.auditor, settlement).action_workbook()
        preview = settlement.workbook_id
        self.send(settlement)
        self.assertFalse(preview.exists())
        self.assertEqual(settlement._get_statement_files(), settlement.workbook_id)
        self.assertTrue(settlement.workbook_id.is_sent_statement)

    def test_the_attachment_is_like_one_of_odoos_own(self):
        settlement = self.send(self.month()['B'])
        file = settlement.workbook_id
        self.assertEqual((file.res_model, file.res_id), ('membership.settlement', settlement.id))
        self.assertEqual(file.name, f"{settlement.name.replace('/', '-')}-B.xlsx")
        same = self.env['ir.attachment'].create({'name': "Copy", 'raw': file.raw})
        self.assertEqual((same.checksum, same.store_fname, same.file_size),
                         (file.checksum, file.store_fname, file.file_size))

    def test_it_is_kept_in_the_database_where_attachments_are(self):
        self.env['ir.config_parameter'].set_param('ir_attachment.location', 'db')
        settlement = self.send(self.month()['B'])
        self.assertFalse(settlement.workbook_id.store_fname)
        self.assertEqual(self.digest(settlement), settlement.workbook_sha256)

    # ------------------------------------------------------------------ more than a sheet holds

    def test_what_a_sheet_cannot_hold_is_a_zipped_csv_with_a_manifest(self):
        settlement = self.send(self.month()['B'])
        with patch.object(workbook_model, 'MOST_ROWS', 3):
            settlement._make_workbook()
        self.assertEqual(settlement._get_statement_files(), settlement.workbook_id + settlement.detail_id)
        self.assertEqual(hashlib.sha256(settlement.detail_id.raw).hexdigest(), settlement.detail_sha256)
        note = self.book(settlement)['Detail']['A1'].value
        self.assertIn(settlement.detail_id.name, note)
        with zipfile.ZipFile(io.BytesIO(settlement.detail_id.raw)) as archive:
            self.assertEqual(archive.namelist(), ['detail.csv', 'manifest.json'])
            content, manifest = archive.read('detail.csv'), json.loads(archive.read('manifest.json'))
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        self.assertEqual((manifest['rows'], manifest['bytes']), (len(rows), len(content)))
        self.assertEqual(manifest['sha256'], hashlib.sha256(content).hexdigest())
        self.assertEqual((manifest['statement'], manifest['party']), (settlement.name, 'B'))
        for total in manifest['totals']:
            own = [row for row in rows if all(row[name] == total[name] for name in ('type', 'kind', 'value'))]
            self.assertEqual(total['count'], len(own))
            self.assertEqual(total['hash_total'], sum(int(row['number']) for row in own))
            self.assertAlmostEqual(float(total['quantity']), sum(float(row['quantity']) for row in own), places=4)
        [earned] = [row for row in rows if (row['type'], row['kind']) == ('entry', 'earn')]
        self.assertEqual(
            [earned[name] for name in ('occurred_at', 'day', 'quantity', 'shop', 'receipt')],
            ['2026-10-05T11:00:00+08:00', '2026-10-05', '12345.67', "'=cmd()+Shop", "<r>Till 1 & 2</r>"])
        controls = self.rows(self.book(settlement, data_only=True)['Controls'])
        self.assertEqual({row["Result"] for row in controls}, {'agrees'})

    # ------------------------------------------------------------------ in the background

    def test_long_ones_are_made_in_the_background_and_somebody_is_told(self):
        settlements = self.month()
        with patch.object(workbook_model, 'MOST_AT_ONCE', 3):
            self.send(settlements['A'] + settlements['B'])
        long = settlements['A'] + settlements['B']
        self.assertFalse(long.workbook_id)
        self.assertEqual(long.workbook_user_id, self.manager)
        notice = self.seen_by(self.manager, settlements['B'])
        with patch.object(workbook_model, 'MOST_AT_ONCE', 3):
            self.assertEqual(notice.action_workbook()['tag'], 'display_notification')
        with patch.object(type(self.env['res.users']), '_bus_send', autospec=True) as told:
            run = self.run_job('membership.statement.job')
        self.assertEqual(run.done, long._count_transactions())
        self.assertEqual(run.changed, 2)
        self.assertEqual({call.args[0] for call in told.call_args_list}, {self.manager})
        for settlement in long:
            self.assertEqual(self.digest(settlement), settlement.workbook_sha256)
        self.assertFalse(long.workbook_user_id)
        self.assertEqual(self.run_job('membership.statement.job').done, 0)

    # ------------------------------------------------------------------ rights

    def test_who_may_read_the_statement_may_download_it_nobody_else(self):
        settlements = self.month()
        settlement = self.send(settlements['B'])
        [own, other] = [new_test_user(
            self.env, f'portal_{code}', 'base.group_portal', partner_id=self.env['res.partner'].create({
                'name': f"Clerk of {code}", 'parent_id': self.parties[code].partner_id.id}).id) for code in 'BC']
        stranger = self.create_user('stranger', 'membership_loyalty.group_membership_auditor', company=self.store)
        nobody = self.create_user('nobody', 'base.group_user')
        self.assertTrue(self.seen_by(self.auditor, settlement).action_workbook())
        self.assertTrue(self.seen_by(self.auditor, settlement.workbook_id).read(['raw']))
        self.assertEqual(self.seen_by(own, settlement)._get_statement_files(), settlement.workbook_id)
        for user in (own, other, stranger, nobody):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.seen_by(user, settlement).action_workbook()
                with self.assertRaises(AccessError):
                    self.seen_by(user, settlement.workbook_id).read(['raw'])
        self.send(settlements['A'])
        self.assertTrue(self.seen_by(stranger, settlements['A']).action_workbook(), "An own company reads its own")
