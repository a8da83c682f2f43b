"""Guess a mapping from the names of columns and from what stands in them, and say how sure each guess is and why.

Nothing is decided silently: a guess below :data:`SURE` is only suggested, a unit, a currency or an order of dates that the file does not
state is asked, and every guess is shown with samples before anything is imported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from cairn.catalog.importing import mapping_elements as elements
from cairn.catalog.importing.mapping import Mapping
from cairn.catalog.importing.mapping_fields import TARGETS, Target
from cairn.catalog.importing.mapping_headings import folded, likeness
from cairn.catalog.importing.mapping_input import Opened, value_at
from cairn.catalog.importing.mapping_own import FIELDS, SEPARATOR, is_own
from cairn.catalog.importing.mapping_own_cells import CELLS
from cairn.catalog.importing.mapping_values import (
    CURRENCIES,
    NO,
    YES,
    currency_in,
    read_date,
    read_decimal,
    read_money,
    read_yes_no,
)
from cairn.catalog.importing.mapping_words import FREE, LANGUAGES, MODES, TYPES, UNIT
from cairn.skills.importing.values import cip

SURE = 0.6
_PICTURES = frozenset(["image", "images", "picture", "photo", "thumbnail", "logo", "icon", "banner", "video"])
"""Objects inside a row whose names and descriptions are their own."""
ROWS = 200
"""Rows that are looked at."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One column and what it may be. ``taken`` is False for what is only suggested."""

    column: str
    target: str
    confidence: float
    why: str
    samples: tuple[str, ...]
    taken: bool


@dataclass(frozen=True, slots=True)
class Guessed:
    """A guessed mapping, each column's guess, the columns without one (with samples), and what is still to be said."""

    mapping: Mapping
    guesses: list[Guess]
    unused: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)


def guess(opened: Opened, *, source: str) -> Guessed:
    """Guess which column is what. ``source`` is the name the rows will carry."""
    rows = [getattr(row, "values", row) if not isinstance(row, dict) else row for row in opened.rows[:ROWS]]
    offers = _offers_in(rows) if opened.is_json else ""
    texts = {
        column: _texts(rows, column)
        for column in opened.columns
        if column and not _is_inside_list(rows, column, offers)
    }
    listed = (
        {column for column in texts if not column.startswith(offers + ".") and _through_list(rows, column)}
        if opened.is_json
        else set()
    )
    own = is_own(opened.columns)
    scored: list[tuple[float, str, str, str]] = [
        (1.0, column, name, "the table that this site exports")
        for name, column in FIELDS.items()
        if own and column in texts
    ]
    for column, values in texts.items() if not own else ():
        if _PICTURES & {folded(step) for step in column.split(".")[:-1]}:
            continue  # the description of a picture describes no course
        for target in TARGETS.values():
            inside = bool(offers) and column.startswith(offers + ".")
            if inside and target.part != "offer":
                continue
            if column in listed and target.kind not in {"list"} and target.name != "provider":
                continue  # what stands in a list of other things is not the row's own title or number
            confidence, why = _score(column.removeprefix(offers + ".") if inside else column, values, target)
            if confidence >= 0.35:
                depth = (
                    column.removeprefix(offers + ".").count(".")
                    if inside
                    else column.count(".") + (0.5 if offers else 0)
                )
                scored.append((confidence - 0.02 * depth + (0.02 if inside else 0.0), column, target.name, why))
    scored.sort(key=lambda one: (-one[0], opened.columns.index(one[1]), list(TARGETS).index(one[2])))
    columns: dict[str, str] = {}
    used: dict[str, tuple[float, str, str]] = {}
    for confidence, column, name, why in scored:
        if column not in used and name not in columns:
            used[column] = (confidence, name, why)
            columns[name] = column
    if not offers and "key" not in columns and _identifies(texts, columns):
        column = columns["key"] = columns.pop("offer_key")
        used[column] = (used[column][0], "key", f"{used[column][2]}, and no two rows share it or a title")
    guesses = [
        Guess(column, name, round(min(confidence, 0.99), 2), why, tuple(texts[column][:3]), confidence >= SURE)
        for column, (confidence, name, why) in used.items()
    ]
    guesses.sort(key=lambda one: opened.columns.index(one.column))
    taken = {one.target: one.column for one in guesses if one.taken}
    if offers and not any(column.startswith(offers + ".") for column in taken.values()):
        offers = ""
    relative = {
        name: column.removeprefix(offers + ".") if offers and TARGETS[name].part == "offer" else column
        for name, column in taken.items()
    }
    if offers:
        relative = {
            name: column
            for name, column in relative.items()
            if TARGETS[name].part != "offer" or taken[name].startswith(offers + ".")
        }
    mapping = Mapping(
        source=source,
        fields=relative | ({} if own else _of_headings(taken)),
        rows=opened.path if opened.path != "." else "",
        offers=offers,
        currency=_currency(texts, taken),
        dates=_dates(texts, taken),
        decimal=_decimal(texts, taken),
        hours="hours" if own else _hours(taken.get("workload_hours", ""), texts),
    )
    if own:
        mapping = replace(mapping, dates="ymd", decimal=".", separator=SEPARATOR, validity="months")
    unused = [(column, tuple(values[:3])) for column, values in texts.items() if column not in used]
    return Guessed(mapping, guesses, unused, mapping.questions() + _half_said(texts, taken))


