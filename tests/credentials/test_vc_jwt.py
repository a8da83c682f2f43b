"""Credentials as JSON Web Tokens: of VC 2.0, of Open Badges 3.0, of VC 1.1, and wrapped in a document."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.tokens import SITE, claims_of, header_of, key_for, part, site_issuer, token
from tests.credentials.world import AWARDED, EMAIL, NOW, Issuer, MemoryResolver

from cairn.credentials import (
    Credential,
    CredentialError,
    Ed25519Key,
    KeySigner,
    Recipient,
    bake,
    clr_credential,
    endorsement_credential,
    identity_object,
    issue,
    unbake,
    verify,
)
from cairn.credentials.jose import enveloped, looks_like_token, read
from cairn.credentials.jose.claims import OF_THE_TOKEN
from cairn.credentials.jose.issuer_keys import thumbprint
from cairn.credentials.jose.issuing import sign_sd_jwt, sign_vc_jwt
from cairn.credentials.keys import PublicKey
from cairn.credentials.linkeddata.contexts import VC_V2
from cairn.credentials.linkeddata.pins import VC_V1

VECTORS = Path(__file__).parent / "vectors" / "jose"
ALGORITHMS = ["EdDSA", "ES256", "ES384", "RS256"]


def published(world: MemoryResolver, document: dict[str, Any], key: dict[str, Any]) -> None:
    """Publish an issuer's own document with one key, as Controlled Identifiers 1.0 has it."""
    method = {"id": key["kid"], "type": "JsonWebKey", "controller": document["id"], "publicKeyJwk": key}
    world.pages[document["id"]] = {**document, "verificationMethod": [method], "assertionMethod": [key["kid"]]}


# -- Writing and reading back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_badge_signed_as_a_token_is_verified(issuer: Issuer, world: MemoryResolver, algorithm: str) -> None:
    signer = site_issuer(world, issuer, key_for(algorithm))
    document = issuer.document(issuer={"id": SITE, "type": ["Profile"], "name": issuer.name}, status=[])
    credential = sign_vc_jwt(document, signer, created=AWARDED)
    assert credential.envelope is not None
    assert dict(credential.envelope.header) == {"alg": algorithm, "kid": f"{SITE}#key-1", "typ": "JWT"}
    verdict = verify(credential.text, at=NOW, resolve=world, recipient=Recipient(email=EMAIL))
    assert verdict.verdict == "verified"
    assert verdict.about_person == "pass"
    assert verdict.credential == credential
    assert verdict.credential.name == "Data Analysis with Python"
    assert verdict.credential.issuer_id == SITE


def test_the_payload_is_the_credential_with_the_tokens_claims_beside_it(issuer: Issuer) -> None:
    """Open Badges 3.0 section 8.2.4.1."""
    document = issuer.document(subject={"id": "did:example:mira"})
    credential = sign_vc_jwt(document, issuer.signer, created=AWARDED)
    assert credential.envelope is not None
    claims = dict(credential.envelope.claims)
    assert {name: claims.pop(name) for name in ("iss", "sub", "jti", "nbf", "exp", "iat")} == {
        "iss": issuer.did,
        "sub": "did:example:mira",
        "jti": document["id"],
        "nbf": int(AWARDED.timestamp()),
        "exp": int(datetime(2031, 3, 1, tzinfo=UTC).timestamp()),
        "iat": int(AWARDED.timestamp()),
    }
    assert claims == document
    assert dict(credential.document) == document


def test_another_credential_takes_the_form_of_the_w3c(issuer: Issuer, world: MemoryResolver) -> None:
    """VC-JOSE-COSE section 3.1.1: the payload is the credential, the header says so."""
    document = {
        "@context": [VC_V2],
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "credentialSubject": {"id": "did:example:mira", "name": "Mira"},
    }
    credential = sign_vc_jwt(document, issuer.signer, created=AWARDED)
    assert credential.envelope is not None
    assert credential.envelope.header["typ"] == "vc+jwt"
    assert credential.envelope.header["cty"] == "vc"
    assert {**credential.envelope.claims} == {**document, "iat": int(AWARDED.timestamp())}
    assert verify(credential, at=NOW, resolve=world).verdict == "verified"


