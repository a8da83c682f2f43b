"""When not everything fits: the smallest change of each limit that would make it fit, each found by planning again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from cairn.planning.choosing import choose
from cairn.planning.posing import Problem, contended
from cairn.planning.readily import HOURS_IN_A_WEEK, Readily
from cairn.planning.replay import Standing, walk
from cairn.planning.solver import NONE, PROVEN, UNKNOWN, Answer
from cairn.planning.unreached import why_unreached
from cairn.planning.values import Change, Infeasible, Limits, Money, Objective, SkillLevel

CHOICES: dict[str, tuple[dict[str, object], str]] = {
    "modes": ({"modes": None}, "If any way of taking part will do, everything fits."),
    "languages": ({"languages": None}, "If any language will do, everything fits."),
    "places": ({"places": None}, "If any place will do, everything fits."),
    "quality_at_least": ({"quality_at_least": None}, "Without a least quality everything fits."),
    "recognition_at_least": ({"recognition_at_least": None}, "Without a least recognition everything fits."),
    "without": ({"without": frozenset()}, "If no offer is ruled out, everything fits."),
    "count_claimed": ({"count_claimed": True}, "If skills without proof count, everything fits."),
}
"""Limits that have no size: how to leave each out, and what to say."""


def smallest_change(problem: Problem, unreachable: Sequence[SkillLevel], instead: Answer) -> Infeasible:
    """What stands in the way, and the changes that would help: of as few limits as can be, and each of these as little as can be.

    Every set of limits that are set is tried, the smaller ones first; all sets of the size at which something helps are told.
    `instead` is the plan that closes as much as possible: what it leaves open is what would have to be given up.
    """
    known = _given(problem)
    ways: list[tuple[Change, ...]] = []
    loosest = _without(problem.limits, known)
    endless = [loosest, replace(loosest, hours_per_week=HOURS_IN_A_WEEK)] if TIME in known else [loosest]
    possible = bool(known) and any(_may_fit(problem, one) for one in endless)
    doubtful = False
    if possible:
        for size in range(1, len(known) + 1):
            for some in combinations(known, size):
                found, certain = _ways(problem, some) if problem.allowance.over > 0 else ([], False)
                ways += found
                doubtful = doubtful or not certain
            if ways:
                break
    if unreachable:
        reason = why_unreached(problem, unreachable)
    elif ways:
        reason = "Everything can be reached, but not within these limits."
    elif not possible and problem.index.counting:
        reason = "All offers within these limits, taken together, do not come to what is asked, or exclude each other."
    elif possible or doubtful:
        reason = "Not everything fits within these limits. What would have to change was not found in the time given."
    else:
        reason = "No choice of offers reaches everything: those that lead there exclude each other."
    return Infeasible(reason, tuple(unreachable), tuple(ways), _needs_given_up(problem, instead))


BUDGET, TIME = "budget", "time"
"""Limits that have a size. Time is what there is until the end, and in each week of it."""


def _given(problem: Problem) -> list[str]:
    """The limits that are set and could be changed. Hours a week limit by themselves only what has a pace of its own."""
    limits = problem.limits
    timed = limits.weeks_available is not None or (limits.hours_per_week is not None and problem.index.paced)
    sized = [BUDGET] * (limits.budget is not None) + [TIME] * timed
    choices = [what for what, (loosened, _) in CHOICES.items() if replace(limits, **loosened) != limits]  # type: ignore[arg-type]  # the table names fields of Limits
    return sized + choices


def _without(limits: Limits, some: Iterable[str]) -> Limits:
    """Without any of these limits."""
    for what in some:
        if what == BUDGET:
            limits = replace(limits, budget=None)
        elif what == TIME:
            limits = replace(limits, deadline=None, weeks=None)
        else:
            limits = replace(limits, **CHOICES[what][0])  # type: ignore[arg-type]  # as above
    return limits


def _ways(problem: Problem, some: Sequence[str]) -> tuple[list[tuple[Change, ...]], bool]:
    """The ways in which changing just these limits helps, all of them together, and whether none was missed for lack of time.

    Limits without a size are left out first; then time changes as little as it can whatever it costs, then money.
    """
    choices = [what for what in some if what in CHOICES]
    looser = problem.within(_without(problem.limits, choices))
    sized = [what for what in some if what not in CHOICES]
    first = tuple(Change(what, 0, 0, CHOICES[what][1]) for what in choices)
    if not sized:
        answer = _answer(problem, looser.limits, Objective.CHEAPEST)
        return ([_joined(first)] if answer.usable else []), answer.status != UNKNOWN
    if sized == [BUDGET]:
        return [_joined((*first, change)) for change in _more_money(looser)], True
    free = problem.within(_without(looser.limits, [BUDGET] if BUDGET in sized else []))
    found = []
    for change in _more_time(free):
        if BUDGET not in sized:
            found.append(_joined((*first, change)))
        else:
            found += [
                _joined((*first, more, change)) for more in _more_money(problem.within(_with(looser.limits, change)))
            ]
    return found, True


def _joined(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Changes of which only all together are enough: the sentences of the first ones lead on to the last."""
    begun = [replace(one, sentence=_began(one.sentence)) for one in changes[:-1]]
    first, *more = (*begun, changes[-1])
    return (first, *(replace(one, sentence=one.sentence[0].lower() + one.sentence[1:]) for one in more))


