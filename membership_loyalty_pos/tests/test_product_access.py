from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestProductAccessAtTheTill(MembershipPosCommon):
    """Products for members and prices of the member day: what the till is told, what the server says afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.access = cls.env['membership.product.access'].create({
            'name': "Gold collection", 'program_id': cls.program.id, 'tier_ids': [Command.set(cls.gold.ids)],
            'product_ids': [Command.set(cls.shirt.ids)], 'open_from': '2100-03-08'})

    def told(self, order):
        return order.message_ids.filtered(lambda message: "For members of Gold" in (message.body or ''))

    def test_the_till_is_told_the_rules_as_a_cashier_reads_them(self):
        rules = self.env['membership.product.access'].with_user(self.cashier)
        [row] = rules._load_pos_data_search_read({}, self.config.with_user(self.cashier))
        self.assertEqual(row['sentence'], "For members of Gold. For everybody from 03/08/2100 on.")
        self.assertEqual(row['till_conditions'], {
            'products': self.shirt.ids, 'categories': [], 'tiers': self.gold.ids, 'membersFrom': False,
            'openFrom': '2100-03-08'})
        with self.assertRaises(AccessError):
            self.access.with_user(self.cashier).name = "Mine"

    def test_a_paid_order_is_kept_and_told_to_the_manager(self):
        for partner in (self.partner, self.env['res.partner']):
            order = self.sell(self.line(self.shirt), self.line(self.socks), partner=partner)
            self.assertEqual(order.state, 'paid')
            self.assertEqual(len(self.told(order)), 1)
            self.assertIn("Shirt", self.told(order).body)
            self.assertNotIn("Socks", self.told(order).body)
            self.assertIn(self.manager.partner_id, self.told(order).notified_partner_ids)
        self.assertAuditClean()

    def test_nothing_is_told_of_those_who_may_and_of_returns(self):
        self.account._membership_move_to(self.gold, "Test")
        order = self.sell(self.line(self.shirt))
        self.assertFalse(self.told(order))
        self.account._membership_move_to(self.basic, "Test")
        self.assertFalse(self.told(self.sell(self.refund_of(order.lines))))

    def test_an_offline_order_is_judged_by_its_own_day(self):
        self.access.open_from = '2020-01-02'
        early = self.sell(self.line(self.shirt), date_order='2020-01-01 12:00:00')
        self.assertEqual(len(self.told(early)), 1)
        self.assertFalse(self.told(self.sell(self.line(self.shirt), date_order='2020-01-02 12:00:00')))

    def test_price_lists_of_member_days_are_loaded_before_the_day_begins(self):
        self.env['res.config.settings'].create({'group_product_pricelist': True}).execute()
        day_list, euro_list = self.env['product.pricelist'].create([
            {'name': "Day prices", 'currency_id': self.company.currency_id.id},
            {'name': "Another company's", 'currency_id': self.company.currency_id.id}])
        self.env['membership.price.day'].create([{
            'name': pricelist.name, 'program_id': self.program.id, 'pricelist_id': pricelist.id, 'wednesday': True,
        } for pricelist in (day_list, euro_list)])
        euro_list.company_id = self.env['res.company'].create({'name': "Other"})
        till_list = self.env['product.pricelist'].create({
            'name': "Till prices", 'currency_id': self.company.currency_id.id})
        self.config.write({
            'use_pricelist': True, 'pricelist_id': till_list.id,
            'available_pricelist_ids': [Command.set(till_list.ids)]})
        config = self.config.with_user(self.cashier)
        with freeze_time('2026-11-24 12:00:00'):
            self.assertIn(day_list, config._get_available_pricelists())
            self.assertNotIn(euro_list, config._get_available_pricelists().sudo())
            self.assertTrue(self.program.with_user(self.cashier).has_price_days)
            partner = self.partner.with_user(self.cashier)
            self.assertNotEqual(partner.property_product_pricelist, day_list)
        partner.invalidate_recordset()
        with freeze_time('2026-11-25 12:00:00'):
            rows = partner.read(['property_product_pricelist'], load=False)
            self.assertEqual(rows[0]['property_product_pricelist'], day_list.id)
