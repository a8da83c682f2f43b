"""Signing: a document that is whole, understood and covered gets a proof; anything else is refused.

1. The document is plain JSON of the data model (:mod:`rules`), with everything its type requires.
2. Every word in it is defined, so that the signature covers all a reader sees (:mod:`coverage`).
3. The proof options are fixed, the bytes to sign are made by the cryptosuite (:mod:`suites`), the signer signs.
4. The signed text is compact UTF-8 JSON. It is stored and sent exactly so.

Source: W3C Data Integrity 1.0 section 4.2 (Add Proof).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from cairn.credentials.batch import Batch, laid_over
from cairn.credentials.binding import refuse_foreign_signer
from cairn.credentials.contexts import PINNED, Contexts
from cairn.credentials.coverage import check_coverage
from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import checked_copy, serialise
from cairn.credentials.keys import Signer
from cairn.credentials.model import Credential
from cairn.credentials.moments import format_moment
from cairn.credentials.multibase import multibase58
from cairn.credentials.rules import faults_of, gaps_of
from cairn.credentials.suites import PROOF_TYPE, SUITES

DEFAULT_SUITE = "eddsa-rdfc-2022"


def issue(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    created: datetime,
    cryptosuite: str = DEFAULT_SUITE,
    contexts: Contexts = PINNED,
) -> Credential:
    """Sign ``document`` and return the credential. ``created`` is the moment of signing (whole seconds are kept).

    The verification method must belong to the issuer: same DID, or an issuer with an https address.
    Raises :class:`CredentialError` with the first fault: ``missing``, ``bad_…``, ``undefined_term``, ``already_signed``,
    ``unknown_cryptosuite``, ``key_not_of_issuer``; nothing is signed then.
    """
    suite = SUITES.get(cryptosuite)
    if suite is None:
        raise CredentialError(
            "unknown_cryptosuite",
            f"There is no cryptosuite “{cryptosuite}” here.",
            remedy=f"Use one of {', '.join(SUITES)}.",
        )
    unsecured = checked_copy(document)
    # 1. Whole: the rules of the data model, then those of its type.
    if "proof" in unsecured:
        raise CredentialError(
            "already_signed", "This document already carries a proof.", remedy="Sign the document without it."
        )
    for fault in (*faults_of(unsecured), *gaps_of(unsecured)):
        raise CredentialError(
            fault.code, fault.message, remedy="Complete the document, then sign it.", where=fault.where
        )
    refuse_foreign_signer(unsecured, signer.verification_method)
    # 2. Covered: whichever suite signs, each word must have a meaning. (The RDF suite asks for itself.)
    if not suite.covers_by_meaning:
        check_coverage(unsecured, contexts)
    # 3. Signed.
    options = suite.options_for(unsecured, _options(suite.name, signer, created))
    signature = signer.sign(suite.signing_input(unsecured, options, contexts))
    # 4. Written down once, for good.
    signed = {**unsecured, "proof": {**options, "proofValue": _written(signature)}}
    return Credential.parse(serialise(signed))


def issue_batch(
    template: Mapping[str, Any],
    recipients: Iterable[Mapping[str, Any]],
    signer: Signer,
    *,
    created: datetime,
    cryptosuite: str = DEFAULT_SUITE,
    contexts: Contexts = PINNED,
) -> Iterator[Credential]:
    """Sign one credential per recipient, one after the other; no memory is kept of them but their ids, about 130 bytes each.

    ``template`` is a document as for :func:`issue`. Each recipient is a mapping of what differs: it is laid over the template,
    objects into objects, anything else replaces; at the least ``{"id": …, "credentialSubject": {"identifier": […]}}``. Two
    recipients with the same ``id`` are refused (``duplicate_id``), as is one without (``missing``).
    """
    batch = Batch.of(template, contexts) if cryptosuite == DEFAULT_SUITE else None
    options = _options(DEFAULT_SUITE, signer, created)
    seen: set[str] = set()
    for number, recipient in enumerate(recipients, start=1):
        own = recipient.get("id")
        if not isinstance(own, str):
            raise CredentialError("missing", f"Recipient {number} has no id for the credential.", where="id")
        if own in seen:
            raise CredentialError(
                "duplicate_id", f"Recipient {number} has the same credential id as an earlier one.", where="id"
            )
        seen.add(own)
        if options["verificationMethod"] != signer.verification_method:
            options = _options(DEFAULT_SUITE, signer, created)
        made = None if batch is None else _issue_of_batch(batch, recipient, signer, options)
        yield made or issue(
            laid_over(template if batch is None else batch.template, recipient),
            signer,
            created=created,
            cryptosuite=cryptosuite,
            contexts=contexts,
        )


def _issue_of_batch(
    batch: Batch, recipient: Mapping[str, Any], signer: Signer, options: dict[str, Any]
) -> Credential | None:
    """The same credential as :func:`issue` makes, in the short way; None if anything at all is to be said about this one."""
    award = batch.award(recipient, options)
    if award is None:
        return None
    return award.signed(_written(signer.sign(award.signing_input)))


def _options(suite: str, signer: Signer, created: datetime) -> dict[str, Any]:
    return {
        "type": PROOF_TYPE,
        "cryptosuite": suite,
        "created": format_moment(created.replace(microsecond=0)),
        "verificationMethod": signer.verification_method,
        "proofPurpose": "assertionMethod",
    }


def _written(signature: bytes) -> str:
    if len(signature) != 64:
        raise CredentialError(
            "bad_signature", f"The signer gave back {len(signature)} bytes, an Ed25519 signature has 64."
        )
    return multibase58(signature)
