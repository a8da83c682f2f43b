"""Amounts: what is granted once enough is there, held against every plan of small random markets, tried out by brute force."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from tests.planning.worlds import eur, outcomes, world

from cairn.planning import (
    Amount,
    Counting,
    Learner,
    Limits,
    Need,
    Objective,
    Offer,
    OfferIndex,
    PlanningError,
    Supposing,
    Target,
    improving,
    pareto,
    plan,
    what_if,
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


def course(key: str, price: int, hours: int = 10, **more):
    return Offer(id=key, provides={}, cost=eur(price), hours=hours, **more)


def whole_of(names, **counting):
    return Offer(
        id="whole", provides={"whole": 1}, cost=eur(0), hours=0, granted=True, at_least=1,
        requires=tuple((name,) for name in names), counting=Counting(names=frozenset(names), **counting),
    )  # fmt: skip


def test_what_could_not_be_found_out_is_set_aside_and_nothing_is_called_proven() -> None:
    market = [course("a", 1), course("b", 2), course("c", 4)]

    def asked(names: frozenset[str]) -> bool | None:
        return None if names == {"a"} else "b" in names or "c" in names

    found = plan([*market, whole_of("abc", asked=asked)], Learner(), WHOLE)
    assert [step.offer.id for step in found.steps] == ["b", "whole"]
    assert (found.complete, found.optimal, found.bound) == (True, False, 1)
    nothing = plan([*market, whole_of("abc", asked=lambda _: None)], Learner(), WHOLE)
    assert (nothing.complete, nothing.optimal) == (False, False)
    assert nothing.infeasible is not None
    assert "none was proven impossible" in nothing.infeasible.reason


def test_few_sets_are_asked_about_where_many_would_not_do() -> None:
    names = [f"n{number:02}" for number in range(40)]
    market = [course(name, 10 + number) for number, name in enumerate(names)]
    asked: list[frozenset[str]] = []

    def two_of_the_last(reached: frozenset[str]) -> bool:
        asked.append(reached)
        return len(reached & set(names[-3:])) >= 2

    found = plan([*market, whole_of(names, asked=two_of_the_last)], Learner(), WHOLE)
    assert [step.offer.id for step in found.steps] == ["n37", "n38", "whole"]
    assert found.optimal
    assert len(asked) == len(set(asked)) < 200


def test_a_step_that_builds_on_an_amount_comes_after_what_it_counts() -> None:
    market = [course("a", 1, 20), course("b", 1, 20), course("master", 1, 10, weeks=1, requires=(("whole",),))]
    whole = whole_of("ab", amounts=(Amount(of={"a": 1, "b": 1}, least=2, unit="credits"),))
    master = replace(market[2], provides={"mastery": 1})
    target = Target((Need("mastery", 1),))
    found = plan([*market[:2], master, whole], Learner(), target, Limits(hours_per_week=10))
    weeks = {step.offer.id: (step.start_week, step.end_week) for step in found.steps}
    assert weeks["master"] == (5, 5)
    assert found.steps[0].why.endswith("It gives 1 of the 2 credits still to be gained for whole.")
    soon = plan([*market[:2], master, whole], Learner(), target, Limits(hours_per_week=10, weeks=4))
    assert not soon.complete


def test_every_plan_on_the_way_is_enough() -> None:
    for seed in range(0, 60, 3):
        made = counted(seed)
        index = OfferIndex([*made.market, *made.stacks], bundles=made.bundles, discounts=made.discounts)
        on_the_way = list(improving(index, made.learner, made.target, made.limits))
        tried = {one.taken for one in outcomes(made)}
        for one in on_the_way:
            assert frozenset(step.offer.id for step in one.steps if not step.offer.granted) in tried


def test_what_if_and_the_smallest_change_count_too() -> None:
    market = [course("a", 500), course("b", 700), course("c", 900)]
    whole = whole_of("abc", amounts=(Amount(of={"a": 5, "b": 5, "c": 9}, least=10),))
    offers = [*market, whole]
    now = plan(offers, Learner(), WHOLE, Limits(budget=eur(1000)))
    assert not now.complete
    assert now.infeasible is not None
    assert [change.by for way in now.infeasible.ways for change in way] == [200]
    more = what_if(offers, Learner(), WHOLE, Limits(budget=eur(1000)), supposing=Supposing(more_budget=200), now=now)
    assert more.result.complete
    less = what_if(offers, Learner(), WHOLE, supposing=Supposing(without=frozenset({"b", "c"})), now=more.result)
    assert less.result.infeasible is not None
    assert [way[0].sentence for way in less.result.infeasible.ways] == ["If no offer is ruled out, everything fits."]
    too_much = whole_of("abc", amounts=(Amount(of={"a": 5, "b": 5, "c": 9}, least=20),))
    never = plan([*market, too_much], Learner(), WHOLE, Limits(budget=eur(1000)))
    assert never.infeasible is not None
    assert "do not come to what is asked" in never.infeasible.reason
    assert never.infeasible.ways == ()


def test_what_cannot_be_posed_is_refused() -> None:
    with pytest.raises(PlanningError, match="counts what it does not require"):
        Offer(id="w", provides={}, cost=eur(0), hours=0, granted=True, counting=Counting(names=frozenset("a")))
    with pytest.raises(PlanningError, match="not among the names"):
        Counting(names=frozenset("a"), amounts=(Amount(of={"b": 1}, least=1),))
    with pytest.raises(PlanningError, match="asks for nothing"):
        Amount(of={"a": 1}, least=0)
    with pytest.raises(PlanningError, match="counts what the learner holds"):
        plan([course("a", 1), whole_of("a")], Learner(holds=frozenset("a")), WHOLE)
