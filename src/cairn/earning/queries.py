"""Reading what is under way: a learner's enrolments, what waits for an assessor, who comes to a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from cairn.catalog.models import DefinitionVersion, Offer
from cairn.earning.models import Assessment, Attendance, Enrolment, Session, Submission
from cairn.earning.rubrics import Criterion, Level, criteria_of
from cairn.earning.states import HANDING_IN, OPEN
from cairn.errors import NotFound
from cairn.issuing.models import Award
from cairn.people.models import Organisation, Person, Role
from cairn.people.queries import has_role, organisations_of


def enrolments_of(learner: Person) -> QuerySet[Enrolment]:
    """Return a learner's enrolments, the open and newest first."""
    return (
        Enrolment.objects.filter(learner=learner)
        .select_related("version__definition__owner", "version__definition__provider", "offer")
        .annotate(is_open=Count("pk", filter=Q(state__in=OPEN)))
        .order_by("-is_open", "-started_at", "-pk")
    )


def open_enrolment(learner: Person, version: DefinitionVersion) -> Enrolment | None:
    """Return the learner's open enrolment in a version, if there is one."""
    return Enrolment.objects.filter(learner=learner, version=version, state__in=OPEN).first()


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """A session as a learner sees it."""

    session: Session
    attended: bool


@dataclass(frozen=True, slots=True)
class CriterionSeen:
    """A criterion with the level it was given in a decision, if any, and what the assessor said to it."""

    criterion: Criterion
    given: Level | None
    comment: str

    @property
    def is_met(self) -> bool:
        """Whether the level given is enough; False while none was given."""
        return self.given is not None and self.criterion.reaches(self.given.id)


@dataclass(frozen=True, slots=True)
class SubmissionSeen:
    """A submission with its decision, if there is one, criterion by criterion."""

    submission: Submission
    assessment: Assessment | None
    criteria: tuple[CriterionSeen, ...]


@dataclass(frozen=True, slots=True)
class EnrolmentSeen:
    """Everything an enrolment's page shows. Submissions come newest first."""

    enrolment: Enrolment
    sessions: tuple[SessionSeen, ...]
    submissions: tuple[SubmissionSeen, ...]
    criteria: tuple[Criterion, ...]
    award: Award | None

    @property
    def may_hand_in(self) -> bool:
        """Whether evidence is awaited from the learner."""
        return self.enrolment.state in HANDING_IN

    @property
    def is_open(self) -> bool:
        """Whether it is still under way."""
        return self.enrolment.state in OPEN

    @property
    def sessions_to_attend(self) -> tuple[Session, ...]:
        """The required sessions that nobody has recorded yet."""
        return tuple(seen.session for seen in self.sessions if seen.session.required and not seen.attended)

    @property
    def next_step(self) -> str:
        """What is next, in one sentence to the learner."""
        state = Enrolment.State(self.enrolment.state)
        to_attend = self.sessions_to_attend
        if state == Enrolment.State.SUBMITTED:
            return "Your evidence is in. An assessor looks at it next."
        if state == Enrolment.State.RESUBMIT:
            return "Read the feedback, change what it asks for, and hand in again."
        if state == Enrolment.State.PASSED:
            return "Done. You find the award among your credentials." if self.award else "You passed."
        if state in {Enrolment.State.FAILED, Enrolment.State.WITHDREW}:
            return "This has ended. You can enrol again whenever you like."
        if to_attend:
            return f"Come to “{to_attend[0].title}”, or hand in your evidence if it is ready."
        return "Hand in your evidence when it is ready."


def enrolment_seen(enrolment: Enrolment) -> EnrolmentSeen:
    """Return everything the page of an enrolment shows."""
    criteria = criteria_of(enrolment.version)
    attended = set(Attendance.objects.filter(enrolment=enrolment).values_list("session_id", flat=True))
    submissions = enrolment.submissions.select_related("assessment__assessor").order_by("-number")
    return EnrolmentSeen(
        enrolment=enrolment,
        sessions=tuple(SessionSeen(session, session.pk in attended) for session in sessions_for(enrolment)),
        submissions=tuple(submission_seen(submission, criteria) for submission in submissions),
        criteria=criteria,
        award=award_of(enrolment),
    )


