from unittest.mock import ANY

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestSecurity(MembershipPosCommon):
    """What a cashier, or a browser in a cashier's name, can try."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env['res.partner'].create({'name': "Bob Member"})
        cls.other_account = cls.program._enrol(cls.other)
        cls.other_account._membership_post_single('adjust', 500, 'test:bob', "Bob's points")

    def as_cashier(self, records):
        return records.with_user(self.cashier)

    # ------------------------------------------------------------------ direct writes

    def test_a_cashier_writes_no_balance(self):
        for vals in ({'points': 10}, {'partner_id': self.cashier.partner_id.id}, {'code': 'mine'}):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.as_cashier(self.account).write(vals)

    def test_a_cashier_writes_no_history(self):
        with self.assertRaises(AccessError):
            self.as_cashier(self.env['loyalty.history']).create({
                'card_id': self.account.id, 'description': "Gift", 'issued': 10})

    def test_a_cashier_runs_no_balance_wizard(self):
        wizard = self.as_cashier(self.env['loyalty.card.update.balance']).create({
            'card_id': self.account.id, 'new_balance': 1000, 'description': "Gift"})
        with self.assertRaises(AccessError):
            wizard.action_update_card_point()

    def test_a_cashier_neither_reads_nor_writes_the_ledger(self):
        for model in ('membership.ledger.entry', 'membership.purchase'):
            with self.subTest(model), self.assertRaises(AccessError):
                self.as_cashier(self.env[model]).search([])

    def test_a_cashier_changes_no_tier_card_or_shop(self):
        card = self.env['membership.card'].search([('account_id', '=', self.account.id)])
        for record, vals in (
            (self.gold, {'multiplier': 100}),
            (card, {'state': 'active'}),
            (self.config.membership_shop_id, {'name': 'x'}),
        ):
            with self.subTest(record), self.assertRaises(AccessError):
                self.as_cashier(record).write(vals)

    def test_a_cashier_reads_no_token(self):
        card = self.env['membership.card'].search([('account_id', '=', self.account.id)])
        with self.assertRaises(AccessError):
            self.as_cashier(card).read(['token'])

    def test_history_lines_are_not_for_remote_callers(self):
        with self.assertRaises(AccessError):
            get_public_method(self.env['pos.order'], 'add_loyalty_history_lines')

    # ------------------------------------------------------------------ confirmation

    def test_a_forged_confirmation_moves_nothing_and_tells_the_balance(self):
        self.give_points(10)
        order = self.sell(self.line(self.socks))
        for orders in (order, order.browse()):
            for points in (1000, -1000, float('nan'), float('inf')):
                with self.subTest(points=points, orders=orders):
                    answer = self.as_cashier(orders).confirm_coupon_programs({
                        str(self.account.id): {'points': points, 'program_id': self.program.id},
                        str(self.other_account.id): {'points': points, 'program_id': self.program.id}})
                    self.assertEqual(
                        {update['id']: update['points'] for update in answer['coupon_updates']},
                        {self.account.id: 20, self.other_account.id: 500})
        self.assertEqual((self.account.points, self.other_account.points), (20, 500))

    def test_no_account_is_opened_by_confirmation(self):
        order = self.sell(self.line(self.socks), partner=self.manager.partner_id)
        answer = self.as_cashier(order).confirm_coupon_programs({
            '-1': {'points': 1000, 'program_id': self.program.id, 'partner_id': self.manager.partner_id.id}})
        self.assertEqual(answer['coupon_updates'], [])
        self.assertFalse(self.program._membership_accounts(self.manager.partner_id))

    def test_an_old_till_gets_the_account_for_its_local_card(self):
        order = self.sell(self.line(self.socks))
        answer = self.as_cashier(order).confirm_coupon_programs({
            '-1': {'points': 10, 'program_id': self.program.id, 'partner_id': self.partner.id}})
        self.assertEqual(answer['coupon_updates'], [{
            'old_id': -1, 'id': self.account.id, 'points': 10, 'code': ANY, 'program_id': self.program.id,
            'partner_id': self.partner.id}])

    def test_an_account_hidden_in_a_native_entry_is_found(self):
        native = self.create_program(self.env, name="Gifts", is_membership=False)
        order = self.sell(self.line(self.socks))
        for vals in ({'coupon_id': self.other_account.id}, {'code': self.other_account.code}):
            with self.subTest(vals):
                self.as_cashier(order).confirm_coupon_programs({
                    str(self.other_account.id): {'points': 77, 'program_id': native.id, **vals}})
                self.assertEqual((self.other_account.points, self.other_account.partner_id), (500, self.other))

    def test_native_programmes_still_work(self):
        native = self.create_program(self.env, name="Native", is_membership=False, applies_on='both')
        order = self.sell(self.line(self.socks))
        answer = self.as_cashier(order).confirm_coupon_programs({
            '-1': {'points': 10, 'program_id': native.id, 'partner_id': self.partner.id},
            str(self.account.id): {'points': 10, 'program_id': self.program.id}})
        self.assertEqual(
            [(update['program_id'], update['points']) for update in answer['coupon_updates']],
            [(native.id, 10), (self.program.id, 10)])
        self.assertEqual(native.coupon_ids.history_ids.issued, 10)

    # ------------------------------------------------------------------ forged rewards

    def sell_with(self, *, account=None, **values):
        return self.sell(self.line(self.shirt), self.reward(self.fixed, 5, account or self.account, **values))

    def test_a_forged_cost_is_replaced_and_told(self):
        self.give_points(1000)
        for cost in (0, -1000, 1, 5000, float('nan'), float('inf')):
            with self.subTest(cost):
                order = self.sell_with(cost=cost)
                self.assertEqual(self.moved(order)[-1], (self.account, 'redeem', -100))
                reward = order.lines[-1]
                self.assertEqual(reward.points_cost, 100)
                self.assertIn("it costs 100", reward.membership_alert)
                self.assertIn(self.manager.partner_id, order.message_ids.notified_partner_ids)
        self.assertAuditClean()

    def test_the_customer_pays_and_not_the_one_whose_card_was_named(self):
        self.give_points(100)
        order = self.sell_with(account=self.other_account)
        self.assertEqual(self.moved(order)[-1], (self.account, 'redeem', -100))
        self.assertEqual(self.other_account.points, 500)
        self.assertEqual(order.lines[-1].coupon_id, self.account)
        self.assertIn("somebody else", order.lines[-1].membership_alert)

    def test_nobody_pays_for_who_is_no_member(self):
        order = self.sell(
            self.line(self.shirt), self.reward(self.fixed, 5, self.other_account), partner=self.manager.partner_id)
        self.assertFalse(self.moved(order))
        self.assertEqual(self.other_account.points, 500)
        self.assertFalse(order.lines[-1].coupon_id)
        self.assertIn("no member", order.lines[-1].membership_alert)
        self.assertEqual(
            self.env['pos.order'].search([('lines.membership_alert', '!=', False)]), order, "The list has a filter")

    def test_a_reward_disguised_as_a_refund_is_charged(self):
        self.give_points(500)
        sale = self.sell_with()
        trick = self.sell(self.line(self.shirt), self.reward(
            self.fixed, 5, refunded_orderline_id=sale.lines[-1].id))
        self.assertEqual(self.moved(trick)[-1], (self.account, 'redeem', -100))

    def test_one_reward_given_three_times_costs_three_times(self):
        self.give_points(500)
        order = self.sell(self.line(self.shirt), self.reward(self.fixed, 15))
        self.assertEqual(self.moved(order)[-1], (self.account, 'redeem', -300))

    def test_prices_that_were_not_paid_earn_nothing(self):
        order = self.sell(
            self.line(self.shirt, total=100000), amount_total=100,
            payment_ids=[(0, 0, {'amount': 100, 'payment_method_id': self.bank.id})])
        self.assertEqual(self.moved(order), [(self.account, 'earn', 100)])

    def test_an_order_with_amounts_that_are_no_numbers_leaves_nothing_behind(self):
        for name in ('price_subtotal_incl', 'qty'):
            line = self.line(self.shirt)
            line[2][name] = float('nan')
            values = self.order_values(line, amount_total=100, payment_ids=[
                (0, 0, {'amount': 100, 'payment_method_id': self.bank.id})])
            with self.subTest(name), self.assertRaises(ValueError), self.cr.savepoint():
                self.sync(values)
        self.assertEqual(self.account.points, 0)
        self.assertAuditClean()

    def test_rewards_of_a_native_programme_are_left_alone(self):
        native = self.create_program(self.env, name="Native", is_membership=False, applies_on='both')
        card = self.env['loyalty.card'].create({'program_id': native.id, 'points': 300})
        order = self.sell(self.line(self.shirt), self.reward(native.reward_ids, 5, card, cost=33))
        self.assertEqual(self.moved(order), [(self.account, 'earn', 95)])
        self.assertEqual((order.lines[-1].points_cost, order.lines[-1].membership_alert), (33, False))

    # ------------------------------------------------------------------ question before payment

    def ask(self, changes):
        return self.as_cashier(self.env['pos.order']).validate_coupon_programs(changes, [])

    def test_the_till_is_told_what_the_member_has(self):
        self.give_points(120)
        self.assertEqual(
            self.ask({str(self.account.id): -100}),
            {'successful': True, 'payload': {'updated_points': {self.account.id: 120}}})

    def test_a_spend_that_cannot_be_is_refused_with_its_reason(self):
        self.give_points(20)
        both = {str(self.account.id): -1, str(self.other_account.id): -1}
        for changes, reason in (
            ({str(self.account.id): -100}, "Ada Member has 20 Points and this order spends 100 Points"),
            ({str(self.account.id): float('nan')}, "did not say how many points"),
            ({str(self.account.id): float('-inf')}, "did not say how many points"),
            ({str(self.account.id): None}, "did not say how many points"),
            (both, "not its customer's"),
        ):
            with self.subTest(reason):
                answer = self.ask(changes)
                self.assertFalse(answer['successful'])
                self.assertIn(reason, answer['payload']['message'])
                self.assertEqual(answer['payload']['updated_points'][self.account.id], 20)

    def test_who_only_earns_is_not_refused_for_a_debt(self):
        self.account._membership_post_single('adjust', -50, 'test:debt', "Debt")
        self.assertTrue(self.ask({str(self.account.id): 30})['successful'])
