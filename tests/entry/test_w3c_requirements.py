"""What the W3C working groups' test suites ask of an implementation, requirement by requirement, put to our own endpoints.

Each test names the suite and the section it stands for and says the requirement in our words. The suites are JavaScript and ask a
running site over HTTP; these run in the same minute as everything else. How a suite is pointed at a site: docs/reference/api.md.

Suites: w3c/vc-data-model-2.0-test-suite, w3c/vc-di-eddsa-test-suite, w3c/vc-di-ecdsa-test-suite (both with
w3c-ccg/data-integrity-test-suite-assertion), w3c/vc-bitstring-status-list-test-suite, w3c/vc-jose-cose-test-suite.
"""

from __future__ import annotations

import base64
import copy
import json
import re
from typing import Any

import pytest
from tests.entry.test_vc_api import VC, Api, college  # noqa: F401 - a fixture
from tests.issuing.factories import College

from cairn.credentials import Ed25519Key, KeySigner, StatusList, did_key, did_key_verification_method, issue, present
from cairn.credentials.integrity.signing import proof_of, proof_options, suite_for
from cairn.credentials.jose.algorithms import algorithm_for
from cairn.credentials.jose.writing import Header, sealed
from cairn.credentials.jsontext import as_list
from cairn.credentials.keys import PublicKey
from cairn.credentials.multibase import base64url, from_base58, from_base64url, multibase58
from cairn.outside import clock

pytestmark = pytest.mark.django_db
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
HOLDER = Ed25519Key.from_seed(b"\x21" * 32)
ME = did_key(HOLDER)
SIGNER = KeySigner(HOLDER, did_key_verification_method(HOLDER))
SUITES = {
    "eddsa-rdfc-2022": "Ed25519", "eddsa-jcs-2022": "Ed25519", "ecdsa-rdfc-2019": "P-256", "ecdsa-jcs-2019": "P-256",
}  # fmt: skip
MOMENT = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")


@pytest.fixture
def api(college: College) -> Api:  # noqa: F811 - the fixture
    return Api(college)


def accepts(api: Api, **changes: Any) -> None:
    response = api.issue(api.document(**changes))
    assert response.status_code == 201, response.content


def refuses(api: Api, **changes: Any) -> None:
    response = api.issue(api.document(**changes))
    assert response.status_code == 400, response.content
    assert response.json()["message"]


def with_term(name: str) -> list[Any]:
    return [VC, {name: f"https://example.org/#{name}"}]


def unsigned_presentation(*credentials: Any, **changes: Any) -> dict[str, Any]:
    base = {"@context": [VC], "type": ["VerifiablePresentation"], "verifiableCredential": list(credentials)}
    return {**base, **changes}


def presented(*credentials: Any, **changes: Any) -> dict[str, Any]:
    """Sign a presentation as the suite does: eddsa-rdfc-2022, for authentication, with a challenge."""
    document = unsigned_presentation(*credentials, **changes)
    suite = suite_for("eddsa-rdfc-2022", "Ed25519")
    more = {"challenge": "123456789", "domain": "suite.example"}
    options = proof_options(suite, SIGNER, clock.now(), purpose="authentication", more=more)
    return {**document, "proof": proof_of(document, suite, options, SIGNER)}


def verify_vp(api: Api, presentation: Any) -> int:
    body = {"verifiablePresentation": presentation, "options": {"checks": []}}
    status: int = api.post("/presentations/verify", body).status_code
    return status


def own_credential(**changes: Any) -> dict[str, Any]:
    """A credential of the suite's own issuer, signed."""
    document = {
        "@context": [VC], "type": ["VerifiableCredential"], "issuer": ME, "credentialSubject": {"id": "did:example:subject"}, **changes,
    }  # fmt: skip
    return dict(issue(document, SIGNER, created=clock.now()).document)


# -- VC data model 2.0: 1.3 Conformance -----------------------------------------------------------------------------------------


def test_vcdm_1_3_an_issued_document_is_secured_and_has_every_required_property(api: Api) -> None:
    signed = api.issued()
    assert {"@context", "type", "issuer", "credentialSubject", "proof"} <= set(signed)
    assert isinstance(signed["proof"], dict)
    assert api.verify(signed, checks=["proof"]).status_code == 200


def test_vcdm_1_3_a_verifier_refuses_documents_that_do_not_conform(api: Api) -> None:
    document = {"type": ["NonconformingDocument"]}
    assert api.verify(document).status_code == 400
    assert verify_vp(api, document) == 400


