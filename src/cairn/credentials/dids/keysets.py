"""Key sets: the ``jwks.json`` that the host of an https issuer publishes, and which of its keys are the issuer's.

The file belongs to the host, and many issuers may share one. A key in it speaks for an issuer if its member ``iss`` is that issuer, to the
letter, or if it has none and the issuer is the host itself: an address without a path, and no other issuer named in the file. Else a
key without ``iss`` says nothing about whose it is: that is an open question, never a yes.

Sources: RFC 7517 section 5; 1EdTech's implementation guide of Open Badges 3.0, “Key provenance and issuer identity information”.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from cairn.credentials.dids.addresses import key_set_url
from cairn.credentials.dids.documents import VerificationKey
from cairn.credentials.dids.methods import read_document
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.keys import PublicKey
from cairn.credentials.resolving import Resolver

ACCEPT = "application/jwk-set+json, application/json"
MAX_KEY_SET = 1024 * 1024
"""Bytes of a key set: a host with a thousand issuers needs about half of it."""


def key_set(keys: Mapping[str, Sequence[PublicKey]]) -> dict[str, Any]:
    """Return the key set a host publishes: ``keys`` of each of its issuers, every one saying whose it is.

    A key's ``kid`` is its thumbprint (RFC 7638).
    """
    return {
        "keys": [
            {**key.jwk, "kid": key.thumbprint, "use": "sig", "alg": key.algorithm, "iss": issuer}
            for issuer, many in keys.items()
            for key in many
        ]
    }


def key_in_set(
    issuer: str, resolve: Resolver, *, method: str = "", public: PublicKey | None = None
) -> VerificationKey | None:
    """Return the key of ``issuer`` that its host's key set holds: by value if ``public`` is given, else by its ``kid``, or None.

    Raises CouldNotFetch; NotSupported ``key_without_issuer`` if the key is there and does not say whose it is; ``bad_key`` if it is none.
    """
    unclaimed = False
    for entry, whose in _entries(issuer, resolve):
        if not _is_meant(entry, issuer, method, public):
            continue
        if whose == issuer:
            return VerificationKey(method or _kid(entry, issuer), issuer, PublicKey.from_jwk(entry))
        unclaimed = unclaimed or whose is None
    if unclaimed:
        raise NotSupported(
            "key_without_issuer",
            "The host of the issuer publishes the signing key without saying which of its issuers it belongs to.",
            remedy="Ask the issuer to name itself (“iss”) at its key. This does not mean that anything is wrong with the credential.",
        )
    return None


def keys_in_set(issuer: str, resolve: Resolver) -> Iterator[VerificationKey]:
    """Give every readable key that the host's key set says is the issuer's. Raises CouldNotFetch."""
    for entry, whose in _entries(issuer, resolve):
        if whose == issuer:
            try:
                yield VerificationKey(_kid(entry, issuer), issuer, PublicKey.from_jwk(entry))
            except CredentialError:
                continue


def _entries(issuer: str, resolve: Resolver) -> list[tuple[Mapping[str, Any], str | None]]:
    """Return each key of the set with the issuer it belongs to; None if nobody says so."""
    url = key_set_url(issuer)
    if url is None:
        return []
    found = read_document(resolve.fetch(url, accept=ACCEPT).body, max_bytes=MAX_KEY_SET)
    keys = objects(as_list(found.value.get("keys")))
    shared = any(key.get("iss", issuer) != issuer for key in keys)
    unnamed = issuer if _is_host(issuer) and not shared else None
    return [(key, str(key["iss"]) if "iss" in key else unnamed) for key in keys]


def _is_host(issuer: str) -> bool:
    parts = urlsplit(issuer)
    return parts.path in ("", "/") and not parts.query and not parts.fragment


def _is_meant(entry: Mapping[str, Any], issuer: str, method: str, public: PublicKey | None) -> bool:
    if public is not None:
        wanted = public.jwk
        return all(entry.get(name) == value for name, value in wanted.items())
    return bool(method) and entry.get("kid") in (method, method.removeprefix(issuer + "#"))


def _kid(entry: Mapping[str, Any], issuer: str) -> str:
    kid = entry.get("kid")
    if not isinstance(kid, str) or not kid:
        return f"{issuer}#"
    return kid if ":" in kid else f"{issuer}#{kid}"
