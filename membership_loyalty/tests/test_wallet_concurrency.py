from odoo.service.model import retrying
from odoo.tests import tagged

from ..tools.stored_value import MONEY
from .race import RaceCase


@tagged('post_install', '-at_install')
class TestWalletConcurrency(RaceCase):
    """Two tills take the same money at once."""

    @classmethod
    def prepare(cls, env):
        program = env['loyalty.program'].create(
            {**env['loyalty.program']._stored_value_template(), 'name': "Racing wallet"})
        partner = env['res.partner'].create({'name': "Ada Racer"})
        wallet = program._open_wallet(partner)
        for part, amount in (('principal', 100), ('bonus', 20)):
            wallet._membership_post_single('top_up', amount, 'race:top-up', "Top-up", value_type=part)
        cls.remember(program, partner, wallet, program.rule_ids.product_ids)
        cls.wallet_id = wallet.id

    def pay(self, key, barrier):
        """Pay as a till does that sends a paid order: Odoo tries again when another one came first."""
        with self.committed() as env:
            wallet = env['loyalty.card'].browse(self.wallet_id)
            self.assertEqual(wallet.points, 120)  # the snapshot is taken
            barrier.wait(timeout=10)
            retrying(lambda: wallet._membership_post_single('spend', -120, key, key, value_type=MONEY), env)

    def test_two_tills_that_spend_the_last_money_split_it_once(self):
        self.at_once(self.pay, 'race:1', 'race:2')
        with self.committed() as env:
            self.assertEqual(
                env['loyalty.card'].browse(self.wallet_id).points, -120,
                "Paid orders are never refused: the second one is debt")
            posted = env['membership.ledger.entry']._posted_parts(['race:1', 'race:2'])
            self.assertEqual(sorted(map(float, posted.values())), [-120, -100, -20], "The bonus is given once")
        self.assertAuditClean()