def test_a_credential_of_version_1_stands_in_its_claim(issuer: Issuer, world: MemoryResolver) -> None:
    """Verifiable Credentials 1.1 section 6.3.1, JWT encoding, with what it takes out of the credential left in."""
    document = {
        "@context": [VC_V1],
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "issuanceDate": "2026-03-01T09:30:00Z",
        "expirationDate": "2027-03-01T09:30:00Z",
        "credentialSubject": {"id": "did:example:mira"},
    }
    credential = sign_vc_jwt(document, issuer.signer, created=AWARDED)
    assert credential.envelope is not None
    assert dict(credential.envelope.claims) == {
        "iss": issuer.did,
        "sub": "did:example:mira",
        "nbf": 1772357400,
        "exp": 1803893400,
        "iat": 1772357400,
        "vc": document,
    }
    assert dict(credential.document) == document
    assert verify(credential.text, at=NOW, resolve=world).verdict == "verified"
    assert verify(credential.text, at=datetime(2027, 4, 1, tzinfo=UTC), resolve=world).has("expired")


def test_what_may_not_be_issued_is_not_signed_as_a_token_either(issuer: Issuer) -> None:
    document = issuer.document()
    broken: dict[str, dict[str, Any]] = {
        "undefined_term": {**document, "favouriteColour": "blue"},
        "missing": {name: value for name, value in document.items() if name != "validFrom"},
        "already_signed": {**document, "proof": {"type": "DataIntegrityProof"}},
        "key_not_of_issuer": {**document, "issuer": "did:web:university.example"},
        "bad_moment": {**document, "validUntil": "tomorrow"},
        "not_a_credential": {"vct": "https://vct.example/1", "iss": issuer.did},
    }
    for code, wrong in broken.items():
        with pytest.raises(CredentialError) as caught:
            sign_vc_jwt(wrong, issuer.signer, created=AWARDED)
        assert caught.value.code == code


def test_a_token_survives_a_badge_image_and_a_file(issuer: Issuer, world: MemoryResolver) -> None:
    credential = sign_vc_jwt(issuer.document(), issuer.signer, created=AWARDED)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'
    picture = bake(svg, credential)
    assert unbake(picture) == credential.text
    for source in (picture, credential.text.encode(), f"\ufeff{credential.text}\r\n", b"  " + credential.text.encode()):
        verdict = verify(source, at=NOW, resolve=world)
        assert verdict.verdict == "verified"
        assert verdict.credential == credential


def test_revocation_and_expiry_hold_for_tokens(issuer: Issuer, world: MemoryResolver) -> None:
    credential = sign_vc_jwt(issuer.document(), issuer.signer, created=AWARDED)
    assert verify(credential, at=datetime(2032, 1, 1, tzinfo=UTC), resolve=world).has("expired")
    issuer.revocations.set(94567, True)
    issuer.publish()
    verdict = verify(credential, at=NOW, resolve=world)
    assert verdict.has("revoked")
    assert verdict.authentic == "pass"


# -- Where the issuer's key is found --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_issuer_whose_did_is_its_key(issuer: Issuer, algorithm: str) -> None:
    """did:jwk, for every kind of key; nobody is asked."""
    key = key_for(algorithm)
    did = f"did:jwk:{part(key.public.jwk)}"
    document = issuer.document(issuer={"id": did}, status=[])
    for kid in (f"{did}#0", did, "#0", "0", thumbprint(key.public), None):
        header = {"alg": algorithm, **({} if kid is None else {"kid": kid})}
        world = MemoryResolver()
        assert verify(token(header, {**document, "iss": did}, key), at=NOW, resolve=world).verdict == "verified", kid
        assert world.asked == []


