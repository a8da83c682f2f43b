"""A CTDL document, in any of the ways JSON-LD may be written, as nodes with short names; nothing is fetched.

Read are `@graph` documents of the registry, expanded JSON-LD, nested nodes, and several documents in one list. A node that stands in
several places is one; where its places contradict each other, that is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cairn.stacking.pathways.remarks import LEFT_OUT, Remarks
from cairn.stacking.pathways.terms import local
from cairn.stacking.problems import Problem, RuleError

LONGEST = 5_000_000
"""Bytes of a document."""
MOST_NODES = 20_000
DEEPEST = 60
"""Levels of JSON."""
MOST_VALUES = 200_000
"""Values in the whole document."""

SINGLE = frozenset(
    {"requiredNumber", "requiredConstraints", "logicalOperator", "comparator", "leftAction", "rightAction"}
)


@dataclass
class Node:
    """One node: `values` by short name, each a list of texts, numbers, truth values, references (`Ref`) and further nodes (`Ref` too)."""

    id: str
    place: str
    types: tuple[str, ...] = ()
    values: dict[str, list[Any]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    strange: dict[str, Any] = field(default_factory=dict)
    """Properties of vocabularies that are not read, as they stand."""

    def at(self, name: str) -> str:
        """Where a property stands."""
        return self.places.get(name, self.place)


@dataclass(frozen=True)
class Ref:
    """A reference to a node by its id."""

    id: str


@dataclass(frozen=True)
class Text:
    """A text in a language, which may be unknown."""

    text: str
    language: str = ""


class Graph:
    """The nodes of a document by their ids, in the order in which they first stand there."""

    def __init__(self, source: str | bytes | Mapping[str, Any] | list[Any], remarks: Remarks) -> None:
        self.remarks = remarks
        self.nodes: dict[str, Node] = {}
        self._values = 0
        self._read(_document(source))

    def get(self, iri: str) -> Node | None:
        """The node with this id, if the document has it."""
        return self.nodes.get(iri)

    def of_type(self, *types: str) -> list[Node]:
        """The nodes of one of these types."""
        return [node for node in self.nodes.values() if any(one in types for one in node.types)]

    def refs(self, node: Node, name: str) -> list[str]:
        """The ids a property refers to, each once; a text is taken as an id. What is neither is said."""
        found: dict[str, None] = {}
        for value in node.values.get(name, []):
            if isinstance(value, Ref):
                found[value.id] = None
            elif isinstance(value, Text) and value.text:
                found[value.text] = None
            else:
                self.remarks.say(node.at(name), LEFT_OUT, f"{name} refers to components; this does not.", _plain(value))
        return list(found)

    def texts(self, node: Node, name: str) -> list[str]:
        """A property's values as texts: ids of references, numbers and truth values as they are written."""
        return [text for value in node.values.get(name, []) if (text := as_text(value))]

    def text(self, node: Node, name: str, language: str) -> str:
        """One text in the language wished for, else in English, else the first."""
        told = [value for value in node.values.get(name, []) if isinstance(value, Text) and value.text.strip()]
        for wish in (language, "en", ""):
            for value in told:
                if value.language.partition("-")[0].casefold() == wish.partition("-")[0].casefold():
                    return value.text.strip()
        return told[0].text.strip() if told else ""

    def number(self, node: Node, name: str) -> int | None:
        """A whole number of nought or more; None where there is none. What is none is said."""
        values = node.values.get(name, [])
        if not values:
            return None
        text = as_text(values[0])
        if text.isascii() and text.isdigit() and len(text) <= 6:
            return int(text)
        self.remarks.say(node.at(name), LEFT_OUT, f"{name} is a whole number; this is none.", _plain(values[0]))
        return None

    def _read(self, document: Any) -> None:
        for value, place in _roots(document, "$"):
            if isinstance(value, Mapping):
                self._node(value, place, 1)
            else:
                self.remarks.say(place, LEFT_OUT, "This is not a node.", value)

    def _node(self, values: Mapping[str, Any], place: str, depth: int) -> Ref:
        if depth > DEEPEST:
            raise RuleError(Problem(place, f"This is deeper than {DEEPEST} levels.", "Write it flatter."))
        given = values.get("@id", values.get("id"))
        iri = given if isinstance(given, str) and given else f"place:{place}"
        if given is not None and iri != given:
            self.remarks.say(place, LEFT_OUT, "The id of a node is a text; this is none.", given)
        types = values.get("@type", values.get("type", ()))
        names = tuple(
            short
            for one in (types if isinstance(types, list) else [types])
            if isinstance(one, str) and (short := local(one)) is not None
        )
        node = self.nodes.get(iri)
        again = node is not None
        if node is None:
            if len(self.nodes) >= MOST_NODES:
                wrong = f"There are more than {MOST_NODES} nodes."
                raise RuleError(Problem(place, wrong, "Give one pathway at a time."))
            node = self.nodes[iri] = Node(iri, place)
        node.types = tuple(dict.fromkeys((*node.types, *names)))
        for name, value in values.items():
            if name in ("@id", "id", "@type", "type", "@context"):
                continue
            self._property(node, str(name), value, f"{place}.{name}", depth, again=again)
        return Ref(iri)

    def _property(self, node: Node, name: str, value: Any, place: str, depth: int, *, again: bool) -> None:
        short = local(name)
        if short is None:
            node.strange.setdefault(name, value)
            return
        if short.startswith("cairn:"):
            read: list[Any] = [value]
        else:
            read = list(self._each(value, place, depth + 1))
        old = node.values.get(short)
        if old is None:
            node.values[short], node.places[short] = read, place
        elif again and (short in SINGLE or short.startswith("cairn:")):
            if old != read:
                why = f"This node stands twice, with two different values of {short}; the first holds."
                self.remarks.say(place, LEFT_OUT, why, value)
        else:
            node.values[short] = old + [one for one in read if one not in old]

    def _each(self, value: Any, place: str, depth: int) -> Iterator[Any]:
        """The values of a property: of lists each one, of language maps each language."""
        self._values += 1
        if self._values > MOST_VALUES or depth > DEEPEST:
            wrong = f"This has more than {MOST_VALUES} values or {DEEPEST} levels."
            raise RuleError(Problem(place, wrong, "Give one pathway at a time."))
        if isinstance(value, list | tuple):
            for number, one in enumerate(value):
                yield from self._each(one, f"{place}[{number}]", depth + 1)
        elif not isinstance(value, Mapping):
            if isinstance(value, str):
                yield Text(value)
            elif value is not None:
                yield value
        elif "@list" in value or "@set" in value:
            yield from self._each(value.get("@list", value.get("@set")), place, depth + 1)
        elif "@value" in value:
            inner, language = value["@value"], value.get("@language")
            if isinstance(inner, str):
                yield Text(inner, language if isinstance(language, str) else "")
            elif isinstance(inner, bool | int | float | Decimal):
                yield inner
        elif set(value) <= {"@id", "id"} and isinstance(iri := value.get("@id", value.get("id")), str) and iri:
            yield Ref(iri)
        elif _is_language_map(value):
            for language, one in value.items():
                for text in one if isinstance(one, list) else [one]:
                    if isinstance(text, str):
                        yield Text(text, str(language).lstrip("@"))
        else:
            yield self._node(value, place, depth + 1)


