"""Days and months of a calendar, without time and time zones; windows and terms of tiers.

A window is half open: (first, end) holds every day with first <= day < end.
"""

import calendar
from datetime import date, timedelta

DAY = timedelta(days=1)


def add_months(day, months):
    """Return the same day so many months later (or earlier), the last day of that month where it is too short.

    :param day: date
    :param int months: may be negative

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2024, 1, 31), 1)
    (datetime.date(2026, 2, 28), datetime.date(2024, 2, 29))
    >>> add_months(date(2026, 3, 15), -3), add_months(date(2024, 2, 29), 12)
    (datetime.date(2025, 12, 15), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day):
    """Return the last day of the month.

    >>> month_end(date(2028, 2, 1))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def term_end(first, months, to_month_end=False):
    """Return the last day of a term of whole months: the day before the same day of the later month.

    A month without that day ends the term with its own last day, so that no term is cut short.

    :param first: first day of the term
    :param months: 0 is for ever
    :param to_month_end: let the term last to the end of the month in which it ends
    :return: date, or None for ever

    >>> term_end(date(2023, 6, 12), 12), term_end(date(2023, 6, 12), 12, to_month_end=True)
    (datetime.date(2024, 6, 11), datetime.date(2024, 6, 30))
    >>> term_end(date(2023, 1, 31), 1), term_end(date(2023, 2, 1), 1), term_end(date(2024, 2, 29), 12)
    (datetime.date(2023, 2, 28), datetime.date(2023, 2, 28), datetime.date(2025, 2, 28))
    >>> term_end(date(2023, 6, 12), 0) is None
    True
    """
    if not months:
        return None
    later = add_months(first, months)
    last = later - DAY if later.day == first.day else later
    return month_end(last) if to_month_end else last


def year_start(day, enrolled=None):
    """Return the first day of the year that a day lies in: of the calendar's, or of the year from an enrolment.

    :param enrolled: day of enrolment; who enrolled on 29 February begins a year on the 28th where there is no 29th

    >>> year_start(date(2023, 6, 12))
    datetime.date(2023, 1, 1)
    >>> enrolled = date(2020, 2, 29)
    >>> year_start(date(2021, 2, 27), enrolled), year_start(date(2021, 2, 28), enrolled)
    (datetime.date(2020, 2, 29), datetime.date(2021, 2, 28))
    >>> year_start(date(2024, 2, 28), enrolled), year_start(date(2019, 1, 1), enrolled)
    (datetime.date(2023, 2, 28), datetime.date(2020, 2, 29))
    """
    if enrolled is None:
        return day.replace(month=1, day=1)
    years = day.year - enrolled.year
    start = add_months(enrolled, 12 * years)
    return max(enrolled, start if start <= day else add_months(enrolled, 12 * (years - 1)))


def window(period, months, end, enrolled):
    """Return the running window: what counts for a member who is looked at before the day `end` begins.

    :param period: of loyalty.program.tier_period
    :param months: how far a rolling window looks back
    :param end: first day that no longer counts
    :param enrolled: day of enrolment
    :return: (first, end)

    >>> window('rolling', 6, date(2017, 7, 1), None)[0]
    datetime.date(2017, 1, 1)
    >>> window('calendar_year', 0, date(2018, 1, 1), None)[0]  # 31 December is the last day that counts
    datetime.date(2017, 1, 1)
    >>> window('anniversary', 0, date(2018, 3, 10), date(2017, 3, 9))[0]
    datetime.date(2018, 3, 9)
    >>> window('lifetime', 0, date(2018, 3, 10), None)[0]
    datetime.date(1, 1, 1)
    """
    if period == 'lifetime':
        return date.min, end
    if period == 'rolling':
        return add_months(end, -months), end
    return year_start(end - DAY, enrolled if period == 'anniversary' else None), end


def past_window(period, until, grace, enrolled):
    """Return the window of the year that was complete when a term ended, with the days of grace after that year.

    Only calendar and enrolment years end; a rolling window moves along, and the running one is looked at anyway.

    :param until: last day of the term
    :param grace: days after the year that still count
    :return: (first, end), or None where there is no such year

    >>> past_window('calendar_year', date(2018, 12, 31), 30, None)
    (datetime.date(2018, 1, 1), datetime.date(2019, 1, 31))
    >>> past_window('calendar_year', date(2018, 6, 30), 0, None)
    (datetime.date(2017, 1, 1), datetime.date(2018, 1, 1))
    >>> past_window('anniversary', date(2019, 3, 31), 0, date(2017, 3, 9))
    (datetime.date(2018, 3, 9), datetime.date(2019, 3, 9))
    >>> past_window('anniversary', date(2018, 3, 7), 0, date(2017, 3, 9)), past_window('rolling', date.max, 0, None)
    (None, None)
    """
    if period not in ('calendar_year', 'anniversary'):
        return None
    enrolled = enrolled if period == 'anniversary' else None
    end = year_start(until + DAY, enrolled)
    if enrolled and end <= enrolled:
        return None
    return year_start(end - DAY, enrolled), end + grace * DAY
