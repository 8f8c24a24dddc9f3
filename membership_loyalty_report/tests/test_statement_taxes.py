import io

from openpyxl import load_workbook

from odoo.tests import tagged

from odoo.addons.membership_loyalty.tests.common_documents import DocumentsCommon

from .office import recalculated


@tagged('post_install', '-at_install')
class TestStatementTaxes(DocumentsCommon):

    def test_the_summary_says_what_the_documents_come_to(self):
        self.tax('sale')
        self.tax('purchase')
        self.earn('B', 12345, '2026-10-05 03:00:00')
        self.redeem('B', 8000, '2026-10-06 03:00:00')
        settlement = self.confirmed('B')
        content = settlement.workbook_id.raw
        for book in (load_workbook(io.BytesIO(content), data_only=True), recalculated(content)):
            summary = {row[0]: row[1] for row in book['Summary'].iter_rows(values_only=True)}
            self.assertEqual(summary["Balance"], -568.1)
            self.assertEqual(summary["Tax of the documents (estimate)"], -34.09)
            self.assertEqual(summary["Balance with tax"], -602.19)
            taxes = {row[1]: row[-1] for row in book['Lines'].iter_rows(min_row=2, values_only=True)}
            self.assertEqual([taxes[code] for code in ('ISSUE', 'REIMB', 'FEE')],
                             ["6 % sale", "6 % purchase", "6 % sale"])
        documents = self.book(settlement)
        signs = {'in_invoice': 1, 'out_invoice': -1}
        self.assertAlmostEqual(
            sum(signs[move.move_type] * move.amount_total for move in documents), -602.19, places=2)
