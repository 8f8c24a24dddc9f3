"""When tiers that are paid for begin and end."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)


def chain(bought):
    """Return [(first day, last day)] of terms bought one after the other: one that runs is extended from its end.

    :param bought: [(day of the purchase, months)], in the order of the purchases

    >>> from datetime import date
    >>> def days(*bought):
    ...     return [f'{first} {last}' for first, last in chain(bought)]
    >>> days((date(2026, 3, 10), 12))
    ['2026-03-10 2027-03-09']

    Bought again while it runs, and after it has ended:

    >>> days((date(2026, 3, 10), 12), (date(2027, 2, 1), 12), (date(2028, 5, 1), 6))
    ['2026-03-10 2027-03-09', '2027-03-10 2028-03-09', '2028-05-01 2028-10-31']

    Short months do not eat into the terms that follow:

    >>> days((date(2027, 1, 31), 1), (date(2027, 1, 31), 1))
    ['2027-01-31 2027-02-27', '2027-02-28 2027-03-30']
    """
    terms, anchor, months_since, last = [], None, 0, None
    for bought_on, months in bought:
        if last is None or bought_on > last:
            anchor, months_since = bought_on, 0
        first = anchor + relativedelta(months=months_since)
        months_since += months
        last = anchor + relativedelta(months=months_since) - DAY
        terms.append((first, last))
    return terms
