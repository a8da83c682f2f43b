"""When a part of a larger award no longer stands: a question is opened, and a registrar of the awarding body answers it.

Three answers: the larger credential *stands* (with the reason); it is *revoked*; or it is *awarded again* with the parts that stand,
where these are enough. Nothing of it happens by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.catalog.models import DefinitionVersion
from cairn.errors import Conflict, Invalid, RequirementsUnmet
from cairn.issuing.models import Award, StatusChange
from cairn.issuing.services import award_credential, revoke
from cairn.journeys import queries
from cairn.journeys.brought import brought_among, foreign_among
from cairn.journeys.models import StackProgress, StackQuestion
from cairn.outside import fetching
from cairn.people.models import Organisation, Person, Role
from cairn.people.services import record, require, require_different
from cairn.recognition.services import check_anew

if TYPE_CHECKING:
    from cairn.journeys.services.stacks import Weighed

Decision = StackQuestion.Decision


def open_question(*, stacked: Award, component: Award | None, about: str, at: datetime) -> StackQuestion:
    """Ask a person to look at a larger award, once for each part that fell. Whoever holds it sees that somebody looks.

    What the rule makes of what they hold without the part is kept beside the question.
    """
    from cairn.journeys.services.stacks import keep_evidence, weigh

    if component is not None:
        question, made = StackQuestion.objects.get_or_create(
            stacked=stacked, component=component, defaults={"about": about[:300], "opened_at": at}
        )
    else:
        question, made = StackQuestion.objects.get_or_create(
            stacked=stacked, component=None, about=about[:300], decision="", defaults={"opened_at": at}
        )
    if made:
        _flag(stacked)
        if stacked.version.requirement:
            answer = weigh(stacked.version, stacked.holder, at)
            keep_evidence(award=stacked, answer=answer, at=at, question=question)
        record(
            organisation=stacked.organisation, actor=None, role="", action="stack.questioned", object_type="award",
            object_id=str(stacked.pk), at=at,
            reason="A component no longer stands after this credential was awarded; a registrar decides what follows.",
            details={"component": str(component.pk) if component else "", "question": question.pk},
        )  # fmt: skip
    return question


def open_for_lost(*, before: StackProgress, now: StackProgress, at: datetime) -> None:
    """Ask a person to look where the stack was awarded and a credential of another issuer that counted then counts no longer."""
    if not set(before.elsewhere) - set(now.elsewhere) or now.state == "met":
        return
    definition = now.version.definition_id
    stacked = (
        Award.objects.filter(version__definition=definition, holder=now.person_id, state=Award.State.AWARDED)
        .select_related("version", "organisation", "holder")
        .first()
    )
    if stacked is not None:
        open_question(stacked=stacked, component=None, about="A credential of another issuer", at=at)


def close_if_gone(*, stacked: Award, at: datetime) -> None:
    """Close what was open about an award that was revoked otherwise: nothing is left to decide."""
    StackQuestion.objects.filter(stacked=stacked, decision="").update(
        decision=Decision.REVOKED, decided_at=at, reason="It was revoked."
    )
    _flag(stacked)


@transaction.atomic
def let_stand(*, question: StackQuestion, by: Person, reason: str, at: datetime) -> StackQuestion:
    """Decide that the larger award stands all the same. Raises NotAllowed, Invalid (no reason), Conflict (decided already)."""
    locked = _open(question, by)
    return _decide(locked, Decision.STANDS, by, reason, at)


@transaction.atomic
def revoke_stacked(*, question: StackQuestion, by: Person, ground: str, reason: str, at: datetime) -> StackQuestion:
    """Revoke the larger award; ``ground`` is one of :class:`StatusChange.Reason`. The holder gets a letter. Raises as :func:`let_stand`."""
    locked = _open(question, by)
    decided = _decide(locked, Decision.REVOKED, by, reason, at)
    revoke(award=locked.stacked, by=by, reason=ground, explanation=reason, at=at)
    return decided


def replace_stacked(*, question: StackQuestion, by: Person, reason: str, at: datetime) -> Award:
    """Revoke the larger award and award it again with the parts that stand. Raises RequirementsUnmet where these are not enough."""
    _check_brought(question.stacked.version, question.stacked.holder, at)
    with transaction.atomic():
        return _replace(question=question, by=by, reason=reason, at=at)


def _replace(*, question: StackQuestion, by: Person, reason: str, at: datetime) -> Award:
    locked = _open(question, by)
    stacked = locked.stacked
    answer = _complete(stacked.version, stacked.holder, at)
    _decide(locked, Decision.REPLACED, by, reason, at)
    explanation = f"Awarded again with the parts that stand. {reason.strip()}"
    revoke(award=stacked, by=by, reason=StatusChange.Reason.ERROR, explanation=explanation, at=at)
    return _award_again(stacked.version, stacked.holder, answer, by=by, at=at)


def award_again(*, progress: StackProgress, by: Person, reason: str, at: datetime) -> Award:
    """Award a stack that is complete again after what was awarded for it had been revoked.

    Raises NotAllowed unless ``by`` is a registrar of the awarding body and not the holder; RequirementsUnmet where it is not complete;
    Conflict where the person holds it.
    """
    version, person = progress.version, progress.person
    owner = _owner(version)
    role = require(by, owner, Role.REGISTRAR)
    require_different(by, person, because="nobody awards a credential to themselves")
    if not reason.strip():
        raise Invalid("Say why it is awarded again.", remedy="Write one sentence; an auditor reads it.")
    _check_brought(version, person, at)
    with transaction.atomic():
        answer = _complete(version, person, at)
        award = _award_again(version, person, answer, by=by, at=at)
        record(
            organisation=owner, actor=by, role=role, action="stack.awarded_again", object_type="award",
            object_id=award.pk, at=at,
        )  # fmt: skip
    return award


def _check_brought(version: DefinitionVersion, person: Person, at: datetime) -> None:
    """Check what it rests on from elsewhere before anything is decided: somebody may have to be asked."""
    from cairn.journeys.services.stacks import weigh

    rows = brought_among(person, weigh(version, person, at).used)
    check_anew([row for row in rows if row.checked_at != at], at=at, world=fetching.site_resolver())


def _award_again(version: DefinitionVersion, person: Person, answer: Weighed, *, by: Person, at: datetime) -> Award:
    from cairn.journeys.services.stacks import keep_evidence

    earlier = Award.objects.filter(version__definition=version.definition_id, holder=person)
    if earlier.filter(state__in=[Award.State.AWARDED, Award.State.PROPOSED, Award.State.SUSPENDED]).exists():
        raise Conflict(
            f"“{version.title}” stands already for this person.",
            remedy="Open the award to see it.",
            code="stands_already",
        )
    made = award_credential(
        version=version, holder=person, by=by, at=at, origin=f"stack:{version.pk}:{earlier.count() + 1}",
        parts=queries.own_parts(person, answer.used), foreign=foreign_among(person, answer.used, at),
    )  # fmt: skip
    keep_evidence(award=made, answer=answer, at=at)
    return made


def _complete(version: DefinitionVersion, person: Person, at: datetime) -> Weighed:
    """Weigh the stack, keep how far it is, and return the answer where it is complete; else raise RequirementsUnmet."""
    from cairn.journeys.services.stacks import keep, weigh

    answer = weigh(version, person, at)
    keep(version=version, person=person, answer=answer, at=at)
    if not answer.met:
        raise RequirementsUnmet(
            f"The parts that stand are not enough for “{version.title}”.",
            remedy="Let it stand with a reason, or revoke it; it can be awarded again once the stack is complete.",
            missing=[
                one["sentence"] for one in [*(answer.document["missing"] or [[]])[0], *answer.document["obstacles"]]
            ],
        )
    return answer


def _owner(version: DefinitionVersion) -> Organisation:
    owner = version.definition.owner
    if owner is None:
        raise Conflict(f"“{version.title}” is awarded elsewhere.", remedy="Ask its awarding body.")
    return owner


def _open(question: StackQuestion, by: Person) -> StackQuestion:
    locked = (
        StackQuestion.objects.select_for_update(of=("self",))
        .select_related("stacked__version__definition__owner", "stacked__organisation", "stacked__holder")
        .get(pk=question.pk)
    )
    require(by, locked.stacked.organisation, Role.REGISTRAR)
    require_different(by, locked.stacked.holder, because="nobody decides on an award of their own")
    if locked.decision:
        raise Conflict(
            f"This was decided already: {locked.get_decision_display().lower()}.",
            remedy="Open the award to see what followed.",
            code="question_decided",
        )
    return locked


def _decide(question: StackQuestion, decision: str, by: Person, reason: str, at: datetime) -> StackQuestion:
    if not reason.strip():
        raise Invalid("Say why.", remedy="Write one sentence; an auditor reads it.")
    question.decision, question.reason = decision, reason.strip()
    question.decided_by, question.decided_at = by, at
    question.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    _flag(question.stacked)
    record(
        organisation=question.stacked.organisation, actor=by, role=Role.REGISTRAR, action="stack.question_decided",
        object_type="award", object_id=question.stacked.pk, at=at, details={"decision": decision, "question": question.pk},
    )  # fmt: skip
    return question


def _flag(stacked: Award) -> None:
    """Let the holder's progress say whether somebody looks."""
    waits = StackQuestion.objects.filter(
        stacked__holder=stacked.holder_id, stacked__version=stacked.version_id, decision=""
    ).exists()
    StackProgress.objects.filter(person=stacked.holder_id, version=stacked.version_id).update(
        question=StackProgress.Question.COMPONENT_REVOKED if waits else StackProgress.Question.NONE
    )