def _score(column: str, values: Sequence[str], target: Target) -> tuple[float, str]:
    last = column.rsplit(".", 1)[-1]
    best, why = 0.0, ""
    for heading, weight in ((last, 1.0), (column, 0.95)):
        for number, word in enumerate(target.words):
            score = likeness(heading, number, word) * weight
            if score > best:
                best, why = score, f"its heading says “{folded(word)}”"
    if not values:
        return 0.0, ""
    fitting = _fitting(values, target.kind)
    if target.kind in _WHOLLY and fitting != 1.0:
        return 0.0, ""
    if target.kind == "list" and all(_number(one) or _yes_or_no(one) for one in values):
        return 0.0, ""
    if fitting is None:
        return (best, why) if best else (0.0, "")
    if best:
        if fitting >= 0.9:
            return min(best + 0.07, 0.99), f"{why}, and {fitting:.0%} of its values look like it"
        if fitting < 0.5:
            return best * 0.4, f"{why}, but only {fitting:.0%} of its values look like it"
        return best, f"{why}; {fitting:.0%} of its values look like it"
    strict = target.name == "currency" or (
        target.name == "field_of_study" and all(re.fullmatch(r"\d\d\.\d{4}", one.strip()) for one in values)
    )
    if strict and fitting >= 0.95:
        return 0.61, f"{fitting:.0%} of its values look like it"
    if (
        target.name in {"homepage", "price_total"}
        and fitting >= 0.95
        and (target.kind == "url" or any(currency_in(one) or "$" in one for one in values))
    ):
        return 0.4, f"{fitting:.0%} of its values look like it"
    return 0.0, ""


def _fitting(values: Sequence[str], kind: str) -> float | None:
    """Return the share of values that can be read as ``kind``; None where the kind takes any text, or nothing stands there."""
    test = _TESTS.get(kind)
    if test is None or not values:
        return None
    return sum(1 for one in values if _reads(test, one)) / len(values)


def _reads(test: Callable[[str], Any], value: str) -> bool:
    try:
        return test(value) is not False
    except ValueError:
        return False


def _money(text: str) -> Any:
    return text.strip().casefold() in FREE or _either_mark(lambda mark: read_money(text, currency_in(text), mark))


def _either_mark(read: Callable[[str], Any]) -> Any:
    """Read a figure with the decimal mark that fits it; which one the file means is settled later (:func:`_decimal`)."""
    try:
        return read(".") is not None
    except ValueError:
        return read(",") is not None


def _hour(text: str) -> Any:
    return _either_mark(lambda mark: read_decimal(UNIT.sub("", text.strip()), mark))


def _url(text: str) -> bool:
    return bool(re.match(r"(https?://|www\.)\S+$", text.strip()))


