from decimal import Decimal

from odoo.tests import tagged
from odoo.tools import SQL

from .common_settlement import SettlementCommon
from .common_settlement_portal import SettlementPortalCommon


@tagged('post_install', '-at_install')
class TestSettlementTransactions(SettlementPortalCommon, SettlementCommon):

    def exact(self, line):
        [[text]] = self.env.execute_query(SQL(
            "SELECT exact::text FROM membership_settlement_line WHERE id = %s", line.id))
        return Decimal(text)

    def test_the_transactions_of_every_line_add_up_to_it(self):
        self.agree(self.parties['K'], '2026-10-15', {('issue', 'per_point'): '0.07', ('mkt', 'per_txn'): '0.2'})
        for day, code in enumerate('ABCKABCK', start=10):
            self.earn(code, 100 + day, f'2026-10-{day} 03:00:00', key=f'earn:{day}')
        self.redeem('C', 700, '2026-10-20 03:00:00', key='redeem:1')
        self.redeem('B', 300, '2026-10-21 03:00:00', key='overdraft')
        october = self.settle('2026-10-01', '2026-10-31')
        self.earn('A', 400, '2026-10-25 03:00:00')
        self.earn('A', 400, '2026-11-05 03:00:00')
        self.post('B', 'earn', -50, '2026-11-06 03:00:00', key='refund', origins=['earn:11'])
        self.post('C', 'redeem', 90, '2026-11-07 03:00:00', key='back', origins=['redeem:1'])
        november = self.settle('2026-11-01', '2026-11-30')
        seen = set()
        for line in self.env['membership.settlement'].concat(*october.values(), *november.values()).line_ids:
            rows = line._transactions()
            self.assertEqual((line._count_transactions(), len(rows)), (line.atoms, line.atoms))
            self.assertEqual(sum(row['exact'] for row in rows), self.exact(line), line._get_label())
            self.assertEqual(float(sum(row['quantity'] for row in rows)), line.quantity)
            seen.add((line.charge, line.is_late, line.is_reversal))
        self.assertLessEqual({
            ('issue', False, False), ('issue', True, False), ('issue', False, True), ('reimb', False, False),
            ('reimb', False, True), ('fee', False, False), ('fund', False, False), ('fund', False, True),
            ('mkt', False, False)}, seen)
