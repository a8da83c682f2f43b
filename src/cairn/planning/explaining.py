"""Why each step is there, and why the near alternatives are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from cairn.planning.leaning import Leaning
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
    closing = closed_alone(order, start, needs)
    leaning = Leaning.plainly(order, start)
    everybody = set(range(len(order)))
    for place, offer in enumerate(order):
        without: Standing | None = None
        if leaning is not None and not discounts:
            lost = [order[one] for one in sorted(leaning.lost(place, everybody))]
        else:
            without = Standing.of(start.levels, start.names)
            _, blocked = walk([other for other in order if other.id != offer.id], without)
            out = {other.id for other in blocked}
            lost = [other for other in order if other.id in out]
        slot = slots[offer.id] if slots else None
        found.append(
            Step(
                offer,
                place + 1,
                closing[place],
                tuple(other.id for other in lost),
                _builds_on(offer, place, order, leaning, start),
                slot.start if slot else None,
                slot.end if slot else None,
                _why(
                    closing[place],
                    lost,
                    [*_toward(offer, order), *_cheaper(offer, discounts, without)],
                    timed=slots is not None,
                ),
            )
        )
    return tuple(found)


def closed_alone(order: Sequence[Offer], start: Standing, needs: Mapping[str, int]) -> list[tuple[SkillLevel, ...]]:
    """Per offer of a plan the needs that it reaches and nothing else in the plan does."""
    found: list[list[SkillLevel]] = [[] for _ in order]
    for skill, level in sorted(needs.items()):
        if start.levels.get(skill, 0) < level:
            bringing = [place for place, offer in enumerate(order) if offer.provides.get(skill, 0) >= level]
            if len(bringing) == 1:
                found[bringing[0]].append(SkillLevel(skill, level))
    return [tuple(closes) for closes in found]


def _builds_on(
    offer: Offer, place: int, order: Sequence[Offer], leaning: Leaning | None, start: Standing
) -> tuple[str, ...]:
    """One earlier step for each group of prerequisites that the learner did not satisfy."""
    found: list[str] = []
    if leaning is not None:
        firsts = [min(group, default=place) for group in leaning.waits[place][0]]
        return tuple(dict.fromkeys(order[first].id for first in firsts if first < place))
    for group in offer.requires:
        if not any(start.has(alternative) for alternative in group):
            supporters = (other for other in order[:place] if any(gives(other, alternative) for alternative in group))
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


def _cheaper(offer: Offer, discounts: Sequence[Discount], without: Standing | None) -> list[str]:
    """The discounts on other steps that would not hold `without` it."""
    lost = [
        f"“{one}”"
        for one in discounts
        if without is not None and one.offer != offer.id and not all(without.has_one(group) for group in one.when)
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
    tried: list[tuple[int, list[Offer]]] = []
    for place, closes in enumerate(closed_alone(order, start, needs)):
        if closes:
            others = pool.bringing(closes, hours_first=objective in BY_HOURS)
            fit = (other for other in others if other.id not in taken and not other.granted)
            tried.append((place, list(islice(fit, LOOKED_AT))))
    stacks = _within_reach(order, [other for _, rivals in tried for other in rivals], pool, start)
    swapping = _Swapping(problem, order, stacks, needs)
    found: list[NearTie] = []
    for place, rivals in tried:
        ties = [swapping.tie(place, other) for other in rivals]
        if objective in BY_HOURS:
            ties.sort(key=lambda tie: (not tie.fits, tie.more_hours, tie.more_cost, tie.offer.id))
        else:
            ties.sort(key=lambda tie: (not tie.fits, tie.more_cost, tie.more_hours, tie.offer.id))
        found += ties[:NEAR]
    return tuple(found)


def _within_reach(order: Sequence[Offer], rivals: Sequence[Offer], pool: Pool, start: Standing) -> list[Offer]:
    """The stacks that a plan and all its rivals together lead to, and those that count: how these judge is their own."""
    stacks = {one.id: one for one in (*order, *pool.stacks) if one.granted}
    if not stacks:
        return []
    every = {one.id: one for one in (*order, *rivals)} | stacks
    done, _ = walk(every.values(), Standing.of(start.levels, start.names))
    reached = {one.id for one in done}
    return [one for one in stacks.values() if one.counting is not None or one.id in reached]


class _Swapping:
    """A plan in which one offer is swapped for another."""

    def __init__(
        self, problem: Problem, order: Sequence[Offer], stacks: Sequence[Offer], needs: Mapping[str, int]
    ) -> None:
        self.problem, self.order, self.stacks, self.needs = problem, order, stacks, needs
        self.own = problem.cost(order)
        self.leaning = None if stacks else Leaning.plainly(order, problem.start)
        self.plain = not problem.index.bundles and not problem.index.discounts

    def tie(self, place: int, other: Offer) -> NearTie:
        """What the plan would be with another offer in that place."""
        problem, offer, limits = self.problem, self.order[place], self.problem.limits
        taken = [one for one in self.order if one is not offer and not one.granted]
        swapped = with_granted([*taken, other], self.stacks, problem.start)
        total = self.own - offer.cost.minor + other.cost.minor if self.plain else problem.cost(swapped)
        more_cost, more_hours = total - self.own, other.hours - offer.hours
        starts, enough = self._holds(place, other, swapped)
        clashing = (one for one in taken if problem.index.clashing and exclusive(one, other))
        why = ""
        if not starts:
            why = "It requires something that this plan does not bring."
        elif not enough:
            why = f"It does not bring all that later steps need from {offer}."
        elif clash := next(clashing, None):
            why = f"It cannot be taken together with {clash}."
        elif limits.budget is not None and total > limits.budget.minor:
            why = f"The plan would cost {Money(total - limits.budget.minor, problem.currency)} more than the budget."
        elif limits.hours_per_week is not None or self.leaning is None:
            line, _ = walk(swapped, Standing.of(problem.start.levels, problem.start.names))
            why = LATE[problem.placed(line).fit if problem.allowance.over > 0 else problem.placed_at_once(line)]
        fits = not why
        return NearTie(
            other, offer.id, more_cost, more_hours, fits, why or _dearer(more_cost, more_hours, problem.currency)
        )

    def _holds(self, place: int, other: Offer, swapped: Sequence[Offer]) -> tuple[bool, bool]:
        """Whether the other can be started, and whether then everything can and all needs are met.

        It brings what the one in that place alone brings, so that nothing is missing once everything can be started.
        """
        if self.leaning is not None:
            return self.leaning.swapped(place, other)
        end = Standing.of(self.problem.start.levels, self.problem.start.names)
        _, stuck = walk(swapped, end)
        met = all(end.levels.get(skill, 0) >= level for skill, level in self.needs.items())
        return other not in stuck, not stuck and met


def _dearer(cost: int, hours: int, currency: str) -> str:
    parts = []
    if cost:
        parts.append(f"{Money(abs(cost), currency)} {'more' if cost > 0 else 'less'}")
    if hours:
        parts.append(f"{abs(hours)} {'hour' if abs(hours) == 1 else 'hours'} {'more' if hours > 0 else 'less'}")
    return f"It takes {' and '.join(parts)}." if parts else "It is just as good."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
