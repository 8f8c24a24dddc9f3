from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import MembershipCommon
from .common_sale import MembershipSaleCommon

SPENDS = {'holder_may_earn': True, 'holder_may_spend': True, 'holder_spend_limit': 0}


class FamilyCommon(MembershipCommon):
    """Ada owns an account; Ben is of her family; staff that adds and withdraws."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.create_user('family_user', 'membership_loyalty.group_membership_user')
        cls.manager = cls.create_user('family_manager', 'membership_loyalty.group_membership_manager')
        cls.ben = cls.env['res.partner'].create({'name': "Ben Family"})

    def wizard(self, user=None, **values):
        return self.env['membership.family.add'].with_user(user or self.user).create({
            'account_id': self.account.id, 'holder_id': self.ben.id, 'owner_agrees': True, **values})

    def add(self, holder=None, **permissions):
        return self.account._membership_add_holder(holder or self.ben, {**SPENDS, **permissions})

    def uses(self, partner):
        return self.program._membership_accounts(partner).get((self.program.id, partner.id))


@tagged('post_install', '-at_install')
class TestFamily(FamilyCommon):

    def test_a_family_member_uses_the_account_of_the_owner(self):
        self.wizard(holder_may_spend=True, holder_spend_limit=50).action_add()
        card = self.account.family_card_ids
        self.assertRecordValues(card, [{
            'holder_id': self.ben.id, 'partner_id': self.partner.id, 'kind': 'family', 'state': 'active',
            'holder_may_earn': True, 'holder_may_spend': True, 'holder_spend_limit': 50}])
        self.assertEqual((self.uses(self.ben), self.uses(self.partner)), (self.account, self.account))
        self.assertEqual(self.account.membership_user_ids, self.partner + self.ben)
        self.assertEqual(self.account._membership_members(), self.partner + self.ben)
        self.assertFalse(self.account.membership_card_id.holder_id, "The owner's card stays the account's card")
        self.assertEqual(self.env['res.partner'].search([('membership_card_number', '=', card.number)]), self.ben)

    def test_an_own_account_goes_before_the_family(self):
        own = self.program._enrol(self.ben)
        self.add()
        self.assertEqual(self.uses(self.ben), own)
        self.assertEqual(
            self.program._membership_accounts(self.ben + self.partner),
            {(self.program.id, self.ben.id): own, (self.program.id, self.partner.id): self.account})

    def test_who_is_no_family_member(self):
        with self.assertRaisesRegex(UserError, "that the owner agrees"):
            self.wizard(owner_agrees=False).action_add()
        with self.assertRaisesRegex(UserError, "owns this account"):
            self.wizard(holder_id=self.partner.id).action_add()
        self.add()
        other = self.program._enrol(self.env['res.partner'].create({'name': "Cleo"}))
        for account in (self.account, other):
            with self.subTest(account.partner_id.name), self.assertRaisesRegex(UserError, "already has the card"):
                self.wizard(account_id=account.id).action_add()

    def test_a_withdrawn_card_ends_it_at_once(self):
        card = self.add()
        card._replace()
        with self.assertRaises(AccessError):
            card.with_user(self.create_user('family_auditor', 'membership_loyalty.group_membership_auditor')) \
                .action_withdraw()
        new = card.replaced_by_id
        self.assertEqual((new.holder_id, new.holder_may_spend), (self.ben, True), "A new card is the same person's")
        new.with_user(self.user).action_withdraw()
        self.assertEqual((new.state, card.state), ('withdrawn', 'replaced'))
        self.assertFalse(self.uses(self.ben))
        with self.assertRaisesRegex(UserError, "cannot become"):
            new.with_user(self.user).action_activate()
        with self.assertRaisesRegex(UserError, "Only the card of a family member"):
            self.account.membership_card_id.with_user(self.user).action_withdraw()

    def test_permissions_are_those_of_the_person_not_of_the_card(self):
        card = self.add()
        second = self.env['membership.card']._issue(self.account, kind='plastic')
        second.sudo().holder_id = self.ben
        card.with_user(self.user).write({'holder_may_spend': False})
        self.assertFalse(second.holder_may_spend)
        with self.assertRaises(AccessError):
            card.with_user(self.user).holder_id = self.user.partner_id

    def test_family_members_have_the_prices_of_the_tier(self):
        prices, own = self.env['product.pricelist'].create([{'name': "Gold prices"}, {'name': "Own"}])
        self.gold.pricelist_id = prices
        self.add()
        cleo = self.env['res.partner'].create({'name': "Cleo", 'specific_property_product_pricelist': own.id})
        self.add(cleo)
        self.account._membership_move_to(self.gold, "Test")
        self.assertEqual(self.ben.specific_property_product_pricelist, prices)
        self.assertEqual(cleo.specific_property_product_pricelist, own, "One that was set by hand is left alone")
        self.account.family_card_ids.filtered(lambda card: card.holder_id == self.ben)._membership_withdraw()
        self.assertFalse(self.ben.specific_property_product_pricelist)

    def test_an_archived_contact_loses_the_family_card_until_it_is_back(self):
        card = self.add()
        self.ben.active = False
        self.assertEqual((card.state, self.account.membership_card_id.state), ('frozen', 'active'))
        self.ben.active = True
        self.assertEqual(card.state, 'active')

    def test_merging_contacts_keeps_the_family(self):
        self.add()
        twin = self.env['res.partner'].create({'name': "Ben's twin entry"})
        self.env['base.partner.merge.automatic.wizard']._merge((self.ben + twin).ids, twin)
        self.assertEqual(self.uses(twin), self.account)
        self.env['base.partner.merge.automatic.wizard']._merge((self.partner + twin).ids, self.partner)
        self.assertFalse(self.account.family_card_ids, "Who turns out to be the owner needs no permission")

    # ------------------------------------------------------------------ joining and leaving

    def joined(self, points=80):
        own = self.program._enrol(self.ben)
        own._membership_post_single('bonus', points, 'own', "Given", expires_on=date(2031, 1, 31))
        own._membership_post_single('bonus', 30, 'pending', "Pending", is_pending=True)
        self.account._membership_post_single('bonus', 5, 'family', "Given")
        wizard = self.wizard(join=True, holder_may_spend=True)
        self.assertEqual(wizard.own_account_id, own)
        wizard.action_add()
        return own

    def test_joining_moves_points_and_cards_and_closes_the_own_account(self):
        own = self.joined()
        self.assertEqual((own.active, own.points, own.family_joined_id), (False, 0, self.account))
        self.assertEqual((self.account.points, self.account.pending_points), (85, 30))
        self.assertIn((date(2031, 1, 31), 80), self.account.entry_ids.mapped(lambda e: (e.expires_on, e.remaining)))
        self.assertEqual(self.account.family_card_ids.mapped('kind'), ['virtual'], "The card in hand goes on working")
        self.assertEqual(self.uses(self.ben), self.account)
        own._membership_post_single('adjust', -10, 'late', "Refund of an old purchase")
        self.assertEqual((own.points, self.account.points), (0, 75), "What comes later moves on")
        self.assertAuditClean()

    def test_a_manager_reverses_it_as_far_as_points_are_left(self):
        own = self.joined()
        with self.assertRaises(AccessError):
            own.with_user(self.user).action_leave_family()
        self.account._membership_post_single('redeem', -25, 'spent', "Spent")
        own.with_user(self.manager).action_leave_family()
        self.assertEqual((own.active, own.points, self.account.points), (True, 60, 0))
        self.assertEqual(own.membership_card_ids.mapped('state'), ['active'])
        self.assertEqual((self.uses(self.ben), self.account.family_card_ids), (own, self.env['membership.card']))
        self.assertIn("60 Points of the 80 Points", ''.join(own.message_ids.mapped('body')))
        with self.assertRaisesRegex(UserError, "has not joined"):
            own.with_user(self.manager).action_leave_family()
        self.assertAuditClean()

    def test_nobody_joins_with_a_debt_or_a_family_of_their_own(self):
        own = self.program._enrol(self.ben)
        own._membership_post_single('adjust', -10, 'debt', "Debt")
        with self.assertRaisesRegex(UserError, "in debt by 10"):
            self.wizard(join=True).action_add()
        own._membership_post_single('adjust', 10, 'paid', "Paid")
        own._membership_add_holder(self.env['res.partner'].create({'name': "Cleo"}), SPENDS)
        with self.assertRaisesRegex(UserError, "has a family on the own account"):
            self.wizard(join=True).action_add()
        self.assertTrue(own.active)

    # ------------------------------------------------------------------ rights

    def test_who_may_not(self):
        for group in ('membership_loyalty.group_membership_auditor', 'sales_team.group_sale_salesman',
                      'base.group_portal'):
            with self.subTest(group), self.assertRaises(AccessError):
                self.wizard(user=self.create_user(f'no_{group}', group))
        self.program.company_id = self.env.company
        other = self.env['res.company'].create({'name': "Other"})
        stranger = self.create_user('family_stranger', 'membership_loyalty.group_membership_manager',
                                    company_id=other.id, company_ids=[Command.set(other.ids)])
        with self.assertRaises(AccessError):
            self.wizard(user=stranger).action_add()
        card = self.add()
        with self.assertRaises(AccessError):
            card.with_user(stranger).action_withdraw()
        self.assertEqual(card.state, 'active')


@tagged('post_install', '-at_install')
class TestFamilySale(MembershipSaleCommon, FamilyCommon):
    """Orders of a family member: on the owner's account, as far as the owner allows."""

    def test_an_order_earns_for_the_family_and_names_the_card(self):
        card = self.add()
        order = self.order(100, partner=self.ben)
        self.assertEqual(self.account.points, 100)
        self.assertRecordValues(self.account.purchase_ids, [{'membership_card_id': card.id, 'amount_total': 100}])
        card._membership_withdraw()
        order.order_line.price_unit = 50
        self.assertEqual(self.account.points, 50, "An order of former times is followed all the same")
        self.order(100, partner=self.ben)
        self.assertEqual(self.account.points, 50)
        self.assertAuditClean()

    def test_who_may_not_earn_still_counts_for_the_tier(self):
        self.add(holder_may_earn=False)
        order = self.order(100, partner=self.ben)
        self.assertEqual((self.account.points, self.account.purchase_ids.amount_total), (0, 100))
        self.credit(self.invoice(order))
        self.assertEqual((self.account.points, self.account.purchase_amount), (0, 0))

    def test_who_may_spend_does_up_to_the_months_limit(self):
        self.give(1000)
        card = self.add(holder_spend_limit=150)
        with freeze_time('2030-03-10 12:00'):
            order = self.quotation(100, partner=self.ben)
            self.claim(order)
            order.action_confirm()
            self.assertEqual(self.account.points, 1000 - 100 + 95)
            self.assertEqual(card._membership_spent_this_month(), 100)
            second = self.quotation(100, partner=self.ben)
            self.claim(second)
            with self.assertRaisesRegex(ValidationError, "may spend 150 Points .* in a month; 100 Points were spent"):
                second.action_confirm()
            order.order_line.filtered('product_uom_qty')[:1].product_uom_qty = 2
            self.credit(self.invoice(order))
            self.assertEqual(card._membership_spent_this_month(), 0)
            second.action_confirm()
        with freeze_time('2030-04-01 12:00'):
            self.assertEqual(card._membership_spent_this_month(), 0)

    def test_who_may_not_spend_is_offered_no_reward(self):
        self.give(1000)
        card = self.add(holder_may_spend=False)
        order = self.quotation(100, partner=self.ben)
        order._update_programs_and_rewards()
        self.assertFalse(order._get_claimable_rewards())
        card.holder_may_spend = True
        self.claim(order)
        card.holder_may_spend = False
        with self.assertRaisesRegex(ValidationError, "may not spend the points"):
            order.action_confirm()
        self.assertEqual(self.account.points, 1000)

    def test_a_stranger_is_not_served_from_a_family(self):
        self.give(1000)
        card = self.add()
        order = self.quotation(100, partner=self.ben)
        self.claim(order)
        card._membership_withdraw()
        with self.assertRaisesRegex(ValidationError, "is not paid with points of"):
            order.action_confirm()
        self.assertEqual(self.account.points, 1000)


