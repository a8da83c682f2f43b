"""A cursor over a JSON document that remembers where it is, so that every fault can say its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cairn.stacking.awards import Level, is_hundredths
from cairn.stacking.criteria import AwardFilter
from cairn.stacking.problems import Problem, RuleError


def document(source: str | bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    """The JSON object in `source`, numbers read as Decimals. Raises `RuleError`."""
    if isinstance(source, Mapping):
        return source
    try:
        read = json.loads(source, parse_float=Decimal)
    except ValueError as fault:
        raise RuleError(Problem("$", f"This is not JSON: {fault}.", "Write a JSON object with a kind.")) from fault
    if not isinstance(read, dict):
        raise RuleError(
            Problem("$", "A rule is a JSON object.", 'Write for example {"kind": "award_of", "achievement": "…"}.')
        )
    return read


class Fields:
    """The fields of one object at `path`. Each method reads one field, remembers its name, and refuses what does not fit."""

    def __init__(self, path: str, values: Mapping[str, Any]) -> None:
        self.path = path
        self.values = values
        self.seen: set[str] = {"kind", "id", "label"}

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self.path}.{name}"

    def refuse(self, name: str, wrong: str, write: str) -> RuleError:
        """An error about one field, for the caller to raise."""
        return RuleError(Problem(self.at(name) if name else self.path, wrong, write))

    def text(self, name: str, default: str | None = None, *, write: str = "Write a text that is not empty.") -> str:
        """A text; without a default it must be there and not empty."""
        self.seen.add(name)
        value = self.values.get(name, default)
        if not isinstance(value, str) or (not value and default is None):
            wrong = "It is missing." if value is None else f"{value!r} is not a usable text."
            raise self.refuse(name, wrong, write)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, each named once; empty when the field is absent, but never an empty list."""
        self.seen.add(name)
        values = self.values.get(name)
        if values is None:
            return ()
        if (
            not isinstance(values, list | tuple)
            or not values
            or not all(isinstance(value, str) and value for value in values)
        ):
            raise self.refuse(
                name, "This is not a list of texts.", "Write a list with at least one text, or leave the field out."
            )
        if len(set(values)) != len(values):
            raise self.refuse(name, "A value stands twice.", "Name each value once.")
        return tuple(values)

    def integer(self, name: str, write: str) -> int:
        """A whole number of 1 or more."""
        self.seen.add(name)
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.refuse(
                name, "It is missing." if value is None else f"{value!r} is not a whole number of 1 or more.", write
            )
        return value

    def decimal(self, name: str, write: str) -> Decimal:
        """A positive amount with at most two decimals, written as a number or as a text."""
        self.seen.add(name)
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise self.refuse(name, "It is missing." if value is None else f"{value!r} is not a number.", write)
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            raise self.refuse(name, f"{value!r} is not a number.", write) from None
        if not is_hundredths(amount) or amount <= 0:
            raise self.refuse(name, f"{value!r} is not a positive amount with at most two decimals.", write)
        return amount

    def level(self, name: str) -> Level:
        """An object with a framework and a value."""
        inner = self.object(name, '{"framework": "EQF", "value": 5}')
        level = Level(
            inner.text("framework", write="Write the framework's name, for example EQF."),
            inner.decimal("value", "Write the level as a number, for example 5."),
        )
        inner.close()
        return level

    def filter(self, name: str) -> AwardFilter:
        """Which awards count; every award when the field is absent."""
        self.seen.add(name)
        if self.values.get(name) is None:
            return AwardFilter()
        inner = self.object(name, '{"types": ["MicroCredential"]}')
        read = AwardFilter(
            inner.texts("types"),
            inner.texts("issuers"),
            inner.texts("tags"),
            inner.level("level_at_least") if "level_at_least" in inner.values else None,
        )
        inner.close()
        if not read.criteria:
            raise self.refuse(
                name,
                "This filter asks for nothing.",
                "Write what counts, or leave the filter out to count every award.",
            )
        return read

    def object(self, name: str, example: str) -> Fields:
        """A nested object."""
        self.seen.add(name)
        value = self.values.get(name)
        if not isinstance(value, Mapping):
            raise self.refuse(
                name, "It is missing." if value is None else "This is not an object.", f"Write for example {example}."
            )
        return Fields(self.at(name), value)

    def close(self) -> None:
        """Refuse fields that nobody read: a misspelt condition must not be ignored."""
        unknown = sorted(
            set(self.values)
            - (self.seen if self.path == "$" or "kind" in self.values else self.seen - {"kind", "id", "label"})
        )
        if unknown:
            raise self.refuse(
                unknown[0], "Nothing reads this field.", f"Take it away, or use one of {', '.join(sorted(self.seen))}."
            )
