"""Whose key is it? did:jwk, https issuers, key sets, and every way of passing off a key as somebody's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import (
    CouldNotFetch,
    CredentialError,
    Ed25519Key,
    KeySigner,
    PublishedKey,
    did_document,
    did_web_url,
    issue,
    verify,
)
from cairn.credentials.dids import (
    METHODS,
    RELATIONSHIPS,
    KeyNotOfIssuer,
    did_jwk,
    did_key,
    did_key_verification_method,
    issuer_key,
    issuer_key_like,
    issuer_keys,
    key_set,
    key_set_url,
    published,
    verification_key,
)
from cairn.credentials.errors import NotSupported
from cairn.credentials.integrity.signing import proof_of, proof_options, suite_for
from cairn.credentials.keys import KINDS, EllipticKey, PublicKey, RsaKey
from cairn.credentials.multibase import base64url, multibase58
from cairn.credentials.verdict import Verdict

KEY = Ed25519Key.from_seed(b"\x21" * 32)
FORGER = Ed25519Key.from_seed(b"\x66" * 32)
SITE = "https://issuer.example"
TENANT = "https://host.example/issuers/7"
KEYS = [KEY, EllipticKey("P-256", b"\x21" * 32), EllipticKey("P-384", b"\x21" * 48)]
RSA = RsaKey.generate(2048)


def code_of(method: str, issuer: str, world: MemoryResolver, **more: Any) -> str:
    with pytest.raises((CredentialError, CouldNotFetch)) as refused:
        issuer_key(method, issuer, world, **more)
    return refused.value.code if isinstance(refused.value, CredentialError) else "could_not_fetch"


def jwks(*keys: dict[str, Any]) -> dict[str, Any]:
    return {"keys": list(keys)}


def entry(key: Any = KEY, **more: Any) -> dict[str, Any]:
    return {**key.public.jwk, **more}


# -- did:key and did:jwk ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.key_type)
@pytest.mark.parametrize("relationship", RELATIONSHIPS)
def test_a_key_that_is_its_own_identifier_speaks_for_itself(key: Any, relationship: str) -> None:
    nobody = MemoryResolver()
    found = issuer_key(did_key_verification_method(key), did_key(key), nobody, relationship=relationship)
    assert found.public == key.public
    did = did_jwk(key)
    assert issuer_key(f"{did}#0", did, nobody, relationship=relationship).public == key.public
    assert nobody.asked == []


def test_the_examples_of_the_did_jwk_specification() -> None:
    """github.com/quartzjer/did-jwk, spec.md: the examples with P-256."""
    did = (
        "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5"
        "IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
    )
    key = issuer_key(f"{did}#0", did, MemoryResolver()).public
    assert key.key_type == "P-256"
    assert key.jwk["x"] == "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0"
    assert key.jwk["y"] == "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE"
    assert did_jwk(key) == did.replace(did[8:], did_jwk(key)[8:])


def test_an_rsa_key_can_be_a_did_jwk_and_no_did_key() -> None:
    did = did_jwk(RSA)
    assert issuer_key(f"{did}#0", did, MemoryResolver()).public == RSA.public
    with pytest.raises(CredentialError):
        did_key(RSA)


def of_jwk(value: object) -> str:
    return "did:jwk:" + base64url(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("did", "code"),
    [
        (of_jwk({**KEY.public.jwk, "d": base64url(KEY.seed)}), "bad_key"),
        (of_jwk({**RSA.public.jwk, "p": "AQ"}), "bad_key"),
        (of_jwk({"kty": "oct", "k": "c2VjcmV0"}), "bad_key"),
        (of_jwk({"kty": "oct"}), "unsupported_key"),
        (of_jwk({**KEYS[1].public.jwk, "crv": "secp256k1"}), "unsupported_key"),
        (of_jwk({**KEYS[1].public.jwk, "crv": "P-384"}), "bad_key"),
        (of_jwk({**KEYS[1].public.jwk, "y": KEYS[1].public.jwk["x"]}), "bad_key"),
        (of_jwk({**KEYS[1].public.jwk, "x": base64url(bytes(32))}), "bad_key"),
        (of_jwk({**KEY.public.jwk, "use": "enc"}), "bad_key"),
        (of_jwk({**KEY.public.jwk, "key_ops": ["deriveKey"]}), "bad_key"),
        (of_jwk({**KEY.public.jwk, "key_ops": "verify"}), "bad_key"),
        (of_jwk({**KEYS[1].public.jwk, "alg": "ES384"}), "unsupported_key"),
        (of_jwk({"kty": "OKP", "crv": "X25519", "x": KEY.public.jwk["x"]}), "unsupported_key"),
        (of_jwk({"kty": "OKP", "crv": "Ed25519"}), "bad_key"),
        (of_jwk({"kty": "OKP", "crv": "Ed25519", "x": 7}), "bad_key"),
        (of_jwk({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}), "bad_key"),
        (of_jwk({"kty": ["OKP"], "crv": {"Ed25519": 1}}), "unsupported_key"),
        (of_jwk({"kty": "RSA", "n": "AQAB", "e": "AQAB"}), "bad_key"),
        (of_jwk({"kty": "RSA", "n": base64url(b"\xff" * 2000), "e": "AQAB"}), "unsupported_key"),
        (of_jwk({"kty": "RSA", "n": RSA.public.jwk["n"], "e": "AQ"}), "bad_key"),
        (of_jwk([]), "not_an_object"),
        ("did:jwk:", "not_json"),
        ("did:jwk:e30", "unsupported_key"),
        ("did:jwk:e30=", "bad_multibase"),
        ("did:jwk:é", "bad_multibase"),
        ("did:jwk:" + base64url(b'{"kty":"OKP","kty":"EC"}'), "duplicate_key"),
        ("did:jwk:" + "A" * 9000, "too_large"),
    ],
    ids=lambda value: value[:30] if value.startswith("did:") else value,
)
def test_a_did_jwk_that_is_no_public_key_of_ours(did: str, code: str) -> None:
    assert code_of(f"{did}#0", did, MemoryResolver()) == code


def test_a_did_jwk_has_one_method_only() -> None:
    did = did_jwk(KEY)
    for method in (did, f"{did}#1", f"{did}#", f"{did}#0#0"):
        assert code_of(method, did, MemoryResolver()) in ("key_not_listed", "key_not_of_issuer")


def test_a_credential_of_a_did_jwk(issuer: Issuer, world: MemoryResolver) -> None:
    did = did_jwk(KEYS[1])
    document = {**issuer.document(status=()), "issuer": {"id": did, "type": ["Profile"], "name": "Key"}}
    signed = issue(document, KeySigner(KEYS[1], f"{did}#0"), created=AWARDED)
    assert verify(signed, at=NOW, resolve=world).verdict == "verified"
    other = {**signed.document, "issuer": {**document["issuer"], "id": did_jwk(KEY)}}
    assert verify(other, at=NOW, resolve=world).has("key_not_of_issuer")


# -- Key sets of https issuers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [*KEYS, RSA], ids=lambda key: key.key_type)
def test_a_key_that_the_hosts_key_set_gives_the_issuer(key: Any) -> None:
    world = MemoryResolver({key_set_url(TENANT): jwks(entry(KEYS[0], kid="other"), entry(key, kid="k", iss=TENANT))})
    assert issuer_key(f"{TENANT}#k", TENANT, world).public == key.public
    assert issuer_key_like(key.public, TENANT, world).public == key.public
    assert [found.public for found in issuer_keys(TENANT, world)] == [key.public]
    assert world.asked.count("https://host.example/.well-known/jwks.json") == 3


def test_a_method_that_holds_its_key_is_found_by_the_key() -> None:
    method = f"{TENANT}#{KEY.public_multibase}"
    world = MemoryResolver({key_set_url(TENANT): jwks(entry(kid="named otherwise", iss=TENANT))})
    found = issuer_key(method, TENANT, world)
    assert (found.id, found.controller, found.public) == (method, TENANT, KEY.public)
    forged = f"{TENANT}#{FORGER.public_multibase}"
    # The name alone does not make the key: here a set gives somebody else's key that very name.
    world.pages[str(key_set_url(TENANT))] = jwks(entry(kid=forged, iss=TENANT))
    assert code_of(forged, TENANT, world) in ("key_not_listed", "could_not_fetch")
    for name in (did_key_verification_method(KEY), f"{did_jwk(KEY)}#0"):
        assert issuer_key(name, TENANT, world).public == KEY.public


@pytest.mark.parametrize("issuer", [SITE, f"{SITE}/"])
def test_a_host_that_is_one_issuer_needs_no_names_in_its_key_set(issuer: str) -> None:
    world = MemoryResolver({f"{SITE}/.well-known/jwks.json": jwks(entry(kid="k"))})
    assert issuer_key(f"{issuer}#k", issuer, world).public == KEY.public


def test_on_a_shared_host_a_key_without_a_name_is_nobodys() -> None:
    world = MemoryResolver({key_set_url(TENANT): jwks(entry(kid="k"))})
    assert code_of(f"{TENANT}#k", TENANT, world) == "key_without_issuer"
    assert code_of(f"{TENANT}#{KEY.public_multibase}", TENANT, world) == "key_without_issuer"
    with pytest.raises(NotSupported):
        issuer_key_like(KEY.public, TENANT, world)
    shared = jwks(entry(kid="k"), entry(KEYS[1], kid="j", iss=TENANT))
    world = MemoryResolver({"https://host.example": b"<html>", str(key_set_url(TENANT)): shared})
    assert code_of("https://host.example#k", "https://host.example", world) == "key_without_issuer"


@pytest.mark.parametrize(
    "iss",
    ["https://host.example/issuers/8", "https://host.example", f"{TENANT}/", TENANT.upper(), "", None, 7, [TENANT]],
)
def test_a_key_of_a_neighbour_on_the_host_is_not_the_issuers(iss: object) -> None:
    page = {"id": TENANT, "type": "Profile", "name": "Tenant"}
    world = MemoryResolver({TENANT: page, key_set_url(TENANT): jwks(entry(kid="k", iss=iss))})
    assert code_of(f"{TENANT}#k", TENANT, world) == "key_not_listed"
    assert code_of(f"{TENANT}#{KEY.public_multibase}", TENANT, world) == "key_not_listed"
    assert code_of(did_key_verification_method(KEY), TENANT, world) == "key_not_of_issuer"
    with pytest.raises(KeyNotOfIssuer):
        issuer_key_like(KEY.public, TENANT, world)
    assert issuer_keys(TENANT, world) == ()


def test_the_issuers_document_and_the_key_set_both_speak() -> None:
    both = {
        TENANT: did_document(TENANT, [PublishedKey(KEY.public_multibase, "a")]),
        str(key_set_url(TENANT)): jwks(entry(KEYS[1], kid="b", iss=TENANT)),
    }
    world = MemoryResolver(both)
    assert issuer_key(f"{TENANT}#a", TENANT, world).public == KEY.public
    assert issuer_key(f"{TENANT}#b", TENANT, world).public == KEYS[1].public
    assert {key.public for key in issuer_keys(TENANT, world)} == {KEY.public, KEYS[1].public}
    assert code_of(f"{TENANT}#c", TENANT, world) == "key_not_listed"
    # The document speaks of keys, so a host without a key set leaves nothing open.
    del world.pages[str(key_set_url(TENANT))]
    assert code_of(f"{TENANT}#b", TENANT, world) == "key_not_listed"


def test_where_nobody_says_anything_about_keys_the_question_stays_open() -> None:
    for pages in (
        {},
        {TENANT: b"<html>University</html>"},
        {TENANT: {"id": TENANT, "type": "Profile"}},
        {TENANT: {"id": TENANT, "type": "Profile"}, key_set_url(TENANT): b"<html>Not found</html>"},
        {TENANT: b"{" + b" " * 300_000 + b"}"},
        {TENANT: b"<html>", key_set_url(TENANT): jwks(entry(iss="https://host.example/issuers/8"))},
    ):
        world = MemoryResolver(pages)
        assert code_of(f"{TENANT}#k", TENANT, world) == "could_not_fetch", pages
        assert code_of(did_key_verification_method(FORGER), TENANT, world) == "could_not_fetch", pages


@pytest.mark.parametrize("broken", [{}, {"keys": {}}, {"keys": [None, 7, "k", []]}, {"keys": "none"}, {"keys": None}])
def test_a_key_set_without_keys_says_no(broken: object) -> None:
    page = {"id": TENANT, "type": "Profile"}
    assert (
        code_of(f"{TENANT}#k", TENANT, MemoryResolver({TENANT: page, key_set_url(TENANT): broken})) == "key_not_listed"
    )


def test_a_private_key_in_a_key_set_is_no_key() -> None:
    secret = entry(kid="k", iss=TENANT, d=base64url(KEY.seed))
    assert code_of(f"{TENANT}#k", TENANT, MemoryResolver({key_set_url(TENANT): jwks(secret)})) == "bad_key"


def test_key_sets_are_for_making_claims_only() -> None:
    world = MemoryResolver({key_set_url(TENANT): jwks(entry(kid="k", iss=TENANT)), TENANT: {"id": TENANT}})
    assert code_of(f"{TENANT}#k", TENANT, world, relationship="authentication") == "key_not_listed"


@pytest.mark.parametrize(
    "issuer",
    [
        *("https://user:pw@host.example/x", "https://host.example:99999x/", "https://", "https://a b/"),
        *("https://[::1]/x", "https://[::1", "https://[host]/x"),
    ],
)
def test_a_key_set_is_looked_for_on_plain_hosts_only(issuer: str) -> None:
    assert key_set_url(issuer) is None
    assert code_of(f"{issuer}#k", issuer, MemoryResolver()) == "could_not_fetch"


@pytest.mark.parametrize("page", [{"name": "Host API"}, {"id": "https://host.example/", "type": "Profile"}, {"id": 7}])
def test_a_page_that_says_nothing_about_keys_denies_nobodys(page: dict[str, Any]) -> None:
    """What lies at a website's address may be anything; the key set that would have told may be silent."""
    world = MemoryResolver({TENANT: page})
    assert code_of(f"{TENANT}#k", TENANT, world) == "could_not_fetch"
    world.pages[TENANT] = {**page, "assertionMethod": []}
    assert code_of(f"{TENANT}#k", TENANT, world) == "wrong_did_document"


