"""What learners and registrars do on pages of stacks and of recognition, programs do too, as the person who made their token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_version, publish
from tests.journeys.test_stack_questions import earned_anew, fell
from tests.journeys.test_stacks import OUTCOMES, all_of, give
from tests.people.factories import give_role
from tests.recognition.factories import make_university
from tests.wallet.factories import NOW

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.services import new_version, revise_draft
from cairn.issuing.models import Award
from cairn.journeys.models import StackProgress, StackQuestion
from cairn.outside import clock
from cairn.people.models import Person
from cairn.people.services import issue_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def badges(college: College) -> list[DefinitionVersion]:
    return [make_version(college, title=title) for title in ("Reading Tables", "Drawing Charts")]


def call(college: College, person: Person, scope: str, path: str, body: Any = None) -> Any:
    give_role(person, college.organisation, "admin")
    if scope == "stacks:decide":
        give_role(person, college.organisation, "registrar")
    token, _ = issue_token(
        organisation=college.organisation, name="P", scopes=[scope], by=person, at=MOMENT, expires_at=NOW.replace(month=12)
    )  # fmt: skip
    client, headers = Client(), {"Authorization": f"Bearer {token}"}
    with clock.frozen(NOW):
        if body is None:
            return client.get(f"/api/v1{path}", headers=headers)
        return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def stack(college: College, *badges: DefinitionVersion, **more: Any) -> DefinitionVersion:
    content = {"rubric": None, "assessment_type": "", "outcomes": OUTCOMES, "requirement": all_of(*badges), **more}
    return make_version(college, title="Working with Data", kind="certificate", **content)


def test_a_newer_rule_is_compared_and_chosen(college: College, badges: list[DefinitionVersion]) -> None:
    person, extra = make_learner(), make_version(college, title="Telling Stories")
    version = stack(college, *badges)
    give(college, badges[0], person)
    path = f"/stacks/{version.definition.slug}/versions"
    assert call(college, person, "stacks:read", path).status_code == 404
    draft = new_version(version=version, by=college.people["designer"], at=MOMENT)
    draft = revise_draft(version=draft, by=college.people["designer"], at=MOMENT, requirement=all_of(*badges, extra))
    newer = publish(college, draft)
    found = call(college, person, "stacks:read", path).json()
    assert (found["follows"], found["published"]) == (version.number, newer.number)
    assert any("Telling Stories" in line for line in found["newly_asked"])
    assert (found["evaluation"]["percent"], found["evaluation_then"]["percent"]) == (50, 33)
    stale = call(college, person, "stacks:follow", path, {"version": newer.number + 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_changed")
    chosen = call(college, person, "stacks:follow", path, {"version": newer.number}).json()
    assert (chosen["version"], chosen["state"]) == (newer.number, "partly")
    assert StackProgress.objects.get(person=person, left_at=None).version == newer


def test_a_learner_asks_for_recognition_and_takes_it_back(college: College, badges: list[DefinitionVersion]) -> None:
    university = make_university()
    person, stranger = make_learner(), make_learner("Somebody Else")
    give(college, badges[0], person)
    [source] = call(college, person, "recognition:ask", "/recognition/sources").json()
    assert (source["title"], source["brought"]) == ("Reading Tables", None)
    body = {
        "institution": university.organisation.slug,
        "award": source["award"],
        "because": "The same outcomes, assessed by a project.",
    }
    assert call(college, stranger, "recognition:ask", "/recognition/mine", body).status_code == 404
    wrong = call(college, person, "recognition:ask", "/recognition/mine", body | {"toward": "no-such-degree"})
    assert wrong.status_code == 404
    made = call(college, person, "recognition:ask", "/recognition/mine", body)
    assert made.status_code == 201, made.content
    assert made.json()["waits_for"] == "examiner"
    assert [one["id"] for one in call(college, person, "recognition:ask", "/recognition/mine").json()] == [
        made.json()["id"]
    ]
    one = f"/recognition/mine/{made.json()['id']}"
    assert call(college, stranger, "recognition:ask", one, {"act": "withdraw"}).status_code == 404
    early = call(college, person, "recognition:ask", one, {"act": "appeal", "text": "I disagree."})
    assert early.status_code == 409
    gone = call(college, person, "recognition:ask", one, {"act": "withdraw"})
    assert gone.json()["waits_for"] == ""


def test_a_registrar_decides_what_follows_and_awards_again(college: College, badges: list[DefinitionVersion]) -> None:
    learner = make_learner()
    version = stack(college, *badges)
    parts = [give(college, badge, learner) for badge in badges]
    fell(college, parts[0])
    question = StackQuestion.objects.get()
    [listed] = call(college, college.registrar, "stacks:decide", "/stack-questions").json()
    assert (listed["id"], listed["credential"], listed["decision"]) == (question.pk, "Working with Data", "")
    one = f"/stack-questions/{question.pk}"
    body = {"decision": "revoked", "reason": "The part no longer stands."}
    decided = call(college, college.registrar, "stacks:decide", one, body)
    assert decided.json()["decision"] == "revoked"
    assert call(college, college.registrar, "stacks:decide", one, body).status_code == 409
    assert call(college, college.registrar, "stacks:decide", "/complete-again").json() == []
    earned_anew(college, badges[0], learner)
    [again] = call(college, college.registrar, "stacks:decide", "/complete-again").json()
    made = call(college, college.registrar, "stacks:decide", f"/complete-again/{again['id']}", {"reason": "Anew."})
    assert made.status_code == 201, made.content
    assert Award.objects.get(pk=made.json()["award"]).version == version


def test_a_desk_is_not_there_for_another_college(college: College, badges: list[DefinitionVersion]) -> None:
    learner, other = make_learner(), make_university()
    stack(college, *badges)
    parts = [give(college, badge, learner) for badge in badges]
    fell(college, parts[0])
    assert call(other, other.registrar, "stacks:decide", "/stack-questions").json() == []
    path = f"/stack-questions/{StackQuestion.objects.get().pk}"
    assert call(other, other.registrar, "stacks:decide", path, {"decision": "stands", "reason": "x"}).status_code == 404
