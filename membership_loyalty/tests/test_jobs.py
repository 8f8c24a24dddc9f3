from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestJobs(MembershipCommon):
    """The frame that every nightly job runs in, seen through the job that expires points."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.env['membership.job'].search([('model_name', '=', 'membership.points.expiry')])
        cls.worker = cls.env['membership.points.expiry']

    def run_job(self, batches):
        """Run the job with batches of a given outcome instead of its own. Return the log of the run."""
        with patch.object(type(self.worker), '_job_batch', side_effect=batches):
            return self.run_now()

    def run_now(self):
        with self.enter_registry_test_mode():
            self.assertIs(self.job.cron_id.method_direct_trigger(), True)
        self.env.invalidate_all()
        return self.job.run_ids[:1]

    def test_a_run_that_finds_nothing_to_do_is_logged_as_done(self):
        run = self.run_now()
        self.assertEqual((run.state, run.done, run.changed, run.remaining), ('done', 0, 0, 0))
        self.assertTrue(run.finished_at)
        self.assertEqual(self.job.last_state, 'done')

    def test_batches_add_up_in_the_log(self):
        run = self.run_job([(5, 3), (2, 2), (0, 0)])
        self.assertEqual((run.state, run.done, run.changed), ('done', 7, 5))
        self.assertEqual(run.progress, 100)

    def test_a_run_left_open_by_a_killed_process_goes_on(self):
        left = self.env['membership.job.run'].create({'job_id': self.job.id, 'done': 40, 'changed': 30})
        run = self.run_job([(5, 3), (0, 0)])
        self.assertEqual(run, left)
        self.assertEqual((run.state, run.done, run.changed), ('done', 45, 33))

    @mute_logger('odoo.addons.base.models.ir_cron')
    def test_a_failed_batch_is_told_in_the_log_and_the_batches_before_it_stand(self):
        with patch.object(type(self.worker), '_job_batch', side_effect=[(5, 3), UserError("Broken")]), \
                self.enter_registry_test_mode():
            self.job.cron_id.method_direct_trigger()
        self.env.invalidate_all()
        run = self.job.run_ids[:1]
        self.assertEqual((run.state, run.done, run.changed), ('failed', 5, 3))
        self.assertIn("Broken", run.error)
        self.assertEqual(self.run_job([(1, 1), (0, 0)]).done, 1, "The next run is a new one")

    def test_one_job_has_one_open_run(self):
        values = {'job_id': self.job.id}
        self.env['membership.job.run'].create(values)
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.cr.savepoint():
            self.env['membership.job.run'].create(values)

    def test_every_job_has_its_scheduled_action_and_says_what_it_does(self):
        jobs = self.env['membership.job'].search([])
        self.assertGreaterEqual(len(jobs), 4)
        for job in jobs:
            with self.subTest(job.name):
                self.assertEqual(job.cron_id.code, 'model._cron_run()')
                self.assertEqual(job.cron_id.model_id.model, job.model_name)
                self.assertTrue(job.description)
                self.assertGreaterEqual(self.env[job.model_name]._job_count(), 0)

    def test_a_manager_starts_a_job_and_a_user_does_not(self):
        manager = self.create_user('manager', 'membership_loyalty.group_membership_manager')
        user = self.create_user('user', 'membership_loyalty.group_membership_user')
        triggers = [('cron_id', '=', self.job.cron_id.id)]
        before = self.env['ir.cron.trigger'].search_count(triggers)
        self.job.with_user(manager).action_run_now()
        self.assertEqual(self.env['ir.cron.trigger'].search_count(triggers), before + 1)
        with self.assertRaises(AccessError):
            self.job.with_user(user).action_run_now()

    def test_an_auditor_reads_the_log_and_writes_nothing(self):
        auditor = self.create_user('auditor', 'membership_loyalty.group_membership_auditor')
        run = self.run_job([(1, 1), (0, 0)]).with_user(auditor)
        self.assertEqual(run.changed, 1)
        with self.assertRaises(AccessError):
            run.write({'changed': 0})
        with self.assertRaises(AccessError):
            self.job.with_user(auditor).write({'active': False})
