"""The API as a program meets it: each verb, each scope, and every error as a document that says what to do."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.issuing.factories import College, make_college, make_learner, make_version
from tests.people.factories import give_role

from cairn.catalog.models import DefinitionVersion, Offer, SkillTaught
from cairn.entry.api import api
from cairn.entry.api.reference import BODIES, SCOPE_OF
from cairn.issuing.models import Award
from cairn.outside import clock
from cairn.people import services
from cairn.people.models import Person, Role
from cairn.skills.models import Framework, Occupation, OccupationNeed, Skill

pytestmark = pytest.mark.django_db
BASE = "/api/v1"
EVIDENCE = {"criterion": "C6", "points": 2, "tier": "reviewed", "sentence": "The report was read", "source": "Report of 2025",
            "checked_on": "2026-02-20"}  # fmt: skip


@dataclass
class Program:
    """A program that calls the API with a token."""

    token: str
    client: Client

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(BASE + path, query, headers=self._headers())

    def post(self, path: str, body: Any) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(BASE + path, text, content_type="application/json", headers=self._headers())

    def upload(self, path: str, **fields: Any) -> Any:
        return self.client.post(BASE + path, fields, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@pytest.fixture
def college() -> College:
    college = make_college()
    give_role(college.registrar, college.organisation, Role.ADMIN, Role.DESIGNER)
    return college


@pytest.fixture
def version(college: College) -> DefinitionVersion:
    return make_version(college)


def program(college: College, *scopes: str, by: Person | None = None) -> Program:
    moment = clock.now()
    token, _ = services.issue_token(
        organisation=college.organisation,
        name="Course platform",
        scopes=scopes,
        by=by or college.registrar,
        at=moment,
        expires_at=moment + timedelta(days=30),
    )
    return Program(token, Client())


def own_program(person: Person, *scopes: str) -> Program:
    moment = clock.now()
    token, _ = services.issue_own_token(
        name="My wallet", scopes=scopes, by=person, at=moment, expires_at=moment + timedelta(days=30)
    )
    return Program(token, Client())


def anybody() -> Program:
    return Program("", Client())


def problem(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Every error says in the same form what is wrong and what to do next."""
    document: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, document["code"]) == (status, code), document
    assert response["Content-Type"] == "application/problem+json"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"] == document["message"]
    assert document["remedy"]
    return document


def order(version: DefinitionVersion, **fields: Any) -> dict[str, Any]:
    """What a program sends to award a credential."""
    recipient = {"email": "nia@example.org", "name": "Nia Example"}
    return {"definition": version.definition.slug, "recipient": recipient, "request_id": "course-7-nia", **fields}


# The description


