"""ELM in RDF: Turtle, TriG, N-Triples, N-Quads and RDF/XML, as registers and the Publications Office export it.

A term of ELM's JSON-LD is the last part of the address that it has in RDF, but for ``dc:type``, which is no class and is called ``dcType``.
A document type is refused before anything is parsed: its entities could make a small file endless.
"""

from __future__ import annotations

import re
from typing import Any

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from cairn.catalog.importing.documents import Given, Tell, text_of
from cairn.catalog.importing.elm_linked import TERMS, Linked, Node, put

MOST_STATEMENTS = 2_000_000
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DC_TYPE = "http://purl.org/dc/terms/type"
_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_TURTLE = re.compile(
    r"(?:\s|#[^\n]*\n)*(?:@prefix|@base|PREFIX\s|BASE\s|<(?:https?://|urn:)[^>\s]*>|_:\w|\[\s)", re.IGNORECASE
)
_LINES = {
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "ttl": RdfFormat.TURTLE,
    "n3": RdfFormat.TURTLE,
}
ENDINGS = (*_LINES, "rdf", "owl")


def is_turtle(given: Given) -> bool:
    """Tell whether a file is one of the line formats of RDF, by its name or by how it begins."""
    return _ending(given) in _LINES or bool(_TURTLE.match(given.content[:4096].decode("utf-8-sig", "replace")))


def turtle(given: Given, tell: Tell) -> Linked | None:
    """Return the objects of a Turtle, TriG, N-Triples or N-Quads file; None, told, where it is broken before the first one."""
    text = text_of(given, tell)
    return None if text is None else _linked(given, text, _LINES.get(_ending(given), RdfFormat.TRIG), tell)


def rdf_xml(given: Given, text: str, tell: Tell) -> Linked | None:
    """Return the objects of an RDF/XML file, whose text has no document type and no declaration of letters any more."""
    return _linked(given, text, RdfFormat.RDF_XML, tell)


def _ending(given: Given) -> str:
    return given.name.lower().removesuffix(".gz").removesuffix(".xz").rsplit(".", 1)[-1]


def _linked(given: Given, text: str, kind: RdfFormat, tell: Tell) -> Linked | None:
    nodes: dict[str, Node] = {}
    try:
        for number, quad in enumerate(pyoxigraph.parse(text, format=kind), 1):
            if number > MOST_STATEMENTS:
                tell(
                    given.place.refused(
                        "too_many_statements",
                        f"After {MOST_STATEMENTS:,} statements no more is read.",
                        "Give it in smaller parts.",
                    )
                )
                break
            subject = quad.subject
            if not isinstance(subject, NamedNode | BlankNode):
                continue
            name = _name(subject)
            _say(nodes.setdefault(name, {"id": name}), quad.predicate.value, quad.object)
    except (SyntaxError, ValueError, OSError) as error:
        whole = f"; the {len(nodes):,} objects before it are read" if nodes else ""
        tell(given.place.refused("broken_rdf", f"It is no whole RDF: {str(error)[:200]}{whole}.", "Export it again."))
    return Linked(list(nodes.values()), dict(nodes)) if nodes else None


def _say(node: Node, predicate: str, value: Any) -> None:
    if predicate == _TYPE:
        if isinstance(value, NamedNode):
            put(node, "type", _last(value.value))
        return
    term = "dcType" if predicate == _DC_TYPE else _last(predicate)
    term = TERMS.get(term, term)
    if term == "id" or not term:
        return
    if isinstance(value, Literal):
        text = value.value.replace("\x00", "")
        if value.language:
            put(node, term, {value.language: text})
        else:
            put(node, term, text in {"true", "1"} if value.datatype.value == _BOOLEAN else text)
    elif isinstance(value, NamedNode | BlankNode):
        put(node, term, {"id": _name(value)})


def _name(term: NamedNode | BlankNode) -> str:
    return term.value if isinstance(term, NamedNode) else f"_:{term.value}"


def _last(address: str) -> str:
    return re.split(r"[/#]", address)[-1]
