import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from ..models import membership_partner_file_apply
from ..tools import partner_row
from .common import MembershipCommon
from .common_partner_file import PartnerFileCommon

ROWS = 60


@tagged('post_install', '-at_install')
class TestPartnerFileConcurrency(BaseCase):
    """Files in transactions of their own: sent twice at the same moment, killed in the middle; cleaned away after."""

    content = PartnerFileCommon.content

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls.clean_up)
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            program = MembershipCommon.create_program(env, name="File race")
            partners = env['res.partner'].create([{'name': "Ada Racer"}, {'name': "Race Partner"}])
            account = program._enrol(partners[0])
            party = env['membership.party'].create({
                'name': "Race Partner", 'code': 'RACE', 'partner_id': partners[1].id})
            env['membership.agreement'].create({
                'party_id': party.id, 'program_id': program.id, 'date_from': '2020-01-01'}).action_activate()
            cls.program_id, cls.partner_ids, cls.account_id = program.id, partners.ids, account.id
            cls.party_id, cls.number = party.id, account.membership_card_ids.number

    @classmethod
    def clean_up(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            files = env['membership.partner.file'].search([('party_id', '=', cls.party_id)])
            (files.attachment_id | files.response_id).unlink()
            files.unlink()
            kept = ('membership_ledger_match', 'membership_ledger_entry', 'membership_partner_transaction')
            for table in kept:
                cr.execute(f'ALTER TABLE {table} DISABLE TRIGGER {table}_append_only')
            cr.execute('''DELETE FROM membership_ledger_match WHERE debit_id IN (
                SELECT id FROM membership_ledger_entry WHERE card_id = %s)''', [cls.account_id])
            for table in kept[1:]:
                cr.execute(f'DELETE FROM {table} WHERE card_id = %s', [cls.account_id])
            for table in kept:
                cr.execute(f'ALTER TABLE {table} ENABLE TRIGGER {table}_append_only')
            cr.execute('DELETE FROM loyalty_history WHERE card_id = %s', [cls.account_id])
            cr.execute('DELETE FROM membership_card WHERE account_id = %s', [cls.account_id])
            env['loyalty.card'].browse(cls.account_id).unlink()
            cr.execute('DELETE FROM membership_agreement WHERE party_id = %s', [cls.party_id])
            env.invalidate_all()
            env['membership.party'].browse(cls.party_id).unlink()
            program = env['loyalty.program'].browse(cls.program_id)
            env['ir.sequence'].search([('code', '=', f'membership.card.{program.id}')]).unlink()
            program.active = False
            program.unlink()
            env['res.partner'].browse(cls.partner_ids).unlink()

    # ------------------------------------------------------------------ tools

    def rows(self, prefix):
        now = fields.Datetime.now().isoformat()
        return [{'ext_txn_id': f'{prefix}{number}', 'kind': 'redeem' if number % 10 == 9 else 'earn',
                 'card_token': self.number, 'occurred_at': f'{now}Z', 'points': '5'} for number in range(ROWS)]

    def in_transaction(self, work):
        """Do work(env) in a transaction of its own, tried again when it lost a race, as a request is."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            return retrying(lambda: work(env), env)

    def receive(self, content):
        def work(env):
            file = env['membership.partner.file']._receive(
                env['membership.party'].browse(self.party_id), env['loyalty.program'].browse(self.program_id),
                'race.csv', content, 'backend')
            file.is_queued = file.state == 'verified'
            return file.id, file.state
        return self.in_transaction(work)

    def batch(self):
        return self.in_transaction(lambda env: env['membership.partner.file.job']._job_batch())

    def run_job(self):
        while self.batch() != (0, 0):
            pass

    def at_once(self, *works):
        """Run each work() in a thread of its own at the same moment. Return what they return."""
        barrier, outcome, errors = threading.Barrier(len(works)), [], []

        def run(work):
            try:
                barrier.wait(timeout=60)
                outcome.append(work())
            except Exception as error:  # noqa: BLE001 handed to the test's own thread
                errors.append(error)

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])
        return outcome

    def state(self, file_id):
        """Return state and counts of a file, the balance, and what the audit finds."""
        def work(env):
            file = env['membership.partner.file'].browse(file_id)
            differences = [rows for rows in env['membership.ledger.audit']._differences().values() if rows]
            return (file.state, file.ok_count, file.duplicate_count, file.error_count, file.done_count,
                    env['loyalty.card'].browse(self.account_id).points, differences)
        return self.in_transaction(work)

    def balance(self):
        return self.in_transaction(lambda env: env['loyalty.card'].browse(self.account_id).points)

    # ------------------------------------------------------------------ races

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_a_file_that_arrives_twice_at_the_same_moment_is_applied_once(self):
        content, before = self.content(1, self.rows('twice-'), 'RACE'), self.balance()
        outcome = self.at_once(*[lambda: self.receive(content)] * 4)
        self.assertEqual(sorted(state for _id, state in outcome), ['duplicate'] * 3 + ['verified'])
        self.at_once(self.run_job, self.run_job)
        file_id = next(file_id for file_id, state in outcome if state == 'verified')
        gained = 5 * (ROWS - 2 * (ROWS // 10))
        self.assertEqual(self.state(file_id), ('applied', ROWS, 0, 0, ROWS, before + gained, []))

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_the_same_events_by_file_and_by_interface_at_once_count_once(self):
        rows, before = self.rows('both-'), self.balance()
        file_id, _state = self.receive(self.content(2, rows, 'RACE'))

        def tell(env):
            file = env['membership.partner.file'].browse(file_id)
            events = [partner_row.read(row, fields.Datetime.now()) for row in rows[:8]]
            return [result.state for result in env['membership.partner.event']._post(
                file.party_id, file.program_id, events)]

        self.at_once(self.run_job, lambda: self.in_transaction(tell))
        state, good, known, refused, *_rest, balance, differences = self.state(file_id)
        self.assertEqual((state, good + known, refused, differences), ('applied', ROWS, 0, []))
        self.assertEqual(balance, before + 5 * (ROWS - 2 * (ROWS // 10)))

    # ------------------------------------------------------------------ killed

    @mute_logger('odoo.sql_db', 'odoo.service.model')
    def test_a_job_that_is_killed_goes_on_where_it_was(self):
        before, batches, posting = self.balance(), 0, 'membership.partner.file.posting'
        file_id, _state = self.receive(self.content(3, self.rows('killed-'), 'RACE'))

        def dies(_posting, *_args):
            raise KeyboardInterrupt

        with patch.object(membership_partner_file_apply, 'SET_BATCH', 10), \
                patch.object(membership_partner_file_apply, 'SINGLE_BATCH', 4):
            while True:
                # Each batch is killed once after it has posted and before it could commit.
                with patch.object(self.registry[posting], '_keep_results', dies), \
                        patch.object(self.registry[posting], '_keep', dies):
                    try:
                        self.batch()
                    except KeyboardInterrupt:
                        batches += 1
                if self.batch() == (0, 0):
                    break
        self.assertGreater(batches, 3)
        gained = 5 * (ROWS - 2 * (ROWS // 10))
        self.assertEqual(self.state(file_id), ('applied', ROWS, 0, 0, ROWS, before + gained, []))

    @mute_logger('odoo.addons.membership_loyalty.models.membership_partner_file_job')
    def test_a_file_that_fails_on_our_side_holds_up_no_other(self):
        ids = [self.receive(self.content(seq, self.rows(f'fails{seq}-'), 'RACE'))[0] for seq in (4, 5)]
        stage, files = self.registry['membership.partner.file']._stage, self.registry['membership.partner.file']

        def fails(file):
            if file.id == ids[0]:
                raise ValueError("the disk is full")
            return stage(file)

        def run_job():
            while self.in_transaction(lambda env: env['membership.partner.file.job']._job_try_batch()) != (0, 0):
                pass

        with patch.object(files, '_stage', fails):
            run_job()
        self.assertEqual([self.state(file_id)[0] for file_id in ids], ['verified', 'applied'])
        self.assertIn("the disk is full", self.in_transaction(
            lambda env: env['membership.partner.file'].browse(ids[0]).failure))
        self.in_transaction(lambda env: env['membership.partner.file'].browse(ids[0]).action_apply())
        run_job()
        self.assertEqual(self.state(ids[0])[:2], ('applied', ROWS))
