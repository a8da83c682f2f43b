"""JSON as evidence: one text has one meaning, or it is refused.

A signature is worthless over text that two readers read differently. Duplicate keys (first wins here, last wins there), NaN,
numbers beyond what a double holds exactly, lone surrogates and bottomless nesting are therefore refused (RFC 8259 section 4,
RFC 7493 I-JSON section 2), before anything else looks at the document.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import orjson

from cairn.credentials.errors import CredentialError

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64
MAX_EXACT_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 7493 section 2.2)."""


def parse_object(data: bytes | str, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Read one JSON object from UTF-8 ``data`` (a byte order mark is tolerated).

    Raises :class:`CredentialError` with code ``too_large``, ``not_text``, ``not_json``, ``duplicate_key``, ``number_not_exact``,
    ``too_deep`` or ``not_an_object``.
    """
    if len(data) > max_bytes:
        raise CredentialError(
            "too_large",
            f"This document has more than {max_bytes // 1024} KiB, which is larger than any credential needs to be.",
            remedy="Check that you chose the right file.",
        )
    compact = _read_compact(data)
    if compact is not None:
        return compact
    if isinstance(data, bytes):
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise CredentialError(
                "not_text",
                f"This is not readable as UTF-8 text (byte {error.start}).",
                remedy="Choose the credential as it was sent to you: a .json file, or the badge image itself.",
            ) from error
    else:
        text = data
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_no_constant,
            parse_float=_exact_float,
            parse_int=_exact_integer,
        )
    except json.JSONDecodeError as error:
        raise CredentialError(
            "not_json",
            f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.",
            remedy="Choose the credential as it was sent to you, without editing it.",
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    if not isinstance(value, dict):
        raise CredentialError("not_an_object", "This is JSON, but not a credential: a credential starts with a brace.")
    check_values(value)
    return value


_SURELY_EXACT = 10**15
ONLY_JSON = orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
"""Let orjson write nothing but plain values, as far as it can be told."""


def _read_compact(data: bytes | str) -> dict[str, Any] | None:
    """Read text that is written exactly as we would write it; None if it is not, so that the careful reader looks at it.

    That the value, written again, is the same text byte for byte proves what a fast reader does not tell: no key stands twice, no
    number was rounded, nothing was left out. Long numbers and deep nesting are for the careful reader.
    """
    try:
        raw = data if isinstance(data, bytes) else data.encode()
        value = orjson.loads(raw)
        if type(value) is not dict or orjson.dumps(value) != raw:
            return None
    except (orjson.JSONDecodeError, UnicodeEncodeError, TypeError):
        return None
    layer: list[Any] = [value]
    for _ in range(MAX_DEPTH - 2):
        below: list[Any] = []
        for many in layer:
            for one in many.values() if type(many) is dict else many:
                kind = type(one)
                if kind is dict or kind is list:
                    below.append(one)
                elif (kind is float or kind is int) and not -_SURELY_EXACT < one < _SURELY_EXACT:
                    return None
        if not below:
            return value
        layer = below
    return None


def checked_copy(document: Mapping[str, Any]) -> dict[str, Any]:
    """Copy plain Python values into plain JSON values, or refuse what JSON cannot carry (same codes as :func:`parse_object`)."""
    try:
        raw = orjson.dumps(document, option=ONLY_JSON)
    except TypeError:
        raw = b""
    copy = _read_compact(raw)
    # Equal means: nothing that only became JSON on the way, such as a tuple.
    if copy is not None and copy == document:
        return copy
    try:
        text = serialise(document)
    except (TypeError, ValueError, RecursionError) as error:
        raise CredentialError("not_json", f"This cannot be written as JSON: {error}.") from error
    return parse_object(text)


def serialise(document: Mapping[str, Any]) -> str:
    """Return compact UTF-8 JSON in the order of the document's own keys."""
    return _WRITER.encode(document)


def serialise_plain(document: Mapping[str, Any], *, floats: bool) -> str:
    """Return what :func:`serialise` does, of a dict of values that :func:`parse_object` gave; ``floats`` says if one may be there."""
    # orjson writes texts, integers and true, false, null as Python does, floats sometimes in another form.
    return serialise(document) if floats else orjson.dumps(document).decode()


def check_values(value: object) -> None:
    """Refuse nesting beyond :data:`MAX_DEPTH`, lone surrogates, and numbers that readers would round differently."""
    layer: list[object] = [value]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for item in layer:
            if isinstance(item, dict):
                for key in item:
                    _check_text(key)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, str):
                _check_text(item)
        if not below:
            return
        layer = below
    raise _too_deep()


def _check_text(text: str) -> None:
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CredentialError(
            "not_text",
            "A text in this document holds half a character (a lone surrogate), which readers repair in different ways.",
            remedy="Ask the issuer for a clean copy.",
        ) from error


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise CredentialError(
                    "duplicate_key",
                    f"The field “{key[:80]}” stands twice in the same place, so readers may see different things.",
                    remedy="Do not rely on this file; ask the issuer for a fresh copy.",
                    where=key,
                )
            seen.add(key)
    return found


def _no_constant(name: str) -> NoReturn:
    raise CredentialError("not_json", f"This is not JSON: it holds {name}, which JSON does not know.")


def _exact_integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_EXACT_INTEGER:
        raise CredentialError(
            "number_not_exact",
            f"The number {digits[:40]} is too large to be kept exactly.",
            remedy="Write long numbers such as identifiers as text, in quotation marks.",
        )
    return int(digits)


def _exact_float(digits: str) -> float:
    value = float(digits)
    if len(digits) > 40 or abs(value) > MAX_EXACT_INTEGER:
        raise CredentialError("number_not_exact", f"The number {digits[:40]} is too large to be kept exactly.")
    return value


def _too_deep() -> CredentialError:
    return CredentialError("too_deep", f"This document nests more than {MAX_DEPTH} levels deep.")


def _plain(value: object) -> Any:
    """Let frozen values (tuples come free) be written: any mapping as an object."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} has no JSON form")


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)


def as_list(value: Any) -> list[Any]:
    """One or many, as Linked Data allows: nothing is ``[]``, a single value is ``[value]``."""
    if type(value) is list:
        return list(value)
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def objects(values: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Keep only the JSON objects among ``values``."""
    return [value for value in values if type(value) is dict or isinstance(value, Mapping)]
