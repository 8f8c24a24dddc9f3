import json
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from .common_settlement import AGREEMENTS, SettlementCommon

CASES = json.loads((Path(__file__).parent / 'data' / 'settlement_cases.json').read_text(encoding='utf-8'))
UNITS = {'fee': 'percent', 'comm': 'percent', 'brkg': 'percent'}


@tagged('post_install', '-at_install')
class TestSettlementCases(SettlementCommon):
    """The acceptance cases of the specification, section 6, with their figures, in data/settlement_cases.json.

    terms: what differs from fixture F from October on; versions: code, first day, rates that change that day; steps:
    what happens, in order. Amounts of lines and nets are signed: above zero the operator owes the party. Every case
    ends with the audit.
    """

    @contextmanager
    def undone(self):
        """Whatever a case does is not there for the next one."""
        with self.env.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()
        self.env.invalidate_all()

    def test_each_case_comes_to_the_figures_of_the_specification(self):
        self.assertGreaterEqual(len(CASES), 13)
        self.assertEqual(len({case['name'] for case in CASES}), len(CASES), "Each case is one of its own")
        for case in CASES:
            with self.subTest(case['name']), self.undone():
                self.members, self.settled, self.case = {}, {}, case['name']
                self.set_terms(case)
                for number, step in enumerate(case['steps']):
                    name = next(iter(step))
                    getattr(self, f'do_{name}')(number, **step)
                self.assertAuditClean()

    # ------------------------------------------------------------------ terms

    def set_terms(self, case):
        for code, terms in case.get('terms', {}).items():
            rates = terms.pop('rates', None)
            self.change(code, date(2026, 10, 1), self.keyed(rates) if rates else AGREEMENTS[code][2], **terms)
        for code, versions in case.get('versions', {}).items():
            for day, rates in versions:
                self.change(code, date.fromisoformat(day), {**AGREEMENTS[code][2], **self.keyed(rates)})

    def keyed(self, rates):
        return {(charge, UNITS.get(charge, 'per_point')): rate for charge, rate in rates.items()}

    def change(self, code, day, rates, **terms):
        """End the version that holds and begin the next one."""
        self.env.cr.execute(SQL(
            "UPDATE membership_agreement SET date_to = %s WHERE party_id = %s AND date_to IS NULL",
            day - timedelta(days=1), self.parties[code].id))
        self.env.invalidate_all()
        self.agree(self.parties[code], day, rates=rates, basis=AGREEMENTS[code][1], **terms)

    # ------------------------------------------------------------------ steps

    def account(self, name):
        if name not in self.members:
            self.members[name] = self.program._enrol(self.env['res.partner'].create({'name': f"{self.case} {name}"}))
        return self.members[name]

    def key(self, name, number):
        return f'{self.case}:{name or number}'

    def do_earn(self, number, earn, **step):
        self.happen(number, 'earn', Decimal(earn), **step)

    def do_redeem(self, number, redeem, **step):
        self.happen(number, 'redeem', -Decimal(redeem), **step)

    def happen(self, number, kind, points, party, at, member="Lin", key=None, of=None, until=None, matches=None):
        values = {'expires_on': date.fromisoformat(until)} if until else {}
        with freeze_time(at):
            entries = self.post(
                party, kind, points, at, member=self.account(member), key=self.key(key, number),
                origins=[self.key(of, number)] if of else (), **values)
        if matches:
            found = self.env.execute_query(SQL(
                """SELECT p.code, sum(m.amount)::text FROM membership_ledger_match m
                     JOIN membership_party p ON p.id = m.lot_party_id WHERE m.debit_id IN %s GROUP BY 1""",
                tuple(entries.ids)))
            self.assertEqual({code: Decimal(amount) for code, amount in found},
                             {code: Decimal(amount) for code, amount in matches.items()})

    def do_spend(self, number, spend, party, at, key=None, of=None):
        origin = self.env['membership.partner.spend'].search([('document_key', '=', self.key(of, number))])
        day = date.fromisoformat(at[:10])
        self.env['membership.partner.spend'].create({
            'party_id': self.parties[party].id, 'card_id': self.account("Lin").id, 'amount': float(spend),
            'occurred_at': at, 'date': day, 'price_date': origin.date, 'document_key': self.key(key, number)})

    def do_left(self, number, left, points, until):
        entry = self.env['membership.ledger.entry'].search([('document_key', '=', self.key(left, number))])
        self.assertEqual((entry.remaining, str(entry.expires_on)), (float(points), until))

    def do_settle(self, number, settle, expect, confirm=None):
        first = date.fromisoformat(f'{settle}-01')
        following = first + relativedelta(months=1)
        with freeze_time(f'{following} 01:00:00'):
            found = self.settled[settle] = self.settle(first, following - timedelta(days=1))
        if confirm:
            with freeze_time(confirm):
                for settlement in found.values():
                    if settlement.state == 'computed':
                        settlement.action_send()
                        settlement._confirm()
        nets = {code: Decimal(str(settlement.net)) for code, settlement in found.items()}
        self.assertEqual(found['A'].run_id.totals['CNY']['operator'], -float(sum(nets.values()) - nets['D']))
        for code, values in expect.items():
            if code == 'HQ':
                self.assertEqual(found['A'].run_id.totals['CNY']['operator'], float(values['net']))
            else:
                self.compare(found[code], code, **values)

    def compare(self, settlement, code, lines=None, overdraft=None, **totals):
        if lines is not None:
            self.assertEqual(
                sorted((line.charge, line.rate, line.amount if line.direction == 'hq_to_party' else -line.amount)
                       for line in settlement.line_ids),
                sorted((charge, float(rate), float(amount)) for charge, rate, amount in lines), code)
        for name, amount in totals.items():
            self.assertEqual(settlement[name], float(amount), (code, name))
        if overdraft:
            self.assertEqual([Decimal(settlement.control['overdraft'][name]) for name in ('points', 'amount')],
                             list(map(Decimal, overdraft)))

    def do_state(self, number, state, party, month):
        self.assertEqual(self.settled[month][party].state, state)

    def do_unchanged(self, number, unchanged):
        for settlement in self.settled[unchanged].values():
            settlement._check_seal()
