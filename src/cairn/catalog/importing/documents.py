"""Read the files somebody gave as documents: JSON, JSON lines, images and web pages, alone, in folders, in zips, compressed as gz or xz.

Everything is bounded: bytes of one file and of all, files, values, depth. A file that cannot be used is refused with one sentence and
the others are read; of a list that breaks off, what stands before the break is kept.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from cairn.catalog.importing.records import Place
from cairn.errors import Invalid, NotFound
from cairn.skills.importing.json_files import before_the_break, entries_of
from cairn.skills.importing.report import Remark, Report

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_TOTAL = 512 * 1024 * 1024
MOST_FILES = 20_000
MOST_VALUES = 500_000
"""Records of one file."""
DEEPEST = 100
FILES = "files"
ENDED = "credentials that their source calls "
"""Begins the reason for which a credential that is no longer given is left out."""
_PACKED = (
    (b"PK\x03\x04", "a zip file", "Give it a name that ends in .zip, or unpack it."),
    (b"PK\x05\x06", "an empty zip file", "Pack it again with the files inside."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and give the folder."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it and give the folder."),
    (b"BZh", "a bzip2 file", "Unpack it and give what is inside."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", "Unpack it and give what is inside."),
    (b"%PDF", "a PDF document", "Give the file that the source calls JSON."),
    (b"\x89PNG", "a picture (PNG)", "Give the file that the source calls JSON."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Give the file that the source calls JSON."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Save it as CSV or .xlsx and import it as a table."),
    (b"SQLite format 3\x00", "an SQLite database", "Export what is in it as JSON or CSV."),
)
"""How files begin that are no text, what they are, and what to do."""

type Tell = Callable[[Remark], None]


@dataclass(frozen=True, slots=True)
class Given:
    """One file as it was given, unpacked. ``content`` is at most :data:`LARGEST_FILE` bytes."""

    name: str
    content: bytes

    @property
    def place(self) -> Place:
        """Return the file as a place."""
        return Place(self.name)


@dataclass(frozen=True, slots=True)
class Value:
    """One JSON value of a file: the whole document, or one line or element of it. ``form`` names the markup it is from, "" for JSON."""

    place: Place
    value: Any
    form: str = ""


def given_files(paths: Sequence[Path], report: Report, *, endings: Sequence[str]) -> Iterator[Given]:
    """Return the files, of folders and zips those with one of ``endings`` (without dot), and keep the digest of all in the report.

    Raises NotFound for a path that does not exist, Invalid where nothing is among them.
    """
    digest = hashlib.sha256()
    budget = _Budget()
    number = 0

    def tell(remark: Remark) -> None:
        report.remark(FILES, remark)

    for path in paths:
        if not path.exists():
            raise NotFound(
                f"There is no file “{path.name}”.", remedy="Look at its name and folder.", code="missing_file"
            )
        folder = path.is_dir()
        files = sorted(one for one in path.rglob("*") if one.is_file()) if folder else [path]
        for file in files:
            packed = file.suffix.lower() == ".zip"
            if folder and not packed and not _wanted(file.name, endings):
                continue
            name = (
                file.relative_to(path).as_posix()[-250:] if folder else file.name
            )  # two folders may have one name in common
            for given in _zipped(file, name, endings, budget, tell) if packed else _plain(file, name, budget, tell):
                number += 1
                report.counts(FILES).read += 1
                digest.update(given.content)
                yield given
                if number >= MOST_FILES:
                    tell(Place(file.name).refused("too_many_files", f"After {MOST_FILES:,} files no more is read."))
                    return
    report.source_digest = digest.hexdigest()
    if number == 0 and not report.remarks:
        raise Invalid(
            "Nothing that can be read is among the files.",
            remedy=f"Give files that end in {', '.join(f'.{one}' for one in endings)}.",
            code="no_file",
        )


class _Budget:
    """Bytes that may still be read in this run."""

    def __init__(self) -> None:
        self.left = LARGEST_TOTAL

    @property
    def most(self) -> int:
        return min(LARGEST_FILE, self.left)


def _wanted(name: str, endings: Sequence[str]) -> bool:
    plain = name.lower().removesuffix(".gz").removesuffix(".xz")
    return not PurePosixPath(plain).name.startswith(".") and plain.rsplit(".", 1)[-1] in endings


def _plain(file: Path, name: str, budget: _Budget, tell: Tell) -> Iterator[Given]:
    place = Place(name)
    try:
        if file.stat().st_size > budget.most:
            tell(_too_large(place))
            return
        content = file.read_bytes()
    except OSError as error:
        tell(place.refused("unreadable", f"It cannot be read: {error.strerror or error}."))
        return
    unpack: Any = (
        gzip.open if content.startswith(b"\x1f\x8b") else lzma.open if content.startswith(b"\xfd7zXZ\x00") else None
    )
    if unpack is not None:
        try:
            with unpack(io.BytesIO(content)) as packed:
                content = packed.read(budget.most + 1)
        except (OSError, EOFError, zlib.error, lzma.LZMAError):
            tell(
                place.refused(
                    "broken_file", "It cannot be unpacked: it is damaged or breaks off.", "Download it again."
                )
            )
            return
        if len(content) > budget.most:
            tell(_too_large(place))
            return
    budget.left -= len(content)
    yield Given(name, content)


def _zipped(file: Path, name: str, endings: Sequence[str], budget: _Budget, tell: Tell) -> Iterator[Given]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        tell(
            Place(name).refused(
                "broken_zip", "It is no zip, or a damaged one.", "Download it again, or unpack it yourself."
            )
        )
        return
    with archive:
        wanted = [one for one in archive.infolist() if not one.is_dir() and _wanted(one.filename, endings)]
        if not wanted:
            tell(_nothing_in(name, archive, endings))
        for member in wanted[: MOST_FILES + 1]:
            place = Place(f"{name}/{member.filename}"[-250:])
            if member.file_size > budget.most:
                tell(_too_large(place))
                continue
            try:
                with archive.open(member) as packed:
                    content = packed.read(budget.most + 1)
            except (
                zipfile.BadZipFile,
                zlib.error,
                RuntimeError,
                NotImplementedError,
                EOFError,
                OSError,
                lzma.LZMAError,
            ):
                tell(
                    place.refused(
                        "broken_file", "It cannot be unpacked: it is damaged or locked.", "Unpack it yourself."
                    )
                )
                continue
            if len(content) > budget.most:
                tell(_too_large(place))
                continue
            budget.left -= len(content)
            yield Given(place.file, content)


def _nothing_in(name: str, archive: zipfile.ZipFile, endings: Sequence[str]) -> Remark:
    """Say of a zip without any file that is read what it holds instead."""
    if any(one.filename.lower().endswith(".zip") for one in archive.infolist()):
        return Place(name).refused("nested_zip", "It holds other zips only.", "Unpack it and give what is inside.")
    told = f"It holds no file that ends in {', '.join(f'.{one}' for one in endings)}."
    return Place(name).refused("nothing_in_zip", told, "Look what is in it.")


def _too_large(place: Place) -> Remark:
    return place.refused(
        "too_large",
        f"It holds more than {LARGEST_FILE // 1024**2} MiB, or with the files before it more than {LARGEST_TOTAL // 1024**2} MiB.",
        "Give it in smaller parts.",
    )


def _no_text(given: Given) -> Remark:
    """Say of a file that is no text what it is, where its beginning tells."""
    content = given.content
    what, remedy = next(
        ((what, remedy) for start, what, remedy in _PACKED if content.startswith(start)),
        ("", "Give the file that the source calls JSON."),
    )
    if content.startswith(b"PK\x03\x04") and b"xl/" in content[:4096] + content[-65_536:]:
        what, remedy = "an Excel workbook", "Import it as a table: `cairn import csv`."
    return given.place.refused("not_text", f"It is {what}, not a text file." if what else "It is no text file.", remedy)


def text_of(given: Given, tell: Tell) -> str | None:
    """Return the text of a file in UTF-8 or UTF-16 with or without mark, else in Windows letters (told); None, told, where it is none."""
    content = given.content
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        tell(given.place.refused("empty_file", "It is empty.", "Download it again from its source."))
        return None
    if any(content.startswith(start) for start, *_ in _PACKED):
        tell(_no_text(given))
        return None
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        if content[:1] in b"[{<" and content[1:2] == b"\x00":
            return content.decode("utf-16-le")
        if content[:2] in {b"\x00[", b"\x00{", b"\x00<"}:
            return content.decode("utf-16-be")
        if b"\x00" in content:
            tell(_no_text(given))
            return None
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content[1:2] == b"\x00" or content[:1] == b"\x00":
            tell(given.place.refused("not_text", "Its letters cannot be read: it breaks off or is damaged."))
            return None
    if any(byte < 9 or (13 < byte < 32 and byte != 27) for byte in content[:4096]):
        tell(_no_text(given))
        return None
    tell(
        given.place.repaired(
            "not_utf8",
            "Its letters are not UTF-8; they are read as Windows letters.",
            "Look whether names with accents are right.",
        )
    )
    return content.decode("cp1252", errors="replace")


def json_values(given: Given, tell: Tell) -> list[Value]:
    """Return the JSON values of a file: one document, or one for each line. What cannot be read is told."""
    text = text_of(given, tell)
    if text is None:
        return []
    start = text.lstrip()[:200].lower()
    if start.startswith("<"):
        kind = "a web page" if "<html" in start or "<!doctype html" in start else "XML"
        tell(
            given.place.refused(
                "not_json",
                f"It is {kind}, not JSON.",
                "It may be an error or sign-in page: look at it in a browser.",
            )
        )
        return []
    try:
        found = [Value(Place(given.name, 1), orjson.loads(text))]
    except orjson.JSONDecodeError as error:
        found = _lines(given, text, tell) or _rescued(given, text, error, tell)
    return [clean(value) for value in found if shallow(value, tell)]


def clean(value: Value) -> Value:
    """Return a value without the letters that no database keeps: NUL, and halves of letters."""
    return replace(value, value=_cleaned(value.value))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        plain = value.replace("\x00", "")
        return plain if plain.isascii() else plain.encode("utf-8", "ignore").decode()
    if isinstance(value, Mapping):
        return {_cleaned(key): _cleaned(below) for key, below in value.items()}
    return [_cleaned(below) for below in value] if isinstance(value, list | tuple) else value


def _lines(given: Given, text: str, tell: Tell) -> list[Value]:
    """Read JSON lines: one value on each line. Nothing where the first line alone is no JSON."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) < 2:
        return []
    found: list[Value] = []
    for at, (number, line) in enumerate(lines[:MOST_VALUES]):
        place = Place(given.name, number)
        try:
            value = orjson.loads(line)
            if not isinstance(value, dict | list):
                raise ValueError
            found.append(Value(place, value))
        except ValueError:
            if at == 0:
                return []
            tell(place.refused("not_json", "This line is no JSON; the other lines are read."))
    return found


