"""Presentations: who hands credentials over, whether that is proven, and what is in them."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest
from tests.credentials.badges2 import Site, Web
from tests.credentials.world import NOW, Issuer, MemoryResolver

from cairn.credentials import (
    Credential,
    CredentialError,
    Ed25519Key,
    KeySigner,
    did_document,
    did_key,
    did_key_verification_method,
    did_web_url,
    issue,
    verify,
)
from cairn.credentials.jose.algorithms import algorithm_for
from cairn.credentials.jose.compact import looks_like_token
from cairn.credentials.jose.issuing import sign_sd_jwt, sign_vc_jwt
from cairn.credentials.jose.writing import Header, sealed
from cairn.credentials.keys import EllipticKey
from cairn.credentials.linkeddata.contexts import VC_V2
from cairn.credentials.presentations import is_presentation, verify_presentation
from cairn.credentials.presenting import present

HOLDER = Ed25519Key.from_seed(b"\x07" * 32)
HOLDER_DID = did_key(HOLDER)
SIGNER = KeySigner(HOLDER, did_key_verification_method(HOLDER))
CHALLENGE, DOMAIN = "c-42", "verifier.example"


@pytest.fixture
def issuer() -> Issuer:
    return Issuer(MemoryResolver())


def held(issuer: Issuer, holder: str = HOLDER_DID, **changes: Any) -> Credential:
    """An award to ``holder``, by its DID."""
    document = issuer.document(**changes)
    document["credentialSubject"]["id"] = holder
    return issue(document, issuer.signer, created=NOW)


def shown(issuer: Issuer, *credentials: Any, **options: Any) -> dict[str, Any]:
    options = {"challenge": CHALLENGE, "domain": DOMAIN, **options}
    return present(credentials or [held(issuer)], SIGNER, holder=HOLDER_DID, created=NOW, **options)


def check(issuer: Issuer, source: Any, **asked: Any) -> Any:
    asked = {"challenge": CHALLENGE, "domain": DOMAIN, **asked}
    return verify_presentation(source, at=NOW, resolve=issuer.world, **asked)


def codes(verdict: Any) -> list[str]:
    return [finding.code for finding in verdict.findings]


def token(
    payload: dict[str, Any], key: Any = HOLDER, kid: str = SIGNER.verification_method, typ: str = "vp+jwt"
) -> str:
    return sealed(Header(algorithm_for(key.key_type), typ, kid), payload, KeySigner(key, kid))


def payload(issuer: Issuer, *credentials: Credential, **claims: Any) -> dict[str, Any]:
    inside = [
        {"@context": VC_V2, "type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{one.text}"}
        if looks_like_token(one.text)
        else dict(one.document)
        for one in credentials or [held(issuer)]
    ]
    document = {
        "@context": [VC_V2],
        "type": "VerifiablePresentation",
        "holder": HOLDER_DID,
        "verifiableCredential": inside,
    }
    return {**document, "iss": HOLDER_DID, "nonce": CHALLENGE, "aud": DOMAIN, "iat": int(NOW.timestamp()), **claims}


# Whole and right


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_presentation_that_answers_the_challenge_is_verified_and_says_who_presents(
    issuer: Issuer, suite: str
) -> None:
    verdict = check(issuer, shown(issuer, cryptosuite=suite))
    assert (verdict.verdict, verdict.holder) == ("verified", HOLDER_DID)
    assert codes(verdict) == ["signature_valid", "holder_is_subject"]
    assert [one.verdict for one in verdict.credentials] == ["verified"]


def test_a_holder_may_sign_with_an_elliptic_key(issuer: Issuer) -> None:
    key = EllipticKey.generate("P-256")
    did = did_key(key)
    signed = present([held(issuer, did)], KeySigner(key, did_key_verification_method(key)), holder=did, created=NOW)
    verdict = check(issuer, signed, challenge=None, domain=None)
    assert (verdict.verdict, verdict.holder) == ("verified", did)


def test_it_may_come_as_text_bytes_or_object(issuer: Issuer) -> None:
    signed = shown(issuer)
    for source in (signed, json.dumps(signed), json.dumps(signed, indent=1).encode()):
        assert is_presentation(source)
        assert check(issuer, source).verdict == "verified"
    assert not is_presentation(held(issuer).text)
    assert not is_presentation(b"\x89PNG")
    assert not is_presentation("eyJ.broken")


def test_a_presentation_is_no_credential_and_is_called_what_it_is(issuer: Issuer) -> None:
    for source in (shown(issuer), token(payload(issuer))):
        verdict = verify(source, at=NOW, resolve=issuer.world)
        assert (verdict.verdict, [one.code for one in verdict.findings]) == ("not_verified", ["is_a_presentation"])


def test_tokens_are_presented_in_envelopes(issuer: Issuer) -> None:
    signed = shown(issuer, sign_vc_jwt(issuer.document(), issuer.signer, created=NOW), held(issuer))
    assert signed["verifiableCredential"][0]["type"] == "EnvelopedVerifiableCredential"
    verdict = check(issuer, signed)
    assert [one.verdict for one in verdict.credentials] == ["verified", "verified"]
    assert verdict.verdict == "verified"


def test_an_empty_presentation_shows_who_somebody_is_and_nothing_else(issuer: Issuer) -> None:
    verdict = verify_presentation(present([], SIGNER, holder=HOLDER_DID, created=NOW), at=NOW, resolve=issuer.world)
    assert (verdict.verdict, verdict.holder, verdict.credentials) == ("verified", HOLDER_DID, ())
    assert verdict.has("nothing_presented")


# Who presents it


def test_nobody_has_proven_who_presents_what_is_not_signed(issuer: Issuer) -> None:
    unsigned = {name: value for name, value in shown(issuer).items() if name != "proof"}
    verdict = check(issuer, unsigned, challenge=None, domain=None)
    assert (verdict.verdict, verdict.holder, codes(verdict)) == ("undetermined", None, ["presenter_not_proven"])
    assert [one.verdict for one in verdict.credentials] == ["verified"]
    assert check(issuer, unsigned).verdict == "not_verified"


@pytest.mark.parametrize(("name", "code"), [("challenge", "wrong_challenge"), ("domain", "wrong_domain")])
def test_what_was_asked_must_be_answered(issuer: Issuer, name: str, code: str) -> None:
    assert codes(check(issuer, shown(issuer, **{name: "another"}))) == [code]
    assert codes(check(issuer, shown(issuer, **{name: None}))) == [code]
    assert check(issuer, shown(issuer), **{name: "another"}).verdict == "not_verified"


def test_without_a_challenge_it_may_be_a_copy(issuer: Issuer) -> None:
    verdict = check(issuer, shown(issuer), challenge=None, domain=None)
    assert verdict.verdict == "verified"
    assert verdict.has("no_challenge_asked")


def test_the_key_must_be_the_holders_own(issuer: Issuer) -> None:
    signed = shown(issuer)
    other = Ed25519Key.from_seed(b"\x08" * 32)
    stolen = present(
        [held(issuer)], KeySigner(other, did_key_verification_method(other)), holder=did_key(other), created=NOW,
        challenge=CHALLENGE, domain=DOMAIN,
    )  # fmt: skip
    stolen["holder"] = HOLDER_DID
    assert codes(check(issuer, stolen)) == ["key_not_of_issuer"]
    with pytest.raises(CredentialError, match="does not belong to"):
        present([], KeySigner(other, did_key_verification_method(other)), holder=HOLDER_DID, created=NOW)
    del signed["holder"]
    assert codes(check(issuer, signed)) == ["signature_invalid"]


def test_a_key_for_assertions_alone_shows_nobody(issuer: Issuer) -> None:
    did = "did:web:holder.example"
    signer = KeySigner(HOLDER, f"{did}#{HOLDER.public_multibase}")
    signed = present([held(issuer, did)], signer, holder=did, created=NOW, challenge=CHALLENGE, domain=DOMAIN)
    issuer.world.pages[did_web_url(did)] = did_document(did, [HOLDER])
    assert codes(check(issuer, signed)) == ["key_not_listed"]
    issuer.world.pages[did_web_url(did)] = did_document(did, [HOLDER], relationships=["authentication"])
    assert check(issuer, signed).verdict == "verified"
    issuer.world.silent.add(did_web_url(did))
    assert check(issuer, signed).verdict == "undetermined"


def test_a_proof_for_vouching_is_no_proof_of_who_presents(issuer: Issuer) -> None:
    signed = shown(issuer)
    signed["proof"]["proofPurpose"] = "assertionMethod"
    assert codes(check(issuer, signed)) == ["wrong_purpose"]


def test_without_a_holder_it_is_whoever_controls_the_key(issuer: Issuer) -> None:
    # The W3C's suite signs presentations that name no holder.
    document = {name: value for name, value in shown(issuer).items() if name not in ("proof", "holder")}
    from cairn.credentials.integrity.signing import proof_of, proof_options, suite_for

    suite = suite_for(None, "Ed25519")
    options = proof_options(
        suite, SIGNER, NOW, purpose="authentication", more={"challenge": CHALLENGE, "domain": DOMAIN}
    )
    verdict = check(issuer, {**document, "proof": proof_of(document, suite, options, SIGNER)})
    assert (verdict.verdict, verdict.holder) == ("verified", HOLDER_DID)


@pytest.mark.parametrize("change", ["credential", "added", "proof", "id"])
def test_a_changed_presentation_is_refused(issuer: Issuer, change: str) -> None:
    signed = copy.deepcopy(shown(issuer))
    if change == "credential":
        signed["verifiableCredential"][0] = dict(
            held(issuer, id="urn:uuid:00000000-0000-4000-8000-000000000000").document
        )
    elif change == "added":
        signed["verifiableCredential"].append(
            dict(held(issuer, id="urn:uuid:00000000-0000-4000-8000-000000000000").document)
        )
    elif change == "proof":
        signed["proof"]["created"] = "2026-05-01T00:00:00Z"
    else:
        signed["id"] = "urn:uuid:00000000-0000-4000-8000-000000000001"
    verdict = check(issuer, signed)
    assert (verdict.verdict, verdict.holder) == ("not_verified", None)


# What is in it


def test_a_credential_that_does_not_hold_spoils_the_whole(issuer: Issuer) -> None:
    bad = json.loads(held(issuer).text)
    bad["name"], bad["id"] = "Something greater", "urn:uuid:00000000-0000-4000-8000-000000000000"
    verdict = check(issuer, shown(issuer, held(issuer), bad))
    assert (verdict.verdict, [one.verdict for one in verdict.credentials]) == (
        "not_verified",
        ["verified", "not_verified"],
    )
    issuer.world.silent.add(did_web_url(issuer.did))
    assert check(issuer, shown(issuer)).verdict == "undetermined"


def test_it_is_said_whether_credentials_are_about_the_presenter(issuer: Issuer) -> None:
    verdict = check(
        issuer,
        shown(
            issuer,
            held(issuer),
            held(issuer, "did:example:child", id="urn:uuid:00000000-0000-4000-8000-000000000002"),
            issuer.award(id="urn:uuid:00000000-0000-4000-8000-000000000003"),
        ),
    )
    assert codes(verdict) == ["signature_valid", "holder_is_subject", "holder_is_not_subject", "subject_not_identified"]
    assert verdict.verdict == "verified"


def test_ones_own_word_is_covered_by_ones_signature_and_nobody_elses(issuer: Issuer) -> None:
    own = {
        "@context": [VC_V2], "type": ["VerifiableCredential"], "issuer": HOLDER_DID,
        "credentialSubject": {"id": HOLDER_DID, "name": "Mira"},
    }  # fmt: skip
    verdict = check(issuer, shown(issuer, own))
    assert verdict.verdict == "verified"
    assert verdict.credentials[0].has("said_by_holder")
    forged = check(issuer, shown(issuer, {**own, "issuer": issuer.did}))
    assert (forged.verdict, forged.credentials[0].has("no_proof")) == ("not_verified", True)
    unsigned = {name: value for name, value in shown(issuer, own).items() if name != "proof"}
    assert check(issuer, unsigned, challenge=None, domain=None).verdict == "not_verified"


@pytest.mark.parametrize("as_token", [False, True])
def test_a_key_for_signing_in_makes_no_awards(issuer: Issuer, as_token: bool) -> None:
    """A server that signs people in must not be able to award degrees by presenting them unsigned."""
    did = "did:web:university.example"
    signer = KeySigner(HOLDER, f"{did}#{HOLDER.public_multibase}")
    own = issuer.document(issuer={"id": did, "type": ["Profile"], "name": "University"}, status=())
    signed: Any = present([own], signer, holder=did, created=NOW, challenge=CHALLENGE, domain=DOMAIN)
    if as_token:
        bare = {name: value for name, value in signed.items() if name != "proof"}
        signed = token({**bare, "nonce": CHALLENGE, "aud": DOMAIN}, kid=signer.verification_method)
    issuer.world.pages[did_web_url(did)] = did_document(did, [HOLDER], relationships=["authentication"])
    verdict = check(issuer, signed)
    assert (verdict.verdict, verdict.holder, verdict.credentials[0].has("no_proof")) == ("not_verified", did, True)
    both = ["authentication", "assertionMethod"]
    issuer.world.pages[did_web_url(did)] = did_document(did, [HOLDER], relationships=both)
    assert check(issuer, signed).verdict == "verified"


def test_a_hosted_badge_can_be_presented_like_anything_else() -> None:
    """It carries no signature, by its own standard: its issuer's site vouches for it."""
    site = Site(Web())
    claims = {"@context": [VC_V2], "type": "VerifiablePresentation", "holder": HOLDER_DID}
    verdict = verify_presentation(token({**claims, "verifiableCredential": [site.award]}), at=NOW, resolve=site.web)
    assert [one.verdict for one in verdict.credentials] == ["verified"]


