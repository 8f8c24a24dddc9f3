from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_wallet import WalletCommon


@tagged('post_install', '-at_install')
class TestWalletSale(WalletCommon):

    def test_four_payments_are_split_to_the_cent_and_empty_the_wallet(self):
        self.top_up()
        self.assertWallet(100, 20)
        orders = [self.pay_order(price) for price in (33.33, 33.33, 33.33, 20.01)]
        self.assertEqual([self.parts(order)[0] for order in orders], [-27.78, -27.77, -27.78, -16.67])
        self.assertEqual([self.parts(order)[1] for order in orders], [-5.55, -5.56, -5.55, -3.34])
        self.assertEqual([order.amount_total for order in orders], [0, 0, 0, 0])
        self.assertWallet(0, 0)

    def test_first_top_up_opens_the_wallet_and_a_quotation_does_not(self):
        stranger = self.env['res.partner'].create({'name': "Bea Buyer"})
        order = self.quotation(30, partner=stranger)
        order._update_programs_and_rewards()
        self.assertFalse(self.wallet(stranger))
        self.top_up(self.plain_product, partner=stranger)
        self.assertWallet(50, 0, stranger)
        self.assertFalse(self.wallet(stranger).is_membership, "Stored value makes nobody a member")
        self.assertFalse(self.program._membership_accounts(stranger))

    def test_oldest_top_up_is_spent_first(self):
        self.top_up()
        self.top_up(self.plain_product)
        self.assertEqual(self.parts(self.pay_order(130)), (-110, -20))
        self.assertWallet(40, 0)

    def test_programme_may_spend_bonus_first_or_principal_first(self):
        self.top_up()
        self.stored.spend_rule = 'bonus_first'
        self.assertEqual(self.parts(self.pay_order(30)), (-10, -20))
        self.stored.spend_rule = 'principal_first'
        self.assertEqual(self.parts(self.pay_order(40)), (-40, 0))
        self.assertWallet(50, 0)

    def test_wallet_pays_what_it_has_and_the_rest_is_due(self):
        self.top_up(self.plain_product)
        order = self.pay_order(80)
        self.assertEqual(order.amount_total, 30)
        self.assertWallet(0, 0)

    def test_two_quotations_cannot_spend_the_same_money(self):
        self.top_up(self.plain_product)
        first, second = self.pay_quotation(50), self.pay_quotation(50)
        first.action_confirm()
        with self.assertRaises(ValidationError):
            second.action_confirm()
        self.assertWallet(0, 0)

    def test_wallet_does_not_pay_for_a_top_up(self):
        self.top_up()
        order = self.quotation(30)
        order.order_line = [Command.create({'product_id': self.plain_product.id, 'price_unit': 50})]
        order._update_programs_and_rewards()
        order._apply_program_reward(self.pay, self.wallet())
        self.assertEqual(order.amount_total, 50, "The article is paid, the top-up is due")
        line = order.order_line.filtered('reward_id')
        line.sudo().write({'price_unit': -80, 'points_cost': 80})
        with self.assertRaises(ValidationError):
            order.sudo()._wallet_check()
        only = self.quotation()
        only.order_line = [Command.clear(), Command.create({'product_id': self.plain_product.id, 'price_unit': 50})]
        only._update_programs_and_rewards()
        self.assertNotIn(self.wallet(), only._get_claimable_rewards())
        with self.assertRaises(UserError):
            only._apply_program_reward(self.pay, self.wallet())

    def test_top_up_above_the_limit_of_a_wallet_is_refused(self):
        self.stored.wallet_limit = 120
        self.top_up()
        with self.assertRaises(ValidationError):
            self.top_up(self.plain_product)
        self.assertWallet(100, 20)

    def test_cancelling_gives_back_the_same_parts_and_confirming_again_takes_them(self):
        self.top_up()
        order = self.pay_order(33.33)
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertWallet(100, 20)
        self.assertEqual(self.parts(order), (0, 0))
        self.assertEqual(self.parts(self.pay_order(33.33)), (-27.78, -5.55))

    def test_payment_taken_off_a_confirmed_order_comes_back(self):
        self.top_up()
        order = self.pay_order(60)
        order.order_line.filtered('reward_id').product_uom_qty = 0
        self.assertWallet(100, 20)
        self.assertEqual(order.amount_total, 60)

    def test_replay_posts_nothing(self):
        order = self.top_up()
        paid = self.pay_order(10)
        entries = self.wallet().entry_ids
        (order | paid).sudo()._membership_settle()
        self.assertEqual(self.wallet().entry_ids, entries)

    def test_points_are_earned_when_money_is_spent_not_when_it_is_paid_in(self):
        self.top_up()
        self.assertEqual(self.account.points, 0)
        self.pay_order(60)
        self.assertEqual(self.account.points, 60)

    # ------------------------------------------------------------------ credit notes

    def test_credit_notes_give_back_the_parts_they_name(self):
        self.top_up()
        order = self.pay_order(60)
        invoice = self.invoice(order)
        self.credit(invoice, {0: 20, 1: -20})
        self.assertEqual(self.parts(order), (-33.33, -6.67))
        self.credit(invoice, {0: 20, 1: -20})
        self.assertEqual(self.parts(order), (-16.67, -3.33))
        self.credit(invoice, {0: 20, 1: -20})
        self.assertEqual(self.parts(order), (0, 0))
        self.assertWallet(100, 20)

    def test_money_given_back_for_the_goods_does_not_come_back_to_the_wallet_too(self):
        self.top_up()
        order = self.pay_order(60)
        self.credit(self.invoice(order), {0: 60})
        self.assertEqual(self.parts(order), (-50, -10))

    def test_credit_note_of_a_top_up_takes_principal_and_bonus(self):
        order = self.top_up()
        self.credit(self.invoice(order), {0: 50})
        self.assertEqual(self.parts(order, 'top_up'), (50, 10))
        self.assertWallet(50, 10)

    def test_credited_top_up_that_was_spent_is_debt_and_the_manager_is_told(self):
        self.stored.membership_manager_id = self.env.user
        order = self.top_up()
        self.pay_order(120)
        self.credit(self.invoice(order))
        self.assertEqual(self.wallet().points, -120)
        self.assertTrue(self.wallet().activity_ids)
        self.top_up(self.plain_product, price=150)
        self.assertEqual(self.wallet().points, 30)

    # ------------------------------------------------------------------ what nobody else may do

    def test_balance_holder_and_history_are_the_ledgers(self):
        self.top_up()
        wallet = self.wallet()
        for user in (self.salesman, self.env.user):
            for values in ({'points': 1000}, {'partner_id': self.salesman.partner_id.id}, {'code': 'mine'}):
                with self.assertRaises(AccessError):
                    wallet.with_user(user).write(values)
        with self.assertRaises(AccessError):
            self.env['loyalty.card'].create({'program_id': self.stored.id, 'partner_id': self.salesman.partner_id.id})
        with self.assertRaises(AccessError):
            self.env['loyalty.history'].create({'card_id': wallet.id, 'description': "Gift", 'issued': 5})
        with self.assertRaises(AccessError):
            self.stored.is_stored_value = False
        with self.assertRaises(UserError):
            self.partner.unlink()

    def test_principal_has_no_expiry(self):
        self.top_up()
        with self.assertRaises(CheckViolation), mute_logger('odoo.sql_db'), self.cr.savepoint():
            self.wallet()._membership_post_single(
                'top_up', 10, 'dated', "Dated", value_type='principal', expires_on='2030-01-01')

    def test_two_contacts_merged_have_one_wallet_whose_top_ups_stay_whole(self):
        other = self.env['res.partner'].create({'name': "Ada M."})
        self.top_up(partner=other)
        self.pay_order(33.33, partner=other)
        self.top_up(self.plain_product)
        self.env['base.partner.merge.automatic.wizard']._merge((other | self.partner).ids, self.partner)
        self.assertWallet(122.22, 14.45)
        self.assertEqual(self.parts(self.pay_order(50)), (-50, 0))
        self.assertEqual(self.parts(self.pay_order(86.67)), (-72.22, -14.45))
