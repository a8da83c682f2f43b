"""Selective disclosure: what the issuer signed as digests, and what the holder shows of it (SD-JWT, RFC 9901).

The payload holds digests where values were: under ``_sd`` in an object, as ``{"...": digest}`` in a list. A disclosure is the text of
``[salt, name, value]`` or ``[salt, value]`` that has this digest. :func:`unpack` puts the disclosed values in their places (section
7.1); digests without a disclosure vanish, and so do decoys. A disclosure that no digest asks for, a digest that stands twice, a name
that is there already: each would let a holder add or exchange words, and is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jose.compact import bad_token, decoded
from cairn.credentials.jsontext import MAX_DEPTH, parse_object
from cairn.credentials.multibase import base64url

HASHES: Mapping[str, str] = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}
"""Name in ``_sd_alg`` (IANA named information hash algorithms) → name in :mod:`hashlib`."""
MAX_DIGESTS = 20_000


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One disclosure: its ``text`` as it travels, the member it gives (``name`` is None for an element of a list), its value."""

    text: str
    name: str | None
    value: Any = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Disclosure:
        """Decode one disclosure; raises ``bad_disclosure`` and the codes of a strict reading."""
        # The strict reader reads objects. Around an array, one member makes one; more than it would be somebody else's.
        whole = parse_object(b'{"disclosed":' + decoded(text) + b"}")
        parts = whole.get("disclosed")
        if len(whole) != 1 or not isinstance(parts, list) or len(parts) not in (2, 3) or not isinstance(parts[0], str):
            raise _bad("it is no list of a salt, a name and a value")
        if len(parts) == 2:
            return cls(text, None, parts[1])
        if not isinstance(parts[1], str) or parts[1] in ("_sd", "...", "_sd_alg"):
            raise _bad("it carries a name that no member may have")
        return cls(text, parts[1], parts[2])


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A payload with its disclosed values in place. ``places`` are the JSON pointers (RFC 6901) of the disclosures used.

    A pointer counts the elements of a list as the issuer signed them, the hidden ones included. ``hidden`` is how many digests stayed
    without a disclosure: something the holder does not show, or nothing at all.
    """

    claims: dict[str, Any]
    places: Mapping[str, str]
    hidden: int


@dataclass(slots=True)
class _Walk:
    by_digest: dict[str, Disclosure]
    places: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    hidden: int = 0

    def found(self, digest: object, place: str) -> Disclosure | None:
        """Return the disclosure of a digest, once; None if it is not disclosed."""
        if not isinstance(digest, str):
            raise _bad("a digest is no text")
        if digest in self.seen:
            raise _bad("a digest stands in two places")
        self.seen.add(digest)
        if len(self.seen) > MAX_DIGESTS:
            raise CredentialError("too_complex", f"This token holds more than {MAX_DIGESTS} digests.")
        disclosure = self.by_digest.get(digest)
        if disclosure is None:
            self.hidden += 1
        else:
            name = "" if disclosure.name is None else "/" + escaped(disclosure.name)
            self.places[disclosure.text] = place + name
        return disclosure


def unpack(payload: Mapping[str, Any], disclosures: Sequence[str]) -> Unpacked:
    """Return ``payload`` with what ``disclosures`` show put in place.

    Raises CredentialError ``bad_disclosure``, ``too_deep``, ``too_complex``; NotSupported ``unsupported_hash``.
    """
    algorithm = payload.get("_sd_alg", "sha-256")
    if not isinstance(algorithm, str) or algorithm not in HASHES:
        raise NotSupported("unsupported_hash", f"Its disclosures are hashed in a way not known here: {algorithm!s:.40}")
    by_digest: dict[str, Disclosure] = {}
    for text in disclosures:
        digest = digest_of(text, algorithm)
        if digest in by_digest:
            raise _bad("one of them stands there twice")
        by_digest[digest] = Disclosure.read(text)
    walk = _Walk(by_digest)
    claims = _object({name: value for name, value in payload.items() if name != "_sd_alg"}, "", 1, walk)
    if len(walk.places) != len(by_digest):
        raise _bad("the issuer did not sign one of them")
    return Unpacked(claims, walk.places, walk.hidden)


def digest_of(text: str, algorithm: str) -> str:
    """Return the digest of a disclosure or of a token: base64url of the hash over the text as it travels."""
    return base64url(hashlib.new(HASHES[algorithm], text.encode("ascii")).digest())


def escaped(name: str) -> str:
    """Return a member's name as one step of a JSON pointer (RFC 6901 section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


def _object(node: Mapping[str, Any], place: str, depth: int, walk: _Walk) -> dict[str, Any]:
    _check_depth(depth)
    if "..." in node or "_sd_alg" in node:
        raise _bad("a member has a name that no member may have")
    out: dict[str, Any] = {}
    for name, value in node.items():
        if name != "_sd":
            out[name] = _value(value, f"{place}/{escaped(name)}", depth, walk)
    if "_sd" not in node:
        return out
    if not isinstance(node["_sd"], list):
        raise _bad("the digests are no list")
    for digest in node["_sd"]:
        disclosure = walk.found(digest, place)
        if disclosure is None:
            continue
        if disclosure.name is None:
            raise _bad("an element of a list stands where a member should")
        if disclosure.name in out:
            raise _bad("a member is there already")
        out[disclosure.name] = _value(disclosure.value, f"{place}/{escaped(disclosure.name)}", depth, walk)
    return out


def _list(node: list[Any], place: str, depth: int, walk: _Walk) -> list[Any]:
    _check_depth(depth)
    out: list[Any] = []
    for index, value in enumerate(node):
        here = f"{place}/{index}"
        if not isinstance(value, Mapping) or "..." not in value:
            out.append(_value(value, here, depth, walk))
            continue
        if len(value) != 1:
            raise _bad("something stands beside the digest of an element")
        disclosure = walk.found(value["..."], here)
        if disclosure is None:
            continue
        if disclosure.name is not None:
            raise _bad("a member stands where an element of a list should")
        out.append(_value(disclosure.value, here, depth, walk))
    return out


def _value(value: Any, place: str, depth: int, walk: _Walk) -> Any:
    if isinstance(value, Mapping):
        return _object(value, place, depth + 1, walk)
    return _list(value, place, depth + 1, walk) if isinstance(value, list) else value


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise CredentialError("too_deep", f"With its disclosures this token nests more than {MAX_DEPTH} levels deep.")


def _bad(why: str) -> CredentialError:
    error = bad_token(f"its disclosures do not fit, {why}")
    return CredentialError("bad_disclosure", error.message, remedy=error.remedy)
