"""Microdata and RDFa Lite of a page as objects like those of JSON-LD, so that one reader understands all three.

Microdata: the algorithm of https://html.spec.whatwg.org/multipage/microdata.html (items, properties, ``itemref``, values), with three
things that people write and the standard does not have: ``content`` counts on every element, as in schema.org's own examples; a name that
stands on a link is the link's words; an item without an item around it is read although it says that it is a property. RDFa: the
attributes of https://www.w3.org/TR/rdfa-lite/ with ``content``, ``datetime`` and ``about``. Only schema.org's words are taken. Pages are
hostile: objects, steps, letters and depth are bounded.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from typing import Any

from cairn.catalog.importing.documents import DEEPEST, Tell, Value
from cairn.catalog.importing.records import Place
from cairn.catalog.importing.web_elements import Element, Page

MARKED = re.compile(r"\bitem(?:scope|type)\b|\b(?:typeof|vocab)\s*=", re.IGNORECASE)
MICRODATA, RDFA = "microdata", "RDFa"
MOST_OBJECTS = 50_000
MOST_STEPS = 500_000
MOST_LETTERS = 32 * 1024 * 1024
_SCHEMA = re.compile(r"(?:https?:)?/{0,2}(?:www\.)?schema\.org/([A-Za-z]\w*)")
_VOCABULARY = re.compile(r"(?:https?:)?//(?:www\.)?schema\.org/?")
_NAME = re.compile(r"[A-Za-z]\w{0,80}")
_ADDRESS_IN = dict.fromkeys(("audio", "embed", "iframe", "img", "source", "track", "video"), "src") | {
    "a": "href", "area": "href", "link": "href", "object": "data",
}  # fmt: skip
_NOT_TERMS = {"id", "type"}
"""Names that mean something else in JSON-LD, and nothing in schema.org."""
_IN_WORDS = {"name", "description", "alternateName", "abstract", "headline", "keywords", "teaches", "text"}
_IN_LINES = {"description", "abstract", "text"}
_YES_OR_NO = {"isAccessibleForFree"}


class TooMuch(Exception):
    """The markup of a page is larger than is read."""


@dataclass(slots=True)
class Allowance:
    """What may still be made of one page."""

    objects: int = MOST_OBJECTS
    steps: int = MOST_STEPS
    letters: int = MOST_LETTERS

    def take(self, *, objects: int = 0, steps: int = 0, letters: int = 0) -> None:
        """Use some of it. Raises TooMuch where there is no more."""
        self.objects -= objects
        self.steps -= steps
        self.letters -= letters
        if min(self.objects, self.steps, self.letters) < 0:
            raise TooMuch


def marked_up(text: str, place: Place, tell: Tell) -> Iterator[Value]:
    """Yield the items of a page, in microdata first; what is left out or taken otherwise than it stands is told. Never raises."""
    page = Page(text)
    if page.cut:
        tell(place.refused("page_too_large", f"The page is read in part: {page.cut}.", "Give the page of one course."))
    number = 0
    for form, reader in ((MICRODATA, _Microdata(page)), (RDFA, _Rdfa(page))):
        try:
            for line, found in reader.items():
                number += 1
                yield Value(replace(place, number=number, pointer=f"line {line}"), found, form)
        except TooMuch:
            told = f"Its {form} is more than is read of one page, or refers to itself over and over; the items before that are read."
            tell(place.refused("too_much_markup", told, "Give the page of one course."))
        if reader.deep:
            tell(place.refused("too_deep", f"Its {form} is nested too deeply: more than {DEEPEST} levels."))
        if reader.linked:
            told = f"Names that stand on links: {reader.linked:,}. Their words are taken, not the addresses."
            tell(place.repaired("name_on_a_link", told))


class _Reader(ABC):
    """What both forms have in common: values of elements."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.allowance = Allowance()
        self.linked = 0
        self.deep = False

    @abstractmethod
    def items(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield objects, each with the line where it begins."""

    def text(self, element: Element, name: str) -> Any:
        """Return the text of an element; of words with their language where the element, or one around it in the body, says another."""
        told = self.page.text(element)
        self.allowance.take(letters=len(told))
        told = told if name in _IN_LINES else told.replace("\n", " ")
        around: Element | None = element
        while name in _IN_WORDS and around is not None and around.tag not in {"html", "body"}:
            tongue = around.get("lang") or around.get("xml:lang")
            if tongue:
                return {"@value": told, "@language": tongue[:40]}
            around = around.parent
        return told

    def plain(self, element: Element, name: str) -> Any:
        """Return the value that an element writes itself: in ``content``, ``value`` or ``datetime``; None where it does not."""
        told = element.get("content")
        if told is None and element.tag in {"data", "meter"}:
            told = element.get("value")
        if told is None and (element.tag == "time" or element.get("datetime")):
            told = element.get("datetime")
        if told is None and element.tag == "meta":
            told = ""
        if told is not None:
            self.allowance.take(letters=len(told))
            told = told.strip()
        return told

    def linked_to(self, element: Element, told: str, name: str, known: Container[str]) -> Any:
        """Return an address, as a reference where the page describes what it names; of a name the words of the link."""
        if name == "name" and element.tag == "a" and (words := self.page.text(element).replace("\n", " ")):
            self.linked += 1
            self.allowance.take(letters=len(words))
            return words
        self.allowance.take(letters=len(told))
        address = self.page.address(told)
        return {"@id": address} if address in known else address


def _add(made: dict[str, Any], name: str, value: Any) -> None:
    """Add a value to an object: alone, or to a list where there are several."""
    if name in _YES_OR_NO and isinstance(value, str):
        value = {"true": True, "false": False}.get(value.rpartition("/")[2].casefold(), value)
    if value == "" or value is None:
        return
    if name not in made:
        made[name] = value
    elif isinstance(made[name], list):
        made[name].append(value)
    else:
        made[name] = [made[name], value]


class _Microdata(_Reader):
    """Items in ``itemscope``."""

    def items(self) -> Iterator[tuple[int, dict[str, Any]]]:
        scopes = [one for one in self.page.every() if one.get("itemscope") is not None]
        self._known = {self.page.address(told): one for one in scopes if (told := one.get("itemid"))}
        referred = {name for one in scopes for name in one.words("itemref")}
        for one in scopes:
            if one.get("itemprop") is None or not self._within(one, referred):
                yield one.line, self._item(one, ())

    def _within(self, item: Element, referred: set[str]) -> bool:
        around: Element | None = item
        while around is not None:
            if around.get("id") in referred or (around is not item and around.get("itemscope") is not None):
                return True
            around = around.parent
        return False

    def _item(self, item: Element, around: tuple[Element, ...]) -> dict[str, Any]:
        self.allowance.take(objects=1)
        made: dict[str, Any] = {}
        kinds = [found[1] for one in item.words("itemtype") if (found := _SCHEMA.fullmatch(one))]
        if kinds:
            made["@type"] = kinds
        if told := item.get("itemid"):
            made["@id"] = self.page.address(told)
        for element in self._properties(item):
            for name in element.words("itemprop"):
                found = _SCHEMA.fullmatch(name)
                term = found[1] if found else name.removeprefix("schema:")
                if _NAME.fullmatch(term) and term not in _NOT_TERMS:
                    _add(made, term, self._value(element, term, (*around, item)))
        return made

    def _properties(self, item: Element) -> list[Element]:
        """Return the elements that are properties of an item, also where ``itemref`` names them, each once and in the order of the page."""
        found, seen = [], {item}
        named = (self.page.by_id.get(name) for name in item.words("itemref"))
        waiting = [*item.inside, *(one for one in named if one is not None)]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            self.allowance.take(steps=1)
            seen.add(one)
            if one.get("itemscope") is None:
                waiting.extend(one.inside)
            if one.get("itemprop"):
                found.append(one)
        return sorted(found, key=lambda one: one.number)

    def _value(self, element: Element, name: str, around: tuple[Element, ...]) -> Any:
        if element.get("itemscope") is not None:
            if element in around:  # it refers to what it is itself in
                return None
            if len(around) >= DEEPEST // 2:
                self.deep = True
                return None
            return self._item(element, around)
        told = self.plain(element, name)
        if told is not None:
            return told
        attribute = _ADDRESS_IN.get(element.tag)
        if attribute:
            return self.linked_to(element, element.get(attribute) or "", name, self._known)
        return self.text(element, name)


@dataclass(frozen=True, slots=True)
class _Around:
    """What holds inside an element: whether terms without prefix are schema.org's, which prefixes are, and what is spoken of."""

    schema: bool
    prefixes: frozenset[str]
    subject: dict[str, Any] | None


class _Rdfa(_Reader):
    """Objects in ``typeof`` and ``resource``."""

    def items(self) -> Iterator[tuple[int, dict[str, Any]]]:
        self._known: dict[str, dict[str, Any]] = {}
        self._named = {
            self._address(told)
            for one in self.page.every()
            if one.get("typeof") is not None
            for name in ("resource", "about")
            if (told := one.get(name))
        }
        self._placed: set[int] = set()
        self._tops: list[tuple[int, dict[str, Any]]] = []
        start = _Around(False, frozenset({"schema", "sdo"}), None)
        waiting = [(one, start) for one in self.page.root.inside[::-1]]
        enough = False
        while waiting and not enough:
            element, around = waiting.pop()
            try:
                self.allowance.take(steps=1)
                inside = self._element(element, around)
            except TooMuch:
                enough = True
            else:
                waiting.extend((one, inside) for one in element.inside[::-1])
        yield from ((line, made) for line, made in self._tops if len(made) > 1)
        if enough:
            raise TooMuch

    def _element(self, element: Element, around: _Around) -> _Around:
        """Take up what one element says, and return what holds inside it."""
        vocabulary = element.get("vocab")
        if vocabulary is not None:
            around = replace(around, schema=bool(_VOCABULARY.fullmatch(vocabulary.strip())))
        if element.get("prefix"):
            pairs = (element.get("prefix") or "").split()[:200]
            stands = dict(zip([one.rstrip(":").lower() for one in pairs[::2]], pairs[1::2], strict=False))
            mine = {one for one, address in stands.items() if _VOCABULARY.fullmatch(address)}
            around = replace(around, prefixes=frozenset((around.prefixes - set(stands)) | mine))
        names = [term for one in element.words("property") if (term := self._term(one, around))]
        types = element.get("typeof")
        named = next((told for one in ("resource", "about") if (told := element.get(one))), None)
        if types is not None:
            if named is None and not element.get("property"):
                named = element.get("href") or element.get("src")
            made, new = self._object(element, named)
            if kinds := [term for one in element.words("typeof") if (term := self._term(one, around))]:
                made["@type"] = list(dict.fromkeys([*made.get("@type", []), *kinds]))
            self._place(element, made, names if around.subject is not made else [], around.subject, new=new)
            return replace(around, subject=made)
        if element.get("property") is not None:
            if around.subject is not None:
                for name in names:
                    _add(around.subject, name, self._value(element, name))
            return around
        if named is not None:
            made, new = self._object(element, named)
            self._place(element, made, [], None, new=new)
            return replace(around, subject=made)
        return around

    def _object(self, element: Element, named: str | None) -> tuple[dict[str, Any], bool]:
        """Return the object that an element names, and whether it is new."""
        address = self._address(named) if named else ""
        if address and address in self._known:
            return self._known[address], False
        self.allowance.take(objects=1)
        made: dict[str, Any] = {"@id": address} if address else {}
        if address:
            self._known[address] = made
        return made, True

    def _place(
        self, element: Element, made: dict[str, Any], names: list[str], subject: dict[str, Any] | None, *, new: bool
    ) -> None:
        """Put a new object where it is first named; later it is referred to. So nothing stands inside itself."""
        if subject is None or not names:
            if new:
                self._tops.append((element.line, made))
            return
        for name in names:
            if new and id(made) not in self._placed:
                self._placed.add(id(made))
                _add(subject, name, made)
            elif "@id" in made:
                _add(subject, name, {"@id": made["@id"]})

    def _value(self, element: Element, name: str) -> Any:
        told = self.plain(element, name)
        if told is not None:
            return told
        for attribute in ("resource", "href", "src"):
            if (found := element.get(attribute)) is not None:
                if attribute == "resource":
                    return {"@id": self._address(found)}
                return self.linked_to(element, found, name, self._named)
        return self.text(element, name)

    def _address(self, told: str) -> str:
        return told.strip() if told.strip().startswith("_:") else self.page.address(told)

    def _term(self, told: str, around: _Around) -> str:
        """Return schema.org's word, "" for one of another vocabulary."""
        found = _SCHEMA.fullmatch(told)
        if found:
            return found[1]
        prefix, colon, rest = told.partition(":")
        name = rest if colon and prefix.lower() in around.prefixes else told if around.schema and not colon else ""
        return name if _NAME.fullmatch(name) and name not in _NOT_TERMS else ""
