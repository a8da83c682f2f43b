"""Proofs that were taken from elsewhere, bent, or made by somebody else; and documents about keys that lie."""

# ruff: noqa: E501 - one row for each file, so that a table reads as a table

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tools.hostile.ground import (
    AWARDED,
    CURVE_SIGNER,
    DID,
    KEYS_PAGE,
    MALLORY,
    MALLORY_DID,
    MALLORY_PAGE,
    MALLORY_SIGNER,
    METHOD,
    NOW,
    OWN,
    Case,
    Document,
    award_document,
    honest_copy,
    mallory_as_did_key,
    proof_for,
    rsa_numbers,
    signed,
    signed_anyhow,
    small_document,
    written,
)

from cairn.credentials import Ed25519Key, KeySigner, PublishedKey, did_document
from cairn.credentials.moments import format_moment
from cairn.credentials.multibase import base64url, from_multibase, multibase58

PROOF = "Data Integrity 1.0 section 4.4; cairn.credentials.integrity.proofs"
BINDING = "Controlled Identifiers 1.0 section 3.3; cairn.credentials.dids.binding"
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of Ed25519's group (RFC 8032 section 5.1)."""


def _bent(
    name: str,
    document: Document,
    tries: str,
    code: str,
    verdict: str = "not_verified",
    asks: tuple[str, ...] = (KEYS_PAGE,),
    rule: str = PROOF,
) -> Case:
    return Case(f"proof/{name}.json", written(document), tries, verdict, code, asks, rule)


