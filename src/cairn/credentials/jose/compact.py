"""Reading a compact token strictly: one text, one meaning, before anybody believes it.

A token is three base64url parts with dots between them: header, payload, signature (RFC 7515 section 7.1). Behind it, an SD-JWT
carries disclosures and perhaps the holder's own token, with tildes between them (RFC 9901 section 4). Padding, loose bits, empty
parts, duplicate members, numbers that readers round, and anything beyond the bounds below are refused here, so that nothing behind
this module sees two readings of one token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import MAX_BYTES, parse_object
from cairn.credentials.multibase import from_base64url

MAX_TOKEN = MAX_BYTES
"""Letters in a token with everything behind it."""
MAX_HEADER = 16 * 1024
"""Letters in a header as it travels; real ones have a few hundred."""
MAX_SIGNATURE = 1400
"""Letters in a signature: an RSA key of 8192 bits makes 1366."""
MAX_DISCLOSURES = 1000
_AROUND = "\ufeff \t\r\n"
_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class Token:
    """A compact JWS, decoded and not believed. ``signing_input`` is what the signature is over."""

    header: Mapping[str, Any]
    claims: dict[str, Any]
    signing_input: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def looks_like_token(text: str | bytes) -> bool:
    """Tell whether ``text`` is written like a token (``eyJ…``), whatever is inside. Whitespace around it is tolerated."""
    if isinstance(text, bytes):
        if len(text) > MAX_TOKEN + 64 or not text.isascii():
            return text.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(b"eyJ")
        text = text.decode("ascii")
    # A header is an object, and {" begins with these letters in base64url; one of spaces before it is nobody's habit.
    return text.lstrip(_AROUND).startswith("eyJ")


def plain_token(text: str | bytes) -> str:
    """Return the token without what may stand around it in a file, its parts not looked at yet.

    Raises CredentialError ``too_large``, ``bad_token``; NotSupported ``encrypted``.
    """
    if len(text) > MAX_TOKEN:
        raise CredentialError(
            "too_large",
            f"This token has more than {MAX_TOKEN // 1024} KiB, which is larger than any credential needs to be.",
            remedy="Check that you chose the right file.",
        )
    try:
        plain = (text.decode("utf-8") if isinstance(text, bytes) else text).strip(_AROUND)
    except UnicodeDecodeError as error:
        raise bad_token("it holds letters that no token has") from error
    if not plain.isascii():
        raise bad_token("it holds letters that no token has")
    # RFC 7516 section 9: five parts are an encrypted token.
    if plain.count(".") == 4 and "~" not in plain:
        raise NotSupported(
            "encrypted",
            "This token is encrypted, so only the one it was meant for can read it.",
            remedy="Ask the holder for the credential itself.",
        )
    return plain


def read_token(text: str) -> Token:
    """Decode one compact JWS, three parts exactly; raises CredentialError ``bad_token`` or a code of :func:`parse_object`."""
    parts = text.split(".")
    if len(parts) != 3 or not all(parts[:2]):
        raise bad_token("it does not have three parts")
    if not parts[2]:
        raise CredentialError(
            "no_proof",
            "This token carries no signature, so anybody could have written it.",
            remedy="Ask the holder for the signed credential, as the issuer sent it.",
        )
    header, payload, signature = parts
    if len(header) > MAX_HEADER or len(signature) > MAX_SIGNATURE:
        raise CredentialError("too_large", "The header or the signature of this token is larger than any needs to be.")
    read = _read_header(header) if len(header) <= _REMEMBERED else _read_json(header)
    return Token(read, _read_json(payload), text[: -len(signature) - 1].encode("ascii"), decoded(signature))


def split_disclosures(text: str) -> tuple[str, tuple[str, ...], str | None]:
    """Split an SD-JWT into its token, its disclosures and the holder's token, if there is one; raises ``bad_token``."""
    token, *rest = text.split("~")
    if not rest:
        raise bad_token("a token with disclosures ends with a tilde or with the holder's own token")
    *disclosures, last = rest
    if len(disclosures) > MAX_DISCLOSURES:
        raise CredentialError("too_complex", f"This token carries more than {MAX_DISCLOSURES} disclosures.")
    if not all(disclosures):
        raise bad_token("one of its disclosures is empty")
    return token, tuple(disclosures), last or None


def decoded(part: str) -> bytes:
    """Return the bytes of one base64url part without padding, in its one canonical spelling; raises ``bad_token``."""
    try:
        return from_base64url(part)
    except CredentialError as error:
        raise bad_token("one of its parts is not written in base64url, or not in the one way it may be") from error


def bad_token(why: str) -> CredentialError:
    """Return the error for a token that cannot be read."""
    return CredentialError(
        "bad_token",
        f"This is no readable token: {why}.",
        remedy="Choose the credential as it was sent to you, whole and without editing it.",
    )


def _read_json(part: str) -> dict[str, Any]:
    return parse_object(decoded(part))


@lru_cache(maxsize=256)
def _read_header(part: str) -> Mapping[str, Any]:
    """Headers repeat: an issuer writes the same one on every award."""
    return MappingProxyType(_read_json(part))