def _began(sentence: str) -> str:
    """A sentence about one change that is not enough by itself."""
    return re.sub(r",? everything( else)? fits\.", ", and", sentence)


def _with(limits: Limits, change: Change) -> Limits:
    if change.what == "deadline":
        return replace(limits, deadline=change.until)
    if change.what == "weeks":
        return replace(limits, deadline=None, weeks=change.to)
    return replace(limits, hours_per_week=change.to)


def _answer(problem: Problem, limits: Limits, objective: Objective) -> Answer:
    within = problem.within(limits)
    needs = within.needs
    pool = within.pool({skill: {level} for skill, level in needs.items()}, within.weighing(objective))
    if any(pool.reach.get(skill, 0) < level for skill, level in needs.items()):
        return Answer(NONE)
    return choose(within, pool, objective)


def _may_fit(problem: Problem, limits: Limits) -> bool:
    """Whether it is not proven that nothing fits within these limits."""
    if _contended(problem, limits) and Readily(problem).plan(limits, Objective.CHEAPEST) is not None:
        return True
    return _answer(problem, limits, Objective.CHEAPEST).status != NONE


def _contended(problem: Problem, limits: Limits) -> bool:
    within = problem.within(limits)
    wanted = {skill: {level} for skill, level in within.needs.items()}
    return contended(within, within.pool(wanted, within.weighing(Objective.FASTEST)))


def _more_money(problem: Problem) -> list[Change]:
    if problem.limits.budget is None:
        return []
    answer = _answer(problem, replace(problem.limits, budget=None), Objective.CHEAPEST)
    if not answer.usable:
        return []
    total = problem.cost(answer.chosen)
    more = Money(total - problem.limits.budget.minor, problem.currency)
    if more.minor <= 0:
        return []
    sentence = f"With {more} more, {Money(total, problem.currency)} in all, everything fits."
    if answer.status != PROVEN:
        sentence += " Perhaps less is enough."
    return [Change("budget", more.minor, total, sentence)]


def _more_time(problem: Problem) -> list[Change]:
    """More weeks, or more hours in each of those there are."""
    limits = problem.limits
    available = limits.weeks_available
    if limits.hours_per_week is None:
        return []
    many = _contended(problem, replace(limits, deadline=None, weeks=None))
    found = _more_weeks(problem, available, many=many) if available is not None else []
    known = Readily(problem).hours() if many else None
    hours, certain = (known, False) if known is not None else _least_hours(problem, available)
    if hours is not None and hours > limits.hours_per_week:
        more = hours - limits.hours_per_week
        sentence = f"With {more} more {'hour' if more == 1 else 'hours'} a week, {hours} in all, everything fits."
        if not certain:
            sentence += " Perhaps fewer are enough."
        found.append(Change("hours_per_week", more, hours, sentence))
    return found


