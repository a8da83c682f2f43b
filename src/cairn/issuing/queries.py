"""Reading what was issued: awards of an organisation, keys, the public machine documents."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from cairn import credentials
from cairn.catalog.models import DefinitionVersion
from cairn.credentials import PublishedKey
from cairn.errors import NotFound
from cairn.issuing.models import Award, SigningKey, StatusChange, StatusList
from cairn.people.models import AuditEvent, Organisation, Person, Role
from cairn.people.queries import audit_events, organisations_of

AWARD_ROLES = (Role.REGISTRAR,)
"""Who sees an organisation's awards: those who answer for them."""

DESK_ROLES = (Role.REGISTRAR, Role.ADMIN, Role.DESIGNER, Role.REVIEWER, Role.PUBLISHER, Role.ENDORSER)
"""Who has something to do at the provider's desk."""


def award(award_id: UUID) -> Award:
    """Return an award with what its page needs; raises NotFound."""
    found = (
        Award.objects.select_related(
            "organisation", "version__definition", "holder", "key", "proposed_by", "approved_by", "supersedes"
        )
        .filter(pk=award_id)
        .first()
    )
    if found is None:
        raise NotFound("There is no such award.", remedy="Go back to the list of awards and look for it there.")
    return found


def award_seen_by(person: Person, award_id: UUID) -> Award:
    """Return an award that ``person`` may see at the desk; for everybody else it is not there (NotFound)."""
    found = award(award_id)
    if not organisations_of(person, *AWARD_ROLES).filter(pk=found.organisation_id).exists():
        raise NotFound(
            "There is no such award at your desk.",
            remedy="Look for it in the list of awards, or sign in as a registrar of its awarding body.",
        )
    return found


def awards_of_organisation(organisation: Organisation, *, text: str = "", state: str = "") -> QuerySet[Award]:
    """Return an organisation's awards, newest first.

    ``text`` looks in title, holder's name and address; ``state`` is one of Award.State.
    """
    awards = Award.objects.filter(organisation=organisation).select_related("version__definition", "holder")
    for word in text.split():
        awards = awards.filter(
            Q(version__title__icontains=word) | Q(holder__name__icontains=word) | Q(holder__email__icontains=word)
        )
    if state in Award.State.values:
        awards = awards.filter(state=state)
    return awards.order_by("-awarded_at", "-pk")


def awards_waiting(organisation: Organisation) -> QuerySet[Award]:
    """Return the awards that wait for a second person, in the order in which they were proposed (as far as their activity tells)."""
    waiting = Award.objects.filter(organisation=organisation, state=Award.State.PROPOSED)
    return waiting.select_related("version", "holder", "proposed_by").order_by("activity_end", "pk")


def history_of(found: Award) -> QuerySet[StatusChange]:
    """Return what happened to an award after it was proposed, oldest first."""
    return StatusChange.objects.filter(award=found).select_related("by").order_by("at", "pk")


def keys_of(organisation: Organisation) -> QuerySet[SigningKey]:
    """Return the keys of an organisation, newest first."""
    return SigningKey.objects.filter(organisation=organisation).order_by("-created_at", "-pk")


def issuer_id_of(organisation: Organisation) -> str:
    """Return the identifier under which an organisation signs now, or "" without a key."""
    key = SigningKey.objects.filter(
        organisation=organisation, state=SigningKey.State.ACTIVE, key_type="Ed25519"
    ).first()
    return key.did if key else ""


def did_document_of(organisation: Organisation) -> dict[str, Any]:
    """Return the DID document of an organisation's did:web: active and retired keys, and stolen ones marked as revoked.

    Raises NotFound where there is none: no key yet, or a did:key, which needs no document.
    """
    keys = [key for key in keys_of(organisation) if key.did.startswith("did:web:")]
    if not keys:
        raise NotFound(
            f"{organisation} has no did:web document.",
            remedy="Where an issuer's identifier is a did:key, the key stands in the identifier itself.",
        )
    published = [
        PublishedKey(
            key.public_multibase, revoked=key.retired_at if key.state == SigningKey.State.COMPROMISED else None
        )
        for key in keys
        if key.did == keys[0].did
    ]
    return credentials.did_document(keys[0].did, published)


@dataclass(frozen=True, slots=True)
class ServedList:
    """A signed status list as it is served: the same bytes to everybody. ``etag`` is quoted, as HTTP wants it."""

    text: str
    etag: str
    signed_at: datetime | None


