"""One named test per bad credential: what is wrong with it, and what the verifier says."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.credentials.forging import signed_anyway
from tests.credentials.world import AWARDED, EMAIL, NOW, Issuer, MemoryResolver, Registry

from cairn.credentials import (
    PINNED,
    CredentialError,
    Ed25519Key,
    KeySigner,
    Outcome,
    PublishedKey,
    Recipient,
    Verdict,
    did_document,
    did_key,
    did_key_verification_method,
    did_web_url,
    issue,
    status_entry,
    verify,
)
from cairn.credentials.integrity.suites import SUITES as TABLE
from cairn.credentials.multibase import multibase58

SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")


def judged(source: object, world: MemoryResolver, at: datetime = NOW, **more: object) -> Verdict:
    return verify(source, at=at, resolve=world, **more)  # type: ignore[arg-type]  # tests hand over all sorts of things


@pytest.mark.parametrize("suite", SUITES)
def test_a_good_credential_is_verified(issuer: Issuer, world: MemoryResolver, suite: str) -> None:
    registry = Registry({issuer.did: "Example Institute"})
    verdict = judged(issuer.award(suite=suite).text, world, trust=registry, recipient=Recipient(email=EMAIL))
    assert verdict.verdict == "verified"
    assert verdict.authentic == verdict.current == verdict.trusted == verdict.about_person == "pass"
    assert registry.asked == [(issuer.did, AWARDED)], "accreditation is asked about for the moment of the award"


def test_a_verdict_can_be_sent_as_json(issuer: Issuer, world: MemoryResolver) -> None:
    verdict = judged(issuer.award().text, world, trust=Registry({issuer.did: "Example Institute"}))
    told = json.loads(json.dumps(verdict.as_dict()))
    assert told["verdict"] == "verified"
    assert told["issuer"]["name"] == "Example Institute"
    assert told["name"] == "Data Analysis with Python"
    assert told["type"] == "MicroCredential"
    assert told["valid_until"] == "2031-03-01T00:00:00Z"
    assert told["about_person"] == "not_asked"
    assert {"check", "outcome", "code", "message", "remedy"} == set(told["findings"][0])


def test_an_unknown_issuer_is_a_warning_and_not_a_red_cross(issuer: Issuer, world: MemoryResolver) -> None:
    verdict = judged(issuer.award().text, world, trust=Registry({}))
    assert (verdict.verdict, verdict.trusted) == ("verified", "warn")
    assert verdict.has("issuer_unknown")


def test_a_silent_register_leaves_trust_open_and_nothing_else(issuer: Issuer, world: MemoryResolver) -> None:
    registry = Registry({issuer.did: "Example Institute"})
    registry.silent = True
    verdict = judged(issuer.award().text, world, trust=registry)
    assert (verdict.verdict, verdict.trusted) == ("verified", "unknown")


def test_an_expired_credential(issuer: Issuer, world: MemoryResolver) -> None:
    verdict = judged(issuer.award().text, world, at=datetime(2032, 1, 1, tzinfo=UTC))
    assert (verdict.verdict, verdict.authentic, verdict.current) == ("not_verified", "pass", "fail")
    assert verdict.has("expired")


def test_a_credential_that_is_not_valid_yet(issuer: Issuer, world: MemoryResolver) -> None:
    verdict = judged(issuer.award(valid_from=NOW + timedelta(days=1)).text, world)
    assert (verdict.verdict, verdict.current) == ("not_verified", "fail")
    assert verdict.has("not_yet_valid")


def test_the_last_second_of_validity_still_counts(issuer: Issuer, world: MemoryResolver) -> None:
    end = datetime(2031, 3, 1, tzinfo=UTC)
    assert judged(issuer.award().text, world, at=end).verdict == "verified"
    assert judged(issuer.award().text, world, at=end + timedelta(seconds=1)).has("expired")


def test_a_revoked_credential(issuer: Issuer, world: MemoryResolver) -> None:
    credential = issuer.award()
    issuer.revocations.set(94567)
    issuer.publish()
    verdict = judged(credential.text, world)
    assert (verdict.verdict, verdict.authentic, verdict.current) == ("not_verified", "pass", "fail")
    assert verdict.has("revoked")


def test_the_neighbours_of_a_revoked_credential_stand(issuer: Issuer, world: MemoryResolver) -> None:
    credential = issuer.award()
    issuer.revocations.set(94566)
    issuer.revocations.set(94568)
    issuer.publish()
    assert judged(credential.text, world).verdict == "verified"


def test_a_suspended_credential(issuer: Issuer, world: MemoryResolver) -> None:
    entries = [
        status_entry(issuer.revocation_url, 94567),
        status_entry(issuer.suspension_url, 12, "suspension"),
    ]
    credential = issuer.award(status=entries)
    assert judged(credential.text, world).verdict == "verified"
    issuer.suspensions.set(12)
    issuer.publish()
    verdict = judged(credential.text, world)
    assert verdict.verdict == "not_verified"
    assert verdict.has("suspended")
    assert not verdict.has("revoked")


def test_an_unreachable_status_list_is_undetermined_and_never_invalid(issuer: Issuer, world: MemoryResolver) -> None:
    credential = issuer.award()
    world.silent.add(issuer.revocation_url)
    verdict = judged(credential.text, world)
    assert (verdict.verdict, verdict.authentic, verdict.current) == ("undetermined", "pass", "unknown")
    assert verdict.has("status_unreachable")


def test_an_unreachable_did_document_is_undetermined_and_never_invalid(issuer: Issuer, world: MemoryResolver) -> None:
    credential = issuer.award()
    world.silent.add(did_web_url(issuer.did))
    verdict = judged(credential.text, world)
    assert (verdict.verdict, verdict.authentic, verdict.current) == ("undetermined", "unknown", "unknown")
    assert verdict.has("issuer_unreachable")
    assert issuer.revocation_url not in world.asked, "an unproven document sends us nowhere"


def test_each_address_is_asked_once_per_verification(issuer: Issuer, world: MemoryResolver) -> None:
    judged(issuer.award().text, world)
    assert len(world.asked) == len(set(world.asked)) == 2


# -- Proofs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", [None, [], {}])
def test_a_credential_without_a_proof(issuer: Issuer, world: MemoryResolver, proof: object) -> None:
    document = issuer.document()
    if proof is not None:
        document["proof"] = proof
    verdict = judged(document, world)
    assert verdict.verdict != "verified"
    if not proof and proof != {}:
        assert (verdict.authentic, verdict.verdict) == ("fail", "not_verified")
        assert verdict.has("no_proof")


@pytest.mark.parametrize("suite", SUITES)
def test_a_proof_made_for_another_purpose(issuer: Issuer, world: MemoryResolver, suite: str) -> None:
    document = dict(issuer.award(suite=suite).document)
    document["proof"] = {**document["proof"], "proofPurpose": "authentication"}
    assert judged(document, world).has("wrong_purpose")


@pytest.mark.parametrize("suite", SUITES)
def test_an_expired_proof(issuer: Issuer, world: MemoryResolver, suite: str) -> None:
    document = dict(issuer.award(suite=suite).document)
    document["proof"] = {**document["proof"], "expires": "2026-05-01T00:00:00Z"}
    verdict = judged(document, world)
    assert verdict.verdict == "not_verified"
    assert verdict.has("proof_expired")


def test_a_proof_from_the_future(issuer: Issuer, world: MemoryResolver) -> None:
    assert judged(issuer.award(created=NOW + timedelta(hours=1)).text, world).has("proof_from_the_future")


def test_an_issuers_clock_may_be_a_minute_ahead(issuer: Issuer, world: MemoryResolver) -> None:
    assert judged(issuer.award(created=NOW + timedelta(minutes=1)).text, world).verdict == "verified"


def test_an_unknown_proof_type_is_undetermined(issuer: Issuer, world: MemoryResolver) -> None:
    document = dict(issuer.award().document)
    document["proof"] = {**document["proof"], "cryptosuite": "bbs-2023"}
    verdict = judged(document, world)
    assert (verdict.verdict, verdict.authentic) == ("undetermined", "unknown")
    assert verdict.has("unsupported_proof")


@pytest.mark.parametrize(("made_with", "claimed"), [SUITES, SUITES[::-1]])
def test_a_proof_under_another_suites_name(issuer: Issuer, world: MemoryResolver, made_with: str, claimed: str) -> None:
    document = dict(issuer.award(suite=made_with).document)
    document["proof"] = {**document["proof"], "cryptosuite": claimed}
    assert judged(document, world).verdict == "not_verified"


def test_a_bad_proof_beside_a_good_one(issuer: Issuer, world: MemoryResolver) -> None:
    good, other = issuer.award().document, issuer.award(name="Another name").document
    assert judged({**good, "proof": [good["proof"], other["proof"]]}, world).verdict == "not_verified"
    assert judged({**good, "proof": [good["proof"]]}, world).verdict == "verified"


def test_a_proof_we_cannot_judge_beside_a_good_one_is_mentioned(issuer: Issuer, world: MemoryResolver) -> None:
    good = issuer.award().document
    verdict = judged({**good, "proof": [good["proof"], {"type": "BbsBlsSignature2020"}]}, world)
    assert verdict.verdict == "verified"
    assert verdict.has("further_proof")


# -- Keys and issuers ---------------------------------------------------------------------------------------------------


def test_a_forged_issuer_signed_with_ones_own_did_key(issuer: Issuer, world: MemoryResolver) -> None:
    """The trap of Open Badges 3.0's own steps: the signature is perfect, the name on it is somebody else's."""
    forger = Ed25519Key.from_seed(b"\x66" * 32)
    own = did_key(forger)
    document = {**issuer.document(), "issuer": {**issuer.profile, "id": own, "type": ["Profile"]}}
    signed = dict(issue(document, KeySigner(forger, did_key_verification_method(forger)), created=AWARDED).document)
    assert judged(signed, world).authentic == "pass", "an honest did:key issuer is authentic"
    signed["issuer"] = {**issuer.profile, "type": ["Profile"]}
    assert judged(signed, world).has("key_not_of_issuer")


@pytest.mark.parametrize("suite", SUITES)
def test_a_forged_issuer_with_a_perfect_signature(issuer: Issuer, world: MemoryResolver, suite: str) -> None:
    forger = Ed25519Key.from_seed(b"\x66" * 32)
    signed = _signed_by(issuer.document(), KeySigner(forger, did_key_verification_method(forger)), suite)
    verdict = judged(signed, world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert verdict.has("key_not_of_issuer")


def test_a_forged_issuer_with_a_did_web_of_the_forgers_own(issuer: Issuer, world: MemoryResolver) -> None:
    forger = Issuer(world, site="https://badges.examp1e.org", seed=b"\x66" * 32)
    assert judged(_signed_by(issuer.document(), forger.signer), world).has("key_not_of_issuer")


def test_a_key_that_names_the_issuer_but_is_not_published(issuer: Issuer, world: MemoryResolver) -> None:
    forger = Ed25519Key.from_seed(b"\x66" * 32)
    signed = _signed_by(issuer.document(), KeySigner(forger, f"{issuer.did}#key-2"))
    assert judged(signed, world).has("key_not_listed")


def test_a_forgers_key_under_the_name_of_the_published_one(issuer: Issuer, world: MemoryResolver) -> None:
    forger = Ed25519Key.from_seed(b"\x66" * 32)
    signed = _signed_by(issuer.document(), KeySigner(forger, f"{issuer.did}#key-1"))
    assert judged(signed, world).has("signature_invalid")


def test_a_key_listed_for_signing_in_but_not_for_claims(issuer: Issuer, world: MemoryResolver) -> None:
    page = world.pages[did_web_url(issuer.did)]
    page["authentication"] = page.pop("assertionMethod")
    assert judged(issuer.award().text, world).has("key_not_listed")


def test_a_key_that_the_issuers_own_document_lists_from_elsewhere(issuer: Issuer, world: MemoryResolver) -> None:
    vault = Ed25519Key.from_seed(b"\x07" * 32)
    method = did_key_verification_method(vault)
    signed = _signed_by(issuer.document(status=()), KeySigner(vault, method))
    assert judged(signed, world).verdict == "not_verified"
    world.pages[did_web_url(issuer.did)]["assertionMethod"].append(method)
    assert judged(signed, world).verdict == "verified"


def test_a_did_document_that_speaks_for_somebody_else(issuer: Issuer, world: MemoryResolver) -> None:
    world.pages[did_web_url(issuer.did)] = did_document("did:web:other.example", issuer.keys)
    assert judged(issuer.award().text, world).has("wrong_did_document")


def test_a_did_document_whose_key_belongs_to_somebody_else(issuer: Issuer, world: MemoryResolver) -> None:
    world.pages[did_web_url(issuer.did)]["verificationMethod"][0]["controller"] = "did:web:other.example"
    assert judged(issuer.award().text, world).has("key_not_of_issuer")


@pytest.mark.parametrize("body", [b"<html>Not found</html>", b"[]", b'{"id": 1}', b"\xff\xfe", b"{" * 9999])
def test_a_did_document_that_is_none(issuer: Issuer, world: MemoryResolver, body: bytes) -> None:
    world.pages[did_web_url(issuer.did)] = body
    assert judged(issuer.award().text, world).verdict != "verified"


def test_awards_of_a_retired_key_keep_verifying(issuer: Issuer, world: MemoryResolver) -> None:
    credential = issuer.award()
    fresh = Ed25519Key.from_seed(b"\x02" * 32)
    issuer.keys.append(PublishedKey(fresh.public_multibase, "key-2"))
    issuer.publish()
    assert judged(credential.text, world).verdict == "verified"


def test_awards_of_a_withdrawn_key_stop_verifying(issuer: Issuer, world: MemoryResolver) -> None:
    credential = issuer.award(status=())
    issuer.keys[0] = replace(issuer.keys[0], revoked=NOW - timedelta(days=1))
    issuer.publish()
    assert judged(credential.text, world).has("key_revoked")
    assert judged(credential.text, world, at=NOW - timedelta(days=2)).verdict == "verified"


def test_a_key_of_an_unknown_kind_is_undetermined(issuer: Issuer, world: MemoryResolver) -> None:
    """A key of the kind that Bitcoin uses (secp256k1), from the did:key specification."""
    method = world.pages[did_web_url(issuer.did)]["verificationMethod"][0]
    method["publicKeyMultibase"] = "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"
    verdict = judged(issuer.award().text, world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("unsupported_key")


def test_an_issuer_with_an_unknown_kind_of_did_is_undetermined(issuer: Issuer, world: MemoryResolver) -> None:
    document = dict(issuer.award().document)
    document["issuer"] = "did:ion:EiClkZMDxPKqC9c"
    assert judged(document, world).has("unsupported_did")


def test_an_issuer_known_by_an_https_address(world: MemoryResolver, issuer: Issuer) -> None:
    url = "https://university.example/issuer"
    world.pages[url] = did_document(url, [PublishedKey(issuer.key.public_multibase, "k")])
    document = {**issuer.document(status=()), "issuer": {"id": url, "type": ["Profile"], "name": "University"}}
    signed = issue(document, KeySigner(issuer.key, f"{url}#k"), created=AWARDED)
    assert judged(signed, world).verdict == "verified"


# -- Recipients ---------------------------------------------------------------------------------------------------------


def test_somebody_elses_credential(issuer: Issuer, world: MemoryResolver) -> None:
    verdict = judged(issuer.award().text, world, recipient=Recipient(email="other@example.com"))
    assert (verdict.verdict, verdict.authentic, verdict.about_person) == ("not_verified", "pass", "fail")
    assert verdict.has("other_recipient")


def test_a_credential_that_does_not_say_whose_it_is(issuer: Issuer, world: MemoryResolver) -> None:
    credential = issuer.award(subject={"id": "urn:uuid:7c6e1c5e-1f0b-4c53-8f70-0cfb9fd2ab53"})
    verdict = judged(credential, world, recipient=Recipient(email=EMAIL))
    assert (verdict.verdict, verdict.about_person) == ("undetermined", "unknown")


def test_a_credential_of_a_did(issuer: Issuer, world: MemoryResolver) -> None:
    holder = did_key(Ed25519Key.from_seed(b"\x05" * 32))
    credential = issuer.award(subject={"id": holder})
    assert judged(credential, world, recipient=Recipient(did=holder)).about_person == "pass"
    assert judged(credential, world, recipient=Recipient(did=issuer.did)).about_person == "fail"


def test_an_md5_fingerprint_is_read_with_a_warning(issuer: Issuer, world: MemoryResolver) -> None:
    old = {"type": "IdentityObject", "hashed": True, "identityType": "emailAddress", "salt": "Kosher"}
    digest = hashlib.md5(b"a@example.comKosher", usedforsecurity=False).hexdigest()
    credential = issuer.award(subject={"identifier": [{**old, "identityHash": "md5$" + digest}]})
    verdict = judged(credential, world, recipient=Recipient(email="a@example.com"))
    assert (verdict.verdict, verdict.about_person) == ("verified", "warn")


# -- The document itself ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("validUntil", "soon", "bad_moment"),
        ("validUntil", "2031-03-01", "bad_moment"),
        ("validUntil", "2031-03-01T00:00:00", "bad_moment"),
        ("validUntil", None, "bad_moment"),
        ("validUntil", ["2031-03-01T00:00:00Z"], "bad_moment"),
        ("validFrom", "2026-13-01T00:00:00Z", "bad_moment"),
        ("validUntil", "2020-01-01T00:00:00Z", "bad_period"),
        ("issuer", "Example Institute", "bad_issuer"),
        ("issuer", [], "bad_issuer"),
        ("credentialSubject", [], "bad_subject"),
        ("credentialSubject", {}, "bad_subject"),
        ("credentialStatus", "none", "bad_status_entry"),
        ("@context", ["https://www.w3.org/ns/did/v1"], "bad_context"),
        ("id", "42", "bad_id"),
    ],
)
def test_a_malformed_field(issuer: Issuer, world: MemoryResolver, field: str, value: object, code: str) -> None:
    document = {**issuer.award().document, field: value}
    verdict = judged(document, world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert verdict.has(code)
    assert world.asked == []


def test_an_unknown_context_is_refused_by_name(issuer: Issuer, world: MemoryResolver) -> None:
    for suite in SUITES:
        document = dict(issuer.award(suite=suite).document)
        document["@context"] = [*document["@context"], "https://evil.example/context"]
        verdict = judged(document, world)
        assert verdict.verdict == "undetermined"
        assert verdict.has("unknown_context")
        assert "https://evil.example/context" in verdict.findings[0].message


@pytest.mark.parametrize(
    "source", [b"", b"{}", b"null", "no json", b"\x00\x01", b"GIF89a", "{", b'{"a":1,"a":2}', {}, {"type": []}]
)
def test_what_is_no_credential_is_an_answer_too(world: MemoryResolver, source: object) -> None:
    verdict = judged(source, world)
    assert (verdict.verdict, verdict.authentic, verdict.credential) == ("not_verified", "fail", None)
    assert verdict.findings[0].message


def test_a_moment_without_a_zone_is_a_mistake_of_the_caller(issuer: Issuer, world: MemoryResolver) -> None:
    with pytest.raises(CredentialError, match="time zone"):
        judged(issuer.award(), world, at=datetime(2026, 6, 1))  # noqa: DTZ001 - the mistake under test


def test_findings_never_leave_a_failure_without_words(issuer: Issuer, world: MemoryResolver) -> None:
    world.silent.add(issuer.revocation_url)
    for verdict in (judged(issuer.award(), world), judged(issuer.document(), world), judged(b"", world)):
        for finding in verdict.findings:
            assert finding.message.endswith(".") or finding.code == "unknown_format"
            assert finding.outcome in (Outcome.PASS, Outcome.WARN) or finding.remedy or finding.code == "no_registry"


@pytest.mark.parametrize(("name", "value"), [("shoeSize", 43), ("x-note", "top of her class")])
def test_a_word_without_meaning_is_refused_even_where_the_text_is_signed(
    issuer: Issuer, world: MemoryResolver, name: str, value: object
) -> None:
    signed = signed_anyway(issuer.document() | {name: value}, issuer.signer)
    verdict = judged(signed, world)
    assert (verdict.verdict, verdict.has("undefined_term")) == ("not_verified", True)
    assert judged(signed_anyway(issuer.document(), issuer.signer), world).verdict == "verified"


def _signed_by(document: dict[str, object], signer: KeySigner, suite: str = "eddsa-rdfc-2022") -> dict[str, object]:
    """Sign as an attacker would: with the right algorithm, around the guards of issue()."""
    options = TABLE[suite].options_for(
        document,
        {
            "type": "DataIntegrityProof",
            "cryptosuite": suite,
            "created": "2026-03-01T09:30:00Z",
            "verificationMethod": signer.verification_method,
            "proofPurpose": "assertionMethod",
        },
    )
    signature = signer.sign(TABLE[suite].signing_input(document, options, PINNED))
    return {**document, "proof": {**options, "proofValue": multibase58(signature)}}
