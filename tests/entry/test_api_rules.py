"""Rules over the API: checked as they are written, and tried on awards that are sent or on the organisation's own learners."""

from __future__ import annotations

from typing import Any

import pytest
from tests.entry.test_api import Program, problem, program
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_version
from tests.people.factories import give_role

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.issuing.services import award_credential
from cairn.people.models import AuditEvent, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    college = make_college()
    give_role(college.registrar, college.organisation, Role.ADMIN, Role.DESIGNER)
    return college


@pytest.fixture
def version(college: College) -> DefinitionVersion:
    return make_version(college)


@pytest.fixture
def designer(college: College) -> Program:
    return program(college, "stacks:design")


def named(*achievements: str) -> dict[str, Any]:
    return {"kind": "all_of", "of": [{"kind": "award_of", "achievement": one} for one in achievements]}


def test_a_rule_is_said_drawn_and_found_usable(designer: Program, version: DefinitionVersion) -> None:
    answer = designer.post("/stacks/check", {"rule": named(achievement_id(version)), "title": "A whole"}).json()
    assert answer["usable"]
    assert [(line["path"], line["depth"], line["text"]) for line in answer["sentences"]] == [
        ("$", 0, "This"),
        ("$.of[0]", 1, "Earn Reading Tables"),
    ]
    assert answer["problems"] == []
    assert answer["picture"].startswith("<svg")
    assert "A whole" in answer["picture"]
    assert "href" not in answer["picture"]


def test_an_unfinished_rule_says_what_is_to_mend_and_where(designer: Program) -> None:
    rule = {
        "kind": "any_n",
        "n": 3,
        "of": [{"kind": "award_of"}, {"kind": "credits_at_least", "amount": 3, "scheme": "X"}],
    }
    answer = designer.post("/stacks/check", {"rule": rule}).json()
    assert not answer["usable"]
    assert [(fault["path"], fault["field"]) for fault in answer["problems"]] == [("$", "n"), ("$.of[0]", "achievement")]
    assert [remark["path"] for remark in answer["remarks"]] == ["$.of[1]"]


@pytest.mark.parametrize(
    "rule",
    [{}, {"kind": 3}, {"kind": "all_of", "of": 7}, named(*map(str, range(301)))],
    ids=["empty", "no kind", "no parts", "too large"],
)
def test_what_is_no_rule_is_refused(designer: Program, rule: dict[str, Any]) -> None:
    for path, body in (("/stacks/check", {"rule": rule}), ("/stacks/try", {"rule": rule, "awards": []})):
        answer = designer.post(path, body)
        assert answer.status_code == 422
        assert answer.json()["remedy"]


def test_what_has_no_kind_and_names_that_nobody_can_keep_are_told_as_that(designer: Program) -> None:
    assert "The requirement at $ has no kind." in designer.post("/stacks/check", {"rule": {}}).json()["message"]
    null = named("a\0", "b")
    told = designer.post("/stacks/check", {"rule": null}).json()
    assert [(fault["path"], fault["field"]) for fault in told["problems"]] == [("$.of[0]", "achievement")]
    assert designer.post("/stacks/try", {"rule": null, "awards": []}).status_code == 422
    award = {"id": "1", "achievement": "a\0", "issuer": "i", "valid_from": "2025-01-01T00:00:00Z"}
    refused = designer.post("/stacks/try", {"rule": named("a", "b"), "awards": [award]})
    assert refused.status_code == 422
    assert refused.json()["problems"][0].startswith("$[0].achievement: ")


def test_a_rule_is_tried_on_awards_that_are_sent(designer: Program) -> None:
    award = {"id": "1", "achievement": "a", "issuer": "i", "valid_from": "2025-01-01T00:00:00Z"}
    body = {"rule": named("a", "b"), "awards": [award], "at": "2026-01-01T00:00:00Z"}
    answer = designer.post("/stacks/try", body).json()["evaluation"]
    assert (answer["state"], answer["progress"], answer["used"]) == ("partly", "1/2", ["1"])
    problem(designer.post("/stacks/try", {**body, "awards": [{"id": "1"}]}), 422, "bad_awards")
    problem(designer.post("/stacks/try", {**body, "at": "2026-01-01T00:00:00"}), 422, "no_zone")
    problem(designer.post("/stacks/try", {**body, "definition": "x"}), 422, "nothing_to_try_on")
    problem(designer.post("/stacks/try", {**body, "rule": {"kind": "all_of", "of": []}}), 422, "bad_rule")
    assert not AuditEvent.objects.filter(action="rule.tried").exists()


def test_a_rule_is_tried_on_own_learners_under_pseudonyms_and_the_trail_says_so(
    college: College, designer: Program, version: DefinitionVersion
) -> None:
    learner = make_learner("Lia Learner")
    award_credential(version=version, holder=learner, by=college.registrar, at=MOMENT, origin="direct:1")
    body = {"rule": named(achievement_id(version)), "definition": version.definition.slug}
    response = designer.post("/stacks/try", body)
    answer = response.json()
    assert (answer["learners"], answer["looked_at"], answer["counts"]["met"]) == (1, 1, 1)
    assert answer["records"][0]["state"] == "met"
    assert "Lia" not in response.content.decode()
    assert designer.post("/stacks/try", {**body, "page": 2}).json()["looked_at"] == 0
    assert AuditEvent.objects.filter(action="rule.tried").count() == 2


def test_definitions_of_others_are_not_there(designer: Program) -> None:
    other = make_version(make_college("Inland School", email="office@inland.example.org"), title="Sailing")
    body = {"rule": named(achievement_id(other)), "definition": other.definition.slug}
    problem(designer.post("/stacks/try", body), 404, "not_your_definition")
