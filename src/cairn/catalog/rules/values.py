"""What a designer enters for one requirement, read into its JSON values and shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from cairn.catalog.rules.kinds import Input, inputs_of
from cairn.catalog.rules.tree import LONGEST_TEXT, Node
from cairn.errors import Invalid

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Field:
    """An input with what stands in it now. ``lines`` are the values of lists; a level has a framework and a value."""

    input: Input
    value: Any = ""
    framework: str = ""
    lines: tuple[Any, ...] = ()

    @property
    def text(self) -> str:
        """The list as lines."""
        return "\n".join(str(line) for line in self.lines)


def fields_of(node: Node) -> list[Field]:
    """Return the inputs of a node with their values; what is there but cannot be shown is left empty, and is refused by the engine."""
    return [_field(one, _at(node.values, one.path)) for one in inputs_of(node.kind)]


def _field(one: Input, value: Any) -> Field:
    if one.control == "level":
        found = value if isinstance(value, Mapping) else {}
        return Field(one, _plain(found.get("value")), str(found.get("framework") or ""))
    if one.control in {"list", "ticks", "picks", "sets"}:
        return Field(one, lines=tuple(_listed(one, value)))
    if one.control == "tick":
        return Field(one, value is True)
    if one.control == "day":
        return Field(one, _plain(value)[:10])
    return Field(one, _plain(value))


def _plain(value: Any) -> str:
    return "" if value is None or isinstance(value, Mapping | list) else str(value)


def read(node: Node, sent: QueryDict) -> dict[str, Any]:
    """Return the node's values as the form sent them; what is chosen by searching stays as it was, and so does the id."""
    values: dict[str, Any] = {}
    if "id" in node.values:
        values["id"] = node.values["id"]
    label = sent.get("f.label", "").strip()[:LONGEST_TEXT]
    if label:
        values["label"] = label
    for one in inputs_of(node.kind):
        value = _at(node.values, one.path) if one.searched else _sent(one, sent)
        if value not in (None, "", [], {}, False):
            _put(values, one.path, value)
    return values


def _sent(one: Input, sent: QueryDict) -> Any:
    name = f"f.{one.name}"
    text = sent.get(name, "").strip()[: LONGEST_TEXT * 10]
    match one.control:
        case "tick":
            return name in sent
        case "ticks":
            return [value for value, _ in one.choices if value in sent.getlist(name)]
        case "list":
            return list(dict.fromkeys(filter(None, (line.strip()[:LONGEST_TEXT] for line in text.splitlines()))))[
                :MOST_LISTED
            ]
        case "level":
            level = {"framework": sent.get(f"{name}.framework", "").strip()[:60], "value": text[:40]}
            return {part: value for part, value in level.items() if value}
        case "whole":
            return int(text) if re.fullmatch(r"\d{1,9}", text) else text[:40]
        case "day":
            return f"{text}T00:00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text[:40]
        case _:
            return text[:LONGEST_TEXT]


def choose(node: Node, field: str, value: str, into: str = "") -> dict[str, Any]:
    """Return the node's values with one more thing chosen; ``into`` is the number of a set, or "" for a new one. Raises Invalid."""
    one, value = _searched(node, field), value.strip()[:LONGEST_TEXT]
    if not value:
        raise Invalid("Nothing was chosen.", remedy="Search, then choose one of what is found.")
    values = dict(node.values)
    if one.control == "pick":
        _put(values, one.path, value)
        return values
    listed = _listed(one, _at(values, one.path))
    if len(listed) >= MOST_LISTED:
        raise Invalid(f"There are {MOST_LISTED} already.", remedy="Take one away first.")
    if one.control == "sets":
        if into.isdecimal() and int(into) < len(listed):
            listed = [
                [*dict.fromkeys([*group, value])] if number == int(into) else group
                for number, group in enumerate(listed)
            ]
        else:
            listed = [*listed, [value]]
    else:
        listed = list(dict.fromkeys([*listed, value]))
    _put(values, one.path, listed)
    return values


def drop(node: Node, field: str, value: str) -> dict[str, Any]:
    """Return the node's values without something that was chosen; in sets ``value`` begins with the set's number and a blank."""
    one, values = _searched(node, field), dict(node.values)
    listed = _listed(one, _at(values, one.path))
    if one.control == "sets":
        number, _, name = value.partition(" ")
        kept = [[each for each in group if str(place) != number or each != name] for place, group in enumerate(listed)]
        listed = [group for group in kept if group]
    else:
        listed = [each for each in listed if each != value]
    _put(values, one.path, listed)
    return values


def _searched(node: Node, field: str) -> Input:
    found = next((one for one in inputs_of(node.kind) if one.name == field and one.searched), None)
    if found is None:
        raise Invalid("There is nothing to choose there.", remedy="Use the fields of this part.")
    return found


def _listed(one: Input, value: Any) -> list[Any]:
    """The list as it can be worked on: what a pasted rule holds beside texts is left out."""
    listed = value if isinstance(value, list) else []
    if one.control == "sets":
        return [[each for each in group if isinstance(each, str)] for group in listed if isinstance(group, list)]
    return [each for each in listed if isinstance(each, str)]


def _at(values: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = values
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _put(values: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Write a value at its place, or take it away where it is empty, and with it what holds nothing any more."""
    first, *rest = path
    if rest:
        inner = values.get(first)
        inner = dict(inner) if isinstance(inner, Mapping) else {}
        _put(inner, tuple(rest), value)
        value = inner
    if value in (None, "", [], {}):
        values.pop(first, None)
    else:
        values[first] = value
