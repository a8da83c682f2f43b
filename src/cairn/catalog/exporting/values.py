"""Numbers, amounts, durations and texts as the formats write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import orjson

from cairn.catalog.importing.records import CatalogRecord
from cairn.look.formatting import minor_digits

UNSAID = "und"
"""What stands as the language of a text of which nobody says it: no format is told a language then."""


def spoken(record: CatalogRecord) -> list[str]:
    """Return the languages of teaching, else that of the texts; empty where nobody states one."""
    return [tag for tag in record.taught_in or (record.language,) if tag and tag != UNSAID]


def stated(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not stated: None, empty texts, lists and maps. Zero and False are statements."""
    return {name: value for name, value in document.items() if value is not None and value not in ("", [], {}, ())}


def amount(minor: int | None, currency: str) -> Decimal | None:
    """Return an amount in whole currency units, exact: 19999 cents are 199.99."""
    return None if minor is None else Decimal(minor).scaleb(-minor_digits(currency))


def number(value: Decimal | int | None) -> int | float | None:
    """Return a number as JSON writes it. A float's shortest form gives back every decimal of up to 15 digits, so amounts stay exact."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def plain(value: Decimal | None) -> str:
    """Write a decimal as text, without an exponent and without zeros that say nothing."""
    return "" if value is None else format(value.normalize(), "f")


def hours_duration(hours: Decimal) -> str:
    """Write hours as an ISO 8601 duration: 12.5 becomes PT12H30M; to the second."""
    seconds = int((hours * 3600).to_integral_value())
    whole, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return (
        "PT"
        + (f"{whole}H" if whole or not rest else "")
        + (f"{minutes}M" if minutes else "")
        + (f"{left}S" if left else "")
    )


def languages(record: CatalogRecord, part: str) -> dict[str, str]:
    """Return a text of a record in every language that it has it in: {"en": "…", "de": "…"}."""
    own = getattr(record, part)
    found = {record.language: own} if own else {}
    for tag, texts in record.texts.items():
        other = texts.get(part)
        if isinstance(other, str) and other:
            found.setdefault(tag, other)
    return found


def outcome_languages(record: CatalogRecord) -> Iterator[dict[str, str]]:
    """Yield each outcome in every language that it has it in."""
    for place, own in enumerate(record.outcomes):
        found = {record.language: own}
        for tag, texts in record.texts.items():
            others = texts.get("outcomes")
            if isinstance(others, list) and place < len(others) and isinstance(others[place], str) and others[place]:
                found.setdefault(tag, others[place])
        yield found


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """Write JSON, indented for people."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)
