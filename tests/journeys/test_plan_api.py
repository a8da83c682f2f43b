"""Plans over the API: to an occupation, to skills, to a larger credential, with choices and what if, and whole problems."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.catalog.factories import imported, need, occupation, skill, taught
from tests.issuing.factories import College, make_college, make_version
from tests.people.factories import give_role

from cairn.catalog.achievements import achievement_id
from cairn.outside.clock import now
from cairn.people.models import Role
from cairn.people.services import issue_token
from cairn.planning.checking import check
from cairn.planning.schemas import PLAN

pytestmark = pytest.mark.django_db
PROBLEM = Path(__file__).parents[2] / "docs" / "examples" / "problem.json"


@pytest.fixture
def college() -> College:
    made = make_college()
    give_role(made.registrar, made.organisation, Role.ADMIN)
    return made


def asked(college: College, path: str, body: Any, *, status: int = 200) -> Any:
    secret, _ = issue_token(
        organisation=college.organisation, name="Planner", scopes=["plans:read"], by=college.registrar, at=now(),
        expires_at=now() + timedelta(days=30),
    )  # fmt: skip
    answer = Client().post(
        f"/api/v1{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def test_skills_with_levels_are_a_target_and_the_choices_and_consequences_follow_the_published_schema(
    college: College,
) -> None:
    for title, price, hours in (("Long and cheap", 90_000, 400), ("Short and dear", 250_000, 160)):
        version = imported(title, workload_hours=Decimal(hours), offer={"price_total": price, "hours": Decimal(hours)})
        taught(version, skill("Welding"), "3")
    found = asked(
        college,
        "/plans",
        {
            "skills": [{"skill": skill("Welding").uri, "level": 2.5}],
            "budget": 300_000,
            "side_by_side": True,
            "what_if": [{"more_budget": -100_000}],
        },
    )
    check(found["result"], PLAN)
    assert [step["title"] for step in found["plan"]["steps"]] == ["Long and cheap"]
    assert found["gap"][0]["need"] == 3  # who asks for 2.5 does not mean 2
    assert [(one["cost"], one["hours"]) for one in found["result"]["pareto"]] == [(90_000, 400), (250_000, 160)]
    assert found["result"]["what_if"][0]["sentence"] == "Then the plan stays as it is."
    assert found["plan"]["proof"] == "Proven: no other plan within these limits costs less."


def test_a_larger_credential_is_a_target_and_what_is_held_is_not_planned_again(college: College) -> None:
    first, second = (make_version(college, title=title) for title in ("Reading drawings", "Welding seams"))
    for version, price in ((first, 10_000), (second, 20_000)):
        version.offers.create(price_total=price, hours=Decimal(20), state="open")
        taught(version, skill("Welding"), "2", "stated")
    parts = [{"kind": "award_of", "achievement": achievement_id(one)} for one in (first, second)]
    whole = make_version(college, title="Welder", requirement={"kind": "all_of", "of": parts})
    found = asked(college, "/plans", {"stack": whole.definition.slug})
    titles = [step["title"] for step in found["plan"]["steps"]]
    assert sorted(titles[:2]) == ["Reading drawings", "Welding seams"]
    assert titles[2:] == ["Welder"]
    assert found["plan"]["steps"][2]["granted"] is True
    assert found["plan"]["cost"] == 30_000
    held = asked(college, "/plans", {"stack": whole.definition.slug, "holds": [achievement_id(first)]})
    assert held["plan"]["cost"] == 20_000


def test_skills_beside_a_larger_credential_are_reached_by_the_same_plan(college: College) -> None:
    welding, english = skill("Welding"), skill("Technical English")
    for title, price, much in (("Seams", 20_000, "10"), ("Drawings", 30_000, "10"), ("Words", 5_000, "1")):
        version = make_version(college, title=title, credits=Decimal(much), credit_scheme="ects")
        version.offers.create(price_total=price, hours=Decimal(20), state="open")
        if title != "Seams":
            taught(version, welding if title == "Drawings" else english, "2", "stated")
    rule = {"kind": "credits_at_least", "amount": "10", "scheme": "ects"}
    slug = make_version(college, title="Welder", requirement=rule).definition.slug
    alone = asked(college, "/plans", {"stack": slug})
    assert [step["title"] for step in alone["plan"]["steps"]] == ["Seams", "Welder"]
    wanted = [{"skill": welding.uri, "level": 2}, {"skill": english.uri, "level": 1.5}]
    both = asked(college, "/plans", {"stack": slug, "skills": wanted, "side_by_side": True})
    check(both["result"], PLAN)
    assert {step["title"] for step in both["plan"]["steps"]} == {"Drawings", "Words", "Welder"}
    assert (both["target"], both["plan"]["cost"], both["plan"]["optimal"]) == ("Welder", 35_000, True)
    assert [(gap["skill"], gap["need"]) for gap in both["gap"]] == [
        ("Technical English", 2),
        ("Welding", 2),
        ("“Welder”", 1),
    ]
    unknown = asked(college, "/plans", {"stack": slug, "skills": [{"skill": "urn:none", "level": 1}]}, status=422)
    assert unknown["code"] == "unknown_skill"
    twice = asked(college, "/plans", {"stack": slug, "skills": [wanted[0], wanted[0]]}, status=422)
    assert "stands there twice" in twice["message"]
    plain = make_version(college, title="Made of nothing").definition.slug
    refused = asked(college, "/plans", {"stack": plain, "skills": wanted}, status=422)
    assert refused["message"] == "“Made of nothing” is not made of other credentials."


def test_a_problem_is_answered_as_its_schema_says(college: College) -> None:
    document = json.loads(PROBLEM.read_text(encoding="utf-8"))
    check(asked(college, "/plans/problem", document), PLAN)
    wrong = asked(college, "/plans/problem", {**document, "target": {"needs": []}}, status=422)
    assert wrong["code"] == "bad_problem"
    many = asked(college, "/plans/problem", {**document, "what_if": [{}] * 6}, status=422)
    assert "6 questions" in many["message"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "one_target"),
        ({"occupation": "51-4121.00", "skills": [{"skill": "urn:x", "level": 1}]}, "one_target"),
        ({"occupation": "51-4121.00", "stack": "welder"}, "one_target"),
        ({"occupation": "51-4121.00", "stack": "welder", "skills": [{"skill": "urn:x", "level": 1}]}, "one_target"),
        ({"skills": []}, "no_needs"),
        ({"skills": [{"skill": "urn:none", "level": 1}]}, "unknown_skill"),
        ({"occupation": "51-4121.00", "what_if": [{"more_weeks": 2}]}, "nothing_to_change"),
        ({"occupation": "51-4121.00", "objective": "best_return"}, "not_known"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(college: College, body: Any, code: str) -> None:
    need(occupation(), skill("Welding"))
    assert asked(college, "/plans", body, status=422)["code"] == code
