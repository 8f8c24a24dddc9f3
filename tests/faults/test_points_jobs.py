import threading
from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import FaultCase

MEMBERS, CREDITS = 30, 20
JOB = 'membership.points.expiry'


@tagged('post_install', '-at_install')
class TestPointsJobs(FaultCase):
    """The nightly expiry is killed, and disturbed by tills; nothing is lost and nothing expires twice."""

    TILLS = 1

    def setUp(self):
        super().setUp()
        yesterday = date.today() - timedelta(days=3)
        with self.env() as env:
            program = env['loyalty.card'].browse(self.account).program_id
            accounts = program._enrol(env['res.partner'].create([
                {'name': f"Member {self._testMethodName} {number}"} for number in range(MEMBERS)]))
            self.accounts = accounts.ids
            env['membership.ledger.entry']._reconcile([
                account._membership_single_posting(
                    'earn', 10, f'{self._testMethodName}:{account.id}:{number}', "Old", expires_on=yesterday)
                for account in accounts for number in range(CREDITS)])

    def assertAllExpiredOnce(self, left):
        """Each old credit has expired, once; the accounts stand at what was earned since."""
        self.assertEqual(self.query(
            """SELECT count(*), count(DISTINCT d.document_key), sum(d.amount)::int
                 FROM membership_ledger_entry d WHERE d.kind = 'expire' AND d.card_id = ANY(%s)""", self.accounts),
            [(MEMBERS * CREDITS, MEMBERS * CREDITS, -10 * MEMBERS * CREDITS)])
        self.assertEqual(self.query(
            'SELECT sum(points)::int FROM loyalty_card WHERE id = ANY(%s)', self.accounts), [(left,)])
        self.assertAuditClean()

    def run_job(self, batch, **values):
        return self.run_worker('job', JOB, batch, **values)

    def test_a_job_that_is_killed_goes_on_and_ends_as_if_nothing_had_happened(self):
        self.run_job(7, kill_after=5)
        [(expired,)] = self.query(
            "SELECT count(*) FROM membership_ledger_entry WHERE kind = 'expire' AND card_id = ANY(%s)", self.accounts)
        self.assertGreaterEqual(expired, 4 * 7)
        self.assertLess(expired, MEMBERS * CREDITS, "It died in the middle")
        self.run_job(7, kill_after=20)
        self.run_job(50)
        self.assertAllExpiredOnce(left=0)
        self.assertEqual(self.query(
            """SELECT r.state, r.changed FROM membership_job_run r JOIN membership_job j ON j.id = r.job_id
                WHERE j.model_name = %s""", JOB), [('done', MEMBERS * CREDITS)], "One run, however often it started")

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_tills_go_on_selling_to_the_members_whose_points_expire(self):
        stop, errors, sold = threading.Event(), [], [0]

        def sell(env, turn):
            account = env['loyalty.card'].browse(self.accounts[turn % MEMBERS])
            account._membership_post_single('earn', 3, f'sale:{turn}:{account.id}', "Sale")
            account._membership_post_single('redeem', -2, f'spend:{turn}:{account.id}', "Spent")

        def till():
            turn = 0
            try:
                while not stop.is_set():
                    self.request(lambda env, turn=turn: sell(env, turn))
                    turn += 1
            except Exception as error:  # noqa: BLE001 handed to the test's own thread
                errors.append(error)
            sold[0] = turn

        thread = threading.Thread(target=till)
        thread.start()
        try:
            self.run_job(11)
        finally:
            stop.set()
            thread.join()
        self.assertFalse(errors)
        self.assertGreater(sold[0], 10, "Sales went on meanwhile")
        self.run_job(50)  # the accounts that were being sold to
        with self.env() as env:
            self.assertEqual(env[JOB]._job_count(), 0)
            [(earned, spent, expired, balance)] = env.execute_query(SQL(
                """SELECT sum(amount) FILTER (WHERE kind = 'earn')::int,
                          -sum(amount) FILTER (WHERE kind = 'redeem')::int,
                          -sum(amount) FILTER (WHERE kind = 'expire')::int,
                          (SELECT sum(points)::int FROM loyalty_card WHERE id = ANY(%s))
                     FROM membership_ledger_entry WHERE card_id = ANY(%s)""", self.accounts, self.accounts))
            self.assertEqual((earned, spent), (10 * MEMBERS * CREDITS + 3 * sold[0], 2 * sold[0]), "No sale is lost")
            self.assertEqual(balance, earned - spent - expired)
        self.assertAuditClean()
