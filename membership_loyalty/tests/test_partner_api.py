import json
import time
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.service import model
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import api_secret
from ..tools.partner_api import ROOT
from .common import MembershipCommon
from .common_partner_api import PartnerApiCommon


@tagged('post_install', '-at_install')
class TestPartnerApi(PartnerApiCommon):
    # ------------------------------------------------------------------ operations

    def test_a_visit_from_the_look_at_the_card_to_the_refund(self):
        pong = self.call('/ping', {}).json()
        self.assertEqual((pong['party'], pong['key']), ('B', "Till of B"))
        earned = self.book('earn', 'T1', points='250').json()
        self.assertEqual((earned['points'], earned['balance'], earned['state']), ('250.00', '250.00', 'ok'))
        member = self.call('/lookup', {'token': self.card.token}).json()
        self.assertEqual((member['points'], member['masked_name'], member['point_value']), ('250.00', 'L***', '0.05'))
        self.assertNotIn("Lin", json.dumps(member))
        spent = self.book('redeem', 'T2', points='100', amount='20.00').json()
        self.assertEqual((spent['balance'], spent['money_value'], spent['currency']), ('150.00', '5.00', 'CNY'))
        back = self.book('reverse', 'T3', original_ext_txn_id='T2', points='40').json()
        self.assertEqual((back['points'], back['balance'], back['shortfall']), ('40.00', '190.00', '0.00'))
        told = self.call('/transactions/T2', operation='transaction').json()
        self.assertEqual((told['points'], told['reversed_points'], told['reversed_by']), ('-100.00', '-40.00', ['T3']))
        self.assertEqual(told['occurred_at'], self.ago())
        balance = self.call(f'/balance/{self.card.number}', operation='balance').json()
        self.assertEqual((balance['points'], balance['member']), ('190.00', member['member']))
        self.assertNotIn('stored_value', balance)
        self.assertAuditClean()

    def test_what_expires_and_what_waits_is_said(self):
        self.program.write({'points_expiry': 'days', 'points_expiry_count': 60, 'points_pending_days': 10})
        earned = self.book('earn', 'T1', points='50').json()
        self.assertEqual((earned['points'], earned['balance']), ('50.00', '0.00'))
        day = self.program._membership_date(self.now)
        self.assertEqual(earned['available_from'], str(day + timedelta(10)))
        self.assertEqual(self.call(f'/balance/{self.card.number}', operation='balance').json()['pending'], '50.00')
        self.program.points_pending_days = 0
        self.book('earn', 'T2', points='30')
        expiring = self.call(f'/balance/{self.card.number}', operation='balance').json()['expiring']
        self.assertEqual(expiring, [{'points': '30.00', 'date': str(day + timedelta(60))}])

    def test_own_companies_see_the_money_of_a_member(self):
        _key, secret = self.create_key('A')
        balance = self.call(f'/balance/{self.card.number}', secret=secret, operation='balance').json()
        self.assertEqual(balance['stored_value'], [])

    # ------------------------------------------------------------------ once

    def test_the_same_idempotency_key_gets_the_same_answer(self):
        first = self.book('earn', 'T1', points='250', idempotency_key='k')
        again = self.book('earn', 'T1', points='250', idempotency_key='k')
        self.assertEqual((again.status_code, again.content), (200, first.content))
        self.assertEqual(again.headers['Idempotent-Replayed'], 'true')
        self.assertNotIn('Idempotent-Replayed', first.headers)
        self.assertProblem(self.book('earn', 'T1', points='260', idempotency_key='k'), 422, 'IDEMPOTENCY_KEY')
        self.assertEqual(self.book('earn', 'T1', points='250').json()['state'], 'duplicate')
        self.assertProblem(self.book('earn', 'T1', points='260'), 409, 'STATE', 'E_KEY_CONFLICT')
        self.assertEqual(self.member.points, 250)
        self.assertEqual(len(self.env['membership.partner.transaction'].search(
            [('party_id', '=', self.parties['B'].id)])), 1)

    def test_a_refusal_is_given_again_too(self):
        first = self.book('redeem', 'T1', points='10', idempotency_key='k')
        self.assertProblem(first, 409, 'BALANCE', 'E_BALANCE')
        self.book('earn', 'T2', points='10')
        again = self.book('redeem', 'T1', points='10', idempotency_key='k')
        self.assertEqual((again.status_code, again.content), (409, first.content))
        self.assertEqual(again.headers['Content-Type'], 'application/problem+json')
        self.assertEqual(self.book('redeem', 'T1', points='10').status_code, 200)

    def test_an_idempotency_key_is_needed_to_book(self):
        for kind in ('earn', 'redeem', 'reverse', 'spend'):
            self.assertProblem(self.book(kind, 'T1', headers={'Idempotency-Key': None}), 400, 'IDEMPOTENCY_KEY')
        self.assertProblem(self.book('earn', 'T1', idempotency_key='k' * 256), 400, 'IDEMPOTENCY_KEY')

    def test_two_keys_may_use_the_same_idempotency_key(self):
        _key, other = self.create_key('C')
        self.book('earn', 'T1', points='1', idempotency_key='k')
        self.assertEqual(self.book('earn', 'T1', points='2', idempotency_key='k', secret=other).status_code, 200)
        self.assertEqual(self.member.points, 3)

    def test_answers_are_forgotten_after_thirty_days_but_not_the_transaction(self):
        self.book('earn', 'T1', points='250', idempotency_key='k')
        requests = self.env['membership.api.request']
        kept = requests.search([('key_id', '=', self.key.id)])
        self.assertEqual((kept.status, kept.operation, kept.ext_txn_id, kept.party_id), (
            200, 'earn', 'T1', self.parties['B']))
        requests._gc_old()
        self.assertTrue(kept.exists())
        self.env.cr.execute("UPDATE membership_api_request SET create_date = create_date - interval '31 days'")
        kept.invalidate_recordset()
        requests._gc_old()
        self.assertFalse(kept.exists())
        again = self.book('earn', 'T1', points='250', idempotency_key='k')
        self.assertEqual((again.json()['state'], again.json()['balance']), ('duplicate', '250.00'))

    # ------------------------------------------------------------------ refused

    def test_requests_that_cannot_be_read_book_nothing(self):
        wrong = [
            {'points': 250}, {'points': '2,5'}, {'points': '1e3'}, {'points': 'NaN'}, {'occurred_at': '2026-10-20'},
            {'occurred_at': '2026-10-20T12:00:00'}, {'ext_txn_id': 'T 1'}, {'token': ''}, {'token': ['8']},
            {'colour': 'red'}, {'note': 'x' * 257}, {'note': '\ud800'}, {'store': '\x00'}, {'value_type': 'gold'}]
        for values in wrong:
            with self.subTest(values):
                answer = self.book('earn', **{'number': 'T1', 'points': '1', **values})
                self.assertProblem(answer, 422, 'VALIDATION')
                self.assertEqual([error['field'] for error in answer.json()['errors']], list(values))
        for body, status in ((b'{', 400), (b'[]', 422), (b'"a"', 422), (b'\xff', 400), (b'[' * 9999, 400)):
            answer = self.url_open(f'{ROOT}/earn', data=body, headers={
                'Authorization': f'Bearer {self.secret}', 'Content-Type': 'application/json', 'Idempotency-Key': 'k'})
            self.assertProblem(answer, status, 'VALIDATION')
        answer = self.url_open(f'{ROOT}/earn', data=b'{"a": "1"}', headers={
            'Authorization': f'Bearer {self.secret}', 'Content-Type': 'text/plain', 'Idempotency-Key': 'k'})
        self.assertProblem(answer, 415, 'VALIDATION')
        self.assertFalse(self.env['membership.partner.transaction'].search([('party_id', '=', self.parties['B'].id)]))

    def test_events_that_are_not_booked_say_why(self):
        self.book('earn', 'T1', points='100')
        for kind, values, problem in [
            ('earn', {'token': '8999', 'points': '1'}, (404, 'CARD_UNKNOWN', 'E_CARD')),
            ('earn', {'points': '-30'}, (422, 'VALIDATION', 'E_QTY')),
            ('earn', {}, (422, 'VALIDATION', 'E_QTY')),
            ('earn', {'points': '1', 'occurred_at': '2099-01-01T00:00:00Z'}, (422, 'VALIDATION', 'E_DATE_FUTURE')),
            ('earn', {'points': '1', 'occurred_at': self.ago(days=91)}, (422, 'VALIDATION', 'E_LATE')),
            ('earn', {'points': '1', 'occurred_at': '2025-01-01T00:00:00Z'}, (409, 'STATE', 'E_AGREEMENT')),
            ('redeem', {'points': '101'}, (409, 'BALANCE', 'E_BALANCE')),
            ('reverse', {'original_ext_txn_id': 'T9'}, (422, 'VALIDATION', 'E_ORIGINAL')),
            ('spend', {'amount': '10'}, (404, 'CARD_UNKNOWN', 'E_CARD')),
        ]:
            with self.subTest(kind=kind, **values):
                self.assertProblem(self.book(kind, 'T2', **values), *problem)
        self.assertEqual(self.member.points, 100)

    def test_money_of_members_is_refused_at_merchants(self):
        for kind in ('redeem', 'earn'):
            self.assertProblem(
                self.book(kind, 'T1', points='50', value_type='stored_value'), 403, 'FORBIDDEN', 'E_SV_NOT_ALLOWED')
        self.assertFalse(self.env['membership.partner.transaction'].search([('party_id', '=', self.parties['B'].id)]))

    def test_a_blocked_card_is_locked(self):
        self.card.action_freeze()
        self.assertProblem(self.call('/lookup', {'token': self.card.number}), 423, 'CARD_BLOCKED', 'E_CARD_BLOCKED')
        self.assertProblem(self.book('earn', 'T1', points='1'), 423, 'CARD_BLOCKED', 'E_CARD_BLOCKED')

    def test_every_card_that_a_partner_may_not_see_gets_the_same_answer(self):
        other = MembershipCommon.create_program(self.env, name="Other", currency_id=self.cny.id)
        card = other._enrol(self.member.partner_id).membership_card_ids
        first = self.call('/lookup', {'token': 'nothing'})
        self.assertProblem(first, 404, 'CARD_UNKNOWN', 'E_CARD')
        for token in (card.number, card.token, '8' * 13, self.card.number[:-1]):
            self.assertEqual(self.call('/lookup', {'token': token}).content, first.content)
            self.assertEqual(self.call(f'/balance/{token}', operation='balance').content, first.content)
        agreement = self.env['membership.agreement'].search([('party_id', '=', self.parties['B'].id)])
        agreement.write({'state': 'ended', 'date_to': '2026-02-01'})
        self.assertEqual(self.call('/lookup', {'token': self.card.number}).content, first.content, "It is over")

    # ------------------------------------------------------------------ keys

    def test_only_a_key_that_works_opens_anything(self):
        revoked, revoked_secret = self.create_key('B')
        revoked.action_revoke()
        _expired, expired_secret = self.create_key('B', valid_until='2026-01-01')
        closed, closed_secret = self.create_key('C')
        closed.party_id.active = False
        for secret in (revoked_secret, expired_secret, closed_secret, 'x', self.secret[:-1] + '~',
                       f'{self.key.code}_{"A" * 43}'):
            answer = self.call('/ping', {}, secret=secret)
            self.assertProblem(answer, 401, 'KEY')
            self.assertIn('Bearer', answer.headers['WWW-Authenticate'])
        self.assertProblem(self.call('/ping', {}, headers={'Authorization': None}), 401, 'KEY')
        self.assertEqual(self.call('/ping', {}).status_code, 200)

    def test_a_key_does_what_its_scopes_say(self):
        for scope, work in {
            'read': [lambda: self.call('/lookup', {'token': 'x'}), lambda: self.call('/transactions/T1')],
            'earn': [lambda: self.book('earn', 'T1', points='1')],
            'redeem': [lambda: self.book('redeem', 'T1', points='1')],
            'reverse': [lambda: self.book('reverse', 'T1', original_ext_txn_id='T0')],
            'spend': [lambda: self.book('spend', 'T1', amount='1')],
            'statements': [lambda: self.call('/statements'), lambda: self.call('/statements/x')],
        }.items():
            self.key[f'scope_{scope}'] = False
            for call in work:
                self.assertProblem(call(), 403, 'SCOPE')
            self.key[f'scope_{scope}'] = True

    @mute_logger('odoo.http')
    def test_a_key_opens_nothing_else_in_odoo(self):
        headers = {'Authorization': f'Bearer {self.secret}'}
        answer = self.url_open('/json/2/res.partner/search', json={'domain': []}, headers=headers)
        self.assertEqual(answer.status_code, 401)
        answer = self.url_open('/my/membership', headers=headers, allow_redirects=False)
        self.assertEqual(answer.status_code, 303, "To the login page")
        self.assertNotIn('session_id', self.call('/ping', {}).cookies)

    def test_who_is_logged_in_makes_no_difference(self):
        self.authenticate('admin', 'admin')
        self.assertProblem(self.call('/ping', {}, headers={'Authorization': None}), 401, 'KEY')
        self.book('earn', 'T1', points='1')
        transaction = self.env['membership.partner.transaction'].search([('party_id', '=', self.parties['B'].id)])
        self.assertEqual(transaction.create_uid, self.env.ref('base.public_user'))

    def test_a_key_that_signs_accepts_nothing_unsigned_changed_or_old(self):
        _key, secret = self.create_key('B', is_signed=True)
        body, path, now = json.dumps({'token': self.card.number}), f'{ROOT}/lookup', int(time.time())
        right = api_secret.sign(self.signing_secret, now, 'POST', path, body.encode())
        old = api_secret.sign(self.signing_secret, now - 400, 'POST', path, body.encode())
        for signature in (None, right[:-1] + ('0' if right[-1] != '0' else '1'), old):
            answer = self.call('/lookup', {'token': self.card.number}, secret=secret,
                               headers={'X-Signature': signature})
            self.assertProblem(answer, 401, 'SIGNATURE')
        self.assertProblem(self.call('/lookup', {'token': 'another'}, secret=secret,
                                     headers={'X-Signature': right}), 401, 'SIGNATURE')
        self.assertEqual(self.call('/lookup', {'token': self.card.number}, secret=secret,
                                   headers={'X-Signature': right}).status_code, 200)

    # ------------------------------------------------------------------ limits

    def test_a_key_that_asks_too_often_has_to_wait(self):
        limited, secret = self.create_key('B', rate_limit=5)
        # A minute may end in between: two of them hold no more than ten.
        answers = [self.call('/ping', {}, secret=secret) for _number in range(11)]
        refused = [answer for answer in answers if answer.status_code == 429]
        self.assertTrue(refused)
        self.assertProblem(refused[0], 429, 'RATE')
        self.assertTrue(1 <= int(refused[0].headers['Retry-After']) <= 60)
        self.assertTrue(limited.last_used_at)
        self.assertEqual(self.call('/ping', {}).status_code, 200, "Other keys go on")

    def test_guessing_cards_is_ten_times_as_dear(self):
        guesser, secret = self.create_key('B', rate_limit=1000)
        self.call('/lookup', {'token': '8111'}, secret=secret)
        self.call('/lookup', {'token': self.card.number}, secret=secret)
        self.assertEqual(sum(self.env['membership.api.rate'].search([('key_id', '=', guesser.id)]).mapped('hits')), 11)

    def test_counts_of_other_workers_are_seen_and_old_ones_forgotten(self):
        limited, secret = self.create_key('B', rate_limit=5)
        self.env.cr.execute(
            """INSERT INTO membership_api_rate (key_id, minute, backend, hits)
               SELECT %s, date_trunc('minute', now() AT TIME ZONE 'UTC') + make_interval(mins => m), b, 3
                 FROM unnest(ARRAY[-120, -90, 0, 1]) m, unnest(ARRAY[1, 2]) b""", [limited.id])
        self.assertProblem(self.call('/ping', {}, secret=secret), 429, 'RATE')
        self.env['membership.api.rate']._gc_old()
        self.assertEqual(self.env['membership.api.rate'].search_count([('key_id', '=', limited.id)]), 4)

    # ------------------------------------------------------------------ failures

    @mute_logger('odoo.http', 'odoo.service.model', 'odoo.sql_db')
    def test_what_fails_half_way_leaves_nothing_and_can_be_sent_again(self):
        def lose(events, *_arguments):
            events.env.cr.execute("DO $$ BEGIN RAISE EXCEPTION 'secret' USING ERRCODE = '40001'; END $$")

        def fail(events, *_arguments):
            raise UserError("secret")

        for failure, status, code in ((lose, 503, 'BUSY'), (fail, 500, 'ERROR')):
            # Everything is booked, but for the end of it.
            with patch.object(self.registry['membership.partner.event'], '_result', failure), \
                    patch.object(model.time, 'sleep'):
                answer = self.book('earn', 'T1', points='250', idempotency_key='k', described=status == 503)
            self.assertProblem(answer, status, code)
            self.assertNotIn('secret', answer.text)
        self.assertFalse(self.env['membership.api.request'].search([('key_id', '=', self.key.id)]))
        self.assertEqual(self.member.points, 0)
        self.assertEqual(self.book('earn', 'T1', points='250', idempotency_key='k').json()['balance'], '250.00')

    # ------------------------------------------------------------------ addresses

    def test_addresses_that_do_not_exist_are_told_as_problems(self):
        for path, body in (('/earn', None), ('/nothing', {}), ('/statements', {})):
            self.assertProblem(self.call(path, body, operation='-'), 404, 'ROUTE')
        self.assertProblem(self.call('/transactions/T9', operation='transaction'), 404, 'TRANSACTION_UNKNOWN')
