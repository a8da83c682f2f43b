"""Importers of registers: the known ones by name, any other with a mapping (``cairn import register FILE --map MAPPING``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from cairn.catalog.importing.mapping_input import Entry, Opened, open_rows, read_json
from cairn.catalog.importing.records import Place
from cairn.catalog.importing.registers_maps import KNOWN, RegisterMap, read_map
from cairn.catalog.importing.registers_matching import match_providers
from cairn.catalog.importing.registers_rows import ENTRIES, STATEMENTS, add_statements, save_entries
from cairn.catalog.importing.runs import record_run
from cairn.errors import Invalid
from cairn.skills.importing.report import Importer, Progress, Report
from cairn.skills.importing.tabular import as_named
from cairn.skills.importing.unpacking import unpacked

_FILES = (".csv", ".csv.gz", ".csv.xz", ".tsv", ".txt", ".json", ".xlsx")


def load_known(name: str, paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Load the files of a known register; each file's columns tell which of its mappings it follows."""
    with unpacked(_files(paths), _FILES) as files:
        _load(files, KNOWN[name], report, progress)


def load_mapped(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Load any register: one of the files is its mapping, a JSON object with the name “register”."""
    mappings, files = [], []
    with unpacked(_files(paths), _FILES) as given:
        for path in given:
            document = read_json(path)[0] if path.suffix.casefold() == ".json" else None
            if isinstance(document, dict) and "register" in document and "key" in document:
                mappings.append(read_map(document, path.name))
            else:
                files.append(path)
        if not mappings:
            raise Invalid(
                "No mapping was given: nothing says which column is what.",
                remedy="Write one (docs/guides/importing.md shows how) and give it with --map.",
                code="no_mapping",
            )
        if not files:
            raise Invalid("Only a mapping was given.", remedy="Give the register's own file beside it.", code="no_file")
        _load(files, mappings, report, progress)
    report.feed = mappings[0].register


def _load(paths: Sequence[Path], mappings: Sequence[RegisterMap], report: Report, progress: Progress) -> None:
    digests = []
    opened = []
    for path in paths:
        table = STATEMENTS if all(one.of for one in mappings) else ENTRIES
        trial = Report(report.importer, report.source_name, report.at)
        try:
            found = _as_named(open_rows(path, rows=mappings[0].rows, table=table, report=trial), mappings)
            mapping = _mapping_of(found, mappings)
        except Invalid as error:
            if len(paths) == 1:
                raise
            report.remark(ENTRIES, Place(path.name).refused(error.specific_code, error.message, error.remedy))
            continue
        report.remarks.extend(trial.remarks)
        counts = report.counts(STATEMENTS if mapping.of else ENTRIES)
        for counted in trial.tables.values():
            counts.read, counts.refused, counts.repaired = (
                counts.read + counted.read,
                counts.refused + counted.refused,
                counts.repaired + counted.repaired,
            )
        opened.append((mapping, found))
        digests.append(found.digest)
    if not opened:
        raise Invalid(
            "No file could be used. " + report.remarks[0].sentence(), remedy="Nothing was written.", code="no_rows"
        )
    for mapping, found in sorted(opened, key=lambda one: one[0].of):
        progress(f"reading {found.file}", 0, len(found.rows))
        (add_statements if mapping.of else save_entries)(found, mapping, report, progress)
    report.source_digest = digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()
    match_providers(report=report, progress=progress)


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found.extend(
                one for one in sorted(path.iterdir()) if one.is_file() and one.name.casefold().endswith(_FILES)
            )
        else:
            found.append(path)
    return found


def _as_named(opened: Opened, mappings: Sequence[RegisterMap]) -> Opened:
    """Return the file with its columns under the names that the mappings know, where only capital letters differ."""
    known = sorted(set.union(*(one.mentioned() for one in mappings)))
    columns = as_named(opened.columns, known)
    if opened.is_json or columns == list(opened.columns):
        return opened
    name = dict(zip(opened.columns, columns, strict=True))
    rows = [Entry({name.get(key, key): value for key, value in one.values.items()}, one.place) for one in opened.rows]
    return replace(opened, columns=tuple(columns), rows=rows)


def _mapping_of(opened: Opened, mappings: Sequence[RegisterMap]) -> RegisterMap:
    """Return the mapping whose columns the file has; the one with the most where several fit."""
    fitting = [one for one in mappings if all(_has(opened, column) for column in one.columns())]
    if not fitting:
        wanted = sorted(set.union(*(one.columns() for one in mappings)))
        missing = [column for column in wanted if not _has(opened, column)]
        raise Invalid(
            f"“{opened.file}” has no column {', '.join(f'“{one}”' for one in missing or wanted)}.",
            remedy=f"It has: {', '.join(opened.columns[:12])}{' …' if len(opened.columns) > 12 else ''}.",
            code="wrong_column",
            file=opened.file,
            missing=missing,
            columns=list(opened.columns),
        )
    return max(fitting, key=lambda one: len(one.columns()))


def _has(opened: Opened, column: str) -> bool:
    return (
        column.startswith("=")
        or column in opened.columns
        or any(one.startswith(column + ".") for one in opened.columns)
    )


_READS = {
    "dapip": (
        "US accreditation: institutions and accreditations (DAPIP)",
        "the list of institutions, and beside it the accreditation records, as CSV",
    ),
    "ipeds": (
        "US institutions (IPEDS directory)",
        "the directory (hd) as CSV with unitid, instnm, city, stabbr, opeid, webaddr, closedat",
    ),
    "va-caution": ("US caution flags (Department of Veterans Affairs)", "the list of caution flags as CSV"),
    "university-domains": ("Universities of the world and their web addresses", "world_universities_and_domains.json"),
}

IMPORTERS = (
    *(
        Importer(
            name=name,
            title=title,
            reads=reads,
            help="Loads register entries and finds the providers they mean.",
            load=partial(load_known, name),
            after=record_run,
        )
        for name, (title, reads) in _READS.items()
    ),
    Importer(
        name="register",
        title="Any other register, with a mapping",
        reads="the register as CSV, Excel or JSON, and its mapping (--map MAPPING.json)",
        help="Loads register entries by a mapping of yours and finds the providers they mean.",
        load=load_mapped,
        after=record_run,
    ),
)
