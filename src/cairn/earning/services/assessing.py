"""Assessment: one assessor, one submission, one decision against the rubric; a pass becomes an award in the same transaction.

Who may (domain: lifecycle, separation): an assessor of the awarding body, who is not the learner and, for an industry credential, has not
recorded the learner's attendance (the trainer is not the sole assessor). What a pass needs: every criterion at or above its required
level, every required session attended, a rubric with something in it. Anything less is handed in again, as often as it takes; only
an assessor who says so expressly ends the enrolment as not passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from cairn import facts
from cairn.catalog.models import Definition
from cairn.catalog.services import owner_of
from cairn.earning.models import Assessment, Attendance, Enrolment, Session, Submission
from cairn.earning.rubrics import Criterion, criteria_of
from cairn.errors import Conflict, Invalid, NotAllowed, RequirementsUnmet
from cairn.issuing.services import award_credential
from cairn.people.models import Person, Role
from cairn.people.services import record, require, require_different

Decision = Assessment.Decision


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion with the level an assessor gave it."""

    criterion: Criterion
    level: str
    comment: str

    @property
    def is_met(self) -> bool:
        """Whether the level is the required one or above."""
        return self.criterion.reaches(self.level)

    def as_row(self) -> dict[str, Any]:
        """Return what is kept: ids, points as the rubric gives them, and the comment."""
        points = self.criterion.level(self.level).points
        return {"criterion": self.criterion.id, "level": self.level, "points": points, "comment": self.comment}


def assess(
    *,
    submission: Submission,
    by: Person,
    results: Iterable[Mapping[str, str]],
    feedback: str,
    at: datetime,
    decision: str = "",
) -> Assessment:
    """Decide on a submission and return the decision, which is final; on a pass the award is made at once.

    ``results`` are ``{criterion, level, comment}`` in the rubric's ids, one for every criterion. ``decision`` may be left open: then a
    submission that meets everything passes and any other is to be handed in again. ``feedback`` is for the learner and needed unless
    it passes.

    Raises NotAllowed, Conflict (decided already, withdrawn), Invalid (criterion or level missing or unknown, no feedback), and
    RequirementsUnmet with sentences when a pass is asked for that the rubric or the attendance does not bear out.
    """
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("version__definition__owner", "learner")
            .get(pk=submission.enrolment_id)
        )
        owner = owner_of(enrolment.version)
        role = require(by, owner, Role.ASSESSOR)
        _check_independence(enrolment, by)
        _check_waiting(enrolment, submission)
        judged = _judge(criteria_of(enrolment.version), results)
        decided = _decide(enrolment, judged, decision)
        if decided != Decision.PASSED and not feedback.strip():
            raise Invalid(
                "Write feedback, so that the learner knows what to change.",
                remedy="One or two sentences are enough: what is missing, and what would show it.",
                code="feedback_missing",
            )
        assessment = Assessment.objects.create(
            submission=submission, assessor=by, results=[one.as_row() for one in judged], decision=decided,
            feedback=feedback.strip(), decided_at=at,
        )  # fmt: skip
        enrolment.state = Enrolment.State(str(decided))
        enrolment.ended_at = None if decided == Decision.RESUBMIT else at
        enrolment.save(update_fields=["state", "ended_at"])
        record(
            organisation=owner, actor=by, role=role, action="submission.assessed", object_type="enrolment",
            object_id=enrolment.pk, at=at, details={"submission": submission.number, "decision": str(decided)},
        )  # fmt: skip
        if decided == Decision.PASSED:
            facts.announce(facts.EnrolmentPassed(enrolment_id=enrolment.pk, at=at))
            award_credential(
                version=enrolment.version, holder=enrolment.learner, by=by, at=at, origin=f"enrolment:{enrolment.pk}",
                results=[_without_comment(row) for row in assessment.results], evidence=_evidence_of(submission),
                activity=(enrolment.started_at, at),
            )  # fmt: skip
        return assessment


def why_not_to_pass(enrolment: Enrolment, judged: Sequence[Judged] = ()) -> list[str]:
    """Return in sentences what stands against a pass: criteria below their level, required sessions not attended."""
    low = [
        f"“{one.criterion.name}” is at “{one.criterion.level(one.level).name}”; it takes “{one.criterion.required_level.name}”."
        for one in judged
        if not one.is_met
    ]
    required = Session.objects.filter(version=enrolment.version_id, required=True).filter(
        Q(offer=None) | Q(offer=enrolment.offer_id)
    )
    missed = required.exclude(attendance__enrolment=enrolment).order_by("starts_at")
    away = [
        f"The required session “{session.title}” was not attended, or nobody has recorded it yet." for session in missed
    ]
    return low + away


