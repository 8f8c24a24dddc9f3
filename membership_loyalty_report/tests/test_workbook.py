import base64
import io
import tracemalloc
from datetime import date, datetime

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.membership_loyalty.models.membership_document import Posting
from odoo.addons.membership_loyalty.tests.common import MembershipCommon


@tagged('post_install', '-at_install')
class TestWorkbook(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls.create_user('auditor', 'membership_loyalty.group_membership_auditor')
        cls.grace = cls.program._enrol(cls.env['res.partner'].create({'name': "=cmd()+Grace"}))
        for account, kind, amount, day in (
            (cls.account, 'earn', 100, '2024-12-15'), (cls.account, 'earn', 250.5, '2025-01-10'),
            (cls.account, 'redeem', -40, '2025-01-20'), (cls.grace, 'bonus', 10, '2025-01-31'),
            (cls.grace, 'earn', 999, '2025-02-01'),
        ):
            account._membership_post_single(
                kind, amount, f'{account.id}:{day}', f"Movement of {day}", date=date.fromisoformat(day))

    def make(self, user=None, **values):
        wizard = self.env['membership.workbook'].with_user(user or self.auditor).create({
            'program_id': self.program.id, 'date_from': '2025-01-01', 'date_to': '2025-01-31', **values})
        action = wizard.action_make()
        attachment = self.env['ir.attachment'].browse(int(action['url'].split('/')[3].split('?')[0]))
        content = io.BytesIO(base64.b64decode(attachment.datas))
        return load_workbook(content), load_workbook(content, data_only=True), attachment

    def column(self, sheet, title):
        column = [cell.value for cell in sheet[1]].index(title) + 1
        return [sheet.cell(row, column).value for row in range(2, sheet.max_row + 1)]

    def test_the_totals_are_those_of_the_ledger(self):
        formulas, values, _attachment = self.make()
        [(moved,)] = self.env['membership.ledger.entry']._read_group(
            [('program_id', '=', self.program.id), ('date', '>=', '2025-01-01'), ('date', '<=', '2025-01-31')],
            [], ['amount:sum'])
        points = self.column(values['Ledger'], "Points")
        self.assertEqual(sum(points[:-1]), moved)
        self.assertEqual(points[-1], moved)
        self.assertEqual(self.column(formulas['Ledger'], "Points")[-1], "=SUM(L2:L4)")
        closing = self.column(values['Members'], "Closing")
        self.assertEqual(closing, [10, 310.5, 320.5])
        self.assertEqual(self.column(values['Members'], "Opening"), [0, 100, 100])
        cover = {row[0].value: row[1] for row in values['Cover'].iter_rows(min_row=3) if row[0].value}
        self.assertEqual(cover["Balance before the period"].value, 100)
        self.assertEqual(cover["Points moved in the period"].value, moved)
        self.assertEqual(cover["Balance after the period"].value, 320.5)
        self.assertEqual(cover["Entries in the period"].value, 3)
        self.assertEqual(cover["Programme"].value, "Club")

    def test_numbers_are_numbers_dates_are_dates_and_text_is_never_a_formula(self):
        formulas, values, _attachment = self.make()
        sheet = values['Ledger']
        self.assertTrue(all(isinstance(value, (int, float)) for value in self.column(sheet, "Points")))
        self.assertEqual(sheet['A2'].value.isoformat(), '2025-01-10T00:00:00')
        self.assertEqual(sheet['A2'].number_format, 'yyyy-mm-dd')
        self.assertIn('#,##0.00', sheet['L2'].number_format)
        names = [cell for cell in formulas['Members']['A'] if cell.value == "=cmd()+Grace"]
        self.assertEqual([cell.data_type for cell in names], ['s'])

    def test_the_header_stays_and_filters(self):
        _formulas, values, _attachment = self.make()
        for name, last in (('Members', 'N3'), ('Ledger', 'N4')):
            self.assertEqual(values[name].freeze_panes, 'A2')
            self.assertTrue(values[name].auto_filter.ref.startswith('A1:'))
            self.assertTrue(values[name].auto_filter.ref.endswith(last[1:]))

    def test_the_statement_of_one_member_is_his_alone(self):
        _formulas, values, attachment = self.make(account_id=self.account.id)
        self.assertEqual(self.column(values['Ledger'], "Member")[:-1], ["Ada Member"] * 2)
        self.assertEqual(attachment.name, "Ada Member 2025-01-01 2025-01-31.xlsx")

    def test_an_empty_period_is_a_workbook_too(self):
        _formulas, values, _attachment = self.make(date_from='2020-01-01', date_to='2020-12-31')
        self.assertEqual(self.column(values['Ledger'], "Points"), [0])

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        with self.assertRaisesRegex(UserError, "ends before"):
            self.make(date_from='2025-02-01', date_to='2025-01-01')

    def test_who_may_not_read_the_ledger_makes_no_workbook(self):
        for groups in ('sales_team.group_sale_manager', 'base.group_user'):
            user = self.create_user(f'reader_{groups}', groups)
            with self.subTest(groups), self.assertRaises(AccessError):
                self.make(user)

    def test_the_file_is_for_the_one_who_made_it(self):
        _formulas, _values, attachment = self.make()
        other = self.create_user('other_auditor', 'membership_loyalty.group_membership_auditor')
        with self.assertRaises(AccessError):
            attachment.with_user(other).read(['datas'])

    def test_another_company_gets_nothing_of_it(self):
        other = self.env['res.company'].create({'name': "Other"})
        stranger = self.create_user('stranger', 'membership_loyalty.group_membership_auditor', company_id=other.id,
                                    company_ids=[Command.set(other.ids)])
        with self.assertRaises(AccessError):
            self.make(stranger)

    def test_memory_does_not_grow_with_the_rows(self):
        partners = self.env['res.partner'].create([{'name': f"Member {i}"} for i in range(200)])
        accounts = self.program._enrol(partners)
        self.env['membership.ledger.entry']._reconcile([
            Posting(f'bulk:{account.id}:{i}', account.id, 'earn', 1, self.env.company.id, 'import',
                    datetime(2025, 3, 1, 12), date(2025, 3, 1), description="A line of some length " * 3)
            for account in accounts for i in range(50)])

        self.env.invalidate_all()
        wizard = self.env['membership.workbook'].with_user(self.auditor).create({
            'program_id': self.program.id, 'date_from': '2025-03-01', 'date_to': '2025-03-31'})
        tracemalloc.start()
        attachment = wizard._make()
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        self.assertLess(used, 25_000_000, "10,000 rows in less than 25 MB")
        self.assertTrue(attachment.file_size > 100_000)