def submission_seen(submission: Submission, criteria: tuple[Criterion, ...]) -> SubmissionSeen:
    """Return a submission with its decision, criterion by criterion."""
    assessment = getattr(submission, "assessment", None)
    rows = {row["criterion"]: row for row in assessment.results} if assessment else {}
    return SubmissionSeen(
        submission,
        assessment,
        tuple(
            CriterionSeen(
                criterion,
                criterion.level(rows[criterion.id]["level"]) if criterion.id in rows else None,
                rows.get(criterion.id, {}).get("comment", ""),
            )
            for criterion in criteria
        ),
    )


def award_of(enrolment: Enrolment) -> Award | None:
    """Return the award that an enrolment led to, if any."""
    return Award.objects.filter(holder=enrolment.learner_id, origin=f"enrolment:{enrolment.pk}").first()


def sessions_for(enrolment: Enrolment) -> QuerySet[Session]:
    """Return the sessions a learner can come to: those of the version, and those of their own offer."""
    return (
        Session.objects.filter(version=enrolment.version_id)
        .filter(Q(offer=None) | Q(offer=enrolment.offer_id))
        .order_by("starts_at", "pk")
    )


def enrolment_of(learner: Person, pk: int) -> Enrolment:
    """Return a learner's own enrolment; for everybody else it is not there (NotFound)."""
    found = enrolments_of(learner).filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "There is no such enrolment of yours.", remedy="Look under “Learning” for what you are enrolled in."
        )
    return found


def waiting_for_assessment(person: Person, organisation: Organisation | None = None) -> QuerySet[Submission]:
    """Return what waits for an assessor in the organisations where ``person`` is one, oldest first; never their own work."""
    organisations = organisations_of(person, Role.ASSESSOR)
    if organisation is not None:
        organisations = organisations.filter(pk=organisation.pk)
    return (
        Submission.objects.filter(
            enrolment__state=Enrolment.State.SUBMITTED,
            assessment=None,
            enrolment__version__definition__owner__in=organisations,
        )
        .exclude(enrolment__learner=person)
        .select_related("enrolment__learner", "enrolment__version__definition__owner")
        .order_by("submitted_at", "pk")
    )


def decided_by(person: Person) -> QuerySet[Assessment]:
    """Return what an assessor decided, newest first."""
    return (
        Assessment.objects.filter(assessor=person)
        .select_related("submission__enrolment__learner", "submission__enrolment__version__definition")
        .order_by("-decided_at", "-pk")
    )


def submission_for_assessor(person: Person, pk: int) -> Submission:
    """Return a submission that ``person`` may assess or has assessed; for everybody else it is not there (NotFound)."""
    found = _submissions().filter(pk=pk).first()
    if found is None or found.enrolment.learner_id == person.pk or not _assesses(person, found):
        raise NotFound(
            "There is no such submission on your desk.",
            remedy="Go back to the queue; you see there what waits in organisations where you are an assessor.",
        )
    return found


def submission_with_file(person: Person, pk: int) -> Submission:
    """Return a submission whose file ``person`` may read: its learner, or an assessor of the awarding body. Raises NotFound."""
    found = _submissions().filter(pk=pk).exclude(file="").first()
    if found is not None and (found.enrolment.learner_id == person.pk or _assesses(person, found)):
        return found
    raise NotFound("There is no such file.", remedy="Open it from the page of the enrolment or the submission.")


def sessions_to_teach(person: Person) -> QuerySet[Session]:
    """Return the sessions in organisations where ``person`` is an instructor, the latest first, with how many attended."""
    return (
        Session.objects.filter(version__definition__owner__in=organisations_of(person, Role.INSTRUCTOR))
        .select_related("version__definition__owner", "offer")
        .annotate(present=Count("attendance"))
        .order_by("-starts_at", "pk")
    )


