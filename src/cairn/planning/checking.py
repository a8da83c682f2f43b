"""Hold a JSON value against a schema of ours and name the first thing that is wrong, with its place.

Only what `schemas` uses of JSON Schema is known here; an unknown keyword is an error of ours, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from cairn.planning.schemas import Schema
from cairn.planning.values import PlanningError

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
SPOKEN = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


def check(value: Any, schema: Schema, where: str = "") -> None:
    """Raise `PlanningError` for the first thing that does not follow the schema."""
    for keyword, wanted in schema.items():
        if keyword not in KEYWORDS:
            raise LookupError(f"The schema uses {keyword}, which is not known here.")
        KEYWORDS[keyword](value, wanted, schema, where)


def _wrong(where: str, message: str) -> PlanningError:
    return PlanningError(f"{where or 'The document'} {message}")


def _type(value: Any, wanted: str, schema: Schema, where: str) -> None:
    if not isinstance(value, TYPES[wanted]) or (wanted == "integer" and isinstance(value, bool)):
        if wanted == "integer" and isinstance(value, float) and value.is_integer():
            raise _wrong(where, f"is {value}. Write {int(value)}, without a decimal point.")
        like = f', like "{schema["examples"][0]}"' if "examples" in schema else ""
        raise _wrong(where, f"must be {SPOKEN[wanted]}{like}.")
    if isinstance(value, str) and not _readable(value):
        raise _wrong(where, "holds half of a character, which nobody can read.")


def _readable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _properties(value: Any, wanted: dict[str, Schema], schema: Schema, where: str) -> None:
    for name, inner in wanted.items():
        if name in value:
            check(value[name], inner, f"{where}.{name}" if where else name)


def _required(value: Any, wanted: list[str], schema: Schema, where: str) -> None:
    for name in wanted:
        if name not in value:
            raise _wrong(where, f"has no {name}. Give it.")


def _others(value: Any, wanted: Any, schema: Schema, where: str) -> None:
    for name, inner in value.items():
        if name not in schema.get("properties", {}):
            if wanted is False:
                known = ", ".join(schema["properties"])
                raise _wrong(where, f"has a member {name[:60]!r}, which is not known here. It may have: {known}.")
            if not name:
                raise _wrong(where, "has a member without a name.")
            if not _readable(name):
                raise _wrong(where, "has a member whose name holds half of a character.")
            check(inner, wanted, f"{where}.{name[:60]}")


def _items(value: Any, wanted: Schema, schema: Schema, where: str) -> None:
    for place, inner in enumerate(value):
        check(inner, wanted, f"{where}[{place}]")


def _one_of(value: Any, wanted: list[Schema], schema: Schema, where: str) -> None:
    errors: list[PlanningError] = []
    for inner in wanted:
        try:
            check(value, inner, where)
        except PlanningError as error:
            errors.append(error)
        else:
            return
    fitting = [error for error in errors if not str(error).startswith(f"{where} must be ")]  # of the type it has
    raise (fitting or errors)[0]


def _enum(value: Any, wanted: list[Any], schema: Schema, where: str) -> None:
    if value not in wanted:
        raise _wrong(where, f"must be one of: {', '.join(wanted)}.")


def _pattern(value: str, wanted: str, schema: Schema, where: str) -> None:
    if not re.search(wanted.replace("$", r"\Z"), value, re.ASCII):
        example = schema.get("examples", [wanted])[0]
        raise _wrong(where, f"is {value[:40]!r}, which is not written as it must be. Write it as {example}.")


def _format(value: str, wanted: str, schema: Schema, where: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise _wrong(where, f"is {value[:40]!r}, which is no day. Write it as 2026-09-07.") from None


def _sized(limit: Callable[[int, int], bool], size: Callable[[Any], int], message: str) -> Callable[..., None]:
    def holds(value: Any, wanted: int, schema: Schema, where: str) -> None:
        if not limit(size(value), wanted):
            raise _wrong(where, message.format(wanted))

    return holds


def _at_least(size: int, wanted: int) -> bool:
    return size >= wanted


def _at_most(size: int, wanted: int) -> bool:
    return size <= wanted


def _says_nothing(value: Any, wanted: Any, schema: Schema, where: str) -> None:
    """Words about the schema itself."""


KEYWORDS: dict[str, Callable[..., None]] = {
    "type": _type,
    "properties": _properties,
    "required": _required,
    "additionalProperties": _others,
    "items": _items,
    "anyOf": _one_of,
    "enum": _enum,
    "pattern": _pattern,
    "format": _format,
    "minimum": _sized(_at_least, int, "must be at least {}."),
    "maximum": _sized(_at_most, int, "must be at most {}."),
    "minLength": _sized(_at_least, len, "must not be empty."),
    "maxLength": _sized(_at_most, len, "must have at most {} characters."),
    "minItems": _sized(_at_least, len, "must list at least {}."),
    "maxItems": _sized(_at_most, len, "must list at most {}."),
    "maxProperties": _sized(_at_most, len, "must have at most {} members."),
    "$schema": _says_nothing,
    "title": _says_nothing,
    "description": _says_nothing,
    "examples": _says_nothing,
}
"""What each keyword of JSON Schema asks."""


@contextmanager
def at(place: str) -> Iterator[None]:
    """What is wrong in here says where it stands."""
    try:
        yield
    except PlanningError as error:
        raise PlanningError(f"{place}: {error}") from None


def each[Read](member: str, rows: Sequence[Any], read: Callable[[Any], Read]) -> list[Read]:
    """Every row as it is read; what is wrong in one says which."""
    number, found = 0, []
    try:
        for number, one in enumerate(rows):  # noqa: B007  (told of the one that is wrong)
            found.append(read(one))
    except PlanningError as error:
        raise PlanningError(f"{member}[{number}]: {error}") from None
    return found
