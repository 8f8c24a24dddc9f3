from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestAdjustRequest(MembershipCommon):
    """Who adjusts how much alone, and who has to agree to the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.create_user('adjust_user', 'membership_loyalty.group_membership_user')
        cls.manager = cls.create_user('adjust_manager', 'membership_loyalty.group_membership_manager')
        cls.other_manager = cls.create_user('adjust_second', 'membership_loyalty.group_membership_manager')
        cls.program.write({'adjust_limit_user': 100, 'membership_manager_id': cls.manager.id})
        cls.plus = cls.env.ref('membership_loyalty.adjust_reason_goodwill')

    def adjust(self, amount, user=None, account=None, **values):
        """Adjust by the wizard; return the request."""
        wizard = self.env['membership.adjust'].with_user(user or self.user).create({
            'account_id': (account or self.account).id, 'amount': amount, 'reason': "Details", **values})
        wizard.action_apply()
        return self.env['membership.adjust.request'].search([('event', '=', wizard.event)]).with_user(
            user or self.user)

    def test_within_the_limit_a_user_adjusts_alone(self):
        request = self.adjust(60, reason_id=self.plus.id)
        self.assertRecordValues(request, [{
            'state': 'done', 'amount': 60, 'requested_by_id': self.user.id, 'approved_by_id': False}])
        entry = self.account.entry_ids
        self.assertEqual((entry.description, entry.document_key), ("Goodwill: Details", f'adjust:{request.event}'))
        self.assertEqual(entry.action_open_document()['res_id'], request.id)
        self.assertEqual(self.account.points, 60)

    def test_the_limit_is_that_of_a_day_given_and_taken_together(self):
        with freeze_time('2030-05-01 10:00'):
            self.adjust(60)
            self.adjust(-30)
            self.assertEqual(self.adjust(11).state, 'waiting')
            self.assertEqual(self.adjust(10).state, 'done')
        with freeze_time('2030-05-02 10:00'):
            self.assertEqual(self.adjust(100).state, 'done')
        self.assertEqual(self.account.points, 140)

    def test_above_it_a_manager_is_asked_and_it_is_posted_once(self):
        request = self.adjust(500)
        self.assertEqual((request.state, self.account.points), ('waiting', 0))
        self.assertEqual(request.activity_ids.user_id, self.manager)
        approved = request.with_user(self.manager)
        approved.action_approve()
        self.assertEqual((request.state, request.approved_by_id, self.account.points), ('done', self.manager, 500))
        self.assertFalse(request.activity_ids)
        self.assertIn(self.user.partner_id, request.message_ids.notified_partner_ids)
        for person in (self.manager, self.other_manager):
            with self.assertRaisesRegex(UserError, "decided before"):
                request.with_user(person).action_approve()
        self.assertEqual(self.account.points, 500)
        self.assertEqual(self.adjust(100).state, 'done', "What others approved is not of one's own limit")
        self.assertAuditClean()

    def test_a_refused_or_withdrawn_request_posts_nothing(self):
        refused, withdrawn = self.adjust(500), self.adjust(400)
        refused.with_user(self.manager).action_refuse()
        with self.assertRaisesRegex(UserError, "your own requests only"):
            withdrawn.with_user(self.manager).action_cancel()
        withdrawn.action_cancel()
        for request in refused, withdrawn:
            with self.assertRaisesRegex(UserError, "decided before"):
                request.with_user(self.manager).action_approve()
        self.assertFalse(self.account.entry_ids)

    def test_a_second_click_asks_once(self):
        wizard = self.env['membership.adjust'].with_user(self.user).create({
            'account_id': self.account.id, 'amount': 500, 'reason': "Details"})
        self.assertEqual(wizard.action_apply()['res_id'], wizard.action_apply()['res_id'])

    # ------------------------------------------------------------------ never the same person

    def test_nobody_approves_an_own_request(self):
        self.program.adjust_limit_manager = 200
        request = self.adjust(201, user=self.manager)
        self.assertEqual((request.state, request.activity_ids.user_id), ('waiting', self.other_manager | (
            request.activity_ids.user_id - self.other_manager)))
        self.assertNotIn(self.manager, request.activity_ids.user_id)
        for action in ('action_approve', 'action_refuse'):
            for env in (request, request.sudo()):
                with self.subTest(action), self.assertRaisesRegex(AccessError, "asked for this adjustment yourself"):
                    getattr(env, action)()
        for values in ({'requested_by_id': self.user.id}, {'state': 'done'}, {'amount': 1}):
            with self.subTest(values), self.assertRaises(AccessError):
                request.write(values)
        with self.assertRaises(AccessError):
            self.env['membership.adjust.request'].with_user(self.manager).create({
                'account_id': self.account.id, 'amount': 1, 'requested_by_id': self.user.id, 'state': 'waiting'})
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            request.sudo().approved_by_id = self.manager
            self.env.flush_all()
        request.invalidate_recordset()
        request.with_user(self.other_manager).action_approve()
        self.assertEqual(self.account.points, 201)

    def test_ones_own_account_is_for_somebody_else(self):
        own = self.program._enrol(self.manager.partner_id)
        request = self.adjust(1, user=self.manager, account=own)
        self.assertEqual(request.state, 'waiting')
        asked = self.adjust(500, account=own)
        self.assertNotIn(self.manager, asked.activity_ids.user_id)
        with self.assertRaisesRegex(AccessError, "your own account"):
            asked.with_user(self.manager).action_approve()

    def test_without_a_second_manager_nothing_is_asked_for(self):
        managers = self.env.ref('membership_loyalty.group_membership_manager').all_user_ids
        (managers - self.manager).filtered(lambda user: user.id > 1).active = False
        self.program.adjust_limit_manager = 10
        with self.assertRaisesRegex(UserError, "no other membership manager"):
            self.adjust(11, user=self.manager)

    # ------------------------------------------------------------------ limits and reasons

    def test_whose_limit_counts(self):
        program = self.program

        def limits():
            return [program._membership_adjust_limit(person) for person in (self.user, self.manager)]

        self.assertEqual(limits(), [100, None])
        program.write({'adjust_limit_user': 0, 'adjust_limit_manager': 900})
        self.assertEqual(limits(), [0, 900])
        (self.user + self.manager).write({'membership_adjust_own': True, 'membership_adjust_limit': 7})
        self.assertEqual(limits(), [7, 7])
        self.manager.membership_adjust_limit = 0
        self.assertEqual(self.adjust(1, user=self.manager).state, 'waiting')

    def test_a_user_without_a_limit_does_not_adjust_at_all(self):
        note = self.env['membership.adjust'].with_user(self.user).new({'account_id': self.account.id})
        self.assertIn("You may adjust 100 Points a day on your own", note.limit_note)
        self.program.adjust_limit_user = 0
        note = self.env['membership.adjust'].with_user(self.user).new({'account_id': self.account.id})
        self.assertIn("You may not adjust points", note.limit_note)
        with self.assertRaisesRegex(UserError, "You may not adjust points"):
            self.adjust(1)
        self.assertFalse(self.env['membership.adjust.request'].search([('account_id', '=', self.account.id)]))

    def test_a_reason_says_what_it_is_for(self):
        minus = self.env.ref('membership_loyalty.adjust_reason_misuse')
        self.adjust(50, reason_id=self.plus.id)
        for amount, reason in ((-5, self.plus), (5, minus)):
            with self.subTest(amount), self.assertRaisesRegex(UserError, "Choose another reason"):
                self.adjust(amount, reason_id=reason.id)
        self.adjust(-5, reason_id=minus.id)
        self.assertEqual(self.account.points, 45)

    def test_points_that_are_gone_by_then_are_not_taken_in_silence(self):
        self.account._membership_post_single('bonus', 300, 'given', "Given")
        request = self.adjust(-300)
        self.account._membership_post_single('redeem', -100, 'spent', "Spent")
        with self.assertRaisesRegex(UserError, "does not suffice any more"), self.env.cr.savepoint():
            request.with_user(self.manager).action_approve()
        request.invalidate_recordset()
        self.assertEqual((request.state, self.account.points), ('waiting', 200))

    def test_an_undone_adjustment_says_so(self):
        request = self.adjust(50)
        self.account.entry_ids.with_user(self.manager).action_undo()
        self.assertEqual((request.state, self.account.points), ('undone', 0))
        self.assertEqual(self.adjust(51).state, 'waiting', "Giving and undoing does not widen the limit")

    # ------------------------------------------------------------------ rights

    def test_who_may_not(self):
        request = self.adjust(500)
        for group in ('auditor', 'accountant'):
            person = self.create_user(f'adjust_{group}', f'membership_loyalty.group_membership_{group}')
            with self.subTest(group), self.assertRaises(AccessError):
                self.adjust(1, user=person)
            with self.subTest(group), self.assertRaisesRegex(AccessError, "Only a membership manager"):
                request.with_user(person).action_approve()
        with self.assertRaises(AccessError):
            request.with_user(self.user).action_approve()
        salesman = self.create_user('adjust_salesman', 'sales_team.group_sale_salesman')
        self.assertFalse(self.env['membership.adjust.request'].with_user(salesman).has_access('read'))
        for operation in ('create', 'write', 'unlink'):
            self.assertFalse(self.env['membership.adjust.reason'].with_user(self.user).has_access(operation))
            self.assertTrue(self.env['membership.adjust.reason'].with_user(self.manager).has_access(operation))

    def test_two_companies_see_and_decide_nothing_of_each_other(self):
        self.program.company_id = self.env.company
        request = self.adjust(500)
        other = self.env['res.company'].create({'name': "Other"})
        stranger = self.create_user('adjust_stranger', 'membership_loyalty.group_membership_manager',
                                    company_id=other.id, company_ids=[Command.set(other.ids)])
        self.assertFalse(self.env['membership.adjust.request'].with_user(stranger).search([('id', '=', request.id)]))
        with self.assertRaises(AccessError):
            request.with_user(stranger).action_approve()
        with self.assertRaises(AccessError):
            self.adjust(1, user=stranger)
        self.assertEqual(self.account.points, 0)
