from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestAudit(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls.create_user('auditor', 'membership_loyalty.group_membership_auditor')
        cls.program.membership_manager_id = cls.create_user(
            'member_manager', 'membership_loyalty.group_membership_manager')
        cls.account._membership_post_single('bonus', 5, 'bonus:1', "Gift")

    def spoil(self):
        self.env.flush_all()
        self.cr.execute("UPDATE loyalty_card SET points = 1000 WHERE id = %s", [self.account.id])
        self.env.invalidate_all()

    def check(self):
        action = self.env['membership.audit'].with_user(self.auditor).create({}).action_check()
        return self.env['membership.audit'].browse(action['res_id'])

    def test_every_check_has_words_for_people(self):
        audit = self.env['membership.ledger.audit']
        self.assertEqual(audit._differences().keys() - audit._labels().keys(), set())

    def test_an_auditor_runs_it_and_sees_that_all_is_well(self):
        audit = self.check()
        self.assertEqual(audit.difference_count, 0)
        self.assertEqual(len(audit.line_ids), len(self.env['membership.ledger.audit']._summary()))

    def test_a_difference_is_shown_with_its_account(self):
        self.spoil()
        audit = self.check()
        self.assertEqual(audit.difference_count, 1)
        self.assertEqual(audit.line_ids.filtered('difference_count').account_ids, self.account)

    def test_the_nightly_job_tells_the_manager_once(self):
        with self.enter_registry_test_mode():
            self.assertIs(self.env.ref('membership_loyalty.ir_cron_audit').method_direct_trigger(), True)
        self.assertFalse(self.account.activity_ids)
        self.spoil()
        with mute_logger('odoo.addons.membership_loyalty.models.membership_ledger_check'):
            self.assertFalse(self.env['membership.ledger.audit']._cron_audit())
            self.env['membership.ledger.audit']._cron_audit()
        self.assertEqual(len(self.account.activity_ids), 1)
        self.assertEqual(self.account.activity_ids.user_id, self.program.membership_manager_id)
