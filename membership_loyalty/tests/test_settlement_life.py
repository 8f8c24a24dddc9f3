import json
from datetime import date

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .common_settlement import SettlementCommon

OCTOBER = ('2026-10-01', '2026-10-31')


@tagged('post_install', '-at_install')
class TestSettlementLife(SettlementCommon):
    """Who may move a statement where, and what never changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user, cls.manager, cls.other = (
            new_test_user(cls.env, login=login, groups=f'membership_loyalty.{group}', company_id=cls.operator.id,
                          company_ids=[(6, 0, (cls.operator + cls.store).ids)])
            for login, group in (('settles', 'group_settlement_user'), ('sends', 'group_settlement_manager'),
                                 ('confirms', 'group_settlement_manager')))

    def setUp(self):
        super().setUp()
        self.earn('B', 1000, '2026-10-05 03:00:00')
        self.redeem('C', 400, '2026-10-06 03:00:00')
        self.settlements = self.settle(*OCTOBER)
        self.settlement = self.settlements['B']

    def as_(self, user, settlement=None):
        return (settlement or self.settlement).with_user(user)

    def reopen(self, user, reason="The rate was agreed late"):
        return self.env['membership.settlement.reopen'].with_user(user).create({
            'settlement_ids': self.settlement.ids, 'reason': reason}).action_apply()

    def claimed(self):
        return self.env.execute_query(SQL(
            "SELECT k, atom_id FROM membership_settlement_atom WHERE settlement_id = %s ORDER BY 1, 2",
            self.settlement.id))

    # ------------------------------------------------------------------ the way of a statement

    def test_a_statement_is_sent_by_a_manager_and_confirmed_by_another(self):
        self.as_(self.manager).action_send()
        self.assertEqual(self.settlement.state, 'sent')
        self.assertTrue(self.settlement.dispute_until)
        self.as_(self.other).action_confirm()
        self.assertEqual((self.settlement.state, self.settlement.confirmed_by_id), ('confirmed', self.other))
        self.settlement._check_seal()
        self.assertAuditClean()

    def test_who_only_computes_neither_sends_nor_confirms_nor_cancels_nor_opens_again(self):
        self.as_(self.user).action_compute()
        for action in ('action_send', 'action_confirm', 'action_cancel'):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.as_(self.user), action)()
        with self.assertRaises(AccessError):
            self.reopen(self.user)

    def test_who_reads_members_does_not_compute(self):
        reader = new_test_user(self.env, login='reads', groups='membership_loyalty.group_membership_auditor')
        with self.assertRaises(AccessError):
            self.as_(reader).action_compute()

    def test_who_has_set_the_rates_does_not_confirm(self):
        self.settlement.line_ids.agreement_id.sudo().priced_by_ids += self.manager
        self.as_(self.manager).action_send()
        with self.assertRaisesRegex(UserError, "You have set the rates"):
            self.as_(self.manager).action_confirm()
        self.as_(self.other).action_confirm()

    def test_each_step_is_refused_from_a_wrong_state(self):
        with self.assertRaisesRegex(UserError, "is Computed and cannot be confirmed"):
            self.as_(self.manager).action_confirm()
        with self.assertRaisesRegex(UserError, "is Computed and cannot be opened again"):
            self.reopen(self.manager)
        self.as_(self.manager).action_send()
        with self.assertRaisesRegex(UserError, "is Sent and cannot be sent"):
            self.as_(self.manager).action_send()
        with self.assertRaisesRegex(UserError, "was sent. Open it again"):
            self.as_(self.user).action_compute()
        self.as_(self.other).action_confirm()
        for action in ('action_cancel', 'action_send', 'action_confirm'):
            with self.subTest(action), self.assertRaisesRegex(UserError, "is Confirmed and cannot be"):
                getattr(self.as_(self.manager), action)()
        with self.assertRaisesRegex(UserError, "is Confirmed and cannot be opened again"):
            self.reopen(self.manager)

    def test_a_statement_that_was_sent_is_opened_again_with_a_reason_and_sent_as_the_next_revision(self):
        self.as_(self.manager).action_send()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.reopen(self.manager, "  ")
        self.reopen(self.manager)
        self.assertEqual((self.settlement.state, self.settlement.revision), ('computed', 1))
        self.assertIn("revision 1 by", self.settlement.message_ids[:1].body)
        self.assertIn("The rate was agreed late", self.settlement.message_ids[:1].body)
        self.as_(self.user).action_compute()
        self.as_(self.manager).action_send()
        self.assertAuditClean()

    def test_a_cancelled_statement_frees_its_transactions_for_the_next_run(self):
        claimed = self.claimed()
        self.as_(self.manager).action_send()
        self.as_(self.manager).action_cancel()
        self.assertEqual((self.settlement.state, self.claimed()), ('cancel', []))
        run = self.settlement.run_id
        run._draft_settlements()
        again = self.settlement = run.settlement_ids.filtered(lambda s: s.state == 'draft')
        self.assertEqual(again.party_id.code, 'B')
        again._compute_settlement()
        self.assertEqual((self.claimed(), again.net), (claimed, -100))
        self.assertAuditClean()

    def test_a_month_without_anything_ends_as_nil(self):
        self.assertEqual(self.settlements['K'].state, 'nil')
        with self.assertRaisesRegex(UserError, "is Nothing to settle and cannot be sent"):
            self.as_(self.manager, self.settlements['K']).action_send()

    # ------------------------------------------------------------------ what must not be sent

    def test_what_nobody_agreed_on_is_named_and_not_sent(self):
        agreement = self.settlement.agreement_id
        self.env.cr.execute(SQL("UPDATE membership_agreement SET date_to = '2026-11-10' WHERE id = %s", agreement.id))
        self.env.invalidate_all()
        self.earn('B', 30, '2026-11-12 03:00:00')
        self.earn('B', 50, '2026-11-12 04:00:00')
        november = self.settle('2026-11-01', '2026-11-30')['B']
        self.assertEqual(november.state, 'computed')
        with self.assertRaisesRegex(UserError, r"2 of 2026-11-12 \(Earned, 80.*Activate a version"):
            self.as_(self.manager, november).action_send()
        self.agree(self.parties['B'], date(2026, 11, 11), {('issue', 'per_point'): '0.2'})
        self.as_(self.user, november).action_compute()
        self.as_(self.manager, november).action_send()
        self.assertEqual(november.net, -16)

    def test_what_was_changed_behind_our_back_is_neither_sent_nor_confirmed(self):
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE membership_settlement_line SET amount = amount + 1 WHERE settlement_id = %s", self.settlement.id))
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "is not what was computed"):
            self.as_(self.manager).action_send()

    # ------------------------------------------------------------------ what never changes

    def test_a_confirmed_statement_its_lines_and_its_claims_are_as_they_are(self):
        self.as_(self.manager).action_send()
        self.as_(self.other).action_confirm()
        for values in ({'net': 5}, {'state': 'computed'}, {'date_to': date(2026, 10, 30)}, {'content_hash': 'x'}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "never changes any more"):
                self.settlement.sudo().write(values)
        with self.assertRaisesRegex(UserError, "holds transactions"):
            self.settlement.sudo().unlink()
        with self.assertRaisesRegex(UserError, "never changed by hand"):
            self.settlement.line_ids.sudo().write({'amount': 5})
        with self.assertRaisesRegex(UserError, "never changed by hand"):
            self.settlement.line_ids.sudo().unlink()
        k, atom = self.claimed()[0]
        with self.assertRaises(UniqueViolation), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.env.cr.execute(SQL("INSERT INTO membership_settlement_atom VALUES (%s, %s, %s)", k, atom, 1))

    def test_the_month_run_again_adds_nothing(self):
        run = self.settlement.run_id
        before = json.dumps([settlement.control for settlement in run.settlement_ids])
        run._draft_settlements()
        self.assertEqual(len(run.settlement_ids), 5)
        self.assertEqual(json.dumps([settlement.control for settlement in run.settlement_ids]), before)
        other = self.env['membership.settlement'].create({
            'name': "Again", 'party_id': self.parties['B'].id, 'program_id': self.program.id,
            'company_id': self.operator.id, 'currency_id': self.env.ref('base.EUR').id, 'date_from': OCTOBER[0],
            'date_to': OCTOBER[1]})
        other._compute_settlement()
        self.assertEqual((len(other.line_ids), other.state, other.control['families']), (0, 'nil', {}))

    def test_a_period_that_is_open_is_not_computed(self):
        november = self.env['membership.settlement'].create({
            'name': "November", 'party_id': self.parties['B'].id, 'program_id': self.program.id,
            'company_id': self.operator.id, 'currency_id': self.cny.id, 'date_from': '2026-11-01',
            'date_to': '2026-11-30'})
        with self.assertRaisesRegex(UserError, "is still open"):
            november._compute_settlement()

    def test_who_comes_second_is_told_that_somebody_else_computes(self):
        # Another transaction that holds the row: the lock finds nothing.
        empty = self.env['membership.settlement']
        self.patch(type(empty), 'try_lock_for_update', lambda settlements, **kwargs: empty)
        with self.assertRaisesRegex(LockError, "is being computed by somebody else"):
            self.as_(self.user).action_compute()

    # ------------------------------------------------------------------ late, carried, overdrafts

    def test_what_arrives_after_closing_is_late_on_the_next_statement(self):
        self.as_(self.manager).action_send()
        late = self.earn('B', 70, '2026-10-20 03:00:00')
        self.assertEqual(late.settle_date, date(2026, 11, 1))
        line = self.settle('2026-11-01', '2026-11-30')['B'].line_ids
        self.assertEqual((line.is_late, line.original_period, line.amount), (True, date(2026, 10, 1), 7))
        self.assertAuditClean()

    @freeze_time('2027-01-05')
    def test_points_earned_later_pay_for_what_was_accepted_beyond_the_balance(self):
        # 600 are left: of 1,000 accepted, 400 were not there. They are paid once the member has earned them.
        self.redeem('C', 1000, '2026-11-05 03:00:00')
        self.earn('B', 150, '2026-11-06 03:00:00')
        november = self.settle('2026-11-01', '2026-11-30')
        self.assertEqual(november['C'].net, 67.5)  # (600 + 150) x 0.09
        self.assertEqual(november['C'].control['overdraft'], {'points': '400.00', 'amount': '36.00'})
        self.earn('B', 1000, '2026-12-06 03:00:00')
        december = self.settle('2026-12-01', '2026-12-31')
        self.assertEqual((december['C'].net, december['C'].line_ids.charge), (22.5, 'reimb'))
        self.assertAuditClean()

    def test_taking_back_what_was_accepted_beyond_the_balance_takes_back_what_was_paid(self):
        self.redeem('C', 1000, '2026-11-05 03:00:00', key='offline')
        self.post('C', 'redeem', 1000, '2026-11-07 03:00:00', origins=('offline',))
        november = self.settle('2026-11-01', '2026-11-30')['C']
        self.assertEqual(sorted(november.line_ids.mapped('amount')), [-54, 54])
        self.assertAuditClean()

    def test_points_given_to_another_member_stay_those_of_their_issuer(self):
        self.program.transfer_policy = 'staff'
        friend = self.program._enrol(self.env['res.partner'].create({'name': "Friend"}))
        self.earn(None, 30, '2026-10-06 05:00:00')
        self.env['membership.transfer']._make(self.member, friend, 630, event='gift')
        received = self.env['membership.ledger.entry'].search([('card_id', '=', friend.id), ('kind', '=', 'transfer')])
        self.assertEqual({(entry.party_id.code, entry.amount) for entry in received}, {('B', 600), (False, 30)})
        self.redeem('C', 630, '2026-12-05 03:00:00', member=friend)
        used = self.env['membership.ledger.match'].search([
            ('card_id', '=', friend.id), ('kind', '=', 'redeem')])
        self.assertEqual({(match.lot_party_id.code, match.amount) for match in used}, {('B', 600), (False, 30)})
        self.assertAuditClean()
