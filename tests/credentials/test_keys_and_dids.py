from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.credentials import (
    CredentialError,
    Ed25519Key,
    KeySigner,
    PublishedKey,
    Signer,
    did_document,
    did_key,
    did_key_verification_method,
    did_web_of,
    did_web_url,
)
from cairn.credentials.dids import assertion_methods, verification_key
from cairn.credentials.keys import EllipticKey, KeyPair, PublicKey, RsaKey
from cairn.credentials.multibase import base58, base64url, from_base58, from_base64url, from_multibase


def test_the_first_vector_of_rfc_8032() -> None:
    """Section 7.1, test 1: the empty message."""
    key = Ed25519Key.from_seed(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public_bytes.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_a_key_survives_being_written_down(seed: bytes, message: bytes) -> None:
    key = Ed25519Key.from_seed(seed)
    assert Ed25519Key.from_secret_multibase(key.secret_multibase) == key
    assert key.public_multibase.startswith("z6Mk")
    assert key.secret_multibase.startswith("z3u2")
    assert PublicKey.from_multibase(key.public_multibase) == key.public
    assert key.public.matches(message, key.sign(message))
    assert not key.public.matches(message + b"x", key.sign(message))
    assert not key.public.matches(message, key.sign(message)[:-1])


def test_a_key_does_not_show_its_secret() -> None:
    key = Ed25519Key.generate()
    assert key != Ed25519Key.generate()
    assert key.seed.hex() not in repr(key)
    assert repr(key.seed) not in repr(KeySigner(key, "did:web:example.org#1"))


@pytest.mark.parametrize("key", [Ed25519Key.generate(), EllipticKey.generate("P-384"), RsaKey.generate(2048)])
def test_a_key_signer_is_a_signer_and_can_be_sent_to_another_process(key: KeyPair) -> None:
    signer = KeySigner(key, "did:web:example.org#1")
    assert isinstance(signer, Signer)
    again = pickle.loads(pickle.dumps(signer))  # noqa: S301 - made a moment ago
    assert again == signer
    assert key.public.matches(b"award", again.sign(b"award"))
    for shown in (repr(key), repr(signer)):
        assert repr(key.secret) not in shown


@pytest.mark.parametrize(
    "text", ["", "z", "z3u2", "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH", "abc", "z0OIl", "z" + "1" * 500]
)
def test_what_is_no_secret_key_is_refused(text: str) -> None:
    with pytest.raises(CredentialError):
        Ed25519Key.from_secret_multibase(text)


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(CredentialError, match="32 bytes"):
        Ed25519Key.from_seed(b"short")


def test_a_point_of_small_order_signs_nothing() -> None:
    """A public key of zeros would accept crafted signatures in careless libraries."""
    assert not PublicKey("Ed25519", b"\0" * 32).matches(b"anything", b"\0" * 64)
    assert not PublicKey("Ed25519", b"\x01" + b"\0" * 31).matches(b"anything", b"\x01" + b"\0" * 63)


@given(st.binary(max_size=80))
def test_base58_and_base64url_round_trip(data: bytes) -> None:
    assert from_base58(base58(data)) == data
    assert from_base64url(base64url(data)) == data
    assert from_multibase("z" + base58(data)) == from_multibase("u" + base64url(data)) == data


@pytest.mark.parametrize("text", ["====", "a", "ab=", "a b", "é", "AB"])
def test_base64url_with_loose_ends_is_refused(text: str) -> None:
    with pytest.raises(CredentialError):
        from_base64url(text)


# -- did:key and did:web ------------------------------------------------------------------------------------------------


def test_did_key_in_the_form_of_its_specification() -> None:
    multibase = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    assert did_key(multibase) == f"did:key:{multibase}"
    assert did_key_verification_method(did_key(multibase)) == f"did:key:{multibase}#{multibase}"


def test_did_key_refuses_other_kinds_of_key() -> None:
    with pytest.raises(CredentialError):
        did_key("zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme")


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:example.org", "https://example.org/.well-known/did.json"),
        ("did:web:example.org:issuers:7", "https://example.org/issuers/7/did.json"),
        ("did:web:localhost%3A8443", "https://localhost:8443/.well-known/did.json"),
        ("did:web:example.org%3A8443:a", "https://example.org:8443/a/did.json"),
    ],
)
def test_did_web_says_where_its_document_lies(did: str, url: str) -> None:
    assert did_web_url(did) == url
    assert did_web_of(url) == did