def session_for_instructor(person: Person, pk: int) -> Session:
    """Return a session that ``person`` may teach; for everybody else it is not there (NotFound)."""
    found = sessions_to_teach(person).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such session on your desk.", remedy="Go back to the list of your sessions.")
    return found


def participants_of(session: Session) -> QuerySet[Enrolment]:
    """Return who is expected at a session or was there: open enrolments that it belongs to, and everybody recorded. By name."""
    expected = Q(state__in=OPEN, version=session.version_id)
    if session.offer_id is not None:
        expected &= Q(offer=session.offer_id)
    return (
        Enrolment.objects.filter(expected | Q(attendance__session=session))
        .select_related("learner")
        .annotate(was_there=Count("attendance", filter=Q(attendance__session=session)))
        .order_by("learner__name", "learner__email")
    )


def _submissions() -> QuerySet[Submission]:
    return Submission.objects.select_related(
        "enrolment__learner", "enrolment__version__definition__owner", "assessment__assessor"
    )


def _assesses(person: Person, submission: Submission) -> bool:
    owner = submission.enrolment.version.definition.owner
    return owner is not None and has_role(person, owner, Role.ASSESSOR)


def to_enrol_in(slug: str, offer_id: int | None) -> tuple[DefinitionVersion, Offer | None]:
    """Return the version to enrol in and the offer, if one is meant; raises NotFound.

    Without a slug the offer says which version it is; with one, the published version of that definition is meant.
    """
    offer = _offer(offer_id) if offer_id is not None else None
    version = offer.version if offer is not None else _published(slug)
    if version is None or (offer_id is not None and offer is None) or (slug and version.definition.slug != slug):
        raise NotFound("There is nothing here to enrol in.", remedy="Look for the credential in the catalogue.")
    return version, offer


def open_offers(version: DefinitionVersion) -> QuerySet[Offer]:
    """Return the offers of a version that take learners now, the next start first."""
    return Offer.objects.filter(version=version, state__in=[Offer.State.OPEN, Offer.State.RUNNING]).order_by(
        "starts_on", "pk"
    )


def versions_to_teach(person: Person) -> QuerySet[DefinitionVersion]:
    """Return the published, assessed versions of the organisations where ``person`` is an instructor, by title."""
    return DefinitionVersion.objects.filter(
        definition__owner__in=organisations_of(person, Role.INSTRUCTOR),
        state=DefinitionVersion.State.PUBLISHED,
        requirement__isnull=True,
    ).order_by("title")


def _offer(pk: int) -> Offer | None:
    offers = Offer.objects.select_related("version__definition__owner", "version__definition__provider")
    return offers.filter(pk=pk).first()


def _published(slug: str) -> DefinitionVersion | None:
    return (
        DefinitionVersion.objects.filter(definition__slug=slug, state=DefinitionVersion.State.PUBLISHED)
        .select_related("definition__owner", "definition__provider")
        .first()
    )


def enrolments_portion(person: Person) -> list[dict[str, Any]]:
    """Return what earning keeps about a learner, as JSON-ready values for "my data"; files are named, not included."""
    return [
        {
            "title": enrolment.version.title,
            "state": enrolment.state,
            "started_at": enrolment.started_at.isoformat(),
            "ended_at": enrolment.ended_at and enrolment.ended_at.isoformat(),
            "attended": [attendance.session.title for attendance in enrolment.attendance.select_related("session")],
            "submissions": [
                {
                    "number": submission.number,
                    "submitted_at": submission.submitted_at.isoformat(),
                    "narrative": submission.narrative,
                    "url": submission.url,
                    "file": submission.file_name,
                    "sha256": submission.file_digest,
                    "decision": assessment.decision if assessment else None,
                    "results": assessment.results if assessment else [],
                    "feedback": assessment.feedback if assessment else "",
                }
                for submission in enrolment.submissions.select_related("assessment").order_by("number")
                for assessment in [getattr(submission, "assessment", None)]
            ],
        }
        for enrolment in enrolments_of(person)
    ]
