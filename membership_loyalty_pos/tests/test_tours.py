from unittest.mock import patch

from odoo.tests import tagged

from .common_tours import MembershipTourCommon


@tagged('post_install', '-at_install')
class TestMembershipTours(MembershipTourCommon):
    """What a cashier does at the till, in a real browser; and what the ledger holds afterwards."""

    def test_member_earns_what_the_receipt_says(self):
        self.start_pos_tour('MembershipEarnTour')
        self.assertEqual(self.posted(), [('earn', 200)])
        self.assertEqual(self.account.points, 350)
        self.assertFalse(self.env['loyalty.card'].search([('partner_id', '=', self.bob.id)]))

    def test_points_spent_elsewhere_meanwhile_are_refused_before_payment(self):
        Order = type(self.env['pos.order'])
        validate = Order.validate_coupon_programs

        def spend_elsewhere_first(order, *args):
            account = self.account.with_env(order.env).sudo()
            if account.points == 150:
                account._membership_post_single('adjust', -100, 'elsewhere', "Spent in another shop")
            return validate(order, *args)

        with patch.object(Order, 'validate_coupon_programs', spend_elsewhere_first):
            self.start_pos_tour('MembershipSpendRefusedTour')
        self.assertEqual(self.posted(), [('earn', 200)])
        self.assertEqual(self.account.points, 250)

    def test_refund_takes_points_back_and_gives_the_rewards_share_of_money(self):
        self.start_pos_tour('MembershipRefundTour')
        self.assertCountEqual(self.posted(), [('earn', 190), ('redeem', -100), ('earn', -190), ('redeem', 100)])
        self.assertEqual(self.account.points, 150)
        totals = self.env['pos.order'].search([('partner_id', '=', self.ada.id)]).mapped('amount_total')
        self.assertCountEqual(totals, [95, -95])

    def test_a_card_sets_the_member_and_a_frozen_one_says_so(self):
        self.start_pos_tour('MembershipCardTour')

    def test_a_gift_is_claimed_by_a_click_only(self):
        self.start_pos_tour('MembershipGiftTour')
        self.assertCountEqual(self.posted(), [('earn', 216), ('redeem', -50)])
        self.assertEqual(self.account.points, 316)

    def test_a_free_article_is_given_as_often_as_the_benefit_says(self):
        benefit = self.env['membership.benefit'].create({
            'name': "Free mug", 'program_id': self.program.id, 'kind': 'free_use', 'product_id': self.mug.id,
            'use_limit': 2, 'use_period': 'month'})
        self.start_pos_tour('MembershipFreeUseTour')
        self.assertEqual(self.account._membership_free_uses()[self.account], {benefit: (2, 2)})
        self.assertEqual(self.posted(), [('earn', 200)])

    def test_offline_earns_later_and_spends_nothing(self):
        self.start_pos_tour('MembershipOfflineTour')
        self.assertEqual(self.posted(), [('earn', 200)])
        self.assertEqual(self.account.points, 350)

    def test_the_customer_display_shows_the_member(self):
        config = self.main_pos_config
        url = f'/pos_customer_display/{config.id}/{config.access_token}'
        self.start_tour(url, 'MembershipCustomerDisplayTour', login='pos_user')
