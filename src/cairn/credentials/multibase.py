"""Bytes as text: base58btc and base64url with their multibase letter, and the multicodec of an Ed25519 key.

Sources: W3C Controlled Identifiers 1.0 sections 2.2.2 (Multikey) and 2.4 (Multibase); multicodec table 0xed and 0x1300.
"""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from cairn.credentials.errors import CredentialError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAX_BASE58 = 256
"""Base58 takes quadratic time; keys and signatures need 90 letters."""


# Python's own arithmetic on long numbers is fast, its loops are not. So digits are kept side by side in one long number, in "lanes" of
# so many bits each, wide enough that no lane ever spills into the next.
_LETTERS = _ALPHABET.encode() + bytes(256 - 58)
_NONE = 255
_DIGITS = bytes(_ALPHABET.find(chr(code)) % 256 for code in range(128)) + bytes([_NONE]) * 128
_SIXTEEN = 58**16
_LANES = 8


class _Split(NamedTuple):
    """Divides each lane by ``58**half``: the product with ``factor``, shifted, is the quotient for every value a lane can have."""

    factor: int
    shift: int
    mask: int
    carry: int


def _split(half: int, lane: int) -> _Split:
    divisor = 58**half
    bits = divisor.bit_length()
    # Values are below the divisor's square, so rounding the factor up adds less to a quotient than would change it (less than
    # divisor**3 / 2**shift), products stay in their lanes (4 * bits), and so do quotients beside fractions (bits + shift).
    shift = 3 * bits
    factor = -(-(1 << shift) // divisor)
    mask = sum(((1 << bits) - 1) << place for place in range(0, 256 * _LANES, lane))
    # Twice as many lanes of half the width: the quotient goes up into its own, and its worth is taken away below.
    return _Split(factor, shift, mask, (1 << lane // 2) - divisor)


_SPLITS = tuple(_split(half, lane) for half, lane in ((8, 256), (4, 128), (2, 64), (1, 32)))
_JOINS = tuple(
    (58**half, sum(((1 << 8 * half) - 1) << place for place in range(0, MAX_BASE58 * 8, 16 * half)))
    for half in (1, 2, 4, 8, 16, 32, 64, 128)
)


def base58(data: bytes) -> str:
    """Return ``data`` in the Bitcoin alphabet, leading zero bytes as ``1``."""
    number = int.from_bytes(data, "big")
    lanes: list[bytes] = []
    while number:
        number, sixteen = divmod(number, _SIXTEEN)
        lanes.append(sixteen.to_bytes(32, "big"))
    lanes.reverse()
    digits = b"".join([_digits(lanes[start : start + _LANES]) for start in range(0, len(lanes), _LANES)])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + digits.translate(_LETTERS).decode().lstrip("1")


def _digits(lanes: list[bytes]) -> bytes:
    """Sixteen digits in a lane each become twice eight, four times four, and so on, in all lanes at once."""
    number = int.from_bytes(b"".join(lanes), "big")
    for factor, shift, mask, carry in _SPLITS:
        number += ((number * factor >> shift) & mask) * carry
    return number.to_bytes(32 * len(lanes), "big")[1::2]


def from_base58(text: str) -> bytes:
    """Return the bytes of ``text``; raises :class:`CredentialError` ``bad_multibase``."""
    if len(text) > MAX_BASE58:
        raise CredentialError("bad_multibase", "This base58 value is far too long to be a key or a signature.")
    digits = text.encode("ascii", "replace").translate(_DIGITS)
    if _NONE in digits:
        letter = next(letter for letter in text if letter not in _ALPHABET)
        raise CredentialError("bad_multibase", f"“{letter}” is no letter of base58.")
    number = int.from_bytes(digits, "big")
    # Neighbours are joined, in all lanes at once: one digit to two, two to four, and so on until a single lane holds them all.
    width = 8
    for factor, mask in _JOINS:
        if width >= 8 * len(digits):
            break
        number = (number & mask) + (number >> width & mask) * factor
        width *= 2
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multibase58(data: bytes) -> str:
    """Return ``z`` and the base58 form."""
    return "z" + base58(data)


def from_multibase(text: str) -> bytes:
    """Read a ``z`` (base58btc) or ``u`` (base64url without padding) value; raises ``bad_multibase``."""
    if text.startswith("z"):
        return from_base58(text[1:])
    if text.startswith("u"):
        return from_base64url(text[1:])
    raise CredentialError(
        "bad_multibase", f"A value starting with “{text[:1]}” is in no form that is expected here (z or u)."
    )


def base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Read base64url without padding, strictly; raises ``bad_multibase``."""
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise CredentialError("bad_multibase", "This is not base64url text.") from error
    if base64url(data) != text:
        raise CredentialError("bad_multibase", "This base64url text has loose ends: another text means the same bytes.")
    return data
