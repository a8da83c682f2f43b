"""Published earnings as one cell of the table that this site exports: a JSON list, read back with the same care as any other source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from cairn.appraisal import FIGURES, LONGEST_AFTER, AppraisalError, Basis, Earnings, Period
from cairn.catalog.importing.earnings import LARGEST, LONGEST_NAME, LONGEST_SOURCE, MOST_PEOPLE
from cairn.catalog.importing.words import currency

MOST = 60
_AMOUNTS = {*FIGURES, "employed_percent"}
_COUNTS = {"earners", "completers", "employed", "months_after"}
_DAYS = {"first", "last", "published_on", "holds_until"}
_USUAL = {one.name: one.default for one in fields(Earnings)}


def earnings_cell(published: Iterable[Earnings]) -> str:
    """Return statements as one cell, "" for none: of each what is said, amounts as texts so that they stay exact."""
    told = [
        {name: _plain(value) for name in _USUAL if (value := getattr(one, name)) != _USUAL[name]} for one in published
    ]
    return orjson.dumps(told).decode() if told else ""


def read_earnings_cell(text: str) -> tuple[tuple[Earnings, ...], tuple[str, ...]]:
    """Return the statements of a cell, and what is wrong with those that cannot be read, as beginnings of sentences."""
    if not text:
        return (), ()
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError:
        return (), ("the published earnings are no JSON that can be read",)
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        return (), ("the published earnings are no list of statements",)
    found: list[Earnings] = []
    wrong = (
        [f"of {len(told)} statements the first {MOST} are read, the others are too many"] if len(told) > MOST else []
    )
    for at, one in enumerate(told[:MOST], 1):
        try:
            found.append(Earnings(**{name: _read(name, one[name]) for name in _USUAL if name in one}))
        except AppraisalError as error:
            wrong.append(f"statement {at} of the published earnings cannot be: {error.message.rstrip('.')}")
        except (ValueError, TypeError, InvalidOperation):
            wrong.append(f"statement {at} of the published earnings has a value that cannot be read")
    return tuple(found), tuple(wrong)


def _plain(value: Any) -> Any:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def _read(name: str, value: Any) -> Any:
    if name in _AMOUNTS:
        if not isinstance(value, str) or len(value) > 40 or not (found := round(Decimal(value), 2)) <= LARGEST:
            raise ValueError(name)
        return found
    if name in _COUNTS:
        most = LONGEST_AFTER if name == "months_after" else MOST_PEOPLE
        if not isinstance(value, int) or isinstance(value, bool) or value > most:
            raise ValueError(name)
        return value
    if name in _DAYS:
        return date.fromisoformat(value)
    if name == "suppressed":
        return value is True
    if not isinstance(value, str):
        raise TypeError(name)
    if name == "currency" and value and currency(value) != value:
        raise ValueError(name)
    longest = LONGEST_SOURCE if name == "source" else LONGEST_NAME
    return (
        Basis(value) if name == "basis" else Period(value) if name == "period" else value.replace("\x00", "")[:longest]
    )
