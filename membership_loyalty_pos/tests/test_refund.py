from odoo.tests import tagged

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestRefund(MembershipPosCommon):

    def refund(self, *lines, **values):
        """Send a refund as the till does; its lines tell nothing of rewards."""
        return self.sell(*lines, is_refund=True, **values)

    def posted_by(self, order):
        return sorted((kind, amount) for _card, kind, amount in self.moved(order))

    def test_a_full_refund_takes_back_all_that_was_earned(self):
        sale = self.sell(self.line(self.shirt), self.line(self.socks))
        refund = self.refund(*(self.refund_of(line) for line in sale.lines))
        self.assertEqual(self.posted_by(refund), [('earn', -110)])
        self.assertEqual(self.entries(refund).is_reversal, True)
        self.assertEqual(self.account.points, 0)
        self.assertAuditClean()

    def test_many_small_refunds_end_where_one_full_refund_ends(self):
        sale = self.sell(self.line(self.socks, 3, price=9.99))
        self.assertEqual(self.account.points, 29)
        steps = [self.posted_by(self.refund(self.refund_of(sale.lines, 1))) for _step in range(3)]
        self.assertEqual(steps, [[('earn', -10)], [('earn', -10)], [('earn', -9)]])
        self.assertEqual(self.account.points, 0)
        self.assertAuditClean()

    def test_spent_points_come_back_with_the_goods(self):
        self.give_points(100)
        sale = self.sell(self.line(self.shirt), self.line(self.socks, 10), self.reward(self.fixed, 5))
        self.assertEqual(self.account.points, 195)
        half = self.refund(self.refund_of(sale.lines[0]))
        self.assertEqual(self.posted_by(half), [('earn', -98), ('redeem', 50)])
        rest = self.refund(self.refund_of(sale.lines[1]))
        self.assertEqual(self.posted_by(rest), [('earn', -97), ('redeem', 50)])
        self.assertEqual(self.account.points, 100)
        self.assertAuditClean()

    def test_restored_points_are_the_very_ones_that_were_spent(self):
        self.give_points(100)
        sale = self.sell(self.line(self.shirt), self.reward(self.fixed, 5))
        self.refund(self.refund_of(sale.lines[0]))
        first = self.env['membership.ledger.entry'].search([('card_id', '=', self.account.id)], order='id', limit=1)
        self.assertEqual((first.amount, first.remaining), (100, 100))

    def test_a_back_office_refund_with_its_reward_line_does_the_same(self):
        self.give_points(100)
        sale = self.sell(self.line(self.shirt), self.reward(self.fixed, 5))
        refund = sale._refund()
        self.assertEqual(refund.lines.mapped('points_cost'), [0, 100])
        refund.add_payment({
            'pos_order_id': refund.id, 'amount': refund.amount_total, 'payment_method_id': self.bank.id})
        refund.action_pos_order_paid()
        self.assertEqual(self.posted_by(refund), [('earn', -95), ('redeem', 100)])
        self.assertEqual(self.account.points, 100)
        self.assertAuditClean()

    def test_the_refund_is_a_negative_purchase_within_the_sale(self):
        self.give_points(100)
        sale = self.sell(self.line(self.shirt), self.reward(self.fixed, 5))
        refund = self.refund(self.refund_of(sale.lines[0]))
        self.assertEqual(refund.amount_total, -100)
        purchase = self.purchase(refund)
        self.assertEqual(
            (purchase.card_id, purchase.amount_total, purchase.base_amount, purchase.is_refund, purchase.origin_key),
            (self.account, -95, -95, True, sale._membership_key()))
        self.assertAuditClean()

    def test_an_exchange_takes_back_and_earns(self):
        sale = self.sell(self.line(self.shirt))
        exchange = self.sell(self.refund_of(sale.lines), self.line(self.socks, 12))
        self.assertEqual(self.posted_by(exchange), [('earn', -100), ('earn', 120)])
        self.assertEqual(self.account.points, 120)
        self.assertEqual(self.purchase(exchange).amount_total, 120)
        self.assertEqual(exchange.membership_info[0]['earned'], 20)
        self.refund(self.refund_of(exchange.lines[1]))
        self.assertEqual(self.account.points, 0)
        self.assertAuditClean()

    def test_more_than_was_sold_cannot_come_back(self):
        sale = self.sell(self.line(self.socks))
        self.refund(self.refund_of(sale.lines, 5))
        self.refund(self.refund_of(sale.lines, 5))
        self.assertEqual(self.account.points, 0)

    def test_the_price_on_the_refund_does_not_matter(self):
        sale = self.sell(self.line(self.shirt), self.line(self.socks, 10))
        self.refund(self.refund_of(sale.lines[0], total=-1))
        self.assertEqual(self.account.points, 100)

    def test_points_are_taken_from_who_earned_them(self):
        other = self.env['res.partner'].create({'name': "Bob Member"})
        account = self.program._enrol(other)
        sale = self.sell(self.line(self.shirt))
        refund = self.refund(self.refund_of(sale.lines), partner=other)
        self.assertEqual((self.account.points, account.points), (0, 0))
        self.assertEqual(self.moved(refund), [(self.account, 'earn', -100)])
        anonymous = self.refund(self.refund_of(sale.lines), partner=self.env['res.partner'])
        self.assertFalse(self.moved(anonymous))

    def test_the_rate_of_that_day_counts(self):
        sale = self.sell(self.line(self.shirt))
        self.program.rule_ids.reward_point_amount = 10
        self.env.cr.execute('UPDATE loyalty_card SET tier_id = %s WHERE id = %s', [self.gold.id, self.account.id])
        self.account.invalidate_recordset()
        self.program.pos_ok = False
        refund = self.refund(self.refund_of(sale.lines))
        self.assertEqual(self.posted_by(refund), [('earn', -100)])

    def test_spent_points_that_are_taken_back_become_debt(self):
        sale = self.sell(self.line(self.shirt))
        self.sell(self.line(self.socks), self.reward(self.fixed, 5))
        self.refund(self.refund_of(sale.lines))
        self.assertEqual(self.account.points, -95)
        self.assertAuditClean()

    def test_a_refund_of_somebody_who_was_no_member_moves_nothing(self):
        sale = self.sell(self.line(self.shirt), partner=self.env['res.partner'])
        refund = self.refund(self.refund_of(sale.lines))
        self.assertFalse(self.moved(refund) or self.purchase(refund))

    def test_free_goods_count_by_the_piece(self):
        self.program.rule_ids.write({'reward_point_mode': 'unit', 'reward_point_amount': 4})
        sale = self.sell(self.line(self.gift, 2, price=0))
        self.assertEqual(self.account.points, 8)
        self.refund(self.refund_of(sale.lines, 1))
        self.assertEqual(self.account.points, 4)

    def test_the_till_is_told_before_it_pays_back(self):
        self.give_points(100)
        sale = self.sell(self.line(self.shirt), self.line(self.socks, 10), self.reward(self.fixed, 5))
        shirt, _socks, reward = sale.lines
        preview = sale.with_user(self.cashier).membership_refund_preview({str(shirt.id): 1})
        self.assertEqual(preview, {
            'points': [{
                'account_id': self.account.id, 'program_name': "Club", 'point_name': "Points", 'earned_back': 98.0,
                'spent_back': 50.0}],
            'reward_lines': [{'line_id': reward.id, 'quantity': 0.5, 'amount': -2.5}],
            'reward_amount': -2.5,
        })
        self.assertEqual(self.account.points, 295 - 100, "Asking moves nothing")

    def test_the_rewards_share_that_is_refunded_is_asked_for_once(self):
        self.give_points(100)
        sale = self.sell(self.line(self.shirt), self.line(self.socks, 10), self.reward(self.fixed, 5))
        shirt, socks, reward = sale.lines
        self.refund(self.refund_of(shirt), self.refund_of(reward, 0.5))
        preview = sale.membership_refund_preview({socks.id: 10})
        self.assertEqual(preview['reward_amount'], -2.5)
        refund = self.refund(self.refund_of(socks), self.refund_of(reward, 0.5))
        self.assertEqual(refund.amount_total, -97.5)
        self.assertEqual(self.account.points, 100)
