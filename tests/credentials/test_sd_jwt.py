"""Selective disclosure as tokens: SD-JWT VC, VC 2.0 in an SD-JWT, and the holder's part."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.tokens import SITE, key_for, token
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import Credential, CredentialError, KeySigner, verify
from cairn.credentials.jose.compact import read_token, split_disclosures
from cairn.credentials.jose.disclosures import digest_of, escaped, unpack
from cairn.credentials.jose.holding import check_key_binding, disclosed, present
from cairn.credentials.jose.issuing import sign_sd_jwt
from cairn.credentials.jose.packing import pack
from cairn.credentials.jose.reading import shown
from cairn.credentials.keys import PublicKey
from cairn.credentials.multibase import base64url

VECTORS = json.loads((Path(__file__).parent / "vectors" / "jose" / "rfc9901.json").read_text())
CASES: dict[str, dict[str, Any]] = VECTORS["cases"]
HOLDER = KeySigner(key_for("ES256"), "did:example:holder#key")
POINTERS = [
    "/credentialSubject/result",
    "/credentialSubject/result/0/value",
    "/credentialSubject/identifier/0",
    "/evidence",
]
BOUND = {"challenge": "n-0S6_WzA2Mj", "audience": "https://employer.example"}


@pytest.fixture
def credential(issuer: Issuer) -> Credential:
    return sign_sd_jwt(
        issuer.document(), issuer.signer, created=AWARDED, disclosable=POINTERS, holder=HOLDER.key.public
    )


def vct(issuer: Issuer, **claims: Any) -> dict[str, Any]:
    return {
        "vct": "https://credentials.example/diploma",
        "iss": issuer.did,
        "degree": "Baker",
        "given_name": "Mira",
        **claims,
    }


# -- The published examples -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(CASES))
def test_the_examples_of_rfc_9901(name: str) -> None:
    text, disclosures, _ = split_disclosures(CASES[name]["presentation"])
    read = read_token(text)
    assert PublicKey.from_jwk(VECTORS["issuer_key"]).matches(read.signing_input, read.signature)
    found = unpack(read.claims, disclosures)
    assert found.claims == CASES[name]["processed"]
    assert set(found.places) == set(disclosures)


def test_the_sd_jwt_vc_of_rfc_9901_with_its_holders_proof(world: MemoryResolver) -> None:
    """Appendix A.3, from its issuer's metadata to the holder's token."""
    issuer = "https://pid-issuer.bund.de.example"
    world.pages[f"{issuer}/.well-known/jwt-vc-issuer"] = {"issuer": issuer, "jwks": {"keys": [VECTORS["issuer_key"]]}}
    at = datetime.fromtimestamp(VECTORS["bound_at"], UTC)
    verdict = verify(CASES["SD-JWT VC, with key binding"]["presentation"], at=at, resolve=world)
    assert verdict.verdict == "verified"
    found = verdict.credential
    assert found is not None
    assert (found.issuer_id, found.name, found.types[-1]) == (issuer, "urn:eudi:pid:de:1", "urn:eudi:pid:de:1")
    assert found.valid_until == datetime.fromtimestamp(1883000000, UTC)
    assert found.subject == {"nationalities": ["DE"], "age_equal_or_over": {"18": True}}
    check_key_binding(found, at=at, challenge=VECTORS["challenge"], audience=VECTORS["audience"])
    for asked, code in (({"challenge": "another"}, "wrong_challenge"), ({"audience": "another"}, "wrong_audience")):
        with pytest.raises(CredentialError) as caught:
            check_key_binding(found, at=at, **asked)
        assert caught.value.code == code
    # Before it was made, and after the issuer's end.
    assert verify(found, at=datetime(2024, 1, 1, tzinfo=UTC), resolve=world).has("key_binding_invalid")
    assert verify(found, at=datetime(2030, 1, 1, tzinfo=UTC), resolve=world).has("expired")


def test_a_selection_that_the_holder_did_not_make_is_refused(world: MemoryResolver) -> None:
    """A disclosure taken away after the holder signed: the issuer's signature holds, the holder's does not."""
    issuer = "https://pid-issuer.bund.de.example"
    world.pages[f"{issuer}/.well-known/jwt-vc-issuer"] = {"issuer": issuer, "jwks": {"keys": [VECTORS["issuer_key"]]}}
    parts = CASES["SD-JWT VC, with key binding"]["presentation"].split("~")
    at = datetime.fromtimestamp(VECTORS["bound_at"], UTC)
    assert verify("~".join([*parts[:3], parts[-1]]), at=at, resolve=world).has("key_binding_invalid")
    assert verify("~".join([*parts[:3], ""]), at=at, resolve=world).verdict == "verified"


# -- Issuing and showing --------------------------------------------------------------------------------------------------------


def test_a_badge_with_parts_to_be_shown_or_not(credential: Credential, issuer: Issuer, world: MemoryResolver) -> None:
    whole = verify(credential.text, at=NOW, resolve=world)
    assert whole.verdict == "verified"
    assert not whole.has("partly_disclosed")
    assert dict(credential.document) == issuer.document()
    part = verify(disclosed(credential, ["/evidence"]), at=NOW, resolve=world)
    assert part.verdict == "verified"
    assert part.has("partly_disclosed")
    assert part.credential is not None
    assert part.credential.document["evidence"] == issuer.document()["evidence"]
    assert "result" not in part.credential.subject
    assert part.credential.subject["identifier"] == []
    assert part.credential.name == "Data Analysis with Python"


def test_what_is_inside_and_around_comes_along(credential: Credential) -> None:
    value = disclosed(credential, ["/credentialSubject/result/0/value"])
    assert value.subject["result"] == credential.subject["result"]
    nothing = disclosed(credential, [])
    assert nothing.envelope is not None
    assert nothing.envelope.disclosures == ()
    assert disclosed(value, ["/credentialSubject/result"]) == value


def test_what_was_left_out_cannot_be_shown_again(credential: Credential) -> None:
    part = disclosed(credential, ["/evidence"])
    with pytest.raises(CredentialError) as caught:
        disclosed(part, ["/credentialSubject/result"])
    assert caught.value.code == "bad_pointer"


def test_nothing_of_what_is_hidden_can_be_read_off(credential: Credential) -> None:
    text = json.dumps(dict(read_token(split_disclosures(disclosed(credential, []).text)[0]).claims))
    assert "portfolio.example.net" not in text
    assert "identityHash" not in text


def test_a_presentation_with_the_holders_own_key(credential: Credential, world: MemoryResolver) -> None:
    shown_part = present(credential, ["/credentialSubject/result"], HOLDER, created=NOW, **BOUND)
    verdict = verify(shown_part.text, at=NOW, resolve=world)
    assert verdict.verdict == "verified"
    check_key_binding(shown_part, at=NOW, **BOUND)
    with pytest.raises(CredentialError) as caught:
        present(credential, [], KeySigner(key_for("EdDSA"), "did:example:thief#key"), created=NOW, **BOUND)
    assert caught.value.code == "key_not_of_holder"
    with pytest.raises(CredentialError) as caught:
        check_key_binding(credential, at=NOW)
    assert caught.value.code == "no_key_binding"


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "JWT"}, {}),
        ({"alg": "none"}, {}),
        ({"alg": "ES384"}, {}),
        ({"crit": ["x"]}, {}),
        ({}, {"sd_hash": "A" * 43}),
        ({}, {"sd_hash": None}),
        ({}, {"iat": None}),
        ({}, {"iat": NOW.timestamp() + 3600}),
        ({}, {"iat": "now"}),
    ],
)
def test_a_holders_proof_that_does_not_hold(
    credential: Credential, world: MemoryResolver, header: dict[str, Any], claims: dict[str, Any]
) -> None:
    genuine = present(credential, [], HOLDER, created=NOW, **BOUND)
    before, tilde, binding = genuine.text.rpartition("~")
    read = read_token(binding)
    forged = token({**read.header, **header}, {**read.claims, **claims}, HOLDER.key)
    verdict = verify(before + tilde + forged, at=NOW, resolve=world)
    assert verdict.verdict == "not_verified"


def test_a_holders_proof_by_somebody_else(credential: Credential, world: MemoryResolver) -> None:
    genuine = present(credential, [], HOLDER, created=NOW, **BOUND)
    before, tilde, binding = genuine.text.rpartition("~")
    read = read_token(binding)
    forged = token({**read.header, "alg": "EdDSA", "jwk": key_for("EdDSA").public.jwk}, read.claims, key_for("EdDSA"))
    assert verify(before + tilde + forged, at=NOW, resolve=world).has("key_binding_invalid")


# -- SD-JWT VC ------------------------------------------------------------------------------------------------------------------


def test_an_sd_jwt_vc_of_ours(issuer: Issuer, world: MemoryResolver) -> None:
    claims = vct(issuer, nbf=int(AWARDED.timestamp()), exp=int(NOW.timestamp()) + 60, sub="did:example:mira")
    made = sign_sd_jwt(claims, issuer.signer, created=AWARDED, disclosable=["/degree", "/given_name"])
    assert made.envelope is not None
    assert made.envelope.kind == "sd-jwt-vc"
    assert made.envelope.header["typ"] == "dc+sd-jwt"
    verdict = verify(made.text, at=NOW, resolve=world)
    assert verdict.verdict == "verified"
    assert made.subject == {"id": "did:example:mira", "degree": "Baker", "given_name": "Mira"}
    assert made.valid_from == AWARDED
    said = verdict.as_dict()
    assert (said["type"], said["issuer"]["id"]) == ("https://credentials.example/diploma", issuer.did)
    assert verify(disclosed(made, ["/degree"]), at=NOW, resolve=world).verdict == "verified"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": None}, "bad_issuer"),
        ({"iss": "did:web:evil.example"}, "key_not_of_issuer"),
        ({"exp": "x"}, "bad_moment"),
    ],
)
def test_claims_that_are_not_in_order_are_not_signed(issuer: Issuer, claims: dict[str, Any], code: str) -> None:
    payload = {name: value for name, value in vct(issuer, **claims).items() if value is not None}
    with pytest.raises(CredentialError) as caught:
        sign_sd_jwt(payload, issuer.signer, created=AWARDED)
    assert caught.value.code == code


@pytest.mark.parametrize("typ", ["dc+sd-jwt", "vc+sd-jwt", "application/dc+sd-jwt"])
def test_the_older_name_of_the_same_type(issuer: Issuer, world: MemoryResolver, typ: str) -> None:
    text = token({"alg": "EdDSA", "kid": "key-1", "typ": typ}, vct(issuer), issuer.key)
    assert verify(text + "~", at=NOW, resolve=world).verdict == "verified"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": None}, "bad_issuer"),
        ({"iss": "example"}, "bad_issuer"),
        ({"vct": ""}, "bad_type"),
        ({"vct": 7}, "not_a_credential"),
        ({"exp": "later"}, "bad_moment"),
        ({"nbf": 20, "exp": 10}, "bad_period"),
        ({"cnf": "key"}, "bad_key"),
        ({"iss": "did:web:university.example"}, "issuer_unreachable"),
    ],
)
def test_an_sd_jwt_vc_that_is_not_in_order(
    issuer: Issuer, world: MemoryResolver, claims: dict[str, Any], code: str
) -> None:
    payload = {name: value for name, value in vct(issuer, **claims).items() if value is not None}
    text = token({"alg": "EdDSA", "kid": "key-1", "typ": "dc+sd-jwt"}, payload, issuer.key)
    verdict = verify(text + "~", at=NOW, resolve=world)
    assert verdict.has(code)
    assert verdict.verdict != "verified"


def test_an_issuer_that_only_a_certificate_names_stays_open(issuer: Issuer, world: MemoryResolver) -> None:
    """As the European wallets have it. The certificate may be anybody's: it is never a yes."""
    payload = {"vct": "urn:eudi:pid:1", "given_name": "Mira"}
    text = token({"alg": "EdDSA", "typ": "dc+sd-jwt", "x5c": ["MIIB"]}, payload, issuer.key)
    verdict = verify(text + "~", at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("unsupported_certificate")


def test_an_sd_jwt_vc_of_a_website(issuer: Issuer, world: MemoryResolver) -> None:
    world.pages[f"{SITE}/.well-known/jwt-vc-issuer"] = {
        "issuer": SITE,
        "jwks": {"keys": [{**key_for("ES256").public.jwk, "kid": "a"}, {**key_for("ES384").public.jwk, "kid": "b"}]},
    }
    for header in ({"kid": "a"}, {}, {"jwk": key_for("ES256").public.jwk}):
        text = token({"alg": "ES256", "typ": "dc+sd-jwt", **header}, vct(issuer, iss=SITE), key_for("ES256"))
        assert verify(text + "~", at=NOW, resolve=world).verdict == "verified"
    forged = token({"alg": "EdDSA", "typ": "dc+sd-jwt", "kid": "a"}, vct(issuer, iss=SITE), key_for("EdDSA"))
    assert verify(forged + "~", at=NOW, resolve=world).has("wrong_key_type")
    forged = token(
        {"alg": "EdDSA", "typ": "dc+sd-jwt", "jwk": key_for("EdDSA").public.jwk},
        vct(issuer, iss=SITE),
        key_for("EdDSA"),
    )
    assert verify(forged + "~", at=NOW, resolve=world).has("key_not_listed")


# -- What an issuer may leave to the holder -------------------------------------------------------------------------------------


@pytest.mark.parametrize("pointer", ["/credentialStatus", "/issuer", "/validUntil", "/type", "/@context"])
def test_what_a_verifier_needs_is_not_left_to_the_holder(issuer: Issuer, pointer: str) -> None:
    with pytest.raises(CredentialError) as caught:
        sign_sd_jwt(issuer.document(), issuer.signer, created=AWARDED, disclosable=[pointer])
    assert caught.value.code == "must_be_shown"


@pytest.mark.parametrize(
    "pointer",
    ["", "/", "evidence", "/evidence/7", "/evidence/00", "/evidence/x", "/nothing", "/name/x", "/evidence/-1"],
)
def test_a_pointer_that_leads_nowhere(issuer: Issuer, pointer: str) -> None:
    with pytest.raises(CredentialError) as caught:
        sign_sd_jwt(issuer.document(), issuer.signer, created=AWARDED, disclosable=[pointer])
    assert caught.value.code == "bad_pointer"


def test_a_status_that_another_issuer_left_to_the_holder_is_refused(issuer: Issuer, world: MemoryResolver) -> None:
    document = issuer.document()
    hidden = base64url(json.dumps(["salt", "credentialStatus", document.pop("credentialStatus")]).encode())
    payload = {**document, "_sd": [digest_of(hidden, "sha-256")]}
    text = token({"alg": "EdDSA", "kid": "key-1", "typ": "vc+sd-jwt"}, payload, issuer.key)
    assert verify(f"{text}~{hidden}~", at=NOW, resolve=world).has("bad_disclosure")
    # Left out, it cannot be told from anything else that is hidden: at least that something is, is said.
    assert verify(f"{text}~", at=NOW, resolve=world).has("partly_disclosed")


@pytest.mark.parametrize(
    "status",
    [
        [{"...": "AA"}],
        {"type": "BitstringStatusListEntry", "_sd": ["AA"]},
        {"type": "X", "more": [{"deep": {"_sd": []}}]},
    ],
)
def test_a_status_of_which_a_part_can_be_left_out_is_refused(
    issuer: Issuer, world: MemoryResolver, status: object
) -> None:
    """Of a list of hidden entries nothing would be left, and a revoked award would look as if it had no status at all."""
    payload = {**issuer.document(), "credentialStatus": status}
    text = token({"alg": "EdDSA", "kid": "key-1", "typ": "vc+sd-jwt"}, payload, issuer.key)
    assert verify(f"{text}~", at=NOW, resolve=world).has("bad_disclosure")


def test_a_plain_token_has_no_parts_to_choose(issuer: Issuer) -> None:
    with pytest.raises(CredentialError) as caught:
        disclosed(issuer.award(), [])
    assert caught.value.code == "not_selective"


# -- Whatever is packed comes out again -----------------------------------------------------------------------------------------

names = st.text("ab/~_é", min_size=1, max_size=3).filter(lambda name: name not in ("_sd", "...", "_sd_alg"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


def places(node: Any, at: str = "") -> list[str]:
    """Every place in a document that a pointer can name."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [
        place
        for name, value in inside
        for here in [f"{at}/{escaped(str(name))}"]
        for place in (here, *places(value, here))
    ]


@given(st.dictionaries(names, values, max_size=4), st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_is_packed_comes_out_again(document: dict[str, Any], data: st.DataObject) -> None:
    possible = places(document)
    chosen = data.draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    salts = iter(range(10_000))
    payload, disclosures = pack(copy.deepcopy(document), chosen, lambda: str(next(salts)))
    assert len(disclosures) == len(chosen)
    found = unpack(payload, disclosures)
    assert found.claims == document
    assert sorted(found.places.values()) == sorted(chosen)
    assert found.hidden == 0
    # Any one disclosure that stands at the top can be left out, with what hangs on it; nothing else changes.
    kept = data.draw(st.sets(st.sampled_from(disclosures))) if disclosures else set()
    rooted = [
        text
        for text in disclosures
        if all(other in kept for other in disclosures if _around(found.places[other], found.places[text]))
    ]
    partial = unpack(payload, rooted)
    assert set(partial.places) == set(rooted)


def _around(place: str, inner: str) -> bool:
    return place == inner or inner.startswith(place + "/")


def test_the_places_are_those_that_were_named(credential: Credential) -> None:
    assert credential.envelope is not None
    assert sorted(shown(credential.envelope).places.values()) == sorted(POINTERS)
