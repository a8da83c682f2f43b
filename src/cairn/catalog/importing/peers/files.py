"""The files of an export, opened: JSON, XML and packed courses, each within bounds."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # the package ships no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # the package ships no types

from cairn.catalog.importing.peers.found import Found
from cairn.catalog.importing.records import Place
from cairn.errors import Invalid, NotFound
from cairn.skills.importing.json_files import read_json

LARGEST_XML = 64 * 1024 * 1024

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
    if path.stat().st_size > LARGEST_XML:
        raise Invalid(
            f"“{path.name}” has more than {LARGEST_XML // 2**20} MB.",
            remedy="Export fewer at a time.",
            code="too_large",
        )
    content = path.read_bytes()
    if not content.strip():
        raise Invalid(f"“{path.name}” is empty.", remedy="Export it again.", code="empty_file")
    if content.startswith(b"PK\x03\x04"):
        _zipped(path, reader, found)
    elif re.match(rb"\s*<(!doctype\s+html|html)", content[:200].removeprefix(b"\xef\xbb\xbf"), re.IGNORECASE):
        raise Invalid(
            f"“{path.name}” is a web page, no export.",
            remedy="It may be an error or sign-in page: look at it in a browser.",
            code="web_page",
            file=path.name,
        )
    elif content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        reader(_xml(content, path.name), place, found)
    elif content.startswith(b"\x1f\x8b") and name == "moodle":
        raise Invalid(
            f"“{path.name}” is a packed backup.",
            remedy="Unpack it (tar -xzf) and give its badges.xml.",
            code="packed_backup",
        )
    else:
        document = read_json(path, lambda told: found.refuse(place, "not_json", told, "Export it again."))[0]
        if not isinstance(document, dict | list):
            raise Invalid(
                f"“{path.name}” holds no entries.",
                remedy="Give the export itself.",
                code="nothing_found",
                file=path.name,
            )
        reader(document, place, found)
    return sha256(content).hexdigest()


def _zipped(path: Path, reader: Reader, found: Found) -> None:
    wanted = ("course_settings/course_settings.xml", "badges.xml")
    try:
        with zipfile.ZipFile(path) as archive:
            names = [one for one in archive.infolist() if one.filename.endswith(wanted)]
            if not names:
                raise Invalid(
                    f"“{path.name}” holds neither course settings nor badges.",
                    remedy="Export the whole course.",
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
