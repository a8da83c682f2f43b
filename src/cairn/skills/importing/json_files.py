"""JSON documents as people have them: plain, with a byte order mark, as JSON lines, compressed as .gz. Bounded in bytes and depth."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from cairn.errors import Invalid, NotFound

LARGEST_JSON = 128 * 1024 * 1024
"""Bytes of a JSON document."""
_ENTRIES = frozenset(
    [
        b"result",
        b"results",
        b"data",
        b"badges",
        b"items",
        b"records",
        b"rows",
        b"courses",
        b"skills",
        b"@graph",
        b"CFItems",
        b"CFAssociations",
    ]
)
"""Names of lists that hold a document's entries; any other list belongs to an entry."""
_PARTS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z)|[][{}]', re.DOTALL)

type Broken = Callable[[str], None]
"""Is told where a document breaks off."""


def read_json(path: Path, broken: Broken | None = None) -> tuple[Any, str]:
    """Return a JSON document and the SHA-256 of its bytes. Raises NotFound and Invalid with what to do.

    With ``broken``, a document that breaks off inside its list of entries is read up to the last whole entry, and ``broken`` is
    called with the sentence that says where.
    """
    name = path.name
    if not path.is_file():
        raise NotFound(f"There is no file “{path}”.", remedy="Check the path.", code="missing_file", file=str(path))
    if path.stat().st_size > LARGEST_JSON:
        raise _too_large(name)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith(b"\x1f\x8b"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as zipped:
                content = zipped.read(LARGEST_JSON + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise Invalid(
                f"“{name}” is damaged: {error}.", remedy="Download it again.", code="broken_file", file=name
            ) from error
        if len(content) > LARGEST_JSON:
            raise _too_large(name)
    content = _utf8(name, content)
    if name.casefold().endswith(".jsonl"):
        lines = content.splitlines()
        return [_parsed(name, line, f", line {at}") for at, line in enumerate(lines, 1) if line.strip()], digest
    return _parsed(name, content, "", broken), digest


def _utf8(name: str, content: bytes) -> bytes:
    """Return what a file holds as UTF-8 without a mark. Raises Invalid for what is no JSON at first sight, and says what it is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", errors="replace").encode()
    elif content[:1] in b"[{" and content[1:2] == b"\x00":
        content = content.decode("utf-16-le", errors="replace").encode()
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise Invalid(f"“{name}” is empty.", remedy="Download it again from its source.", code="empty_file", file=name)
    if content.lstrip().startswith(b"<"):
        raise Invalid(
            f"“{name}” is a web page or XML, not JSON.",
            remedy="It may be an error or sign-in page: look at it in a browser.",
            code="broken_json",
            file=name,
        )
    try:
        content.decode()
    except UnicodeDecodeError:
        if any(byte < 9 or (13 < byte < 32 and byte != 27) for byte in content[:4096]):
            raise Invalid(
                f"“{name}” is no text file.",
                remedy="Give the file that the source calls JSON.",
                code="broken_json",
                file=name,
            ) from None
        content = content.decode("cp1252", errors="replace").encode()  # older exports have Windows letters
    return content


def json_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Return the JSON files among files and folders. Raises Invalid where there is none."""
    found = False
    for path in paths:
        inside = sorted(one for one in path.rglob("*.json") if one.is_file()) if path.is_dir() else [path]
        for one in inside[:5000]:
            found = True
            yield one
    if not found:
        raise Invalid("There is no JSON file among what was given.", remedy="Name the file itself.", code="no_file")


def text_of(value: Any, most: int = 300) -> str:
    """Return a JSON value as one line of text: the text itself, a number, or the first of a list or of {language: text}; else ""."""
    if isinstance(value, str):
        return " ".join(value.replace("\x00", "").split())[:most]
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)[:most]
    if isinstance(value, list):
        return text_of(value[0], most) if value else ""
    if isinstance(value, dict):
        for name in ("@value", "title", "name", "en", "en-US"):
            if isinstance(value.get(name), str):
                return text_of(value[name], most)
    return ""


def own_address(address: str) -> bool:
    """Tell whether an address is one by which others can name something: not this machine's own, not without a host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    local = host in {"localhost", "127.0.0.1", "0.0.0.0", "::1"} or host.endswith((".local", ".localhost"))  # noqa: S104 (compared, not bound)
    return (parts.scheme in {"http", "https"} and bool(host) and not local) or parts.scheme in {"urn", "did"}


def _parsed(name: str, content: bytes, where: str, broken: Broken | None = None) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        kept = None if broken is None or "depth limit" in str(error) else before_the_break(content[: _bytes_at(error)])
        if broken is not None and kept is not None:
            broken(
                f"It is no whole JSON: it breaks at line {error.lineno}, column {error.colno}. What stands before is read."
            )
            return kept
        raise Invalid(
            f"“{name}”{where} is not JSON: {error}.",
            remedy="Look at the place named, or download it again.",
            code="broken_json",
            file=name,
        ) from error


def _too_large(name: str) -> Invalid:
    return Invalid(
        f"“{name}” has more than {LARGEST_JSON // 2**20} MB.", remedy="Split it.", code="too_large", file=name
    )


def _bytes_at(error: orjson.JSONDecodeError) -> int:
    return len(error.doc[: error.pos].encode())


def entries_of(document: Any) -> list[Any]:
    """Return the list of entries that a document is, or that it has under one of their usual names; else an empty one."""
    if isinstance(document, dict):
        document = next(
            (one for name, one in document.items() if name.encode() in _ENTRIES and isinstance(one, list)), []
        )
    return document if isinstance(document, list) else []


def before_the_break(content: bytes) -> Any:
    """Return the document up to its last whole entry, closed where it is cut; None where not one entry is whole.

    An entry is an object in the list that is the document, or in one of its lists that are named like one of entries.
    """
    opened: list[bytes] = []
    end, closing, name = 0, b"", b""
    for part in _PARTS.finditer(content):
        sign = part[0]
        if sign in {b"[", b"{"}:
            opened.append(sign)
        elif sign in {b"]", b"}"}:
            if opened:
                opened.pop()
            if sign == b"}" and (opened == [b"["] or (opened == [b"{", b"["] and name in _ENTRIES)):
                end = part.end()
                closing = b"]" if len(opened) == 1 else b"]}"
        elif len(opened) == 1:
            name = sign.strip(b'"')
    if not end:
        return None
    try:
        return orjson.loads(content[:end] + closing)
    except orjson.JSONDecodeError:
        return None
