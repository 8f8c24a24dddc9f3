from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common_sale import MembershipSaleCommon

JOB = 'membership.points.release'


@tagged('post_install', '-at_install')
class TestPointsPending(MembershipSaleCommon):

    def post(self, kind, amount, key, **values):
        return self.account._membership_post_single(kind, amount, key, key, **values)

    def pay(self, invoice):
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids).create({})._create_payments()

    def state(self):
        """Return (spendable, pending) points of the member."""
        self.account.invalidate_recordset()
        return self.account.points, self.account.pending_points

    def native(self):
        return sum(self.account.history_ids.mapped('issued')) - sum(self.account.history_ids.mapped('used'))

    # ------------------------------------------------------------------ days

    def test_points_of_a_purchase_wait_for_days_and_gifts_do_not(self):
        self.program.points_pending_days = 14
        with freeze_time('2026-11-22 12:00:00'):
            self.give(10)
            self.order(100)
            self.assertEqual(self.state(), (10, 100))
            self.assertEqual(self.account.entry_ids[0].available_from, date(2026, 12, 6))
        with freeze_time('2026-12-05 12:00:00'):
            self.assertEqual(self.run_job(JOB).done, 0)
        self.assertEqual((self.native(), self.state()), (10, (10, 100)), "Native history shows what can be spent")
        with freeze_time('2026-12-06 12:00:00'):
            self.assertEqual(self.run_job(JOB).changed, 1)
            self.assertEqual((self.state(), self.native()), ((110, 0), 110))
            self.assertEqual(self.run_job(JOB).done, 0, "A second run finds nothing")

    def test_pending_points_are_taken_back_by_cancellation_and_credit_note(self):
        self.program.points_pending_days = 14
        cancelled, credited = self.order(100), self.order(80)
        self.credit(self.invoice(credited), {0: 30})
        self.assertEqual(self.state(), (0, 150))
        cancelled._action_cancel()
        self.assertEqual((self.state(), self.native()), ((0, 50), 0))
        cancelled.action_draft()
        cancelled.action_confirm()
        self.assertEqual((self.state(), self.native()), ((0, 150), 0))

    def test_released_points_cover_debts_first(self):
        self.program.points_pending_days = 14
        with freeze_time('2026-11-01 12:00:00'):
            self.post('adjust', -30, 'debt one')
            self.post('adjust', -20, 'debt two')
            self.order(100)
            self.assertEqual(self.state(), (-50, 100))
        with freeze_time('2026-11-20 12:00:00'):
            self.run_job(JOB)
        self.assertEqual((self.state(), self.native()), ((50, 0), 50))
        self.assertEqual(self.account.entry_ids.filtered(lambda entry: entry.amount < 0).mapped('remaining'), [0, 0])

    def test_an_offline_order_of_long_ago_does_not_wait_any_more(self):
        self.program.points_pending_days = 14
        entry = self.post('earn', 10, 'late', date=date(2020, 1, 1))
        self.assertEqual((entry.is_pending, entry.available_from), (False, False))

    def test_points_that_wait_do_not_expire_and_can_then_be_spent_for_a_while(self):
        self.program.write({'points_pending_days': 20, 'points_expiry': 'month_end', 'points_expiry_count': 0,
                            'points_grace_days': 15})
        with freeze_time('2026-11-22 12:00:00'):
            entry = self.post('earn', 10, 'a')
            self.assertEqual((entry.available_from, entry.expires_on), (date(2026, 12, 12), date(2026, 12, 27)))
        with freeze_time('2026-12-28 12:00:00'):
            self.run_job('membership.points.expiry')
            self.assertEqual(self.state(), (0, 10))
            self.run_job(JOB)
            self.assertEqual(self.state(), (10, 0))

    # ------------------------------------------------------------------ invoice paid

    def test_points_wait_until_the_whole_order_is_invoiced_and_paid(self):
        self.program.points_pending_event = 'paid'
        order = self.order(100, 50)
        self.assertEqual(self.state(), (0, 150))
        deposit = self.invoice(order, advance_payment_method='fixed', fixed_amount=40)
        self.pay(deposit)
        self.assertEqual(self.state(), (0, 150), "A deposit is not the whole")
        rest = self.invoice(order)
        self.assertEqual(self.state(), (0, 150))
        self.pay(rest)
        self.assertEqual((self.state(), self.native()), ((150, 0), 150), "In the transaction of the payment")

    def test_several_invoices_paid_at_once_release_all_their_orders(self):
        self.program.points_pending_event = 'paid'
        other = self.program._enrol(self.env['res.partner'].create({'name': "Bob"}))
        invoices = self.invoice(self.order(100)) | self.invoice(self.order(70, partner=other.partner_id))
        self.pay(invoices)
        self.assertEqual((self.state(), other.points), ((100, 0), 70))

    def test_the_days_count_from_the_payment_when_both_are_asked_for(self):
        self.program.write({'points_pending_event': 'paid', 'points_pending_days': 7, 'points_expiry': 'days',
                            'points_expiry_count': 20, 'points_grace_days': 10})
        with freeze_time('2026-11-01 12:00:00'):
            order = self.order(100)
            entry = self.account.entry_ids
            self.assertEqual((entry.available_from, entry.expires_on), (False, date(2026, 11, 21)))
        with freeze_time('2026-12-01 12:00:00'):
            self.run_job('membership.points.expiry')
            self.run_job(JOB)
            self.pay(self.invoice(order))
            self.assertEqual(self.state(), (0, 100))
            self.assertEqual((entry.available_from, entry.expires_on), (date(2026, 12, 8), date(2026, 12, 18)))
        with freeze_time('2026-12-08 12:00:00'):
            self.run_job(JOB)
            self.assertEqual(self.state(), (100, 0))

    def test_the_job_finds_what_no_hook_has_told(self):
        self.program.points_pending_event = 'paid'
        order = self.order(100)
        self.pay_unnoticed(self.invoice(order))
        self.assertEqual(self.env[JOB]._job_count(), 1)
        self.run_job(JOB)
        self.assertEqual(self.state(), (100, 0))

    def pay_unnoticed(self, invoice):
        self.env.flush_all()
        self.cr.execute("UPDATE account_move SET payment_state = 'paid' WHERE id = %s", [invoice.id])
        self.env.invalidate_all()

    def test_what_still_waits_is_released_when_nothing_is_waited_for_any_more(self):
        self.program.points_pending_event = 'paid'
        self.order(100)
        self.program.points_pending_event = False
        self.run_job(JOB)
        self.assertEqual(self.state(), (100, 0))

    def test_points_added_to_a_paid_order_follow_its_new_invoice(self):
        self.program.points_pending_event = 'paid'
        order = self.order(100)
        self.pay(self.invoice(order))
        order.order_line.price_unit = 120
        self.assertEqual(self.state(), (120, 0), "All of it counts as invoiced: the added points need not wait")
        order.order_line.product_uom_qty = 2
        self.assertEqual(self.state(), (120, 120))
        self.pay(self.invoice(order))
        self.assertEqual(self.state(), (240, 0))

    # ------------------------------------------------------------------ delivered

    def test_points_wait_until_all_of_the_order_is_delivered(self):
        self.program.points_pending_event = 'delivered'
        order = self.order(100, 50)
        first, second = order.order_line
        first.qty_delivered = 1
        self.assertEqual(self.state(), (0, 150), "A part does not do")
        second.qty_delivered = 1
        self.assertEqual((self.state(), self.native()), ((150, 0), 150))
        second.qty_delivered = 0
        self.assertEqual(self.state(), (150, 0), "What could be spent once is not taken away")

    def test_a_delivered_quantity_that_is_computed_releases_points_before_the_commit(self):
        self.program.points_pending_event = 'delivered'
        order = self.order(100)
        lines = order.sudo().order_line
        self.patch(type(lines), '_prepare_qty_delivered', lambda self: dict.fromkeys(self, 1.0))
        lines.modified(['qty_delivered_method'])
        self.env.add_to_compute(lines._fields['qty_delivered'], lines)
        self.env.flush_all()
        self.cr.precommit.run()
        self.assertEqual(self.state(), (100, 0))

    # ------------------------------------------------------------------ merges, history

    def test_points_that_wait_for_an_order_go_on_waiting_after_a_merge(self):
        self.program.points_pending_event = 'paid'
        other = self.program._enrol(self.env['res.partner'].create({'name': "Ada Twin"}))
        order = self.order(100)
        self.account._membership_merge_into(other)
        self.assertEqual((other.points, other.pending_points), (0, 100))
        self.pay(self.invoice(order))
        self.run_job(JOB)
        self.assertEqual(other.points, 100)

    def test_an_imported_history_has_the_dates_that_the_programme_gives(self):
        self.program.write({'points_pending_days': 30, 'points_expiry': 'quarter_end', 'points_expiry_count': 1,
                            'points_grace_days': 5, 'membership_tz': 'America/New_York'})
        days = [date(2026, month, day) for month in range(1, 12) for day in (1, 15, 28)]
        rows = [{'reference': f'R{day}', 'member_ref': 'ADA', 'timestamp': f'{day} 23:30:00', 'amount': '10'}
                for day in days if day <= date(2026, 11, 20)]
        self.partner.ref = 'ADA'
        with freeze_time('2026-11-22 12:00:00'):
            result = self.env['membership.history.import']._load(rows, self.program, timezone='America/New_York')
            self.assertFalse(result.rejected)
            for entry in self.account.entry_ids:
                self.assertEqual(
                    {name: entry[name] or None if name != 'is_pending' else entry[name]
                     for name in ('available_from', 'expires_on', 'is_pending')},
                    self.program._membership_credit_terms('earn', entry.date), entry.date)
        waiting = self.account.entry_ids.filtered('is_pending')
        self.assertEqual((len(waiting), self.state()), (3, (10 * (len(rows) - 3), 30)))
        self.assertEqual(self.native(), self.account.points)