def test_the_api_describes_itself_in_openapi_3_1() -> None:
    description = anybody().get("/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    for methods in description["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            assert operation["responses"]


def test_the_reference_page_shows_every_operation_with_an_example_that_is_complete(client: Client) -> None:
    html = client.get(reverse("entry:api")).content.decode()
    description = anybody().get("/openapi.json").json()
    for methods in description["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in html
            assert bool(operation.get("security")) == (operation["operationId"] in SCOPE_OF)
    assert html.count("<h1") == 1
    assert "https://cdn" not in html
    schemas = description["components"]["schemas"]
    for name, body in BODIES.items():
        schema = {
            "verify": "VerifyIn",
            "issue": "IssueIn",
            "revoke": "RevokeIn",
            "plan": "Question",
            "weigh": "Weighing",
            "read_pathways": "ReadIn",
            "write_pathway": "WriteIn",
            "check_rule": "RuleIn",
            "try_rule": "TryIn",
            "tag": "TextsIn",
            "decide_match": "DecisionIn",
            "record_evidence": "EvidenceIn",
            "set_goal": "GoalIn",
            "change_limits": "LimitsIn",
            "suppose": "SupposingThat",
            "state_skill": "ClaimIn",
            "choose_version": "VersionIn",
            "ask_recognition": "AskIn",
            "act_on_my_request": "OwnAct",
            "decide_stack_question": "QuestionAct",
            "award_again": "AgainIn",
            "draft_agreement": "AgreementIn",
            "act_on_agreement": "AgreementAct",
            "act_on_request": "ActIn",
        }[name]
        assert set(body) <= set(schemas[schema]["properties"])
        assert set(schemas[schema].get("required", ())) <= set(body)


# The door


@pytest.mark.parametrize(
    ("path", "body", "operation"),
    [
        ("/credentials/verify", {"text": "{}"}, "verify"),
        ("/credentials", {"definition": "x", "recipient": {"email": "a@example.org"}, "request_id": "1"}, "issue"),
        ("/credentials/8c2d8b1e-0000-4000-8000-000000000000/revoke", {"reason": "error", "explanation": "x"}, "revoke"),
        ("/credentials/8c2d8b1e-0000-4000-8000-000000000000", None, "award"),
        ("/plans", {"occupation": "x"}, "plan"),
        ("/stacks/x/versions", None, "compare_versions"),
        ("/stacks/x/versions", {"version": 2}, "choose_version"),
        ("/stack-questions", None, "stack_questions"),
        ("/stack-questions/1", {"decision": "stands", "reason": "x"}, "decide_stack_question"),
        ("/complete-again", None, "complete_again"),
        ("/complete-again/1", {"reason": "x"}, "award_again"),
        ("/wallet", None, "my_wallet"),
        ("/wallet/1", None, "my_credential"),
        ("/goals", None, "my_goals"),
        ("/goals/1", None, "my_goal"),
        ("/goals", {"occupation": "x"}, "set_goal"),
        ("/goals/1", {}, "change_limits"),
        ("/goals/1/close", {}, "close_goal"),
        ("/goals/1/plans", {}, "find_plans"),
        ("/goals/1/plans/1/take", {}, "take_plan"),
        ("/goals/1/what-if", {}, "suppose"),
        ("/claims", None, "my_claims"),
        ("/claims", {"skill": "urn:x", "level": 2}, "state_skill"),
        ("/claims/1/withdraw", {}, "withdraw_skill"),
        ("/skills/decisions/1/withdraw", {}, "withdraw_decision"),
        ("/stacks/x/degree", None, "my_degree"),
        ("/stacks", None, "my_stacks"),
        ("/recognition/sources", None, "recognition_sources"),
        ("/recognition/mine", None, "my_requests"),
        ("/recognition/mine", {"institution": "x", "because": "x"}, "ask_recognition"),
        ("/recognition/mine/8c2d8b1e-0000-4000-8000-000000000000", {"act": "withdraw"}, "act_on_my_request"),
        ("/skills/tags", {"texts": [{"title": "x"}]}, "tag"),
        ("/skills/decisions", {"label": "x", "target": "urn:x", "accepted": True}, "decide_match"),
        ("/catalogue/credentials/x/evidence", EVIDENCE, "record_evidence"),
    ],
)
def test_an_operation_asks_for_its_scope(college: College, path: str, body: Any, operation: str) -> None:
    def call(caller: Program) -> Any:
        return caller.get(path) if body is None else caller.post(path, body)

    response = call(anybody())
    problem(response, 401, "token_missing")
    assert response["WWW-Authenticate"].startswith("Bearer")
    problem(call(Program("cairn_wrong", Client())), 401, "bad_token")
    wanted, person = SCOPE_OF[operation], make_learner("Own Tokens")
    others = [scope for scope, means in services.SCOPES.items() if scope != wanted and means.sentence]
    assert problem(call(program(college, *others)), 403, "scope_missing")["scope"] == wanted
    others = [scope for scope, means in services.SCOPES.items() if scope != wanted and means.own]
    told = problem(call(own_program(person, *others)), 403, "scope_missing")
    assert told["scope"] == wanted
    assert ("of your own" in told["remedy"]) is bool(services.SCOPES[wanted].own)
    if services.SCOPES[wanted].sentence:
        assert call(program(college, wanted)).status_code not in {401, 403}
    if services.SCOPES[wanted].own:
        assert call(own_program(person, wanted)).status_code not in {401, 403}


def test_a_revoked_token_stops_working(college: College) -> None:
    caller = program(college, "credentials:verify")
    assert caller.post("/credentials/verify", {"text": "{}"}).status_code == 200
    services.revoke_token(token=college.organisation.tokens.get(), by=college.admin, at=clock.now())
    problem(caller.post("/credentials/verify", {"text": "{}"}), 401, "bad_token")


def test_a_token_does_not_outlive_its_makers_role(college: College, version: DefinitionVersion) -> None:
    caller = program(college, "credentials:issue")
    membership = college.registrar.memberships.get(role=Role.REGISTRAR)
    services.end_membership(membership=membership, by=college.admin, at=clock.now())
    problem(caller.post("/credentials", order(version)), 401, "bad_token")
    assert not Award.objects.exists()
    assert not Person.objects.filter(email="nia@example.org").exists()


def test_a_token_reads_no_more_awards_than_its_maker_may(college: College, version: DefinitionVersion) -> None:
    caller = program(college, "credentials:issue", "credentials:read")
    awarded = caller.post("/credentials", order(version)).json()["id"]
    assert caller.get(f"/credentials/{awarded}").status_code == 200
    membership = college.registrar.memberships.get(role=Role.REGISTRAR)
    services.end_membership(membership=membership, by=college.admin, at=clock.now())
    problem(caller.get(f"/credentials/{awarded}"), 401, "bad_token")
    services.add_member(
        organisation=college.organisation,
        person=college.registrar,
        role=Role.REGISTRAR,
        by=college.admin,
        at=clock.now(),
    )
    problem(caller.get(f"/credentials/{awarded}"), 401, "bad_token")


def test_the_null_letter_is_the_programs_mistake_and_no_crash(college: College) -> None:
    caller = program(college, "credentials:issue", "plans:read")
    caller.client.raise_request_exception = False
    body = {"definition": "\0", "recipient": {"email": "nia@example.org", "name": "Nia"}, "request_id": "x"}
    assert caller.post("/credentials", body).status_code in {404, 422}
    assert caller.post("/plans", {"occupation": "\0"}).status_code in {404, 422}


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", "/catalogue/search?q=a%00b", 404, "not_found"),
        ("get", "/catalogue/search?" + "&".join(f"f{number}=1" for number in range(1200)), 422, "too_much"),
        ("get", "/nowhere", 404, "not_found"),
        ("delete", "/catalogue/search", 405, "method_not_allowed"),
    ],
)
def test_a_program_never_gets_a_page_for_an_answer(method: str, address: str, status: int, code: str) -> None:
    response = getattr(Client(), method)(f"/api/v1{address}")
    problem(response, status, code)
    assert status != 405 or response["Allow"] == "GET"


