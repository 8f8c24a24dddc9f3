from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestRedemptionLimits(MembershipSaleCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.by_point = cls.env['loyalty.reward'].create({
            'program_id': cls.program.id, 'reward_type': 'discount', 'discount_mode': 'per_point', 'discount': 0.1,
            'required_points': 10})

    def claimed(self, reward, *prices):
        """Return (order, error) of an attempt to claim a reward."""
        order = self.quotation(*prices)
        order._update_programs_and_rewards()
        return order, order._apply_program_reward(reward, self.account).get('error')

    def spent(self, order):
        return sum(order.order_line.mapped('points_cost'))

    def test_a_reward_below_the_minimum_or_off_the_step_is_not_claimed(self):
        self.give(1000)
        for values, message in (
            ({'redeem_minimum': 200, 'redeem_step': 0}, "at least 200 points; this one spends 100"),
            ({'redeem_minimum': 0, 'redeem_step': 150}, "steps of 150; this order spends 100"),
        ):
            self.program.write(values)
            order, error = self.claimed(self.reward, 100)
            self.assertIn(message, error)
            self.assertFalse(order.order_line.filtered('reward_id'), "Nothing is left of it")
        self.program.write({'redeem_minimum': 100, 'redeem_step': 50})
        order, error = self.claimed(self.reward, 100)
        self.assertFalse(error)
        order.action_confirm()
        self.assertEqual(self.moved(order), {'redeem': -100, 'earn': 95})

    def test_a_discount_by_the_point_takes_what_the_limits_let_it(self):
        self.give(990)
        cases = [
            ({'redeem_max_share': 50}, 100, 500),
            ({'redeem_max_share': 50, 'redeem_step': 200}, 100, 400),
            ({'redeem_max_share': 100, 'redeem_step': 25}, 73.3, 700),
            ({'redeem_max_share': 0, 'redeem_step': 100, 'redeem_minimum': 200}, 1000, 900),
        ]
        for values, price, points in cases:
            with self.subTest(values):
                self.program.write({'redeem_minimum': 0, 'redeem_step': 0, 'redeem_max_share': 0, **values})
                order, error = self.claimed(self.by_point, price)
                self.assertFalse(error)
                left = order.currency_id.round(price - points / 10)
                self.assertEqual((self.spent(order), order.amount_total), (points, left))
                order._update_programs_and_rewards()
                self.assertEqual(self.spent(order), points, "The same when it is worked out again")

    def test_the_limits_follow_the_order(self):
        self.give(990)
        self.program.write({'redeem_max_share': 50, 'redeem_step': 100})
        order, _error = self.claimed(self.by_point, 100)
        order.order_line[0].price_unit = 50
        order._update_programs_and_rewards()
        self.assertEqual(self.spent(order), 200)
        order.order_line[0].price_unit = 10
        order._update_programs_and_rewards()
        self.assertEqual(self.spent(order), 0)
        with self.assertRaisesRegex(UserError, "cannot spend points on this order"):
            order._apply_program_reward(self.by_point, self.account)

    def test_more_than_the_share_is_refused_at_the_claim_and_at_confirmation(self):
        self.give(1000)
        self.program.redeem_max_share = 10
        order, error = self.claimed(self.reward, 40)
        self.assertIn("at most $\xa04.00 on this order", error)
        order, error = self.claimed(self.reward, 50)
        self.assertFalse(error)
        order.order_line[0].price_unit = 30
        with self.assertRaisesRegex(ValidationError, r"at most \$\s3.00 on this order"):
            order.action_confirm()
        self.assertEqual((order.state, self.account.points), ('draft', 1000))
        order.order_line[0].price_unit = 50
        order.action_confirm()
        self.assertEqual(self.moved(order)['redeem'], -100)

    def test_gifts_are_no_payment(self):
        self.give(1000)
        gift = self.env['loyalty.reward'].create({
            'program_id': self.program.id, 'reward_type': 'product', 'reward_product_id': self.article.id,
            'reward_product_qty': 1, 'required_points': 100})
        self.program.redeem_max_share = 10
        order, error = self.claimed(gift, 100)
        self.assertFalse(error)
        order.action_confirm()
        self.assertEqual(self.moved(order)['redeem'], -100)

    def test_the_order_confirmed_under_other_limits_stays(self):
        self.give(1000)
        order, _error = self.claimed(self.reward, 100)
        order.action_confirm()
        self.program.redeem_minimum = 500
        order.order_line[0].product_uom_qty = 2
        self.assertEqual(self.moved(order), {'redeem': -100, 'earn': 195})
        self.credit(self.invoice(order))
        self.assertEqual(self.moved(order), {'redeem': 0, 'earn': 0})
