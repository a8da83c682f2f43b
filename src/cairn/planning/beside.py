"""The choices side by side: of which no other is both cheaper and shorter, the cheapest first.

Each is the cheapest of those with less study than the one before. What all of them need is worked out once:

1. The offers are narrowed to those that a choice up to some price above the cheapest can hold (`narrowing`, with offers to spare).
2. One model over these is asked again and again, each time for fewer hours. What was cut off of it stays cut off.
3. Where it has none up to that price any more, the same begins anew for what is dearer, with the hours that are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import inf

from cairn.planning.choosing import as_known, begun, choose
from cairn.planning.fitting import fitting
from cairn.planning.known import Known
from cairn.planning.posing import Problem
from cairn.planning.pruning import Pool
from cairn.planning.solver import NONE, PROVEN, UNKNOWN, Answer
from cairn.planning.values import Objective, Offer

SPARE = 250
"""How many offers are kept for choices that are dearer than the cheapest."""

EXACT = 2**50
"""Up to here money and hours are weighed in one number."""


def side_by_side(problem: Problem, pool: Pool) -> Iterator[Answer]:
    """The choices, one after the other; the last one is not proven where work ran out, and then more may be missing."""
    hours: int | None = None
    while True:
        found = Answer(NONE)
        for found in _up_to_a_price(problem, pool, hours):
            if found.usable:
                yield found
                hours = study(found.chosen) - 1
        if not found.usable or problem.allowance.over <= 0:
            return


def _up_to_a_price(problem: Problem, pool: Pool, hours: int | None) -> Iterator[Answer]:
    """The choices of at most so many hours, up to some price; at last one that is not usable, unless there may be some above that price."""
    problem.allowance.looked_at(pool.index.grid.edges)
    known = Known(problem, Objective.CHEAPEST, hours, spare=SPARE)
    search, relaxation = begun(problem, pool, known)
    most = sum(search.program.hours.values()) if hours is None else hours
    weight = most + 1  # so that hours are only looked at where money is equal
    if sum(map(abs, search.program.cost.values())) * weight > EXACT:
        yield choose(problem, pool, Objective.CHEAPEST, hours=hours)
        return
    if known.ceiling < inf:
        search.model.add(search.cost <= int(known.ceiling))
    while True:
        answer = fitting(problem, search, search.cost * weight + search.hours)
        if answer.status == UNKNOWN and known.best is not None:
            yield as_known(problem, Objective.CHEAPEST, known.best, relaxation, answer.bound // weight)
        elif answer.status != NONE or known.ceiling == inf:
            yield replace(answer, value=answer.value // weight, bound=answer.bound // weight)
        if answer.status != PROVEN:
            return
        known.best = None
        search.model.add(search.hours < study(answer.chosen))


def study(chosen: Iterable[Offer]) -> int:
    """The hours of a choice."""
    return sum(offer.hours for offer in chosen)
