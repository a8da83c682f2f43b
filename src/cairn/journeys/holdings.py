"""What a person holds, as the values that the stacking engine and the planner ask about.

An achievement is named by the address of its version. A rule that names one version of a badge of this site is served by every
version of it (:func:`families_in`); achievements of other sites are named by the identifier those sites use.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from cairn import stacking
from cairn.catalog.achievements import achievement_id
from cairn.catalog.queries import achievement_family
from cairn.issuing.models import Award, StatusChange
from cairn.people.models import Person

COUNTED_STATES = (Award.State.AWARDED, Award.State.SUSPENDED, Award.State.REVOKED)
"""Awards the engine is told about; superseded ones are represented by their successor, proposed ones are not awards yet."""


def awards_of(person: Person) -> QuerySet[Award]:
    """Return what was ever awarded to the person and is or was good, with everything that weighing it needs."""
    changes = Prefetch("status_changes", queryset=StatusChange.objects.order_by("at"))
    return (
        Award.objects.filter(holder=person, state__in=COUNTED_STATES, awarded_at__isnull=False)
        .select_related("version__definition", "organisation")
        .prefetch_related(changes)
        .order_by("awarded_at", "pk")
    )


def as_value(award: Award) -> stacking.Award:
    """Return an award as the engine's value: its definition, its validity, its credits and level."""
    version = award.version
    if award.awarded_at is None:
        raise ValueError(f"Award {award.pk} has not been made yet, so it cannot be counted.")
    earned: dict[str, Decimal] = {}
    if version.credits is not None and version.credit_scheme:
        earned[version.credit_scheme] = Decimal(version.credits)
    level = None
    if version.level is not None and version.level_framework:
        level = stacking.Level(version.level_framework, Decimal(version.level))
    return stacking.Award(
        id=str(award.pk),
        achievement=achievement_id(version),
        issuer=award.organisation.slug,
        valid_from=award.awarded_at,
        valid_until=award.valid_until,
        revoked_at=_revoked_at(award),
        suspended=_suspensions(award),
        credits=earned,
        level=level,
        type=version.definition.type,
        tags=frozenset(version.tags),
    )


def families_in(requirement: stacking.Requirement) -> list[frozenset[str]]:
    """Return, for each achievement that a rule names, all its versions: what serves the rule alike."""
    families = {frozenset(achievement_family(name)) for name in achievements_named(requirement)}
    return sorted(families, key=sorted)


def achievements_named(requirement: stacking.Requirement) -> set[str]:
    """Return every achievement that a rule names, equivalents too."""
    own = {requirement.achievement, *requirement.equivalents} if isinstance(requirement, stacking.AwardOf) else set()
    return own.union(*(achievements_named(part) for part in requirement.parts))


def names_every_award(requirement: stacking.Requirement) -> bool:
    """Tell whether each leaf of the rule names its achievements, so that no other award can matter to it."""
    if not requirement.parts:
        return isinstance(requirement, stacking.AwardOf)
    return all(names_every_award(part) for part in requirement.parts)


def values_of(awards: Iterable[Award]) -> list[stacking.Award]:
    """Return many awards as values."""
    return [as_value(award) for award in awards]


def _revoked_at(award: Award) -> datetime | None:
    if award.state != Award.State.REVOKED:
        return None
    moments = [change.at for change in award.status_changes.all() if change.action == "revoke"]
    return moments[-1] if moments else award.awarded_at


def _suspensions(award: Award) -> tuple[stacking.Interval, ...]:
    intervals: list[stacking.Interval] = []
    start: datetime | None = None
    for change in award.status_changes.all():
        if change.action == "suspend":
            start = change.at
        elif change.action in {"reinstate", "revoke"} and start is not None:
            intervals.append(stacking.Interval(start, change.at))
            start = None
    return (*intervals, stacking.Interval(start)) if start is not None else tuple(intervals)