@pytest.mark.parametrize("url", ["https://example.org", "https://example.org/", "http://example.org"])
def test_a_site_has_a_did_web(url: str) -> None:
    assert did_web_of(url) == "did:web:example.org"


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:key:z6Mk",
        "did:web:example.org:..:etc",
        "did:web:example.org:a%2Fb",
        "did:web:exa mple.org",
        "did:web:user@example.org",
        "did:web:example.org%2Fevil.example",
        "did:web:example.org:",
        "did:web:-x.org",
        "did:web:example.org#key",
        "did:web:example.org?x",
    ],
)
def test_a_did_web_that_would_lead_elsewhere_is_refused(did: str) -> None:
    with pytest.raises(CredentialError):
        did_web_url(did)


@pytest.mark.parametrize(
    "url", ["ftp://example.org", "https://", "https://a b", "https://example.org/?x=1", "https://u:p@example.org", "x"]
)
def test_an_address_that_cannot_carry_a_did_web(url: str) -> None:
    with pytest.raises(CredentialError):
        did_web_of(url)


def test_a_did_document_lists_retired_keys_too() -> None:
    did = "did:web:example.org"
    old, new = Ed25519Key.generate(), Ed25519Key.generate()
    document = did_document(
        did, [PublishedKey(new.public_multibase, "key-2"), PublishedKey(old.public_multibase, "key-1")]
    )
    assert document["id"] == did
    assert document["assertionMethod"] == [f"{did}#key-2", f"{did}#key-1"]
    assert all(
        method["controller"] == did and method["type"] == "Multikey" for method in document["verificationMethod"]
    )
    listed = assertion_methods(document)
    found = listed[f"{did}#key-1"]
    assert found is not None
    assert verification_key(found, did).public == old.public


def test_a_withdrawn_key_says_since_when() -> None:
    key = PublishedKey(Ed25519Key.generate().public_multibase, revoked=datetime(2026, 5, 1, tzinfo=UTC))
    document = did_document("did:web:example.org", [key])
    assert document["verificationMethod"][0]["revoked"] == "2026-05-01T00:00:00Z"


def test_a_did_document_without_keys_or_with_twins_is_refused() -> None:
    with pytest.raises(CredentialError):
        did_document("did:web:example.org", [])
    with pytest.raises(CredentialError):
        did_document("did:web:example.org", ["z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"] * 2)


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ({"type": "Multikey"}, "bad_key"),
        ({"type": "Multikey", "publicKeyMultibase": "zDnaerx9"}, "bad_key"),
        (
            {"type": "Multikey", "publicKeyMultibase": "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"},
            "unsupported_key",
        ),
        ({"type": "RsaVerificationKey2018"}, "unsupported_key"),
        ({"type": "EcdsaSecp256k1VerificationKey2019"}, "unsupported_key"),
        ({"type": "JsonWebKey"}, "bad_key"),
        ({"type": "JsonWebKey", "publicKeyJwk": {"kty": "EC", "crv": "P-256"}}, "bad_key"),
        ({"type": "JsonWebKey", "publicKeyJwk": {"kty": "EC", "crv": "secp256k1"}}, "unsupported_key"),
        (
            {
                "type": "Multikey",
                "publicKeyMultibase": "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
                "revoked": "yes",
            },
            "bad_key",
        ),
    ],
)
def test_keys_that_cannot_be_used_are_told_apart(method: dict[str, object], code: str) -> None:
    with pytest.raises(CredentialError) as refused:
        verification_key(method, "did:web:example.org")
    assert refused.value.code == code


def test_keys_in_older_forms_are_read() -> None:
    key = Ed25519Key.generate()
    jwk = {"type": "JsonWebKey2020", "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": base64url(key.public_bytes)}}
    older = {"type": "Ed25519VerificationKey2020", "publicKeyMultibase": key.public_multibase}
    oldest = {"type": "Ed25519VerificationKey2018", "publicKeyBase58": base58(key.public_bytes)}
    for method in (jwk, older, oldest):
        assert verification_key(method, "did:web:a").public == key.public