# As tokens


def test_a_presentation_may_be_a_token_or_stand_in_an_envelope(issuer: Issuer) -> None:
    text = token(payload(issuer))
    envelope = {"@context": VC_V2, "type": "EnvelopedVerifiablePresentation", "id": f"data:application/vp+jwt,{text}"}
    older = token({"iss": HOLDER_DID, "nonce": CHALLENGE, "aud": [DOMAIN], "vp": shown(issuer)}, typ="JWT")
    for source in (text, text.encode(), envelope, older):
        assert is_presentation(source)
        verdict = check(issuer, source)
        assert (verdict.verdict, verdict.holder) == ("verified", HOLDER_DID), verdict.findings


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"nonce": "another"}, "wrong_challenge"),
        ({"aud": "another.example"}, "wrong_domain"),
        ({"exp": int((NOW - timedelta(seconds=1)).timestamp())}, "proof_expired"),
        ({"iat": int((NOW + timedelta(days=1)).timestamp())}, "proof_from_the_future"),
        ({"iss": "did:example:another"}, "claims_contradict"),
        ({"vc": {}}, "ambiguous_payload"),
        ({"exp": "soon"}, "bad_claim"),
    ],
)
def test_a_token_must_say_what_was_asked(issuer: Issuer, claims: dict[str, Any], code: str) -> None:
    verdict = check(issuer, token(payload(issuer, **claims)))
    assert (verdict.verdict, codes(verdict)) == ("not_verified", [code])