def status_list_document(slug: str, purpose: str, number: int) -> ServedList:
    """Return the signed status list; raises NotFound. Nobody writes down who asks for it."""
    found = StatusList.objects.filter(organisation__slug=slug, purpose=purpose, number=number).exclude(document="")
    row = found.values_list("document", "signed_at").first()
    if row is None:
        raise NotFound(
            "There is no such status list.", remedy="Take the address from the credential's credentialStatus."
        )
    return ServedList(row[0], f'"{hashlib.sha256(row[0].encode()).hexdigest()[:32]}"', row[1])


def public_version(uid: UUID, number: int) -> DefinitionVersion:
    """Return a version whose achievement is public: everything that ever was published. Raises NotFound for drafts and strangers."""
    states = DefinitionVersion.State
    found = (
        DefinitionVersion.objects.select_related("definition__owner", "definition__provider")
        .filter(definition__uid=uid, number=number)
        .exclude(state__in=[states.DRAFT, states.IN_REVIEW, states.APPROVED])
        .first()
    )
    if found is None:
        raise NotFound("There is no such achievement.", remedy="Look for it in the catalogue.")
    return found


def awardable_versions(organisation: Organisation) -> QuerySet[DefinitionVersion]:
    """Return the published versions that an organisation awards, by title."""
    return DefinitionVersion.objects.filter(
        definition__owner=organisation, state=DefinitionVersion.State.PUBLISHED
    ).order_by("title")


def versions_of(organisation: Organisation) -> QuerySet[DefinitionVersion]:
    """Return every version that an organisation has written, newest first, superseded ones left out."""
    return (
        DefinitionVersion.objects.filter(definition__owner=organisation)
        .exclude(state=DefinitionVersion.State.SUPERSEDED)
        .select_related("definition")
        .order_by("title", "-number")
    )


def endorsed_by(organisation: Organisation) -> QuerySet[DefinitionVersion]:
    """Return the public versions of others that an organisation endorses, by title."""
    return (
        DefinitionVersion.objects.filter(endorsements__endorser=organisation, state=DefinitionVersion.State.PUBLISHED)
        .select_related("definition__owner")
        .order_by("title")
    )


def to_endorse(organisation: Organisation) -> QuerySet[DefinitionVersion]:
    """Return what names an organisation as its partner and is not endorsed by it yet, by title."""
    states = DefinitionVersion.State
    return (
        DefinitionVersion.objects.filter(partner=organisation, state__in=[states.APPROVED, states.PUBLISHED])
        .exclude(endorsements__endorser=organisation)
        .select_related("definition__owner")
        .order_by("title")
    )


def endorsable(organisation: Organisation, version_id: int) -> DefinitionVersion:
    """Return a version that waits for an organisation's endorsement; raises NotFound for any other."""
    found = to_endorse(organisation).filter(pk=version_id).first()
    if found is None:
        raise NotFound(
            "This credential does not wait for your endorsement.",
            remedy="Its awarding body has to name your organisation as partner, and you may have endorsed it already.",
        )
    return found


@dataclass(frozen=True, slots=True)
class ResultShown:
    """A criterion and the level that was reached, in words."""

    criterion: str
    level: str
    description: str


def results_of(found: Award) -> list[ResultShown]:
    """Return what was shown for an award, criterion by criterion, in the words of its version's rubric."""
    reached = {result["criterion"]: result["level"] for result in found.results}
    return [
        ResultShown(criterion["name"], level["name"], level.get("description", ""))
        for criterion in (found.version.rubric or {}).get("criteria", [])
        for level in criterion["levels"]
        if reached.get(criterion["id"]) == level["id"]
    ]


def trail_of(found: Award) -> QuerySet[AuditEvent]:
    """Return the lines of the audit trail about an award, oldest first."""
    return audit_events(found.organisation, object_type="award", object_id=str(found.pk)).order_by("sequence")


def awards_portion(person: Person) -> list[dict[str, Any]]:
    """Return what issuing keeps about a holder, as JSON-ready values for "my data"; the documents are whole."""
    return [
        {
            "id": str(found.pk),
            "title": found.version.title,
            "awarded_by": found.organisation.name,
            "state": found.state,
            "awarded_at": found.awarded_at and found.awarded_at.isoformat(),
            "valid_until": found.valid_until and found.valid_until.isoformat(),
            "results": found.results,
            "evidence": found.evidence,
            "document": found.document,
            "history": [
                {
                    "action": change.action,
                    "reason": change.reason,
                    "explanation": change.explanation,
                    "at": change.at.isoformat(),
                }
                for change in history_of(found)
            ],
        }
        for found in Award.objects.filter(holder=person)
        .select_related("version", "organisation")
        .order_by("awarded_at", "pk")
    ]
