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
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError  # the error only; openpyxl reads through defusedxml
from xml.parsers.expat import ExpatError

from cairn.errors import Invalid
from cairn.skills.importing.sheets import SizeError, bounded, first_sheet, has_dates, has_formulas

_NEVER_IN_TEXT = tuple(bytes([one]) for one in (*range(1, 9), *range(14, 27), *range(28, 32)))
SAMPLE = 20
"""Lines by which the sign between columns is found."""
LARGEST_FILE = 512 * 1024 * 1024
"""Bytes a file may unpack to. The largest official file, ESCO's relations, has 21 million."""
LONGEST_LINE = 1024 * 1024
"""Letters of a line: each may be a cell, and a cell takes some sixty bytes while it is read."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it was read: ``number`` counts rows, ``line`` lines, from 1.

    ``trouble`` says why it cannot be used, ``remedy`` what to do.
    """

    number: int
    line: int
    fields: list[str]
    trouble: str = ""
    remedy: str = ""
    recoded: bool = False


def records_of(file: str, content: bytes) -> Iterator[Record]:
    """Return the rows of a table, its heading first. Raises Invalid for what is no table."""
    content = _unpacked(file, content)
    if not content.strip():
        raise Invalid(f"“{file}” is empty.", remedy="Download it again from its source.", code="empty_file", file=file)
    if not content.startswith(b"PK\x03\x04"):
        return _text(file, content)
    if _no_workbook(content):
        raise Invalid(
            f"“{file}” is a zip file, not a table.",
            remedy="Give it a name that ends in .zip, or unpack it and give what is inside.",
            code="not_a_table",
            file=file,
        )
    return _excel(file, content)


def _no_workbook(content: bytes) -> bool:
    """Tell whether it is a whole zip file with something else than a workbook inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return not any(name.startswith("xl/") for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


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
    try:
        bounded(content, LARGEST_FILE)
        rows = _with_dates(content) if has_dates(content) else first_sheet(content, LARGEST_FILE)
        first = list(itertools.islice(rows, SAMPLE))
        width = max((len(cells) for _, cells in first), default=0)  # a title above the heading has fewer
        for number, cells in itertools.chain(first, rows):
            yield Record(number, number, cells + [""] * (width - len(cells)))
    except SizeError as error:
        raise too_large(file) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        ExpatError,
        ParseError,
        KeyError,
        ValueError,
        IndexError,
        EOFError,
        RuntimeError,
    ) as error:
        why = "it is damaged or breaks off" if isinstance(error, zipfile.BadZipFile | zlib.error | EOFError) else error
        raise Invalid(
            f"“{file}” is not a spreadsheet that can be read: {why}.",
            remedy="Download it again, or save it as CSV (UTF-8) and import that.",
            code="broken_file",
            file=file,
        ) from error


def _with_dates(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # few files need it, and importing it takes a third of a start of the site

    rows = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0].iter_rows(values_only=True)
    if not has_formulas(content):
        for number, values in enumerate(rows, start=1):
            yield number, ["" if value is None else _cell(value) for value in values]
        return
    written = load_workbook(io.BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True)
    for number, (values, formulas) in enumerate(zip(rows, written, strict=True), start=1):
        yield number, [_cell(one if value is None else value) for value, one in zip(values, formulas, strict=True)]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _text(file: str, content: bytes) -> Iterator[Record]:
    wide = ""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        wide = "utf-16"
    elif content[1:64:2].count(0) > len(content[1:64:2]) // 2 and 0 not in content[0:64:2]:
        wide = "utf-16-le"  # UTF-16 without its mark
    if wide:
        content = content.decode(wide, errors="replace").encode()
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
        or sum(begin.count(sign) for sign in _NEVER_IN_TEXT) > 8
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
    if re.match(rb"\s*(\[\s*)?\{\s*\"", content[:200]):
        raise Invalid(
            f"“{file}” is JSON, not a table.",
            remedy="Give the CSV or Excel file; a list in JSON can be imported with `cairn import csv`.",
            code="not_a_table",
            file=file,
        )
    lines, recoded = _decoded(content)
    stated = re.fullmatch(r"sep=(.)\s*", lines[0])  # how Excel is told the sign between columns
    delimiter = stated[1] if stated else _delimiter(lines[:SAMPLE])
    return _csv(lines, recoded, delimiter, skip=1 if stated else 0, damaged=bool(wide))


def _delimiter(lines: list[str]) -> str:
    """Return the sign between columns: the one the first line has most of, unless that is a title and all below agree on another."""
    first = max(",;\t|", key=lines[0].count)
    below = [line for line in lines[1:] if line.strip()]
    agreed = {sign: number for sign in ",;\t|" if (number := _agreed(below, sign))}
    if agreed.get(first) == lines[0].count(first):
        return first
    return max(
        (sign for sign, number in agreed.items() if number >= lines[0].count(first)),
        key=agreed.__getitem__,
        default=first,
    )


def _agreed(lines: list[str], sign: str) -> int:
    """Return how often a sign stands in each of most lines; 0 where they do not agree."""
    number, many = Counter(line.count(sign) for line in lines).most_common(1)[0] if lines else (0, 0)
    return number if many * 3 >= len(lines) * 2 else 0


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


def _csv(
    lines: list[str], recoded: set[int], delimiter: str, *, skip: int = 0, damaged: bool = False
) -> Iterator[Record]:
    """Yield records. Where a quotation mark is never closed, only its line is given up and reading goes on with the next line.

    ``skip`` lines are passed over but counted; ``damaged`` says that letters that could not be read stand as U+FFFD.
    """
    start, number, width = skip, skip, 0
    holed = any("\x00" in line for line in lines)
    long = {at for at, line in enumerate(lines) if len(line) > LONGEST_LINE}
    for at in long:
        lines[at] = "\n"
    while start < len(lines):
        reader = csv.reader(itertools.islice(lines, start, None), delimiter=delimiter)
        base, begin = start, start
        start = len(lines)
        while True:
            trouble = remedy = ""
            try:
                fields = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                fields, trouble = [], f"the row cannot be read ({error})"
                if "field limit" in str(error):
                    trouble = f"a cell has more than {csv.field_size_limit():,} letters"
                    remedy = "Shorten it, or look for a quotation mark that is not closed."
            end = base + reader.line_num
            number += 1
            if holed and any("\x00" in one for one in fields):
                fields, trouble = [], "the row holds a letter that no text has (NUL)"
                remedy = "Take it out, or export the file again as plain text."
            if damaged and any("\ufffd" in one for one in fields):
                fields, trouble = [], "the row holds letters that cannot be read: the file is damaged or breaks off"
                remedy = "Export or download it again."
            if long and not long.isdisjoint(range(begin, end)):
                fields, trouble = [], f"the row has more than {LONGEST_LINE:,} letters"
                remedy = "Look for line ends that were lost, or a quotation mark that is not closed."
            width = width or (len(fields) if len(fields) > 1 else 0)  # a title above the heading is no measure
            never_closed = end == len(lines) and "".join(lines[begin:end]).count('"') % 2 == 1
            if (trouble or len(fields) != (width or 1) or never_closed) and end - begin > 1:
                yield Record(number, begin + 1, [], trouble or "a quotation mark is opened and not closed")
                start = begin + 1
                break
            yield Record(
                number, begin + 1, fields, trouble, remedy,
                recoded=bool(recoded) and not recoded.isdisjoint(range(begin, end)),
            )  # fmt: skip
            begin = end
