from odoo.service.model import retrying
from odoo.tests import tagged

from .common import MembershipCommon
from .race import RaceCase

TURNS = 8


@tagged('post_install', '-at_install')
class TestTransferConcurrency(RaceCase):
    """Two members give to each other at the same moment."""

    @classmethod
    def prepare(cls, env):
        program = MembershipCommon.create_program(env, name="Transfer race", transfer_policy='staff')
        partners = env['res.partner'].create([{'name': "Ada Racer"}, {'name': "Bea Racer"}])
        accounts = program._enrol(partners)
        for account in accounts:
            account._membership_post_single('bonus', 100, f'race:{account.id}', "Given")
        cls.remember(program, partners, accounts)
        cls.account_ids = accounts.ids

    def transfer(self, source, destination, event):
        with self.committed() as env:
            giver, receiver = env['loyalty.card'].browse((source, destination))
            retrying(lambda: env['membership.transfer']._make(giver, receiver, 5, event).id, env)

    def take_turns(self, *works):
        """Run each work(turn) in a thread of its own, all at the same moment in every turn."""
        def run(work, barrier):
            for turn in range(TURNS):
                barrier.wait(timeout=60)
                work(turn)

        self.at_once(run, *works)

    def balances(self):
        self.assertAuditClean()
        with self.committed() as env:
            return [account.points for account in env['loyalty.card'].browse(self.account_ids)]

    def test_transfers_in_opposite_directions_lose_nothing_and_do_not_block_each_other(self):
        ada, bea = self.account_ids
        before = self.balances()
        self.take_turns(lambda turn: self.transfer(ada, bea, f'there:{turn}'),
                        lambda turn: self.transfer(bea, ada, f'back:{turn}'))
        self.assertEqual(self.balances(), before)

    def test_one_click_told_twice_at_the_same_moment_is_posted_once(self):
        ada, bea = self.account_ids
        given, received = self.balances()
        self.take_turns(*[lambda turn: self.transfer(ada, bea, f'same:{turn}')] * 2)
        self.assertEqual(self.balances(), [given - 5 * TURNS, received + 5 * TURNS])
