from datetime import datetime, timedelta

from odoo.tests import tagged

from odoo.addons.membership_loyalty.guard import held

from .common import FaultCase

MEMBERS = 120


@tagged('post_install', '-at_install')
class TestTierReviewKilled(FaultCase):
    """The review of everybody is killed in the middle; everybody ends where the figures say, and is told so once."""

    TILLS = 1

    def setUp(self):
        super().setUp()
        yesterday = datetime.now() - timedelta(days=2)
        with self.env() as env:
            program = env['loyalty.card'].browse(self.account).program_id
            levels = env['membership.tier'].create([
                {'program_id': program.id, 'name': f"Level {n}", 'sequence': 100 + n, 'enter_spend': 1000 * n}
                for n in (1, 2)])
            accounts = program._enrol(env['res.partner'].create([
                {'name': f"Member {number}"} for number in range(MEMBERS)]))
            # Bought, but not judged yet.
            held(program).env['membership.purchase'].sudo()._upsert([{
                'card_id': account.id, 'company_id': env.company.id, 'channel': 'api', 'amount_total': 1000 * (n % 3),
                'occurred_at': yesterday, 'date': yesterday.date(), 'document_key': f'review:{account.id}',
            } for n, account in enumerate(accounts)])
            self.accounts = accounts.ids
            first = program.default_tier_id.id
            self.wanted = {account.id: (first, *levels.ids)[n % 3] for n, account in enumerate(accounts)}

    def moved(self):
        """Return the number of moves by figures, and of the accounts that moved."""
        [counts] = self.query(
            """SELECT count(*), count(DISTINCT card_id) FROM membership_tier_change
                WHERE rule = 'enter' AND card_id = ANY(%s)""", self.accounts)
        return counts

    def test_a_review_that_is_killed_goes_on_and_ends_as_if_nothing_had_happened(self):
        self.run_worker('job', 'membership.tier.review', 5, kill_after=6)
        moves, _accounts = self.moved()
        self.assertGreater(moves, 0)
        self.assertLess(moves, MEMBERS * 2 / 3, "It died in the middle")
        self.run_worker('job', 'membership.tier.review', 50)
        self.assertEqual(self.moved(), (MEMBERS * 2 / 3, MEMBERS * 2 / 3))
        self.assertEqual(dict(self.query(
            'SELECT id, tier_id FROM loyalty_card WHERE id = ANY(%s)', self.accounts)), self.wanted)
        self.assertEqual(self.query(
            """SELECT r.state FROM membership_job_run r JOIN membership_job j ON j.id = r.job_id
                WHERE j.model_name = 'membership.tier.review'"""), [('done',)], "One run, however often it was started")
