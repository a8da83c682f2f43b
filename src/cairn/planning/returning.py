"""The best return under a premium that the learner assumes: the price of reaching the target, the time, and what waiting loses.

The premium is the same for every plan that reaches the target, so that the best return is the least *burden*: the price, the hours at
what they are worth, and what the premium loses because it begins only when the plan is finished. The first two are linear. The third
depends on one whole number, the last week. Neither solver is told it as it is, but a line that is never above it: first one for all
weeks, then closer ones for spans of weeks, as long as a plan there could be better than the best one known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from cairn.planning.fitting import fitting
from cairn.planning.posing import Problem
from cairn.planning.program import Program, Terms
from cairn.planning.relaxation import Relaxation
from cairn.planning.schedule import HORIZON, has_calendar
from cairn.planning.solver import FOUND, NONE, PROVEN, UNKNOWN, Answer, Search
from cairn.planning.timetable import Fit
from cairn.planning.values import Offer
from cairn.planning.worth import Worth


@dataclass(frozen=True)
class Burden:
    """The burden of plans that are no worse than `most`: they end by week `weeks` (0 where no weeks are counted).

    `hour` is what an hour of study adds to the burden at least, in minor units: its worth, and its share of what the weeks lose.
    """

    problem: Problem
    worth: Worth
    weeks: int
    losses: tuple[int, ...]
    hour: int

    @classmethod
    def of(cls, problem: Problem, worth: Worth, most: int | None = None) -> Burden:
        """For plans of at most this burden, all plans where it is None."""
        per_week = problem.limits.hours_per_week
        if per_week is None:
            return cls(problem, worth, 0, (0,), worth.hour)
        available = problem.limits.weeks_available
        last = HORIZON if available is None else min(available, HORIZON)
        if most is not None:
            last = min(last, bisect_right(range(HORIZON + 1), most, key=worth.loss) - 1)
        losses = tuple(worth.loss(week) for week in range(max(last, 0) + 1))
        each = min((loss // week for week, loss in enumerate(losses) if week), default=0)
        return cls(problem, worth, len(losses) - 1, losses, worth.hour + each // per_week)

    def of_plan(self, order: list[Offer], weeks: int) -> int:
        """The burden of a plan that is finished after so many weeks."""
        study = sum(offer.hours for offer in order)
        return self.problem.cost(order) + self.worth.hour * study + self.problem.loss(weeks)

    def line(self, first: int, last: int) -> tuple[int, int]:
        """What each week loses, and what that begins with, so that no week from the first to the last loses less than both say."""
        each = max(1, (self.losses[last] - self.losses[first]) // max(1, last - first))
        return each, min(loss - each * week for week, loss in enumerate(self.losses[first : last + 1], first))

    def least(self, program: Program) -> Terms:
        """A sum that is never more than the burden."""
        terms = dict(program.cost)
        for place, hours in program.hours.items():
            terms[place] = terms.get(place, 0) + self.hour * hours
        return terms


def burden_of(problem: Problem, chosen: Iterable[Offer]) -> int | None:
    """The burden of a choice that is done as soon as it can be; None where it has no calendar."""
    assert problem.worth is not None  # noqa: S101  (whoever asks has a premium)
    order = problem.ordered(chosen)
    found = problem.soonest(order)
    if found.fit is not Fit.YES:
        return None
    weeks = found.weeks if problem.limits.hours_per_week is not None else 0
    return Burden(problem, problem.worth, 0, (0,), 0).of_plan(order, weeks)


def least_burden(problem: Problem, search: Search, known: list[Offer] | None, relaxation: Relaxation | None) -> Answer:
    """The choice of the least burden, with its last week; then of those the one with the least money, then with the fewest hours.

    Each round looks at plans that end within a span of weeks, where what weeks lose counts as a line that is never above it. It proves what
    no plan there is below, and tells the search what it did not know about the calendar of the choice that it found: that it ends later.
    Where the line was too low, the span is parted at the week in which that choice ends, and the lowest span is next.
    """
    worth = problem.worth
    assert worth is not None  # noqa: S101  (whoever asks has a premium)
    best: Answer | None = None
    if known is not None and (value := burden_of(problem, known)) is not None:
        best = Answer(FOUND, tuple(known), value, weeks=problem.soonest(problem.ordered(known)).weeks)
    burden = Burden.of(problem, worth, None if best is None else best.value)
    linear = search.sum_of(_plain(search.program, worth).items())
    finish = _last_week(problem, search) if problem.limits.hours_per_week is not None else None
    within = None if finish is None else search.model.add(finish <= burden.weeks)
    least = 0 if relaxation is None else max(0, ceil(relaxation.limit - relaxation.margin))
    spans = [(least, 0, burden.weeks)]
    doubt: int | None = None
    while spans and (best is None or spans[0][0] < best.value):
        low, first, last = spans[0]
        goal, each, base = linear, 0, 0
        if finish is not None and within is not None:
            each, base = burden.line(first, last)
            goal = linear + each * finish
            within.proto.linear.domain[0], within.proto.linear.domain[1] = first, last
        answer = search.best(goal)
        if answer.status == NONE:
            del spans[0]  # nothing there at all
            continue
        low = max(low, answer.bound + base)
        spans[0] = low, first, last
        if not answer.usable:
            break
        order = problem.ordered(answer.chosen)
        found = problem.soonest(order)
        if found.fit is Fit.YES:
            value = burden.of_plan(order, found.weeks)
            if best is None or value < best.value:
                best = Answer(FOUND, answer.chosen, value, weeks=found.weeks)
                search.suggest(answer.chosen)
        ends = (answer.value - burden.of_plan(order, 0)) // each if each else 0  # as the search has it
        if best is not None and best.value <= low:
            pass
        elif finish is not None and found.fit is Fit.YES and found.weeks <= ends and first < last:
            parts = [(first, ends - 1), (ends, ends), (ends + 1, last)]
            spans[:1] = [(low, one, other) for one, other in parts if one <= other]
        elif finish is not None and found.alone:
            search.forbid(answer.chosen, None if found.fit is Fit.NO else finish >= found.weeks)
        elif finish is not None and found.fit is Fit.NO:
            search.crowded(*problem.crowding(order, None))
        elif finish is not None and found.fit is Fit.YES and found.soonest is not None and found.weeks > ends:
            search.crowded(*problem.crowding(order, found.weeks - 1), finish >= found.weeks)
        else:
            doubt = low if doubt is None else min(low, doubt)
            search.forbid(answer.chosen)
        spans.sort()
        if problem.allowance.over <= 0:
            break
    lows = [low for low, _, _ in spans] + ([] if doubt is None else [doubt])
    if best is None:
        return Answer(UNKNOWN if lows else NONE, bound=min(lows, default=0))
    bound = min([best.value, *lows])
    best = replace(best, status=PROVEN if bound == best.value else FOUND, bound=bound)
    if within is not None:
        within.proto.linear.domain[0], within.proto.linear.domain[1] = 0, burden.weeks
    else:
        best = replace(best, weeks=None)
    return _finer(problem, search, best, linear, finish)


def _plain(program: Program, worth: Worth) -> Terms:
    """Price, and hours at what they are worth."""
    terms = dict(program.cost)
    if worth.hour:
        for place, hours in program.hours.items():
            terms[place] = terms.get(place, 0) + worth.hour * hours
    return terms


def _last_week(problem: Problem, search: Search) -> Any:
    """The last week, as a variable."""
    if any(has_calendar(offer) for offer in search.offers):
        return search.finish()
    finish = search.model.new_int_var(0, HORIZON, "finish")
    search.model.add((problem.limits.hours_per_week or 1) * finish >= search.hours)
    return finish


def _finer(problem: Problem, search: Search, best: Answer, linear: Any, finish: Any) -> Answer:
    """Of equal burden: the least money, then the fewest hours."""
    worth = problem.worth
    if best.status != PROVEN or worth is None:
        return best
    search.model.add(linear <= best.value - problem.loss(best.weeks or 0))
    if finish is not None:
        search.model.add(finish <= best.weeks)
    for goal in (search.cost, search.hours):
        answer = fitting(problem, search, goal, weeks=best.weeks)
        if not answer.usable:
            return best
        best = replace(best, chosen=answer.chosen)
        search.model.add(goal <= answer.value)
    return best
