from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError
from psycopg2.errors import RestrictViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestLedger(MembershipCommon):

    def post(self, key, kind, amount, **values):
        return self.account._membership_post_single(kind, Decimal(str(amount)), key, key, **values)

    def remaining(self):
        entries = self.env['membership.ledger.entry'].search([('card_id', '=', self.account.id)], order='id')
        return [(entry.document_key, entry.amount, entry.remaining) for entry in entries]

    def test_balance_and_display_row_follow_the_ledger(self):
        self.post('sale:1', 'earn', 100)
        self.post('sale:2', 'redeem', -30)
        self.assertEqual(self.account.points, 70)
        self.assertEqual(
            self.account.history_ids.sorted('id').mapped(lambda row: (row.issued, row.used)), [(100, 0), (0, 30)])
        self.assertAuditClean()

    def test_posting_twice_posts_nothing(self):
        self.assertEqual(len(self.post('sale:1', 'earn', 100)), 1)
        self.assertFalse(self.post('sale:1', 'earn', 100))
        self.assertEqual(self.account.points, 100)

    def test_edit_posts_the_difference(self):
        self.post('sale:1', 'earn', 100)
        self.post('sale:1', 'earn', 60)
        self.post('sale:1', 'earn', 80)
        self.assertEqual(self.remaining(), [('sale:1', 100, 80), ('sale:1', -40, 0), ('sale:1', 20, 0)])
        self.assertAuditClean()

    def test_oldest_expiry_is_spent_first(self):
        self.post('late', 'earn', 50, expires_on=date(2030, 12, 31))
        self.post('never', 'earn', 50)
        self.post('soon', 'earn', 50, expires_on=date(2030, 6, 30))
        self.post('sale:1', 'redeem', -70)
        self.assertEqual(
            self.remaining(), [('late', 50, 30), ('never', 50, 50), ('soon', 50, 0), ('sale:1', -70, 0)])

    def test_refund_restores_the_very_credits(self):
        self.post('late', 'earn', 50, expires_on=date(2030, 12, 31))
        self.post('soon', 'earn', 50, expires_on=date(2030, 6, 30))
        self.post('sale:1', 'redeem', -70)
        self.post('refund:1', 'redeem', 40, origins=('sale:1',))
        self.assertEqual(self.remaining()[:2], [('late', 50, 50), ('soon', 50, 20)])
        self.post('refund:2', 'redeem', 30, origins=('sale:1',))
        self.assertEqual(self.remaining()[:2], [('late', 50, 50), ('soon', 50, 50)])
        self.assertEqual(self.account.points, 100)
        self.assertAuditClean()

    def test_refund_of_spent_points_becomes_debt_and_is_collected(self):
        self.post('sale:1', 'earn', 100)
        self.post('sale:2', 'redeem', -80)
        self.post('refund:1', 'earn', -100, origins=('sale:1',))
        self.assertEqual(self.account.points, -80)
        self.post('sale:3', 'earn', 30)
        self.assertEqual(self.account.points, -50)
        self.assertAuditClean()
        self.post('sale:4', 'earn', 70)
        self.assertEqual(self.account.points, 20)
        self.assertAuditClean()

    def test_refunded_points_come_from_the_sale_they_were_earned_with(self):
        self.post('old', 'earn', 100, expires_on=date(2030, 1, 31))
        self.post('sale:1', 'earn', 40, expires_on=date(2031, 1, 31))
        self.post('refund:1', 'earn', -40, origins=('sale:1',))
        self.assertEqual(self.remaining()[:2], [('old', 100, 100), ('sale:1', 40, 0)])

    def test_pending_points_are_not_spendable_but_can_be_taken_back(self):
        self.post('sale:1', 'earn', 40, is_pending=True)
        self.assertEqual(self.account.points, 0)
        self.post('refund:1', 'earn', -40, origins=('sale:1',))
        self.assertEqual(self.remaining(), [('sale:1', 40, 0), ('refund:1', -40, 0)])
        self.assertAuditClean()

    def test_debt_calls_the_manager_once(self):
        self.program.membership_manager_id = self.env.ref('base.user_admin')
        self.post('sale:1', 'redeem', -10)
        self.post('sale:2', 'redeem', -10)
        self.assertEqual(len(self.account.activity_ids), 1)

    @mute_logger('odoo.sql_db')
    def test_entries_cannot_be_changed_or_deleted(self):
        entry = self.post('sale:1', 'earn', 100)
        for statement in (
            'UPDATE membership_ledger_entry SET amount = 1 WHERE id = %s',
            'UPDATE membership_ledger_entry SET is_pending = TRUE WHERE id = %s',
            'DELETE FROM membership_ledger_entry WHERE id = %s',
        ):
            with self.subTest(statement), self.assertRaises(RestrictViolation), self.cr.savepoint():
                self.cr.execute(statement, [entry.id])

    @mute_logger('odoo.sql_db')
    def test_a_last_day_is_set_once_and_then_only_moved_later(self):
        entry = self.post('sale:1', 'earn', 100)
        for day in ('2030-06-30', '2030-07-31'):
            self.cr.execute('UPDATE membership_ledger_entry SET expires_on = %s WHERE id = %s', [day, entry.id])
        for day in ('2030-07-30', None):
            with self.subTest(day), self.assertRaises(RestrictViolation), self.cr.savepoint():
                self.cr.execute('UPDATE membership_ledger_entry SET expires_on = %s WHERE id = %s', [day, entry.id])

    @mute_logger('odoo.sql_db')
    def test_matches_cannot_be_changed_or_deleted(self):
        self.post('sale:1', 'earn', 100)
        self.post('sale:2', 'redeem', -100)
        for statement in ('UPDATE membership_ledger_match SET amount = 1', 'DELETE FROM membership_ledger_match'):
            with self.subTest(statement), self.assertRaises(RestrictViolation), self.cr.savepoint():
                self.cr.execute(statement)

    @mute_logger('odoo.sql_db')
    def test_the_database_refuses_impossible_entries(self):
        entry = self.post('sale:1', 'earn', 100)
        for statement in (
            'UPDATE membership_ledger_entry SET remaining = 101 WHERE id = %s',
            'UPDATE membership_ledger_entry SET remaining = -1 WHERE id = %s',
        ):
            with self.subTest(statement), self.assertRaises(IntegrityError), self.cr.savepoint():
                self.cr.execute(statement, [entry.id])

    def test_points_that_are_no_number_are_refused(self):
        for amount in ('NaN', 'Infinity'):
            with self.subTest(amount), self.assertRaises(ValueError):
                self.post('sale:1', 'earn', amount)
        self.assertFalse(self.remaining())

    def test_audit_names_a_forged_balance(self):
        self.post('sale:1', 'earn', 100)
        self.env.flush_all()
        self.cr.execute('UPDATE loyalty_card SET points = 999 WHERE id = %s', [self.account.id])
        differences = self.env['membership.ledger.audit']._differences()
        self.assertEqual(
            differences['balance_is_sum_of_remaining'], [(self.account.id, 999, 100)])
