"""What keys and awards say of a credential's credibility (rubric MCQ-100: A1 in part, A5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Min

from cairn.appraisal import Evidence, Tier
from cairn.catalog.models import DefinitionVersion
from cairn.issuing.models import Award, SigningKey

YEAR = timedelta(days=365)


def evidence(version: DefinitionVersion, at: datetime) -> Iterator[Evidence]:
    """Say whether the awarding body's key is published, and for how long it has awarded with public status and key history."""
    owner = version.definition.owner
    if owner is None:
        return
    keys = list(SigningKey.objects.filter(organisation=owner, created_at__lte=at).order_by("created_at"))
    active = [key for key in keys if key.state == SigningKey.State.ACTIVE]
    if active:
        told = f"Its signing key is published by {active[-1].did}; who it is in law and whose domain it is, nobody checked here"
        yield Evidence("A1", Decimal(2), Tier.VERIFIED, told, "this site's keys", at.date(), at_most=Decimal(4))
    given = Award.objects.filter(organisation=owner, awarded_at__lte=at).aggregate(
        first=Min("awarded_at"), many=Count("pk")
    )
    if given["first"] is None:
        return
    long = at - given["first"] >= YEAR
    told = (
        f"{given['many']} award{'s' if given['many'] != 1 else ''} signed since {given['first']:%Y-%m-%d}, with a public status list and "
        f"{len(keys)} key{'s' if len(keys) != 1 else ''} on record"
    )
    # A year is half of what is asked; that revocations and keys are public is the other half.
    points = Decimal(2) if long else Decimal(1)
    yield Evidence(
        "A5",
        points,
        Tier.VERIFIED,
        told,
        "this site's awards",
        at.date(),
        None if long else (given["first"] + YEAR).date(),
    )
