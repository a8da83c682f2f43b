"""Agreements between two institutions: drafted by one, signed by both, in force until they end.

1. A registrar of either side drafts it, and changes the draft as often as it takes.
2. A registrar of that side signs it: now the words are fixed.
3. A registrar of the other side signs the very same words beside, or declines with a reason. Signed by both it is in force from its
   day on, and takes the place of the version before it.
4. Either side withdraws from it with the notice that it says. What was recognised under it stays recognised.
5. Where it begins or ends, whoever it concerns is weighed anew (:mod:`cairn.recognition.services.following`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from cairn.catalog.queries import version_by_achievement
from cairn.credentials import Credential
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.issuing.services.keys import key_for_signing
from cairn.issuing.services.signing import countersign_document, sign_document
from cairn.people.models import Organisation, Person, Role
from cairn.people.services import record, require, require_different
from cairn.recognition.documents import agreement_document
from cairn.recognition.models import AgreementVersion
from cairn.recognition.services.following import follow_at_once
from cairn.recognition.terms import as_agreement, checked_terms
from cairn.stacking import AwardError

State = AgreementVersion.State


@transaction.atomic
def draft_agreement(
    *,
    organisation: Organisation,
    giver: Organisation,
    receiver: Organisation,
    title: str,
    terms: Sequence[Mapping[str, Any]],
    in_force_from: datetime,
    by: Person,
    at: datetime,
    in_force_until: datetime | None = None,
    earned_from: datetime | None = None,
    most: Decimal | None = None,
    notice_days: int = 90,
    supersedes: AgreementVersion | None = None,
) -> AgreementVersion:
    """Draft an agreement for ``organisation``, one of the two sides (step 1). With ``supersedes`` it is the next version of that one.

    ``terms`` are as in :mod:`cairn.recognition.terms`. Raises NotAllowed unless ``by`` is a registrar there; Invalid for terms that
    cannot be used, that accept what the giver does not award, or that count toward what the receiver does not; Conflict where a
    next version is under way already.
    """
    role = require(by, organisation, Role.REGISTRAR)
    number, uid = 1, None
    if supersedes is not None:
        giver, receiver = supersedes.giver, supersedes.receiver
        uid = supersedes.uid
        number = _next_number(uid)
    row = AgreementVersion(
        number=number, title=title.strip(), giver=giver, receiver=receiver, drafted_for=organisation, terms=list(terms),
        in_force_from=in_force_from, in_force_until=in_force_until, earned_from=earned_from, most=most,
        notice_days=notice_days, drafted_by=by, drafted_at=at, **({"uid": uid} if uid else {}),
    )  # fmt: skip
    _check(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as taken:
        raise Conflict("A next version is being drafted already.", remedy="Open that one.") from taken
    _record(row, by, role, "agreement.drafted", at, organisation)
    return row


@transaction.atomic
def change_draft(*, agreement: AgreementVersion, by: Person, at: datetime, **changes: Any) -> AgreementVersion:
    """Change a draft (step 1): title, terms, dates, cap, notice. Raises as drafting does, and Conflict for what is signed already."""
    row = _locked(agreement, State.DRAFT)
    role = require(by, row.drafted_for, Role.REGISTRAR)
    unknown = set(changes) - {"title", "terms", "in_force_from", "in_force_until", "earned_from", "most", "notice_days"}
    if unknown:
        raise TypeError(f"A draft has no {', '.join(sorted(unknown))}.")
    for name, value in changes.items():
        setattr(row, name, value)
    _check(row)
    row.save()
    _record(row, by, role, "agreement.changed", at, row.drafted_for)
    return row


@transaction.atomic
def sign_agreement(*, agreement: AgreementVersion, by: Person, at: datetime) -> AgreementVersion:
    """Sign a draft for the side that drafted it (step 2). Raises NotAllowed, Conflict (signed already), NotFound (no key)."""
    row = _locked(agreement, State.DRAFT)
    role = require(by, row.drafted_for, Role.REGISTRAR)
    _check(row)
    key, other = key_for_signing(row.drafted_for), key_for_signing(other_side(row))
    document = agreement_document(row, issuer_did=key.did, other_did=other.did, at=at)
    _keep(row, sign_document(document, key=key, at=at))
    row.state, row.offered_by, row.offered_at = State.OFFERED, by, at
    row.save()
    _record(row, by, role, "agreement.signed", at, row.drafted_for)
    return row


@transaction.atomic
def countersign_agreement(*, agreement: AgreementVersion, by: Person, at: datetime) -> AgreementVersion:
    """Sign what the other side has signed (step 3): the agreement stands, and ends the version before it when it comes into force.

    Raises NotAllowed unless ``by`` is a registrar of the other side and not the person who signed first; Conflict; NotFound (no key).
    """
    row = _locked(agreement, State.OFFERED)
    side = other_side(row)
    role = require(by, side, Role.REGISTRAR)
    require_different(by, row.offered_by, because="an agreement between two takes two people")
    key = key_for_signing(side)
    _keep(row, countersign_document(Credential.parse(row.document), key=key, at=at))
    row.state, row.agreed_by, row.agreed_at = State.AGREED, by, at
    row.save()
    begin = max(at, row.in_force_from)
    for older in AgreementVersion.objects.select_for_update().filter(
        uid=row.uid, state=State.AGREED, number__lt=row.number
    ):
        if older.ended_at is None or older.ended_at > begin:
            older.ended_at, older.ended_because = begin, f"Version {row.number} took its place."
            older.save(update_fields=["ended_at", "ended_because"])
    _record(row, by, role, "agreement.agreed", at, side)
    follow_at_once(row.uid, at)
    return row


@transaction.atomic
def decline_agreement(*, agreement: AgreementVersion, by: Person, at: datetime, reason: str) -> AgreementVersion:
    """Decline to sign (step 3), with the reason that the other side reads. Raises NotAllowed, Invalid (no reason), Conflict."""
    row = _locked(agreement, State.OFFERED)
    role = require(by, other_side(row), Role.REGISTRAR)
    row.state, row.ended_at, row.ended_because = State.DECLINED, at, _reason(reason)
    row.save(update_fields=["state", "ended_at", "ended_because"])
    _record(row, by, role, "agreement.declined", at, other_side(row), reason)
    return row


@transaction.atomic
def withdraw_agreement(
    *, agreement: AgreementVersion, organisation: Organisation, by: Person, at: datetime, reason: str
) -> AgreementVersion:
    """Withdraw from an agreement for one side, with its notice (step 4). Raises NotAllowed, Invalid (no reason), Conflict."""
    row = _locked(agreement, State.AGREED)
    if organisation.pk not in {row.giver_id, row.receiver_id}:
        raise NotAllowed(f"{organisation} is no side of this agreement.", remedy="Open one of your own.")
    role = require(by, organisation, Role.REGISTRAR)
    end = at + timedelta(days=row.notice_days)
    if row.ended_at is not None and row.ended_at <= end:
        raise Conflict(f"This agreement ends on {row.ended_at:%-d %B %Y} already.", remedy="Nothing is left to do.")
    row.ended_at, row.ended_because = end, f"{organisation.name} withdrew from it: {_reason(reason)}"
    row.save(update_fields=["ended_at", "ended_because"])
    _record(row, by, role, "agreement.withdrawn", at, organisation, reason)
    follow_at_once(row.uid, at)
    return row


def other_side(row: AgreementVersion) -> Organisation:
    """Return the side that did not draft this version."""
    return row.receiver if row.drafted_for_id == row.giver_id else row.giver


def _check(row: AgreementVersion) -> None:
    if row.giver_id == row.receiver_id or row.drafted_for_id not in {row.giver_id, row.receiver_id}:
        raise Invalid(
            "An agreement is between two institutions, and one of the two drafts it.",
            remedy="Choose the other institution.",
            code="sides",
        )
    if not row.title:
        raise Invalid("The agreement has no title.", remedy="Write what people call it.", code="title")
    if row.in_force_until is not None and row.in_force_until <= row.in_force_from:
        raise Invalid("The agreement would end before it begins.", remedy="Correct the dates.", code="dates")
    row.terms = checked_terms(row.terms)
    try:
        as_agreement(row)
    except AwardError as fault:
        raise Invalid(str(fault), remedy="Correct the terms or the cap.", code="terms") from fault
    for term in row.terms:
        for one in term["accepts"]:
            _owned(one["id"], row.giver, f"term {term['id']} accepts")
        toward = term["toward"].get("id", "")
        if toward and not toward.startswith("urn:"):
            _owned(toward, row.receiver, f"term {term['id']} counts toward")


def _owned(address: str, organisation: Organisation, what: str) -> None:
    version = version_by_achievement(address)
    if version is None or version.definition.owner_id != organisation.pk:
        raise Invalid(
            f"What {what} is not awarded by {organisation}.",
            remedy=f"Choose a published credential of {organisation}.",
            code="terms",
        )


def _next_number(uid: UUID) -> int:
    latest = AgreementVersion.objects.select_for_update().filter(uid=uid).order_by("-number").first()
    if latest is not None and latest.state in {State.DRAFT, State.OFFERED}:
        raise Conflict("A next version is being drafted already.", remedy="Open that one.")
    return 1 if latest is None else latest.number + 1


def _locked(agreement: AgreementVersion, state: str) -> AgreementVersion:
    row = (
        AgreementVersion.objects.select_for_update(of=("self",))
        .select_related("giver", "receiver", "drafted_for", "offered_by")
        .get(pk=agreement.pk)
    )
    if row.state != state:
        raise Conflict(
            f"This version is no longer as you saw it: {row.get_state_display().lower()}.",
            remedy="Open it again to see what can be done now.",
            code="agreement_state",
        )
    return row


def _keep(row: AgreementVersion, signed: Credential) -> None:
    row.document = signed.text
    row.digest = hashlib.sha256(signed.text.encode()).hexdigest()


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("Give the reason.", remedy="One sentence is enough; the other side reads it.", code="reason")
    return reason.strip()


def _record(
    row: AgreementVersion, by: Person, role: str, action: str, at: datetime, of: Organisation, reason: str = ""
) -> None:
    """Leave a line in the trail of each side that may know; a draft is known to the side that drafts it only."""
    for side in [row.drafted_for] if row.state == State.DRAFT else [row.giver, row.receiver]:
        record(
            organisation=side, actor=by, role=role if side == of else "", action=action, object_type="agreement",
            object_id=f"{row.uid}/{row.number}", at=at, reason=reason, details={"digest": row.digest, "by": of.slug},
        )  # fmt: skip
