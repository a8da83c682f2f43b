"""Awarding: who may, what is checked, how it is signed.

The story of one award, numbered again at the code:

1. The same origin gives the same award. A second click, a retried job, two assessors at once: one credential.
2. Somebody answers for it.
   - ``direct:…``      a registrar of the awarding body, who is not the holder;
   - ``enrolment:…``   the assessor (or registrar) whose decision it follows from, who is not the holder;
   - ``stack:…``       the published requirement of the version, decided by whoever published it: nobody's role is asked for, but
     the parts must be given, belong to the holder and stand, and those of other issuers must verify. ``by`` is then whoever's act
     completed it, the holder included.
   - ``correction:…``  a registrar, through :func:`cairn.issuing.services.correct_and_supersede`.
3. The version is published, or was when the learner started under it (superseded); a suspended or retired one is not awarded.
4. High stakes wait for a second person, who is neither the first nor the holder (domain: assessor is not award approver).
5. Sign: take a random place in a status list, build the document, sign it, keep it whole, write the audit trail.
6. Tell whoever listens, inside the transaction; tell the holder by mail after it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import IntegrityError, transaction

from cairn import facts
from cairn.catalog.models import DefinitionVersion
from cairn.credentials import Resolver
from cairn.errors import Conflict, Invalid, NotAllowed, RequirementsUnmet
from cairn.issuing.documents import award_document
from cairn.issuing.foreign import Foreign, check_again, check_foreign, keep_foreign
from cairn.issuing.models import Award, SigningKey, StatusChange, StatusList
from cairn.issuing.services import status_lists
from cairn.issuing.services.keys import key_for_signing
from cairn.issuing.services.letters import send_award_letter
from cairn.issuing.services.signing import sign_document
from cairn.people.models import Organisation, Person, Role
from cairn.people.services import record, require, require_different

CHUNK = 250
"""Awards signed per transaction when many are made: long enough to be quick, short enough that others get their turn."""

_AWARDABLE = frozenset({DefinitionVersion.State.PUBLISHED, DefinitionVersion.State.SUPERSEDED})


def award_credential(
    *,
    version: DefinitionVersion,
    holder: Person,
    by: Person | None,
    at: datetime,
    origin: str,
    results: Sequence[Mapping[str, Any]] = (),
    evidence: Sequence[Mapping[str, Any]] = (),
    parts: Sequence[Award] = (),
    foreign: Sequence[Foreign] = (),
    valid_until: datetime | None = None,
    activity: tuple[datetime, datetime] | None = None,
) -> Award:
    """Award ``version`` to ``holder`` and return the award: signed, or waiting for a second person where stakes are high.

    ``results`` are ``{criterion, level, points}`` in the rubric's ids, ``evidence`` is ``{name, genre, description, url}`` (the link
    only where the learner shares it), ``parts`` the awards a stack was made of, ``foreign`` its parts by other issuers, verified now,
    ``activity`` from when to when it was earned.

    Raises NotAllowed, Conflict (version not open), RequirementsUnmet (parts), NotFound (no key). Asking again with the same ``origin``
    returns what was awarded then.
    """
    with transaction.atomic():
        known = _known(version, holder, origin)  # 1
        if known is not None:
            return known
        organisation = awarding_body(version)
        role = _acting_role(organisation, version, [holder], by, origin, parts)  # 2
        _check_open(version, origin)  # 3
        award = Award(
            organisation=organisation, version=version, holder=holder, state=Award.State.PROPOSED,
            results=list(results), evidence=list(evidence), proposed_by=by, origin=origin,
            valid_until=valid_until or _end_of_validity(version, at),
            activity_start=activity[0] if activity else None, activity_end=activity[1] if activity else None,
        )  # fmt: skip
        try:
            with transaction.atomic():
                award.save(force_insert=True)
        except IntegrityError:  # somebody else was quicker between 1 and here
            return Award.objects.get(version=version, holder=holder, origin=origin)
        award.parts.set(parts)
        check_foreign(version.title, foreign)
        keep_foreign(award, foreign)
        _record(award, by, role, "award.proposed", at, details={"origin": origin})
        if not version.high_stakes:  # 4
            sign_and_give([award], by=by, role=role, at=at)
        return award


def award_many(
    *, version: DefinitionVersion, holders: Iterable[Person], by: Person, at: datetime, batch: str
) -> Iterator[Award]:
    """Award ``version`` to many people, chunk by chunk, and yield each award as its chunk is done.

    ``batch`` names the batch, so that running it again after a break continues where it stopped: a holder who has the award of this
    batch gets the same one. Raises as :func:`award_credential` does; chunks that were done stay done.
    """
    organisation, origin = awarding_body(version), f"direct:{batch}"
    for chunk in batched(holders, CHUNK):
        with transaction.atomic():
            known = {
                award.holder_id: award
                for award in Award.objects.filter(version=version, origin=origin, holder__in=chunk)
            }  # 1
            role = _acting_role(organisation, version, chunk, by, origin, ())  # 2
            _check_open(version, origin)  # 3
            new = {
                holder.pk: Award(
                    organisation=organisation, version=version, holder=holder, state=Award.State.PROPOSED, proposed_by=by,
                    origin=origin, valid_until=_end_of_validity(version, at),
                )
                for holder in chunk
                if holder.pk not in known
            }  # fmt: skip
            Award.objects.bulk_create(new.values())
            for award in new.values():
                _record(award, by, role, "award.proposed", at, details={"origin": origin})
            if not version.high_stakes:  # 4
                sign_and_give(list(new.values()), by=by, role=role, at=at)
        yield from ((known | new)[holder.pk] for holder in chunk)


def approve_award(*, award: Award, by: Person, at: datetime, world: Resolver | None = None) -> Award:
    """Approve a proposed award as the second person and sign it. ``world`` is asked about its parts by other issuers.

    Raises NotAllowed unless ``by`` is a registrar of the awarding body who neither proposed (or assessed) nor receives it; Conflict
    when it no longer waits; RequirementsUnmet where a part by another issuer no longer verifies.
    """
    check_again(award, at, world)
    with transaction.atomic():
        award = _waiting(award)
        role = _second_person(award, by)
        award.approved_by = by
        award.save(update_fields=["approved_by"])
        _record(award, by, role, "award.approved", at)
        sign_and_give([award], by=by, role=role, at=at)
        return award


def decline_award(*, award: Award, by: Person, at: datetime, explanation: str) -> Award:
    """Decline a proposed award as the second person. Nothing was signed, so nothing has to be revoked. Raises as approving does."""
    if not explanation.strip():
        raise Invalid(
            "Say why the award is declined.", remedy="Write one sentence; the proposer and an auditor read it."
        )
    with transaction.atomic():
        award = _waiting(award)
        role = _second_person(award, by)
        award.state = Award.State.DECLINED
        award.approved_by = by
        award.supersedes = None
        award.save(update_fields=["state", "approved_by", "supersedes"])
        award.foreign_parts.all().delete()
        StatusChange.objects.create(award=award, action="decline", explanation=explanation.strip(), by=by, at=at)
        _record(award, by, role, "award.declined", at)
        return award


def awarding_body(version: DefinitionVersion) -> Organisation:
    """Return who awards a version; raises Conflict for a credential that was only imported from elsewhere."""
    owner = version.definition.owner
    if owner is None:
        raise Conflict(
            f"“{version.title}” is listed here but awarded elsewhere.",
            remedy=f"Ask {version.definition.provider} for it.",
            code="not_awarded_here",
        )
    return owner


def sign_and_give(awards: Sequence[Award], *, by: Person | None, role: str, at: datetime) -> None:
    """Sign proposed awards of one organisation and hand them to their holders (steps 5 and 6).

    For services of this room; checks nothing any more. All are saved before anybody is told, because a listener may award too.
    """
    if not awards:
        return
    key = key_for_signing(awards[0].organisation)  # 5
    places = status_lists.allocate(key=key, count=len(awards), at=at)
    for award, (status_list, index) in zip(awards, places, strict=True):
        _sign(award, key=key, status_list=status_list, index=index, at=at)
        if award.supersedes is not None:
            _replace(award.supersedes, by=by, key=key, at=at)
    for award in awards:  # 6
        _record(award, by, role, "award.signed", at, details={"digest": award.digest, "key": key.verification_method})
        facts.announce(
            facts.CredentialAwarded(award_id=award.pk, holder_id=award.holder_id, version_id=award.version_id, at=at)
        )
        send_award_letter(award)


def _sign(award: Award, *, key: SigningKey, status_list: StatusList, index: int, at: datetime) -> None:
    earlier = award.supersedes
    awarded_at = earlier.awarded_at if earlier is not None and earlier.awarded_at else at
    salt = base64.urlsafe_b64encode(secrets.token_bytes(12)).decode()
    document = award_document(
        award, did=key.did, status_list=status_list, status_index=index, salt=salt, at=at, awarded_at=awarded_at
    )
    signed = sign_document(document, key=key, at=at)
    award.state = Award.State.AWARDED
    award.credential_id = f"urn:uuid:{award.pk}"
    award.document = signed.text
    award.digest = hashlib.sha256(signed.text.encode()).hexdigest()
    award.key, award.status_list, award.status_index, award.awarded_at = key, status_list, index, awarded_at
    award.save()
    award.foreign_parts.exclude(document="").update(document="")


def _replace(old: Award, *, by: Person | None, key: SigningKey, at: datetime) -> None:
    """The corrected award stands now; its predecessor is marked in the status list, for whoever still holds the old file."""
    old.state = Award.State.SUPERSEDED
    old.save(update_fields=["state"])
    StatusChange.objects.create(
        award=old, action="revoke", reason=StatusChange.Reason.ERROR, by=by, at=at,
        explanation="Replaced by a corrected award.",
    )  # fmt: skip
    if old.status_list is not None and old.status_index is not None:
        status_lists.set_bit(status_list=old.status_list, index=old.status_index, key=key, at=at)


def _known(version: DefinitionVersion, holder: Person, origin: str) -> Award | None:
    return Award.objects.filter(version=version, holder=holder, origin=origin).first()


def _acting_role(
    organisation: Organisation,
    version: DefinitionVersion,
    holders: Sequence[Person],
    by: Person | None,
    origin: str,
    parts: Sequence[Award],
) -> str:
    """Check step 2 and return the role in which ``by`` acts; "" where the published requirement decides."""
    kind = origin.partition(":")[0]
    if kind == "stack":
        _check_parts(version, holders[0], parts)
        return ""
    roles = {"direct": (Role.REGISTRAR,), "enrolment": (Role.ASSESSOR, Role.REGISTRAR)}.get(kind)
    if roles is None:
        raise ValueError(f"An award's origin starts with direct:, enrolment: or stack:, not {origin!r}.")
    if by is None:
        raise NotAllowed("Nobody answers for this award.", remedy="Pass the person who decided as by=.")
    role = require(by, organisation, *roles)
    for holder in holders:
        require_different(by, holder, because="nobody awards a credential to themselves")
    return role


def _check_parts(version: DefinitionVersion, holder: Person, parts: Sequence[Award]) -> None:
    if version.requirement is None or not parts:
        raise RequirementsUnmet(
            f"“{version.title}” is not made of other credentials, or none were given.",
            remedy="Award it directly, or by assessment.",
            missing=[],
        )
    bad = [part for part in parts if part.holder_id != holder.pk or part.state != Award.State.AWARDED]
    if bad:
        raise RequirementsUnmet(
            f"Not every part of “{version.title}” stands.",
            remedy="Parts have to be awarded to the same person and be neither revoked nor replaced.",
            missing=[f"{part.version.title}: {part.get_state_display()}" for part in bad],
        )


def _check_open(version: DefinitionVersion, origin: str) -> None:
    started_before = not origin.startswith("direct:")
    if version.state == DefinitionVersion.State.PUBLISHED or (started_before and version.state in _AWARDABLE):
        return
    raise Conflict(
        f"“{version.title}” (version {version.number}) is {version.get_state_display().lower()}, so it is not awarded.",
        remedy="Award the published version; a suspended one can be published again by its publisher.",
        code="version_not_open",
    )


def _waiting(award: Award) -> Award:
    locked = Award.objects.select_for_update(of=("self",)).select_related("version", "organisation").get(pk=award.pk)
    if locked.state != Award.State.PROPOSED:
        raise Conflict(
            f"This award no longer waits for a decision: it is {locked.get_state_display().lower()}.",
            remedy="Open it to see who decided and when.",
            code="award_not_waiting",
        )
    return locked


def _second_person(award: Award, by: Person) -> str:
    role = require(by, award.organisation, Role.REGISTRAR)
    require_different(by, award.proposed_by, because="whoever assessed or proposed an award does not approve it")
    require_different(by, award.holder, because="nobody awards a credential to themselves")
    return role


def _end_of_validity(version: DefinitionVersion, at: datetime) -> datetime | None:
    if version.valid_months is None:
        return None
    years, month = divmod(at.month - 1 + version.valid_months, 12)
    day = at.day
    while True:  # 31 January plus one month ends on the last day of February
        try:
            return at.replace(year=at.year + years, month=month + 1, day=day)
        except ValueError:
            day -= 1


def _record(
    award: Award,
    by: Person | None,
    role: str,
    action: str,
    at: datetime,
    *,
    details: Mapping[str, Any] | None = None,
) -> None:
    record(
        organisation=award.organisation, actor=by, role=role, action=action, object_type="award", object_id=award.pk,
        at=at, details=details,
    )  # fmt: skip
