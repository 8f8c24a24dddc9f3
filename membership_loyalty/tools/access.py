"""Who may buy an article that is not for everybody yet: pure arithmetic of days."""

from datetime import date
from typing import NamedTuple


class Access(NamedTuple):
    """Before `members_from` nobody may buy, from then on members of the tiers, from `open_from` on everybody."""

    tiers: frozenset = frozenset()  # empty: all members of the programme
    members_from: date | None = None  # None: always
    open_from: date | None = None  # None: never

    def grants(self, day, tier, is_member):
        """Tell whether somebody may buy on a day.

        :param tier: id of the customer's tier in the programme, None for none
        :param is_member: whether the customer is a member of the programme

        For gold members (7) only, with no date:

        >>> gold, monday = Access(frozenset([7])), date(2027, 3, 1)
        >>> gold.grants(monday, 7, True), gold.grants(monday, 8, True), gold.grants(monday, None, False)
        (True, False, False)

        For them from 1 March on, for everybody from 8 March on:

        >>> early = Access(frozenset([7]), date(2027, 3, 1), date(2027, 3, 8))
        >>> early.grants(date(2027, 2, 28), 7, True), early.grants(monday, 7, True), early.grants(monday, 8, True)
        (False, True, False)
        >>> early.grants(date(2027, 3, 7), None, False), early.grants(date(2027, 3, 8), None, False)
        (False, True)

        For all members:

        >>> Access().grants(monday, None, True), Access().grants(monday, None, False)
        (True, False)
        """
        if self.open_from and self.open_from <= day:
            return True
        return (not self.members_from or self.members_from <= day) and is_member and (
            not self.tiers or tier in self.tiers)