def cases() -> Iterator[Case]:
    """Every file of this kind."""
    award, proof = honest_copy(), honest_copy()["proof"]
    other = signed({**award_document(), "id": "urn:uuid:00000000-0000-4000-8000-000000000002"})
    yield _bent("none", {**award, "proof": []}, "Carries an empty list of proofs.", "no_proof", asks=())
    yield _bent(
        "changed-letter",
        {**award, "name": "Data Analysis with PythoN"},
        "Changes one letter of what was signed.",
        "signature_invalid",
    )
    yield _bent(
        "swapped",
        {**award, "proof": other["proof"]},
        "Carries the proof of another award of the same issuer.",
        "signature_invalid",
    )
    yield _bent(
        "date-moved",
        {**award, "proof": {**proof, "created": "2026-02-01T00:00:00Z"}},
        "Dates the proof to another day.",
        "signature_invalid",
    )
    yield _bent(
        "suite-switched",
        {**award, "proof": {**proof, "cryptosuite": "eddsa-jcs-2022"}},
        "Says that the signature was made by another suite.",
        "signature_invalid",
    )
    yield _bent(
        "type-switched",
        {
            **award,
            "proof": {name: value for name, value in proof.items() if name != "cryptosuite"}
            | {"type": "Ed25519Signature2020"},
        },
        "Says that the proof is of an older type.",
        "undefined_type",
    )
    yield _bent(
        "wrong-kind-of-key",
        {**award, "proof": {**proof, "cryptosuite": "ecdsa-jcs-2019"}},
        "Has a suite of elliptic curves look at an Edwards key.",
        "wrong_key_type",
    )
    yield _bent(
        "unknown-suite",
        {**award, "proof": {**proof, "cryptosuite": "trust-me-2026"}},
        "Is signed by a suite that nobody knows.",
        "unsupported_proof",
        "undetermined",
        (),
    )
    yield _bent(
        "purpose-authentication",
        signed(award_document(), proofPurpose="authentication"),
        "Re-uses a signature that was made to log in.",
        "wrong_purpose",
        asks=OWN,
    )
    yield _bent(
        "purpose-switched",
        {**award, "proof": {**proof, "proofPurpose": "authentication"}},
        "Changes the purpose of the proof.",
        "wrong_purpose",
    )
    yield _bent(
        "from-the-future",
        signed(award_document(), created=format_moment(NOW + timedelta(days=30))),
        "Was signed after the moment that is asked about.",
        "proof_from_the_future",
    )
    yield _bent(
        "run-out",
        signed(award_document(), expires=format_moment(NOW - timedelta(days=1))),
        "Carries a proof that has run out.",
        "proof_expired",
    )
    yield _bent(
        "by-another",
        signed(award_document(), MALLORY_SIGNER),
        "Is signed by a forger with a website, in the institute's name.",
        "key_not_of_issuer",
        asks=(KEYS_PAGE, MALLORY_PAGE),
        rule=BINDING,
    )
    yield _bent(
        "by-another-did-key",
        signed(award_document(), mallory_as_did_key()),
        "Is signed by a forger without a website, in the institute's name.",
        "key_not_of_issuer",
        rule=BINDING,
    )
    yield _bent(
        "by-another-under-our-name",
        signed(award_document(), KeySigner(MALLORY, METHOD)),
        "Is signed by a forger who names the institute's key.",
        "signature_invalid",
        rule=BINDING,
    )
    yield _bent(
        "unlisted-key",
        signed(award_document(), KeySigner(MALLORY, f"{DID}#{MALLORY.public_multibase}")),
        "Names a key of the institute's that the institute does not publish.",
        "key_not_listed",
        rule=BINDING,
    )
    yield _bent(
        "prefix-issuer",
        signed(award_document(), KeySigner(MALLORY, f"{DID}.mallory.example#key-1")),
        "Names a key whose owner's name begins like the institute's.",
        "key_not_of_issuer",
        rule=BINDING,
    )
    yield _bent(
        "malleable",
        {**award, "proof": {**proof, "proofValue": _malleable(proof["proofValue"])}},
        "Adds the order of the group to a signature, which careless verifiers accept as a second one.",
        "signature_invalid",
        rule="RFC 8032 section 5.1.7",
    )
    yield _small_order()
    yield _bent(
        "zeros",
        signed_zeros(),
        "Is signed with zeros, which verifiers once accepted for any elliptic key (CVE-2022-21449).",
        "signature_invalid",
        rule="FIPS 186-5: r and s from 1",
    )
    yield _bent(
        "off-curve-key",
        _by_did_key(_off_curve()),
        "Names an elliptic key that is no point of its curve.",
        "bad_key",
        asks=(),
    )
    yield _bent(
        "long-value",
        {**award, "proof": {**proof, "proofValue": "z" + "2" * 40_000}},
        "Carries a signature of forty thousand letters, slow to decode.",
        "bad_multibase",
    )
    yield _bent(
        "many",
        {**award, "proof": [{**proof, "id": f"urn:x:{number}"} for number in range(60)]},
        "Carries sixty proofs, each of which costs as much as the whole document.",
        "too_complex",
        "undetermined",
        (),
    )
    forged = {**proof_for(_unsecured(award), MALLORY_SIGNER, "eddsa-jcs-2022"), "verificationMethod": METHOD}
    yield _bent(
        "second-forged",
        {**award, "proof": [proof, forged]},
        "Carries an honest proof and a forged one in the institute's name.",
        "signature_invalid",
    )
    first, second = "urn:uuid:00000000-0000-4000-8000-000000000001", "urn:uuid:00000000-0000-4000-8000-000000000002"
    circle = [{**proof, "id": first, "previousProof": second}, {**proof, "id": second, "previousProof": first}]
    chains = "Data Integrity 1.0 section 4.5; cairn.credentials.integrity.chains"
    yield _bent(
        "chain-circle",
        {**award, "proof": circle},
        "Holds two proofs, each of which follows the other.",
        "proof_cycle",
        asks=(),
        rule=chains,
    )
    yield _bent(
        "chain-broken",
        {**award, "proof": {**proof, "previousProof": first}},
        "Holds a proof that follows one that was taken away.",
        "no_such_proof",
        asks=(),
        rule=chains,
    )
    yield _bent(
        "chain-same-names",
        {**award, "proof": [{**proof, "id": first}, {**proof, "id": first}]},
        "Holds two proofs of one name.",
        "duplicate_proof_id",
        asks=(),
        rule=chains,
    )
    yield _bent(
        "secret-of-holder",
        _selective_base(),
        "Is the holder's own copy of a credential for selective disclosure, with the secret inside.",
        "base_proof",
        "undetermined",
        asks=OWN,
    )
    yield _bent(
        "selective-truncated",
        _selective_base(b"\xd9\x5d\x01\x85"),
        "Carries a derived proof that breaks off.",
        "bad_proof_value",
        asks=OWN,
    )
    yield _bent(
        "selective-bomb",
        _selective_base(b"\xd9\x5d\x01" + b"\x9b" + b"\xff" * 8),
        "Carries a proof value (CBOR) that announces 2^64 parts.",
        "bad_proof_value",
        asks=OWN,
    )
    yield _bent(
        "selective-deep",
        _selective_base(b"\xd9\x5d\x01" + b"\x81" * 20_000),
        "Carries a proof value (CBOR) of twenty thousand lists inside one another.",
        "bad_proof_value",
        asks=OWN,
    )
    yield from _key_documents()


def _unsecured(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "proof"}


def _malleable(value: str) -> str:
    data = from_multibase(value)
    return multibase58(data[:32] + (int.from_bytes(data[32:], "little") + ORDER).to_bytes(32, "little"))


def _by_did_key(multibase: str) -> Document:
    did = f"did:key:{multibase}"
    proof = {**honest_copy()["proof"], "verificationMethod": f"{did}#{multibase}", "cryptosuite": "ecdsa-jcs-2019"}
    return {**small_document(issuer=did), "proof": proof}


