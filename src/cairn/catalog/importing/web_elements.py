"""Read a web page into the elements that carry markup, with the text inside each: enough for microdata and RDFa, and bounded.

Not a browser: elements without any markup are passed through, end tags that HTML lets people leave out are put in their place, and what
nobody opened closes nothing. Scripts, styles and templates are no text. Nothing is fetched, nothing run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from cairn.catalog.importing.web_tokens import tokens

MOST_OPEN = 256
"""Elements inside one another. Browsers stop at 512."""
MOST_TAGS = 500_000
LONGEST_TEXT = 50_000
"""Letters of one element; what is longer is cut."""
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_SILENT = frozenset({"script", "style", "template"})
_LINES = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
})  # fmt: skip
"""Elements that stand on lines of their own; all but those of :data:`_SIBLINGS` and ``br`` also end an open paragraph."""
_CELLS = frozenset({"table", "td", "th", "caption", "template", "object", "button"})
_SIBLINGS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu"}) | _CELLS),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"}) | _CELLS),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"}) | _CELLS),
    "option": (frozenset({"option"}), frozenset({"select", "datalist"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "tr": (frozenset({"tr"}), frozenset({"table", "tbody", "thead", "tfoot"})),
    "tbody": (frozenset({"tbody", "thead", "tfoot"}), frozenset({"table"})),
    "thead": (frozenset({"tbody", "thead", "tfoot"}), frozenset({"table"})),
    "tfoot": (frozenset({"tbody", "thead", "tfoot"}), frozenset({"table"})),
}
"""Elements whose end tag may be left out: what they end when they begin, and what they do not reach across."""
_PARTS = frozenset(_SIBLINGS) | {"table"}
_MARKING = frozenset(
    {
        "itemscope",
        "itemprop",
        "itemref",
        "id",
        "lang",
        "xml:lang",
        "vocab",
        "typeof",
        "property",
        "resource",
        "prefix",
        "about",
    }
)
_READ = _MARKING | {"itemtype", "itemid", "content", "href", "src", "data", "value", "datetime", "rel"}


@dataclass(slots=True, eq=False)
class Element:
    """One element with markup. ``start`` and ``end`` bound its text in that of the page; ``number`` counts in the order of the page."""

    tag: str
    number: int
    line: int
    attributes: dict[str, str]
    parent: Element | None
    inside: list[Element] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def get(self, name: str) -> str | None:
        """Return an attribute, "" where it stands without a value, None where it does not stand."""
        return self.attributes.get(name)

    def words(self, name: str) -> list[str]:
        """Return an attribute's words, each once; at most a hundred."""
        return list(dict.fromkeys((self.attributes.get(name) or "").split()))[:100]


class Page:
    """The elements with markup of one page, under :attr:`root`. ``cut`` says in words why the page was not read to its end, if so."""

    def __init__(self, text: str) -> None:
        self.root = Element("", 0, 1, {}, None)
        self.cut = ""
        self.base = ""
        self.by_id: dict[str, Element] = {}
        self._canonical = ""
        self._strict = text.lstrip("\ufeff \r\n\t")[:5] == "<?xml"
        self._open: list[tuple[str, Element | None]] = []
        self._inner = [self.root]
        self._counted: Counter[str] = Counter()
        self._texts: list[str] = []
        self._length = 0
        self._tags = 0
        try:
            for one in tokens(text):
                if one.kind == "text":
                    self._take(one.told)
                elif one.kind == "end":
                    self._end(one.told)
                else:
                    self._start(one.told, one.line, one.attributes)
                    if one.slash and self._strict and one.told not in _VOID:
                        self._pop()
        except _Enough as enough:
            self.cut = str(enough)
        while self._open:
            self._pop()
        self.base = self.base or self._canonical
        self._text = "".join(self._texts)

    def every(self) -> Iterator[Element]:
        """Yield the elements in the order of the page."""
        waiting = self.root.inside[::-1]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(one.inside[::-1])

    def text(self, element: Element) -> str:
        """Return the text of an element as it reads: blanks drawn together, each paragraph on a line of its own."""
        told = self._text[element.start : min(element.end, element.start + LONGEST_TEXT)]
        return re.sub(r" ?\n[ \n]*", "\n", re.sub(r"[^\S\n]+", " ", told)).strip()

    def address(self, told: str) -> str:
        """Return an address made whole by what the page says is its own; as it stands where that is not said."""
        try:
            return urljoin(self.base, told.strip()) if self.base else told.strip()
        except ValueError:
            return ""

    def _start(self, tag: str, line: int, attributes: tuple[tuple[str, str], ...]) -> None:
        self._tags += 1
        if self._tags > MOST_TAGS:
            raise _Enough(f"it has more than {MOST_TAGS:,} elements")
        if len(self._open) >= MOST_OPEN:
            raise _Enough(f"its elements are nested more than {MOST_OPEN} deep")
        self._end_before(tag)
        if tag in _LINES:
            self._say("\n")
        told: dict[str, str] = {}
        for name, value in attributes:
            if name in _READ:
                told.setdefault(name, value.replace("\x00", ""))
        self._note(tag, told)
        element = None
        if not _MARKING.isdisjoint(told) and not self._counted["template"]:
            around = self._inner[-1]
            element = Element(tag, self._tags, line, told, around, [], self._length, self._length)
            around.inside.append(element)
            if told.get("id"):
                self.by_id.setdefault(told["id"], element)
        if tag not in _VOID:
            self._open.append((tag, element))
            self._counted[tag] += 1
            if element is not None:
                self._inner.append(element)

    def _end(self, tag: str) -> None:
        """Close an element with all that is open in it; nothing where none of the name is open."""
        if self._counted[tag]:
            self._close({tag}, frozenset() if tag in _CELLS or tag in _PARTS else _CELLS)

    def _take(self, text: str) -> None:
        if not any(self._counted[tag] for tag in _SILENT):
            self._say(text.replace("\x00", "").replace("\n", " "))

    def _say(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)

    def _note(self, tag: str, told: dict[str, str]) -> None:
        """Keep where the page says it stands: its base first, then its own address."""
        href = told.get("href", "").strip()
        if tag == "base" and not self.base and href.lower().startswith(("http://", "https://")):
            self.base = href
        own = href if tag == "link" and "canonical" in told.get("rel", "").lower().split() else ""
        if tag == "meta" and told.get("property", "").lower() == "og:url":
            own = told.get("content", "").strip()
        if own.lower().startswith(("http://", "https://")):
            self._canonical = self._canonical or own

    def _end_before(self, tag: str) -> None:
        """Close what the beginning of an element ends."""
        if tag in _SIBLINGS:
            self._close(*_SIBLINGS[tag])
        elif tag in _LINES and tag != "br" and self._counted["p"]:
            self._close({"p"}, _CELLS)

    def _close(self, names: set[str] | frozenset[str], across: frozenset[str]) -> None:
        if not any(self._counted[name] for name in names):
            return
        for at in range(len(self._open) - 1, -1, -1):
            tag = self._open[at][0]
            if tag in names:
                while len(self._open) > at:
                    self._pop()
                return
            if tag in across:
                return

    def _pop(self) -> None:
        tag, element = self._open.pop()
        self._counted[tag] -= 1
        if element is not None:
            element.end = self._length
            self._inner.pop()
        if tag in _LINES:
            self._say("\n")


class _Enough(Exception):
    """The page is larger or deeper than is read."""
