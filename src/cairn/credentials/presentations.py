"""Presentations: somebody hands credentials over, and proves to be the one who does.

1. Container: JSON, a token (JWT, or SD-JWT with the holder's own token behind it), or an envelope around one.
2. Data model: a VerifiablePresentation of Verifiable Credentials 2.0 or 1.1, its holder named by a full address, if at all.
3. The holder's proof, by the rules of :mod:`proofs` with the holder in the issuer's place: made for authentication, with a key that
   the holder's own document lists for that, for the domain and the challenge that were asked. Without a proof nobody has shown who
   presents it: the question stays open, and is answered with no where a challenge was asked.
4. Every credential inside, by the steps of :mod:`verify`. One that carries no proof of its own counts as its author's word only if its
   author is the holder, whose proof over the whole covers it, made with a key that the holder lists for making claims as well.
5. Whether the credentials are about the holder. That informs: people also hold what was awarded to their children.
6. The verdict: the worst of 1 to 4.

Sources: VC Data Model 2.0 sections 4.13 and 7.1; VC-JOSE-COSE 1.0 sections 3.1.2 and 3.2.2; Data Integrity 1.0 section 4.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cairn.credentials.dids import issuer_key, issuer_keys
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.forms import VC_2
from cairn.credentials.integrity.proofs import check_secured
from cairn.credentials.jose import looks_like_token
from cairn.credentials.jose.holding import check_key_binding
from cairn.credentials.jsontext import as_list, checked_copy, objects, parse_object
from cairn.credentials.linkeddata.contexts import PINNED, VC_V1, VC_V2, Contexts
from cairn.credentials.linkeddata.isolated import Isolated, allowed
from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.model import Credential
from cairn.credentials.moments import aware
from cairn.credentials.presenting_tokens import (
    AGAIN,
    AUTHENTICATION,
    PRESENTATION,
    Shown,
    check_token,
    enveloped_presentation,
    holds_presentation,
    read_presentation,
)
from cairn.credentials.prover import Proven
from cairn.credentials.question import AskOnce, Budget, Question
from cairn.credentials.resolving import CouldNotFetch, Resolver, TrustRegistry
from cairn.credentials.vc1 import VC_1
from cairn.credentials.verdict import Finding, Outcome, Verdict, answer, worst
from cairn.credentials.verify import judge

MAX_CREDENTIALS = 100
"""Credentials in one presentation."""
ENVELOPED = "EnvelopedVerifiablePresentation"

_WORDS = {
    "signature_valid": "It is exactly what the holder signed, with a key of the holder's own.",
    "signature_invalid": "This is not what the holder signed: it has been changed since, or was not signed with the holder's key.",
    "wrong_purpose": "The signature was made for another purpose than showing who presents this.",
    "key_not_of_issuer": "The key that signed this does not belong to the holder named in it.",
    "key_not_listed": "The holder does not publish the key this was signed with, or not for showing who they are.",
    "key_revoked": "The holder has withdrawn the key this was signed with.",
    "key_expired": "The holder's key had run out.",
    "wrong_key_type": "The signature and the holder's key are of different kinds.",
    "issuer_unreachable": "We could not ask for the holder's public key, so we cannot say who presents this.",
    "unsupported_proof": "This presentation is signed in a way this version cannot check yet.",
}
"""What the rules about an issuer's proof mean when a holder's is asked about."""


@dataclass(frozen=True, slots=True)
class PresentationVerdict:
    """What checking a presentation came to.

    ``verdict`` is ``verified``, ``not_verified`` or ``undetermined``; ``holder`` who presented it, if that was proven; ``findings`` are
    about the presentation itself; ``credentials`` holds a verdict for each credential in it, in their order.
    """

    verdict: str
    holder: str | None
    findings: tuple[Finding, ...]
    credentials: tuple[Verdict, ...] = ()

    def has(self, code: str) -> bool:
        """Tell whether any finding about the presentation carries ``code``."""
        return any(finding.code == code for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "verdict": self.verdict,
            "holder": self.holder,
            "findings": [finding.as_dict() for finding in self.findings],
            "credentials": [verdict.as_dict() for verdict in self.credentials],
        }


def is_presentation(source: bytes | str | Mapping[str, Any]) -> bool:
    """Tell whether ``source`` is a presentation, or an envelope around one, rather than a credential. Never raises."""
    try:
        if isinstance(source, Mapping):
            types = as_list(source.get("type"))
            return PRESENTATION in types or ENVELOPED in types
        if looks_like_token(source):
            return holds_presentation(source)
        head = source[:4096].lstrip() if isinstance(source, str) else source[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
        is_json = head.startswith("{") if isinstance(head, str) else head.startswith(b"{")
        return is_json and is_presentation(parse_object(source))
    except CredentialError:
        return False


def verify_presentation(
    source: bytes | str | Mapping[str, Any],
    *,
    at: datetime,
    resolve: Resolver,
    challenge: str | None = None,
    domain: str | None = None,
    trust: TrustRegistry | None = None,
    contexts: Contexts = PINNED,
    isolated: Isolated | None = None,
) -> PresentationVerdict:
    """Verify a presentation as of the aware moment ``at``. Always answers, whatever ``source`` is.

    ``challenge`` and ``domain`` are what the presenter was asked to answer, and for whom; None asks for nothing, and then a presentation
    may be a copy of an earlier one. The rest is as for :func:`cairn.credentials.verify`. Raises only for a moment without a time zone.
    """
    question = Question(aware(at), AskOnce(resolve), trust, None, contexts, Budget())
    with allowed(isolated):
        return _verified(source, question, _Asked(challenge, domain))


def _verified(source: bytes | str | Mapping[str, Any], question: Question, asked: _Asked) -> PresentationVerdict:
    try:
        # 1. and 2. Container and data model.
        opened = _opened(source)
        if isinstance(opened, Credential):
            return _sealed_credential(opened, question, asked)
        document = opened.document if isinstance(opened, Shown) else opened
        holder = _holder_of(document)
        for fault in _faults(document):
            raise fault
    except NotSupported as unsupported:
        return _only(Finding("container", Outcome.UNKNOWN, unsupported.code, unsupported.message, unsupported.remedy))
    except CredentialError as error:
        return _only(Finding("container", Outcome.FAIL, error.code, error.message, error.remedy))
    # 3. The holder's proof.
    if isinstance(opened, Shown):
        findings, presenter = check_token(opened, holder, question, challenge=asked.challenge, domain=asked.domain)
    else:
        findings, presenter = _proof_findings(document, holder, question, asked)
    findings = [_in_words_of_holders(finding) for finding in findings]
    proven = all(finding.outcome in (Outcome.PASS, Outcome.WARN) for finding in findings)
    findings += _freshness(findings, asked)
    # 4. Every credential inside.
    author = holder if proven and holder is not None and _makes_claims(opened, holder, question) else None
    verdicts = [_judge(one, question, author) for one in _credentials_of(document)]
    if not verdicts:
        findings.append(_nothing_presented())
    # 5. About the holder?
    if proven and presenter is not None:
        findings += [_binding(number, one, presenter) for number, one in enumerate(verdicts, 1)]
    # 6. The verdict.
    return _concluded(findings, presenter if proven else None, verdicts)


# -- Opening --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    challenge: str | None
    domain: str | None


def _opened(source: bytes | str | Mapping[str, Any]) -> Shown | Credential | Mapping[str, Any]:
    """Return the presentation: out of a token, or as JSON. A credential is what a token holds that is its own presentation (SD-JWT)."""
    if not isinstance(source, Mapping) and looks_like_token(source):
        return read_presentation(source) if holds_presentation(source) else Credential.parse(source)
    document = checked_copy(source) if isinstance(source, Mapping) else parse_object(source)
    if ENVELOPED not in as_list(document.get("type")):
        return document
    if VC_V2 not in as_list(document.get("@context")):
        raise CredentialError(
            "bad_context", "The envelope does not name the vocabulary that defines it.", where="@context"
        )
    return read_presentation(enveloped_presentation(document))


def _faults(document: Mapping[str, Any]) -> Iterator[CredentialError]:
    contexts = as_list(document.get("@context"))
    if not contexts or contexts[0] not in (VC_V2, VC_V1):
        yield _fault("bad_context", "The first vocabulary must be that of Verifiable Credentials.", "@context")
    for index, one in enumerate(contexts):
        if not (isinstance(one, Mapping) or (isinstance(one, str) and is_absolute_iri(one))):
            yield _fault("bad_context", "A vocabulary is neither an address nor a set of terms.", f"@context[{index}]")
    if PRESENTATION not in as_list(document.get("type")):
        yield _fault("not_a_presentation", "The type must say VerifiablePresentation.", "type")
    if "id" in document and not is_absolute_iri(document["id"]):
        yield _fault("bad_id", "The presentation's id must be a full address.", "id")
    inside = as_list(document.get("verifiableCredential"))
    if len(inside) > MAX_CREDENTIALS:
        yield NotSupported("too_complex", f"This presentation holds more than {MAX_CREDENTIALS} credentials.")
    older = contexts[:1] == [VC_V1]
    for index, one in enumerate(inside):
        if not (isinstance(one, Mapping) or (older and isinstance(one, str) and looks_like_token(one))):
            yield _fault("bad_part", "What is presented is no credential.", f"verifiableCredential[{index}]")


def _fault(code: str, message: str, where: str) -> CredentialError:
    return CredentialError(code, f"This is not a well-formed presentation. {message}", remedy=AGAIN, where=where)


def _holder_of(document: Mapping[str, Any]) -> str | None:
    """Return who is named as holder, None if nobody is; raises ``bad_holder``."""
    if "holder" not in document:
        return None
    holder = document["holder"]
    named = holder.get("id") if isinstance(holder, Mapping) else holder
    if not isinstance(named, str) or not is_absolute_iri(named):
        raise _fault("bad_holder", "The holder must be named by a full address or DID.", "holder")
    return named


def _credentials_of(document: Mapping[str, Any]) -> list[Mapping[str, Any] | str]:
    return [one for one in as_list(document.get("verifiableCredential")) if isinstance(one, Mapping | str)]


# -- The holder's proof ---------------------------------------------------------------------------------------------------------


def _proof_findings(
    document: Mapping[str, Any], holder: str | None, question: Question, asked: _Asked
) -> tuple[list[Finding], str | None]:
    proofs = objects(as_list(document.get("proof")))
    if not proofs:
        outcome = Outcome.UNKNOWN if asked.challenge is None else Outcome.FAIL
        message = "It is not signed by anybody, so nobody has proven who presents it."
        return [Finding("proof", outcome, "presenter_not_proven", message, AGAIN)], None
    # Nobody named as holder: then it is whoever controls the key, and no more is proven.
    presenter = holder or str(proofs[0].get("verificationMethod")).partition("#")[0]
    findings = check_secured(
        document,
        presenter,
        at=question.at,
        resolve=question.resolve,
        contexts=question.contexts,
        purpose=AUTHENTICATION,
        domain=asked.domain,
        challenge=asked.challenge,
    )
    return findings, presenter


def _in_words_of_holders(finding: Finding) -> Finding:
    message = _WORDS.get(finding.code)
    if message is None:
        return finding
    return replace(finding, message=message, remedy="" if finding.outcome is Outcome.PASS else AGAIN)


def _freshness(findings: Sequence[Finding], asked: _Asked) -> Iterator[Finding]:
    if asked.challenge is None and any(finding.code == "signature_valid" for finding in findings):
        yield Finding(
            "holder",
            Outcome.WARN,
            "no_challenge_asked",
            "The presenter was asked no challenge, so this may be a copy of what was presented to somebody else.",
            "Ask for a presentation that answers a challenge of your own.",
        )


def _sealed_credential(credential: Credential, question: Question, asked: _Asked) -> PresentationVerdict:
    """An SD-JWT is its own presentation: the holder's token at its end says who shows it, and to whom."""
    verdict = judge(credential, question)
    try:
        check_key_binding(credential, at=question.at, challenge=asked.challenge, audience=asked.domain)
        proof = Finding("proof", Outcome.PASS, "signature_valid", _WORDS["signature_valid"])
    except NotSupported as unsupported:
        proof = Finding("proof", Outcome.UNKNOWN, unsupported.code, unsupported.message, unsupported.remedy)
    except CredentialError as error:
        unproven = error.code == "no_key_binding" and asked.challenge is None
        outcome = Outcome.UNKNOWN if unproven else Outcome.FAIL
        proof = Finding("proof", outcome, error.code, error.message, error.remedy or AGAIN)
    presenter = credential.subject_id if proof.outcome is Outcome.PASS else None
    return _concluded([proof, *_freshness([proof], asked)], presenter, [verdict])