def test_a_token_by_somebody_else_is_refused(issuer: Issuer) -> None:
    other = Ed25519Key.from_seed(b"\x08" * 32)
    method = did_key_verification_method(other)
    assert codes(check(issuer, token(payload(issuer), other, method))) == ["key_not_of_issuer"]
    assert codes(check(issuer, token(payload(issuer), other))) == ["signature_invalid"]
    text = token(payload(issuer))
    assert codes(check(issuer, text[:-6] + "AAAAAA")) == ["signature_invalid"]
    assert codes(check(issuer, token(payload(issuer), typ="vc+jwt"))) == ["wrong_token_type"]


@pytest.mark.parametrize(
    "change",
    [
        {"@context": []},
        {"@context": "https://www.w3.org/ns/credentials/examples/v2"},
        {"id": "no-data-address"},
        {"id": "data:application/vp+sd-jwt,eyJ"},
        {"id": "data:text/plain,eyJ"},
        {"type": "VerifiablePresentation"},
    ],
)
def test_a_broken_envelope_is_never_verified(issuer: Issuer, change: dict[str, Any]) -> None:
    text = token(payload(issuer))
    envelope = {"@context": VC_V2, "type": "EnvelopedVerifiablePresentation", "id": f"data:application/vp+jwt,{text}"}
    assert check(issuer, {**envelope, **change}).verdict != "verified"


