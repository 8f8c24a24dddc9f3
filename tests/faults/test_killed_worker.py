from odoo.tests import tagged

from .common import FaultCase

ORDERS = 100


@tagged('post_install', '-at_install')
class TestKilledWorker(FaultCase):
    """A worker process is killed in the middle of posting; the till sends everything again."""

    TILLS = 1

    def sell(self, kill_after=None):
        """Let the worker sell to its end, or until it is killed; return how many orders it reported as committed."""
        return self.run_worker(
            'worker', self.configs[0], self.partner, self.article, ORDERS, kill_after=kill_after, within=0.2)

    def test_nothing_is_lost_and_nothing_is_twice_when_a_worker_is_killed(self):
        for kill_after in (7, 40, 75):
            reported = self.sell(kill_after)
            [(stored,)] = self.query('SELECT count(*) FROM pos_order')
            # The worker may die between its commit and its report, and its last words are still in the pipe.
            self.assertIn(stored - reported, (0, 1))
            self.assertLess(stored, ORDERS, "The worker died in the middle")
            self.assertEachOrderPostedOnce(stored)
            self.assertLedger(sum(10 + number for number in range(stored)))
        self.assertEqual(self.sell(), ORDERS)
        self.assertEachOrderPostedOnce(ORDERS)
        self.assertLedger(sum(10 + number for number in range(ORDERS)))