def test_a_browsers_session_counts_for_nothing(college: College, version: DefinitionVersion) -> None:
    client = Client()
    client.force_login(college.registrar, backend="allauth.account.auth_backends.AuthenticationBackend")
    problem(Program("", client).post("/credentials", order(version)), 401, "token_missing")


def test_too_many_requests_are_asked_to_wait(college: College, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.entry.api.tokens.PerToken.allow_request", lambda _self, _request: False)
    monkeypatch.setattr("cairn.entry.api.tokens.PerToken.wait", lambda _self: 1.0)
    response = program(college, "credentials:verify").post("/credentials/verify", {"text": "{}"})
    problem(response, 429, "too_many_requests")
    assert int(response["Retry-After"]) > 0


# The catalogue


def test_the_catalogue_is_searched_without_a_token(version: DefinitionVersion) -> None:
    found = anybody().get("/catalogue/search", q="reading tables").json()
    assert found["total"] == 1
    assert found["results"][0]["slug"] == version.definition.slug
    assert found["results"][0]["page"].endswith(f"/catalogue/{version.definition.slug}/")
    assert anybody().get("/catalogue/search", q="submarine").json()["total"] == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"facet": "colour:red"}, "unknown_facet"),
        ({"facet": "type"}, "unknown_facet"),
        ({"sort": "paid"}, "unknown_sort"),
        ({"page": 0}, "malformed_request"),
        ({"size": 1000}, "malformed_request"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(query: dict[str, Any], code: str) -> None:
    problem(anybody().get("/catalogue/search", **query), 422, code)


def test_a_credential_is_read_whole(version: DefinitionVersion) -> None:
    Offer.objects.create(version=version, price_total=9500, hours=Decimal("12.50"))
    found = anybody().get(f"/catalogue/credentials/{version.definition.slug}").json()
    assert found["outcomes"][0]["text"] == "Reads a table of figures"
    assert found["offers"][0]["price_total"] == found["price_total"] == 9500
    assert found["workload_hours"] == 12
    assert found["level"] is None
    assert found["completeness"]["of"] == 11
    assert 0 <= found["credibility"]["low"] <= found["credibility"]["high"] <= 100
    problem(anybody().get("/catalogue/credentials/nowhere"), 404, "not_found")
    problem(anybody().get(f"/catalogue/credentials/{version.definition.slug}", version=9), 404, "not_found")


def test_credentials_are_compared_and_unknown_stays_unknown(college: College, version: DefinitionVersion) -> None:
    other = make_version(college, "Telling Stories with Figures", workload_hours=30)
    slugs = [version.definition.slug, other.definition.slug]
    found = anybody().get("/catalogue/compare", slug=slugs).json()
    assert [item["slug"] for item in found["items"]] == slugs
    rows = {row["key"]: row for row in found["rows"]}
    assert [cell["value"] for cell in rows["workload_hours"]["cells"]] == [12, 30]
    assert rows["workload_hours"]["differs"]
    assert rows["price_total"]["cells"][0]["kind"] == "not_stated"
    assert rows["price_total"]["cells"][0]["value"] is None
    problem(anybody().get("/catalogue/compare", slug=[*slugs, "nowhere"]), 404, "not_found")
    problem(anybody().get("/catalogue/compare"), 422, "malformed_request")


# Plans


@pytest.fixture
def occupation(version: DefinitionVersion) -> Occupation:
    framework = Framework.objects.create(
        slug="onet", name="O*NET", version="29", publisher="USDOL", licence="CC BY 4.0"
    )
    skill = Skill.objects.create(
        framework=framework, uri="https://example.org/skills/tables", name="Tables", kind="skill"
    )
    found = Occupation.objects.create(
        framework=framework,
        uri="https://example.org/occupations/1",
        code="15-2051.00",
        soc="15-2051",
        title="Data Scientists",
    )
    OccupationNeed.objects.create(occupation=found, skill=skill, importance=Decimal(4), level=Decimal(3))
    SkillTaught.objects.create(version=version, skill=skill, level=Decimal(3), origin="stated")
    Offer.objects.create(version=version, price_total=9500, hours=Decimal(12))
    return found


def test_a_plan_leads_to_an_occupation(college: College, occupation: Occupation) -> None:
    caller = program(college, "plans:read")
    assert caller.get("/occupations", q="data").json()[0]["code"] == occupation.code
    found = caller.post("/plans", {"occupation": occupation.code, "budget": 10000}).json()
    assert found["plan"]["complete"]
    assert found["plan"]["cost"] == 9500
    assert found["plan"]["steps"][0]["title"] == "Reading Tables"
    assert found["gap"][0]["need"] == 3
    known = caller.post(
        "/plans", {"occupation": occupation.code, "have": {"https://example.org/skills/tables": 3}}
    ).json()
    assert known["plan"]["steps"] == []
    assert not caller.post("/plans", {"occupation": occupation.code, "budget": 100}).json()["plan"]["complete"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"occupation": "99-9999.99"}, 404, "unknown_occupation"),
        ({"have": {"https://example.org/skills/flying": 3}}, 422, "unknown_skill"),
        ({"have": {"https://example.org/skills/tables": 8}}, 422, "bad_level"),
        ({"deadline": "2001-01-01", "hours_per_week": 5}, 422, "deadline_past"),
        ({"deadline": "2199-01-01"}, 422, "hours_missing"),
        ({"budget": -1}, 422, "malformed_request"),
        ({"objective": "prettiest"}, 422, "malformed_request"),
    ],
)
def test_a_plan_that_cannot_be_made_says_why(
    college: College, occupation: Occupation, change: dict[str, Any], status: int, code: str
) -> None:
    problem(program(college, "plans:read").post("/plans", {"occupation": occupation.code, **change}), status, code)


