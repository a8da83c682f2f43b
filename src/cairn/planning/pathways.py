"""From where a learner is to where they want to be: the best plan for an objective, and the choices side by side.

1. Prune the catalogue to what can matter (`pruning`).
2. Choose offers that close everything within the limits, best for the objective, proven by the solver (`choosing`).
3. If that is impossible: close as much as possible, essential needs first, then best for the objective; and find the smallest
   change that would make everything fit (`changing`).
4. Put the choice in order and on weeks (`schedule`), and explain it (`explaining`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from cairn.planning.aiming import aimed_at
from cairn.planning.beside import side_by_side
from cairn.planning.changing import smallest_change
from cairn.planning.choosing import choose, cover
from cairn.planning.explaining import near_ties, steps
from cairn.planning.gaps import coverage, gaps
from cairn.planning.known import Told
from cairn.planning.posing import Problem
from cairn.planning.prices import bill
from cairn.planning.pruning import OfferIndex, Pool, Weighing
from cairn.planning.replay import Standing, walk, with_granted
from cairn.planning.solver import FOUND, PROVEN, UNKNOWN, Answer
from cairn.planning.timetable import Fit
from cairn.planning.values import (
    Considered,
    Infeasible,
    Learner,
    Limits,
    Money,
    Objective,
    Offer,
    PlanResult,
    SkillLevel,
    Target,
)
from cairn.planning.worth import Returned

SECONDS = 20.0
"""Seconds of work that a plan may take, unless the caller says otherwise (`allowance` says what these are)."""

NO_LIMITS = Limits()


def plan(
    offers: Iterable[Offer] | OfferIndex,
    learner: Learner,
    target: Target,
    limits: Limits = NO_LIMITS,
    objective: Objective = Objective.CHEAPEST,
    *,
    seconds: float = SECONDS,
) -> PlanResult:
    """The best plan from learner to target, with its reasons. An `OfferIndex` saves the set-up when there are many plans.

    Every plan returned holds when it is replayed. `optimal` is said only when it is proven that no other plan is better in what
    the objective minimises first. Raises `PlanningError` for mixed currencies, offers with one id, and fixed starts without
    a day to start from.
    """
    return _plan(Problem.pose(offers, learner, target, limits, seconds), objective, None)


def improving(
    offers: Iterable[Offer] | OfferIndex,
    learner: Learner,
    target: Target,
    limits: Limits = NO_LIMITS,
    objective: Objective = Objective.CHEAPEST,
    *,
    seconds: float = SECONDS,
    wait: float | None = None,
) -> Iterator[PlanResult]:
    """As `plan`, but with every complete plan on the way: a good one at once, then better ones, the last as `plan` gives it.

    The search goes on in a thread while the caller looks at what is there. The first plans are not proven, have no bound, and tell no
    alternatives. Whoever looks at no more of them (closes the iterator), or waits no longer than `wait` seconds on the clock for all of
    them, stops the search.
    """
    problem = Problem.pose(offers, learner, target, limits, seconds)
    found: SimpleQueue[PlanResult | BaseException | None] = SimpleQueue()

    def search() -> None:
        try:
            found.put(_plan(problem, objective, lambda chosen: found.put(_sketch(problem, chosen, objective))))
        except BaseException as error:  # told to the caller, who waits for it
            found.put(error)
        found.put(None)

    Thread(target=search, daemon=True).start()
    until = None if wait is None else monotonic() + wait
    try:
        while (left := None if until is None else until - monotonic()) is None or left > 0:
            one = found.get(timeout=left)
            if one is None:
                return
            if isinstance(one, BaseException):
                raise one
            yield one
    except Empty:
        return
    finally:
        problem.allowance.stop()


def pareto(
    offers: Iterable[Offer] | OfferIndex,
    learner: Learner,
    target: Target,
    limits: Limits = NO_LIMITS,
    *,
    seconds: float = SECONDS,
    most: int = 12,
    shortest: PlanResult | None = None,
) -> list[PlanResult]:
    """The plans of which no other is both cheaper and shorter, from the cheapest to the one with the least study.

    At most `most`: of more than these, the cheapest ones and at last the one with the least study, which may be given (`shortest`) if it
    is known. Where work runs out the last one before that is not proven, and some between them may be missing.
    When not everything can be closed the list holds the one plan that `plan` gives.
    """
    problem = Problem.pose(offers, learner, target, limits, seconds)
    weighing = problem.weighing(Objective.CHEAPEST, hours=True)
    pool = problem.pool({skill: {level} for skill, level in problem.needs.items()}, weighing)
    found: list[PlanResult] = []
    answers = iter(()) if _unreachable(problem, pool) else side_by_side(problem, pool)
    for answer in answers:
        found.append(_result(problem, pool, answer, Objective.CHEAPEST, None))
        if len(found) >= most - 1:
            break
    if found and (len(found) >= most - 1 or problem.allowance.over <= 0):  # there may be more
        if shortest is None:
            shortest = plan(problem.index, learner, target, limits, Objective.LEAST_STUDY, seconds=seconds)
        if shortest.complete and shortest.hours < found[-1].hours:
            found[max(most, 1) - 1 :] = [replace(shortest, objective=Objective.CHEAPEST, bound=None)]
    return found or [_plan(problem, Objective.CHEAPEST, None)]


def _plan(problem: Problem, objective: Objective, told: Told | None) -> PlanResult:
    """Steps 1 to 4."""
    wanted = {skill: {level} for skill, level in problem.needs.items()}
    pool = problem.pool(wanted, problem.weighing(objective), objective)
    unreachable = _unreachable(problem, pool)
    if not unreachable:
        answer = choose(problem, pool, objective, told=told)
        if answer.usable:
            return _result(problem, pool, answer, objective, None)
        if answer.status == UNKNOWN:
            wishes = problem.pool(problem.rungs, _for_parts(problem, objective))
            rest = _closing(problem, cover(problem, wishes, objective))
            if _reaches_all(problem, rest):
                return _sketch(problem, list(rest.chosen), objective)
            if rest.status != PROVEN:
                reason = "No plan that closes everything was found in the time given, and none was proven impossible."
                return _result(problem, wishes, rest, objective, Infeasible(reason, (), (), proven=False))
            return _result(problem, wishes, rest, objective, smallest_change(problem, unreachable, rest))
    wishes = problem.pool(problem.rungs, _for_parts(problem, objective))
    answer = cover(problem, wishes, objective)
    return _result(problem, wishes, answer, objective, smallest_change(problem, unreachable, answer))


def _closing(problem: Problem, answer: Answer) -> Answer:
    """What closes as much as was found; nothing where it closes nothing: nobody should pay for that."""
    end = Standing.of(problem.start.levels, problem.start.names)
    walk(answer.chosen, end)
    something = coverage(end.levels, problem.target) > coverage(problem.start.levels, problem.target)
    return answer if something else replace(answer, chosen=())


def _reaches_all(problem: Problem, answer: Answer) -> bool:
    end = Standing.of(problem.start.levels, problem.start.names)
    walk(answer.chosen, end)
    return all(end.levels.get(skill, 0) >= level for skill, level in problem.needs.items())


def _for_parts(problem: Problem, objective: Objective) -> Weighing:
    """Where not everything is closed, what is over serves other needs: no set may cost more of anything that is limited."""
    hours_first = objective in (Objective.LEAST_STUDY, Objective.FASTEST)
    return problem.weighing(objective if hours_first else Objective.CHEAPEST)


def _unreachable(problem: Problem, pool: Pool) -> list[SkillLevel]:
    return [SkillLevel(skill, level) for skill, level in problem.needs.items() if pool.reach.get(skill, 0) < level]


def _sketch(problem: Problem, chosen: list[Offer], objective: Objective) -> PlanResult:
    """A plan on the way: not proven, without alternatives."""
    return _result(problem, None, Answer(FOUND, tuple(chosen)), objective, None)


def _result(
    problem: Problem, pool: Pool | None, answer: Answer, objective: Objective, infeasible: Infeasible | None
) -> PlanResult:
    """Step 4."""
    start = problem.start
    order = problem.ordered(_without_gratis(problem, answer, pool.relevant if pool else ()))
    placed = problem.placed(order, answer.weeks)
    slots = placed.slots if placed.fit is Fit.YES and problem.limits.hours_per_week is not None else None
    if slots is not None:  # in the order of the calendar, which keeps prerequisites first
        order = problem.as_placed(order, placed)
    end = Standing.of(start.levels, start.names)
    walk(order, end)
    reached = {skill: min(level, end.levels.get(skill, 0)) for skill, level in problem.needs.items()}
    before = gaps(start.levels, problem.learner, problem.target)
    after = gaps(end.levels, problem.learner, problem.target)
    paid = bill(order, problem.index, start)
    everything = len(problem.index.offers)
    study, weeks = sum(offer.hours for offer in order), placed.weeks if slots is not None else None
    open_still = tuple(item for item in after if item.missing)
    returned = None
    if problem.worth is not None and order and not open_still:
        returned = Returned.of(problem.worth, cost=paid.total, hours=study, weeks=weeks or 0)
    return PlanResult(
        objective=objective,
        steps=steps(order, slots, start, reached, paid.discounts),
        cost=Money(paid.total, problem.currency),
        hours=study,
        weeks=weeks,
        closes=tuple(item for item in before if item.missing and end.levels.get(item.skill, 0) >= item.need),
        still_open=open_still,
        coverage=coverage(end.levels, problem.target),
        coverage_before=coverage(start.levels, problem.target),
        optimal=answer.status == PROVEN,
        bound=_bound(problem, answer, objective) if pool is not None and infeasible is None else None,
        considered=Considered(
            everything, len(pool.relevant) if pool else everything, len(pool.candidates) if pool else everything
        ),
        alternatives=aimed_at(
            problem, order, near_ties(problem, order, pool, reached, objective), objective, pool.relevant
        )
        if pool
        else (),
        infeasible=infeasible,
        bundles=paid.bundles,
        discounts=paid.discounts,
        returned=returned,
    )


def _bound(problem: Problem, answer: Answer, objective: Objective) -> int | None:
    """The proven limit as it is told: of a return as what is left of the premium."""
    if not answer.usable:
        return None
    if objective is Objective.BEST_RETURN and problem.worth is not None:
        return problem.worth.value(0) - answer.bound
    return answer.bound


def _without_gratis(problem: Problem, answer: Answer, pool: Sequence[Offer]) -> list[Offer]:
    """The choice without offers that add nothing to the price, take no time and serve nothing; the stacks at last."""
    kept = list(answer.chosen)
    full = Standing.of(problem.start.levels, problem.start.names)
    walk(kept, full)
    for offer in sorted(kept, key=lambda one: one.granted):
        if offer.hours:
            continue
        rest = [other for other in kept if other.id != offer.id]
        if not offer.granted:
            taken = [other for other in rest if not other.granted or other.counting is not None]
            rest = with_granted(taken, {one.id: one for one in (*rest, *pool)}.values(), problem.start)
        end = Standing.of(problem.start.levels, problem.start.names)
        _, stuck = walk(rest, end)
        if (
            not stuck
            and all(
                min(level, end.levels.get(skill, 0)) == min(level, full.levels.get(skill, 0))
                for skill, level in problem.needs.items()
            )
            and problem.cost(rest) <= problem.cost(kept)
            and problem.placed(problem.ordered(rest), answer.weeks).fit is Fit.YES
        ):
            kept = rest
    return kept
