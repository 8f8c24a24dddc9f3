import random
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import tagged
from odoo.tools import SQL

from ..const import MEASURES
from .common_tiers import Event, TierCommon

PROGRAMS = 30
MEMBERS = 15
TODAY = date(2024, 2, 29)


@tagged('post_install', '-at_install')
class TestTierProperties(TierCommon):
    """Any programme, any member: the pure function and the statement decide the same."""

    def random_program(self, dice):
        measures = dice.sample(MEASURES, dice.randint(1, 3))
        levels, worth = [], {measure: dice.choice([1, 2, 3]) for measure in MEASURES}
        for number in range(dice.randint(1, 4)):
            values = {'entry': dice.choice(['figures'] * 4 + ['paid']), 'active': dice.random() > 0.1}
            for measure in MEASURES:
                for step in ('enter', 'keep', 'reenter'):
                    if number and dice.random() < (0.7 if step == 'enter' else 0.3):
                        values[f'{step}_{measure}'] = number * (
                            worth[measure] if step == 'enter' else dice.choice([1, 2, 3]))
            levels.append(values)
        levels[0].update(entry='figures', active=True)
        return self.make_program(
            levels, first=dice.choice([0, 0, 0, None]), measures=measures,
            period=dice.choice(['rolling', 'calendar_year', 'anniversary', 'lifetime']),
            period_months=dice.choice([1, 6, 12, 13]), match=dice.choice(['any', 'all', 'some']),
            match_count=dice.randint(1, 3), drop=dice.choice(['figures', 'one', 'never']),
            grace_days=dice.choice([0, 0, 1, 31]), first_term_months=dice.choice([0, 0, 3, 18]),
            term_months=dice.choice([0, 1, 12, 24]), term_month_end=dice.random() < 0.5,
            upgrade=dice.choice(['at_once', 'at_review']), refund=dice.choice(['term_end', 'now']))

    def random_day(self, dice):
        return dice.choice([
            TODAY - timedelta(days=dice.randint(0, 800)), TODAY + timedelta(days=dice.randint(-2, 2)),
            date(2023, 1, 31), date(2023, 2, 28), date(2023, 12, 31), date(2024, 1, 1)])

    def random_events(self, dice):
        events = []
        for _number in range(dice.randint(0, 8)):
            kind = dice.choice(['purchase', 'purchase', 'points', 'top_up'])
            origins = [n for n, event in enumerate(events) if event.kind == kind and event.amount > 0]
            if origins and dice.random() < 0.3:
                of = dice.choice(origins)
                rest = events[of].amount + sum(event.amount for event in events if event.of == of)
                if rest:
                    back = dice.choice([rest, rest / 2])
                    events.append(Event(max(events[of].day, self.random_day(dice)), kind, -back, of))
                    continue
            events.append(Event(self.random_day(dice), kind, Decimal(dice.choice([1, 2, 3, 5])), None))
        return events

    def random_standing(self, dice, account, steps):
        tier = dice.choice(list(steps))
        best = dice.choice([tier, steps[-1], steps.browse()])
        since = TODAY - timedelta(days=dice.randint(0, 700))
        self.stand(
            account, tier_id=dice.choice([tier.id, tier.id, tier.id, False]), tier_since=since,
            tier_until=dice.choice([False, self.random_day(dice), TODAY, TODAY - timedelta(days=1)]),
            tier_basis=dice.choice(['figures', 'figures', 'manual', 'paid', False]), tier_best_id=best.id)
        if account.tier_id and dice.random() < 0.6:
            old = dice.choice([False, *steps.ids])
            self.env['membership.tier.change'].sudo().create({
                'card_id': account.id, 'old_tier_id': old, 'new_tier_id': tier.id, 'date': since, 'reason': "Test",
                'rule': dice.choice(['enter', 'enter', 'reenter', 'drop']),
                'old_basis': dice.choice(['figures', 'paid']),
                'old_until': dice.choice([False, self.random_day(dice)]),
                'policy_version': account.program_id.tier_policy_version})
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE loyalty_card SET member_since = %s WHERE id = %s",
            dice.choice([date(2020, 2, 29), date(2023, 3, 1), date(2022, 2, 28), TODAY - timedelta(days=400)]),
            account.id))
        account.invalidate_recordset(['member_since'])

    def test_the_statement_decides_as_the_pure_function_does(self):
        rules = set()
        for seed in range(PROGRAMS):
            dice = random.Random(seed)
            program, steps = self.random_program(dice)
            accounts = self.make_members(program, MEMBERS)
            stories = {}
            for account in accounts:
                stories[account] = self.random_events(dice)
                self.random_standing(dice, account, steps)
                self.happen(account, stories[account])
            for posting in (False, True):
                found = self.sql(program, accounts, TODAY, posting)
                for account, events in stories.items():
                    decision = self.pure(account, events, TODAY, posting)
                    self.compare(account, decision, found[account], f"seed {seed}, {account}, {posting}, {events}")
                    rules.add((posting, decision.rule))
        self.assertEqual(rules, {
            *((False, rule) for rule in (None, 'enter', 'reenter', 'keep', 'drop')),
            *((True, rule) for rule in (None, 'enter', 'reenter', 'refund'))}, "All rules were tried")
