from copy import deepcopy

from odoo.fields import Command
from odoo.tests import tagged

from .common_wallet import WalletPosCommon


@tagged('post_install', '-at_install')
class TestWallet(WalletPosCommon):

    def tearDown(self):
        self.assertAuditClean()
        super().tearDown()

    def test_four_payments_are_split_to_the_cent_and_empty_the_wallet(self):
        self.sell(self.line(self.package_product))
        self.assertWallet(100, 20)
        orders = [self.sell(self.line(self.shirt, price=price), self.payment(price))
                  for price in (33.33, 33.33, 33.33, 20.01)]
        self.assertEqual([self.parts(order)[0] for order in orders], [-27.78, -27.77, -27.78, -16.67])
        self.assertEqual([self.parts(order)[1] for order in orders], [-5.55, -5.56, -5.55, -3.34])
        self.assertWallet(0, 0)

    def test_first_top_up_opens_the_wallet_of_somebody_who_is_no_member(self):
        bob = self.env['res.partner'].create({'name': "Bob Nobody"})
        self.sell(self.line(self.shirt), partner=bob)
        self.assertFalse(self.wallet(bob))
        self.sell(self.line(self.plain_product), partner=bob)
        self.assertWallet(50, 0, bob)
        self.assertFalse(self.program._membership_accounts(bob))

    def test_order_sent_twice_is_posted_once(self):
        values = self.order_values(self.line(self.package_product))
        self.sync(deepcopy(values))
        self.package.bonus = 50
        self.sync(deepcopy(values))
        order = self.env['pos.order'].search([('uuid', '=', values['uuid'])])
        order._membership_post()
        self.assertWallet(100, 20)

    def check_top_up(self, amount, partner=None):
        return self.env['pos.order'].with_user(self.cashier).membership_check_top_up(
            partner.id if partner is not None else self.partner.id, {str(self.stored.id): amount})

    def test_the_till_asks_before_a_top_up_above_the_limit_is_paid(self):
        self.assertEqual(self.check_top_up(1000000), '', "No limit")
        self.stored.wallet_limit = 150
        self.assertEqual(self.check_top_up(150), '', "The first top-up may fill the wallet")
        self.sell(self.line(self.package_product))
        self.assertEqual(self.check_top_up(50), '', "Bonus does not count towards the limit")
        self.assertIn(self.wallet()._format_points(50), self.check_top_up(50.01))
        self.assertIn("customer", self.check_top_up(10, partner=self.env['res.partner']))

    def test_native_confirmation_of_the_browser_moves_no_money(self):
        order = self.sell(self.line(self.package_product))
        wallet = self.wallet()
        answer = order.with_user(self.cashier).confirm_coupon_programs({
            str(wallet.id): {'points': 5000, 'program_id': self.stored.id, 'coupon_id': wallet.id, 'line_codes': []},
            '-1': {'points': 5000, 'program_id': self.stored.id, 'partner_id': self.partner.id, 'line_codes': []}})
        self.assertEqual({update['points'] for update in answer['coupon_updates']}, {120})
        self.assertWallet(100, 20)

    def test_till_is_told_the_balance_and_the_receipt_its_parts(self):
        answer = self.sync(self.order_values(self.line(self.package_product)))
        self.assertEqual([card['points'] for card in answer['loyalty.card'] if card['id'] == self.wallet().id], [120])
        order = self.sell(self.line(self.shirt, price=60), self.payment(60))
        info, = [info for info in order.membership_info if info.get('is_wallet')]
        money = self.wallet()._format_points
        self.assertEqual((info['spend'], info['spend_principal'], info['spend_bonus']),
                         (money(60), money(50), money(10)))
        self.assertEqual((info['balance'], info['balance_principal'], info['balance_bonus']),
                         (money(60), money(50), money(10)))

    # ------------------------------------------------------------------ too little, too much

    def test_till_is_refused_before_payment_when_the_money_is_gone(self):
        self.sell(self.line(self.plain_product))
        ask = self.env['pos.order'].with_user(self.cashier).browse().validate_coupon_programs
        self.assertTrue(ask({str(self.wallet().id): -50}, [])['successful'])
        answer = ask({str(self.wallet().id): -50.01}, [])
        self.assertFalse(answer['successful'])
        self.assertEqual(answer['payload']['updated_points'], {self.wallet().id: 50})

    def test_paid_order_that_spends_too_much_is_debt_that_the_next_top_up_pays(self):
        self.sell(self.line(self.package_product))
        order = self.sell(self.line(self.shirt, price=150), self.payment(150))
        self.assertEqual(self.parts(order), (-130, -20))
        self.assertEqual(self.wallet().points, -30)
        self.assertEqual(self.wallet().activity_ids.user_id, self.manager)
        self.sell(self.line(self.plain_product))
        self.assertWallet(20, 0)

    def test_wallet_of_somebody_else_is_not_charged(self):
        self.sell(self.line(self.package_product))
        bob = self.env['res.partner'].create({'name': "Bob Nobody"})
        order = self.sell(self.line(self.shirt), self.payment(100), partner=bob)
        self.assertWallet(100, 20)
        self.assertIn(self.manager.partner_id, order.message_ids.partner_ids)

    def test_manager_is_told_when_a_wallet_paid_for_a_top_up(self):
        self.sell(self.line(self.package_product))
        order = self.sell(self.line(self.plain_product), self.payment(50))
        self.assertIn(self.manager.partner_id, order.message_ids.partner_ids)

    def test_top_up_without_a_customer_fills_no_wallet_and_the_manager_is_told(self):
        order = self.sell(self.line(self.plain_product), partner=self.env['res.partner'])
        self.assertIn(self.manager.partner_id, order.message_ids.partner_ids)
        self.assertFalse(self.stored.coupon_ids)

    # ------------------------------------------------------------------ refunds

    def test_goods_that_come_back_restore_the_same_parts_to_the_same_top_up(self):
        self.sell(self.line(self.package_product))
        order = self.sell(self.line(self.shirt, qty=3, price=20), self.payment(60))
        goods, paid = order.lines
        for count in (1, 2, 3):
            preview = order.with_user(self.cashier).membership_refund_preview({goods.id: 1})
            self.assertEqual(preview['reward_amount'], -20)
            back = self.sell(
                self.refund_of(goods, 1), self.line(paid.product_id, -0.33, total=20, refunded_orderline_id=paid.id))
            self.assertAlmostEqual(sum(self.parts(back)), 20)
            self.assertAlmostEqual(self.wallet().points, 60 + 20 * count)
        self.assertWallet(100, 20)
        again = self.sell(self.line(paid.product_id, -1, total=20, refunded_orderline_id=paid.id))
        self.assertEqual(self.parts(again), (0, 0), "Nothing comes back twice")

    def test_money_paid_out_for_goods_does_not_come_back_to_the_wallet_too(self):
        self.sell(self.line(self.package_product))
        order = self.sell(self.line(self.shirt, price=60), self.payment(60))
        self.sell(self.refund_of(order.lines[0]))
        self.assertWallet(50, 10)

    def test_returned_top_up_takes_back_what_is_left_and_tells_the_manager_of_the_rest(self):
        order = self.sell(self.line(self.package_product))
        self.sell(self.line(self.shirt, price=60), self.payment(60))
        back = self.sell(self.refund_of(order.lines))
        self.assertEqual(self.parts(back, 'top_up'), (-50, -10))
        self.assertWallet(0, 0)
        self.assertIn(self.manager.partner_id, back.message_ids.partner_ids)

    def test_returned_top_up_that_was_all_spent_takes_nothing_and_tells_the_manager(self):
        order = self.sell(self.line(self.package_product))
        self.sell(self.line(self.shirt, price=120), self.payment(120))
        back = self.sell(self.refund_of(order.lines))
        self.assertEqual(self.wallet().points, 0)
        self.assertIn(self.manager.partner_id, back.message_ids.partner_ids)

    def test_top_up_returned_in_two_steps_is_all_gone(self):
        self.package.bonus = 25
        order = self.sell(self.line(self.package_product, qty=3))
        self.sell(self.refund_of(order.lines, 1))
        self.assertWallet(200, 50)
        self.sell(self.refund_of(order.lines, 2))
        self.assertWallet(0, 0)

    def test_untouched_top_up_goes_back_whole_without_an_alarm(self):
        order = self.sell(self.line(self.package_product))
        back = self.sell(self.refund_of(order.lines))
        self.assertEqual(self.parts(back, 'top_up'), (-100, -20))
        self.assertFalse(back.message_ids.partner_ids & self.manager.partner_id)

    def test_returning_goods_of_a_mixed_order_leaves_the_top_up_alone(self):
        order = self.sell(self.line(self.shirt), self.line(self.package_product))
        self.assertEqual(self.account.points, 100)
        self.sell(self.refund_of(order.lines.filtered(lambda line: line.product_id == self.shirt)))
        self.assertEqual(self.account.points, 0)
        self.assertWallet(100, 20)

    # ------------------------------------------------------------------ packages

    def test_package_gives_money_points_a_coupon_and_a_tier_once(self):
        coupons = self.env['loyalty.program'].create({
            'name': "Coupons", 'program_type': 'coupons', 'applies_on': 'current', 'trigger': 'with_code',
            'reward_ids': [Command.create({'reward_type': 'discount', 'discount': 10})]})
        self.package.write({'points': 500, 'points_program_id': self.program.id, 'tier_id': self.gold.id,
                            'coupon_program_id': coupons.id})
        order = self.sell(self.line(self.package_product, qty=2))
        order._membership_post()
        self.assertWallet(200, 40)
        self.assertEqual(self.account.points, 1000)
        self.assertEqual(self.account.tier_id, self.gold)
        self.assertEqual(len(coupons.coupon_ids), 2)
        self.assertEqual(coupons.coupon_ids.partner_id, self.partner)
        self.sell(self.refund_of(order.lines))
        self.assertFalse(coupons.coupon_ids, "Unused coupons go with their top-up")
        self.assertEqual(self.account.points, 0)

    def test_money_of_returned_goods_goes_into_the_wallet_without_a_bonus(self):
        sold = self.sell(self.line(self.shirt))
        self.sell(self.refund_of(sold.lines), self.line(self.package_product))
        self.assertWallet(100, 0)

    def test_bonus_in_parts_waits_for_its_days(self):
        self.package.bonus_months = 3
        order = self.sell(self.line(self.package_product))
        entries = self.entries(order).filtered(lambda entry: entry.value_type == 'bonus')
        self.assertEqual(entries.mapped('amount'), [6.67, 6.67, 6.66])
        self.assertEqual(entries.mapped('is_pending'), [False, True, True])
        self.assertFalse(entries[0].available_from)
        self.assertWallet(100, 6.67)
        self.assertEqual(self.wallet().pending_bonus, 13.33)
        self.sell(self.refund_of(order.lines))
        self.assertWallet(0, 0)
        self.assertEqual(self.wallet().pending_bonus, 0)
