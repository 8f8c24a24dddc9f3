from datetime import datetime, timedelta
from decimal import Decimal

from freezegun import freeze_time
from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.partner_event import PartnerEvent
from .common import MembershipCommon
from .common_settlement import SettlementCommon

NOW = datetime(2026, 10, 20, 4, 0)


@freeze_time(NOW)
@tagged('post_install', '-at_install')
class TestPartnerEvent(SettlementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.member.membership_card_ids
        cls.events_model = cls.env['membership.partner.event']

    def event(self, kind, number, **values):
        for name in ('points', 'amount'):
            if values.get(name) is not None:
                values[name] = Decimal(values[name])
        token = '' if kind == 'reverse' else self.card.number
        return PartnerEvent(**{'kind': kind, 'ext_txn_id': number, 'occurred_at': NOW, 'token': token, **values})

    def tell(self, code, *events, **options):
        return self.events_model._post(self.parties[code], self.program, events, **options)

    def answer(self, code, kind, number, **values):
        [result] = self.tell(code, self.event(kind, number, **values))
        return result

    def assertRefused(self, result, code):
        self.assertEqual((result.state, result.code), ('error', code), result.message)
        self.assertTrue(result.message)
        self.assertFalse(result.entry_ids)

    def balance(self):
        return Decimal(str(self.member.points))

    # ------------------------------------------------------------------ booked

    def test_earn_redeem_and_reverse_are_booked_at_the_party(self):
        earned, spent, back = self.tell(
            'B', self.event('earn', 'T1', points=500, receipt_no='R7'), self.event('redeem', 'T2', points=200),
            self.event('reverse', 'T3', original='T2', points=50))
        self.assertEqual([each.state for each in (earned, spent, back)], ['ok'] * 3)
        self.assertEqual([each.balance for each in (earned, spent, back)], [500, 300, 350])
        entries = self.env['membership.ledger.entry'].browse(earned.entry_ids + spent.entry_ids + back.entry_ids)
        self.assertEqual(entries.party_id, self.parties['B'])
        self.assertEqual(entries.company_id, self.operator)
        self.assertEqual(entries.mapped('document_key'), [
            f'party:{self.parties["B"].id}:T{number}' for number in (1, 2, 3)])
        self.assertEqual(entries.mapped('amount'), [500, -200, 50])
        self.assertEqual(entries[2].origin_key, entries[1].document_key)
        self.assertEqual(entries[0].action_open_document()['res_id'], earned.transaction_id)
        self.assertAuditClean()

    def test_money_earns_by_the_rules_of_the_programme(self):
        self.assertEqual(self.answer('B', 'earn', 'T1', amount='99.95').points, 99)
        self.member._membership_move_to(self.env['membership.tier'].create({
            'name': "Gold", 'program_id': self.program.id, 'multiplier': 2}), "Test")
        self.assertEqual(self.answer('B', 'earn', 'T2', amount='99.95').points, 199)
        self.assertEqual(self.answer('B', 'earn', 'T3', amount='0.40').points, 0, "Nothing is worth a row as well")
        self.assertEqual(self.answer('B', 'earn', 'T3', amount='0.40').state, 'duplicate')

    def test_foreign_money_is_converted_at_the_rate_of_the_day(self):
        self.assertRefused(self.answer('D', 'earn', 'T1', amount=100, currency='HKD'), 'E_CURRENCY')
        self.env['res.currency.rate'].create([
            {'currency_id': self.hkd.id, 'company_id': self.operator.id, 'name': '2026-10-01', 'rate': 1.25},
            {'currency_id': self.cny.id, 'company_id': self.operator.id, 'name': '2026-10-01', 'rate': 1}])
        self.assertEqual(self.answer('D', 'earn', 'T1', amount=100, currency='HKD').points, 80)
        self.assertRefused(self.answer('D', 'earn', 'T2', amount=100, currency='ZZZ'), 'E_CURRENCY')

    def test_an_own_company_is_the_place_itself(self):
        result = self.answer('A', 'earn', 'T1', points=10)
        entry = self.env['membership.ledger.entry'].browse(result.entry_ids)
        self.assertEqual((entry.company_id, entry.party_id), (self.store, self.parties['A']))

    # ------------------------------------------------------------------ once

    def test_the_same_event_is_a_duplicate_and_another_one_a_conflict(self):
        first = self.answer('B', 'earn', 'T1', points=100)
        again = self.answer('B', 'earn', 'T1', points='100.00', receipt_no='R8')
        self.assertEqual(
            (again.state, again.transaction_id, again.points), ('duplicate', first.transaction_id, first.points))
        self.assertRefused(self.answer('B', 'earn', 'T1', points=150), 'E_KEY_CONFLICT')
        self.assertRefused(self.answer('B', 'redeem', 'T1', points=100), 'E_KEY_CONFLICT')
        in_one_call = self.tell('B', *[self.event('earn', 'T2', points=5)] * 2)
        self.assertEqual([each.state for each in in_one_call], ['ok', 'duplicate'])
        self.assertEqual(self.answer('C', 'earn', 'T1', points=7).state, 'ok', "Each party has numbers of its own")
        self.assertEqual(self.balance(), 112)

    @mute_logger('odoo.sql_db')
    def test_a_transaction_is_never_changed(self):
        transaction = self.env['membership.partner.transaction'].browse(
            self.answer('B', 'earn', 'T1', points=100).transaction_id)
        for statement in ('UPDATE membership_partner_transaction SET points = 1 WHERE id = %s',
                          'DELETE FROM membership_partner_transaction WHERE id = %s'):
            with self.assertRaises(RestrictViolation), self.env.cr.savepoint():
                self.env.cr.execute(statement, [transaction.id])

    def test_the_audit_finds_a_transaction_that_the_ledger_does_not_know(self):
        first = self.answer('B', 'earn', 'T1', points=100)
        self.answer('B', 'reverse', 'T2', original='T1', points=30)
        self.assertAuditClean()
        audit = self.env['membership.ledger.audit']
        self.env.cr.execute(
            "ALTER TABLE membership_partner_transaction DISABLE TRIGGER membership_partner_transaction_append_only")
        for change, checks in (
            ("points = 20", {'partner_transactions_are_in_the_ledger', 'partner_reversals_stay_within_their_original'}),
            ("document_key = 'x'", {'partner_transactions_are_in_the_ledger', 'partner_entries_have_a_transaction'}),
            ("kind = 'spend'", {'partner_transactions_are_in_the_ledger', 'partner_spending_is_recorded'}),
        ):
            with self.subTest(change):
                self.env.cr.execute("SAVEPOINT spoilt")
                self.env.cr.execute(
                    f"UPDATE membership_partner_transaction SET {change} WHERE id = %s", [first.transaction_id])
                found = {name for name, rows in audit._differences().items() if rows}
                self.env.cr.execute("ROLLBACK TO SAVEPOINT spoilt")
                self.assertEqual(found, checks)

    # ------------------------------------------------------------------ refused

    def test_what_cannot_be_booked_is_answered_with_a_code_and_books_nothing(self):
        self.answer('B', 'earn', 'T0', points=100)
        wrong = {
            'E_FORMAT': [self.event('gift', 'T1', points=1), self.event('earn', '', points=1)],
            'E_CARD': [self.event('earn', 'T1', points=1, token='8999'), self.event('spend', 'T1', amount=1)],
            'E_QTY': [self.event('earn', 'T1', points=-30), self.event('redeem', 'T1', points='0.5'),
                      self.event('earn', 'T1'), self.event('redeem', 'T1')],
            'E_DATE_FUTURE': [self.event('earn', 'T1', points=1, occurred_at=NOW + timedelta(minutes=6))],
            'E_LATE': [self.event('earn', 'T1', points=1, occurred_at=NOW - timedelta(days=91))],
            'E_AGREEMENT': [self.event('earn', 'T1', points=1, occurred_at=datetime(2025, 12, 31, 15, 59))],
            'E_BALANCE': [self.event('redeem', 'T1', points=101)],
            'E_ORIGINAL': [self.event('reverse', 'T1', original='T9'),
                           self.event('reverse', 'T1', original='T0', points=101)],
        }
        for code, events in wrong.items():
            for event in events:
                with self.subTest(event):
                    self.assertRefused(self.tell('B', event)[0], code)
        self.assertEqual(self.balance(), 100)
        self.assertEqual(self.env['membership.partner.transaction'].search_count(
            [('party_id', '=', self.parties['B'].id)]), 1)

    def test_a_blocked_card_moves_nothing(self):
        self.card.action_freeze()
        self.assertRefused(self.answer('B', 'earn', 'T1', points=1), 'E_CARD_BLOCKED')

    def test_a_card_of_another_programme_is_unknown(self):
        other = MembershipCommon.create_program(self.env, name="Other", currency_id=self.cny.id)
        card = other._enrol(self.member.partner_id).membership_card_ids
        self.assertRefused(self.answer('B', 'earn', 'T1', points=1, token=card.number), 'E_CARD')

    def test_only_a_manager_lets_late_events_in(self):
        late = self.event('earn', 'T1', points=1, occurred_at=NOW - timedelta(days=91))
        user = new_test_user(self.env, login='clerk', groups='membership_loyalty.group_settlement_user')
        with self.assertRaises(AccessError):
            self.events_model.with_user(user)._post(self.parties['B'], self.program, [late], override_late=True)
        manager = new_test_user(self.env, login='boss', groups='membership_loyalty.group_settlement_manager')
        [result] = self.events_model.with_user(manager)._post(
            self.parties['B'], self.program, [late], channel='manual', override_late=True)
        self.assertEqual(result.state, 'ok')

    def test_stored_value_does_not_move_by_partner_events(self):
        for code in ('B', 'A'):
            for kind in ('sv_spend', 'sv_load', 'sv_refund'):
                self.assertRefused(self.answer(code, kind, f'S-{kind}', amount=50), 'E_SV_NOT_ALLOWED')
        parties = [('party_id', 'in', (self.parties['A'] | self.parties['B']).ids)]
        self.assertFalse(self.env['membership.partner.transaction'].search(parties))
        self.assertFalse(self.env['membership.ledger.entry'].search(parties))

    def test_limits_of_the_programme_hold_for_partners(self):
        self.program.write({'earn_cap_order': 100, 'earn_cap_day': 150, 'redeem_minimum': 20, 'redeem_step': 10})
        self.assertRefused(self.answer('B', 'earn', 'T1', points=101), 'E_LIMIT')
        self.assertEqual(self.answer('B', 'earn', 'T1', amount=500).points, 100, "What we work out is capped")
        self.assertRefused(self.answer('B', 'earn', 'T2', points=51), 'E_LIMIT')
        self.assertEqual(self.answer('B', 'earn', 'T2', points=50).state, 'ok')
        self.assertRefused(self.answer('B', 'redeem', 'T3', points=10), 'E_QTY')
        self.assertRefused(self.answer('B', 'redeem', 'T3', points=25), 'E_QTY')

    def test_points_beyond_the_budget_are_not_given(self):
        self.program.write({'earn_budget': 120})
        self.assertEqual(self.answer('B', 'earn', 'T1', points=100).state, 'ok')
        self.assertRefused(self.answer('B', 'earn', 'T2', points=21), 'E_LIMIT')
        self.assertEqual(self.answer('B', 'earn', 'T2', amount=21).points, 20)

    def test_a_family_member_spends_at_partners_what_the_owner_allows(self):
        holder = self.env['res.partner'].create({'name': "Kim Member"})
        self.answer('B', 'earn', 'T1', points=500)
        self.card = self.member._membership_add_holder(
            holder, {'holder_may_earn': False, 'holder_may_spend': True, 'holder_spend_limit': 100})
        self.assertRefused(self.answer('B', 'earn', 'T2', points=1), 'E_LIMIT')
        self.assertEqual(self.answer('B', 'redeem', 'T2', points=80).state, 'ok')
        refused = self.answer('B', 'redeem', 'T3', points=30)
        self.assertRefused(refused, 'E_LIMIT')
        self.assertNotIn("Kim", refused.message)
        self.answer('B', 'reverse', 'T4', original='T2', points=20)
        self.assertEqual(self.answer('B', 'redeem', 'T3', points=30).state, 'ok')
        self.card.holder_may_spend = False
        self.assertRefused(self.answer('B', 'redeem', 'T5', points=1), 'E_LIMIT')

    def test_points_move_on_with_a_member_who_was_merged(self):
        twin = self.env['res.partner'].create({'name': "Lin M."})
        self.answer('B', 'earn', 'T1', points=100)
        other = self.program._enrol(twin)
        self.member._membership_merge_into(other)
        self.assertEqual(self.answer('B', 'redeem', 'T2', points=30).balance, 70)
        self.assertEqual(self.answer('B', 'reverse', 'T3', original='T1', points=50).balance, 20)
        self.assertEqual(self.answer('B', 'reverse', 'T4', original='T2').balance, 50)
        self.assertEqual((self.member.points, other.points), (0, 50))
        self.assertAuditClean()

    # ------------------------------------------------------------------ taken back

    def test_reversals_never_exceed_their_original(self):
        self.answer('B', 'earn', 'T1', points=100)
        self.assertEqual(self.answer('B', 'reverse', 'T2', original='T1', points=60).points, -60)
        self.assertRefused(self.answer('B', 'reverse', 'T3', original='T1', points=41), 'E_ORIGINAL')
        self.assertEqual(self.answer('B', 'reverse', 'T3', original='T1').points, -40, "All that is left")
        self.assertRefused(self.answer('B', 'reverse', 'T4', original='T1'), 'E_ORIGINAL')
        self.assertRefused(self.answer('B', 'reverse', 'T4', original='T3'), 'E_ORIGINAL')
        self.answer('B', 'earn', 'T5', points=10, amount=99)
        self.answer('B', 'reverse', 'T6', original='T5', points=10)
        self.assertRefused(self.answer('B', 'reverse', 'T7', original='T5'), 'E_ORIGINAL')
        self.assertRefused(self.answer('C', 'reverse', 'T4', original='T1'), 'E_ORIGINAL')
        self.assertEqual(self.answer('B', 'reverse', 'T3', original='T1').state, 'duplicate')
        self.assertEqual(self.balance(), 0)
        self.assertAuditClean()

    def test_a_refund_of_money_takes_its_share_of_the_points(self):
        self.answer('B', 'earn', 'T1', amount='99.90')
        self.assertEqual(self.answer('B', 'reverse', 'T2', original='T1', amount='33.30').points, -33)
        self.assertEqual(self.answer('B', 'reverse', 'T3', original='T1', amount='33.30').points, -33)
        self.assertRefused(self.answer('B', 'reverse', 'T4', original='T1', amount='33.31'), 'E_ORIGINAL')
        self.assertEqual(self.answer('B', 'reverse', 'T4', original='T1', amount='33.30').points, -33)
        self.assertEqual(self.balance(), 0)

    def test_points_that_are_spent_already_become_debt_and_are_named(self):
        self.answer('B', 'earn', 'T1', points=100)
        self.answer('C', 'redeem', 'T2', points=70)
        result = self.answer('B', 'reverse', 'T3', original='T1')
        self.assertEqual((result.points, result.shortfall, result.balance), (-100, 70, -70))
        self.assertAuditClean()

    def test_a_reversed_redemption_restores_its_lots_for_the_days_of_grace(self):
        self.program.points_grace_days = 0
        self.env['membership.agreement'].search([('party_id', '=', self.parties['C'].id)]).reversal_grace_days = 30
        self.earn('A', 100, '2026-10-02T04:00:00')
        self.earn('B', 300, '2026-10-03T04:00:00', expires_on=datetime(2026, 10, 31).date())
        self.answer('C', 'redeem', 'T1', points=400)
        with freeze_time('2026-11-05 04:00:00'):
            result = self.answer('C', 'reverse', 'T2', original='T1', occurred_at=datetime(2026, 11, 5, 4))
        self.assertEqual((result.points, result.balance), (400, 400))
        lots = self.env['membership.ledger.entry'].search(
            [('card_id', '=', self.member.id), ('remaining', '>', 0)], order='id')
        self.assertEqual(lots.mapped('remaining'), [100, 300])
        self.assertEqual(str(lots[1].expires_on), '2026-12-05')
        self.assertAuditClean()

    # ------------------------------------------------------------------ co-branded spending

    def test_spending_with_a_co_branded_card_is_recorded_for_its_commission(self):
        self.env['membership.card.range'].create({
            'party_id': self.parties['K'].id, 'program_id': self.program.id, 'first': '622200000', 'last': '622299999'})
        self.assertRefused(self.answer('K', 'spend', 'T0', amount='1'), 'E_CARD')
        self.card = self.env['membership.card']._issue(self.member, kind='cobranded', numbers=['622212345'])
        self.assertEqual(self.answer('K', 'spend', 'T1', amount='12345.67').state, 'ok')
        self.assertEqual(self.answer('K', 'reverse', 'T2', original='T1', amount='345.67').state, 'ok')
        self.assertRefused(self.answer('K', 'reverse', 'T3', original='T1', amount='12000.01'), 'E_ORIGINAL')
        rows = self.env['membership.partner.spend'].search([('party_id', '=', self.parties['K'].id)], order='id')
        self.assertEqual(rows.mapped('amount'), [12345.67, -345.67])
        self.assertEqual(rows[1].price_date, rows[0].date)
        self.assertEqual(self.balance(), 0)
