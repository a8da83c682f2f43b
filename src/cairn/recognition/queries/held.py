"""What people hold from other issuers, as rows to show and as the values that are counted."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from cairn import stacking
from cairn.issuing.models import SigningKey
from cairn.people.models import Organisation, Person
from cairn.recognition.models import ExternalAward, RecognitionRequest

EXTERNAL = "external:"
"""How the engine's ids of such awards begin; the row's number follows."""


def brought_by(person: Person) -> QuerySet[ExternalAward]:
    """Return every credential of another issuer that the person brought, checked or not, by name."""
    return ExternalAward.objects.filter(person=person).order_by("name", "pk")


def held_elsewhere(person: Person) -> list[stacking.Award]:
    """Return what the person holds from other issuers and what counts: genuine, in force and theirs when last checked.

    Recognitions by institutions of this site are not among them: :func:`cairn.recognition.queries.recognised` gives those.
    """
    counted = brought_by(person).filter(standing=ExternalAward.Standing.VERIFIED)
    recognitions = RecognitionRequest.objects.filter(person=person).exclude(credential_id="")
    rows = list(counted.exclude(credential_id__in=recognitions.values("credential_id")))
    slugs = dict(
        SigningKey.objects.filter(did__in={row.issuer_id for row in rows})
        .exclude(state=SigningKey.State.COMPROMISED)
        .values_list("did", "organisation__slug")
    )
    return [as_value(row, slugs.get(row.issuer_id, row.issuer_id)) for row in rows]


def as_value(row: ExternalAward, issuer: str = "") -> stacking.Award:
    """Return a row as the engine's value. ``issuer`` is who awarded it; an organisation of this site stands as its slug."""
    level = None
    if row.level is not None and row.level_framework:
        level = stacking.Level(row.level_framework, Decimal(row.level))
    return stacking.Award(
        id=f"{EXTERNAL}{row.pk}",
        achievement=row.achievement_id or row.credential_id,
        issuer=issuer or row.issuer_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        credits={scheme: Decimal(amount) for scheme, amount in row.credits.items()},
        level=level,
        grade=row.grade or None,
        type=row.type,
        tags=frozenset(row.tags),
        skills=tuple(stacking.SkillAt(one["framework"], one["uri"]) for one in row.skills),
    )


def issuers_called(person: Person | None, ids: Collection[str]) -> dict[str, str]:
    """Return what issuers are called, by the engine's ids for them: those of this site, and those of what the person brought."""
    brought = ExternalAward.objects.filter(person=person, issuer_id__in=ids).values_list("issuer_id", "issuer_name")
    return dict(brought) | dict(Organisation.objects.filter(slug__in=ids).values_list("slug", "name"))


def external_portion(person: Person) -> list[dict[str, Any]]:
    """Return what is noted about credentials from elsewhere, JSON-ready, for "my data"; the documents are the wallet's to give."""
    return [
        {
            "credential": row.credential_id, "name": row.name, "issuer": row.issuer_id, "standing": row.standing,
            "finding": row.finding, "checked_at": row.checked_at.isoformat(), "credits": row.credits,
        }
        for row in brought_by(person)
    ]  # fmt: skip