@pytest.mark.parametrize("suite", [*SUITES, "ecdsa-sd-2023"])
def test_di_documents_of_version_1_1_are_signed_and_verified_too(api: Api, suite: str) -> None:
    # The cryptosuites' tests bring one wherever an implementation does not say that it knows version 2.0 only.
    issuer = api.did(SUITES.get(suite, "P-256"))
    words = {"name": "https://schema.org/name", "description": "https://schema.org/description"}
    document = {
        "@context": ["https://www.w3.org/2018/credentials/v1", words], "id": "urn:uuid:36245ee9-9074-4b05-a777-febff2e69757",
        "type": ["VerifiableCredential"], "issuer": issuer, "issuanceDate": "2024-03-16T22:37:26Z",
        "credentialSubject": {"id": "urn:uuid:1a0e4ef5-091f-4060-842e-18e519ab9440", "name": "Alice"},
    }  # fmt: skip
    signed = api.issued(document, cryptosuite=suite)
    # A proof's words must be defined: the vocabulary for them is added at the end, where version 1.1 has none.
    assert signed["@context"] == [*document["@context"], "https://w3id.org/security/data-integrity/v2"]  # type: ignore[misc] # a list
    if suite == "ecdsa-sd-2023":
        body = {"verifiableCredential": signed, "options": {"selectivePointers": ["/credentialSubject/name"]}}
        signed = api.post("/credentials/derive", body).json()["verifiableCredential"]
    assert api.verify(signed).status_code == 200
    assert api.verify({**signed, "issuanceDate": "2024-03-16T22:37:27Z"}).status_code == 400


def test_vcdm_1_1_a_document_keeps_the_rules_that_both_versions_share(api: Api) -> None:
    older = {"@context": ["https://www.w3.org/2018/credentials/v1"], "issuanceDate": "2024-03-16T22:37:26Z"}
    accepts(api, **older)
    refuses(api, **{**older, "issuanceDate": None})
    refuses(api, **{**older, "issuanceDate": "yesterday"})
    refuses(api, **{**older, "credentialSubject": {}})
    refuses(api, **{**older, "termsOfUse": {"id": "https://example.org/terms"}})
    refuses(api, **{**older, "id": "not an address"})


def test_vcdm_1_1_a_status_entry_brings_its_vocabulary_along(api: Api) -> None:
    document = api.document(
        id="urn:uuid:36245ee9-9074-4b05-a777-febff2e69757", issuanceDate="2024-03-16T22:37:26Z",
        **{"@context": ["https://www.w3.org/2018/credentials/v1"]},
    )  # fmt: skip
    signed = api.issued(document, credentialStatus={"type": "BitstringStatusListEntry", "statusPurpose": "revocation"})
    assert "https://www.w3.org/ns/credentials/status/v1" in signed["@context"]
    assert as_list(signed["credentialStatus"])[0]["statusPurpose"] == "revocation"


# -- 4.3 Contexts ---------------------------------------------------------------------------------------------------------------


def test_vcdm_4_3_a_credential_has_contexts_and_keeps_them_in_order(api: Api) -> None:
    assert api.issued(api.document(**{"@context": [VC, EXAMPLES]}))["@context"] == [VC, EXAMPLES]
    refuses(api, **{"@context": None})
    refuses(api, **{"@context": [EXAMPLES]})
    refuses(api, **{"@context": [EXAMPLES, VC]})


def test_vcdm_4_3_a_presentation_has_contexts_and_the_first_is_the_base(api: Api) -> None:
    good = presented()
    assert verify_vp(api, good) == 200
    for contexts in (None, [EXAMPLES], [EXAMPLES, VC], []):
        bad = {**good, "@context": contexts}
        if contexts is None:
            del bad["@context"]
        assert verify_vp(api, bad) == 400


def test_vcdm_4_3_further_contexts_are_addresses_or_objects(api: Api) -> None:
    accepts(api, **{"@context": [VC, EXAMPLES]})
    accepts(api, **{"@context": with_term("ExampleCredential"), "type": ["VerifiableCredential", "ExampleCredential"]})
    refuses(api, **{"@context": [VC, "https ://not-a-url/contexts/example/v1"]})
    refuses(api, **{"@context": [VC, 123192875]})


def test_vcdm_4_3_further_contexts_of_a_presentation_are_addresses_or_objects(api: Api) -> None:
    assert verify_vp(api, presented(own_credential(), holder=ME, **{"@context": [VC, EXAMPLES]})) == 200
    named = {"@context": with_term("ExamplePresentation"), "type": ["VerifiablePresentation", "ExamplePresentation"]}
    assert verify_vp(api, presented(own_credential(), holder=ME, **named)) == 200
    good = presented(own_credential())
    for wrong in ("https://example.com", "https ://not-a-url/contexts/example/v1", 123192875):
        assert verify_vp(api, {**good, "@context": [VC, wrong]}) == 400


# -- 4.4 Identifiers ------------------------------------------------------------------------------------------------------------


