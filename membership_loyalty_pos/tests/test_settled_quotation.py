from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestSettledQuotation(MembershipPosCommon):
    """A quotation that is paid at the till earns as the sale order that it is. Needs pos_sale."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo itself asks for a salesperson's rights here.
        cls.cashier.group_ids += cls.env.ref('sales_team.group_sale_salesman_all_leads')
        cls.quotation = cls.env['sale.order'].create({
            'partner_id': cls.partner.id,
            'order_line': [
                Command.create({'product_id': product.id, 'product_uom_qty': qty, 'price_unit': product.lst_price,
                                'tax_ids': [Command.clear()]})
                for product, qty in ((cls.shirt, 1), (cls.socks, 10))]})

    def settled(self, line):
        return self.line(
            line.product_id, line.product_uom_qty, sale_order_origin_id=line.order_id.id, sale_order_line_id=line.id)

    def entries_of_quotation(self):
        return self.env['membership.ledger.entry'].search([('document_key', '=', self.quotation._membership_key())])

    def test_it_earns_once(self):
        order = self.sell(*(self.settled(line) for line in self.quotation.order_line), self.line(self.gift))
        self.assertEqual(self.quotation.state, 'sale')
        self.assertEqual(self.moved(order), [(self.account, 'earn', 8)], "The till's own article")
        self.assertEqual(self.entries_of_quotation().amount, 200)
        self.assertEqual(self.account.points, 208)
        self.assertEqual(self.purchase(order).amount_total, 8)
        self.assertAuditClean()

    def test_what_comes_back_to_the_till_reaches_the_sale_order(self):
        order = self.sell(*(self.settled(line) for line in self.quotation.order_line))
        shirt, socks = order.lines
        refund = self.sell(self.refund_of(shirt))
        self.assertEqual(self.moved(refund), [(self.account, 'earn', -100)])
        purchase = self.purchase(refund)
        self.assertEqual(
            (purchase.amount_total, purchase.origin_key), (-100, self.quotation._membership_key()))
        self.sell(self.refund_of(socks))
        self.assertEqual(self.account.points, 0)
        self.assertAuditClean()

    def test_cancelling_the_order_afterwards_takes_nothing_back_twice(self):
        order = self.sell(*(self.settled(line) for line in self.quotation.order_line))
        self.sell(self.refund_of(order.lines[0]))
        self.assertEqual(self.account.points, 100)
        self.quotation._action_cancel()
        self.assertEqual(self.account.points, 0)
        self.assertAuditClean()

    def test_half_of_it_settled_is_half_of_it_back(self):
        self.quotation.action_confirm()
        order = self.sell(self.settled(self.quotation.order_line[0]))
        self.sell(self.refund_of(order.lines))
        self.assertEqual(self.account.points, 100)

    def test_what_is_paid_is_confirmed_for_lack_of_points_too(self):
        self.give_points(100)
        self.quotation._update_programs_and_rewards()
        self.quotation._apply_program_reward(self.fixed, self.account)
        reward = self.quotation.order_line.filtered('reward_id')
        self.account._membership_post_single('adjust', -60, 'test:gone', "Spent elsewhere")
        goods = self.quotation.order_line - reward
        order = self.sell(*(self.settled(line) for line in goods), self.line(
            reward.product_id, 1, -5, sale_order_origin_id=self.quotation.id, sale_order_line_id=reward.id,
            reward_id=self.fixed.id))
        self.assertEqual((order.state, self.quotation.state), ('paid', 'sale'))
        self.assertEqual(
            sorted((entry.kind, entry.amount) for entry in self.entries_of_quotation()),
            [('earn', 195), ('redeem', -100)])
        self.assertFalse(self.moved(order), "The sale order charges its reward, the till does not charge it again")
        self.assertEqual(self.account.points, 135)
        self.assertAuditClean()

    def test_a_reward_disguised_as_settled_is_charged(self):
        self.give_points(500)
        bare = self.sell(self.line(self.shirt), self.reward(self.fixed, 5, sale_order_origin_id=self.quotation.id))
        self.assertEqual(self.moved(bare)[-1], (self.account, 'redeem', -100))
        self.quotation._apply_program_reward(self.fixed, self.account)
        reward = self.quotation.order_line.filtered('reward_id')
        for _time in range(2):
            order = self.sell(self.line(self.shirt), self.reward(
                self.fixed, 5, sale_order_origin_id=self.quotation.id, sale_order_line_id=reward.id))
        self.assertEqual(self.moved(order)[-1], (self.account, 'redeem', -100), "Settled once, not twice")

    def test_what_is_paid_is_confirmed_though_it_was_for_other_members(self):
        self.env['membership.product.access'].create({
            'name': "Gold collection", 'program_id': self.program.id, 'tier_ids': [Command.set(self.gold.ids)],
            'product_ids': [Command.set(self.shirt.ids)]})
        order = self.sell(*(self.settled(line) for line in self.quotation.order_line))
        self.assertEqual((order.state, self.quotation.state), ('paid', 'sale'))
        self.assertIn("Paid by somebody", ' '.join(self.quotation.message_ids.mapped('body')))
