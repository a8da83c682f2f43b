"""How the controller document of an identifier is found. One record per method in :data:`METHODS`; adding one means adding one.

Sources: W3C Controlled Identifiers 1.0, DID Core 1.0, the did:key, did:jwk and did:web method specifications.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cairn.credentials.dids.addresses import did_web_url
from cairn.credentials.dids.documents import RELATIONSHIPS, ControllerDocument, did_document
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import parse_object
from cairn.credentials.keys import PublicKey
from cairn.credentials.linkeddata.contexts import DID_V1
from cairn.credentials.multibase import from_base64url
from cairn.credentials.resolving import CouldNotFetch, Resolver

MAX_DID_DOCUMENT = 256 * 1024
MAX_DID_JWK = 8 * 1024
"""Letters of a did:jwk; the longest RSA key that is checked needs a third of it."""
_SMALL = 8 * 1024


def _did_key_document(did: str, _resolve: Resolver) -> ControllerDocument:
    return _document_of_did_key(did)


@lru_cache(maxsize=1024)
def _document_of_did_key(did: str) -> ControllerDocument:
    return ControllerDocument(did_document(did, [did.removeprefix("did:key:")], relationships=RELATIONSHIPS))


def _did_jwk_document(did: str, _resolve: Resolver) -> ControllerDocument:
    if len(did) > MAX_DID_JWK:
        raise NotSupported("too_large", f"This did:jwk has more than {MAX_DID_JWK // 1024} KiB.")
    return _document_of_did_jwk(did)


@lru_cache(maxsize=256)
def _document_of_did_jwk(did: str) -> ControllerDocument:
    """did:jwk method specification, section “Read”. A key with a secret part makes no document."""
    jwk = parse_object(from_base64url(did.removeprefix("did:jwk:")), max_bytes=MAX_DID_JWK)
    PublicKey.from_jwk(jwk)
    method = f"{did}#0"
    return ControllerDocument(
        {
            "@context": [DID_V1, "https://w3id.org/security/suites/jws-2020/v1"],
            "id": did,
            "verificationMethod": [{"id": method, "type": "JsonWebKey2020", "controller": did, "publicKeyJwk": jwk}],
            **{relationship: [method] for relationship in RELATIONSHIPS},
        }
    )


def _did_web_document(did: str, resolve: Resolver) -> ControllerDocument:
    fetched = resolve.fetch(did_web_url(did), accept="application/did+json, application/json")
    return read_document(fetched.body)


def _https_document(url: str, resolve: Resolver) -> ControllerDocument:
    fetched = resolve.fetch(url, accept="application/cid+json, application/did+json, application/json")
    return read_document(fetched.body)


def read_document(body: bytes, *, max_bytes: int = MAX_DID_DOCUMENT) -> ControllerDocument:
    """Read what was published; a small text is read once as long as it stays the same.

    Raises CouldNotFetch if that is a web page, too large, or anything else that says nothing about keys: the issuer's answer is then
    not known.
    """
    return _read_once(body) if len(body) <= _SMALL else _read(body, max_bytes)


def _read(body: bytes, max_bytes: int) -> ControllerDocument:
    try:
        return ControllerDocument(parse_object(body, max_bytes=max_bytes))
    except CredentialError as error:
        raise CouldNotFetch(f"what it publishes there cannot be read: {error.code}") from error


@lru_cache(maxsize=128)
def _read_once(body: bytes) -> ControllerDocument:
    return _read(body, _SMALL)


METHODS: Mapping[str, Callable[[str, Resolver], ControllerDocument]] = {
    "did:key:": _did_key_document,
    "did:web:": _did_web_document,
    "https://": _https_document,
    "did:jwk:": _did_jwk_document,
}
"""Prefix of an identifier → how its controller document is found. Each may raise CouldNotFetch or CredentialError."""


def controller_document(identifier: str, resolve: Resolver) -> Mapping[str, Any]:
    """Return the document in which ``identifier`` says which keys speak for it, as :func:`published` finds it."""
    return published(identifier, resolve).value


def published(identifier: str, resolve: Resolver) -> ControllerDocument:
    """Return the document in which ``identifier`` says which keys speak for it, with its keys read once each.

    Raises CouldNotFetch; :class:`NotSupported` ``unsupported_did``, ``unsupported_key``; :class:`CredentialError`
    ``wrong_did_document`` if what is found there speaks for somebody else, ``bad_did``, ``bad_key``.
    """
    for prefix, find in METHODS.items():
        if identifier.startswith(prefix):
            document = find(identifier, resolve)
            if document.id != identifier:
                if find is _https_document and not document.lists_keys():
                    # Anything may lie at the address of a website. What says nothing about keys denies nobody's.
                    raise CouldNotFetch("what lies at its own address says nothing about its keys")
                raise CredentialError(
                    "wrong_did_document",
                    f"What is published for {identifier[:200]} speaks for somebody else.",
                    remedy="Ask the issuer to correct what it publishes.",
                )
            return document
    raise NotSupported(
        "unsupported_did", f"The issuer's identifier is of a kind this version cannot look up: {identifier[:100]}"
    )
