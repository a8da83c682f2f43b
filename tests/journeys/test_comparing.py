"""Side by side against one's own goal, with what agreements make of a credential, as files, and never one currency for another."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader
from tests.issuing.factories import make_college, make_learner, make_version
from tests.people.factories import give_role
from tests.recognition.factories import make_agreement, make_course, make_university, term
from tests.wallet.factories import NOW, make_skill, signed_in

from cairn.appraisal import Kind
from cairn.catalog.models import DefinitionVersion, Offer, SkillTaught
from cairn.catalog.queries import facts_for_comparison
from cairn.journeys.comparing import goals_to_compare, where_it_counts
from cairn.journeys.models import Goal
from cairn.people.models import Person, Role
from cairn.people.services import issue_token
from cairn.skills.models import Occupation, OccupationNeed

pytestmark = pytest.mark.django_db


def address(*versions: DefinitionVersion, **more: str) -> dict[str, Any]:
    return {"c": [one.definition.slug for one in versions], **more}


@pytest.fixture
def version() -> DefinitionVersion:
    made = make_version(make_college())
    SkillTaught.objects.create(version=made, skill=make_skill(), origin="stated", level=Decimal(3))
    return made


def goal_of(person: Any, **given: Any) -> Goal:
    needs = [{"skill": "https://skills.example/critical-thinking", "name": "Critical Thinking", "level": 2, "weight": 1, "essential": True},
             {"skill": "https://skills.example/else", "name": "Something else", "level": 2, "weight": 1, "essential": True}]  # fmt: skip
    return Goal.objects.create(person=person, title="A role", needs=needs, created_at=NOW, **given)


def test_skills_are_held_against_ones_own_goal_and_nobody_else_can_open_it(version: DefinitionVersion) -> None:
    learner = make_learner()
    goal = goal_of(learner)
    asked = address(version, goal=str(goal.pk))
    mine = signed_in(learner).get("/compare/", asked).content.decode()
    assert "Skills against your goal" in mine
    assert "1 of 2 reached" in mine
    assert "only you see it" in mine
    for somebody in (Client(), signed_in(make_learner("other@example.org"))):
        theirs = somebody.get("/compare/", asked).content.decode()
        assert "A role" not in theirs
        assert "Skills against your goal" not in theirs


def told_by_the_api(path: dict[str, Any], token: str = "") -> Any:
    slugs = {"slug" if name == "c" else name: value for name, value in path.items()}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().get("/api/v1/catalogue/compare", slugs, headers=headers)


def same_rows(api: Any, page: Any) -> bool:
    """Whether the API says of each row, word for word, what the page's file says."""
    return [(row["key"], row["differs"], [(cell["kind"], cell["lines"], cell["source"], cell["note"]) for cell in row["cells"]])
            for row in api["rows"]] == [
           (row["key"], row["differs"], [(cell["kind"], cell["text"], cell["source"], cell["note"]) for cell in row["cells"]])
            for row in page["rows"]]  # fmt: skip


def test_the_api_compares_as_the_page_does_with_and_without_a_goal(version: DefinitionVersion) -> None:
    other = make_version(make_college("Seaside College"), "Drawing Charts")
    occupation = Occupation.objects.create(
        framework=make_skill().framework, uri="https://occupations.example/analyst", code="15-2051.00", soc="15-2051", title="Analysts"
    )  # fmt: skip
    OccupationNeed.objects.create(occupation=occupation, skill=make_skill(), importance=Decimal(4), level=Decimal(2))
    for more in ({}, {"for": "15-2051.00"}):
        asked = address(version, other, **more)
        api, page = told_by_the_api(asked).json(), Client().get("/compare/comparison.json", asked).json()
        assert same_rows(api, page)
        assert api["goal"] == page["goal"] == ("Analysts" if more else None)
    cover = next(row for row in api["rows"] if row["key"] == "cover")
    assert cover["cells"][0]["lines"][0] == "1 of 1 reached"


