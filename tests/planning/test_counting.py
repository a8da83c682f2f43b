"""Amounts: what is granted once enough is there, held against every plan of small random markets, tried out by brute force."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from tests.planning.worlds import eur, outcomes, world

from cairn.planning import (
    Amount,
    Counting,
    Need,
    Objective,
    Offer,
    OfferIndex,
    Target,
    pareto,
    plan,
)

SEEDS = 120
WHOLE = Target((Need("whole", 1),))


def counted(seed: int):
    """A random market in which enough of it grants a whole: an amount with caps, one way or another; and what to ask of it."""
    rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
    made = world(seed)
    names = sorted({name for offer in made.market for name in offer.names} - made.learner.holds)
    worth = {name: rng.randint(1, 5) for name in names if rng.random() < 0.8} or {names[0]: 3}
    least = rng.randint(1, max(1, sum(worth.values()) * 2 // 3))
    kinds = {name: rng.randint(0, 1) for name in names}
    cap = rng.randint(2, 9)
    ways = [frozenset(rng.sample(names, rng.randint(1, min(2, len(names))))) for _ in range(rng.randint(1, 3))]

    def enough(reached) -> bool:
        told = [min(cap, sum(worth.get(name, 0) for name in reached if kinds.get(name) == kind)) for kind in (0, 1)]
        return sum(told) >= least and any(way <= set(reached) for way in ways)

    told_rows = rng.random() < 0.7  # without rows everything is found out by asking
    amounts = (Amount(of=worth, least=least, unit="credits"),) if told_rows else ()
    whole = Offer(
        id="whole", provides={"whole": 1}, cost=eur(0), hours=0, granted=True, at_least=1,
        requires=tuple((name,) for name in names),
        counting=Counting(names=frozenset(names), amounts=amounts, asked=enough),
    )  # fmt: skip
    if rng.random() < 0.4:  # somebody waits for the whole, and counts toward it perhaps
        place = rng.randrange(len(made.market))
        made.market[place] = replace(made.market[place], requires=(*made.market[place].requires, ("whole",)))
    target = Target((*WHOLE.needs, *made.target.needs[: rng.choice((0, 0, 1))]))
    made = replace(made, stacks=[*made.stacks, whole], target=target, enough=enough)
    if rng.random() < 0.3:  # another way to the same
        made.market.append(Offer(id="z", provides={"whole": 1}, cost=eur(rng.randint(4, 30)), hours=rng.randint(1, 9)))
    return made


def ask(made, objective):
    index = OfferIndex([*made.market, *made.stacks], bundles=made.bundles, discounts=made.discounts)
    return plan(index, made.learner, made.target, made.limits, objective)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_plan_that_counts_is_ever_beaten_and_each_holds(seed: int) -> None:
    made = counted(seed)
    tried = list(outcomes(made))
    full = [one for one in tried if all(one.held.get(need.skill, 0) >= need.level for need in made.target.needs)]
    for objective, value in (
        (Objective.CHEAPEST, lambda one: (one.cost, one.hours)),
        (Objective.LEAST_STUDY, lambda one: (one.hours, one.cost)),
    ):
        found = ask(made, objective)
        assert found.complete == bool(full)
        assert found.optimal
        if full:
            taken = frozenset(step.offer.id for step in found.steps if not step.offer.granted)
            assert taken in {one.taken for one in tried}
            best = min(value(one) for one in full)
            mine = (found.cost.minor, found.hours)
            assert (mine if objective is Objective.CHEAPEST else mine[::-1]) == best


@pytest.mark.parametrize("seed", range(0, SEEDS, 4))
def test_the_choices_side_by_side_are_those_of_brute_force(seed: int) -> None:
    made = counted(seed)
    full = [
        (one.cost, one.hours)
        for one in outcomes(made)
        if all(one.held.get(need.skill, 0) >= need.level for need in made.target.needs)
    ]
    index = OfferIndex([*made.market, *made.stacks], bundles=made.bundles, discounts=made.discounts)
    found = [
        (one.cost.minor, one.hours) for one in pareto(index, made.learner, made.target, made.limits) if one.complete
    ]
    best = {one for one in full if not any(a <= one[0] and b <= one[1] and (a, b) != one for a, b in full)}
    assert sorted(found) == sorted(best)
