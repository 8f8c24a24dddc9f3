import threading
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID
from odoo.exceptions import LockError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.membership_loyalty.models.membership_document import Posting

from .common import FaultCase

PARTIES, MEMBERS, EVENTS = 5, 8, 40
LAST = date.today().replace(day=1) - timedelta(days=1)
FIRST = LAST.replace(day=1)


@tagged('post_install', '-at_install')
class TestSettlementRun(FaultCase):
    """The monthly run is killed, started twice, and disturbed by events that arrive: every one is settled once."""

    @classmethod
    def _open_shop(cls, env):
        env = env(user=SUPERUSER_ID)
        program = env['loyalty.program'].create({
            **env['loyalty.program']._membership_template(), 'name': "Coalition", 'membership_tz': 'UTC'})
        cls.program, cls.company = program.id, env.company.id
        parties = env['membership.party'].create([{
            'name': f"Merchant {n}", 'code': f'M{n}', 'kind': 'external',
            'partner_id': env['res.partner'].create({'name': f"Merchant {n}"}).id} for n in range(PARTIES)])
        env['membership.agreement'].create([{
            'party_id': party.id, 'program_id': program.id, 'date_from': date(2020, 1, 1),
            'basis': ('issue', 'redeem')[n % 2], 'rate_ids': [
                Command.create({'charge': charge, 'rate': 0.01 * (n + rate)})
                for rate, charge in enumerate(('reimb', ('issue', 'fund')[n % 2]), start=8)],
        } for n, party in enumerate(parties)]).action_activate()
        accounts = program._enrol(env['res.partner'].create([{'name': f"Member {n}"} for n in range(MEMBERS)]))
        cls.parties, cls.accounts = parties.ids, accounts.ids
        for number in range(EVENTS):
            cls.happen(env, f'first:{number}', number)

    @classmethod
    def happen(cls, env, key, number):
        """Two of three events earn, the third spends what the member has from elsewhere; all on days of the month."""
        day = FIRST + timedelta(days=number % LAST.day)
        earns = number % 3
        env['membership.ledger.entry']._reconcile([Posting(
            key=key, card_id=cls.accounts[number % MEMBERS], kind='earn' if earns else 'redeem',
            wanted=Decimal(30 + number if earns else -25), company_id=cls.company, channel='api',
            occurred_at=datetime.combine(day, time(12)), date=day, party_id=cls.parties[number % PARTIES])])

    def begin_run(self, env, first=FIRST, last=LAST):
        run = env['membership.settlement.run'].create({
            'program_id': self.program, 'company_id': self.company, 'date_from': first, 'date_to': last})
        run._draft_settlements()
        run.state = 'computing'
        return run

    def state(self):
        """Return what the statements say: it must be the same whatever happened on the way."""
        return self.query(
            """SELECT s.party_id, s.date_from, s.net, s.control, s.roll_forward, (
                      SELECT array_agg((l.charge, l.quantity, l.exact, l.amount)::text ORDER BY l.sequence)
                        FROM membership_settlement_line l WHERE l.settlement_id = s.id)
                 FROM membership_settlement s WHERE s.state <> 'cancel' ORDER BY 1, 2""")

    def assertSettledOnce(self):
        """Every event of the parties is on the statement of its month, and everything agrees."""
        self.assertAuditClean()
        self.assertEqual(self.query(
            """SELECT count(*) FROM membership_ledger_entry e LEFT JOIN membership_settlement_atom a
                   ON a.k = 1 AND a.atom_id = e.id WHERE e.party_id IS NOT NULL AND a.atom_id IS NULL"""), [(0,)])

    @mute_logger('odoo.sql_db', 'odoo.service.model', 'odoo.addons.base.models.ir_cron')
    def test_1_a_run_that_is_killed_goes_on_and_ends_as_if_nothing_had_happened(self):
        with self.env() as env:
            self.begin_run(env)
        # Five parties are closed, then claimed together, then priced one after the other, slowly: a worker that is a
        # step ahead of what it has told dies in one of them all the same.
        self.run_worker('settle', 0.3, kill_after=3)
        self.run_worker('settle', 0.3, kill_after=5, within=0.05)
        self.run_worker('settle', 0.5, kill_after=1, within=0.4)  # inside a statement: lines are written, not committed
        [(left,)] = self.query("SELECT count(*) FROM membership_settlement WHERE state = 'draft'")
        self.assertTrue(0 < left <= PARTIES)
        self.run_worker('settle', 0)
        self.assertEqual(self.query("SELECT DISTINCT state FROM membership_settlement"), [('computed',)])
        self.assertEqual(self.query("SELECT state FROM membership_settlement_run"), [('computed',)])
        self.assertSettledOnce()
        state = self.state()
        with self.env() as env:
            env['membership.settlement'].search([])._compute_settlement()
        self.assertEqual(self.state(), state, "Computed at one go, it is the same")

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_2_of_two_runs_at_once_one_wins_and_the_other_is_told(self):
        with self.env() as first, self.env() as second:
            first['membership.settlement'].search([], limit=1)._compute_settlement()
            with self.assertRaisesRegex(LockError, "is being computed by somebody else"):
                second['membership.settlement'].search([], limit=1)._compute_settlement()
            second.cr.rollback()
        with self.env() as first, self.env() as second:
            run = first['membership.settlement.run'].search([])
            run.action_compute()
            with self.assertRaisesRegex(LockError, "Somebody else is working on this run"):
                second['membership.settlement.run'].browse(run.id).action_compute()
            second.cr.rollback()
        with self.assertRaisesRegex(UniqueViolation, 'one_per_month'), self.env() as env:
            self.begin_run(env)
        state = self.state()
        with self.env() as env:
            env['membership.settlement.job']._cron_run()
        self.assertEqual(self.state(), state, "The same month again adds nothing")
        self.assertSettledOnce()

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_3_events_that_arrive_while_their_month_is_closed_are_on_one_statement_each(self):
        """Three threads post into the month before, while that is closed and computed party by party."""
        before = (FIRST - timedelta(days=1)).replace(day=1)
        self.open_parties(before)
        self.stop, self.errors, self.posted = threading.Event(), [], [0, 0, 0]
        threads = [threading.Thread(target=self.sell, args=(thread, before)) for thread in range(3)]
        for thread in threads:
            thread.start()
        try:
            while min(self.posted) < 10 and not self.errors:
                self.stop.wait(0.1)
            with self.env() as env:
                self.begin_run(env, before, FIRST - timedelta(days=1))
            self.run_worker('settle', 0)
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()
        self.assertEqual(self.errors, [])
        [(count, late)] = self.query(
            """SELECT count(DISTINCT document_key), count(*) FILTER (WHERE settle_date > date)
                 FROM membership_ledger_entry WHERE document_key LIKE %s""", 'meanwhile:%')
        self.assertEqual(count, sum(self.posted), "Nothing is lost")
        self.assertGreater(late, 0, "Some came after closing")
        self.assertAuditClean()
        with self.env() as env:
            run = env['membership.settlement.run'].search([('date_from', '=', FIRST)])
            run._draft_settlements()
            run.state = 'computing'
            env.cr.commit()
            env['membership.settlement.job']._cron_run()
        self.assertSettledOnce()

    def open_parties(self, day):
        """Make parties whose month is open still: those of the tests before are closed."""
        with self.env() as env:
            old = env['membership.agreement'].search([], limit=1)
            self.new = env['membership.party'].create([{
                'name': f"New {n}", 'code': f'N{n}', 'kind': 'external',
                'partner_id': env['res.partner'].create({'name': f"New {n}"}).id} for n in range(3)]).ids
            for party in self.new:
                old.copy({'party_id': party, 'date_from': day}).action_activate()

    def sell(self, thread, first):
        """Post events on days of a month until told to stop."""
        def post(env, turn):
            day = first + timedelta(days=turn % 28)
            env['membership.ledger.entry']._reconcile([Posting(
                key=f'meanwhile:{thread}:{turn}', card_id=self.accounts[(thread * 3 + turn) % MEMBERS],
                kind='earn' if turn % 3 else 'redeem', wanted=Decimal(20 if turn % 3 else -5), company_id=self.company,
                channel='api', occurred_at=datetime.combine(day, time(12)), date=day, party_id=self.new[turn % 3])])

        try:
            while not self.stop.is_set():
                self.request(lambda env: post(env, self.posted[thread]))
                self.posted[thread] += 1
        except Exception as error:  # noqa: BLE001 handed to the test's own thread
            self.errors.append(error)
