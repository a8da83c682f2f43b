"""The audit trail: append a line, check a chain.

Each organisation has a chain of its own, and the site has one. A line's hash covers its content and the hash of the line before it,
so a changed, dropped or inserted line breaks every hash after it; the head row shows lines cut off the end. Writers lock the head
row until their transaction ends: lines of one organisation are written one after the other, and none is lost or doubled.

Never put names, addresses or other personal data in ``reason`` or ``details``: the trail cannot forget. Actors stand as their uid.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from cairn.people.models import AuditChain, AuditEvent, Organisation, Person
from cairn.people.queries import chain_of

FIRST = ""
"""What stands as the previous hash of a chain's first line."""


@dataclass(frozen=True, slots=True)
class TrailProblem:
    """One thing that is wrong with a chain: ``sequence`` is the line (0: the chain as a whole), ``message`` a sentence."""

    sequence: int
    code: str
    message: str


def record(
    *,
    organisation: Organisation | None,
    actor: Person | None,
    role: str,
    action: str,
    object_type: str,
    object_id: object,
    at: datetime,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append one line to the trail of ``organisation`` (None: the site's own) and return it.

    ``action`` is a verb with its object, like "award.revoked"; ``object_id`` the key by which the object is found; ``details``
    JSON values (dates, UUIDs and decimals are written as text). Call it inside the transaction of what it reports: both stand, or
    neither. Raises ValueError for a moment without a time zone.
    """
    if at.tzinfo is None:
        raise ValueError("The audit trail needs a moment with a time zone.")
    chain = chain_of(organisation)
    plain = json.loads(json.dumps(dict(details or {}), cls=DjangoJSONEncoder, allow_nan=False))
    with transaction.atomic():
        AuditChain.objects.get_or_create(name=chain)
        head = AuditChain.objects.select_for_update().get(name=chain)
        event = AuditEvent(
            organisation=organisation,
            chain=chain,
            sequence=head.length + 1,
            at=at,
            actor=None if actor is None else actor.uid,
            role=str(role),
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            reason=reason,
            details=plain,
            previous_hash=head.head,
        )
        event.hash = hash_of(event)
        event.save(force_insert=True)
        head.length, head.head = event.sequence, event.hash
        head.save(update_fields=["length", "head"])
    return event


def hash_of(event: AuditEvent) -> str:
    """Return the SHA-256 (hex) over the canonical JSON (RFC 8785) of a line."""
    return hashlib.sha256(rfc8785.dumps(line_of(event))).hexdigest()


def line_of(event: AuditEvent) -> dict[str, Any]:
    """Return a line as plain JSON values: everything its hash covers, which is everything but the hash itself."""
    return {
        "chain": event.chain,
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": None if event.actor is None else str(event.actor),
        "role": event.role,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "reason": event.reason,
        "details": event.details,
        "previous_hash": event.previous_hash,
    }


def verify_chain(organisation: Organisation | None) -> list[TrailProblem]:
    """Read a whole chain and return what is wrong with it, in order; an empty list means that it is whole.

    A chain without any line is whole only if its head says so too.
    """
    problems: list[TrailProblem] = []
    previous, expected = FIRST, 1
    for event in AuditEvent.objects.filter(chain=chain_of(organisation)).order_by("sequence").iterator(chunk_size=1000):
        if event.sequence != expected:
            problems.append(
                TrailProblem(expected, "missing_line", f"Line {expected} is missing: the next one is {event.sequence}.")
            )
        if event.previous_hash != previous:
            problems.append(
                TrailProblem(
                    event.sequence, "broken_link", f"Line {event.sequence} does not follow from the line before it."
                )
            )
        if hash_of(event) != event.hash:
            problems.append(
                TrailProblem(event.sequence, "changed_line", f"Line {event.sequence} was changed after it was written.")
            )
        previous, expected = event.hash, event.sequence + 1
    head = AuditChain.objects.filter(name=chain_of(organisation)).first()
    length, last = (head.length, head.head) if head else (0, FIRST)
    if (length, last) != (expected - 1, previous):
        problems.append(
            TrailProblem(0, "wrong_head", f"The trail should end at line {length}, but it ends at line {expected - 1}.")
        )
    return problems
