"""What keys and awards say of a credential's credibility (rubric MCQ-100: A1 in part, A5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Min

from cairn.appraisal import Evidence, Tier
from cairn.catalog.models import DefinitionVersion
from cairn.issuing.models import Award, SigningKey

YEAR = timedelta(days=365)


def evidence(versions: Sequence[DefinitionVersion], at: datetime) -> Iterator[tuple[int, Evidence]]:
    """Say whether the awarding body's key is published, and for how long it has awarded with public status and key history."""
    owners = {version.definition.owner_id for version in versions} - {None}
    if not owners:
        return
    keys: defaultdict[int, list[SigningKey]] = defaultdict(list)
    for key in SigningKey.objects.filter(organisation__in=owners, created_at__lte=at).order_by("created_at", "pk"):
        keys[key.organisation_id].append(key)
    given = {
        owner: (first, many)
        for owner, first, many in Award.objects.filter(organisation__in=owners, awarded_at__lte=at)
        .order_by()
        .values_list("organisation")
        .annotate(first=Min("awarded_at"), many=Count("pk"))
    }
    for version in versions:
        owner = version.definition.owner_id
        if owner is None:
            continue
        active = [key for key in keys[owner] if key.state == SigningKey.State.ACTIVE]
        if active:
            told = f"Its signing key is published by {active[-1].did}; who it is in law and whose domain it is, nobody checked here"
            yield (
                version.pk,
                Evidence("A1", Decimal(2), Tier.VERIFIED, told, "this site's keys", at.date(), at_most=Decimal(4)),
            )
        if owner in given:
            yield version.pk, _record(*given[owner], keys=len(keys[owner]), at=at)


def _record(first: datetime, many: int, *, keys: int, at: datetime) -> Evidence:
    long = at - first >= YEAR
    told = (
        f"{many} award{'s' if many != 1 else ''} signed since {first:%Y-%m-%d}, with a public status list and "
        f"{keys} key{'s' if keys != 1 else ''} on record"
    )
    # A year is half of what is asked; that revocations and keys are public is the other half.
    points = Decimal(2) if long else Decimal(1)
    until = None if long else (first + YEAR).date()
    return Evidence("A5", points, Tier.VERIFIED, told, "this site's awards", at.date(), until)
