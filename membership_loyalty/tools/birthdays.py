"""When a birthday is, and whether a member may have a present for it."""

import calendar
from datetime import date, timedelta

KNOWN_BEFORE = 30  # days: a birthday entered later than this before the day itself does not count for it


def birthday_in(birthday, year):
    """Return the day on which a birthday falls in a year: 29 February is 28 February where there is none.

    >>> birthday_in(date(1990, 6, 30), 2027), birthday_in(date(2000, 2, 29), 2027), birthday_in(date(2000, 2, 29), 2028)
    (datetime.date(2027, 6, 30), datetime.date(2027, 2, 28), datetime.date(2028, 2, 29))
    """
    return date(year, birthday.month, min(birthday.day, calendar.monthrange(year, birthday.month)[1]))


def period(day, span):
    """Return (first, last) day of the period that holds a day.

    :param span: 'day', 'week' (Monday to Sunday) or 'month'

    >>> period(date(2027, 1, 1), 'week')
    (datetime.date(2026, 12, 28), datetime.date(2027, 1, 3))
    >>> period(date(2027, 2, 28), 'month')
    (datetime.date(2027, 2, 1), datetime.date(2027, 2, 28))
    """
    if span == 'week':
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if span == 'month':
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day, day


def is_celebrated(day, birthday, set_on, span='day'):
    """Tell whether a day is the day, lies in the week or in the month of a birthday that counts.

    :param day: date looked at
    :param birthday: date, may be None
    :param set_on: the day the birthday was entered or last changed; None: it was always known
    :param span: 'day', 'week' or 'month'

    >>> june = date(1990, 6, 30)
    >>> [is_celebrated(date(2027, 6, n), june, None, span) for n, span in ((30, 'day'), (29, 'day'), (1, 'month'))]
    [True, False, True]
    >>> is_celebrated(date(2026, 12, 30), date(1990, 1, 1), None, 'week')  # the week goes over the year's end
    True
    >>> [is_celebrated(date(2027, 6, 30), june, date(2027, *known)) for known in ((5, 31), (6, 1))]
    [True, False]
    """
    if not birthday:
        return False
    for year in (day.year - 1, day.year, day.year + 1):
        when = birthday_in(birthday, year)
        first, last = period(when, span)
        if first <= day <= last:
            return not set_on or set_on <= when - timedelta(days=KNOWN_BEFORE)
    return False
