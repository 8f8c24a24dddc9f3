"""Which days an offer is for: pure conditions on a date."""

from datetime import date
from typing import NamedTuple


class Days(NamedTuple):
    """Conditions on a day; what is empty is no condition, the others must all be met."""

    date_from: date | None = None
    date_to: date | None = None
    weekdays: frozenset = frozenset()  # 0 is Monday
    month_days: frozenset = frozenset()  # 1 to 31

    def include(self, day):
        """Tell whether the offer is for this day.

        >>> sunday = date(2026, 11, 22)
        >>> Days().include(sunday), Days(weekdays=frozenset([6])).include(sunday)
        (True, True)
        >>> Days(weekdays=frozenset([0, 5])).include(sunday), Days(month_days=frozenset([22])).include(sunday)
        (False, True)
        >>> Days(sunday, sunday).include(sunday), Days(date_from=date(2026, 11, 23)).include(sunday)
        (True, False)
        >>> Days(weekdays=frozenset([6]), month_days=frozenset([1])).include(sunday)
        False
        """
        return (
            (not self.date_from or self.date_from <= day) and (not self.date_to or day <= self.date_to)
            and (not self.weekdays or day.weekday() in self.weekdays)
            and (not self.month_days or day.day in self.month_days))
