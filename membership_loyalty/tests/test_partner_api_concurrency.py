import importlib.util
import time
from pathlib import Path
from unittest.mock import patch

from odoo.service import model
from odoo.tests import HttpCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools.misc import file_path

from ..tools.partner_api import fingerprint
from .common import MembershipCommon
from .race import RaceCase

CLIENT = Path(file_path('membership_loyalty/__manifest__.py')).parents[1] / 'docs/api/client.py'
SPEC = importlib.util.spec_from_file_location('loyalty_client', CLIENT)
client = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(client)


class ForgetfulClient(client.Loyalty):
    """A terminal whose connection breaks after the server has answered."""

    lost = 0

    def send(self, *arguments):
        answer = super().send(*arguments)
        if self.lost:
            self.lost -= 1
            raise ConnectionResetError("the answer was lost")
        return answer


@tagged('post_install', '-at_install')
class TestPartnerApiConcurrency(RaceCase):
    """Real requests to the real server, with transactions of their own, sent by the reference client."""

    @classmethod
    def prepare(cls, env):
        program = MembershipCommon.create_program(env, name="Interface race")
        partner = env['res.partner'].create({'name': "Ada Racer"})
        account = program._enrol(partner)
        contact = env['res.partner'].create({'name': "Racing merchant"})
        party = env['membership.party'].create({'name': "Racing merchant", 'code': 'RACE', 'partner_id': contact.id})
        agreement = env['membership.agreement'].create(
            {'party_id': party.id, 'program_id': program.id, 'date_from': '2026-01-01', 'late_days': 0})
        agreement.action_activate()
        scopes = {f'scope_{name}': True for name in ('read', 'earn', 'redeem', 'reverse')}
        secrets = [env['membership.api.key']._create_key(party, {'name': f"Till {number}", **scopes})[1]
                   for number in (1, 2)]
        cls.addClassCleanup(cls.clean_party, party.id, contact.id)
        cls.remember(program, partner, account)
        cls.addClassCleanup(cls.clean_interface, party.id)
        cls.party_id, cls.account_id, cls.number = party.id, account.id, account.membership_card_ids.number
        cls.tills = [ForgetfulClient(HttpCase.base_url(), secret, database=get_db_name()) for secret in secrets]

    @classmethod
    def clean_interface(cls, party_id):
        with cls.committed() as env:
            cr = env.cr
            trigger = 'membership_partner_transaction_append_only'
            cr.execute(f'ALTER TABLE membership_partner_transaction DISABLE TRIGGER {trigger}')
            cr.execute('DELETE FROM membership_partner_transaction WHERE party_id = %s', [party_id])
            cr.execute(f'ALTER TABLE membership_partner_transaction ENABLE TRIGGER {trigger}')
            cr.execute('DELETE FROM membership_api_request WHERE party_id = %s', [party_id])
            cr.execute('DELETE FROM membership_agreement WHERE party_id = %s', [party_id])

    @classmethod
    def clean_party(cls, party_id, contact_id):
        with cls.committed() as env:
            env['membership.api.key'].search([('party_id', '=', party_id)]).unlink()
            env['membership.party'].browse(party_id).unlink()
            env['res.partner'].browse(contact_id).unlink()

    def setUp(self):
        super().setUp()
        # Those who lose against another transaction wait for a moment, not for seconds.
        self.startPatcher(patch.object(model.random, 'uniform', lambda low, high: 0.02))

    def book_at_once(self, *calls):
        """Send requests at the same moment; return the answers, or the problems."""
        def work(call, barrier):
            barrier.wait(timeout=30)
            try:
                return call()
            except client.Problem as problem:
                return problem

        return self.at_once(work, *calls)

    def state(self, number):
        """Return (balance, events with this number)."""
        self.assertAuditClean()
        with self.committed() as env:
            events = env['membership.partner.transaction'].search_count(
                [('party_id', '=', self.party_id), ('ext_txn_id', '=', number)])
            return env['loyalty.card'].browse(self.account_id).points, events

    def set_balance(self, points):
        with self.committed() as env:
            account = env['loyalty.card'].browse(self.account_id)
            account._membership_post_single('adjust', points - account.points, f'race:{time.time()}', "For the test")

    # ------------------------------------------------------------------ parallel

    def test_one_request_sent_many_times_at_once_is_booked_once(self):
        self.set_balance(0)
        till = self.tills[0]
        moment = client.datetime.now(client.timezone.utc)

        def earn(points='250'):
            return till.earn('P1', self.number, points=points, occurred_at=moment, idempotency_key='same')

        answers = self.book_at_once(*[earn] * 6)
        self.assertEqual({answer['balance'] for answer in answers}, {'250.00'}, answers)
        self.assertEqual({answer['state'] for answer in answers}, {'ok'}, "All of them get the one answer")
        self.assertEqual(self.state('P1'), (250, 1))
        refused = self.book_at_once(*[lambda: earn('260')] * 2)
        self.assertEqual([problem.status for problem in refused], [422, 422])
        self.assertEqual(self.state('P1'), (250, 1))

    def test_one_event_told_by_two_tills_at_once_is_booked_once(self):
        self.set_balance(0)
        moment = client.datetime.now(client.timezone.utc)
        answers = self.book_at_once(*[
            lambda till=till: till.earn('P2', self.number, points='250', occurred_at=moment) for till in self.tills])
        self.assertEqual(sorted(answer['state'] for answer in answers), ['duplicate', 'ok'])
        self.assertEqual(self.state('P2'), (250, 1))

    def test_two_tills_that_spend_the_last_points_at_once(self):
        self.set_balance(100)
        answers = self.book_at_once(*[
            lambda till=till, number=number: till.redeem(f'P3-{number}', self.number, points='100')
            for number, till in enumerate(self.tills)])
        [problem] = [answer for answer in answers if isinstance(answer, client.Problem)]
        self.assertEqual((problem.status, problem.code), (409, 'BALANCE'))
        self.assertEqual(sum(self.state(f'P3-{number}')[1] for number in (0, 1)), 1)
        self.assertEqual(self.state('P3-0')[0], 0)

    def test_reversals_at_once_never_take_back_more_than_there_was(self):
        self.set_balance(0)
        self.tills[0].earn('P4', self.number, points='100')
        answers = self.book_at_once(*[
            lambda till=till, number=number: till.reverse(f'P4-{number}', 'P4', points='60')
            for number, till in enumerate(self.tills)])
        [problem] = [answer for answer in answers if isinstance(answer, client.Problem)]
        self.assertEqual(problem.reason, 'E_ORIGINAL')
        self.assertEqual(self.state('P4')[0], 40)

    def test_a_request_that_is_still_running_is_said_to_be(self):
        till = client.Loyalty(self.tills[0].url, self.tills[0].key, tries=1, database=get_db_name())
        with self.committed() as env:
            key = env['membership.api.key'].search([('party_id', '=', self.party_id)], limit=1, order='id')
            env['membership.api.request']._claim(
                key, 'running', 'earn', 'P5', fingerprint('POST', '/loyalty/api/v1/earn', {}))
            with patch('odoo.addons.membership_loyalty.models.membership_api_request.WAIT', '50ms'), \
                    self.assertRaises(client.Problem) as refused:
                till.earn('P5', self.number, points='1', idempotency_key='running')
            env.cr.rollback()
        self.assertEqual((refused.exception.status, refused.exception.code), (409, 'STATE'))
        self.assertEqual(self.state('P5')[1], 0)
        self.assertEqual(till.earn('P5', self.number, points='1', idempotency_key='running')['state'], 'ok')

    # ------------------------------------------------------------------ lost answers

    def test_an_answer_that_was_lost_is_given_again(self):
        self.set_balance(0)
        till = self.tills[0]
        till.lost = 1
        with patch.object(client.time, 'sleep'):
            self.assertEqual(till.earn('P6', self.number, points='250')['balance'], '250.00')
        self.assertEqual(self.state('P6'), (250, 1))

    def test_a_till_that_got_no_answer_at_all_asks_what_became_of_it(self):
        self.set_balance(0)
        till = self.tills[1]
        till.lost = till.tries
        with patch.object(client.time, 'sleep'), self.assertRaises(client.NoAnswer):
            till.earn('P7', self.number, points='250')
        self.assertEqual(till.transaction('P7')['points'], '250.00')
        self.assertIsNone(till.transaction('P8'))
        self.assertEqual(self.state('P7'), (250, 1))
