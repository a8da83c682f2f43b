"""The site's stacks as pathways: the published version only, for machines and through the API, and readable back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.issuing.factories import College, make_college, make_version
from tests.people.factories import give_role

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.outside import clock
from cairn.people import services
from cairn.people.models import Role
from cairn.stacking import parse_requirement, sentences
from cairn.stacking.pathways import read_pathways

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    college = make_college()
    give_role(college.registrar, college.organisation, Role.ADMIN, Role.DESIGNER)
    return college


@pytest.fixture
def stack(college: College) -> DefinitionVersion:
    parts = [make_version(college, title=title) for title in ("Reading Tables", "Drawing Charts", "Telling Stories")]
    rule = {"kind": "recency", "days": 1000, "of": {"kind": "any_n", "n": 2, "of": [
        {"kind": "award_of", "achievement": achievement_id(part)} for part in parts
    ]}}  # fmt: skip
    return make_version(
        college, title="Working with Data", kind="certificate", rubric=None, assessment_type="",
        outcomes=[{"id": "o1", "text": "Works with figures from the first look to the report", "skills": []}], requirement=rule,
    )  # fmt: skip


def address(version: DefinitionVersion) -> str:
    return reverse("journeys:pathway", args=[version.definition.slug])


def test_a_published_stack_is_served_as_a_pathway_and_linked(client: Client, stack: DefinitionVersion) -> None:
    answer = client.get(address(stack))
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    (read,) = read_pathways(answer.content)
    assert read.destination == achievement_id(stack)
    assert read.whole
    assert sentences(read.rule).lines() == [
        "Counting only awards earned in the last 1000 days:",
        "  Any 2 of these 3:",
        "    Earn Reading Tables",
        "    Earn Drawing Charts",
        "    Earn Telling Stories",
    ]
    graph = json.loads(answer.content)["@graph"]
    assert all(node["@id"].startswith("http") and node["ceterms:ctid"].startswith("ce-") for node in graph)
    assert address(stack) in client.get(reverse("journeys:stack", args=[stack.definition.slug])).content.decode()


State = DefinitionVersion.State


@pytest.mark.parametrize("state", [State.SUSPENDED, State.SUPERSEDED, State.RETIRED])
def test_no_other_version_is_served(client: Client, stack: DefinitionVersion, state: str) -> None:
    DefinitionVersion.objects.filter(pk=stack.pk).update(state=state)
    assert client.get(address(stack)).status_code == 404
    assert client.get(f"/api/v1/stacks/{stack.definition.slug}/pathway").status_code == 404


def test_a_credential_that_is_no_stack_has_no_pathway(client: Client, college: College) -> None:
    single = make_version(college, title="Reading Tables")
    assert client.get(address(single)).status_code == 404


def post(client: Client, college: College, what: str, body: Any, *scopes: str) -> Any:
    moment = clock.now()
    token, _ = services.issue_token(
        organisation=college.organisation, name="A program", scopes=scopes, by=college.registrar, at=moment,
        expires_at=moment + timedelta(days=1),
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}
    return client.post(f"/api/v1/pathways/{what}", json.dumps(body), content_type="application/json", headers=headers)


def test_the_api_serves_the_same_document(client: Client, stack: DefinitionVersion) -> None:
    answer = client.get(f"/api/v1/stacks/{stack.definition.slug}/pathway")
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert answer.json() == json.loads(client.get(address(stack)).content)


def test_rules_go_to_pathways_and_back_through_the_api(client: Client, college: College) -> None:
    rule = {"kind": "residency", "issuers": ["u"], "scheme": "ECTS", "amount": "10", "of": {
        "kind": "credits_at_least", "amount": "30", "scheme": "ECTS",
    }}  # fmt: skip
    written = post(client, college, "write", {"rule": rule, "title": "Degree"}, "stacks:design").json()
    assert [remark["effect"] for remark in written["remarks"]] == ["aside"]
    (read,) = post(client, college, "read", {"document": written["document"]}, "stacks:design").json()
    assert parse_requirement(read["rule"]) == parse_requirement(rule)
    assert read["whole"]
    assert read["sentences"][0] == "At least 10 ECTS credits come from u:"


def test_what_cannot_be_converted_is_refused_with_its_place(client: Client, college: College) -> None:
    for what, body in (("read", {"document": {"@graph": []}}), ("write", {"rule": {"kind": "any"}})):
        answer = post(client, college, what, body, "stacks:design")
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_requirement")
        assert answer.json()["problems"]


def test_converting_needs_its_scope(client: Client, college: College) -> None:
    assert post(client, college, "read", {"document": {}}, "plans:read").status_code == 403
    assert client.post("/api/v1/pathways/read", "{}", content_type="application/json").status_code == 401
