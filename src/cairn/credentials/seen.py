"""Has this id been here before? Answered for any number of ids in memory that does not grow with them.

The last few thousand ids are kept as they are. The others are written to a temporary file as digests of 128 bits, in 256 drawers by
their first byte; a Bloom filter of 4 MiB says of nearly every new id that it is in none, so the file is hardly ever read. Two ids could
only be taken for one if BLAKE2b collided in 128 bits.
"""

from __future__ import annotations

import io
import tempfile
from hashlib import blake2b
from types import TracebackType
from typing import BinaryIO, Self, cast

RECENT = 20_000
_BITS = 1 << 25
_DRAWER = 4096
_SIZE = 16


class Seen:
    """The ids that were met. Use it as a context manager: the temporary file goes with it."""

    def __init__(self, recent: int = RECENT) -> None:
        self._limit = recent
        self._recent: set[str] = set()
        self._filter = bytearray()
        self._open: list[bytearray] = []
        self._full: list[list[int]] = []
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, name: str) -> bool:
        """Take note of an id; tell whether it is new."""
        if name in self._recent or (self._filter and self._is_put_away(name)):
            return False
        self._recent.add(name)
        if len(self._recent) >= self._limit:
            self._put_away()
        return True

    def _is_put_away(self, name: str) -> bool:
        digest = _digest(name)
        if not all(self._filter[bit >> 3] & (1 << (bit & 7)) for bit in _places(digest)):
            return False
        drawer = digest[0]
        return _holds(self._open[drawer], digest) or any(
            _holds(self._read(at), digest) for at in reversed(self._full[drawer])
        )

    def _put_away(self) -> None:
        if not self._filter:
            self._filter = bytearray(_BITS // 8)
            self._open = [bytearray() for _ in range(256)]
            self._full = [[] for _ in range(256)]
            self._file = _temporary()
        for name in self._recent:
            digest = _digest(name)
            for bit in _places(digest):
                self._filter[bit >> 3] |= 1 << (bit & 7)
            drawer = self._open[digest[0]]
            drawer += digest
            if len(drawer) >= _DRAWER:
                self._full[digest[0]].append(self._write(drawer))
                drawer.clear()
        self._recent.clear()

    def _write(self, drawer: bytearray) -> int:
        if self._file is None:
            raise ValueError("closed")
        at = self._file.seek(0, io.SEEK_END)
        self._file.write(drawer)
        return at

    def _read(self, at: int) -> bytes:
        if self._file is None:
            raise ValueError("closed")
        self._file.seek(at)
        return self._file.read(_DRAWER)


def _temporary() -> BinaryIO:
    try:
        return cast("BinaryIO", tempfile.TemporaryFile(prefix="cairn-"))  # its type differs from system to system
    except OSError:
        return io.BytesIO()  # nowhere to write: 16 bytes an id, in memory


def _digest(name: str) -> bytes:
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()


def _places(digest: bytes) -> tuple[int, int, int, int]:
    number = int.from_bytes(digest[3:], "big")
    return number % _BITS, (number >> 25) % _BITS, (number >> 50) % _BITS, (number >> 75) % _BITS


def _holds(drawer: bytes | bytearray, digest: bytes) -> bool:
    at = drawer.find(digest)
    while at % _SIZE and at > 0:
        at = drawer.find(digest, at + 1)
    return at >= 0
