from freezegun import freeze_time
from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_liability import LiabilityCommon


@tagged('post_install', '-at_install')
class TestLiabilityBooks(LiabilityCommon):
    """IFRS 15 Example 52 from the sales order to the journal entry."""

    def first_year(self):
        order = self.sell(100000, '2026-01-10')
        self.move_points('redeem', -4500, '2026-06-10')
        return order

    def test_the_published_example_is_booked_to_the_cent(self):
        self.first_year()
        move = self.book('2026-06')
        self.assertEqual((move.state, str(move.date)), ('draft', '2026-06-30'))
        self.assertEqual(self.entry(move), [
            ("Sales", 8675.8), ("Owed for points", -8675.8), ("Owed for points", 4109.59), ("Sales", -4109.59)])
        cohort = self.policy.cohort_ids
        self.assertEqual((cohort.allocated, cohort.redeemed, cohort.liability), (8675.8, 4109.59, 4566.21))
        self.assertEqual(self.roll_forward('2026-06', 'points'), [0, 10000, -4500, 0, 0, 5500])
        self.move_points('redeem', -4000, '2026-08-10')
        self.estimate(0.97)
        self.assertEqual(self.entry(self.book('2026-08')), [("Owed for points", 3492.91), ("Sales", -3492.91)])
        self.assertEqual(cohort.liability, 1073.3)
        # 4,109.59 + 3,566.05... at the old estimate, and what the new one takes back.
        self.assertEqual(self.money('2026-08'), [4566.21, 0, -3652.97, 0, 160.06, 1073.3])
        self.move_points('expire', -1500, '2026-09-30')
        self.assertEqual(self.entry(self.book('2026-09')), [("Owed for points", 1073.3), ("Breakage", -1073.3)])
        self.assertEqual(self.money('2026-09'), [1073.3, 0, 0, -1073.3, 0, 0])
        self.assertEqual(self.roll_forward('2026-09', 'points'), [1500, 0, 0, -1500, 0, 0])

    def estimate(self, rate, reason="They come more often", user=None, at='2026-08-31', **line):
        with freeze_time(f'{at} 09:00:00'):
            wizard = self.env['membership.revenue.estimate'].with_user(user or self.bookkeeper).create({
                'policy_id': self.policy.id, 'expected_rate': rate, 'reason': reason})
            wizard.line_ids.write(line)
            effect = wizard.effect
            wizard.action_apply()
        return effect

    def test_a_tenth_of_the_sale_is_refunded_with_points_that_were_not_redeemed(self):
        with freeze_time('2026-01-10 10:00:00'):
            order = self.order(90000, 10000)
            invoice = self.invoice(order)
        self.book('2026-01')
        with freeze_time('2026-02-05 10:00:00'):
            self.credit(invoice, {1: 10000})
        move = self.book('2026-02')
        # The credit note took 10,000.00 out of sales; 867.58 of it were never sales, but owed for points.
        self.assertEqual(self.entry(move), [("Sales", -867.58), ("Owed for points", 867.58)])
        self.assertEqual(self.policy.cohort_ids.liability, 7808.22)
        self.assertEqual(self.roll_forward('2026-02', 'points'), [10000, -1000, 0, 0, 0, 9000])

    def test_a_second_run_books_nothing_and_what_comes_late_is_in_the_next_entry(self):
        self.first_year()
        self.book('2026-06')
        with self.assertRaisesRegex(UserError, "nothing to book"), freeze_time('2027-01-02'):
            self.close('2026-06').action_book()
        self.move_points('redeem', -500, '2026-06-11')
        self.assertEqual(self.entry(self.book('2026-07')), [("Owed for points", 456.62), ("Sales", -456.62)])
        with self.assertRaisesRegex(UserError, "is booked already"), freeze_time('2027-01-02'):
            self.close('2026-06').action_book()

    def test_a_month_that_is_not_over_is_a_preview_only(self):
        self.first_year()
        with freeze_time('2026-06-20 10:00:00'):
            self.assertIn("4,109.59", self.close('2026-06').html)
            with self.assertRaisesRegex(UserError, "is not over"):
                self.close('2026-06').action_book()
        self.assertFalse(self.policy.cohort_ids)

    def test_a_cancelled_or_reversed_entry_is_made_good_by_the_next_one(self):
        self.first_year()
        first = self.book('2026-06')
        with self.assertRaises(UserError) as refused:
            first.unlink()
        self.assertIn("Cancel it", str(refused.exception))
        first.button_cancel()
        self.assertEqual(self.policy.cohort_ids.liability, 0)
        second = self.book('2026-06')
        self.assertEqual(self.entry(second), self.entry(first))
        second.action_post()
        self.assertEqual(self.ties(), {})
        reversal = second._reverse_moves([{'date': '2026-07-01'}])
        reversal.action_post()
        self.assertEqual(self.entry(self.book('2026-07')), self.entry(first))
        self.assertEqual(self.policy.cohort_ids.liability, 4566.21)

    def test_books_that_are_locked_are_said_before_and_the_entry_takes_the_next_day(self):
        self.first_year()
        self.env.company.fiscalyear_lock_date = '2026-07-31'
        with freeze_time('2027-01-02'):
            self.assertIn("2026-08-01", self.close('2026-06').html)
        self.assertEqual(str(self.book('2026-06').date), '2026-08-01')

    def test_history_is_never_changed(self):
        self.first_year()
        self.book('2026-06')
        self.env.flush_all()
        for statement in ("UPDATE membership_revenue_posting SET allocated = 0",
                          "DELETE FROM membership_revenue_posting"):
            with self.assertRaises(RestrictViolation), mute_logger('odoo.sql_db'), self.cr.savepoint():
                self.cr.execute(statement)

    def test_an_estimate_shows_its_effect_first_and_keeps_its_reason(self):
        self.first_year()
        self.book('2026-06')
        self.assertEqual(self.estimate(0.9, "Fewer come back", at='2026-07-05'), 228.31)
        cohort = self.policy.cohort_ids
        self.assertEqual((cohort.expected_rate, cohort.allocation_rate, self.policy.expected_rate), (0.9, 0.95, 0.9))
        self.assertEqual(cohort._last_posting().kind, 'estimate')
        self.assertEqual(cohort._last_posting().reason, "Fewer come back")
        self.assertEqual(self.money('2026-07'), [4566.21, 0, 0, 0, -228.31, 4337.9])
        with self.assertRaisesRegex(UserError, "Between 0 and 100"):
            self.estimate(1.2)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.estimate(0.8, " ")

    def test_an_amount_can_be_given_by_hand(self):
        """KPMG's example rounds the shares to 91 and 9 %."""
        self.policy.expected_rate = 0.97
        self.first_year()
        self.book('2026-05')
        self.estimate(0.97, at='2026-06-01', is_allocation_given=True, given_allocation=9000)
        self.book('2026-06')
        cohort = self.policy.cohort_ids
        self.assertEqual((cohort.allocated, cohort.redeemed), (9000, 4175.26))

    def test_the_rate_is_proposed_from_points_that_are_old_enough(self):
        self.first_year()
        self.sell(1000, '2026-12-10')
        with freeze_time('2027-02-01 09:00:00'):
            wizard = self.env['membership.revenue.estimate'].with_user(self.bookkeeper).new({
                'policy_id': self.policy.id})
            self.assertEqual(wizard.expected_rate, 0.45)
            self.assertIn("45.00", wizard.history)
            self.policy.history_months = 60
            self.assertFalse(self.env['membership.revenue.estimate'].new({'policy_id': self.policy.id}).has_history)

    def test_points_handed_to_another_member_stay_in_their_cohort(self):
        self.sell(1000, '2026-01-10')
        self.sell(3000, '2026-02-10')
        friend = self.program._enrol(self.env['res.partner'].create({'name': "Friend"}))
        with freeze_time('2026-03-01 10:00:00'):
            self.env['membership.transfer']._post(self.account, friend, 200, 'hand-over', kind='gift')
        self.move_points('redeem', -150, '2026-03-05', account=friend)
        self.book('2026-03')
        left = {str(cohort.month): cohort.open_points for cohort in self.policy.cohort_ids}
        # Half of what the friend got was of January, half of February, and so is what the friend redeemed.
        self.assertEqual(left, {'2026-01-01': 25, '2026-02-01': 225})
        self.assertEqual(set(self.ties()), {f"Balance of {self.policy.liability_account_id.display_name}"})

    def test_points_without_a_sale_are_counted_and_owe_nothing(self):
        self.sell(1000, '2026-01-10')
        self.move_points('bonus', 500, '2026-01-20')
        self.book('2026-01').action_post()
        self.assertEqual(self.roll_forward('2026-01', 'points'), [0, 600, 0, 0, 0, 600])
        self.assertEqual(
            {cohort.origin: cohort.liability for cohort in self.policy.cohort_ids}, {'sale': 86.76, 'free': 0})
        self.assertEqual(self.ties(), {})


