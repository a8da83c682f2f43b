"""Changes to credentials that know what a credential is: nodes moved, words exchanged, tokens taken apart and closed again."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, Protocol

type Place = tuple[Any, Any]
"""A container and the key or number of one value inside it."""


class Choices(Protocol):
    """Where decisions come from: the fuzzer's bytes."""

    def ConsumeIntInRange(self, low: int, high: int) -> int: ...  # noqa: N802 - the fuzzer's own name
    def ConsumeUnicodeNoSurrogates(self, count: int) -> str: ...  # noqa: N802 - the fuzzer's own name


HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 10**25, 1.5, 1e308,
    "", " ", "\u0000", "\u202e", "\ufffe", "e\u0301", "did:key:z6Mk", "did:web:localhost",
    "https://127.0.0.1/", "file:///etc/passwd", "javascript:alert(1)", "urn:uuid:1", "2026-13-45T00:00:00Z", "2026-01-01", [], {}, [[]],
    [{}],
    {"@value": "x"}, {"@id": "urn:x"}, {"@set": []}, {"@context": {"name": "urn:x"}}, {"@list": ["a"]}, {"@type": "@json"}, "@type", "_:b0",
    {"uri": "@id", "kind": "@type"},
    "none", "HS256", "eddsa-jcs-2022", "ecdsa-sd-2023", "authentication", "z", "u", "x" * 5000,
)  # fmt: skip


def places(value: Any) -> Iterator[Place]:
    """Yield every place inside a JSON value."""
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(pairs):
        yield value, key
        yield from places(one)


def _pick(value: Any, choose: Choices) -> Place | None:
    found = list(places(value))
    return found[choose.ConsumeIntInRange(0, len(found) - 1)] if found else None


def _remove(place: Place, _choose: Choices, _other: Any) -> None:
    del place[0][place[1]]


def _replace(place: Place, choose: Choices, _other: Any) -> None:
    place[0][place[1]] = copy.deepcopy(HOSTILE[choose.ConsumeIntInRange(0, len(HOSTILE) - 1)])


def _reword(place: Place, choose: Choices, _other: Any) -> None:
    place[0][place[1]] = choose.ConsumeUnicodeNoSurrogates(40)


def _wrap(place: Place, _choose: Choices, _other: Any) -> None:
    place[0][place[1]] = [place[0][place[1]]]


def _double(place: Place, _choose: Choices, _other: Any) -> None:
    value = place[0][place[1]]
    place[0][place[1]] = [value, copy.deepcopy(value)]


def _rename(place: Place, choose: Choices, _other: Any) -> None:
    if isinstance(place[0], dict):
        words = (
            "@id",
            "@type",
            "@context",
            "id",
            "uri",
            "type",
            "kind",
            "proof",
            "name",
            "issuer",
            choose.ConsumeUnicodeNoSurrogates(8),
        )
        place[0][words[choose.ConsumeIntInRange(0, len(words) - 1)]] = place[0].pop(place[1])


def _exchange(place: Place, choose: Choices, other: Any) -> None:
    found = _pick(other, choose)
    if found is not None:
        place[0][place[1]] = copy.deepcopy(found[0][found[1]])


def _tweak(place: Place, choose: Choices, _other: Any) -> None:
    value = place[0][place[1]]
    if isinstance(value, str) and value:
        at = choose.ConsumeIntInRange(0, len(value) - 1)
        letter = chr(choose.ConsumeIntInRange(1, 0x2FFF))
        place[0][place[1]] = value[:at] + letter + value[at + 1 :]
    elif isinstance(value, int | float) and not isinstance(value, bool):
        place[0][place[1]] = value + choose.ConsumeIntInRange(-2, 2)


CHANGES: tuple[Callable[[Place, Choices, Any], None], ...] = (
    _remove, _replace, _reword, _wrap, _double, _rename, _exchange, _tweak,
)  # fmt: skip


def changed(value: Any, other: Any, choose: Choices) -> Any:
    """Return a copy of a JSON value with one to three changes; ``other`` is a value to take foreign parts from."""
    made = copy.deepcopy(value)
    for _ in range(choose.ConsumeIntInRange(1, 3)):
        place = _pick(made, choose)
        if place is not None:
            CHANGES[choose.ConsumeIntInRange(0, len(CHANGES) - 1)](place, choose, other)
    return made


def open_token(text: str) -> tuple[list[Any], str]:
    """Return the JSON parts of a token (header, payload) and the rest of it."""
    header, payload, rest = text.split(".", 2)
    return [json.loads(base64.urlsafe_b64decode(part + "===")) for part in (header, payload)], rest


def closed_token(parts: list[Any], rest: str) -> str:
    """Return a token of JSON parts, under the old signature."""
    sealed = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*sealed, rest])


_SAME = {"@id": "id", "@type": "type"}
_SILENT = frozenset({"@value", "@set", "@list"})


def facts(value: Any, path: tuple[str, ...] = ()) -> set[tuple[tuple[str, ...], str]]:
    """Return what a JSON value says: each text or number with the names above it, from the nearest id on.

    Lists are sets to a reader, null says nothing, and what is said of one id in two places is said of the same thing.
    """
    if isinstance(value, dict):
        own = value.get("id", value.get("@id"))
        if isinstance(own, str) and path[:1] != (own,):
            return {(path, repr(own))} | facts({**value}, (own,))
        return {
            fact
            for key, one in value.items()
            for fact in facts(one, path if key in _SILENT else (*path, _SAME.get(key, key)))
        }
    if isinstance(value, list):
        return {fact for one in value for fact in facts(one, path)}
    if value is None:
        return set()
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {(path, repr(float(value)) if number else repr(value))}