# -- The credentials ------------------------------------------------------------------------------------------------------------


def _makes_claims(opened: Shown | Mapping[str, Any], holder: str, question: Question) -> bool:
    """Tell whether the keys that signed the presentation are listed for making claims too, and not only for signing in."""
    if isinstance(opened, Shown):
        kid = opened.token.header.get("kid")
        methods = [kid if ":" in kid else f"{holder}#{kid.removeprefix('#')}"] if isinstance(kid, str) else []
    else:
        methods = [str(proof.get("verificationMethod")) for proof in objects(as_list(opened.get("proof")))]
    try:
        if not methods or methods == [holder]:
            # No key is named: any that shows who the holder is may have been it.
            own = issuer_keys(holder, question.resolve, relationship=AUTHENTICATION)
            return {key.public for key in own} <= {key.public for key in issuer_keys(holder, question.resolve)}
        return all(issuer_key(method, holder, question.resolve) for method in methods)
    except (CouldNotFetch, CredentialError):
        return False


def _nothing_presented() -> Finding:
    return Finding(
        "holder",
        Outcome.WARN,
        "nothing_presented",
        "No credential is presented: at most this shows who presents it.",
        "If you expected a credential, ask for it.",
    )


def _judge(source: Mapping[str, Any] | str, question: Question, holder: str | None) -> Verdict:
    if not question.budget.take():
        finding = Finding("container", Outcome.UNKNOWN, "too_complex", "It was not looked at: there are too many.")
        return answer([finding], credential=None)
    try:
        credential = Credential.parse(source)
    except NotSupported as unsupported:
        finding = Finding("container", Outcome.UNKNOWN, unsupported.code, unsupported.message, unsupported.remedy)
        return answer([finding], credential=None)
    except CredentialError as error:
        return answer([Finding("container", Outcome.FAIL, error.code, error.message, error.remedy)], credential=None)
    inside = question.inside()
    own = credential.form in (VC_1, VC_2) and credential.envelope is None and "proof" not in credential.document
    if own and holder is not None and credential.issuer_id == holder:
        message = "It is what the holder says, and the holder's signature over the presentation covers it."
        own_word = Finding("proof", Outcome.PASS, "said_by_holder", message)
        return judge(credential, inside, proven=Proven([own_word], credential))
    return judge(credential, inside)