def as_text(value: Any) -> str:
    """A value as the text it is written with."""
    if isinstance(value, Ref):
        return value.id
    if isinstance(value, Text):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return ""


def _plain(value: Any) -> Any:
    return as_text(value) if isinstance(value, Ref | Text) else value


def _is_language_map(value: Mapping[str, Any]) -> bool:
    """Tell whether all keys are languages (`en`, `en-US`, also the `@en` of older documents) and all values texts."""
    return bool(value) and all(
        isinstance(key, str)
        and 2 <= len(key.lstrip("@").partition("-")[0]) <= 3
        and key.lstrip("@").replace("-", "").isalnum()
        and key not in ("id", "@id")
        and (isinstance(one, str) or (isinstance(one, list) and all(isinstance(text, str) for text in one)))
        for key, one in value.items()
    )


def _roots(document: Any, place: str) -> Iterator[tuple[Any, str]]:
    if isinstance(document, list | tuple):
        for number, one in enumerate(document):
            here = f"{place}[{number}]"
            if isinstance(one, Mapping) and "@graph" in one:
                yield from _roots(one, here)
            else:
                yield one, here
    elif isinstance(document, Mapping) and "@graph" in document:
        inside = document["@graph"]
        listed = inside if isinstance(inside, list | tuple) else [inside]
        yield from ((one, f"{place}.@graph[{number}]") for number, one in enumerate(listed))
    else:
        yield document, place


def _document(source: str | bytes | Mapping[str, Any] | list[Any]) -> Any:
    if not isinstance(source, str | bytes):
        return source
    if len(source) > LONGEST:
        raise RuleError(Problem("$", f"This is longer than {LONGEST} bytes.", "Give one pathway at a time."))
    try:
        return json.loads(source, parse_float=Decimal)
    except RecursionError as fault:
        raise RuleError(Problem("$", "This is nested too deeply to be a pathway.", "Write it flatter.")) from fault
    except ValueError as fault:
        raise RuleError(Problem("$", f"This is not JSON: {fault}.", "Give a JSON-LD document.")) from fault


def looks_like_ctdl(source: bytes) -> bool:
    """Tell whether JSON text is a linked-data document and no stacking rule, by its outermost words; it may still be no pathway."""
    if len(source) > LONGEST:
        return False
    try:
        document = json.loads(source)
    except (ValueError, RecursionError):
        return False
    if isinstance(document, list):
        return any(isinstance(one, dict) and ("@id" in one or "@graph" in one) for one in document)
    return (
        isinstance(document, dict)
        and "kind" not in document
        and bool({"@graph", "@context", "@type", "@id"} & set(document))
    )
