"""Walking a European digital credential: terms that hold one or many objects, or only the address of one that stands elsewhere in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.jsontext import as_list

MAX_NODES = 20_000
MAX_VALUES = 500
"""Values of one term that are read."""
MAX_STEPS = 20_000
"""Objects that are looked at in one reading: names that lead to names could make a small document endless."""


class Graph:
    """A document with an index of its objects. Whatever is broken reads as absent; nothing here raises."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._left = MAX_STEPS
        self._whole: dict[str, Mapping[str, Any]] = {}
        layer: list[Any] = [document]
        seen = 0
        while layer and seen < MAX_NODES:
            below: list[Any] = []
            for one in layer:
                seen += 1
                if isinstance(one, Mapping):
                    name = one.get("id")
                    if isinstance(name, str) and len(one) > 1:
                        self._whole.setdefault(name, one)
                    below += [value for value in one.values() if isinstance(value, Mapping | list)]
                elif isinstance(one, list):
                    below += [value for value in one if isinstance(value, Mapping | list)]
            layer = below

    def many(self, node: Mapping[str, Any], *path: str) -> list[Mapping[str, Any]]:
        """Return the objects that a path of terms leads to from ``node``, at most :data:`MAX_VALUES` at each step."""
        found = [node]
        for term in path:
            found = [whole for one in found for whole in self._objects(one, term)][:MAX_VALUES]
        return found

    def one(self, node: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
        """Return the first of :meth:`many`, or an empty mapping."""
        return next(iter(self.many(node, *path)), {})

    def address(self, node: Mapping[str, Any], *path: str) -> str | None:
        """Return the id of the first object that ``path`` leads to."""
        name = self.one(node, *path).get("id")
        return name if isinstance(name, str) else None

    def _objects(self, node: Mapping[str, Any], term: str) -> list[Mapping[str, Any]]:
        values = as_list(node.get(term))[: max(0, min(MAX_VALUES, self._left))]
        self._left -= len(values)
        return [whole for whole in map(self._object, values) if whole is not None]

    def _object(self, value: object) -> Mapping[str, Any] | None:
        if isinstance(value, str):
            return self._whole.get(value, {"id": value})
        if not isinstance(value, Mapping):
            return None
        name = value.get("id")
        return self._whole.get(name, value) if len(value) == 1 and isinstance(name, str) else value


def types_of(node: Mapping[str, Any]) -> list[str]:
    """Return the classes of an object."""
    return [name for name in as_list(node.get("type")) if isinstance(name, str)]


def text_of(node: Mapping[str, Any], term: str) -> str | None:
    """Return a plain text, or a number as text."""
    value = node.get(term)
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def said(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``node`` says, without what says nothing."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}
