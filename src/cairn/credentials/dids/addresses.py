"""Identifiers and addresses: did:key and did:jwk of a key, did:web of a site. Sources: the three methods' specifications."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import serialise
from cairn.credentials.keys import KeyPair, PublicKey
from cairn.credentials.multibase import base64url

_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*(?::\d{1,5})?\Z")
_SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=@-]+\Z")


def did_key(key: KeyPair | PublicKey | str) -> str:
    """Return ``did:key:z6Mk…`` of a key, or of its public multibase text; raises ``bad_key``, ``unsupported_key``."""
    return f"did:key:{multibase_of(key)}"


def did_key_verification_method(key: KeyPair | PublicKey | str) -> str:
    """Return the one verification method of a did:key, ``did:key:z6Mk…#z6Mk…``."""
    multibase = multibase_of(key)
    return f"did:key:{multibase}#{multibase}"


def multibase_of(key: KeyPair | PublicKey | str) -> str:
    """Return the Multikey text of a key; a text (with or without ``did:key:``) is checked and given back."""
    return public_of(key).multibase


def public_of(key: KeyPair | PublicKey | str) -> PublicKey:
    """Return the public key of a key pair, or of a Multikey text (with or without ``did:key:``)."""
    if isinstance(key, str):
        return PublicKey.from_multibase(key.removeprefix("did:key:"))
    return key if isinstance(key, PublicKey) else key.public


def did_jwk(key: KeyPair | PublicKey) -> str:
    """Return ``did:jwk:eyJ…`` of a key; its one verification method is that with ``#0`` behind it."""
    return "did:jwk:" + base64url(serialise(public_of(key).jwk).encode())


@lru_cache(maxsize=1024)
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


def key_set_url(issuer: str) -> str | None:
    """Return where the host of an https ``issuer`` publishes its keys (RFC 8615, ``jwks.json``); None if it names no plain host."""
    try:
        parts = urlsplit(issuer)
    except ValueError:  # brackets that hold no address
        return None
    if parts.scheme != "https" or not _HOST.match(parts.netloc):
        return None
    return f"https://{parts.netloc}/.well-known/jwks.json"
