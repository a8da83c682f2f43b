"""Goals in the currency in which things are sold: chosen where there are several, never converted, and what is free is free in any."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import imported, need, occupation, skill, taught
from tests.issuing.factories import MOMENT
from tests.people.factories import make_person

from cairn.errors import Invalid
from cairn.journeys.models import Goal
from cairn.journeys.services import goals
from cairn.people.models import Person
from cairn.skills.models import Occupation

pytestmark = pytest.mark.django_db


@pytest.fixture
def welder() -> Occupation:
    found = occupation()
    need(found, skill("Welding"), "3")
    return found


@pytest.fixture
def learner() -> Person:
    return make_person("Mina Learner")


def course(title: str, price: int, currency: str) -> None:
    offer = {"price_total": price, "currency": currency, "hours": Decimal(400)}
    taught(imported(title, workload_hours=Decimal(400), offer=offer), skill("Welding"), "3")


def planned(goal: Goal) -> dict[str, Any]:
    document: dict[str, Any] = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    return document


def titles(document: dict[str, Any]) -> list[str]:
    return [step["title"] for step in document["steps"]]


def test_a_goal_is_in_what_most_offers_are_priced_in(welder: Occupation, learner: Person) -> None:
    course("Schweißen", 90_000, "EUR")
    course("Löten und Schweißen", 95_000, "EUR")
    course("Combination welding", 1_000, "USD")
    goal = goals.set_goal(person=learner, occupation=welder, at=MOMENT, budget=100_000)
    assert goal.currency == "EUR"
    document = planned(goal)
    assert (titles(document), document["cost"], document["currency"]) == (["Schweißen"], 90_000, "EUR")
    assert document["considered"]["left_out"] == 0
    assert document["considered"]["priced_otherwise"] == 1


def test_what_is_free_is_free_in_every_currency(welder: Occupation, learner: Person) -> None:
    course("Schweißen", 90_000, "EUR")
    course("Welding for nothing", 0, "USD")
    document = planned(goals.set_goal(person=learner, occupation=welder, at=MOMENT, budget=0))
    assert (titles(document), document["cost"], document["currency"]) == (["Welding for nothing"], 0, "EUR")
    assert document["considered"]["priced_otherwise"] == 0


def test_the_next_goal_is_in_the_currency_of_the_last_one_until_another_is_chosen(
    welder: Occupation, learner: Person
) -> None:
    course("Schweißen", 90_000, "EUR")
    course("Combination welding", 1_000, "USD")
    first = goals.set_goal(person=learner, occupation=welder, at=MOMENT, currency="USD")
    assert (first.currency, goals.currency_for(learner)) == ("USD", "USD")
    with pytest.raises(Invalid, match="priced in JPY") as refused:
        goals.set_goal(person=learner, occupation=welder, at=MOMENT, currency="JPY")
    assert refused.value.remedy == "Choose EUR or USD."
    changed = goals.change_limits(
        goal=first, at=MOMENT, budget=95_000, hours_per_week=None, deadline=None, currency="EUR"
    )
    assert titles(planned(changed)) == ["Schweißen"]


def test_an_empty_catalogue_has_a_currency_too(learner: Person) -> None:
    assert goals.currency_for(learner) == "USD"


@pytest.fixture
def client(learner: Person) -> Client:
    found = Client()
    found.force_login(learner)
    return found


def test_pages_ask_for_the_currency_where_there_are_several(
    client: Client, welder: Occupation, learner: Person
) -> None:
    course("Schweißen", 90_000, "EUR")
    asked = reverse("journeys:new_goal")
    page = client.get(asked, {"occupation": welder.code}).text
    assert "Budget in euros" in page
    assert 'name="currency"' not in page
    course("鉄の溶接", 90_000, "JPY")
    page = client.get(asked, {"occupation": welder.code}).text
    assert 'name="currency"' in page
    given = {"occupation": welder.code, "limits": "1", "currency": "JPY"}
    assert "decimal" in client.post(asked, {**given, "budget": "95000.50"}).text, "yen have no smaller part"
    assert not Goal.objects.exists()
    client.post(asked, {**given, "budget": "95000"})
    goal = Goal.objects.get()
    assert (goal.currency, goal.budget) == ("JPY", 95_000)
    page = client.get(reverse("journeys:goal", args=[goal.pk])).text
    assert '<option value="JPY" selected>' in page
    assert "1 were left out because they are not priced in JPY" not in page
    choices = client.get(reverse("journeys:choices", args=[goal.pk])).text
    assert "鉄の溶接" in choices
    assert "not priced in JPY" in choices
    client.post(
        reverse("journeys:goal", args=[goal.pk]), {"currency": "EUR", "budget": "1000.50", "objective": "cheapest"}
    )
    goal.refresh_from_db()
    assert (goal.currency, goal.budget) == ("EUR", 100_050)


def test_a_currency_that_nothing_is_priced_in_is_refused_on_the_page(
    client: Client, welder: Occupation, learner: Person
) -> None:
    course("Schweißen", 90_000, "EUR")
    course("Combination welding", 1_000, "USD")
    given = {"occupation": welder.code, "limits": "1", "currency": "XXX", "budget": "5"}
    assert "XXX is not one of the available choices" in client.post(reverse("journeys:new_goal"), given).text
    assert not Goal.objects.exists()
