"""Read tables as people have them: CSV (plain, .gz or .xz), tab-separated text, Excel, in a folder, in a zip, or named one by one.

Whatever is wrong with a whole file raises :class:`cairn.errors.Invalid` with the file's name and what to do. Whatever is wrong with one row
becomes a remark, and the rest of the file is still read.
"""

from __future__ import annotations

import difflib
import hashlib
import itertools
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cairn.errors import Invalid, NotFound
from cairn.skills.importing.report import Remark, Report
from cairn.skills.importing.sheets import other_sheets
from cairn.skills.importing.table_records import LARGEST_FILE, Record, records_of, too_large

HEADING_WITHIN = 20
"""Rows among which the heading stands."""
_TOO_SHORT = "Look for a quotation mark that is not closed, or a row that was cut off."
_TOO_LONG = "Look for a separator inside a text that stands in no quotation marks."
_SUFFIX = re.compile(r"\.(csv|txt|tsv|xlsx)(\.(gz|xz))?$", re.IGNORECASE)


class Row(dict[str, str]):
    """One record: text by column name, blanks around it taken off. ``number`` counts as a spreadsheet does (the heading is row 1)."""

    def __init__(self, values: dict[str, str], number: int, file: str) -> None:
        super().__init__(values)
        self.number = number
        self.file = file

    def refused(self, code: str, message: str, *, column: str = "", remedy: str = "") -> Remark:
        """Return a remark that this row was refused."""
        return Remark(self.file, self.number, column, "refused", code, message, remedy)

    def repaired(self, code: str, message: str, *, column: str = "", remedy: str = "") -> Remark:
        """Return a remark that something in this row was repaired."""
        return Remark(self.file, self.number, column, "repaired", code, message, remedy)


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    path: Path
    member: str | None

    def read(self) -> bytes:
        if self.member is None:
            return self.path.read_bytes()
        with zipfile.ZipFile(self.path) as archive:
            if archive.getinfo(self.member).file_size > LARGEST_FILE:
                raise too_large(self.name)
            try:
                return archive.read(self.member)
            except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
                raise Invalid(
                    f"“{self.name}” in “{self.path.name}” cannot be unpacked: {error}.",
                    remedy="Unpack it yourself and give the folder, or download it again.",
                    code="broken_file",
                    file=self.name,
                ) from error


@dataclass(slots=True)
class Source:
    """The files somebody gave: tables are found among them by name, and a digest of those that were read is kept."""

    paths: Sequence[Path]
    _files: list[_Found] = field(default_factory=list)
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        if not self.paths:
            raise Invalid("No file was given.", remedy="Name the file or folder to import.", code="no_file")
        for path in self.paths:
            self._files.extend(_files_in(path))

    @property
    def digest(self) -> str:
        """Return the SHA-256 of every file read so far, as hexadecimal text."""
        return self._digest.hexdigest()

    def table(
        self,
        pattern: str,
        official: str,
        *,
        needed: Sequence[str],
        also: Sequence[str] = (),
        names: Sequence[str] = (),
        single: bool = False,
    ) -> Table:
        """Find and open the table whose file name without ending matches ``pattern``; ``official`` is its name in messages.

        ``single`` accepts the only file given, whatever its name; the rest as for :meth:`Table.open`. Raises NotFound or Invalid with what
        to do, also where several match and say different things; a table that must be there must have rows too (:meth:`Table.rows`).
        """
        table = self.maybe(pattern, official, needed=needed, also=also, names=names, single=single)
        if table is None:
            seen = ", ".join(sorted({found.name for found in self._files})[:8]) or "no table at all"
            raise NotFound(
                f"“{official}” is not among the files given; found: {seen}.",
                remedy="Give the folder or zip that holds it under its official name, or the file itself.",
                code="missing_file",
                file=official,
            )
        table.must = True
        return table

    def maybe(
        self,
        pattern: str,
        official: str,
        *,
        needed: Sequence[str],
        also: Sequence[str] = (),
        names: Sequence[str] = (),
        single: bool = False,
    ) -> Table | None:
        """Open a table that may be absent; None where it is."""
        matching = [found for found in self._files if re.fullmatch(pattern, _stem(found.name), re.IGNORECASE)]
        if not matching and single and len(self._files) == 1:
            matching = self._files
        if not matching:
            return None
        found = matching[0]
        content = found.read()
        if any(other.read() != content for other in matching[1:]):
            several = ", ".join(
                sorted({one.name if one.member is None else f"{one.path.name}/{one.name}" for one in matching})[:8]
            )
            raise Invalid(
                f"Several of the files given could be “{official}”: {several}.",
                remedy="Give the one that is meant alone: which of them that is cannot be told.",
                code="several_files",
                file=official,
            )
        self._digest.update(content)
        return Table.open(found.name, content, needed=needed, also=also, names=names)


