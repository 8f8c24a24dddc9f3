from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipPosCommon

JOB = 'membership.points.release'


@tagged('post_install', '-at_install')
class TestPointsPending(MembershipPosCommon):
    """Points of the till wait their days; the till knows what can be spent, and nothing else."""

    def balance(self):
        self.account.invalidate_recordset()
        return self.account.points, self.account.pending_points

    def test_points_of_the_till_wait_their_days_and_for_no_invoice(self):
        self.program.write({'points_pending_days': 14, 'points_pending_event': 'paid'})
        with freeze_time('2026-11-01 12:00:00'):
            self.give_points(60)
            values = self.order_values(self.line(self.shirt))
            answer = self.sync(values)
            cards = {card['id']: card['points'] for card in answer['loyalty.card']}
            self.assertEqual(cards[self.account.id], 60, "The till hears what can be spent")
            self.assertEqual(self.balance(), (60, 100))
        with freeze_time('2026-11-15 12:00:00'):
            self.run_job(JOB)
        self.assertEqual(self.balance(), (160, 0))
        self.assertAuditClean()

    def test_goods_that_come_back_take_their_pending_points_with_them(self):
        self.program.points_pending_days = 14
        order = self.sell(self.line(self.shirt), self.line(self.socks))
        self.assertEqual(self.balance(), (0, 110))
        self.sell(self.refund_of(order.lines[0]))
        self.assertEqual(self.balance(), (0, 10))
        self.assertAuditClean()

    def test_a_quotation_paid_at_the_till_waits_for_no_invoice_of_its_own(self):
        self.program.points_pending_event = 'paid'
        self.cashier.group_ids += self.env.ref('sales_team.group_sale_salesman_all_leads')
        quotation = self.env['sale.order'].create({
            'partner_id': self.partner.id,
            'order_line': [Command.create({'product_id': self.shirt.id, 'tax_ids': [Command.clear()]})]})
        line = quotation.order_line
        self.sell(self.line(line.product_id, sale_order_origin_id=quotation.id, sale_order_line_id=line.id))
        self.run_job(JOB)
        self.assertEqual(self.balance(), (100, 0))
        self.assertAuditClean()
