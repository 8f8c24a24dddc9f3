"""What a decision about tiers is made of: policy, ladder of tiers, standing of a member, figures, and the outcome."""

from datetime import date
from typing import NamedTuple

NOBODY = -1  # the rank of a member without any level


class Policy(NamedTuple):
    """The switches of a programme, as loyalty.program names them without `tier_`."""

    period: str = 'rolling'
    period_months: int = 12
    measures: tuple = ('spend',)
    match: str = 'any'
    match_count: int = 1
    drop: str = 'figures'
    grace_days: int = 0
    first_term_months: int = 0
    term_months: int = 12
    term_month_end: bool = False
    upgrade: str = 'at_once'
    refund: str = 'term_end'


class Level(NamedTuple):
    """One tier. Thresholds by measure, only those above nothing; to keep and to come back are filled in from enter."""

    id: int
    enter: dict = {}
    keep: dict = {}
    reenter: dict = {}
    by_figures: bool = True  # and in use: no tier that is bought, by invitation, or archived


class Ladder(NamedTuple):
    levels: tuple = ()  # the lowest first; the place of a level is its rank
    floor: int = NOBODY  # rank of the level that nobody falls below

    def rank(self, level_id):
        return next((rank for rank, level in enumerate(self.levels) if level.id == level_id), NOBODY)

    def id(self, rank):
        return self.levels[rank].id if rank >= 0 else None

    def below(self, rank):
        """Return the rank to fall to by one tier: the next one that purchases lead to, or the floor."""
        lower = [n for n in range(max(self.floor, 0), rank) if n == self.floor or self.levels[n].by_figures]
        return max(lower, default=self.floor)


class Standing(NamedTuple):
    """Where an account stands; days of the programme's time zone."""

    level: int | None
    since: date | None = None
    until: date | None = None  # None: for ever
    basis: str | None = 'figures'
    best: int | None = None
    enrolled: date | None = None
    # The last move, if it went up by figures under the policy of today: what a refund may take back.
    risen_by: str | None = None  # enter or reenter
    before: int | None = None  # the level held until then, until when, and by what
    before_until: date | None = None
    before_basis: str | None = None


class Figures(NamedTuple):
    """What was measured, by measure, in each window; later: the first day after them with a purchase or an entry."""

    now: dict = {}
    past: dict | None = None
    risen: dict | None = None
    later: date | None = None


class Windows(NamedTuple):
    """The half-open windows that a decision needs figures of."""

    now: tuple
    past: tuple | None = None  # the year that was over when the term ended
    risen: tuple | None = None  # from the first day that counted for the last rise, until now


class Decision(NamedTuple):
    level: int | None
    since: date | None
    until: date | None
    basis: str | None
    best: int | None
    check_on: date | None  # first day on which the nightly review has to look again
    rule: str | None = None  # enter, reenter, keep, drop, refund; None: nothing was to be decided
    window: str = 'now'  # the window whose figures decided
    thresholds: dict = {}  # what it took
