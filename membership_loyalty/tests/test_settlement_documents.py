from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_documents import DocumentsCommon


@freeze_time('2026-11-12 04:00:00')
@tagged('post_install', '-at_install')
class TestSettlementDocuments(DocumentsCommon):

    def plain_month(self):
        self.earn('B', 12345, '2026-10-05 03:00:00')
        self.redeem('B', 8000, '2026-10-06 03:00:00')
        return self.confirmed('B')

    def test_invoice_bill_and_payment_of_a_plain_month_with_tax_both_ways(self):
        self.tax('sale')
        self.tax('purchase')
        settlement = self.plain_month()
        documents = self.book(settlement)
        self.assertEqual(self.figures(documents), [('in_invoice', 680, 720.8), ('out_invoice', 1248.1, 1322.99)])
        self.assertEqual((settlement.state, settlement.payment_due), ('invoiced', -602.19))
        self.assertEqual(documents.mapped('payment_state'), ['paid', 'partial'])
        self.pay(documents.filtered('amount_residual'))
        self.assertEqual((settlement.state, settlement.payment_due), ('settled', 0))