def _rescued(given: Given, text: str, error: orjson.JSONDecodeError, tell: Tell) -> list[Value]:
    """Return the entries of a document that stand before the place where it breaks: of its list, or of its graph."""
    where = f"line {error.lineno}, column {error.colno}"
    if "depth limit" in str(error):
        tell(given.place.refused("too_deep", f"It is nested too deeply: more than {DEEPEST} levels."))
        return []
    kept = before_the_break(text[: error.pos].encode())
    whole = f"; the {len(entries_of(kept)):,} before it are read" if kept else ""
    tell(given.place.refused("not_json", f"It is no whole JSON: it breaks at {where}{whole}.", "Download it again."))
    if isinstance(kept, list):
        return [Value(Place(given.name, number), one) for number, one in enumerate(kept, 1)]
    return [Value(Place(given.name, 1), kept)] if kept else []


def shallow(value: Value, tell: Tell) -> bool:
    """Tell whether a value is nested no deeper than :data:`DEEPEST`; a deeper one is told."""
    layer, depth, seen = [value.value] if isinstance(value.value, dict | list) else [], 0, 0
    while layer:
        depth += 1
        seen += len(layer)
        if depth > DEEPEST or seen > 20 * MOST_VALUES:
            tell(value.place.refused("too_deep", f"It is nested too deeply: more than {DEEPEST} levels."))
            return False
        layer = [
            below
            for one in layer
            for below in (one.values() if isinstance(one, dict) else one)
            if isinstance(below, dict | list)
        ]
        layer = [one for one in layer if one]
    return True


def unusable(report: Report) -> None:
    """Raise Invalid where nothing at all could be used: with the first reason, with what was there instead, or that there was nothing."""
    refused = [remark for remark in report.remarks if remark.kind == "refused"]
    if refused:
        raise Invalid(
            f"Nothing of it could be used. {refused[0].sentence()}",
            remedy="Nothing was written."
            if len(refused) == 1
            else f"Nothing was written; {len(refused):,} remarks in all.",
            code=refused[0].code,
            remarks=[remark.as_dict() for remark in refused[:100]],
        )
    if any(reason.startswith(ENDED) for reason in report.skipped):
        return  # credentials there were, and their source has ended them
    if report.skipped:
        beside = "; ".join(f"{number:,} {reason}" for reason, number in list(report.skipped.items())[:5])
        raise Invalid(
            f"No credential is in {report.source_name}, only: {beside}.",
            remedy="Give the files that describe the credentials. Nothing was written.",
            code="no_rows",
        )
    raise Invalid(
        f"Nothing is in {report.source_name}: it can be read, and holds no entry.",
        remedy="Export it again. Nothing was written.",
        code="no_rows",
    )
