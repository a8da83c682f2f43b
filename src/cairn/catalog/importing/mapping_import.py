"""``cairn import csv``: any table or JSON list by a mapping that is guessed, shown and corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cairn.catalog.importing.documents import unusable
from cairn.catalog.importing.mapping import Mapping, read_mapping
from cairn.catalog.importing.mapping_guess import Guessed, guess
from cairn.catalog.importing.mapping_input import open_rows
from cairn.catalog.importing.mapping_records import ROWS, records_of
from cairn.catalog.importing.record_rows import save_records
from cairn.catalog.importing.runs import record_run
from cairn.errors import Invalid, RequirementsUnmet
from cairn.skills.importing.json_files import read_json
from cairn.skills.importing.report import Importer, Progress, Report
from cairn.skills.importing.tabular import named


def guess_file(path: Path, *, at: Any, rows: str = "") -> Guessed:
    """Guess the mapping of a file. Raises what :func:`open_rows` raises."""
    opened = open_rows(path, rows=rows, table=ROWS, report=Report("csv", path.name, at))
    return guess(opened, source=source_name(path.name, rows))


def source_name(file: str, rows: str = "") -> str:
    """Return a name for the source made from a file's name and the list that was chosen in it: two lists are two sources."""
    plain = re.sub(r"\.(csv|tsv|txt|json|jsonl|xlsx)(\.gz|\.xz)?$", "", file, flags=re.IGNORECASE) + f" {rows}"
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:60] or "table"


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Load a file by the mapping that is given beside it (``--map``).

    Raises RequirementsUnmet where no mapping is given or where it leaves something open that would have to be assumed.
    """
    mapping: Mapping | None = None
    files = []
    for path in paths:
        document: Any = None
        if path.suffix.casefold() == ".json" and path.is_file() and path.stat().st_size < 200_000:
            with suppress(Invalid):  # rows that break off are told where they are read
                document = read_json(path)[0]
        if isinstance(document, dict) and "mapping" in document:
            mapping = read_mapping(document, path.name)
        else:
            files.append(path)
    if len(files) != 1:
        raise Invalid(
            "Give one file of rows and one mapping.",
            remedy="Import several files one after the other.",
            code="one_file",
        )
    if mapping is None:
        raise RequirementsUnmet(
            f"Nothing says which column of “{files[0].name}” is what.",
            remedy=f"Let it be guessed and correct it: cairn import csv {files[0].name} --guess --map mapping.json",
            code="no_mapping",
        )
    load_rows(files[0], mapping, report, progress)


def load_rows(path: Path, mapping: Mapping, report: Report, progress: Progress) -> None:
    """Load one file by a mapping."""
    asked = mapping.questions()
    if asked:
        raise RequirementsUnmet(
            "The mapping leaves something open: " + " ".join(question for _, question in asked),
            remedy="Answer it in the mapping; nothing is assumed.",
            code="mapping_incomplete",
            questions=[name for name, _ in asked],
        )
    trial = Report(report.importer, report.source_name, report.at)
    columns = sorted({column for column in mapping.fields.values() if not column.startswith("=")})
    opened = open_rows(path, rows=mapping.rows, names=columns, table=ROWS, report=trial)
    report.remarks.extend(trial.remarks)
    if ROWS in trial.tables:
        report.tables[ROWS] = trial.tables[ROWS]
    missing = [] if opened.is_json else sorted(set(columns) - set(opened.columns))
    if missing:
        raise Invalid(
            f"“{opened.file}” has no column {', '.join(f'“{one}”' for one in missing)}.",
            remedy=f"Correct the mapping; the file has: {named(opened.columns, 20)}.",
            code="wrong_column",
            missing=missing,
            columns=list(opened.columns),
        )
    progress(f"reading {opened.file}", 0, len(opened.rows))
    report.source_digest = opened.digest
    report.feed = mapping.source
    save_records(records_of(opened, mapping, report), source=f"csv:{mapping.source}", report=report, progress=progress)
    written = report.counts("definitions")
    if not written.created + written.updated + written.unchanged:
        unusable(report)
        raise Invalid("No row could be used.", remedy="Look at the columns of title and provider.", code="no_rows")


IMPORTER = Importer(
    name="csv",
    title="Any table or JSON list, by a mapping of its columns",
    reads="CSV, Excel or a JSON list of objects, and its mapping (--map MAPPING.json; --guess makes one)",
    help="Loads credentials, providers and offers from somebody's own columns. What the file does not state is asked, never assumed.",
    load=load,
    after=record_run,
    feed_by_file=True,
)
