from datetime import date

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools import terms as terms_tool
from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestEarningMultipliers(MembershipSaleCommon):
    """Sunday, 22 November 2026, in Shanghai: what a confirmed order of 100 earns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.membership_tz = 'Asia/Shanghai'
        cls.startClassPatcher(freeze_time('2026-11-22 04:00:00'))
        cls.drinks = cls.env['product.category'].create({'name': "Drinks"})
        cls.teas = cls.env['product.category'].create({'name': "Teas", 'parent_id': cls.drinks.id})
        cls.tea = cls.create_article("Tea", categ_id=cls.teas.id)

    def multiplier(self, factor=2, **values):
        return self.env['membership.multiplier'].create({
            'name': values.pop('name', "Member day"), 'program_id': self.program.id, 'factor': factor, **values})

    def explained(self, order):
        """Return [(code, points)] of the explanation of an order."""
        key = f'sale.order:{order.id}'
        purchase = self.env['membership.purchase'].search([('document_key', '=', key)])
        steps = (purchase.explanation or {'steps': []})['steps']
        return [(step['code'], float(step['points'])) for step in steps]

    def enrolled_in(self, tier):
        self.partner = self.env['res.partner'].create({'name': "Grace Gold"})
        self.account = self.program._enrol(self.partner, tier=tier)

    def test_each_condition_by_itself_and_all_of_them_together(self):
        shop = self.env['membership.shop'].create({'name': "Harbour", 'code': 'H1'})
        cases = [
            ({}, True),
            ({'sunday': True}, True),
            ({'saturday': True, 'monday': True}, False),
            ({'month_days': "1, 22"}, True),
            ({'month_days': "21"}, False),
            ({'date_from': '2026-11-22', 'date_to': '2026-11-22'}, True),
            ({'date_from': '2026-11-23'}, False),
            ({'date_to': '2026-11-21'}, False),
            ({'channel': 'sale'}, True),
            ({'channel': 'pos'}, False),
            ({'shop_ids': shop.ids}, False),
            ({'tier_ids': self.basic.ids}, True),
            ({'tier_ids': self.gold.ids}, False),
            ({'birthday': 'month'}, False),
            ({'categ_ids': self.drinks.ids}, False),
            ({'product_ids': self.article.ids, 'sunday': True, 'tier_ids': self.basic.ids}, True),
            ({'sunday': True, 'tier_ids': self.gold.ids}, False),
        ]
        for values, applies in cases:
            with self.subTest(values):
                multiplier = self.multiplier(**{
                    name: [Command.set(value)] if isinstance(value, list) else value for name, value in values.items()})
                self.assertEqual(self.moved(self.order(100)), {'earn': 200 if applies else 100})
                multiplier.active = False

    def test_the_day_is_that_of_the_programmes_time_zone(self):
        self.multiplier(sunday=True)
        for moment, points in (
            ('2026-11-21 15:59:59', 100), ('2026-11-21 16:00:00', 200), ('2026-11-22 16:00:00', 100),
        ):
            with self.subTest(moment), freeze_time(moment):
                self.assertEqual(self.moved(self.order(100)), {'earn': points})

    def test_a_birthday_counts_when_it_was_known_for_thirty_days(self):
        self.multiplier(birthday='month')
        for known, points in (('2026-10-31', 200), ('2026-11-01', 100)):
            partner = self.env['res.partner'].create({'name': known})
            self.program._enrol(partner)
            with freeze_time(known):
                partner.membership_birthday = '1990-11-30'
            self.assertEqual(self.moved(self.order(100, partner=partner)), {'earn': points}, known)

    def test_the_first_purchase_is_the_first_one_only(self):
        self.multiplier(5, first_purchase=True)
        first = self.order(100)
        self.assertEqual(self.moved(first), {'earn': 500})
        self.assertEqual(self.moved(self.order(100)), {'earn': 100})
        first.order_line.product_uom_qty = 2
        self.assertEqual(self.moved(first), {'earn': 1000}, "An edit does not make it the second")

    def test_some_articles_only_with_the_categories_below(self):
        self.multiplier(3, name="Tea week", categ_ids=[Command.set(self.drinks.ids)])
        order = self.quotation(100, 50)
        order.order_line[1].product_id = self.tea
        order.order_line[1].price_unit = 50
        order.action_confirm()
        self.assertEqual(self.moved(order), {'earn': 250})
        self.assertEqual(self.explained(order), [('base', 150), ('multiplier', 100)])

    def test_best_or_multiplied_and_never_more_than_the_cap(self):
        self.enrolled_in(self.gold)
        self.multiplier(3)
        cases = [
            ('best', 0, 300, [('base', 100), ('multiplier', 200)]),
            ('multiply', 0, 600, [('base', 100), ('tier', 100), ('multiplier', 400)]),
            ('multiply', 5, 500, [('base', 100), ('tier', 100), ('multiplier', 400), ('factor_cap', -100)]),
            ('best', 2.5, 250, [('base', 100), ('multiplier', 200), ('factor_cap', -50)]),
        ]
        for stacking, cap, points, steps in cases:
            with self.subTest(stacking=stacking, cap=cap):
                self.program.write({'earn_stacking': stacking, 'earn_factor_cap': cap})
                order = self.order(100)
                self.assertEqual((self.moved(order), self.explained(order)), ({'earn': points}, steps))

    def test_articles_that_earn_nothing_or_more(self):
        self.program.product_rate_ids = [
            Command.create({'product_ids': self.tea.ids, 'rate': 1, 'sequence': 1}),
            Command.create({'categ_ids': self.drinks.ids, 'rate': 0, 'sequence': 2}),
            Command.create({'product_ids': self.article.ids, 'rate': 1.5, 'sequence': 3})]
        water = self.create_article("Water", categ_id=self.drinks.id)
        order = self.quotation(100)
        order.write({'order_line': [
            Command.create({'product_id': product.id, 'price_unit': 10}) for product in (self.tea, water)]})
        order.action_confirm()
        self.assertEqual(self.moved(order), {'earn': 160})
        self.assertEqual(self.explained(order), [('base', 120), ('rates', 40)])

    def test_prices_without_tax(self):
        self.program.earn_on = 'excluded'
        self.article.taxes_id = self.env['account.tax'].create({'name': "19 %", 'amount': 19})
        order = self.order(100)
        self.assertEqual(order.amount_total, 119)
        self.assertEqual(self.moved(order), {'earn': 100})
        self.assertEqual(self.env['membership.purchase'].search(
            [('document_key', '=', f'sale.order:{order.id}')]).base_amount, 100)
        self.credit(self.invoice(order), {0: 50})
        self.assertEqual(self.moved(order), {'earn': 50})

    def test_an_order_keeps_the_terms_of_its_day(self):
        self.multiplier(sunday=True)
        tea_week = self.multiplier(3, name="Tea week", product_ids=[Command.set(self.tea.ids)])
        order = self.order(100)
        self.assertEqual(self.moved(order), {'earn': 200})
        with freeze_time('2026-11-24 04:00:00'):
            self.program.write({'earn_stacking': 'multiply', 'earn_cap_order': 10, 'earn_budget': 1})
            self.program.multiplier_ids.filtered('sunday').unlink()
            order.order_line.product_uom_qty = 2
            self.assertEqual(self.moved(order), {'earn': 400})
            order.write({'order_line': [Command.create({'product_id': self.tea.id, 'price_unit': 10})]})
            self.assertEqual(self.moved(order), {'earn': 430}, "The tea joins the campaign that held that day")
            tea_week.factor = 9
            self.assertEqual(self.moved(order), {'earn': 430})

    def test_terms_of_before_are_still_understood(self):
        order = self.order(100)
        stored = order.sudo().membership_terms_ids
        stored.rules = {name: stored.rules[name] for name in ('rules', 'multiplier', 'digits', 'method')}
        order.order_line.product_uom_qty = 2
        self.assertEqual(self.moved(order), {'earn': 200})
        self.assertEqual(terms_tool.load(stored.rules).factors, {})

    def test_a_quotation_tells_what_it_will_earn(self):
        self.multiplier(sunday=True)
        order = self.quotation(100)
        order._update_programs_and_rewards()
        self.assertEqual(order.coupon_point_ids.mapped('points'), [200])

    def test_the_order_and_the_ledger_explain_their_points(self):
        self.multiplier(sunday=True)
        order = self.order(100)
        html = order.membership_explanation
        for text in ("Member day: 2 times", "+100", ">200</th>"):
            self.assertIn(text, html)
        entry = self.account.entry_ids.filtered(lambda entry: entry.kind == 'earn')
        action = entry.action_explain()
        self.assertEqual(action['res_model'], 'membership.purchase')
        self.assertIn("Member day", self.env['membership.purchase'].browse(action['res_id']).explanation_html)
        self.program.multiplier_ids.active = False
        self.assertFalse(self.order(100).membership_explanation, "Nothing to explain")

    def test_the_form_says_it_in_words(self):
        with Form(self.env['membership.multiplier'].with_context(default_program_id=self.program.id)) as form:
            form.name, form.factor, form.month_days = "Member day", 3, "1, 22"
            form.tier_ids.add(self.gold)
            self.assertEqual(
                form.sentence,
                "Members earn 3 times the points.\nOnly on these days of the month: 1, 22.\nOnly for: Gold.")
        self.program.write({'earn_cap_day': 500, 'redeem_max_share': 30})
        self.assertIn("at most 500 points a day", self.program.earning_summary)
        self.assertIn("Points pay at most 30 %", self.program.earning_summary)

    @mute_logger('odoo.sql_db')
    def test_what_cannot_be_meant_is_refused(self):
        other = self.create_program(self.env, name="Other")
        stranger = self.env['membership.tier'].create({'name': "Theirs", 'program_id': other.id})
        for values in ({'factor': 1}, {'factor': 101}, {'date_from': '2026-02-01', 'date_to': '2026-01-31'}):
            with self.subTest(values), self.assertRaises(CheckViolation):
                self.multiplier(**values)
        for values in ({'month_days': "32"}, {'month_days': "Monday"}, {'tier_ids': stranger.ids}):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.multiplier(**values)
        for values in ({'earn_factor_cap': 0.5}, {'earn_cap_day': -1}, {'redeem_max_share': 101}, {'redeem_step': -1}):
            with self.subTest(values), self.assertRaises(CheckViolation):
                self.program.write(values)
                self.program.flush_recordset()
        with self.assertRaisesRegex(ValidationError, "Choose the products"):
            self.env['membership.product.rate'].create({'program_id': self.program.id, 'rate': 0})

    def test_managers_set_them_up_auditors_read_salesmen_do_neither(self):
        multiplier = self.multiplier(sunday=True)
        manager = self.create_user('multiplier_manager', 'membership_loyalty.group_membership_manager')
        auditor = self.create_user('multiplier_auditor', 'membership_loyalty.group_membership_auditor')
        multiplier.with_user(manager).factor = 3
        self.assertEqual(multiplier.with_user(auditor).factor, 3)
        for user, values in ((auditor, {'factor': 4}), (self.salesman, {'factor': 4})):
            with self.assertRaises(AccessError):
                multiplier.with_user(user).write(values)
        self.assertEqual(self.moved(self.order(100)), {'earn': 300}, "The salesman's order knows it all the same")

    def test_another_company_does_not_see_them(self):
        multiplier = self.multiplier(sunday=True)
        self.program.company_id = self.env.company
        company = self.env['res.company'].create({'name': "Other shop"})
        stranger = self.create_user(
            'multiplier_stranger', 'membership_loyalty.group_membership_manager', company_id=company.id,
            company_ids=[Command.set(company.ids)])
        self.assertFalse(self.env['membership.multiplier'].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            multiplier.with_user(stranger).factor = 9

    def test_nothing_set_up_costs_nothing(self):
        order = self.order(100)
        terms = order.sudo().membership_terms_ids._terms(order.order_line.product_id)
        self.env.flush_all()
        self.assertFalse(self.program.has_multipliers, "Read once with the programme")
        with self.assertQueryCount(0):
            occasion = self.account._membership_occasion(order.date_order, 'sale')
            self.program._membership_earning_terms(self.article, occasion)
            self.program._membership_limited(terms.earn([]), terms, self.account, 'x')
        self.assertEqual(occasion.day, date(2026, 11, 22))
