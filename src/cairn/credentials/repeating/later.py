"""A document that is read when somebody looks at it: whoever signs a million awards mostly writes their texts away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.jsontext import parse_object


class ReadLater(Mapping[str, Any]):
    """The value of a JSON text of our own making."""

    __slots__ = ("_text", "_value")

    def __init__(self, text: str) -> None:
        self._text = text
        self._value: dict[str, Any] | None = None

    def _read(self) -> dict[str, Any]:
        if self._value is None:
            self._value = parse_object(self._text)
        return self._value

    def __getitem__(self, key: str) -> Any:
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __contains__(self, key: object) -> bool:
        return key in self._read()

    def __repr__(self) -> str:
        return repr(self._read())
