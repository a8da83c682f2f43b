"""One proof: is this the text that was signed, and did a key of the issuer sign it? Rules 1 to 5 of :mod:`proofs`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cairn.credentials.dids import KeyNotOfIssuer, issuer_key
from cairn.credentials.errors import CredentialError, NotCovered, NotSupported
from cairn.credentials.integrity.chains import previous_of, unsecured_of
from cairn.credentials.integrity.suite import PROOF_TYPE, Suite, Unsecured
from cairn.credentials.integrity.suites import suite_of
from cairn.credentials.jsontext import as_list
from cairn.credentials.keys import PublicKey
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.linkeddata.tags import has_capital_tags
from cairn.credentials.moments import parse_moment
from cairn.credentials.repeating.shapes import refuse_uncovered
from cairn.credentials.resolving import CouldNotFetch, Resolver
from cairn.credentials.verdict import Finding, Outcome

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of ours an issuer's clock may be."""
MAX_REMEMBERED = 32
_WITHOUT_MEANING = frozenset({"undefined_term"})
_GENUINE = "This does not mean that anything is wrong with the credential."

Remembered = dict[tuple[int, PublicKey, Contexts], bool]
"""Which of one credential's signatures (by place) match under which public key: that never changes, unlike all the rest."""


@dataclass(frozen=True, slots=True)
class Case:
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


def check_one(case: Case, place: int, proof: Mapping[str, Any]) -> Finding:
    """Return what comes out for the proof that stands at ``place``: the first rule it breaks, or that it holds."""
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
    suite = suite_of(proof)
    return VALID_IN_PART if suite is not None and suite.selective else VALID


VALID = Finding(
    "proof",
    Outcome.PASS,
    "signature_valid",
    "It is exactly what the issuer signed, with a key of the issuer's own.",
)
VALID_IN_PART = replace(VALID, message="All that it shows is what the issuer signed, with a key of the issuer's own.")
"""What comes out for a proof that its holder has derived."""


def _faults(case: Case, place: int, proof: Mapping[str, Any]) -> Iterator[Finding]:
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


def _holds(case: Case, place: int, proof: Mapping[str, Any], suite: Suite, key: PublicKey) -> bool:
    remembered, contexts = case.remembered, case.bare.contexts
    known = None if remembered is None else remembered.get((place, key, contexts))
    if known is not None:
        return known
    holds = _holds_by_any_text(case, proof, suite, key)
    if remembered is not None and len(remembered) < MAX_REMEMBERED:
        remembered[place, key, contexts] = holds
    return holds


def _holds_by_any_text(case: Case, proof: Mapping[str, Any], suite: Suite, key: PublicKey) -> bool:
    """Tell whether the signature holds, under the vocabularies as they stand or as they stood when it was made."""
    previous = previous_of(case.document, proof)
    contexts = case.bare.contexts
    refused: CredentialError | None = None
    try:
        bare = unsecured_of(case.document, previous, contexts) if previous else case.bare
        if _holds_by_any_engine(case, bare, previous, proof, suite, key):
            if not suite.covers_by_meaning:
                _refuse_words_without_meaning(case.bare)
            return True
    except CredentialError as error:
        refused = error
    for earlier in contexts.earlier(case.document) if suite.covers_by_meaning else ():
        try:
            bare = unsecured_of(case.document, previous, earlier)
            if _holds_by_any_engine(case, bare, previous, proof, suite, key):
                return True
        except CredentialError as error:
            # Words that were not defined then are no reason; not having found out is one.
            refused = refused or (error if error.code == "too_complex" else None)
    if refused is not None:
        raise refused
    return False


def _holds_by_any_engine(
    case: Case,
    bare: Unsecured,
    previous: Sequence[Mapping[str, Any]],
    proof: Mapping[str, Any],
    suite: Suite,
    key: PublicKey,
) -> bool:
    """Tell whether the signature holds with language tags in small letters, as most engines write them, or else as they stand.

    Both forms say the same (:mod:`cairn.credentials.linkeddata.tags`). Where no tag has a capital, they are one.
    """
    if suite.holds(bare, proof, key):
        return True
    if not suite.covers_by_meaning or not has_capital_tags(case.document):
        return False
    return suite.holds(unsecured_of(case.document, previous, bare.contexts.keeping_capitals()), proof, key)


def _refuse_words_without_meaning(bare: Unsecured) -> None:
    """Raise NotCovered for a word that no vocabulary of the document defines: signed or not, nobody can say what it means.

    Suites that sign the meaning refuse it by themselves. Whatever else linked data could not carry, the text here does.
    """
    lost: NotCovered | None = None
    for contexts in (bare.contexts, *bare.contexts.earlier(bare.document)):
        try:
            refuse_uncovered(bare.document, contexts)
        except NotCovered as refused:
            if refused.code not in _WITHOUT_MEANING:
                return
            lost = lost or refused
        except NotSupported:
            return
        else:
            return
    if lost is not None:
        raise lost


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


def _replay_faults(proof: Mapping[str, Any], case: Case) -> Iterator[Finding]:
    remedy = "Ask for it to be presented anew, here."
    if case.domain is not None:
        expected = {case.domain} if isinstance(case.domain, str) else set(case.domain)
        named = as_list(proof.get("domain"))
        if not all(isinstance(one, str) for one in named) or set(named) != expected:
            yield _fail("wrong_domain", "The signature was made for somebody else to look at, not for here.", remedy)
    if case.challenge is not None and proof.get("challenge") != case.challenge:
        yield _fail("wrong_challenge", "The signature was made on another occasion, and may have been copied.", remedy)


def _fail(
    code: str, message: str, remedy: str = "Do not rely on it. Ask the issuer whether it made this award."
) -> Finding:
    return Finding("proof", Outcome.FAIL, code, message, remedy)
