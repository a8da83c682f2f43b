"""Bundles, discounts and what is needed beforehand, as a person sees them in a plan."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import skill
from tests.issuing.factories import MOMENT, College, make_college, make_version
from tests.people.factories import make_person

from cairn.catalog import services as catalog
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.issuing.services import award_credential
from cairn.journeys import itinerary
from cairn.journeys.services import goals, searching

pytestmark = pytest.mark.django_db


def offered(college: College, version: DefinitionVersion, price: int) -> Offer:
    made = catalog.create_offer(version=version, by=college.designer, at=MOMENT, price_tuition=price, hours=Decimal(12))
    return catalog.open_offer(offer=made, by=college.designer, at=MOMENT)


def test_a_plan_says_what_comes_first_what_a_bundle_saves_and_why_somebody_pays_less() -> None:
    college, learner, client = make_college(), make_person("Mina Learner"), Client()
    client.force_login(learner)
    welding = skill("Welding")
    badge = make_version(college, title="Safe Workshop", skills={skill("Safety").uri: Decimal(1)})
    harder = make_version(
        college, title="Welding Harder Things", skills={welding.uri: Decimal(3)},
        requires=[[{"achievement": achievement_id(badge)}]],
    )  # fmt: skip
    sold = [offered(college, badge, 100_00), offered(college, harder, 400_00)]
    bundle = catalog.create_bundle(
        organisation=college.organisation, by=college.designer, at=MOMENT, title="Both parts", offers=sold, price=450_00, currency="USD"
    )  # fmt: skip
    goal = goals.set_goal(person=learner, title="Fitter", needs=[{"skill": welding.uri, "level": 3}], at=MOMENT)
    posed = itinerary.of_goal(goal, MOMENT)
    told = itinerary.as_json(searching.best(posed), posed)
    assert [(step["title"], step["needed"]) for step in told["steps"]] == [
        ("Safe Workshop", []),
        ("Welding Harder Things", ["Safe Workshop"]),
    ]
    assert [(one["title"], one["cost"], one["saves"]) for one in told["bundles"]] == [("Both parts", 450_00, 50_00)]
    client.post(reverse("journeys:goal", args=[goal.pk]))
    shown = " ".join(client.get(reverse("journeys:choices", args=[goal.pk])).text.split())
    assert "Bought together as “Both parts” for $450. The bundle saves $50." in shown
    assert "Needed first, and reckoned with: Safe Workshop." in shown

    catalog.create_discount(
        offer=sold[1], by=college.designer, at=MOMENT, title="For our own", percent=25, credentials=[[achievement_id(badge)]]
    )  # fmt: skip
    catalog.end_bundle(bundle=bundle, by=college.designer, at=MOMENT)
    posed = itinerary.of_goal(goal, MOMENT)
    told = itinerary.as_json(searching.best(posed), posed)
    assert told["cost"] == 400_00
    assert [(one["held"], one["earned"]) for one in told["discounts"]] == [([], ["Safe Workshop"])]

    award_credential(version=badge, holder=learner, by=college.people["registrar"], at=MOMENT, origin="direct:held")
    posed = itinerary.of_goal(goal, MOMENT)
    told = itinerary.as_json(searching.best(posed), posed)
    assert (told["cost"], [step["title"] for step in told["steps"]]) == (300_00, ["Welding Harder Things"])
    assert [(one["off"], one["held"]) for one in told["discounts"]] == [(100_00, ["Safe Workshop"])]
    shown = " ".join(client.get(reverse("journeys:choices", args=[goal.pk])).text.split())
    assert "takes $100 off Welding Harder Things. You pay less because you hold Safe Workshop." in shown


def test_without_what_comes_first_on_offer_there_is_no_way() -> None:
    college, welding = make_college(), skill("Welding")
    badge = make_version(college, title="Safe Workshop")
    harder = make_version(
        college, title="Welding Harder Things", skills={welding.uri: Decimal(3)},
        requires=[[{"achievement": achievement_id(badge)}]],
    )  # fmt: skip
    offered(college, harder, 400_00)
    goal = goals.set_goal(
        person=make_person("Mina Learner"), title="Fitter", needs=[{"skill": welding.uri, "level": 3}], at=MOMENT
    )
    posed = itinerary.of_goal(goal, MOMENT)
    assert not searching.best(posed).complete
