from datetime import timedelta

from odoo.fields import Command, Date, Datetime
from odoo.tests import tagged

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestOrderPosting(MembershipPosCommon):

    def test_a_member_earns_with_the_order_itself(self):
        order = self.sell(self.line(self.shirt), self.line(self.socks, 3))
        self.assertEqual(self.moved(order), [(self.account, 'earn', 130)])
        self.assertEqual(self.account.points, 130)
        entry = self.entries(order)
        self.assertEqual(
            (entry.company_id, entry.shop_id, entry.channel, entry.document_key),
            (self.company, self.config.membership_shop_id, 'pos', f'pos.order:{order.uuid}'))
        self.assertAuditClean()

    def test_the_purchase_is_recorded_for_the_shop(self):
        order = self.sell(self.line(self.shirt), self.reward(self.fixed, 5))
        purchase = self.purchase(order)
        self.assertEqual(
            (purchase.card_id, purchase.amount_total, purchase.amount_untaxed, purchase.base_amount,
             purchase.is_refund, purchase.shop_id),
            (self.account, 95, 95, 95, False, self.config.membership_shop_id))

    def test_the_tier_multiplies(self):
        self.env.cr.execute('UPDATE loyalty_card SET tier_id = %s WHERE id = %s', [self.gold.id, self.account.id])
        self.account.invalidate_recordset()
        self.sell(self.line(self.socks))
        self.assertEqual(self.account.points, 20)

    def test_who_is_no_member_earns_nothing(self):
        for partner in (self.env['res.partner'], self.manager.partner_id):
            order = self.sell(self.line(self.shirt), partner=partner)
            self.assertFalse(self.entries(order) or self.purchase(order))
            self.assertFalse(partner and self.program._membership_accounts(partner))

    def test_the_server_charges_the_reward(self):
        self.give_points(200)
        order = self.sell(self.line(self.shirt), self.reward(self.fixed, 5))
        self.assertEqual(self.moved(order), [(self.account, 'earn', 95), (self.account, 'redeem', -100)])
        self.assertEqual(self.account.points, 195)
        self.assertAuditClean()

    def test_a_product_reward_costs_by_the_piece(self):
        self.give_points(200)
        order = self.sell(self.line(self.gift, 3), self.reward(self.free_mug, 24, qty=3, cost=150))
        self.assertEqual(self.moved(order), [(self.account, 'redeem', -150)])

    def test_a_discount_by_the_point_costs_what_it_gave(self):
        self.give_points(200)
        order = self.sell(self.line(self.shirt), self.reward(self.by_point, 9.50, cost=190))
        self.assertEqual(self.moved(order), [(self.account, 'earn', 90), (self.account, 'redeem', -190)])

    def test_a_reward_split_by_tax_is_charged_once(self):
        self.give_points(200)
        parts = [self.reward(self.fixed, 2), self.reward(self.fixed, 3, cost=0)]
        parts[1][2]['reward_identifier_code'] = parts[0][2]['reward_identifier_code']
        order = self.sell(self.line(self.shirt), *parts)
        self.assertEqual(self.moved(order)[-1], (self.account, 'redeem', -100))
        self.assertFalse(any(order.lines.mapped('membership_alert')))

    def test_spending_the_whole_balance(self):
        self.fixed.clear_wallet = True
        self.give_points(173)
        order = self.sell(self.line(self.shirt), self.reward(self.fixed, 5, cost=173))
        self.assertEqual(self.moved(order), [(self.account, 'earn', 95), (self.account, 'redeem', -173)])

    def test_a_paid_order_is_never_refused_for_lack_of_points(self):
        order = self.sell(self.line(self.socks), self.reward(self.fixed, 5))
        self.assertEqual(order.state, 'paid')
        self.assertEqual(self.account.points, -95)
        self.assertTrue(order.membership_info[0]['is_debt'])
        self.assertEqual(self.account.activity_ids.user_id, self.manager)
        self.assertAuditClean()

    def test_tips_and_gift_cards_bought_earn_nothing(self):
        self.config.write({'iface_tipproduct': True, 'tip_product_id': self.socks.id})
        self.env['loyalty.program'].create({
            'name': "Gift cards", 'program_type': 'gift_card', 'applies_on': 'future', 'trigger': 'auto',
            'rule_ids': [Command.create({
                'product_ids': self.gift.ids, 'reward_point_mode': 'money', 'reward_point_split': True})],
        })
        order = self.sell(self.line(self.shirt), self.line(self.socks), self.line(self.gift))
        self.assertEqual(self.moved(order), [(self.account, 'earn', 100)])

    def test_paying_with_a_gift_card_lessens_nothing(self):
        program = self.env['loyalty.program'].create({
            'name': "Gift cards", 'program_type': 'gift_card', 'applies_on': 'future', 'trigger': 'auto',
            'reward_ids': [Command.create({'reward_type': 'discount', 'discount_mode': 'per_point', 'discount': 1})]})
        card = self.env['loyalty.card'].create({'program_id': program.id, 'points': 60})
        order = self.sell(self.line(self.shirt), self.reward(program.reward_ids, 60, card, 60))
        self.assertEqual(self.moved(order), [(self.account, 'earn', 100)])
        self.assertEqual(self.purchase(order).amount_total, 100)

    def test_a_combo_counts_once(self):
        self.program.rule_ids.write({'reward_point_mode': 'unit', 'reward_point_amount': 7})
        values = self.order_values(self.line(self.shirt, price=0), self.line(self.socks), self.line(self.gift))
        parent, *children = [line[2]['uuid'] for line in values['lines']]
        values['relations_uuid_mapping'] = {
            'pos.order.line': {parent: {'combo_line_ids': children}}}
        self.sync(values.copy())
        order = self.env['pos.order'].search([('uuid', '=', values['uuid'])])
        self.assertEqual(len(order.lines.combo_parent_id), 1)
        self.assertEqual(self.moved(order), [(self.account, 'earn', 7)])
        self.assertEqual(self.purchase(order).amount_total, 18)

    def test_a_programme_counts_by_the_day_of_the_order(self):
        today = Date.today()
        self.program.write({'date_from': today - timedelta(days=9), 'date_to': today - timedelta(days=2)})
        late = self.sell(self.line(self.shirt))
        offline = self.sell(
            self.line(self.socks), date_order=Datetime.to_string(Datetime.now() - timedelta(days=3)))
        self.assertFalse(self.moved(late))
        self.assertEqual(self.moved(offline), [(self.account, 'earn', 10)])
        self.assertEqual(self.entries(offline).date, today - timedelta(days=3))

    def test_no_till_sells_in_the_future(self):
        order = self.sell(self.line(self.socks), date_order=Datetime.to_string(Datetime.now() + timedelta(days=400)))
        self.assertEqual(self.entries(order).date, self.program._membership_date(Datetime.now()))

    def test_a_programme_of_other_tills_is_left_out(self):
        other = self.create_config(self.company, self.bank, name="Other till")
        self.program.pos_config_ids = other
        self.assertFalse(self.moved(self.sell(self.line(self.shirt))))

    def test_a_programme_without_rewards_earns(self):
        self.program.reward_ids.active = False
        self.assertEqual(self.moved(self.sell(self.line(self.socks))), [(self.account, 'earn', 10)])

    def test_another_currency_is_converted(self):
        euro = self.env.ref('base.EUR')
        euro.write({'active': True, 'rate_ids': [
            Command.clear(), Command.create({'rate': 0.5, 'name': '2020-01-01', 'company_id': self.company.id})]})
        self.program.company_id = False
        self.program.currency_id = euro
        order = self.sell(self.line(self.shirt))
        self.assertEqual(self.moved(order), [(self.account, 'earn', 50)])
        self.assertEqual(self.purchase(order).amount_total, 50)

    def test_an_invoiced_order_earns_once(self):
        self.config.invoice_journal_id = self.env['account.journal'].search(
            [('type', '=', 'sale'), ('company_id', '=', self.company.id)], limit=1)
        order = self.sell(self.line(self.socks), to_invoice=True, partner=self.partner)
        self.assertTrue(order.account_move)
        self.assertEqual(self.moved(order), [(self.account, 'earn', 10)])

    def test_an_order_paid_in_the_back_office_earns(self):
        order = self.env['pos.order'].create({
            'session_id': self.session.id, 'partner_id': self.partner.id, 'amount_total': 10, 'amount_tax': 0,
            'amount_paid': 0, 'amount_return': 0, 'lines': [self.line(self.socks, name='1')]})
        self.assertFalse(self.moved(order))
        order.add_payment({'pos_order_id': order.id, 'amount': 10, 'payment_method_id': self.bank.id})
        order.action_pos_order_paid()
        self.assertEqual(self.moved(order), [(self.account, 'earn', 10)])

    def test_a_cancelled_order_moves_nothing(self):
        values = self.order_values(self.line(self.shirt), self.reward(self.fixed, 5), state='draft', payment_ids=[])
        self.sync(values.copy())
        order = self.env['pos.order'].search([('uuid', '=', values['uuid'])])
        order.action_pos_order_cancel()
        self.assertEqual(order.state, 'cancel')
        self.assertFalse(self.moved(order))
        self.assertEqual(self.account.points, 0)

    def test_the_answer_carries_balance_and_receipt(self):
        self.give_points(200)
        answer = self.sync(self.order_values(self.line(self.shirt), self.reward(self.fixed, 5)))
        [row] = answer['loyalty.card']
        self.assertEqual(
            (row['id'], row['points'], row['is_membership'], row['tier_id']),
            (self.account.id, 195, True, self.basic.id))
        number = self.env['membership.card'].search([('account_id', '=', self.account.id)]).number
        self.assertEqual(row['membership_number'], '•' * (len(number) - 4) + number[-4:])
        self.assertEqual(answer['pos.order'][0]['membership_info'], [{
            'account_id': self.account.id, 'card_number': row['membership_number'], 'program_id': self.program.id,
            'program_name': "Club", 'point_name': "Points", 'tier_name': "Basic", 'tier_color': 0, 'earned': 95.0,
            'spent': 100.0, 'balance': 195.0, 'is_debt': False,
            'explanation': []}])

    def test_the_till_may_send_back_what_it_read(self):
        values = self.order_values(self.line(self.socks), state='draft', payment_ids=[])
        [row] = self.sync(values.copy())['pos.order']
        paid = self.order_values(uuid=row['uuid'], amount_total=10, amount_paid=10)
        paid['payment_ids'][0][2]['amount'] = 10
        self.sync({**paid, 'membership_info': [{'earned': 5000}]})
        self.assertEqual(self.account.points, 10)
