"""The period that a programme's budget of points is for."""

from datetime import date


def period_start(day, span):
    """Return the first day of the period that holds a day.

    :param span: 'month', 'quarter', 'year' or 'total'

    >>> [period_start(date(2026, 11, 22), span).isoformat() for span in ('month', 'quarter', 'year', 'total')]
    ['2026-11-01', '2026-10-01', '2026-01-01', '1900-01-01']
    """
    if span == 'total':
        return date(1900, 1, 1)
    month = {'month': day.month, 'quarter': day.month - (day.month - 1) % 3, 'year': 1}[span]
    return date(day.year, month, 1)