def test_vcdm_4_4_an_id_is_one_address(api: Api) -> None:
    accepts(api, id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5")
    accepts(api, id="did:example:credential")
    accepts(api, credentialSubject={"id": "did:example:subject"})
    refuses(api, id=5)
    refuses(api, id="not-a-url")
    refuses(api, id=["did:example:1", "did:example:2"])
    refuses(api, credentialSubject={"id": ["did:example:subject:one", "did:example:subject:two"]})
    assert (
        api.post("/credentials/issue", {"credential": {**api.document(), "id": None}, "options": {}}).status_code == 400
    )


# -- 4.5 Types ------------------------------------------------------------------------------------------------------------------


def test_vcdm_4_5_credentials_and_presentations_have_a_type(api: Api) -> None:
    refuses(api, type=None)
    refuses(api, type=["https://example.org/#Other"])
    accepts(api, type=["VerifiableCredential", "https://example.org/#Other"])
    untyped = presented()
    del untyped["type"]
    assert verify_vp(api, untyped) == 400
    assert verify_vp(api, {**presented(), "type": ["https://example.org/#Other"]}) == 400
    extra = presented(**{"@context": with_term("Shown"), "type": ["VerifiablePresentation", "Shown"]})
    assert verify_vp(api, extra) == 200


def test_vcdm_4_5_a_type_is_a_defined_word_or_an_address(api: Api) -> None:
    accepts(api, type=["VerifiableCredential", "https://example.org/#Other"])
    accepts(api, **{"@context": with_term("ExampleCredential"), "type": ["VerifiableCredential", "ExampleCredential"]})
    words = {"ExampleCredential": "https ://not-a-url#ExampleCredential"}
    refuses(api, **{"@context": [VC, words], "type": ["VerifiableCredential", "ExampleCredential"]})
    refuses(api, **{"@context": [VC, {"@vocab": None}], "type": ["VerifiableCredential", "ExampleCredential"]})


def test_vcdm_4_5_the_order_of_types_does_not_matter(api: Api) -> None:
    accepts(api, type=["https://example.org/#A", "https://example.org/#B", "VerifiableCredential"])
    accepts(api, type=["https://example.org/#A", "VerifiableCredential", "https://example.org/#B"])


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("credentialStatus", {"id": "did:example:status"}),
        ("termsOfUse", {"id": "did:example:terms"}),
        ("evidence", {"id": "did:example:evidence"}),
        ("refreshService", {"id": "did:example:refresh"}),
        ("credentialSchema", {"id": "did:example:schema"}),
    ],
)
def test_vcdm_4_5_each_of_these_says_its_type(api: Api, name: str, entry: dict[str, Any]) -> None:
    accepts(api, **{name: {**entry, "type": "https://example.org/#Kind"}})
    accepts(api, **{"@context": with_term("Kind"), name: {**entry, "type": "Kind"}})
    refuses(api, **{name: entry})
    refuses(api, **{name: [{**entry, "type": "https://example.org/#Kind"}, {"id": "did:example:other"}]})


