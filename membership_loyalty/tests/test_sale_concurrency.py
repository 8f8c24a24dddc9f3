import threading
from concurrent.futures import ThreadPoolExecutor

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestSaleConcurrency(BaseCase):
    """Two salesmen, two transactions of their own. What they commit is cleaned away, as no ledger ever is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls.clean_up)
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            cls.program_id = MembershipCommon.create_program(env, name="Race").id
            cls.partner_id = env['res.partner'].create({'name': "Ada Racer"}).id
            cls.product_id = env['product.product'].create(
                {'name': "Racing article", 'type': 'service', 'list_price': 100, 'taxes_id': [Command.clear()]}).id
            account = env['loyalty.program'].browse(cls.program_id)._enrol(env['res.partner'].browse(cls.partner_id))
            account._membership_post_single('bonus', 150, 'race:bonus', "Given")
            cls.account_id = account.id

    @classmethod
    def clean_up(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env['sale.order'].search([('partner_id', '=', cls.partner_id)])
            orders.filtered(lambda order: order.state == 'sale')._action_cancel()
            orders.unlink()
            for table in ('membership_ledger_match', 'membership_ledger_entry'):
                cr.execute(f'ALTER TABLE {table} DISABLE TRIGGER {table}_append_only')
            cr.execute('''DELETE FROM membership_ledger_match WHERE debit_id IN (
                SELECT id FROM membership_ledger_entry WHERE card_id = %s)''', [cls.account_id])
            for table in ('membership_ledger_entry', 'membership_purchase'):
                cr.execute(f'DELETE FROM {table} WHERE card_id = %s', [cls.account_id])
            for table in ('membership_ledger_match', 'membership_ledger_entry'):
                cr.execute(f'ALTER TABLE {table} ENABLE TRIGGER {table}_append_only')
            cr.execute('DELETE FROM loyalty_history WHERE card_id = %s', [cls.account_id])
            cr.execute('DELETE FROM membership_card WHERE account_id = %s', [cls.account_id])
            env.invalidate_all()
            env['loyalty.card'].browse(cls.account_id).unlink()
            program = env['loyalty.program'].browse(cls.program_id)
            env['ir.sequence'].search([('code', '=', f'membership.card.{program.id}')]).unlink()
            program.active = False
            program.unlink()
            env['res.partner'].browse(cls.partner_id).unlink()
            env['product.product'].browse(cls.product_id).product_tmpl_id.unlink()

    def quotations(self, count, claim=False):
        """Commit quotations; return their ids."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env['sale.order'].create([{
                'partner_id': self.partner_id, 'order_line': [Command.create({'product_id': self.product_id})],
            } for _number in range(count)])
            for order in orders if claim else ():
                order.action_open_reward_wizard()
                self.assertEqual(order.order_line.mapped('points_cost'), [0, 100])
            return orders.ids

    def confirm(self, order_id, barrier):
        """Confirm as the web client does: try again when another transaction was faster.

        :return: (how often it was tried, the refusal or None)
        """
        for attempt in (1, 2, 3):
            with self.registry.cursor() as cr:
                order = api.Environment(cr, SUPERUSER_ID, {})['sale.order'].browse(order_id)
                self.assertEqual(order.state, 'draft')  # the snapshot is taken
                if attempt == 1:
                    barrier.wait(timeout=10)
                try:
                    order.action_confirm()
                    cr.commit()
                    return attempt, None
                except SerializationFailure:
                    cr.rollback()
                except ValidationError as refusal:
                    cr.rollback()
                    return attempt, refusal.args[0]
        return attempt, "never got through"

    def confirm_at_once(self, order_ids):
        barrier = threading.Barrier(len(order_ids))
        with mute_logger('odoo.sql_db'), ThreadPoolExecutor(len(order_ids)) as pool:
            futures = [pool.submit(self.confirm, order_id, barrier) for order_id in order_ids]
            return [future.result(timeout=60) for future in futures]

    def balance(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            differences = env['membership.ledger.audit']._differences()
            self.assertEqual({name: rows for name, rows in differences.items() if rows}, {})
            return env['loyalty.card'].browse(self.account_id).points

    def test_two_confirmations_at_once(self):
        before = self.balance()
        results = self.confirm_at_once(self.quotations(2))
        self.assertEqual([refusal for _attempts, refusal in results], [None, None])
        self.assertGreater(max(attempts for attempts, _refusal in results), 1, "The loser was sent back once")
        self.assertEqual(self.balance(), before + 200, "No update is lost")

    def test_two_confirmations_that_spend_the_same_points(self):
        before = self.balance()
        with self.registry.cursor() as cr:
            account = api.Environment(cr, SUPERUSER_ID, {})['loyalty.card'].browse(self.account_id)
            account._membership_post_single('adjust', 100 - before, f'race:{before}', "To 100 points")
        results = self.confirm_at_once(self.quotations(2, claim=True))
        refused = [refusal for _attempts, refusal in results if refusal]
        self.assertEqual(len(refused), 1)
        self.assertIn("need 100 Points", refused[0])
        self.assertEqual(self.balance(), 100 - 100 + 95)

    def test_two_confirmations_share_what_is_left_of_the_day(self):
        before = self.balance()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            account = env['loyalty.card'].browse(self.account_id)
            today = account.program_id._membership_date(fields.Datetime.now())
            earned, _month = env['membership.ledger.entry']._earned_in_month(account, '', today)
            account.program_id.earn_cap_day = float(earned) + 150
        self.addCleanup(self.set_program, earn_cap_day=0)
        results = self.confirm_at_once(self.quotations(2))
        self.assertEqual([refusal for _attempts, refusal in results], [None, None])
        self.assertEqual(self.balance(), before + 150, "The second knows of the first")

    def test_a_budget_is_exceeded_by_no_more_than_what_is_sold_at_once(self):
        before = self.balance()
        self.set_program(earn_budget=100000)
        self.addCleanup(self.set_program, earn_budget=0)
        with self.registry.cursor() as cr:
            program = api.Environment(cr, SUPERUSER_ID, {})['loyalty.program'].browse(self.program_id)
            used = program.earn_budget_used
            program.earn_budget = used + 150
        self.confirm_at_once(self.quotations(2))
        given = self.balance() - before
        self.assertIn(given, (150, 200))
        with self.registry.cursor() as cr:
            program = api.Environment(cr, SUPERUSER_ID, {})['loyalty.program'].browse(self.program_id)
            self.assertEqual(program.earn_budget_used - used, given, "Every point is counted")
        self.confirm_at_once(self.quotations(1))
        self.assertEqual(self.balance() - before, given, "From then on there is nothing left")

    def set_program(self, **values):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})['loyalty.program'].browse(self.program_id).write(values)
