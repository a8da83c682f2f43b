"""How long a plan takes over a growing catalogue, beside the yardstick: a plain CP-SAT model of the same problem without pruning.

Run: python benchmarks/planning.py [--smallest 1000] [--largest 100000] [--cases 12] [--kind KIND | --kind all] [--objective OBJECTIVE]
[--hours 20] [--budget 105] [--deadline 90] [--terms 0.4] [--beside] [--what-if].
JSON=1 prints one JSON object a line (name, value, unit, yardstick, ratio) instead of a table.

Whatever is asked beyond the cheapest plan (`questions.py`) is shown beside the cheapest plan without limits, found in the same call.

Targets name 30 skills. What the kinds of market are, `markets.py` says; `--kind all` takes one after the other. Set-up (the index) is
shown apart. Time to first answer is to the first complete plan, shown with its reasons; time to proof is to the plan that is proven
best, or to the end of the work allowed, and how many were not proven is a line of its own. The plain model has every offer in it and
finds the least cost only; it knows skills only, no bundles, stacks or names, and runs beside the kinds that have nothing else. Both must
find the same cost; a difference stops the run.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from markets import KINDS, market, target
from measuring import Figure
from questions import Question, took

from cairn.planning import (
    Learner,
    Limits,
    Objective,
    Offer,
    OfferIndex,
    PlanResult,
    SkillLevel,
    Target,
    improving,
    plan,
)
from cairn.planning.replay import Standing, gives, walk

AS_JSON = os.environ.get("JSON") == "1"
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
SKILLS_ONLY = ("fields", "tangled", "anywhere", "popular", "alike", "ladders")
"""The kinds that the plain model can state."""

PLAIN_UP_TO = 3_000
PLAIN_CASES = 3
PLAIN_SECONDS = 20.0
"""After which the plain model is stopped; its time then counts as this, so that the ratio flatters it."""
SECONDS = 60.0
NO_LIMITS = Limits()


def plain(offers: tuple[Offer, ...], wanted: Target) -> int | None:
    """The yardstick: every offer a variable, every prerequisite a clause, nothing left out. The least cost, or None without proof."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    take = [model.new_bool_var(offer.id) for offer in offers]
    by_skill: dict[str, list[int]] = {}
    for place, offer in enumerate(offers):
        for skill in offer.provides:
            by_skill.setdefault(skill, []).append(place)

    def givers(step: SkillLevel) -> list[int]:
        return [place for place in by_skill.get(step.skill, []) if gives(offers[place], step)]

    for need in wanted.needs:
        model.add_bool_or(take[place] for place in givers(SkillLevel(need.skill, need.level)))
    for place, offer in enumerate(offers):
        for group in offer.requires:
            found = {other for one in group if isinstance(one, SkillLevel) for other in givers(one)} - {place}
            model.add_bool_or([*(take[other] for other in found), take[place].negated()])
    model.minimize(sum(offer.cost.minor * taken for offer, taken in zip(offers, take, strict=True)))
    until = time.perf_counter() + PLAIN_SECONDS
    while (left := until - time.perf_counter()) > 0:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = left
        if solver.solve(model) != cp_model.OPTIMAL:
            return None
        chosen = [place for place, taken in enumerate(take) if solver.boolean_value(taken)]
        _, stuck = walk([offers[place] for place in chosen], Standing({}))
        if not stuck:
            return round(solver.objective_value)
        inside = {offer.id for offer in stuck}
        loop = [place for place in chosen if offers[place].id in inside]
        outside = {
            other for place in loop for group in offers[place].requires for one in group for other in givers(one)
        }  # type: ignore[arg-type]  # these offers require skills only
        model.add_bool_or(
            [*(take[other] for other in sorted(outside - set(loop))), *(take[place].negated() for place in loop)]
        )
    return None


@dataclass
class Times:
    """Seconds, one entry per target."""

    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    unproven: int = 0
    cheapest: list[float] = field(default_factory=list)
    """What the cheapest plan without limits took, where something else was asked."""
    further: dict[str, list[float]] = field(default_factory=dict)
    candidates: list[int] = field(default_factory=list)


