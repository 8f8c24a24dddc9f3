from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestTwoCompanies(MembershipPosCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env['res.company'].create({'name': "Other shops"})
        cls.env['account.chart.template'].try_loading('generic_coa', cls.other_company, install_demo=False)
        cls.env.user.company_ids += cls.other_company
        cls.cashier.company_ids = cls.company
        cls.other_cashier = cls.create_user(
            'other_cashier', 'base.group_user', 'point_of_sale.group_pos_user',
            company_id=cls.other_company.id, company_ids=[Command.set(cls.other_company.ids)])
        cls.other_config = cls.create_config(cls.other_company, cls.create_payment_method(cls.other_company))
        cls.open_session(cls.other_config)

    def sell_there(self, *lines, **values):
        vals = self.order_values(*lines, config=self.other_config, user_id=self.other_cashier.id, **values)
        self.sync(vals.copy(), user=self.other_cashier)
        return self.env['pos.order'].search([('uuid', '=', vals['uuid'])])

    def test_a_shared_programme_earns_in_both_and_each_sees_its_own(self):
        self.program.company_id = False
        here = self.sell(self.line(self.shirt))
        there = self.sell_there(self.line(self.socks))
        self.assertEqual(self.account.points, 110)
        self.assertEqual(
            [(self.entries(order).company_id, self.entries(order).shop_id) for order in (here, there)],
            [(config.company_id, config.membership_shop_id) for config in (self.config, self.other_config)])
        auditor = self.create_user(
            'other_auditor', 'membership_loyalty.group_membership_auditor', company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)])
        entries = self.env['membership.ledger.entry'].with_user(auditor).search([('card_id', '=', self.account.id)])
        self.assertEqual(entries.amount, 10)
        self.assertAuditClean()

    def test_a_reward_of_a_shared_programme_is_spent_in_the_other_company(self):
        self.program.company_id = False
        self.give_points(100)
        order = self.sell_there(self.line(self.shirt), self.reward(self.fixed, 5))
        self.assertEqual(self.moved(order), [(self.account, 'earn', 95), (self.account, 'redeem', -100)])
        self.assertEqual(self.entries(order).company_id, self.other_company)

    def test_a_refund_in_the_other_company_reaches_the_account(self):
        self.program.company_id = False
        order = self.sell_there(self.line(self.shirt))
        vals = self.order_values(self.refund_of(order.lines), config=self.other_config)
        self.sync(vals, user=self.other_cashier)
        self.assertEqual(self.account.points, 0)

    def test_a_programme_of_one_company_does_not_earn_in_the_other(self):
        self.program.company_id = self.company
        order = self.sell_there(self.line(self.shirt))
        self.assertFalse(self.moved(order) or self.purchase(order))
        self.assertFalse(order.membership_info)

    def test_a_card_of_another_company_pays_for_nothing_and_is_told(self):
        self.program.company_id = self.company
        self.give_points(500)
        order = self.sell_there(self.line(self.shirt), self.reward(self.fixed, 5))
        self.assertEqual(order.state, 'paid')
        self.assertFalse(self.moved(order))
        self.assertEqual(self.account.points, 500)
        self.assertIn("no member", order.lines[-1].membership_alert)

    def test_members_of_another_company_are_not_identified(self):
        self.program.company_id = self.company
        self.env.flush_all()
        card = self.env['membership.card'].search([('account_id', '=', self.account.id)])
        accounts = self.env['loyalty.card'].with_user(self.other_cashier)
        unknown = accounts.membership_identify('4711')
        for code in (card.number, card.token):
            self.assertEqual(accounts.membership_identify(code), unknown)
            self.assertFalse(accounts.get_loyalty_card_partner_by_code(code))
        orders = self.env['pos.order'].with_user(self.other_cashier)
        self.assertFalse(orders.validate_coupon_programs({str(self.account.id): -1}, [])['successful'])
        self.assertEqual(orders.confirm_coupon_programs(
            {str(self.account.id): {'points': 1, 'program_id': self.program.id}})['coupon_updates'], [])
        with self.assertRaises(AccessError):
            self.account.with_user(self.other_cashier).read(['points'])

    def test_a_till_has_the_shop_of_its_company(self):
        self.assertEqual(self.other_config.membership_shop_id.company_id, self.other_company)
        with self.assertRaises(UserError):
            self.other_config.membership_shop_id = self.config.membership_shop_id
