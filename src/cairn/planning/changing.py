"""When not everything fits: the smallest change of each limit that would make it fit, each found by planning again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cairn.planning.choosing import choose
from cairn.planning.posing import Problem
from cairn.planning.replay import Standing, walk
from cairn.planning.solver import NONE, PROVEN, Answer
from cairn.planning.values import Change, Infeasible, Limits, Money, Objective, SkillLevel

HOURS_IN_A_WEEK = 168

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
    """What stands in the way, and changes that would help: of one limit alone where that is enough, else of two together.

    `instead` is the plan that closes as much as possible: what it leaves open is what would have to be given up.
    """
    ways: list[tuple[Change, ...]] = [(change,) for change in _one_change(problem)]
    if not ways:
        ways = _two_changes(problem)
    if unreachable:
        reason = f"No offer within these limits leads to {', '.join(str(step) for step in unreachable)}."
    elif ways:
        reason = "Everything can be reached, but not within these limits."
    else:
        reason = "No choice of offers reaches everything: those that lead there exclude each other."
    return Infeasible(reason, tuple(unreachable), tuple(ways), _needs_given_up(problem, instead))


def _one_change(problem: Problem) -> list[Change]:
    found = _more_money(problem) + _more_time(problem)
    for what, (loosened, sentence) in CHOICES.items():
        limits = replace(problem.limits, **loosened)  # type: ignore[arg-type]  # the table names fields of Limits
        if limits != problem.limits and _answer(problem, limits, Objective.CHEAPEST).usable:
            found.append(Change(what, 0, 0, sentence))
    return found


def _two_changes(problem: Problem) -> list[tuple[Change, ...]]:
    """Money together with time, then a limit without a size together with money or time."""
    limits = problem.limits
    found: list[tuple[Change, ...]]
    if limits.budget is not None:
        free = problem.within(replace(limits, budget=None))
        found = [
            (more, change) for change in _more_time(free) for more in _more_money(problem.within(_with(limits, change)))
        ]
        if found:
            return found
    for what, (loosened, sentence) in CHOICES.items():
        looser = replace(limits, **loosened)  # type: ignore[arg-type]  # the table names fields of Limits
        if looser != limits:
            within = problem.within(looser)
            first = Change(what, 0, 0, _began(sentence))
            found = [(first, change) for change in _more_money(within) + _more_time(within)]
            if found:
                return found
    return []


def _began(sentence: str) -> str:
    """A sentence about one change that is not enough by itself."""
    return sentence.replace(", everything fits.", ", and").replace(" everything fits.", ", and")


def _with(limits: Limits, change: Change) -> Limits:
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
    return [Change("budget", more.minor, total, sentence)]


def _more_time(problem: Problem) -> list[Change]:
    """More weeks, or more hours in each of those there are."""
    limits = problem.limits
    available = limits.weeks_available
    if available is None or limits.hours_per_week is None:
        return []
    endless = replace(limits, deadline=None, weeks=None)
    answer = _answer(problem, endless, Objective.FASTEST)
    if not answer.usable:
        return []
    found = []
    within = problem.within(endless)
    weeks = within.soonest(within.ordered(answer.chosen)).weeks
    if weeks > available:
        more = weeks - available
        sentence = f"With {more} more {'week' if more == 1 else 'weeks'}, {weeks} in all, everything fits."
        found.append(Change("weeks", more, weeks, sentence))
    hours = _least_hours(problem, available)
    if hours is not None and hours > limits.hours_per_week:
        more = hours - limits.hours_per_week
        sentence = f"With {more} more {'hour' if more == 1 else 'hours'} a week, {hours} in all, everything fits."
        found.append(Change("hours_per_week", more, hours, sentence))
    return found


def _least_hours(problem: Problem, available: int) -> int | None:
    """The fewest hours a week with which everything fits into the weeks available, by halving; None where even all are too few."""
    low = problem.limits.hours_per_week or 0
    high = HOURS_IN_A_WEEK
    if not available or not _answer(problem, replace(problem.limits, hours_per_week=high), Objective.FASTEST).usable:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _answer(problem, replace(problem.limits, hours_per_week=middle), Objective.FASTEST).usable:
            high = middle
        else:
            low = middle
    return high


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
    return tuple(found)
