"""The best choice that can also be put on weeks: the exact search and the exact calendar in turn, until they agree.

The search knows only a part of what a calendar must keep to, so that it proves limits; the calendar says what is possible.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cairn.planning.posing import Problem
from cairn.planning.program import Row
from cairn.planning.solver import FOUND, NONE, PROVEN, UNKNOWN, Answer, Mending, Search
from cairn.planning.timetable import Fit


def fitting(
    problem: Problem,
    search: Search,
    goal: Any,
    *,
    most: bool = False,
    weeks: int | None = None,
    mending: Mending | None = None,
) -> Answer:
    """The best choice whose calendar works out, within `weeks` if given.

    The search knows only a part of what a calendar must keep to. Of a choice that has none, what stands in the way is cut off, with every
    other choice that holds it, and the search goes on: what is left at last is proven. Where it is not known in time whether a choice has
    a calendar it is set aside, and then nothing is proven but the bound.
    """
    doubtful: int | None = None
    while True:
        answer = search.best(goal, most=most, mending=mending)
        if not answer.usable:
            return answer if doubtful is None else Answer(UNKNOWN, bound=doubtful)
        order = problem.ordered(answer.chosen)
        placed = problem.placed(order, weeks)
        fit = placed.fit
        if fit is Fit.YES:
            return answer if doubtful is None else replace(answer, status=FOUND, bound=doubtful)
        if fit is Fit.NO and problem.in_no_order(answer.chosen):
            search.add([_beyond(search, answer)])
        elif fit is Fit.NO and placed.alone:
            search.forbid(answer.chosen)
        elif fit is Fit.NO:
            search.crowded(*problem.crowding(order, weeks))
        else:
            doubtful = answer.bound if doubtful is None else doubtful
            search.forbid(answer.chosen)
        if search.allowance.over <= 0:
            return Answer(UNKNOWN, bound=answer.bound if doubtful is None else doubtful)


def _beyond(search: Search, answer: Answer) -> Row:
    """What is not enough in any order is not with less of it either: something else is taken, or what asks for it is not granted."""
    chosen = {offer.id for offer in answer.chosen}
    outside = [place for place, offer in enumerate(search.offers) if offer.id not in chosen]
    asking = [search.place[offer.id] for offer in answer.chosen if offer.counting and offer.counting.judged]
    return [*outside, *asking], [1] * len(outside) + [-1] * len(asking), 1 - len(asking)


def soonest(problem: Problem, search: Search) -> Answer:
    """The choice that can be done first. Each round proves a week before which nothing is done, and tells the search what it did not know
    about the calendar of the choice that it found; they meet at the least last week."""
    finish = search.finish()
    best: Answer | None = None
    bound, doubtful = 0, False
    while True:
        answer = search.best(finish)
        if answer.status == NONE:
            break
        bound = bound if doubtful else max(bound, answer.bound)
        if not answer.usable or (best is not None and best.value <= answer.bound):
            break
        order = problem.ordered(answer.chosen)
        found = problem.soonest(order)
        if found.fit is Fit.YES and (best is None or found.weeks < best.value):
            best = Answer(FOUND, answer.chosen, found.weeks, weeks=found.weeks)
            search.suggest(answer.chosen)
        later = None if best is None else finish >= best.value
        if found.alone:
            search.forbid(answer.chosen, later)
        elif found.fit is Fit.NO or (best is not None and found.soonest is not None):
            if best is None or best.value > bound:
                search.crowded(*problem.crowding(order, None if best is None else best.value - 1), later)
        else:
            doubtful = True
            search.forbid(answer.chosen, later)
        if search.allowance.over <= 0:
            break
    if best is None:
        return Answer(UNKNOWN if doubtful or answer.status != NONE else NONE, bound=bound)
    search.model.add(finish <= best.value)
    if not doubtful and (answer.status == NONE or best.value <= bound):
        return replace(best, status=PROVEN, bound=best.value)
    return replace(best, bound=bound)
