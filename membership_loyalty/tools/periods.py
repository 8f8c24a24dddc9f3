"""Days and months of a calendar, without time and time zones."""

import calendar
from datetime import date


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
