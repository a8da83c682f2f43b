"""What an import wrote, and why undoing it would take something away that others made: the reasons, each as a sentence."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import ForeignObjectRel, Q

from cairn.catalog.importing.differences import minus, table_name
from cairn.catalog.importing.registers_sources import standing_for
from cairn.catalog.models import (
    Definition,
    DefinitionVersion,
    ImportChange,
    ImportRun,
    Provider,
    ProviderMatch,
    SkillTaught,
)
from cairn.skills.importing.journal import MARK, Ranges, marks_of, plain
from cairn.skills.importing.journal import ranges as ranges_of

PORTION = 500
NAMED = 5
"""Rows that a reason names."""
Kind = ImportChange.Kind
WORKED_OUT: dict[str, dict[str, Any]] = {
    "catalog.providermatch": {"decided_at__isnull": True},
    "catalog.credibilityscore": {"reviewer__isnull": True},
    "catalog.skilltaught": {"origin": SkillTaught.Origin.TAGGED},
    "catalog.skillevidence": {"pk__isnull": False},
}
"""Rows that a program worked out and nobody decided on: they build nothing, go with what they refer to, and are worked out again."""


@dataclass(slots=True)
class Wrote:
    """What a run wrote: by table the created rows, and the columns of changed ones as the run left them."""

    run: ImportRun
    created: dict[str, Ranges] = field(default_factory=dict)
    updated: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    entries: list[ImportChange] = field(default_factory=list)

    def __post_init__(self) -> None:
        keys: defaultdict[str, Ranges] = defaultdict(list)
        self.entries = list(self.run.changes.exclude(kind=Kind.SEEN).order_by("sequence"))
        for entry in self.entries:
            if entry.kind == Kind.CREATED:
                keys[entry.table].extend(entry.rows)
            elif entry.kind == Kind.UPDATED:
                left = self.updated.setdefault(entry.table, {})
                for key, columns in entry.rows:
                    left.setdefault(key, {}).update({name: after for name, (_, after) in columns.items()})
        self.created = {table: _joined(rows) for table, rows in keys.items()}

    def has(self, table: str, key: int) -> bool:
        """Tell whether the run created this row."""
        rows = self.created.get(table, [])
        at = bisect_right(rows, key, key=lambda row: row[0]) - 1
        return at >= 0 and key <= rows[at][1]


def _joined(rows: Ranges) -> Ranges:
    joined: Ranges = []
    for first, last in sorted(rows):
        if joined and first <= joined[-1][1] + 1:
            joined[-1][1] = max(last, joined[-1][1])
        else:
            joined.append([first, last])
    return joined


def reasons_against(wrote: Wrote) -> list[str]:
    """Return why the run cannot be undone, one sentence each; nothing where it can (steps 2 to 4 of :mod:`undoing`)."""
    return [*_later_runs(wrote.run, wrote), *_edits(wrote), *_references(wrote), *_decided(wrote), *_rules(wrote)]


def _later_runs(run: ImportRun, wrote: Wrote) -> Iterator[str]:
    """2. Say which later run wrote the same rows."""
    for later in ImportRun.objects.filter(pk__gt=run.pk, undone_at=None, journalled=True).order_by("-pk"):
        same = 0
        for entry in later.changes.filter(kind__in=[Kind.UPDATED, Kind.DELETED]):
            mine = wrote.updated.get(entry.table, {})
            same += sum(1 for key, _ in entry.rows if key in mine or wrote.has(entry.table, key))
        if same:
            rows = "a row" if same == 1 else f"{same:,} rows"
            yield (
                f"Import {later.pk} ({later.importer}, {later.started_at:%-d %B %Y}) changed {rows} of it later: undo that one first."
            )


def _edits(wrote: Wrote) -> Iterator[str]:
    """3. Say what is not as the run left it."""
    later = {
        (entry.table, key)
        for other in ImportRun.objects.filter(pk__gt=wrote.run.pk, undone_at=None, journalled=True)
        for entry in other.changes.filter(kind__in=[Kind.UPDATED, Kind.DELETED])
        for key, _ in entry.rows
    }
    other: defaultdict[str, list[int]] = defaultdict(list)
    for entry in wrote.entries:
        if entry.kind == Kind.CREATED:
            other[entry.table].extend(key for key in _changed_since(entry, wrote) if (entry.table, key) not in later)
    for table, rows in wrote.updated.items():
        model = apps.get_model(table)
        keys = list(rows)
        for begin in range(0, len(keys), PORTION):
            part = keys[begin : begin + PORTION]
            stored = {row.pk: row for row in model._default_manager.select_for_update(of=("self",)).filter(pk__in=part)}
            other[table].extend(
                key
                for key in part
                if (table, key) not in later
                and (
                    key not in stored
                    or any(plain(model, name, getattr(stored[key], name)) != value for name, value in rows[key].items())
                )
            )
    for table, changed in other.items():
        if changed:
            yield _told(table, changed, "was changed since by hand", "were changed since by hand")


def _changed_since(entry: ImportChange, wrote: Wrote) -> Iterator[int]:
    model, marks = apps.get_model(entry.table), bytes(entry.marks)
    mine = wrote.updated.get(entry.table, {})
    keys = [key for first, last in entry.rows for key in range(first, last + 1)]
    for begin in range(0, len(keys), PORTION):
        part = keys[begin : begin + PORTION]
        rows = list(
            model._default_manager.select_for_update(of=("self",))
            .filter(pk__gte=part[0], pk__lte=part[-1], pk__in=part)
            .order_by("pk")
        )
        now = marks_of(rows)
        found = {row.pk: now[at * MARK : (at + 1) * MARK] for at, row in enumerate(rows)}
        for at, key in enumerate(part, begin):
            if key in found and key not in mine and found[key] != marks[at * MARK : (at + 1) * MARK]:
                yield key


def _references(wrote: Wrote) -> Iterator[str]:
    """4. Say which rows that the run did not write refer to rows it brought."""
    for table, rows in wrote.created.items():
        for relation in apps.get_model(table)._meta.related_objects:
            others = _referring(relation, rows, wrote)
            if others:
                model: Any = relation.related_model
                word = model._meta.verbose_name if others == 1 else model._meta.verbose_name_plural
                yield f"{others:,} {word} {'builds' if others == 1 else 'build'} on the {table_name(table)} it brought."


def _referring(relation: ForeignObjectRel, rows: Ranges, wrote: Wrote) -> int:
    """Count the rows that refer to ``rows`` and were not brought by the run itself."""
    model: Any = relation.related_model
    name = relation.field.name
    own = wrote.created.get(model._meta.label_lower, [])
    pointed = [
        key
        for key, columns in wrote.updated.get(model._meta.label_lower, {}).items()
        if relation.field.attname in columns and not wrote.has(model._meta.label_lower, key)
    ]  # rows that the run itself pointed there: they will point back
    number = 0
    for first, last in rows:
        there = model._default_manager.filter(**{f"{name}__pk__gte": first, f"{name}__pk__lte": last})
        for begin in range(0, len(pointed), PORTION):
            number -= there.filter(pk__in=pointed[begin : begin + PORTION]).count()
        if model._meta.label_lower in WORKED_OUT:
            there = there.exclude(**WORKED_OUT[model._meta.label_lower])
        if not own:
            number += there.count()
        elif len(own) <= 20:
            mine = Q()
            for begin, end in own:
                mine |= Q(pk__gte=begin, pk__lte=end)
            number += there.exclude(mine).count()
        else:
            keys = ranges_of(there.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000))
            number += sum(end - begin + 1 for begin, end in minus(keys, own))
    return number


def _decided(wrote: Wrote) -> Iterator[str]:
    """4. Say of how many providers of other sources a person decided whether they are one that the run brought."""
    entries = entries_brought(wrote)
    number = ProviderMatch.objects.filter(entry__in=entries, decided_at__isnull=False).count() if entries else 0
    if number:
        rows = "a provider" if number == 1 else f"{number:,} providers"
        yield f"A person decided whether {rows} of another source and one that it brought are the same institution."


def entries_brought(wrote: Wrote) -> list[int]:
    """Return the entries by which providers of other sources are compared with those that the run brought."""
    return [
        key
        for first, last in wrote.created.get(Provider._meta.label_lower, [])
        for key in standing_for(Provider.objects.filter(pk__gte=first, pk__lte=last)).values_list("pk", flat=True)
    ]


def _rules(wrote: Wrote) -> Iterator[str]:
    """4. Say which stacking rules name definitions that the run brought."""
    brought = wrote.created.get(Definition._meta.label_lower)
    if not brought:
        return
    versions = wrote.created.get(DefinitionVersion._meta.label_lower, [])
    for version in DefinitionVersion.objects.filter(requirement__isnull=False).order_by("pk"):
        if _inside(versions, version.pk):
            continue
        named = set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", json.dumps(version.requirement)))
        keys = Definition.objects.filter(uid__in=named).values_list("pk", flat=True) if named else []
        if any(_inside(brought, key) for key in keys):
            yield f"The stacking rule of “{version}” names a credential that it brought."


def _inside(rows: Ranges, key: int) -> bool:
    at = bisect_right(rows, key, key=lambda row: row[0]) - 1
    return at >= 0 and key <= rows[at][1]


def _told(table: str, keys: list[int], one: str, many: str) -> str:
    model = apps.get_model(table)
    names = [f"“{row}”" for row in model._default_manager.filter(pk__in=keys[:NAMED]).order_by("pk")]
    listed = ", ".join(names) + (f" and {len(keys) - NAMED:,} more" if len(keys) > NAMED else "")
    if not names:
        return (
            f"{len(keys):,} of the {table_name(table)} it changed {'is' if len(keys) == 1 else 'are'} no longer there."
        )
    return f"{listed} ({table_name(table)}) {one if len(keys) == 1 else many}."
