"""A copy of the database under test: faults are committed, and must not reach the tests that come after."""

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2 import OperationalError

from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import config

from demo import shop
from demo.runner import transaction
from demo.till import Till

ROOT = Path(__file__).parents[2]


class FaultCase(BaseCase):
    """A shop with four tills and a member, in a database of its own that is dropped at the end."""

    TILLS = 4

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f'{get_db_name()}_{cls.__name__.lower()}'
        sql_db.close_db(get_db_name())  # PostgreSQL copies a database that nobody is connected to
        cls._administer(f'DROP DATABASE IF EXISTS "{cls.database}"')
        cls._administer(f'CREATE DATABASE "{cls.database}" TEMPLATE "{get_db_name()}"')
        cls.addClassCleanup(cls._drop)
        cls.registry = cls._load()
        with transaction(cls.registry) as env:
            shop.make_people(env)
        with transaction(cls.registry, 'owner') as env:
            cls._open_shop(env)

    @classmethod
    def _open_shop(cls, env):
        program = shop.set_up_program(env)
        shop.set_up_stores(env, [1])
        config = shop.set_up_till(env, 1)
        configs = config + config.browse([
            config.copy({'name': f"Till {n}", 'payment_method_ids': [(6, 0, config.payment_method_ids[:1].ids)]}).id
            for n in range(1, cls.TILLS)])
        [article] = shop.set_up_products(env, {1: ("Bread", 10)}).values()
        account = program._enrol(env['res.partner'].create({'name': "Busy Member", 'ref': 'BUSY'}))
        cls.article, cls.account, cls.partner, cls.configs = article.id, account.id, account.partner_id.id, configs.ids
        cls.reward = program.reward_ids[:1].id
        for config in configs:
            Till.opened(env, config)

    @classmethod
    def _load(cls):
        """Load the registry as a server does: while tests are enabled, loading would run the tests of add-ons."""
        enabled, config['test_enable'] = config['test_enable'], False
        try:
            return Registry(cls.database)
        finally:
            config['test_enable'] = enabled

    @classmethod
    def _administer(cls, statement):
        """Run a statement outside of any transaction, in a database that is not touched by it."""
        info = sql_db.connection_info_for('postgres')[1]
        with closing(psycopg2.connect(**info)) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    @classmethod
    def _drop(cls):
        Registry.delete(cls.database)
        sql_db.close_db(cls.database)
        cls._administer(f'DROP DATABASE IF EXISTS "{cls.database}" WITH (FORCE)')

    # ------------------------------------------------------------------ what a test asks

    def env(self, login=None):
        return transaction(self.registry, login)

    def till(self, env, number=0):
        return Till(env, env['pos.config'].browse(self.configs[number]))

    def goods(self, till, quantity=1, price=10):
        return till.line(till.env['product.product'].browse(self.article), quantity, price)

    def query(self, statement, *params):
        with self.env() as env:
            env.cr.execute(statement, params)
            return env.cr.fetchall()

    def assertLedger(self, balance):
        """The account stands at a balance, and every invariant holds."""
        with self.env() as env:
            self.assertEqual(env['loyalty.card'].browse(self.account).points, balance)
        self.assertAuditClean()

    def assertEachOrderPostedOnce(self, orders, total=None):
        """So many orders are there (with this total), each once, with one purchase and one earning."""
        self.assertEqual(self.query(
            """SELECT count(*), count(DISTINCT o.uuid), count(DISTINCT p.id), count(DISTINCT e.id)
                 FROM pos_order o
                 LEFT JOIN membership_purchase p ON p.document_key = 'pos.order:' || o.uuid
                 LEFT JOIN membership_ledger_entry e ON e.document_key = p.document_key AND e.kind = 'earn'
                WHERE %s IS NULL OR o.amount_total = %s""", total, total),
            [(orders, orders, orders, orders)])

    def assertAuditClean(self):
        with self.env() as env:
            differences = env['membership.ledger.audit']._differences()
            self.assertEqual({name: rows for name, rows in differences.items() if rows}, {})

    def request(self, call):
        """Run call(env) as a request: Odoo tries again when another one came first, and the client after that."""
        for attempt in range(20):
            try:
                with self.env() as env:
                    return retrying(lambda env=env: call(env), env)
            except OperationalError:
                if attempt == 19:
                    raise
        return None

    # ------------------------------------------------------------------ another process

    def run_worker(self, module, *arguments, kill_after=None, within=0.02):
        """Run another process of Odoo on this database, to its end or until it is killed.

        :param module: of tests.faults; it prints a line for each step
        :param kill_after: number of lines after which it is killed
        :param within: seconds, so that it dies anywhere within a step
        :return: how many lines it printed
        """
        worker = subprocess.Popen(
            [sys.executable, '-m', f'tests.faults.{module}', self.database, *map(str, arguments)], cwd=ROOT, text=True,
            stdout=subprocess.PIPE)
        told = 0
        try:
            for _line in worker.stdout:
                told += 1
                if told == kill_after:
                    time.sleep(random.random() * within)
                    worker.kill()
        finally:
            worker.kill()
            worker.stdout.close()
            status = worker.wait()
        self.assertEqual(status, -9 if kill_after else 0)
        return told
