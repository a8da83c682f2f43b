"""Rows of any table or JSON document, one shape: values by name or nested, with the place where they stand.

A CSV, text or Excel file gives rows by heading. A JSON document gives the objects of its list: the document itself, the list at a path
that is named, or the only list of objects in it. Size, depth and number are bounded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cairn.catalog.importing.records import Place
from cairn.errors import Invalid, NotFound
from cairn.skills.importing.json_files import Broken, read_json
from cairn.skills.importing.report import Report
from cairn.skills.importing.tabular import Source, Table, column_twice

MOST_ROWS = 3_000_000
DEEPEST = 40
"""Levels of a path, and of the search for lists."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: by column name from a table, nested from JSON."""

    values: Mapping[str, Any]
    place: Place


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that could be opened: its columns (of a table) or the paths at which it has lists (JSON)."""

    file: str
    digest: str
    rows: Sequence[Any]
    columns: tuple[str, ...]
    path: str
    is_json: bool

    def entries(self, table: str, report: Report) -> Iterator[Entry]:
        """Yield rows. In JSON what is no object is refused with its number (from 1)."""
        if not self.is_json:
            yield from self.rows
            return
        counts = report.counts(table)
        for number, value in enumerate(self.rows, 1):
            counts.read += 1
            if isinstance(value, dict):
                yield Entry(value, Place(self.file, number))
            else:
                told = f"It is {_kind(value)}, not an object with names and values."
                report.remark(table, Place(self.file, number).refused("no_object", told, "Write each entry as {…}."))


def open_rows(path: Path, *, rows: str = "", names: Sequence[str] = (), table: str, report: Report) -> Opened:
    """Open one file of rows. ``rows`` is the path of the list in a JSON document, like ``data.courses``.

    ``names`` are columns that a table's heading is known to have.

    Raises Invalid or NotFound with what to do where the file as a whole cannot be used.
    """
    if not path.is_file():
        raise NotFound(f"There is no file “{path}”.", remedy="Check the path.", code="missing_file", file=str(path))
    with path.open("rb") as stream:
        start = stream.read(64)
    if path.name.casefold().endswith((".json", ".json.gz", ".jsonl")) or start.lstrip(
        b"\xef\xbb\xbf \t\r\n"
    ).startswith((b"{", b"[")):
        return _open_json(
            path,
            rows,
            lambda told: report.remark(table, Place(path.name).refused("not_json", told, "Download it again.")),
        )
    if path.name.casefold().endswith((".yml", ".yaml")):
        raise Invalid(
            f"“{path.name}” is YAML, which is not read.",
            remedy="Convert it to JSON and import that.",
            code="yaml",
            file=path.name,
        )
    source = Source([path])
    opened = source.table(".*", path.name, needed=(), names=names, single=True)
    _check_heading(opened)
    entries = [Entry(dict(row), Place(row.file, row.number)) for row in opened.rows(table, report)]
    return Opened(opened.file, source.digest, entries, tuple(opened.columns), "", False)


def value_at(values: Any, path: str) -> Any:
    """Return what stands at a path; None where nothing does. Lists on the way give a list of what each of their elements has.

    ``runs.0.price`` is the price of the first run, ``runs.price`` those of all. A column whose own name has dots is found first.
    """
    if isinstance(values, Mapping) and path in values:
        return values[path]
    found = values
    steps = path.split(".")[:DEEPEST]
    for at, step in enumerate(steps):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list):
            if step.isdecimal() and len(step) < 7:
                found = found[int(step)] if int(step) < len(found) else None
            else:
                rest = ".".join(steps[at:])
                each = [value_at(one, rest) for one in found[:500] if isinstance(one, Mapping)]
                flat = [inner for one in each for inner in (one if isinstance(one, list) else [one])]
                return [one for one in flat if one is not None] or None
        else:
            return None
        if found is None:
            return None
    return found


def _open_json(path: Path, rows: str, broken: Broken) -> Opened:
    document, digest = read_json(path, broken)
    name = path.name
    lists = dict(_lists(document))
    if rows:
        found = value_at(document, rows) if rows != "." else document
        if isinstance(found, Mapping):
            found = list(found.values())
        if not isinstance(found, list):
            raise Invalid(
                f"“{name}” has no list at “{rows}”.",
                remedy=f"It has lists at: {_named(lists) or 'no place'}.",
                code="no_rows",
                file=name,
            )
        chosen, at = found, rows
    elif isinstance(document, list):
        chosen, at = document, "."
    elif len(lists) == 1:
        at, chosen = next(iter(lists.items()))
    elif lists:
        raise Invalid(
            f"“{name}” has several lists; which one holds the rows is not said.",
            remedy=f"Set “rows” in the mapping, or --rows where it is guessed, to one of: {_named(lists)}.",
            code="which_rows",
            file=name,
            lists=list(lists),
        )
    elif isinstance(document, dict):
        chosen, at = [document], "."
    else:
        raise Invalid(
            f"“{name}” holds {_kind(document)}, no rows.", remedy="Give a list of objects.", code="no_rows", file=name
        )
    if not chosen:
        raise Invalid(
            f"“{name}” has no rows.", remedy="Its list is empty; export it again.", code="empty_file", file=name
        )
    if len(chosen) > MOST_ROWS:
        raise Invalid(f"“{name}” has more than {MOST_ROWS:,} rows.", remedy="Split it.", code="too_large", file=name)
    return Opened(name, digest, chosen, tuple(paths_of(chosen)), at, True)


def paths_of(rows: Sequence[Any], most: int = 300) -> list[str]:
    """Return the paths at which the first rows have values, in order of appearance; lists of plain values count as one value."""
    found: dict[str, None] = {}
    for row in rows[:200]:
        _paths(row, "", found, 0, most)
    return list(found)


def _paths(value: Any, path: str, found: dict[str, None], depth: int, most: int) -> None:
    if len(found) >= most or depth > 6:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            _paths(inner, f"{path}.{name}" if path else str(name), found, depth + 1, most)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value[:5]):
        for one in value[:5]:
            _paths(one, path, found, depth + 1, most)
    elif path:
        found[path] = None


def _lists(document: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """Yield the lists of objects outside any list, by path."""
    if isinstance(document, dict) and depth < 4:
        for name, inner in list(document.items())[:200]:
            yield from _lists(inner, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(document, list) and path and document and isinstance(document[0], dict):
        yield path, document


def _named(lists: Mapping[str, Any]) -> str:
    return ", ".join(f"“{one}”" for one in list(lists)[:8])


def _check_heading(table: Table) -> None:
    named = [name for name in table.columns if name]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise column_twice(table.file, twice[0])
    if not named:
        raise Invalid(
            f"“{table.file}” has no names in its heading.",
            remedy="Its first row must name the columns.",
            code="empty_file",
            file=table.file,
        )


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return "a text"
    return "nothing" if value is None else json.dumps(value)[:40]


__all__ = ["Entry", "Opened", "open_rows", "paths_of", "read_json", "value_at"]
