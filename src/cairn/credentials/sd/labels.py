"""The canonical names of blank nodes (RDFC-1.0), which the engine gives to a whole dataset without saying which node got which.

They are found by comparing the dataset with its canonical form: nodes that look alike from where they stand, near and far, are one
another. Where several nodes of a document look exactly alike, which of them is called first does not matter to the canonical form; here it
is the one that stands first, so that the same document always gives the same names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph
from pyoxigraph import BlankNode, Quad

from cairn.credentials.errors import NotSupported
from cairn.credentials.poison import refuse_poison

MAX_TRIES = 200

type _Line = tuple[Any, str, Any, Any]
"""A statement: blank nodes as :class:`BlankNode`, everything else as text."""
type _Colours = dict[str, int]


def canonical_labels(quads: Sequence[Quad]) -> dict[str, str]:
    """Return the canonical name (``c14n0`` and so on) of each blank node, by its own name; raises ``too_complex``."""
    refuse_poison(quads)
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    ours, theirs = _Graph(quads), _Graph(sorted(dataset, key=str))
    # c14n10 comes after c14n9.
    theirs.blanks.sort(key=lambda name: (len(name), name))
    found = _matched(ours, theirs, {}, {}, [MAX_TRIES])
    if found is None:
        raise NotSupported("too_complex", "The parts of this document are too alike to be told apart.")
    return found


class _Graph:
    def __init__(self, quads: Sequence[Quad]) -> None:
        self.lines: set[_Line] = set()
        self.blanks: list[str] = []
        self.near: dict[str, list[_Line]] = {}
        for quad in quads:
            line = (_term(quad.subject), str(quad.predicate), _term(quad.object), _term(quad.graph_name))
            if line in self.lines:
                continue
            self.lines.add(line)
            for name in dict.fromkeys(term.value for term in line if isinstance(term, BlankNode)):
                if name not in self.near:
                    self.blanks.append(name)
                    self.near[name] = []
                self.near[name].append(line)

    def refined(self, start: Mapping[str, int]) -> _Colours:
        """Colour each node by what it sees, then by the colours it sees, until that tells no more nodes apart."""
        colours = {name: start.get(name, 0) for name in self.blanks}
        kinds = 0
        while (now := len(set(colours.values()))) > kinds:
            kinds = now
            colours = {name: hash((colours[name], self._view(name, colours))) for name in self.blanks}
        return colours

    def _view(self, name: str, colours: _Colours) -> tuple[int, ...]:
        return tuple(
            sorted(
                hash(
                    tuple(
                        (1 if term.value == name else (colours[term.value],)) if isinstance(term, BlankNode) else term
                        for term in line
                    )
                )
                for line in self.near[name]
            )
        )


def _matched(
    ours: _Graph, theirs: _Graph, fixed: dict[str, int], also: dict[str, int], tries: list[int]
) -> dict[str, str] | None:
    """Match the nodes of two graphs that are the same but for names; where colours leave a choice, make it and go on."""
    if tries[0] == 0:
        return None
    tries[0] -= 1
    left, right = ours.refined(fixed), theirs.refined(also)
    there: dict[int, list[str]] = {}
    for name in theirs.blanks:
        there.setdefault(right[name], []).append(name)
    here: dict[int, list[str]] = {}
    for name in ours.blanks:
        here.setdefault(left[name], []).append(name)
    if {colour: len(many) for colour, many in here.items()} != {colour: len(many) for colour, many in there.items()}:
        return None
    several = next((colour for colour, many in here.items() if len(many) > 1), None)
    if several is None:
        names = {name: there[colour][0] for colour, (name,) in here.items()}
        return names if {_renamed(line, names) for line in ours.lines} == theirs.lines else None
    chosen = here[several][0]
    mark = len(fixed) + 1
    for candidate in there[several]:
        found = _matched(ours, theirs, {**fixed, chosen: mark}, {**also, candidate: mark}, tries)
        if found is not None:
            return found
    return None


def _renamed(line: _Line, names: Mapping[str, str]) -> _Line:
    subject, predicate, value, graph = line
    return _named(subject, names), predicate, _named(value, names), _named(graph, names)


def _named(term: Any, names: Mapping[str, str]) -> Any:
    return BlankNode(names[term.value]) if isinstance(term, BlankNode) else term


def _term(term: Any) -> Any:
    return term if isinstance(term, BlankNode) else str(term)
