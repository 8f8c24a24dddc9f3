from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MembershipCommon


@tagged('post_install', '-at_install')
@freeze_time('2026-03-10')
class TestTierOverride(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user('tier_manager', 'membership_loyalty.group_membership_manager')

    def move(self, tier, **values):
        self.env['membership.tier.move'].with_user(self.manager).create({
            'account_ids': self.account.ids, 'tier_id': tier.id, 'reason': "Goodwill", **values}).action_apply()

    def test_a_tier_is_held_by_hand_until_a_day(self):
        self.move(self.gold, until='2026-12-31')
        self.assertRecordValues(self.account, [{
            'tier_id': self.gold.id, 'tier_basis': 'manual', 'tier_until': date(2026, 12, 31)}])
        self.assertRecordValues(self.account.tier_change_ids.sorted('id')[-1], [{
            'basis': 'manual', 'rule': 'override', 'until': date(2026, 12, 31), 'reason': "Goodwill",
            'create_uid': self.manager.id}])

    def test_the_tier_a_member_has_is_held_by_hand_as_well(self):
        self.move(self.basic, until='2026-06-30')
        self.assertRecordValues(self.account, [{
            'tier_id': self.basic.id, 'tier_basis': 'manual', 'tier_until': date(2026, 6, 30)}])

    def test_without_an_end_it_is_for_good(self):
        self.move(self.gold)
        self.assertRecordValues(self.account, [{'tier_basis': 'manual', 'tier_until': False}])

    def test_an_end_that_is_over_is_refused(self):
        self.move(self.gold, until='2026-03-10')
        with self.assertRaisesRegex(UserError, "over already"):
            self.move(self.basic, until='2026-03-09')
        self.assertEqual(self.account.tier_id, self.gold)

    def test_after_its_end_purchases_decide(self):
        self.gold.enter_spend = 1000
        self.move(self.gold, until='2026-12-31')
        review = self.env['membership.tier.review']
        for day, tier in (('2026-12-31', self.gold), ('2027-01-01', self.basic)):
            with self.subTest(day), freeze_time(day):
                while review._job_batch()[0]:
                    pass
                self.assertEqual(self.account.tier_id, tier)
