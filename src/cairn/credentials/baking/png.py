"""PNG: the credential lies in one uncompressed iTXt chunk (PNG 1.2 section 4.2.3).

Its keyword is ``openbadgecredential`` (Open Badges 3.0 section 5.3.1) or, for badges of Open Badges 1 and 2, ``openbadges``. Older
tools compressed it, or wrote tEXt and zTXt chunks: these are read, never written.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from cairn.credentials.baking.carried import Carried
from cairn.credentials.baking.missing import NoCredentialInside
from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import MAX_BYTES

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
OLDER_KEYWORD = b"openbadges"
"""Open Badges 1 and 2, as iTXt or, older still, tEXt."""
MAX_COPIES = 4
"""Parts of one picture that are unpacked: the credential in the new and in the older form, each twice."""

MAX_CHUNKS = 20_000
"""Parts of one picture: encoders cut large pictures into parts of some kilobytes."""


def is_png(data: bytes) -> bool:
    """Tell a PNG by its first eight bytes."""
    return data.startswith(SIGNATURE)


def bake(image: bytes, carried: Carried) -> bytes:
    """Return the picture with the credential inside, all earlier ones removed; pixels and other chunks stay as they are."""
    keyword = OLDER_KEYWORD if carried.older else KEYWORD
    body = keyword + b"\0" + b"\0\0" + b"\0" + b"\0" + carried.text.encode()
    parts = [SIGNATURE]
    for kind, content, raw in _chunks(image):
        if _keyword(kind, content) in (KEYWORD, OLDER_KEYWORD):
            continue
        parts.append(raw)
        if kind == b"IHDR":
            parts.append(struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body)))
    return b"".join(parts)


def unbake(data: bytes) -> str:
    """Return the text inside; two different ones under one keyword are refused (``several_credentials``).

    A picture may carry the same award in the newer and in the older form; then the newer one is returned.
    """
    found: dict[bytes, set[str]] = {KEYWORD: set(), OLDER_KEYWORD: set()}
    looked_at = 0
    for kind, content, _ in _chunks(data):
        keyword = _keyword(kind, content)
        if keyword not in found:
            continue
        # A small picture could hold thousands of parts that each unpack to megabytes.
        looked_at += 1
        if looked_at > MAX_COPIES:
            raise _several()
        found[keyword] |= {text} if (text := _text(kind, content)) else set()
    texts = found[KEYWORD] or found[OLDER_KEYWORD]
    if not texts:
        raise NoCredentialInside("picture")
    if len(texts) > 1:
        raise _several()
    return texts.pop()


def _several() -> CredentialError:
    return CredentialError(
        "several_credentials",
        "This picture holds several credentials, so it is unclear which one is meant.",
        remedy="Ask for a picture with one credential.",
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield (type, content, whole chunk) of each chunk up to IEND, checking lengths, checksums and the order of ends."""
    if not is_png(data):
        raise CredentialError("bad_image", "This is no PNG picture.")
    place = len(SIGNATURE)
    number = 0
    while place < len(data):
        number += 1
        if number > MAX_CHUNKS:
            raise _broken("it is made of too many parts")
        if place + 12 > len(data):
            raise _broken("it is cut short")
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if end > len(data):
            raise _broken("it is cut short")
        content = data[place + 8 : end - 4]
        if zlib.crc32(kind + content) != struct.unpack_from(">I", data, end - 4)[0]:
            raise _broken(f"the checksum of its part {kind.decode('latin-1')} is wrong")
        if number == 1 and kind != b"IHDR":
            raise _broken("it does not begin with its header")
        yield kind, content, data[place:end]
        if kind == b"IEND":
            return
        place = end
    raise _broken("it has no end")


def _keyword(kind: bytes, content: bytes) -> bytes:
    return content.partition(b"\0")[0] if kind in (b"iTXt", b"tEXt", b"zTXt") else b""


def _text(kind: bytes, content: bytes) -> str:
    rest = content.partition(b"\0")[2]
    if kind == b"iTXt":
        compressed, method = rest[:1], rest[1:2]
        _language, _, rest = rest[2:].partition(b"\0")
        _translated, _, value = rest.partition(b"\0")
        if compressed == b"\1":
            value = _unpacked(value, method)
        elif compressed != b"\0":
            raise _broken("its credential is packed in an unknown way")
    elif kind == b"zTXt":
        value = _unpacked(rest[1:], rest[:1])
    else:
        value = rest
    try:
        return value.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        if kind != b"iTXt":
            # The older chunks are Latin-1 by PNG's rules, though most tools wrote UTF-8 into them.
            return value.decode("latin-1").strip()
        raise _broken("its credential is not readable as text") from error


def _unpacked(value: bytes, method: bytes) -> bytes:
    """Older tools compressed the text; unpack it, but never more than a credential can have."""
    if method != b"\0":
        raise _broken("its credential is packed in an unknown way")
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(value, MAX_BYTES + 1)
    except zlib.error as error:
        raise _broken("its credential cannot be unpacked") from error
    if len(text) > MAX_BYTES or not unpacker.eof:
        raise CredentialError(
            "too_large", "The credential inside this picture unpacks to more than any credential needs."
        )
    return text


def _broken(why: str) -> CredentialError:
    return CredentialError(
        "bad_image",
        f"This PNG picture is damaged: {why}.",
        remedy="Ask for the file again; sending it as an attachment keeps it whole.",
    )
