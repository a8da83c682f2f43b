"""A learner's own program sets goals of every kind, keeps limits, finds and takes plans, states skills; and touches nobody else's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.catalog.factories import imported, need, occupation, skill, taught
from tests.entry.test_api import Program, own_program, problem
from tests.issuing.factories import make_college, make_learner, make_version

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.journeys.models import Goal, SkillClaim
from cairn.people.models import Person
from cairn.skills.models import Skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Person:
    return make_learner()


@pytest.fixture
def mine(learner: Person) -> Program:
    return own_program(learner, "goals:read", "goals:write")


@pytest.fixture
def offers() -> list[DefinitionVersion]:
    made = []
    for title, price, hours in (("Long and cheap", 90_000, 400), ("Short and dear", 250_000, 160)):
        version = imported(title, workload_hours=Decimal(hours), offer={"price_total": price, "hours": Decimal(hours)})
        taught(version, skill("Welding"), "3")
        made.append(version)
    return made


def wanted(one: Skill, level: float = 2.5) -> dict[str, Any]:
    return {"skill": one.uri, "level": level}


def test_a_goal_is_set_planned_for_narrowed_and_put_away(
    learner: Person, mine: Program, offers: list[DefinitionVersion]
) -> None:
    asked = {
        "title": "Welding at Pinewood",
        "skills": [wanted(skill("Welding"))],
        "budget": 300_000,
        "hours_per_week": 10,
    }
    made = mine.post("/goals", asked)
    assert made.status_code == 201
    number = made.json()["id"]
    found = mine.post(f"/goals/{number}/plans", {})
    assert found.status_code == 201
    cheap, dear = sorted(found.json()["choices"], key=lambda one: int(one["plan"]["cost"]))
    assert (cheap["plan"]["cost"], dear["plan"]["cost"]) == (90_000, 250_000)
    assert "cheapest" in cheap["best_in"]
    assert (found.json()["gap"][0]["skill"], found.json()["gap"][0]["need"]) == ("Welding", 3)
    supposed = mine.post(f"/goals/{number}/what-if", {"without": [cheap["plan"]["steps"][0]["offer"]]}).json()
    assert supposed["more_cost"] == 160_000
    assert mine.get(f"/goals/{number}").json()["taken"] is None
    assert mine.post(f"/goals/{number}/plans/{dear['id']}/take", {}).json()["taken_at"]
    assert mine.get(f"/goals/{number}").json()["taken"]["plan"]["cost"] == 250_000

    changed = mine.post(
        f"/goals/{number}", {"objective": "least_study", "without": ["offer:1"], "hours_per_week": None}
    ).json()
    assert (changed["budget"], changed["hours_per_week"]) == (300_000, None)  # what is not named stays, null lifts
    assert changed["wishes"] == {"objective": "least_study", "without": ["offer:1"]}
    again = mine.post("/goals", {"title": "Welding at Pinewood", "skills": [wanted(skill("Welding"), 3)]}).json()
    assert (again["id"], again["budget"], again["wishes"]["objective"]) == (number, 300_000, "least_study")
    assert again["needs"][0]["level"] == 3
    assert mine.post(f"/goals/{number}/close", {}).status_code == 200
    assert mine.get("/goals").json() == []
    problem(mine.post(f"/goals/{number}/plans/{cheap['id']}/take", {}), 409, "conflict")


def test_goals_are_of_every_kind(mine: Program, offers: list[DefinitionVersion]) -> None:
    work = occupation("Welder")
    need(work, skill("Welding"), "3")
    assert mine.post("/goals", {"occupation": work.code}).json()["occupation"] == work.code
    college = make_college()
    parts = [make_version(college, title=title) for title in ("Reading drawings", "Welding seams")]
    rule = {"kind": "all_of", "of": [{"kind": "award_of", "achievement": achievement_id(one)} for one in parts]}
    slug = make_version(college, title="Seam Welder", requirement=rule).definition.slug
    stack = mine.post(
        "/goals", {"stack": slug, "skills": [wanted(skill("Technical English"))], "budget": 100_000}
    ).json()
    assert (stack["stack"], stack["needs"][0]["name"]) == (slug, "Technical English")
    kept = mine.post("/goals", {"stack": slug, "deadline": None}).json()
    assert (kept["id"], kept["needs"], kept["budget"]) == (stack["id"], stack["needs"], 100_000)
    problem(mine.post("/goals", {"stack": slug, "occupation": work.code}), 422, "one_target")
    problem(mine.post("/goals", {}), 422, "one_target")
    problem(mine.post("/goals", {"title": "x", "skills": [{"skill": "urn:none", "level": 2}]}), 422, "unknown_skill")
    problem(
        mine.post("/goals", {"occupation": work.code, "deadline": "2001-01-01", "hours_per_week": 5}), 422, "invalid"
    )


def test_stated_skills_count_as_claimed_until_they_are_taken_back(learner: Person, mine: Program) -> None:
    welding = skill("Welding")
    first = mine.post("/claims", {"skill": welding.uri, "level": 2})
    assert first.status_code == 201
    again = mine.post("/claims", {"skill": welding.uri, "level": 3}).json()
    assert mine.get("/claims").json() == [again]
    assert (again["id"], again["level"]) == (first.json()["id"], 3)
    number = mine.post("/goals", {"title": "Pinewood", "skills": [wanted(welding)]}).json()["id"]
    (gap,) = mine.post(f"/goals/{number}/plans", {}).json()["gap"]
    assert gap["known_from"] == "claimed"
    problem(mine.post("/claims", {"skill": "urn:none", "level": 2}), 404, "unknown_skill")
    problem(mine.post("/claims", {"skill": welding.uri, "level": 8}), 422, "malformed_request")
    assert mine.post(f"/claims/{again['id']}/withdraw", {}).status_code == 204
    assert not SkillClaim.objects.exists()


def test_nothing_of_anybody_elses_is_changed(learner: Person, mine: Program) -> None:
    number = mine.post("/goals", {"title": "Pinewood", "skills": [wanted(skill("Welding"))]}).json()["id"]
    claim = mine.post("/claims", {"skill": skill("Welding").uri, "level": 2}).json()["id"]
    plan = Goal.objects.get().plans.create(objective="cheapest", document={}, proposed_at=Goal.objects.get().created_at)
    stranger = own_program(make_learner("Somebody Else"), "goals:read", "goals:write")
    for path in ("", "/close", "/plans", f"/plans/{plan.pk}/take", "/what-if"):
        problem(stranger.post(f"/goals/{number}{path}", {}), 404, "not_found")
    problem(stranger.post(f"/claims/{claim}/withdraw", {}), 404, "not_found")
    own = stranger.post("/goals", {"title": "Pinewood", "skills": [wanted(skill("Welding"))]}).json()["id"]
    assert own != number
    problem(stranger.post(f"/goals/{own}/plans/{plan.pk}/take", {}), 404, "not_found")
    assert SkillClaim.objects.get().person == learner
    assert Goal.objects.get(pk=number).closed_at is None


def test_a_goal_changes_its_currency_only_with_its_amounts(
    learner: Person, mine: Program, offers: list[DefinitionVersion]
) -> None:
    version = imported(
        "Schweißen",
        workload_hours=Decimal(200),
        offer={"price_total": 80_000, "currency": "EUR", "hours": Decimal(200)},
    )
    taught(version, skill("Welding"), "3")
    made = mine.post("/goals", {"title": "Welding", "skills": [wanted(skill("Welding"))], "budget": 100_000}).json()
    assert made["currency"] == "USD"
    address = f"/goals/{made['id']}"
    problem(mine.post(address, {"currency": "EUR"}), 422, "amounts_in_another_currency")
    problem(mine.post(address, {"currency": "JPY", "budget": None}), 422, "unknown_currency")
    changed = mine.post(address, {"currency": "EUR", "budget": 90_000}).json()
    assert (changed["currency"], changed["budget"]) == ("EUR", 90_000)
    [choice] = mine.post(f"{address}/plans", {}).json()["choices"]
    assert (choice["plan"]["currency"], [step["title"] for step in choice["plan"]["steps"]]) == ("EUR", ["Schweißen"])
