"""Who holds which key: did:key, did:web, and https addresses that serve a controller document.

One record per method in :data:`METHODS`. Sources: W3C Controlled Identifiers 1.0, DID Core 1.0, the did:key and did:web method
specifications.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from cairn.credentials.contexts import DID_V1, MULTIKEY_V1
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import as_list, parse_object
from cairn.credentials.keys import Ed25519Key, public_bytes_of
from cairn.credentials.moments import format_moment, parse_moment
from cairn.credentials.multibase import from_base64url
from cairn.credentials.resolving import Resolver

MAX_DID_DOCUMENT = 256 * 1024
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*(?::\d{1,5})?\Z")
_SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=@-]+\Z")


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key as it stands in a DID document: ``fragment`` is what follows ``#`` (default: the multibase text itself).

    Leave ``revoked`` and ``expires`` unset for a key that has merely been retired: old awards go on verifying. Set ``revoked``
    for a stolen key: from that moment on nothing signed with it is accepted any more (Controlled Identifiers 1.0 section 2.2).
    """

    public_multibase: str
    fragment: str | None = None
    revoked: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key found in a controller document that lists it for assertions."""

    id: str
    controller: str
    key_type: str
    public: bytes
    revoked: datetime | None = None
    expires: datetime | None = None


# -- did:key --------------------------------------------------------------------------------------------------------------------


def did_key(key: Ed25519Key | str) -> str:
    """Return ``did:key:z6Mk…`` of a key, or of its public multibase text; raises ``bad_key``."""
    return f"did:key:{_multibase_of(key)}"


def did_key_verification_method(key: Ed25519Key | str) -> str:
    """Return the one verification method of a did:key, ``did:key:z6Mk…#z6Mk…``."""
    multibase = _multibase_of(key)
    return f"did:key:{multibase}#{multibase}"


def _multibase_of(key: Ed25519Key | str) -> str:
    multibase = key.public_multibase if isinstance(key, Ed25519Key) else key.removeprefix("did:key:")
    public_bytes_of(multibase)
    return multibase


def _did_key_document(did: str, _resolve: Resolver) -> Mapping[str, Any]:
    return _document_of_did_key(did)


@lru_cache(maxsize=1024)
def _document_of_did_key(did: str) -> Mapping[str, Any]:
    multibase = did.removeprefix("did:key:")
    if not multibase.startswith("z6Mk"):
        raise NotSupported("unsupported_key", "The issuer signs with a kind of key this version does not check yet.")
    public_bytes_of(multibase)
    return did_document(did, [multibase])


# -- did:web --------------------------------------------------------------------------------------------------------------------


def did_web_url(did: str) -> str:
    """Return the https address of a did:web's document; raises ``bad_did``.

    ``did:web:example.org`` → ``https://example.org/.well-known/did.json``,
    ``did:web:example.org%3A8443:issuers:7`` → ``https://example.org:8443/issuers/7/did.json``.
    """
    parts = did.removeprefix("did:web:").split(":")
    host, path = unquote(parts[0]), parts[1:]
    if not did.startswith("did:web:") or not _HOST.match(host) or not all(_is_segment(part) for part in path):
        raise CredentialError(
            "bad_did", f"“{did[:200]}” is no did:web identifier.", remedy="It looks like did:web:example.org."
        )
    return f"https://{host}/{'/'.join(path) if path else '.well-known'}/did.json"


def did_web_of(url: str) -> str:
    """Return the did:web whose document lies under an https ``url`` (site or folder); raises ``bad_did``.

    ``https://example.org`` → ``did:web:example.org``, ``https://example.org/issuers/7/`` → ``did:web:example.org:issuers:7``.
    A plain-http address is accepted, for sites under construction, but verifiers will always ask over https.
    """
    parts = urlsplit(url)
    path = parts.path.removesuffix("/did.json").removesuffix("/.well-known").strip("/")
    segments = path.split("/") if path else []
    if parts.scheme not in ("https", "http") or not _HOST.match(parts.netloc) or parts.query or parts.fragment:
        raise CredentialError(
            "bad_did", f"“{url[:200]}” cannot carry a did:web.", remedy="Give an address such as https://example.org."
        )
    if not all(_is_segment(segment) for segment in segments):
        raise CredentialError("bad_did", f"“{url[:200]}” has a path that a did:web cannot carry.")
    return ":".join(["did:web", parts.netloc.replace(":", "%3A"), *segments])


def _is_segment(text: str) -> bool:
    return bool(_SEGMENT.match(text)) and text not in (".", "..")


def _did_web_document(did: str, resolve: Resolver) -> Mapping[str, Any]:
    fetched = resolve.fetch(did_web_url(did), accept="application/did+json, application/json")
    return _read(fetched.body)


def _https_document(url: str, resolve: Resolver) -> Mapping[str, Any]:
    fetched = resolve.fetch(url, accept="application/cid+json, application/did+json, application/json")
    return _read(fetched.body)


def _read(body: bytes) -> Mapping[str, Any]:
    return _read_once(body) if len(body) <= _SMALL else parse_object(body, max_bytes=MAX_DID_DOCUMENT)


_SMALL = 8 * 1024


