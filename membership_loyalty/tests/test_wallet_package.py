from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import tagged

from .common_wallet import WalletCommon


@tagged('post_install', '-at_install')
class TestWalletPackage(WalletCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coupons = cls.env['loyalty.program'].create({
            'name': "Coupons", 'program_type': 'coupons', 'applies_on': 'current', 'trigger': 'with_code',
            'reward_ids': [Command.create({'reward_type': 'discount', 'discount': 10})]})

    def test_package_gives_money_points_a_coupon_and_a_tier(self):
        self.package.write({'points': 500, 'points_program_id': self.program.id, 'tier_id': self.gold.id,
                            'coupon_program_id': self.coupons.id})
        order = self.top_up()
        self.assertWallet(100, 20)
        self.assertEqual((self.account.points, self.account.tier_id), (500, self.gold))
        self.assertIn("100 + 20", self.account.tier_change_ids[:1].reason)
        coupon = self.coupons.coupon_ids
        self.assertEqual((len(coupon), coupon.partner_id, coupon.points), (1, self.partner, 1))
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertWallet(0, 0)
        self.assertEqual(self.account.points, 0)
        self.assertFalse(coupon.active)

    def test_nobody_becomes_a_member_or_falls_by_a_package(self):
        platinum = self.env['membership.tier'].create(
            {'name': "Platinum", 'program_id': self.program.id, 'sequence': 30})
        self.account._membership_move_to(platinum, "By hand")
        self.package.write({'points': 500, 'points_program_id': self.program.id, 'tier_id': self.gold.id})
        self.top_up()
        self.assertEqual(self.account.tier_id, platinum)
        stranger = self.env['res.partner'].create({'name': "Bea Buyer"})
        self.top_up(partner=stranger)
        self.assertWallet(100, 20, stranger)
        self.assertFalse(self.program._membership_accounts(stranger))

    def test_discount_on_a_package_lessens_principal_and_bonus(self):
        self.top_up(price=50)
        self.assertWallet(50, 10)
        self.top_up(price=200)
        self.assertWallet(250, 30)

    @freeze_time('2026-01-31 10:00:00')
    def test_bonus_in_monthly_parts_adds_up_and_waits(self):
        self.package.bonus_months = 3
        order = self.top_up()
        parts = self.wallet().entry_ids.filtered(lambda entry: entry.value_type == 'bonus').sorted('id')
        self.assertEqual(parts.mapped('amount'), [6.67, 6.67, 6.66])
        self.assertEqual(parts.mapped('is_pending'), [False, True, True])
        self.assertEqual(parts[1:].mapped('available_from'), [Date.to_date('2026-02-28'), Date.to_date('2026-03-31')])
        self.assertWallet(100, 6.67)
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertFalse(self.wallet().entry_ids.filtered('remaining'))

    def test_released_parts_belong_to_their_top_up(self):
        self.package.bonus_months = 2
        with freeze_time('2026-01-10 10:00:00'):
            self.top_up()
        with freeze_time('2026-02-11 10:00:00'):
            self.env['membership.points.release']._job_batch()
            self.assertWallet(100, 20)
            self.assertEqual(self.parts(self.pay_order(60)), (-50, -10))

    def test_dated_bonus_expires_and_principal_does_not(self):
        self.package.bonus_valid_months = 1
        with freeze_time('2026-01-10 10:00:00'):
            self.top_up()
            self.pay_order(60)
        bonus = self.wallet().entry_ids.filtered(lambda entry: entry.value_type == 'bonus' and entry.amount > 0)
        self.assertEqual(bonus.expires_on, Date.to_date('2026-02-10'))
        with freeze_time('2026-02-11 10:00:00'):
            self.env['membership.points.expiry']._job_batch()
            self.assertWallet(50, 0)
            self.assertEqual(self.parts(self.pay_order(20)), (-20, 0))

    def test_package_that_cannot_work_is_refused(self):
        with self.assertRaises(ValidationError):
            self.package.product_id = self.article
        with self.assertRaises(ValidationError):
            self.package.points = 5
        with self.assertRaises(ValidationError):
            self.package.tier_id = self.gold
        with self.assertRaises(ValidationError):
            self.stored.rule_ids.reward_point_amount = 1.2
            self.stored._check_stored_value()
        with self.assertRaises(ValidationError):
            self.create_stored_value(self.plain_product)

    def test_auditor_reads_packages_and_the_manager_writes_them(self):
        auditor = self.create_user('wallet_auditor', 'membership_loyalty.group_membership_auditor')
        self.assertEqual(self.package.with_user(auditor).amount, 100)
        with self.assertRaises(AccessError):
            self.package.with_user(auditor).bonus = 1000
        manager = self.create_user('wallet_manager', 'membership_loyalty.group_membership_manager')
        self.package.with_user(manager).bonus = 30