def test_a_did_key_issuer_with_its_key_in_the_header(issuer: Issuer) -> None:
    key = Ed25519Key.from_seed(b"\x09" * 32)
    did = f"did:key:{key.public_multibase}"
    document = issuer.document(issuer={"id": did}, status=[])
    text = token({"alg": "Ed25519", "jwk": key.public.jwk}, {**document, "iss": did}, key)
    assert verify(text, at=NOW, resolve=MemoryResolver()).verdict == "verified"


@pytest.mark.parametrize(
    "kid",
    [
        "key-1",
        f"{SITE}#key-1",
        f"{SITE}/.well-known/jwks.json#key-1",
        f"{SITE}/keys/key-1",
        "thumbprint",
        "urn:ietf:params:oauth:jwk-thumbprint:sha-256:thumbprint",
        None,
    ],
)
@pytest.mark.parametrize("with_key", [True, False])
@pytest.mark.parametrize("with_profile", [True, False])
def test_the_ways_to_name_a_key_of_a_website(
    issuer: Issuer, world: MemoryResolver, kid: str | None, with_key: bool, with_profile: bool
) -> None:
    key = key_for("ES256")
    site_issuer(world, issuer, key)
    if not with_profile:
        world.pages[SITE] = b"<html>Welcome</html>"
    header: dict[str, Any] = {"alg": "ES256"}
    if kid is not None:
        header["kid"] = kid.replace("thumbprint", thumbprint(key.public)) if kid == "thumbprint" else kid
        header["kid"] = header["kid"].replace(":thumbprint", ":" + thumbprint(key.public))
    if with_key:
        header["jwk"] = key.public.jwk
    claims = {**issuer.document(issuer={"id": SITE}, status=[]), "iss": SITE}
    world.asked.clear()
    assert verify(token(header, claims, key), at=NOW, resolve=world).verdict == "verified"
    assert set(world.asked) <= {SITE, f"{SITE}/.well-known/jwks.json"}


def test_a_key_in_the_issuers_own_document(issuer: Issuer, world: MemoryResolver) -> None:
    """VC-JOSE-COSE section 4.3: the kid is the address of a method that the document at the issuer's address lists."""
    key, name = key_for("ES384"), f"{SITE}/issuers/42"
    published(world, {"id": name}, {**key.public.jwk, "kid": f"{name}#key-123"})
    claims = issuer.document(issuer={"id": name}, status=[])
    header = {"alg": "ES384", "kid": f"{name}#key-123", "typ": "application/vc+jwt", "cty": "vc"}
    assert verify(token(header, claims, key), at=NOW, resolve=world).verdict == "verified"


@pytest.mark.parametrize("by_address", [True, False])
def test_a_key_in_the_issuers_metadata(issuer: Issuer, world: MemoryResolver, by_address: bool) -> None:
    """SD-JWT VC, “JWT VC Issuer Metadata”, which VC-JOSE-COSE takes over (“Well-Known URIs”)."""
    key, name = key_for("ES256"), f"{SITE}/tenants/7"
    keys = {"keys": [{**key.public.jwk, "kid": "k"}]}
    world.pages[f"{SITE}/.well-known/jwt-vc-issuer/tenants/7"] = {
        "issuer": name,
        **({"jwks_uri": f"{SITE}/keys"} if by_address else {"jwks": keys}),
    }
    world.pages[f"{SITE}/keys"] = keys
    claims = {**issuer.document(issuer={"id": name}, status=[]), "iss": name}
    text = token({"alg": "ES256", "kid": "k"}, claims, key)
    assert verify(text, at=NOW, resolve=world).verdict == "verified"
    world.pages[f"{SITE}/.well-known/jwt-vc-issuer/tenants/7"]["issuer"] = f"{SITE}/tenants/8"
    assert verify(text, at=NOW, resolve=world).verdict == "undetermined"


