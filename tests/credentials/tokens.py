"""Tokens made by hand, with anything in them: what an attacker, or another issuer, could send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tests.credentials.world import Issuer, MemoryResolver

from cairn.credentials.keys import Ed25519Key, EllipticKey, KeyPair, KeySigner, RsaKey
from cairn.credentials.multibase import base64url

SITE = "https://badges.example.edu"


def part(value: object) -> str:
    """One part of a token: JSON of a value; a text or bytes as they stand."""
    if isinstance(value, bytes):
        return base64url(value)
    return base64url((value if isinstance(value, str) else json.dumps(value)).encode())


def token(header: object, claims: object, key: KeyPair) -> str:
    signing_input = f"{part(header)}.{part(claims)}"
    return f"{signing_input}.{base64url(key.sign(signing_input.encode()))}"


def claims_of(issuer: Issuer, **changes: Any) -> dict[str, Any]:
    """The payload of a genuine VC-JWT, with members changed; None takes one away."""
    document = issuer.document()
    claims = {**document, "iss": issuer.did, "jti": document["id"], **changes}
    return {name: value for name, value in claims.items() if value is not None}


def header_of(issuer: Issuer, **changes: Any) -> dict[str, Any]:
    header = {"alg": "EdDSA", "kid": issuer.signer.verification_method, "typ": "JWT", **changes}
    return {name: value for name, value in header.items() if value is not None}


@lru_cache(maxsize=1)
def rsa_key() -> RsaKey:
    return RsaKey.generate(2048)


KEYS: Mapping[str, KeyPair] = {
    "EdDSA": Ed25519Key.from_seed(b"\x05" * 32),
    "ES256": EllipticKey("P-256", b"\x06" * 32),
    "ES384": EllipticKey("P-384", b"\x07" * 48),
}


def key_for(algorithm: str) -> KeyPair:
    return rsa_key() if algorithm == "RS256" else KEYS[algorithm]


def site_issuer(world: MemoryResolver, issuer: Issuer, key: KeyPair, *, name: str = SITE, **of_key: Any) -> KeySigner:
    """An issuer known by its website only: a profile without keys, and a key set for the whole site."""
    world.pages[name] = {"id": name, "type": ["Profile"], "name": issuer.name}
    jwk = {**key.public.jwk, "kid": "key-1", "iss": name, **of_key}
    published = {member: value for member, value in jwk.items() if value is not None}
    world.pages.setdefault(f"{SITE}/.well-known/jwks.json", {"keys": []})["keys"].append(published)
    return KeySigner(key, f"{name}#key-1")
