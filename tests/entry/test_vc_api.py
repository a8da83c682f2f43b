"""The W3C's VC-API as a program meets it: what it takes, what it answers, who may, and what stays on the trail."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from tests.issuing.factories import College, make_college
from tests.people.factories import give_role

from cairn.credentials import Credential, Ed25519Key, KeySigner, did_key, did_key_verification_method, present, verify
from cairn.entry.api.reference import SCOPE_OF
from cairn.entry.api.tokens import PerToken
from cairn.issuing.models import Award, SignedDocument, SigningKey
from cairn.issuing.services import ensure_signing_key
from cairn.outside import clock
from cairn.people import services
from cairn.people.models import AuditEvent, Role
from cairn.wallet.checking import SiteResolver

pytestmark = pytest.mark.django_db
VC = "https://www.w3.org/ns/credentials/v2"
SCOPES = ("vc:issue", "vc:derive", "credentials:verify")


class Api:
    """A program that speaks the VC-API with a token of the college."""

    def __init__(self, college: College, *scopes: str) -> None:
        self.college = college
        moment = clock.now()
        self.token, _ = services.issue_token(
            organisation=college.organisation, name="Suite", scopes=scopes or SCOPES, by=college.registrar, at=moment,
            expires_at=moment + timedelta(days=1),
        )  # fmt: skip
        self.client = Client()

    def post(self, path: str, body: Any) -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.post(f"/api/vc{path}", text, content_type="application/json", headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/vc{path}", headers={"Authorization": f"Bearer {self.token}", **headers})

    def did(self, key_type: str = "Ed25519") -> str:
        key = ensure_signing_key(
            organisation=self.college.organisation, by=self.college.registrar, at=clock.now(), key_type=key_type
        )
        return key.did

    def document(self, **changes: Any) -> dict[str, Any]:
        base = {
            "@context": [VC], "type": ["VerifiableCredential"], "issuer": self.did(), "credentialSubject": {"id": "did:example:subject"},
        }  # fmt: skip
        return {name: value for name, value in {**base, **changes}.items() if value is not None}

    def issue(self, document: dict[str, Any] | None = None, query: str = "", **options: Any) -> Any:
        return self.post(f"/credentials/issue{query}", {"credential": document or self.document(), "options": options})

    def issued(self, document: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        response = self.issue(document, **options)
        assert response.status_code == 201, response.content
        signed: dict[str, Any] = response.json()["verifiableCredential"]
        return signed

    def verify(self, credential: Any, **options: Any) -> Any:
        return self.post("/credentials/verify", {"verifiableCredential": credential, "options": options})


@pytest.fixture
def college() -> College:
    college = make_college()
    give_role(college.registrar, college.organisation, Role.ADMIN)
    return college


@pytest.fixture
def api(college: College) -> Api:
    return Api(college)


# Issue


def test_a_document_is_signed_and_verified_and_changed_in_nothing_else(api: Api) -> None:
    document = api.document(id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5", name="Über Maß", description="7.0")
    signed = api.issued(document)
    assert {name: value for name, value in signed.items() if name != "proof"} == document
    assert signed["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    response = api.verify(signed)
    assert (response.status_code, response.json()["verified"], response.json()["errors"]) == (200, True, [])


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
@pytest.mark.parametrize("where", ["options", "query"])
def test_the_cryptosuite_is_chosen_by_option_or_address(api: Api, suite: str, where: str) -> None:
    document = api.document(issuer=api.did("P-256" if suite.startswith("ecdsa") else "Ed25519"))
    response = (
        api.issue(document, cryptosuite=suite)
        if where == "options"
        else api.issue(document, query=f"?cryptosuite={suite}")
    )
    signed = response.json()["verifiableCredential"]
    assert signed["proof"]["cryptosuite"] == suite
    assert api.verify(signed).status_code == 200


def test_each_kind_of_key_signs_under_its_own_name(api: Api) -> None:
    for key_type in ("P-256", "P-384"):
        signed = api.issued(api.document(issuer=api.did(key_type)), cryptosuite="ecdsa-rdfc-2019")
        assert signed["proof"]["verificationMethod"].startswith(api.did(key_type) + "#")
        assert api.verify(signed).json()["verified"]


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256"])
def test_a_token_comes_in_an_envelope(api: Api, key_type: str) -> None:
    signed = api.issued(api.document(issuer=api.did(key_type)), format="vc-jwt")
    assert (signed["type"], signed["@context"]) == ("EnvelopedVerifiableCredential", VC)
    assert signed["id"].startswith("data:application/vc+jwt,eyJ")
    assert api.verify(signed).json()["verified"]
    assert api.verify(signed["id"].partition(",")[2]).json()["verified"]


def test_only_ones_own_identifiers_may_stand_as_issuer(api: Api) -> None:
    other = make_college("Another College")
    for issuer in (
        SigningKey.objects.get(organisation=other.organisation).did,
        "https://elsewhere.example",
        "did:web:x.example",
    ):
        response = api.issue(api.document(issuer=issuer))
        assert (response.status_code, response.json()["code"]) == (400, "issuer_not_ours")
        assert api.did() in response.json()["remedy"]
    assert not SignedDocument.objects.exists()


def test_a_key_that_is_missing_is_named_with_what_to_do(api: Api) -> None:
    response = api.issue(cryptosuite="ecdsa-rdfc-2019")
    assert (response.status_code, response.json()["code"]) == (400, "no_signing_key")
    assert "cairn keys add" in response.json()["remedy"]
    assert api.issue(cryptosuite="unknown-2020").json()["code"] == "unknown_securing"


def test_each_signature_leaves_a_line_and_a_digest_and_no_content(api: Api) -> None:
    signed = api.issued(api.document(credentialSubject={"id": "did:example:secret-person"}))
    [event] = AuditEvent.objects.filter(action="document.signed")
    row = SignedDocument.objects.get()
    assert event.object_id == row.digest
    assert event.details == {"secured": "eddsa-rdfc-2022", "method": signed["proof"]["verificationMethod"]}
    assert "secret-person" not in json.dumps(event.details)
    assert not Award.objects.exists()
    assert services.verify_chain(api.college.organisation) == []


def test_signing_anything_needs_a_scope_of_its_own(college: College) -> None:
    awarding = Api(college, "credentials:issue", "credentials:verify", "vc:derive")
    assert (awarding.issue().status_code, awarding.issue().json()["code"]) == (403, "scope_missing")
    checking = Api(college, "vc:issue")
    assert checking.verify(checking.issued()).status_code == 403
    checking.token = ""
    response = checking.issue()
    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="Cairn"')
    membership = college.registrar.memberships.get(role=Role.REGISTRAR)
    signing = Api(college, "vc:issue")
    services.end_membership(membership=membership, by=college.admin, at=clock.now())
    assert (signing.issue().status_code, signing.issue().json()["code"]) == (401, "bad_token")
    assert SignedDocument.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "null", "{", b"\xff", '{"credential": 5}', '{"credential": {}, "options": []}', '{"credential": {"a": 1, "a": 2}}',
        '{"options": {}}', '{"credential":' + '{"a":' * 5000 + "1" + "}" * 5000 + "}",
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_so_and_never_crashes(api: Api, body: Any) -> None:
    api.client.raise_request_exception = False
    for path in (
        "/credentials/issue",
        "/credentials/verify",
        "/credentials/derive",
        "/presentations/verify",
        "/credentials/status",
    ):
        response = api.post(path, body)
        assert response.status_code == 400, (path, response.content[:200])
        document = response.json()
        assert response["Content-Type"] == "application/problem+json"
        assert document["code"]
        assert document["remedy"] or document["message"]


# Status


def test_a_status_is_given_and_revoked(api: Api) -> None:
    document = api.document(id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5")
    signed = api.issued(document, credentialStatus={"type": "BitstringStatusListEntry", "statusPurpose": "revocation"})
    [entry] = (
        [signed["credentialStatus"]] if isinstance(signed["credentialStatus"], dict) else signed["credentialStatus"]
    )
    assert (entry["type"], entry["statusPurpose"]) == ("BitstringStatusListEntry", "revocation")
    assert "credentialStatus" in api.verify(signed).json()["checks"]
    revoke = {
        "credentialId": document["id"],
        "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
    }
    assert api.post("/credentials/status", revoke).status_code == 200
    response = api.verify(signed)
    assert (response.status_code, response.json()["verdict"]) == (400, "not_verified")
    assert "revoked" in [problem["code"] for problem in response.json()["errors"]]
    assert api.post("/credentials/status", revoke).status_code == 409
    assert api.issue(document, credentialStatus=True).json()["code"] == "duplicate_id"
    assert AuditEvent.objects.filter(action="document.revoked").count() == 1


def test_another_organisation_cannot_revoke_it(api: Api) -> None:
    document = api.document(id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5")
    api.issued(document, credentialStatus=True)
    other = make_college("Another College")
    give_role(other.registrar, other.organisation, Role.ADMIN)
    revoke = {"credentialId": document["id"], "credentialStatus": [{"status": "1"}]}
    assert Api(other).post("/credentials/status", revoke).status_code == 404
    undo = {"credentialId": document["id"], "credentialStatus": [{"status": "0"}]}
    assert api.post("/credentials/status", undo).json()["code"] == "unknown_status"


def test_a_document_with_a_status_gets_an_id_by_which_it_can_be_revoked(api: Api) -> None:
    signed = api.issued(api.document(), credentialStatus=True)
    assert signed["credentialStatus"]["type"] == "BitstringStatusListEntry"
    assert api.post("/credentials/status", {"credentialId": signed["id"], "credentialStatus": {}}).status_code == 200
    assert api.verify(signed).json()["verified"] is False


def test_whatever_issuer_is_named_the_organisation_signs_as_itself_if_asked_to(api: Api) -> None:
    stranger = api.document(issuer="did:example:issuer")
    assert api.issue(stranger).json()["code"] == "issuer_not_ours"
    signed = api.issue(stranger, query="?issuer=ours").json()["verifiableCredential"]
    assert signed["issuer"] == api.did()
    assert api.verify(signed).status_code == 200
    named = api.document(issuer={"id": "https://some-url.example/issuer", "name": "Example"})
    other = api.did("P-256")
    signed = api.issued(named, issuer="ours", cryptosuite="ecdsa-rdfc-2019")
    assert signed["issuer"] == {"id": other, "name": "Example"}
    assert api.issued(api.document(), issuer="ours")["issuer"] == api.did()
    for broken in (None, "not a url", {"name": "Nobody"}, {"id": None}, ["did:example:issuer"]):
        assert api.issue(api.document(issuer=broken), issuer="ours").status_code == 400


# Verify


def test_the_answer_says_what_is_wrong_in_the_words_of_the_w3c(api: Api) -> None:
    signed = api.issued(api.document(name="Soldering"))
    changed = api.verify({**signed, "name": "Smoldering"})
    assert changed.status_code == 400
    [problem] = changed.json()["errors"]
    assert problem["type"] == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
    assert (problem["code"], changed.json()["verified"]) == ("signature_invalid", False)
    assert changed.json()["problemDetails"][0] == problem
    expired = api.issued(api.document(validFrom="2020-01-01T00:00:00Z", validUntil="2021-01-01T00:00:00Z"))
    assert [one["code"] for one in api.verify(expired).json()["errors"]] == ["expired"]


def test_what_could_not_be_found_out_is_a_no_that_says_so(api: Api) -> None:
    signed = api.issued()
    signed["proof"]["cryptosuite"] = "unknown-2040"
    response = api.verify(signed)
    assert (response.status_code, response.json()["verdict"]) == (400, "undetermined")
    assert response.json()["errors"][0]["code"] == "unsupported_proof"


def test_an_unknown_issuer_is_a_warning_and_our_own_is_none(api: Api) -> None:
    ours = api.verify(api.issued()).json()
    assert ours["warnings"] == []
    key = Ed25519Key.generate()
    from cairn.credentials import issue

    document = {**api.document(), "issuer": did_key(key)}
    signed = issue(document, KeySigner(key, did_key_verification_method(key)), created=clock.now())
    theirs = api.verify(dict(signed.document)).json()
    assert (theirs["verified"], [one["code"] for one in theirs["warnings"]]) == (True, ["issuer_unknown"])


def test_purpose_domain_and_challenge_of_a_credential_may_be_asked_about(api: Api) -> None:
    signed = api.issued()
    assert api.verify(signed, expectedProofPurpose="assertionMethod").status_code == 200
    for options in ({"expectedProofPurpose": "authentication"}, {"domain": "a.example"}, {"challenge": "c"}):
        assert api.verify(signed, **options).status_code == 400
    assert api.verify(signed, domain=5).json()["code"] == "malformed_request"


def test_nothing_is_kept_of_what_was_verified(api: Api) -> None:
    signed = api.issued()
    before = (AuditEvent.objects.count(), SignedDocument.objects.count())
    api.verify(signed)
    assert (AuditEvent.objects.count(), SignedDocument.objects.count()) == before


# Presentations


def test_a_presentation_is_verified_with_challenge_and_domain(api: Api) -> None:
    key = Ed25519Key.generate()
    holder = did_key(key)
    signed = api.issued(api.document(credentialSubject={"id": holder}))
    shown = present(
        [signed], KeySigner(key, did_key_verification_method(key)), holder=holder, created=clock.now(), challenge="c", domain="d.example"
    )  # fmt: skip
    path = "/presentations/verify"
    response = api.post(path, {"verifiablePresentation": shown, "options": {"challenge": "c", "domain": "d.example"}})
    assert (response.status_code, response.json()["holder"]) == (200, holder)
    assert [one["verified"] for one in response.json()["credentialResults"]] == [True]
    for options, kind in (({"challenge": "x"}, "INVALID_CHALLENGE_ERROR"), ({"domain": "x"}, "INVALID_DOMAIN_ERROR")):
        response = api.post(path, {"verifiablePresentation": shown, "options": options})
        assert response.status_code == 400
        assert response.json()["errors"][0]["type"].endswith(kind)
    changed = json.loads(json.dumps(shown))
    changed["verifiableCredential"][0]["credentialSubject"]["id"] = "did:example:other"
    assert api.post(path, {"verifiablePresentation": changed}).status_code == 400
    unsigned = {name: value for name, value in shown.items() if name != "proof"}
    response = api.post(path, {"verifiablePresentation": unsigned})
    assert (response.status_code, response.json()["verdict"]) == (400, "undetermined")


# Derive


def test_a_credential_that_shows_less_is_derived_and_verified(api: Api) -> None:
    document = api.document(issuer=api.did("P-256"), name="Secret", description="Shown")
    base = api.issued(document, cryptosuite="ecdsa-sd-2023", mandatoryPointers=["/issuer"])
    assert api.verify(base).status_code == 400
    response = api.post(
        "/credentials/derive",
        {"verifiableCredential": base, "options": {"selectivePointers": ["/description", "/credentialSubject/id"]}},
    )
    assert response.status_code == 201
    derived = response.json()["verifiableCredential"]
    assert ("name" in derived, derived["description"], derived["issuer"]) == (False, "Shown", document["issuer"])
    assert api.verify(derived).status_code == 200
    for pointers in (["/nothing/here"], ["no pointer"], 5):
        response = api.post(
            "/credentials/derive", {"verifiableCredential": base, "options": {"selectivePointers": pointers}}
        )
        assert response.status_code == 400
    whole = api.issued()
    assert api.post("/credentials/derive", {"verifiableCredential": whole, "options": {}}).status_code == 400
    assert api.issue(document, cryptosuite="ecdsa-sd-2023", mandatoryPointers=["/nothing"]).status_code == 400


# DIDs


def test_a_did_is_looked_up(api: Api) -> None:
    did = api.did()
    response = api.get(f"/dids/{did}")
    assert (response.status_code, response["Content-Type"], response.json()["id"]) == (200, "application/did+json", did)
    whole = api.get(f"/dids/{did}", Accept='application/ld+json;profile="https://w3id.org/did-resolution"').json()
    assert whole["didDocument"]["id"] == did
    assert api.get(f"/dids/{api.did('P-256')}").json()["assertionMethod"]
    assert api.get("/dids/did:key:zBroken").status_code == 400
    assert api.get("/dids/did:unknown:x").json()["code"] == "methodNotSupported"
    assert api.get("/dids/did:web:127.0.0.1").status_code in {400, 503}
    api.token = "cairn_wrong"
    assert api.get(f"/dids/{did}").status_code == 401


def test_what_the_site_signs_verifies_without_the_site(api: Api) -> None:
    signed = Credential.parse(api.issued())
    assert verify(signed, at=clock.now(), resolve=SiteResolver(None)).verdict == "verified"


# Described


def test_the_vc_api_describes_itself() -> None:
    description = Client().get("/api/vc/openapi.json").json()
    assert set(description["paths"]) == {
        "/api/vc/credentials/issue", "/api/vc/credentials/derive", "/api/vc/credentials/status", "/api/vc/credentials/verify",
        "/api/vc/presentations/verify", "/api/vc/dids/{did}",
    }  # fmt: skip
    for methods in description["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            assert operation["security"]


def test_the_reference_page_shows_each_operation_with_an_example(client: Client) -> None:
    html = client.get("/api/").content.decode()
    for methods in Client().get("/api/vc/openapi.json").json()["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in html
            assert SCOPE_OF[operation["operationId"]] in services.SCOPES


def test_a_related_resource_that_does_not_fit_is_an_error_when_verifying_too(api: Api) -> None:
    key = Ed25519Key.generate()
    from cairn.credentials import issue

    wrong = {"id": VC, "digestSRI": "sha384-" + "A" * 64}
    document = {**api.document(relatedResource=wrong), "issuer": did_key(key)}
    signed = issue(document, KeySigner(key, did_key_verification_method(key)), created=clock.now())
    response = api.verify(dict(signed.document))
    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "related_resource_changed")


def test_nothing_is_revoked_by_an_empty_list(api: Api) -> None:
    document = api.document(id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5")
    api.issued(document, credentialStatus=True)
    answer = api.post("/credentials/status", {"credentialId": document["id"], "credentialStatus": []})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_status")
    assert SignedDocument.objects.get().revoked_at is None


@pytest.mark.parametrize("no", ["false", "0", ""])
def test_no_status_is_given_where_the_address_says_no(api: Api, no: str) -> None:
    response = api.issue(query=f"?credentialStatus={no}")
    assert "credentialStatus" not in response.json()["verifiableCredential"]


def test_an_id_that_is_too_long_to_be_kept_is_told_so(api: Api) -> None:
    response = api.issue(api.document(id="urn:x:" + "y" * 300), credentialStatus=True)
    assert (response.status_code, response.json()["code"]) == (400, "id_too_long")


def test_whatever_is_looked_up_counts_against_one_limit(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def note(throttle: PerToken, request: HttpRequest) -> bool:
        asked.append(throttle.get_cache_key(request))
        return True

    monkeypatch.setattr("cairn.entry.api.tokens.PerToken.allow_request", note)
    for name in ("did:example:1", "did:example:2"):
        api.get(f"/dids/{name}")
    assert len(asked) == 2
    assert len(set(asked)) == 1


@pytest.mark.parametrize(
    "path", ["/credentials/issue", "/credentials/derive", "/credentials/status", "/credentials/verify"]
)
def test_every_operation_has_a_limit(api: Api, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.entry.api.tokens.PerToken.allow_request", lambda _self, _request: False)
    monkeypatch.setattr("cairn.entry.api.tokens.PerToken.wait", lambda _self: 1.0)
    assert api.post(path, {}).status_code == 429
