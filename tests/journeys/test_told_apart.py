"""An objective that cannot tell plans apart says so, and shows no order that means nothing."""

import pytest

from cairn.catalog.queries import PlanningOffers
from cairn.journeys import itinerary
from cairn.journeys.services import searching
from cairn.planning import Learner, Limits, Money, Need, Objective, Offer, OfferIndex, Target

TARGET = Target((Need("s", 1),))


def journey(*bodies: int, returns: int = 0) -> itinerary.Journey:
    offers = [
        Offer(
            id=f"offer:{place}",
            provides={"s": 1},
            cost=Money(100 + place, "USD"),
            hours=1,
            recognition=many,
            expected_return=returns,
        )
        for place, many in enumerate(bodies)
    ]
    known = PlanningOffers(OfferIndex(offers), frozenset(), 0, 0)
    return itinerary.Journey(Learner(), TARGET, Limits(), known, {"s": "Sewing"}, Objective.MOST_RECOGNISED)


@pytest.mark.parametrize(
    ("bodies", "told"), [((0, 0), "No body is on record"), ((2, 2), "Just as many bodies and institutions (2)")]
)
def test_offers_that_are_equally_recognised_are_not_ordered_by_that(bodies: tuple[int, ...], told: str) -> None:
    assert told in searching.why_not(Objective.MOST_RECOGNISED, journey(*bodies))


def test_offers_of_which_some_are_recognised_are_told_apart() -> None:
    asked = journey(0, 1)
    assert searching.why_not(Objective.MOST_RECOGNISED, asked) == ""
    document = itinerary.as_json(searching.best(asked), asked)
    assert [step["offer"] for step in document["steps"]] == ["offer:1"]
    assert document["notes"] == []


def test_a_plan_that_no_recognition_could_better_says_that_recognition_says_nothing() -> None:
    asked = journey(0, 3)
    alone = itinerary.Journey(
        asked.learner,
        asked.target,
        Limits(without=frozenset({"offer:1"})),
        asked.offers,
        asked.skill_names,
        asked.objective,
    )
    document = itinerary.as_json(searching.best(alone), alone)
    assert "recognition does not tell plans apart" in document["notes"][0]


def test_returns_that_nobody_estimated_are_refused_and_named() -> None:
    assert "No source here estimates" in searching.why_not(Objective.BEST_RETURN, journey(1, 2))
    assert searching.why_not(Objective.BEST_RETURN, journey(1, 2, returns=5)) == ""
