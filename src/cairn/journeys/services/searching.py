"""Searching plans: what can be aimed at, the best one, the first good one at once, the choices side by side, and what if."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from threading import Thread

from cairn import planning
from cairn.errors import Invalid
from cairn.journeys.itinerary import Journey
from cairn.planning import Objective, PlanResult

SECONDS = 8.0
"""How much work one question may take on a page, in seconds of a usual machine."""
TOGETHER = 25.0
"""How long all questions of one page are searched for together, on the clock: nobody waits longer."""
AT_ONCE = 0.25
"""How long a page waits for the first good plan, in seconds."""
SIDE_BY_SIDE = 6
"""How many plans are laid side by side at most."""
PLAIN = (Objective.CHEAPEST, Objective.LEAST_STUDY, Objective.FASTEST)

ONLY_WHOLE = (Objective.BEST_RETURN, Objective.MOST_RECOGNISED)
"""What only plans that reach everything can be told apart by: of others, the cheapest of those that close most is shown."""


@dataclass
class Choice:
    """A plan to choose, and what no other of the choices does better.

    `within_hours` says that it was searched for as the cheapest of those that take no more hours than it does.
    """

    result: PlanResult
    objectives: list[Objective] = field(default_factory=list)
    within_hours: bool = False


def objective_named(name: str) -> Objective:
    """Return an objective by name; raises Invalid."""
    if name not in set(Objective):
        raise Invalid(f"“{name}” is nothing a plan can aim at.", remedy="Choose: " + ", ".join(Objective) + ".")
    return Objective(name)


def why_not(objective: Objective, journey: Journey) -> str:
    """Say why plans cannot be told apart by an objective here, or "" where they can."""
    if objective is Objective.BEST_RETURN and not journey.offers.returns_known and journey.target.worth is None:
        return (
            "No source here estimates what any of these offers adds to earnings; published earnings of people who completed a "
            "programme are not its effect. Say what you expect to earn more a year once you are there, and plans can be told apart."
        )
    if objective is Objective.MOST_RECOGNISED:
        bodies = {offer.recognition for offer in journey.offers.priced}
        if not any(bodies):
            return (
                "No body is on record as standing behind any of these offers, and no institution accepts one by an agreement in force, so "
                "none is more recognised than another."
            )
        if len(bodies) == 1:
            return (
                f"Just as many bodies and institutions ({max(bodies)}) stand behind each of these offers, or accept it by an agreement "
                "in force, so none is more recognised than another."
            )
    return ""


def best(journey: Journey, *, seconds: float = SECONDS) -> PlanResult:
    """Return the best plan for what the journey aims at. Raises Invalid where plans cannot be told apart by that."""
    if reason := why_not(journey.objective, journey):
        raise Invalid(reason, remedy="Aim at the least money, the least study or the earliest end.", code="not_known")
    return planning.plan(*journey.posed, journey.objective, seconds=seconds)


def at_once(journey: Journey, *, wait: float = AT_ONCE, seconds: float = SECONDS) -> PlanResult | None:
    """Return the best plan known after ``wait`` seconds; None where none is known that reaches everything.

    Then the search is stopped: whoever asks for the last word asks again.
    """
    on_the_way = planning.improving(*journey.posed, journey.objective, seconds=seconds, wait=wait)
    complete = [one for one in on_the_way if one.complete]
    return complete[-1] if complete else None


@planning.waiting(TOGETHER)
def choices(journey: Journey, *, seconds: float = SECONDS) -> list[Choice]:
    """Return what the journey aims at first, then the plans that no other beats in both money and hours, and the one that ends first.

    Where not everything can be closed there is one plan for each of money, hours and time.
    """
    aim = journey.objective if not why_not(journey.objective, journey) else Objective.CHEAPEST
    first = planning.plan(*journey.posed, aim, seconds=seconds)
    if not first.complete and aim in ONLY_WHOLE:
        aim = Objective.CHEAPEST  # which is what decides among plans that close as much as can be
    found = [Choice(first, [aim])]
    if first.complete:
        least = Objective.LEAST_STUDY
        shortest = first if aim is least else planning.plan(*journey.posed, least, seconds=seconds)
        beside = planning.pareto(*journey.posed, seconds=seconds, most=SIDE_BY_SIDE, shortest=shortest)
        for place, one in enumerate(beside):
            ends = [Objective.CHEAPEST] * (place == 0) + [Objective.LEAST_STUDY] * (place == len(beside) - 1)
            ends = ends if len(beside) < SIDE_BY_SIDE else ends[: place == 0]
            _add(found, Choice(one, ends, within_hours=place > 0))
        _add(found, Choice(shortest, [least]))
        others: Iterable[Objective] = (Objective.FASTEST,)
    else:
        others = [one for one in PLAIN if one is not aim]
    for objective in others:
        if objective is Objective.FASTEST and journey.limits.hours_per_week is None:
            continue  # without a week there is no earliest end, only the least study
        _add(found, Choice(planning.plan(*journey.posed, objective, seconds=seconds), [objective]))
    return _worth_showing(found)


def _worth_showing(found: list[Choice]) -> list[Choice]:
    """Where time ran out for some: plans that reach everything if there are any, else plans that have a step."""
    complete = [one for one in found if one.result.complete]
    return complete or [one for one in found if one.result.steps] or found[:1]


def _add(found: list[Choice], choice: Choice) -> None:
    offers = {step.offer.id for step in choice.result.steps}
    same = next((one for one in found if {step.offer.id for step in one.result.steps} == offers), None)
    if same is None:
        found.append(choice)
        return
    same.objectives += [one for one in choice.objectives if one not in same.objectives]
    if same.within_hours and not choice.within_hours:  # what is proven of it among all plans says more
        same.result, same.within_hours = choice.result, False


@planning.waiting(TOGETHER)
def what_if(
    journey: Journey, supposing: planning.Supposing, *, seconds: float = SECONDS
) -> tuple[planning.Consequence, PlanResult]:
    """Return what would become of the plan, and the plan as it stands. Raises Invalid where there is nothing to add to."""
    now = best(journey, seconds=seconds)
    try:
        told = planning.what_if(*journey.posed, journey.objective, supposing=supposing, now=now, seconds=seconds)
    except planning.PlanningError as error:
        raise Invalid(str(error), code="nothing_to_change") from error
    return told, now


@cache
def make_ready() -> None:
    """Load the solver while a person reads, so that the first plan does not wait for it; does nothing the second time."""
    need = planning.Target((planning.Need("ready", 1),))
    offer = planning.Offer(id="ready", provides={"ready": 1}, cost=planning.Money(1, "USD"), hours=1)
    Thread(target=planning.plan, args=([offer], planning.Learner(), need), daemon=True).start()
