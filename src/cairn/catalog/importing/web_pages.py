"""Take the markup out of web pages: JSON-LD in ``<script type="application/ld+json">``, microdata and RDFa; nothing is fetched or run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import islice
from typing import Any

import orjson

from cairn.catalog.importing.documents import Given, Tell, Value, clean, shallow, text_of
from cairn.catalog.importing.records import Place
from cairn.catalog.importing.web_markup import MARKED, marked_up
from cairn.catalog.importing.web_tokens import tokens

MOST_SCRIPTS = 1_000
LONGEST_SCRIPT = 8 * 1024 * 1024
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,10}|#\d{2,5}|#x[0-9A-Fa-f]{2,5});")
_TYPE = "application/ld+json"


def _scripts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the scripts of a page that hold JSON-LD, each with the line where it begins; also one that the page leaves open."""
    begun = 0
    for one in tokens(text):
        if one.kind == "text" and begun:
            yield begun, one.told[:LONGEST_SCRIPT]
        kind = next((value for name, value in one.attributes if name == "type"), "")
        holds = one.kind == "start" and one.told == "script" and kind.split(";")[0].strip().lower() == _TYPE
        begun = one.line if holds else 0


def page_language(given: Given) -> str:
    """Return the language that a page says it is written in; "" where it says none, or where the file is no page."""
    start = given.content[:4096].replace(b"\x00", b"").decode("ascii", "ignore")
    found = re.search(r"<html\b[^>]*\slang\s*=\s*[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)", start, re.IGNORECASE)
    return found[1] if found else ""


def _letters(value: Any) -> Any:
    """Return a value with HTML entities read as letters: pages often escape the texts inside their markup once more."""
    if isinstance(value, str):
        return _ENTITY.sub(lambda entity: unescape(entity[0]), value) if "&" in value else value
    if isinstance(value, dict):
        return {key: _letters(inner) for key, inner in value.items()}
    return [_letters(inner) for inner in value] if isinstance(value, list) else value


def markup_in_page(given: Given, tell: Tell) -> list[Value]:
    """Return what a page marks up: its JSON-LD, one value for each script, then its microdata and RDFa, one for each item.

    What cannot be read is told with its line.
    """
    text = text_of(given, tell)
    if text is None:
        return []
    scripts = list(islice(_scripts(text), MOST_SCRIPTS))
    values = [
        value
        for number, (line, content) in enumerate(scripts, 1)
        if (value := _json(content, Place(given.name, number, f"line {line}"), tell)) is not None
    ]
    if MARKED.search(text):
        values += marked_up(text, given.place, tell)
    if not scripts and not values:
        told = "The page has no JSON-LD, microdata or RDFa in the words of schema.org."
        remedy = "Give the page of one course, saved once it is shown whole: some pages bring their markup later."
        tell(given.place.refused("no_markup", told, remedy))
    return [clean(replace(value, value=_letters(value.value))) for value in values if shallow(value, tell)]


def _json(content: str, place: Place, tell: Tell) -> Value | None:
    """Return what a script holds; None where it is empty, or no JSON, which is told."""
    plain = content.strip()
    for start, stop in (
        ("<!--", "-->"),
        ("/*<![CDATA[*/", "/*]]>*/"),
        ("//<![CDATA[", "//]]>"),
        ("<![CDATA[", "]]>"),
    ):
        plain = plain.removeprefix(start).removesuffix(stop).strip()
    if not plain:
        return None
    try:
        return Value(place, orjson.loads(plain))
    except orjson.JSONDecodeError:
        try:
            value = Value(place, orjson.loads(unescape(plain)))
        except orjson.JSONDecodeError as error:
            told = f"Its JSON-LD is no whole JSON: it breaks at line {error.lineno} of the script."
            tell(place.refused("not_json", told))
            return None
    tell(place.repaired("escaped", "Its JSON-LD is written with HTML entities; they are read as letters."))
    return value
