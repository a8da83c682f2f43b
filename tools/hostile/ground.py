"""The ground on which the hostile files stand: honest issuers, one forger, their keys from fixed seeds, and what all of them publish."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from tools.hostile.packing import gzipped

from cairn.credentials import (
    PINNED,
    Credential,
    Ed25519Key,
    EllipticKey,
    KeySigner,
    PublishedKey,
    Signer,
    achievement_credential,
    did_document,
    did_key_verification_method,
    identity_object,
    status_entry,
)
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.linkeddata.contexts import VC_V2
from cairn.credentials.moments import format_moment
from cairn.credentials.multibase import base64url, multibase58

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
AWARDED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ENDS = datetime(2031, 3, 1, tzinfo=UTC)
DID, SITE = "did:web:badges.example.org", "https://badges.example.org"
METHOD = f"{DID}#key-1"
KEYS_PAGE = f"{SITE}/.well-known/did.json"
LIST, SUSPENSIONS = f"{SITE}/status/1", f"{SITE}/status/2"
KEY = Ed25519Key.from_seed(b"\x01" * 32)
CURVE_KEY = EllipticKey("P-256", b"\x02" * 32)
SIGNER, CURVE_SIGNER = KeySigner(KEY, METHOD), KeySigner(CURVE_KEY, f"{DID}#curve")
MALLORY_DID, MALLORY_PAGE = "did:web:mallory.example", "https://mallory.example/.well-known/did.json"
MALLORY = Ed25519Key.from_seed(b"\x66" * 32)
MALLORY_METHOD = f"{MALLORY_DID}#key-1"
MALLORY_SIGNER = KeySigner(MALLORY, MALLORY_METHOD)
INWARD = "https://169.254.169.254/latest/meta-data/"
"""Where clouds keep the secrets of a machine; no stranger's document may send us there."""
EMAIL = "mira@example.com"
OWN = (KEYS_PAGE, LIST)
"""What checking an honest award asks for."""


@dataclass(frozen=True)
class Case:
    """One file. ``may_ask`` is every address that checking it may ask for; ``verdict`` and ``code`` are what must come of it."""

    name: str
    content: bytes
    tries: str
    verdict: str
    code: str
    may_ask: tuple[str, ...] = ()
    rule: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else is asked: ``check`` ("presentation"), ``challenge``, ``domain``, ``refresh``, ``names`` (what DNS answers)."""


type Document = dict[str, Any]


def written(document: Any) -> bytes:
    """Return JSON as text that people can read."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def compact(document: Any) -> bytes:
    """Return JSON on one line."""
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def award_document(**changes: Any) -> Document:
    """Return an unsigned award of the honest institute, with members changed; None takes one away."""
    made = achievement_credential(
        id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5",
        issuer={"id": DID, "name": "Example Institute", "url": SITE},
        achievement={
            "id": f"{SITE}/achievements/42",
            "achievementType": "MicroCredential",
            "name": "Data Analysis with Python",
            "description": "Cleans, models and shows tabular data.",
            "criteria": {"narrative": "Four assessed projects."},
        },
        subject={"identifier": [identity_object(EMAIL, "kosher")], "creditsEarned": 2.5},
        valid_from=AWARDED,
        valid_until=ENDS,
        status=[status_entry(LIST, 94567)],
    )
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


def small_document(**changes: Any) -> Document:
    """Return an unsigned credential with as little in it as may be."""
    made: Document = {
        "@context": [VC_V2],
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "validFrom": format_moment(AWARDED),
        "credentialSubject": {"id": "urn:uuid:7c6e1c5e-1f0b-4c53-8f70-0cfb9fd2ab53"},
    }
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


def signed(
    document: Mapping[str, Any], signer: Signer = SIGNER, suite: str = "eddsa-rdfc-2022", **options: Any
) -> Document:
    """Sign a document as it is, whether or not an honest issuer would; ``options`` are laid over those of the proof."""
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return {**unsecured, "proof": proof_for(unsecured, signer, suite, **options)}