_TESTS: dict[str, Callable[[str], Any]] = {
    "money": _money,
    "hours": _hour,
    "number": lambda text: _either_mark(lambda mark: read_decimal(text, mark)),
    "date": lambda text: read_date(text, "dmy" if re.match(r"\s*(1[3-9]|2\d|3[01])\D", text) else "mdy"),
    "url": _url,
    "cip": cip,
    "currency": lambda text: text.strip() in CURRENCIES,
    "yes": lambda text: read_yes_no(text) is not None,
    "mode": lambda text: any(word in text.casefold() for word in MODES),
    "type": lambda text: any(word in text.casefold() for word in TYPES),
    "language": lambda text: (
        text.strip().casefold() in LANGUAGES or bool(re.fullmatch(r"[a-z]{2}(-[A-Za-z]{2,4})?", text.strip()))
    ),
    "country": lambda text: bool(re.fullmatch(r"[A-Z]{2}", text.strip())),
    "key": lambda text: len(text) <= 200 and "\n" not in text,
    "text": lambda text: len(text) <= 400 and not _number(text) and not _yes_or_no(text),
    "long": lambda text: not _number(text) and not _yes_or_no(text),
    "level": lambda text: elements.read_level(text, ""),
    "scheme": elements.read_scheme,
    "framework": elements.read_framework,
    "supervision": lambda text: len(text) <= 200 and elements.read_supervised(text) is not None,
    "validity": lambda text: elements.read_validity(text, "months") != 0,
    "languages": lambda text: all(map(elements.read_language, elements.languages_in([text]))),
    "addresses": lambda text: re.match(r"(https?://|urn:)\S+", text.strip()) is not None,
    "stackability": elements.read_stackability,
    **CELLS,
}
_WHOLLY = {"level", "addresses", *CELLS}
"""Kinds that a column is only taken for where every value fits: a level that is not everywhere a number is one in words."""


def _number(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.,\s-]+", text))


def _yes_or_no(text: str) -> bool:
    return len(text) > 1 and text.strip().casefold() in YES | NO


def _texts(rows: Sequence[Any], column: str) -> list[str]:
    found = []
    for row in rows:
        value = value_at(row, column)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str | int | float) and str(one).strip():
                found.append(" ".join(str(one).split())[:120] if isinstance(one, str) else str(one))  # noqa: PERF401 (a comprehension of three conditions reads worse)
    return found


def _offers_in(rows: Sequence[Any]) -> str:
    """Return the path of the list in which rows have their runs: the one whose entries have dates."""
    for row in rows:
        if isinstance(row, dict):
            for name, value in row.items():
                if (
                    isinstance(value, list)
                    and value
                    and isinstance(value[0], dict)
                    and any(re.search(r"start|begin|runs?|session", folded(str(each))) for each in [name, *value[0]])
                    and any(re.search(r"start|begin", folded(str(each))) for each in value[0])
                ):
                    return str(name)
    return ""


def _is_inside_list(rows: Sequence[Any], column: str, offers: str) -> bool:
    """Tell whether a path leads through a list of objects that are not the offers: of those only names and titles are of use."""
    if "." not in column or (offers and column.startswith(offers + ".")):
        return False
    return _through_list(rows, column) and folded(column.rpartition(".")[2]) not in {"name", "title", "bezeichnung"}


def _through_list(rows: Sequence[Any], column: str) -> bool:
    steps = column.split(".")
    heads = [".".join(steps[:at]) for at in range(1, len(steps))]
    return any(isinstance(value_at(row, head), list) for row in rows if isinstance(row, dict) for head in heads)


def _identifies(texts: dict[str, list[str]], columns: dict[str, str]) -> bool:
    """Say whether the identifier of runs identifies the courses too: each row has one of its own, and a title of its own."""
    keys, titles = (texts.get(columns.get(name, ""), []) for name in ("offer_key", "title"))
    return len(keys) > 1 and len(set(keys)) == len(keys) == len(set(titles)) == len(titles)


