from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import membership_benefit_job
from .common import MembershipCommon
from .common_benefits import MembershipBenefitMixin


@tagged('post_install', '-at_install')
@freeze_time('2026-05-20 08:00:00')
class TestGifts(MembershipBenefitMixin, MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coupons = cls.create_coupons()
        cls.clerk = cls.create_user('gift_clerk', 'membership_loyalty.group_membership_user')
        cls.auditor = cls.create_user('gift_auditor', 'membership_loyalty.group_membership_auditor')
        cls.partner.email = 'ada@example.com'
        cls.env.cr.execute("UPDATE loyalty_card SET create_date = '2026-01-01' WHERE id = %s", [cls.account.id])

    def enrol(self, name, born=None, **values):
        partner = self.env['res.partner'].create({'name': name, **values})
        account = self.program._enrol(partner)
        self.env.cr.execute("UPDATE loyalty_card SET create_date = '2026-01-01' WHERE id = %s", [account.id])
        if born:
            self.born(born, partner)
        return account

    # ------------------------------------------------------------------ birthdays

    def test_a_birthday_gives_a_personal_voucher_and_points_once_a_year(self):
        benefit = self.create_benefit(
            'birthday', points=50, coupon_program_id=self.coupons.id, coupon_days=14, birthday_lead_days=3)
        self.born('1990-05-23')
        self.assertEqual(self.run_job(), (1, 1))
        grant = self.grants()
        self.assertEqual(
            (grant.benefit_id, grant.period, grant.points, grant.state, str(grant.given_on), str(grant.valid_until)),
            (benefit, '2026', 50, 'given', '2026-05-20', '2026-06-03'))
        coupon = grant.coupon_id
        self.assertEqual(
            (coupon.program_id, coupon.partner_id, coupon.points, str(coupon.expiration_date)),
            (self.coupons, self.partner, 1, '2026-06-03'))
        self.assertEqual((self.account.points, self.account.entry_ids.kind), (50, 'bonus'))
        mails = self.env['mail.mail'].search([('model', '=', 'loyalty.card'), ('res_id', '=', coupon.id)])
        self.assertIn(coupon.code, mails.body_html)
        self.assertEqual(self.run_job(), (0, 0))
        with freeze_time('2027-05-20 08:00:00'):
            self.assertEqual(self.run_job(), (1, 1))
        self.assertEqual(self.grants().mapped('period'), ['2026', '2027'])
        self.assertAuditClean()

    def test_the_windows_around_the_birthday(self):
        cases = [  # window, days in advance, born on, given on 20 May 2026, a Wednesday
            ('day', 0, '1990-05-20', True), ('day', 0, '1990-05-21', False), ('day', 1, '1990-05-21', True),
            ('day', 0, '1990-05-15', True), ('day', 0, '1990-05-12', False),  # the job may be late, but not for ever
            ('week', 0, '1990-05-24', True), ('week', 0, '1990-05-25', False), ('week', 5, '1990-05-25', True),
            ('month', 0, '1990-05-31', True), ('month', 0, '1990-06-01', False), ('month', 12, '1990-06-30', True),
        ]
        for window, lead, born, given in cases:
            with self.subTest(window=window, lead=lead, born=born), self.env.cr.savepoint() as savepoint:
                self.create_benefit('birthday', points=5, birthday_window=window, birthday_lead_days=lead)
                self.born(born)
                self.assertEqual(self.run_job(), (int(given), int(given)))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_was_born_on_29_february_has_a_birthday_every_year(self):
        self.create_benefit('birthday', points=5)
        self.born('1992-02-29')
        for year, day in (('2026', '02-28'), ('2027', '02-28'), ('2028', '02-29')):
            with freeze_time(f'{year}-02-27 08:00:00'):
                self.assertEqual(self.run_job(), (0, 0))
            with freeze_time(f'{year}-{day} 08:00:00'):
                self.assertEqual(self.run_job(), (1, 1), f"{day} {year}")

    def test_a_birthday_in_january_can_be_given_in_december(self):
        self.create_benefit('birthday', points=5, birthday_lead_days=7)
        self.born('1990-01-03')
        with freeze_time('2026-12-30 08:00:00'):
            self.assertEqual(self.run_job(), (1, 1))
        self.assertEqual(self.grants().period, '2027')
        with freeze_time('2027-01-03 08:00:00'):
            self.assertEqual(self.run_job(), (0, 0))

    def test_a_birthday_entered_less_than_30_days_before_counts_from_next_year_on(self):
        self.create_benefit('birthday', points=5)
        self.born('1990-05-20', known_on='2026-04-21')
        self.assertEqual(self.run_job(), (0, 0))
        self.born('1990-05-20', known_on='2026-04-20')
        self.assertEqual(self.run_job(), (1, 1))

    def test_who_leaves_or_joins_too_late_is_given_nothing(self):
        self.create_benefit('birthday', points=5)
        joined = self.program._enrol(self.env['res.partner'].create({'name': "Joined after the birthday"}))
        self.born('1990-05-18', joined.partner_id)
        left = self.enrol("Left", born='1990-05-20')
        left.partner_id.active = False
        archived = self.enrol("Account archived", born='1990-05-20')
        archived.active = False
        self.assertEqual(self.run_job(), (0, 0))

    def test_days_are_those_of_the_programme(self):
        self.create_benefit('birthday', points=5)
        self.program.membership_tz = 'America/New_York'
        self.born('1990-05-19')
        self.env.cr.execute("UPDATE loyalty_card SET create_date = '2026-05-20 02:00' WHERE id = %s", [self.account.id])
        with freeze_time('2026-05-20 02:00:00'):
            self.assertEqual(self.run_job(), (1, 1), "In New York it is the evening of the 19th")

    def test_a_member_who_changes_tier_has_one_birthday(self):
        silver = self.create_benefit('birthday', name="For Basic", points=5, tier_ids=self.basic.ids)
        self.create_benefit('birthday', name="For Gold", points=9, tier_ids=self.gold.ids)
        both = self.create_benefit('birthday', name="For all", points=1)
        self.born('1990-05-20')
        self.assertEqual(self.run_job(), (2, 2))
        self.account._membership_move_to(self.gold, "Spent a lot")
        self.assertEqual(self.run_job(), (0, 0))
        self.assertEqual(self.grants().benefit_id, silver | both)
        other = self.enrol("Gold at once", born='1990-05-20')
        other._membership_move_to(self.gold, "Test")
        self.run_job()
        self.assertEqual(other.points, 10)

    def test_without_e_mail_the_voucher_is_there_all_the_same(self):
        self.create_benefit('birthday', coupon_program_id=self.coupons.id)
        silent = self.enrol("No e-mail", born='1990-05-20')
        self.run_job()
        coupon = self.grants(silent).coupon_id
        self.assertTrue(coupon.code)
        self.assertFalse(self.env['mail.mail'].search([('model', '=', 'loyalty.card'), ('res_id', '=', coupon.id)]))

    # ------------------------------------------------------------------ the job

    def test_a_job_that_is_killed_goes_on_and_gives_each_member_one_voucher(self):
        self.create_benefit('birthday', points=5, coupon_program_id=self.coupons.id)
        accounts = self.env['loyalty.card'].concat(
            *(self.enrol(f"Member {number}", born='1990-05-20') for number in range(5)))
        job = self.env['membership.benefit.job']
        with patch.object(membership_benefit_job, 'BATCH', 2):
            self.assertEqual(job._job_count(), 5)
            self.assertEqual(job._job_batch(), (2, 2))
            with patch.object(type(self.env['loyalty.history']), 'create', side_effect=KeyboardInterrupt), \
                    self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
                job._job_batch()
            self.env.invalidate_all()
            self.assertEqual((job._job_count(), len(self.grants(accounts))), (3, 2))
            self.assertEqual(self.run_job(), (3, 3))
        vouchers = self.env['loyalty.card'].search([('program_id', '=', self.coupons.id)])
        self.assertEqual(vouchers.partner_id, accounts.partner_id)
        self.assertEqual((len(vouchers), accounts.mapped('points')), (5, [5] * 5))
        self.assertAuditClean()

    def test_the_scheduler_runs_it_and_leaves_a_log(self):
        self.create_benefit('birthday', points=5)
        self.born('1990-05-20')
        job = self.env.ref('membership_loyalty.membership_job_benefits')
        with self.enter_registry_test_mode():
            self.assertIs(job.cron_id.method_direct_trigger(), True)
        self.assertEqual((job.last_state, job.last_changed, self.account.points), ('done', 1, 5))

    # ------------------------------------------------------------------ welcome

    def test_enrolment_gives_the_welcome_gift(self):
        self.create_benefit('welcome', points=20, coupon_program_id=self.coupons.id, coupon_days=0)
        wizard = self.env['membership.enrol'].with_user(self.clerk).create({
            'program_id': self.program.id, 'mode': 'new', 'name': "Bea New", 'email': 'bea@example.com'})
        self.assertTrue(wizard.gifts)
        account = self.env['loyalty.card'].browse(wizard.action_enrol()['res_id'])
        grant = self.grants(account)
        self.assertEqual((grant.period, account.points, grant.valid_until), ('welcome', 20, False))
        self.assertEqual(grant.coupon_id.partner_id.name, "Bea New")
        self.program._enrol(account.partner_id)
        self.assertEqual(self.grants(account), grant)

    def test_many_contacts_are_recorded_without_gifts_unless_asked_for(self):
        self.create_benefit('welcome', points=20)
        for gifts in (None, True):
            partners = self.env['res.partner'].create([{'name': "First"}, {'name': "Second"}])
            wizard = self.env['membership.enrol'].with_user(self.clerk).create(
                {'program_id': self.program.id, 'mode': 'existing', 'partner_ids': partners.ids})
            self.assertFalse(wizard.gifts)
            if gifts:
                wizard.gifts = True
            wizard.action_enrol()
            accounts = self.env['loyalty.card'].search([('partner_id', 'in', partners.ids)])
            self.assertEqual(accounts.mapped('points'), [20, 20] if gifts else [0, 0])

    # ------------------------------------------------------------------ the voucher's life

    def test_a_redeemed_voucher_is_marked_used(self):
        self.create_benefit('birthday', coupon_program_id=self.coupons.id)
        self.born('1990-05-20')
        self.run_job()
        grant = self.grants()
        grant.coupon_id.points -= 1
        self.assertEqual((grant.state, str(grant.used_on)), ('used', '2026-05-20'))
        grant.coupon_id.points += 1
        self.assertEqual((grant.state, grant.used_on), ('given', False))

    def test_merged_members_were_given_what_one_of_them_was(self):
        self.create_benefit('birthday', points=5)
        other = self.enrol("Ada again", born='1990-05-20')
        self.run_job()
        other._membership_merge_into(self.account)
        self.born('1990-05-20')
        self.assertEqual(self.run_job(), (0, 0))
        self.assertEqual(self.grants().period, '2026')
        self.assertAuditClean()

    # ------------------------------------------------------------------ rights and settings

    def test_nobody_writes_gifts_and_only_managers_set_benefits(self):
        benefit = self.create_benefit('birthday', points=5)
        for user in (self.clerk, self.auditor):
            self.assertEqual(benefit.with_user(user).name, "Benefit: birthday")
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
                benefit.with_user(user).points = 500
        manager = self.create_user('gift_manager', 'membership_loyalty.group_membership_manager')
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
            self.env['membership.benefit.grant'].with_user(manager).create({
                'benefit_id': benefit.id, 'card_id': self.account.id, 'period': '2026', 'given_on': '2026-05-20'})

    def test_what_makes_no_sense_is_refused(self):
        other = self.create_program(self.env, name="Other club")
        foreign = self.env['membership.tier'].create({'name': "Foreign", 'program_id': other.id})
        promotion = self.env['loyalty.program'].create({'name': "Two for one", 'program_type': 'promotion'})
        for error, values in (
            (ValidationError, {'points': 5, 'tier_ids': foreign.ids}),
            (ValidationError, {'coupon_program_id': promotion.id}),
            (ValidationError, {'points': 5, 'program_id': promotion.id}),
        ):
            with self.subTest(values=values), self.assertRaises(error), self.env.cr.savepoint():
                self.create_benefit('birthday', **values)
        for kind, values in (('birthday', {}), ('welcome', {'points': -1}), ('free_use', {'points': 1})):
            with self.subTest(kind=kind), mute_logger('odoo.sql_db'), self.assertRaises(Exception) as failed, \
                    self.env.cr.savepoint():
                self.create_benefit(kind, **values)
            self.assertIn('check constraint', str(failed.exception))

    def test_two_companies_do_not_see_each_others_gifts(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        self.program.company_id = self.env.company
        benefit = self.create_benefit('birthday', points=5)
        self.born('1990-05-20')
        self.run_job()
        stranger = self.create_user(
            'gift_stranger', 'membership_loyalty.group_membership_auditor', company_id=company.id,
            company_ids=company.ids)
        self.assertFalse(self.env['membership.benefit'].with_user(stranger).search([('id', '=', benefit.id)]))
        self.assertFalse(self.env['membership.benefit.grant'].with_user(stranger).search([]))
        self.assertTrue(self.env['membership.benefit.grant'].with_user(self.auditor).search([]))
        foreign = self.create_coupons(company_id=company.id)
        with self.assertRaises(UserError):
            benefit.coupon_program_id = foreign