@tagged('post_install', '-at_install')
class TestLiabilityTieOut(LiabilityCommon):

    def test_a_draft_is_named_and_posting_it_brings_nought(self):
        self.sell(1000, '2026-01-10')
        move = self.book('2026-01')
        [(difference, hint)] = self.ties().values()
        self.assertEqual(difference, -86.76)
        self.assertIn("draft entries", hint)
        move.action_post()
        self.assertEqual(self.ties(), {})
        with freeze_time('2027-01-02'):
            self.assertIn("0.00", self.close('2026-01', self.auditor).html)

    def test_a_foreign_entry_on_the_account_is_found(self):
        self.sell(1000, '2026-01-10')
        move = self.book('2026-01')
        move.line_ids = [Command.update(line.id, {name: 100}) for line in move.line_ids
                         for name in ('debit', 'credit') if line[name]]
        move.action_post()
        found = self.env['membership.ledger.audit']._differences()['revenue_entries_tie_to_cohorts']
        self.assertEqual([tuple(map(float, row[1:])) for row in found], [(100.0, 86.76)])
        self.assertEqual([float(difference) for difference, _hint in self.ties().values()], [13.24])
        move.button_draft()
        move.button_cancel()

    def test_a_balance_that_somebody_wrote_is_found(self):
        self.sell(1000, '2026-01-10')
        self.env.flush_all()
        self.cr.execute("UPDATE loyalty_card SET points = 777 WHERE id = %s", [self.account.id])
        self.env.invalidate_all()
        self.assertEqual(self.ties()["Balances of the members"][0], 677)
        self.cr.execute("UPDATE loyalty_card SET points = 100 WHERE id = %s", [self.account.id])


