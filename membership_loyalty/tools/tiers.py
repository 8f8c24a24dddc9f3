"""The judgement that moves members between tiers, as pure functions of policy, ladder, standing, figures and the day.

membership.tier.review says the same in SQL for a million members; the tests hold the two against each other.

What reaches a level. A measure with a threshold is asked for; of those asked for any one, all, or a number must be
reached, exactly is enough. A level that asks for nothing is reached by nobody, but for the floor, where members start.
What counts is the threshold to keep for the levels up to the one held, when its term is over: who holds Gold holds
Silver with it; the one to come back for levels held once before; the one to enter for all others.

When. Within a term a member only rises. When the term and the days of grace are over, the tier is kept for another
term, left for a higher one, or lost. A tier held by hand, paid or by invitation has neither grace nor a soft fall.
"""

from datetime import date, timedelta  # noqa: F401  (the examples use date)

from . import periods

# Callers find the records here, beside the functions that take them.
from .tier_records import NOBODY, Decision, Figures, Ladder, Level, Policy, Standing, Windows  # noqa: F401

DAY = timedelta(days=1)


def thresholds(enter, keep=None, reenter=None):
    """Return the three dicts of a Level: 0 to keep or to come back is as to enter.

    >>> thresholds({'spend': 1000, 'visits': 0}, {'spend': 800})['keep']
    {'spend': 800}
    >>> thresholds({'spend': 1000})['reenter']
    {'spend': 1000}
    """
    enter = {measure: value for measure, value in enter.items() if value}
    steps = {'enter': enter, 'keep': keep or {}, 'reenter': reenter or {}}
    return {step: {**enter, **{measure: value for measure, value in values.items() if value}}
            for step, values in steps.items()}


def floor(levels, first_id=None):
    """Return the rank that nobody falls below: of the programme's first level, or of a lowest one that asks nothing.

    >>> floor((Level(1), Level(2)), 2), floor((Level(1), Level(2))), floor((Level(1, {'spend': 5}),))
    (1, 0, -1)
    """
    first = Ladder(levels).rank(first_id)
    if first == NOBODY and levels and levels[0].by_figures and not levels[0].enter:
        return 0
    return first


def needed(policy, asked):
    """Return how many of the measures that a level asks for must be reached; none that is asked can be passed over.

    >>> needed(Policy(match='some', match_count=2), 3), needed(Policy(match='some', match_count=2), 1)
    (2, 1)
    >>> needed(Policy(match='any'), 3), needed(Policy(match='all'), 3)
    (1, 3)
    """
    return min(asked, {'any': 1, 'all': asked, 'some': policy.match_count}[policy.match])


def reaches(policy, asked, figures):
    """Tell whether figures reach thresholds; what asks for nothing is reached by nobody.

    >>> asked = {'spend': 1000, 'visits': 10}
    >>> policy = Policy(measures=('spend', 'visits'))
    >>> reaches(policy, asked, {'spend': 1000})
    True
    >>> reaches(policy._replace(match='all'), asked, {'spend': 1000, 'visits': 9})
    False
    >>> reaches(policy, {}, {'spend': 1000})
    False
    """
    asked = {measure: value for measure, value in asked.items() if measure in policy.measures}
    reached = sum(figures.get(measure, 0) >= value for measure, value in asked.items())
    return bool(asked) and reached >= needed(policy, len(asked))


def grace(policy, basis):
    return policy.grace_days if basis == 'figures' else 0


def check_on(policy, until, basis, later=None):
    """Return the first day on which the nightly review has to look at a member, or None.

    >>> check_on(Policy(grace_days=30), date(2023, 12, 31), 'figures')
    datetime.date(2024, 1, 31)
    >>> check_on(Policy(grace_days=30), date(2023, 12, 31), 'paid')
    datetime.date(2024, 1, 1)
    """
    days = [until + (grace(policy, basis) + 1) * DAY] if until else []
    return min([*days, *([later + DAY] if later else [])], default=None)


def is_over(policy, standing, today):
    """Tell whether the term and its days of grace are over.

    >>> standing = Standing(1, until=date(2024, 2, 28))
    >>> is_over(Policy(grace_days=1), standing, date(2024, 2, 29)), is_over(Policy(), standing, date(2024, 2, 29))
    (False, True)
    """
    return bool(standing.until) and today >= check_on(policy, standing.until, standing.basis)


def first_term(policy, today):
    """Return the last day of the term of a tier that was just reached.

    >>> first_term(Policy(term_months=12, first_term_months=18), date(2023, 1, 31))
    datetime.date(2024, 7, 30)
    """
    last = periods.term_end(today, policy.term_months, policy.term_month_end)
    return last and max(last, periods.term_end(today, policy.first_term_months, policy.term_month_end) or last)


def next_term(policy, until, today):
    """Return the last day of the term after the one that ended on `until`; it follows without a gap, unless it would
    be over by now as well.

    >>> next_term(Policy(), date(2023, 12, 31), date(2024, 1, 31))
    datetime.date(2024, 12, 31)
    >>> next_term(Policy(), date(2020, 12, 31), date(2024, 1, 31))
    datetime.date(2025, 1, 30)
    """
    last = periods.term_end(until + DAY, policy.term_months, policy.term_month_end)
    return periods.term_end(today, policy.term_months, policy.term_month_end) if last and last < today else last


