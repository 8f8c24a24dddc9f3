from datetime import date, timedelta

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from ..models import membership_partner_file_apply
from ..tools import partner_row
from ..tools.partner_row import Problem
from .common_partner_file import NOW, PartnerFileCommon

# What an event leaves behind, but for who and when it was stored and the ids it was given.
STATES = (
    """SELECT t.ext_txn_id, t.kind, t.card_id, t.membership_card_id, t.points, t.amount, t.occurred_at, t.date,
              t.channel, t.store, t.terminal, t.receipt_no, t.note, t.fingerprint, t.document_key, t.company_id,
              t.program_id
         FROM membership_partner_transaction t WHERE t.party_id = %(party)s ORDER BY 1""",
    """SELECT e.card_id, e.company_id, e.shop_id, e.channel, e.kind, e.value_type, e.is_reversal, e.amount, e.remaining,
              e.is_pending, e.available_from, e.expires_on, e.occurred_at, e.date, e.document_key, e.document_model,
              e.seq, e.description, e.party_id, e.settle_date, e.price_date, e.origin_key, e.issuer_id
         FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
        WHERE c.program_id = %(program)s ORDER BY e.document_key, e.amount""",
    "SELECT id, points, tier_id, points_expire_on FROM loyalty_card WHERE program_id = %(program)s ORDER BY id",
    """SELECT h.card_id, h.issued, h.used, h.description, h.order_model
         FROM loyalty_history h JOIN loyalty_card c ON c.id = h.card_id
        WHERE c.program_id = %(program)s ORDER BY 1, 2, 3, 4""",
)


