"""The lifecycle of an offer (domain: lifecycle, OFFERING): scheduled → open → running → closed, or cancelled on the way.

Money is in minor units (cents). A price that is not stated stays ``None``, which never means free; free is 0.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from cairn.catalog import search
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.services.definitions import owner_of
from cairn.errors import Conflict, Invalid
from cairn.people import services as people
from cairn.people.models import Person, Role

PARTS = ("price_tuition", "price_fees", "price_materials", "price_other")
WRITABLE = (
    "currency", "price_total", *PARTS, "hours", "weeks", "duration_text", "mode", "evening", "city", "county", "state_code", "starts_on",
    "ends_on", "self_paced", "capacity",
)  # fmt: skip
"""What ``create_offer`` takes beside the version."""

State = Offer.State


def create_offer(*, version: DefinitionVersion, by: Person, at: datetime, **terms: Any) -> Offer:
    """Schedule an offer of a version, with any of :data:`WRITABLE`; it takes no one until :func:`open_offer`.

    A total that is not given is the sum of the parts. Raises Invalid where total and parts contradict each other or dates run backwards,
    NotAllowed without the designer's or publisher's role, Conflict for a version that has ended.
    """
    people.require(by, owner_of(version), Role.DESIGNER, Role.PUBLISHER)
    if version.state in {DefinitionVersion.State.SUPERSEDED, DefinitionVersion.State.RETIRED}:
        raise Conflict(f"{version} has ended.", remedy="Offer the version that is published now.")
    if unknown := sorted(set(terms) - set(WRITABLE)):
        raise Invalid(f"An offer has no field {unknown[0]!r}.", remedy=f"The fields are {', '.join(WRITABLE)}.")
    offer = Offer(version=version, state=State.SCHEDULED, **terms)
    _price(offer)
    if offer.starts_on and offer.ends_on and offer.ends_on < offer.starts_on:
        raise Invalid(
            f"The offer ends on {offer.ends_on}, before it starts on {offer.starts_on}.",
            remedy="Change one of the two dates.",
        )
    if offer.hours is not None and offer.hours <= 0:
        raise Invalid(
            f"{offer.hours} hours are no workload.", remedy="Write the hours, or leave them out if they are not known."
        )
    with transaction.atomic():
        offer.save()
        _record(offer, by, "offer.created", at)
    return offer


def open_offer(*, offer: Offer, by: Person, at: datetime) -> Offer:
    """Let learners enrol. Raises Conflict unless the version is published and the offer scheduled."""
    if offer.version.state != DefinitionVersion.State.PUBLISHED:
        raise Conflict(f"{offer.version} is not published yet.", remedy="Publish it first; then open the offer.")
    return _move(offer, by, at, (State.SCHEDULED,), State.OPEN, "offer.opened")


def start_offer(*, offer: Offer, by: Person, at: datetime) -> Offer:
    """Begin to run: nobody new can enrol."""
    return _move(offer, by, at, (State.OPEN,), State.RUNNING, "offer.started")


def close_offer(*, offer: Offer, by: Person, at: datetime) -> Offer:
    """End an open or running offer."""
    return _move(offer, by, at, (State.OPEN, State.RUNNING), State.CLOSED, "offer.closed")


def cancel_offer(*, offer: Offer, by: Person, at: datetime, reason: str) -> Offer:
    """Call an offer off, with a reason for those who wanted to come."""
    if not reason.strip():
        raise Invalid(
            "An offer cannot be cancelled without a reason.", remedy="Write why, for those who wanted to come."
        )
    return _move(
        offer, by, at, (State.SCHEDULED, State.OPEN, State.RUNNING), State.CANCELLED, "offer.cancelled", reason
    )


def _move(
    offer: Offer, by: Person, at: datetime, expected: tuple[str, ...], state: str, action: str, reason: str = ""
) -> Offer:
    people.require(by, owner_of(offer.version), Role.DESIGNER, Role.PUBLISHER)
    with transaction.atomic():
        fresh = (
            Offer.objects.select_for_update(of=("self",)).select_related("version__definition__owner").get(pk=offer.pk)
        )
        if fresh.state not in expected:
            raise Conflict(
                f"{fresh} is {State(fresh.state).label.lower()}.",
                remedy="Look at it again: somebody may have changed it.",
                state=fresh.state,
            )
        fresh.state = state
        fresh.save(update_fields=["state"])
        _record(fresh, by, action, at, reason)
    return fresh


def _price(offer: Offer) -> None:
    stated = [getattr(offer, part) for part in PARTS if getattr(offer, part) is not None]
    if any(amount < 0 for amount in [*stated, offer.price_total or 0]):
        raise Invalid(
            "A price cannot be below zero.", remedy="Write 0 if it is free, or leave it out if it is not known."
        )
    if not stated:
        return
    if offer.price_total is None:
        offer.price_total = sum(stated)
    elif sum(stated) > offer.price_total or (len(stated) == len(PARTS) and sum(stated) != offer.price_total):
        raise Invalid(
            f"The parts of the price add up to {sum(stated)}, the total says {offer.price_total}.",
            remedy="Mend one of them, or leave the total out: it is then the sum.",
            code="price_does_not_add_up",
        )


def _record(offer: Offer, by: Person, action: str, at: datetime, reason: str = "") -> None:
    transaction.on_commit(partial(search.update, [offer.version_id]), robust=True)
    people.record(
        organisation=owner_of(offer.version), actor=by, role=Role.DESIGNER, action=action, object_type="offer", object_id=str(offer.pk),
        at=at, reason=reason, details={"version": offer.version_id},
    )  # fmt: skip