# Awards


def test_an_award_is_made_checked_revoked_and_checked_again(college: College, version: DefinitionVersion) -> None:
    caller = program(college, "credentials:issue", "credentials:read", "credentials:revoke", "credentials:verify")
    made = caller.post("/credentials", order(version))
    assert made.status_code == 201
    award = made.json()
    assert (award["state"], award["recipient"]) == ("awarded", "nia@example.org")
    assert award["document"]["credentialSubject"]["achievement"]["name"] == "Reading Tables"
    checked = caller.post(
        "/credentials/verify", {"credential": award["document"], "recipient": "nia@example.org"}
    ).json()
    assert [checked[name] for name in ("verdict", "authentic", "current", "trusted", "about_person")] == [
        "verified",
        *["pass"] * 4,
    ]
    assert caller.get(f"/credentials/{award['id']}").json() == award
    revoked = caller.post(f"/credentials/{award['id']}/revoke", {"reason": "error", "explanation": "Wrong course."})
    assert revoked.json()["state"] == "revoked"
    checked = caller.post("/credentials/verify", {"text": json.dumps(award["document"])}).json()
    assert (checked["verdict"], checked["authentic"], checked["current"]) == ("not_verified", "pass", "fail")
    again = caller.post(f"/credentials/{award['id']}/revoke", {"reason": "error", "explanation": "Wrong course."})
    problem(again, 409, "award_not_standing")


