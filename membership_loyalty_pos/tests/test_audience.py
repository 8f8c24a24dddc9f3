from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestAudienceAtTheTill(MembershipPosCommon):
    """Promotions for members of some tiers: what the till is told, and what the server says afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coupons = cls.env['loyalty.program'].create({
            'name': "Coupon for Gold", 'program_type': 'coupons', 'applies_on': 'current', 'trigger': 'with_code',
            'membership_tier_ids': [Command.set(cls.gold.ids)],
            'reward_ids': [Command.create({
                'reward_type': 'discount', 'discount': 10, 'discount_mode': 'percent', 'required_points': 1})]})
        cls.coupon = cls.env['loyalty.card'].create({'program_id': cls.coupons.id, 'points': 1})

    def use_code(self, partner):
        config = self.config.with_user(self.cashier)
        return config.use_coupon_code(self.coupon.code, '2026-01-01 00:00:00', partner.id, False)

    def test_the_till_is_told_for_whom_a_promotion_is(self):
        audience = self.coupons.with_user(self.cashier).sudo().membership_audience
        self.assertEqual(audience['tiers'], self.gold.ids)
        self.assertIn("Gold", audience['refusal'])
        self.assertIn('membership_audience', self.env['loyalty.program']._load_pos_data_fields(self.config))
        self.assertFalse(self.program.membership_audience)

    def test_a_coupon_of_another_tier_is_refused_with_words(self):
        answer = self.use_code(self.partner)
        self.assertFalse(answer['successful'])
        self.assertIn("Gold", answer['payload']['error_message'])
        self.account._membership_move_to(self.gold, "Test")
        self.assertTrue(self.use_code(self.partner)['successful'])

    def sell_with_coupon(self):
        return self.sell(self.line(self.shirt), self.reward(
            self.coupons.reward_ids, 10, account=self.coupon, cost=1))

    def test_a_paid_order_with_a_promotion_of_others_is_kept_and_told_to_the_manager(self):
        order = self.sell_with_coupon()
        self.assertEqual(order.state, 'paid')
        message = order.message_ids.filtered(lambda message: self.coupons.name in (message.body or ''))
        self.assertEqual(len(message), 1)
        self.assertIn(self.manager.partner_id, message.notified_partner_ids)

    def test_nothing_is_told_of_a_promotion_that_is_the_members_own(self):
        self.account._membership_move_to(self.gold, "Test")
        order = self.sell_with_coupon()
        self.assertFalse(order.message_ids.filtered(lambda message: self.coupons.name in (message.body or '')))
