import time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestConversion(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.native = cls.create_program(
            cls.env, name="Old cards", is_membership=False, applies_on='both',
            rule_ids=[Command.create({'reward_point_mode': 'money', 'reward_point_split': False})])
        cls.manager = cls.create_user('member_manager', 'membership_loyalty.group_membership_manager')

    def card(self, points, partner=None, **values):
        return self.env['loyalty.card'].create({
            'program_id': self.native.id, 'points': points, 'partner_id': partner and partner.id, **values})

    def partner_named(self, name):
        return self.env['res.partner'].create({'name': name})

    def convert(self):
        wizard = self.env['membership.convert'].with_user(self.manager).create({
            'program_id': self.native.id, 'confirmed': True})
        wizard.action_convert()
        return wizard

    def test_points_become_opening_entries_and_codes_card_numbers(self):
        card = self.card(120, self.partner)
        rewards, rules = self.native.reward_ids, self.native.rule_ids
        self.convert()
        self.assertRecordValues(
            self.native, [{'is_membership': True, 'program_type': 'loyalty', 'applies_on': 'future'}])
        self.assertEqual((self.native.reward_ids, self.native.rule_ids), (rewards, rules), "Nothing was reset")
        self.assertEqual(card.points, 120)
        self.assertEqual(card.entry_ids.mapped(lambda e: (e.kind, e.amount, e.remaining)), [('opening', 120, 120)])
        self.assertEqual(card.tier_id.name, "Basic")
        self.assertEqual(card.membership_card_ids.number, card.code)
        self.assertEqual(self.env['membership.card']._identify(card.code).account_id, card)
        self.assertAuditClean()
        card._membership_post_single('redeem', -20, 'after', "After")
        self.assertEqual(card.points, 100)
        self.assertAuditClean()

    def test_split_rules_are_switched_off(self):
        # Native refuses it today; databases that were migrated have it.
        self.cr.execute("UPDATE loyalty_rule SET reward_point_split = TRUE WHERE id IN %s",
                        [tuple(self.native.rule_ids.ids)])
        self.env.invalidate_all()
        self.card(1, self.partner)
        self.convert()
        self.assertFalse(self.native.rule_ids.reward_point_split)

    def test_second_cards_of_a_contact_become_one_account_and_all_scan(self):
        first, second, third = (self.card(points, self.partner) for points in (100, 50.5, -20))
        history = self.env['loyalty.history'].create({'card_id': second.id, 'description': "Gift", 'issued': 50.5})
        self.convert()
        self.assertEqual(first.points, 130.5)
        self.assertEqual((second.active, second.points, third.active, third.points), (False, 0, False, 0))
        self.assertEqual(history.card_id, first)
        for card in (first, second, third):
            self.assertEqual(self.env['membership.card']._identify(card.code).account_id, first)
        self.assertEqual(self.native._membership_accounts(self.partner), {(self.native.id, self.partner.id): first})
        self.assertAuditClean()

    def test_a_balance_below_zero_opens_as_debt_that_the_next_points_pay(self):
        card = self.card(-30, self.partner)
        self.convert()
        self.assertEqual(card.debt, 30)
        card._membership_post_single('earn', 50, 'sale:1', "Sale")
        self.assertEqual((card.points, card.debt), (20, 0))
        self.assertAuditClean()

    def test_archived_and_expired_cards_keep_their_points_and_stay_out_of_use(self):
        archived = self.card(10, self.partner, active=False)
        expired = self.card(20, self.partner_named("Old"), expiration_date='2020-01-01')
        live = self.card(30, self.partner, expiration_date='2999-12-31')
        self.convert()
        self.assertEqual([c.active for c in (archived, expired, live)], [False, False, True])
        self.assertEqual([c.points for c in (archived, expired, live)], [10, 20, 30])
        self.assertEqual(str(live.entry_ids.expires_on), '2999-12-31')
        self.assertFalse(live.expiration_date)
        self.assertEqual(archived.with_context(active_test=False).membership_card_ids.state, 'frozen')
        self.assertAuditClean()

    def test_float_noise_is_rounded_to_two_decimals(self):
        card = self.card(0.1 + 0.2, self.partner)
        other = self.card(99.99999999999999, self.partner_named("Other"))
        nothing = self.card(0.001, self.partner_named("Nothing"))
        self.convert()
        self.assertEqual((card.points, other.points, nothing.points), (0.3, 100, 0))
        self.assertFalse(nothing.entry_ids)
        self.assertAuditClean()

    def test_a_card_without_contact_becomes_an_account_whose_card_scans(self):
        card = self.card(5)
        self.convert()
        self.assertTrue(card.active)
        self.assertEqual(self.env['membership.card']._identify(card.code).account_id, card)
        self.assertAuditClean()

    def test_doing_it_again_changes_nothing(self):
        card = self.card(120, self.partner)
        self.convert()
        before = (card.entry_ids.ids, card.membership_card_ids.ids, card.tier_change_ids.ids)
        self.native._membership_convert()
        self.assertEqual((card.entry_ids.ids, card.membership_card_ids.ids, card.tier_change_ids.ids), before)

    def test_the_preview_says_what_will_happen_and_changes_nothing(self):
        self.card(100, self.partner)
        self.card(50, self.partner)
        self.card(-5)
        self.card(7, self.partner, active=False)
        wizard = self.env['membership.convert'].with_user(self.manager).create({'program_id': self.native.id})
        self.assertRecordValues(wizard, [{
            'card_count': 4, 'archived_count': 1, 'anonymous_count': 1, 'duplicate_count': 1, 'points': 152,
            'negative_count': 1, 'debt': 5}])
        self.assertFalse(self.native.is_membership)
        with self.assertRaisesRegex(UserError, "Tick the box"):
            wizard.action_convert()

    def test_a_balance_that_is_not_a_number_stops_the_conversion(self):
        card = self.card(1, self.partner)
        self.env.flush_all()
        self.cr.execute("UPDATE loyalty_card SET points = 'NaN' WHERE id = %s", [card.id])
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, card.code):
            self.native._membership_convert()
        self.assertFalse(self.native.is_membership)

    def test_only_loyalty_cards_can_become_a_membership(self):
        promotion = self.env['loyalty.program'].create({'name': "Promotion", 'program_type': 'promotion'})
        with self.assertRaisesRegex(UserError, "not a loyalty card programme"):
            promotion._membership_convert()

    def test_only_a_manager_converts(self):
        user = self.create_user('member_user', 'membership_loyalty.group_membership_user',
                                'sales_team.group_sale_manager')
        with self.assertRaises(AccessError):
            self.env['membership.convert'].with_user(user).create({'program_id': self.native.id, 'confirmed': True})

    def test_a_thousand_cards_take_seconds(self):
        partners = self.env['res.partner'].create([{'name': f"Member {i}"} for i in range(950)])
        self.env['loyalty.card'].create([
            {'program_id': self.native.id, 'partner_id': (partners[i % 950]).id, 'points': i * 0.37 - 20}
            for i in range(1000)])
        total = self.native._conversion_preview()['points']
        self.env.flush_all()
        started = time.monotonic()
        self.convert()
        self.env.flush_all()
        self.assertLess(time.monotonic() - started, 10)
        accounts = self.native.coupon_ids
        self.assertEqual(len(accounts), 950)
        self.assertAlmostEqual(sum(accounts.mapped('points')), total, places=2)
        self.assertEqual(self.env['membership.card'].search_count([('program_id', '=', self.native.id)]), 1000)
        self.assertAuditClean()