def test_the_same_request_twice_is_one_award(college: College, version: DefinitionVersion) -> None:
    caller = program(college, "credentials:issue")
    first, second = caller.post("/credentials", order(version)), caller.post("/credentials", order(version))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    other = problem(caller.post("/credentials", order(version, request_id="another")), 409, "held_already")
    assert other["award"] == first.json()["id"]
    assert Award.objects.count() == 1


def test_a_high_stakes_award_waits_for_a_second_person(college: College) -> None:
    version = make_version(college, "Crane Operation", kind="industry", high_stakes=True)
    award = program(college, "credentials:issue").post("/credentials", order(version)).json()
    assert (award["state"], award["document"]) == ("proposed", None)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"definition": "nowhere"}, 404, "not_found"),
        ({"recipient": {"email": "nia@"}}, 422, "bad_email"),
        ({"recipient": {"email": "nia@example.org"}}, 422, "name_missing"),
        ({"recipient": {}}, 422, "malformed_request"),
        ({"request_id": ""}, 422, "malformed_request"),
        ({"request_id": "a b"}, 422, "malformed_request"),
    ],
)
def test_an_award_that_cannot_be_made_says_why(
    college: College, version: DefinitionVersion, change: dict[str, Any], status: int, code: str
) -> None:
    problem(program(college, "credentials:issue").post("/credentials", order(version, **change)), status, code)
    assert not Award.objects.exists()


def test_one_organisation_cannot_touch_what_another_awards(college: College, version: DefinitionVersion) -> None:
    award = program(college, "credentials:issue").post("/credentials", order(version)).json()
    other = make_college("Other College")
    give_role(other.registrar, other.organisation, Role.ADMIN)
    stranger = program(other, "credentials:issue", "credentials:read", "credentials:revoke")
    problem(stranger.post("/credentials", order(version)), 404, "not_your_definition")
    problem(stranger.get(f"/credentials/{award['id']}"), 404, "not_found")
    body = {"reason": "error", "explanation": "x"}
    problem(stranger.post(f"/credentials/{award['id']}/revoke", body), 404, "not_found")
    assert Award.objects.get().state == "awarded"


