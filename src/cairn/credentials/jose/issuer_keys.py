"""Which key of the issuer's own was it? A token may hint at a key; only what the issuer publishes counts.

A token's header is written by whoever made the token. So its ``kid`` and ``jwk`` are hints, used to choose among keys that are found
where the issuer publishes them (:mod:`cairn.credentials.dids.binding`), and nowhere else; an address in a header is never asked for
itself. For issuers with an https address there is one more place, ``/.well-known/jwt-vc-issuer``: the metadata of SD-JWT VC (“JWT VC
Issuer Metadata”), which VC-JOSE-COSE takes over (“Well-Known URIs”).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from cairn.credentials.dids import KeyNotOfIssuer, VerificationKey, issuer_key, issuer_key_like, key_set_url
from cairn.credentials.dids import issuer_keys as published_keys
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import as_list, objects, parse_object
from cairn.credentials.keys import PublicKey
from cairn.credentials.multibase import base64url
from cairn.credentials.resolving import CouldNotFetch, Resolver

MAX_CANDIDATES = 16
"""Keys of an issuer that are tried where the token does not say which it was."""
MAX_METADATA = 256 * 1024
_URN = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"
_ACCEPT = "application/jwk-set+json, application/json"


def issuer_keys(
    header: Mapping[str, Any], issuer: str, resolve: Resolver, *, metadata_first: bool
) -> list[VerificationKey]:
    """Return the keys of ``issuer`` that the header may mean, all of them published by the issuer itself.

    ``metadata_first`` asks for the issuer's metadata before the rest, as SD-JWT VC has it. Raises as
    :func:`cairn.credentials.dids.issuer_key` does, and ``bad_key`` for a private key in the header.
    """
    jwk = header.get("jwk")
    if jwk is not None and not isinstance(jwk, Mapping):
        raise CredentialError("bad_key", "The key in the token's header is no key.")
    brought = None if jwk is None else PublicKey.from_jwk(jwk)
    name = header.get("kid")
    name = name if isinstance(name, str) and name != issuer else None
    if not issuer.startswith("https://"):
        return _from_document(name, brought, issuer, resolve)
    places = [_from_metadata, _from_document] if metadata_first else [_from_document, _from_metadata]
    problems: list[CouldNotFetch | CredentialError] = []
    for place in places:
        try:
            return place(name, brought, issuer, resolve)
        except (CouldNotFetch, KeyNotOfIssuer, NotSupported) as problem:
            problems.append(problem)
    # A place that publishes keys of the issuer, this one not among them, says no. Else what kept us from knowing counts.
    order = (KeyNotOfIssuer, NotSupported, CouldNotFetch)
    raise min(problems, key=lambda problem: next(at for at, kind in enumerate(order) if isinstance(problem, kind)))


def thumbprint(key: PublicKey) -> str:
    """Return the SHA-256 thumbprint of a key (RFC 7638): the one name it has everywhere."""
    return base64url(hashlib.sha256(orjson.dumps(key.jwk, option=orjson.OPT_SORT_KEYS)).digest())


def _from_document(
    name: str | None, brought: PublicKey | None, issuer: str, resolve: Resolver
) -> list[VerificationKey]:
    """From the issuer's DID document or, for a website, from its own document and its key set."""
    if name is not None:
        try:
            return [issuer_key(_absolute(name, issuer), issuer, resolve)]
        except (KeyNotOfIssuer, CouldNotFetch) as problem:
            # A key may also be called by its thumbprint, or by a name its set knows without the address.
            called = _called(name, issuer, resolve)
            if not called:
                raise problem from None
            return called
    if brought is not None:
        return [issuer_key_like(brought, issuer, resolve)]
    found = published_keys(issuer, resolve)
    if not found:
        raise _not_listed()
    return list(found[:MAX_CANDIDATES])


def _called(name: str, issuer: str, resolve: Resolver) -> list[VerificationKey]:
    try:
        found = published_keys(issuer, resolve)
    except (CouldNotFetch, CredentialError):
        return []
    return [key for key in found if _goes_by(name, key)][:MAX_CANDIDATES]


def _from_metadata(
    name: str | None, brought: PublicKey | None, issuer: str, resolve: Resolver
) -> list[VerificationKey]:
    """From the metadata at the address that is made of the issuer's own: whatever keys it names are this issuer's."""
    if key_set_url(issuer) is None:
        raise CouldNotFetch("its address names no plain host")
    parts = urlsplit(issuer)
    address = f"https://{parts.netloc}/.well-known/jwt-vc-issuer{parts.path.rstrip('/')}"
    metadata = _read(resolve.fetch(address, accept="application/json").body)
    if metadata.get("issuer") != issuer:
        raise CouldNotFetch("what it publishes there speaks for another issuer")
    keys, elsewhere = metadata.get("jwks"), metadata.get("jwks_uri")
    if keys is None and isinstance(elsewhere, str) and elsewhere.startswith("https://"):
        keys = _read(resolve.fetch(elsewhere, accept=_ACCEPT).body)
    listed = list(_of_set(keys, issuer)) if isinstance(keys, Mapping) else []
    if not listed:
        raise CouldNotFetch("it publishes no keys that can be read")
    found = [key for key in listed if _goes_by(name, key)] if name is not None else listed
    if name is None and brought is not None:
        found = [key for key in listed if key.public == brought]
    if not found:
        raise _not_listed()
    return found[:MAX_CANDIDATES]


def _of_set(published: Mapping[str, Any], issuer: str) -> Iterator[VerificationKey]:
    for entry in objects(as_list(published.get("keys"))):
        try:
            public = PublicKey.from_jwk(entry)
        except CredentialError:
            continue
        name = entry.get("kid")
        yield VerificationKey(_absolute(name if isinstance(name, str) else thumbprint(public), issuer), issuer, public)


def _read(body: bytes) -> dict[str, Any]:
    try:
        return parse_object(body, max_bytes=MAX_METADATA)
    except CredentialError as error:
        raise CouldNotFetch(f"what it publishes there cannot be read: {error.code}") from error


def _absolute(name: str, issuer: str) -> str:
    """Return a key's name as an address of its own: a bare one belongs to the issuer."""
    if name.startswith("#"):
        return issuer + name
    return name if ":" in name else f"{issuer}#{name}"


def _goes_by(name: str, key: VerificationKey) -> bool:
    """Tell whether a key of the issuer's may be meant. Being lenient with names is safe here: it is the issuer's own anyway."""
    own = thumbprint(key.public)
    short = name.rpartition("#")[2].rpartition("/")[2]
    return not {name, short}.isdisjoint((key.id, key.id.rpartition("#")[2], own, _URN + own))


def _not_listed() -> KeyNotOfIssuer:
    return KeyNotOfIssuer(
        "key_not_listed",
        "The issuer does not publish the key this was signed with.",
        remedy="Do not rely on it. Ask the issuer whether it made this award.",
    )
