"""What the desk does on pages, programs do through the API, as the person who made their token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.issuing.factories import MOMENT, College
from tests.people.factories import give_role
from tests.recognition.factories import make_course, make_university, term
from tests.wallet.factories import NOW, strangers_credential

from cairn.credentials import verify
from cairn.issuing.published import SiteResolver
from cairn.outside import clock
from cairn.people.models import Person
from cairn.people.services import issue_token
from cairn.recognition import services
from cairn.recognition.models import ExternalAward, RecognitionRequest
from cairn.wallet import services as wallet

BASE = "/api/v1/recognition"


@pytest.fixture
def university(db: None) -> College:
    return make_university()


def call(college: College, person: Person, scope: str, path: str, body: Any = None) -> Any:
    give_role(person, college.organisation, "admin")
    if scope in {"recognition:read", "recognition:agree"}:
        give_role(person, college.organisation, "registrar")
    token, _ = issue_token(
        organisation=college.organisation,
        name="P",
        scopes=[scope],
        by=person,
        at=MOMENT,
        expires_at=NOW.replace(month=12),
    )
    client, headers = Client(), {"Authorization": f"Bearer {token}"}
    with clock.frozen(NOW):
        if body is None:
            return client.get(BASE + path, headers=headers)
        return client.post(BASE + path, json.dumps(body), content_type="application/json", headers=headers)


def test_an_agreement_is_drafted_signed_by_both_read_by_all_and_ended(college: College, university: College) -> None:
    body = {
        "giver": college.organisation.slug, "receiver": university.organisation.slug, "title": "Data", "most": "30",
        "in_force_from": "2026-06-01T00:00:00Z",
        "terms": [term(make_course(college, "Tables"), make_course(university, "STAT 101"))],
    }  # fmt: skip
    assert call(college, college.registrar, "recognition:decide", "/agreements", body).status_code == 403
    made = call(college, college.registrar, "recognition:agree", "/agreements", body)
    assert made.status_code == 201, made.content
    one = f"/agreements/{made.json()['id']}/1"
    assert call(university, university.registrar, "recognition:agree", one, {"act": "countersign"}).status_code == 404
    assert call(college, college.registrar, "recognition:agree", one, {"act": "sign"}).json()["state"] == "offered"
    assert (
        call(university, university.registrar, "recognition:agree", one, {"act": "countersign"}).json()["state"]
        == "agreed"
    )
    with clock.frozen(NOW):
        [read] = Client().get(f"{BASE}/agreements?receiving={university.organisation.slug}").json()
        assert Client().get(f"{BASE}{one}").json() == read
    assert verify(read["document"], at=NOW, resolve=SiteResolver()).verdict == "verified"
    assert read["sentences"][0].startswith("“Tables” of Harbour College counts as “STAT 101”")
    refused = call(college, college.registrar, "recognition:agree", one, {"act": "withdraw"})
    assert refused.status_code == 422
    assert refused.json()["code"] == "reason"
    ended = call(
        college, college.registrar, "recognition:agree", one, {"act": "withdraw", "reason": "No longer taught."}
    )
    assert ended.json()["ends"].startswith("2026-08-30")


def test_a_request_is_read_and_decided(college: College, university: College, learner: Person) -> None:
    wallet.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    found = services.submit_request(
        person=learner,
        organisation=university.organisation,
        source=ExternalAward.objects.get(),
        because="Same.",
        at=NOW,
    )
    one = f"/requests/{found.pk}"
    [listed] = call(university, university.registrar, "recognition:read", "/requests").json()
    assert (listed["waits_for"], listed["steps"][0]["kind"]) == ("examiner", "submitted")
    assert call(college, college.registrar, "recognition:read", one).status_code == 404
    grant = {"grant": True, "credits": 5, "scheme": "ects", "reason": "Same outcomes."}
    wrong = call(university, university.dean, "recognition:decide", one, {"act": "examine", **grant})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "separation_of_duties")
    assert (
        call(university, university.examiner, "recognition:decide", one, {"act": "examine", **grant}).status_code == 200
    )
    assert (
        call(
            university, university.dean, "recognition:decide", one, {"act": "decide", "grant": True, "reason": "Yes."}
        ).status_code
        == 200
    )
    done = call(university, university.registrar, "recognition:decide", one, {"act": "confirm"}).json()
    assert done["state"] == "recognised"
    assert verify(done["recognition"], at=NOW, resolve=SiteResolver()).verdict == "verified"
    late = call(
        university, university.dean, "recognition:decide", one, {"act": "decide", "grant": False, "reason": "No."}
    )
    assert late.status_code == 409
    assert RecognitionRequest.objects.get().state == "recognised"