def proof_for(unsecured: Mapping[str, Any], signer: Signer, suite: str, **options: Any) -> Document:
    """Return the proof alone."""
    given: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": format_moment(AWARDED),
        "verificationMethod": signer.verification_method,
        "proofPurpose": "assertionMethod",
        **options,
    }
    made = SUITES[suite].options_for(unsecured, given)
    return {**made, "proofValue": multibase58(signer.sign(SUITES[suite].signing_input(unsecured, made, PINNED)))}


def signed_anyhow(document: Mapping[str, Any], signer: Signer = SIGNER, **options: Any) -> Document:
    """Sign what no RDF can be made of: by its JSON (JCS)."""
    return signed(document, signer, "eddsa-jcs-2022", **options)


@cache
def honest() -> Credential:
    """The award that most files are bent from."""
    return Credential.parse(signed(award_document()))


def honest_copy() -> Document:
    """Return the honest award, to be bent."""
    copied: Document = json.loads(honest().text)
    return copied


def list_document(
    url: str, *, bits: bytes = bytes(16384), purpose: str = "revocation", issuer: str = DID, **changes: Any
) -> Document:
    """Return an unsigned Bitstring Status List credential with these bits."""
    subject = {
        "id": f"{url}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose,
        "encodedList": "u" + base64url(gzipped(bits)),
    }
    return {
        "@context": [VC_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": format_moment(AWARDED),
        "credentialSubject": subject,
        **changes,
    }


def with_bit(index: int, size: int = 16384) -> bytes:
    """Return bits that are all 0 but the one at ``index``."""
    bits = bytearray(size)
    bits[index // 8] |= 0x80 >> index % 8
    return bytes(bits)


# -- Keys of RSA, from a seed --------------------------------------------------------------------------------------------------


@cache
def rsa_numbers(seed: int, bits: int) -> rsa.RSAPrivateKey:
    """Return the RSA key of a seed: worthless as a secret, the same for ever."""
    numbers = random.Random(seed)  # noqa: S311 - a key that everybody may know
    first, second = (_prime(numbers, bits // 2) for _ in range(2))
    exponent = 65537
    secret = pow(exponent, -1, (first - 1) * (second - 1))
    return rsa.RSAPrivateNumbers(
        first,
        second,
        secret,
        secret % (first - 1),
        secret % (second - 1),
        pow(second, -1, first),
        rsa.RSAPublicNumbers(exponent, first * second),
    ).private_key()


_SMALL = [one for one in range(3, 2000, 2) if all(one % other for other in range(3, int(one**0.5) + 1, 2))]


def _prime(numbers: random.Random, bits: int) -> int:
    while True:
        candidate = numbers.getrandbits(bits) | 3 << (bits - 2) | 1
        if all(candidate % one for one in _SMALL) and (candidate - 1) % 65537 and _is_prime(candidate):
            return candidate


def _is_prime(candidate: int) -> bool:
    """Miller and Rabin's test, to the first twelve primes."""
    odd, twos = candidate - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        power = pow(base, odd, candidate)
        if power in (1, candidate - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % candidate
            if power == candidate - 1:
                break
        else:
            return False
    return True


# -- What the world publishes ---------------------------------------------------------------------------------------------------


def issuer_pages() -> dict[str, Any]:
    """Return address → JSON value of the honest institute's and the forger's own pages; the modules add what their files need."""
    keys = [PublishedKey(KEY.public_multibase, "key-1"), PublishedKey(CURVE_KEY.public_multibase, "curve")]
    return {
        KEYS_PAGE: did_document(DID, keys),
        LIST: signed(list_document(LIST)),
        SUSPENSIONS: signed(list_document(SUSPENSIONS, purpose="suspension")),
        MALLORY_PAGE: did_document(MALLORY_DID, [PublishedKey(MALLORY.public_multibase, "key-1")]),
        "https://mallory.example/keys": {"keys": [{**MALLORY.public.jwk, "kid": "key-1"}]},
    }


def mallory_as_did_key() -> KeySigner:
    """The forger under an identifier that needs no website."""
    return KeySigner(MALLORY, did_key_verification_method(MALLORY))


def nested(levels: int, value: Any = "x", step: Sequence[str] = ("parentOrg",)) -> Any:
    """Return ``value`` so many objects deep."""
    for level in range(levels):
        value = {step[level % len(step)]: value}
    return value
