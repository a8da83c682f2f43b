"""Where many offers are left they are narrowed before they are written down: that may lose no best plan."""

import pytest
from tests.planning.worlds import world

from cairn.planning import (
    Bundle,
    Learner,
    Limits,
    Money,
    Need,
    Objective,
    Offer,
    OfferIndex,
    SkillLevel,
    Target,
    narrowing,
    nearby,
    plan,
    pruning,
)
from cairn.planning.nearby import Nearby
from cairn.planning.posing import Problem
from cairn.planning.program import Program
from cairn.planning.pruning import Weighing
from cairn.planning.relaxation import relax


@pytest.mark.parametrize("objective", [Objective.CHEAPEST, Objective.LEAST_STUDY, Objective.FASTEST])
@pytest.mark.parametrize("seed", range(0, 120, 4))
def test_the_nearest_offers_first_lead_to_the_same_best_plan(seed, objective, monkeypatch):
    given = world(seed)
    index = OfferIndex([*given.market, *given.stacks], bundles=given.bundles, discounts=given.discounts)
    asked = (index, given.learner, given.target, given.limits, objective)
    usual = plan(*asked)
    monkeypatch.setattr(narrowing, "MANY", 0)
    monkeypatch.setattr(narrowing, "CORE", 2)
    monkeypatch.setattr(nearby, "FEW", 0)
    narrowed = plan(*asked)
    assert (narrowed.optimal, narrowed.complete) == (usual.optimal, usual.complete)
    assert (narrowed.cost, narrowed.hours, narrowed.weeks) == (usual.cost, usual.hours, usual.weeks)


@pytest.mark.parametrize("objective", [Objective.CHEAPEST, Objective.LEAST_STUDY, Objective.FASTEST])
@pytest.mark.parametrize("seed", range(2, 120, 8))
def test_who_is_superfluous_may_be_asked_before_or_after_prices(seed, objective, monkeypatch):
    given = world(seed)
    index = OfferIndex([*given.market, *given.stacks], bundles=given.bundles, discounts=given.discounts)
    asked = (index, given.learner, given.target, given.limits, objective)
    before = plan(*asked)
    monkeypatch.setattr(pruning, "MANY", 0)
    monkeypatch.setattr(narrowing, "MANY", 0)
    monkeypatch.setattr(nearby, "FEW", 0)
    after = plan(*asked)
    assert after.considered.candidates >= before.considered.candidates
    assert (after.optimal, after.complete) == (before.optimal, before.complete)
    assert (after.cost, after.hours, after.weeks) == (before.cost, before.hours, before.weeks)


def course(key, price, requires=(), **skills):
    return Offer(id=key, provides=skills, cost=Money(price, "EUR"), hours=1, requires=requires)


def test_what_only_serves_an_offer_that_is_worth_no_more_than_its_price_goes_with_it():
    market = [
        course("direct", 100, wanted=1),
        course("dear", 90, ((SkillLevel("basis", 1),),), wanted=1),
        course("basis", 20, basis=1),  # what builds on it saves ten
        course("other", 30, basis=1),
    ]
    found = plan(market, Learner(), Target((Need("wanted", 1),)))
    assert [step.offer.id for step in found.steps] == ["direct"]
    assert (found.considered.relevant, found.considered.candidates) == (4, 1)


def test_an_offer_of_a_bundle_adds_what_the_cheaper_way_to_pay_for_it_adds():
    market = [course("direct", 100, wanted=1), course("dear", 150, wanted=1), course("rest", 90, other=1)]
    both = Bundle(id="both", offers=frozenset({"dear", "rest"}), cost=Money(130, "EUR"))
    index = OfferIndex(market, bundles=[both])
    problem = Problem.pose(index, Learner(), Target((Need("wanted", 1),)), Limits(), 20.0)
    program = Program.of(problem.pool({"wanted": {1}}, Weighing.NOTHING))
    place = next(number for number, offer in enumerate(program.pool.candidates) if offer.id == "dear")
    rows = program.require(problem.needs)
    found = relax(program, rows, program.cost, problem.allowance)
    ways, program.payers = program.payers, {}
    plain = relax(program, rows, program.cost, problem.allowance)
    assert found is not None
    assert plain is not None
    assert len(ways[place]) == 2
    assert found.reduced[place] == plain.reduced[place] + min(plain.reduced[way] for way in ways[place])
    assert round(found.limit + found.reduced[place]) == 130
    assert round(plain.limit + plain.reduced[place]) < 130


def test_who_would_pay_is_charged_for_what_it_asks_for():
    skills = [f"wanted{number}" for number in range(6)]
    market = [course(f"direct-{skill}", 100, **{skill: 1}) for skill in skills]
    market += [course(f"cheap-{skill}", 10, ((SkillLevel("basis", 1),),), **{skill: 1}) for skill in skills]
    market += [course("basis", 1000, basis=1), course("basis-too", 990, basis=1)]
    problem = Problem.pose(market, Learner(), Target(tuple(Need(skill, 1) for skill in skills)), Limits(), 20.0)
    pool = problem.pool({skill: {1} for skill in skills}, Weighing.NOTHING)
    nearby = Nearby(problem, pool, 0, money=True, hours=None)
    nearby.few[:] = [offer.id.startswith("direct") for offer in pool.candidates]
    prices = nearby.prices()
    assert prices is not None
    uncharged, _ = nearby.proven(prices)
    nearby.charged(prices)
    limit, adding = nearby.proven(prices)
    assert (round(uncharged), round(limit)) == (60, 600)
    assert min(adding) >= -1e-6