def test_an_issuer_with_an_https_address_and_a_key_set(issuer: Issuer, world: MemoryResolver) -> None:
    document = {**issuer.document(status=()), "issuer": {"id": TENANT, "type": ["Profile"], "name": "Tenant"}}
    signed = issue(document, KeySigner(KEY, f"{TENANT}#{KEY.public_multibase}"), created=AWARDED)
    assert verify(signed, at=NOW, resolve=world).has("issuer_unreachable")
    world.pages[str(key_set_url(TENANT))] = jwks(entry(iss=TENANT))
    assert verify(signed, at=NOW, resolve=world).verdict == "verified"
    forged = forged_as(document, KeySigner(FORGER, f"{TENANT}#{FORGER.public_multibase}"))
    verdict = verify(forged, at=NOW, resolve=world)
    assert (verdict.verdict, verdict.authentic) == ("undetermined", "unknown"), "its document could still list the key"
    world.pages[TENANT] = {"id": TENANT, "type": "Profile"}
    verdict = verify(forged, at=NOW, resolve=world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert verdict.has("key_not_listed")


def test_a_host_with_a_thousand_issuers() -> None:
    many = {f"https://host.example/issuers/{number}": [KEY.public] for number in range(1000, 2000)}
    world = MemoryResolver({key_set_url(TENANT): key_set({**many, TENANT: [KEYS[2].public]})})
    assert [key.public for key in issuer_keys(TENANT, world)] == [KEYS[2].public]
    world.pages[str(key_set_url(TENANT))]["padding"] = "x" * 1024 * 1024
    assert code_of(f"{TENANT}#{KEYS[2].public.thumbprint}", TENANT, world) == "could_not_fetch"


def test_the_key_set_we_publish_names_the_issuer_at_each_key() -> None:
    other = "https://host.example/issuers/8"
    published_set = key_set({TENANT: [KEY.public, RSA.public], other: [KEYS[1].public]})
    world = MemoryResolver({key_set_url(TENANT): published_set})
    assert {key.public for key in issuer_keys(TENANT, world)} == {KEY.public, RSA.public}
    assert [key.public for key in issuer_keys(other, world)] == [KEYS[1].public]
    assert issuer_key(f"{TENANT}#{RSA.public.thumbprint}", TENANT, world).public == RSA.public
    assert code_of(f"{TENANT}#{KEYS[1].public.thumbprint}", TENANT, world) == "could_not_fetch"
    assert "d" not in {name for entry in published_set["keys"] for name in entry}


# -- Passing off --------------------------------------------------------------------------------------------------------


def forged_as(document: dict[str, Any], signer: KeySigner) -> dict[str, Any]:
    """Sign as an attacker would: around the guards of issue()."""
    suite = suite_for(None, signer.key_type)
    return {**document, "proof": proof_of(document, suite, proof_options(suite, signer, AWARDED), signer)}


def in_the_name_of(issuer: Issuer, world: MemoryResolver, method: str) -> Verdict:
    return verify(forged_as(issuer.document(status=()), KeySigner(FORGER, method)), at=NOW, resolve=world)


@pytest.mark.parametrize(
    "method",
    [
        did_key_verification_method(FORGER),
        f"{did_jwk(FORGER)}#0",
        "did:web:evil.example#k",
        "https://evil.example/keys#k",
        "did:web:badges.example.org:evil#k",
        "https://badges.example.org#" + FORGER.public_multibase,
        "https://badges.example.org/did.json#key-1",
    ],
)
def test_a_forgers_own_key_is_never_the_issuers(issuer: Issuer, world: MemoryResolver, method: str) -> None:
    owner = method.partition("#")[0]
    page = did_document(owner, [PublishedKey(FORGER.public_multibase, method.partition("#")[2])])
    world.pages[did_web_url(owner) if owner.startswith("did:web:") else owner] = page
    verdict = in_the_name_of(issuer, world, method)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert verdict.has("key_not_of_issuer")


@pytest.mark.parametrize("name", ["#key-9", "#", "#z6Mk", f"#{FORGER.public_multibase}", "?x#key-1"])
def test_a_name_that_the_issuer_does_not_list(issuer: Issuer, world: MemoryResolver, name: str) -> None:
    verdict = in_the_name_of(issuer, world, issuer.did + name)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")


@pytest.mark.parametrize(
    "relationship", ["authentication", "keyAgreement", "capabilityInvocation", "verificationMethod"]
)
def test_a_key_listed_for_something_else_makes_no_claims(
    issuer: Issuer, world: MemoryResolver, relationship: str
) -> None:
    page = world.pages[did_web_url(issuer.did)]
    listed = page.pop("assertionMethod")
    if relationship != "verificationMethod":
        page[relationship] = listed
    verdict = verify(issuer.award(status=()), at=NOW, resolve=world)
    assert verdict.has("key_not_listed")
    if relationship == "authentication":
        key = issuer_key(f"{issuer.did}#key-1", issuer.did, world, relationship="authentication")
        assert key.public == issuer.key.public


def test_a_name_behind_a_name_is_another_name(issuer: Issuer, world: MemoryResolver) -> None:
    assert code_of(f"{issuer.did}#key-1#key-1", issuer.did, world) == "key_not_listed"
    assert code_of(issuer.did, issuer.did, world) == "key_not_listed"
    assert code_of("key-1", issuer.did, world) == "key_not_of_issuer"


def test_a_document_that_describes_one_name_twice_describes_it_not_at_all(
    issuer: Issuer, world: MemoryResolver
) -> None:
    page = world.pages[did_web_url(issuer.did)]
    page["verificationMethod"].append({**page["verificationMethod"][0], "publicKeyMultibase": FORGER.public_multibase})
    assert in_the_name_of(issuer, world, f"{issuer.did}#key-1").authentic == "fail"
    assert verify(issuer.award(status=()), at=NOW, resolve=world).has("key_not_listed")
    page["verificationMethod"][1] = dict(page["verificationMethod"][0])
    assert verify(issuer.award(status=()), at=NOW, resolve=world).verdict == "verified"


def test_a_listed_method_of_somebody_else_must_be_listed_there_too(issuer: Issuer, world: MemoryResolver) -> None:
    vault = "https://vault.example/keys"
    method = f"{vault}#k"
    world.pages[did_web_url(issuer.did)]["assertionMethod"].append(method)
    assert in_the_name_of(issuer, world, method).has("issuer_unreachable")
    world.pages[vault] = did_document(vault, [PublishedKey(FORGER.public_multibase, "k")])
    assert in_the_name_of(issuer, world, method).verdict == "verified"
    world.pages[vault]["verificationMethod"][0]["controller"] = issuer.did
    assert in_the_name_of(issuer, world, method).has("key_not_of_issuer")
    world.pages[vault]["id"] = "https://vault.example/other"
    assert in_the_name_of(issuer, world, method).has("wrong_did_document")
    world.pages[vault] = {"id": vault, "assertionMethod": []}
    assert in_the_name_of(issuer, world, method).has("key_not_listed")


def test_a_did_document_that_is_too_large_leaves_the_question_open(issuer: Issuer, world: MemoryResolver) -> None:
    page = world.pages[did_web_url(issuer.did)]
    page["padding"] = "x" * 300_000
    verdict = verify(issuer.award(status=()), at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("issuer_unreachable")
    page["padding"] = "x" * 100_000
    assert verify(issuer.award(status=()), at=NOW, resolve=world).verdict == "verified"


def test_a_document_with_a_thousand_keys_is_read(issuer: Issuer, world: MemoryResolver) -> None:
    many = [PublishedKey(KEY.public_multibase, f"k{number}") for number in range(800)]
    world.pages[did_web_url(issuer.did)] = did_document(issuer.did, [*many, *issuer.keys])
    assert verify(issuer.award(status=()), at=NOW, resolve=world).verdict == "verified"


@pytest.mark.parametrize(
    "change",
    [
        {"type": "JsonWebKey2020"},
        {"type": "P256Key2021"},
        {"type": ["Multikey"]},
        {"type": None},
        {"publicKeyMultibase": "u7QE" + "A" * 43},
        {"publicKeyMultibase": "z6Mk" + "1" * 300},
        {"publicKeyMultibase": KEY.secret_multibase},
        {"publicKeyMultibase": ["z6Mk"]},
        {"publicKeyMultibase": FORGER.public_multibase[:-1]},
        {"secretKeyMultibase": KEY.secret_multibase},
        {"revoked": "yesterday"},
        {"expires": 7},
        {"controller": None},
        {"controller": ["did:web:badges.example.org"]},
    ],
    ids=str,
)
def test_a_key_described_wrongly_never_verifies(issuer: Issuer, world: MemoryResolver, change: dict[str, Any]) -> None:
    world.pages[did_web_url(issuer.did)]["verificationMethod"][0].update(change)
    assert verify(issuer.award(status=()), at=NOW, resolve=world).verdict != "verified"


@pytest.mark.parametrize("kind", ["JsonWebKey", "JsonWebKey2020"])
@pytest.mark.parametrize("key", [*KEYS, RSA], ids=lambda key: key.key_type)
def test_keys_described_as_jwk(kind: str, key: Any) -> None:
    method = {"id": "#k", "type": kind, "controller": "did:web:a", "publicKeyJwk": key.public.jwk}
    found = verification_key(method, "did:web:a")
    assert (found.id, found.public) == ("did:web:a#k", key.public)


@pytest.mark.parametrize(
    ("kind", "key"),
    [("EcdsaSecp256r1VerificationKey2019", KEYS[1]), ("P256Key2021", KEYS[1]), ("P384Key2021", KEYS[2])],
)
def test_older_descriptions_of_keys_on_the_curves(kind: str, key: EllipticKey) -> None:
    for how in ({"publicKeyJwk": key.public.jwk}, {"publicKeyMultibase": key.public_multibase}):
        assert verification_key({"type": kind, **how}, "did:web:a").public == key.public
        with pytest.raises(CredentialError):
            verification_key({"type": kind, "publicKeyMultibase": KEY.public_multibase}, "did:web:a")


def test_the_methods_are_one_table() -> None:
    assert list(METHODS) == ["did:key:", "did:web:", "https://", "did:jwk:"]
    with pytest.raises(NotSupported):
        published("did:ion:x", MemoryResolver())


def test_a_did_document_lists_keys_of_every_kind() -> None:
    did = "did:web:example.org"
    document = did_document(did, [*KEYS, RSA, PublishedKey(KEYS[1].public_multibase, "as-jwk", as_jwk=True)])
    assert [method["type"] for method in document["verificationMethod"]] == ["Multikey"] * 3 + ["JsonWebKey"] * 2
    assert document["@context"][1:] == ["https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"]
    world = MemoryResolver({did_web_url(did): document})
    for key in KEYS:
        assert issuer_key(f"{did}#{key.public_multibase}", did, world).public == key.public
    assert issuer_key(f"{did}#{RSA.public.thumbprint}", did, world).public == RSA.public
    assert issuer_key(f"{did}#as-jwk", did, world).public == KEYS[1].public
    assert len(issuer_keys(did, world)) == 5
    assert issuer_keys(did, world, relationship="authentication") == ()


# -- Keys in every writing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.key_type)
def test_a_public_key_is_the_same_however_it_is_written(key: Any) -> None:
    public = key.public
    assert PublicKey.from_multibase(public.multibase) == public
    assert PublicKey.from_jwk(public.jwk) == public
    assert PublicKey.from_jwk({**public.jwk, "kid": "k", "use": "sig", "alg": public.algorithm}) == public


def test_the_thumbprint_of_rfc_8037() -> None:
    """Appendix A.3."""
    key = PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    assert key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_an_rsa_key_is_written_as_jwk_or_der() -> None:
    assert PublicKey.from_jwk(RSA.public.jwk) == PublicKey.from_der(RSA.public.data) == RSA.public
    assert RSA.public.matches(b"award", RSA.sign(b"award"))
    assert not RSA.public.matches(b"other", RSA.sign(b"award"))
    assert not RSA.public.matches(b"award", RSA.sign(b"award")[:-1])
    with pytest.raises(CredentialError):
        _ = RSA.public.multibase


@given(st.binary(max_size=120))
def test_no_bytes_make_a_public_key_fall_over(data: bytes) -> None:
    for text in ("z" + data.hex(), "z6Mk" + data.decode("latin-1"), data.decode("latin-1")):
        with pytest.raises(CredentialError):
            PublicKey.from_multibase(text)
    with pytest.raises(CredentialError):
        PublicKey.from_der(data)


@pytest.mark.parametrize("curve", ["P-256", "P-384"])
def test_points_that_are_not_on_the_curve_are_refused(curve: str) -> None:
    kind = KINDS[curve]
    size = kind.signature_bytes // 2
    point = (KEYS[1] if curve == "P-256" else KEYS[2]).public.data
    off_curve = next(
        bytes([2]) + number.to_bytes(size, "big") for number in range(1, 50) if not on_curve(kind, number, size)
    )
    for data in (
        b"",
        b"\0",
        bytes(size + 1),
        b"\x04" + point[1:],
        point[:-1],
        point + b"\0",
        off_curve,
        b"\x02" + b"\xff" * size,
    ):
        with pytest.raises(CredentialError) as refused:
            PublicKey.from_multibase(multibase58(kind.prefix + data))
        assert refused.value.code in ("bad_key", "unsupported_key")


def on_curve(kind: Any, x: int, size: int) -> bool:
    try:
        kind.checked(bytes([2]) + x.to_bytes(size, "big"))
    except CredentialError:
        return False
    return True
