from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestProductAccess(MembershipSaleCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club_shoe = cls.create_article("Club shoe")
        cls.access = cls.env['membership.product.access'].create({
            'name': "Gold collection", 'program_id': cls.program.id, 'tier_ids': [Command.set(cls.gold.ids)],
            'product_ids': [Command.set(cls.club_shoe.ids)]})
        cls.golden = cls.env['res.partner'].create({'name': "Gail Golden"})
        cls.program._enrol(cls.golden, tier=cls.gold)
        cls.sales_manager = cls.create_user(
            'access_manager', 'sales_team.group_sale_manager', company_id=cls.env.company.id)

    def shoe_order(self, partner=None, **values):
        return self.quotation(partner=partner, order_line=[
            Command.create({'product_id': product.id}) for product in (self.article, self.club_shoe)], **values)

    def assertRefused(self, order, words="Club shoe: For members of Gold."):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            order.action_confirm()
        self.assertIn(words, str(caught.exception))
        self.assertIn("remove the article", str(caught.exception))
        self.assertEqual(order.state, 'draft')

    def test_exclusive_articles_are_for_the_tier(self):
        order = self.shoe_order()
        self.assertIn("Club shoe: For members of Gold.", order.membership_access_refusal)
        self.assertRefused(order)
        self.assertRefused(self.shoe_order(partner=self.env['res.partner'].create({'name': "Stranger"})))
        golden = self.shoe_order(partner=self.golden)
        self.assertFalse(golden.membership_access_refusal)
        golden.action_confirm()
        self.assertEqual(golden.state, 'sale')

    def test_the_tier_on_the_day_of_the_order_counts(self):
        order = self.shoe_order()
        self.account._membership_move_to(self.gold, "Test")
        order.action_confirm()
        self.assertEqual(order.state, 'sale')

    def test_early_access_by_day(self):
        self.access.write({'members_from': '2027-03-01', 'open_from': '2027-03-08'})
        for moment, gold, everybody in (
                ('2027-02-28 23:59:59', False, False), ('2027-03-01 00:00:00', True, False),
                ('2027-03-07 23:59:59', True, False), ('2027-03-08 00:00:00', True, True)):
            with self.subTest(moment), freeze_time(moment):
                for partner, allowed in ((self.golden, gold), (self.partner, everybody)):
                    order = self.shoe_order(partner=partner)
                    if allowed:
                        order.action_confirm()
                        self.assertEqual(order.state, 'sale')
                    else:
                        self.assertRefused(order, "For everybody from 03/08/2027 on.")

    def test_categories_with_those_below_and_whoever_one_rule_lets(self):
        top = self.env['product.category'].create({'name': "Club"})
        self.club_shoe.categ_id = self.env['product.category'].create({'name': "Shoes", 'parent_id': top.id})
        self.access.write({'product_ids': [Command.clear()], 'categ_ids': [Command.set(top.ids)]})
        self.assertRefused(self.shoe_order())
        self.access.copy({'name': "All members", 'tier_ids': [Command.clear()]})
        self.shoe_order().action_confirm()
        self.assertRefused(self.shoe_order(partner=self.env['res.partner'].create({'name': "Stranger"})))

    def test_a_confirmed_order_gets_none_of_it_later(self):
        order = self.order(100)
        with self.assertRaisesRegex(UserError, "For members of Gold"), self.env.cr.savepoint():
            order.order_line = [Command.create({'product_id': self.club_shoe.id})]
        golden = self.shoe_order(partner=self.golden)
        golden.action_confirm()
        line = golden.order_line[1]
        self.golden.invalidate_recordset()
        self.program._membership_accounts(self.golden)[self.program.id, self.golden.id]._membership_move_to(
            self.basic, "Test")
        line.product_uom_qty = 0.5  # less is always possible
        with self.assertRaisesRegex(UserError, "For members of Gold"), self.env.cr.savepoint():
            line.product_uom_qty = 2
        with self.assertRaisesRegex(UserError, "For members of Gold"), self.env.cr.savepoint():
            golden.partner_id = self.partner

    def test_a_manager_makes_an_exception_that_the_order_tells(self):
        order = self.shoe_order()
        with self.assertRaises(AccessError):
            order.membership_access_reason = "A friend"
        with self.assertRaises(AccessError):
            self.shoe_order(membership_access_reason="A friend")
        order.with_user(self.sales_manager).membership_access_reason = "Damaged, sent again"
        order.action_confirm()
        self.assertEqual(order.state, 'sale')
        bodies = ' '.join(order.message_ids.mapped('body'))
        self.assertIn("Club shoe", bodies)
        self.assertIn("Damaged, sent again", bodies)

    def payment(self, order, **values):
        provider = self.env['payment.provider'].sudo().create({'name': "Provider", 'code': 'none'})
        method = self.env['payment.method'].sudo().with_context(active_test=False).search([], limit=1)
        return self.env['payment.transaction'].sudo().create({
            'provider_id': provider.id, 'payment_method_id': method.id, 'reference': f'test-{order.id}',
            'amount': order.amount_total, 'currency_id': order.currency_id.id, 'partner_id': order.partner_id.id,
            'sale_order_ids': [Command.set(order.ids)], **values})

    def test_the_portal_refuses_before_it_takes_money(self):
        with self.assertRaisesRegex(UserError, "For members of Gold"), self.env.cr.savepoint():
            self.payment(self.shoe_order())
        self.assertTrue(self.payment(self.shoe_order(partner=self.golden)))

    def test_what_is_paid_online_is_not_refused_but_told(self):
        order = self.shoe_order(partner=self.golden)
        payment = self.payment(order)
        self.program._membership_accounts(self.golden)[self.program.id, self.golden.id]._membership_move_to(
            self.basic, "Test")
        payment.state = 'done'
        order.action_confirm()
        self.assertEqual(order.state, 'sale')
        self.assertIn("Paid by somebody", ' '.join(order.message_ids.mapped('body')))

    def test_rewards_and_returns_are_no_purchases(self):
        order = self.quotation(100)
        order.order_line = [Command.create({'product_id': self.club_shoe.id, 'product_uom_qty': -1})]
        order.action_confirm()
        self.assertEqual(order.state, 'sale')

    def test_another_company_is_not_concerned(self):
        other = self.env['res.company'].create({'name': "Other", 'currency_id': self.env.company.currency_id.id})
        self.program.company_id = self.env.company
        refusals = self.env['membership.product.access']._membership_refusals
        self.assertTrue(refusals(self.partner, self.club_shoe, self.env.company))
        self.assertFalse(refusals(self.partner, self.club_shoe, other))
        manager = self.create_user(
            'other_manager', 'membership_loyalty.group_membership_manager', company_id=other.id,
            company_ids=[Command.set(other.ids)])
        with self.assertRaises(AccessError):
            self.access.with_user(manager).read(['name'])

    def test_without_rules_it_costs_no_query(self):
        self.access.unlink()
        refusals = self.env['membership.product.access']._membership_refusals
        refusals(self.partner, self.club_shoe, self.env.company)
        with self.assertQueryCount(0):
            refusals(self.partner, self.club_shoe, self.env.company)

    def test_rights_and_mistakes(self):
        auditor = self.create_user('access_auditor', 'membership_loyalty.group_membership_auditor')
        self.assertEqual(self.access.with_user(auditor).sentence, "For members of Gold.")
        with self.assertRaises(AccessError):
            self.access.with_user(auditor).name = "Mine"
        with self.assertRaisesRegex(ValidationError, "has no articles"):
            self.access.product_ids = False
        strange = self.env['membership.tier'].create({
            'name': "Strange", 'program_id': self.create_program(self.env, name="Other club").id})
        with self.assertRaisesRegex(ValidationError, "must be of"):
            self.access.tier_ids = strange

    def test_the_tier_says_what_it_gives(self):
        self.assertEqual(self.gold.benefit_summary, "Gold: 2x points, exclusive: Gold collection")
        self.assertFalse(self.basic.benefit_summary)
