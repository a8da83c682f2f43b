"""Related resources: documents that a credential names together with a digest of what they must be.

Whoever signs such a digest should have looked, and whoever reads one must not overlook that it does not fit: a vocabulary with
another text gives words another meaning. The vocabularies of :mod:`contexts` are compared without asking anybody.

Source: Verifiable Credentials Data Model 2.0 section 5.3 (Integrity of Related Resources); Subresource Integrity section 3.3;
Controlled Identifiers 1.0 section 2.5 (Multihash).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.linkeddata.contexts import PINS, read_pinned
from cairn.credentials.multibase import from_base58, from_base64url
from cairn.credentials.resolving import CouldNotFetch, Resolver
from cairn.credentials.verdict import Finding, Outcome

_SRI = ("sha512", "sha384", "sha256")
_MULTIHASH = {0x12: ("sha256", 32), 0x20: ("sha384", 48), 0x13: ("sha512", 64)}
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")
_LENGTHS = {32: "sha256", 48: "sha384", 64: "sha512"}
MOST = 20


def check_related(document: Mapping[str, Any], resolve: Resolver | None) -> Iterator[Finding]:
    """Yield a finding for each related resource that does not fit its digest, or could not be compared.

    With ``resolve`` None only resources that are known here (vocabularies) are compared, and nobody is asked: that a credential is
    being looked at stays unknown to whoever wrote it.
    """
    for entry in objects(as_list(document.get("relatedResource")))[:MOST]:
        url = entry.get("id")
        if not isinstance(url, str):
            continue
        try:
            body = _content(url, resolve)
        except CouldNotFetch as silence:
            yield Finding(
                "model",
                Outcome.UNKNOWN,
                "related_resource_unreachable",
                f"We could not compare {url} with its digest ({silence.reason}).",
                "Try again later.",
            )
            continue
        if body is None:
            continue
        try:
            fits = all(_fits(body, entry[name], read) for name, read in _READERS.items() if name in entry)
        except CredentialError as error:
            yield Finding("model", Outcome.FAIL, error.code, error.message, error.remedy)
            continue
        if not fits:
            yield Finding(
                "model",
                Outcome.FAIL,
                "related_resource_changed",
                f"What lies at {url} is not what this credential was made with: its digest is another one.",
                "Ask the issuer for a fresh copy.",
            )


def _content(url: str, resolve: Resolver | None) -> bytes | None:
    if url in PINS:
        return read_pinned(PINS[url])
    return None if resolve is None else resolve.fetch(url, accept="*/*").body


def _fits(body: bytes, value: object, read: Any) -> bool:
    if not isinstance(value, str):
        raise _bad_digest()
    name, digest = read(value)
    return hmac.compare_digest(hashlib.new(name, body).digest(), digest)


def _sri(text: str) -> tuple[str, bytes]:
    """Read Subresource Integrity metadata; of several digests the strongest counts. Hexadecimal digits, which are written too, are as many
    as no base64 of that digest has."""
    found = dict(part.partition("?")[0].split("-", 1) for part in text.split() if "-" in part)
    for name in _SRI:
        if name in found:
            if len(found[name]) == 2 * hashlib.new(name).digest_size and _HEXADECIMAL.fullmatch(found[name]):
                return name, bytes.fromhex(found[name])
            try:
                return name, base64.b64decode(found[name], validate=True)
            except binascii.Error as error:
                raise _bad_digest() from error
    raise _bad_digest()


def _multibase(text: str) -> tuple[str, bytes]:
    """Read a Multihash in base64url or base58; a bare digest, which is written too, tells its kind by its length."""
    if text[:1] == "u":
        data = from_base64url(text[1:])
    elif text[:1] == "z":
        data = from_base58(text[1:])
    else:
        raise _bad_digest()
    if len(data) > 2 and data[0] in _MULTIHASH and data[1] == len(data) - 2 == _MULTIHASH[data[0]][1]:
        return _MULTIHASH[data[0]][0], data[2:]
    if len(data) in _LENGTHS:
        return _LENGTHS[len(data)], data
    raise _bad_digest()


def _bad_digest() -> CredentialError:
    return CredentialError(
        "bad_digest",
        "The digest of a related resource cannot be read.",
        remedy="Write it as digestSRI or digestMultibase.",
    )


_READERS = {"digestSRI": _sri, "digestMultibase": _multibase}
