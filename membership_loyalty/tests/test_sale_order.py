from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestSaleOrder(MembershipSaleCommon):

    def test_a_quotation_moves_nothing_and_confirming_earns(self):
        order = self.quotation(100, 50.9)
        self.assertEqual(self.moved(order), {})
        order.action_confirm()
        self.assertEqual(self.moved(order), {'earn': 150})
        self.assertEqual(self.account.points, 150)
        self.assertEqual(self.purchases(order), [(False, 150.9)])

    def test_the_tier_multiplies(self):
        self.enrolled_in(self.gold)
        self.assertEqual(self.moved(self.order(100)), {'earn': 200})

    def enrolled_in(self, tier):
        self.partner = self.env['res.partner'].create({'name': "Grace Gold"})
        self.account = self.program._enrol(self.partner, tier=tier)

    def test_a_gift_card_earns_nothing_when_it_is_bought(self):
        self.env['loyalty.program'].create({
            'name': "Gift cards", 'program_type': 'gift_card',
            'rule_ids': [Command.create({'reward_point_mode': 'money', 'product_ids': self.article.ids})],
            'reward_ids': [Command.create({'reward_type': 'discount', 'discount_mode': 'per_point', 'discount': 1})],
        })
        tea = self.create_article("Tea")
        order = self.quotation(50)
        order.write({'order_line': [Command.create({'product_id': tea.id, 'price_unit': 30})]})
        order.action_confirm()
        self.assertEqual(self.moved(order), {'earn': 30}, "Goods paid with it will earn")

    def test_somebody_who_is_no_member_earns_nothing_and_gets_no_account(self):
        stranger = self.env['res.partner'].create({'name': "Passer-by"})
        order = self.quotation(partner=stranger)
        order._update_programs_and_rewards()
        order.action_confirm()
        self.assertEqual(self.moved(order), {})
        self.assertFalse(self.env['loyalty.card'].search([('partner_id', '=', stranger.id)]))

    def test_the_quotation_shows_our_figure(self):
        self.enrolled_in(self.gold)
        order = self.quotation(10.6)
        order._update_programs_and_rewards()
        self.assertEqual(order.coupon_point_ids.mapped('points'), [21])
        order.action_confirm()
        self.assertEqual(order.loyalty_data, {'point_name': "Points", 'issued': 21, 'cost': 0})

    def test_cancelling_takes_back_and_confirming_again_earns_again(self):
        order = self.order(100)
        order._action_cancel()
        self.assertEqual((self.moved(order), self.account.points), ({'earn': 0}, 0))
        self.assertEqual(self.purchases(order), [(False, 0)])
        order.action_draft()
        order.action_confirm()
        self.assertEqual((self.moved(order), self.account.points), ({'earn': 100}, 100))
        self.assertEqual(self.purchases(order), [(False, 100)])

    def test_leaving_the_confirmed_state_by_any_door_takes_back(self):
        order = self.order(100)
        order.write({'state': 'draft'})
        self.assertEqual(self.moved(order), {'earn': 0})

    def test_cancelling_keeps_the_history(self):
        order = self.order(100)
        order._action_cancel()
        history = self.account.history_ids.sorted('id')
        self.assertEqual(history.mapped(lambda row: (row.issued, row.used)), [(100, 0), (0, 100)])

    def test_edits_of_a_confirmed_order_are_followed(self):
        order = self.order(100)
        order.order_line.product_uom_qty = 3
        self.assertEqual(self.moved(order), {'earn': 300})
        order.write({'order_line': [
            Command.update(order.order_line.id, {'product_uom_qty': 1}),
            Command.create({'product_id': self.article.id, 'price_unit': 7})]})
        self.assertEqual(self.moved(order), {'earn': 107})
        self.env['sale.order.line'].with_user(self.salesman).create(
            {'order_id': order.id, 'product_id': self.article.id, 'price_unit': 3})
        self.assertEqual(self.moved(order), {'earn': 110})
        order.order_line[0].discount = 50
        self.assertEqual(self.moved(order), {'earn': 60})
        self.assertEqual(self.purchases(order), [(False, 60)])

    def test_one_edit_of_many_lines_posts_once(self):
        order = self.order(100, 100, 100)
        before = self.account.entry_ids
        order.write({'order_line': [Command.update(line.id, {'product_uom_qty': 2}) for line in order.order_line]})
        self.account.invalidate_recordset(['entry_ids'])
        self.assertEqual((self.account.entry_ids - before).mapped('amount'), [300])

    def test_old_orders_are_never_rated_with_new_rules(self):
        order = self.order(100)
        self.program.rule_ids.reward_point_amount = 5
        self.gold.multiplier = 7
        order.order_line.product_uom_qty = 2
        self.assertEqual(self.moved(order), {'earn': 200})
        self.program.rule_ids.unlink()
        order.order_line.product_uom_qty = 1
        self.assertEqual(self.moved(order), {'earn': 100})

    def test_a_rule_for_some_products_is_kept_for_them_when_others_are_added(self):
        self.program.rule_ids.product_ids = self.article
        other = self.create_article("Other")
        order = self.order(100)
        order.write({'order_line': [Command.create({'product_id': other.id, 'price_unit': 40})]})
        self.assertEqual(self.moved(order), {'earn': 100})
        self.program.rule_ids.product_ids |= other
        third = self.create_article("Third")
        self.program.rule_ids.product_ids |= third
        order.write({'order_line': [Command.create({'product_id': third.id, 'price_unit': 5})]})
        self.assertEqual(self.moved(order), {'earn': 145}, "What is new on the order is placed by the rule of today")

    def test_another_currency_is_converted_at_the_day_of_the_order(self):
        euro = self.setup_other_currency('EUR', rates=[('2020-01-01', 2.0)])
        pricelist = self.env['product.pricelist'].create({'name': "Euro", 'currency_id': euro.id})
        order = self.order(100, pricelist_id=pricelist.id)
        self.assertEqual(self.moved(order), {'earn': 50})
        self.assertEqual(self.purchases(order), [(False, 50)])
        euro.rate_ids.rate = 4
        order.order_line.discount = 50
        self.assertEqual(self.moved(order), {'earn': 25})

    def test_taxes_are_part_of_what_was_paid(self):
        tax = self.env['account.tax'].create({'name': "20 %", 'amount': 20})
        order = self.quotation(100)
        order.order_line.tax_ids = tax
        order.action_confirm()
        self.assertEqual(self.moved(order), {'earn': 120})

    def test_an_archived_programme_or_one_that_is_not_for_sales_earns_nothing(self):
        self.program.sale_ok = False
        self.assertEqual(self.moved(self.order(100)), {})

    def test_the_customer_of_a_confirmed_order_is_changed(self):
        other = self.env['res.partner'].create({'name': "Other Member"})
        account = self.program._enrol(other)
        late, order = self.order(100), self.order(50)
        late.partner_id = other
        self.assertEqual((self.account.points, account.points), (50, 0), "No late claims by default")
        self.program.late_claim_days = 3
        order.partner_id = other
        self.assertEqual((self.account.points, account.points), (0, 50))
        self.assertEqual(self.purchases(order), [(False, 50)])

    def test_two_programmes_count_side_by_side(self):
        second = self.create_program(self.env, name="Second club", sequence=99)
        account = second._enrol(self.partner)
        order = self.order(100)
        self.assertEqual((self.account.points, account.points), (100, 100))
        self.assertEqual(account.purchase_ids.mapped('amount_total'), [100])
        order._action_cancel()
        self.assertEqual((self.account.points, account.points), (0, 0))

    def test_orders_of_one_batch_are_posted_together(self):
        few, many = (
            [self.quotation(100, partner=partner) for partner in self.members(count)] for count in (1, 20))
        self.assertLess(self.reconciled(many) / self.reconciled(few), 1.01)
        self.assertEqual([self.moved(order) for order in many], [{'earn': 100}] * 20)

    def members(self, count):
        partners = self.env['res.partner'].create([{'name': f"Member {number}"} for number in range(count)])
        self.program._enrol(partners)
        return partners

    def reconciled(self, orders):
        """Confirm orders in one batch; return how often the ledger was posted to."""
        ledger, calls = type(self.env['membership.ledger.entry']), []
        reconcile = ledger._reconcile

        def counted(entry, postings):
            calls.append(len(postings))
            return reconcile(entry, postings)

        self.patch(ledger, '_reconcile', counted)
        self.env['sale.order'].concat(*orders).action_confirm()
        self.patch(ledger, '_reconcile', reconcile)
        self.assertEqual(sum(calls), len(orders))
        return len(calls)

    def test_native_programmes_on_the_same_order_work_as_ever(self):
        native = self.create_program(self.env, name="Native", is_membership=False)
        card = self.env['loyalty.card'].create({'program_id': native.id, 'partner_id': self.partner.id, 'points': 1})
        order = self.order(100)
        self.assertEqual((self.account.points, card.points), (100, 101))
        self.assertEqual(card.history_ids.mapped('issued'), [100])
        order.order_line.product_uom_qty = 2
        order.sudo()._action_cancel()  # native code lets no mere salesman cancel an order with native points
        self.assertEqual((self.account.points, card.points), (0, 1))

    def test_no_mail_leaves_when_a_member_buys(self):
        template = self.env.ref('loyalty.mail_template_loyalty_card')
        self.partner.email = 'ada@example.com'
        self.program.communication_plan_ids = [Command.create({'trigger': 'create', 'mail_template_id': template.id})]
        before = self.env['mail.mail'].search_count([])
        order = self.quotation(100)
        order._update_programs_and_rewards()
        order.action_confirm()
        self.assertEqual(self.env['mail.mail'].search_count([]), before)

    def test_a_salesman_cannot_write_the_terms_of_an_order(self):
        order = self.order(100)
        terms = order.sudo().membership_terms_ids
        with self.assertRaises(AccessError):
            terms.with_user(self.salesman).write({'points': 1000})
        with self.assertRaises(AccessError):
            order.write({'membership_terms_ids': [Command.update(terms.id, {'currency_rate': 1000})]})

    def test_a_salesman_reads_his_order_whole(self):
        order = self.order(100)
        self.assertNotIn('membership_terms_ids', order.read()[0])

    def test_a_programme_that_ends_leaves_the_quotation(self):
        order = self.quotation(100)
        order._update_programs_and_rewards()
        self.assertEqual(order.coupon_point_ids.coupon_id, self.account)
        self.program.date_to = '2020-01-01'
        order._update_programs_and_rewards()
        self.assertFalse(order.coupon_point_ids)
        order.action_confirm()
        self.assertEqual(self.moved(order), {})

    def test_a_deleted_order_leaves_nothing_behind(self):
        order = self.order(100)
        order._action_cancel()
        order.sudo().unlink()
        self.assertEqual(self.account.points, 0)

    def test_the_button_of_the_order_leads_to_its_entries(self):
        order = self.order(100).with_user(self.create_user(
            'membership_seller', 'sales_team.group_sale_salesman_all_leads',
            'membership_loyalty.group_membership_auditor'))
        self.assertTrue(order.membership_has_entries)
        self.assertEqual(order.membership_points, 100)
        action = order.action_view_membership_entries()
        self.assertEqual(order.env[action['res_model']].search(action['domain']).mapped('amount'), [100])

    def test_a_confirmed_order_cannot_be_deleted_with_its_points(self):
        with self.assertRaises(UserError):
            self.order(100).sudo().unlink()
