"""Selective disclosure: the issuer signs statement by statement, the holder shows some of them, and each shown one still holds.

 1. The issuer names some places that must always be shown (who says so, until when), and signs those together with the proof's own facts.
 2. Every other statement is signed on its own, with a key made for this one document. Base proof.
 3. The holder chooses places. What is shown is these and the mandatory ones; the signatures of all else are left out. Derived proof
    (:mod:`cairn.credentials.sd.deriving`).
 4. A verifier rebuilds the statements from what is shown, and checks that each of them is signed: one by one, or together.

W3C Data Integrity ECDSA Cryptosuites 1.0, sections 3.4 to 3.6 (ecdsa-sd-2023). Whose key it is, and until when, is judged where all
proofs are (:mod:`cairn.credentials.integrity.proofs`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cairn.credentials.effort import SIGNATURE, spend
from cairn.credentials.integrity.suite import Suite, Unsecured
from cairn.credentials.integrity.transformations import RDFC
from cairn.credentials.keys import KINDS, EllipticKey, PublicKey, Signer
from cairn.credentials.linkeddata.canonical import covered_quads
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.multibase import base64url
from cairn.credentials.repeating.shapes import options_hash
from cairn.credentials.sd.labels import canonical_labels
from cairn.credentials.sd.pointers import tree_of
from cairn.credentials.sd.proofvalue import BaseProof, read_derived
from cairn.credentials.sd.statements import Statements, relabelled_lines

SUITE_NAME = "ecdsa-sd-2023"
ALWAYS_SHOWN = (
    *("issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate"),
    *("credentialStatus", "credentialSchema", "refreshService", "termsOfUse"),
)
"""What a verdict hangs on. If a holder could leave out the end or the status, a credential would never run out and never be revoked."""
_P256 = KINDS["P-256"]


def mandatory_of(document: Mapping[str, Any], pointers: Sequence[str]) -> list[str]:
    """Return ``pointers`` and, of :data:`ALWAYS_SHOWN`, those that the document has."""
    always = [f"/{name}" for name in ALWAYS_SHOWN if name in document]
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
    statement_key: EllipticKey | None = None,
) -> str:
    """Return the ``proofValue`` of a base proof; ``sign`` makes the issuer's 64-byte P-256 signature (SHA-256 of what it is given).

    The two keys are made anew for each document; give them only to repeat a published example. Raises what
    :func:`cairn.credentials.linkeddata.canonical.rdf_canonical` and :func:`cairn.credentials.sd.pointers.selected` raise.
    """
    secret = hmac_key or secrets.token_bytes(32)
    key = statement_key or EllipticKey.generate(_P256.name)
    statements = Statements.of(unsecured, contexts, lambda name: name_for(secret, name))
    together = statements.part(tree_of(mandatory)).places if mandatory else frozenset()
    public_key = _P256.prefix + key.public.data
    shown = [statements.lines[place] for place in sorted(together)]
    one_by_one = [line for place, line in enumerate(statements.lines) if place not in together]
    return BaseProof(
        sign(_signed_together(unsecured, options, contexts, public_key, shown)),
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


def name_for(secret: bytes, canonical_name: str) -> str:
    """Return what a blank node is called in signed statements: nobody without ``secret`` can tell which one it is of how many."""
    return "u" + base64url(hmac.digest(secret, canonical_name.encode(), "sha256"))


# -- 4. The verifier ------------------------------------------------------------------------------------------------------------


def derived_proof_holds(
    unsecured: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKey, contexts: Contexts
) -> bool:
    """Tell whether each statement of ``unsecured`` is signed: ``key`` is the issuer's, on P-256.

    Raises :class:`CredentialError` ``bad_proof_value`` or ``bad_key``, :class:`NotSupported` ``base_proof`` for a holder's own copy, and
    what :func:`cairn.credentials.linkeddata.canonical.rdf_canonical` raises.
    """
    derived = read_derived(proof.get("proofValue"))
    spend(SIGNATURE * len(derived.signatures))
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
    own = PublicKey(_P256.name, _P256.checked(derived.public_key[len(_P256.prefix) :]))
    return key.matches(base, derived.base_signature) and all(
        own.matches(line, signature) for line, signature in zip(one_by_one, derived.signatures, strict=True)
    )


# -- The record -----------------------------------------------------------------------------------------------------------------


def _make(unsecured: Unsecured, options: Mapping[str, Any], signer: Signer, mandatory: Sequence[str]) -> str:
    document = unsecured.document
    return base_proof_value(document, options, signer.sign, unsecured.contexts, mandatory_of(document, mandatory))


def _check(unsecured: Unsecured, proof: Mapping[str, Any], key: PublicKey) -> bool:
    return derived_proof_holds(unsecured.document, proof, key, unsecured.contexts)


ECDSA_SD = Suite(SUITE_NAME, (_P256.name,), True, RDFC, check=_check, make=_make, selective=True)
