"""What a person holds, as the values that the stacking engine and the planner ask about.

An achievement is named by the address of its version. A rule that names one version of a badge of this site is served by every
version of it, which is decided where the rule is read; achievements of other sites are named by the identifier those sites use.

What an award says comes from its version: credits, level, tags, the skills its author states, and its subjects, which are its field of
study (CIP 2020) at every depth (``52.0201``, ``52.02`` and ``52``). Hours count as experience only where the version is tagged as such
(:data:`EXPERIENCE`). The award itself says when it was earned, until when it is valid, how it came about (:data:`SOURCES`), and its
grade: the points of its rubric, added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from cairn import stacking
from cairn.catalog.counted import EXPERIENCE, STATED, content_of, subjects_of
from cairn.catalog.models import DefinitionVersion
from cairn.issuing.models import Award, StatusChange
from cairn.people.models import Person

COUNTED_STATES = (Award.State.AWARDED, Award.State.SUSPENDED, Award.State.REVOKED)
"""Awards the engine is told about; superseded ones are represented by their successor, proposed ones are not awards yet."""

SOURCES = {"enrolment": "assessed", "direct": "direct", "stack": "stacked"}
"""How an award came about, by the beginning of its origin; what a rule's ``sources`` name."""


_COLUMNS = (
    "pk", "holder", "version", "state", "awarded_at", "valid_until", "origin", "supersedes__origin", "results",
)  # fmt: skip
_SAID = (
    "number", "credits", "credit_scheme", "level", "level_framework", "tags", "field_of_study", "workload_hours", "definition",
    "definition__uid", "definition__type", "definition__owner", "definition__owner__slug",
)  # fmt: skip
"""What :func:`content_of` reads of a version."""


@dataclass(frozen=True, slots=True)
class Row:
    """The columns of an award that decide how it counts, with what happened to it: (action, moment), oldest first."""

    pk: UUID
    version_id: int
    state: str
    awarded_at: datetime
    valid_until: datetime | None
    origin: str
    results: Sequence[Mapping[str, Any]]
    changes: tuple[tuple[str, datetime], ...]


def awards_of(person: Person) -> QuerySet[Award]:
    """Return what was ever awarded to the person and is or was good, with everything that weighing it needs."""
    changes = Prefetch("status_changes", queryset=StatusChange.objects.order_by("at"))
    skills = Prefetch("version__skills", queryset=STATED, to_attr="stated_skills")
    awards = counted_of(person).select_related("version__definition__owner", "organisation", "supersedes")
    return awards.prefetch_related(changes, skills)


def rows_in(awards: QuerySet[Award]) -> dict[int, list[Row]]:
    """Return the rows of these awards by holder, in the order asked for: the few columns that count, and not the signed documents."""
    changes: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    happened = StatusChange.objects.filter(award__in=awards.order_by()).order_by("at")
    for award, action, moment in happened.values_list("award", "action", "at"):
        changes[award].append((action, moment))
    found: dict[int, list[Row]] = defaultdict(list)
    for pk, holder, version, state, awarded_at, until, origin, earlier, results in awards.values_list(*_COLUMNS):
        happened_to = tuple(changes.get(pk, ()))
        found[holder].append(Row(pk, version, state, awarded_at, until, earlier or origin, results, happened_to))
    return found


def contents_of(versions: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return what every award of each of these versions says alike, by their numbers: two questions, however many there are."""
    stated = STATED.only("version", "level", "skill", "skill__uri", "skill__framework", "skill__framework__name")
    rows = (
        DefinitionVersion.objects.filter(pk__in=versions)
        .select_related("definition__owner")
        .only(*_SAID)
        .prefetch_related(Prefetch("skills", stated, to_attr="stated_skills"))
    )
    return {row.pk: content_of(row, row.definition.owner.slug if row.definition.owner else "") for row in rows}


def counted_of(person: Person) -> QuerySet[Award]:
    """Return what was ever awarded to the person and is or was good, oldest first, by itself."""
    awards = Award.objects.filter(holder=person, state__in=COUNTED_STATES, awarded_at__isnull=False)
    return awards.order_by("awarded_at", "pk")


def value_from(row: Row, content: Mapping[str, Any]) -> stacking.Award:
    """Return an award as the engine's value, from its row and what its version says."""
    return stacking.Award(
        id=str(row.pk),
        valid_from=row.awarded_at,
        valid_until=row.valid_until,
        revoked_at=_revoked_at(row),
        suspended=_suspensions(row),
        source=source_of(row.origin),
        grade=grade_of(row.results),
        **content,
    )


def as_value(award: Award) -> stacking.Award:
    """Return an award as the engine's value: its definition, its validity, its credits and level."""
    if award.awarded_at is None:
        raise ValueError(f"Award {award.pk} has not been made yet, so it cannot be counted.")
    return value_from(row_of(award), content_of(award.version, award.organisation.slug))


def row_of(award: Award) -> Row:
    """Return the columns of a loaded award that has been made."""
    if award.awarded_at is None:
        raise ValueError(f"Award {award.pk} has not been made yet, so it cannot be counted.")
    origin = award.supersedes.origin if award.supersedes is not None else award.origin
    changes = tuple((change.action, change.at) for change in award.status_changes.all())
    return Row(
        award.pk, award.version_id, award.state, award.awarded_at, award.valid_until, origin, award.results, changes
    )


def values_of(awards: Iterable[Award]) -> list[stacking.Award]:
    """Return many awards as values."""
    return [as_value(award) for award in awards]


def source_of(origin: str) -> str:
    """Return how an award came about, as rules name it; "" where its origin says nothing of the kind."""
    return SOURCES.get(origin.partition(":")[0], "")


def grade_of(results: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the points of all criteria added up, as text; None where a criterion has none."""
    points = [result.get("points") for result in results]
    if not points or any(isinstance(one, bool) or not isinstance(one, int | float | str) for one in points):
        return None
    try:
        return format(sum((Decimal(str(one)) for one in points), Decimal(0)).normalize(), "f")
    except ArithmeticError:
        return None


def _revoked_at(row: Row) -> datetime | None:
    if row.state != Award.State.REVOKED:
        return None
    moments = [at for action, at in row.changes if action == "revoke"]
    return moments[-1] if moments else row.awarded_at


def _suspensions(row: Row) -> tuple[stacking.Interval, ...]:
    intervals: list[stacking.Interval] = []
    start: datetime | None = None
    for action, at in row.changes:
        if action == "suspend":
            start = at
        elif action in {"reinstate", "revoke"} and start is not None:
            intervals.append(stacking.Interval(start, at))
            start = None
    return (*intervals, stacking.Interval(start)) if start is not None else tuple(intervals)


__all__ = [
    "COUNTED_STATES", "EXPERIENCE", "SOURCES", "STATED", "Row", "as_value", "awards_of", "content_of", "contents_of", "counted_of",
    "grade_of", "row_of", "rows_in", "source_of", "subjects_of", "value_from", "values_of",
]  # fmt: skip