def windows(policy, standing, today, posting=False):
    """Return the Windows of a decision.

    :param posting: the day itself counts: a purchase was just posted. A review counts what was before its day.
    """
    end = today + DAY if posting else today
    past = risen = None
    if not posting and is_over(policy, standing, today):
        past = periods.past_window(
            policy.period, standing.until, grace(policy, standing.basis), standing.enrolled)
    if posting and policy.refund == 'now' and standing.risen_by and standing.basis == 'figures':
        risen = periods.window(policy.period, policy.period_months, standing.since, standing.enrolled)[0], end
    return Windows(periods.window(policy.period, policy.period_months, end, standing.enrolled), past, risen)


def highest(policy, ladder, figures, held=NOBODY, best=NOBODY, top=None):
    """Return the rank of the highest level that figures reach.

    :param held: up to this rank the thresholds to keep count
    :param best: up to this rank, above the one held, those to come back
    :param top: highest rank in question
    """
    for rank in range(len(ladder.levels) - 1 if top is None else top, ladder.floor, -1):
        level = ladder.levels[rank]
        asked = level.keep if rank <= held else level.reenter if rank <= best else level.enter
        if level.by_figures and reaches(policy, asked, figures):
            return rank
    return ladder.floor


def decide(policy, ladder, standing, figures, today, posting=False):
    """Decide about one member.

    :param figures: Figures of `windows` for the same arguments
    :param today: the day of the decision
    :param posting: a purchase was just posted: nobody falls but for a refund, nobody rises unless that is at once
    :return: Decision
    """
    held = ladder.rank(standing.level)
    best = max(held, ladder.rank(standing.best))
    if posting and _taken_back(policy, ladder, held, standing, figures):
        return _after_refund(policy, ladder, held, best, standing, figures, today)
    if not posting and is_over(policy, standing, today):
        return _at_term_end(policy, ladder, held, best, standing, figures, today)
    reached = NOBODY
    if not posting or policy.upgrade == 'at_once':
        reached = highest(policy, ladder, figures.now, best=best)
    if reached > held:
        return _risen(policy, ladder, reached, best, figures, today)
    until = standing.until
    if until is None and standing.basis == 'figures' and held > ladder.floor:
        until = periods.term_end(today, policy.term_months, policy.term_month_end)  # terms are new to the programme
    return Decision(
        standing.level, standing.since, until, standing.basis, standing.best,
        check_on(policy, until, standing.basis, figures.later))


def _move(policy, ladder, rank, best, figures, today, until, basis='figures', **why):
    until = until if rank > ladder.floor else None
    return Decision(ladder.id(rank), today, until, basis, ladder.id(max(best, rank)),
                    check_on(policy, until, basis, figures.later), **why)


def _risen(policy, ladder, rank, best, figures, today, window='now'):
    """The tier just reached is held for a term, or for the first term if that is longer."""
    step = 'reenter' if rank <= best else 'enter'
    return _move(policy, ladder, rank, best, figures, today, first_term(policy, today),
                 rule=step, window=window, thresholds=getattr(ladder.levels[rank], step))


def _at_term_end(policy, ladder, held, best, standing, figures, today):
    """The better of the running window and the year that was over decides."""
    reached, window = highest(policy, ladder, figures.now, held, best), 'now'
    if figures.past is not None:
        past = highest(policy, ladder, figures.past, held, best)
        if past >= reached:
            reached, window = past, 'past'
    if reached > held:
        return _risen(policy, ladder, reached, best, figures, today, window)
    asked = ladder.levels[held].keep if held >= 0 and ladder.levels[held].by_figures else {}
    why = {'window': window, 'thresholds': asked}
    if standing.basis == 'figures':
        reached = {'figures': reached, 'one': max(reached, ladder.below(held)), 'never': held}[policy.drop]
    if reached < held:
        until = periods.term_end(today, policy.term_months, policy.term_month_end)
        return _move(policy, ladder, reached, best, figures, today, until, rule='drop', **why)
    until = next_term(policy, standing.until, today)
    return _move(policy, ladder, held, best, figures, today, until, rule='keep', **why)._replace(
        since=standing.since, best=standing.best)


def _taken_back(policy, ladder, held, standing, figures):
    """Tell whether what led to the tier, with all that was bought since, no longer does: something was refunded."""
    return (figures.risen is not None and held > max(ladder.floor, ladder.rank(standing.before))
            and ladder.levels[held].by_figures
            and not reaches(policy, getattr(ladder.levels[held], standing.risen_by), figures.risen))


def _after_refund(policy, ladder, held, best, standing, figures, today):
    """Back to the level held before, for what was left of its term, unless purchases are good for a higher one."""
    reached = highest(policy, ladder, figures.now, top=held - 1)
    before = ladder.rank(standing.before)
    runs = standing.before_until is None or standing.before_until >= today
    why = {'rule': 'refund', 'window': 'risen', 'thresholds': getattr(ladder.levels[held], standing.risen_by)}
    if runs and before >= reached:
        return _move(policy, ladder, before, best, figures, today, standing.before_until, standing.before_basis, **why)
    until = periods.term_end(today, policy.term_months, policy.term_month_end)
    return _move(policy, ladder, reached, best, figures, today, until, **why)