@pytest.mark.parametrize(("field", "code"), [("revoked", "key_revoked"), ("expires", "key_expired")])
def test_a_withdrawn_key_no_longer_speaks(issuer: Issuer, world: MemoryResolver, field: str, code: str) -> None:
    credential = sign_vc_jwt(issuer.document(), issuer.signer, created=AWARDED)
    page = world.pages["https://badges.example.org/.well-known/did.json"]
    page["verificationMethod"][0][field] = "2026-05-01T00:00:00Z"
    assert verify(credential, at=NOW, resolve=world).has(code)


def test_a_silent_issuer_leaves_the_question_open(issuer: Issuer, world: MemoryResolver) -> None:
    credential = sign_vc_jwt(issuer.document(), issuer.signer, created=AWARDED)
    world.silent |= set(world.pages)
    verdict = verify(credential, at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("issuer_unreachable")


@pytest.mark.parametrize("algorithm", ["ES256K", "PS256", "ES512", "RS512", "ML-DSA-44"])
def test_an_algorithm_we_do_not_check_leaves_the_question_open(
    issuer: Issuer, world: MemoryResolver, algorithm: str
) -> None:
    verdict = verify(token(header_of(issuer, alg=algorithm), claims_of(issuer), issuer.key), at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("unsupported_algorithm")


# -- What token and credential say of the same thing ----------------------------------------------------------------------------


def test_the_stricter_of_two_dates_counts(issuer: Issuer, world: MemoryResolver) -> None:
    early, late = datetime(2027, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    for exp, until in ((early, late), (late, early)):
        claims = claims_of(issuer, exp=exp.timestamp(), validUntil=until.strftime("%Y-%m-%dT%H:%M:%SZ"))
        text = token(header_of(issuer), claims, issuer.key)
        before = verify(text, at=early - timedelta(days=1), resolve=world)
        assert before.verdict == "verified"
        assert before.has("dates_contradict")
        assert before.credential is not None
        assert before.credential.valid_until == early
        assert verify(text, at=early + timedelta(days=1), resolve=world).has("expired")


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(-5, 5), st.integers(-5, 5))
@settings(max_examples=60, deadline=None)
def test_a_token_is_current_only_while_everything_in_it_is(begin: int, nbf: int, end: int, exp: int) -> None:
    world = MemoryResolver()
    issuer = Issuer(world)

    def day(number: int) -> datetime:
        return NOW + timedelta(days=number)

    claims = claims_of(
        issuer,
        validFrom=day(begin - 6).isoformat(),
        nbf=day(nbf - 6).timestamp(),
        validUntil=day(end + 6).isoformat(),
        exp=day(exp + 6).timestamp(),
    )
    text = token(header_of(issuer), claims, issuer.key)
    for number in range(-12, 13):
        verdict = verify(text, at=day(number) + timedelta(hours=1), resolve=world)
        inside = max(begin, nbf) - 6 <= number < min(end, exp) + 6
        assert (verdict.verdict == "verified") == inside


def test_a_token_without_any_of_these_claims_is_as_good(issuer: Issuer, world: MemoryResolver) -> None:
    """VC-JOSE-COSE asks for none of them."""
    text = token(header_of(issuer, typ=None), claims_of(issuer, iss=None, jti=None), issuer.key)
    verdict = verify(text, at=NOW, resolve=world)
    assert verdict.verdict == "verified"
    assert not verdict.has("dates_contradict")


def test_an_end_only_the_token_knows_is_an_end(issuer: Issuer, world: MemoryResolver) -> None:
    text = token(header_of(issuer), claims_of(issuer, validUntil=None, exp=NOW.timestamp() - 1), issuer.key)
    assert verify(text, at=NOW, resolve=world).has("expired")


def test_a_copy_made_out_to_somebody_says_so(issuer: Issuer, world: MemoryResolver) -> None:
    verdict = verify(token(header_of(issuer), claims_of(issuer, aud="x"), issuer.key), at=NOW, resolve=world)
    assert verdict.verdict == "verified"
    assert verdict.has("addressed")


def test_a_status_that_only_the_token_names_is_not_passed_over(issuer: Issuer, world: MemoryResolver) -> None:
    for status in ({"status_list": {"idx": 1, "uri": "https://x.example/1"}}, {"other": {}}, "revoked"):
        verdict = verify(token(header_of(issuer), claims_of(issuer, status=status), issuer.key), at=NOW, resolve=world)
        assert verdict.verdict == "undetermined"
        assert verdict.current == "unknown"


# -- VC 1.1 ---------------------------------------------------------------------------------------------------------------------


def older(issuer: Issuer, **beside: Any) -> dict[str, Any]:
    inner = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"degree": "x"},
    }
    return {
        "iss": issuer.did,
        "sub": "did:example:mira",
        "jti": "urn:uuid:1",
        "nbf": 1_700_000_000,
        "vc": inner,
        **beside,
    }


