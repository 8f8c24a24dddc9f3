from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCommon
from .common_benefits import MembershipBenefitMixin


@tagged('post_install', '-at_install')
@freeze_time('2026-05-01 08:00:00')
class TestReferral(MembershipBenefitMixin, MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write({
            'referral_return_days': 14, 'referral_min_amount': 20, 'referral_month_limit': 0,
            'currency_id': cls.env.company.currency_id.id})
        cls.create_benefit('referrer', points=30)
        cls.create_benefit('friend', points=10)
        cls.clerk = cls.create_user('referral_clerk', 'membership_loyalty.group_membership_user')

    def bring(self, name="Bea Friend", code=None, **values):
        """Enrol a friend as a clerk does; return the referral."""
        wizard = self.env['membership.enrol'].with_user(self.clerk).create({
            'program_id': self.program.id, 'mode': 'new', 'name': name,
            'referral_code': self.account.referral_code if code is None else code, **values})
        friend = wizard.action_enrol()['res_id']
        return self.env['membership.referral'].search([('friend_id', '=', friend)])

    def buy(self, account, amount, key='shop:1', **values):
        self.env['membership.purchase'].sudo()._upsert([{
            'card_id': account.id, 'company_id': self.env.company.id, 'channel': 'api', 'amount_total': amount,
            'amount_untaxed': amount, 'base_amount': amount, 'occurred_at': fields.Datetime.now(),
            'date': fields.Date.today(), 'document_key': key, **values}])

    def refund(self, account, amount, key='shop:1'):
        self.buy(account, -amount, f'{key}:back', is_refund=True, origin_key=key)

    def points(self, referral):
        return referral.referrer_id.points, referral.friend_id.points

    def test_both_are_rewarded_when_the_first_purchase_is_past_the_return_window(self):
        referral = self.bring()
        self.assertEqual((referral.referrer_id, referral.state), (self.account, 'waiting'))
        self.assertEqual(self.run_job(), (0, 0))
        self.buy(referral.friend_id, 50)
        self.assertEqual(
            (referral.state, referral.purchase_key, str(referral.release_on)), ('pending', 'shop:1', '2026-05-15'))
        with freeze_time('2026-05-14 23:00:00'):
            self.assertEqual(self.run_job(), (0, 0))
        with freeze_time('2026-05-15 01:00:00'):
            self.assertEqual(self.run_job(), (1, 2))
            self.assertEqual(self.run_job(), (0, 0))
        self.assertEqual((referral.state, self.points(referral)), ('granted', (30, 10)))
        self.assertEqual(self.grants().period, f'referral:{referral.id}')
        self.assertAuditClean()

    def test_refunds_decide_whether_the_purchase_still_stands(self):
        for number, (back, state, reason) in enumerate((
                (30, 'granted', False), (31, 'refused', "after refunds"), (50, 'refused', "given back"))):
            referral = self.bring(f"Friend {number}")
            self.buy(referral.friend_id, 50, f'shop:{number}')
            self.refund(referral.friend_id, back, f'shop:{number}')
            with freeze_time('2026-05-15 08:00:00'):
                self.run_job()
            self.assertEqual(referral.state, state)
            self.assertIn(reason or '', referral.reason or '')
        self.assertEqual(self.account.points, 30)

    def test_only_the_first_purchase_counts(self):
        referral = self.bring()
        self.buy(referral.friend_id, 5)
        self.buy(referral.friend_id, 500, 'shop:2')
        with freeze_time('2026-05-15 08:00:00'):
            self.run_job()
        self.assertEqual((referral.purchase_key, referral.state), ('shop:1', 'refused'))

    def test_a_member_is_rewarded_for_so_many_friends_a_month(self):
        self.program.referral_month_limit = 2
        referrals = self.env['membership.referral']
        for number in range(3):
            referrals |= self.bring(f"Friend {number}")
            self.buy(referrals[-1].friend_id, 50, f'shop:{number}')
        with freeze_time('2026-05-15 08:00:00'):
            self.run_job()
        self.assertEqual(referrals.mapped('state'), ['granted', 'granted', 'refused'])
        self.assertIn("2 friends this month", referrals[2].reason)
        late = self.bring("In June")
        self.buy(late.friend_id, 50, 'shop:june')
        with freeze_time('2026-06-02 08:00:00'):
            self.run_job()
        self.assertEqual(late.state, 'granted')

    def test_who_cannot_be_brought(self):
        with self.assertRaisesRegex(UserError, "No member of Club has the referral code"):
            self.bring(code='8EAAW-5XRED')
        other = self.create_program(self.env, name="Other club")._enrol(self.partner)
        with self.assertRaisesRegex(UserError, "No member of Club"):
            self.bring(code=other.referral_code)
        with self.assertRaisesRegex(UserError, "nobody brings himself"):
            self.bring("Ada again", phone=self.partner.phone, accept_duplicates=True)
        former = self.program._enrol(self.env['res.partner'].create({'name': "Former member"}))
        former.active = False
        wizard = self.env['membership.enrol'].with_user(self.clerk).create({
            'program_id': self.program.id, 'mode': 'existing', 'partner_ids': former.partner_id.ids,
            'referral_code': self.account.referral_code})
        with self.assertRaisesRegex(UserError, "is or was a member"):
            wizard.action_enrol()
        wizard.partner_ids |= self.env['res.partner'].create({'name': "One more"})
        with self.assertRaisesRegex(UserError, "one by one"):
            wizard.action_enrol()

    def test_a_friend_has_one_referrer(self):
        referral = self.bring()
        second = self.program._enrol(self.env['res.partner'].create({'name': "Second referrer"}))
        with self.assertRaises(Exception) as failed, mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.env['membership.referral']._record(second, referral.friend_id)
        self.assertIn('membership_referral_one_referrer', str(failed.exception))

    def test_referrer_and_friend_turn_out_to_be_one(self):
        referral = self.bring()
        self.buy(referral.friend_id, 50)
        referral.friend_id._membership_merge_into(self.account)
        with freeze_time('2026-05-15 08:00:00'):
            self.run_job()
        self.assertEqual((referral.state, self.account.points), ('refused', 0))
        self.assertIn("one member", referral.reason)

    def test_a_referrer_who_left_costs_the_friend_nothing(self):
        referral = self.bring()
        self.buy(referral.friend_id, 50)
        self.account.active = False
        with freeze_time('2026-05-15 08:00:00'):
            self.run_job()
        self.assertEqual((referral.state, self.points(referral)), ('granted', (0, 10)))

    def test_codes_are_read_however_they_are_typed(self):
        code = self.account.referral_code
        self.assertEqual(self.bring(code=f' {code.lower().replace("-", " ")} ').referrer_id, self.account)

    def test_nobody_writes_referrals(self):
        referral = self.bring()
        manager = self.create_user('referral_manager', 'membership_loyalty.group_membership_manager')
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
            referral.with_user(manager).state = 'granted'
        company = self.env['res.company'].create({'name': "Elsewhere"})
        self.program.company_id = self.env.company
        stranger = self.create_user('referral_stranger', 'membership_loyalty.group_membership_auditor',
                                    company_id=company.id, company_ids=company.ids)
        self.assertFalse(self.env['membership.referral'].with_user(stranger).search([]))
        self.assertEqual(referral.with_user(self.clerk).state, 'waiting')
