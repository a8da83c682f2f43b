"""Trying or making an import of uploaded files in a process of its own: the work behind the operator's page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cairn.catalog import search
from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.own_process import OwnProcess
from cairn.outside import clock
from cairn.people import services as people
from cairn.people.models import Person
from cairn.skills.importing.report import Report

SHOWN = 50
"""Remarks of a dry run that are shown."""
FOLDERS = frozenset({"onet", "esco", "nj-etpl"})
"""Importers that are given a folder of files."""
JOB = OwnProcess(
    "file-import.json", "cairn.catalog.importing.uploaded_files", "An import is under way already.",
    frozenset({"importer", "folder", "names", "feed", "dry_run", "person"}),
)  # fmt: skip


def start(*, importer: str, folder: Path, names: list[str], feed: str, dry_run: bool, by: Person) -> None:
    """Begin to import the files ``names`` of a folder. Raises Conflict while an import of a page runs."""
    JOB.start({
        "importer": importer, "folder": str(folder), "names": names, "feed": feed, "dry_run": dry_run, "person": by.pk,
    })  # fmt: skip


def work() -> None:
    """Do it; the process that :func:`start` starts ends with this."""
    JOB.carry_out(_import)


def _import(told: dict[str, Any], progress: Any) -> dict[str, Any]:
    folder, name, at = Path(told["folder"]), told["importer"], clock.now()
    paths = [folder] if name in FOLDERS else [folder / one for one in told["names"]]
    report = IMPORTERS[name].run(paths, at=at, dry_run=told["dry_run"], progress=progress, feed=told["feed"])
    if report.dry_run:
        return {"report": _shown(report)}
    people.record(
        organisation=None, actor=Person.objects.get(pk=told["person"]), role="operator", action="import.made",
        object_type="import", object_id=report.run or 0, at=at, details={"importer": report.importer, "feed": report.feed},
    )  # fmt: skip
    search.refresh()
    return {"run": report.run}


def _shown(report: Report) -> dict[str, Any]:
    return {
        "tables": {name: counts.as_dict() for name, counts in report.tables.items()},
        "skipped": dict(report.skipped),
        "annex": report.annex,
        "remarks": [{"kind": one.kind, "sentence": one.sentence()} for one in report.remarks[:SHOWN]],
        "more": max(0, len(report.remarks) - SHOWN),
    }
