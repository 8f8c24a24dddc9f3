from datetime import date

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models import membership_points_expiry
from .common import MembershipCommon

JOB = 'membership.points.expiry'


@tagged('post_install', '-at_install')
class TestPointsExpiry(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write({'points_expiry': 'days', 'points_expiry_count': 180, 'points_grace_days': 0})

    def post(self, kind, amount, key, account=None, **values):
        return (account or self.account)._membership_post_single(kind, amount, key, key, **values)

    def rows(self, account=None):
        return [(entry.kind, entry.amount, entry.remaining, entry.document_key)
                for entry in (account or self.account).entry_ids.sorted('id')]

    # ------------------------------------------------------------------ the policy is copied at issue

    def test_each_kind_of_points_gets_its_last_day_when_it_is_issued(self):
        self.program.enrolment_bonus = 10
        with freeze_time('2026-01-31 12:00:00'):
            account = self.program._enrol(self.env['res.partner'].create({'name': "New"}))
            for kind in ('earn', 'bonus', 'adjust', 'opening', 'transfer'):
                self.post(kind, 5, kind, account)
            self.post('transfer', 5, 'dated', account, expires_on=date(2026, 3, 1))
        days = {entry.document_key: entry.expires_on for entry in account.entry_ids}
        last = date(2026, 7, 30)
        self.assertEqual(days, {
            f'enrol:{account.id}': last, 'earn': last, 'bonus': last, 'adjust': last, 'opening': last,
            'transfer': False, 'dated': date(2026, 3, 1)}, "Points that move keep the day they had, or none")

    def test_a_later_change_of_the_policy_does_not_touch_issued_points(self):
        with freeze_time('2026-01-31 12:00:00'):
            entry = self.post('earn', 5, 'a')
            self.program.write({'points_expiry': 'never'})
            self.assertEqual(entry.expires_on, date(2026, 7, 30))
            self.assertFalse(self.post('earn', 5, 'b').expires_on)

    def test_money_paid_in_never_gets_a_last_day(self):
        entry = self.post('top_up', 100, 'paid', value_type='principal')
        self.assertFalse(entry.expires_on)
        self.assertFalse(entry.is_pending)

    def test_the_policy_is_said_in_plain_words(self):
        with freeze_time('2026-11-22 12:00:00'):
            self.program.write({'points_expiry': 'year_end', 'points_expiry_count': 1, 'points_pending_days': 7})
            self.assertEqual(
                self.program.points_policy_text,
                "Points earned today can be spent from November 29, 2026 and expire after December 31, 2027.")
            self.program.write({'points_expiry': 'never', 'points_pending_days': 0, 'points_pending_event': 'paid'})
            self.assertEqual(
                self.program.points_policy_text,
                "Points of a sales order can be spent as soon as its invoices are paid. Points earned today can be "
                "spent from the next purchase on and do not expire.")

    def test_a_policy_that_says_nothing_is_refused(self):
        for values in ({'points_expiry': 'months', 'points_expiry_count': 0}, {'points_expiry': 'date'},
                       {'points_expiry': 'inactivity', 'points_active_purchase': False,
                        'points_active_redemption': False}):
            with self.subTest(values), self.assertRaises(ValidationError), self.cr.savepoint():
                self.program.write(values)

    def test_posting_costs_no_query_more_because_of_a_policy_or_of_more_members(self):
        accounts = self.program._enrol(self.env['res.partner'].create([{'name': f"M{n}"} for n in range(100)]))

        def queries(key, accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env['membership.ledger.entry']._reconcile([
                account._membership_single_posting('earn', 10, f'{key}:{account.id}', "Earned")
                for account in accounts])
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries('first', accounts[:1])  # fills what is cached for good
        with_policy = queries('policy', accounts[:1])
        self.program.points_expiry = 'never'
        self.assertEqual(queries('plain', accounts[:1]), with_policy)
        self.program.points_expiry = 'months'
        self.assertEqual(queries('many', accounts), with_policy)
        self.program.points_pending_days = 7
        self.assertLessEqual(queries('pending', accounts), with_policy)

    # ------------------------------------------------------------------ the job

    def test_points_can_be_spent_on_their_last_day_and_expire_on_the_day_after(self):
        with freeze_time('2017-07-04 12:00:00'):
            self.post('earn', 100, 'a')
            self.post('redeem', -30, 'b')
        with freeze_time('2017-12-31 12:00:00'):
            self.run_job(JOB)
            self.assertEqual(self.account.points, 70)
        with freeze_time('2018-01-01 12:00:00'):
            run = self.run_job(JOB)
        credit = self.account.entry_ids.filtered(lambda entry: entry.document_key == 'a')
        self.assertEqual(self.rows()[-1], ('expire', -70, 0, f'expire:{credit.id}'))
        self.assertEqual((self.account.points, credit.remaining, run.done, run.changed), (0, 0, 1, 1))
        native = self.account.history_ids.sorted('id')[-1]
        self.assertEqual((native.issued, native.used, native.description), (0, 70, "Expired points"))
        self.assertAuditClean()
        with freeze_time('2018-01-02 12:00:00'):
            self.assertEqual(self.run_job(JOB).done, 0, "A second run finds nothing")

    def test_many_credits_of_many_members_expire_in_batches_with_one_native_row_each(self):
        self.patch(membership_points_expiry, 'BATCH', 7)
        others = self.program._enrol(self.env['res.partner'].create([{'name': f"M{n}"} for n in range(9)]))
        with freeze_time('2026-01-01 12:00:00'):
            for number, account in enumerate(others):
                for turn in range(3):
                    self.post('earn', 10 + number, f'{number}:{turn}', account)
        with freeze_time('2026-12-01 12:00:00'):
            self.post('earn', 1, 'young', others[0])
            run = self.run_job(JOB)
            self.assertEqual((run.done, run.changed, self.env[JOB]._job_count()), (27, 27, 0))
        self.assertEqual(others.mapped('points'), [1] + [0] * 8)
        self.assertEqual(sum(others.history_ids.mapped('used')), 3 * sum(10 + n for n in range(9)))
        self.assertAuditClean()

    def test_the_day_is_that_of_the_programme(self):
        self.program.membership_tz = 'America/New_York'
        tokyo = self.create_program(self.env, name="Tokyo", membership_tz='Asia/Tokyo', points_expiry='days',
                                    points_expiry_count=180)
        account = tokyo._enrol(self.partner)
        for card in (self.account, account):
            self.post('bonus', 10, 'same', card, date=date(2017, 7, 4), occurred_at='2017-07-04 12:00:00')
        with freeze_time('2017-12-31 15:30:00'):  # the new year has begun in Tokyo
            self.run_job(JOB)
        self.assertEqual((self.account.points, account.points), (10, 0))
        with freeze_time('2018-01-01 05:00:00'):
            self.run_job(JOB)
        self.assertEqual(self.account.points, 0)

    # ------------------------------------------------------------------ refunds after expiry

    def spent_then_expired(self):
        with freeze_time('2026-01-01 12:00:00'):
            self.post('earn', 100, 'a')
            self.post('redeem', -60, 'b')
        with freeze_time('2026-07-10 12:00:00'):
            self.run_job(JOB)
        self.assertEqual(self.account.points, 0)

    def test_points_that_come_back_too_late_expire_at_the_next_run(self):
        self.spent_then_expired()
        with freeze_time('2026-07-20 12:00:00'):
            self.post('redeem', 60, 'refund', origins=('b',))
            self.assertEqual(self.account.points, 60)
            self.run_job(JOB)
        credit = self.account.entry_ids.filtered(lambda entry: entry.document_key == 'a')
        self.assertEqual(self.account.points, 0)
        self.assertEqual(
            self.account.entry_ids.filtered(lambda e: e.document_key == f'expire:{credit.id}').sorted('seq').mapped(
                lambda e: (e.seq, e.amount)), [(1, -40), (2, -60)])
        self.assertAuditClean()

    def test_points_that_come_back_can_be_spent_for_the_days_of_grace(self):
        self.program.points_grace_days = 30
        self.spent_then_expired()
        with freeze_time('2026-07-20 12:00:00'):
            self.post('redeem', 60, 'refund', origins=('b',))
            self.run_job(JOB)
            self.assertEqual(self.account.points, 60)
            self.assertEqual(self.account.expiring_points, 60)
            self.assertEqual(self.account.next_expiry, date(2026, 8, 19))
        with freeze_time('2026-08-19 12:00:00'):
            self.run_job(JOB)
            self.assertEqual(self.account.points, 60)
        with freeze_time('2026-08-20 12:00:00'):
            self.run_job(JOB)
        self.assertEqual(self.account.points, 0)
        self.assertAuditClean()

    def test_a_purchase_that_is_refunded_after_its_points_expired_costs_them_only_once(self):
        with freeze_time('2026-01-01 12:00:00'):
            self.post('earn', 100, 'a')
            self.post('redeem', -30, 'b')
        with freeze_time('2026-07-10 12:00:00'):
            self.run_job(JOB)
            self.post('earn', 50, 'c')
            self.post('earn', -40, 'part', origins=('a',))
            self.assertEqual(self.account.points, 50, "These had expired already")
            self.assertFalse(self.post('earn', -40, 'part', origins=('a',)), "A replay posts nothing")
            self.post('earn', -60, 'rest', origins=('a',))
            self.assertEqual(self.account.points, 20, "70 had expired, 30 were spent")
        credit = self.account.entry_ids.filtered(lambda entry: entry.document_key == 'a')
        expired = self.account.entry_ids.filtered(lambda entry: entry.document_key == f'expire:{credit.id}')
        self.assertEqual(expired.sorted('seq').mapped('amount'), [-70, 40, 30])
        self.assertAuditClean()
        with freeze_time('2026-07-12 12:00:00'):
            self.post('earn', 0, 'rest', origins=('a',))
            self.run_job(JOB)
            self.assertEqual(self.account.points, 50, "What it took of later points is back, the rest expired again")
        self.assertAuditClean()

    def test_grace_never_shortens_what_is_valid_longer(self):
        self.program.points_grace_days = 30
        with freeze_time('2026-01-01 12:00:00'):
            credit = self.post('earn', 100, 'a')
            self.post('redeem', -60, 'b')
            self.post('redeem', 60, 'refund', origins=('b',))
        self.assertEqual((credit.remaining, credit.expires_on), (100, date(2026, 6, 30)))