@tagged('post_install', '-at_install')
class TestFamilyPortal(FamilyCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls.create_user('family_owner', 'base.group_portal', password='family_owner_pw')
        cls.own = cls.program._enrol(cls.owner.partner_id)
        cls.card = cls.own._membership_add_holder(cls.ben, SPENDS)

    def post(self, card, account=None, **values):
        self.authenticate('family_owner', 'family_owner_pw')
        page = self.url_open(f'/my/membership/{self.own.id}/family')
        token = page.text.split('name="csrf_token" value="')[-1].split('"')[0]
        return self.url_open(f'/my/membership/{(account or self.own).id}/family', {
            'csrf_token': token, 'card_id': card.id, **values})

    def test_the_owner_sees_the_family_and_switches_permissions(self):
        self.authenticate('family_owner', 'family_owner_pw')
        self.assertIn("Ben Family", self.url_open(f'/my/membership/{self.own.id}/family').text)
        self.post(self.card, may_earn='1', limit='40')
        self.assertRecordValues(self.card, [{
            'holder_may_earn': True, 'holder_may_spend': False, 'holder_spend_limit': 40}])
        self.assertIn("number of points", self.post(self.card, may_spend='1', limit='nan').text)
        self.assertIn("number of points", self.post(self.card, may_spend='1', limit='-4').text)
        self.assertFalse(self.card.holder_may_spend)
        self.post(self.card, withdraw='1')
        self.assertEqual(self.card.state, 'withdrawn')

    def test_nobody_touches_the_family_of_another(self):
        foreign = self.add(self.env['res.partner'].create({'name': "Cleo"}))
        self.post(foreign, withdraw='1')
        self.post(foreign, account=self.account, withdraw='1')
        self.assertEqual(foreign.state, 'active')
        self.assertNotIn(foreign.number, self.url_open(f'/my/membership/{self.account.id}/family').text)

    def test_a_family_member_sees_whose_card_this_is(self):
        member = self.create_user('family_ben', 'base.group_portal', password='family_ben_pw')
        self.own._membership_add_holder(member.partner_id, SPENDS)
        self.authenticate('family_ben', 'family_ben_pw')
        text = self.url_open('/my/membership').text
        self.assertIn("family of family_owner", text)
        self.assertNotIn("not a member yet", text)
        self.assertTrue(self.url_open(f'/my/membership/{self.own.id}/family').url.endswith('/my/membership'))