@freeze_time(NOW)
@tagged('post_install', '-at_install')
class TestPartnerFileSet(PartnerFileCommon):
    """What is posted as a set is what the service would have posted one by one, the refusals included."""

    def everything(self):
        """Return rows of every kind of earning that is taken or refused."""
        lost, family = (self.program._enrol(self.env['res.partner'].create({'name': name})).membership_card_ids
                        for name in ("Lost", "Family"))
        lost.action_report_lost()
        family.sudo().write({'holder_id': self.member.partner_id.id, 'holder_may_earn': False})
        late = (NOW - timedelta(days=120)).isoformat() + 'Z'
        spaced = f'{self.numbers[0][:4]} {self.numbers[0][4:]}'
        return [
            self.row('T01', 100), self.row('T02', 200, card='99999999'), self.row('T03', -30), self.row('T01', 150),
            self.row('T01', 100), self.row('T04', 7, card=lost.number), self.row('T05', 8, card=family.number),
            self.row('T06', 9, at=late), self.row('T07', 10, at='2025-06-01T00:00:00Z'),
            self.row('T08', 11, at='2026-11-20T00:00:00Z'), self.row('T09', 12, card=spaced, receipt_no='R9'),
            self.row('T10', 13, card=self.member.membership_card_ids.token), self.row('T11', '1.5'),
            self.row('T12', 14, amount='99.90', currency='CNY', store='S1', terminal='X', note="好"),
            self.row('known', 5), self.row('T13', 15, card=self.numbers[1]), self.row('T02', 16), self.row('T 14', 1),
            self.row('known', 6), self.row('T15', 17, at='2026-10-14T15:59:59Z'),
            self.row('T16', 18, at='2026-10-14T16:00:00.5Z'), self.row('T17', 19, card=''),
        ]

    def prepare(self):
        self.program.write({'points_expiry': 'months', 'points_expiry_count': 2, 'points_pending_days': 0})
        # A debt: what this member earns pays it back, by the engine.
        self.post('B', 'adjust', -20, '2026-10-01 00:00:00', member=self.other)
        self.send(1, [self.row('known', 5)])

    def state(self):
        self.env.flush_all()
        values = {'party': self.parties['B'].id, 'program': self.program.id}
        return [self.env.execute_query(SQL(query, **values)) for query in STATES]

    def one_by_one(self, rows):
        """Post rows by the service alone. Return [(state, code or False, message or False)] and what they leave."""
        outcome = []
        with self.env.cr.savepoint() as savepoint:
            for row in rows:
                try:
                    event = partner_row.read(row, NOW, self.program.points_digits)
                except Problem as problem:
                    outcome.append(('error', problem.code))
                    continue
                [result] = self.env['membership.partner.event']._post(
                    self.parties['B'], self.program, [event], channel='import')
                outcome.append((result.state, result.code or False, result.message or False))
            state = self.state()
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return outcome, state

    def compare(self, rows):
        wanted, left = self.one_by_one(rows)
        file = self.send(2, rows)
        found = [(row.state, row.code, row.message)[:len(outcome)]
                 for row, outcome in zip(file.row_ids.sorted('row_no'), wanted, strict=True)]
        self.assertEqual(found, wanted)
        for mine, other in zip(self.state(), left, strict=True):
            self.assertEqual(mine, other)
        self.assertAuditClean()
        return file

    def test_the_set_says_and_leaves_what_the_service_does(self):
        self.prepare()
        file = self.compare(self.everything())
        codes = {row.code for row in file.row_ids if row.code}
        self.assertEqual(codes, {'E_CARD', 'E_QTY', 'E_KEY_CONFLICT', 'E_CARD_BLOCKED', 'E_LIMIT', 'E_LATE',
                                 'E_AGREEMENT', 'E_DATE_FUTURE', 'E_FORMAT'})
        self.assertGreater(file.ok_count, 6)

    def test_points_that_wait_are_the_same(self):
        self.prepare()
        self.program.points_pending_days = 14
        self.compare([self.row('T1', 100), self.row('T2', 50, at='2026-09-19T12:00:00Z'), self.row('T3', 5)])

    def test_a_closed_month_and_tiers_are_the_same(self):
        self.prepare()
        self.program.tier_by_points = True
        gold = self.env['membership.tier'].create({
            'name': "Gold", 'program_id': self.program.id, 'sequence': 50, 'enter_points': 100})
        self.parties['B']._close(date(2026, 10, 19))
        self.compare([self.row('T1', 100), self.row('T2', 50, card=self.numbers[1])])
        self.assertEqual(self.member.tier_id, gold)

    def test_batches_do_not_change_the_outcome(self):
        self.prepare()
        self.patch(membership_partner_file_apply, 'SET_BATCH', 3)
        self.patch(membership_partner_file_apply, 'SINGLE_BATCH', 2)
        self.compare(self.everything())

    def test_a_programme_with_limits_asks_the_service_each_time(self):
        self.program.earn_cap_day = 120
        file = self.compare([self.row('T1', 100), self.row('T2', 50), self.row('T3', 20)])
        self.assertEqual(self.results(file), [('ok', False), ('error', 'E_LIMIT'), ('ok', False)])

    def test_redemptions_in_bulk_are_those_of_one_by_one(self):
        self.prepare()
        self.send(3, [self.row('E1', 300), self.row('E2', 300, card=self.numbers[1])])
        rows = []
        for turn in range(4):
            rows += [self.row(f'R{turn}', 40, 'redeem'), self.row(f'S{turn}', 90, 'redeem', self.numbers[1])]
        rows += [
            self.row('V1', '', 'reverse', original_ext_txn_id='R0'), self.row('R9', 170, 'redeem'),
            self.row('V2', 30, 'reverse', original_ext_txn_id='S0'), self.row('S9', 41, 'redeem', self.numbers[1]),
            self.row('V3', '', 'reverse', original_ext_txn_id='V2')]
        file = self.compare(rows)
        self.assertEqual({row.code for row in file.row_ids if row.code}, {'E_BALANCE', 'E_ORIGINAL'})

    def test_a_file_written_with_and_without_dashes_names_the_same_card(self):
        dashed = f'{self.numbers[0][:4]}-{self.numbers[0][4:]}'
        file = self.send(1, [self.row('T1', 100), self.row('T2', 10, kind='redeem', card=dashed),
                             self.row('T3', 10, kind='redeem')])
        self.assertEqual(self.results(file), [('ok', False)] * 3)
