import threading
from concurrent.futures import ThreadPoolExecutor

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestFreeUseConcurrency(BaseCase):
    """The last free coffee, asked for by two orders in two transactions of their own; cleaned away afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls.clean_up)
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            # Without rules nothing is earned: only the free use itself makes the transactions meet.
            program = MembershipCommon.create_program(env, name="Free race", rule_ids=False)
            partner = env['res.partner'].create({'name': "Ada Racer"})
            product = env['product.product'].create(
                {'name': "Coffee to race for", 'type': 'service', 'list_price': 3, 'taxes_id': [Command.clear()]})
            benefit = env['membership.benefit'].create({
                'name': "Free coffee", 'program_id': program.id, 'kind': 'free_use', 'product_id': product.id})
            account = program._enrol(partner)
            cls.ids = {record._name: record.id for record in (program, partner, product, benefit, account)}

    @classmethod
    def clean_up(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env['sale.order'].search([('partner_id', '=', cls.ids['res.partner'])])
            orders.filtered(lambda order: order.state == 'sale')._action_cancel()
            orders.unlink()
            for table in ('membership_benefit_use', 'membership_purchase', 'loyalty_history'):
                cr.execute(f'DELETE FROM {table} WHERE card_id = %s', [cls.ids['loyalty.card']])
            cr.execute('DELETE FROM membership_card WHERE account_id = %s', [cls.ids['loyalty.card']])
            env.invalidate_all()
            env['membership.benefit'].browse(cls.ids['membership.benefit']).unlink()
            env['loyalty.card'].browse(cls.ids['loyalty.card']).unlink()
            program = env['loyalty.program'].browse(cls.ids['loyalty.program'])
            env['ir.sequence'].search([('code', '=', f'membership.card.{program.id}')]).unlink()
            program.active = False
            program.unlink()
            env['res.partner'].browse(cls.ids['res.partner']).unlink()
            env['product.product'].browse(cls.ids['product.product']).product_tmpl_id.unlink()

    def quotation(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            order = env['sale.order'].create({'partner_id': self.ids['res.partner']})
            order.action_membership_free_use()
            return order.id

    def confirm(self, order_id, barrier):
        """Confirm as the web client does; return (how often it was tried, the refusal or None)."""
        for attempt in (1, 2, 3):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                order = env['sale.order'].browse(order_id)
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

    def test_the_last_free_use_is_given_once(self):
        barrier, orders = threading.Barrier(2), [self.quotation(), self.quotation()]
        with mute_logger('odoo.sql_db'), ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(self.confirm, order_id, barrier) for order_id in orders]
            results = [future.result(timeout=60) for future in futures]
        refusals = [refusal for _attempt, refusal in results if refusal]
        self.assertEqual(len(refusals), 1, results)
        self.assertIn("1 times per period; with this order it would be 2", refusals[0])
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            account = env['loyalty.card'].browse(self.ids['loyalty.card'])
            self.assertEqual(list(account._membership_free_uses()[account].values()), [(1, 1)])
