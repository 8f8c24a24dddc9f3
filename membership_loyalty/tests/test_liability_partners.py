from freezegun import freeze_time

from odoo.tests import tagged

from .common_settlement import SettlementCommon


@tagged('post_install', '-at_install')
class TestLiabilityPartners(SettlementCommon):
    """Points that partners pay for are owed by the operator: what they pay is owed until the points are redeemed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref('membership_loyalty.group_membership_accountant')
        owed, sales = cls.env['account.account'].with_company(cls.operator).create([
            {'name': name, 'code': code, 'account_type': kind, 'company_ids': cls.operator.ids}
            for name, code, kind in (
                ("Owed for points", '220401', 'liability_current'), ("Sales", '400001', 'income'))])
        journal = cls.env['account.journal'].create({
            'name': "Points", 'code': 'PTS', 'type': 'general', 'company_id': cls.operator.id})
        cls.policy = cls.env['membership.revenue.policy'].create({
            'program_id': cls.program.id, 'company_id': cls.operator.id, 'point_value': 0.1, 'expected_rate': 0.8,
            'liability_account_id': owed.id, 'revenue_account_id': sales.id, 'breakage_account_id': sales.id,
            'journal_id': journal.id})

    def standings(self, until='2026-10-31'):
        standings = self.env['membership.revenue.figures']._standings(self.policy, self.policy._month_end(
            self.env['membership.revenue.close'].new({'month': until}).month))
        return {standing.origin: standing for standing in standings}

    def test_what_partners_pay_for_points_is_owed_and_what_they_owe_themselves_is_not(self):
        self.earn('A', 1000, '2026-10-05 03:00:00')  # an own company that pays 0.09
        self.earn('B', 12345, '2026-10-05 03:00:00', key='b')  # pays 0.10
        self.earn('C', 700, '2026-10-05 03:00:00')  # pays when its points are spent
        self.redeem('C', 1000, '2026-10-06 03:00:00')
        standings = self.standings()
        partner = standings['partner']
        self.assertEqual((float(partner.price), float(partner.points.issued)), (1324.5, 13345))
        # 1,000 of 10,676 expected points are redeemed: the share of revenue.
        self.assertEqual((float(partner.target.allocated), float(partner.target.redeemed)), (1324.5, 124.06))
        self.assertEqual((float(standings['free'].points.issued), float(standings['free'].target.liability)), (700, 0))
        with freeze_time('2026-11-03'):
            move = self.policy._book(self.policy._month_end(partner.month))
        self.assertEqual(
            [(line.account_id.name, round(line.debit - line.credit, 2)) for line in move.line_ids],
            [("Sales", 1324.5), ("Owed for points", -1324.5), ("Owed for points", 124.06), ("Sales", -124.06)])

    def test_a_reversal_reduces_what_is_owed_at_the_rate_of_its_day(self):
        self.earn('B', 1000, '2026-10-05 03:00:00', key='sale')
        self.earn('B', -400, '2026-10-20 03:00:00', key='refund', origins=('sale',))
        partner = self.standings()['partner']
        self.assertEqual((float(partner.target.liability), float(partner.points.open)), (60, 600))
