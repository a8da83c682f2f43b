"""The two kinds of value that an ecdsa-sd-2023 proof has, as bytes (CBOR) and as text (multibase, base64url).

A base proof is what the issuer gives to the holder: a signature for each statement, and the secret that names things. A derived proof
is what the holder shows: the signatures of what is shown. W3C Data Integrity ECDSA Cryptosuites 1.0, section 3.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.keys import KINDS
from cairn.credentials.multibase import base64url, from_base64url
from cairn.credentials.sd.cbor import Item, Writable, decode, encode
from cairn.credentials.sd.labels import MAX_STATEMENTS
from cairn.credentials.sd.pointers import MAX_POINTERS

BASE = bytes.fromhex("d95d00")
DERIVED = bytes.fromhex("d95d01")
SIGNATURE, PUBLIC_KEY, SECRET, NAME = 64, 35, 32, 32
"""Lengths in bytes: P-256 signatures, compressed points with their two-byte prefix, HMAC-SHA-256 keys and digests."""


@dataclass(frozen=True, slots=True)
class BaseProof:
    """The issuer's signature, the key that signed the statements, the secret behind the names, and what must always be shown."""

    base_signature: bytes
    public_key: bytes
    hmac_key: bytes = field(repr=False)
    signatures: tuple[bytes, ...] = field(repr=False)
    mandatory: tuple[str, ...]

    def written(self) -> str:
        """Return the ``proofValue``."""
        content: list[Writable] = [self.base_signature, self.public_key, self.hmac_key, self.signatures, self.mandatory]
        return "u" + base64url(BASE + encode(content))


@dataclass(frozen=True, slots=True)
class DerivedProof:
    """What is left for a verifier. ``labels`` gives, by the number of a canonical name, the name that was signed."""

    base_signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...] = field(repr=False)
    labels: Mapping[int, bytes]
    mandatory: tuple[int, ...]

    def written(self) -> str:
        """Return the ``proofValue``."""
        content: list[Writable] = [self.base_signature, self.public_key, self.signatures, self.labels, self.mandatory]
        return "u" + base64url(DERIVED + encode(content))


def read_base(value: object) -> BaseProof:
    """Read the value of a base proof; raises ``bad_proof_value``, or ``not_a_base_proof`` for a derived one."""
    data = _bytes_of(value)
    if data.startswith(DERIVED):
        raise CredentialError(
            "not_a_base_proof",
            "Parts of this credential have already been chosen to be shown; nothing can be derived from that again.",
            remedy="Start from the credential as the issuer sent it.",
        )
    base_signature, public_key, hmac_key, signatures, mandatory = _five(data, BASE)
    if not isinstance(mandatory, list) or len(mandatory) > MAX_POINTERS:
        raise _bad("what must be shown is no list of places")
    return BaseProof(
        _sized(base_signature, SIGNATURE),
        _key(public_key),
        _sized(hmac_key, SECRET),
        _signatures(signatures),
        tuple(one if isinstance(one, str) else _refuse("a place to be shown is no text") for one in mandatory),
    )


def read_derived(value: object) -> DerivedProof:
    """Read the value of a derived proof; raises ``bad_proof_value``, or :class:`NotSupported` ``base_proof``, ``too_complex``."""
    data = _bytes_of(value)
    if data.startswith(BASE):
        raise NotSupported(
            "base_proof",
            "This is the holder's own copy, from which parts can be chosen to be shown. It is not meant for verifiers: it holds a secret "
            "of the holder's, and no verifier judges it.",
            remedy="Ask the holder to choose what to show, and to send that.",
        )
    base_signature, public_key, signatures, labels, mandatory = _five(data, DERIVED)
    if not isinstance(labels, dict) or not isinstance(mandatory, list):
        raise _bad("its parts are of the wrong kinds")
    names = {number: _sized(name, NAME) for number, name in labels.items()}
    indexes = tuple(one if isinstance(one, int) else _refuse("a place in it is no number") for one in mandatory)
    if len(set(names.values())) != len(names) or any(one >= next_one for one, next_one in pairwise(indexes)):
        raise _bad("it says the same twice")
    return DerivedProof(_sized(base_signature, SIGNATURE), _key(public_key), _signatures(signatures), names, indexes)


def _bytes_of(value: object) -> bytes:
    if not isinstance(value, str) or not value.startswith("u"):
        raise _bad("it is not written in base64url")
    try:
        return from_base64url(value[1:])
    except CredentialError as error:
        raise _bad("it is not written in base64url") from error


def _five(data: bytes, prefix: bytes) -> list[Item]:
    content = decode(data[len(prefix) :]) if data.startswith(prefix) else None
    if not isinstance(content, list) or len(content) != 5:
        raise _bad("it does not have the five parts that the cryptosuite knows")
    return content


def _signatures(value: Item) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise _bad("it has no list of signatures")
    if len(value) > MAX_STATEMENTS:
        raise NotSupported("too_complex", f"This proof holds more than {MAX_STATEMENTS} signatures.")
    return tuple(_sized(one, SIGNATURE) for one in value)


def _key(value: Item) -> bytes:
    key = _sized(value, PUBLIC_KEY)
    if not key.startswith(KINDS["P-256"].prefix):
        raise _bad("the key in it is no P-256 key")
    return key


def _sized(value: Item, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise _bad(f"{length} bytes were expected in it, and something else is there")
    return value


def _refuse(why: str) -> Any:
    raise _bad(why)


def _bad(why: str) -> CredentialError:
    return CredentialError(
        "bad_proof_value",
        f"The value of the signature cannot be read: {why}.",
        remedy="Ask the holder for the credential as it was sent.",
    )
