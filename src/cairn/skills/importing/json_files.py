"""JSON documents as people have them: plain, with a byte order mark, as JSON lines, compressed as .gz. Bounded in bytes and depth."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from cairn.errors import Invalid, NotFound

LARGEST_JSON = 128 * 1024 * 1024
"""Bytes of a JSON document."""


def read_json(path: Path) -> tuple[Any, str]:
    """Return a JSON document and the SHA-256 of its bytes. Raises NotFound and Invalid with what to do."""
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
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", errors="replace").encode()
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise Invalid(f"“{name}” is empty.", remedy="Download it again from its source.", code="empty_file", file=name)
    if name.casefold().endswith(".jsonl"):
        lines = content.splitlines()
        return [_parsed(name, line, f", line {at}") for at, line in enumerate(lines, 1) if line.strip()], digest
    return _parsed(name, content, ""), digest


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


def _parsed(name: str, content: bytes, where: str) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
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
