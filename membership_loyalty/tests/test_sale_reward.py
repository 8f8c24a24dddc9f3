from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestSaleReward(MembershipSaleCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gift = cls.create_article("Gift", list_price=15)

    def create_reward(self, **values):
        return self.env['loyalty.reward'].create({'program_id': self.program.id, 'required_points': 100, **values})

    def rewarded(self, *prices, reward=None):
        order = self.quotation(*prices)
        self.claim(order, reward)
        return order

    def reward_lines(self, order):
        return order.order_line.filtered('reward_id')

    def test_a_reward_is_claimed_from_the_balance_and_paid_at_confirmation(self):
        self.give(250)
        order = self.rewarded(100)
        self.assertEqual((self.reward_lines(order).price_unit, self.account.points), (-5, 250))
        order.action_confirm()
        self.assertEqual(self.moved(order), {'redeem': -100, 'earn': 95})
        self.assertEqual(self.account.points, 245)

    def test_points_of_the_order_are_for_the_next_order(self):
        order = self.quotation(500)
        order.action_open_reward_wizard()
        self.assertFalse(self.reward_lines(order))

    def test_cancelling_gives_back_to_the_very_credits(self):
        self.give(60, key='late', expires_on=date(2099, 12, 31))
        self.give(60, key='soon', expires_on=date(2099, 6, 30))
        order = self.rewarded(100)
        order.action_confirm()
        remaining = {e.document_key: e.remaining for e in self.account.entry_ids}
        self.assertEqual((remaining['late'], remaining['soon']), (20, 0))
        order._action_cancel()
        self.account.entry_ids.invalidate_recordset()
        remaining = {e.document_key: e.remaining for e in self.account.entry_ids if e.kind == 'bonus'}
        self.assertEqual(remaining, {'late': 60, 'soon': 60})
        self.assertEqual(self.account.points, 120)

    def test_of_two_quotations_that_spend_the_same_points_the_second_is_refused(self):
        self.give(150)
        first, second = self.rewarded(100), self.rewarded(100)
        first.action_confirm()
        self.account.invalidate_recordset()
        self.assertEqual(self.account.points, 145)
        self.account._membership_post_single('adjust', -100, 'adjust:1', "Correction")
        with self.assertRaisesRegex(ValidationError, f"{second.name}.*100 Points.*45 Points left"):
            second.action_confirm()
        self.assertEqual(self.moved(second), {})

    def test_confirming_them_together_is_refused_too(self):
        self.give(150)
        orders = self.rewarded(100) | self.rewarded(100)
        with self.assertRaisesRegex(ValidationError, f"{orders[1].name}.*50 Points left"):
            orders.action_confirm()

    def test_together_they_are_confirmed_when_there_is_enough(self):
        self.give(200)
        orders = self.rewarded(100) | self.rewarded(100)
        orders.action_confirm()
        self.assertEqual(self.account.points, 190)

    def test_a_forged_cost_is_what_the_reward_costs(self):
        self.give(300)
        order = self.rewarded(100)
        self.reward_lines(order).write({'points_cost': 1})
        order.action_confirm()
        self.assertEqual(self.moved(order)['redeem'], -100)

    def test_a_cost_forged_on_a_confirmed_order_is_refused(self):
        self.give(300)
        order = self.rewarded(100)
        order.action_confirm()
        for cost in (1, 0, 1000):
            with self.subTest(cost), self.assertRaisesRegex(ValidationError, "costs 100 Points, not"):
                self.reward_lines(order).write({'points_cost': cost})

    def test_the_points_of_somebody_else_are_refused(self):
        self.give(300)
        other = self.program._enrol(self.env['res.partner'].create({'name': "Other Member"}))
        self.give(300, account=other, key='other')
        for coupon in (other, self.env['loyalty.card']):
            order = self.rewarded(100)
            self.reward_lines(order).write({'coupon_id': coupon.id})
            order.applied_coupon_ids |= coupon
            with self.subTest(coupon), self.assertRaisesRegex(
                    ValidationError, "not paid with points of Ada Member"):
                order.action_confirm()
        self.assertEqual(other.points, 300)

    def test_a_reward_forged_into_an_order_is_refused(self):
        self.give(50)
        line = {
            'name': "Forged", 'product_id': self.reward.discount_line_product_id.id, 'price_unit': -5,
            'reward_id': self.reward.id,
            'coupon_id': self.account.id, 'points_cost': 0, 'reward_identifier_code': 'forged'}
        order = self.order(100)
        with self.assertRaisesRegex(ValidationError, "costs 100 Points, not 0 Points"):
            order.write({'order_line': [Command.create(line)]})
        with self.assertRaisesRegex(ValidationError, "need 100 Points"):
            self.account._membership_post_single('adjust', -100, 'adjust:1', "Correction")
            order.write({'order_line': [Command.create({**line, 'points_cost': 100})]})

    def test_a_reward_is_added_to_a_confirmed_order(self):
        self.give(250)
        order = self.order(100)
        self.claim(order)
        self.assertEqual(self.moved(order), {'earn': 95, 'redeem': -100})
        self.assertEqual(self.account.points, 245)

    def test_updating_the_rewards_of_a_confirmed_order_moves_nothing(self):
        self.give(100)
        order = self.rewarded(100)
        order.action_confirm()
        self.account._membership_post_single('adjust', -95, 'adjust:1', "Correction")
        entries = self.account.entry_ids
        order._update_programs_and_rewards()
        self.account.invalidate_recordset(['entry_ids'])
        self.assertEqual(self.account.entry_ids, entries)
        self.assertEqual(self.reward_lines(order).points_cost, 100)

    def test_a_reward_taken_off_a_confirmed_order_is_given_back(self):
        self.give(100)
        order = self.rewarded(100)
        order.action_confirm()
        self.reward_lines(order).product_uom_qty = 0
        self.assertEqual(self.moved(order), {'redeem': 0, 'earn': 100})

    def test_a_reward_line_cannot_be_deleted_from_a_confirmed_order(self):
        self.give(100)
        order = self.rewarded(100)
        order.action_confirm()
        with self.assertRaises(UserError):
            self.reward_lines(order).unlink()

    def test_one_claim_is_one_gift(self):
        reward = self.create_reward(reward_type='product', reward_product_id=self.gift.id, reward_product_qty=2)
        self.give(1000)
        order = self.rewarded(100, reward=reward)
        self.assertEqual(self.reward_lines(order).mapped(lambda r: (r.product_uom_qty, r.points_cost)), [(2, 100)])
        self.claim(order, reward)
        order.action_confirm()
        self.assertEqual(self.moved(order), {'redeem': -200, 'earn': 100})

    def test_more_gifts_than_were_paid_are_refused(self):
        reward = self.create_reward(reward_type='product', reward_product_id=self.gift.id)
        self.give(100)
        order = self.rewarded(100, reward=reward)
        order.action_confirm()
        with self.assertRaisesRegex(ValidationError, "costs 500 Points, not 100 Points"):
            self.reward_lines(order).product_uom_qty = 5

    def test_points_as_money_cost_whole_points(self):
        reward = self.create_reward(reward_type='discount', discount_mode='per_point', discount=1, required_points=1)
        self.give(100)
        order = self.rewarded(47.5, reward=reward)
        self.assertEqual((order.amount_total, self.reward_lines(order).points_cost), (0, 48))
        order.action_confirm()
        self.assertEqual(self.account.points, 52)

    def test_points_as_money_over_two_taxes_cost_once(self):
        reward = self.create_reward(reward_type='discount', discount_mode='per_point', discount=0.1, required_points=1)
        taxes = self.env['account.tax'].create([{'name': f"{rate} %", 'amount': rate} for rate in (7, 19)])
        self.give(333)
        order = self.quotation(33.33, 77.77)
        for line, tax in zip(order.order_line, taxes, strict=True):
            line.tax_ids = tax
        self.claim(order, reward)
        order.action_confirm()
        self.assertEqual(self.moved(order)['redeem'], -333)

    def test_a_reward_that_takes_all_points_takes_what_is_there(self):
        self.reward.clear_wallet = True
        self.give(150)
        order = self.rewarded(100)
        self.give(20, key='given since')
        order.action_confirm()
        self.assertEqual(self.moved(order), {'redeem': -170, 'earn': 95})
        self.give(500, key='given later')
        order.order_line[0].product_uom_qty = 2
        self.assertEqual(self.moved(order), {'redeem': -170, 'earn': 195})
        with self.assertRaises(ValidationError):
            self.reward_lines(order).points_cost = 1

    def test_a_customer_changed_on_a_quotation_takes_no_points_along(self):
        self.give(100)
        order = self.rewarded(100)
        order.partner_id = self.env['res.partner'].create({'name': "Passer-by"})
        order._update_programs_and_rewards()
        self.assertFalse(self.reward_lines(order))

    def test_a_frozen_account_code_pays_nothing(self):
        self.give(100)
        status = self.quotation(100)._try_apply_code(self.account.code)
        self.assertIn('error', status)
