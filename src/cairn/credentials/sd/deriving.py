"""What the holder does: choose what to show of a credential with a base proof. No key is needed, and the issuer is not asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.integrity.suite import PROOF_TYPE
from cairn.credentials.jsontext import serialise
from cairn.credentials.keys import KINDS, PublicKey
from cairn.credentials.linkeddata.contexts import PINNED, Contexts
from cairn.credentials.linkeddata.tags import has_capital_tags
from cairn.credentials.model import Credential
from cairn.credentials.multibase import from_base64url
from cairn.credentials.sd.labels import canonical_labels
from cairn.credentials.sd.pointers import selected, tree_of
from cairn.credentials.sd.proofvalue import BaseProof, DerivedProof, read_base
from cairn.credentials.sd.statements import Statements
from cairn.credentials.sd.suite import SUITE_NAME, name_for


def derive(credential: Credential, pointers: Sequence[str], *, contexts: Contexts = PINNED) -> Credential:
    """Return a credential that shows what ``pointers`` (RFC 6901) name and what its issuer made mandatory, and nothing else.

    ``id`` and ``type`` of all that a pointer goes through come along; further proofs, over the whole, stay behind. No key is needed.
    Raises :class:`CredentialError` with code ``no_base_proof``, ``several_base_proofs``, ``chained_proof``, ``not_a_base_proof``,
    ``bad_proof_value``, ``bad_pointer``, ``too_many_pointers``, ``no_such_place``, ``only_whole``, ``nothing_shown``, or
    ``signature_invalid`` if the document is not the one that was signed.
    """
    proof = _base_proof_of(credential)
    base = read_base(proof.get("proofValue"))
    unsecured = {name: one for name, one in credential.document.items() if name != "proof"}
    shown = [*base.mandatory, *pointers]
    if not shown:
        raise CredentialError(
            "nothing_shown", "No place was named, so there would be nothing to show.", remedy="Name at least one."
        )
    tree = tree_of(shown)
    for pointer in pointers:
        selected(unsecured, tree_of([pointer]))
    statements, must = _statements(unsecured, base, contexts)
    # Language tags with capitals are written in two ways; the issuer's engine chose one of them.
    if has_capital_tags(unsecured) and not _are_signed(statements, must, base):
        kept = _statements(unsecured, base, contexts.keeping_capitals())
        statements, must = kept if _are_signed(*kept, base) else (statements, must)
    part = statements.part(tree)
    alone = _alone(statements, must)
    if len(alone) != len(base.signatures):
        raise CredentialError(
            "signature_invalid",
            "This is not the document that was signed: it says more or less than there are signatures for.",
            remedy="Start from the credential as the issuer sent it.",
        )
    reveal = statements.shown(tree)
    if "credentialSubject" not in reveal:
        raise CredentialError(
            "nothing_shown",
            "Without anything about its subject, this would be no credential.",
            remedy="Name a place below /credentialSubject as well.",
        )
    shown_ones = [signature for place, signature in zip(alone, base.signatures, strict=True) if place in part.places]
    indexes = [index for index, place in enumerate(sorted(part.places)) if place in must]
    # A verifier knows the part only, and names its blank nodes by that; the map leads from those names to the signed ones.
    names = {int(name[len("c14n") :]): statements.labels[blank] for blank, name in canonical_labels(part.quads).items()}
    labels = {number: from_base64url(names[number][1:]) for number in sorted(names)}
    value = DerivedProof(base.base_signature, base.public_key, tuple(shown_ones), labels, tuple(indexes)).written()
    return Credential.parse(serialise({**reveal, "proof": {**proof, "proofValue": value}}))


def _statements(unsecured: Mapping[str, Any], base: BaseProof, contexts: Contexts) -> tuple[Statements, frozenset[int]]:
    """Return the statements that were signed, and the places of those signed together."""
    statements = Statements.of(unsecured, contexts, lambda name: name_for(base.hmac_key, name))
    return statements, statements.part(tree_of(base.mandatory)).places if base.mandatory else frozenset()


def _alone(statements: Statements, must: frozenset[int]) -> list[int]:
    """Return the places of the statements that are signed one by one."""
    return [place for place in range(len(statements.lines)) if place not in must]


def _are_signed(statements: Statements, must: frozenset[int], base: BaseProof) -> bool:
    kind = KINDS["P-256"]
    own = PublicKey(kind.name, kind.checked(base.public_key[len(kind.prefix) :]))
    alone = _alone(statements, must)
    return len(alone) == len(base.signatures) and all(
        own.matches(statements.lines[place], signature) for place, signature in zip(alone, base.signatures, strict=True)
    )


def _base_proof_of(credential: Credential) -> Mapping[str, Any]:
    found = [
        proof
        for proof in credential.proofs
        if proof.get("cryptosuite") == SUITE_NAME and proof.get("type") == PROOF_TYPE
    ]
    if not found:
        raise CredentialError(
            "no_base_proof",
            "This credential is not signed in a way that lets parts of it be shown.",
            remedy=f"Ask the issuer for a credential signed with {SUITE_NAME}.",
        )
    if "previousProof" in found[0]:
        raise CredentialError(
            "chained_proof", "This signature vouches for others as well, which would be lost in a part."
        )
    if len(found) > 1:
        raise CredentialError("several_base_proofs", "It cannot be told from which of several signatures to derive.")
    return found[0]
