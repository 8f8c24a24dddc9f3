import threading
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from ..tools.stored_value import MONEY


@tagged('post_install', '-at_install')
class TestWalletConcurrency(BaseCase):
    """Two tills, two transactions of their own. What they commit is cleaned away, as no ledger ever is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls.clean_up)
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            program = env['loyalty.program'].create(
                {**env['loyalty.program']._stored_value_template(), 'name': "Racing wallet"})
            partner = env['res.partner'].create({'name': "Ada Racer"})
            wallet = program._open_wallet(partner)
            for part, amount in (('principal', 100), ('bonus', 20)):
                wallet._membership_post_single('top_up', amount, 'race:top-up', "Top-up", value_type=part)
            cls.ids = program.id, partner.id, wallet.id, program.rule_ids.product_ids.id

    @classmethod
    def clean_up(cls):
        program_id, partner_id, wallet_id, product_id = cls.ids
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for table in ('membership_ledger_match', 'membership_ledger_entry'):
                cr.execute(f'ALTER TABLE {table} DISABLE TRIGGER {table}_append_only')
            cr.execute('''DELETE FROM membership_ledger_match WHERE debit_id IN (
                SELECT id FROM membership_ledger_entry WHERE card_id = %s)''', [wallet_id])
            cr.execute('DELETE FROM membership_ledger_entry WHERE card_id = %s', [wallet_id])
            for table in ('membership_ledger_match', 'membership_ledger_entry'):
                cr.execute(f'ALTER TABLE {table} ENABLE TRIGGER {table}_append_only')
            cr.execute('DELETE FROM loyalty_history WHERE card_id = %s', [wallet_id])
            env['loyalty.card'].browse(wallet_id).unlink()
            program = env['loyalty.program'].browse(program_id)
            program.active = False
            program.unlink()
            env['res.partner'].browse(partner_id).unlink()
            env['product.product'].browse(product_id).product_tmpl_id.unlink()

    def pay(self, key, amount, barrier):
        """Pay as a till does that sends a paid order: Odoo tries again when another one came first."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            wallet = env['loyalty.card'].browse(self.ids[2])
            self.assertEqual(wallet.points, 120)  # the snapshot is taken
            barrier.wait(timeout=10)
            retrying(lambda: wallet._membership_post_single('spend', -amount, key, key, value_type=MONEY), env)
            cr.commit()

    def test_two_tills_that_spend_the_last_money_split_it_once(self):
        barrier = threading.Barrier(2)
        with mute_logger('odoo.sql_db', 'odoo.service.model'), ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(self.pay, f'race:{till}', 120, barrier) for till in (1, 2)]:
                future.result(timeout=60)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            wallet = env['loyalty.card'].browse(self.ids[2])
            self.assertEqual(wallet.points, -120, "Paid orders are never refused: the second one is debt")
            posted = env['membership.ledger.entry']._posted_parts(['race:1', 'race:2'])
            self.assertEqual(sorted(map(float, posted.values())), [-120, -100, -20], "The bonus is given once")
            differences = env['membership.ledger.audit']._differences()
            self.assertEqual({name: rows for name, rows in differences.items() if rows}, {})
