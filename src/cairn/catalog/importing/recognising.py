"""What format a file is of, by its name and how it begins: so that nobody has to know what their export is called.

It is a guess, shown to be corrected. What none of the formats is, is a table until its columns say otherwise.
"""

from __future__ import annotations

import gzip
import lzma
import re
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

TABLE = "csv"
LOOKED_AT = 256 * 1024
"""Bytes of the beginning that are looked at, unpacked."""
MOST_INSIDE = 50
_BY_NAME = ((".mbz", "moodle"), (".imscc", "canvas"), (".ttl", "elm"), (".nt", "elm"), (".rdf", "elm"), (".png", "open-badges"),
            (".svg", "open-badges"), (".html", "schema-org"), (".htm", "schema-org"))  # fmt: skip
_BY_WORDS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("case", re.compile(rb'"CF(?:Items|Document|Package|Associations)"')),
    ("rsd", re.compile(rb'"skillStatement"|rsd\.openskillsnetwork|,"?skill statement', re.I)),
    ("ctdl", re.compile(rb"purl\.org/ctdl|credreg\.net/ctdl|ceterms:|\"envelope_(?:type|id|community|ceterms_ctid)\"")),
    ("elm", re.compile(rb"data\.europa\.eu/snb|europa\.eu/europass|urn:epass:|europeanCredential")),
    ("badgr", re.compile(rb'"entityType"\s*:\s*"(?:BadgeClass|Issuer|Assertion)"|"openBadgeId"|"criteriaNarrative"')),
    ("credly", re.compile(rb'"badge_template|"type_category"|"vanity_slug"|"badge_templates?_url"|credly\.com')),
    ("moodle", re.compile(rb'"issuername"|"uniquehash"|<badges\b')),
    (
        "open-badges",
        re.compile(
            rb"w3id\.org/openbadges|purl\.imsglobal\.org/spec/(?:ob|clr)|openbadges:|\"BadgeClass\"|AchievementCredential"
        ),
    ),
    ("schema-org", re.compile(rb"schema\.org")),
)
"""Words that only one format has, the surest first."""
_JSON = re.compile(rb"^\s*[\[{]")
_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    lzma.LZMAError,
    zlib.error,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
)
"""What a packed file that is broken, locked or of an unknown kind raises."""


def recognised(path: Path) -> str:
    """Return the name of the importer that reads a file, :data:`TABLE` where nothing says so. Never raises for what is in the file."""
    name = path.name.casefold().removesuffix(".gz").removesuffix(".xz")
    for ending, importer in _BY_NAME:
        if name.endswith(ending):
            return importer
    found = {_by_words(name, content) for name, content in _beginnings(path, name)}
    found.discard("")
    return min(found, key=_order) if found else TABLE


def _order(importer: str) -> int:
    return next(at for at, (name, _) in enumerate(_BY_WORDS) if name == importer)


def _by_words(name: str, content: bytes) -> str:
    if name.endswith((".csv", ".tsv", ".xlsx")) and not name.startswith("rsd"):
        return ""
    if not _JSON.match(content.removeprefix(b"\xef\xbb\xbf")) and not content.lstrip().startswith(
        (b"<", b"//", b"@prefix")
    ):
        return ""
    return next((importer for importer, words in _BY_WORDS if words.search(content)), "")


def _beginnings(path: Path, name: str) -> Sequence[tuple[str, bytes]]:
    with suppress(*_UNREADABLE), path.open("rb") as file:
        head = file.read(6)
        file.seek(0)
        if head.startswith(b"PK") and not name.endswith(".xlsx"):
            with zipfile.ZipFile(file) as archive:
                inside = [one for one in archive.infolist() if not one.is_dir()][:MOST_INSIDE]
                return [(one.filename.casefold(), _read(archive, one)) for one in inside]
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(file) as unpacked:
                return [(name, unpacked.read(LOOKED_AT))]
        if head.startswith(b"\xfd7zXZ"):
            with lzma.open(file) as unpacked:
                return [(name, unpacked.read(LOOKED_AT))]
        return [(name, file.read(LOOKED_AT))]
    return []


def _read(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    with archive.open(one) as file:
        return file.read(LOOKED_AT)
