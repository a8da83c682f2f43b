"""Where many offers are left they are narrowed before they are written down: that may lose no best plan."""

import pytest
from tests.planning.worlds import world

from cairn.planning import Learner, Money, Need, Objective, Offer, OfferIndex, SkillLevel, Target, choosing, plan


@pytest.mark.parametrize("objective", [Objective.CHEAPEST, Objective.LEAST_STUDY, Objective.FASTEST])
@pytest.mark.parametrize("seed", range(0, 120, 4))
def test_the_nearest_offers_first_lead_to_the_same_best_plan(seed, objective, monkeypatch):
    given = world(seed)
    index = OfferIndex([*given.market, *given.stacks], bundles=given.bundles, discounts=given.discounts)
    asked = (index, given.learner, given.target, given.limits, objective)
    usual = plan(*asked)
    monkeypatch.setattr(choosing, "MANY", 0)
    narrowed = plan(*asked)
    assert (narrowed.optimal, narrowed.complete) == (usual.optimal, usual.complete)
    assert (narrowed.cost, narrowed.hours, narrowed.weeks) == (usual.cost, usual.hours, usual.weeks)


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
