from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import FaultCase

MEMBERS = 60


@tagged('post_install', '-at_install')
class TestGiftJob(FaultCase):
    """The nightly job is killed while it gives birthday vouchers: each member has one in the end."""

    TILLS = 1

    def setUp(self):
        super().setUp()
        with self.env() as env:
            program = env['loyalty.card'].browse(self.account).program_id
            today = program._membership_date(fields.Datetime.now())
            partners = env['res.partner'].sudo().create([{
                'name': f"Birthday {number}", 'membership_birthday': today.replace(year=1980),
                'membership_birthday_set_on': '2020-01-01'} for number in range(MEMBERS)])
            self.accounts = program._enrol(partners).ids
            coupons = env['loyalty.program'].create({
                'name': "Vouchers", 'program_type': 'coupons', 'applies_on': 'current', 'trigger': 'with_code',
                'reward_ids': [Command.create({
                    'reward_type': 'discount', 'discount': 5, 'discount_mode': 'per_order'})]})
            env['membership.benefit'].create({
                'name': "Birthday", 'program_id': program.id, 'kind': 'birthday', 'points': 5,
                'coupon_program_id': coupons.id})
            self.coupons = coupons.id

    def given(self):
        return self.query('SELECT count(*) FROM membership_benefit_grant WHERE card_id = ANY(%s)', self.accounts)[0][0]

    def test_a_job_that_is_killed_gives_each_member_one_voucher(self):
        self.run_worker('job', 'membership.benefit.job', 4, kill_after=3)
        self.assertGreaterEqual(self.given(), 2 * 4)
        self.assertLess(self.given(), MEMBERS, "It died in the middle")
        self.run_worker('job', 'membership.benefit.job', 4, kill_after=4)
        self.run_worker('job', 'membership.benefit.job', 50)
        self.assertEqual(self.query(
            """SELECT count(*), count(DISTINCT c.partner_id) FROM loyalty_card c WHERE c.program_id = %s""",
            self.coupons), [(MEMBERS, MEMBERS)])
        self.assertEqual(self.query(
            'SELECT count(*), min(points)::int, max(points)::int FROM loyalty_card WHERE id = ANY(%s)', self.accounts),
            [(MEMBERS, 5, 5)])
        self.assertEqual(self.query(
            """SELECT r.state, r.changed FROM membership_job_run r JOIN membership_job j ON j.id = r.job_id
                WHERE j.model_name = 'membership.benefit.job'"""), [('done', MEMBERS)])
        self.assertAuditClean()
