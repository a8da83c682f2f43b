"""PDF: the certificate carries its credential as an attached file; this takes it out again.

No PDF reader, only a bounded look at the file's streams (ISO 32000-1 section 7.3.8), plain or Flate-packed, for those that hold a
credential: JSON of any form, a sealed European credential, or a compact token. What it finds is judged by its signature, so a file
that fools this look gains nothing by it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from cairn.credentials.baking.missing import NoCredentialInside
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import MAX_BYTES

MAX_STREAMS = 5_000
MAX_UNPACKED = 4 * MAX_BYTES
"""Bytes that all streams of one file together may unpack to."""
_HEADER = 4096
_FIRST = 64
_STREAM = re.compile(rb"\bstream\r?\n")
_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile\b")
_LENGTH = re.compile(rb"/Length\s+(\d{1,9})(?!\s+\d+\s+R)\b")
_END = re.compile(rb"\s{0,4}endstream")
_FILTER = re.compile(rb"/(\w+Decode)\b")
_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*(?:~[A-Za-z0-9_.~-]*)?\Z", re.ASCII)
_SIGNS = (
    ('"@context"', '"credentialSubject"'),
    ('"@context"', '"badge"'),
    ('"payload"', '"signature'),
)
"""Pairs of members one of which every JSON credential has: a present form, Open Badges 1 and 2, a sealed European one."""


def is_pdf(data: bytes) -> bool:
    """Tell a PDF by its first bytes."""
    return data[:1024].lstrip().startswith(b"%PDF-")


def unbake(data: bytes) -> str:
    """Return the text of the attached credential; two different ones are refused (``several_credentials``)."""
    found: str | None = None
    for text in _attached(data):
        if not _is_credential(text) or text == found:
            continue
        if found is not None:
            raise CredentialError(
                "several_credentials", "This PDF holds several credentials, so it is unclear which one is meant."
            )
        found = text
    if found is None:
        if b"/Encrypt" in data:
            raise NotSupported(
                "locked_pdf",
                "This PDF is locked, so it cannot be told whether there is a credential in it.",
                remedy="Ask for the credential itself (JSON or badge image), or for the PDF without protection.",
            )
        raise NoCredentialInside("PDF")
    return found


def _is_credential(text: str) -> bool:
    if text.startswith("{"):
        return any(one in text and other in text for one, other in _SIGNS)
    return _TOKEN.match(text) is not None


def _attached(data: bytes) -> Iterator[str]:
    """Yield the text of each stream that begins like JSON or a token."""
    left, place = MAX_UNPACKED, 0
    for _ in range(MAX_STREAMS):
        mark = _STREAM.search(data, place)
        if mark is None:
            return
        header = data[max(0, mark.start() - _HEADER) : mark.start()].rpartition(b" obj")[2]
        begin, end = mark.end(), _end(data, mark.end(), header)
        if end < 0:
            return
        place = end
        filters = _FILTER.findall(header)
        if b"endobj" in header or filters not in ([], [b"FlateDecode"]) or b"/Predictor" in header:
            continue
        content = data[begin:end]
        # A file's pages and fonts are many and large: a glance at how each begins is enough.
        if (
            not (_unpacked(content, _FIRST) if filters else content[:_FIRST])
            .lstrip(b"\xef\xbb\xbf \t\r\n")
            .startswith((b"{", b"eyJ"))
        ):
            continue
        content = _unpacked(content, min(left, MAX_BYTES) + 1) if filters else content
        left -= len(content)
        if len(content) > MAX_BYTES or left < 0:
            if _EMBEDDED.search(header) or left < 0:
                raise CredentialError(
                    "too_large", "What is attached to this PDF is larger than any credential needs to be."
                )
            continue
        try:
            yield content.strip(b"\xef\xbb\xbf \t\r\n").decode("utf-8")
        except UnicodeDecodeError:
            continue


def _end(data: bytes, begin: int, header: bytes) -> int:
    """Where a stream ends: where its length says, if the mark of the end stands there, else at the next such mark; -1 for nowhere."""
    length = _LENGTH.search(header)
    if length is not None and _END.match(data, begin + int(length[1])):
        return begin + int(length[1])
    return data.find(b"endstream", begin)


def _unpacked(content: bytes, most: int) -> bytes:
    """The first ``most`` bytes of Flate-packed content; nothing if it is not packed so."""
    try:
        return zlib.decompressobj().decompress(content, most)
    except zlib.error:
        return b""
