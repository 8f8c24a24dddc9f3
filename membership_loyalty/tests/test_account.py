from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestAccount(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user('member_manager', 'membership_loyalty.group_membership_manager')
        cls.silver_list, cls.gold_list, cls.own_list = cls.env['product.pricelist'].create(
            [{'name': name} for name in ("Silver prices", "Gold prices", "Own prices")])
        cls.silver = cls.env['membership.tier'].create({
            'name': "Silver", 'program_id': cls.program.id, 'sequence': 15, 'pricelist_id': cls.silver_list.id})
        cls.gold.pricelist_id = cls.gold_list

    def adjust(self, amount, **values):
        return self.env['membership.adjust'].with_user(self.manager).create({
            'account_id': self.account.id, 'amount': amount, 'reason': "Forgotten receipt", **values})

    def move(self, tier, reason="Goodwill"):
        self.env['membership.tier.move'].with_user(self.manager).create({
            'account_ids': self.account.ids, 'tier_id': tier.id, 'reason': reason}).action_apply()

    @property
    def pricelist(self):
        return self.partner.specific_property_product_pricelist

    # adjustments

    def test_an_adjustment_is_an_entry_with_its_reason_and_author(self):
        self.adjust(50).action_apply()
        entry = self.account.entry_ids
        self.assertRecordValues(entry, [{
            'kind': 'adjust', 'amount': 50, 'description': "Correction: Forgotten receipt",
            'create_uid': self.manager.id}])
        self.assertEqual(self.account.points, 50)
        self.assertAuditClean()

    def test_a_second_click_posts_nothing(self):
        wizard = self.adjust(50)
        wizard.action_apply()
        wizard.action_apply()
        self.assertEqual(self.account.points, 50)

    def test_an_adjustment_is_undone_by_a_reversing_entry_once(self):
        self.adjust(50).action_apply()
        entry = self.account.entry_ids.with_user(self.manager)
        entry.action_undo()
        self.assertEqual(self.account.points, 0)
        self.assertEqual(
            self.account.entry_ids.sorted('id').mapped(lambda e: (e.kind, e.amount, e.is_reversal)),
            [('adjust', 50, False), ('adjust', -50, True)])
        with self.assertRaisesRegex(UserError, "undone before"):
            entry.action_undo()
        self.assertAuditClean()

    def test_taking_points_is_undone_as_well(self):
        self.adjust(50).action_apply()
        self.adjust(-20).action_apply()
        self.account.entry_ids.filtered(lambda e: e.amount == -20).with_user(self.manager).action_undo()
        self.assertEqual(self.account.points, 50)
        self.assertAuditClean()

    def test_only_adjustments_are_undone_here(self):
        entry = self.account._membership_post_single('earn', 5, 'sale:1', "Sale")
        with self.assertRaisesRegex(UserError, "Only an adjustment"):
            entry.with_user(self.manager).action_undo()

    def test_senseless_adjustments_are_refused(self):
        for values, message in (
            ({'amount': 0}, "how many points"),
            ({'amount': 0.001}, "how many points"),
            ({'amount': 5, 'reason': "  "}, "Say why"),
            ({'amount': -1}, "would be -1"),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self.adjust(**values).action_apply()
        for amount in ('nan', 'inf', '-inf'):
            with self.subTest(amount), self.assertRaisesRegex(UserError, "Enter a number"):
                self.adjust(float(amount)).action_apply()
        self.assertFalse(self.account.entry_ids)

    def test_debt_is_made_only_when_meant(self):
        self.adjust(-10, allow_debt=True).action_apply()
        self.assertEqual((self.account.points, self.account.debt), (-10, 10))
        indebted = self.env['loyalty.card'].search([('debt', '>', 5), ('program_id', '=', self.program.id)])
        self.assertEqual(indebted, self.account)

    def test_a_native_card_is_not_adjusted_here(self):
        program = self.create_program(self.env, name="Native", is_membership=False)
        card = self.env['loyalty.card'].create({'program_id': program.id})
        with self.assertRaisesRegex(UserError, "not a member's account"):
            self.adjust(5, account_id=card.id).action_apply()

    # the account's page

    def test_the_form_shows_pending_and_expiring_points(self):
        self.account._membership_post_single('earn', 30, 'soon', "Soon", expires_on='2999-01-31')
        self.account._membership_post_single('earn', 50, 'late', "Late", expires_on='2999-12-31')
        self.account._membership_post_single('earn', 7, 'pending', "Pending", is_pending=True)
        view = 'membership_loyalty.membership_account_view_form'
        with Form(self.account.with_user(self.manager), view) as form:
            self.assertEqual((form.pending_points, form.expiring_points), (7, 30))
            self.assertEqual(form.points_display, "80 Points")
        self.assertEqual(self.account.display_name, "Ada Member · Club")

    def test_a_statement_starts_where_the_last_one_ended(self):
        self.account._membership_post_single('earn', 100, 'a', "A", date=date(2025, 1, 10))
        self.account._membership_post_single('redeem', -30, 'b', "B", date=date(2025, 2, 10))
        january = self.account._membership_statement('2025-01-01', '2025-01-31')
        february = self.account._membership_statement('2025-02-01', '2025-02-28')
        self.assertEqual((january['opening'], january['closing']), (0, 100))
        self.assertEqual((february['opening'], february['closing']), (100, 70))
        self.assertEqual(february['entries'].document_key, 'b')

    # tiers and prices

    def test_a_move_is_kept_with_its_reason_and_brings_the_prices(self):
        self.move(self.gold, "Goodwill after a complaint")
        change = self.account.tier_change_ids[0]
        self.assertRecordValues(change, [{
            'old_tier_id': self.basic.id, 'new_tier_id': self.gold.id, 'reason': "Goodwill after a complaint",
            'create_uid': self.manager.id}])
        self.assertEqual(self.pricelist, self.gold_list)

    def test_the_former_price_list_comes_back_after_several_tiers(self):
        self.partner.specific_property_product_pricelist = self.own_list
        for tier in (self.silver, self.gold, self.basic):
            self.move(tier)
        self.assertEqual(self.pricelist, self.own_list)

    def test_a_price_list_set_by_hand_is_never_replaced_in_silence(self):
        self.partner.specific_property_product_pricelist = self.own_list
        self.move(self.gold)
        self.assertIn("Own prices was set by hand", self.account.message_ids[0].body)
        self.assertEqual(self.pricelist, self.gold_list)

    def test_a_price_list_set_by_hand_meanwhile_is_kept_when_the_tier_has_none(self):
        self.move(self.gold)
        self.partner.specific_property_product_pricelist = self.own_list
        self.move(self.basic)
        self.assertEqual(self.pricelist, self.own_list)
        self.assertIn("is kept", self.account.message_ids[0].body)

    def test_no_price_list_comes_back_where_there_was_none(self):
        self.move(self.gold)
        self.move(self.basic)
        self.assertFalse(self.pricelist)

    def test_a_new_member_gets_the_prices_of_the_first_tier(self):
        self.program.default_tier_id = self.silver
        partner = self.env['res.partner'].create({'name': "New"})
        self.program._enrol(partner)
        self.assertEqual(partner.specific_property_product_pricelist, self.silver_list)

    def test_a_contact_of_a_company_leaves_the_companys_prices_alone(self):
        company = self.env['res.partner'].create({'name': "Employer", 'is_company': True})
        self.partner.parent_id = company
        self.move(self.gold)
        self.assertFalse(company.specific_property_product_pricelist)
        self.assertIn("Employer", self.account.message_ids[0].body)

    def test_prices_are_those_of_the_programmes_company(self):
        other = self.env['res.company'].create({'name': "Other"})
        self.move(self.gold)
        self.assertFalse(self.partner.with_company(other).specific_property_product_pricelist)

    def test_a_tier_of_another_programme_is_refused(self):
        tier = self.create_program(self.env, name="Second").tier_ids.create({
            'name': "Foreign", 'program_id': self.create_program(self.env, name="Third").id})
        with self.assertRaisesRegex(UserError, "does not belong"):
            self.move(tier)

    def test_only_a_manager_moves_members_and_undoes_adjustments(self):
        user = self.create_user('member_user', 'membership_loyalty.group_membership_user')
        with self.assertRaises(AccessError):
            self.env['membership.tier.move'].with_user(user).create({})
        self.adjust(5).action_apply()
        with self.assertRaises(AccessError):
            self.account.entry_ids.with_user(user).action_undo()
