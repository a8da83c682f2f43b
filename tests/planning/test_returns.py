"""The best return under a premium that the learner assumes, against every plan, with and without calendars, and the model itself."""

import random
from dataclasses import replace
from decimal import Decimal
from math import ceil

import pytest
from tests.planning import calendars, worlds

from cairn.appraisal.returns import annuity
from cairn.planning import (
    Learner,
    Limits,
    Money,
    Need,
    Objective,
    Offer,
    OfferIndex,
    PlanningError,
    Target,
    Worth,
    plan,
)

TWELVE = {"sql": 2}


def course(key, price, hours, **more):
    return Offer(id=key, provides=TWELVE, cost=Money(price, "EUR"), hours=hours, **more)


def net(worth, cost, hours, weeks):
    """The formula again, in floating point: good to a cent for amounts as small as these."""
    value = sum(
        worth.premium * float(worth.fade) ** (year - 1) / (1 + float(worth.discount)) ** (year + weeks / 52)
        for year in range(1, worth.years + 1)
    )
    return value - cost - hours * worth.hour


def test_the_present_value_is_that_of_the_appraisal():
    worth = Worth(premium=260_000)
    exact = 260_000 * annuity(5, Decimal("0.03"), Decimal("0.9"))
    assert worth.value(0) == round(exact) == 981_276
    assert worth.value(52) == round(exact / Decimal("1.03"))
    assert worth.loss(0) == 0
    assert [worth.loss(week) for week in range(60)] == sorted(worth.loss(week) for week in range(60))


def test_break_even_is_the_least_premium_that_pays():
    worth = Worth(premium=1, hour=500)
    least = worth.break_even(375_000, 26)
    assert replace(worth, premium=least).value(26) >= 375_000 > replace(worth, premium=least - 1).value(26)


@pytest.mark.parametrize("batch", range(2))
def test_no_plan_returns_more_than_the_one_found(batch):
    told = 0
    for seed in range(20_000 + batch * 100, 20_100 + batch * 100):
        rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
        made = worlds.world(seed)
        market = [replace(offer, expected_return=0) for offer in made.market]
        worth = Worth(
            premium=rng.randint(0, 3_000),
            hour=rng.choice((0, 0, 1, 2)),
            discount=Decimal(rng.choice(("0.03", "0", "1.5"))),
        )
        world = replace(made, market=market, target=replace(made.target, worth=worth))
        per_week = world.limits.hours_per_week
        index = OfferIndex([*world.market, *world.stacks], bundles=world.bundles, discounts=world.discounts)
        result = plan(index, world.learner, world.target, world.limits, Objective.BEST_RETURN)
        every = [one for one in worlds.outcomes(world) if worlds.covered(one.held, world.target.needs) == 1]
        assert result.complete == bool(every), seed
        assert result.optimal, seed
        if not every or not result.steps:
            assert result.returned is None or result.steps
            continue
        told += 1
        # an offer of no hours still belongs to a week
        best = max(
            net(worth, one.cost, one.hours, 0 if per_week is None else max(bool(one.taken), ceil(one.hours / per_week)))
            for one in every
        )
        assert result.returned is not None
        assert abs(result.returned.net - best) < 2, seed
        assert result.returned.net == result.bound, seed
        assert result.returned.net == result.returned.value - result.cost.minor - worth.hour * result.hours
        taken = {step.offer.id for step in result.steps if not step.offer.granted}
        assert taken in [one.taken for one in every], seed
    assert told > 5


@pytest.mark.parametrize("batch", range(2))
def test_no_calendar_returns_more_than_the_one_found(batch):
    told = 0
    for seed in range(21_000 + batch * 40, 21_040 + batch * 40):
        rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
        market, (target, limits) = calendars.market(rng), calendars.question(rng)
        worth = Worth(
            premium=rng.randint(0, 400), hour=rng.choice((0, 1)), discount=Decimal(rng.choice(("0.03", "3", "9")))
        )
        result = plan(market, Learner(), replace(target, worth=worth), limits, Objective.BEST_RETURN)
        every = [net(worth, *one) for one in calendars.plans(market, target, limits)]
        assert (result.complete, result.optimal) == (bool(every), True), seed
        if every and result.steps:
            told += 1
            assert abs(result.returned.net - max(every)) < 2, seed
            assert result.returned.net == result.bound, seed
    assert told > 5


def test_who_earns_more_sooner_pays_more_for_speed():
    market = [course("slow", 10_000, 400), course("quick", 60_000, 40)]
    limits = Limits(hours_per_week=10)

    def best(premium, hour=0):
        target = Target((Need("sql", 2),), worth=Worth(premium=premium, hour=hour))
        return plan(market, Learner(), target, limits, Objective.BEST_RETURN)

    assert [step.offer.id for step in best(100_000).steps] == ["slow"]
    assert [step.offer.id for step in best(1_000_000).steps] == ["quick"]
    assert [step.offer.id for step in best(100_000, hour=200).steps] == ["quick"]


def test_what_offers_state_is_used_and_not_what_the_learner_assumes():
    market = [course("stated", 900, 9, expected_return=50), course("cheap", 1, 1)]
    target = Target((Need("sql", 2),), worth=Worth(premium=100))
    found = plan(market, Learner(), target, objective=Objective.BEST_RETURN)
    assert [step.offer.id for step in found.steps] == ["stated"]
    assert found.returned is None


def test_a_plan_that_leaves_something_open_earns_no_premium():
    market = [course("a", 5, 5)]
    target = Target((Need("sql", 2), Need("r", 1)), worth=Worth(premium=100))
    found = plan(market, Learner(), target, objective=Objective.BEST_RETURN)
    assert not found.complete
    assert found.returned is None


def test_every_plan_says_what_it_comes_to_whatever_it_aims_at():
    target = Target((Need("sql", 2),), worth=Worth(premium=100_000, hour=100))
    found = plan([course("a", 5_000, 5)], Learner(), target, Limits(hours_per_week=1), Objective.CHEAPEST)
    assert found.returned.weeks == 5
    assert found.returned.time == 500
    assert found.returned.net == Worth(premium=100_000).value(5) - 5_500


@pytest.mark.parametrize(
    "wrong",
    [{"premium": -1}, {"premium": 1, "hour": -1}, {"premium": 1, "years": 0}, {"premium": 1, "years": 101},
     {"premium": 1, "fade": Decimal(0)}, {"premium": 1, "fade": Decimal("NaN")}, {"premium": 1, "discount": Decimal(-1)},
     {"premium": 1, "discount": Decimal("Infinity")}],
    ids=["premium", "hour", "no years", "many years", "no fade", "fade", "discount", "endless discount"],
)  # fmt: skip
def test_assumptions_that_nobody_can_reckon_with_are_refused(wrong):
    with pytest.raises(PlanningError):
        Worth(**wrong)
