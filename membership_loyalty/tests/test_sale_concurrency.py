from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipCommon
from .race import RaceCase


@tagged('post_install', '-at_install')
class TestSaleConcurrency(RaceCase):
    """Two salesmen confirm at once."""

    @classmethod
    def prepare(cls, env):
        program = MembershipCommon.create_program(env, name="Race")
        partner = env['res.partner'].create({'name': "Ada Racer"})
        product = env['product.product'].create(
            {'name': "Racing article", 'type': 'service', 'list_price': 100, 'taxes_id': [Command.clear()]})
        account = program._enrol(partner)
        account._membership_post_single('bonus', 150, 'race:bonus', "Given")
        cls.remember(program, partner, account, product)
        cls.program_id, cls.partner_id, cls.account_id, cls.product_id = program.id, partner.id, account.id, product.id

    def quotations(self, count, claim=False):
        """Commit quotations; return their ids."""
        with self.committed() as env:
            orders = env['sale.order'].create([{
                'partner_id': self.partner_id, 'order_line': [Command.create({'product_id': self.product_id})],
            } for _number in range(count)])
            for order in orders if claim else ():
                order.action_open_reward_wizard()
                self.assertEqual(order.order_line.mapped('points_cost'), [0, 100])
            return orders.ids

    def balance(self):
        self.assertAuditClean()
        with self.committed() as env:
            return env['loyalty.card'].browse(self.account_id).points

    def test_two_confirmations_at_once(self):
        before = self.balance()
        results = self.at_once(self.confirm, *self.quotations(2))
        self.assertEqual([refusal for _attempts, refusal in results], [None, None])
        self.assertGreater(max(attempts for attempts, _refusal in results), 1, "The loser was sent back once")
        self.assertEqual(self.balance(), before + 200, "No update is lost")

    def test_two_confirmations_that_spend_the_same_points(self):
        before = self.balance()
        with self.committed() as env:
            account = env['loyalty.card'].browse(self.account_id)
            account._membership_post_single('adjust', 100 - before, f'race:{before}', "To 100 points")
        results = self.at_once(self.confirm, *self.quotations(2, claim=True))
        refused = [refusal for _attempts, refusal in results if refusal]
        self.assertEqual(len(refused), 1)
        self.assertIn("need 100 Points", refused[0])
        self.assertEqual(self.balance(), 100 - 100 + 95)

    def test_two_confirmations_share_what_is_left_of_the_day(self):
        before = self.balance()
        with self.committed() as env:
            account = env['loyalty.card'].browse(self.account_id)
            today = account.program_id._membership_date(fields.Datetime.now())
            earned, _month = env['membership.ledger.entry']._earned_in_month(account, '', today)
            account.program_id.earn_cap_day = float(earned) + 150
        self.addCleanup(self.set_program, earn_cap_day=0)
        results = self.at_once(self.confirm, *self.quotations(2))
        self.assertEqual([refusal for _attempts, refusal in results], [None, None])
        self.assertEqual(self.balance(), before + 150, "The second knows of the first")

    def test_a_budget_is_exceeded_by_no_more_than_what_is_sold_at_once(self):
        before = self.balance()
        self.set_program(earn_budget=100000)
        self.addCleanup(self.set_program, earn_budget=0)
        with self.committed() as env:
            program = env['loyalty.program'].browse(self.program_id)
            used = program.earn_budget_used
            program.earn_budget = used + 150
        self.at_once(self.confirm, *self.quotations(2))
        given = self.balance() - before
        self.assertIn(given, (150, 200))
        with self.committed() as env:
            program = env['loyalty.program'].browse(self.program_id)
            self.assertEqual(program.earn_budget_used - used, given, "Every point is counted")
        self.at_once(self.confirm, *self.quotations(1))
        self.assertEqual(self.balance() - before, given, "From then on there is nothing left")

    def set_program(self, **values):
        with self.committed() as env:
            env['loyalty.program'].browse(self.program_id).write(values)
