"""Exports of other credential systems: what their definitions say, and how many awards there are, which stay where they are.

One reader per shape in :data:`SHAPES`, each in a module of its own that names the documents it follows; which shape a document has is
told by what it holds, not by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from cairn.catalog.importing.documents import unusable
from cairn.catalog.importing.peers.badgr import badgr
from cairn.catalog.importing.peers.canvas import canvas
from cairn.catalog.importing.peers.credly import credly
from cairn.catalog.importing.peers.files import Reader, files_of, read_file
from cairn.catalog.importing.peers.found import Found
from cairn.catalog.importing.peers.moodle import moodle
from cairn.catalog.importing.record_rows import save_records
from cairn.catalog.importing.records import Place
from cairn.catalog.importing.runs import record_run
from cairn.errors import Invalid
from cairn.skills.importing.report import Importer, Progress, Report
from cairn.skills.importing.unpacking import unpacked

SHAPES: dict[str, Reader] = {"badgr": badgr, "credly": credly, "moodle": moodle, "canvas": canvas}
READS = {
    "badgr": "badge classes and issuers as the API of Badgr or Canvas Credentials answers them (JSON)",
    "credly": "badge templates as Credly's API answers them (JSON); issued badges lead to their templates",
    "moodle": "badges of the web service (JSON), or a course backup (.mbz), packed or its badges.xml",
    "canvas": "course exports (.imscc)",
}
_TITLES = {
    "badgr": "Badgr and Canvas Credentials",
    "credly": "Credly",
    "moodle": "Moodle badges",
    "canvas": "Canvas courses",
}


def load(name: str, paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Read every file, then write the definitions with the issuers they name."""
    with unpacked(list(files_of(paths)), (".json",), alone=False) as files:
        _load(name, files, report, progress)


def _load(name: str, files: Sequence[Path], report: Report, progress: Progress) -> None:
    found = Found(report)
    digests = []
    for path in files:
        try:
            digests.append(read_file(path, SHAPES[name], found, name))
        except Invalid as error:
            if len(files) == 1:
                raise
            found.refuse(Place(path.name), error.specific_code, error.message, error.remedy)
    if not files:
        raise Invalid("There is no file that can be read.", remedy="Name the export itself.", code="no_file")
    report.source_digest = (
        digests[0] if len(files) == len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()
    )
    records = [make(found) for make, _ in found.waiting]
    if not records and not report.skipped and not report.remarks:
        raise Invalid(
            "No badge or course is among what was given.", remedy=f"It reads {READS[name]}.", code="nothing_found"
        )
    if not records and not report.skipped:
        unusable(report)
    save_records(records, source=name, report=report, progress=progress)


def _importer(name: str) -> Importer:
    def load_one(paths: Sequence[Path], report: Report, progress: Progress) -> None:
        load(name, paths, report, progress)

    return Importer(
        name,
        _TITLES[name],
        READS[name],
        "Loads definitions and issuers; awards are counted and left where they are.",
        load_one,
        record_run,
        True,
    )


IMPORTERS = tuple(_importer(name) for name in SHAPES)
__all__ = ["IMPORTERS", "SHAPES"]
