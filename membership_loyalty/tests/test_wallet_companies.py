from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common_wallet import WalletCommon


@tagged('post_install', '-at_install')
class TestWalletCompanies(WalletCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Other company")['company']
        cls.other_salesman = cls.create_user(
            'other_salesman', 'sales_team.group_sale_salesman', 'membership_loyalty.group_membership_auditor',
            company_id=cls.other.id, company_ids=cls.other.ids)
        (cls.article | cls.package_product | cls.plain_product).sudo().taxes_id = False

    def test_money_topped_up_here_is_spent_there_and_each_sees_its_own_entries(self):
        self.stored.company_id = False
        self.top_up()
        here, self.salesman = self.salesman, self.other_salesman
        order = self.pay_order(60, company_id=self.other.id)
        self.assertEqual(self.parts(order), (-50, -10))
        seen = self.env['membership.ledger.entry'].with_user(self.other_salesman).search(
            [('card_id', '=', self.wallet().id)])
        self.assertEqual(set(seen.mapped('document_id')), set(order.ids))
        self.assertEqual(sum(seen.mapped('amount')), -60)
        self.assertTrue(here.company_id != self.other)

    def test_wallets_of_one_company_do_not_pay_in_the_other(self):
        self.stored.company_id = self.env.company
        self.top_up()
        self.salesman = self.other_salesman
        order = self.quotation(60, company_id=self.other.id)
        order._update_programs_and_rewards()
        self.assertNotIn(self.wallet(), order.sudo()._get_claimable_rewards())
        with self.assertRaises(AccessError):
            self.package.with_user(self.other_salesman).read(['amount'])
        order.order_line = [Command.create({'product_id': self.article.id})]
        order.action_confirm()
        self.assertWallet(100, 20)