def _off_curve() -> str:
    """Return a Multikey text of P-256 whose x has no y: its third power and the rest are no square."""
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    constant = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    x = next(x for x in range(5, 100) if pow(x**3 - 3 * x + constant, (prime - 1) // 2, prime) != 1)
    return multibase58(b"\x80\x24\x02" + x.to_bytes(32))


def _small_order() -> Case:
    """The neutral point as key and as R, with s = 0, fits every message unless small orders are refused."""
    neutral = b"\x01" + bytes(31)
    multibase = multibase58(b"\xed\x01" + neutral)
    did = f"did:key:{multibase}"
    proof = {
        **honest_copy()["proof"],
        "cryptosuite": "eddsa-jcs-2022",
        "@context": small_document()["@context"],
        "verificationMethod": f"{did}#{multibase}",
        "proofValue": multibase58(neutral + bytes(32)),
    }
    return _bent(
        "small-order-key",
        {**small_document(issuer=did), "proof": proof},
        "Names a key of small order, whose one signature fits every text.",
        "signature_invalid",
        asks=(),
        rule="RFC 8032 section 5.1.7; FIPS 186-5 section 7.8.2",
    )


def signed_zeros() -> Document:
    """Return an award that is signed by 64 bytes of zero."""
    made = signed(award_document(), CURVE_SIGNER, "ecdsa-jcs-2019")
    return {**made, "proof": {**made["proof"], "proofValue": multibase58(bytes(64))}}


def _selective_base(value: bytes = b"\xd9\x5d\x00\x80") -> Document:
    proof = {
        **honest_copy()["proof"],
        "cryptosuite": "ecdsa-sd-2023",
        "verificationMethod": CURVE_SIGNER.verification_method,
    }
    return {**award_document(), "proof": {**proof, "proofValue": "u" + base64url(value)}}


# -- Documents about keys -------------------------------------------------------------------------------------------------------

LIAR = Ed25519Key.from_seed(b"\x0b" * 32)


def liar(name: str) -> tuple[str, str]:
    """Return the did:web of an issuer that publishes something odd, and the address of its document."""
    return f"did:web:{name}.example", f"https://{name}.example/.well-known/did.json"


def _published() -> dict[str, tuple[Any, str, str, str]]:
    """Return name → what is published, what it tries, verdict, code."""

    def page(name: str, **changes: Any) -> Document:
        did = liar(name)[0]
        return {**did_document(did, [PublishedKey(LIAR.public_multibase, "key-1")]), **changes}

    def method(name: str, **changes: Any) -> Document:
        one = {**page(name)["verificationMethod"][0], **changes}
        return page(name, verificationMethod=[{member: value for member, value in one.items() if value is not None}])

    weak = rsa_numbers(3, 1024).public_key().public_numbers()
    short = {"kty": "RSA", "n": base64url(weak.n.to_bytes(128)), "e": "AQAB"}
    text = json.dumps(page("twice"))
    return {
        "of-another": (page("of-another", id=DID), "Publishes a document about keys that speaks for somebody else.", "not_verified", "wrong_did_document"),
        "web-page": (b"<!doctype html><title>Welcome</title>", "Publishes a web page where its keys should be.", "undetermined", "issuer_unreachable"),
        "twice": (text.replace('"id":', f'"id": "{DID}", "id":', 1).encode(), "Publishes a document that names its subject twice.", "undetermined", "issuer_unreachable"),
        "bottomless": (b'{"id":' + b"[" * 50_000, "Publishes fifty thousand open brackets.", "undetermined", "issuer_unreachable"),
        "of-two": (method("of-two", controller=MALLORY_DID), "Publishes a key as its own whose controller is somebody else.", "not_verified", "key_not_of_issuer"),
        "login-only": (page("login-only", assertionMethod=[]), "Publishes a key, but not for making claims.", "not_verified", "key_not_listed"),
        "withdrawn": (method("withdrawn", revoked=format_moment(AWARDED)), "Signs with a key that it has withdrawn.", "not_verified", "key_revoked"),
        "over": (method("over", expires=format_moment(AWARDED - timedelta(days=1))), "Signs with a key that had run out.", "not_verified", "key_expired"),
        "private": (method("private", publicKeyMultibase=None, type="JsonWebKey", publicKeyJwk={**LIAR.public.jwk, "d": base64url(LIAR.seed)}), "Publishes its secret key.", "not_verified", "bad_key"),
        "short-rsa": (method("short-rsa", publicKeyMultibase=None, type="JsonWebKey", publicKeyJwk=short), "Publishes an RSA key of 1024 bits.", "not_verified", "bad_key"),
        "two-keys": (method("two-keys", publicKeyJwk=MALLORY.public.jwk), "Publishes two different keys under one name.", "not_verified", "bad_key"),
        "honest": (page("honest"), "Nothing: an honest document about keys.", "verified", "signature_valid"),
        "honest-in-two-spellings": (method("honest-in-two-spellings", publicKeyJwk=LIAR.public.jwk), "Nothing: publishes one key in two spellings.", "verified", "signature_valid"),
    }  # fmt: skip


def _key_documents() -> Iterator[Case]:
    for name, (_, tries, verdict, code) in _published().items():
        did, address = liar(name)
        document = signed_anyhow(small_document(issuer=did), KeySigner(LIAR, f"{did}#key-1"))
        yield Case(f"key/{name}.json", written(document), tries, verdict, code, (address, MALLORY_PAGE), BINDING)


def pages() -> dict[str, Any]:
    """What the issuers in these files publish."""
    return {liar(name)[1]: published for name, (published, *_) in _published().items()}
