from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import MembershipCommon

JOB = 'membership.points.expiry'


@tagged('post_install', '-at_install')
class TestPointsClock(MembershipCommon):
    """Points that expire when a member is not seen, points of before, and the mail that reminds of both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write({'points_expiry': 'days', 'points_expiry_count': 180, 'points_grace_days': 0})

    def post(self, kind, amount, key, **values):
        return self.account._membership_post_single(kind, amount, key, key, **values)

    # ------------------------------------------------------------------ inactivity

    def test_the_whole_balance_expires_when_the_member_was_not_seen(self):
        self.program.write({'points_expiry': 'inactivity', 'points_expiry_count': 12})
        self.env['membership.purchase']._upsert([self.purchase('2025-02-28', 40)])
        self.post('earn', 40, 'p', date=date(2025, 2, 28))
        with freeze_time('2025-06-01 12:00:00'):
            self.post('redeem', -5, 'spent')
        self.assertEqual(self.account.points_expire_on, date(2026, 6, 1))
        self.env['membership.purchase']._upsert([self.purchase('2025-03-31', 0.5)])
        self.assertEqual(self.account.points_expire_on, date(2026, 6, 1), "A late purchase turns no clock back")
        with freeze_time('2026-06-01 12:00:00'):
            self.run_job(JOB)
            self.assertEqual(self.account.points, 35)
        with freeze_time('2026-06-02 12:00:00'):
            self.run_job(JOB)
        self.assertEqual((self.account.points, self.account.points_expire_on), (0, False))
        self.assertAuditClean()

    def purchase(self, day, amount):
        return {'card_id': self.account.id, 'company_id': self.env.company.id, 'channel': 'api', 'amount_total': amount,
                'amount_untaxed': amount, 'base_amount': amount, 'occurred_at': f'{day} 12:00:00',
                'date': date.fromisoformat(day), 'document_key': f'test:{day}'}

    def test_only_the_chosen_events_keep_a_member_active(self):
        self.program.write({'points_expiry': 'inactivity', 'points_expiry_count': 12, 'points_active_purchase': False})
        self.env['membership.purchase']._upsert([self.purchase('2026-01-01', 40)])
        self.assertFalse(self.account.points_expire_on)
        self.post('bonus', 40, 'gift')
        self.assertFalse(self.account.points_expire_on, "A gift is nothing that the member does")
        self.post('redeem', -5, 'spent', date=date(2026, 2, 1))
        self.assertEqual(self.account.points_expire_on, date(2027, 2, 1))
        self.program.points_expiry = 'never'
        self.assertFalse(self.account.points_expire_on, "A clock that nothing restarts is stopped")

    def test_a_merge_keeps_the_later_clock(self):
        self.program.write({'points_expiry': 'inactivity', 'points_expiry_count': 12})
        self.post('bonus', 40, 'gift')
        self.env['membership.purchase']._upsert([self.purchase('2026-01-15', 1)])
        other = self.program._enrol(self.env['res.partner'].create({'name': "Ada Twin"}))
        self.account._membership_merge_into(other)
        self.assertEqual((other.points, other.points_expire_on), (40, date(2027, 1, 15)))
        self.assertAuditClean()

    # ------------------------------------------------------------------ points issued before

    def old_points(self):
        self.program.points_expiry = 'never'
        with freeze_time('2020-01-01 12:00:00'):
            self.post('earn', 100, 'old')
            self.post('redeem', -40, 'spent')
        self.program.write({'points_expiry': 'months', 'points_expiry_count': 12})

    def wizard(self, user, **values):
        return self.env['membership.expiry.start'].with_user(user).create({'program_id': self.program.id, **values})

    def test_earlier_points_do_not_expire_unless_the_owner_says_so(self):
        self.old_points()
        manager = new_test_user(self.env, 'expiry_manager', groups='membership_loyalty.group_membership_manager')
        with freeze_time('2026-01-31 12:00:00'):
            self.run_job(JOB)
            self.assertEqual(self.account.points, 60)
            wizard = self.wizard(manager)
            self.assertEqual((wizard.member_count, wizard.credit_count, wizard.points, wizard.last_day),
                             (1, 1, 60, date(2027, 1, 31)))
            with self.assertRaises(UserError):
                wizard.action_start()
            wizard.confirmed = True
            wizard.action_start()
            self.run_job(JOB)
            self.assertEqual(self.account.points, 60, "One full period from the day it was switched on")
            self.assertFalse(self.program.points_old_expire_on, "All of them have their day")
            with self.assertRaises(UserError):
                self.wizard(manager, confirmed=True).action_start()
        with freeze_time('2027-02-01 12:00:00'):
            self.run_job(JOB)
        self.assertEqual(self.account.points, 0)
        self.assertAuditClean()

    def test_what_a_converted_programme_opens_with_follows_its_policy(self):
        native = self.create_program(self.env, name="Native", is_membership=False, points_expiry='year_end',
                                     points_expiry_count=1)
        own, other = self.env['loyalty.card'].create([
            {'program_id': native.id, 'partner_id': self.env['res.partner'].create({'name': name}).id, 'points': 30,
             'expiration_date': day} for name, day in (("Own day", '2026-12-24'), ("No day", False))])
        with freeze_time('2026-11-22 12:00:00'):
            native._membership_convert(create_tiers=False)
        self.assertEqual(own.entry_ids.expires_on, date(2026, 12, 24), "What it had natively")
        self.assertEqual(other.entry_ids.expires_on, date(2027, 12, 31))

    def test_a_manager_decides_for_the_own_company_only(self):
        other = self.env['res.company'].create({'name': "Other Company"})
        foreign = self.create_program(self.env, name="Foreign", company_id=other.id, points_expiry='months')
        manager = new_test_user(self.env, 'own_manager', groups='membership_loyalty.group_membership_manager')
        with self.assertRaises(AccessError):
            self.env['membership.expiry.start'].with_user(manager).create(
                {'program_id': foreign.id, 'confirmed': True}).action_start()
        self.assertFalse(foreign.points_old_expire_on)

    def test_only_a_manager_lets_earlier_points_expire(self):
        user = new_test_user(self.env, 'expiry_user', groups='membership_loyalty.group_membership_user')
        with self.assertRaises(AccessError):
            self.wizard(user)

    def test_the_clock_of_inactivity_can_be_started_for_all_members(self):
        self.old_points()
        self.program.points_expiry = 'inactivity'
        with freeze_time('2026-01-31 12:00:00'):
            self.assertEqual(self.wizard(self.env.user).member_count, 1)
            self.wizard(self.env.user, confirmed=True).action_start()
        self.assertEqual(self.account.points_expire_on, date(2027, 1, 31))

    # ------------------------------------------------------------------ reminder

    def test_members_are_reminded_once_a_month(self):
        self.partner.email = 'ada@example.com'
        self.program.points_reminder_days = 14
        with freeze_time('2026-01-01 12:00:00'):
            self.post('earn', 100, 'a')
        mails = self.env['mail.mail'].search([]).ids
        for day, sent in (('2026-06-15', 0), ('2026-06-16', 1), ('2026-06-17', 1), ('2026-06-30', 1)):
            with freeze_time(f'{day} 12:00:00'):
                self.run_job('membership.points.reminder')
            new = self.env['mail.mail'].search([('id', 'not in', mails)])
            self.assertEqual(len(new), sent, day)
        self.assertIn("100 Points", new.body_html)
        self.assertIn("06/30/2026", new.body_html)
        self.assertEqual(new.recipient_ids, self.partner)

    def test_members_are_reminded_of_the_end_of_their_clock(self):
        self.partner.email = 'ada@example.com'
        self.program.write({'points_expiry': 'inactivity', 'points_expiry_count': 12, 'points_reminder_days': 14})
        self.post('bonus', 70, 'gift')
        self.env['membership.purchase']._upsert([self.purchase('2026-01-15', 1)])
        mails = self.env['mail.mail'].search([]).ids
        with freeze_time('2026-12-31 12:00:00'):
            self.assertEqual(self.run_job('membership.points.reminder').done, 0)
        with freeze_time('2027-01-01 12:00:00'):
            self.assertEqual(self.run_job('membership.points.reminder').done, 1)
        mail = self.env['mail.mail'].search([('id', 'not in', mails)])
        self.assertIn("70 Points", mail.body_html)
        self.assertIn("01/15/2027", mail.body_html)
