"""A cursor over a JSON document that remembers where it is, so that every fault can say its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from cairn.stacking.awards import Level, is_hundredths
from cairn.stacking.filters import LISTS, AwardFilter
from cairn.stacking.problems import Problem, RuleError

LONGEST_NUMBER = 40
"""Letters of a number: none that is meant is longer."""
MOST = 1_000_000
"""The largest whole number: none that is meant is larger."""
NULL = "\0"
"""The letter that no name holds, and no database keeps."""
LONGEST_ECHO = 60
"""Letters of a wrong value that its error repeats."""
_FINER = re.compile(r"[0-9]{1,10}\.[0-9]+")
_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2}0*)?")
_FACTOR = re.compile(r"[0-9]{1,6}(/[0-9]{1,6}|\.[0-9]{1,6})?|\.[0-9]{1,6}")
_HALVES = re.compile(r"\\u[dD][89a-fA-F]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def moment_of(value: object) -> datetime | None:
    """The moment that a text writes (RFC 3339, with its zone), or None."""
    if not isinstance(value, str) or len(value) > LONGEST_NUMBER or not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def shown(value: object) -> str:
    """A wrong value as its error repeats it: numbers as they are written, long texts cut."""
    said = str(value) if isinstance(value, Decimal) else repr(value)
    return said if len(said) <= LONGEST_ECHO else f"{said[:LONGEST_ECHO]}…"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        named = [name for name, _ in pairs]
        twice = next(name for name in read if named.count(name) > 1)
        raise ValueError(f"the field {shown(twice)} stands twice in one object")
    return read


def parsed(source: str | bytes) -> Any:
    """JSON with its numbers as Decimals. Raises `ValueError`, and `RecursionError` where it is nested too deeply."""
    try:
        text = source if isinstance(source, str) else source.decode(json.detect_encoding(source))
    except UnicodeDecodeError as fault:
        raise ValueError(f"byte {fault.start + 1} is no text in {fault.encoding.upper()}") from fault
    if not text.strip("\ufeff \t\r\n"):
        raise ValueError("there is nothing in it")
    try:
        read = json.loads(text, parse_float=Decimal, object_pairs_hook=_object)
    except InvalidOperation as fault:
        raise ValueError("a number has an exponent that is too large") from fault
    except ValueError as fault:
        if "integer string conversion" in str(fault):
            raise ValueError("a number has more digits than are read") from None
        raise
    if _HALVES.search(text):
        try:
            json.dumps(read, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError as fault:
            raise ValueError("a text holds half of a character, which nobody can read") from fault
    return read


def document(source: str | bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    """The JSON object in `source`, numbers read as Decimals. Raises `RuleError`."""
    if isinstance(source, Mapping):
        return source
    try:
        read = parsed(source)
    except RecursionError as fault:
        raise RuleError(Problem("$", "This is nested too deeply to be a rule.", "Write it flatter.")) from fault
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
        if not isinstance(value, str) or (not value and default is None) or NULL in value:
            wrong = "It is missing." if value is None else f"{shown(value)} is not a usable text."
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
            or not all(isinstance(value, str) and value and NULL not in value for value in values)
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
        if isinstance(value, float | Decimal) and 1 <= value <= MOST and value == int(value):
            value = int(value)  # 2.0 is as whole as 2
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.refuse(
                name,
                "It is missing." if value is None else f"{shown(value)} is not a whole number of 1 or more.",
                write,
            )
        if value > MOST:
            raise self.refuse(name, f"It is larger than {MOST}.", write)
        return value

    def flag(self, name: str) -> bool:
        """True or false; false when the field is absent."""
        self.seen.add(name)
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise self.refuse(name, f"{shown(value)} is neither true nor false.", "Write true, or leave the field out.")
        return value

    def moment(self, name: str) -> datetime | None:
        """A moment with its time zone; None when the field is absent."""
        self.seen.add(name)
        value = self.values.get(name)
        if value is None:
            return None
        read = moment_of(value)
        if read is None:
            raise self.refuse(
                name, f"{shown(value)} is not a moment with a time zone.", "Write for example 2026-01-01T00:00:00Z."
            )
        return read

    def share(self, name: str) -> Fraction | None:
        """A share above 0 and up to 1, as a fraction or a decimal; None when the field is absent."""
        if self.values.get(name) is None:
            self.seen.add(name)
            return None
        read = self.factor(name)
        if read > 1:
            raise self.refuse(name, f"{shown(self.values[name])} is more than the whole.", "Write for example 2/3.")
        return read

    def factor(self, name: str) -> Fraction:
        """A number above 0, as a fraction or a decimal, exact."""
        self.seen.add(name)
        value = self.values.get(name)
        text = "" if isinstance(value, bool) else str(value)
        try:
            read = Fraction(text) if _FACTOR.fullmatch(text) else Fraction(0)
        except ZeroDivisionError:
            read = Fraction(0)
        if not read:
            wrong = "It is missing." if value is None else f"{shown(value)} is not a positive number."
            raise self.refuse(name, wrong, "Write for example 2/3, or 0.5 for a half.")
        return read

    def lists(self, name: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of texts."""
        self.seen.add(name)
        values = self.values.get(name)
        if not isinstance(values, list | tuple) or not all(
            isinstance(group, list | tuple)
            and group
            and all(isinstance(one, str) and one and NULL not in one for one in group)
            for group in values
        ):
            raise self.refuse(name, "This is not a list of lists of texts.", 'Write for example [["a", "b"]].')
        return tuple(tuple(group) for group in values)

    def decimal(self, name: str, write: str) -> Decimal:
        """A positive amount with at most two decimals, written as a number or as a text."""
        self.seen.add(name)
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise self.refuse(name, "It is missing." if value is None else f"{shown(value)} is not a number.", write)
        try:
            if len(str(value)) > LONGEST_NUMBER or (isinstance(value, str) and not _AMOUNT.fullmatch(value)):
                raise InvalidOperation
            amount = Decimal(str(value))
        except InvalidOperation:
            finer = isinstance(value, str) and len(value) <= LONGEST_NUMBER and _FINER.fullmatch(value)
            wrong = "has more than two decimals" if finer else "is not a number"
            raise self.refuse(name, f"{shown(value)} {wrong}.", write) from None
        if not is_hundredths(amount) or amount <= 0:
            raise self.refuse(name, f"{shown(value)} is not a positive amount with at most two decimals.", write)
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
            level=inner.level("level_at_least") if "level_at_least" in inner.values else None,
            **{listed: inner.texts(listed) for listed in LISTS},
        )
        inner.seen.add("level_at_least")
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
        known = self.seen if "kind" in self.values else self.seen - {"kind", "id", "label"}
        unknown = sorted(set(self.values) - known)
        if unknown:
            wrong = "Nothing reads this field." if len(unknown) == 1 else f"Nothing reads {', '.join(unknown)}."
            raise self.refuse(unknown[0], wrong, f"Take it away, or use one of {', '.join(sorted(known))}.")
