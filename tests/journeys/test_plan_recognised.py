"""The most recognised plan: bodies that stand behind an offer and institutions whose agreements accept it, with their names."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import skill
from tests.issuing.factories import MOMENT, make_college, make_version
from tests.journeys.test_plan_prices import offered
from tests.people.factories import make_person
from tests.recognition.factories import make_agreement, make_course, make_university, term

from cairn.catalog.achievements import achievement_id
from cairn.journeys import itinerary
from cairn.journeys.services import goals, searching
from cairn.journeys.wishes import Wishes
from cairn.planning import Objective
from cairn.recognition import services as recognition
from cairn.recognition.queries import accepting

pytestmark = pytest.mark.django_db


def test_an_institution_whose_agreement_accepts_a_credential_makes_it_more_recognised() -> None:
    college, university = make_college(), make_university()
    learner, client, welding = make_person("Mina Learner"), Client(), skill("Welding")
    client.force_login(learner)
    cheap = make_version(college, title="Welding for Little", skills={welding.uri: Decimal(3)})
    known = make_version(college, title="Welding That Counts", skills={welding.uri: Decimal(3)})
    for version, price in ((cheap, 100_00), (known, 300_00)):
        offered(college, version, price)
    goal = goals.set_goal(
        person=learner, title="Fitter", needs=[{"skill": welding.uri, "level": 3}], at=MOMENT,
        wishes=Wishes(objective=Objective.MOST_RECOGNISED),
    )  # fmt: skip
    assert "no institution accepts one" in searching.why_not(Objective.MOST_RECOGNISED, itinerary.of_goal(goal, MOMENT))
    course = make_course(university, "WELD 101")
    agreement = make_agreement(college, university, term(known, course))
    journey = itinerary.of_goal(goal, MOMENT)
    told = itinerary.as_json(searching.best(journey), journey)
    name = university.organisation.name
    assert [(step["title"], step["accepting"]) for step in told["steps"]] == [("Welding That Counts", [name])]
    shown = " ".join(client.get(reverse("journeys:choices", args=[goal.pk])).text.split())
    assert f"Counts by an agreement in force at: {name}." in shown

    later = MOMENT + timedelta(days=200)
    recognition.withdraw_agreement(
        agreement=agreement,
        organisation=university.organisation,
        by=university.registrar,
        at=MOMENT,
        reason="No places.",
    )
    journey = itinerary.of_goal(goal, later)
    assert searching.why_not(Objective.MOST_RECOGNISED, journey)
    assert [step.offer.title for step in searching.best(journey.aiming(Objective.CHEAPEST)).steps] == [
        "Welding for Little"
    ]


def test_a_credential_below_the_level_that_an_agreement_asks_for_is_not_accepted() -> None:
    college, university = make_college(), make_university()
    low, high = make_course(college, "Reading Plans"), make_course(college, "Drawing Plans")
    asked = [
        term(version, make_course(university, f"WELD {least}"), level={"framework": "eqf", "value": least})
        for version, least in ((low, "7"), (high, "4"))
    ]
    make_agreement(college, university, *asked)
    assert accepting(MOMENT) == {achievement_id(high): frozenset({university.organisation.name})}
