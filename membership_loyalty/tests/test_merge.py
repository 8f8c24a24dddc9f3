from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestMerge(MembershipSaleCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.env['res.partner'].create({'name': "Ada M.", 'phone': "+1 212 555 0100"})
        cls.twin_account = cls.program._enrol(cls.twin)
        cls.clerk = cls.create_user(
            'membership_clerk', 'base.group_user', 'base.group_partner_manager',
            company_id=cls.env.company.id)

    def merge(self, *sources, into=None):
        """Merge contacts as a clerk does, in the native wizard."""
        into = into or self.partner
        wizard = self.env['base.partner.merge.automatic.wizard'].with_user(self.clerk)
        partners = self.env['res.partner'].concat(*sources, into)
        partners.email = 'ada@example.com'
        wizard._merge(partners.ids, into.with_user(self.clerk))
        self.env.invalidate_all()

    def open_credits(self, account):
        return sorted((entry.remaining, str(entry.expires_on or '')) for entry in account.entry_ids if entry.remaining)

    def test_points_move_with_their_own_expiry(self):
        self.give(50, expires_on=date(2099, 6, 30))
        self.give(70, account=self.twin_account, key='soon', expires_on=date(2099, 3, 31))
        self.give(30, account=self.twin_account, key='never')
        self.give(20, account=self.twin_account, key='late', expires_on=date(2099, 12, 31))
        self.twin_account._membership_post_single('redeem', -15, 'spent', "Spent")
        self.merge(self.twin)
        self.assertEqual((self.account.points, self.twin_account.points), (155, 0))
        self.assertEqual(
            self.open_credits(self.account), [(20, '2099-12-31'), (30, ''), (50, '2099-06-30'), (55, '2099-03-31')])
        moved = self.twin_account.entry_ids.filtered(lambda entry: entry.kind == 'transfer')
        self.assertEqual(sorted(moved.mapped('amount')), [-55, -30, -20])

    def test_points_not_yet_to_be_spent_stay_so(self):
        self.give(40, account=self.twin_account, key='pending', is_pending=True, available_from=date(2099, 1, 1))
        self.merge(self.twin)
        self.assertEqual(self.account.points, 0)
        entry = self.account.entry_ids.filtered('is_pending')
        self.assertEqual((entry.remaining, entry.available_from), (40, date(2099, 1, 1)))
        self.assertFalse(self.open_credits(self.twin_account))

    def test_a_debt_moves_too(self):
        self.give(100)
        self.twin_account._membership_post_single('redeem', -30, 'spent', "Spent")
        self.merge(self.twin)
        self.assertEqual((self.account.points, self.twin_account.points), (70, 0))

    def test_the_old_plastic_still_works(self):
        card = self.env['membership.card'].search([('account_id', '=', self.twin_account.id)])
        self.merge(self.twin)
        self.assertEqual(self.env['membership.card']._identify(card.number).account_id, self.account)
        self.assertEqual((card.partner_id, card.state), (self.partner, 'active'))
        self.assertFalse(self.twin_account.active)
        self.assertEqual(self.twin_account.merged_into_id, self.account)

    def test_where_only_the_source_is_a_member_it_brings_its_account(self):
        self.give(100, account=self.twin_account, key='twin')
        stranger = self.env['res.partner'].create({'name': "Ada"})
        self.merge(self.twin, into=stranger)
        self.assertEqual((self.twin_account.partner_id, self.twin_account.points), (stranger, 100))
        self.assertTrue(self.twin_account.active)
        self.assertEqual(self.twin_account.membership_card_ids.partner_id, stranger)

    def test_three_contacts_become_one(self):
        third = self.env['res.partner'].create({'name': "A. Member"})
        self.give(10)
        self.give(20, account=self.twin_account, key='twin')
        self.give(40, account=self.program._enrol(third), key='third')
        self.merge(self.twin, third)
        self.assertEqual(self.account.points, 70)

    def test_merging_again_moves_nothing_twice(self):
        self.give(20, account=self.twin_account, key='twin')
        self.merge(self.twin)
        self.assertFalse(self.twin_account._membership_sweep())
        self.assertEqual(self.account.points, 20)

    def test_the_higher_tier_is_kept(self):
        self.twin_account._membership_move_to(self.gold, "Good customer")
        self.merge(self.twin)
        self.assertEqual(self.account.tier_id, self.gold)
        self.assertIn("Merged with", self.account.tier_change_ids.sorted('id')[-1:].reason)

    def test_purchases_follow_the_person(self):
        self.order(100)
        self.order(50, partner=self.twin)
        self.merge(self.twin)
        self.assertEqual(sorted(self.account.purchase_ids.mapped('amount_total')), [50, 100])

    def test_the_refund_of_an_old_order_reaches_the_account_that_is_left(self):
        self.give(100, account=self.twin_account, key='twin', expires_on=date(2099, 3, 31))
        order = self.quotation(5, partner=self.twin)
        self.claim(order)
        order.action_confirm()
        bought = self.order(45, partner=self.twin)
        invoices = self.invoice(order), self.invoice(bought)
        self.merge(self.twin)
        self.assertEqual(self.account.points, 45)
        self.credit(invoices[0])
        self.assertEqual(self.open_credits(self.account), [(45, ''), (100, '2099-03-31')])
        self.credit(invoices[1])
        self.assertEqual((self.account.points, self.twin_account.points), (100, 0))
        self.assertEqual(sorted(self.account.purchase_ids.mapped('amount_total')), [-45, 0, 0, 45])

    def test_an_old_order_is_edited_and_cancelled_after_the_merge(self):
        order = self.order(100, partner=self.twin)
        self.merge(self.twin)
        order.order_line.product_uom_qty = 2
        self.assertEqual(self.account.points, 200)
        order._action_cancel()
        self.assertEqual((self.account.points, self.twin_account.points), (0, 0))

    def test_a_quotation_with_a_reward_is_paid_from_the_account_that_is_left(self):
        self.give(100, account=self.twin_account, key='twin')
        order = self.quotation(50, partner=self.twin)
        self.claim(order)
        self.merge(self.twin)
        order.action_confirm()
        self.assertEqual(self.account.points, 45)

    def test_merged_twice_in_a_row(self):
        self.give(10, account=self.twin_account, key='twin')
        self.merge(self.twin)
        last = self.env['res.partner'].create({'name': "Ada at last"})
        account = self.program._enrol(last)
        order = self.order(100)
        self.merge(self.partner, into=last)
        self.assertEqual(account.points, 110)
        order._action_cancel()
        self.give(5, account=self.twin_account, key='stray')
        self.assertEqual((account.points, self.account.points, self.twin_account.points), (15, 0, 0))

    def test_cards_of_native_programmes_are_merged_as_ever(self):
        native = self.create_program(self.env, name="Native", is_membership=False)
        cards = self.env['loyalty.card'].create([
            {'program_id': native.id, 'partner_id': partner.id, 'points': 7} for partner in (self.partner, self.twin)])
        self.merge(self.twin)
        self.assertEqual((cards[0].points, cards[1].active), (14, False))

    def test_nobody_merges_accounts_by_hand(self):
        with self.assertRaises(AccessError):
            self.twin_account.write({'merged_into_id': self.account.id})


@tagged('post_install', '-at_install')
class TestMemberContact(MembershipSaleCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.env['membership.card'].search([('account_id', '=', cls.account.id)])
        cls.clerk = cls.create_user('membership_clerk', 'base.group_user', 'base.group_partner_manager')

    def test_cards_of_an_archived_contact_are_frozen_until_it_is_back(self):
        self.give(10)
        self.partner.with_user(self.clerk).action_archive()
        self.assertEqual((self.card.state, self.account.points), ('frozen', 10))
        self.assertIn("archived", self.account.message_ids[0].body)
        self.partner.with_user(self.clerk).action_unarchive()
        self.assertEqual(self.card.state, 'active')

    def test_a_card_frozen_before_stays_frozen(self):
        self.card.action_freeze()
        self.partner.action_archive()
        self.partner.action_unarchive()
        self.assertEqual(self.card.state, 'frozen')

    def test_the_contact_of_a_member_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Ada Member.*Archive the contact"):
            self.partner.with_user(self.clerk).unlink()

    def test_other_contacts_are_deleted_as_ever(self):
        self.env['res.partner'].create({'name': "Passer-by"}).with_user(self.clerk).unlink()
