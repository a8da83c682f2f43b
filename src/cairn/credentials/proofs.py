"""Checking proofs: is this the text that was signed, and did a key of the issuer sign it?

The rules of this trust decision, in order; every one must hold for a proof to pass.

1. The proof is a DataIntegrityProof of a suite we know, made for ``assertionMethod``, and not a link of a proof chain.
2. It was made by now, and has not run out.
3. The verification method is listed under ``assertionMethod`` in a document published by its own controller, and it is either the
   issuer's, or listed by the issuer's own document. That a signature matches *some* key proves nothing: anybody has a key.
4. The key is of the kind the suite takes, has not been revoked and has not run out.
5. The signature matches the canonical bytes of this document and these proof options.

Sources: W3C Data Integrity 1.0 sections 4.4 (Verify Proof) and 5; Controlled Identifiers 1.0 section 3.3 (Retrieve Verification
Method). Open Badges 3.0's own steps leave rule 3 to the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from cairn.credentials.contexts import Contexts
from cairn.credentials.dids import KeyNotOfIssuer, VerificationKey, issuer_key
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.keys import PublicKey
from cairn.credentials.model import Credential
from cairn.credentials.moments import parse_moment
from cairn.credentials.resolving import CouldNotFetch, Resolver
from cairn.credentials.suite import PROOF_TYPE, Suite, Unsecured
from cairn.credentials.suites import suite_of
from cairn.credentials.verdict import Finding, Outcome

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of ours an issuer's clock may be."""
MAX_PROOFS = 8
MAX_REMEMBERED = 32


Remembered = dict[tuple[int, PublicKey, Contexts], bool]
"""Which of one credential's signatures (by place) match under which public key: that never changes, unlike all the rest."""


def check_proofs(
    credential: Credential,
    *,
    at: datetime,
    resolve: Resolver,
    contexts: Contexts,
    remembered: Remembered | None = None,
) -> list[Finding]:
    """Return the findings on a credential's proofs.

    Of several proofs, each that we can judge must hold; those of a kind we cannot judge are mentioned and decide nothing, unless
    there are no others. ``remembered`` belongs to this very credential, for one that is checked again and again.
    """
    proofs = credential.proofs
    if not proofs:
        return [
            Finding(
                "proof",
                Outcome.FAIL,
                "no_proof",
                "This credential is not signed, so anybody could have written it.",
                "Ask the holder for the signed credential, as the issuer sent it.",
            )
        ]
    if len(proofs) > MAX_PROOFS:
        return [
            Finding(
                "proof", Outcome.UNKNOWN, "too_complex", f"This credential carries more than {MAX_PROOFS} signatures."
            )
        ]
    results: list[Finding] = []
    for place, proof in enumerate(proofs):
        results.append(_check_one(credential, place, proof, at, resolve, contexts, remembered))
        if results[-1].outcome is Outcome.FAIL:
            break  # nothing after it could change the answer, and each costs as much as a whole document
    judged = [finding for finding in results if finding.code != "unsupported_proof"]
    if not judged:
        return results[:1]
    remarks = [
        Finding(
            finding.check,
            Outcome.PASS,
            "further_proof",
            "A further signature is of a kind this version does not check.",
        )
        for finding in results
        if finding.code == "unsupported_proof"
    ]
    return judged + remarks


def _check_one(
    credential: Credential,
    place: int,
    proof: Mapping[str, Any],
    at: datetime,
    resolve: Resolver,
    contexts: Contexts,
    remembered: Remembered | None,
) -> Finding:
    try:
        for finding in _faults(credential, place, proof, at, resolve, contexts, remembered):
            return finding
    except CouldNotFetch as unreachable:
        return Finding(
            "key",
            Outcome.UNKNOWN,
            "issuer_unreachable",
            f"We could not ask the issuer for its public key ({unreachable.reason}), so we cannot say whether this is genuine.",
            "Try again later. This does not mean that anything is wrong with the credential.",
        )
    except NotSupported as unsupported:
        return Finding("proof", Outcome.UNKNOWN, unsupported.code, unsupported.message, unsupported.remedy)
    except KeyNotOfIssuer as error:
        return Finding("key", Outcome.FAIL, error.code, error.message, error.remedy)
    except CredentialError as error:
        return Finding("proof", Outcome.FAIL, error.code, error.message, error.remedy)
    return Finding(
        "proof",
        Outcome.PASS,
        "signature_valid",
        "It is exactly what the issuer signed, with a key of the issuer's own.",
    )


