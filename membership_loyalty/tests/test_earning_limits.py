from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestEarningLimits(MembershipSaleCommon):
    """At most so many points per order, day, month, and of the programme's budget."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time('2026-11-22 04:00:00'))

    def points(self, *orders):
        return [self.moved(order).get('earn', 0) for order in orders]

    def steps(self, order):
        purchase = self.env['membership.purchase'].search([('document_key', '=', f'sale.order:{order.id}')])
        return [(step['code'], float(step['points'])) for step in (purchase.explanation or {'steps': []})['steps']]

    def used(self):
        self.program.invalidate_recordset(['earn_budget_used'])
        return self.program.earn_budget_used

    def test_an_order_earns_at_most_its_limit(self):
        self.program.earn_cap_order = 120.9
        orders = self.order(100), self.order(200)
        self.assertEqual(self.points(*orders), [100, 120])
        self.assertEqual(self.steps(orders[1]), [('base', 200), ('order_cap', -80)])

    def test_a_day_has_room_until_it_is_used_up(self):
        self.program.earn_cap_day = 150
        orders = self.order(100), self.order(100), self.order(100)
        self.assertEqual(self.points(*orders), [100, 50, 0])
        self.assertEqual(self.steps(orders[1]), [('base', 100), ('day_cap', -50)])
        with freeze_time('2026-11-23 04:00:00'):
            self.assertEqual(self.points(self.order(100)), [100])

    def test_a_month_has_room_until_it_is_used_up(self):
        self.program.write({'earn_cap_day': 150, 'earn_cap_month': 200})
        self.order(200)
        with freeze_time('2026-11-23 04:00:00'):
            order = self.order(200)
            self.assertEqual(self.points(order), [50])
            self.assertEqual(self.steps(order), [('base', 200), ('day_cap', -50), ('month_cap', -100)])
        with freeze_time('2026-12-01 04:00:00'):
            self.assertEqual(self.points(self.order(200)), [150])

    def test_editing_and_posting_again_count_once(self):
        self.program.earn_cap_day = 150
        first, second = self.order(100), self.order(100)
        first.sudo()._membership_post()
        second.sudo()._membership_post()
        self.assertEqual(self.points(first, second), [100, 50])
        first.order_line.product_uom_qty = 3
        self.assertEqual(self.points(first, second), [100, 50], "The room is used up")
        with freeze_time('2026-12-24 04:00:00'):
            second.sudo()._membership_post()
            second.order_line.product_uom_qty = 2
        self.assertEqual(self.points(first, second), [100, 50], "Another day does not bring the room of its own")

    def test_what_is_taken_back_gives_room(self):
        self.program.earn_cap_day = 150
        first = self.order(100)
        self.credit(self.invoice(first), {0: 40})
        self.assertEqual(self.points(first), [60])
        second = self.order(100)
        self.assertEqual(self.points(second), [90])
        second._action_cancel()
        self.assertEqual(self.points(self.order(100)), [90])

    def test_a_limited_order_gives_back_in_proportion(self):
        self.program.earn_cap_day = 150
        order = self.order(300)
        self.credit(self.invoice(order), {0: 100})
        self.assertEqual(self.points(order), [100])

    def test_orders_confirmed_together_share_the_room(self):
        self.program.earn_cap_day = 150
        orders = self.quotation(100) | self.quotation(100)
        orders.action_confirm()
        self.assertEqual(self.points(*orders), [100, 50])

    def test_limits_are_those_of_the_day_of_the_order(self):
        order = self.order(300)
        self.program.earn_cap_day = 150
        order.sudo()._membership_post()
        self.assertEqual(self.points(order), [300])
        self.assertEqual(self.points(self.order(100)), [0])

    def test_members_do_not_share_their_limits(self):
        self.program.earn_cap_day = 150
        self.order(300)
        grace = self.env['res.partner'].create({'name': "Grace"})
        self.program._enrol(grace)
        self.assertEqual(self.points(self.order(100, partner=grace)), [100])

    # ------------------------------------------------------------------ budget

    def test_a_budget_is_given_away_once(self):
        self.program.earn_budget = 250
        first, second, third = self.order(200), self.order(200), self.order(200)
        self.assertEqual(self.points(first, second, third), [200, 50, 0])
        self.assertEqual(self.steps(second), [('base', 200), ('budget', -150)])
        self.assertEqual(self.used(), 250)
        second.sudo()._membership_post()
        self.assertEqual((self.points(second), self.used()), ([50], 250))

    def test_a_refund_gives_back_to_the_budget(self):
        self.program.earn_budget = 250
        order, limited = self.order(200), self.order(200)
        self.credit(self.invoice(limited), {0: 100})
        self.assertEqual((self.points(limited), self.used()), ([25], 225))
        order._action_cancel()
        self.assertEqual(self.used(), 25)
        self.assertEqual(self.points(self.order(300)), [225])

    def test_each_period_has_its_own_budget(self):
        self.program.write({'earn_budget': 250, 'earn_budget_period': 'month'})
        self.order(200)
        with freeze_time('2026-12-01 04:00:00'):
            self.assertEqual((self.points(self.order(300)), self.used()), ([250], 250))

    def test_a_budget_set_later_knows_what_was_given_before(self):
        self.order(200)
        self.program.earn_budget = 250
        self.assertEqual(self.used(), 200)
        with freeze_time('2026-12-01 04:00:00'):
            self.order(20)
            self.program.earn_budget_period = 'month'
            self.assertEqual(self.used(), 20)
            self.program.earn_budget = 300
            self.assertEqual(self.used(), 20)

    def test_bonuses_are_not_of_the_budget(self):
        self.program.earn_budget = 250
        self.give(1000)
        self.assertEqual(self.used(), 0)

    def test_sales_cost_a_query_each_for_what_is_set_up(self):
        def cost(**values):
            self.program.write(values)
            order = self.quotation(100)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            order.action_confirm()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        cost()
        plain = cost()
        self.assertEqual(cost(earn_cap_order=5000, earn_factor_cap=9), plain)
        self.assertLessEqual(cost(earn_budget=100000) - plain, 3, "Preview and order read the use, one adds to it")
        self.assertLessEqual(
            cost(earn_budget=0, earn_cap_day=5000, earn_cap_month=9000) - plain, 4,
            "Locks and adds up, for ledger and facts")
        self.program.multiplier_ids = [Command.create({'name': "Never", 'date_to': '2020-01-01'})]
        self.assertLessEqual(cost(earn_cap_day=0, earn_cap_month=0) - plain, 4, "Reads the multipliers")
