"""Reading agreements: those in force as the engine's values, an institution's own, the public one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from cairn.errors import NotFound
from cairn.people.models import Organisation, Person, Role
from cairn.people.queries import organisations_of
from cairn.recognition.models import AgreementVersion
from cairn.recognition.terms import as_agreement
from cairn.stacking.articulation import Agreement

State = AgreementVersion.State


def rows_in_force(at: datetime, *, receiving: Organisation | None = None) -> QuerySet[AgreementVersion]:
    """Return the versions that both signed and that hold at ``at``, by title; ``receiving`` narrows to one institution."""
    found = AgreementVersion.objects.filter(
        Q(in_force_until=None) | Q(in_force_until__gt=at), Q(ended_at=None) | Q(ended_at__gt=at),
        state=State.AGREED, in_force_from__lte=at, agreed_at__lte=at,
    )  # fmt: skip
    if receiving is not None:
        found = found.filter(receiver=receiving)
    return found.select_related("giver", "receiver").order_by("title", "uid", "number")


def agreements_in_force(at: datetime, receiving: Organisation | None = None) -> list[Agreement]:
    """Return the agreements that hold at ``at`` as the engine's values: :func:`cairn.stacking.articulation.articulate` carries them out.

    One of each: where a next version was signed for the same day, the newer one holds.
    """
    newest = {row.uid: row for row in rows_in_force(at, receiving=receiving)}
    return [as_agreement(row) for row in newest.values()]


def agreements_of(organisation: Organisation) -> QuerySet[AgreementVersion]:
    """Return every version in which an institution is a side, by title, newest first; drafts of the other side are left out."""
    return (
        AgreementVersion.objects.filter(Q(giver=organisation) | Q(receiver=organisation))
        .exclude(Q(state=State.DRAFT) & ~Q(drafted_for=organisation))
        .select_related("giver", "receiver", "drafted_for")
        .order_by("title", "-number")
    )


def agreement_at(uid: UUID, number: int, person: Person | None = None) -> AgreementVersion:
    """Return one version: for everybody what both signed, for registrars of its sides also what is under way. Raises NotFound."""
    row = (
        AgreementVersion.objects.select_related("giver", "receiver", "drafted_for", "offered_by", "agreed_by")
        .filter(uid=uid, number=number)
        .first()
    )
    if row is not None and row.state != State.AGREED:
        sides = [row.drafted_for] if row.state == State.DRAFT else [row.giver, row.receiver]
        mine = organisations_of(person, Role.REGISTRAR, Role.AUDITOR).filter(pk__in=[side.pk for side in sides])
        row = row if mine.exists() else None
    if row is None:
        raise NotFound("There is no such agreement here.", remedy="Look for it in the list of agreements.")
    return row


def versions_of_agreement(uid: UUID) -> QuerySet[AgreementVersion]:
    """Return the versions that both sides signed, newest first."""
    return AgreementVersion.objects.filter(uid=uid, state=State.AGREED).order_by("-number")


def is_in_force(row: AgreementVersion, at: datetime) -> bool:
    """Tell whether a version holds at a moment."""
    return rows_in_force(at).filter(pk=row.pk).exists()
