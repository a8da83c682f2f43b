"""Terms and starting days against brute force; plans on the way to the best one; thousands of offers."""

import random
from datetime import date, timedelta
from itertools import combinations

import pytest

from cairn.planning import (
    Learner,
    Limits,
    Money,
    Need,
    Objective,
    Offer,
    OfferIndex,
    PlanningError,
    SkillLevel,
    Target,
    improving,
    plan,
)
from cairn.planning.allowance import Allowance, Stopped

MONDAY = date(2026, 9, 7)
NOBODY = Learner()


def with_terms(seed):
    """Offers with weeks and starting days, in weeks so long that they never crowd."""
    rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
    market = []
    for name in "abcdef"[: rng.randint(2, 6)]:
        groups = ((SkillLevel(rng.choice("st"), rng.randint(1, 2)),),) if rng.random() < 0.5 else ()
        starts = tuple(MONDAY + timedelta(weeks=week) for week in rng.sample(range(8), rng.choice((0, 0, 1, 2))))
        market.append(
            Offer(
                id=name,
                provides={skill: rng.randint(1, 3) for skill in rng.sample("st", rng.randint(1, 2))},
                cost=Money(rng.randint(0, 9), "EUR"),
                hours=rng.randint(0, 6),
                requires=groups,
                weeks=rng.randint(1, 4),
                starts=starts,
            )
        )
    return market, Target((Need("s", rng.randint(1, 3)), Need("t", rng.randint(1, 3))))


def last_week(chosen):
    """The earliest last week in which everything is done, each offer started as early as it can be; None if some never can."""
    held, done, waiting, week = {}, 0, list(chosen), 1
    running = []
    while (waiting or running) and week < 60:
        for end, offer in [one for one in running if one[0] < week]:
            running.remove((end, offer))
            for skill, level in offer.provides.items():
                held[skill] = max(level, held.get(skill, 0))
        for offer in list(waiting):
            fixed = [(day - MONDAY).days // 7 + 1 for day in offer.starts]
            ready = all(any(held.get(one.skill, 0) >= one.level for one in group) for group in offer.requires)
            if ready and (not fixed or week in fixed):
                running.append((week + offer.weeks - 1, offer))
                done = max(done, week + offer.weeks - 1)
                waiting.remove(offer)
        week += 1
    return None if waiting else done


def complete(chosen, target):
    return all(any(o.provides.get(need.skill, 0) >= need.level for o in chosen) for need in target.needs)


def test_with_terms_nothing_ends_earlier_and_deadlines_hold():
    proven = 0
    for seed in range(70):
        market, target = with_terms(seed)
        ends = {
            frozenset(offer.id for offer in chosen): (end, sum(offer.cost.minor for offer in chosen))
            for size in range(len(market) + 1)
            for chosen in combinations(market, size)
            if complete(chosen, target) and (end := last_week(chosen)) is not None
        }
        limits = Limits(hours_per_week=1000, start=MONDAY)
        fastest = plan(market, NOBODY, target, limits, Objective.FASTEST)
        assert fastest.complete == bool(ends), seed
        if not ends:
            continue
        proven += fastest.optimal
        assert fastest.weeks == min(end for end, _ in ends.values()), seed
        for weeks in (fastest.weeks, fastest.weeks + 3):
            allowed = [cost for end, cost in ends.values() if end <= weeks]
            cheapest = plan(market, NOBODY, target, Limits(hours_per_week=1000, start=MONDAY, weeks=weeks))
            assert cheapest.complete, seed
            assert cheapest.weeks <= weeks, seed
            assert cheapest.cost.minor == min(allowed), seed
        late = plan(market, NOBODY, target, Limits(hours_per_week=1000, start=MONDAY, weeks=fastest.weeks - 1))
        assert not late.complete, seed
        assert [way[0].to for way in late.infeasible.ways if way[0].what == "weeks"] == [fastest.weeks], seed
    assert proven > 30


def thousands(seed=1):
    rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
    market = []
    for number in range(4000):
        field = rng.randrange(40)
        provides = {f"{field}.{rng.randrange(25)}": rng.choice((1, 1, 2, 3)) for _ in range(3)}
        top = max(provides.values())
        groups = ((SkillLevel(f"{field}.{rng.randrange(25)}", top - 1),),) if top > 1 else ()
        hours = rng.randint(5, 60)
        price = Money(hours * rng.randint(3, 12), "EUR")
        market.append(Offer(id=f"o{number:04}", provides=provides, cost=price, hours=hours, requires=groups))
    return OfferIndex(market), Target(tuple(Need(f"{n % 2}.{n}", 1 + n % 3) for n in range(20)))


def test_the_first_plans_are_complete_and_each_is_better_than_the_one_before():
    index, target = thousands()
    found = list(improving(index, NOBODY, target))
    assert len(found) > 1
    assert all(one.complete for one in found)
    costs = [one.cost.minor for one in found]
    assert costs == sorted(costs, reverse=True)
    assert [one.optimal for one in found] == [False] * (len(found) - 1) + [True]
    assert found[-1] == plan(index, NOBODY, target)
    assert found[-1].bound == found[-1].cost.minor


def test_an_error_on_the_way_reaches_whoever_waits_for_plans():
    market = [Offer(id="a", provides={"x": 1}, cost=Money(0, "EUR"), hours=0, starts=(MONDAY,))]
    with pytest.raises(PlanningError, match="Give the day"):
        list(improving(market, NOBODY, Target((Need("x", 1),)), Limits(hours_per_week=3)))


def test_a_search_that_nobody_waits_for_asks_no_solver_any_more():
    from ortools.sat.python import cp_model

    whole = Allowance(1.0)
    whole.part(0.5).stop()
    with pytest.raises(Stopped):
        whole.exactly(cp_model.CpSolver(), cp_model.CpModel())


def test_whoever_waits_no_time_for_plans_gets_none():
    index, target = thousands()
    assert list(improving(index, NOBODY, target, wait=0.0)) == []
