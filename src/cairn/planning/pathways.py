"""From where a learner is to where they want to be: the best plan for an objective, and the choices side by side.

1. Prune the catalogue to what can matter (`pruning`).
2. Choose offers that close everything within the limits, best for the objective, proven by the solver (`solver`).
3. If that is impossible: close as much as possible, essential needs first, then best for the objective; and find the smallest
   change that would make everything fit.
4. Put the choice in order and on weeks (`schedule`), and explain it (`explaining`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Any

from cairn.planning.explaining import near_ties, steps
from cairn.planning.gaps import coverage, gaps, levels
from cairn.planning.pruning import OfferIndex, Pool, prune
from cairn.planning.replay import Standing, walk
from cairn.planning.schedule import HORIZON, Slot, can_be_taken, length, schedule
from cairn.planning.solver import FOUND, NONE, PROVEN, UNKNOWN, Allowance, Answer, Search
from cairn.planning.values import (
    Change,
    Considered,
    Infeasible,
    Learner,
    Limits,
    Money,
    Objective,
    Offer,
    PlanningError,
    PlanResult,
    SkillLevel,
    Target,
)

SECONDS = 20.0
"""How long a plan may be searched for, unless the caller says otherwise."""

RETRIES = 40
"""How many choices that do not fit the calendar are set aside before the search gives up on a proof."""

NO_LIMITS = Limits()


@dataclass
class _Problem:
    """Everything one search needs."""

    index: OfferIndex
    learner: Learner
    target: Target
    limits: Limits
    start: Standing
    allowance: Allowance

    @property
    def needs(self) -> dict[str, int]:
        return {
            need.skill: need.level for need in self.target.needs if self.start.levels.get(need.skill, 0) < need.level
        }

    @property
    def currency(self) -> str:
        return self.index.currency or (self.limits.budget.currency if self.limits.budget else "")

    def allowed(self, offer: Offer) -> bool:
        """Whether the limits let the offer be taken at all; money and time are judged over the whole plan."""
        limits = self.limits
        return (
            offer.names.isdisjoint(self.learner.holds)
            and offer.names.isdisjoint(limits.without)
            and offer.exclusive_with.isdisjoint(self.learner.holds)
            and (limits.modes is None or offer.mode in limits.modes)
            and (
                limits.quality_at_least is None
                or (offer.quality_low is not None and offer.quality_low >= limits.quality_at_least)
            )
            and can_be_taken(offer, limits)
        )

    def pool(self, wanted: Mapping[str, Iterable[int]]) -> Pool:
        return prune(self.index, self.allowed, self.start, wanted, lambda offer: length(offer, self.limits))


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
    problem = _pose(offers, learner, target, limits, seconds)
    pool = problem.pool({skill: {level} for skill, level in problem.needs.items()})
    unreachable = [
        SkillLevel(skill, level) for skill, level in problem.needs.items() if pool.reach.get(skill, 0) < level
    ]
    if not unreachable:
        answer = _choose(problem, pool, problem.needs, objective, limits)
        if answer.usable:
            return _result(problem, pool, answer, objective, None)
        if answer.status == UNKNOWN:
            wishes = problem.pool(_rungs(problem))
            rest = _cover(problem, wishes, objective)
            reason = "No plan that closes everything was found in the time given, and none was proven impossible."
            return _result(problem, wishes, rest, objective, Infeasible(reason, (), ()))
    wishes = problem.pool(_rungs(problem))
    answer = _cover(problem, wishes, objective)
    return _result(problem, wishes, answer, objective, _smallest_change(problem, wishes, unreachable, objective))


def pareto(
    offers: Iterable[Offer] | OfferIndex,
    learner: Learner,
    target: Target,
    limits: Limits = NO_LIMITS,
    *,
    seconds: float = SECONDS,
    most: int = 12,
) -> list[PlanResult]:
    """The plans of which no other is both cheaper and shorter, from the cheapest to the one with the least study; at most `most`.

    When not everything can be closed the list holds the one plan that `plan` gives.
    """
    index = offers if isinstance(offers, OfferIndex) else OfferIndex(offers)
    problem = _pose(index, learner, target, limits, seconds)
    pool = problem.pool({skill: {level} for skill, level in problem.needs.items()})
    found: list[PlanResult] = []
    if all(pool.reach.get(skill, 0) >= level for skill, level in problem.needs.items()):
        fewer: int | None = None
        while len(found) < most:
            answer = _choose(problem, pool, problem.needs, Objective.CHEAPEST, limits, hours=fewer)
            if not answer.usable:
                break
            found.append(_result(problem, pool, answer, Objective.CHEAPEST, None))
            fewer = found[-1].hours - 1
    return found or [plan(index, learner, target, limits, Objective.CHEAPEST, seconds=problem.allowance.left)]


def _pose(
    offers: Iterable[Offer] | OfferIndex, learner: Learner, target: Target, limits: Limits, seconds: float
) -> _Problem:
    index = offers if isinstance(offers, OfferIndex) else OfferIndex(offers)
    if limits.budget and index.currency and limits.budget.currency != index.currency:
        raise PlanningError(
            f"The budget is in {limits.budget.currency}, prices are in {index.currency}. Convert one of them."
        )
    if limits.start is None and limits.hours_per_week and any(offer.starts for offer in index.offers):
        raise PlanningError("Some offers start on fixed days. Give the day the learner can start.")
    start = Standing.of(levels(learner, count_claimed=limits.count_claimed), learner.holds)
    return _Problem(index, learner, target, limits, start, Allowance(seconds))


def _rungs(problem: _Problem) -> dict[str, range]:
    """Every level between have and need: each counts when not everything can be reached."""
    return {skill: range(problem.start.levels.get(skill, 0) + 1, level + 1) for skill, level in problem.needs.items()}


def _choose(
    problem: _Problem,
    pool: Pool,
    needs: Mapping[str, int],
    objective: Objective,
    limits: Limits,
    *,
    hours: int | None = None,
) -> Answer:
    """Step 2: all of `needs` within the limits."""
    search = Search(pool.candidates, problem.start, limits, problem.allowance)
    search.require(needs)
    search.limit(cost=limits.budget.minor if limits.budget else None, hours=hours, weeks=limits.weeks_available)
    return _least(problem, search, objective, limits)


def _cover(problem: _Problem, pool: Pool, objective: Objective) -> Answer:
    """Step 3: as much of the essential needs as possible, then of all, then as the objective says. Its bound says nothing."""
    limits = problem.limits
    search = Search(pool.candidates, problem.start, limits, problem.allowance)
    search.limit(cost=limits.budget.minor if limits.budget else None, weeks=limits.weeks_available)
    proven = True
    kinds = {need.essential for need in problem.target.needs}
    for essential_only in (True, False) if len(kinds) > 1 else (False,):
        goal = search.reached(_weights(problem, essential_only=essential_only))
        answer = _fitting(problem, search, goal, limits, most=True)
        if not answer.usable:
            return Answer(UNKNOWN)
        proven = proven and answer.status == PROVEN
        search.model.add(goal >= answer.value)
    answer = _least(problem, search, objective, limits)
    return answer if proven or answer.status != PROVEN else replace(answer, status=FOUND)


def _weights(problem: _Problem, *, essential_only: bool) -> dict[SkillLevel, int]:
    """Whole numbers in the proportion weight / need for each level that is still to be reached."""
    shares = {
        SkillLevel(need.skill, level): Fraction(need.weight) / need.level
        for need in problem.target.needs
        if need.essential or not essential_only
        for level in range(problem.start.levels.get(need.skill, 0) + 1, need.level + 1)
    }
    scale = lcm(*(share.denominator for share in shares.values())) if shares else 1
    return {step: int(share * scale) for step, share in shares.items()}


def _least(problem: _Problem, search: Search, objective: Objective, limits: Limits) -> Answer:
    """The objective, then the next best things, each within what the ones before came to.

    The status and the bound are those of the objective itself.
    """
    counted = objective is Objective.FASTEST and limits.hours_per_week is not None
    paced = counted and any(offer.weeks or offer.starts for offer in search.offers)
    goals = [search.cost, search.hours] if objective is Objective.CHEAPEST else [search.hours, search.cost]
    if paced:
        goals.insert(0, search.finish())
    best: Answer | None = None
    for goal in goals:
        answer = _fitting(problem, search, goal, limits)
        if best is None:
            if not answer.usable:
                return answer
            best = answer
        elif not answer.usable:
            break  # no time left for the finer points
        elif not paced or _weeks(problem, answer, limits) <= _weeks(problem, best, limits):
            best = replace(best, chosen=answer.chosen)
        search.model.add(goal <= answer.value)
    if best is None:
        return Answer(NONE)
    if counted and not paced:
        best = replace(best, bound=-(-best.bound // (limits.hours_per_week or 1)))
    if paced and _weeks(problem, best, limits) > best.bound:
        best = replace(best, status=FOUND)  # weeks are crowded: the bound is true, but perhaps nobody can reach it
    return best


def _fitting(problem: _Problem, search: Search, goal: Any, limits: Limits, *, most: bool = False) -> Answer:
    """The best choice whose calendar works out. Choices that do not fit are set aside one by one, and then nothing is proven."""
    first: Answer | None = None
    for _ in range(RETRIES):
        answer = search.best(goal, most=most)
        if first is None:
            first = answer
        elif answer.status == NONE:
            return Answer(UNKNOWN)
        if not answer.usable or _fits(problem, answer, limits):
            return answer if answer is first or not answer.usable else replace(answer, status=FOUND, bound=first.bound)
        search.forbid(answer.chosen)
    return Answer(UNKNOWN)


def _ordered(problem: _Problem, chosen: Iterable[Offer]) -> list[Offer]:
    order, _ = walk(chosen, Standing.of(problem.start.levels, problem.start.names))
    return order


def _slots(problem: _Problem, order: Sequence[Offer], limits: Limits) -> list[Slot] | None:
    return schedule(order, problem.start, limits)


def _weeks(problem: _Problem, answer: Answer, limits: Limits) -> int:
    slots = _slots(problem, _ordered(problem, answer.chosen), limits)
    return max((slot.end for slot in slots), default=0) if slots is not None else HORIZON


def _fits(problem: _Problem, answer: Answer, limits: Limits) -> bool:
    if limits.hours_per_week is None:
        return True
    available = limits.weeks_available
    return _weeks(problem, answer, limits) <= (HORIZON - 1 if available is None else available)


def _smallest_change(
    problem: _Problem, pool: Pool, unreachable: Sequence[SkillLevel], objective: Objective
) -> Infeasible:
    """What stands in the way, and the smallest change of each limit that would help: alone if it can, else together."""
    limits = problem.limits
    ways: list[tuple[Change, ...]] = []
    if unreachable:
        ways += [(change,) for change in _looser_choice(problem, unreachable)]
        reason = f"No offer within these limits leads to {', '.join(str(step) for step in unreachable)}."
        return Infeasible(reason, tuple(unreachable), tuple(ways))
    free_money = replace(limits, budget=None)
    free_time = replace(limits, deadline=None, weeks=None)
    free = replace(free_time, budget=None)
    by_time = Objective.FASTEST
    if limits.budget:
        answer = _choose(problem, pool, problem.needs, Objective.CHEAPEST, free_money)
        if answer.usable:
            ways.append((_more_money(problem, answer),))
    if limits.weeks_available is not None:
        answer = _choose(problem, pool, problem.needs, by_time, free_time)
        if answer.usable:
            ways += [(change,) for change in _more_time(problem, answer)]
    if not ways and limits.budget and limits.weeks_available is not None:
        answer = _choose(problem, pool, problem.needs, objective, free)
        if answer.usable:
            ways += [(_more_money(problem, answer), change) for change in _more_time(problem, answer)]
    if ways:
        return Infeasible("Everything can be reached, but not within these limits.", (), tuple(ways))
    return Infeasible("No choice of offers reaches everything: those that lead there exclude each other.", (), ())


def _more_money(problem: _Problem, answer: Answer) -> Change:
    total = sum(offer.cost.minor for offer in answer.chosen)
    budget = problem.limits.budget.minor if problem.limits.budget else 0
    more = Money(total - budget, problem.currency)
    return Change(
        "budget", more.minor, total, f"With {more} more, {Money(total, problem.currency)} in all, everything fits."
    )


def _more_time(problem: _Problem, answer: Answer) -> list[Change]:
    """More weeks, or more hours in each, so that this choice fits."""
    limits = problem.limits
    available, per_week = limits.weeks_available or 0, limits.hours_per_week or 1
    weeks = _weeks(problem, answer, replace(limits, deadline=None, weeks=None))
    found = [
        Change(
            "weeks", weeks - available, weeks, f"With {weeks - available} more weeks, {weeks} in all, everything fits."
        )
    ]
    if available:
        hours = max(per_week + 1, -(-sum(offer.hours for offer in answer.chosen) // available))
        if _fits(problem, answer, replace(limits, hours_per_week=hours)):
            sentence = f"With {hours - per_week} more hours a week, {hours} in all, everything fits."
            found.append(Change("hours_per_week", hours - per_week, hours, sentence))
    return found


def _looser_choice(problem: _Problem, unreachable: Sequence[SkillLevel]) -> list[Change]:
    """Which limit on the offers themselves, if left out, opens a way to everything."""
    loosened = {
        "modes": (replace(problem.limits, modes=None), "If any way of taking part will do, everything can be reached."),
        "quality_at_least": (
            replace(problem.limits, quality_at_least=None),
            "Without a least quality everything can be reached.",
        ),
        "without": (
            replace(problem.limits, without=frozenset()),
            "If no offer is ruled out, everything can be reached.",
        ),
        "count_claimed": (
            replace(problem.limits, count_claimed=True),
            "If skills without proof count, everything can be reached.",
        ),
    }
    found = []
    for what, (limits, sentence) in loosened.items():
        if limits != problem.limits:
            start = Standing.of(levels(problem.learner, count_claimed=limits.count_claimed), problem.learner.holds)
            reach = (
                replace(problem, limits=limits, start=start)
                .pool({step.skill: {step.level} for step in unreachable})
                .reach
            )
            if all(reach.get(step.skill, 0) >= step.level for step in unreachable):
                found.append(Change(what, 0, 0, sentence))
    return found


def _result(
    problem: _Problem, pool: Pool, answer: Answer, objective: Objective, infeasible: Infeasible | None
) -> PlanResult:
    """Step 4."""
    start, limits = problem.start, problem.limits
    order = _ordered(problem, _without_idle(problem, answer.chosen))
    slots = _slots(problem, order, limits)
    if slots is not None:  # in the order of the calendar, which keeps prerequisites first
        placed = sorted(zip(order, slots, strict=True), key=lambda pair: pair[1].start)
        order, slots = [offer for offer, _ in placed], [slot for _, slot in placed]
    end = Standing.of(start.levels, start.names)
    walk(order, end)
    reached = {skill: min(level, end.levels.get(skill, 0)) for skill, level in problem.needs.items()}
    before = gaps(start.levels, problem.learner, problem.target)
    after = gaps(end.levels, problem.learner, problem.target)
    return PlanResult(
        objective=objective,
        steps=steps(order, slots, start, reached),
        cost=Money(sum(offer.cost.minor for offer in order), problem.currency),
        hours=sum(offer.hours for offer in order),
        weeks=max((slot.end for slot in slots), default=0) if slots is not None else None,
        closes=tuple(item for item in before if item.missing and end.levels.get(item.skill, 0) >= item.need),
        still_open=tuple(item for item in after if item.missing),
        coverage=coverage(end.levels, problem.target),
        coverage_before=coverage(start.levels, problem.target),
        optimal=answer.status == PROVEN,
        bound=answer.bound if infeasible is None and answer.usable else None,
        considered=Considered(len(problem.index.offers), len(pool.relevant), len(pool.candidates)),
        alternatives=near_ties(order, pool.relevant, start, reached, limits, objective),
        infeasible=infeasible,
    )


def _without_idle(problem: _Problem, chosen: Sequence[Offer]) -> list[Offer]:
    """The choice without offers that cost nothing, take no time and serve nothing."""
    kept = list(chosen)
    for offer in chosen:
        if offer.cost.minor == 0 and offer.hours == 0:
            rest = [other for other in kept if other.id != offer.id]
            end, full = (Standing.of(problem.start.levels, problem.start.names) for _ in range(2))
            _, stuck = walk(rest, end)
            walk(kept, full)
            if not stuck and all(
                min(level, end.levels.get(skill, 0)) == min(level, full.levels.get(skill, 0))
                for skill, level in problem.needs.items()
            ):
                kept = rest
    return kept
