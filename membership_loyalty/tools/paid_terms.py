"""When tiers that are paid for begin and end."""

from .periods import DAY, term_end


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

    No term is cut short by a short month:

    >>> days((date(2027, 1, 31), 1), (date(2027, 1, 31), 1))
    ['2027-01-31 2027-02-28', '2027-03-01 2027-03-31']
    """
    terms, last = [], None
    for bought_on, months in bought:
        first = bought_on if last is None or bought_on > last else last + DAY
        last = term_end(first, months)
        terms.append((first, last))
    return terms
