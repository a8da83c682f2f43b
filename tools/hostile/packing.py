"""Packing that gives the same bytes with every version of zlib: RFC 1951 with two ways of writing a block, one of them for long runs."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

LONGEST = 258
"""Bytes that one reference can repeat."""
_RUN = re.compile(rb"(.)\1{4095,}", re.DOTALL)


def deflated(data: bytes) -> bytes:
    """Return ``data`` packed. Long runs of one byte shrink to a thousandth, all else stays about as long."""
    written = _Bits()
    blocks = list(_blocks(data)) or [(b"", False)]
    for number, (part, is_run) in enumerate(blocks, 1):
        written.put(number == len(blocks), 1)
        if is_run:
            _run_block(written, part)
        else:
            _plain_block(written, part)
    return written.ended()


def zlibbed(data: bytes) -> bytes:
    """Return ``data`` in zlib's format (RFC 1950)."""
    return b"\x78\x01" + deflated(data) + struct.pack(">I", zlib.adler32(data))


def gzipped(data: bytes) -> bytes:
    """Return ``data`` in gzip's format (RFC 1952), without a time."""
    return b"\x1f\x8b\x08" + bytes(6) + b"\xff" + deflated(data) + struct.pack("<II", zlib.crc32(data), len(data))


def _blocks(data: bytes) -> Iterator[tuple[bytes, bool]]:
    """Cut into parts, each of them a run of one byte (one and some times 258) or not."""
    place = 0
    for run in _RUN.finditer(data):
        end = run.end() - (run.end() - run.start() - 1) % LONGEST
        if run.start() > place:
            yield data[place : run.start()], False
        yield data[run.start() : end], True
        place = end
    if place < len(data):
        yield data[place:], False


class _Bits:
    def __init__(self) -> None:
        self._written, self._bits, self._filled = bytearray(), 0, 0

    def put(self, value: int, width: int) -> None:
        """Write numbers, lowest bit first."""
        self._bits |= value << self._filled
        self._filled += width
        while self._filled >= 8:
            self._written.append(self._bits & 0xFF)
            self._bits >>= 8
            self._filled -= 8

    def code(self, code: str) -> None:
        """Write a Huffman code, highest bit first."""
        self.put(int(code[::-1], 2), len(code))

    def ended(self) -> bytes:
        self.put(0, -self._filled % 8)
        return bytes(self._written)


def _plain_block(written: _Bits, part: bytes) -> None:
    """Fixed codes (RFC 1951 section 3.2.6), nothing repeated."""
    written.put(1, 2)
    for byte in part:
        written.code(f"{0x30 + byte:08b}" if byte < 144 else f"{0x190 + byte - 144:09b}")
    written.code("0000000")


def _run_block(written: _Bits, part: bytes) -> None:
    """Codes of its own (section 3.2.7): one bit says "258 more", one bit "of what stands right before"."""
    byte = part[0]
    written.put(2, 2)
    written.put(286 - 257, 5)
    written.put(0, 5)
    written.put(18 - 4, 4)
    for symbol in (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1):
        written.put({2: 2, 17: 2, 18: 2, 0: 3, 1: 3}.get(symbol, 0), 3)
    _zeros(written, byte)
    written.code("00")  # the byte itself: two bits
    _zeros(written, 255 - byte)
    written.code("00")  # the end of the block: two bits
    _zeros(written, 284 - 256)
    written.code("111")  # "258 more": one bit
    written.code("111")  # the one distance: one bit
    written.code("10")
    for _ in range((len(part) - 1) // LONGEST):
        written.code("00")
    written.code("11")


def _zeros(written: _Bits, count: int) -> None:
    """So many symbols that do not occur."""
    while count:
        some = min(count, 138)
        if some >= 11:
            written.code("10")
            written.put(some - 11, 7)
        elif some >= 3:
            written.code("01")
            written.put(some - 3, 3)
        else:
            some = 1
            written.code("110")
        count -= some
