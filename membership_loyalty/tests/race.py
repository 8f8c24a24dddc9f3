import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ValidationError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

LEDGER = ('membership_ledger_match', 'membership_ledger_entry')


class RaceCase(BaseCase):
    """Transactions of their own that meet. What they commit is cleaned away at the end, as no ledger ever is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.committed() as env:
            cls.prepare(env)

    @classmethod
    def prepare(cls, env):
        """Make what the race is about, and have it cleaned away by `remember`: each race its own."""

    @classmethod
    @contextmanager
    def committed(cls):
        """Give an environment whose work is committed at the end."""
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})

    # ------------------------------------------------------------------ cleaning

    @classmethod
    def remember(cls, program, partners, accounts, products=()):
        """Have a programme and what belongs to it deleted at the end.

        :param program: loyalty.program
        :param partners: res.partner records, whose orders are deleted too
        :param accounts: loyalty.card records
        :param products: product.product records
        """
        cls.addClassCleanup(
            cls.clean_up, program.id, partners.ids, tuple(accounts.ids), products.ids if products else [])

    @classmethod
    def clean_up(cls, program_id, partner_ids, account_ids, product_ids):
        with cls.committed() as env:
            orders = env['sale.order'].search([('partner_id', 'in', partner_ids)])
            orders.filtered(lambda order: order.state == 'sale')._action_cancel()
            orders.unlink()
            cls.clean_ledger(env.cr, account_ids)
            env.invalidate_all()
            program = env['loyalty.program'].browse(program_id)
            env['membership.benefit'].search([('program_id', '=', program_id)]).unlink()
            env['loyalty.card'].browse(account_ids).unlink()
            env['ir.sequence'].search([('code', '=', f'membership.card.{program_id}')]).unlink()
            program.active = False
            program.unlink()
            env['res.partner'].browse(partner_ids).unlink()
            env['product.product'].browse(product_ids).product_tmpl_id.unlink()

    @classmethod
    def clean_ledger(cls, cr, account_ids):
        for table in LEDGER:
            cr.execute(f'ALTER TABLE {table} DISABLE TRIGGER {table}_append_only')
        cr.execute('''DELETE FROM membership_ledger_match WHERE debit_id IN (
            SELECT id FROM membership_ledger_entry WHERE card_id IN %s)''', [account_ids])
        for table in ('membership_ledger_entry', 'membership_purchase', 'membership_benefit_use', 'loyalty_history'):
            cr.execute(f'DELETE FROM {table} WHERE card_id IN %s', [account_ids])
        for table in LEDGER:
            cr.execute(f'ALTER TABLE {table} ENABLE TRIGGER {table}_append_only')
        cr.execute('DELETE FROM membership_transfer WHERE source_id IN %s', [account_ids])
        cr.execute('DELETE FROM membership_card WHERE account_id IN %s', [account_ids])

    # ------------------------------------------------------------------ racing

    def at_once(self, work, *values):
        """Run work(value, barrier) for each value in a thread of its own; return the results in that order.

        The work waits at the barrier once it has its snapshot.
        """
        barrier = threading.Barrier(len(values))
        with mute_logger('odoo.sql_db', 'odoo.service.model'), ThreadPoolExecutor(len(values)) as pool:
            return [future.result(timeout=60)
                    for future in [pool.submit(work, value, barrier) for value in values]]

    def confirm(self, order_id, barrier):
        """Confirm a quotation as the web client does: try again when another transaction was faster.

        :return: (how often it was tried, the refusal or None)
        """
        for attempt in (1, 2, 3):
            with self.committed() as env:
                order = env['sale.order'].browse(order_id)
                self.assertEqual(order.state, 'draft')  # the snapshot is taken
                if attempt == 1:
                    barrier.wait(timeout=10)
                try:
                    order.action_confirm()
                    env.cr.commit()
                    return attempt, None
                except SerializationFailure:
                    env.cr.rollback()
                except ValidationError as refusal:
                    env.cr.rollback()
                    return attempt, refusal.args[0]
        return attempt, "never got through"

    def assertAuditClean(self):
        with self.committed() as env:
            differences = env['membership.ledger.audit']._differences()
            self.assertEqual({name: rows for name, rows in differences.items() if rows}, {})
