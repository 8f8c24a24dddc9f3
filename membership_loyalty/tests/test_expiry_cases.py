import json
from datetime import date, datetime, timedelta
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..models.membership_document import local_date
from ..tools.expiry import Policy, last_day, spendable_to

CASES = json.loads((Path(__file__).parent / 'expiry_cases.json').read_text(encoding='utf-8'))


@tagged('post_install', '-at_install')
class TestExpiryCases(BaseCase):
    """Last days of points, as a table."""

    def test_every_case_has_its_last_day(self):
        self.assertGreaterEqual(len(CASES), 30)
        self.assertEqual(len({case[0] for case in CASES}), len(CASES), "Each case is one of its own")
        for name, policy, at, timezone, expected in CASES:
            with self.subTest(name):
                on = policy.pop('on', None)
                policy = Policy(**policy, on=on and date.fromisoformat(on))
                found = last_day(policy, local_date(datetime.fromisoformat(at), timezone))
                self.assertEqual(found and found.isoformat(), expected)

    def test_no_policy_makes_points_expire_before_they_were_issued_or_later_ones_first(self):
        policies = [Policy('days', 1), Policy('months', 1), Policy('months', 13)] + [
            Policy(kind, count, month, day) for kind in ('month_end', 'quarter_end', 'year_end', 'yearly')
            for count in (0, 1, 5) for month, day in ((2, 29), (6, 30), (12, 31))]
        days = [date(2023, 12, 1) + timedelta(days=number) for number in range(800)]
        for policy in policies:
            with self.subTest(policy):
                last_days = [last_day(policy, day) for day in days]
                self.assertTrue(all(last >= day for last, day in zip(last_days, days, strict=True)))
                self.assertEqual(last_days, sorted(last_days))

    def test_points_that_come_late_have_the_days_of_grace(self):
        year_end, issued = Policy('year_end', 0), date(2026, 12, 20)
        self.assertEqual(spendable_to(year_end, issued, date(2027, 1, 10), 30), date(2027, 2, 9))
        self.assertEqual(spendable_to(year_end, issued, issued, 30), date(2026, 12, 31), "These come in time")
        self.assertIsNone(spendable_to(Policy(), issued, date(2027, 1, 10), 30))
