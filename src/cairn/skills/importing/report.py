"""What every importer hands back: how many rows came in, what became of them, and a remark for each one that was not taken as it stood.

An importer is a row in a table: a name, what it reads, and a function that loads. :meth:`Importer.run` puts one transaction around it,
so that an import is there whole or not at all, and a dry run leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from django.db import transaction

from cairn.skills.importing.journal import Journal

type RemarkKind = Literal["refused", "repaired", "merged"]


class Progress(Protocol):
    """Called while an import runs: what is being done, how many rows of it, and of how many (None: not known yet)."""

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Show it to whoever waits."""


def quiet(what: str, done: int, total: int | None) -> None:
    """Progress for callers who do not wait."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One row, or one value in it, that was refused, repaired or merged with another.

    ``row`` counts as a spreadsheet does (the heading is row 1); in a document it is the number of the record, and ``column`` says where
    in it, as a JSON Pointer.
    """

    file: str
    row: int | None
    column: str
    kind: RemarkKind
    code: str
    message: str
    remedy: str = ""

    def sentence(self) -> str:
        """Return file, place, what is the matter and what to do, as one readable line."""
        place = "" if self.row is None else f", row {self.row}"
        place += f", column {self.column}" if self.column else ""
        return f"{self.file}{place}: {self.message}" + (f" {self.remedy}" if self.remedy else "")

    def as_dict(self) -> dict[str, Any]:
        """Return the remark as plain JSON-ready values."""
        return {
            "file": self.file, "row": self.row, "column": self.column, "kind": self.kind,
            "code": self.code, "message": self.message, "remedy": self.remedy,
        }  # fmt: skip


_COUNTED = ("read", "created", "updated", "unchanged", "repaired", "merged", "refused")


@dataclass(slots=True)
class Counts:
    """What became of one kind of row.

    ``read``, ``repaired``, ``merged`` and ``refused`` count rows of the source, the others rows of ours.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repaired: int = 0
    merged: int = 0
    refused: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the seven numbers by name."""
        return {name: getattr(self, name) for name in _COUNTED}


@dataclass(slots=True)
class Report:
    """The result of one run.

    ``skipped`` counts by reason what was left out on purpose, without anything being wrong with it. ``feed`` names the source from run to
    run; ``journal`` keeps what was written; ``run``, ``differences`` and ``annex`` (how many of the credentials it brought state each
    element of Annex I) are filled in where the run is kept on record. ``missing`` are
    offers that the source named before and does not name any more, by primary key; ``close_missing`` says that they are to be closed.
    """

    importer: str
    source_name: str
    at: datetime
    dry_run: bool = False
    source_digest: str = ""
    tables: dict[str, Counts] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    feed: str = ""
    journal: Journal = field(default_factory=Journal, repr=False)
    run: int | None = None
    differences: dict[str, Any] = field(default_factory=dict)
    annex: dict[str, Any] = field(default_factory=dict)
    close_missing: bool = False
    missing: list[int] = field(default_factory=list, repr=False)
    _seen: set[tuple[str, int, str]] = field(default_factory=set, repr=False)
    _told: set[int] = field(default_factory=set, repr=False)

    def counts(self, table: str) -> Counts:
        """Return the counts of a kind of row, made on first use. The name is what people read, like "programmes"."""
        return self.tables.setdefault(table, Counts())

    def total(self) -> Counts:
        """Return the counts of all kinds of row together."""
        total = Counts()
        for counts in self.tables.values():
            for name, number in counts.as_dict().items():
                setattr(total, name, getattr(total, name) + number)
        return total

    def skip(self, reason: str, number: int = 1) -> None:
        """Count rows that were left out on purpose."""
        self.skipped[reason] = self.skipped.get(reason, 0) + number

    def remark(self, table: str, remark: Remark) -> None:
        """Keep a remark. A row counts once as repaired, merged and refused each, however many remarks it earns."""
        if remark.row is not None:
            if hash(remark) in self._told:  # a file that is read twice says the same of a row twice
                return
            self._told.add(hash(remark))
        self.remarks.append(remark)
        if remark.row is not None:
            mark = (remark.file, remark.row, remark.kind)
            if mark in self._seen:
                return
            self._seen.add(mark)
        counts = self.counts(table)
        setattr(counts, remark.kind, getattr(counts, remark.kind) + 1)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON-ready values."""
        return {
            "importer": self.importer,
            "run": self.run,
            "source": self.source_name,
            "feed": self.feed,
            "digest": self.source_digest,
            "dry_run": self.dry_run,
            "at": self.at.isoformat(),
            **self.total().as_dict(),
            "tables": {name: counts.as_dict() for name, counts in self.tables.items()},
            "skipped": dict(self.skipped),
            "notes": list(self.notes),
            "differences": dict(self.differences),
            "annex": dict(self.annex),
            "remarks": [remark.as_dict() for remark in self.remarks],
        }


type Load = Callable[[Sequence[Path], Report, Progress], None]
type After = Callable[[Report], None]


@dataclass(frozen=True, slots=True)
class Importer:
    """One importer: its name on the command line, what files it reads, and how it loads them.

    ``feed_by_file`` is True where the format says nothing of the source: two files are then two sources, unless the caller names one.
    ``after`` keeps the run on record; it is asked in a dry run too, whose traces are taken back with everything else.
    """

    name: str
    title: str
    reads: str
    help: str
    load: Load
    after: After | None = None
    feed_by_file: bool = False

    def run(
        self,
        paths: Sequence[Path],
        *,
        at: datetime,
        dry_run: bool = False,
        progress: Progress = quiet,
        feed: str = "",
        close_missing: bool = False,
    ) -> Report:
        """Load ``paths`` in one transaction and return the report; a dry run reads and checks everything, then writes nothing.

        ``feed`` names the source, where it should be compared with runs of other files of the same source. ``close_missing`` says that the
        files are the whole source: offers that it no longer names are closed.

        Raises :class:`cairn.errors.Invalid` where a whole file cannot be used; then nothing has been written.
        """
        name = ", ".join(path.name for path in paths)
        report = Report(importer=self.name, source_name=name[:300], at=at, dry_run=dry_run, close_missing=close_missing)
        report.feed = (feed or (name if self.feed_by_file else self.name))[:300]
        with transaction.atomic():
            self.load(paths, report, progress)
            if self.after is not None:
                self.after(report)
            if dry_run:
                report.run = None
                transaction.set_rollback(True)
        return report
