from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestAudience(MembershipSaleCommon):
    """Promotions of Odoo for members of some tiers, or contacts of some segments, in sales orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold_member = cls.env['res.partner'].create({'name': "Grace Gold"})
        cls.program._enrol(cls.gold_member, tier=cls.gold)
        cls.promotion = cls.create_promotion(membership_tier_ids=[Command.set(cls.gold.ids)])

    @classmethod
    def create_promotion(cls, rule=None, **values):
        return cls.env['loyalty.program'].create({
            'name': "Ten off", 'program_type': 'promotion', 'applies_on': 'current', 'trigger': 'auto',
            'currency_id': cls.env.company.currency_id.id,
            'rule_ids': [Command.create({'reward_point_mode': 'order', 'reward_point_amount': 1, **(rule or {})})],
            'reward_ids': [Command.create({
                'reward_type': 'discount', 'discount': 10, 'discount_mode': 'percent', 'required_points': 1})],
            **values})

    def offered(self, order):
        order._update_programs_and_rewards()
        rewards = order._get_claimable_rewards().values()
        return self.promotion in self.env['loyalty.reward'].concat(*rewards).program_id

    def test_a_promotion_for_gold_is_offered_to_gold_only(self):
        self.assertTrue(self.offered(self.quotation(100, partner=self.gold_member)))
        self.assertFalse(self.offered(self.quotation(100)), "A member of another tier")
        stranger = self.env['res.partner'].create({'name': "Stranger"})
        self.assertFalse(self.offered(self.quotation(100, partner=stranger)))

    def test_a_promotion_without_tiers_is_for_everybody(self):
        self.promotion.membership_tier_ids = False
        self.assertTrue(self.offered(self.quotation(100)))
        self.assertFalse(self.env['loyalty.program']._membership_any_audience())

    def test_a_promotion_for_a_segment_is_offered_to_contacts_with_that_tag(self):
        vip = self.env['res.partner.category'].create({'name': "VIP"})
        self.promotion.write({
            'membership_tier_ids': [Command.clear()], 'membership_segment_ids': [Command.set(vip.ids)]})
        self.assertFalse(self.offered(self.quotation(100)))
        self.partner.category_id = vip
        self.assertTrue(self.offered(self.quotation(100)))

    def test_with_tier_and_segment_both_must_fit(self):
        vip = self.env['res.partner.category'].create({'name': "VIP"})
        self.promotion.membership_segment_ids = vip
        self.assertFalse(self.offered(self.quotation(100, partner=self.gold_member)))
        self.gold_member.category_id = vip
        self.assertTrue(self.offered(self.quotation(100, partner=self.gold_member)))

    def test_a_member_who_falls_loses_the_promotion_on_open_quotations(self):
        order = self.quotation(100, partner=self.gold_member)
        self.assertTrue(self.offered(order))
        order._apply_program_reward(self.promotion.reward_ids, next(iter(order._get_claimable_rewards())))
        self.assertEqual(order.amount_total, 90)
        self.program._membership_accounts(self.gold_member)[self.program.id, self.gold_member.id]._membership_move_to(
            self.basic, "Fell")
        order._update_programs_and_rewards()
        self.assertEqual(order.amount_total, 100)

    def test_another_customer_on_the_order_loses_the_promotion(self):
        order = self.quotation(100, partner=self.gold_member)
        self.offered(order)
        order._apply_program_reward(self.promotion.reward_ids, next(iter(order._get_claimable_rewards())))
        order.partner_id = self.partner
        order._update_programs_and_rewards()
        self.assertEqual(order.amount_total, 100)

    def test_a_code_says_for_whom_it_is(self):
        self.promotion.write({'trigger': 'with_code', 'rule_ids': [
            Command.update(self.promotion.rule_ids.id, {'mode': 'with_code', 'code': 'GOLD10'})]})
        refused = self.quotation(100)._try_apply_code('GOLD10')
        self.assertIn("Gold", refused['error'])
        self.assertNotIn('error', self.quotation(100, partner=self.gold_member)._try_apply_code('GOLD10'))

    def test_a_coupon_says_for_whom_it_is(self):
        coupons = self.env['loyalty.program'].create({
            'name': "Coupon for Gold", 'program_type': 'coupons', 'applies_on': 'current', 'trigger': 'with_code',
            'currency_id': self.env.company.currency_id.id, 'membership_tier_ids': [Command.set(self.gold.ids)],
            'reward_ids': [Command.create({
                'reward_type': 'discount', 'discount': 10, 'discount_mode': 'percent', 'required_points': 1})]})
        coupon = self.env['loyalty.card'].create({'program_id': coupons.id, 'points': 1})
        self.assertIn("Gold", self.quotation(100)._try_apply_code(coupon.code)['error'])
        self.assertNotIn('error', self.quotation(100, partner=self.gold_member)._try_apply_code(coupon.code))
        self.assertIn('not_found', self.quotation(100)._try_apply_code('no such code'))

    def test_a_membership_is_for_all_its_members(self):
        with self.assertRaises(ValidationError):
            self.program.membership_tier_ids = self.gold

    def test_without_limited_promotions_an_order_asks_nothing_more(self):
        self.promotion.membership_tier_ids = False
        order = self.quotation(100)
        self.env['loyalty.program']._membership_any_audience()
        with self.assertQueryCount(0):
            self.assertEqual(self.env['loyalty.program']._membership_audience_domain(order.partner_id), [])
