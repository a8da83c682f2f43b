"""What if: lose this offer, add fifty euros, two more hours a week. Answered by planning again from the same index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

from cairn.planning.pathways import NO_LIMITS, SECONDS, plan
from cairn.planning.pruning import OfferIndex
from cairn.planning.values import Learner, Limits, Money, Objective, Offer, PlanningError, PlanResult, Target

TOLD = 4
"""How many needs that stay open are told by name."""


@dataclass(frozen=True, kw_only=True)
class Supposing:
    """A change of the limits: offers that are lost; money in minor units, hours a week and weeks that are added (below zero: missing)."""

    without: frozenset[str] = frozenset()
    more_budget: int = 0
    more_hours_per_week: int = 0
    more_weeks: int = 0

    def applied(self, limits: Limits) -> Limits:
        """The limits as they would be. Raises `PlanningError` where there is nothing to add to."""
        if self.more_budget and limits.budget is None:
            raise PlanningError("There is no budget to change. Set one, then ask what if it were another.")
        if self.more_hours_per_week and limits.hours_per_week is None:
            raise PlanningError("There are no hours per week to change. Set them, then ask what if they were others.")
        if self.more_weeks and limits.weeks_available is None:
            raise PlanningError("There is no deadline to change. Set one, then ask what if it were another.")
        budget = limits.budget
        if budget is not None:
            budget = Money(max(0, budget.minor + self.more_budget), budget.currency)
        hours = limits.hours_per_week
        if hours is not None:
            hours = hours + self.more_hours_per_week
        weeks, deadline = limits.weeks, limits.deadline
        if weeks is not None:
            weeks = max(0, weeks + self.more_weeks)
        if deadline is not None and self.more_weeks:
            try:
                deadline += timedelta(weeks=self.more_weeks)
            except OverflowError:
                raise PlanningError("No calendar reaches that far. Ask for fewer weeks.") from None
        return replace(
            limits,
            budget=budget,
            hours_per_week=hours,
            weeks=weeks,
            deadline=deadline,
            without=limits.without | self.without,
        )


@dataclass(frozen=True)
class Consequence:
    """What would become of the plan, and how it differs from the plan as it stands."""

    supposing: Supposing
    result: PlanResult
    sentence: str


def what_if(
    offers: Iterable[Offer] | OfferIndex,
    learner: Learner,
    target: Target,
    limits: Limits = NO_LIMITS,
    objective: Objective = Objective.CHEAPEST,
    *,
    supposing: Supposing,
    now: PlanResult,
    seconds: float = SECONDS,
) -> Consequence:
    """Plan again under changed limits and compare with `now`, the plan under the present ones."""
    result = plan(offers, learner, target, supposing.applied(limits), objective, seconds=seconds)
    return Consequence(supposing, result, _told(now, result))


def _told(now: PlanResult, then: PlanResult) -> str:
    if then.complete and not now.complete:
        return f"Then everything fits, for {then.cost} and {then.hours} hours."
    if now.complete and not then.complete:
        return f"Then not everything fits any more: {_open(then)}."
    if not then.complete and {one.skill for one in now.still_open} != {one.skill for one in then.still_open}:
        return f"Then {_closed(now, then)} can be closed: {_open(then)}."
    if {step.offer.id for step in now.steps} == {step.offer.id for step in then.steps} and now.cost == then.cost:
        if now.weeks is not None and then.weeks is not None and now.weeks != then.weeks:
            weeks = abs(now.weeks - then.weeks)
            sooner = "sooner" if then.weeks < now.weeks else "later"
            return f"Then the same plan is done {weeks} {'week' if weeks == 1 else 'weeks'} {sooner}."
        return "Then the plan stays as it is."
    cost, hours = then.cost.minor - now.cost.minor, then.hours - now.hours
    parts = [
        f"{Money(abs(cost), then.cost.currency)} {'more' if cost > 0 else 'less'}" if cost else "",
        f"{abs(hours)} {'hour' if abs(hours) == 1 else 'hours'} {'more' if hours > 0 else 'less'}" if hours else "",
    ]
    told = " and ".join(part for part in parts if part) or "just as much"
    return f"Then another plan takes its place; it takes {told}."


def _closed(now: PlanResult, then: PlanResult) -> str:
    """Whether more is closed or less. What is essential comes first, and is named where all together would say something else."""
    essential = _missing(now, essential=True) - _missing(then, essential=True)
    every = _missing(now) - _missing(then)
    if not essential and not every:
        return "other things"
    better = "more" if (essential or every) > 0 else "less"
    return f"{better} of what is essential" if essential and every * essential <= 0 else better


def _missing(plan: PlanResult, *, essential: bool = False) -> Fraction:
    """What the plan leaves open of the needs, weighted."""
    return sum(
        (
            Fraction(one.weight) * Fraction(one.missing, one.need)
            for one in plan.still_open
            if one.essential or not essential
        ),
        Fraction(0),
    )


def _open(then: PlanResult) -> str:
    """What stays open, the weightiest first, at most `TOLD` of it by name."""
    names = [one.skill for one in then.still_open]
    if len(names) > TOLD:
        return f"{', '.join(names[:TOLD])} and {len(names) - TOLD} more stay open"
    if len(names) == 1:
        return f"{names[0]} stays open"
    return f"{', '.join(names[:-1])} and {names[-1]} stay open"
