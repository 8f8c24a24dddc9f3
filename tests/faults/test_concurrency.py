import threading
from uuid import uuid4

from psycopg2 import OperationalError

from odoo.exceptions import ValidationError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FaultCase

THREADS = 4


@tagged('post_install', '-at_install')
class TestConcurrency(FaultCase):
    """Four threads with cursors of their own work on one member's account."""

    def at_once(self, work):
        """Run work(thread number) in all threads at the same moment; raise what any of them raised."""
        barrier, errors = threading.Barrier(THREADS), []

        def run(number):
            try:
                work(number, barrier)
            except Exception as error:  # noqa: BLE001 handed to the test's own thread
                errors.append(error)
                barrier.abort()

        threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    def request(self, call, login=None):
        """Run call(env) as a request: Odoo tries again when another one came first, and the client after that."""
        for attempt in range(20):
            try:
                with self.env(login) as env:
                    return retrying(lambda env=env: call(env), env)
            except (OperationalError, ValidationError):
                if attempt == 19:
                    raise
        return None

    def post(self, kind, amount, key):
        return self.request(lambda env: len(
            env['loyalty.card'].browse(self.account)._membership_post_single(kind, amount, key, key)))

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_no_update_is_lost(self):
        [(before,)] = self.query('SELECT points FROM loyalty_card WHERE id = %s', self.account)

        def work(number, barrier):
            barrier.wait()
            for turn in range(10):
                self.post('earn', 10, f'earn:{number}:{turn}')
                self.post('redeem', -3, f'redeem:{number}:{turn}')

        self.at_once(work)
        self.assertLedger(before + THREADS * 10 * 7)

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_one_event_told_by_all_at_the_same_moment_is_posted_once(self):
        [(before,)] = self.query('SELECT points FROM loyalty_card WHERE id = %s', self.account)
        posted = []

        def work(_number, barrier):
            for turn in range(10):
                barrier.wait()
                posted.append(self.post('earn', 10, f'same:{turn}'))

        self.at_once(work)
        self.assertEqual(sorted(posted), [0] * 30 + [1] * 10)
        self.assertLedger(before + 100)

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_four_tills_sell_to_one_member_and_send_each_order_twice(self):
        [(before,)] = self.query('SELECT points FROM loyalty_card WHERE id = %s', self.account)
        orders = [[str(uuid4()) for _turn in range(5)] for _thread in range(THREADS)]

        def sync(env, till_number, uuid, turn):
            till = self.till(env, till_number)
            till.number = turn
            till.sync(till.order([self.goods(till)], env['res.partner'].browse(self.partner), uuid=uuid))

        def work(number, barrier):
            for turn in range(5):
                barrier.wait()
                # The neighbour's tab has the neighbour's order too, and sends it at the same moment.
                for till_number in (number, number ^ 1):
                    uuid = orders[till_number][turn]
                    self.request(lambda env, t=till_number, u=uuid, n=turn: sync(env, t, u, n), 'cashier')

        self.at_once(work)
        self.assertEachOrderPostedOnce(THREADS * 5, total=10)
        self.assertLedger(before + THREADS * 5 * 10)

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_four_tills_spend_the_same_points(self):
        """Paid orders are never refused: what was spent twice is the member's debt, to the point."""
        with self.env() as env:
            account = env['loyalty.card'].browse(self.account)
            account._membership_post_single('adjust', 100 - account.points, f'begin:{uuid4()}', "100 points")

        def sync(env, number):
            till = self.till(env, number)
            till.number = 100
            account, reward = env['loyalty.card'].browse(self.account), env['loyalty.reward'].browse(self.reward)
            till.sync(till.order([self.goods(till, 1, 5.5), till.reward(reward, account, 5)], account.partner_id))

        def work(number, barrier):
            barrier.wait()
            self.request(lambda env: sync(env, number), 'cashier')

        self.at_once(work)
        self.assertLedger(100 - THREADS * 100)
