from odoo.tests import tagged

from .common_settlement import SettlementCommon


@tagged('post_install', '-at_install')
class TestSettlementMonth(SettlementCommon):

    def test_a_plain_month_of_issuing_and_accepting_points(self):
        self.earn('B', 12345, '2026-10-05 03:00:00')
        self.redeem('B', 8000, '2026-10-06 03:00:00')
        settlement = self.settle('2026-10-01', '2026-10-31')['B']
        self.assertEqual(
            [(line.charge, line.amount) for line in settlement.line_ids],
            [('issue', 1234.5), ('reimb', 680), ('fee', 13.6)])
        self.assertEqual((settlement.net, settlement.state), (-568.1, 'computed'))

    def test_points_of_three_issuers_spent_at_one(self):
        for code, points in (('A', 100), ('B', 50), ('C', 80)):
            self.earn(code, points, '2026-10-05 03:00:00')
        self.redeem('C', 190, '2026-10-06 03:00:00')
        settlements = self.settle('2026-10-01', '2026-10-31')
        self.assertEqual({code: settlements[code].net for code in 'ABC'}, {'A': -9, 'B': -5, 'C': 12.9})
        run = settlements['A'].run_id
        self.assertEqual(run.totals['CNY'], {'parties': -1.1, 'operator': 1.1})
