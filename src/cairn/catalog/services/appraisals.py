"""Judging criteria: evidence is recorded and withdrawn, the provider answers and appeals, somebody else decides, the score is kept.

Who: quality reviewers of accreditors, professional bodies and the operator record evidence about others' credentials in any tier, unless
their body made the credential too. A provider records what it declares about its own, and nothing more. An appeal is decided by somebody
who neither lodged it nor recorded what it contests, for an organisation that is not the provider. Nobody can pay for any of it: there is
no field for money here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from cairn.appraisal import AppraisalError, Credibility, Criterion, Tier, read_rubric
from cairn.catalog import queries
from cairn.catalog.models import (
    CredibilityScore,
    CriterionAnswer,
    CriterionAppeal,
    CriterionEvidence,
    DefinitionVersion,
    RubricInUse,
)
from cairn.credentials.texts import visible
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.people import services as people
from cairn.people.models import Organisation, Person, Role

PROVIDER_GROUP = "A"
"""The group of criteria that are about the provider, so that one piece of evidence may serve all its credentials."""
TAKEN_ANEW = "taken anew"

State = CriterionAppeal.State


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found out about a criterion: points of the rubric in use before the tier counts, and how it was checked."""

    criterion: str
    points: Decimal
    tier: Tier
    sentence: str
    checked_on: date
    source: str = ""
    document_digest: str = ""
    expires_on: date | None = None
    whole_provider: bool = False


def record_evidence(
    *, version: DefinitionVersion, organisation: Organisation, finding: Finding, by: Person, at: datetime
) -> CriterionEvidence:
    """Put a finding beside a criterion, for ``organisation``. Raises NotAllowed and Invalid."""
    own = queries.side_of(version) == organisation
    if own:
        role = people.require(by, organisation, *queries.OWN)
        if finding.tier != Tier.DECLARED:
            raise NotAllowed(
                "What a provider says of itself is declared, however good it is.",
                remedy="Record it as declared, and ask an accreditor to look at it.",
                code="own_evidence_is_declared",
            )
    else:
        role = _judge(version, organisation, by)
    with transaction.atomic():
        row = _write(version, organisation, finding, by, at)
        _note(
            version, by, role, "evidence.recorded", row.pk, at, details={"criterion": row.criterion, "tier": row.tier}
        )
        keep_score(version=version, at=at, because=f"evidence on {row.criterion} recorded", reviewer=by)
    return row


def withdraw_evidence(
    *, evidence: CriterionEvidence, version: DefinitionVersion, reason: str, by: Person, at: datetime
) -> None:
    """Take a piece of evidence back; it stays readable as withdrawn. Raises NotAllowed, Invalid and Conflict."""
    _reason(reason, "Evidence cannot be withdrawn without a reason.")
    side = queries.side_of(version) == evidence.organisation
    role = people.require(by, evidence.organisation, *(queries.OWN if side else (Role.REVIEWER,)))
    with transaction.atomic():
        row = CriterionEvidence.objects.select_for_update().get(pk=evidence.pk)
        if row.withdrawn_at is not None:
            raise Conflict("It was withdrawn already.", remedy="Look at the page again.")
        if row.settles_id is not None:
            raise Conflict("It settles an appeal and stands.", remedy="A new appeal can lead to another result.")
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = at, by, reason.strip()[:400]
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
        _note(version, by, role, "evidence.withdrawn", row.pk, at, reason=reason, details={"criterion": row.criterion})
        keep_score(version=version, at=at, because=f"evidence on {row.criterion} withdrawn", reviewer=by)


def answer(*, version: DefinitionVersion, criterion: str, text: str, by: Person, at: datetime) -> CriterionAnswer:
    """Say something as the provider about a criterion; it is shown beside it and moves no points."""
    side, role = _provider_side(version, by)
    _criterion(criterion)
    _reason(text, "There is no answer.", longest=2000)
    with transaction.atomic():
        row = CriterionAnswer.objects.create(
            version=version, criterion=criterion, text=text.strip(), organisation=side, given_by=by, given_at=at
        )
        _note(version, by, role, "criterion.answered", row.pk, at, details={"criterion": criterion})
    return row


