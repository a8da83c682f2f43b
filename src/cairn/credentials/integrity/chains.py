"""Several proofs on one document: each by itself (a set), or one over others (a chain).

A proof with ``previousProof`` is made over the document together with the proofs it names, so that it vouches for these as well.

1. Every name in ``previousProof`` is the ``id`` of a proof of the same document.
2. No two proofs have the same ``id``: nobody could say which one is meant.
3. No proof follows itself, directly or by way of others.

Source: W3C Data Integrity 1.0 sections 2.1.2 (Proof Chains) and 4.5 (Verify Proof Sets and Chains).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.integrity.suite import Unsecured
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.linkeddata.contexts import Contexts

_ASK = "Do not rely on it. Ask the holder for the original file."
Proof = Mapping[str, Any]


def unsecured_of(
    document: Mapping[str, Any],
    previous: Sequence[Proof],
    contexts: Contexts,
    meaning: Callable[[Contexts], bytes | None] | None = None,
) -> Unsecured:
    """Return what a proof is made over: the document without its proofs, but with those that this one follows.

    ``meaning``: see :class:`Unsecured`; of a document without any proof.
    """
    bare = {name: one for name, one in document.items() if name != "proof"}
    if previous:
        bare["proof"] = [dict(one) for one in previous]
    return Unsecured(bare, contexts, None if previous else meaning)


def previous_of(document: Mapping[str, Any], proof: Proof) -> list[Proof]:
    """Return the proofs that ``proof`` follows, in the order in which they stand in the document.

    Raises :class:`CredentialError` ``no_such_proof`` if one is not there, ``bad_proof`` if ``previousProof`` is no name, nor a list.
    """
    if "previousProof" not in proof:
        return []
    names = as_list(proof["previousProof"])
    if not names or not all(isinstance(name, str) for name in names):
        raise CredentialError("bad_proof", "The signature does not say which other signatures it follows.", remedy=_ASK)
    found = [one for one in objects(as_list(document.get("proof"))) if one.get("id") in names]
    if {one["id"] for one in found} != set(names):
        raise CredentialError(
            "no_such_proof",
            "A signature follows another one, which is missing from the document.",
            remedy="Ask for the original file, with all its signatures.",
        )
    return found


def check_chains(proofs: Sequence[Proof]) -> None:
    """Make sure that the proofs of one document can be told apart and none follows itself.

    Raises :class:`CredentialError` ``duplicate_proof_id`` or ``proof_cycle``. Names that lead nowhere: see :func:`previous_of`.
    """
    names = [str(proof["id"]) for proof in proofs if "id" in proof]
    if len(set(names)) != len(names):
        raise CredentialError("duplicate_proof_id", "Two signatures of this document have the same id.", remedy=_ASK)
    following = {
        str(proof["id"]): [str(one) for one in as_list(proof.get("previousProof"))] for proof in proofs if "id" in proof
    }
    # Take away, again and again, what follows nothing that is left. What cannot be taken away goes in circles.
    while following:
        free = [name for name, others in following.items() if not any(other in following for other in others)]
        if not free:
            raise CredentialError(
                "proof_cycle", "The signatures of this document follow each other in a circle.", remedy=_ASK
            )
        for name in free:
            del following[name]
