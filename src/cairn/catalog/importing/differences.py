"""What a run changed: what came new, what says something else than before, and what the source no longer names.

Everything is counted; so that a run of two million rows stays readable, each table names its first :data:`NAMED` rows of each kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from django.apps import apps
from django.db.models import Model, QuerySet

from cairn.catalog.immutable import CONTENT
from cairn.catalog.models import DefinitionVersion, ImportChange, ImportRun, Offer
from cairn.skills.importing.journal import Ranges, columns_of, plain

type What = Literal["added", "changed", "gone"]

NAMED = 200
"""Rows of one kind that each table names."""
_VERSION = "catalog.definitionversion"
_OFFER = "catalog.offer"
_APART = {"definition_id", "number", "published_at", "version_id", "state"}
"""Columns in which every new version or offer differs from the last, whatever it says."""


def differences_of(run: ImportRun, before: ImportRun | None) -> dict[str, Any]:
    """Return {"compared_with": run or None, "added" | "changed" | "gone": {table: number}, "rows": [...]}.

    A row is {"what", "table", "key", "name", "changes": {column: [before, after]}}. A new version of a definition counts as a change of
    the one before, and so does its offer.
    """
    told = _Told()
    _written(run, told)
    if before is not None:
        _gone(run, before, told)
    return {
        "compared_with": None if before is None else before.pk,
        **{what: dict(counts) for what, counts in told.counts.items()},
        "rows": told.rows,
    }


class _Told:
    """Counts of everything, and the first rows of each kind by name."""

    def __init__(self) -> None:
        self.counts: dict[What, defaultdict[str, int]] = {
            "added": defaultdict(int),
            "changed": defaultdict(int),
            "gone": defaultdict(int),
        }
        self.rows: list[dict[str, Any]] = []
        self._named: defaultdict[tuple[str, str], int] = defaultdict(int)

    def count(self, what: What, table: str, number: int) -> int:
        """Count rows; return how many more of this kind may be named."""
        if number:
            self.counts[what][table] += number
        return NAMED - self._named[what, table]

    def name(self, what: What, table: str, key: int, name: str, changes: dict[str, list[Any]]) -> None:
        self._named[what, table] += 1
        self.rows.append({"what": what, "table": table, "key": key, "name": name, "changes": changes})


def table_name(label: str) -> str:
    """Return how people call a table: "definitions" for catalog.definition."""
    return str(apps.get_model(label)._meta.verbose_name_plural)


def _written(run: ImportRun, told: _Told) -> None:
    changed: dict[str, dict[int, dict[str, list[Any]]]] = {}
    for entry in run.changes.exclude(kind=ImportChange.Kind.SEEN).order_by("sequence"):
        if entry.kind == ImportChange.Kind.CREATED:
            _created(entry, told)
        elif entry.kind == ImportChange.Kind.DELETED:
            left = told.count("gone", table_name(entry.table), len(entry.rows))
            for key, columns in entry.rows[: max(left, 0)]:
                told.name(
                    "gone", table_name(entry.table), key, f"number {key}", {n: [v, None] for n, v in columns.items()}
                )
        else:
            rows = changed.setdefault(entry.table, {})
            for key, columns in entry.rows:
                # a version or offer that only makes room for the next one is told with that one
                if entry.table not in {_VERSION, _OFFER} or set(columns) != {"state"}:
                    rows[key] = columns
    for label, rows in changed.items():
        left = told.count("changed", table_name(label), len(rows))
        keys = list(rows)[: max(left, 0)]
        names = _names(label, keys)
        for key in keys:
            told.name("changed", table_name(label), key, names.get(key, f"number {key}"), rows[key])


def _created(entry: ImportChange, told: _Told) -> None:
    label, table = entry.table, table_name(entry.table)
    number = sum(last - first + 1 for first, last in entry.rows)
    if label in {_VERSION, _OFFER}:
        for first, last in entry.rows:
            later: QuerySet[Any] = _later(label, first, last)
            many = later.count()
            number -= many
            left = told.count("changed", table, many)
            for row in later[: max(left, 0)]:
                changes = _version_changes(row) if isinstance(row, DefinitionVersion) else _offer_changes(row)
                told.name("changed", table, row.pk, str(row), changes)
    left = told.count("added", table, number)
    if label not in {_VERSION, _OFFER}:
        keys = _first(entry.rows, left)
        for key, name in _names(label, keys).items():
            told.name("added", table, key, name, {})


def _later(label: str, first: int, last: int) -> QuerySet[Any]:
    """Return the versions after a first one, or their offers, among those written."""
    if label == _VERSION:
        return DefinitionVersion.objects.filter(pk__gte=first, pk__lte=last, number__gt=1).order_by("pk")
    offers = Offer.objects.filter(pk__gte=first, pk__lte=last, version__number__gt=1)
    return offers.select_related("version").order_by("pk")


def _version_changes(version: DefinitionVersion) -> dict[str, list[Any]]:
    before = DefinitionVersion.objects.filter(definition=version.definition_id, number=version.number - 1).first()
    return {} if before is None else _between(before, version, [name for name in CONTENT if name not in _APART])


def _offer_changes(offer: Offer) -> dict[str, list[Any]]:
    before = Offer.objects.filter(
        version__definition=offer.version.definition_id,
        version__number=offer.version.number - 1,
        source_key=offer.source_key,
    ).first()
    return {} if before is None else _between(before, offer, [name for name in columns_of(Offer) if name not in _APART])


def _between(before: Model, after: Model, columns: Iterable[str]) -> dict[str, list[Any]]:
    model = type(after)
    pairs = (
        (name, plain(model, name, getattr(before, name)), plain(model, name, getattr(after, name))) for name in columns
    )
    return {name: [old, new] for name, old, new in pairs if old != new}


def _gone(run: ImportRun, before: ImportRun, told: _Told) -> None:
    """Name what the run before saw, this one did not, and is still here."""
    seen = {entry.table: entry.rows for entry in run.changes.filter(kind=ImportChange.Kind.SEEN)}
    for entry in before.changes.filter(kind=ImportChange.Kind.SEEN):
        missing = [
            key for first, last in minus(entry.rows, seen.get(entry.table, [])) for key in range(first, last + 1)
        ]
        if missing:
            names = _names(entry.table, missing)
            left = told.count("gone", table_name(entry.table), len(names))
            for key, name in list(names.items())[: max(left, 0)]:
                told.name("gone", table_name(entry.table), key, name, {})


def minus(rows: Ranges, others: Ranges) -> Iterator[list[int]]:
    """Return the ranges of ``rows`` without what is in ``others``; both are in order."""
    at = 0
    for first, last in rows:
        begin = first
        while at < len(others) and others[at][1] < begin:
            at += 1
        here = at
        while here < len(others) and others[here][0] <= last:
            if others[here][0] > begin:
                yield [begin, others[here][0] - 1]
            begin = max(begin, others[here][1] + 1)
            here += 1
        if begin <= last:
            yield [begin, last]


def _first(rows: Ranges, number: int) -> list[int]:
    keys: list[int] = []
    for first, last in rows:
        if len(keys) >= number:
            break
        keys.extend(range(first, min(last, first + number - len(keys) - 1) + 1))
    return keys


def _names(label: str, keys: list[int]) -> dict[int, str]:
    """Return what the rows are called, for those that are there, in order of their keys."""
    model = apps.get_model(label)
    behind = [column.name for column in model._meta.concrete_fields if column.is_relation and not column.null]
    found: dict[int, str] = {}
    for begin in range(0, len(keys), 500):
        rows = model._default_manager.filter(pk__in=keys[begin : begin + 500]).order_by("pk")
        found.update((int(row.pk), str(row)) for row in (rows.select_related(*behind) if behind else rows))
    return found