@dataclass(slots=True)
class Table:
    """An opened table whose heading has been checked. Read it once, with :meth:`rows`. ``must`` says that it cannot be without rows."""

    file: str
    columns: list[str]
    absent: list[str]
    _records: Iterator[Record]
    must: bool = False

    @classmethod
    def open(
        cls, file: str, content: bytes, *, needed: Sequence[str], also: Sequence[str] = (), names: Sequence[str] = ()
    ) -> Table:
        """Check that ``content`` is a table with the ``needed`` columns; of ``also``, those not there are told in ``absent``.

        The heading is the first row that has all that is needed (or all of ``names``, where that is known) among the first
        :data:`HEADING_WITHIN`, else the first that is no title: empty rows, titles and names of groups of columns may stand above it.
        """
        records = records_of(file, content)
        first = list(itertools.islice(records, HEADING_WITHIN))
        above = [[name.strip().lstrip("\ufeff") for name in record.fields] for record in first]
        filled = [at for at, columns in enumerate(above) if any(columns)]
        if not filled:
            raise Invalid(
                f"“{file}” has no heading.", remedy="Its first row must name the columns.", code="empty_file", file=file
            )
        named = set(needed or names)
        told = {at: {name.casefold() for name in above[at]} for at in filled}
        small = {name.casefold() for name in named}
        at = next((at for at in filled if small and small <= told[at]), _likely_heading(above, filled))
        columns = as_named(above[at], (*needed, *also))
        missing = [name for name in needed if name not in columns]
        if missing:
            raise _wrong_columns(file, missing, columns, other_sheets(content) if content.startswith(b"PK") else [])
        for name in (*needed, *also):
            if columns.count(name) > 1:
                raise column_twice(file, name)
        return cls(
            file, columns, [name for name in also if name not in columns], itertools.chain(first[at + 1 :], records)
        )

    def skip_to(self, heading: Callable[[list[str]], bool], most: int) -> bool:
        """Take the first of the next ``most`` records that ``heading`` accepts for the heading; tell whether there was one."""
        for record in itertools.islice(self._records, most):
            columns = [name.strip() for name in record.fields]
            if heading(columns):
                self.columns = columns
                return True
        return False

    def rows(self, table: str, report: Report) -> Iterator[Row]:
        """Yield the rows that have the right number of columns; each other one is refused in ``report`` under ``table``.

        Raises Invalid at the end of a table that must be there and has no row at all; of any other that is noted in ``report``.
        """
        counts = report.counts(table)
        before, width = counts.read, len(self.columns)
        for record in self._records:
            fields = record.fields
            if not any(fields) and not record.trouble:
                continue
            counts.read += 1
            if record.trouble or len(fields) < width or any(fields[width:]):
                trouble = record.trouble or f"the row has {len(fields)} columns, the heading has {width}"
                report.remark(
                    table,
                    Remark(
                        self.file, record.number, "", "refused", "broken_row", f"{trouble[0].upper()}{trouble[1:]} (line {record.line}).",
                        record.remedy or (_TOO_LONG if not record.trouble and len(fields) > width else _TOO_SHORT),
                    ),
                )  # fmt: skip
                continue
            row = Row(
                {name: value.strip() for name, value in zip(self.columns, fields, strict=False)},
                record.number,
                self.file,
            )
            if record.recoded:
                report.remark(
                    table,
                    row.repaired(
                        "encoding",
                        "Some letters are not UTF-8; they were read as Windows-1252.",
                        remedy="Save the file as UTF-8.",
                    ),
                )
            yield row
        if counts.read == before and self.must:
            raise Invalid(
                f"“{self.file}” has a heading and no rows.",
                remedy="Export it again.",
                code="no_rows",
                file=self.file,
            )
        if counts.read == before:
            report.notes.append(f"“{self.file}” has a heading and no rows.")


