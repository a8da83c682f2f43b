"""Which offers to take: narrowed by the relaxed problem, proven by the exact solver.

1. A good choice at once (`greedy`), and the limit that the relaxed problem proves (`relaxation`).
2. Offers that no choice as good can hold are left out.
3. The exact solver improves the choice and proves it best, first in the objective, then in the next best things.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, lcm
from typing import Any

from cairn.planning.fitting import fitting, soonest
from cairn.planning.gaps import coverage
from cairn.planning.greedy import most_within
from cairn.planning.known import Known, Told
from cairn.planning.narrowing import has_weeks, mending_of, narrowed, of_many, search_among
from cairn.planning.posing import Problem, contended
from cairn.planning.pruning import Pool
from cairn.planning.relaxation import Relaxation
from cairn.planning.replay import Standing, walk
from cairn.planning.returning import least_burden
from cairn.planning.solver import FOUND, NONE, PROVEN, UNKNOWN, Answer, Mending, Search
from cairn.planning.values import Objective, Offer, SkillLevel, Target

BESIDES = 0.3
"""Seconds of work spent on closing as much as can be closed, where many offers contend for weeks."""


def choose(
    problem: Problem,
    pool: Pool,
    objective: Objective,
    *,
    hours: int | None = None,
    told: Told | None = None,
) -> Answer:
    """All needs of the problem within its limits, best for the objective."""
    if objective is Objective.MOST_RECOGNISED:
        return _most_recognised(problem, pool, told)
    problem.allowance.looked_at(pool.index.grid.edges)
    known = Known(problem, objective, hours, told)
    search, relaxation = begun(problem, pool, known)
    first, pool = known.best, search.pool
    if objective is Objective.BEST_RETURN and problem.worth is not None:
        return least_burden(problem, search, first, relaxation)
    if objective is Objective.BEST_RETURN:
        search.only_serving(problem.needs)
    mending = None if relaxation is None else mending_of(problem, pool, known, relaxation.worth_keeping)
    answer = _least(problem, search, objective, relaxation, mending)
    if objective is Objective.FASTEST and answer.weeks is not None and relaxation is not None:
        hours_at_least = ceil(relaxation.limit - relaxation.margin)
        bound = max(answer.bound, -(-hours_at_least // (problem.limits.hours_per_week or 1)))
        answer = replace(answer, bound=bound, status=PROVEN if bound == answer.weeks else answer.status)
    if answer.status == UNKNOWN and known.best is not None:
        return as_known(problem, objective, known.best, relaxation, answer.bound)
    return answer


def begun(problem: Problem, pool: Pool, known: Known) -> tuple[Search, Relaxation | None]:
    """Steps 1 and 2: the exact search over the offers that are left, nothing asked of it yet; and the relaxed problem over them."""
    pool, relaxation = narrowed(problem, of_many(problem, pool, known), known)
    loops = () if relaxation is None else relaxation.loops
    return search_among(problem, pool, known, loops, problem.allowance), relaxation


def as_known(
    problem: Problem, objective: Objective, first: list[Offer], relaxation: Relaxation | None, bound: int
) -> Answer:
    """A choice that is known, beside the best of what is proven about all others."""
    if objective is Objective.BEST_RETURN:
        most = sum(max(0, offer.expected_return) for offer in problem.index.offers)
        return Answer(FOUND, tuple(first), sum(offer.expected_return for offer in first), most)
    least = 0 if relaxation is None else ceil(relaxation.limit - relaxation.margin)
    if objective is Objective.FASTEST and has_weeks(problem, first):
        weeks = problem.soonest_known(problem.ordered(first)).weeks
        return Answer(FOUND, tuple(first), weeks, max(bound, -(-least // (problem.limits.hours_per_week or 1))), weeks)
    bound = max(bound, least)
    if objective is Objective.FASTEST and problem.limits.hours_per_week is not None:
        bound = -(-bound // problem.limits.hours_per_week)
    study = sum(offer.hours for offer in first)
    return Answer(FOUND, tuple(first), problem.cost(first) if objective is Objective.CHEAPEST else study, bound)


def cover(problem: Problem, pool: Pool, objective: Objective) -> Answer:
    """As much of the essential needs as possible, then of all, then as the objective says. Its bound says nothing.

    The best return is about reaching the target: where that cannot be, what closes as much is the cheapest.
    """
    answer = _covered(problem, pool, objective)
    ranks = _ranks(pool)
    if objective is not Objective.MOST_RECOGNISED or not answer.chosen or not ranks:
        return answer
    most = _closed(problem, answer)

    def within(rank: int) -> Answer:
        narrower = problem.within(replace(problem.limits, recognition_at_least=rank))
        found = _covered(narrower, narrower.pool(narrower.rungs, narrower.weighing(Objective.CHEAPEST)), objective)
        if _closed(problem, found) >= most:
            return found
        return Answer(NONE if found.status == PROVEN else UNKNOWN)

    _, found, doubtful = _highest(ranks, answer, within)
    return replace(found, status=FOUND) if doubtful or answer.status != PROVEN else found


def _closed(problem: Problem, answer: Answer) -> tuple[Fraction, ...]:
    """What a choice closes of the essential needs and of all, in proportion."""
    end = Standing.of(problem.start.levels, problem.start.names)
    walk(answer.chosen, end)
    needs = problem.target.needs
    kinds = [some for some in ([need for need in needs if need.essential], list(needs)) if some]
    return tuple(coverage(end.levels, Target(tuple(some))) for some in kinds)


def _covered(problem: Problem, pool: Pool, objective: Objective) -> Answer:
    """As `cover`, without a look at how recognised the steps are."""
    problem.allowance.looked_at(pool.index.grid.edges)
    pool = pool.undominated()
    limits = problem.limits
    timed = (
        limits.hours_per_week is not None and problem.index.paced
    )  # then the smallest change takes long to find as well
    share = min(problem.allowance.left / 4, BESIDES) if contended(problem, pool) else problem.allowance.left / 4
    search = Search(pool, problem.start, limits, problem.allowance.part(share) if timed else problem.allowance)
    search.limit(cost=limits.budget.minor if limits.budget else None, weeks=limits.weeks_available)
    sofar = _seed(problem, pool, objective)
    search.suggest(sofar)
    proven = True
    kinds = {need.essential for need in problem.target.needs}
    for essential_only in (True, False) if len(kinds) > 1 else (False,):
        goal = search.reached(_weights(problem, essential_only=essential_only))
        answer = fitting(problem, search, goal, most=True)
        if not answer.usable:
            return Answer(FOUND, tuple(sofar))
        sofar = list(answer.chosen)
        proven = proven and answer.status == PROVEN
        search.model.add(goal >= answer.value)
    hours_first = objective in (Objective.LEAST_STUDY, Objective.FASTEST)
    answer = _least(problem, search, objective if hours_first else Objective.CHEAPEST)
    if not answer.usable:
        return Answer(FOUND, tuple(sofar))
    return answer if proven or answer.status != PROVEN else replace(answer, status=FOUND)


def _seed(problem: Problem, pool: Pool, objective: Objective) -> list[Offer]:
    """What closes something within the limits, found at once: essential needs first, then the weightiest. Whatever time there is, something
    is known."""
    known = Known(problem, objective, None)
    needs = sorted(problem.target.needs, key=lambda need: (not need.essential, -need.weight, need.skill))
    rungs = {need.skill: problem.rungs[need.skill] for need in needs if need.skill in problem.rungs}
    if not pool.grid.size:
        return []
    return most_within(pool, problem.start, rungs, known.own(pool), known.fits)


def _weights(problem: Problem, *, essential_only: bool) -> dict[SkillLevel, int]:
    """Whole numbers in the proportion weight / need for each level that is still to be reached."""
    shares = {
        SkillLevel(need.skill, level): Fraction(need.weight) / need.level
        for need in problem.target.needs
        if need.essential or not essential_only
        for level in range(problem.start.levels.get(need.skill, 0) + 1, need.level + 1)
    }
    scale = lcm(*(share.denominator for share in shares.values())) if shares else 1
    return {step: int(share * scale) for step, share in shares.items()}


def _least(
    problem: Problem,
    search: Search,
    objective: Objective,
    relaxation: Relaxation | None = None,
    mending: Mending | None = None,
) -> Answer:
    """The objective, then the next best things, each within what the ones before came to.

    The status and the bound are those of the objective itself.
    """
    per_week = problem.limits.hours_per_week
    goals: list[tuple[Any, bool]] = [(search.cost, False), (search.hours, False)]
    if objective in (Objective.LEAST_STUDY, Objective.FASTEST):
        goals.reverse()
    if objective is Objective.BEST_RETURN:
        goals.insert(0, (search.returns, True))
    best: Answer | None = None
    if objective is Objective.FASTEST and has_weeks(problem, search.offers):
        best = soonest(problem, search)
        if not best.usable:
            return best
    weeks = None if best is None else best.weeks
    for goal, most in goals:
        answer = fitting(problem, search, goal, most=most, weeks=weeks, mending=mending if best is None else None)
        if best is None:
            if not answer.usable:
                return answer
            best = answer
            if relaxation is not None:  # now that the best is known, more can be left out
                search.leave_out(~relaxation.worth_keeping(answer.value))
        elif not answer.usable:
            break  # no time left for the finer points
        else:
            best = replace(best, chosen=answer.chosen)
        search.model.add(goal >= answer.value if most else goal <= answer.value)
    if best is None:
        return Answer(NONE)
    if objective is Objective.FASTEST and per_week is not None and weeks is None:
        best = replace(best, bound=-(-best.bound // per_week))
    return best


def _most_recognised(problem: Problem, pool: Pool, told: Told | None) -> Answer:
    """The highest least recognition at which a plan exists, found by halving, then least money. The bound is a proven upper limit."""
    ranks = _ranks(pool)
    found = _at_rank(problem, told)
    if not found.usable or not ranks:
        return found

    def within(rank: int) -> Answer:
        return _at_rank(problem.within(replace(problem.limits, recognition_at_least=rank)), None)

    rank, found, doubtful = _highest(ranks, found, within)
    return Answer(FOUND if doubtful else PROVEN, found.chosen, rank, ranks[-1] if doubtful else rank)


def _ranks(pool: Pool) -> list[int]:
    return sorted({offer.recognition for offer in pool.relevant if not offer.granted})


def _highest(ranks: Sequence[int], found: Answer, within: Callable[[int], Answer]) -> tuple[int, Answer, bool]:
    """The highest rank within which there is a usable answer, by halving; that answer; and whether one that is higher may have been missed.

    `found` is the answer at the lowest rank.
    """
    low, high, doubtful = 0, len(ranks), False  # a plan exists at `low`; none was found at `high`
    while high - low > 1:
        middle = (low + high) // 2
        answer = within(ranks[middle])
        if answer.usable:
            found, low = answer, middle
        else:
            doubtful = doubtful or answer.status == UNKNOWN
            high = middle
    return ranks[low], found, doubtful


def _at_rank(problem: Problem, told: Told | None) -> Answer:
    needs = problem.needs
    pool = problem.pool({skill: {level} for skill, level in needs.items()}, problem.weighing(Objective.CHEAPEST))
    if any(pool.reach.get(skill, 0) < level for skill, level in needs.items()):
        return Answer(NONE)
    return choose(problem, pool, Objective.CHEAPEST, told=told)