def one_target(
    index: OfferIndex,
    wanted: Target,
    times: Times,
    objective: Objective = Objective.CHEAPEST,
    limits: Limits = NO_LIMITS,
) -> PlanResult:
    """Plan for one target and note how long it took."""
    began = time.perf_counter()
    first = 0.0
    found: list[PlanResult] = []
    for one in improving(index, Learner(), wanted, limits, objective, seconds=SECONDS):
        found.append(one)
        first = first or time.perf_counter() - began
    result = found[-1]
    times.first.append(first)
    times.last.append(time.perf_counter() - began)
    times.unproven += not result.optimal
    times.candidates.append(result.considered.candidates)
    return result


def measured(size: int, cases: int, kind: str, question: Question) -> tuple[float, Times]:
    """Set-up in seconds, and the times of all targets."""
    rng = random.Random(size)
    made = question.dressed(market(size, rng, kind))
    began = time.perf_counter()
    index = made.index()
    gc.freeze()  # as a program does that keeps a catalogue for good: Python looks for no garbage among its objects any more
    setup = time.perf_counter() - began
    times = Times()
    for case in range(cases):
        wanted = target(made.offers, rng, kind)
        limits, aimed = NO_LIMITS, question.aimed(wanted)
        if not question.plain:
            began = time.perf_counter()
            limits = question.within(plan(index, Learner(), wanted, seconds=SECONDS))
            times.cheapest.append(time.perf_counter() - began)
        result = one_target(index, aimed, times, question.objective, limits)
        for name, seconds in took(index, aimed, limits, question, result, SECONDS).items():
            times.further.setdefault(name, []).append(seconds)
        comparable = question.plain and kind in SKILLS_ONLY
        if comparable and size <= PLAIN_UP_TO and case < PLAIN_CASES and result.complete:
            began = time.perf_counter()
            cost = plain(index.offers, wanted)
            times.plain.append(time.perf_counter() - began)
            if cost is not None and result.optimal and cost != result.cost.minor:
                sys.exit(f"The plain model found {cost}, the planner {result.cost.minor}.")
    return setup, times


def at_95(values: list[float]) -> float:
    """The 95th percentile: no more than one in twenty takes longer."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def figures(what: str, setup: float, times: Times, smallest: dict[str, float], least: int) -> Iterator[Figure]:
    """One size: each figure beside the plain model where that was run, else beside the same at the smallest size."""
    values = {
        "set-up": setup,
        "first answer, median": statistics.median(times.first),
        "first answer, 95th percentile": at_95(times.first),
        "proof, median": statistics.median(times.last),
        "proof, 95th percentile": at_95(times.last),
    }
    for name, value in values.items():
        smallest.setdefault(name, value)
        if times.plain and name == "proof, median":
            yardstick, beside = "plain CP-SAT, median", statistics.median(times.plain)
        elif times.cheapest and name != "set-up":
            yardstick, beside = "the cheapest without limits, median", statistics.median(times.cheapest)
        else:
            yardstick, beside = f"the same at {least:,} offers", smallest[name]
        yield Figure(f"{what}: {name}", value * 1000, "ms", yardstick, beside * 1000)
    for name, seconds in times.further.items():
        yardstick = "the cheapest without limits, median"
        median = statistics.median(seconds)
        yield Figure(
            f"{what}: {name}, median", median * 1000, "ms", yardstick, statistics.median(times.cheapest) * 1000
        )
    yield Figure(f"{what}: not proven", times.unproven, "targets", "targets", len(times.last))
    yield Figure(
        f"{what}: candidates, median", statistics.median(times.candidates), "offers", "targets", len(times.last)
    )


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--smallest", type=int, default=SIZES[0])
    asked.add_argument("--largest", type=int, default=SIZES[-1])
    asked.add_argument("--cases", type=int, default=12)
    asked.add_argument("--kind", choices=[*KINDS, "all"], default="fields")
    Question.options(asked)
    given = asked.parse_args()
    loaded = market(100, random.Random(1))
    one_target(loaded.index(), target(loaded.offers, random.Random(1)), Times())  # loads the solvers
    sizes = [size for size in SIZES if given.smallest <= size <= given.largest]
    for kind in KINDS if given.kind == "all" else [given.kind]:
        smallest: dict[str, float] = {}
        for size in sizes:
            setup, times = measured(size, given.cases, kind, Question.of(given))
            for figure in figures(f"{kind}, {size:,} offers", setup, times, smallest, sizes[0]):
                figure.print(as_json=AS_JSON)


if __name__ == "__main__":
    main()
