from copy import deepcopy

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestReplay(MembershipPosCommon):

    def test_the_same_order_sent_twice_is_posted_once(self):
        self.give_points(100)
        values = self.order_values(self.line(self.shirt), self.reward(self.fixed, 5))
        answers = [self.sync(deepcopy(values)) for _time in range(2)]
        self.assertEqual(self.account.points, 95)
        self.assertEqual(len(self.env['pos.order'].search([('uuid', '=', values['uuid'])])), 1)
        self.assertEqual(answers[0]['loyalty.card'][0]['points'], answers[1]['loyalty.card'][0]['points'])

    def test_a_draft_that_is_edited_posts_what_was_paid(self):
        values = self.order_values(self.line(self.shirt), state='draft', payment_ids=[], amount_paid=0)
        self.sync(deepcopy(values))
        order = self.env['pos.order'].search([('uuid', '=', values['uuid'])])
        self.assertFalse(self.moved(order))
        more = self.order_values(
            self.line(self.socks), uuid=values['uuid'], amount_total=110, amount_paid=110)
        more['payment_ids'][0][2]['amount'] = 110
        self.sync(more)
        self.assertEqual(self.moved(order), [(self.account, 'earn', 110)])

    def test_paying_again_posts_nothing(self):
        order = self.sell(self.line(self.shirt))
        self.env.cr.execute('UPDATE loyalty_card SET tier_id = %s WHERE id = %s', [self.gold.id, self.account.id])
        self.account.invalidate_recordset()
        order.action_pos_order_paid()
        order._membership_post()
        self.assertEqual(self.moved(order), [(self.account, 'earn', 100)])

    @mute_logger('odoo.addons.point_of_sale.models.pos_order')
    def test_an_order_of_a_closed_session_is_posted_in_the_open_one(self):
        values = self.order_values(self.line(self.shirt))
        self.session.action_pos_session_closing_control()
        self.assertEqual(self.session.state, 'closed')
        with self.assertRaises(UserError):
            self.sync(deepcopy(values))
        self.assertEqual(self.account.points, 0)
        rescue = self.open_session(self.config)
        self.sync(deepcopy(values))
        order = self.env['pos.order'].search([('uuid', '=', values['uuid'])])
        self.assertEqual(order.session_id, rescue)
        self.assertEqual(self.moved(order), [(self.account, 'earn', 100)])

    def test_several_orders_in_one_call(self):
        self.sync(self.order_values(self.line(self.shirt)), self.order_values(self.line(self.socks)))
        self.assertEqual(self.account.points, 110)

    def test_an_order_whose_reward_is_gone_is_stored_all_the_same(self):
        self.give_points(100)
        line = self.reward(self.fixed, 5)
        line[2].update(reward_id=99999999, coupon_id=99999999)
        order = self.sell(self.line(self.shirt), line)
        self.assertEqual(order.state, 'paid')
        self.assertEqual(self.moved(order), [(self.account, 'earn', 95)])


@tagged('post_install', '-at_install')
class TestCustomerChanged(MembershipPosCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nobody = cls.env['res.partner']
        cls.other = cls.env['res.partner'].create({'name': "Bob Member"})
        cls.other_account = cls.program._enrol(cls.other)

    def test_points_stay_with_who_earned_them(self):
        self.program.late_claim_days = 30
        order = self.sell(self.line(self.shirt))
        order.with_user(self.cashier).partner_id = self.other
        self.assertEqual((self.account.points, self.other_account.points), (100, 0))

    def test_without_a_policy_nobody_earns_later(self):
        order = self.sell(self.line(self.shirt), partner=self.nobody)
        order.with_user(self.cashier).partner_id = self.partner
        self.assertEqual(self.account.points, 0)

    def test_a_member_named_within_the_policy_earns(self):
        self.program.late_claim_days = 2
        order = self.sell(self.line(self.shirt), partner=self.nobody)
        order.with_user(self.cashier).partner_id = self.partner
        self.assertEqual(self.moved(order), [(self.account, 'earn', 100)])
        self.assertIn("Ada Member was added", order.message_ids[0].body)
        order.with_user(self.cashier).partner_id = self.other
        self.assertEqual((self.account.points, self.other_account.points), (100, 0), "One order, one member")

    def test_an_old_order_is_not_claimed_even_with_a_new_date(self):
        self.program.late_claim_days = 2
        order = self.sell(self.line(self.shirt), partner=self.nobody)
        self.env.cr.execute(
            "UPDATE pos_order SET create_date = create_date - interval '3 days' WHERE id = %s", [order.id])
        order.invalidate_recordset()
        order.with_user(self.cashier).partner_id = self.partner
        self.assertEqual(self.account.points, 0)

    def test_a_refunded_order_is_not_claimed(self):
        self.program.late_claim_days = 2
        order = self.sell(self.line(self.shirt), partner=self.nobody)
        self.sell(self.refund_of(order.lines), partner=self.nobody)
        order.with_user(self.cashier).partner_id = self.partner
        self.assertEqual(self.account.points, 0)

    def test_a_claim_never_charges_a_reward(self):
        self.program.late_claim_days = 2
        self.give_points(500)
        order = self.sell(self.line(self.shirt), self.reward(self.fixed, 5), partner=self.nobody)
        order.with_user(self.cashier).partner_id = self.partner
        self.assertEqual(self.moved(order), [(self.account, 'earn', 95)])

    def test_a_claimed_order_that_comes_back_takes_the_points_along(self):
        self.program.late_claim_days = 2
        order = self.sell(self.line(self.shirt), partner=self.nobody)
        order.partner_id = self.partner
        self.sell(self.refund_of(order.lines), partner=self.nobody)
        self.assertEqual(self.account.points, 0)
        self.assertAuditClean()
