from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestTierPaidPos(MembershipPosCommon):
    """A tier that is bought at the till, for a month. The till is never refused: the money is in the drawer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold.write({'entry': 'paid', 'paid_product_id': cls.shirt.id, 'paid_months': 1})

    def terms(self, order):
        return self.env['membership.tier.term'].search([('document_key', '=', order._membership_key())])

    def test_buying_it_leads_into_the_tier_and_giving_it_back_takes_it_away(self):
        order = self.sell(self.line(self.shirt), self.line(self.socks))
        self.assertEqual((self.account.tier_id, self.account.tier_basis), (self.gold, 'paid'))
        self.assertEqual(self.account.tier_until, self.terms(order).date_to)
        self.assertEqual(self.terms(order).price, 100)
        self.sell(self.refund_of(order.lines[1]))
        self.assertEqual(self.account.tier_id, self.gold, "The socks came back, not the tier")
        self.sell(self.refund_of(order.lines[0]))
        self.assertEqual(self.account.tier_id, self.basic)
        self.assertEqual(self.terms(order).state, 'returned')
        self.assertAuditClean()

    def test_sent_again_it_is_recorded_once(self):
        values = self.order_values(self.line(self.shirt))
        self.sync(values.copy())
        self.sync(values.copy())
        self.assertEqual(len(self.account.tier_term_ids), 1)

    def test_a_customer_who_is_no_member_becomes_one_and_earns_on_it(self):
        guest = self.env['res.partner'].create({'name': "Guest"})
        order = self.sell(self.line(self.shirt), partner=guest)
        account = self.program._membership_accounts(guest)[self.program.id, guest.id]
        self.assertEqual((account.tier_id, account.points), (self.gold, 100))
        self.assertEqual(self.terms(order).card_id, account)
        self.assertAuditClean()

    def test_a_customer_of_another_company_is_sold_it_and_no_member(self):
        self.program.company_id = self.company
        other = self.env['res.company'].create({'name': "Other"})
        guest = self.env['res.partner'].create({'name': "Guest"})
        guest.company_id = other
        order = self.sell(self.line(self.shirt), partner=guest.sudo())
        self.assertEqual(order.state, 'paid')
        self.assertFalse(self.terms(order))

    def test_without_a_customer_it_is_said_and_the_one_named_later_gets_it(self):
        order = self.sell(self.line(self.shirt), partner=self.env['res.partner'])
        self.assertIn("Gold was paid for", order.message_ids[0].body)
        guest = self.env['res.partner'].create({'name': "Guest"})
        order.partner_id = guest
        account = self.program._membership_accounts(guest)[self.program.id, guest.id]
        self.assertEqual((account.tier_id, account.points), (self.gold, 0), "No late claim of points by policy")

    def test_a_renewal_at_the_till_goes_on_from_the_end(self):
        first = self.terms(self.sell(self.line(self.shirt)))
        second = self.terms(self.sell(self.line(self.shirt)))
        self.assertEqual(second.date_from, first.date_to + timedelta(days=1))
        self.assertTrue(second.is_renewal)
        self.assertEqual(self.account.tier_until, second.date_to)

    def test_a_quotation_that_is_settled_sells_it_once_and_takes_it_back_from_the_till(self):
        self.cashier.group_ids += self.env.ref('sales_team.group_sale_salesman_all_leads')
        quotation = self.env['sale.order'].create({
            'partner_id': self.partner.id,
            'order_line': [Command.create({
                'product_id': self.shirt.id, 'price_unit': 100, 'tax_ids': [Command.clear()]})]})
        order = self.sell(self.line(
            self.shirt, sale_order_origin_id=quotation.id, sale_order_line_id=quotation.order_line.id))
        self.assertFalse(self.terms(order))
        self.assertEqual(self.terms(quotation).date_from, fields.Date.today())
        self.assertEqual(self.account.tier_id, self.gold)
        self.sell(self.refund_of(order.lines))
        self.assertEqual(self.terms(quotation).state, 'returned')
        self.assertEqual(self.account.tier_id, self.basic)