def _more_weeks(problem: Problem, available: int, *, many: bool) -> list[Change]:
    """Until when everything fits: on which day where there is a deadline, and no limit in weeks that is too little besides. Where `many`
    offers contend, until when it is seen at once that everything does."""
    limits = problem.limits
    known = Readily(problem).days() if many else None
    if known is not None:
        weeks, days = known
        certain = False
    else:
        endless = replace(limits, deadline=None, weeks=None)
        answer = _answer(problem, endless, Objective.FASTEST)
        if not answer.usable:
            return []
        within = problem.within(endless)
        weeks, days = within.soonest(within.ordered(answer.chosen)).weeks, 0
        certain = answer.status == PROVEN
    if limits.deadline is not None and (limits.weeks is None or weeks <= limits.weeks):
        return _until(problem, days, certain=False) if days else _later(problem, weeks, certain=certain)
    more = weeks - available
    if more <= 0:
        return []
    sentence = f"With {more} more {'week' if more == 1 else 'weeks'}, {weeks} in all, everything fits."
    if not certain:
        sentence += " Perhaps fewer are enough."
    return [Change("weeks", more, weeks, sentence)]


def _later(problem: Problem, weeks: int, *, certain: bool) -> list[Change]:
    """The first day in the last week, where that is known, by whose end everything fits."""
    start = problem.limits.start
    if start is None or (date.max - start).days < 7 * weeks:
        return []
    low, high = 7 * weeks - 7, 7 * weeks
    while high - low > 1:
        middle = (low + high) // 2
        sooner = replace(problem.limits, deadline=start + timedelta(days=middle - 1))
        answer = _answer(problem, sooner, Objective.FASTEST)
        certain = certain and answer.status != UNKNOWN
        low, high = (low, middle) if answer.usable else (middle, high)
    return _until(problem, high, certain=certain)


def _until(problem: Problem, days: int, *, certain: bool) -> list[Change]:
    """So many days from the start on."""
    start, deadline = problem.limits.start, problem.limits.deadline
    if start is None or deadline is None or (date.max - start).days < days:
        return []
    until = start + timedelta(days=days - 1)
    more = (until - deadline).days
    if more <= 0:
        return []
    sentence = f"With the deadline {more} {'day' if more == 1 else 'days'} later, on {until.day} {until:%B %Y}, everything fits."
    if not certain:
        sentence += " Perhaps less is enough."
    return [Change("deadline", more, days, sentence, until=until)]


def _least_hours(problem: Problem, available: int | None) -> tuple[int | None, bool]:
    """The fewest hours a week with which everything fits into the weeks available, if these are limited; None where even all are too few.
    And whether it is certain that fewer are too few.

    More hours do not always help: a course without terms is then done in fewer weeks, which may be just those that another needs. So where
    offers have a pace, those hours that halving passed over are tried one after the other.
    """
    limits = problem.limits
    low, high = limits.hours_per_week or 0, HOURS_IN_A_WEEK
    certain = True

    def enough(hours: int) -> bool:
        nonlocal certain
        answer = _answer(problem, replace(limits, hours_per_week=hours), Objective.FASTEST)
        certain = certain and answer.status != UNKNOWN
        return answer.usable

    if available == 0:
        return None, True
    if not enough(high):
        if not problem.index.paced:
            return None, certain
        some = (hours for hours in range(low + 1, high) if problem.allowance.over > 0 and enough(hours))
        return next(some, None), certain
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    if problem.index.paced:
        for hours in range((limits.hours_per_week or 0) + 1, high):
            if problem.allowance.over <= 0:
                return high, False
            if enough(hours):
                return hours, certain
    return high, certain


def _needs_given_up(problem: Problem, instead: Answer) -> tuple[Change, ...]:
    """The levels that the fullest plan leaves out: without them it is complete. Nothing where it reaches nothing, or is not proven."""
    if instead.status != PROVEN or not instead.chosen:
        return ()
    end = Standing.of(problem.start.levels, problem.start.names)
    walk(instead.chosen, end)
    found = []
    for skill, level in sorted(problem.needs.items()):
        reached = end.levels.get(skill, 0)
        if reached < level:
            less = f"If {skill} at level {reached} is enough" if reached else f"Without the need for {skill}"
            found.append(Change("needs", level - reached, reached, f"{less}, everything else fits.", skill))
    return _joined(tuple(found)) if found else ()
