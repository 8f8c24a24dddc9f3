import threading

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from .common import MembershipCommon

TURNS = 8


@tagged('post_install', '-at_install')
class TestTransferConcurrency(BaseCase):
    """Two members give to each other at the same moment, in transactions of their own; cleaned away afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls.clean_up)
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            program = MembershipCommon.create_program(env, name="Transfer race", transfer_policy='staff')
            partners = env['res.partner'].create([{'name': "Ada Racer"}, {'name': "Bea Racer"}])
            accounts = program._enrol(partners)
            for account in accounts:
                account._membership_post_single('bonus', 100, f'race:{account.id}', "Given")
            cls.program_id, cls.partner_ids, cls.account_ids = program.id, partners.ids, accounts.ids

    @classmethod
    def clean_up(cls):
        with cls.registry.cursor() as cr:
            accounts = tuple(cls.account_ids)
            for table in ('membership_ledger_match', 'membership_ledger_entry'):
                cr.execute(f'ALTER TABLE {table} DISABLE TRIGGER {table}_append_only')
            cr.execute('''DELETE FROM membership_ledger_match WHERE debit_id IN (
                SELECT id FROM membership_ledger_entry WHERE card_id IN %s)''', [accounts])
            cr.execute('DELETE FROM membership_ledger_entry WHERE card_id IN %s', [accounts])
            for table in ('membership_ledger_match', 'membership_ledger_entry'):
                cr.execute(f'ALTER TABLE {table} ENABLE TRIGGER {table}_append_only')
            cr.execute('DELETE FROM membership_transfer WHERE source_id IN %s', [accounts])
            cr.execute('DELETE FROM loyalty_history WHERE card_id IN %s', [accounts])
            cr.execute('DELETE FROM membership_card WHERE account_id IN %s', [accounts])
            env = api.Environment(cr, SUPERUSER_ID, {})
            env['loyalty.card'].browse(accounts).unlink()
            program = env['loyalty.program'].browse(cls.program_id)
            env['ir.sequence'].search([('code', '=', f'membership.card.{program.id}')]).unlink()
            program.active = False
            program.unlink()
            env['res.partner'].browse(cls.partner_ids).unlink()

    def transfer(self, source, destination, event):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            giver, receiver = env['loyalty.card'].browse((source, destination))
            retrying(lambda: env['membership.transfer']._make(giver, receiver, 5, event).id, env)

    def at_once(self, *works):
        """Run each work(turn) in a thread of its own, all at the same moment in every turn."""
        barrier, errors = threading.Barrier(len(works)), []

        def run(work):
            try:
                for turn in range(TURNS):
                    barrier.wait(timeout=60)
                    work(turn)
            except Exception as error:  # noqa: BLE001 handed to the test's own thread
                errors.append(error)
                barrier.abort()

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])

    def state(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            differences = [rows for rows in env['membership.ledger.audit']._differences().values() if rows]
            return [account.points for account in env['loyalty.card'].browse(self.account_ids)], differences

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_transfers_in_opposite_directions_lose_nothing_and_do_not_block_each_other(self):
        ada, bea = self.account_ids
        (before, _differences) = self.state()
        self.at_once(lambda turn: self.transfer(ada, bea, f'there:{turn}'),
                     lambda turn: self.transfer(bea, ada, f'back:{turn}'))
        self.assertEqual(self.state(), (before, []))

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_one_click_told_twice_at_the_same_moment_is_posted_once(self):
        ada, bea = self.account_ids
        ((given, received), _differences) = self.state()
        self.at_once(*[lambda turn: self.transfer(ada, bea, f'same:{turn}')] * 2)
        self.assertEqual(self.state(), ([given - 5 * TURNS, received + 5 * TURNS], []))