@lru_cache(maxsize=128)
def _read_once(body: bytes) -> Mapping[str, Any]:
    """What is published, read once as long as it stays the same text. Whoever gets it looks at it and changes nothing."""
    return parse_object(body, max_bytes=MAX_DID_DOCUMENT)


METHODS: Mapping[str, Callable[[str, Resolver], Mapping[str, Any]]] = {
    "did:key:": _did_key_document,
    "did:web:": _did_web_document,
    "https://": _https_document,
}
"""Prefix of an identifier → how its controller document is found. Each may raise CouldNotFetch or CredentialError."""


# -- documents ------------------------------------------------------------------------------------------------------------------


def did_document(did: str, keys: Sequence[PublishedKey | Ed25519Key | str]) -> dict[str, Any]:
    """Build the DID document of ``did``: every key as Multikey, listed for assertions.

    List retired keys as well as the current one, so that what they signed keeps verifying. Raises ``no_keys``, ``bad_key``,
    ``duplicate_key`` (two keys under one fragment).
    """
    if not keys:
        raise CredentialError(
            "no_keys", f"A DID document without keys vouches for nothing ({did}).", remedy="List at least one key."
        )
    methods: list[dict[str, Any]] = []
    for key in keys:
        published = key if isinstance(key, PublishedKey) else PublishedKey(_multibase_of(key))
        public_bytes_of(published.public_multibase)
        method = {
            "id": f"{did}#{published.fragment or published.public_multibase}",
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": published.public_multibase,
        }
        if published.expires is not None:
            method["expires"] = format_moment(published.expires)
        if published.revoked is not None:
            method["revoked"] = format_moment(published.revoked)
        methods.append(method)
    names = [method["id"] for method in methods]
    if len(set(names)) != len(names):
        raise CredentialError(
            "duplicate_key", f"Two keys of {did} have the same name.", remedy="Give each its own fragment."
        )
    return {
        "@context": [DID_V1, MULTIKEY_V1],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": names,
    }


def controller_document(identifier: str, resolve: Resolver) -> Mapping[str, Any]:
    """Return the document in which ``identifier`` says which keys speak for it.

    Raises CouldNotFetch; :class:`NotSupported` ``unsupported_did``; :class:`CredentialError` ``wrong_did_document`` if what is
    found there speaks for somebody else.
    """
    for prefix, find in METHODS.items():
        if identifier.startswith(prefix):
            document = find(identifier, resolve)
            if document.get("id") != identifier:
                raise CredentialError(
                    "wrong_did_document",
                    f"What is published for {identifier} speaks for somebody else.",
                    remedy="Ask the issuer to correct what it publishes.",
                )
            return document
    raise NotSupported(
        "unsupported_did", f"The issuer's identifier is of a kind this version cannot look up: {identifier[:100]}"
    )


def assertion_methods(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any] | None]:
    """Return the ids listed under ``assertionMethod``, each with its key description (None if it is described elsewhere)."""
    owner = str(document.get("id"))
    described = {
        _absolute(method.get("id"), owner): method
        for method in as_list(document.get("verificationMethod"))
        if isinstance(method, Mapping)
    }
    listed: dict[str, Mapping[str, Any] | None] = {}
    for entry in as_list(document.get("assertionMethod")):
        if isinstance(entry, Mapping):
            listed[_absolute(entry.get("id"), owner)] = entry
        elif isinstance(entry, str):
            listed[_absolute(entry, owner)] = described.get(_absolute(entry, owner))
    return listed


def _absolute(identifier: object, owner: str) -> str:
    text = identifier if isinstance(identifier, str) else ""
    return owner + text if text.startswith("#") else text


def verification_key(method: Mapping[str, Any], owner: str) -> VerificationKey:
    """Read a key description; raises ``bad_key``, or NotSupported ``unsupported_key`` for other kinds of key."""
    kind = method.get("type")
    if kind in ("Multikey", "Ed25519VerificationKey2020"):
        multibase = method.get("publicKeyMultibase")
        if not isinstance(multibase, str):
            raise CredentialError("bad_key", "The issuer publishes a key without its value.")
        if not multibase.startswith("z6Mk"):
            raise NotSupported(
                "unsupported_key", "The issuer signs with a kind of key this version does not check yet."
            )
        public = public_bytes_of(multibase)
    elif kind in ("JsonWebKey", "JsonWebKey2020"):
        jwk = method.get("publicKeyJwk")
        jwk = jwk if isinstance(jwk, Mapping) else {}
        if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519":
            raise NotSupported(
                "unsupported_key", "The issuer signs with a kind of key this version does not check yet."
            )
        public = from_base64url(str(jwk.get("x")))
    else:
        raise NotSupported("unsupported_key", f"The issuer publishes a key of a kind we do not know: {str(kind)[:60]}")
    moments = {}
    for name in ("revoked", "expires"):
        moments[name] = parse_moment(method.get(name))
        if name in method and moments[name] is None:
            raise CredentialError("bad_key", f"The issuer's key says “{name}” without a readable moment.")
    return VerificationKey(
        _absolute(method.get("id"), owner), str(method.get("controller", "")), "Ed25519", public, **moments
    )