@tagged('post_install', '-at_install')
class TestLiabilityRights(LiabilityCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Other company")['company']
        cls.stranger = cls.create_user(
            'points_stranger', 'membership_loyalty.group_membership_accountant', company_id=cls.other.id,
            company_ids=cls.other.ids)

    def test_an_auditor_sees_everything_and_books_nothing(self):
        self.sell(1000, '2026-01-10')
        with freeze_time('2027-01-02'):
            self.assertIn("86.76", self.close('2026-01', self.auditor).html)
            with self.assertRaises(AccessError):
                self.close('2026-01', self.auditor).action_book()
        with self.assertRaises(AccessError):
            self.policy.with_user(self.auditor).expected_rate = 0.5
        with self.assertRaises(AccessError):
            self.env['membership.revenue.estimate'].with_user(self.auditor).create({
                'policy_id': self.policy.id, 'reason': "No"})

    def test_nobody_writes_cohorts_or_their_history(self):
        self.sell(1000, '2026-01-10')
        self.book('2026-01')
        cohort = self.policy.cohort_ids.with_user(self.bookkeeper)
        for attempt in (lambda: cohort.write({'expected_rate': 0.1}), lambda: cohort.unlink(),
                        lambda: cohort.posting_ids.copy(), lambda: cohort.posting_ids.unlink()):
            with self.assertRaises(AccessError):
                attempt()
        with self.assertRaisesRegex(UserError, "were booked already"):
            self.policy.liability_account_id = self.policy.liability_account_id.copy()

    def test_another_company_sees_and_books_its_own(self):
        self.sell(1000, '2026-01-10')
        self.book('2026-01')
        there = self.env['membership.revenue.policy'].with_user(self.stranger)
        self.assertFalse(there.search([]))
        self.assertFalse(self.env['membership.revenue.posting'].with_user(self.stranger).search([]))
        with self.assertRaises(AccessError):
            self.close('2026-02', self.stranger).action_book()
        with self.assertRaises(AccessError):
            self.close('2026-02', self.stranger).html  # noqa: B018

    def test_a_salesman_sees_nothing(self):
        with self.assertRaises(AccessError):
            self.policy.with_user(self.salesman).read(['point_value'])