def _check_independence(enrolment: Enrolment, by: Person) -> None:
    require_different(by, enrolment.learner, because="nobody assesses their own work")
    if enrolment.version.definition.type != Definition.Type.INDUSTRY:
        return
    if Attendance.objects.filter(enrolment=enrolment, recorded_by=by).exists():
        raise NotAllowed(
            "You taught this learner, and for an industry credential whoever trains does not assess alone.",
            remedy="Ask another assessor of your organisation.",
            code="separation_of_duties",
        )


def _check_waiting(enrolment: Enrolment, submission: Submission) -> None:
    if Assessment.objects.filter(submission=submission).exists():
        raise Conflict(
            "This submission was decided on already, and decisions are final.",
            remedy="Open it to read the decision. If it was wrong, the learner can hand in again or complain.",
            code="already_assessed",
        )
    if enrolment.state != Enrolment.State.SUBMITTED:
        raise Conflict(
            f"This enrolment does not wait for assessment: it is {enrolment.get_state_display().lower()}.",
            remedy="Go back to the queue and take the next one.",
            code="not_waiting",
        )


def _judge(criteria: Sequence[Criterion], results: Iterable[Mapping[str, str]]) -> list[Judged]:
    given = {result["criterion"]: result for result in results}
    strangers = set(given) - {criterion.id for criterion in criteria}
    if strangers:
        raise Invalid(
            f"The rubric has no criterion “{sorted(strangers)[0]}”.",
            remedy="Judge the criteria of this version: " + ", ".join(criterion.id for criterion in criteria) + ".",
            code="unknown_criterion",
        )
    missing = [criterion.name for criterion in criteria if not given.get(criterion.id, {}).get("level")]
    if missing:
        raise Invalid(
            f"“{missing[0]}” has no level yet.",
            remedy="Choose a level for every criterion, then decide.",
            code="criterion_missing",
            missing=missing,
        )
    for criterion in criteria:
        if given[criterion.id]["level"] not in {level.id for level in criterion.levels}:
            raise Invalid(
                f"“{criterion.name}” has no level “{given[criterion.id]['level']}”.",
                remedy="Choose one of: " + ", ".join(level.name for level in criterion.levels) + ".",
                code="unknown_level",
            )
    return [
        Judged(criterion, given[criterion.id]["level"], str(given[criterion.id].get("comment", "")).strip())
        for criterion in criteria
    ]


def _decide(enrolment: Enrolment, judged: Sequence[Judged], decision: str) -> Assessment.Decision:
    if decision and decision not in Decision.values:
        raise Invalid(f"“{decision}” is no decision.", remedy="Choose one of: " + ", ".join(Decision.values) + ".")
    against = why_not_to_pass(enrolment, judged)
    if decision == Decision.PASSED and against:
        raise RequirementsUnmet(
            "This cannot pass yet: " + " ".join(against),
            remedy="Let it be handed in again with feedback, or have the attendance recorded first.",
            missing=against,
        )
    if decision in {Decision.RESUBMIT, Decision.FAILED} and not against:
        raise Invalid(
            "Every criterion is met and every required session attended, so this is a pass.",
            remedy="Let it pass, or give the level that you see in the evidence to the criterion you doubt.",
            code="all_met",
        )
    if not decision and against and all(one.is_met for one in judged):
        raise RequirementsUnmet(
            "The evidence meets the rubric, but: " + " ".join(against),
            remedy="Have the instructor record the attendance, then decide. The submission stays in the queue until then.",
            missing=against,
        )
    if decision:
        return Decision(decision)
    return Decision.RESUBMIT if against else Decision.PASSED


def _without_comment(row: Mapping[str, Any]) -> dict[str, Any]:
    """Comments are between assessor and learner; what goes into the award is the criterion, the level and its points."""
    return {name: row[name] for name in ("criterion", "level", "points")}


def _evidence_of(submission: Submission) -> list[dict[str, str]]:
    """Say what the award rests on, without giving it away: a link only if the learner shares it, a file by its digest alone."""
    entries: list[dict[str, str]] = []
    if submission.url:
        link = {"url": submission.url} if submission.url_shared else {}
        entries.append({"name": "Work shown online", "genre": "Link", **link})
    if submission.file_digest:
        kept = f"Kept by the awarding body. SHA-256 of the file: {submission.file_digest}"
        entries.append({"name": "Work handed in as a file", "genre": "File", "description": kept})
    if submission.narrative:
        entries.append({"name": "Written account", "genre": "Text", "description": "Kept by the awarding body."})
    return entries
