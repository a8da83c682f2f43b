"""Read tables as people have them: CSV (plain, .gz or .xz), tab-separated text, Excel, in a folder, in a zip, or named one by one.

Whatever is wrong with a whole file raises :class:`cairn.errors.Invalid` with the file's name and what to do. Whatever is wrong with one row
becomes a remark, and the rest of the file is still read.
"""

from __future__ import annotations

import csv
import difflib
import gzip
import hashlib
import io
import itertools
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import ParseError  # the error only; openpyxl reads through defusedxml
from xml.parsers.expat import ExpatError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from cairn.errors import Invalid, NotFound
from cairn.skills.importing.report import Remark, Report
from cairn.skills.importing.sheets import SizeError, first_sheet, has_dates

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes a file may unpack to. The largest official file, ESCO's relations, has 21 million."""

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
                raise _too_large(self.name)
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
        self, pattern: str, official: str, *, needed: Sequence[str], also: Sequence[str] = (), single: bool = False
    ) -> Table:
        """Find and open the table whose file name without ending matches ``pattern``; ``official`` is its name in messages.

        ``single`` accepts the only file given, whatever its name. Raises NotFound or Invalid with what to do.
        """
        table = self.maybe(pattern, official, needed=needed, also=also, single=single)
        if table is None:
            seen = ", ".join(sorted({found.name for found in self._files})[:8]) or "no table at all"
            raise NotFound(
                f"“{official}” is not among the files given; found: {seen}.",
                remedy="Give the folder or zip that holds it under its official name, or the file itself.",
                code="missing_file",
                file=official,
            )
        return table

    def maybe(
        self, pattern: str, official: str, *, needed: Sequence[str], also: Sequence[str] = (), single: bool = False
    ) -> Table | None:
        """Open a table that may be absent; None where it is."""
        matching = [found for found in self._files if re.fullmatch(pattern, _stem(found.name), re.IGNORECASE)]
        if not matching and single and len(self._files) == 1:
            matching = self._files
        if not matching:
            return None
        found = matching[0]
        content = found.read()
        self._digest.update(content)
        return Table.open(found.name, content, needed=needed, also=also)


@dataclass(slots=True)
class Table:
    """An opened table whose heading has been checked. Read it once, with :meth:`rows`."""

    file: str
    columns: list[str]
    absent: list[str]
    _records: Iterator[_Record]

    @classmethod
    def open(cls, file: str, content: bytes, *, needed: Sequence[str], also: Sequence[str] = ()) -> Table:
        """Check that ``content`` is a table with the ``needed`` columns; of ``also``, those not there are told in ``absent``."""
        content = _unpacked(file, content)
        if not content.strip():
            raise Invalid(
                f"“{file}” is empty.", remedy="Download it again from its source.", code="empty_file", file=file
            )
        records = _excel(file, content) if content.startswith(b"PK\x03\x04") else _text(file, content)
        heading = next(records, None)
        if heading is None:
            raise Invalid(
                f"“{file}” has no heading.", remedy="Its first row must name the columns.", code="empty_file", file=file
            )
        columns = [name.strip().lstrip("\ufeff") for name in heading.fields]
        missing = [name for name in needed if name not in columns]
        if missing:
            raise _wrong_columns(file, missing, columns)
        return cls(file, columns, [name for name in also if name not in columns], records)

    def skip_to(self, heading: Callable[[list[str]], bool], most: int) -> bool:
        """Take the first of the next ``most`` records that ``heading`` accepts for the heading; tell whether there was one."""
        for record in itertools.islice(self._records, most):
            columns = [name.strip() for name in record.fields]
            if heading(columns):
                self.columns = columns
                return True
        return False

    def rows(self, table: str, report: Report) -> Iterator[Row]:
        """Yield the rows that have the right number of columns; each other one is refused in ``report`` under ``table``."""
        counts = report.counts(table)
        width = len(self.columns)
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
                        "Look for a quotation mark that is not closed, or a row that was cut off.",
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


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    line: int
    fields: list[str]
    trouble: str = ""
    recoded: bool = False


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


def _stem(name: str) -> str:
    return _SUFFIX.sub("", name)


def _too_large(file: str) -> Invalid:
    return Invalid(
        f"“{file}” unpacks to more than {LARGEST_FILE // 2**20} MB.",
        remedy="Give the official file.",
        code="too_large",
        file=file,
    )


def _unpacked(file: str, content: bytes) -> bytes:
    """Return the content of a .gz or .xz file, never more than :data:`LARGEST_FILE` bytes."""
    try:
        if content.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as zipped:
                plain = zipped.read(LARGEST_FILE + 1)
        elif content.startswith(b"\xfd7zXZ\x00"):
            with lzma.LZMAFile(io.BytesIO(content)) as squeezed:
                plain = squeezed.read(LARGEST_FILE + 1)
        else:
            return content
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise Invalid(
            f"“{file}” is damaged: {error}.", remedy="Download it again.", code="broken_file", file=file
        ) from error
    if len(plain) > LARGEST_FILE:
        raise _too_large(file)
    return plain


