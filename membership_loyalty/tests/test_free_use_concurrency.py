from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipCommon
from .race import RaceCase


@tagged('post_install', '-at_install')
class TestFreeUseConcurrency(RaceCase):
    """The last free coffee, asked for by two orders at once."""

    @classmethod
    def prepare(cls, env):
        # Without rules nothing is earned: only the free use itself makes the transactions meet.
        program = MembershipCommon.create_program(env, name="Free race", rule_ids=False)
        partner = env['res.partner'].create({'name': "Ada Racer"})
        product = env['product.product'].create(
            {'name': "Coffee to race for", 'type': 'service', 'list_price': 3, 'taxes_id': [Command.clear()]})
        env['membership.benefit'].create({
            'name': "Free coffee", 'program_id': program.id, 'kind': 'free_use', 'product_id': product.id})
        account = program._enrol(partner)
        cls.remember(program, partner, account, product)
        cls.partner_id, cls.account_id = partner.id, account.id

    def quotation(self):
        with self.committed() as env:
            order = env['sale.order'].create({'partner_id': self.partner_id})
            order.action_membership_free_use()
            return order.id

    def test_the_last_free_use_is_given_once(self):
        results = self.at_once(self.confirm, self.quotation(), self.quotation())
        refusals = [refusal for _attempt, refusal in results if refusal]
        self.assertEqual(len(refusals), 1, results)
        self.assertIn("1 times per period; with this order it would be 2", refusals[0])
        with self.committed() as env:
            account = env['loyalty.card'].browse(self.account_id)
            self.assertEqual(list(account._membership_free_uses()[account].values()), [(1, 1)])
