"""Checking proofs: is this the text that was signed, and did a key of the issuer sign it?

The rules of this trust decision, in order; every one must hold for a proof to pass.

1. The proof is well formed, of a suite we know, and made for the purpose asked about: ``assertionMethod`` for a credential.
2. It was made by now, and has not run out; where a domain or a challenge is expected, it was made for these.
3. The key is one of the issuer's own (:mod:`cairn.credentials.dids.binding`).
4. The key is of the kind the suite takes, has not been revoked and has not run out.
5. The signature matches the canonical bytes of this document, of these proof options, and of the proofs that this one follows.
   Linked data has two of these where a language tag has capitals, and they say the same: either will do
   (:mod:`cairn.credentials.linkeddata.tags`).

These are asked in :mod:`cairn.credentials.integrity.proof`. And where there are several:

6. They can be told apart, none follows one that is missing, none follows itself (:mod:`cairn.credentials.integrity.chains`).
7. One proof at least is the issuer's own and passes. Each other one that we can check must pass as well, or something was changed. A
   proof that follows others passes only if these pass.
8. A proof by somebody else, an endorser say, neither makes a credential authentic nor takes that away: rules 1 to 5 are asked of it with
   its own signer in the issuer's place, and what comes out is a remark. Only where its signature does not match is that a failure, since
   then the document or the proof is not what was signed.
9. A proof of a kind we cannot check is a remark, unless there is no other; then the question is open.

Sources: W3C Data Integrity 1.0 sections 4.4 (Verify Proof), 4.5 (Verify Proof Sets and Chains) and 5; for 7 and 8, what each single proof
came to decides by section 4.5; that the issuer's alone make a credential authentic, VC Data Model 2.0 section 7.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cairn.credentials.dids import KeyNotOfIssuer, issuer_key
from cairn.credentials.errors import CredentialError
from cairn.credentials.integrity.chains import check_chains, previous_of, unsecured_of
from cairn.credentials.integrity.proof import (
    CLOCK_SKEW,
    MAX_REMEMBERED,
    VALID,
    VALID_IN_PART,
    Case,
    Remembered,
    check_one,
)
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.model import Credential
from cairn.credentials.resolving import CouldNotFetch, Resolver
from cairn.credentials.shown_in_part import remarks_on_part
from cairn.credentials.verdict import Finding, Outcome

__all__ = ["CLOCK_SKEW", "MAX_PROOFS", "MAX_REMEMBERED", "Remembered", "check_proofs", "check_secured"]

MAX_PROOFS = 8
_UNCHECKED = frozenset({"unsupported_proof", "unsupported_key", "base_proof"})
"""Findings that say: of a kind we cannot check."""


def check_proofs(
    credential: Credential,
    *,
    at: datetime,
    resolve: Resolver,
    contexts: Contexts,
    remembered: Remembered | None = None,
) -> list[Finding]:
    """Return the findings on a credential's proofs, by the rules above.

    ``remembered`` belongs to this very credential, for one that is checked again and again.
    """
    found = check_secured(
        credential.document,
        str(credential.issuer_id),
        at=at,
        resolve=resolve,
        contexts=contexts,
        remembered=remembered,
        meaning=None if credential.known is None else credential.known.content_hash,
    )
    if VALID_IN_PART in found and VALID not in found:
        found += remarks_on_part(credential.reading)
    return found


def check_secured(
    document: Mapping[str, Any],
    controller: str,
    *,
    at: datetime,
    resolve: Resolver,
    contexts: Contexts,
    purpose: str = "assertionMethod",
    domain: str | Sequence[str] | None = None,
    challenge: str | None = None,
    remembered: Remembered | None = None,
    meaning: Callable[[Contexts], bytes | None] | None = None,
) -> list[Finding]:
    """Return the findings on the proofs of any document that ``controller`` should have signed for ``purpose``.

    ``domain`` and ``challenge`` are what a verifier asked for, to tell a fresh proof from a replayed one; None asks for nothing.
    """
    proofs = objects(as_list(document.get("proof")))
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
    case = Case(
        document,
        unsecured_of(document, (), contexts, meaning),
        controller,
        purpose,
        at,
        resolve,
        domain,
        challenge,
        remembered,
    )
    if len(proofs) == 1 and "previousProof" not in proofs[0]:
        return [check_one(case, 0, proofs[0])]
    # 6. In order as a whole.
    try:
        check_chains(proofs)
        followed = [[proofs.index(one) for one in previous_of(document, proof)] for proof in proofs]
    except CredentialError as error:
        return [Finding("proof", Outcome.FAIL, error.code, error.message, error.remedy)]
    return _check_all(case, proofs, followed)


def _check_all(case: Case, proofs: Sequence[Mapping[str, Any]], followed: Sequence[Sequence[int]]) -> list[Finding]:
    own: dict[int, Finding] = {}
    others: dict[int, Finding] = {}
    for place, proof in enumerate(proofs):
        if not _is_by_another(case, proof):
            own[place] = check_one(case, place, proof)
            if own[place].outcome is Outcome.FAIL:
                return [
                    own[place]
                ]  # nothing after it could change the answer, and each costs as much as a whole document
            continue
        # 8. By somebody else.
        others[place] = check_one(replace(case, controller=_signer(proof)), place, proof)
        if others[place].code == "signature_invalid":
            return [others[place]]
    # 7. What follows others passes only if these pass.
    found = {**own, **others}
    for place in _in_order(followed):
        worst = [found[one] for one in followed[place] if found[one].outcome is not Outcome.PASS]
        if worst and found[place].outcome is Outcome.PASS:
            found[place] = _follows_one_that_fails(worst[0])
    passed = [found[place] for place in own if found[place].outcome is Outcome.PASS]
    failed = [found[place] for place in own if found[place].outcome is Outcome.FAIL]
    if failed:
        return failed[:1]
    # 9. Of a kind we cannot check: mentioned, or else the question is open.
    unknown = [found[place] for place in own if found[place].outcome is Outcome.UNKNOWN]
    if not passed:
        return unknown[:1] or [_not_of_issuer()]
    open_ones = [finding for finding in unknown if finding.code not in _UNCHECKED]
    remarks = [
        _remark("A further signature is of a kind this version does not check.")
        for finding in unknown
        if finding.code in _UNCHECKED
    ]
    return [
        *passed,
        *open_ones,
        *remarks,
        *(_by_another(proofs[place], finding) for place, finding in others.items()),
    ]


def _signer(proof: Mapping[str, Any]) -> str:
    """Return in whose name a proof is made, whether or not that is true."""
    return str(proof.get("verificationMethod")).partition("#")[0]


def _is_by_another(case: Case, proof: Mapping[str, Any]) -> bool:
    """Tell whether a proof is made in somebody else's name, with a key that the issuer does not call its own."""
    if _signer(proof) == case.controller or not isinstance(proof.get("verificationMethod"), str):
        return False
    try:
        issuer_key(proof["verificationMethod"], case.controller, case.resolve, relationship=case.purpose)
    except KeyNotOfIssuer:
        return True
    except (CouldNotFetch, CredentialError):
        return False  # nobody knows
    return False