def test_what_stands_beside_an_older_credential_is_put_back(issuer: Issuer) -> None:
    """Verifiable Credentials 1.1 section 6.3.1, JWT decoding."""
    document, envelope = read(token(header_of(issuer), older(issuer, exp=1_800_000_000), issuer.key))
    assert envelope.kind == "vc-jwt-1.1"
    assert document == {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"degree": "x", "id": "did:example:mira"},
        "issuer": issuer.did,
        "id": "urn:uuid:1",
        "issuanceDate": "2023-11-14T22:13:20Z",
        "expirationDate": "2027-01-15T08:00:00Z",
    }


@pytest.mark.parametrize(
    "inside",
    [
        {"issuer": "did:web:evil.example"},
        {"issuer": {"id": "did:web:evil.example", "name": "X"}},
        {"issuer": ""},
        {"id": "urn:uuid:2"},
        {"credentialSubject": {"id": "did:example:mallory"}},
        {"credentialSubject": [{"id": "did:example:mallory"}, {"id": "did:example:otto"}]},
    ],
)
def test_an_older_token_that_contradicts_its_credential_is_refused(issuer: Issuer, inside: dict[str, Any]) -> None:
    claims = older(issuer)
    claims["vc"] = {**claims["vc"], **inside}
    with pytest.raises(CredentialError) as caught:
        read(token(header_of(issuer), claims, issuer.key))
    assert caught.value.code == "claims_contradict"


def test_an_older_payload_under_the_newer_type_is_refused(issuer: Issuer) -> None:
    """VC-JOSE-COSE section 1.1.2.1 forbids the claim “vc”."""
    with pytest.raises(CredentialError) as caught:
        read(token(header_of(issuer, typ="vc+jwt"), older(issuer), issuer.key))
    assert caught.value.code == "wrong_token_type"


@pytest.mark.parametrize("words", [("v1", "expirationDate"), ("v2", "validUntil")])
def test_an_older_token_ends_with_exp_whichever_vocabulary_is_in_it(
    issuer: Issuer, world: MemoryResolver, words: tuple[str, str]
) -> None:
    """Some issuers put credentials of version 2 in the claim of version 1."""
    version, end = words
    claims = older(issuer, exp=int(NOW.timestamp()) + 60)
    if version == "v2":
        claims["vc"] = {**claims["vc"], "@context": [VC_V2]}
    text = token(header_of(issuer), claims, issuer.key)
    assert end in read(text)[0]
    assert verify(text, at=NOW, resolve=world).verdict == "verified"
    assert verify(text, at=NOW + timedelta(minutes=2), resolve=world).has("expired")


# -- Envelopes ------------------------------------------------------------------------------------------------------------------


def envelope_of(text: str, media_type: str = "application/vc+jwt") -> dict[str, Any]:
    return {"@context": [VC_V2], "id": f"data:{media_type},{text}", "type": "EnvelopedVerifiableCredential"}