def appeal(*, version: DefinitionVersion, criterion: str, grounds: str, by: Person, at: datetime) -> CriterionAppeal:
    """Ask as the provider that a criterion be judged anew. Raises Conflict while another appeal on it is open."""
    side, role = _provider_side(version, by)
    _criterion(criterion)
    _reason(grounds, "An appeal needs its grounds.", longest=4000)
    judged = next(one for one in queries.credibility_of(version, at).criteria if one.criterion.id == criterion)
    contested = next(
        (row for row in queries.evidence_rows(version) if row.criterion == criterion and row.withdrawn_at is None), None
    )
    try:
        with transaction.atomic():
            row = CriterionAppeal.objects.create(
                version=version, criterion=criterion, grounds=grounds.strip(), contested=judged.sentence[:500], organisation=side,
                contested_by=contested.recorded_by if contested else None, lodged_by=by, lodged_at=at,
            )  # fmt: skip
            _note(version, by, role, "appeal.lodged", row.pk, at, details={"criterion": criterion})
    except IntegrityError as error:
        raise Conflict(
            "An appeal on this criterion is open already.", remedy="Wait for its decision, or take it back."
        ) from error
    return row


def take_back(*, appeal: CriterionAppeal, by: Person, at: datetime) -> CriterionAppeal:
    """Take an open appeal back as the provider."""
    _, role = _provider_side(appeal.version, by)
    with transaction.atomic():
        row = _open(appeal)
        row.state, row.decided_by, row.decided_at = State.WITHDRAWN, by, at
        row.save(update_fields=["state", "decided_by", "decided_at"])
        _note(row.version, by, role, "appeal.withdrawn", row.pk, at, details={"criterion": row.criterion})
    return row


def decide(
    *, appeal: CriterionAppeal, organisation: Organisation, reasons: str, by: Person, at: datetime, remedy: Finding | None = None
) -> CriterionAppeal:  # fmt: skip
    """Decide an appeal with reasons: upheld with the finding that holds from now on, or dismissed without one.

    Raises NotAllowed for whoever had a part in it, Invalid without reasons or with a finding on another criterion, Conflict when it is
    not open any more.
    """
    if organisation in {appeal.organisation, queries.side_of(appeal.version)}:
        raise NotAllowed("A provider does not decide its own appeal.", remedy="An accreditor or the operator decides.")
    role = _judge(appeal.version, organisation, by)
    people.require_different(by, appeal.lodged_by, because="whoever lodged an appeal does not decide it")
    people.require_different(
        by, appeal.contested_by, because="whoever recorded what is contested does not decide the appeal"
    )
    _reason(reasons, "An appeal is not decided without reasons.", longest=4000)
    if remedy is not None and remedy.criterion != appeal.criterion:
        raise Invalid(f"The appeal is about {appeal.criterion}.", remedy="Give the finding on that criterion.")
    with transaction.atomic():
        row = _open(appeal)
        row.state = State.DISMISSED if remedy is None else State.UPHELD
        row.decided_by, row.decided_for, row.decided_at, row.reasons = by, organisation, at, reasons.strip()
        row.save(update_fields=["state", "decided_by", "decided_for", "decided_at", "reasons"])
        if remedy is not None:
            _write(row.version, organisation, remedy, by, at, settles=row)
        action = "appeal.dismissed" if remedy is None else "appeal.upheld"
        _note(row.version, by, role, action, row.pk, at, reason=reasons, details={"criterion": row.criterion})
        keep_score(
            version=row.version,
            at=at,
            because=f"appeal on {row.criterion} {State(row.state).label.lower()}",
            reviewer=by,
        )
    return row


def keep_score(
    *, version: DefinitionVersion, at: datetime, because: str = TAKEN_ANEW, reviewer: Person | None = None
) -> CredibilityScore | None:
    """Add the score as it stands to the history, unless nothing changed since the last one; then None."""
    row = _score(version, queries.credibility_of(version, at), at, because, reviewer)
    last = queries.scores_of(version).first()
    if last is not None and last.digest == row.digest:
        return None
    row.save()
    return row