def named(columns: Sequence[str], most: int = 12) -> str:
    """Return the names of columns for a message: the first of them, each cut to a length that can be read."""
    told = [name if len(name) <= 60 else f"{name[:59]}…" for name in columns[:most]]
    return ", ".join(told) + (" …" if len(columns) > most else "")


def _wrong_columns(file: str, missing: list[str], columns: list[str]) -> Invalid:
    hints = []
    for name in missing:
        near = difflib.get_close_matches(name.casefold(), [each.casefold() for each in columns], 1, 0.6)
        same = next((each for each in columns if near and each.casefold() == near[0]), None)
        hints.append(f"“{name}”" + (f" (did you mean “{same}”?)" if same else ""))
    return Invalid(
        f"“{file}” has no column {', '.join(hints)}.",
        remedy=f"Rename the column in its heading; it has: {named(columns)}.",
        code="wrong_column",
        file=file,
        missing=missing,
        columns=columns,
    )


def _excel(file: str, content: bytes) -> Iterator[_Record]:
    width = 0
    try:
        rows = _with_dates(content) if has_dates(content) else first_sheet(content, LARGEST_FILE)
        for number, cells in rows:
            width = width or len(cells)
            yield _Record(number, number, cells + [""] * (width - len(cells)))
    except SizeError as error:
        raise _too_large(file) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        InvalidFileException,
        ExpatError,
        ParseError,
        KeyError,
        ValueError,
        IndexError,
        EOFError,
        RuntimeError,
    ) as error:
        raise Invalid(
            f"“{file}” is not a spreadsheet that can be read ({error}).",
            remedy="Download it again, or save it as CSV (UTF-8) and import that.",
            code="broken_file",
            file=file,
        ) from error


def _with_dates(content: bytes) -> Iterator[tuple[int, list[str]]]:
    rows = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0].iter_rows(values_only=True)
    for number, values in enumerate(rows, start=1):
        yield number, ["" if value is None else _cell(value) for value in values]


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _text(file: str, content: bytes) -> Iterator[_Record]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", errors="replace").encode()
    elif content[1:64:2].count(0) > len(content[1:64:2]) // 2 and 0 not in content[0:64:2]:
        content = content.decode("utf-16-le", errors="replace").encode()  # UTF-16 without its mark
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise Invalid(f"“{file}” is empty.", remedy="Download it again from its source.", code="empty_file", file=file)
    if re.match(rb"\s*<(!doctype|html|\?xml)", content[:200], re.IGNORECASE):
        raise Invalid(
            f"“{file}” is a web page or XML, not a table.",
            remedy="It may be an error or sign-in page: look at it in a browser, and download the table itself.",
            code="not_a_table",
            file=file,
        )
    # a NUL costs its row; where the heading has one, there are many, or a known mark begins the file, it is no text at all
    begin = content[:8192]
    if (
        begin.count(0) > 8
        or re.search(rb"\x00[\x00-\x08]", begin)
        or b"\x00" in begin.split(b"\n", 1)[0]
        or content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0"))
    ):
        raise Invalid(
            f"“{file}” is not a table: it holds binary data.",
            remedy="Give a CSV file, or an Excel file in the .xlsx format.",
            code="binary_file",
            file=file,
        )
    lines, recoded = _decoded(content)
    heading = lines[0]
    delimiter = max(",;\t|", key=heading.count)
    return _csv(lines, recoded, delimiter)


def _decoded(content: bytes) -> tuple[list[str], set[int]]:
    """Return the lines, each with its end, and the numbers (from 0) of those that were not UTF-8 and were read as Windows-1252."""
    try:
        return io.StringIO(content.decode(), newline="").readlines(), set()
    except UnicodeDecodeError:
        lines, recoded = [], set()
        for number, raw in enumerate(content.splitlines(keepends=True)):
            try:
                lines.append(raw.decode())
            except UnicodeDecodeError:
                recoded.add(number)
                lines.append(raw.decode("cp1252", errors="replace"))
        return lines, recoded


def _csv(lines: list[str], recoded: set[int], delimiter: str) -> Iterator[_Record]:
    """Yield records. Where a quotation mark is never closed, only its line is given up and reading goes on with the next line."""
    start, number, width = 0, 0, 0
    holed = any("\x00" in line for line in lines)
    while start < len(lines):
        reader = csv.reader(itertools.islice(lines, start, None), delimiter=delimiter)
        base, begin = start, start
        start = len(lines)
        while True:
            trouble = ""
            try:
                fields = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                fields, trouble = [], f"the row cannot be read ({error})"
            end = base + reader.line_num
            number += 1
            if holed and any("\x00" in one for one in fields):
                fields, trouble = [], "the row holds a letter that no text has (NUL)"
            width = width or len(fields)
            never_closed = end == len(lines) and "".join(lines[begin:end]).count('"') % 2 == 1
            if (trouble or len(fields) != width or never_closed) and end - begin > 1:
                yield _Record(number, begin + 1, [], trouble or "a quotation mark is opened and not closed")
                start = begin + 1
                break
            yield _Record(
                number, begin + 1, fields, trouble, bool(recoded) and not recoded.isdisjoint(range(begin, end))
            )
            begin = end