# -- 4.6 Names and descriptions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["name", "description"])
@pytest.mark.parametrize("of", ["credential", "issuer"])
def test_vcdm_4_6_names_and_descriptions_are_texts_or_texts_with_a_language(api: Api, name: str, of: str) -> None:
    def put(value: Any) -> dict[str, Any]:
        return {name: value} if of == "credential" else {"issuer": {"id": api.did(), name: value}}

    accepts(api, **put("Example"))
    accepts(api, **put({"@value": "Example", "@language": "en"}))
    accepts(api, **put({"@value": "Example", "@language": "en", "@direction": "ltr"}))
    accepts(api, **put([{"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}]))
    refuses(api, **put({"@value": "Example", "@language": "en", "url": "did:example:credential"}))
    refuses(api, **put(5))


# -- 4.7 Issuer -----------------------------------------------------------------------------------------------------------------


def test_vcdm_4_7_the_issuer_is_an_address_or_an_object_with_one(api: Api) -> None:
    assert "issuer" in api.issued()
    accepts(api, issuer={"id": api.did()})
    wrongs: tuple[Any, ...] = ("not-a-url", 5, {"id": None}, {"id": "not-a-url"}, {}, [])
    for wrong in wrongs:
        refuses(api, issuer=wrong)
    assert api.post("/credentials/issue", {"credential": {**api.document(), "issuer": None}}).status_code == 400


# -- 4.8 Credential subject -----------------------------------------------------------------------------------------------------


def test_vcdm_4_8_there_is_a_subject_and_something_is_said_of_each(api: Api) -> None:
    refuses(api, credentialSubject=None)
    refuses(api, credentialSubject={})
    refuses(api, credentialSubject=[{"id": "did:example:subject"}, {}])
    accepts(api, credentialSubject=[{"id": "did:example:subject"}, {"id": "did:example:other"}])


# -- 4.9 Validity period --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["validFrom", "validUntil"])
def test_vcdm_4_9_moments_are_moments_with_a_zone(api: Api, name: str) -> None:
    accepts(api, **{name: "2033-01-01T00:00:00Z"})
    accepts(api, **{name: "2033-01-01T00:00:00.123Z"})
    accepts(api, **{name: "2033-01-01T00:00:00-05:00"})
    refuses(api, **{name: "January 1st, 2033"})
    refuses(api, **{name: "2033-01-01T00:00:00"})


def test_vcdm_4_9_the_end_is_not_before_the_beginning(api: Api) -> None:
    accepts(api, validFrom="2025-01-01T00:00:00Z", validUntil="2035-01-01T00:00:00Z")
    accepts(api, validFrom="2025-01-01T00:00:00Z", validUntil="2025-01-01T00:00:00Z")
    refuses(api, validFrom="2035-01-01T00:00:00Z", validUntil="2025-01-01T00:00:00Z")


# -- 4.10 Status, 4.11 Schemas --------------------------------------------------------------------------------------------------


def test_vcdm_4_10_a_status_may_have_one_id_and_must_have_a_type(api: Api) -> None:
    kind = "https://example.org/#Status"
    accepts(api, credentialStatus={"type": kind})
    accepts(api, credentialStatus={"id": "did:example:status", "type": kind})
    refuses(api, credentialStatus={"id": ["did:example:1", "did:example:2"], "type": kind})
    refuses(api, credentialStatus={"id": "not a url", "type": kind})
    refuses(api, credentialStatus={"id": "did:example:status", "type": 2})


def test_vcdm_4_11_a_schema_is_named_and_says_its_type(api: Api) -> None:
    schema = {"id": "did:example:schemas/1", "type": "https://example.org/#Schema"}
    accepts(api, credentialSchema=schema)
    accepts(api, credentialSchema=[schema, {**schema, "id": "did:example:schemas/2"}])
    refuses(api, credentialSchema={"type": schema["type"]})
    refuses(api, credentialSchema={"id": schema["id"]})
    refuses(api, credentialSchema={**schema, "id": 5})


# -- 4.12 Securing, 4.13 Presentations ------------------------------------------------------------------------------------------


def test_vcdm_4_12_a_verifier_refuses_what_is_not_secured(api: Api) -> None:
    assert api.verify(api.document()).status_code == 400


def test_vcdm_4_13_presentations_are_verified_with_their_ids_and_holders(api: Api) -> None:
    assert verify_vp(api, presented(id="urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5")) == 200
    assert verify_vp(api, presented(own_credential(), own_credential(credentialSubject={"id": "did:example:b"}))) == 200
    assert verify_vp(api, presented(own_credential(), holder=ME)) == 200
    assert verify_vp(api, presented(own_credential(), holder={"id": ME})) == 200
    assert verify_vp(api, {**presented(own_credential()), "holder": {"id": ME.removeprefix("did:key:")}}) == 400


def test_vcdm_4_13_what_is_presented_is_an_object(api: Api) -> None:
    good = presented(own_credential())
    for wrong in (5, "https://example.org/credentials/1", [7], ["text"]):
        assert verify_vp(api, {**good, "verifiableCredential": wrong}) == 400


def test_vcdm_4_13_a_self_asserted_credential_is_its_holders_own(api: Api) -> None:
    bare = {name: value for name, value in own_credential().items() if name != "proof"}
    assert verify_vp(api, presented(bare, holder=ME)) == 200
    assert verify_vp(api, presented(bare)) == 400
    assert verify_vp(api, presented(bare, holder="did:example:acme")) == 400
    assert verify_vp(api, presented({**bare, "issuer": "did:example:acme"}, holder=ME)) == 400


def enveloped(kind: str, media_type: str, token: str) -> dict[str, Any]:
    return {"@context": VC, "type": kind, "id": f"data:{media_type},{token}"}


def test_vcdm_4_13_1_an_enveloped_credential_says_its_context_type_and_content(api: Api) -> None:
    good = api.issued(format="vc-jwt")
    assert api.verify(good).status_code == 200
    wrongs = [
        {**good, "@context": []}, {**good, "@context": EXAMPLES}, {**good, "id": good["id"].partition(",")[2]},
        {**good, "type": "VerifiableCredential"}, {name: value for name, value in good.items() if name != "type"},
    ]  # fmt: skip
    assert [api.verify(wrong).status_code for wrong in wrongs] == [400] * len(wrongs)


def presentation_token(*inside: dict[str, Any], within: bool = False) -> str:
    document = unsigned_presentation(*inside, holder=ME)
    beside = {"iss": ME, "aud": "example.com", "nonce": "123456789"}
    claims = {**beside, "vp": document} if within else {**document, **beside}
    header = Header(algorithm_for("Ed25519"), "JWT" if within else "vp+jwt", SIGNER.verification_method)
    return sealed(header, claims, SIGNER)


@pytest.mark.parametrize("within", [False, True])
def test_vcdm_4_13_2_an_enveloped_presentation_says_its_context_type_and_content(api: Api, within: bool) -> None:
    token = presentation_token(api.issued(format="vc-jwt"), within=within)
    good = enveloped("EnvelopedVerifiablePresentation", "application/jwt" if within else "application/vp+jwt", token)
    assert verify_vp(api, good) == 200
    wrongs: tuple[dict[str, Any], ...] = (
        {"@context": []}, {"@context": [EXAMPLES]}, {"id": token}, {"type": ["VerifiablePresentation"]},
    )  # fmt: skip
    for wrong in wrongs:
        assert verify_vp(api, {**good, **wrong}) == 400


# -- 5 Advanced concepts, 7 Algorithms ------------------------------------------------------------------------------------------


def test_vcdm_5_2_no_context_redefines_a_protected_word(api: Api) -> None:
    refuses(api, **{"@context": [VC, {"VerifiableCredential": "https://example.org/#BadVerifiableCredential"}]})
    ours = {"@protected": True, "ExampleCredential": "https://example.org/#ExampleCredential"}
    again = {"ExampleCredential": "https://example.org/#ExampleBadCredential"}
    refuses(api, **{"@context": [VC, ours, again], "type": ["VerifiableCredential", "ExampleCredential"]})


SRI = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"
MULTIBASE = "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"


def test_vcdm_5_3_related_resources_are_objects_with_an_id_and_a_digest_that_fits(api: Api) -> None:
    accepts(api, relatedResource=[{"id": VC, "digestSRI": SRI}])
    accepts(api, relatedResource={"id": VC, "digestMultibase": MULTIBASE})
    accepts(api, relatedResource=[{"id": VC, "digestSRI": SRI, "mediaType": "application/ld+json"}])
    refuses(api, relatedResource=["https://www.w3.org/ns/credentials/v2"])
    refuses(api, relatedResource=[{"digestSRI": SRI}])
    refuses(api, relatedResource=[{"id": VC, "digestSRI": SRI}, {"id": VC, "digestMultibase": MULTIBASE}])
    refuses(api, relatedResource=[{"id": VC}])
    refuses(api, relatedResource=[{"id": VC, "digestSRI": "sha384-" + "A" * 64}])
    # The suite writes one of its digests in hexadecimal digits.
    hexadecimal = base64.b64decode(SRI.removeprefix("sha384-")).hex()
    accepts(api, relatedResource=[{"id": VC, "digestSRI": f"sha384-{hexadecimal}"}])
    refuses(
        api,
        relatedResource=[{"id": VC, "digestSRI": f"sha384-{hexadecimal[:-1]}{'0' if hexadecimal[-1] != '0' else '1'}"}],
    )
    refuses(api, relatedResource=[{"id": VC, "digestSRI": f"sha256-{hexadecimal}"}])
    refuses(api, relatedResource=[{"id": VC, "digestMultibase": "u" + "A" * 43}])


def test_vcdm_5_4_to_5_6_several_services_terms_and_pieces_of_evidence(api: Api) -> None:
    one = {"type": "https://example.org/#Kind", "id": "did:example:one"}
    for name in ("refreshService", "termsOfUse", "evidence"):
        accepts(api, **{name: one})
        accepts(api, **{name: [one, {**one, "id": "did:example:two"}]})
        accepts(api, **{name: [{"type": "https://example.org/#Kind"}, {"type": "https://example.org/#Kind"}]})


def test_vcdm_7_1_a_verifier_verifies_what_is_right_and_refuses_what_is_not(api: Api) -> None:
    assert api.verify(api.issued()).status_code == 200
    good = presented()
    assert verify_vp(api, good) == 200
    assert verify_vp(api, {**good, "proof": {**good["proof"], "proofValue": "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"}}) == 400


def test_vcdm_7_2_problems_carry_a_type_a_title_and_a_detail(api: Api) -> None:
    problems = api.verify(api.document()).json()["problemDetails"]
    assert problems
    for problem in problems:
        assert problem["type"].startswith(("https://www.w3.org/TR/vc-data-model#", "https://w3id.org/security#"))
        assert problem["title"]
        assert problem["detail"]


# -- Data Integrity: what an issuer puts into a proof (vc-di-eddsa, vc-di-ecdsa, data-integrity-test-suite-assertion) -----------


@pytest.mark.parametrize("suite", SUITES)
def test_di_create_the_proof_says_all_it_must_in_the_right_form(api: Api, suite: str) -> None:
    document = api.document(issuer=api.did(SUITES[suite]), credentialSubject={"name": "Alice"})
    signed = api.issued(document, cryptosuite=suite)
    proof = signed["proof"]
    assert (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) == (
        "DataIntegrityProof",
        suite,
        "assertionMethod",
    )
    assert VC in signed["@context"]
    assert MOMENT.match(proof["created"])
    assert re.fullmatch(r"z[1-9A-HJ-NP-Za-km-z]+", proof["proofValue"])
    assert len(from_base58(proof["proofValue"][1:])) == 64
    for optional in ("domain", "challenge", "previousProof", "nonce", "id", "expires"):
        assert optional not in proof


@pytest.mark.parametrize("suite", SUITES)
def test_di_create_the_verification_method_is_a_multikey_its_controller_lists_for_the_purpose(
    api: Api, suite: str
) -> None:
    signed = api.issued(api.document(issuer=api.did(SUITES[suite])), cryptosuite=suite)
    method = signed["proof"]["verificationMethod"]
    controller = api.get(f"/dids/{method.partition('#')[0]}").json()
    [described] = [one for one in controller["verificationMethod"] if one["id"] == method]
    assert described["type"] == "Multikey"
    assert method in controller["assertionMethod"]
    assert described["publicKeyMultibase"][:4] == {"Ed25519": "z6Mk", "P-256": "zDna"}[SUITES[suite]]
    assert PublicKey.from_multibase(described["publicKeyMultibase"]).key_type == SUITES[suite]
    assert not any("secret" in name.lower() for name in json.dumps(controller).split('"'))


@pytest.mark.parametrize("key_type", ["P-256", "P-384"])
def test_di_ecdsa_a_signature_is_r_and_s_of_the_curve(api: Api, key_type: str) -> None:
    signed = api.issued(api.document(issuer=api.did(key_type)), cryptosuite="ecdsa-rdfc-2019")
    assert len(from_base58(signed["proof"]["proofValue"][1:])) == {"P-256": 64, "P-384": 96}[key_type]
    assert api.verify(signed).status_code == 200


# -- Data Integrity: what a verifier must refuse --------------------------------------------------------------------------------


@pytest.fixture(params=SUITES)
def secured(api: Api, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A credential under each of the suites, valid as it is."""
    document = api.document(issuer=api.did(SUITES[request.param]), credentialSubject={"name": "ExampleClaim"})
    signed = api.issued(document, cryptosuite=request.param)
    assert api.verify(signed, checks=["proof"]).status_code == 200
    return signed


DROPPED = ...


@pytest.mark.parametrize(
    "change",
    [
        {"type": DROPPED}, {"type": "UnknownProofType"}, {"verificationMethod": DROPPED}, {"verificationMethod": "did:key:invalidVm"},
        {"verificationMethod": "did:key:@invalidVm@"}, {"proofPurpose": DROPPED}, {"proofPurpose": "invalidPurpose"},
        {"proofPurpose": "authentication"}, {"proofValue": DROPPED}, {"proofValue": None}, {"created": "invalidDate"},
        {"cryptosuite": "UnknownCryptosuite"}, {"cryptosuite": DROPPED}, {"cryptosuite": 5},
    ],
    ids=str,
)  # fmt: skip
def test_di_verify_a_proof_that_lacks_or_falsifies_a_part_is_refused(
    api: Api, secured: dict[str, Any], change: dict[str, Any]
) -> None:
    proof = {name: value for name, value in {**secured["proof"], **change}.items() if value is not DROPPED}
    response = api.verify({**secured, "proof": proof}, checks=["proof"])
    assert (response.status_code, response.json()["verified"]) == (400, False)


def test_di_verify_a_missing_or_empty_proof_is_refused(api: Api, secured: dict[str, Any]) -> None:
    proofs: tuple[Any, ...] = (None, [], {}, "proof")
    for proof in proofs:
        assert api.verify({**secured, "proof": proof}).status_code == 400
    assert api.verify({name: value for name, value in secured.items() if name != "proof"}).status_code == 400


def test_di_verify_the_proof_value_has_its_header_encoding_and_length(api: Api, secured: dict[str, Any]) -> None:
    value = secured["proof"]["proofValue"]
    longer = multibase58(from_base58(value[1:]) + b"\0" * 32)
    for wrong in (value[1:], "u" + base64url(from_base58(value[1:])), longer, value[:-4], "z", ""):
        assert api.verify({**secured, "proof": {**secured["proof"], "proofValue": wrong}}).status_code == 400


def test_di_verify_another_cryptosuite_is_another_transformation(api: Api, secured: dict[str, Any]) -> None:
    for other in SUITES:
        if other != secured["proof"]["cryptosuite"]:
            assert api.verify({**secured, "proof": {**secured["proof"], "cryptosuite": other}}).status_code == 400


def test_di_verify_purpose_domain_and_challenge_that_are_asked_must_be_there(api: Api, secured: dict[str, Any]) -> None:
    for options in (
        {"expectedProofPurpose": "authentication"},
        {"domain": "domain.example"},
        {"challenge": "1235abcd6789"},
    ):
        assert api.verify(secured, **options).status_code == 400


def test_di_chains_a_previous_proof_must_be_there(api: Api, secured: dict[str, Any]) -> None:
    for previous in ("urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544", ["urn:uuid:1", "urn:uuid:2"], 5):
        proof = {**secured["proof"], "previousProof": previous}
        assert api.verify({**secured, "proof": proof}).status_code == 400


# -- vc-di-ecdsa: ecdsa-sd-2023 -------------------------------------------------------------------------------------------------


@pytest.fixture
def base(api: Api) -> dict[str, Any]:
    subject = {"id": "urn:uuid:1a0e4ef5-091f-4060-842e-18e519ab9440", "name": "Alice", "description": "About Alice."}
    document = api.document(
        issuer=api.did("P-256"), id="urn:uuid:36245ee9-9074-4b05-a777-febff2e69757", credentialSubject=subject
    )
    return api.issued(document, cryptosuite="ecdsa-sd-2023", mandatoryPointers=["/issuer"])


def derive(api: Api, credential: dict[str, Any], *pointers: str) -> Any:
    return api.post(
        "/credentials/derive", {"verifiableCredential": credential, "options": {"selectivePointers": list(pointers)}}
    )


def test_ecdsa_sd_a_base_proof_is_base64url_with_the_header_of_the_suite(api: Api, base: dict[str, Any]) -> None:
    assert (base["proof"]["cryptosuite"], base["proof"]["proofValue"][:1]) == ("ecdsa-sd-2023", "u")
    assert from_base64url(base["proof"]["proofValue"][1:])[:3] == b"\xd9\x5d\x00"
    assert api.verify(base).status_code == 400


def test_ecdsa_sd_a_pointer_to_nothing_is_refused(api: Api) -> None:
    document = api.document(issuer=api.did("P-256"))
    for pointer in ("/non/existent/path", "/credentialSubject/invalidPointer"):
        assert api.issue(document, cryptosuite="ecdsa-sd-2023", mandatoryPointers=[pointer]).status_code == 400


def test_ecdsa_sd_a_derived_proof_is_verified_and_shows_no_more_than_asked(api: Api, base: dict[str, Any]) -> None:
    response = derive(api, base, "/credentialSubject/name")
    assert response.status_code == 201
    derived = response.json()["verifiableCredential"]
    assert from_base64url(derived["proof"]["proofValue"][1:])[:3] == b"\xd9\x5d\x01"
    assert derived["credentialSubject"] == {"id": base["credentialSubject"]["id"], "name": "Alice"}
    assert api.verify(derived).status_code == 200


def test_ecdsa_sd_a_derived_credential_that_was_changed_is_refused(api: Api, base: dict[str, Any]) -> None:
    derived = derive(api, base, "/credentialSubject/id").json()["verifiableCredential"]
    assert api.verify(derived).status_code == 200
    changes = [
        ("proofValue", "a"),
        ("proofValue", derived["proof"]["proofValue"][1:]),
        ("cryptosuite", "invalid-cryptosuite"),
    ]
    for name, value in changes:
        assert api.verify({**derived, "proof": {**derived["proof"], name: value}}).status_code == 400
    assert api.verify({**derived, "credentialSubject": {"id": "urn:invalid"}}).status_code == 400


SAILS = {
    "@protected": True, "sailName": "urn:example:sailName", "size": "urn:example:size", "year": "urn:example:year",
}  # fmt: skip
SAILING = {
    "@protected": True,
    "Sailing": "urn:example:Sailing",
    "Windsailing": {
        "@id": "urn:example:Windsailing",
        "@context": {
            "@protected": True, "id": "@id", "type": "@type", "sailNumber": "urn:example:sailNumber",
            "sails": {"@id": "urn:example:sails", "@context": SAILS},
        },
    },
    "achievements": {"@id": "urn:example:achievements", "@type": "@id"},
}  # fmt: skip


def test_ecdsa_sd_arrays_may_be_shown_whole_in_part_or_without_their_first(api: Api) -> None:
    sails = [
        {"sailName": name, "size": size, "year": 2023}
        for name, size in (("Osprey", 5.5), ("Eagle", 6.1), ("Eagle", 7.8))
    ]
    subject = {"name": "Jane", "achievements": [{"type": "Windsailing", "sailNumber": "Earth101", "sails": sails}]}
    document = api.document(
        issuer=api.did("P-256"), type=["VerifiableCredential", "Sailing"], credentialSubject=subject, **{"@context": [VC, SAILING]}
    )  # fmt: skip
    signed = api.issued(document, cryptosuite="ecdsa-sd-2023", mandatoryPointers=["/issuer"])
    place = "/credentialSubject/achievements/0/sails"
    for shown in ((0, 1, 2), (0, 1), (1, 2), (2,)):
        derived = derive(api, signed, *(f"{place}/{index}" for index in shown)).json()["verifiableCredential"]
        assert derived["credentialSubject"]["achievements"][0]["sails"] == [sails[index] for index in shown]
        assert api.verify(derived).status_code == 200


# -- Bitstring Status List ------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_status(api: Api) -> dict[str, Any]:
    wanted = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    return api.issued(api.document(id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5"), credentialStatus=wanted)


def test_bitstring_an_entry_says_type_purpose_index_and_list(api: Api, with_status: dict[str, Any]) -> None:
    [entry] = as_list(with_status["credentialStatus"])
    assert (entry["type"], entry["statusPurpose"]) == ("BitstringStatusListEntry", "revocation")
    assert entry["statusListIndex"] == str(int(entry["statusListIndex"]))
    assert int(entry["statusListIndex"]) >= 0
    assert entry.get("id") != entry["statusListCredential"]
    assert entry.get("statusSize", 1) == 1


def test_bitstring_the_list_is_a_credential_whose_list_unpacks_to_at_least_sixteen_kibibytes(
    api: Api, with_status: dict[str, Any]
) -> None:
    [entry] = as_list(with_status["credentialStatus"])
    served = api.client.get(entry["statusListCredential"].partition("localhost:8000")[2])
    listing = json.loads(served.content)
    assert {"VerifiableCredential", "BitstringStatusListCredential"} <= set(listing["type"])
    subject = listing["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    assert subject["encodedList"][0] == "u"
    assert "ttl" not in subject
    assert StatusList.from_credential(api_credential(listing)).bits >= 131_072
    assert api.verify(listing).status_code == 200


def api_credential(document: dict[str, Any]) -> Any:
    from cairn.credentials import Credential

    return Credential.parse(document)


def test_bitstring_what_stands_is_verified_and_what_is_revoked_is_not(api: Api, with_status: dict[str, Any]) -> None:
    assert api.verify(with_status, checks=["proof", "credentialStatus"]).status_code == 200
    revoke = {
        "credentialId": with_status["id"],
        "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
    }
    assert api.post("/credentials/status", revoke).status_code == 200
    answer = api.verify(with_status, checks=["proof", "credentialStatus"]).json()
    assert (answer["verified"], "credentialStatus" in answer["checks"]) == (False, True)


def test_bitstring_a_malformed_entry_is_not_signed(api: Api) -> None:
    entry = {
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "5",
        "statusListCredential": "https://example.com/status/1",
    }  # fmt: skip
    accepts(api, credentialStatus=entry)
    for change in ({"statusListIndex": True}, {"statusListIndex": "-1"}, {"statusListIndex": 5}, {"statusListCredential": "no"},
                   {"statusPurpose": 5}, {"statusSize": 0}, {"statusSize": 2}):  # fmt: skip
        refuses(api, credentialStatus={**entry, **change})
    refuses(api, statusEntry=entry)


def test_bitstring_a_list_that_cannot_be_fetched_is_a_retrieval_error_and_no_verdict(api: Api) -> None:
    entry = {
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "5",
        "statusListCredential": "http://localhost:8000/o/nobody/status/revocation/1",
    }  # fmt: skip
    answer = api.verify(api.issued(api.document(credentialStatus=entry))).json()
    assert (answer["verified"], answer["verdict"]) == (False, "undetermined")
    assert answer["errors"][0]["type"] == "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR"


# -- VC-JOSE-COSE ---------------------------------------------------------------------------------------------------------------


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = token.split(".")
    return json.loads(from_base64url(header)), json.loads(from_base64url(claims))


@pytest.mark.parametrize(("key_type", "algorithm"), [("Ed25519", "EdDSA"), ("P-256", "ES256"), ("P-384", "ES384")])
def test_jose_a_token_names_algorithm_type_and_key_and_has_no_vc_claim(api: Api, key_type: str, algorithm: str) -> None:
    full = {
        "evidence": {"type": "https://example.org/#E"}, "termsOfUse": {"type": "https://example.org/#T"},
        "validFrom": "2010-01-01T19:23:24Z", "credentialSchema": {"id": "https://example.org/s.json", "type": "https://example.org/#S"},
    }  # fmt: skip
    for changes in ({}, full):
        document = api.document(issuer=api.did(key_type), **changes)
        token = api.issued(document, format="vc-jwt")["id"].partition(",")[2]
        header, claims = parts(token)
        assert (header["alg"], header["typ"], header["kid"].partition("#")[0]) == (
            algorithm,
            "vc+jwt",
            document["issuer"],
        )
        assert not {"vc", "vp"} & set(claims)
        assert {name: claims[name] for name in document} == document
        assert claims.get("iss", document["issuer"]) == document["issuer"]
        assert api.verify(token).status_code == 200


def resealed(token: str, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """The token with another header and payload, and a signature that the suite's own key makes."""
    signing_input = ".".join(base64url(json.dumps(one).encode()) for one in (header, claims))
    return f"{signing_input}.{base64url(HOLDER.sign(signing_input.encode()))}"


def test_jose_bad_signatures_types_and_double_claims_are_refused(api: Api) -> None:
    token = api.issued(format="vc-jwt")["id"].partition(",")[2]
    signing_input, _, signature = token.rpartition(".")
    assert api.verify(f"{signing_input}.{signature[::-1]}").status_code == 400
    assert api.verify(f"{signing_input}.").status_code == 400
    document = {**api.document(), "issuer": ME}
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": SIGNER.verification_method}
    assert api.verify(resealed(token, header, document)).status_code == 200
    for wrong in (
        {**header, "typ": "application/text"},
        {**header, "typ": "vp+jwt"},
        {**header, "alg": "none"},
        {**header, "alg": "HS256"},
    ):
        assert api.verify(resealed(token, wrong, document)).status_code == 400
    beside: tuple[dict[str, Any], ...] = ({"vc": document}, {"vp": {}}, {"iss": "did:example:other"})
    for more in beside:
        assert api.verify(resealed(token, header, {**document, **more})).status_code == 400


def test_jose_unknown_claims_and_headers_are_passed_over(api: Api) -> None:
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": SIGNER.verification_method, "example": "unknown"}
    claims = {**api.document(), "issuer": ME, "iss": ME}
    assert api.verify(resealed("", header, claims)).status_code == 200


def test_jose_presentations_hold_enveloped_credentials_and_unsecured_ones_are_refused(api: Api) -> None:
    one, two = api.issued(format="vc-jwt"), api.issued(api.document(issuer=api.did("P-256")), format="vc-jwt")
    assert verify_vp(api, presentation_token(one)) == 200
    assert verify_vp(api, presentation_token(one, two)) == 200
    assert verify_vp(api, presentation_token(api.document())) == 400
    broken = copy.deepcopy(one)
    broken["id"] = broken["id"][:-8] + "AAAAAAAA"
    assert verify_vp(api, presentation_token(broken)) == 400
    made = present([own_credential()], SIGNER, holder=ME, created=clock.now())
    assert verify_vp(api, made) == 200
