"""Take the JSON-LD out of web pages: the contents of ``<script type="application/ld+json">``; nothing is fetched, nothing run."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import orjson

from cairn.catalog.importing.documents import Given, Tell, Value, clean, shallow, text_of
from cairn.catalog.importing.records import Place

MOST_SCRIPTS = 1_000
LONGEST_SCRIPT = 8 * 1024 * 1024
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,10}|#\d{2,5}|#x[0-9A-Fa-f]{2,5});")
_TYPE = "application/ld+json"
_OTHER_MARKUP = re.compile(rb"\b(?:itemtype|typeof)\s*=\s*.{0,20}(?:Course|Educational)", re.I)


class _Scripts(HTMLParser):
    """Collects the texts of scripts that hold JSON-LD, with the line where each begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str]] = []
        self._open: list[str] | None = None
        self._line = 0
        self._size = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and len(self.found) < MOST_SCRIPTS:
            kind = next((value or "" for name, value in attrs if name == "type"), "")
            if kind.split(";")[0].strip().lower() == _TYPE:
                self._open, self._line, self._size = [], self.getpos()[0], 0

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._size += len(data)
            if self._size <= LONGEST_SCRIPT:
                self._open.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.end()

    def end(self) -> None:
        """Close a script, also one that the page leaves open."""
        if self._open is not None:
            self.found.append((self._line, "".join(self._open)))
            self._open = None


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


def json_in_page(given: Given, tell: Tell) -> list[Value]:
    """Return the JSON-LD of a page, one value for each script; what is no JSON is told with its line."""
    text = text_of(given, tell)
    if text is None:
        return []
    scripts = _Scripts()
    try:
        scripts.feed(text)
        scripts.close()
    except (AssertionError, ValueError):  # markup that the parser itself gives up on: what it found so far stands
        pass
    scripts.end()
    values: list[Value] = []
    for number, (line, content) in enumerate(scripts.found, 1):
        place = Place(given.name, number, f"line {line}")
        plain = content.strip()
        for start, stop in (
            ("<!--", "-->"),
            ("/*<![CDATA[*/", "/*]]>*/"),
            ("//<![CDATA[", "//]]>"),
            ("<![CDATA[", "]]>"),
        ):
            plain = plain.removeprefix(start).removesuffix(stop).strip()
        if not plain:
            continue
        try:
            values.append(Value(place, orjson.loads(plain)))
        except orjson.JSONDecodeError:
            try:
                values.append(Value(place, orjson.loads(unescape(plain))))
            except orjson.JSONDecodeError as error:
                tell(
                    place.refused(
                        "not_json", f"Its JSON-LD is no whole JSON: it breaks at line {error.lineno} of the script."
                    )
                )
                continue
            tell(place.repaired("escaped", "Its JSON-LD is written with HTML entities; they are read as letters."))
    if not scripts.found:
        tell(
            given.place.refused(
                "no_markup",
                "The page has no JSON-LD."
                + (
                    " What it marks up as microdata or RDFa is not read." if _OTHER_MARKUP.search(given.content) else ""
                ),
                "Give the page of one course.",
            )
        )
    return [clean(Value(value.place, _letters(value.value))) for value in values if shallow(value, tell)]
