"""When a benefit is due: windows around a birthday, and the periods that free uses are counted in."""

from calendar import isleap
from datetime import date, timedelta
from typing import NamedTuple

from .birthdays import period

CATCH_UP = timedelta(days=7)  # a job that could not run for some nights still gives what was due


class Due(NamedTuple):
    """A birthday that is to be given for today."""

    month: int  # as in the date of birth
    day: int
    birthday: date  # celebrated on
    last: date  # last day of the window around it


def birthdays_due(today, window, lead):
    """Return the Due birthdays: those whose window begins within `lead` days or has begun, and is not long over.

    Whoever was born on 29 February celebrates on 28 February in other years.

    :param lead: days before the window begins

    >>> [(due.month, due.day) for due in birthdays_due(date(2026, 3, 7), 'day', 0)][:2]
    [(2, 28), (2, 29)]
    >>> birthdays_due(date(2026, 12, 30), 'day', 3)[-1]
    Due(month=1, day=2, birthday=datetime.date(2027, 1, 2), last=datetime.date(2027, 1, 2))
    >>> {due.month for due in birthdays_due(date(2026, 5, 31), 'month', 0)}
    {5}
    >>> sorted({due.month for due in birthdays_due(date(2026, 5, 31), 'month', 1)})
    [5, 6]
    """
    result = []
    for offset in range(-31 - CATCH_UP.days, lead + 31):
        birthday = today + timedelta(days=offset)
        first, last = period(birthday, window)
        if first - timedelta(days=lead) <= today <= last + CATCH_UP:
            result.append(Due(birthday.month, birthday.day, birthday, last))
            if (birthday.month, birthday.day) == (2, 28) and not isleap(birthday.year):
                result.append(Due(2, 29, birthday, last))
    return result


def period_key(period, day, since=None):
    """Return the name of the period that a day lies in; what was used in one period does not count in the next.

    :param period: 'day', 'week', 'month', 'year' or 'term'
    :param since: first day of the member's term in the tier, if it has one

    >>> [period_key(period, date(2027, 1, 2)) for period in ('day', 'week', 'month', 'year')]
    ['2027-01-02', '2026-W53', '2027-01', '2027']
    >>> period_key('term', date(2027, 1, 2), date(2026, 3, 1)), period_key('term', date(2027, 1, 2))
    ('term:2026-03-01', 'term:')
    """
    if period == 'week':
        year, week, _weekday = day.isocalendar()
        return f'{year}-W{week:02d}'
    if period == 'term':
        return f"term:{since.isoformat() if since else ''}"
    return day.isoformat()[:{'day': 10, 'month': 7, 'year': 4}[period]]