def _faults(
    credential: Credential,
    place: int,
    proof: Mapping[str, Any],
    at: datetime,
    resolve: Resolver,
    contexts: Contexts,
    remembered: Remembered | None,
) -> Iterator[Finding]:
    # 1. A proof we can judge, for making claims.
    suite = suite_of(proof)
    if suite is None or "previousProof" in proof:
        kind = proof.get("cryptosuite") if proof.get("type") == PROOF_TYPE else proof.get("type")
        yield Finding(
            "proof",
            Outcome.UNKNOWN,
            "unsupported_proof",
            f"This credential is signed in a way this version cannot check yet ({str(kind)[:60]}).",
            "Check it with the issuer's own verifier. This does not mean that anything is wrong with the credential.",
        )
        return
    if proof.get("proofPurpose") != "assertionMethod":
        yield _fail("wrong_purpose", "The signature was made for another purpose than vouching for a credential.")
    # 2. Made by now, not run out.
    yield from _period_faults(proof, at)
    # 3. A key of the issuer.
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or "#" not in method:
        yield _fail("no_key_named", "The signature does not say with which key it was made.")
        return
    key = issuer_key(method, str(credential.issuer_id), resolve)
    # 4. A key of the right kind that is still good.
    if key.key_type not in suite.key_types:
        yield _fail("wrong_key_type", "The signature and the issuer's key are of different kinds.")
    if key.revoked is not None and key.revoked <= at:
        yield _fail(
            "key_revoked",
            "The issuer has withdrawn the key this was signed with.",
            "Ask the holder for a fresh copy from the issuer.",
        )
    if key.expires is not None and key.expires <= at:
        yield _fail("key_expired", "The issuer's key had run out.", "Ask the holder for a fresh copy from the issuer.")
    # 5. The signature itself.
    known = None if remembered is None else remembered.get((place, key.public, contexts))
    holds = _signature_holds(credential, proof, suite, key, contexts) if known is None else known
    if remembered is not None and len(remembered) < MAX_REMEMBERED:
        remembered[place, key.public, contexts] = holds
    if not holds:
        yield _fail(
            "signature_invalid",
            "This is not what the issuer signed: it has been changed since, or the signature was not made with the issuer's key.",
            "Do not rely on it. Ask the issuer, or ask the holder for the original file.",
        )


def _period_faults(proof: Mapping[str, Any], at: datetime) -> Iterator[Finding]:
    for name in ("created", "expires"):
        if name in proof and parse_moment(proof[name]) is None:
            yield _fail("bad_proof", f"The signature's “{name}” is no readable moment.")
            return
    created, expires = parse_moment(proof.get("created")), parse_moment(proof.get("expires"))
    if created is not None and created > at + CLOCK_SKEW:
        yield _fail("proof_from_the_future", "The signature says it was made later than the moment asked about.")
    if expires is not None and expires <= at:
        yield _fail("proof_expired", "The signature has run out.", "Ask the holder for a fresh copy from the issuer.")


def _signature_holds(
    credential: Credential, proof: Mapping[str, Any], suite: Suite, key: VerificationKey, contexts: Contexts
) -> bool:
    unsecured = {name: one for name, one in credential.document.items() if name != "proof"}
    return suite.holds(Unsecured(unsecured, contexts), proof, key.public)


def _fail(
    code: str, message: str, remedy: str = "Do not rely on it. Ask the issuer whether it made this award."
) -> Finding:
    return Finding("proof", Outcome.FAIL, code, message, remedy)
