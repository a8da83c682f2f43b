"""Revoking is final (Bitstring Status List: irreversible); correcting gives a new award that takes the old one's place.

Suspension is not offered: strict Open Badges 3.0 allows one status entry per credential, ours is revocation, and a suspension that
the credential itself does not carry would be seen on this site only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cairn import facts
from cairn.errors import Conflict, Invalid
from cairn.issuing.models import Award, StatusChange
from cairn.issuing.services import status_lists
from cairn.issuing.services.awarding import sign_and_give
from cairn.issuing.services.keys import key_for_signing
from cairn.issuing.services.letters import send_revocation_letter
from cairn.people.models import Person, Role
from cairn.people.services import record, require, require_different


def revoke(*, award: Award, by: Person, reason: str, explanation: str, at: datetime) -> StatusChange:
    """Revoke an award for good and return the change. The holder gets a letter; whoever counted it in a stack is told.

    ``reason`` is one of :class:`StatusChange.Reason`. Raises NotAllowed unless ``by`` is a registrar of the awarding body and not the
    holder, Invalid for an unknown reason or an empty explanation, Conflict when the award does not stand.
    """
    with transaction.atomic():
        award = _standing(award, by)
        if reason not in StatusChange.Reason.values:
            raise Invalid(
                f"“{reason}” is no reason for which an award may be revoked.",
                remedy="Choose one of: " + ", ".join(str(choice.label) for choice in StatusChange.Reason) + ".",
                allowed=list(StatusChange.Reason.values),
            )
        if not explanation.strip():
            raise Invalid("Explain why the award is revoked.", remedy="Write a sentence or two; the holder reads them.")
        change = StatusChange.objects.create(
            award=award, action="revoke", reason=reason, explanation=explanation.strip(), by=by, at=at
        )
        award.state = Award.State.REVOKED
        award.save(update_fields=["state"])
        record(
            organisation=award.organisation, actor=by, role=Role.REGISTRAR, action="award.revoked", object_type="award",
            object_id=award.pk, at=at, reason=reason,
        )  # fmt: skip
        if award.status_list is not None and award.status_index is not None:
            key = key_for_signing(award.organisation)
            status_lists.set_bit(status_list=award.status_list, index=award.status_index, key=key, at=at)
        facts.announce(
            facts.CredentialRevoked(award_id=award.pk, holder_id=award.holder_id, version_id=award.version_id, at=at)
        )
        send_revocation_letter(change)
    return change


@dataclass(frozen=True, slots=True)
class Changes:
    """What a correction may change; ``None`` leaves it as it was. Holder and version never change: that would be another award."""

    results: Sequence[Mapping[str, Any]] | None = None
    evidence: Sequence[Mapping[str, Any]] | None = None
    valid_until: datetime | None = None


def correct_and_supersede(*, award: Award, changes: Changes, by: Person, explanation: str, at: datetime) -> Award:
    """Award again with corrections and return the new award; the old one is marked as replaced and its status bit set.

    The first moment of award is kept (``awardedDate``); a new ``validFrom`` and identifier say that this is another document. Also
    picks up the holder's present e-mail address or DID. High stakes wait for a second person, and until then the old award stands.

    Raises NotAllowed unless ``by`` is a registrar of the awarding body and not the holder, Invalid without an explanation, Conflict when
    the award does not stand or is being corrected already.
    """
    if not explanation.strip():
        raise Invalid("Say what was wrong.", remedy="Write one sentence; it goes into the award's history.")
    with transaction.atomic():
        award = _standing(award, by)
        if Award.objects.filter(supersedes=award).exists():
            raise Conflict(
                "A correction of this award already waits for its second person.",
                remedy="Approve or decline that one first.",
                code="correction_waits",
            )
        corrected = Award.objects.create(
            organisation=award.organisation, version=award.version, holder=award.holder, state=Award.State.PROPOSED,
            results=list(award.results if changes.results is None else changes.results),
            evidence=list(award.evidence if changes.evidence is None else changes.evidence),
            valid_until=changes.valid_until or award.valid_until,
            activity_start=award.activity_start, activity_end=award.activity_end,
            proposed_by=by, supersedes=award, origin=f"correction:{award.pk}:{at:%Y%m%dT%H%M%S}",
        )  # fmt: skip
        corrected.parts.set(award.parts.all())
        for part in award.foreign_parts.all():
            part.pk, part.award = None, corrected
            part.save(force_insert=True)
        record(
            organisation=award.organisation, actor=by, role=Role.REGISTRAR, action="award.corrected",
            object_type="award", object_id=award.pk, at=at, details={"corrected": corrected.pk},
        )  # fmt: skip
        StatusChange.objects.create(
            award=corrected,
            action="correct",
            reason=StatusChange.Reason.ERROR,
            explanation=explanation.strip(),
            by=by,
            at=at,
        )
        if not award.version.high_stakes:
            sign_and_give([corrected], by=by, role=Role.REGISTRAR, at=at)
        return corrected


def _standing(award: Award, by: Person) -> Award:
    locked = Award.objects.select_for_update(of=("self",)).select_related("version", "organisation").get(pk=award.pk)
    require(by, locked.organisation, Role.REGISTRAR)
    require_different(by, locked.holder, because="nobody decides on an award of their own")
    if locked.state not in {Award.State.AWARDED, Award.State.SUSPENDED}:
        raise Conflict(
            f"This award is {locked.get_state_display().lower()}, so there is nothing to revoke or correct.",
            remedy="Open it to see what happened and when.",
            code="award_not_standing",
        )
    return locked
