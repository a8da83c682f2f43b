"""The canonical names of blank nodes (RDFC-1.0), which the engine gives to a whole dataset without saying which node got which.

Where each node's surroundings are its own, the order of their hashes names them, and the engine is not needed. Else they are found by
comparing the dataset with its canonical form: nodes that look alike from where they stand, near and far, are one another. Where
several nodes of a document look exactly alike, which of them is called first does not matter to the canonical form; here it is the one
that stands first, so that the same document always gives the same names.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Quad

from cairn.credentials.errors import NotSupported
from cairn.credentials.linkeddata.poison import refuse_poison

MAX_STATEMENTS = 5_000
"""Each may need a signature of its own, which costs a verifier a twentieth of a millisecond and more."""
MAX_WORK = 100_000
"""Statements looked at while comparing, half a second's worth. A credential takes a few hundred."""

type _Line = tuple[Any, str, Any, Any]
"""A statement: blank nodes as :class:`BlankNode`, everything else as text."""


def canonical_labels(quads: Sequence[Quad]) -> dict[str, str]:
    """Return the canonical name (``c14n0`` and so on) of each blank node, by its own name; raises ``too_complex``."""
    if len(quads) > MAX_STATEMENTS:
        raise NotSupported("too_complex", f"This document makes more than {MAX_STATEMENTS} statements.")
    quads = list(dict.fromkeys(quads))
    named = _named_by_surroundings(quads)
    return _named_by_comparison(quads) if named is None else named


def _named_by_surroundings(quads: Sequence[Quad]) -> dict[str, str] | None:
    """Name each node by the rank of its first-degree hash (RDFC-1.0 section 4.6); None if two have the same, or in named graphs."""
    around: dict[str, list[str]] = {}
    written = pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    for quad, line in zip(quads, written.decode().split("\n"), strict=False):
        if not isinstance(quad.graph_name, DefaultGraph):
            return None
        subject, value = quad.subject, quad.object
        from_blank, to_blank = isinstance(subject, BlankNode), isinstance(value, BlankNode)
        if not (from_blank or to_blank):
            continue
        head, predicate, tail = line.split(" ", 2)
        if isinstance(subject, BlankNode):
            seen = "_:a ." if value == subject else "_:z ." if to_blank else tail
            around.setdefault(subject.value, []).append(f"_:a {predicate} {seen}\n")
        if isinstance(value, BlankNode) and value != subject:
            around.setdefault(value.value, []).append(f"{'_:z' if from_blank else head} {predicate} _:a .\n")
    hashes = {hashlib.sha256("".join(sorted(its)).encode()).digest(): name for name, its in around.items()}
    if len(hashes) != len(around):
        return None
    return {hashes[digest]: f"c14n{rank}" for rank, digest in enumerate(sorted(hashes))}


def _named_by_comparison(quads: Sequence[Quad]) -> dict[str, str]:
    refuse_poison(quads)
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    ours, theirs = _Graph(quads), _Graph(dataset)
    if not ours.blanks:
        return {}
    # c14n10 comes after c14n9.
    theirs.blanks.sort(key=lambda name: (len(name), name))
    for graph in (ours, theirs):
        graph.begin()
    mark = 0
    while ours.several:
        several = next(iter(ours.several))
        # These are alike from near and far. In graphs that are no poison, any of them will do for any other.
        mark += 1
        if len(theirs.classes.get(several, ())) != len(ours.classes[several]):
            raise _too_alike()
        for graph in (ours, theirs):
            graph.single_out(several, mark)
    names: dict[str, str] = {}
    for colour, (name,) in ours.classes.items():
        names[name] = next(iter(theirs.classes.get(colour, ())), "")
    same = {name: name for name in theirs.blanks}
    if {_renamed(line, names) for line in ours.lines} != {_renamed(line, same) for line in theirs.lines}:
        raise _too_alike()
    return names


def _too_alike() -> NotSupported:
    return NotSupported("too_complex", "The parts of this document are too alike to be told apart.")


class _Graph:
    """Statements about blank nodes, which are sorted into classes (by colour) of nodes that nothing tells apart so far."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.lines: set[_Line] = set()
        self.blanks: list[str] = []
        self.near: dict[str, list[_Line]] = {}
        self.beside: dict[str, set[str]] = {}
        self.work = MAX_WORK
        for quad in quads:
            line = (_term(quad.subject), str(quad.predicate), _term(quad.object), _term(quad.graph_name))
            if line not in self.lines:
                self.lines.add(line)
                self._note(line)
        self.colours: dict[str, int] = {}
        self.classes: dict[int, deque[str]] = {}
        self.several: set[int] = set()
        """Colours of more than one node."""

    def _note(self, line: _Line) -> None:
        names = {term.value: None for term in line if isinstance(term, BlankNode)}
        for name in names:
            if name not in self.near:
                self.blanks.append(name)
                self.near[name] = []
                self.beside[name] = set()
            self.near[name].append(line)
            self.beside[name].update(names)

    def begin(self) -> None:
        """Put all nodes into one class, and tell apart what can be told apart."""
        self._keep(0, self.blanks)
        self.refine(self.blanks)

    def _keep(self, colour: int, names: Iterable[str]) -> None:
        self.classes[colour] = deque(names)
        self.colours.update(dict.fromkeys(names, colour))
        if len(self.classes[colour]) > 1:
            self.several.add(colour)

    def single_out(self, colour: int, mark: int) -> None:
        """Give the first node of a class a colour of its own, and see what that tells apart."""
        chosen = self.classes[colour].popleft()
        if len(self.classes[colour]) == 1:
            self.several.discard(colour)
        self._keep(hash((colour, mark)), [chosen])
        self.refine([chosen])

    def refine(self, changed: Iterable[str]) -> None:
        """Split classes by what their nodes see, as long as nodes see anything new."""
        changed = set(changed)
        while changed:
            around = {self.colours[other] for name in changed for other in self.beside[name]}
            views: dict[int, dict[int, list[str]]] = {}
            for colour in around:
                if colour in self.several:
                    views[colour] = {}
                    for name in self.classes[colour]:
                        views[colour].setdefault(hash((colour, self._view(name))), []).append(name)
            changed = set()
            for colour, parts in views.items():
                if len(parts) > 1:
                    del self.classes[colour]
                    self.several.discard(colour)
                    for new, names in parts.items():
                        self._keep(new, names)
                        changed.update(names)

    def _view(self, name: str) -> tuple[int, ...]:
        lines = self.near[name]
        self.work -= len(lines)
        if self.work < 0:
            raise _too_alike()
        return tuple(sorted(hash(tuple(self._seen(term, name) for term in line)) for line in lines))

    def _seen(self, term: Any, viewer: str) -> Any:
        if isinstance(term, BlankNode):
            return 1 if term.value == viewer else (self.colours[term.value],)
        return term


def _renamed(line: _Line, names: Mapping[str, str]) -> _Line:
    subject, predicate, value, graph = line
    return _named(subject, names), predicate, _named(value, names), _named(graph, names)


def _named(term: Any, names: Mapping[str, str]) -> Any:
    return (names[term.value],) if isinstance(term, BlankNode) else term


def _term(term: Any) -> Any:
    return term if isinstance(term, BlankNode) else str(term)
