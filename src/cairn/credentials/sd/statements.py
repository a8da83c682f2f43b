"""A document as statements that can be shown one by one: each under a name that tells nothing, in an order that tells nothing.

W3C Data Integrity ECDSA Cryptosuites 1.0, section 3.4. Every object without an id gets a made-up one, so that a part of the document
makes statements about the same things as the whole. Ordered lists and named graphs cannot be named in JSON-LD; those of a part are
found again in the whole by where they stand and what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, Quad

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import serialise
from cairn.credentials.linkeddata.canonical import covered_quads
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.linkeddata.coverage import check_coverage
from cairn.credentials.sd.labels import canonical_labels
from cairn.credentials.sd.pointers import Tree, selected

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST = NamedNode(_RDF + "first"), NamedNode(_RDF + "rest")


@dataclass(frozen=True, slots=True)
class Statements:
    """All a document says: ``lines`` in canonical N-Quads, sorted, with the blank nodes named by ``labels``."""

    document: Mapping[str, Any]
    lines: tuple[bytes, ...]
    labels: Mapping[str, str]
    _named: Mapping[str, Any]
    _prefix: str
    _whole: frozenset[int]
    _whole_named: frozenset[int]
    _quads: tuple[Quad, ...]
    _places: Mapping[bytes, int]
    _contexts: Contexts

    @classmethod
    def of(cls, document: Mapping[str, Any], contexts: Contexts, label: Callable[[str], str]) -> Statements:
        """Read ``document``, naming each blank node by ``label`` of its canonical name (``c14n0`` and so on).

        Raises what :func:`cairn.credentials.linkeddata.canonical.rdf_canonical` raises.
        """
        coverage = check_coverage(document, contexts)
        prefix = _unused_prefix(document)
        whole: set[int] = set()
        named = _named(document, coverage.nameless, coverage.whole, prefix, iter(range(1 << 30)), whole)
        quads = tuple(_with_blank_nodes(covered_quads(named, contexts), prefix))
        labels = {blank: label(name) for blank, name in canonical_labels(quads).items()}
        lines = tuple(sorted(set(relabelled_lines(quads, labels))))
        places = {line: place for place, line in enumerate(lines)}
        return cls(
            document, lines, labels, named, prefix, frozenset(coverage.whole), frozenset(whole), quads, places, contexts
        )

    def shown(self, tree: Tree) -> dict[str, Any]:
        """Return the part of the document that is selected; raises ``no_such_place`` or ``only_whole``."""
        return selected(self.document, tree, self._whole)

    def part(self, tree: Tree) -> Part:
        """Return the statements that a selection makes; raises ``no_such_place``, ``only_whole``, or :class:`NotCovered`."""
        shown = selected(self._named, tree, self._whole_named)
        quads = list(_with_blank_nodes(covered_quads(shown, self._contexts), self._prefix))
        aligned = _aligned(quads, self._quads)
        lines = relabelled_lines(aligned, self.labels)
        if not all(line in self._places for line in lines):
            raise CredentialError(
                "only_whole",
                "A place named here cannot be shown without what stands around it: alone, it would mean something else.",
                remedy="Point at the whole object that holds it.",
            )
        return Part(aligned, frozenset(self._places[line] for line in lines))


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a document's statements, with its blank nodes, and their places among all ``lines``."""

    quads: Sequence[Quad]
    places: frozenset[int]


