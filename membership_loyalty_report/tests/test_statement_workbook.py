import io
import zipfile

from openpyxl import load_workbook

from odoo.tests import tagged

from odoo.addons.membership_loyalty.tools import card_number

from .common_statement import StatementCommon
from .office import recalculated


@tagged('post_install', '-at_install')
class TestStatementWorkbook(StatementCommon):

    def lines_total(self, settlement, direction):
        [(total,)] = self.env['membership.settlement.line']._read_group(
            [('settlement_id', '=', settlement.id), ('direction', '=', direction)], [], ['amount:sum'])
        return total

    def assertTotals(self, book, settlement):
        """Assert that every total of a workbook is what the database has, to the cent."""
        figures, party, currency = self.figures(book), settlement.party_id.name, settlement.currency_id.name
        to_party, by_party = f"To pay to {party} ({currency})", f"To pay by {party} ({currency})"
        lines = self.rows(book['Lines'])
        for label, title, direction in (
            (to_party, to_party, 'hq_to_party'), (by_party, by_party, 'party_to_hq'),
        ):
            total = self.lines_total(settlement, direction)
            self.assertAlmostEqual(figures[label], total, places=6)
            self.assertAlmostEqual(lines[-1][title], total, places=6)
        fees = sum(settlement.line_ids.filtered(lambda line: line.charge == 'fee').mapped('amount'))
        for label, value in (
            ("Carried in from earlier statements", settlement.carried_in), ("Net of the period", settlement.net),
            ("Balance", settlement.balance), ("of which fees", fees),
        ):
            self.assertAlmostEqual(figures[label], value, places=6, msg=label)
        self.assertAlmostEqual(lines[-1]["Net"], settlement.net, places=6)
        self.assertEqual(lines[-1]["Transactions"], sum(settlement.line_ids.mapped('atoms')))
        self.assertEqual({row["Result"] for row in self.rows(book['Controls'])}, {'agrees'})
        self.assertEqual({row["Variance"] for row in self.rows(book['Controls'])}, {0})

    def test_every_total_is_that_of_the_database(self):
        settlements = self.month()
        for code in 'ABCD':
            with self.subTest(code):
                settlement = self.send(settlements[code])
                self.assertTotals(self.book(settlement, data_only=True), settlement)

    def test_another_program_computes_the_same_from_the_formulas_alone(self):
        settlements = self.month()
        for code, sheets in (('B', set()), ('A', {'Matrix'}), ('D', {'Exchange'})):
            with self.subTest(code):
                settlement = self.send(settlements[code])
                formulas, shown = self.book(settlement), self.book(settlement, data_only=True)
                computed = recalculated(settlement.workbook_id.raw)
                self.assertLess(sheets, set(computed.sheetnames))
                self.assertTotals(computed, settlement)
                cells = [cell for sheet in formulas for row in sheet.iter_rows() for cell in row
                         if cell.data_type == 'f']
                self.assertGreater(len(cells), 25)
                for cell in cells:
                    sheet, place = cell.parent.title, cell.coordinate
                    self.assertEqual(computed[sheet][place].value, shown[sheet][place].value, f"{sheet}!{place}")

    def test_every_transaction_is_a_row_and_controls_are_counted_from_them(self):
        settlement = self.send(self.month()['B'])
        book = self.book(settlement, data_only=True)
        detail = self.rows(book['Detail'])
        self.env.cr.execute(
            "SELECT k, count(*) FROM membership_settlement_atom WHERE settlement_id = %s GROUP BY k ORDER BY k",
            [settlement.id])
        types = ["Transaction", "Use of issued points"]
        self.assertEqual(
            [sum(row["Type"] == label for row in detail) for label in types], [n for _k, n in self.env.cr.fetchall()])
        earned = [row for row in detail if row["Kind"] == "Earned" and row["Type"] == types[0]]
        self.assertEqual([row["Quantity"] for row in earned], [12345.67])
        self.assertEqual(earned[0]["Occurred at"].isoformat(), '2026-10-05T11:00:00')
        self.assertEqual(earned[0]["UTC offset"], '+08:00')
        taken_back = [row for row in detail if row["Takes back"] and row["Type"] == types[0]]
        self.assertEqual([(row["Quantity"], row["Takes back"]) for row in taken_back], [(7860.33, 'till:1')])
        used = [row for row in detail if row["Type"] == types[1]]
        self.assertEqual({row["Shop"] for row in used}, {None}, "Where others accepted the points is not told")
        self.assertEqual({row["Issued on"].isoformat()[:10] for row in used}, {'2026-10-05'})

    def test_numbers_dates_and_text_are_what_they_seem(self):
        settlement = self.send(self.month()['B'])
        book = self.book(settlement)
        lines, detail = book['Lines'], book['Detail']
        self.assertEqual((lines['F2'].value, lines['F2'].data_type), (0.1, 'n'))
        self.assertEqual(lines['O2'].number_format, '#,##0.00;[Red]-#,##0.00')
        self.assertTrue(lines['H2'].is_date)
        self.assertTrue(detail['E2'].is_date)
        self.assertEqual({cell.data_type for row in detail.iter_rows() for cell in row} & {'f'}, set())
        first = self.rows(detail)[0]
        self.assertEqual((first["Shop"], first["Receipt"]), ("=cmd()+Shop", "<r>Till 1 & 2</r>"))
        reason = book['Adjustments']['C2']
        self.assertEqual((reason.value, reason.data_type), ("+Posters in the shop windows", 's'))

    def test_a_currency_without_cents_has_none(self):
        self.cny.rounding = 1.0
        settlement = self.send(self.month()['B'])
        self.assertEqual(self.book(settlement)['Lines']['O2'].number_format, '#,##0;[Red]-#,##0')
        self.assertTotals(self.book(settlement, data_only=True), settlement)

    def test_sheets_scroll_filter_and_print(self):
        book = self.book(self.send(self.month()['A']))
        self.assertEqual(book.sheetnames, [
            'Summary', 'Lines', 'Adjustments', 'Roll-forward', 'Controls', 'Matrix', 'Detail'])
        for sheet in book:
            with self.subTest(sheet.title):
                self.assertEqual((sheet.page_setup.orientation, sheet.page_setup.paperSize), ('landscape', 9))
                self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
                self.assertEqual(sheet.page_setup.fitToHeight, 0)
                self.assertIn('&P', sheet.oddFooter.right.text)
                if sheet.title != 'Summary':
                    self.assertEqual((sheet.freeze_panes, sheet.print_title_rows), ('A2', '$1:$1'))
        self.assertTrue(book['Lines'].auto_filter.ref.startswith('A1:Q'))
        self.assertTrue(book['Detail'].auto_filter.ref.startswith('A1:T'))

    def test_card_numbers_are_masked(self):
        settlement = self.send(self.month()['B'])
        number = self.env['membership.card'].search([('account_id', '=', self.member.id)]).number
        with zipfile.ZipFile(io.BytesIO(settlement.workbook_id.raw)) as archive:
            text = b''.join(map(archive.read, archive.namelist())).decode()
        self.assertNotIn(number, text)
        self.assertIn(card_number.mask(number), text)
        self.assertNotIn("Lin Member", text)

    def test_it_speaks_the_language_of_the_party(self):
        self.env['res.lang']._activate_lang('zh_CN')
        self.parties['B'].partner_id.lang = 'zh_CN'
        settlement = self.send(self.month()['B'])
        book = self.book(settlement)
        lines = book.worksheets[1]
        self.assertEqual(lines.cell(lines.max_row, 1).value, "合计")
        self.assertEqual(book.worksheets[2]['A1'].value, "日期")

    def test_who_works_for_the_operator_is_told_to_own_companies_only(self):
        for code in 'AB':
            clerk = self.create_user(f'clerk_{code}', 'membership_loyalty.group_membership_user')
            clerk.name = "Settling Clerk"
            [entry] = self.earn(code, 5, '2026-10-09 03:00:00')
            self.env.cr.execute("ALTER TABLE membership_ledger_entry DISABLE TRIGGER USER")
            self.env.cr.execute(
                "UPDATE membership_ledger_entry SET channel = 'manual', create_uid = %s WHERE id = %s",
                [clerk.id, entry.id])
            self.env.cr.execute("ALTER TABLE membership_ledger_entry ENABLE TRIGGER USER")
        settlements = self.settle('2026-10-01', '2026-10-31')
        for code, expected in (('A', {"Settling Clerk"}), ('B', {None})):
            book = self.book(self.send(settlements[code]), data_only=True)
            self.assertEqual({row["Entered by"] for row in self.rows(book['Detail'])}, expected)

    def test_own_companies_see_what_they_redeemed_of_each_other(self):
        self.earn('A', 100, '2026-10-01 03:00:00')
        self.earn(None, 50, '2026-10-02 03:00:00')
        self.earn('B', 70, '2026-10-03 03:00:00')
        self.redeem('A', 120, '2026-10-04 03:00:00')
        self.redeem(None, 10, '2026-10-05 03:00:00')
        settlements = self.settle('2026-10-01', '2026-10-31')
        matrix = self.rows(self.book(self.send(settlements['A']), data_only=True)['Matrix'])
        self.assertEqual([tuple(row.values()) for row in matrix], [
            ("Operator", 10, 20, 30), ("A Party A", 0, 100, 100), ("Total", 10, 120, 130)])
        self.assertNotIn('Matrix', self.book(self.send(settlements['B'])).sheetnames)

    def test_lines_are_analysed_by_party_charge_and_month(self):
        self.month()
        accountant = self.create_user('accountant', 'membership_loyalty.group_membership_accountant')
        lines = self.seen_by(accountant, self.env['membership.settlement.line'])
        domain = [('program_id', '=', self.program.id), ('direction', '=', 'party_to_hq')]
        groups = lines._read_group(domain, ['date_from:month', 'party_id', 'charge'], ['amount:sum'])
        self.assertIn(
            ('2026-10-01', 'B', 'issue', 1234.57),
            [(str(month), party.code, charge, amount) for month, party, charge, amount in groups])
        action = self.env.ref('membership_loyalty_report.membership_settlement_analysis_action')
        self.assertEqual([mode for _view, mode in action.views], ['pivot', 'graph', 'list'])
        for _view, mode in action.views:
            self.assertTrue(lines.get_view(view_type=mode)['arch'])
        stranger = self.create_user(
            'stranger', 'membership_loyalty.group_membership_accountant', company=self.store)
        seen = self.seen_by(stranger, lines).search(domain)
        self.assertEqual(seen.party_id, self.parties['A'], "An own company analyses its own lines")

    def test_a_party_without_movements_gets_an_empty_workbook(self):
        settlements = self.month()
        book = load_workbook(io.BytesIO(self.preview(settlements['K'])), data_only=True)
        self.assertEqual(self.figures(book)["Balance"], 0)

    def preview(self, settlement):
        settlement.sudo()._make_workbook()
        return settlement.workbook_id.raw
