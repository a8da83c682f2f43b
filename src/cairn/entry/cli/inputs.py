"""What people hand to ``cairn verify``: files, standard input, addresses; read one after the other, never all at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from cairn.credentials import CouldNotFetch, Resolver
from cairn.credentials.opening import ACCEPT

MAX_FILE = 20 * 1024 * 1024
"""Bytes of one credential, picture or certificate; none is larger."""
LINES = (".jsonl", ".ndjson")
_BLANK = b"\xef\xbb\xbf \t\r\n"
_HTML = ("text/html", "application/xhtml+xml")

Given = tuple[str, bytes | CouldNotFetch]


def given(inputs: Iterable[str], resolver: Resolver) -> Iterator[Given]:
    """Yield (name, content) for each credential in ``inputs``, in their order; what cannot be read stands there with its reason.

    A file of lines (``.jsonl``, ``.ndjson``) holds one credential on each line, JSON or a token, and so does standard input (``-``)
    whose first line is one by itself; these are named ``FILE:LINE``. An address is fetched through ``resolver``.
    """
    for name in inputs:
        try:
            if name == "-":
                yield from _standard_input(sys.stdin.buffer)
            elif is_address(name):
                yield name, _fetched(name, resolver)
            elif name.endswith(LINES):
                with Path(name).open("rb") as file:
                    yield from _lines(name, _read_lines(file))
            else:
                yield name, _file(Path(name))
        except CouldNotFetch as reason:
            yield name, reason
        except OSError as error:
            yield name, CouldNotFetch(f"it cannot be read: {(error.strerror or 'unknown reason').lower()}")


def is_address(name: str) -> bool:
    """Tell whether an argument is an address and no file."""
    return name.lower().startswith(("https://", "http://"))


def _fetched(url: str, resolver: Resolver) -> bytes:
    fetched = resolver.fetch(url, accept=ACCEPT)
    if fetched.content_type.partition(";")[0].strip().lower() in _HTML:
        raise CouldNotFetch("it leads to a web page, not to a credential. Download the credential from that page")
    return fetched.body


def _file(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE:
        raise _too_large()
    return path.read_bytes()


def _lines(name: str, lines: Iterable[bytes | CouldNotFetch]) -> Iterator[Given]:
    for number, line in enumerate(lines, start=1):
        if isinstance(line, CouldNotFetch):
            yield f"{name}:{number}", line
        elif line.strip(_BLANK):
            yield f"{name}:{number}", line.strip(_BLANK)


def _read_lines(file: BinaryIO) -> Iterator[bytes | CouldNotFetch]:
    """Read lines. One that is too long to be a credential is passed over, and the next ones are read."""
    while line := file.readline(MAX_FILE + 1):
        if len(line) <= MAX_FILE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_FILE + 1)
        yield _too_large()


def _standard_input(stream: BinaryIO) -> Iterator[Given]:
    first = stream.readline(MAX_FILE + 1)
    if not _is_whole(first.strip(_BLANK)):
        data = first + stream.read(max(MAX_FILE + 1 - len(first), 0))
        yield "-", _too_large() if len(data) > MAX_FILE else data
        return
    lines = _lines("-", chain([first], _read_lines(stream)))
    name, content = next(lines)
    second = next(lines, None)
    if second is None:
        yield "-", content
        return
    yield name, content
    yield second
    yield from lines


def _is_whole(line: bytes) -> bool:
    """Tell whether a line is a credential by itself: a token, or an object that ends where the line ends."""
    if line.startswith(b"eyJ"):
        return True
    if not (line.startswith(b"{") and line.endswith(b"}")):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _too_large() -> CouldNotFetch:
    return CouldNotFetch(f"it is larger than {MAX_FILE // 1024 // 1024} MiB, which no credential is")