def keep_scores(*, versions: Iterable[DefinitionVersion], at: datetime) -> int:
    """Add to the history the scores of these versions that changed, with few questions for all of them; returns how many."""
    every = list(versions)
    found = queries.credibilities_of(every, at)
    kept = CredibilityScore.objects.filter(version__in=every).order_by("taken_at", "pk")
    last: dict[int, str] = dict(kept.values_list("version_id", "digest"))  # of each version the latest
    rows = [_score(version, found[version.pk], at, TAKEN_ANEW, None) for version in every]
    return len(CredibilityScore.objects.bulk_create([row for row in rows if last.get(row.version_id) != row.digest]))


def _score(
    version: DefinitionVersion, found: Credibility, at: datetime, because: str, reviewer: Person | None
) -> CredibilityScore:
    criteria = _told(found)
    whole = {"rubric": found.rubric.id, "version": found.rubric.version, "criteria": criteria}
    digest = hashlib.sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    ends = [one.evidence.expires_on for one in found.criteria if one.evidence and one.evidence.expires_on]
    return CredibilityScore(
        version=version, rubric=found.rubric.id, rubric_version=found.rubric.version, low=round(found.low, 4), high=round(found.high, 4),
        coverage=round(found.coverage, 4), criteria=criteria, digest=digest, because=because[:200], reviewer=reviewer,
        expires_on=min(ends, default=None), taken_at=at,
    )  # fmt: skip


def use_rubric(*, document: str, at: datetime) -> RubricInUse:
    """Weigh by an authority's own rubric from now on. Raises Invalid for one that cannot be used, Conflict for a changed version."""
    try:
        rubric = read_rubric(document)
    except AppraisalError as error:
        raise Invalid(f"{error.where}: {error.message}", remedy=error.remedy, code="bad_rubric") from error
    if len(rubric.id) > 60 or len(rubric.version) > 40:
        raise Invalid("The rubric's id or version is too long.", remedy="Keep them under 60 and 40 characters.")
    digest = hashlib.sha256(document.encode()).hexdigest()
    with transaction.atomic():
        kept = RubricInUse.objects.filter(identifier=rubric.id, version=rubric.version).first()
        if kept is not None and kept.digest != digest:
            raise Conflict(
                f"{rubric.id} {rubric.version} is here already and says something else.",
                remedy="Give the changed rubric a new version: scores name the version they came from.",
                code="rubric_changed",
            )
        RubricInUse.objects.filter(in_use=True).update(in_use=False)
        if kept is None:
            kept = RubricInUse(identifier=rubric.id, version=rubric.version, document=document, digest=digest)
        kept.loaded_at, kept.in_use = at, True
        kept.save()
        people.record(
            organisation=None, actor=None, role="operator", action="rubric.loaded", object_type="rubric", object_id=str(kept), at=at,
            details={"sha256": digest},
        )  # fmt: skip
    return kept


def use_built_in_rubric(*, at: datetime) -> None:
    """Weigh by MCQ-100 again; the other rubric stays on record, for the scores that name it."""
    with transaction.atomic():
        if RubricInUse.objects.filter(in_use=True).update(in_use=False):
            people.record(
                organisation=None, actor=None, role="operator", action="rubric.built_in", object_type="rubric", object_id="MCQ-100", at=at
            )  # fmt: skip