def test_nobody_awards_to_themselves_through_a_program(college: College, version: DefinitionVersion) -> None:
    body = order(version, recipient={"email": college.registrar.email})
    problem(program(college, "credentials:issue").post("/credentials", body), 403, "separation_of_duties")


def test_an_unknown_reason_is_answered_with_the_known_ones(college: College, version: DefinitionVersion) -> None:
    caller = program(college, "credentials:issue", "credentials:revoke")
    award = caller.post("/credentials", order(version)).json()
    response = caller.post(f"/credentials/{award['id']}/revoke", {"reason": "mood", "explanation": "x"})
    assert "error" in problem(response, 422, "invalid")["allowed"]


# Verification


@pytest.fixture
def document(college: College, version: DefinitionVersion) -> dict[str, Any]:
    made: dict[str, Any] = program(college, "credentials:issue").post("/credentials", order(version)).json()["document"]
    return made


def test_a_changed_letter_is_refused(college: College, document: dict[str, Any]) -> None:
    document["credentialSubject"]["achievement"]["name"] = "Reading Fables"
    checked = program(college, "credentials:verify").post("/credentials/verify", {"credential": document}).json()
    assert (checked["verdict"], checked["authentic"]) == ("not_verified", "fail")
    assert any(finding["outcome"] == "fail" and finding["remedy"] for finding in checked["findings"])


def test_a_file_is_checked_as_it_was_sent(college: College, document: dict[str, Any]) -> None:
    caller = program(college, "credentials:verify")
    file = SimpleUploadedFile("badge.json", json.dumps(document).encode())
    assert (
        caller.upload("/credentials/verify/file", file=file, recipient="nia@example.org").json()["about_person"]
        == "pass"
    )
    picture = SimpleUploadedFile("badge.png", b"\x89PNG\r\n\x1a\n")
    assert caller.upload("/credentials/verify/file", file=picture).json()["verdict"] == "not_verified"
    problem(caller.upload("/credentials/verify/file"), 422, "malformed_request")


def test_a_field_that_stands_twice_is_not_resolved_silently(college: College, document: dict[str, Any]) -> None:
    text = json.dumps({"credential": document})
    doubled = text.replace('"name": "Reading Tables"', '"name": "Fake", "name": "Reading Tables"', 1)
    assert doubled != text
    problem(program(college, "credentials:verify").post("/credentials/verify", doubled), 422, "duplicate_key")


@pytest.mark.parametrize("body", [{}, {"text": "{}", "url": "https://example.org"}, {"text": ""}])
def test_exactly_one_thing_is_checked(college: College, body: dict[str, Any]) -> None:
    problem(program(college, "credentials:verify").post("/credentials/verify", body), 422, "nothing_given")


def test_a_body_that_is_not_json_is_refused(college: College) -> None:
    problem(program(college, "credentials:verify").post("/credentials/verify", "{"), 400, "bad_request")


def test_checking_leaves_no_trace(college: College, document: dict[str, Any]) -> None:
    before = college.organisation.audit_events.count()
    program_ = program(college, "credentials:verify")
    program_.post("/credentials/verify", {"credential": document})
    assert college.organisation.audit_events.count() == before + 1  # the token's own making


def test_the_answer_fits_its_description(college: College, document: dict[str, Any]) -> None:
    schemas = api.get_openapi_schema()["components"]["schemas"]
    checked = program(college, "credentials:verify").post("/credentials/verify", {"credential": document}).json()
    assert set(checked) == set(schemas["VerdictOut"]["properties"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", checked["valid_from"])


def test_a_learner_without_an_organisation_has_no_way_in() -> None:
    make_learner()
    problem(anybody().get("/credentials/8c2d8b1e-0000-4000-8000-000000000000"), 401, "token_missing")
