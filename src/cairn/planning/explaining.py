"""Why each step is there, and why the near alternatives are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cairn.planning.posing import Problem
from cairn.planning.pruning import Pool
from cairn.planning.replay import Standing, exclusive, gives, walk, with_granted
from cairn.planning.schedule import Slot
from cairn.planning.timetable import Fit
from cairn.planning.values import Discount, Money, NearTie, Objective, Offer, SkillLevel, Step

NEAR = 2
"""How many alternatives are told per step."""

LOOKED_AT = 5
"""How many are tried for that, the cheapest (or shortest) first."""

LATE = {
    Fit.YES: "",
    Fit.NO: "The plan would not be finished in time.",
    Fit.UNKNOWN: "No calendar for the plan with it was found.",
}
"""What is said of how a plan fits into the time there is."""

PATIENCE = 1.0
"""Seconds of work spent on whether plans with other offers have a calendar, all of them together."""

BY_HOURS = (Objective.LEAST_STUDY, Objective.FASTEST)


def steps(
    order: Sequence[Offer],
    slots: Mapping[str, Slot] | None,
    start: Standing,
    needs: Mapping[str, int],
    discounts: Sequence[Discount] = (),
) -> tuple[Step, ...]:
    """The plan in order, each step with the needs it alone closes, what it builds on and what could not be done without it.

    `discounts` are those that the plan has: a step may be there for one of them.
    """
    found: list[Step] = []
    for place, offer in enumerate(order):
        others = [other for other in order if other.id != offer.id]
        closes = closed_alone(offer, others, start, needs)
        without = Standing.of(start.levels, start.names)
        _, blocked = walk(others, without)
        unlocks = tuple(other.id for other in order if other in blocked)
        slot = slots[offer.id] if slots else None
        found.append(
            Step(
                offer,
                place + 1,
                closes,
                unlocks,
                _builds_on(offer, order[:place], start),
                slot.start if slot else None,
                slot.end if slot else None,
                _why(
                    closes,
                    [other for other in order if other.id in unlocks],
                    [*_toward(offer, order), *_cheaper(offer, discounts, without)],
                    timed=slots is not None,
                ),
            )
        )
    return tuple(found)


def closed_alone(
    offer: Offer, others: Sequence[Offer], start: Standing, needs: Mapping[str, int]
) -> tuple[SkillLevel, ...]:
    """The needs that this offer reaches and nothing else in the plan does."""
    return tuple(
        SkillLevel(skill, level)
        for skill, level in sorted(needs.items())
        if start.levels.get(skill, 0) < level <= offer.provides.get(skill, 0)
        and not any(other.provides.get(skill, 0) >= level for other in others)
    )


def _builds_on(offer: Offer, before: Sequence[Offer], start: Standing) -> tuple[str, ...]:
    """One earlier step for each group of prerequisites that the learner did not satisfy."""
    found: list[str] = []
    for group in offer.requires:
        if not any(start.has(alternative) for alternative in group):
            supporters = (other for other in before if any(gives(other, alternative) for alternative in group))
            supporter = next(supporters, None)  # of a stack that needs only some of its parts, a group may have none
            if supporter is not None and supporter.id not in found:
                found.append(supporter.id)
    return tuple(found)


def _toward(offer: Offer, order: Sequence[Offer]) -> list[str]:
    """What it gives of the amounts that others in the plan ask for."""
    return [
        f"It gives {amount.text(brought)} of the {amount.text(amount.least)} {amount.unit} still to be gained for {other}."
        for other in order
        for amount in (other.counting.amounts if other.counting is not None else ())
        if amount.unit and (brought := amount.brought_by(offer.names))
    ]


def _cheaper(offer: Offer, discounts: Sequence[Discount], without: Standing) -> list[str]:
    """The discounts on other steps that would not hold without it."""
    lost = [
        f"“{one}”"
        for one in discounts
        if one.offer != offer.id and not all(without.has_one(group) for group in one.when)
    ]
    return (
        [f"Without it the {'discount' if len(lost) == 1 else 'discounts'} {_listed(lost)} would not hold."]
        if lost
        else []
    )


def _why(closes: Sequence[SkillLevel], unlocks: Sequence[Offer], more: Sequence[str], *, timed: bool) -> str:
    reasons = []
    if closes:
        reasons.append(f"It alone brings {_listed([str(step) for step in closes])}.")
    for granted, done in ((False, "started"), (True, "awarded")):
        if names := [str(other) for other in unlocks if other.granted is granted]:
            reasons.append(f"Without it {_listed(names)} cannot be {done}.")
    reasons += more
    sooner = "It brings sooner what other steps bring later; without it the plan would take longer."
    return " ".join(reasons) or (sooner if timed else "It brings a part that other steps share.")


def near_ties(
    problem: Problem, order: Sequence[Offer], pool: Pool, needs: Mapping[str, int], objective: Objective
) -> tuple[NearTie, ...]:
    """Per step up to `NEAR` offers that bring what it alone brings: those that would fit, then those that something blocks."""
    taken = {offer.id for offer in order}
    start, problem = problem.start, replace(problem, allowance=problem.allowance.part(PATIENCE))
    own = problem.cost(order)
    bringing: dict[str, list[Offer]] = {}
    for other in pool.teaching(needs):
        if other.id not in taken and not other.granted:
            for skill in needs.keys() & other.provides.keys():
                bringing.setdefault(skill, []).append(other)
    tried: list[tuple[Offer, list[Offer], list[Offer]]] = []
    for offer in order:
        rest = [other for other in order if other.id != offer.id]
        closes = closed_alone(offer, rest, start, needs)
        if not closes:
            continue
        rivals = [
            other
            for other in bringing.get(closes[0].skill, ())
            if all(other.provides.get(step.skill, 0) >= step.level for step in closes)
        ]
        if objective in BY_HOURS:
            rivals.sort(key=lambda other: (other.hours, other.cost.minor, other.id))
        else:
            rivals.sort(key=lambda other: (other.cost.minor, other.hours, other.id))
        tried.append((offer, rest, rivals[:LOOKED_AT]))
    stacks = _within_reach(order, [other for _, _, rivals in tried for other in rivals], pool.relevant, start)
    found: list[NearTie] = []
    for offer, rest, rivals in tried:
        ties = [_tie(problem, other, offer, rest, stacks, needs, own) for other in rivals]
        if objective in BY_HOURS:
            ties.sort(key=lambda tie: (not tie.fits, tie.more_hours, tie.more_cost, tie.offer.id))
        else:
            ties.sort(key=lambda tie: (not tie.fits, tie.more_cost, tie.more_hours, tie.offer.id))
        found += ties[:NEAR]
    return tuple(found)


def _within_reach(
    order: Sequence[Offer], rivals: Sequence[Offer], pool: Sequence[Offer], start: Standing
) -> list[Offer]:
    """The stacks that a plan and all its rivals together lead to, and those that count: how these judge is their own."""
    stacks = {one.id: one for one in (*order, *pool) if one.granted}
    every = {one.id: one for one in (*order, *rivals)} | stacks
    done, _ = walk(every.values(), Standing.of(start.levels, start.names))
    reached = {one.id for one in done}
    return [one for one in stacks.values() if one.counting is not None or one.id in reached]


def _tie(
    problem: Problem,
    other: Offer,
    offer: Offer,
    rest: Sequence[Offer],
    stacks: Iterable[Offer],
    needs: Mapping[str, int],
    own: int,
) -> NearTie:
    start, limits = problem.start, problem.limits
    taken = [one for one in rest if not one.granted]
    swapped = with_granted([*taken, other], stacks, start)
    total = problem.cost(swapped)
    more_cost, more_hours = total - own, other.hours - offer.hours
    end = Standing.of(start.levels, start.names)
    order, stuck = walk(swapped, end)
    clash = next((one for one in taken if exclusive(one, other)), None)
    why = ""
    if other in stuck:
        why = "It requires something that this plan does not bring."
    elif stuck or any(end.levels.get(skill, 0) < level for skill, level in needs.items()):
        why = f"It does not bring all that later steps need from {offer}."
    elif clash:
        why = f"It cannot be taken together with {clash}."
    elif limits.budget is not None and total > limits.budget.minor:
        why = f"The plan would cost {Money(total - limits.budget.minor, problem.currency)} more than the budget."
    else:
        why = LATE[problem.placed(order).fit if problem.allowance.over > 0 else problem.placed_at_once(order)]
    fits = not why
    return NearTie(
        other, offer.id, more_cost, more_hours, fits, why or _dearer(more_cost, more_hours, problem.currency)
    )


def _dearer(cost: int, hours: int, currency: str) -> str:
    parts = []
    if cost:
        parts.append(f"{Money(abs(cost), currency)} {'more' if cost > 0 else 'less'}")
    if hours:
        parts.append(f"{abs(hours)} {'hour' if abs(hours) == 1 else 'hours'} {'more' if hours > 0 else 'less'}")
    return f"It takes {' and '.join(parts)}." if parts else "It is just as good."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
