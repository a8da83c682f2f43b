"""The records of one table: bytes of a CSV or Excel file, compressed or not, told apart by what they hold and read row by row."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError  # the error only; openpyxl reads through defusedxml
from xml.parsers.expat import ExpatError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from cairn.errors import Invalid
from cairn.skills.importing.sheets import SizeError, first_sheet, has_dates

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes a file may unpack to. The largest official file, ESCO's relations, has 21 million."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it was read: ``number`` counts rows, ``line`` lines, from 1; ``trouble`` says why it cannot be used."""

    number: int
    line: int
    fields: list[str]
    trouble: str = ""
    recoded: bool = False


def records_of(file: str, content: bytes) -> Iterator[Record]:
    """Return the rows of a table, its heading first. Raises Invalid for what is no table."""
    content = _unpacked(file, content)
    if not content.strip():
        raise Invalid(f"“{file}” is empty.", remedy="Download it again from its source.", code="empty_file", file=file)
    return _excel(file, content) if content.startswith(b"PK\x03\x04") else _text(file, content)


def too_large(file: str) -> Invalid:
    """Return what is said of a file that unpacks to more than :data:`LARGEST_FILE`."""
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
        raise too_large(file)
    return plain


def _excel(file: str, content: bytes) -> Iterator[Record]:
    width = 0
    try:
        rows = _with_dates(content) if has_dates(content) else first_sheet(content, LARGEST_FILE)
        for number, cells in rows:
            width = width or len(cells)
            yield Record(number, number, cells + [""] * (width - len(cells)))
    except SizeError as error:
        raise too_large(file) from error
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


def _text(file: str, content: bytes) -> Iterator[Record]:
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


def _csv(lines: list[str], recoded: set[int], delimiter: str) -> Iterator[Record]:
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
                yield Record(number, begin + 1, [], trouble or "a quotation mark is opened and not closed")
                start = begin + 1
                break
            yield Record(
                number, begin + 1, fields, trouble, bool(recoded) and not recoded.isdisjoint(range(begin, end))
            )
            begin = end
