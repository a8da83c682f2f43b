"""PDF: the certificate carries its credential as an attached file; this takes it out again.

No PDF reader, only a bounded look: embedded file streams (ISO 32000-1 section 7.11.4), plain or Flate-packed, that hold JSON with
an ``@context``. What it finds is judged by its signature, so a file that fools this look gains nothing by it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from cairn.credentials.baking.missing import NoCredentialInside
from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import MAX_BYTES

MAX_STREAMS = 50
_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile\b")
_STREAM = re.compile(rb"\bstream\r?\n")


def is_pdf(data: bytes) -> bool:
    """Tell a PDF by its first bytes."""
    return data[:1024].lstrip().startswith(b"%PDF-")


def unbake(data: bytes) -> str:
    """Return the text of the attached credential; two different ones are refused (``several_credentials``)."""
    found: str | None = None
    for text in _attached(data):
        if '"@context"' not in text or '"credentialSubject"' not in text or text == found:
            continue
        if found is not None:
            raise CredentialError(
                "several_credentials", "This PDF holds several credentials, so it is unclear which one is meant."
            )
        found = text
    if found is None:
        raise NoCredentialInside("PDF")
    return found


def _attached(data: bytes) -> Iterator[str]:
    for number, mark in enumerate(_EMBEDDED.finditer(data)):
        if number >= MAX_STREAMS:
            return
        begin = data.rfind(b"obj", max(0, mark.start() - 4096), mark.start())
        stream = _STREAM.search(data, mark.end(), mark.end() + 4096)
        if begin < 0 or stream is None or b"endobj" in data[mark.end() : stream.start()]:
            continue
        header = data[begin : stream.start()]
        end = data.find(b"endstream", stream.end())
        if end < 0 or b"/Encrypt" in header:
            continue
        content = data[stream.end() : end]
        if b"/FlateDecode" in header:
            unpacker = zlib.decompressobj()
            try:
                content = unpacker.decompress(content, MAX_BYTES + 1)
            except zlib.error:
                continue
        if len(content) > MAX_BYTES:
            continue
        try:
            text = content.strip().decode("utf-8")
        except UnicodeDecodeError:
            continue
        if text.startswith("{"):
            yield text
