"""Whether a multiplier applies: pure conditions over the occasion of a purchase."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .days import Days


class Occasion(NamedTuple):
    """When, where and by whom something is bought."""

    day: date  # in the programme's time zone
    channel: str = ''  # of const.CHANNELS
    shop: int | None = None
    tier: int | None = None
    celebrated: frozenset = frozenset()  # spans of the member's birthday that hold the day: 'day', 'week', 'month'
    is_first: bool = False  # whether the member has bought nothing before


class Multiplier(NamedTuple):
    """A factor with its conditions; what is empty is no condition, the others must all be met."""

    label: str
    factor: Decimal
    products: frozenset | None = None
    date_from: date | None = None
    date_to: date | None = None
    weekdays: frozenset = frozenset()  # 0 is Monday
    month_days: frozenset = frozenset()  # 1 to 31
    birthday: str = ''  # 'day', 'week' or 'month'
    channel: str = ''
    shops: frozenset = frozenset()
    tiers: frozenset = frozenset()
    first_purchase: bool = False

    def applies(self, occasion):
        """Tell whether all conditions but the one on products are met.

        >>> sunday = Occasion(date(2026, 11, 22), channel='pos', shop=4, tier=7, celebrated=frozenset(['month']))
        >>> def test(**conditions):
        ...     return Multiplier("Test", Decimal(2), **conditions).applies(sunday)
        >>> test(), test(weekdays=frozenset([6])), test(weekdays=frozenset([0, 5])), test(month_days=frozenset([22]))
        (True, True, False, True)
        >>> test(date_from=date(2026, 11, 22), date_to=date(2026, 11, 22)), test(date_from=date(2026, 11, 23))
        (True, False)
        >>> test(birthday='month'), test(birthday='day'), test(first_purchase=True), test(channel='sale')
        (True, False, False, False)
        >>> test(shops=frozenset([4, 5]), tiers=frozenset([7])), test(shops=frozenset([4]), tiers=frozenset([8]))
        (True, False)
        """
        day = occasion.day
        return (
            Days(self.date_from, self.date_to, self.weekdays, self.month_days).include(day)
            and (not self.birthday or self.birthday in occasion.celebrated)
            and (not self.channel or self.channel == occasion.channel)
            and (not self.shops or occasion.shop in self.shops)
            and (not self.tiers or occasion.tier in self.tiers)
            and (not self.first_purchase or occasion.is_first))


def days_of_month(text):
    """Return the days that an owner typed.

    :raise ValueError: when they are no days of a month

    >>> sorted(days_of_month("28, 1 15;1")), days_of_month(""), days_of_month(None)
    ([1, 15, 28], frozenset(), frozenset())
    >>> days_of_month("32")
    Traceback (most recent call last):
    ValueError: 32
    """
    days = frozenset(int(word) for word in (text or '').replace(',', ' ').replace(';', ' ').split())
    wrong = [day for day in days if not 1 <= day <= 31]
    if wrong:
        raise ValueError(wrong[0])  # pylint: disable=missing-gettext
    return days
