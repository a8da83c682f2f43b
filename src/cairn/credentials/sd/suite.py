"""Selective disclosure: the issuer signs statement by statement, the holder shows some of them, and each shown one still holds.

 1. The issuer names some places that must always be shown (who says so, until when), and signs those together with the proof's own facts.
 2. Every other statement is signed on its own, with a key made for this one document. Base proof.
 3. The holder chooses places. What is shown is these and the mandatory ones; the signatures of all else are left out. Derived proof.
 4. A verifier rebuilds the statements from what is shown, and checks that each of them is signed: one by one, or together.

W3C Data Integrity ECDSA Cryptosuites 1.0, sections 3.4 to 3.6 (ecdsa-sd-2023). Everything here is a function of documents and keys;
whose key it is, and until when, is judged where all proofs are (:mod:`cairn.credentials.proofs`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cairn.credentials.canonical import covered_quads
from cairn.credentials.contexts import PINNED, Contexts
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import serialise
from cairn.credentials.model import Credential
from cairn.credentials.multibase import base64url, from_base64url
from cairn.credentials.sd.labels import canonical_labels
from cairn.credentials.sd.p256 import Point, StatementKey
from cairn.credentials.sd.pointers import tree_of
from cairn.credentials.sd.proofvalue import (
    MAX_SIGNATURES,
    P256_PREFIX,
    BaseProof,
    DerivedProof,
    read_base,
    read_derived,
)
from cairn.credentials.sd.statements import Statements, relabelled_lines
from cairn.credentials.shapes import options_hash

SUITE_NAME = "ecdsa-sd-2023"
ALWAYS_SHOWN = (
    "/issuer",
    "/validFrom",
    "/validUntil",
    "/issuanceDate",
    "/expirationDate",
    "/credentialStatus",
    "/credentialSchema",
)
"""What a verdict hangs on. If a holder could leave out the end or the status, a credential would never run out and never be revoked."""


def mandatory_of(document: Mapping[str, Any], pointers: Sequence[str]) -> list[str]:
    """Return ``pointers`` and, of :data:`ALWAYS_SHOWN`, those that the document has."""
    always = [pointer for pointer in ALWAYS_SHOWN if pointer[1:] in document]
    return list(dict.fromkeys([*always, *pointers]))


# -- 1. and 2. The issuer -------------------------------------------------------------------------------------------------------


def base_proof_value(
    unsecured: Mapping[str, Any],
    options: Mapping[str, Any],
    sign: Callable[[bytes], bytes],
    contexts: Contexts,
    mandatory: Sequence[str],
    *,
    hmac_key: bytes | None = None,
    statement_key: StatementKey | None = None,
) -> str:
    """Return the ``proofValue`` of a base proof; ``sign`` makes the issuer's 64-byte P-256 signature (SHA-256 of what it is given).

    The two keys are made anew for each document; give them only to repeat a published example. Raises what
    :func:`cairn.credentials.canonical.rdf_canonical` and :func:`cairn.credentials.sd.pointers.selected` raise.
    """
    secret = hmac_key or secrets.token_bytes(32)
    key = statement_key or StatementKey.generate()
    statements = Statements.of(unsecured, contexts, lambda name: _name_for(secret, name))
    if len(statements.lines) > MAX_SIGNATURES:
        raise NotSupported("too_complex", f"This document makes more than {MAX_SIGNATURES} statements.")
    together = statements.part(tree_of(mandatory)).places if mandatory else frozenset()
    public_key = P256_PREFIX + key.point
    one_by_one = [line for place, line in enumerate(statements.lines) if place not in together]
    return BaseProof(
        sign(
            _signed_together(
                unsecured, options, contexts, public_key, [statements.lines[one] for one in sorted(together)]
            )
        ),
        public_key,
        secret,
        tuple(key.sign(line) for line in one_by_one),
        tuple(mandatory),
    ).written()


def _signed_together(
    unsecured: Mapping[str, Any],
    options: Mapping[str, Any],
    contexts: Contexts,
    public_key: bytes,
    mandatory: Sequence[bytes],
) -> bytes:
    config = {**options, "@context": unsecured["@context"]}
    return options_hash(config, contexts) + public_key + hashlib.sha256(b"".join(mandatory)).digest()


def _name_for(secret: bytes, canonical_name: str) -> str:
    return "u" + base64url(hmac.digest(secret, canonical_name.encode(), "sha256"))


# -- 3. The holder --------------------------------------------------------------------------------------------------------------


def derive(credential: Credential, pointers: Sequence[str], *, contexts: Contexts = PINNED) -> Credential:
    """Return a credential that shows what ``pointers`` (RFC 6901) name and what its issuer made mandatory, and nothing else.

    ``id`` and ``type`` of all that a pointer goes through come along. No key is needed. Raises :class:`CredentialError` with code
    ``no_base_proof``, ``several_base_proofs``, ``not_a_base_proof``, ``bad_proof_value``, ``bad_pointer``, ``no_such_place``,
    ``only_whole``, ``nothing_shown``, or ``signature_invalid`` if the document is not the one that was signed.
    """
    proof = _base_proof_of(credential)
    base = read_base(proof.get("proofValue"))
    unsecured = {name: one for name, one in credential.document.items() if name != "proof"}
    shown = [*base.mandatory, *pointers]
    if not shown:
        raise CredentialError(
            "nothing_shown", "No place was named, so there would be nothing to show.", remedy="Name at least one."
        )
    statements = Statements.of(unsecured, contexts, lambda name: _name_for(base.hmac_key, name))
    must = statements.part(tree_of(base.mandatory)).places if base.mandatory else frozenset()
    part = statements.part(tree_of(shown))
    alone = [place for place in range(len(statements.lines)) if place not in must]
    if len(alone) != len(base.signatures):
        raise CredentialError(
            "signature_invalid",
            "This is not the document that was signed: it says more or less than there are signatures for.",
            remedy="Start from the credential as the issuer sent it.",
        )
    kept = [signature for place, signature in zip(alone, base.signatures, strict=True) if place in part.places]
    indexes = [index for index, place in enumerate(sorted(part.places)) if place in must]
    # A verifier knows the part only, and names its blank nodes by that; the map leads from those names to the signed ones.
    names = {int(name[len("c14n") :]): statements.labels[blank] for blank, name in canonical_labels(part.quads).items()}
    labels = {number: from_base64url(names[number][1:]) for number in sorted(names)}
    value = DerivedProof(base.base_signature, base.public_key, tuple(kept), labels, tuple(indexes)).written()
    reveal = statements.shown(tree_of(shown))
    return Credential.parse(serialise({**reveal, "proof": {**proof, "proofValue": value}}))


def _base_proof_of(credential: Credential) -> Mapping[str, Any]:
    found = [
        proof
        for proof in credential.proofs
        if proof.get("cryptosuite") == SUITE_NAME and proof.get("type") == "DataIntegrityProof"
    ]
    if not found:
        raise CredentialError(
            "no_base_proof",
            "This credential is not signed in a way that lets parts of it be shown.",
            remedy=f"Ask the issuer for a credential signed with {SUITE_NAME}.",
        )
    if len(found) > 1:
        raise CredentialError("several_base_proofs", "It cannot be told from which of several signatures to derive.")
    return found[0]


# -- 4. The verifier ------------------------------------------------------------------------------------------------------------


def derived_proof_holds(
    unsecured: Mapping[str, Any], proof: Mapping[str, Any], point: bytes, contexts: Contexts
) -> bool:
    """Tell whether each statement of ``unsecured`` is signed: ``point`` is the issuer's P-256 key as a compressed point (33 bytes).

    Raises :class:`CredentialError` ``bad_proof_value`` or ``bad_key``, :class:`NotSupported` ``base_proof`` for a holder's own copy, and
    what :func:`cairn.credentials.canonical.rdf_canonical` raises.
    """
    derived = read_derived(proof.get("proofValue"))
    options = {name: one for name, one in proof.items() if name != "proofValue"}
    quads = list(dict.fromkeys(covered_quads(unsecured, contexts)))
    names = canonical_labels(quads)
    if {f"c14n{number}" for number in derived.labels} != set(names.values()):
        return False
    signed = {blank: "u" + base64url(derived.labels[int(name[len("c14n") :])]) for blank, name in names.items()}
    lines = sorted(relabelled_lines(quads, signed))
    together = set(derived.mandatory)
    one_by_one = [line for place, line in enumerate(lines) if place not in together]
    if len(one_by_one) != len(derived.signatures) or len(one_by_one) + len(together) != len(lines):
        return False
    mandatory = [lines[place] for place in derived.mandatory]
    base = _signed_together(unsecured, options, contexts, derived.public_key, mandatory)
    if not Point(point).matches(base, derived.base_signature):
        return False
    own = Point(derived.public_key[len(P256_PREFIX) :])
    return all(own.matches(line, signature) for line, signature in zip(one_by_one, derived.signatures, strict=True))
