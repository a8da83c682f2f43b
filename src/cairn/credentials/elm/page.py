"""A page for credentials that come without a picture of their own: European viewers ask for one. It shows our mark, a cairn."""

from __future__ import annotations

import struct
import zlib
from functools import cache

_WIDTH, _HEIGHT = 210, 297
_STONES = ((105, 208, 52, 20), (105, 172, 40, 16), (103, 143, 29, 13), (107, 120, 19, 10), (105, 103, 11, 7))
"""Centre and half axes of each stone, from the ground up, in pixels."""


@cache
def mark() -> bytes:
    """Return the page as a PNG, A4 upright, one bit for each pixel."""
    rows = b"".join(b"\0" + _row(y) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _row(y: int) -> bytes:
    dark = ["0" if any(_inside(x, y, stone) for stone in _STONES) else "1" for x in range(_WIDTH)]
    bits = "".join(dark).ljust((_WIDTH + 7) // 8 * 8, "1")
    return int(bits, 2).to_bytes(len(bits) // 8)


def _inside(x: int, y: int, stone: tuple[int, int, int, int]) -> bool:
    middle_x, middle_y, half_x, half_y = stone
    return ((x - middle_x) / half_x) ** 2 + ((y - middle_y) / half_y) ** 2 <= 1


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