def _files_in(path: Path) -> Iterator[_Found]:
    if path.is_dir():
        for each in sorted(path.iterdir()):
            if each.is_file() and (_SUFFIX.search(each.name) or each.suffix.lower() == ".zip"):
                yield from _files_in(each)
    elif not path.is_file():
        raise NotFound(
            f"There is no file or folder “{path}”.", remedy="Check the path.", code="missing_file", file=str(path)
        )
    elif path.suffix.lower() == ".zip":
        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
        except zipfile.BadZipFile as error:
            raise Invalid(
                f"“{path.name}” is not a whole zip file.",
                remedy="Download it again.",
                code="broken_file",
                file=path.name,
            ) from error
        for name in names:
            if _SUFFIX.search(name):
                yield _Found(name.rsplit("/", 1)[-1], path, name)
    else:
        yield _Found(path.name, path, None)


def _likely_heading(above: Sequence[Sequence[str]], filled: Sequence[int]) -> int:
    """Return the first row that is no title (it fills at least half as many columns as the fullest) and no row of names of groups.

    Names of groups leave a quarter of the columns below them empty, and what stands below them are names, no figures.
    """
    widths = {at: sum(map(bool, above[at])) for at in filled}
    most = max(widths.values())
    at = next(at for at in filled if 2 * widths[at] >= most and (most < 2 or widths[at] > 1))
    below = widths.get(at + 1, 0)
    if below > 3 and 4 * widths[at] <= 3 * below and not any(re.search(r"\d", name) for name in above[at + 1]):
        return at + 1
    return at


def as_named(columns: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return the columns with those that are known by other letters ("UNITID" for "unitid") under the name by which they are known."""
    small = [name.casefold() for name in columns]
    known_as = {name.casefold(): name for name in known if name not in columns and small.count(name.casefold()) == 1}
    return [known_as.get(name.casefold(), name) for name in columns]


def column_twice(file: str, name: str) -> Invalid:
    """Return what is said of a table that has two columns of one name: which of them is meant cannot be told."""
    return Invalid(
        f"“{file}” has the column “{name}” twice.",
        remedy="Give each column a name of its own.",
        code="column_twice",
        file=file,
    )


def _stem(name: str) -> str:
    return _SUFFIX.sub("", name)


def named(columns: Sequence[str], most: int = 12) -> str:
    """Return the names of columns for a message: the first of them, each cut to a length that can be read."""
    told = [name if len(name) <= 60 else f"{name[:59]}…" for name in columns[:most]]
    return ", ".join(told) + (" …" if len(columns) > most else "")


def _wrong_columns(file: str, missing: list[str], columns: list[str], behind: Sequence[str]) -> Invalid:
    hints = []
    for name in missing:
        near = difflib.get_close_matches(name.casefold(), [each.casefold() for each in columns], 1, 0.6)
        same = next((each for each in columns if near and each.casefold() == near[0]), None)
        hints.append(f"“{name}”" + (f" (did you mean “{same}”?)" if same else ""))
    return Invalid(
        f"“{file}” has no column {', '.join(hints)}.",
        remedy=f"Rename the column in its heading; it has: {named(columns)}."
        + (
            f" Only its first sheet is read: if the table is “{'” or “'.join(behind)}”, move that to the front."
            if behind
            else ""
        ),
        code="wrong_column",
        file=file,
        missing=missing,
        columns=columns,
    )
