"""The few kinds of CBOR (RFC 8949) that proof values are made of: whole numbers, bytes, texts, arrays, maps with whole numbers as keys.

Lengths are definite, nothing follows the value, and nothing is made before it is known that there are bytes enough for it, so a few
bytes cannot ask for a gigabyte. Tag 64 before bytes is read as bytes: the first implementations wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cairn.credentials.errors import CredentialError

MAX_DEPTH = 3
_UINT, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = 0, 2, 3, 4, 5, 6
_UINT8_ARRAY = 64

type Item = int | bytes | str | list[Item] | dict[int, Item]
type Writable = int | bytes | str | Sequence[Writable] | Mapping[int, Writable]


def encode(value: Writable) -> bytes:
    """Return ``value`` in its shortest form, the keys of maps in the order given."""
    match value:
        case int() if value >= 0:
            return _head(_UINT, value)
        case bytes():
            return _head(_BYTES, len(value)) + value
        case str():
            data = value.encode()
            return _head(_TEXT, len(data)) + data
        case Mapping():
            pairs = b"".join(encode(key) + encode(one) for key, one in value.items())
            return _head(_MAP, len(value)) + pairs
        case Sequence():
            return _head(_ARRAY, len(value)) + b"".join(encode(one) for one in value)
    raise ValueError("only whole numbers from zero on can be written here")


def decode(data: bytes) -> Item:
    """Read one value that fills ``data``; raises :class:`CredentialError` ``bad_proof_value``."""
    value, end = _read(data, 0, 0)
    if end != len(data):
        raise _bad("something follows its end")
    return value


def _head(kind: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([kind << 5 | argument])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([kind << 5 | info]) + argument.to_bytes(size, "big")
    raise ValueError("too large a number")


def _read(data: bytes, start: int, depth: int) -> tuple[Item, int]:
    kind, argument, at = _read_head(data, start)
    if kind == _UINT:
        return argument, at
    # Each item takes a byte at least.
    if argument > len(data) - at and kind != _TAG:
        raise _bad("it ends too early")
    if kind == _BYTES:
        return data[at : at + argument], at + argument
    if kind == _TEXT:
        try:
            return data[at : at + argument].decode(), at + argument
        except UnicodeDecodeError as error:
            raise _bad("a text in it is not UTF-8") from error
    if kind == _TAG and argument == _UINT8_ARRAY and data[at : at + 1] and data[at] >> 5 == _BYTES:
        return _read(data, at, depth)
    if kind not in (_ARRAY, _MAP):
        raise _bad("it holds something that belongs into no proof")
    if depth == MAX_DEPTH:
        raise _bad("it nests too deep")
    if kind == _ARRAY:
        items: list[Item] = []
        for _ in range(argument):
            item, at = _read(data, at, depth + 1)
            items.append(item)
        return items, at
    pairs: dict[int, Item] = {}
    for _ in range(argument):
        key, at = _read(data, at, depth + 1)
        if not isinstance(key, int) or key in pairs:
            raise _bad("a map in it has a key twice, or one that is no number")
        pairs[key], at = _read(data, at, depth + 1)
    return pairs, at


def _read_head(data: bytes, start: int) -> tuple[int, int, int]:
    """Return (major type, argument, where the content starts)."""
    if start >= len(data):
        raise _bad("it ends too early")
    kind, info = data[start] >> 5, data[start] & 31
    if info < 24:
        return kind, info, start + 1
    if info > 27:
        raise _bad("it does not say how long it is")
    end = start + 1 + (1 << info - 24)
    if end > len(data):
        raise _bad("it ends too early")
    return kind, int.from_bytes(data[start + 1 : end], "big"), end


def _bad(why: str) -> CredentialError:
    return CredentialError("bad_proof_value", f"The value of the signature cannot be read: {why}.")