def relabelled_lines(quads: Iterable[Quad], labels: Mapping[str, str]) -> list[bytes]:
    """Return each statement as a line of canonical N-Quads, its blank nodes renamed."""
    blanks = {before: BlankNode(after) for before, after in labels.items()}

    def renamed(term: Any) -> Any:
        return blanks[term.value] if isinstance(term, BlankNode) else term

    made = (Quad(renamed(one.subject), one.predicate, renamed(one.object), renamed(one.graph_name)) for one in quads)
    data = pyoxigraph.serialize(made, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    return [line + b"\n" for line in data.split(b"\n")[:-1]]


def _unused_prefix(document: Mapping[str, Any]) -> str:
    text = serialise(document)
    number = 0
    while f"urn:bnid:{number}:" in text:
        number += 1
    return f"urn:bnid:{number}:"


def _named(value: Any, nameless: set[int], whole: set[int], prefix: str, numbers: Any, whole_copies: set[int]) -> Any:
    """Copy ``value``, giving each nameless object an id; of the values that are shown only whole, the copies are noted."""
    made: Any
    if isinstance(value, Mapping):
        own = {"id": f"{prefix}n{next(numbers)}"} if id(value) in nameless else {}
        made = own | {
            key: one if key == "@context" else _named(one, nameless, whole, prefix, numbers, whole_copies)
            for key, one in value.items()
        }
    elif isinstance(value, list):
        made = [_named(one, nameless, whole, prefix, numbers, whole_copies) for one in value]
    else:
        return value
    if id(value) in whole:
        whole_copies.add(id(made))
    return made


def _with_blank_nodes(quads: Iterable[Quad], prefix: str) -> Iterable[Quad]:
    """Turn the made-up ids into blank nodes. A graph has no id, so none of these is the name of one."""
    start = len(prefix)
    for one in quads:
        subject, value = one.subject, one.object
        named = isinstance(subject, NamedNode) and subject.value.startswith(prefix)
        points = isinstance(value, NamedNode) and value.value.startswith(prefix)
        if named or points:
            yield Quad(
                BlankNode(subject.value[start:]) if isinstance(subject, NamedNode) and named else subject,
                one.predicate,
                BlankNode(value.value[start:]) if isinstance(value, NamedNode) and points else value,
                one.graph_name,
            )
        else:
            yield one


# -- Lists and graphs, which have no names of their own -------------------------------------------------------------------------


def _made_by_engine(term: Any) -> bool:
    """Tell the engine's own blank nodes from ours, which are called n0, n1 and so on; its names are hexadecimal."""
    return isinstance(term, BlankNode) and not term.value.startswith("n")


def _aligned(part: Sequence[Quad], whole: Sequence[Quad]) -> list[Quad]:
    """Rename the lists and graphs of ``part`` to those of ``whole`` that they are."""
    if not any(_made_by_engine(term) for one in part for term in (one.object, one.graph_name)):
        return list(part)
    names: dict[str, Any] = {}
    ours, theirs = _Anonymous.of(part), _Anonymous.of(whole)
    _match_graphs(ours, theirs, names)
    _match_lists(ours, theirs, names)

    def found(term: Any) -> Any:
        return names.get(term.value, term) if isinstance(term, BlankNode) else term

    return [Quad(found(one.subject), one.predicate, found(one.object), found(one.graph_name)) for one in part]


@dataclass(frozen=True, slots=True)
class _Anonymous:
    """The lists and graphs of a set of statements, each with where it hangs: (graph, subject, property)."""

    lists: list[tuple[tuple[Any, Any, Any], list[BlankNode], tuple[str, ...]]]
    graphs: list[tuple[tuple[Any, Any, Any], BlankNode, frozenset[str]]]

    @classmethod
    def of(cls, quads: Sequence[Quad]) -> _Anonymous:
        first: dict[Any, Any] = {one.subject: one.object for one in quads if one.predicate == _FIRST}
        rest: dict[Any, Any] = {one.subject: one.object for one in quads if one.predicate == _REST}
        holds: dict[Any, set[str]] = {}
        for one in quads:
            # What a list holds is compared with the list.
            if not _made_by_engine(one.subject):
                tail = "" if _made_by_engine(one.object) else str(one.object)
                holds.setdefault(one.graph_name, set()).add(f"{one.subject} {one.predicate} {tail}")
        made = cls([], [])
        for one in quads:
            hangs: Any = one.object
            if not _made_by_engine(hangs) or one.predicate == _REST:
                continue
            place = (one.graph_name, one.subject, one.predicate)
            if hangs in first:
                cells = [hangs]
                while (following := rest.get(cells[-1])) in rest:
                    cells.append(following)
                made.lists.append((place, cells, tuple(str(first.get(cell)) for cell in cells)))
            else:
                made.graphs.append((place, hangs, frozenset(holds.get(hangs, ()))))
        return made


def _match_graphs(part: _Anonymous, whole: _Anonymous, names: dict[str, Any]) -> None:
    """Outer graphs come before inner ones, as the engine writes them."""
    taken: set[str] = set()
    for (graph, subject, predicate), name, holds in part.graphs:
        place = (names.get(getattr(graph, "value", ""), graph), subject, predicate)
        fitting = [other for there, other, all_of_it in whole.graphs if there == place and holds <= all_of_it]
        fitting = [other for other in fitting if other.value not in taken]
        if len(fitting) != 1:
            raise NotSupported(
                "ambiguous_part",
                "Two signed parts of this document are so alike that it cannot be told which of them is shown.",
                remedy="Show all of them, or none.",
            )
        names[name.value] = fitting[0]
        taken.add(fitting[0].value)


def _match_lists(part: _Anonymous, whole: _Anonymous, names: dict[str, Any]) -> None:
    """Lists in the same place with the same content are one as good as the other."""
    free: dict[Any, list[list[BlankNode]]] = {}
    for place, cells, items in whole.lists:
        free.setdefault((place, items), []).append(cells)
    for (graph, subject, predicate), cells, items in part.lists:
        there = free.get(((names.get(getattr(graph, "value", ""), graph), subject, predicate), items))
        if not there:
            raise CredentialError(
                "only_whole", "An ordered list can only be shown whole.", remedy="Point at the whole list."
            )
        names.update((cell.value, other) for cell, other in zip(cells, there.pop(0), strict=True))
