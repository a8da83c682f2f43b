"""Stacks for programs: weigh anything, read one's own progress, see what a stack is made of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.issuing.factories import College, make_college, make_stack, make_version
from tests.journeys.test_stacks import give

from cairn.catalog.models import DefinitionVersion
from cairn.outside.clock import now
from cairn.people.models import Person
from cairn.people.services import issue_token

pytestmark = pytest.mark.django_db

RULE: dict[str, Any] = {"kind": "credits_at_least", "id": "all", "amount": "7.5", "scheme": "ECTS"}
AWARD: dict[str, Any] = {
    "id": "one", "achievement": "urn:a", "issuer": "u", "valid_from": "2026-01-01T00:00:00Z", "credits": {"ECTS": "5"},
}  # fmt: skip


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def stack(college: College) -> DefinitionVersion:
    return make_stack(college, [make_version(college, title="Reading Tables"), make_version(college, title="Charts")])


@pytest.fixture
def sent(college: College) -> dict[str, str]:
    return {"authorization": f"Bearer {token(college, college.people['admin'])}"}


def token(college: College, by: Person, *scopes: str) -> str:
    found, _ = issue_token(
        organisation=college.organisation, name="Portal", scopes=scopes or ["stacks:read"], by=by, at=now(),
        expires_at=now() + timedelta(days=1),
    )  # fmt: skip
    return found


def weigh(client: Client, sent: dict[str, str], **body: Any) -> Any:
    body = {"rule": RULE, "awards": [AWARD], "at": "2026-06-01T00:00:00Z"} | body
    return client.post("/api/v1/stacks/weigh", body, content_type="application/json", headers=sent)


def test_any_awards_are_weighed_against_any_rule(client: Client, sent: dict[str, str]) -> None:
    found = weigh(client, sent).json()
    assert (found["state"], found["progress"], found["used"]) == ("partly", "2/3", ["one"])
    assert found["missing"][0][0]["sentence"] == "Collect 2.5 more ECTS credits"
    waived = {"requirement": "all", "by": "the dean", "at": "2026-02-01T00:00:00Z", "reason": "years of practice"}
    assert weigh(client, sent, awards={"awards": [AWARD], "decisions": [waived]}).json()["state"] == "met"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rule": {"kind": "all_of", "of": []}}, "bad_requirement"),
        ({"awards": [{**AWARD, "valid_from": "yesterday"}]}, "bad_awards"),
        ({"awards": [{**AWARD, "id": f"award-{number}"} for number in range(1_001)]}, "too_many_awards"),
        ({"at": "2026-06-01T00:00:00"}, "no_time_zone"),
        ({"rule": {"kind": "all_of", "of": [{"kind": "award_of", "achievement": f"a{n}"} for n in range(501)]}}, "rule_too_large"),
    ],
    ids=["empty rule", "no moment", "too many awards", "no time zone", "too large"],
)  # fmt: skip
def test_what_cannot_be_weighed_is_refused_with_its_reason(
    client: Client, sent: dict[str, str], change: dict[str, Any], code: str
) -> None:
    answer = weigh(client, sent, **change)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_person_reads_their_own_progress_and_nobody_elses(
    client: Client, college: College, stack: DefinitionVersion, sent: dict[str, str]
) -> None:
    part = DefinitionVersion.objects.get(title="Reading Tables")
    give(college, part, college.people["admin"])
    [mine] = client.get("/api/v1/stacks", headers=sent).json()
    assert (mine["stack"], mine["percent"]) == (stack.definition.slug, 50)
    assert mine["missing"] == [["Earn Charts"]]
    one = client.get(f"/api/v1/stacks/{stack.definition.slug}/progress", headers=sent).json()
    assert (one["version"], one["evaluation"]["state"]) == (1, "partly")
    other = make_college("Other College")
    theirs = {"authorization": f"Bearer {token(other, other.people['admin'])}"}
    assert client.get("/api/v1/stacks", headers=theirs).json() == []


def test_anybody_sees_what_a_stack_is_made_of(client: Client, stack: DefinitionVersion) -> None:
    found = client.get(f"/api/v1/stacks/{stack.definition.slug}").json()
    assert [part["text"] for part in found["sentences"]["parts"]] == ["Earn Reading Tables", "Earn Charts"]
    assert found["rule"]["kind"] == "all_of"
    picture = client.get(f"/api/v1/stacks/{stack.definition.slug}/picture.svg")
    assert picture["Content-Type"].startswith("image/svg+xml")
    assert "Reading Tables" in picture.text
    assert client.get("/api/v1/stacks/reading-tables").json()["code"] == "not_a_stack"


def test_progress_needs_the_scope(client: Client, college: College, stack: DefinitionVersion) -> None:
    assert client.get("/api/v1/stacks").status_code == 401
    other = {"authorization": f"Bearer {token(college, college.people['admin'], 'plans:read')}"}
    assert client.get("/api/v1/stacks", headers=other).status_code == 403