def test_an_enveloped_credential_is_the_credential(issuer: Issuer, world: MemoryResolver) -> None:
    """VC Data Model 2.0 section 4.13."""
    credential = sign_vc_jwt(issuer.document(), issuer.signer, created=AWARDED)
    with_parameter = envelope_of(credential.text, "application/vc+jwt;charset=utf-8")
    for source in (envelope_of(credential.text), json.dumps(envelope_of(credential.text)), with_parameter):
        verdict = verify(source, at=NOW, resolve=world)
        assert verdict.verdict == "verified"
        assert verdict.credential == credential


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": None}, "bad_envelope"),
        ({"id": "https://evil.example/token"}, "bad_envelope"),
        ({"id": "data:application/vc+sd-jwt,eyJ"}, "bad_envelope"),
        ({"id": "data:application/vc+cose,0oRD"}, "unsupported_envelope"),
        ({"id": "data:text/html,<script>"}, "unsupported_envelope"),
        ({"id": "data:application/vc+jwt;base64,ZXlK"}, "unsupported_envelope"),
        ({"id": ["data:application/vc+jwt,eyJ"]}, "bad_envelope"),
        ({"id": "data:,eyJ"}, "unsupported_envelope"),
        ({"id": "data:application/vc+jwt,eyJhbGciOiJub25lIn0.e30."}, "no_proof"),
    ],
)
def test_an_envelope_with_something_else_in_it(world: MemoryResolver, change: dict[str, Any], code: str) -> None:
    verdict = verify({**envelope_of("eyJ"), **change}, at=NOW, resolve=world)
    assert verdict.has(code)
    assert verdict.verdict == ("undetermined" if code.startswith("unsupported") else "not_verified")
    assert world.asked == []


def test_a_learner_record_may_hold_parts_in_envelopes(issuer: Issuer, world: MemoryResolver) -> None:
    badge = sign_vc_jwt(issuer.document(), issuer.signer, created=AWARDED)
    forged = ".".join([*badge.text.split(".")[:2], part(bytes(64))])
    for text, verdict, code in (
        (envelope_of(badge.text), "verified", "part_verified"),
        (envelope_of(forged), "not_verified", "signature_invalid"),
        (envelope_of("0oRD", "application/vc+cose"), "undetermined", "unsupported_envelope"),
    ):
        record = clr_credential(
            id="urn:uuid:7c6e1c5e-1f0b-4c53-8f70-0cfb9fd2ab53",
            name="Record",
            issuer=issuer.profile,
            subject={"identifier": [identity_object(EMAIL, "kosher")]},
            credentials=[text],
            valid_from=AWARDED,
        )
        answer = verify(sign_vc_jwt(record, issuer.signer, created=AWARDED), at=NOW, resolve=world)
        assert answer.verdict == verdict, [finding.message for finding in answer.findings]
        assert answer.has(code)


@pytest.mark.parametrize("sign", [sign_vc_jwt, sign_sd_jwt])
def test_a_record_of_tokens_keeps_each_whole(issuer: Issuer, world: MemoryResolver, sign: Any) -> None:
    badge = sign(issuer.document(), issuer.signer, created=AWARDED)
    record = clr_credential(
        id="urn:uuid:7c6e1c5e-1f0b-4c53-8f70-0cfb9fd2ab53",
        name="Record",
        issuer=issuer.profile,
        subject={"identifier": [identity_object(EMAIL, "kosher")]},
        credentials=[badge],
        valid_from=AWARDED,
    )
    assert enveloped(record["credentialSubject"]["verifiableCredential"][0]) == badge.text
    for signed in (issue(record, issuer.signer, created=AWARDED), sign_vc_jwt(record, issuer.signer, created=AWARDED)):
        verdict = verify(signed, at=NOW, resolve=world)
        assert verdict.verdict == "verified", [finding.message for finding in verdict.findings]
        assert verdict.parts[0].credential == badge