def _binding(number: int, verdict: Verdict, presenter: str) -> Finding:
    credential = verdict.credential
    ids = {one.get("id") for one in credential.subjects} if credential is not None else set()
    what = f"Credential {number}" + (f" ({credential.name})" if credential is not None and credential.name else "")
    if presenter in ids:
        return Finding("holder", Outcome.PASS, "holder_is_subject", f"{what} is about the one who presents it.")
    if not any(isinstance(one, str) for one in ids):
        message = f"{what} does not say by an identifier whom it is about, so this proof does not tell whether it is the presenter."
        return Finding(
            "holder", Outcome.WARN, "subject_not_identified", message, "Compare it with who the person is otherwise."
        )
    message = f"{what} is about somebody else than the one who presents it."
    return Finding("holder", Outcome.WARN, "holder_is_not_subject", message, "Ask how it came to the presenter.")


# -- The verdict ----------------------------------------------------------------------------------------------------------------


def _concluded(findings: Sequence[Finding], presenter: str | None, verdicts: Sequence[Verdict]) -> PresentationVerdict:
    decisive = [finding.outcome for finding in findings if finding.check != "holder"]
    words = {"verified": Outcome.PASS, "undetermined": Outcome.UNKNOWN, "not_verified": Outcome.FAIL}
    outcome = worst([*decisive, *(words[verdict.verdict] for verdict in verdicts)], Outcome.UNKNOWN)
    word = {Outcome.FAIL: "not_verified", Outcome.UNKNOWN: "undetermined"}.get(outcome, "verified")
    return PresentationVerdict(word, presenter, tuple(findings), tuple(verdicts))


def _only(finding: Finding) -> PresentationVerdict:
    return _concluded([finding], None, [])
