"""Signing: a document that is whole, understood and covered gets a proof; anything else is refused.

1. The document is plain JSON of the data model (:mod:`rules`), with everything its type requires.
2. Every word in it is defined, so that the signature covers all a reader sees (:mod:`coverage`).
3. The proof is made and signed (:mod:`signing`).
4. The signed text is compact UTF-8 JSON. It is stored and sent exactly so.

Source: W3C Data Integrity 1.0 sections 4.2 (Add Proof) and 4.3 (Add Proof Set/Chain).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.forms import VC_2
from cairn.credentials.integrity.binding import refuse_foreign_signer
from cairn.credentials.integrity.chains import check_chains
from cairn.credentials.integrity.signing import proof_of, proof_options, suite_for
from cairn.credentials.jsontext import as_list, checked_copy, objects, serialise
from cairn.credentials.keys import Signer
from cairn.credentials.linkeddata.contexts import PINNED, Contexts
from cairn.credentials.linkeddata.proofcontexts import with_proof_context
from cairn.credentials.model import Credential
from cairn.credentials.repeating.shapes import refuse_uncovered
from cairn.credentials.vc1 import VC_1


def issue(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    created: datetime,
    cryptosuite: str | None = None,
    mandatory: Sequence[str] = (),
    proof_id: str | None = None,
    contexts: Contexts = PINNED,
) -> Credential:
    """Sign ``document`` and return the credential. ``created`` is the moment of signing (whole seconds are kept).

    ``cryptosuite`` is one of :data:`~cairn.credentials.integrity.suites.SUITES` (default: the usual one of the signer's kind of key:
    eddsa-rdfc-2022 for Ed25519, ecdsa-rdfc-2019 for P-256 and P-384). ``mandatory`` are JSON pointers to what a suite with selective
    disclosure always shows. ``proof_id`` names the proof, so that a further one can follow it (:func:`add_proof`). The vocabulary of
    the proof is added to those the document names, if none of them knows its words (data model 1.1, Ed25519Signature2020).

    The verification method must belong to the issuer: same DID, or an issuer with an https address.
    Raises :class:`CredentialError` with the first fault: ``missing``, ``bad_…``, ``undefined_term``, ``already_signed``,
    ``unknown_cryptosuite``, ``wrong_key_type``, ``key_not_of_issuer``; nothing is signed then.
    """
    suite = suite_for(cryptosuite, signer.key_type)
    unsecured = with_proof_context(checked_copy(document), suite.proof_type)
    # 1. Whole: the rules of the data model, then those of its type.
    if "proof" in unsecured:
        raise CredentialError(
            "already_signed", "This document already carries a proof.", remedy="Sign the document without it."
        )
    form = VC_1 if VC_1.recognises(unsecured) else VC_2
    for fault in (*form.faults(unsecured), *form.gaps(unsecured)):
        raise CredentialError(
            fault.code, fault.message, remedy="Complete the document, then sign it.", where=fault.where
        )
    refuse_foreign_signer(unsecured, signer.verification_method)
    # 2. Covered: whichever suite signs, each word must have a meaning. (The RDF suite asks for itself.)
    if not suite.covers_by_meaning:
        refuse_uncovered(unsecured, contexts)
    # 3. Signed.
    options = proof_options(suite, signer, created, proof_id=proof_id)
    proof = proof_of(unsecured, suite, options, signer, contexts=contexts, mandatory=mandatory)
    # 4. Written down once, for good.
    return Credential.parse(serialise({**unsecured, "proof": proof}))


def add_proof(
    credential: Credential,
    signer: Signer,
    *,
    created: datetime,
    cryptosuite: str | None = None,
    after: str | Sequence[str] = (),
    proof_id: str | None = None,
    contexts: Contexts = PINNED,
) -> Credential:
    """Return ``credential`` with a further proof beside those it has: by the issuer with another key, or by somebody who joins in.

    Without ``after`` it stands by itself (a proof set). With it, it follows the proofs with these ids, vouches for them as well, and
    must be taken off before any of them is (a proof chain). Whoever verifies takes only the issuer's own proofs for the issuer's word.
    Raises as :func:`issue` does, ``no_proof`` for what is not signed yet, ``no_such_proof``, ``duplicate_proof_id``.
    """
    suite = suite_for(cryptosuite, signer.key_type)
    document = checked_copy(credential.document)
    proofs = as_list(document.get("proof"))
    if not proofs:
        raise CredentialError("no_proof", "This document carries no proof yet.", remedy="Sign it with issue() first.")
    if not suite.covers_by_meaning:
        refuse_uncovered({name: one for name, one in document.items() if name != "proof"}, contexts)
    names = [after] if isinstance(after, str) else list(after)
    options = proof_options(suite, signer, created, proof_id=proof_id, after=names)
    check_chains([*objects(proofs), options])
    proof = proof_of(document, suite, options, signer, contexts=contexts)
    return Credential.parse(serialise({**document, "proof": [*proofs, proof]}))
