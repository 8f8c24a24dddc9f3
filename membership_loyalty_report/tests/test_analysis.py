from datetime import date

from odoo.tests import tagged

from odoo.addons.membership_loyalty.tests.common import MembershipCommon


@tagged('post_install', '-at_install')
class TestAnalysis(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls.create_user('auditor', 'membership_loyalty.group_membership_auditor')
        cls.account._membership_post_single('earn', 100, 'sale:1', "Sale", date=date(2025, 1, 10))
        cls.account._membership_post_single('redeem', -30, 'sale:2', "Sale", date=date(2025, 2, 10))
        cls.env['membership.purchase']._upsert([{
            'card_id': cls.account.id, 'company_id': cls.env.company.id, 'channel': 'sale', 'amount_total': total,
            'base_amount': total, 'occurred_at': f'{day} 12:00:00', 'date': day, 'document_key': f'test:{day}'}
            for day, total in (('2025-01-10', 100), ('2025-02-10', 250))])

    def groups(self, model, by, measure):
        records = self.env[model].with_user(self.auditor)
        return dict(records._read_group([('card_id', '=', self.account.id)], [by], [measure]))

    def test_points_are_analysed_by_month_kind_programme_and_tier(self):
        self.assertEqual(
            list(self.groups('membership.ledger.entry', 'date:month', 'amount:sum').values()), [100, -30])
        self.assertEqual(self.groups('membership.ledger.entry', 'kind', 'amount:sum'), {'earn': 100, 'redeem': -30})
        for by, record in (('program_id', self.program), ('tier_id', self.basic), ('partner_id', self.partner)):
            with self.subTest(by):
                groups = self.groups('membership.ledger.entry', by, 'amount:sum')
                self.assertEqual([(group.id, amount) for group, amount in groups.items()], [(record.id, 70)])

    def test_purchases_are_analysed_by_month_and_channel(self):
        self.assertEqual(
            list(self.groups('membership.purchase', 'date:month', 'amount_total:sum').values()), [100, 250])
        self.assertEqual(self.groups('membership.purchase', 'channel', 'amount_total:sum'), {'sale': 350})
        self.assertEqual(
            list(self.groups('membership.purchase', 'tier_id', 'amount_total:sum').values()), [350])

    def test_the_screens_open(self):
        for action in ('membership_ledger_analysis_action', 'membership_purchase_analysis_action'):
            action = self.env.ref(f'membership_loyalty_report.{action}')
            for _view, mode in action.views:
                with self.subTest(action=action.name, mode=mode):
                    self.assertTrue(self.env[action.res_model].with_user(self.auditor).get_view(view_type=mode)['arch'])
