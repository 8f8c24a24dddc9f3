from datetime import date, timedelta

from freezegun import freeze_time
from hypothesis import given

from odoo.tests import tagged

from .common_liability import LiabilityCommon
from .ledger_story import EVENTS, Story
from .test_ledger_properties import QUIET, settings

MONTHS = 12


@tagged('post_install', '-at_install')
class TestLiabilityProperties(LiabilityCommon):
    """Whatever members do: the cohorts hold exactly the points that are left, no liability is negative, and what was
    booked month by month is what the last month says."""

    def test_random_stories_of_members_tie_out_in_points_and_in_money(self):
        partners = iter(self.env['res.partner'].create([{'name': f"Story {n}"} for n in range(100)]))
        figures = self.env['membership.revenue.figures']
        self.policy.point_value = 0.1
        for cohort_price in range(1, MONTHS + 1):
            self.sell(1000 * cohort_price, f'2026-{cohort_price:02d}-05')

        @settings(max_examples=15, **QUIET)
        @given(EVENTS)
        def tell(events):
            account = self.program._enrol(next(partners))

            def post(key, kind, wanted, origins=(), **facts):
                number = int(key.split(':')[1].split('/')[0])
                day = date(2026, 1 + number % MONTHS, 15)
                account._membership_post_single(
                    kind, wanted, f'{account.id}/{key}', key, date=day,
                    origins=tuple(f'{account.id}/{origin}' for origin in origins), **facts)

            def open_credits():
                return [(entry.expires_on or None, entry.remaining) for entry in account.entry_ids
                        if entry.remaining > 0 and not entry.is_pending]

            story = Story(post, open_credits)
            for number, event in enumerate(events):
                story.tell(number, event)
            self.check_ties()
            for month in (3, 7, MONTHS):
                for standing in figures._standings(self.policy, self.policy._month_end(date(2026, month, 1))):
                    self.assertGreaterEqual(standing.points.open, 0)
                    self.assertGreaterEqual(standing.target.liability, 0)

        tell()
        self.book_every_month(figures)

    def check_ties(self):
        self.env.invalidate_all()
        for tie in self.env['membership.revenue.tie.out']._point_ties(self.program):
            self.assertEqual(tie.difference, 0, tie.label)

    def book_every_month(self, figures):
        with freeze_time('2027-01-05 10:00:00'):
            for month in range(1, MONTHS + 1):
                end = date(2026, month, 28) + timedelta(days=4)
                end -= timedelta(days=end.day)
                self.policy.with_user(self.bookkeeper)._book(end).sudo().action_post()
            for standing in figures._standings(self.policy, date(2026, 12, 31)):
                self.assertFalse(any(standing.move))
                self.assertEqual(standing.posted, standing.target)
        self.assertEqual(self.ties(), {})