def _half_said(texts: dict[str, list[str]], taken: dict[str, str]) -> list[tuple[str, str]]:
    """Ask for what only some rows state (a currency), and for what no value settles (whether “3,500” is more than a thousand)."""
    asked = []
    named, priced = (len(texts[taken[name]]) if name in taken else 0 for name in ("currency", "price_total"))
    if 0 < named < priced:
        told = f"“{taken['currency']}” names a currency in {named} of {priced} rows with a price."
        asked.append(("currency", f"{told} Set “currency” to that of the others."))
    figures = [
        one for name, column in taken.items() if TARGETS[name].kind in {"money", "hours"} for one in texts[column]
    ]
    spans = texts.get(taken.get("valid_months", ""), [])
    bare = [one for one in spans if re.fullmatch(r"\s*\d+\s*", one)]
    if bare and not elements.validity_unit(taken["valid_months"]):
        asked.append(
            ("validity", f"Is a validity of “{bare[0]}” in months or in years? Set “validity” to months or years.")
        )
    unclear = [one for one in figures if re.fullmatch(r"\D*\d{1,3}[.,]\d{3}\D*", one)]
    if unclear and not _decimal(texts, taken):
        told = (
            f"Is “{unclear[0]}” more than a thousand? Set “decimal” to the mark that stands before cents, “.” or “,”."
        )
        asked.append(("decimal", told))
    return asked


def _of_headings(taken: dict[str, str]) -> dict[str, str]:
    """Return what headings state of all rows: the kind of credits of “ECTS”, the framework of “EQF level”."""
    found = {}
    for name, column, read in (
        ("credit_scheme", "credits", elements.scheme_of_heading), ("level_framework", "level", elements.framework_in),
    ):  # fmt: skip
        if name not in taken and column in taken and (meant := read(taken[column])):
            found[name] = f"={meant}"
    return found


def _currency(texts: dict[str, list[str]], taken: dict[str, str]) -> str:
    """Return the one currency that the prices themselves or their headings state; "" where none or several do."""
    if "currency" in taken:
        return ""
    columns = [column for name, column in taken.items() if TARGETS[name].kind == "money"]
    stated = {currency_in(one) for column in columns for one in texts[column]} | {
        currency_in(column.upper()) for column in columns
    }
    stated.discard("")
    return stated.pop() if len(stated) == 1 else ""


def _dates(texts: dict[str, list[str]], taken: dict[str, str]) -> str:
    """Return the order of dates where the values leave one only."""
    values = [one for name, column in taken.items() if TARGETS[name].kind == "date" for one in texts[column]]
    possible = {
        order
        for order in ("ymd", "dmy", "mdy")
        if values and all(_reads(partial(_strict, order=order), one) for one in values)
    }
    return possible.pop() if len(possible) == 1 else ""


def _strict(text: str, order: str) -> Any:
    first = len(text.strip()) - len(text.strip().lstrip("0123456789"))
    if (first == 4) != (order == "ymd"):
        raise ValueError(text)
    return read_date(text, order)


def _decimal(texts: dict[str, list[str]], taken: dict[str, str]) -> str:
    """Return the decimal mark where the values leave one only."""
    marks: set[str] = set()
    for name, column in taken.items():
        if TARGETS[name].kind in {"money", "hours", "number"}:
            for one in texts[column]:
                digits = re.sub(r"[^\d.,]", "", one)
                if re.search(r"\.\d{3},\d", digits) or re.search(r"^\d+,\d{1,2}$", digits):
                    marks.add(",")
                elif re.search(r",\d{3}\.\d", digits) or re.search(r"^\d+\.\d{1,2}$", digits):
                    marks.add(".")
    return marks.pop() if len(marks) == 1 else ""


def _hours(column: str, texts: dict[str, list[str]]) -> str:
    """Return the unit of the workload where heading or values state it."""
    if not column:
        return ""
    words = folded(column)
    if re.search(r"minut", words):
        return "minutes"
    if re.search(r"\bue\b|\bustd\b|unterrichtseinheit|unterrichtsstunde|lektion", words):
        return "lessons"
    if re.search(r"hour|hrs|stunden|\bstd\b|\bh\b|heures|horas|\bore\b|uren", words):
        return "hours"
    values = texts.get(column, [])
    if values and all(re.search(r"(?i)\d\s*(h|hrs?|hours?|std|stunden|heures|horas)\b", one) for one in values):
        return "hours"
    if values and all(re.search(r"(?i)\d\s*min", one) for one in values):
        return "minutes"
    return ""