def _write(
    version: DefinitionVersion, organisation: Organisation, finding: Finding, by: Person, at: datetime,
    settles: CriterionAppeal | None = None,
) -> CriterionEvidence:  # fmt: skip
    rubric = queries.rubric_in_use()
    criterion = _criterion(finding.criterion)
    if not finding.points.is_finite() or not 0 <= finding.points <= criterion.points:
        most = f"{criterion.points.normalize():f}"
        raise Invalid(f"{criterion.id} brings 0 to {most} points.", remedy="Give points in that range.")
    _reason(finding.sentence, "The finding says nothing.", longest=400)
    if finding.tier != Tier.DECLARED and not finding.source.strip():
        raise Invalid(
            "What was checked needs its source.", remedy="Name the register, the signature or the document looked at."
        )
    if finding.document_digest and not _is_digest(finding.document_digest):
        raise Invalid("The document's hash is not SHA-256 in hex.", remedy="Give its 64 hexadecimal digits, or none.")
    if finding.checked_on > at.date():
        raise Invalid("It cannot have been checked in the future.", remedy="Give the day on which it was checked.")
    if finding.expires_on is not None and finding.expires_on < finding.checked_on:
        raise Invalid("It expires before it was checked.", remedy="Change one of the two days.")
    if finding.whole_provider and criterion.group != PROVIDER_GROUP:
        raise Invalid(
            f"{criterion.id} is about this one credential.",
            remedy="Only criteria of the provider's standing hold for all its credentials.",
        )
    return CriterionEvidence.objects.create(
        provider=version.definition.provider, version=None if finding.whole_provider else version, rubric=rubric.id,
        rubric_version=rubric.version, criterion=criterion.id, points=finding.points, tier=finding.tier.value,
        sentence=finding.sentence.strip(), source=finding.source.strip()[:300], document_digest=finding.document_digest.lower(),
        checked_on=finding.checked_on, expires_on=finding.expires_on, organisation=organisation, recorded_by=by, recorded_at=at,
        settles=settles,
    )  # fmt: skip


def _judge(version: DefinitionVersion, organisation: Organisation, by: Person) -> str:
    if organisation.kind not in queries.JUDGES:
        raise NotAllowed(
            "Only accreditors, professional bodies and the operator judge what others offer.",
            remedy="Ask one of them, or record what you declare about your own credentials.",
        )
    if organisation in queries.makers_of(version):
        raise NotAllowed(
            f"{organisation} made it too, so it does not judge it.",
            remedy="Endorse it instead, or ask a body that had no part in it.",
            code="made_it_too",
        )
    return people.require(by, organisation, Role.REVIEWER)


def _provider_side(version: DefinitionVersion, by: Person) -> tuple[Organisation, str]:
    side = queries.side_of(version)
    if side is None:
        raise NotAllowed(
            "Nobody here speaks for this provider yet.",
            remedy="The operator can link the provider to its organisation.",
        )
    return side, people.require(by, side, *queries.OWN)


def _criterion(identifier: str) -> Criterion:
    rubric = queries.rubric_in_use()
    try:
        return rubric.criterion(identifier)
    except AppraisalError as error:
        raise Invalid(error.message, remedy=error.remedy, code="unknown_criterion") from error


def _open(appeal: CriterionAppeal) -> CriterionAppeal:
    row = CriterionAppeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    if row.state != State.LODGED:
        raise Conflict(f"The appeal is not open: {State(row.state).label.lower()}.", remedy="Look at the page again.")
    return row


def _reason(text: str, message: str, longest: int = 4000) -> None:
    if not visible(text).strip():
        raise Invalid(message, remedy="Write it in a sentence or two.")
    if len(text) > longest:
        raise Invalid("The text is too long.", remedy=f"Keep it under {longest} characters.")


def _is_digest(text: str) -> bool:
    return len(text) == 64 and set(text.lower()) <= set("0123456789abcdef")


def _told(found: Credibility) -> list[dict[str, Any]]:
    return [
        {
            "id": one.criterion.id, "points": str(one.evidence.points), "low": str(one.low), "high": str(one.high),
            "tier": one.evidence.tier.value, "sentence": one.evidence.sentence, "source": one.evidence.source,
            "checked_on": one.evidence.checked_on.isoformat() if one.evidence.checked_on else None,
            "expires_on": one.evidence.expires_on.isoformat() if one.evidence.expires_on else None,
        }
        for one in found.criteria
        if one.evidence is not None
    ]  # fmt: skip


def _note(
    version: DefinitionVersion, by: Person, role: str, action: str, pk: int, at: datetime, *, reason: str = "", details: dict[str, Any],
) -> None:  # fmt: skip
    people.record(
        organisation=queries.side_of(version), actor=by, role=role, action=action, object_type="criterion", object_id=str(pk), at=at,
        reason=reason, details={"version": version.pk, **details},
    )  # fmt: skip
