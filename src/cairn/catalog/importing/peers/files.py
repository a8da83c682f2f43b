"""The files of an export, opened: JSON, XML and packed courses, each within bounds."""

from __future__ import annotations

import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # the package ships no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # the package ships no types

from cairn.catalog.importing.peers.found import Found
from cairn.catalog.importing.records import Place
from cairn.errors import Invalid, NotFound
from cairn.skills.importing.json_files import read_json

LARGEST_XML = 64 * 1024 * 1024
AWARD_COLUMNS = {"first name", "last name"}
"""Columns that the lists of awards have in common, of Credly's bulk issuing and of Canvas Credentials' bulk awards."""
LARGEST_PACKED = 2 * 1024**3
"""Bytes of a packed course, which holds its pictures and films too; only the description in it is read."""
LARGEST_UNPACKED = 4 * 1024**3
"""Bytes of a packed backup, unpacked, after which no more of it is looked through."""

type Reader = Callable[[Any, Place, Found], None]


def files_of(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that are named, and those in the folders that are."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*") if one.suffix.casefold() in {".json", ".xml", ".imscc", ".zip", ".mbz"}
            )[:5000]
        elif path.is_file():
            yield path
        else:
            raise NotFound(f"There is no file “{path}”.", remedy="Check the path.", code="missing_file")


def read_file(path: Path, reader: Reader, found: Found, name: str) -> str:
    """Hand what a file holds to the reader, and return the file's SHA-256. Raises Invalid for what cannot be opened."""
    place = Place(path.name)
    with path.open("rb") as file:
        head = file.read(4)
    unpack = (
        _zipped
        if head == b"PK\x03\x04"
        else _tarred
        if head.startswith(b"\x1f\x8b") and name == "moodle" and not path.name.casefold().endswith(".json.gz")
        else None
    )
    most = LARGEST_PACKED if unpack is not None else LARGEST_XML
    if path.stat().st_size > most:
        raise Invalid(
            f"“{path.name}” has more than {most // 2**20} MB.", remedy="Export fewer at a time.", code="too_large"
        )
    if unpack is not None:
        unpack(path, reader, found)
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    content = path.read_bytes()
    if not content.strip():
        raise Invalid(f"“{path.name}” is empty.", remedy="Export it again.", code="empty_file")
    if re.match(rb"\s*<(!doctype\s+html|html)", content[:200].removeprefix(b"\xef\xbb\xbf"), re.IGNORECASE):
        raise Invalid(
            f"“{path.name}” is a web page, no export.",
            remedy="It may be an error or sign-in page: look at it in a browser.",
            code="web_page",
            file=path.name,
        )
    if set(_columns(content)) >= AWARD_COLUMNS:
        raise Invalid(
            f"“{path.name}” is a list of awards: it says who holds a badge, not what the badge is.",
            remedy="Give the badge templates or badge classes as the API answers them; a table of them goes through `csv`.",
            code="awards",
            file=path.name,
        )
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        reader(_xml(content, path.name), place, found)
    else:
        document = read_json(path, lambda told: found.refuse(place, "not_json", told, "Export it again."))[0]
        if isinstance(document, list) and document and all(_is_answer(one) for one in document):
            for answer in document:  # several answers of the API in one list, as tools join its pages
                reader(answer, place, found)
            return sha256(content).hexdigest()
        if not isinstance(document, dict | list):
            raise Invalid(
                f"“{path.name}” holds no entries.",
                remedy="Give the export itself.",
                code="nothing_found",
                file=path.name,
            )
        reader(document, place, found)
    return sha256(content).hexdigest()


def _is_answer(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(name), list) for name in ("result", "data", "badges"))


def _columns(content: bytes) -> list[str]:
    """Return what the columns of a table are called, in small letters; of what is no table, something else."""
    heading = content.removeprefix(b"\xef\xbb\xbf")[:4096].partition(b"\n")[0].decode("utf-8", "replace")
    return [name.strip(' "\r').casefold() for name in heading.split(",")]


def _zipped(path: Path, reader: Reader, found: Found) -> None:
    wanted = ("course_settings/course_settings.xml", "badges.xml")
    try:
        with zipfile.ZipFile(path) as archive:
            names = [one for one in archive.infolist() if one.filename.endswith(wanted)]
            if not names:
                raise Invalid(
                    f"“{path.name}” holds no export: no JSON, course settings or badges.xml.",
                    remedy="Give the export itself, or the whole course.",
                    code="nothing_found",
                )
            for one in names[:100]:
                if one.file_size > LARGEST_XML:
                    raise Invalid(
                        f"“{one.filename}” in “{path.name}” is too large.", remedy="Export again.", code="too_large"
                    )
                with archive.open(one) as stream:
                    reader(_xml(stream.read(LARGEST_XML), one.filename), Place(path.name), found)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise Invalid(
            f"“{path.name}” cannot be unpacked: it is damaged, locked or breaks off.",
            remedy="Download it again.",
            code="broken_file",
        ) from error


def _tarred(path: Path, reader: Reader, found: Found) -> None:
    """Read badges.xml out of a Moodle backup (.mbz), which is a tar packed with gzip; nothing of it is written to disk."""
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                if member.offset + member.size > LARGEST_UNPACKED:  # what is packed too large is never unpacked
                    raise Invalid(
                        f"“{path.name}” is too large.", remedy="Unpack it and give its badges.xml.", code="too_large"
                    )
                stream = archive.extractfile(member) if member.name.removeprefix("./") == "badges.xml" else None
                if stream is None:
                    continue
                if member.size > LARGEST_XML:
                    raise Invalid(
                        f"badges.xml in “{path.name}” is too large.", remedy="Export again.", code="too_large"
                    )
                reader(_xml(stream.read(LARGEST_XML), "badges.xml"), Place(path.name), found)
                return
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise Invalid(
            f"“{path.name}” cannot be unpacked: it is damaged or breaks off.",
            remedy="Download it again.",
            code="broken_file",
        ) from error
    raise Invalid(
        f"“{path.name}” holds no badges.xml.", remedy="Make the backup with “Include badges”.", code="nothing_found"
    )


def _xml(content: bytes, name: str) -> Any:
    try:
        return fromstring(content, forbid_dtd=True)
    except (
        ValueError,
        SyntaxError,
        RecursionError,
    ) as error:  # ParseError is a SyntaxError; defusedxml's refusals are ValueErrors
        told = "it declares a document type" if isinstance(error, DefusedXmlException) else error
        raise Invalid(f"“{name}” is not sound XML: {told}.", remedy="Export it again.", code="broken_xml") from error
