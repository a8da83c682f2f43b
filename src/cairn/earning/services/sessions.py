"""Sessions and who was there. An instructor records it; being there is never assumed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.services import owner_of
from cairn.earning.models import Attendance, Enrolment, Session
from cairn.earning.states import OPEN
from cairn.errors import Conflict, Invalid
from cairn.people.models import Person, Role
from cairn.people.services import record, require, require_different


def schedule_session(
    *,
    version: DefinitionVersion,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    by: Person,
    at: datetime,
    place: str = "",
    required: bool = True,
    offer: Offer | None = None,
) -> Session:
    """Put a session of ``version`` on the calendar; with an ``offer`` it is for its participants only.

    Raises NotAllowed unless ``by`` is an instructor or publisher of the awarding body, Invalid for a missing title or an end before
    its start.
    """
    owner = owner_of(version)
    role = require(by, owner, Role.INSTRUCTOR, Role.PUBLISHER)
    if not title.strip():
        raise Invalid("The session has no title.", remedy="Write what happens there, like “Workshop: wiring a plug”.")
    if ends_at <= starts_at:
        raise Invalid("The session ends before it starts.", remedy="Check both times.")
    if offer is not None and offer.version_id != version.pk:
        raise Invalid("This offer belongs to another credential.", remedy="Choose one of its own offers.")
    with transaction.atomic():
        session = Session.objects.create(
            version=version,
            offer=offer,
            title=title.strip(),
            starts_at=starts_at,
            ends_at=ends_at,
            place=place.strip(),
            required=required,
        )
        record(
            organisation=owner, actor=by, role=role, action="session.scheduled", object_type="session",
            object_id=session.pk, at=at, details={"version": version.pk, "starts_at": starts_at},
        )  # fmt: skip
        return session


def record_attendance(*, session: Session, enrolment: Enrolment, by: Person, at: datetime) -> Attendance:
    """Record that a learner was there; recording it twice is one attendance.

    Raises NotAllowed unless ``by`` is an instructor of the awarding body and not the learner; Conflict before the session starts or
    when the enrolment has ended; Invalid when the learner takes part in something else.
    """
    owner = owner_of(session.version)
    role = require(by, owner, Role.INSTRUCTOR)
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",)).select_related("learner", "version").get(pk=enrolment.pk)
        )
        require_different(by, enrolment.learner, because="nobody records their own attendance")
        if enrolment.version_id != session.version_id or session.offer_id not in {None, enrolment.offer_id}:
            raise Invalid(
                "This learner is not enrolled in what the session belongs to.",
                remedy="Choose somebody from the session's list.",
            )
        known = Attendance.objects.filter(session=session, enrolment=enrolment).first()
        if known is not None:
            return known
        if at < session.starts_at:
            raise Conflict(
                f"“{session.title}” has not started yet.",
                remedy="Record who was there when it has.",
                code="session_not_started",
            )
        if enrolment.state not in OPEN:
            raise Conflict(
                f"This enrolment has ended: {enrolment.get_state_display().lower()}.",
                remedy="Nothing more can be recorded in it.",
            )
        attendance = Attendance.objects.create(session=session, enrolment=enrolment, recorded_by=by, recorded_at=at)
        if enrolment.state == Enrolment.State.ENROLLED:
            enrolment.state = Enrolment.State.IN_PROGRESS
            enrolment.save(update_fields=["state"])
        record(
            organisation=owner, actor=by, role=role, action="attendance.recorded", object_type="enrolment",
            object_id=enrolment.pk, at=at, details={"session": session.pk},
        )  # fmt: skip
        return attendance


def set_attendance(*, session: Session, present: Iterable[Enrolment], by: Person, at: datetime) -> tuple[int, int]:
    """Make the session's list say that exactly ``present`` were there; return how many were added and how many struck off.

    Only open enrolments are touched: what a finished one stands on stays. Raises as :func:`record_attendance` does, and then nothing
    has changed.
    """
    owner = owner_of(session.version)
    role = require(by, owner, Role.INSTRUCTOR)
    chosen = {enrolment.pk: enrolment for enrolment in present}
    with transaction.atomic():
        before = set(session.attendance.values_list("enrolment_id", flat=True))
        for pk, enrolment in chosen.items():
            if pk not in before:
                record_attendance(session=session, enrolment=enrolment, by=by, at=at)
        struck = session.attendance.exclude(enrolment__in=chosen).filter(enrolment__state__in=OPEN)
        gone = list(struck.values_list("enrolment_id", flat=True))
        struck.delete()
        for pk in gone:
            record(
                organisation=owner, actor=by, role=role, action="attendance.struck", object_type="enrolment", object_id=pk,
                at=at, details={"session": session.pk},
            )  # fmt: skip
    return len(set(chosen) - before), len(gone)
