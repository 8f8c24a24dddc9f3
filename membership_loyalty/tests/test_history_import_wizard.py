import base64
import csv
import io

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestHistoryImportWizard(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user('manager', 'membership_loyalty.group_membership_manager')
        cls.clerk = cls.create_user('clerk', 'membership_loyalty.group_membership_user')
        cls.partner.ref = 'ADA'

    def wizard(self, content, **values):
        content = content if isinstance(content, bytes) else content.encode()
        return self.env['membership.history.import.wizard'].with_user(self.manager).create({
            'program_id': self.program.id, 'file': base64.b64encode(content), 'timezone': 'UTC', **values})

    def rejected(self, wizard):
        text = base64.b64decode(wizard.rejected_file).decode('utf-8-sig')
        return [(line['row'], line['reason']) for line in csv.DictReader(io.StringIO(text))]

    def test_a_manager_checks_then_imports(self):
        wizard = self.wizard("reference;member_ref;timestamp;amount\nR1;ADA;2017-01-05 10:00:00;12.50\n")
        wizard.action_check()
        self.assertEqual((wizard.state, wizard.rejected_count, self.account.points), ('checked', 0, 0))
        self.assertIn('12.50', wizard.preview)
        wizard.action_import()
        self.assertEqual((wizard.state, self.account.points), ('done', 12))
        self.assertAuditClean()

    def test_rejected_rows_can_be_downloaded_and_the_rest_imported(self):
        wizard = self.wizard(
            "reference,member_ref,timestamp,amount\nR1,ADA,2017-01-05,12\n=R2,ADA,2017-01-05,lots\nR3,ADA,never,1\n")
        wizard.action_import()
        self.assertEqual((wizard.state, self.account.points), ('checked', 0))
        self.assertIn("Nothing was imported", wizard.summary)
        self.assertEqual(self.rejected(wizard), [('2', 'bad_amount'), ('3', 'bad_timestamp')])
        rejected = base64.b64decode(wizard.rejected_file).decode('utf-8-sig')
        self.assertIn("'=R2", rejected, "No formula for a spreadsheet")
        wizard.partial = True
        wizard.action_import()
        self.assertEqual((wizard.state, self.account.points), ('done', 12))

    def test_cells_are_shown_as_text(self):
        wizard = self.wizard("reference,member_ref,timestamp,amount\n<script>x</script>,ADA,2017-01-05,12\n")
        wizard.action_check()
        self.assertIn('&lt;script&gt;', wizard.preview)

    def test_what_is_no_csv_file_is_refused_with_a_reason(self):
        for content, words in (
            (b'\xff\xfe\x00\x01', "not a UTF-8 text"),
            (b'reference,member_ref,timestamp,amount\n', "no rows"),
            (b'reference,member_ref,timestamp,amount\nR1,ADA,2017-01-05,12,50\n', "Line 2 has more cells"),
            (b'reference,amount\nR1,5\n', "lacks the columns member_ref, timestamp"),
            (b'reference', "cannot be told apart"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.wizard(content).action_check()
        with self.assertRaisesRegex(UserError, "Choose a CSV file"):
            self.wizard(b'').action_check()

    def test_only_managers_import(self):
        with self.assertRaises(AccessError):
            self.env['membership.history.import.wizard'].with_user(self.clerk).create({'program_id': self.program.id})

    def test_a_manager_imports_into_own_companies_only(self):
        other = self.env['res.company'].create({'name': "Other"})
        foreign = self.create_program(self.env, name="Foreign", company_id=other.id)
        text = "reference,member_ref,timestamp,amount\nR1,ADA,2017-01-05,12\n"
        with self.assertRaises(UserError):
            self.wizard(text, company_id=other.id).action_import()
        with self.assertRaises(AccessError):
            self.wizard(text, program_id=foreign.id).action_import()