def test_a_credential_with_disclosures_is_presented_by_its_holders_own_token(issuer: Issuer) -> None:
    from cairn.credentials.jose.holding import present as present_sd_jwt

    document = issuer.document()
    document["credentialSubject"]["id"] = HOLDER_DID
    sealed_one = sign_sd_jwt(document, issuer.signer, created=NOW, disclosable=["/name"], holder=HOLDER.public)
    bound = present_sd_jwt(sealed_one, ["/name"], SIGNER, created=NOW, challenge=CHALLENGE, audience=DOMAIN)
    verdict = check(issuer, bound.text)
    assert (verdict.verdict, verdict.holder) == ("verified", HOLDER_DID), verdict.findings
    assert check(issuer, bound.text, challenge="another").verdict == "not_verified"
    assert check(issuer, sealed_one.text).verdict == "not_verified"
    assert check(issuer, sealed_one.text, challenge=None, domain=None).verdict == "undetermined"


# Hostile and broken


@pytest.mark.parametrize(
    "change",
    [
        {"@context": [VC_V2, 5]},
        {"@context": [VC_V2, "https ://no-address"]},
        {"@context": ["https://www.w3.org/ns/credentials/examples/v2", VC_V2]},
        {"@context": []},
        {"type": "Presentation"},
        {"type": []},
        {"id": "no address"},
        {"holder": {"id": "z6Mk"}},
        {"holder": {}},
        {"holder": 5},
        {"verifiableCredential": ["https://credentials.example/1"]},
        {"verifiableCredential": 5},
        {"verifiableCredential": [None]},
        {"proof": None},
        {"proof": "z123"},
        {"proof": []},
    ],
)
def test_a_malformed_presentation_is_never_verified(issuer: Issuer, change: dict[str, Any]) -> None:
    assert check(issuer, {**shown(issuer), **change}).verdict == "not_verified"


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"{}",
        "[]",
        "null",
        b"\xff\xfe",
        "eyJ",
        "eyJhbGciOiJub25lIn0.e30.",
        '{"type":"VerifiablePresentation","type":1}',
    ],
)
def test_whatever_is_handed_over_gets_an_answer(issuer: Issuer, source: Any) -> None:
    assert check(issuer, source).verdict == "not_verified"


def test_too_many_credentials_are_not_looked_at(issuer: Issuer) -> None:
    signed = shown(issuer)
    signed["verifiableCredential"] = signed["verifiableCredential"] * 101
    verdict = check(issuer, signed)
    assert (verdict.verdict, codes(verdict)) == ("undetermined", ["too_complex"])


def test_the_answer_is_json(issuer: Issuer) -> None:
    said = json.loads(json.dumps(check(issuer, shown(issuer)).as_dict()))
    assert (said["verdict"], said["holder"], said["credentials"][0]["verdict"]) == ("verified", HOLDER_DID, "verified")
