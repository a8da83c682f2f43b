"""Checking proofs: is this the text that was signed, and did a key of the issuer sign it?

The rules of this trust decision, in order; every one must hold for a proof to pass.

1. The proof is well formed, of a suite we know, and made for the purpose asked about: ``assertionMethod`` for a credential.
2. It was made by now, and has not run out; where a domain or a challenge is expected, it was made for these.
3. The key is one of the issuer's own (:mod:`cairn.credentials.dids.binding`).
4. The key is of the kind the suite takes, has not been revoked and has not run out.
5. The signature matches the canonical bytes of this document, of these proof options, and of the proofs that this one follows.

And where there are several:

6. They can be told apart, none follows one that is missing, none follows itself (:mod:`cairn.credentials.chains`).
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

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cairn.credentials.chains import check_chains, previous_of, unsecured_of
from cairn.credentials.contexts import Contexts
from cairn.credentials.dids import KeyNotOfIssuer, issuer_key
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import as_list, objects
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
_UNCHECKED = frozenset({"unsupported_proof", "unsupported_key", "base_proof"})
"""Findings that say: of a kind we cannot check."""
_GENUINE = "This does not mean that anything is wrong with the credential."

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
    """Return the findings on a credential's proofs, by the rules above.

    ``remembered`` belongs to this very credential, for one that is checked again and again.
    """
    return check_secured(
        credential.document,
        str(credential.issuer_id),
        at=at,
        resolve=resolve,
        contexts=contexts,
        remembered=remembered,
        meaning=None if credential.known is None else credential.known.content_hash,
    )


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
    case = _Case(
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
        return [_check_one(case, 0, proofs[0])]
    # 6. In order as a whole.
    try:
        check_chains(proofs)
        followed = [[proofs.index(one) for one in previous_of(document, proof)] for proof in proofs]
    except CredentialError as error:
        return [Finding("proof", Outcome.FAIL, error.code, error.message, error.remedy)]
    return _check_all(case, proofs, followed)


@dataclass(frozen=True, slots=True)
class _Case:
    """What stays the same for all proofs of one document. ``bare`` is the document without proofs."""

    document: Mapping[str, Any]
    bare: Unsecured
    controller: str
    purpose: str
    at: datetime
    resolve: Resolver
    domain: str | Sequence[str] | None
    challenge: str | None
    remembered: Remembered | None


# -- Several proofs -------------------------------------------------------------------------------------------------------------


def _check_all(case: _Case, proofs: Sequence[Mapping[str, Any]], followed: Sequence[Sequence[int]]) -> list[Finding]:
    own: dict[int, Finding] = {}
    others: dict[int, Finding] = {}
    for place, proof in enumerate(proofs):
        if not _is_by_another(case, proof):
            own[place] = _check_one(case, place, proof)
            if own[place].outcome is Outcome.FAIL:
                return [
                    own[place]
                ]  # nothing after it could change the answer, and each costs as much as a whole document
            continue
        # 8. By somebody else.
        others[place] = _check_one(replace(case, controller=_signer(proof)), place, proof)
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


def _is_by_another(case: _Case, proof: Mapping[str, Any]) -> bool:
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


# -- One proof ------------------------------------------------------------------------------------------------------------------


def _check_one(case: _Case, place: int, proof: Mapping[str, Any]) -> Finding:
    try:
        for finding in _faults(case, place, proof):
            return finding
    except CouldNotFetch as unreachable:
        return Finding(
            "key",
            Outcome.UNKNOWN,
            "issuer_unreachable",
            f"We could not ask the issuer for its public key ({unreachable.reason}), so we cannot say whether this is genuine.",
            f"Try again later. {_GENUINE}",
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


def _faults(case: _Case, place: int, proof: Mapping[str, Any]) -> Iterator[Finding]:
    # 1. A proof we can judge, for the right purpose.
    suite = suite_of(proof)
    if suite is None:
        kind = proof.get("cryptosuite") if proof.get("type") == PROOF_TYPE else proof.get("type")
        yield Finding(
            "proof",
            Outcome.UNKNOWN,
            "unsupported_proof",
            f"This credential is signed in a way this version cannot check yet ({str(kind)[:60]}).",
            f"Check it with the issuer's own verifier. {_GENUINE}",
        )
        return
    for name, fits in _WELL_FORMED.items():
        if name in proof and not fits(proof[name]):
            yield _fail("bad_proof", f"The signature's “{name}” is not written as the standard asks.")
    if proof.get("proofPurpose") != case.purpose:
        yield _fail("wrong_purpose", "The signature was made for another purpose than vouching for a credential.")
    # 2. Made by now, not run out, for whoever asks.
    yield from _period_faults(proof, case.at)
    yield from _replay_faults(proof, case)
    # 3. A key of the issuer.
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not ("#" in method or method.startswith("https://")):
        yield _fail("no_key_named", "The signature does not say with which key it was made.")
        return
    key = issuer_key(method, case.controller, case.resolve, relationship=case.purpose)
    # 4. A key of the right kind that is still good.
    if key.key_type not in suite.key_types:
        yield _fail("wrong_key_type", "The signature and the issuer's key are of different kinds.")
    if key.revoked is not None and key.revoked <= case.at:
        yield _fail(
            "key_revoked",
            "The issuer has withdrawn the key this was signed with.",
            "Ask the holder for a fresh copy from the issuer.",
        )
    if key.expires is not None and key.expires <= case.at:
        yield _fail("key_expired", "The issuer's key had run out.", "Ask the holder for a fresh copy from the issuer.")
    # 5. The signature itself.
    if not _holds(case, place, proof, suite, key.public):
        yield _fail(
            "signature_invalid",
            "This is not what the issuer signed: it has been changed since, or the signature was not made with the issuer's key.",
            "Do not rely on it. Ask the issuer, or ask the holder for the original file.",
        )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and ":" in value


def _are_texts(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and bool(value) and all(map(_is_text, value)))


_WELL_FORMED = {"id": _is_address, "nonce": _is_text, "challenge": _is_text, "domain": _are_texts}
"""Members a proof may have beside those looked at below (Data Integrity 1.0 section 2.1)."""


def _holds(case: _Case, place: int, proof: Mapping[str, Any], suite: Suite, key: PublicKey) -> bool:
    remembered, contexts = case.remembered, case.bare.contexts
    known = None if remembered is None else remembered.get((place, key, contexts))
    if known is not None:
        return known
    holds = _holds_by_any_text(case, proof, suite, key)
    if remembered is not None and len(remembered) < MAX_REMEMBERED:
        remembered[place, key, contexts] = holds
    return holds


def _holds_by_any_text(case: _Case, proof: Mapping[str, Any], suite: Suite, key: PublicKey) -> bool:
    """Tell whether the signature holds, under the vocabularies as they stand or as they stood when it was made."""
    previous = previous_of(case.document, proof)
    contexts = case.bare.contexts
    refused: CredentialError | None = None
    try:
        if suite.holds(unsecured_of(case.document, previous, contexts) if previous else case.bare, proof, key):
            return True
    except CredentialError as error:
        refused = error
    for earlier in contexts.earlier(case.document) if suite.covers_by_meaning else ():
        with suppress(CredentialError):
            if suite.holds(unsecured_of(case.document, previous, earlier), proof, key):
                return True
    if refused is not None:
        raise refused
    return False


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


def _replay_faults(proof: Mapping[str, Any], case: _Case) -> Iterator[Finding]:
    remedy = "Ask for it to be presented anew, here."
    if case.domain is not None:
        expected = {case.domain} if isinstance(case.domain, str) else set(case.domain)
        named = as_list(proof.get("domain"))
        if not all(isinstance(one, str) for one in named) or set(named) != expected:
            yield _fail("wrong_domain", "The signature was made for somebody else to look at, not for here.", remedy)
    if case.challenge is not None and proof.get("challenge") != case.challenge:
        yield _fail("wrong_challenge", "The signature was made on another occasion, and may have been copied.", remedy)


def _not_of_issuer() -> Finding:
    return Finding(
        "key",
        Outcome.FAIL,
        "key_not_of_issuer",
        "The signing keys do not belong to the issuer named in the credential. Somebody else may be using the issuer's name.",
        "Do not rely on it. Ask the issuer itself whether it made this award.",
    )


def _fail(
    code: str, message: str, remedy: str = "Do not rely on it. Ask the issuer whether it made this award."
) -> Finding:
    return Finding("proof", Outcome.FAIL, code, message, remedy)
