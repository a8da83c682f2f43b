"""Bytes as text: base58btc and base64url with their multibase letter, and the multicodec of an Ed25519 key.

Sources: W3C Controlled Identifiers 1.0 sections 2.2.2 (Multikey) and 2.4 (Multibase); multicodec table 0xed and 0x1300.
"""

from __future__ import annotations

import base64
import binascii

from cairn.credentials.errors import CredentialError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_PAIR_VALUES = {pair: value for value, pair in enumerate(_PAIRS)}
_TEN = 58**10
MAX_BASE58 = 256
"""Base58 takes quadratic time; keys and signatures need 90 letters."""


def base58(data: bytes) -> str:
    """Return ``data`` in the Bitcoin alphabet, leading zero bytes as ``1``."""
    number = int.from_bytes(data, "big")
    pairs = []
    while number:
        # Ten digits at a time fit a machine's word, in which dividing is cheap.
        number, ten = divmod(number, _TEN)
        for _ in range(5):
            pairs.append(_PAIRS[ten % 3364])
            ten //= 3364
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(pairs)).lstrip("1")


def from_base58(text: str) -> bytes:
    """Return the bytes of ``text``; raises :class:`CredentialError` ``bad_multibase``."""
    if len(text) > MAX_BASE58:
        raise CredentialError("bad_multibase", "This base58 value is far too long to be a key or a signature.")
    number = 0
    try:
        if len(text) % 2:
            number = _VALUES[text[0]]
        for place in range(len(text) % 2, len(text), 2):
            number = number * 3364 + _PAIR_VALUES[text[place : place + 2]]
    except KeyError:
        letter = next(letter for letter in text if letter not in _VALUES)
        raise CredentialError("bad_multibase", f"“{letter}” is no letter of base58.") from None
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
