from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import MembershipCommon


class InvitationCommon(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold.entry = 'invitation'
        cls.manager = cls.create_user('tier_manager', 'membership_loyalty.group_membership_manager')
        cls.user = cls.create_user('tier_user', 'membership_loyalty.group_membership_user')

    def invite(self, accounts=None, **values):
        """Invite as a manager does; return the invitations."""
        accounts = accounts or self.account
        self.env['membership.tier.invite'].with_user(self.manager).create({
            'account_ids': accounts.ids, 'tier_id': self.gold.id, 'message': "From the first day.", **values,
        }).action_invite()
        return accounts.tier_invitation_ids.sorted('id')


@tagged('post_install', '-at_install')
@freeze_time('2026-03-10')
class TestTierInvitation(InvitationCommon):

    def test_a_member_who_accepts_is_in_the_tier_until_its_last_day(self):
        invitation = self.invite(until='2026-12-31')
        self.assertEqual((self.account.tier_id, invitation.state), (self.basic, 'sent'))
        invitation.with_user(self.user).action_accept()
        self.assertRecordValues(self.account, [{
            'tier_id': self.gold.id, 'tier_basis': 'invited', 'tier_until': date(2026, 12, 31)}])
        self.assertRecordValues(invitation, [{
            'state': 'accepted', 'answered_on': date(2026, 3, 10), 'answered_by_id': self.user.id}])

    def test_a_member_who_declines_stays(self):
        invitation = self.invite()
        invitation.with_user(self.user).action_decline()
        self.assertEqual((self.account.tier_id, invitation.state), (self.basic, 'declined'))
        with self.assertRaisesRegex(UserError, "no longer open"):
            invitation.with_user(self.user).action_accept()

    def test_members_with_an_address_get_an_e_mail(self):
        self.partner.email = 'ada@example.com'
        other = self.program._enrol(self.env['res.partner'].create({'name': "Without address"}))
        before = self.env['mail.mail'].search([])
        self.invite(self.account | other)
        mail = self.env['mail.mail'].search([]) - before
        self.assertEqual(mail.recipient_ids, self.partner)
        self.assertIn("From the first day.", mail.body_html)

    def test_nobody_is_asked_twice_or_into_the_tier_he_has(self):
        other = self.program._enrol(self.env['res.partner'].create({'name': "In it"}))
        other._membership_move_to(self.gold, "Test")
        self.invite(self.account | other)
        self.invite(self.account | other)
        self.assertEqual((len(self.account.tier_invitation_ids), len(other.tier_invitation_ids)), (1, 0))
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.account.tier_invitation_ids.copy()
            self.env.flush_all()

    def test_an_invitation_that_nobody_answers_expires(self):
        invitation = self.invite(answer_by='2026-03-20')
        job = self.env['membership.tier.job']
        with freeze_time('2026-03-20'):
            self.assertEqual(job._job_batch(), (0, 0))
        with freeze_time('2026-03-21'):
            with self.assertRaisesRegex(UserError, "no longer open"):
                invitation.with_user(self.user).action_accept()
            self.assertEqual(job._job_batch(), (1, 1))
            self.assertEqual(job._job_batch(), (0, 0))
        self.assertEqual(invitation.state, 'expired')

    def test_the_job_runs_by_the_scheduler_and_logs(self):
        self.invite(answer_by='2026-03-20')
        with freeze_time('2026-04-01'), self.enter_registry_test_mode():
            self.assertIs(self.env.ref('membership_loyalty.ir_cron_tier').method_direct_trigger(), True)
        run = self.env.ref('membership_loyalty.job_tier').run_ids[:1]
        self.assertRecordValues(run, [{'state': 'done', 'done': 1, 'changed': 1, 'remaining': 0}])

    def test_senseless_invitations_are_refused(self):
        for values, message in (
            ({'answer_by': '2026-03-09'}, "open today or longer"),
            ({'until': '2026-03-15'}, "open today or longer"),
            ({'tier_id': self.basic.id}, "not a tier by invitation"),
            ({'account_ids': []}, "of one membership programme"),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self.invite(**values)
        self.account.active = False
        with self.assertRaisesRegex(UserError, "of one membership programme"):
            self.invite()

    def test_only_a_manager_invites_and_only_a_user_answers(self):
        with self.assertRaises(AccessError):
            self.env['membership.tier.invite'].with_user(self.user).create({})
        invitation = self.invite()
        auditor = self.create_user('tier_auditor', 'membership_loyalty.group_membership_auditor')
        for answer in ('action_accept', 'action_decline'):
            with self.subTest(answer), self.assertRaises(AccessError):
                getattr(invitation.with_user(auditor), answer)()
        with self.assertRaises(AccessError):
            invitation.with_user(self.user).write({'state': 'accepted'})
        salesman = self.create_user('tier_salesman', 'sales_team.group_sale_salesman')
        with self.assertRaises(AccessError):
            invitation.with_user(salesman).action_accept()

    def test_another_company_neither_sees_nor_answers(self):
        self.program.company_id = self.env.company
        other = self.env['res.company'].create({'name': "Other"})
        stranger = self.create_user(
            'tier_stranger', 'membership_loyalty.group_membership_manager', company_id=other.id,
            company_ids=other.ids)
        invitation = self.invite()
        self.assertFalse(self.env['membership.tier.invitation'].with_user(stranger).search(
            [('id', '=', invitation.id)]))
        with self.assertRaises(AccessError):
            invitation.with_user(stranger).action_accept()


@tagged('post_install', '-at_install')
class TestTierInvitationPortal(InvitationCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.create_user('ada_invited', 'base.group_portal', password='ada_invited_pw')
        cls.own = cls.program._enrol(cls.member.partner_id)

    def answer(self, invitation, answer):
        return self.url_open(f'/my/membership/invitation/{invitation.id}', data={
            'csrf_token': self.csrf, 'answer': answer})

    def open_page(self):
        session = self.authenticate('ada_invited', 'ada_invited_pw')
        page = self.url_open('/my/membership').text
        self.csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        return session, page

    def test_the_member_reads_why_he_is_in_the_tier(self):
        self.own._membership_move_to(
            self.gold, "Thank you", basis='manual', until=date(2999, 12, 31), rule='override')
        page = self.open_page()[1]
        self.assertIn("held by hand until December 31, 2999 because: Thank you.", page)
        self.assertIn("Your tiers", page)

    def test_the_member_reads_the_invitation_and_accepts_it(self):
        invitation = self.invite(self.own)
        self.assertIn("From the first day.", self.open_page()[1])
        page = self.answer(invitation, 'accepted').text
        self.assertNotIn("You are invited", page)
        self.assertEqual((invitation.state, self.own.tier_id), ('accepted', self.gold))
        self.assertEqual(invitation.answered_by_id, self.member)

    def test_an_invitation_that_was_closed_meanwhile_is_told(self):
        invitation = self.invite(self.own)
        self.open_page()
        invitation.sudo().state = 'expired'
        self.assertIn("no longer open", self.answer(invitation, 'accepted').text)
        self.assertEqual(self.own.tier_id, self.basic)

    def test_nobody_answers_for_another_member(self):
        self.invite(self.own)
        others = self.invite(self.account)
        self.open_page()
        self.answer(others, 'accepted')
        self.assertEqual((others.state, self.account.tier_id), ('sent', self.basic))

    def test_a_page_of_another_site_cannot_answer(self):
        invitation = self.invite(self.own)
        self.open_page()
        self.csrf = 'guessed'
        with mute_logger('odoo.http'):
            self.assertEqual(self.answer(invitation, 'accepted').status_code, 400)
        self.assertEqual(invitation.state, 'sent')
