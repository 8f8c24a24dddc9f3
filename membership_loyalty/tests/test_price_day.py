from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_sale import MembershipSaleCommon

WEDNESDAY, THURSDAY = '2026-11-25 12:00:00', '2026-11-26 12:00:00'


@tagged('post_install', '-at_install')
class TestPriceDay(MembershipSaleCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.config.settings'].create({'group_product_pricelist': True}).execute()
        cls.day_list, cls.gold_list, cls.own_list = cls.env['product.pricelist'].create([{
            'name': name, 'currency_id': cls.program.currency_id.id,
            'item_ids': [Command.create({'compute_price': 'percentage', 'percent_price': percent})],
        } for name, percent in (("Day prices", 20), ("Gold prices", 10), ("Own prices", 5))])
        cls.day = cls.env['membership.price.day'].create({
            'name': "Wednesday prices", 'program_id': cls.program.id, 'pricelist_id': cls.day_list.id,
            'tier_ids': [Command.set(cls.gold.ids)], 'wednesday': True})
        cls.account._membership_move_to(cls.gold, "Test")
        cls.stranger = cls.env['res.partner'].create({'name': "Stranger"})

    def price_list(self, partner=None):
        partner = (partner or self.partner).with_company(self.env.company)
        partner.invalidate_recordset(['property_product_pricelist'])
        return partner.property_product_pricelist

    @freeze_time(WEDNESDAY)
    def test_on_the_day_a_quotation_has_its_prices_and_keeps_them(self):
        order = self.env['sale.order'].with_user(self.salesman).create({
            'partner_id': self.partner.id, 'order_line': [Command.create({'product_id': self.article.id})]})
        self.assertEqual((order.pricelist_id, order.amount_total), (self.day_list, 80))
        with freeze_time(THURSDAY):
            order.order_line.product_uom_qty = 2
            order.action_confirm()
        self.assertEqual((order.pricelist_id, order.amount_total), (self.day_list, 160))

    def test_only_the_day_only_the_tier_only_members(self):
        self.gold.pricelist_id = self.gold_list
        basic = self.env['res.partner'].create({'name': "Basic"})
        self.program._enrol(basic)
        ordinary = self.price_list(self.stranger)
        for moment, gold, other in (
                (WEDNESDAY, self.day_list, ordinary), (THURSDAY, self.gold_list, ordinary)):
            with freeze_time(moment):
                self.assertEqual(self.price_list(), gold)
                self.assertEqual(self.price_list(basic), other)
                self.assertEqual(self.price_list(self.stranger), other)

    def test_the_day_begins_at_midnight_in_the_programmes_time_zone(self):
        self.program.membership_tz = 'Asia/Shanghai'  # Wednesday is Tuesday 16:00 to Wednesday 16:00 UTC
        for moment, is_day in (('2026-11-24 15:59:59', False), ('2026-11-24 16:00:00', True),
                               ('2026-11-25 15:59:59', True), ('2026-11-25 16:00:00', False)):
            with self.subTest(moment), freeze_time(moment):
                self.assertEqual(self.price_list() == self.day_list, is_day)

    def test_days_of_the_month_and_dates(self):
        self.day.write({'wednesday': False, 'month_days': "1, 25", 'date_from': '2026-11-20', 'date_to': '2026-12-01'})
        for moment, is_day in (('2026-11-01', False), ('2026-11-25', True), ('2026-11-26', False),
                               ('2026-12-01', True), ('2026-12-25', False)):
            with self.subTest(moment), freeze_time(moment):
                self.assertEqual(self.price_list() == self.day_list, is_day)

    @freeze_time(WEDNESDAY)
    def test_contacts_and_family_of_a_member_have_the_prices(self):
        firm = self.env['res.partner'].create({'name': "Firm", 'is_company': True})
        buyer = self.env['res.partner'].create({'name': "Buyer", 'parent_id': firm.id})
        self.program._enrol(firm, tier=self.gold)
        child = self.env['res.partner'].create({'name': "Child"})
        self.account._membership_add_holder(child, {})
        self.assertEqual(self.price_list(buyer) | self.price_list(child), self.day_list)

    @freeze_time(WEDNESDAY)
    def test_saving_a_contact_on_the_day_does_not_make_its_prices_the_contacts_own(self):
        self.partner.specific_property_product_pricelist = self.own_list
        with Form(self.partner, view='base.view_partner_form') as form:
            form.country_id = self.env.ref('base.fr')
        self.assertEqual(self.partner.specific_property_product_pricelist, self.own_list)

    @freeze_time(WEDNESDAY)
    def test_where_nothing_is_on_today_nobody_pays_for_it_and_strangers_pay_one_query(self):
        def queries():
            self.stranger.invalidate_recordset(['property_product_pricelist'])
            before = self.env.cr.sql_log_count
            self.stranger.mapped('property_product_pricelist')
            return self.env.cr.sql_log_count - before

        queries()
        with_day = queries()
        self.day.active = False
        self.env.flush_all()
        queries()
        self.assertLessEqual(with_day - queries(), 2)
        self.day.active = True
        self.env.flush_all()
        with freeze_time(THURSDAY):
            queries()
            another_day = queries()
        self.day.active = False
        self.env.flush_all()
        queries()
        self.assertEqual(another_day, queries())

    @freeze_time(WEDNESDAY)
    def test_another_company_sees_and_has_none_of_it(self):
        other = self.env['res.company'].create({'name': "Other", 'currency_id': self.env.company.currency_id.id})
        self.program.company_id = self.env.company
        self.assertNotEqual(self.partner.with_company(other).property_product_pricelist, self.day_list)
        manager = self.create_user(
            'other_manager', 'membership_loyalty.group_membership_manager', company_id=other.id,
            company_ids=[Command.set(other.ids)])
        self.assertFalse(self.env['membership.price.day'].with_user(manager).search([]))
        with self.assertRaises(AccessError):
            self.day.with_user(manager).read(['name'])

    def test_an_auditor_reads_and_does_not_write(self):
        auditor = self.create_user('day_auditor', 'membership_loyalty.group_membership_auditor')
        day = self.day.with_user(auditor)
        self.assertEqual(day.name, "Wednesday prices")
        with self.assertRaises(AccessError):
            day.name = "Mine"
        with self.assertRaises(AccessError):
            self.day.with_user(self.salesman).read(['name'])

    def test_mistakes_are_said(self):
        with self.assertRaisesRegex(ValidationError, "has no days"):
            self.day.wednesday = False
        with self.assertRaisesRegex(ValidationError, "cannot be read"):
            self.day.month_days = "32"
        euro = self.env['product.pricelist'].create({
            'name': "Other money", 'currency_id': self.env['res.currency'].with_context(active_test=False).search(
                [('id', '!=', self.program.currency_id.id)], limit=1).id})
        with self.assertRaisesRegex(ValidationError, "programme's currency"):
            self.day.pricelist_id = euro
