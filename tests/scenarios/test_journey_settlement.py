"""The stores of the Complete Journey settle a year with their operator: figures counted by other means than this
product, data/journey_settlement.json, and by pandas."""

import json
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import pandas as pd
from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from demo.journey import LOCAL, Journey

WANTED = json.loads((Path(__file__).parent / 'data' / 'journey_settlement.json').read_text(encoding='utf-8'))
OWN = [row['store'] for row in WANTED['top5_stores']]
POINT, COMMISSION = Decimal('0.01'), Decimal('0.02')  # per point issued; of what holders of a store's card buy
AFTER = '2018-01-02 12:00:00'
# Every household carries a card of the store of its first receipt: 9, the store, the household.
CARD = '9{store:05d}{household:06d}'


def history():
    """Return the year, one row per receipt: purchase history for the import, with cents, month, store and home."""
    frame = Journey().baskets.reset_index()
    frame['local'] = frame['at'].dt.tz_localize('UTC').dt.tz_convert(LOCAL)
    frame['day'], frame['month'] = frame.local.dt.date, frame.local.dt.month
    frame = frame.sort_values(['day', 'basket_id'])
    frame['home'] = frame.household.map(frame.groupby('household').store.first())
    frame['points'] = frame.cents // 100
    return frame


def rows(frame):
    """Return the receipts as the import takes them."""
    return pd.DataFrame({
        'reference': frame.basket_id.astype(str), 'member_ref': frame.household.astype(str),
        'timestamp': frame['at'], 'amount': [f'{cents // 100}.{cents % 100:02d}' for cents in frame.cents],
        'shop_code': frame.store.astype(str),
        'card_number': [CARD.format(store=home, household=household)
                        for home, household in zip(frame.home, frame.household, strict=True)]})


