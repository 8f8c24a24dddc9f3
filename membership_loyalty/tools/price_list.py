"""Which price list a contact has after a move between tiers, and what must be said about it."""

from typing import NamedTuple


class Outcome(NamedTuple):
    current: int | None  # price list of the contact afterwards
    before: int | None  # the one to be given back when tiers no longer set any
    notice: str | None = None  # 'replaced' or 'kept': one that the tiers did not set is concerned


def move(current, before, old, new):
    """Return the Outcome of leaving a tier with the price list `old` for one with `new`; None stands for no price list.

    :param current: the price list that the contact has; another one than `old` was set by somebody else
    :param before: the one that the contact had before its tiers set any

    Into tiers with a price list, between them, and out again:

    >>> move(None, None, None, 10)
    Outcome(current=10, before=None, notice=None)
    >>> move(10, None, 10, 20)
    Outcome(current=20, before=None, notice=None)
    >>> move(20, None, 20, None)
    Outcome(current=None, before=None, notice=None)

    A price list set by hand gives way, is remembered, and comes back:

    >>> move(5, None, None, 10)
    Outcome(current=10, before=5, notice='replaced')
    >>> move(10, 5, 10, None)
    Outcome(current=5, before=None, notice=None)

    Set by hand while the tier's one was there: replaced by the next tier's, kept when there is none.

    >>> move(7, None, 10, 20)
    Outcome(current=20, before=7, notice='replaced')
    >>> move(7, 5, 10, None)
    Outcome(current=7, before=None, notice='kept')
    >>> move(20, None, 10, 20)
    Outcome(current=20, before=20, notice=None)
    """
    by_hand = current is not None and current != old
    if new is None:
        return Outcome(current, None, 'kept') if by_hand else Outcome(before, None)
    if by_hand or old is None:
        return Outcome(new, current, 'replaced' if by_hand and current != new else None)
    return Outcome(new, before)
