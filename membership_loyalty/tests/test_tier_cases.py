import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.membership_document import local_date
from .common_tiers import Event, TierCommon

CASES = json.loads((Path(__file__).parent / 'data' / 'tier_cases.json').read_text(encoding='utf-8'))
LEVELS = [{}, {'enter_spend': 1000}, {'enter_spend': 2500}]  # of cases that name none
DAYS = ('since', 'until', 'check_on')


@tagged('post_install', '-at_install')
class TestTierCases(TierCommon):
    """The table of cases in data/tier_cases.json, decided by the pure function and by the statement.

    policy: switches without `tier_`, measures and time zone; levels: values of the tiers, the lowest first;
    first: false for a programme whose members start in no tier; standing: where the member stands, levels by number;
    events: day (or moment, UTC), kind, amount, number of the event that it takes back; today, or now in UTC;
    posting: decided with a posting, not by the review; expect: what the decision must say.
    """

    def day(self, text, timezone):
        moment = datetime.fromisoformat(text) if text else None
        return moment and (local_date(moment, timezone) if ' ' in text else moment.date())

    def place(self, program, steps, standing):
        [account] = self.make_members(program, 1)
        values = {'level': 0, 'basis': 'figures', **standing}
        levels = {name: steps[values[name]].id if values.get(name) is not None else False
                  for name in ('level', 'best', 'before')}
        self.stand(
            account, tier_id=levels['level'], tier_best_id=levels['best'] or levels['level'],
            tier_since=values.get('since') or False, tier_until=values.get('until') or False,
            tier_basis=values['basis'])
        if 'risen_by' in values:
            self.env['membership.tier.change'].sudo().create({
                'card_id': account.id, 'old_tier_id': levels['before'], 'new_tier_id': levels['level'],
                'date': values['since'], 'rule': values['risen_by'] or 'enter', 'reason': "Test",
                'old_until': values.get('before_until') or False, 'old_basis': values.get('before_basis') or False,
                'policy_version': program.tier_policy_version - (values['risen_by'] is None)})
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE loyalty_card SET member_since = %s WHERE id = %s",
                                values.get('enrolled', '2020-01-01'), account.id))
        account.invalidate_recordset(['member_since'])
        return account

    def judge(self, case):
        """Return the decisions of both judges, the account and its tiers."""
        policy = {'term_month_end': False, **case.get('policy', {})}
        timezone = policy.get('tz', 'UTC')
        program, steps = self.make_program(
            case.get('levels', LEVELS), first=0 if case.get('first', True) else None, **policy)
        account = self.place(program, steps, case.get('standing', {}))
        events = [Event(self.day(day, timezone), kind, Decimal(amount), *of)
                  for day, kind, amount, *of in case.get('events', [])]
        self.happen(account, events)
        today, posting = self.day(case.get('now') or case['today'], timezone), case.get('posting', False)
        pure = self.pure(account, events, today, posting)
        return pure, self.sql(program, account, today, posting)[account], account, steps

    def test_both_judges_decide_each_case_as_the_table_says(self):
        self.assertGreaterEqual(len(CASES), 60)
        for case in CASES:
            with self.subTest(case['name']):
                pure, found, account, steps = self.judge(case)
                self.compare(account, pure, found, case['name'])
                expected = {
                    name: (steps[value].id if value is not None else None) if name in ('level', 'best')
                    else date.fromisoformat(value) if name in DAYS and value else value
                    for name, value in case['expect'].items()}
                self.assertEqual({name: getattr(pure, name) or None for name in expected}, expected)

    def test_the_names_of_the_cases_differ(self):
        self.assertEqual(len({case['name'] for case in CASES}), len(CASES))
