"""Goals and plans: the gap, what is proven and what is only said, the plan proposed and taken, and the pages around them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import imported, need, occupation, skill, taught
from tests.issuing.factories import MOMENT, make_college, make_version
from tests.people.factories import make_person

from cairn.errors import Conflict, Invalid, NotFound
from cairn.issuing.services import award_credential
from cairn.journeys import itinerary, queries
from cairn.journeys.models import Goal, SkillClaim
from cairn.journeys.services import claims, goals
from cairn.people.models import Person
from cairn.skills.models import Occupation, OccupationNeed, Skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def welding() -> Skill:
    return skill("Welding")


@pytest.fixture
def welder(welding: Skill) -> Occupation:
    found = occupation()
    need(found, welding, "3")
    OccupationNeed.objects.filter(occupation=found, skill=welding).update(
        importance=Decimal("4.5"), level=Decimal("3.4")
    )
    return found


@pytest.fixture
def learner() -> Person:
    return make_person("Mina Learner")


@pytest.fixture
def courses(welding: Skill) -> list[Any]:
    cheap = imported(
        "Combination welding", workload_hours=Decimal(400), offer={"price_total": 90_000, "hours": Decimal(400)}
    )
    dear = imported(
        "Welding in a month", workload_hours=Decimal(160), offer={"price_total": 250_000, "hours": Decimal(160)}
    )
    for version in (cheap, dear):
        taught(version, welding, "3")
    return [cheap, dear]


def goal_for(person: Person, welder: Occupation, **limits: Any) -> Goal:
    return goals.set_goal(person=person, occupation=welder, at=MOMENT, **limits)


def test_the_gap_says_what_is_needed_by_whom_and_what_is_there(
    welder: Occupation, learner: Person, welding: Skill
) -> None:
    claims.state_skill(person=learner, skill_uri=welding.uri, level="2", at=MOMENT)
    [gap] = itinerary.gaps_json(itinerary.of_goal(goal_for(learner, welder), MOMENT))
    assert (gap["skill"], gap["have"], gap["need"], gap["known_from"], gap["essential"]) == (
        "Welding",
        2,
        3,
        "claimed",
        True,
    )
    assert gap["source"]


def test_a_valid_award_proves_what_was_only_said(welder: Occupation, learner: Person, welding: Skill) -> None:
    college = make_college()
    badge = make_version(college, skills={welding.uri: Decimal(3)})
    claims.state_skill(person=learner, skill_uri=welding.uri, level="1", at=MOMENT)
    award_credential(
        version=badge,
        holder=learner,
        by=college.registrar,
        at=MOMENT,
        origin="direct:1",
        valid_until=MOMENT + timedelta(days=30),
    )
    [gap] = itinerary.gaps_json(itinerary.of_goal(goal_for(learner, welder), MOMENT))
    assert (gap["have"], gap["known_from"]) == (3, "verified")
    later = MOMENT + timedelta(days=31)
    [gap] = itinerary.gaps_json(itinerary.of_goal(goal_for(learner, welder), later))
    assert (gap["have"], gap["known_from"]) == (1, "claimed")


def test_the_cheapest_plan_is_proven_and_the_quickest_is_offered_beside_it(
    welder: Occupation, learner: Person, courses: list[Any]
) -> None:
    found = goals.choices(goal_for(learner, welder, hours_per_week=10), MOMENT)
    titles = {tuple(step["title"] for step in one["plan"].document["steps"]): one["objectives"] for one in found}
    assert titles == {("Combination welding",): ["cheapest"], ("Welding in a month",): ["least_study", "fastest"]}
    cheapest = found[0]["plan"].document
    assert (cheapest["optimal"], cheapest["complete"], cheapest["cost"], cheapest["weeks"]) == (True, True, 90_000, 40)
    assert cheapest["steps"][0]["inferred"] is True


def test_a_short_course_nobody_described_is_not_taken_for_its_whole_field(
    welder: Occupation, learner: Person, welding: Skill
) -> None:
    afternoon = imported(
        "Welding in an afternoon", workload_hours=Decimal(4), offer={"price_total": 5_000, "hours": Decimal(4)}
    )
    taught(afternoon, welding, "3")
    plan = goals.propose(goal=goal_for(learner, welder), objective="cheapest", at=MOMENT)
    assert plan.document["steps"] == []
    assert plan.document["considered"]["too_short"] == 1


def test_a_budget_nothing_fits_names_the_smallest_change(
    welder: Occupation, learner: Person, courses: list[Any]
) -> None:
    plan = goals.propose(goal=goal_for(learner, welder, budget=50_000), objective="cheapest", at=MOMENT)
    assert plan.document["steps"] == []
    assert not plan.document["complete"]
    assert "400" in " ".join(sentence for way in plan.document["infeasible"]["ways"] for sentence in way)


def test_a_plan_is_taken_once_and_a_new_one_replaces_it(
    welder: Occupation, learner: Person, courses: list[Any]
) -> None:
    goal = goal_for(learner, welder)
    first, second = (one["plan"] for one in goals.choices(goal, MOMENT))
    goals.take_plan(plan=first, at=MOMENT)
    goals.take_plan(plan=first, at=MOMENT + timedelta(days=1))
    taken = queries.taken_plan(goal)
    assert taken is not None
    assert (taken.pk, taken.taken_at) == (first.pk, MOMENT)
    goals.take_plan(plan=second, at=MOMENT + timedelta(days=2))
    taken = queries.taken_plan(goal)
    assert taken is not None
    assert taken.pk == second.pk


def test_a_plan_of_a_goal_put_away_is_not_taken(welder: Occupation, learner: Person, courses: list[Any]) -> None:
    goal = goal_for(learner, welder)
    plan = goals.propose(goal=goal, objective="cheapest", at=MOMENT)
    goals.close_goal(goal=goal, at=MOMENT)
    with pytest.raises(Conflict, match="put away"):
        goals.take_plan(plan=plan, at=MOMENT)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"budget": -1}, "below zero"),
        ({"hours_per_week": 100}, "cannot be planned with"),
        ({"deadline": date(2020, 1, 1), "hours_per_week": 5}, "has passed"),
        ({"deadline": date(2030, 1, 1)}, "hours you have a week"),
    ],
)
def test_impossible_limits_are_refused_with_what_to_give(
    welder: Occupation, learner: Person, limits: dict[str, Any], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        goal_for(learner, welder, **limits)
    assert not Goal.objects.exists()


def test_an_occupation_nobody_described_cannot_be_a_goal(learner: Person) -> None:
    with pytest.raises(Invalid, match="Nobody has published"):
        goal_for(learner, occupation("Lighthouse keepers", soc="53-9999", cip="49.0399"))


def test_an_unknown_skill_and_a_level_off_the_scale_are_refused(learner: Person, welding: Skill) -> None:
    with pytest.raises(NotFound, match="no skill"):
        claims.state_skill(person=learner, skill_uri="urn:none", level="3", at=MOMENT)
    for level in ("8", "-1", "much", "NaN", "sNaN", "Infinity", "1E+999999"):
        with pytest.raises(Invalid):
            claims.state_skill(person=learner, skill_uri=welding.uri, level=level, at=MOMENT)
    assert not SkillClaim.objects.exists()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_learner_walks_from_occupation_to_taken_plan_by_pages(
    welder: Occupation, learner: Person, welding: Skill, courses: list[Any]
) -> None:
    client = signed_in(learner)
    answer = client.post(
        reverse("journeys:new_goal"),
        {"occupation": welder.code, "limits": "1", "budget": "3000", "hours_per_week": "10"},
    )
    goal = Goal.objects.get()
    assert answer["Location"] == reverse("journeys:goal", args=[goal.pk])
    assert (goal.budget, goal.hours_per_week) == (300_000, 10)
    page = client.get(answer["Location"]).text
    assert "Welding" in page
    client.post(reverse("journeys:state_skills"), {"goal": goal.pk, f"level:{welding.uri}": "1"})
    assert SkillClaim.objects.get().level == 1
    choices = client.get(reverse("journeys:choices", args=[goal.pk])).text
    assert "Combination welding" in choices
    plan = goal.plans.order_by("pk")[0]
    client.post(reverse("journeys:take", args=[goal.pk, plan.pk]))
    assert "Your plan" in client.get(reverse("journeys:goal", args=[goal.pk])).text
    assert client.get(reverse("journeys:path")).status_code == 200


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(welder: Occupation, learner: Person) -> None:
    page = signed_in(learner).post(
        reverse("journeys:new_goal"),
        {"occupation": welder.code, "limits": "1", "hours_per_week": "", "deadline": "2030-01-01"},
    )
    assert "hours you have a week" in page.text
    assert "2030-01-01" in page.text


def test_goals_are_private(welder: Occupation, learner: Person, courses: list[Any]) -> None:
    goal = goal_for(learner, welder)
    plan = goals.propose(goal=goal, objective="cheapest", at=MOMENT)
    pages = [reverse("journeys:goal", args=[goal.pk]), reverse("journeys:choices", args=[goal.pk])]
    other = signed_in(make_person("Omar Other"))
    assert [other.get(page).status_code for page in pages] == [404, 404]
    assert other.post(reverse("journeys:take", args=[goal.pk, plan.pk])).status_code == 404
    assert other.post(reverse("journeys:close", args=[goal.pk])).status_code == 404
    anonymous = Client()
    assert [anonymous.get(page).status_code for page in pages] == [302, 302]


def test_an_unknown_occupation_says_where_to_look(learner: Person) -> None:
    page = signed_in(learner).get(reverse("journeys:new_goal"), {"occupation": "99-9999.99"})
    assert page.status_code == 404
