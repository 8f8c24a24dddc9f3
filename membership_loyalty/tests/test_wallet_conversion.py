from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestWalletConversion(MembershipSaleCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.create_article("Native top-up")
        cls.native = cls.env['loyalty.program'].create({
            **cls.env['loyalty.program']._get_template_values()['ewallet'], 'name': "Old eWallet",
            'rule_ids': [Command.create({
                'reward_point_amount': 1, 'reward_point_mode': 'money',
                'product_ids': [Command.set(cls.product.ids)]})]})
        cls.bea = cls.env['res.partner'].create({'name': "Bea Buyer"})
        cls.cards = cls.env['loyalty.card'].create([
            {'program_id': cls.native.id, 'partner_id': partner.id, 'points': points}
            for partner, points in ((cls.partner, 80.5), (cls.bea, 20), (cls.bea, 5.25), (cls.partner.browse(), 3))])

    def test_balances_open_as_principal_and_go_on_paying(self):
        manager = self.create_user('wallet_manager', 'membership_loyalty.group_membership_manager')
        self.native.with_user(manager).action_convert_to_stored_value()
        self.assertTrue(self.native.is_stored_value)
        self.assertEqual([(card.points, card.principal, card.active) for card in self.cards],
                         [(80.5, 80.5, True), (25.25, 25.25, True), (0, 0, False), (3, 3, True)])
        with self.assertRaises(AccessError):
            self.cards[0].points = 1000
        order = self.quotation(80.5)
        order._update_programs_and_rewards()
        order._apply_program_reward(self.native.reward_ids, self.cards[0])
        order.action_confirm()
        self.assertEqual((order.amount_total, self.cards[0].points), (0, 0))
        self.assertEqual(self.moved(order)['spend'], -80.5)

    def test_converting_twice_changes_nothing(self):
        self.native.action_convert_to_stored_value()
        entries = self.cards.entry_ids
        self.native.action_convert_to_stored_value()
        self.assertEqual(self.cards.entry_ids, entries)

    def test_only_a_manager_converts(self):
        with self.assertRaises(AccessError):
            self.native.with_user(self.salesman).action_convert_to_stored_value()

    def test_template_makes_a_programme_that_works(self):
        action = self.env['loyalty.program'].with_context(menu_type='gift_ewallet').create_from_template('stored_value')
        program = self.env['loyalty.program'].browse(action['res_id'])
        self.assertTrue(program.is_stored_value and program.is_ledger_kept)
        product = program.rule_ids.product_ids
        self.assertFalse(product.taxes_id)
        order = self.env['sale.order'].with_user(self.salesman).create({
            'partner_id': self.bea.id, 'order_line': [Command.create({'product_id': product.id})]})
        order.action_confirm()
        wallet = program.coupon_ids
        self.assertEqual((wallet.partner_id, wallet.principal), (self.bea, 100))
