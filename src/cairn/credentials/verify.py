"""Verification, step by step.

 1. Container: JSON, a token (JWT), a badge image (PNG, SVG) or a certificate (PDF) with the credential inside, or the address of one
    (:mod:`cairn.credentials.opening`). A picture without one is an answer: there is nothing in it to verify.
 2. Data model: readable as a credential of a form we know (:mod:`cairn.credentials.forms`), with the parts its meaning hangs on.
 3. Proof: exactly what was signed, and signed by a key of the issuer's own (:mod:`cairn.credentials.proving`).
    If this fails or stays open, nothing the document says is believed, so steps 4 to 9 are not taken. If it holds, and only if the
    caller wants it, the issuer is asked once for a newer copy, which is judged instead (:mod:`cairn.credentials.refreshing`).
 4. Period: valid by now, and not run out.
 5. Status: not revoked, not suspended (:mod:`cairn.credentials.status`).
 6. Issuer: known to a registry the caller trusts, at the moment of the award (:mod:`cairn.credentials.trust`). Unknown is a
    warning, not a failure.
 7. Recipient: about the person asked about, if somebody was asked about.
 8. Parts: every credential inside a learner record, by the same steps.
 9. Endorsements inside it, what its type would still require, the schemas it names: they inform, they decide nothing.
10. The verdict: the worst of what must hold.

The same input always gives the same verdict: the moment and the world are arguments. Sources: Open Badges 3.0 section 8
(Verification), VC Data Model 2.0 section 7.1, sharpened where those leave a gap (forged issuers, unsigned words).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cairn.credentials.baking import NoCredentialInside
from cairn.credentials.datamodel.schemas import check_schemas
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.identity import Recipient, matches_recipient
from cairn.credentials.jose import looks_like_token
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.linkeddata.contexts import PINNED, Contexts
from cairn.credentials.linkeddata.isolated import Isolated, allowed
from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.model import Credential
from cairn.credentials.moments import aware
from cairn.credentials.opening import opened
from cairn.credentials.prover import Proven
from cairn.credentials.proving import prove
from cairn.credentials.question import MAX_DEPTH_OF_PARTS, AskOnce, Budget, Question
from cairn.credentials.refreshing import refreshed
from cairn.credentials.repeating.family import FAMILIES
from cairn.credentials.resolving import CouldNotFetch, Resolver, TrustRegistry
from cairn.credentials.status import check_status
from cairn.credentials.texts import visible
from cairn.credentials.trust import check_trust
from cairn.credentials.verdict import QUESTION_OF, Finding, Outcome, Verdict, answer

MAX_ENDORSEMENTS = 20


def verify(
    source: bytes | str | Mapping[str, Any] | Credential,
    *,
    at: datetime,
    resolve: Resolver,
    trust: TrustRegistry | None = None,
    recipient: Recipient | None = None,
    contexts: Contexts = PINNED,
    refresh: bool = False,
    isolated: Isolated | None = None,
) -> Verdict:
    """Verify a credential as of the aware moment ``at``. Always answers with a :class:`Verdict`, whatever ``source`` is.

    ``source``: JSON (bytes, text or mapping), a token, a baked PNG or SVG, a PDF certificate, the https address of one of these, or a
    parsed credential. ``resolve`` fetches DID documents, status lists and addresses; each is asked at most once per call. ``trust``
    says which issuers are known, ``recipient`` whom the credential should be about. ``refresh`` lets the issuer be asked for a newer
    copy, which tells it that this award is being looked at. ``isolated`` is an engine for documents that could take forever; without
    one, they are refused by their shape. Raises only for a moment without a time zone.
    """
    question = Question(aware(at), AskOnce(resolve), trust, recipient, contexts, Budget(), refresh=refresh)
    # 1. and 2. Container and data model.
    try:
        credential = opened(source, question.resolve)
    except NoCredentialInside as error:
        finding = Finding("container", Outcome.FAIL, "no_credential_inside", error.message, error.remedy)
        return answer([finding], credential=None)
    except CouldNotFetch as silence:
        finding = Finding(
            "container",
            Outcome.UNKNOWN,
            "address_unreachable",
            f"We could not open this address ({silence.reason}).",
            "Try again later, or ask for the credential as a file. This does not mean that anything is wrong with it.",
        )
        return answer([finding], credential=None)
    except NotSupported as unsupported:
        finding = Finding("container", Outcome.UNKNOWN, unsupported.code, unsupported.message, unsupported.remedy)
        return answer([finding], credential=None)
    except CredentialError as error:
        return answer([Finding("container", Outcome.FAIL, error.code, error.message, error.remedy)], credential=None)
    with allowed(isolated):
        verdict = judge(credential, question)
    if verdict.authentic is Outcome.PASS and credential.known is None and credential.envelope is None:
        FAMILIES.learn(credential.text, credential.document, contexts)
    return verdict


def judge(credential: Credential, question: Question, *, proven: Proven | None = None) -> Verdict:
    """Take steps 2 to 10 for a credential that has been opened; those inside others come here too.

    ``proven`` is what stands in place of step 3 where the proof is not the credential's own, but of what it came in.
    """
    findings: list[Finding] = []
    # 2. Data model.
    faults = credential.faults
    if faults:
        return answer(
            [
                Finding(
                    "model",
                    Outcome.FAIL,
                    fault.code,
                    f"This is not a well-formed credential. {fault.message}",
                    "Ask the issuer for a correct copy.",
                )
                for fault in faults
            ],
            credential=credential,
        )
    # 3. Proof.
    proven = prove(credential, question) if proven is None else proven
    credential = proven.credential
    findings += proven.findings
    if any(f.outcome in (Outcome.FAIL, Outcome.UNKNOWN) and QUESTION_OF.get(f.check) == "authentic" for f in findings):
        return answer(findings, credential=credential)
    if question.refresh:
        newest = refreshed(credential, question)
        credential = newest.credential
        findings = [*(newest.proof or findings), *newest.remarks]
    # 4. Period.
    findings.append(_period(credential, question.at))
    # 5. Status.
    findings += check_status(credential, question)
    # 6. Issuer.
    trust_finding, known = check_trust(credential, question)
    findings.append(trust_finding)
    # 7. Recipient.
    if question.recipient is not None:
        findings.append(_about(credential, question.recipient))
    # 8. Parts.
    parts, part_findings = _parts(credential, question)
    findings += part_findings
    # 9. Endorsements, gaps and schemas.
    findings += _endorsements(credential, question)
    findings += _gaps(credential)
    findings += check_schemas(credential)
    # 10. The verdict.
    return answer(findings, credential=credential, known_issuer=known, parts=parts)


def _period(credential: Credential, at: datetime) -> Finding:
    begin, end = credential.valid_from, credential.valid_until
    if begin is not None and at < begin:
        return Finding(
            "period",
            Outcome.FAIL,
            "not_yet_valid",
            f"It only becomes valid on {begin:%d %B %Y}.",
            "Check it again from that day on.",
        )
    if end is not None and end < at:
        return Finding(
            "period",
            Outcome.FAIL,
            "expired",
            f"It ran out on {end:%d %B %Y}.",
            "Ask the holder whether it has been renewed.",
        )
    return _IN_PERIOD


_IN_PERIOD = Finding("period", Outcome.PASS, "in_period", "It is valid on the day asked about.")


def _about(credential: Credential, recipient: Recipient) -> Finding:
    match = matches_recipient(credential, email=recipient.email, did=recipient.did)
    if match is None:
        return Finding(
            "recipient",
            Outcome.UNKNOWN,
            "recipient_not_stated",
            "The credential does not say enough about its recipient to tell whether it is this person.",
            "Ask the person for another proof of who they are.",
        )
    if not match:
        return Finding(
            "recipient",
            Outcome.FAIL,
            "other_recipient",
            "This was awarded to somebody else than the person asked about.",
            "Check the spelling; people also have several addresses.",
        )
    if any(
        str(entry.get("identityHash", "")).startswith(("md5$", "sha1$"))
        for entry in objects(as_list(credential.subject.get("identifier")))
    ):
        return Finding(
            "recipient",
            Outcome.WARN,
            "weak_identity",
            "It names this person, though with an outdated kind of fingerprint (md5 or sha1).",
        )
    return Finding("recipient", Outcome.PASS, "recipient_matches", "It was awarded to the person asked about.")


def _parts(credential: Credential, question: Question) -> tuple[tuple[Verdict, ...], list[Finding]]:
    """Verify the credentials a learner record holds, and fold what was found into findings about the whole."""
    parts = credential.held
    if not parts:
        return (), []
    if question.depth >= MAX_DEPTH_OF_PARTS or len(parts) > question.budget.parts:
        return (), [
            Finding(
                "part", Outcome.UNKNOWN, "too_complex", "This record holds too many credentials inside one another."
            )
        ]
    verdicts: list[Verdict] = []
    findings: list[Finding] = []
    for number, held in enumerate(parts, start=1):
        if not question.budget.take():
            findings.append(
                Finding("part", Outcome.UNKNOWN, "too_complex", f"Part {number} was not looked at: there are too many.")
            )
            break
        try:
            part = _part(held)
        except NotSupported as unsupported:
            message = f"Part {number}: {unsupported.message}"
            findings.append(Finding("part", Outcome.UNKNOWN, unsupported.code, message, unsupported.remedy))
            continue
        except CredentialError as error:
            findings.append(Finding("part", Outcome.FAIL, error.code, f"Part {number}: {error.message}", error.remedy))
            continue
        verdict = judge(part, question.inside())
        verdicts.append(verdict)
        findings += _folded(part, verdict, number)
        if credential.subject_id and part.subject_id and credential.subject_id != part.subject_id:
            findings.append(
                Finding(
                    "part_recipient" if question.recipient else "shape",
                    Outcome.WARN,
                    "part_about_another_id",
                    f"Part {number} ({part.name}) names its recipient by another identifier than the record does.",
                    "Make sure that both mean the same person.",
                )
            )
    return tuple(verdicts), findings


def _part(held: Any) -> Credential:
    """Read what a record holds: a document or a token. Raises as :meth:`Credential.parse`, and for what is neither."""
    if isinstance(held, Mapping) or (isinstance(held, str) and looks_like_token(held)):
        return Credential.parse(held)
    if isinstance(held, str) and is_absolute_iri(held):
        raise NotSupported(
            "part_elsewhere",
            "Only its address is given, so it was not looked at.",
            remedy="Ask for that credential itself, and check it.",
        )
    raise CredentialError("not_a_credential", "What stands there is no credential.", remedy="Ask for a correct copy.")


_OF_PART = {"container": "part", "model": "part", "proof": "part", "key": "part", "part": "part"}
_OF_PART |= {"status": "part_status", "period": "part_status", "part_status": "part_status"}
_OF_PART |= {
    "trust": "part_trust",
    "part_trust": "part_trust",
    "recipient": "part_recipient",
    "part_recipient": "part_recipient",
}


def _folded(part: Credential, verdict: Verdict, number: int) -> Iterator[Finding]:
    name = f"Part {number} ({part.name or part.id or 'without a name'})"
    for finding in verdict.findings:
        check = _OF_PART.get(finding.check)
        if check is None or finding.outcome in (Outcome.PASS, Outcome.NOT_ASKED):
            continue
        outcome = finding.outcome
        if finding.code in ("expired", "not_yet_valid"):
            # A record may well hold a licence that has run out; that is history, not a fault of the record.
            outcome = Outcome.WARN
        yield replace(finding, check=check, outcome=outcome, message=f"{name}: {finding.message}")
    if verdict.verdict == "verified":
        yield Finding("part", Outcome.PASS, "part_verified", f"{name} is verified.")


def _endorsements_at(place: Mapping[str, Any]) -> list[Mapping[str, Any] | str]:
    """The endorsements of a credential, an achievement or an issuer: as documents, and as tokens (Open Badges 3.0)."""
    tokens = [one for one in as_list(place.get("endorsementJwt")) if isinstance(one, str)]
    return [*objects(as_list(place.get("endorsement"))), *tokens]


def _endorsements(credential: Credential, question: Question) -> Iterator[Finding]:
    places = [credential.reading, credential.achievement or {}, credential.reading.get("issuer")]
    found = [(one, place.get("id")) for place in objects(places) for one in _endorsements_at(place)]
    for number, (document, endorsed) in enumerate(found[:MAX_ENDORSEMENTS], start=1):
        try:
            endorsement = Credential.parse(document)
        except CredentialError as error:
            yield Finding(
                "endorsement", Outcome.WARN, error.code, f"Endorsement {number} cannot be read. {error.message}"
            )
            continue
        if question.depth >= MAX_DEPTH_OF_PARTS or not question.budget.take():
            return
        verdict = judge(endorsement, question.inside(about_person=False))
        who = _endorser(endorsement, verdict)
        if verdict.verdict == "verified" and isinstance(endorsed, str) and endorsement.subject_id == endorsed:
            yield Finding("endorsement", Outcome.PASS, "endorsed", f"It is endorsed by {who}.")
        elif verdict.verdict == "verified":
            yield Finding(
                "endorsement",
                Outcome.WARN,
                "endorses_something_else",
                f"The endorsement by {who} is about something else.",
            )
        else:
            reason = next((f.message for f in verdict.findings if f.outcome in (Outcome.FAIL, Outcome.UNKNOWN)), "")
            yield Finding(
                "endorsement",
                Outcome.WARN,
                "endorsement_not_verified",
                f"The endorsement by {who} does not hold. {reason}",
            )


def _endorser(endorsement: Credential, verdict: Verdict) -> str:
    """Who endorses it: by the register's name, else by the identifier that is proven, since anybody can take any name."""
    if verdict.known_issuer is not None:
        return verdict.known_issuer.name
    named = visible(str(endorsement.issuer_id))[:200]
    return f"{named} (who calls itself “{endorsement.issuer_name[:100]}”)" if endorsement.issuer_name else named


def _gaps(credential: Credential) -> Iterator[Finding]:
    for gap in credential.gaps[:5]:
        message = f"The standard ({credential.form.title}) asks for more than this credential says. {gap.message}"
        yield Finding("shape", Outcome.WARN, "incomplete", message)
