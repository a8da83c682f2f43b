"""ECDSA on P-256 and P-384: the W3C's published signatures, our own, and signatures made to fool."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import PINNED, CredentialError, KeySigner, PublishedKey, did_web_url, issue, verify
from cairn.credentials.dids import did_document, did_key, did_key_verification_method
from cairn.credentials.integrity.suite import Unsecured
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.keys import Ed25519Key, EllipticKey, PublicKey, RsaKey, key_from_secret_multibase
from cairn.credentials.linkeddata.canonical import canonical_lines, rdf_canonical
from cairn.credentials.multibase import base58, base64url, from_multibase, multibase58

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "data_integrity" / "ecdsa.json").read_text(encoding="utf-8")
)
CURVES = ("P-256", "P-384")
ECDSA = ("ecdsa-rdfc-2019", "ecdsa-jcs-2019")
ORDER = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16
    ),
}
"""How many points the curves have (FIPS 186-5, SP 800-186)."""


def key_of(curve: str) -> EllipticKey:
    return EllipticKey(curve, bytes([7]) * (32 if curve == "P-256" else 48))


def options_of(vector: dict[str, Any]) -> dict[str, Any]:
    return SUITES[vector["cryptosuite"]].options(
        {
            "created": VECTORS["created"],
            "verificationMethod": vector["verificationMethod"],
            "proofPurpose": "assertionMethod",
        }
    )


def named(vector: dict[str, Any]) -> str:
    return f"{vector['cryptosuite']} {vector['key']} {vector['verificationMethod'][:8]}"


# -- W3C: Data Integrity ECDSA Cryptosuites v1.0, appendix A (test vectors) ---------------------------------------------


@pytest.mark.parametrize("curve", CURVES)
def test_the_keys_published_by_the_w3c(curve: str) -> None:
    key = key_from_secret_multibase(VECTORS["keys"][curve]["secret"])
    assert key.key_type == curve
    assert key.public_multibase == VECTORS["keys"][curve]["public"]
    assert key.secret_multibase == VECTORS["keys"][curve]["secret"]


@pytest.mark.parametrize("vector", VECTORS["proofs"], ids=named)
def test_the_signatures_published_by_the_w3c_are_made_again_byte_for_byte(vector: dict[str, Any]) -> None:
    """They are made without chance (RFC 6979), as ours are."""
    key = key_from_secret_multibase(VECTORS["keys"][vector["key"]]["secret"])
    suite, options = SUITES[vector["cryptosuite"]], options_of(vector)
    unsecured = Unsecured(VECTORS["credential"], PINNED)
    assert suite.proof_value(unsecured, options, KeySigner(key, vector["verificationMethod"])) == vector["proofValue"]
    assert suite.holds(unsecured, {**options, "proofValue": vector["proofValue"]}, key.public)


@pytest.mark.parametrize("vector", VECTORS["proofs"], ids=named)
def test_the_credentials_published_by_the_w3c_verify(vector: dict[str, Any]) -> None:
    document = {**VECTORS["credential"], "proof": {**options_of(vector), "proofValue": vector["proofValue"]}}
    issuer, method = document["issuer"], vector["verificationMethod"]
    described = {
        "id": method,
        "type": "Multikey",
        "controller": issuer,
        "publicKeyMultibase": VECTORS["keys"][vector["key"]]["public"],
    }
    page = {
        "id": issuer,
        "verificationMethod": [] if method.startswith("did:") else [described],
        "assertionMethod": [method],
    }
    world = MemoryResolver({issuer: page})
    assert verify(document, at=NOW, resolve=world).verdict == "verified"
    assert verify({**document, "name": "Nobel Prize"}, at=NOW, resolve=world).has("signature_invalid")
    page["assertionMethod"] = []
    assert verify(document, at=NOW, resolve=world).authentic == "fail"


def test_the_bytes_to_sign_published_by_the_w3c() -> None:
    vector = next(one for one in VECTORS["proofs"] if (one["key"], one["cryptosuite"]) == ("P-384", "ecdsa-rdfc-2019"))
    made = SUITES["ecdsa-rdfc-2019"].signing_input(VECTORS["credential"], options_of(vector), PINNED, "P-384")
    assert made.hex() == VECTORS["hash_data"]["ecdsa-rdfc-2019 P-384"]


def test_with_a_p384_key_blank_nodes_are_named_by_sha_384() -> None:
    """Section 3: the hash inside RDFC-1.0 follows the key. In this document the two hashes name the blank nodes differently."""
    vector = VECTORS["employment_authorisation"]
    published = "".join(line + "\n" for line in vector["canonical_with_sha384"])
    renamed = published.replace("_:c14n0", "_:x").replace("_:c14n1", "_:c14n0").replace("_:x", "_:c14n1")
    quads = list(pyoxigraph.parse(renamed.encode(), format=pyoxigraph.RdfFormat.N_QUADS))
    assert canonical_lines(quads, hash_name="sha384").decode() == published != canonical_lines(quads).decode()
    assert rdf_canonical(vector["document"], PINNED, hash_name="sha384").decode() == published


@pytest.mark.parametrize("curve", CURVES)
def test_the_w3cs_credential_with_blank_nodes(curve: str) -> None:
    vector = VECTORS["employment_authorisation"]
    public = VECTORS["keys"][curve]["public"]
    method = did_key_verification_method(public)
    options = options_of({"cryptosuite": "ecdsa-rdfc-2019", "verificationMethod": method})
    unsecured, key = Unsecured(vector["document"], PINNED), PublicKey.from_multibase(public)
    assert SUITES["ecdsa-rdfc-2019"].holds(unsecured, {**options, "proofValue": vector[curve]}, key)
    changed = Unsecured({**vector["document"], "validUntil": "2039-12-03T00:00:00Z"}, PINNED)
    assert not SUITES["ecdsa-rdfc-2019"].holds(changed, {**options, "proofValue": vector[curve]}, key)


# -- Our own ------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=CURVES)
def elliptic(request: pytest.FixtureRequest, issuer: Issuer) -> Issuer:
    """The issuer, with a key on one of the curves beside its first one."""
    key = key_of(request.param)
    issuer.keys.append(PublishedKey(key.public_multibase, "ec"))
    issuer.publish()
    issuer.signer = KeySigner(key, f"{issuer.did}#ec")
    return issuer


@pytest.mark.parametrize("suite", ECDSA)
def test_what_we_sign_we_verify_and_what_is_changed_we_refuse(
    elliptic: Issuer, world: MemoryResolver, suite: str
) -> None:
    credential = elliptic.award(suite=suite, status=())
    assert verify(credential.text, at=NOW, resolve=world).verdict == "verified"
    assert elliptic.award(suite=suite, status=()).text == credential.text
    for changed in ({"name": "x"}, {"id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"}, {"validUntil": None}):
        assert verify({**credential.document, **changed}, at=NOW, resolve=world).authentic == "fail"


def test_the_usual_suite_follows_the_kind_of_key(elliptic: Issuer, issuer: Issuer) -> None:
    made = issue(elliptic.document(), elliptic.signer, created=AWARDED)
    assert made.proofs[0]["cryptosuite"] == "ecdsa-rdfc-2019"
    first = KeySigner(issuer.key, f"{issuer.did}#key-1")
    assert issue(issuer.document(), first, created=AWARDED).proofs[0]["cryptosuite"] == "eddsa-rdfc-2022"


@pytest.mark.parametrize(
    ("suite", "key"),
    [
        ("eddsa-rdfc-2022", key_of("P-256")),
        ("eddsa-jcs-2022", key_of("P-384")),
        ("ecdsa-rdfc-2019", Ed25519Key.from_seed(bytes(32))),
        ("ecdsa-jcs-2019", Ed25519Key.from_seed(bytes(32))),
        ("ecdsa-jcs-2019", RsaKey.generate(2048)),
        (None, RsaKey.generate(2048)),
    ],
)
def test_a_suite_signs_with_its_own_kinds_of_key_only(issuer: Issuer, suite: str | None, key: Any) -> None:
    with pytest.raises(CredentialError) as refused:
        issue(issuer.document(), KeySigner(key, f"{issuer.did}#x"), created=AWARDED, cryptosuite=suite)
    assert refused.value.code in ("wrong_key_type", "unknown_cryptosuite")
    assert refused.value.remedy


@pytest.mark.parametrize("suite", ECDSA)
def test_a_did_key_on_a_curve_issues(issuer: Issuer, world: MemoryResolver, suite: str) -> None:
    key = key_of("P-384")
    document = {**issuer.document(status=()), "issuer": {"id": did_key(key), "type": ["Profile"], "name": "Key"}}
    signed = issue(document, KeySigner(key, did_key_verification_method(key)), created=AWARDED, cryptosuite=suite)
    assert verify(signed, at=NOW, resolve=world).verdict == "verified"
    assert world.asked == []


# -- Made to fool -------------------------------------------------------------------------------------------------------


def with_value(signed: Any, value: object) -> dict[str, Any]:
    return {**signed.document, "proof": {**signed.document["proof"], "proofValue": value}}


@pytest.mark.parametrize("suite", ECDSA)
def test_a_signature_in_any_other_writing_is_none(elliptic: Issuer, world: MemoryResolver, suite: str) -> None:
    signed = elliptic.award(suite=suite, status=())
    raw = from_multibase(signed.document["proof"]["proofValue"])
    half = len(raw) // 2
    r, s = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    others = [
        "u" + base64url(raw),
        base58(raw),
        "Z" + base58(raw),
        "z" + base58(raw) + "1",
        "z1" + base58(raw),
        multibase58(encode_dss_signature(r, s)),
        multibase58(raw[:-1]),
        multibase58(raw + b"\0"),
        multibase58(raw[half:] + raw[:half]),
        multibase58(bytes(len(raw))),
        "z",
        "",
        None,
        [signed.document["proof"]["proofValue"]],
        "z" + "1" * 300,
        "z0",
    ]
    for value in others:
        assert verify(with_value(signed, value), at=NOW, resolve=world).authentic == "fail", value
    assert verify(with_value(signed, multibase58(raw)), at=NOW, resolve=world).authentic == "pass"


@pytest.mark.parametrize("curve", CURVES)
def test_both_signatures_that_ecdsa_has_for_one_text_are_accepted(curve: str) -> None:
    """(r, s) and (r, n - s): no standard followed here asks for the smaller one, and hardware makes either."""
    key, order = key_of(curve), ORDER[curve]
    signature = key.sign(b"award")
    half = len(signature) // 2
    s = int.from_bytes(signature[half:], "big")
    other = signature[:half] + (order - s).to_bytes(half, "big")
    assert key.public.matches(b"award", signature)
    assert key.public.matches(b"award", other)
    assert not key.public.matches(b"other", other)


@pytest.mark.parametrize("curve", CURVES)
def test_numbers_outside_the_curves_order_sign_nothing(curve: str) -> None:
    key, order = key_of(curve), ORDER[curve]
    size = len(key.secret)
    signature = key.sign(b"award")
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    top = (1 << 8 * size) - 1
    for one, other in ((0, s), (r, 0), (0, 0), (order, s), (r, order), (top, top), (1, 1)):
        made = one.to_bytes(size, "big") + other.to_bytes(size, "big")
        assert not key.public.matches(b"award", made)


@given(st.sampled_from(CURVES), st.binary(max_size=60), st.integers(min_value=0, max_value=95), st.integers(1, 255))
@settings(max_examples=60)
def test_a_changed_byte_of_a_signature_is_refused(curve: str, message: bytes, place: int, change: int) -> None:
    key = key_of(curve)
    signature = bytearray(key.sign(message))
    assert key.public.matches(message, bytes(signature))
    signature[place % len(signature)] ^= change
    assert not key.public.matches(message, bytes(signature))


@pytest.mark.parametrize("suite", ECDSA)
def test_a_proof_moved_to_another_document_is_refused(elliptic: Issuer, world: MemoryResolver, suite: str) -> None:
    one = elliptic.award(suite=suite, status=())
    other = elliptic.award(suite=suite, status=(), valid_until=NOW.replace(year=2040))
    swapped = {**one.document, "proof": other.document["proof"]}
    assert verify(swapped, at=NOW, resolve=world).has("signature_invalid")


@pytest.mark.parametrize(("made", "claimed"), [ECDSA, ECDSA[::-1]])
def test_a_proof_under_the_name_of_the_sister_suite_is_refused(
    elliptic: Issuer, world: MemoryResolver, made: str, claimed: str
) -> None:
    signed = elliptic.award(suite=made, status=())
    renamed = {**signed.document, "proof": {**signed.document["proof"], "cryptosuite": claimed}}
    assert verify(renamed, at=NOW, resolve=world).has("signature_invalid")


def test_a_key_of_one_curve_published_in_the_place_of_the_other_is_refused(world: MemoryResolver) -> None:
    issuer = Issuer(world)
    for mine, theirs in (CURVES, CURVES[::-1]):
        issuer.signer = KeySigner(key_of(mine), f"{issuer.did}#ec")
        issuer.keys[1:] = [PublishedKey(key_of(theirs).public_multibase, "ec")]
        world.pages[did_web_url(issuer.did)] = did_document(issuer.did, issuer.keys)
        signed = issuer.award(suite="ecdsa-jcs-2019", status=())
        assert verify(signed, at=NOW, resolve=world).has("signature_invalid")


def test_an_ed25519_proof_under_a_key_on_a_curve_is_refused(elliptic: Issuer, world: MemoryResolver) -> None:
    signed = issue(elliptic.document(status=()), KeySigner(elliptic.key, f"{elliptic.did}#ec"), created=AWARDED)
    assert verify(signed, at=NOW, resolve=world).has("wrong_key_type")
