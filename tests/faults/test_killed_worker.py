import random
import time

from odoo.tests import tagged

from .common import FaultCase

ORDERS = 100


@tagged('post_install', '-at_install')
class TestKilledWorker(FaultCase):
    """A worker process is killed in the middle of posting; the till sends everything again."""

    TILLS = 1

    def run_worker(self, kill_after=None):
        """Run the worker to its end, or kill it some time after it committed so many orders.

        :return: number of orders it reported as committed
        """
        worker = self.start_worker(self.configs[0], self.partner, self.article, ORDERS)
        reported = 0
        try:
            for _line in worker.stdout:
                reported += 1
                if reported == kill_after:
                    time.sleep(random.random() / 5)  # anywhere within a transaction
                    worker.kill()
        finally:
            worker.kill()
            worker.stdout.close()
            status = worker.wait()
        self.assertEqual(status, -9 if kill_after else 0)
        return reported

    def test_nothing_is_lost_and_nothing_is_twice_when_a_worker_is_killed(self):
        for kill_after in (7, 40, 75):
            reported = self.run_worker(kill_after)
            [(stored,)] = self.query('SELECT count(*) FROM pos_order')
            # The worker may die between its commit and its report, and its last words are still in the pipe.
            self.assertIn(stored - reported, (0, 1))
            self.assertLess(stored, ORDERS, "The worker died in the middle")
            self.assertEachOrderPostedOnce(stored)
            self.assertLedger(sum(10 + number for number in range(stored)))
        self.assertEqual(self.run_worker(), ORDERS)
        self.assertEachOrderPostedOnce(ORDERS)
        self.assertLedger(sum(10 + number for number in range(ORDERS)))
