"""The choices side by side: found in one model for many of them, they are those that are found one by one."""

import random
import sys
from datetime import date
from pathlib import Path

import pytest

from cairn.planning import Learner, Limits, Money, Need, Objective, Offer, OfferIndex, Target, pareto, plan
from cairn.planning import beside as side

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from markets import market, target


def one_by_one(index, wanted, limits, most):
    """The choices as anybody would look for them: each time the cheapest with less study than the one before."""
    found = []
    problem = side.Problem.pose(index, Learner(), wanted, limits, 60)
    pool = problem.pool(
        {need.skill: {need.level} for need in wanted.needs}, problem.weighing(Objective.CHEAPEST, hours=True)
    )
    hours = None
    while len(found) < most:
        answer = side.choose(problem, pool, Objective.CHEAPEST, hours=hours)
        if not answer.usable:
            break
        found.append((problem.cost(answer.chosen), side.study(answer.chosen)))
        hours = found[-1][1] - 1
    return found


@pytest.mark.parametrize("spare", [3, 250])
@pytest.mark.parametrize("kind", ["alike", "fields"])
def test_the_choices_are_those_found_one_by_one_however_many_share_a_model(kind, spare, monkeypatch):
    rng = random.Random(5)  # noqa: S311 (made-up markets need no secure randomness)
    made = market(150, rng, kind)
    index, wanted = made.index(), target(made.offers, rng, kind)
    monkeypatch.setattr(side, "SPARE", spare)
    found = [(one.cost.minor, one.hours) for one in pareto(index, Learner(), wanted, most=6)]
    shortest = plan(index, Learner(), wanted, Limits(), Objective.LEAST_STUDY)
    assert found == one_by_one(index, wanted, Limits(), 5) + (
        [(shortest.cost.minor, shortest.hours)] if len(found) == 6 else []
    )
    assert found[-1] == (shortest.cost.minor, shortest.hours)
    assert found == [(one.cost.minor, one.hours) for one in pareto(index, Learner(), wanted, most=6, shortest=shortest)]


def test_money_too_great_to_be_weighed_with_hours_is_weighed_by_itself():
    offers = [
        Offer(id=name, provides={"a": 1}, cost=Money(cost * 10**14, "EUR"), hours=hours)
        for name, cost, hours in (("long", 1, 30), ("middle", 2, 20), ("short", 3, 10), ("dear", 4, 20))
    ]
    found = pareto(offers, Learner(), Target((Need("a", 1),)))
    assert [[step.offer.id for step in one.steps] for one in found] == [["long"], ["middle"], ["short"]]


def test_where_terms_leave_the_cheapest_no_calendar_a_first_plan_does_without_those_that_start_too_late():
    day = date(2026, 9, 7)
    offers = [
        Offer(id=f"{kind}{n}", provides={f"s{n}": 1}, cost=Money(cost, "EUR"), hours=8, weeks=weeks, starts=starts)
        for n in range(5)
        for kind, cost, weeks, starts in (("term", 1, 1, (day,)), ("own", 9, None, ()))
    ]
    limits = Limits(hours_per_week=8, start=day)
    wanted = Target(tuple(Need(f"s{n}", 1) for n in range(5)))
    problem = side.Problem.pose(OfferIndex(offers), Learner(), wanted, limits, 20)
    pool = problem.pool({need.skill: {1} for need in wanted.needs}, problem.weighing(Objective.CHEAPEST))
    known = side.Known(problem, Objective.CHEAPEST, None)
    known.first(pool)
    assert sorted(offer.id[:3] for offer in known.best or ()) == ["own"] * 4 + ["ter"]
    assert sorted(step.offer.id[:3] for step in plan(offers, Learner(), wanted, limits).steps) == ["own"] * 4 + ["ter"]