def test_an_endorsement_may_come_as_a_token(issuer: Issuer, world: MemoryResolver) -> None:
    """Open Badges 3.0, endorsementJwt."""
    other = Issuer(world, site="https://council.example.net", name="Council", seed=b"\x02" * 32)
    document = issuer.document()
    endorsement = endorsement_credential(
        id="urn:uuid:11111111-1111-4111-8111-111111111111",
        name="Endorsement",
        issuer=other.profile,
        endorsed_id=document["id"],
        comment="Sound.",
        valid_from=AWARDED,
    )
    sealed = sign_vc_jwt(endorsement, other.signer, created=AWARDED).text
    for text, code in (
        (sealed, "endorsed"),
        (sealed[:-3], "bad_token"),
        (sealed[:-4] + "AAAA", "endorsement_not_verified"),
    ):
        claims = {**claims_of(issuer), "endorsementJwt": [text]}
        verdict = verify(token(header_of(issuer), claims, issuer.key), at=NOW, resolve=world)
        assert verdict.verdict == "verified"
        assert verdict.has(code), [finding.code for finding in verdict.findings]


def test_what_is_no_envelope_is_none(issuer: Issuer) -> None:
    assert enveloped(issuer.document()) is None


# -- The published examples -----------------------------------------------------------------------------------------------------


def w3c() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / "w3c-jose.json").read_text())
    return found


def test_the_example_of_the_specification(world: MemoryResolver) -> None:
    example = w3c()["vc-jwt"]
    # Its kid is a bare name: the issuer's document calls the key by it.
    published(
        world, {"id": example["issuer"]}, {**example["key"], "kid": f"{example['issuer']}#{example['key']['kid']}"}
    )
    verdict = verify(example["token"], at=NOW, resolve=world)
    assert verdict.verdict == "verified"
    assert verdict.credential is not None
    assert verdict.credential.id == "http://university.example/credentials/1872"
    world.pages.clear()
    assert verify(example["token"], at=NOW, resolve=world).verdict == "undetermined"


def test_the_older_example_of_the_specification() -> None:
    """Its dates contradict each other (2010 and 2018), and it is made out to somebody."""
    example = w3c()["vc-jwt-1.1"]
    document, envelope = read(example["token"])
    assert PublicKey.from_jwk(example["key"]).matches(envelope.signing_input, envelope.signature)
    assert document["issuanceDate"] == "2018-01-18T01:30:22Z"
    assert document["expirationDate"] == "2023-01-27T00:50:11Z"
    assert document["issuer"] == example["issuer"]


def older_cases() -> list[dict[str, str]]:
    cases: list[dict[str, str]] = json.loads((VECTORS / "web5-vc-jwt-1.1.json").read_text())["cases"]
    return cases


@pytest.mark.parametrize("case", older_cases(), ids=lambda case: str(case["name"]))
def test_older_tokens_of_another_implementation(case: dict[str, str]) -> None:
    assert verify(case["token"], at=NOW, resolve=MemoryResolver()).verdict == case["verdict"]


def test_the_thumbprint_of_rfc_7638() -> None:
    """Section 3.1."""
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
        "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI"
        "SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = PublicKey.from_jwk({"kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"})
    assert thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


# -- Small things ---------------------------------------------------------------------------------------------------------------


def test_what_looks_like_a_token() -> None:
    for text in ("eyJ", " \n eyJhbGciOiJ", b"\xef\xbb\xbfeyJ", b"eyJ" + b"A" * 5 * 2**20):
        assert looks_like_token(text)
    for other in ("", "{", "https://x.example/eyJ", b"\x89PNG eyJ", "e30.e30.AA"):
        assert not looks_like_token(other)


def test_the_tokens_own_words_are_not_the_credentials(issuer: Issuer) -> None:
    credential = Credential.parse(token(header_of(issuer), claims_of(issuer, nbf=1, exp=2, iat=3, aud="x"), issuer.key))
    assert OF_THE_TOKEN.isdisjoint(credential.document)
    assert credential.text.count(".") == 2


def test_a_signer_of_another_issuer_cannot_sign(issuer: Issuer) -> None:
    stranger = KeySigner(Ed25519Key.from_seed(b"\x03" * 32), "did:web:evil.example#key-1")
    with pytest.raises(CredentialError) as caught:
        sign_vc_jwt(issuer.document(), stranger, created=AWARDED)
    assert caught.value.code == "key_not_of_issuer"
