"""How long points can be spent: from the day of issue to the last day of a credit.

A credit is spendable on its last day and expired on the day after. So with 180 days' validity it is expired on a day
when issue date + 180 days < that day. Days are those of the programme's time zone; the caller knows them.
"""

from datetime import date, timedelta
from typing import NamedTuple

from .periods import add_months, month_end

MONTHS_OF_QUARTER = 3


class Policy(NamedTuple):
    """When points expire, as a programme says it."""

    kind: str = 'never'  # a key of KINDS, or 'inactivity': then the account has one date, its credits have none
    count: int = 0  # days, months, quarters or years, as the kind has it
    month: int = 12  # of 'yearly'
    day: int = 31  # of 'yearly'; the last day of the month where the month is shorter
    on: date | None = None  # of 'date'


def _quarter_end(day):
    return month_end(date(day.year, day.month + -day.month % MONTHS_OF_QUARTER, 1))


def _yearly(policy, issued):
    """Return the next time that day of the year comes, counting the day of issue, and so many years later."""
    def falls_on(year):
        first = date(year, policy.month, 1)
        return first.replace(day=min(policy.day, month_end(first).day))

    this_year = falls_on(issued.year)
    return falls_on(issued.year + policy.count + (this_year < issued))


# kind: last day of a credit, of (policy, day of issue)
KINDS = {
    'never': lambda policy, issued: None,
    'days': lambda policy, issued: issued + timedelta(policy.count),
    'months': lambda policy, issued: add_months(issued, policy.count),
    'month_end': lambda policy, issued: month_end(add_months(issued, policy.count)),
    'quarter_end': lambda policy, issued: _quarter_end(add_months(issued, policy.count * MONTHS_OF_QUARTER)),
    'year_end': lambda policy, issued: date(issued.year + policy.count, 12, 31),
    'yearly': _yearly,
    'date': lambda policy, issued: policy.on if issued <= policy.on else None,
    'inactivity': lambda policy, issued: None,
}


def last_day(policy, issued):
    """Return the last day on which a credit can be spent, None when it does not expire by itself.

    :param policy: Policy
    :param issued: day of issue, in the programme's time zone

    >>> last_day(Policy('days', 180), date(2017, 7, 4))
    datetime.date(2017, 12, 31)
    >>> last_day(Policy('months', 1), date(2026, 1, 31)), last_day(Policy('month_end', 12), date(2027, 2, 10))
    (datetime.date(2026, 2, 28), datetime.date(2028, 2, 29))
    >>> last_day(Policy('quarter_end', 0), date(2026, 5, 1)), last_day(Policy('year_end', 1), date(2026, 11, 22))
    (datetime.date(2026, 6, 30), datetime.date(2027, 12, 31))
    >>> last_day(Policy('yearly', 1, month=12, day=31), date(2026, 12, 31))
    datetime.date(2027, 12, 31)
    >>> last_day(Policy('date', on=date(2026, 6, 30)), date(2026, 7, 1)) is None
    True
    """
    return KINDS[policy.kind](policy, issued)


def spendable_to(policy, issued, available, grace):
    """Return the last day of a credit that can be spent from a later day on: it has some days in any case.

    :param available: first day on which the credit can be spent
    :param int grace: days that points which come late can be spent at least

    >>> spendable_to(Policy('year_end', 0), date(2026, 12, 28), date(2027, 1, 11), 30)
    datetime.date(2027, 2, 10)
    >>> spendable_to(Policy('year_end', 1), date(2026, 12, 28), date(2027, 1, 11), 30)
    datetime.date(2027, 12, 31)
    """
    last = last_day(policy, issued)
    return last if last is None or available <= issued else max(last, available + timedelta(grace))


def inactive_to(policy, active):
    """Return the last day of a balance whose member was last seen on a day, None when inactivity does not matter.

    >>> inactive_to(Policy('inactivity', 12), date(2024, 2, 29))
    datetime.date(2025, 2, 28)
    """
    return add_months(active, policy.count) if policy.kind == 'inactivity' else None
