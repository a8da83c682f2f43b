"""What an import wrote, kept so compactly that it costs little beside the writing: enough to show it, to compare it, and to undo it.

Rows that were created are kept as ranges of primary keys with eight bytes each (:func:`marks_of`), by which a later change of them is
noticed; rows that were changed or deleted, with the values before. What a source still names, changed or not, is kept as ranges too, so
that the next run can say what is gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Literal

import orjson
from django.db.models import DateTimeField, DecimalField, Field, Model

type EntryKind = Literal["created", "updated", "deleted", "seen"]
type Ranges = list[list[int]]

MARK = 8
"""Bytes of a mark."""
PORTION = 500
"""Changed rows in one entry."""


@dataclass(slots=True)
class Entry:
    """Some rows of one table; what ``rows`` holds by kind stands at :class:`cairn.catalog.models.ImportChange`."""

    table: str
    kind: EntryKind
    rows: list[Any]
    marks: bytes = b""


@dataclass(slots=True)
class Journal:
    """What one run wrote, in the order in which it wrote it."""

    entries: list[Entry] = field(default_factory=list)
    _seen: dict[str, set[int]] = field(default_factory=dict)

    def created[M: Model](self, rows: Sequence[M]) -> None:
        """Keep rows of one model that were just written and have their primary keys."""
        if rows:
            ordered = sorted(rows, key=lambda row: int(row.pk))
            self.entries.append(
                Entry(ordered[0]._meta.label_lower, "created", ranges(row.pk for row in ordered), marks_of(ordered))
            )

    def updated(self, model: type[Model], changes: Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any]]]) -> None:
        """Keep what changed: by primary key the columns before and after."""
        rows: list[Any] = []
        for pk, (before, after) in changes.items():
            told = {
                name: [plain(model, name, before[name]), plain(model, name, after[name])]
                for name in before
                if before[name] != after[name]
            }
            if told:
                rows.append([pk, told])
        for begin in range(0, len(rows), PORTION):
            self.entries.append(Entry(model._meta.label_lower, "updated", rows[begin : begin + PORTION]))

    def deleted(self, model: type[Model], rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        """Keep rows that are about to be deleted, whole: primary key and columns."""
        kept = [[pk, {name: plain(model, name, value) for name, value in columns.items()}] for pk, columns in rows]
        for begin in range(0, len(kept), PORTION):
            self.entries.append(Entry(model._meta.label_lower, "deleted", kept[begin : begin + PORTION]))

    def seen(self, model: type[Model], keys: Iterable[int]) -> None:
        """Keep that the source names these rows, changed or not."""
        self._seen.setdefault(model._meta.label_lower, set()).update(keys)

    def all_entries(self) -> Iterator[Entry]:
        """Return everything in order, and at the end what was seen."""
        yield from self.entries
        for table, keys in self._seen.items():
            yield Entry(table, "seen", ranges(keys))


def ranges(keys: Iterable[int]) -> Ranges:
    """Return keys as ranges of first and last, in order: 1, 2, 3, 7 as [[1, 3], [7, 7]]."""
    found: Ranges = []
    for key in sorted(keys):
        if found and found[-1][1] == key - 1:
            found[-1][1] = key
        else:
            found.append([key, key])
    return found


def plain(model: type[Model], column: str, value: Any) -> Any:
    """Return a column's value as JSON holds it, the same for the value in memory and the one read back from the database."""
    return _plain(model._meta.get_field(column), value)


def columns_of(model: type[Model]) -> list[str]:
    """Return the columns that an import writes: all but the primary key and moments that the database's own clock sets."""
    return [
        column.attname
        for column in model._meta.concrete_fields
        if not column.primary_key
        and not getattr(column, "auto_now_add", False)
        and not getattr(column, "auto_now", False)
    ]


def marks_of(rows: Sequence[Model]) -> bytes:
    """Return eight bytes for each row, the same as long as no column of it changes."""
    if not rows:
        return b""
    model = type(rows[0])
    readers: list[tuple[str, Callable[[Any], Any] | None]] = []
    for name in columns_of(model):
        column = model._meta.get_field(name)
        exact = isinstance(column, DecimalField | DateTimeField)
        readers.append((name, _reader(column) if exact else None))
    marks = bytearray()
    for row in rows:
        values = [getattr(row, name) if reader is None else reader(getattr(row, name)) for name, reader in readers]
        marks += blake2b(_dumped(values), digest_size=MARK).digest()
    return bytes(marks)


def _reader(column: Any) -> Callable[[Any], Any]:
    return lambda value: _plain(column, value)


def _dumped(values: list[Any]) -> bytes:
    try:
        return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a number beyond 64 bits inside a JSON column
        return json.dumps(values, sort_keys=True, default=str).encode()


def _plain(column: Field[Any, Any] | Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column, DecimalField):
        return str(Decimal(str(value)).quantize(Decimal(1).scaleb(-column.decimal_places)))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)
