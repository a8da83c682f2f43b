"""Reading requests for recognition: a learner's own, a desk's queue, and what was recognised as the engine's values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.errors import NotFound
from cairn.people.models import Organisation, Person, Role
from cairn.people.queries import organisations_of, roles_of
from cairn.people.roles import label_of
from cairn.recognition.models import RecognitionRequest, RequestStep
from cairn.recognition.values import RECOGNITION, recognised_value

State = RecognitionRequest.State
Kind = RequestStep.Kind

DESK_ROLES = (Role.EXAMINER, Role.DEAN, Role.REGISTRAR)
"""Who works at the recognition desk."""

NEXT: dict[str, Role] = {
    State.SUBMITTED: Role.EXAMINER,
    State.RECOMMENDED: Role.DEAN,
    State.APPEALED: Role.DEAN,
    State.GRANTED: Role.REGISTRAR,
}
"""State to the role that acts next."""

OPEN = frozenset({*NEXT, State.ASKED})

_ROWS = ("organisation", "person", "toward__definition", "agreement__giver", "agreement__receiver", "award", "external")


def requests_of(person: Person) -> QuerySet[RecognitionRequest]:
    """Return a person's own requests, newest first."""
    return RecognitionRequest.objects.filter(person=person).select_related(*_ROWS).order_by("-submitted_at", "pk")


def request_seen_by(person: Person, uid: UUID) -> RecognitionRequest:
    """Return a request that is the person's own or lies at their desk; for everybody else it is not there (NotFound)."""
    found = RecognitionRequest.objects.filter(pk=uid).select_related(*_ROWS).first()
    desks = organisations_of(person, *DESK_ROLES)
    if found is None or (found.person_id != person.pk and not desks.filter(pk=found.organisation_id).exists()):
        raise NotFound("There is no such request.", remedy="Open it from your list of requests.")
    return found


def requests_at(organisation: Organisation, *, open_only: bool = True) -> QuerySet[RecognitionRequest]:
    """Return the requests at an institution: the open ones by deadline, or those that have ended, newest first."""
    found = RecognitionRequest.objects.filter(organisation=organisation).select_related(*_ROWS)
    if open_only:
        return found.filter(state__in=OPEN).order_by("due_at", "pk")
    return found.exclude(state__in=OPEN).order_by("-ended_at", "pk")


def waiting_for_role(organisation: Organisation, person: Person) -> list[RecognitionRequest]:
    """Return what waits for this person at an institution, by deadline: for a role they hold, and not excluded by what they did before."""
    roles = roles_of(person, organisation)
    states = [state for state, role in NEXT.items() if role in roles]
    waiting = requests_at(organisation).filter(state__in=states).exclude(person=person)
    return [found for found in waiting if why_not_acting(found, person) is None]


def why_not_acting(found: RecognitionRequest, person: Person) -> str | None:
    """Return why the person may not take the next step of a request, as a sentence; None if they may (or nobody has to)."""
    role = NEXT.get(found.state)
    if role is None:
        return "Nobody at the desk has to act on it now."
    if role not in roles_of(person, found.organisation):
        return f"It waits for the {label_of(role).split(' of ')[0].lower()}."
    if found.person_id == person.pk:
        return "It is your own request."
    acted = found.steps.filter(by=person).exclude(kind__in=[Kind.ASKED])
    if acted.exists():
        return "You have acted on this request already, and nobody acts twice on one request."
    asked = found.steps.filter(by=person, kind=Kind.ASKED).exclude(role=role)
    return "You have acted on this request in another role." if asked.exists() else None


def steps_of(found: RecognitionRequest) -> QuerySet[RequestStep]:
    """Return what happened to a request, oldest first."""
    return found.steps.select_related("by").order_by("at", "pk")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a request as its learner sees it: ``state`` is done, now or later; ``word`` what came of it."""

    name: str
    state: str
    at: datetime | None = None
    due_at: datetime | None = None
    word: str = ""
    reason: str = ""


def timeline_of(found: RecognitionRequest) -> list[Stage]:
    """Return the stages of a request: what was done, with reasons, where it is now, and what comes after."""
    stages = [
        Stage(step.get_kind_display(), "done", step.at, word=_word(step), reason=step.reason)
        for step in steps_of(found)
    ]
    ahead = {
        State.SUBMITTED: ["Examiner", "Dean", "Registrar"],
        State.RECOMMENDED: ["Dean", "Registrar"],
        State.ASKED: ["Your answer"],
        State.APPEALED: ["Another dean", "Registrar"],
        State.GRANTED: ["Registrar"],
    }.get(State(found.state), [])
    for number, name in enumerate(ahead):
        stages.append(Stage(name, "later" if number else "now", due_at=None if number else found.due_at))
    return stages


def _word(step: RequestStep) -> str:
    if step.granting is None:
        return ""
    for_it, against = {
        Kind.EXAMINED: ("recommends recognition", "recommends refusal"),
        Kind.DECIDED: ("granted", "refused"),
        Kind.HEARD: ("granted on appeal", "refused on appeal"),
    }.get(Kind(step.kind), ("granted", "refused"))
    return for_it if step.granting else against


def recognitions_of(person: Person) -> QuerySet[RecognitionRequest]:
    """Return what was recognised for a person and stands, oldest first."""
    return (
        RecognitionRequest.objects.filter(person=person, state=State.RECOGNISED)
        .select_related(*_ROWS)
        .order_by("ended_at", "pk")
    )


def recognised(person: Person) -> list[stacking.Award]:
    """Return what was recognised for a person as the engine's values: their source is ``transfer``, their basis says why."""
    return [recognised_value(found) for found in recognitions_of(person)]


def decisions_for(person: Person, version: DefinitionVersion) -> list[stacking.Decision]:
    """Return the substitutions that were recognised for parts of a version's rule; each names an award of :func:`recognised`."""
    found = recognitions_of(person).filter(toward__definition=version.definition_id).exclude(requirement="")
    return [
        stacking.Decision(
            requirement=one.requirement, by=one.organisation.name, at=one.ended_at, award=f"{RECOGNITION}{one.pk}",
            reason=f"“{one.name}” of {one.issuer_name} was recognised for it",
        )
        for one in found
        if one.ended_at is not None and (one.toward_id == version.pk)
    ]  # fmt: skip


def recognition_portion(person: Person) -> list[dict[str, Any]]:
    """Return a person's requests, JSON-ready, for "my data"."""
    return [
        {
            "id": str(found.pk), "institution": found.organisation.name, "credential": found.name, "issuer": found.issuer_name,
            "toward": found.toward_text, "state": found.state, "submitted_at": found.submitted_at.isoformat(),
            "asked_because": found.asked_because, "document": found.document, "recognition": found.credential,
            "steps": [
                {"kind": step.kind, "granting": step.granting, "reason": step.reason, "at": step.at.isoformat()}
                for step in steps_of(found)
            ],
        }
        for found in requests_of(person)
    ]  # fmt: skip
