"""ELM as linked objects, the way its RDF and XML files hold it: each thing once, by its name, and everything else points to it.

A file of a national register holds thousands of opportunities that share specifications and organisations. Each thing that can be earned
is read as a document of its own, over one index of the whole file; the bounds of one reading hold for one thing, not for the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cairn.catalog.importing.elm_records import CLAIMS, OPPORTUNITIES, SPECIFICATIONS
from cairn.catalog.importing.words import objects
from cairn.credentials.elm.graph import MAX_STEPS, Graph, types_of

type Node = dict[str, Any]

TERMS = {
    "contentUrl": "contentURL", "EQFLevel": "eqfLevel", "NQFLevel": "nqfLevel",
}  # fmt: skip
"""Spellings of a term in the schemas for RDF and XML that differ from the one in JSON-LD."""
CREDENTIALS = {"EuropeanDigitalCredential", "EuropassCredential"}


@dataclass(frozen=True, slots=True)
class Linked:
    """The objects of one file. ``nodes`` are those that stand by themselves; ``index`` has every named one, nested ones too."""

    nodes: Sequence[Node]
    index: dict[str, Mapping[str, Any]]

    def graphs(self) -> Iterator[tuple[int, Graph]]:
        """Yield a graph for each thing that can be earned, and its number: claims, opportunities, then specifications alone."""
        credentials = [one for one in self.nodes if CREDENTIALS & set(types_of(one))]
        issuer = credentials[0].get("issuer") if len(credentials) == 1 else None
        pointed: set[str] = set()
        alone: list[tuple[int, Node]] = []
        for number, node in enumerate(self.nodes, 1):
            kinds = set(types_of(node))
            if kinds & CLAIMS and issuer:
                node = {**node, "issuer": issuer}
            if kinds & (CLAIMS | OPPORTUNITIES):
                pointed.update(_pointed(node))
                yield number, _Indexed(node, self.index)
            elif kinds & SPECIFICATIONS:
                alone.append((number, node))
        for number, node in alone:
            if node.get("id") not in pointed:
                yield number, _Indexed(node, self.index)


class _Indexed(Graph):
    """One thing of a file, over the index of all."""

    def __init__(self, document: Node, index: dict[str, Mapping[str, Any]]) -> None:
        self.document = document
        self._left = MAX_STEPS
        self._whole = index


def _pointed(node: Node) -> Iterator[str]:
    """Return the names of the specifications that a claim or opportunity, or a part inside it, is specified by."""
    layer = [node]
    while layer:
        for one in layer:
            for term in ("specifiedBy", "learningAchievementSpecification"):
                yield from (str(found["id"]) for found in objects(one.get(term)) if found.get("id"))
        layer = [part for one in layer for part in objects(one.get("hasPart")) if len(part) > 1]


def put(node: Node, term: str, value: Any) -> None:
    """Add a value of a term: texts by language are put together, other values stand beside each other."""
    held = node.get(term)
    if held is None:
        node[term] = value
    elif isinstance(held, list):
        held.append(value)
    else:
        node[term] = [held, value]