@tagged('post_install', '-at_install')
class TestJourneySettlement(TransactionCase):
    """The five biggest stores are companies of their own, all others belong to one merchant. The year is imported
    company by company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'tracking_disable': True})
        cls.journey = history()
        cls.program = cls.env['loyalty.program'].create({
            **cls.env['loyalty.program']._membership_template(), 'name': "Journey", 'membership_tz': LOCAL,
            'company_id': False, 'currency_id': cls.env.company.currency_id.id,
            'tier_ids': [Command.create({'name': "Member", 'sequence': 1})]})
        cls.operator = cls.env.company
        cls.companies = {store: cls.env['res.company'].create({
            'name': f"Store {store}", 'currency_id': cls.operator.currency_id.id}) for store in OWN}
        cls.parties = {store: cls.create_party(f"Store {store}", cls.companies[store]) for store in OWN}
        cls.merchant = cls.create_party("Merchant")
        cls.parties |= {store: cls.merchant for store in cls.journey.store.unique() if store not in OWN}
        cls.env['membership.shop'].create([{
            'name': f"Store {store}", 'code': str(store), 'company_id': cls.companies.get(store, cls.operator).id,
            'party_id': not cls.companies.get(store) and cls.merchant.id,
        } for store in sorted(cls.parties)])
        cls.env['membership.card.range'].create([{
            'party_id': cls.parties[store].id, 'program_id': cls.program.id,
            'first': CARD.format(store=store, household=0), 'last': CARD.format(store=store, household=999999),
        } for store in sorted(cls.journey.home.unique())])
        for party in cls.env['membership.party'].browse({party.id for party in cls.parties.values()}):
            cls.agree(party)
        with freeze_time(AFTER):
            cls.load_year()
            cls.settle_year()

    @classmethod
    def create_party(cls, name, company=None):
        return cls.env['membership.party'].create({
            'name': name, 'code': name.upper().replace(' ', ''), 'kind': 'company' if company else 'external',
            'operator_id': cls.operator.id, 'company_id': company and company.id, 'currency_id':
            cls.operator.currency_id.id, 'partner_id': company.partner_id.id if company
            else cls.env['res.partner'].create({'name': name}).id})

    @classmethod
    def load_year(cls):
        owner = cls.journey.store.map(lambda store: cls.companies.get(store, cls.operator).id)
        for company_id, part in cls.journey.groupby(owner):
            result = cls.env['membership.history.import']._load(
                rows(part), cls.program, cls.env['res.company'].browse(company_id))
            if result.rejected:
                raise AssertionError(f"rows of the year were rejected: {result.rejected[:3]}")

    @classmethod
    def agree(cls, party):
        cls.env['membership.agreement'].create({
            'party_id': party.id, 'program_id': cls.program.id, 'date_from': '2017-01-01',
            'rate_ids': [Command.create({'charge': 'issue', 'rate': float(POINT)}),
                         Command.create({'charge': 'comm', 'rate': float(COMMISSION * 100)})]}).action_activate()

    @classmethod
    def settle_year(cls):
        cls.runs = cls.env['membership.settlement.run'].create([{
            'program_id': cls.program.id, 'company_id': cls.operator.id, 'date_from': f'2017-{month:02d}-01'}
            for month in range(1, 13)])
        for run in cls.runs:
            cls.compute(run)

    @classmethod
    def compute(cls, run):
        """Run the month's job in the transaction of the test: it flushes where it would commit."""
        run.action_compute()
        with patch.object(cls.env.registry['ir.cron'], '_commit_progress',
                          lambda cron, *args, **kwargs: cron.env.flush_all() or 600):
            cls.env['membership.settlement.job']._cron_run()

    def lines(self):
        """Return {(month, party, charge): (quantity, amount)} of all statements, as exact text."""
        self.env.flush_all()
        return {(month, party, charge): (Decimal(quantity), Decimal(amount))
                for month, party, charge, quantity, amount in self.env.execute_query(SQL(
                    """SELECT EXTRACT(month FROM s.date_from)::int, s.party_id, l.charge, sum(l.quantity)::text,
                              sum(l.amount)::text
                         FROM membership_settlement_line l JOIN membership_settlement s ON s.id = l.settlement_id
                        WHERE s.run_id IN %s GROUP BY 1, 2, 3""", tuple(self.runs.ids)))}

    def count_lines(self):
        return self.env['membership.settlement.line'].search_count([('settlement_id.run_id', 'in', self.runs.ids)])

    def test_every_month_of_every_party_is_what_pandas_counts(self):
        frame, party = self.journey, {store: party.id for store, party in self.parties.items()}
        wanted = {}
        for name, owner, figure, rate in (
                ('issue', frame.store, 'points', POINT), ('comm', frame.home, 'cents', COMMISSION / 100)):
            sums = frame[frame[figure] != 0].groupby([frame.month, owner.map(party)])[figure].sum()
            for (month, party_id), total in sums.items():
                exact = Decimal(int(total)) * rate
                quantity = Decimal(int(total)) / (100 if name == 'comm' else 1)
                wanted[month, party_id, name] = (quantity, exact.quantize(Decimal('0.01'), 'ROUND_HALF_UP'))
        self.assertEqual(self.lines(), wanted)

    def test_cross_store_receipts_on_the_statements_are_those_of_the_reference(self):
        """A receipt over nothing pays no commission and is on no statement; the reference counts it all the same."""
        [[settled, nothing, cross, cross_nothing, amount]] = self.env.execute_query(SQL(
            """SELECT count(a.atom_id), count(*) FILTER (WHERE p.amount_total = 0),
                      count(a.atom_id) FILTER (WHERE r.home <> s.code),
                      count(*) FILTER (WHERE r.home <> s.code AND p.amount_total = 0),
                      sum(m.amount) FILTER (WHERE r.home <> s.code AND a.atom_id IS NOT NULL)::text
                 FROM membership_purchase p
                 JOIN membership_shop s ON s.id = p.shop_id
                 JOIN membership_card k ON k.id = p.membership_card_id
                 JOIN (SELECT first, last, substr(first, 2, 5)::int::text AS home FROM membership_card_range) AS r
                      ON k.number BETWEEN r.first AND r.last
                 LEFT JOIN membership_partner_spend m ON m.document_key = p.document_key
                 LEFT JOIN (membership_settlement_atom a
                            JOIN membership_settlement t ON t.id = a.settlement_id AND t.run_id IN %s)
                      ON a.k = 3 AND a.atom_id = m.id""", tuple(self.runs.ids)))
        self.assertEqual(settled + nothing, len(self.journey))
        self.assertEqual(cross + cross_nothing, WANTED['cross_store_receipts'])
        self.assertEqual(Decimal(amount), Decimal(str(WANTED['cross_store_amount'])))

    def test_the_nets_of_all_parties_and_the_operator_sum_to_nothing_every_month(self):
        currency = self.operator.currency_id
        for run in self.runs:
            with self.subTest(run.display_name):
                net = currency.round(sum(run.settlement_ids.mapped('net')))
                self.assertLess(net, 0)
                self.assertEqual(run.totals, {currency.name: {'parties': net, 'operator': -net}})
                self.assertEqual(set(run.settlement_ids.mapped('state')), {'computed'})

    def test_a_second_run_adds_no_line(self):
        lines = self.count_lines()
        with freeze_time(AFTER):
            for run in self.runs:
                self.compute(run)
        self.assertEqual(self.count_lines() - lines, 0)

    def test_events_are_at_the_party_of_their_shop_and_settled_on_their_own_day(self):
        counted = dict(self.env.execute_query(SQL(
            """SELECT party_id, count(*) FROM membership_ledger_entry
                WHERE party_id IS NOT NULL AND settle_date = date GROUP BY 1""")))
        earned = self.journey[self.journey.points > 0]
        wanted = earned.groupby(earned.store.map({store: party.id for store, party in self.parties.items()})).size()
        self.assertEqual(counted, wanted.to_dict())
        closed = self.env['membership.party'].browse(list(counted)).mapped('closed_until')
        self.assertEqual(set(closed), {self.runs[-1].date_to})