def test_the_api_holds_skills_against_a_goal_of_whoever_made_the_token_and_of_nobody_else(
    version: DefinitionVersion,
) -> None:
    college = make_college("Seaside College")
    for person in (college.registrar, college.assessor):
        give_role(person, college.organisation, Role.ADMIN)
    goal = goal_of(college.registrar)
    asked = address(version, goal=str(goal.pk))

    def token(by: Person, *scopes: str) -> str:
        return issue_token(
            organisation=college.organisation, name="A program", scopes=scopes, by=by, at=NOW, expires_at=None
        )[0]

    mine = told_by_the_api(asked, token(college.registrar, "plans:read")).json()
    assert same_rows(mine, signed_in(college.registrar).get("/compare/comparison.json", asked).json())
    assert mine["goal"] == "A role"
    assert told_by_the_api(asked).status_code == 401
    assert told_by_the_api(asked, token(college.registrar, "skills:read")).status_code == 403
    assert told_by_the_api(asked, token(college.assessor, "plans:read")).status_code == 404


def test_the_api_refuses_two_goals_and_one_that_is_not_here(version: DefinitionVersion) -> None:
    assert told_by_the_api(address(version, goal="1", **{"for": "15-2051.00"})).status_code == 422
    answer = told_by_the_api(address(version, **{"for": "99-9999.00"}))
    assert answer.status_code == 404
    assert "/api/v1/occupations" in answer.json()["remedy"]


def test_a_goal_that_is_closed_is_not_offered() -> None:
    learner = make_learner()
    goal_of(learner, closed_at=NOW)
    assert goals_to_compare(learner) == []


def test_what_an_agreement_in_force_gives_stands_beside_the_credential() -> None:
    college, university = make_college(), make_university()
    accepted, toward = make_version(college), make_course(university, "Charts and Maps")
    other = make_version(college, "Drawing Charts")
    make_agreement(college, university, term(accepted, toward, "5"))
    found = where_it_counts([accepted, other], NOW)
    lines = found[accepted.pk].value
    assert len(lines) == 1
    assert lines[0].startswith(f"{university.organisation.name}: ")
    assert found[other.pk].kind is Kind.NOT_STATED
    shown = Client().get("/compare/", address(accepted, other)).content.decode()
    assert university.organisation.name in shown


def test_currencies_are_told_apart_and_prices_per_credit_name_their_scheme(version: DefinitionVersion) -> None:
    other = make_version(make_college("Seaside College"), "Drawing Charts")
    Offer.objects.create(version=version, price_total=10_001, currency="USD", hours=Decimal(3))
    Offer.objects.create(version=other, price_total=10_001, currency="JPY", hours=Decimal(3))
    shown = Client().get("/compare/", address(version, other)).content.decode()
    assert "different currencies" in shown
    alone = Client().get("/compare/", address(version)).content.decode()
    assert "different currencies" not in alone
    rows = {row["key"]: row for row in Client().get("/compare/comparison.json", address(version, other)).json()["rows"]}
    assert [cell["value"] for cell in rows["price_total"]["cells"]] == [
        {"minor": 10_001, "currency": "USD"},
        {"minor": 10_001, "currency": "JPY"},
    ]
    assert rows["price_total"]["differs"]


def test_json_says_what_is_unknown_and_why_and_csv_has_the_same_rows(version: DefinitionVersion) -> None:
    found = Client().get("/compare/comparison.json", address(version)).json()
    cells = {row["key"]: row["cells"][0] for row in found["rows"]}
    assert cells["wage_2"] == {"kind": "not_stated", "value": None, "text": ["not stated"], "source": "", "note": ""}
    table = Client().get("/compare/table.csv", address(version)).content.decode()
    assert all(row["name"] in table for row in found["rows"])
    json.dumps(found, allow_nan=False)


def test_paper_has_every_row_and_shows_hostile_titles_as_they_are(version: DefinitionVersion) -> None:
    hostile = make_version(make_college("Seaside College"), '#panic("x") <b> $1/0$ *bold*')
    answer = Client().get("/compare/comparison.pdf", address(version, hostile))
    assert answer.headers["Content-Type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert '#panic("x")' in text
    assert "not stated" in text
    assert "Workload" in text


@pytest.mark.parametrize("name", ["comparison.json", "comparison.pdf"])
def test_nothing_to_compare_is_not_found(name: str) -> None:
    assert Client().get(f"/compare/{name}").status_code == 404
    assert Client().get(f"/compare/{name}", {"c": "gone"}).status_code == 404


def test_every_version_answers_whether_or_not_higher_rooms_know_anything(version: DefinitionVersion) -> None:
    item = facts_for_comparison([version], NOW)[0]
    assert item.fact("recognition").kind is Kind.NOT_STATED
    assert item.fact("break_even").kind in {Kind.KNOWN, Kind.NOT_STATED}
