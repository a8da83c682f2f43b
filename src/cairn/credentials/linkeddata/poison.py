"""Graphs built to take forever: told by their shape, before any work is done on them.

RDFC-1.0 names blank nodes by hashing what surrounds them. Nodes with a first-degree hash of their own are named in linear time. The
others ("twins") are told apart by trying their neighbours in every order (section 4.8, Hash N-Degree Quads), and orders multiply only
where several twin neighbours look alike from where one stands. So twins that touch each other form islands, and an island is let
through if it is small, or if nowhere in it two neighbours look alike (a list that occurs twice, say); anything else is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph

from cairn.credentials.effort import ALIKE, BRANCHING, spend
from cairn.credentials.errors import NotSupported

MAX_TOGETHER = 6
"""Twins that all look alike to each other take 0.04 s for six of them, 0.3 s for seven, 3 s for eight, 25 s for nine."""
MAX_BRANCHING = 300
"""Twins in islands with alike neighbours, over the whole document: measured at 0.15 s for their costliest form in JSON."""
MAX_ISLAND = 256
MAX_STEPS = 500_000
"""Work on islands without alike neighbours grows with the square of their size."""

_Place = tuple[str, str]


@dataclass(slots=True)
class _Node:
    """A blank node: its statements as it sees them, and its blank neighbours with the place (position, predicate) they stand in."""

    lines: list[str] = field(default_factory=list)
    neighbours: list[tuple[_Place, str]] = field(default_factory=list)


def refuse_poison(quads: Iterable[pyoxigraph.Quad]) -> None:
    """Raise :class:`NotSupported` ``too_complex`` if canonicalising ``quads`` could take more than a moment."""
    nodes = _blank_nodes(quads)
    spend(ALIKE * len(nodes))
    hashes = {name: hashlib.sha256("\n".join(sorted(node.lines)).encode()).digest() for name, node in nodes.items()}
    alike: dict[bytes, int] = {}
    for digest in hashes.values():
        alike[digest] = alike.get(digest, 0) + 1
    twins = {name for name, digest in hashes.items() if alike[digest] > 1}
    branching = steps = 0
    while twins:
        island = _island(twins, nodes)
        twins -= island
        if len(island) <= 2:
            continue
        if any(_sees_alike(nodes[name], island, hashes) for name in island):
            branching += len(island)
            spend(BRANCHING * len(island))
            too_much = len(island) > MAX_TOGETHER or branching > MAX_BRANCHING
        else:
            steps += len(island) ** 2
            spend(len(island) ** 2 // ALIKE)
            too_much = len(island) > MAX_ISLAND or steps > MAX_STEPS
        if too_much:
            raise NotSupported(
                "too_complex",
                "This document holds many parts that look exactly alike and refer to each other, as in an attack on verifiers.",
                remedy="Ask the issuer to give the parts ids of their own.",
            )


def _blank_nodes(quads: Iterable[pyoxigraph.Quad]) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    for quad in quads:
        terms = (quad.subject, quad.object, quad.graph_name)
        names = [term.value if isinstance(term, pyoxigraph.BlankNode) else None for term in terms]
        if not any(names):
            continue
        predicate = quad.predicate.value
        texts = ["" if name is not None else str(term) for name, term in zip(names, terms, strict=True)]
        for name in {name for name in names if name is not None}:
            shown = [
                text if one is None else "_:a" if one == name else "_:z" for one, text in zip(names, texts, strict=True)
            ]
            node = nodes.setdefault(name, _Node())
            node.lines.append(f"{shown[0]} {predicate} {shown[1]} {shown[2]}")
            for position, other in zip("sog", names, strict=True):
                if other is not None and other != name:
                    node.neighbours.append(((position, "" if position == "g" else predicate), other))
    return nodes


def _island(twins: set[str], nodes: dict[str, _Node]) -> set[str]:
    """Return some twin with all the twins it touches, directly or through others."""
    start = next(iter(twins))
    island, edge = {start}, [start]
    while edge:
        for _, other in nodes[edge.pop()].neighbours:
            if other in twins and other not in island:
                island.add(other)
                edge.append(other)
    return island


def _sees_alike(node: _Node, island: set[str], hashes: dict[str, bytes]) -> bool:
    """Tell whether two different neighbours in the island look the same from here."""
    seen: dict[tuple[_Place, bytes], str] = {}
    return any(
        seen.setdefault((place, hashes[other]), other) != other for place, other in node.neighbours if other in island
    )
