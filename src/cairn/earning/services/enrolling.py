"""Enrolment: a learner takes part in a version, at her own pace or in an offer, and may leave again."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from cairn.catalog.models import DefinitionVersion, Offer
from cairn.earning.models import Enrolment
from cairn.earning.states import OPEN
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.people.models import Person
from cairn.people.services import record


def enrol(*, learner: Person, version: DefinitionVersion, at: datetime, offer: Offer | None = None) -> Enrolment:
    """Enrol a learner and return the enrolment. Asking again while it is open returns the same one.

    Prerequisites are for the learner to read and confirm; they are not checked here. Raises Conflict when the version is not open, is
    awarded elsewhere, is full, or was passed already and does not expire; Invalid where there is nothing to enrol in.
    """
    with transaction.atomic():
        known = Enrolment.objects.filter(learner=learner, version=version, state__in=OPEN).first()
        if known is not None:
            return known
        _check_version(version)
        if offer is not None:
            offer = _check_offer(offer, version)
        passed = Enrolment.objects.filter(learner=learner, version=version, state=Enrolment.State.PASSED)
        if version.valid_months is None and passed.exists():
            raise Conflict(
                f"You have passed “{version.title}” already.",
                remedy="Look among your credentials.",
                code="already_passed",
            )
        try:
            with transaction.atomic():
                enrolment = Enrolment.objects.create(learner=learner, version=version, offer=offer, started_at=at)
        except IntegrityError:  # a second click arrived between the question and the answer
            return Enrolment.objects.get(learner=learner, version=version, state__in=OPEN)
        record(
            organisation=version.definition.owner, actor=learner, role="learner", action="enrolment.opened",
            object_type="enrolment", object_id=enrolment.pk, at=at, details={"version": version.pk},
        )  # fmt: skip
        return enrolment


def withdraw(*, enrolment: Enrolment, by: Person, at: datetime) -> Enrolment:
    """End an open enrolment without a result, as the learner. Evidence stays until the learner's account is erased.

    Raises NotAllowed for anybody else, Conflict when it has ended already.
    """
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("version__definition__owner")
            .get(pk=enrolment.pk)
        )
        if enrolment.learner_id != by.pk:
            raise NotAllowed("Only the learner withdraws from an enrolment.", remedy="Ask the learner to do it.")
        if enrolment.state not in OPEN:
            raise Conflict(
                f"This enrolment has ended: {enrolment.get_state_display().lower()}.",
                remedy="Enrol again if you want another try.",
            )
        enrolment.state, enrolment.ended_at = Enrolment.State.WITHDREW, at
        enrolment.save(update_fields=["state", "ended_at"])
        record(
            organisation=enrolment.version.definition.owner, actor=by, role="learner", action="enrolment.withdrawn",
            object_type="enrolment", object_id=enrolment.pk, at=at,
        )  # fmt: skip
        return enrolment


def _check_version(version: DefinitionVersion) -> None:
    if version.definition.owner_id is None:
        website = version.definition.provider.website
        raise Conflict(
            f"“{version.title}” is listed here, but you enrol in it with {version.definition.provider}.",
            remedy=f"Go to {website}." if website else "Ask the provider how to enrol.",
            code="not_awarded_here",
        )
    if version.state != DefinitionVersion.State.PUBLISHED:
        raise Conflict(
            f"“{version.title}” is {version.get_state_display().lower()}, so nobody can enrol in it now.",
            remedy="Look in the catalogue for its newest version or for something like it.",
            code="version_not_open",
        )
    if version.requirement is not None:
        raise Invalid(
            f"“{version.title}” is made of other credentials: you enrol in those.",
            remedy="Start with one of its parts. When the last one is there, this one is awarded to you.",
            code="made_of_others",
        )
    if not (version.rubric or {}).get("criteria"):
        raise Invalid(
            f"“{version.title}” is given directly by {version.definition.owner}; there is nothing to hand in.",
            remedy="Ask the awarding body what it takes.",
            code="given_directly",
        )


def _check_offer(offer: Offer, version: DefinitionVersion) -> Offer:
    locked = Offer.objects.select_for_update().get(pk=offer.pk)
    if locked.version_id != version.pk:
        raise Invalid(
            "This offer belongs to another credential.", remedy="Choose one of the offers on the credential's page."
        )
    if locked.state not in {Offer.State.OPEN, Offer.State.RUNNING}:
        raise Conflict(
            f"This offer is {locked.get_state_display().lower()}.",
            remedy="Choose another offer of this credential.",
            code="offer_closed",
        )
    taken = Enrolment.objects.filter(offer=locked).exclude(state=Enrolment.State.WITHDREW).count()
    if locked.capacity is not None and taken >= locked.capacity:
        raise Conflict(
            f"All {locked.capacity} places of this offer are taken.",
            remedy="Choose another offer, or look again later: places come free when somebody withdraws.",
            code="offer_full",
        )
    return locked
