from odoo.tests import tagged

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestSaleCreditNote(MembershipSaleCommon):

    def rewarded(self, *prices):
        """Return an order that spends 100 points on a discount of 5."""
        self.give(100)
        order = self.quotation(*prices)
        self.claim(order)
        order.action_confirm()
        return order

    def test_an_invoice_moves_nothing(self):
        order = self.order(100)
        self.invoice(order)
        self.assertEqual(len(self.account.entry_ids), 1)

    def test_a_full_credit_note_takes_everything_back(self):
        order = self.rewarded(100, 50)
        self.credit(self.invoice(order))
        self.assertEqual(self.moved(order), {'redeem': 0, 'earn': 0})
        self.assertEqual(self.account.points, 100)
        self.assertEqual(self.purchases(order), [(False, 145), (True, -145)])

    def test_credit_notes_take_back_their_share_and_together_all(self):
        order = self.rewarded(100, 50, 50)  # 195 earned, 100 spent
        invoice = self.invoice(order)
        self.credit(invoice, {0: 66})
        self.assertEqual(self.moved(order), {'redeem': -67, 'earn': 130})
        self.credit(invoice, {0: 34, 1: 50})
        self.assertEqual(self.moved(order), {'redeem': -25, 'earn': 48})
        self.credit(invoice, {2: 50})
        self.assertEqual(self.moved(order), {'redeem': 0, 'earn': 0})
        rows = self.purchases(order)
        self.assertEqual(rows[0], (False, 195))
        self.assertAlmostEqual(sum(amount for _refund, amount in rows), 0)

    def test_many_small_credit_notes_end_where_one_does(self):
        order = self.order(29.99)
        invoice = self.invoice(order)
        for price in (10, 10, 9.99):
            self.credit(invoice, {0: price})
        self.assertEqual(self.moved(order), {'earn': 0})

    def test_more_than_was_bought_gives_back_no_more_than_was_earned(self):
        order = self.order(100)
        invoice = self.invoice(order)
        self.credit(invoice, {0: 5000})
        self.assertEqual(self.moved(order), {'earn': 0})
        self.credit(invoice)
        self.assertEqual(self.moved(order), {'earn': 0})
        self.assertEqual(self.purchases(order), [(False, 100), (True, -100), (True, 0)])

    def test_a_credit_note_back_to_draft_and_cancelled(self):
        order = self.order(100)
        note = self.credit(self.invoice(order))
        note.button_draft()
        self.assertEqual(self.moved(order), {'earn': 100})
        self.assertEqual(self.purchases(order), [(False, 100), (True, 0)])
        note.action_post()
        self.assertEqual(self.moved(order), {'earn': 0})
        note.button_cancel()
        self.assertEqual(self.moved(order), {'earn': 100})

    def test_a_deleted_credit_note_leaves_no_refund(self):
        order = self.order(100)
        note = self.credit(self.invoice(order))
        note.sudo().with_context(force_delete=True).unlink()
        self.assertEqual(self.moved(order), {'earn': 100})
        self.assertEqual(self.purchases(order), [(False, 100)])

    def test_a_credit_note_back_to_draft_may_leave_a_debt(self):
        order = self.rewarded(100)
        note = self.credit(self.invoice(order))
        self.account._membership_post_single('adjust', -100, 'adjust:1', "Correction")
        note.button_draft()
        self.assertEqual(self.moved(order), {'redeem': -100, 'earn': 95})
        self.assertEqual(self.account.points, -5)

    def test_money_given_back_by_hand_counts(self):
        order = self.order(100)
        invoice = self.invoice(order)
        note = invoice._reverse_moves()
        note.invoice_line_ids = [(5, 0, 0), (0, 0, {'name': "Goodwill", 'price_unit': 20, 'tax_ids': []})]
        note.action_post()
        self.assertEqual(self.moved(order), {'earn': 80})

    def test_an_invoice_that_is_cancelled_and_reversed_at_once(self):
        order = self.order(100)
        invoice = self.invoice(order)
        invoice._reverse_moves([{}], cancel=True)
        self.assertEqual(self.moved(order), {'earn': 0})

    def test_a_down_payment_and_the_final_invoice_move_nothing(self):
        order = self.order(100)
        self.invoice(order, advance_payment_method='percentage', amount=30)
        self.invoice(order)
        self.assertEqual(self.moved(order), {'earn': 100})
        self.assertEqual(len(self.account.entry_ids), 1)

    def test_a_down_payment_credited_before_and_invoiced_after(self):
        order = self.order(100)
        down = self.invoice(order, advance_payment_method='percentage', amount=30)
        self.credit(down)
        self.assertEqual(self.moved(order), {'earn': 70})
        self.invoice(order)
        self.assertEqual(self.moved(order), {'earn': 100})

    def test_the_final_invoice_and_the_down_payment_are_credited(self):
        order = self.order(100)
        down = self.invoice(order, advance_payment_method='percentage', amount=30)
        final = self.invoice(order)
        self.credit(final)
        self.assertEqual(self.moved(order), {'earn': 30})
        self.credit(down)
        self.assertEqual(self.moved(order), {'earn': 0})

    def test_an_order_cut_after_its_invoice_is_credited_once(self):
        order = self.order(100)
        order.order_line.product_uom_qty = 2
        self.invoice(order)
        order.order_line.product_uom_qty = 1
        self.assertEqual(self.moved(order), {'earn': 100})
        note = order.sudo()._create_invoices(final=True)
        self.assertEqual(note.move_type, 'out_refund')
        note.action_post()
        self.assertEqual(self.moved(order), {'earn': 100})
        self.credit(note.reversed_entry_id or order.invoice_ids[0], {0: 100})
        self.assertEqual(self.moved(order), {'earn': 0})

    def test_a_cancelled_order_with_credit_note_is_sold_again(self):
        order = self.order(100)
        self.credit(self.invoice(order))
        order._action_cancel()
        self.assertEqual(self.purchases(order), [(False, 0), (True, 0)])
        order.action_draft()
        order.action_confirm()
        self.invoice(order)
        self.assertEqual(self.moved(order), {'earn': 100})

    def test_one_credit_note_for_two_orders_takes_from_each_its_own(self):
        orders = self.order(100) | self.order(60)
        invoice = orders.sudo()._create_invoices()
        invoice.action_post()
        self.assertEqual(len(invoice), 1)
        self.credit(invoice, {0: 50, 1: 60})
        self.assertEqual([self.moved(order) for order in orders], [{'earn': 50}, {'earn': 0}])

    def test_points_spent_meanwhile_become_a_debt(self):
        order = self.order(100)
        invoice = self.invoice(order)
        self.account._membership_post_single('redeem', -80, 'other', "Spent")
        self.credit(invoice)
        self.assertEqual(self.account.points, -80)

    def test_refunds_use_the_rate_of_the_sale(self):
        order = self.order(100)
        invoice = self.invoice(order)
        self.program.rule_ids.reward_point_amount = 10
        self.credit(invoice, {0: 25})
        self.assertEqual(self.moved(order), {'earn': 75})

    def test_an_edit_after_a_credit_note_keeps_it(self):
        order = self.order(100)
        self.credit(self.invoice(order), {0: 50})
        order.order_line.product_uom_qty = 2
        self.assertEqual(self.moved(order), {'earn': 150})

    def test_crediting_again_posts_nothing(self):
        order = self.order(100)
        self.credit(self.invoice(order), {0: 50})
        entries = len(self.account.entry_ids)
        self.assertFalse(order.sudo()._membership_post())
        self.account.invalidate_recordset(['entry_ids'])
        self.assertEqual(len(self.account.entry_ids), entries)

    def test_invoices_of_orders_without_members_cost_nothing(self):
        order = self.order(100, partner=self.env['res.partner'].create({'name': "Passer-by"}))
        self.credit(self.invoice(order))
        self.assertEqual(self.moved(order), {})