def _in_order(followed: Sequence[Sequence[int]]) -> list[int]:
    """Return the places of proofs so that each comes after those it follows. There are no circles."""
    order: list[int] = []
    while len(order) < len(followed):
        order += [
            place for place, before in enumerate(followed) if place not in order and all(one in order for one in before)
        ]
    return order


def _follows_one_that_fails(finding: Finding) -> Finding:
    if finding.outcome is Outcome.UNKNOWN:
        return replace(
            finding, code="previous_proof_unchecked", message=f"A signature follows another. {finding.message}"
        )
    return replace(
        finding, code="previous_proof_fails", message=f"A signature follows one that fails. {finding.message}"
    )


def _by_another(proof: Mapping[str, Any], finding: Finding) -> Finding:
    who = _signer(proof)[:100]
    if finding.outcome is Outcome.PASS:
        return _remark(f"It is also signed by {who}, which is not its issuer.")
    if finding.outcome is Outcome.UNKNOWN:
        return _remark(f"It carries a further signature, in the name of {who}, which could not be checked.")
    return Finding(
        "proof",
        Outcome.WARN,
        "further_proof_fails",
        f"It carries a further signature, in the name of {who}, which does not hold. {finding.message}",
        "Rely on what the issuer says, not on that signature.",
    )


def _remark(message: str) -> Finding:
    return Finding("proof", Outcome.PASS, "further_proof", message)


def _not_of_issuer() -> Finding:
    return Finding(
        "key",
        Outcome.FAIL,
        "key_not_of_issuer",
        "The signing keys do not belong to the issuer named in the credential. Somebody else may be using the issuer's name.",
        "Do not rely on it. Ask the issuer itself whether it made this award.",
    )
