"""Whatever stands in a document about keys: the answer is a key of the issuer's, or a reason. Nothing falls over, nothing is believed."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.world import MemoryResolver

from cairn.credentials import CouldNotFetch, CredentialError, Ed25519Key
from cairn.credentials.dids import issuer_key, issuer_key_like, issuer_keys, key_set_url
from cairn.credentials.keys import EllipticKey, PublicKey

DID = "did:web:issuer.example"
PAGE = "https://issuer.example/.well-known/did.json"
SITE = "https://host.example/issuers/7"
KEY = Ed25519Key.from_seed(b"\x21" * 32)
CURVE = EllipticKey("P-256", b"\x21" * 32)

words = st.sampled_from(
    [
        DID,
        f"{DID}#k",
        "#k",
        "k",
        SITE,
        f"{SITE}#k",
        "Multikey",
        "JsonWebKey",
        "Ed25519VerificationKey2018",
        KEY.public_multibase,
        CURVE.public_multibase,
        KEY.public.jwk["x"],
        CURVE.public.jwk["y"],
        "OKP",
        "EC",
        "RSA",
        "oct",
        "Ed25519",
        "P-256",
        "AQAB",
        "sig",
        "enc",
        "2026-01-01T00:00:00Z",
        "",
    ]
)
plain = st.one_of(words, st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.text(max_size=8))
members = st.sampled_from(
    [
        *("id", "type", "controller", "publicKeyMultibase", "publicKeyJwk", "publicKeyBase58", "revoked", "expires"),
        *("kty", "crv", "x", "y", "n", "e", "kid", "iss", "use", "key_ops", "alg", "d"),
        *("verificationMethod", "assertionMethod", "keys"),
    ]
)
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(members, inner, max_size=4), max_leaves=6
)
GOOD: list[dict[str, Any]] = [
    {"id": f"{DID}#k", "type": "Multikey", "controller": DID, "publicKeyMultibase": KEY.public_multibase},
    {"id": "#k", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": CURVE.public.jwk},
    {**KEY.public.jwk, "kid": "k", "iss": SITE},
    {**CURVE.public.jwk, "kid": f"{SITE}#k", "iss": SITE, "use": "sig"},
]
descriptions = st.builds(
    lambda good, changes: {**good, **changes}, st.sampled_from(GOOD), st.dictionaries(members, values, max_size=2)
)
documents = st.fixed_dictionaries(
    {"id": st.just(DID) | plain},
    optional={
        "verificationMethod": st.lists(descriptions, max_size=3) | values,
        "assertionMethod": st.lists(descriptions | words, max_size=3) | values,
        "authentication": values,
    },
)
sets = st.fixed_dictionaries({"keys": st.lists(descriptions, max_size=3) | values})


def test_what_the_changes_start_from_is_good() -> None:
    for good in GOOD[:2]:
        assert issuer_key(f"{DID}#k", DID, MemoryResolver({PAGE: {"id": DID, "assertionMethod": [good]}}))
    for good in GOOD[2:]:
        assert issuer_key(f"{SITE}#k", SITE, MemoryResolver({str(key_set_url(SITE)): {"keys": [good]}}))


def answered(ask: Any, *arguments: Any) -> Any:
    try:
        return ask(*arguments)
    except (CredentialError, CouldNotFetch):
        return None


@given(documents)
@settings(max_examples=100)
def test_any_document_gives_a_key_or_a_reason(document: dict[str, Any]) -> None:
    world = MemoryResolver({PAGE: document})
    for method in (f"{DID}#k", f"{DID}#", "k", f"{SITE}#k"):
        found = answered(issuer_key, method, DID, world)
        if found is not None:
            assert (found.id, found.controller) == (method, DID)
            assert PublicKey.from_jwk(found.public.jwk) == found.public
    for found in answered(issuer_keys, DID, world) or ():
        assert found.controller == DID
        assert answered(issuer_key_like, found.public, DID, world).public == found.public


@given(sets, st.none() | documents)
@settings(max_examples=100)
def test_any_key_set_gives_a_key_or_a_reason(key_set: dict[str, Any], page: dict[str, Any] | None) -> None:
    world = MemoryResolver({str(key_set_url(SITE)): key_set, **({} if page is None else {SITE: {**page, "id": SITE}})})
    for method in (
        f"{SITE}#k",
        f"{SITE}#{KEY.public_multibase}",
        f"did:key:{KEY.public_multibase}#{KEY.public_multibase}",
    ):
        found = answered(issuer_key, method, SITE, world)
        if found is not None:
            assert found.id == method
            listed = (
                [entry for entry in key_set["keys"] if isinstance(entry, dict)]
                if isinstance(key_set["keys"], list)
                else []
            )
            by_set = any(entry.get("iss") == SITE for entry in listed)
            assert by_set or (page is not None and found.controller in (SITE, method.partition("#")[0]))
    for key in (KEY.public, CURVE.public):
        found = answered(issuer_key_like, key, SITE, world)
        assert found is None or found.public == key
