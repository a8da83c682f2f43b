"""One shape of document, compiled: RDFC-1.0 for every document that differs from it in texts and identifiers only.

The document goes through the full path once (coverage, JSON-LD, RDFC-1.0) with a made-up address, a sentinel, in every slot. What
comes out are statements with holes. Filling the holes of another document of the shape gives its statements, since nothing in the
full path looks at a slot's text except in the ways that :meth:`Shape.fill` checks again for each document (see :mod:`shapes`).
Blank nodes are then named as RDFC-1.0 section 4.4 does while all first-degree hashes differ; where two are equal, the shape passes.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import pyoxigraph

from cairn.credentials.effort import uncounted
from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.canonical import ESCAPES, canonical_lines, covered_quads
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.linkeddata.coverage import OF_CREDENTIALS
from cairn.credentials.repeating.slots import Unfit, filled

# Nobody outside can guess it, so no word, type or vocabulary of a document can pass for a slot.
_SENTINEL = f"urn:x-slot-{secrets.token_hex(8)}:"
_SLOT = re.compile(re.escape(_SENTINEL) + r"(\d+):\Z")
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SCHEMES = frozenset({"http", "https", "did", "urn", "mailto", "data"})
_PART = r"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]++|%[0-9A-Fa-f]{2})*+"
_PLAIN_IRIS = re.compile(
    r"(?:(?:https?://[A-Za-z0-9\-.]+(?::[0-9]{1,5})?(?=[/?#\n])|did:[a-z0-9]+:|urn:[a-z0-9][a-z0-9\-]*:|mailto:(?=[^/\n])|data:[a-z]+/)"
    rf"{_PART}(?:\#{_PART})?\n)*\Z"
)
_DOTS = re.compile(r"/\.\.?(?:[/?#\n])")
_ESCAPED = bytes(ESCAPES)


HOLE = "\0"
"""No line of N-Quads holds this letter: it would be written as an escape."""
Piece = tuple[str, list[int]]
"""A line of N-Quads with its holes, and which argument fills each: slots come first, then blank nodes' labels."""
Fill = tuple[str, Callable[[Sequence[str]], Any]]


def template_of(pieces: Sequence[Piece]) -> Fill | None:
    """Join lines into one template for ``%`` and the getter of its arguments; None if there is no hole in it."""
    holes = [index for _, indexes in pieces for index in indexes]
    whole = "\n".join(text for text, _ in pieces)
    return (whole.replace("%", "%%").replace(HOLE, "%s"), itemgetter(*holes)) if holes else None


class Shape:
    """A compiled shape; raises :class:`Unfit` if documents of this shape are for the full algorithm."""

    def __init__(self, document: Mapping[str, Any], texts: Sequence[str], contexts: Contexts) -> None:
        self.slots = slots = len(texts)
        # Value-dependent in JSON-LD: an address may be a term, or start with one as a prefix (IRI expansion). The schemes below
        # never are one, and terms have no colon; a vocabulary that says otherwise is not for us.
        if _odd_words(document, contexts):
            raise Unfit
        sentinels = [f"{_SENTINEL}{number}:" for number in range(slots)]
        copy = filled(document, iter(sentinels))
        try:
            quads = covered_quads(copy, contexts)
        except CredentialError as error:
            raise Unfit from error
        self._blanks: dict[str, int] = {}
        self._kinds: dict[int, str] = {}
        lines = sorted({self._line(quad) for quad in quads})
        if len(self._kinds) != slots:
            raise Unfit  # a slot that vanished: a dropped word must never be signed
        self.blanks = len(self._blanks)
        self.iris = [number for number in range(slots) if self._kinds[number] == "iri"]
        self._iris_of = itemgetter(*self.iris) if len(self.iris) > 1 else None
        self.own_ids, self.other_ids = _ids(copy, {text: number for number, text in enumerate(sentinels)})
        # In the order in which this document's own lines come out, nearly: sorting what is nearly sorted is cheap.
        example = [*texts, *("_:c14n" for _ in range(self.blanks))]
        self.lines = sorted(map(self._piece, lines), key=lambda piece: _example_of(piece, example))
        self.near = self._surroundings(lines)
        self._whole = template_of(self.lines) or ("\n".join(text for text, _ in self.lines), lambda _: ())
        self._hashes = [Surroundings(alone, linked) for alone, linked in self.near]
        self.weight = sum(len(text) + 80 for text, _ in self.lines) * 4 + 200 * slots
        # The proof of the pudding: filled with the sentinels, it must give what the full algorithm gives.
        try:
            with uncounted():
                right = self.canonical(sentinels) == canonical_lines(quads)
        except CredentialError as error:
            raise Unfit from error
        if not right:
            raise Unfit

    # A line is (subject, predicate, object); a term is a text, a slot ("<", n, ">" or '"', n, tail) or the number of a blank node.

    def _line(self, quad: pyoxigraph.Quad) -> tuple[Any, str, Any]:
        if not isinstance(quad.graph_name, pyoxigraph.DefaultGraph):
            raise Unfit
        predicate = quad.predicate.value
        made = self._term(quad.subject), f"<{predicate}>", self._term(quad.object)
        # A slot as a type, or as a property, would be a word: such words are looked at by the guard.
        if _SENTINEL in predicate or (predicate == _RDF_TYPE and made[2][0] == "slot"):
            raise Unfit
        return made

    def _term(self, term: Any) -> tuple[str, Any, str]:
        if isinstance(term, pyoxigraph.BlankNode):
            return ("blank", f"{self._blanks.setdefault(term.value, len(self._blanks)):09d}", "")
        if isinstance(term, pyoxigraph.NamedNode):
            return self._value(term.value, "iri", "<", ">")
        if not isinstance(term, pyoxigraph.Literal):
            raise Unfit
        tail = '"'
        if term.language:
            tail += f"@{term.language}"
        elif term.datatype.value != _XSD_STRING:
            tail += f"^^<{term.datatype.value}>"
        if _SENTINEL in tail or getattr(term, "direction", None) is not None:
            raise Unfit
        return self._value(term.value, "text", '"', tail)

    def _value(self, value: str, kind: str, head: str, tail: str) -> tuple[str, Any, str]:
        slot = _SLOT.match(value)
        if slot is None:
            if _SENTINEL in value:
                raise Unfit  # a slot inside a longer text
            return ("fixed", head + (value.translate(ESCAPES) if kind == "text" else value) + tail, "")
        number = int(slot[1])
        if self._kinds.setdefault(number, kind) != kind:
            raise Unfit  # one slot, used as an identifier and as a text
        return ("slot", f"{number:09d}", head + HOLE + tail)

    def _piece(self, line: tuple[Any, str, Any], seen_from: int | None = None) -> Piece:
        """A line as a template and the numbers of its arguments: slots first, then the blank nodes' labels."""
        holes: list[int] = []
        texts: list[str] = []
        for term in (line[0], line[2]):
            what, value, frame = term
            if what == "fixed":
                texts.append(value)
            elif what == "slot":
                holes.append(int(value))
                texts.append(frame)
            elif seen_from is None:
                holes.append(self.slots + int(value))
                texts.append(HOLE)
            else:
                texts.append("_:a" if int(value) == seen_from else "_:z")
        return f"{texts[0]} {line[1]} {texts[1]} .", holes

    def _surroundings(self, lines: list[tuple[Any, str, Any]]) -> list[tuple[list[Piece], list[str]]]:
        """For each blank node the lines it stands in: those with no other blank node, and those with one."""
        found: list[tuple[list[Piece], list[str]]] = [([], []) for _ in range(self.blanks)]
        for line in lines:
            ends = {int(term[1]) for term in (line[0], line[2]) if term[0] == "blank"}
            for blank in ends:
                text, holes = self._piece(line, blank)
                if len(ends) > 1:
                    found[blank][1].append(text)
                else:
                    found[blank][0].append((text, holes))
        return found

    # -- Per document: what depends on the values ------------------------------------------------------------------------------

    def fill(self, slots: Sequence[str]) -> list[str]:
        """Check what of the guard's rules depends on texts, and return them as N-Quads writes them; raises :class:`Unfit`."""
        iris = self._iris_of(slots) if self._iris_of is not None else [slots[number] for number in self.iris]
        check_iris(iris)
        # The guard's rule of the split node: a credential's id names nothing else that carries what credentials carry.
        if self.own_ids:
            own = {slots[number] for number in self.own_ids}
            if len(own) != len(self.own_ids) or any(slots[number] in own for number in self.other_ids):
                raise Unfit
        return escaped(slots)

    def canonical(self, slots: Sequence[str]) -> bytes:
        """Return the canonical N-Quads of the document of this shape with these texts; raises :class:`Unfit`."""
        arguments = self.fill(slots)
        hashes = [(one.hash(arguments), number) for number, one in enumerate(self._hashes)]
        hashes.sort()
        labels = [""] * self.blanks
        before = ""
        for rank, (digest, number) in enumerate(hashes):
            if digest == before:
                raise Unfit
            before = digest
            labels[number] = f"_:c14n{rank}"
        template, arguments_of = self._whole
        lines = (template % arguments_of(arguments + labels)).split("\n")
        return ("\n".join(sorted(set(lines))) + "\n").encode()


def _example_of(piece: Piece, example: Sequence[str]) -> str:
    template, arguments_of = template_of([piece]) or (piece[0], None)
    return template if arguments_of is None else template % arguments_of(example)


MAX_REMEMBERED = 2_000
"""Letters of texts kept with one of a blank node's hashes."""
MAX_HASHES = 32
"""Hashes kept for a blank node."""


class Surroundings:
    """What a blank node's first-degree hash is made of (RDFC-1.0 section 4.6)."""

    __slots__ = ("_constant", "_fill", "_known", "_linked", "_plain")

    def __init__(self, alone: Sequence[Piece], linked: Sequence[str]) -> None:
        self._fill = template_of([piece for piece in alone if piece[1]])
        self._known: dict[Any, str] = {}
        self._plain = frozenset(text for text, holes in alone if not holes)
        self._linked = tuple(linked)
        self._constant = self._digest(sorted([*self._plain, *self._linked])) if self._fill is None else None

    def hash(self, arguments: Sequence[str]) -> str:
        """Return the hash, as hexadecimal digits."""
        if self._fill is None:
            return str(self._constant)
        template, arguments_of = self._fill
        # Awards of one achievement say the same of it, one after the other; and of grades there are few.
        texts = arguments_of(arguments)
        known = self._known.get(texts)
        if known is not None:
            return known
        filled = template % texts
        lines = set(filled.split("\n"))
        # Equal lines are one statement, unless they speak of another blank node: those are always statements of their own.
        digest = self._digest(sorted([*lines.union(self._plain), *self._linked]))
        if len(filled) < MAX_REMEMBERED:
            if len(self._known) >= MAX_HASHES:
                self._known.clear()
            self._known[texts] = digest
        return digest

    @staticmethod
    def _digest(lines: list[str]) -> str:
        return hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest()


def check_iris(iris: Sequence[str]) -> None:
    """Raise :class:`Unfit` unless each is a plain absolute IRI, which JSON-LD and the RDF engine leave exactly as it is."""
    joined = "\n".join([*iris, ""])
    # As many ends as identifiers: none of them holds one itself.
    if joined.count("\n") != len(iris) or not _PLAIN_IRIS.match(joined) or ("/." in joined and _DOTS.search(joined)):
        raise Unfit


def escaped(texts: Sequence[str]) -> list[str]:
    """Return texts as canonical N-Quads writes them (RDFC-1.0 section 5); raises :class:`Unfit` for codes that are no characters."""
    try:
        joined = "".join(texts).encode()
    except UnicodeEncodeError as error:
        raise Unfit from error
    if not joined.isascii() and (b"\xef\xbf\xbe" in joined or b"\xef\xbf\xbf" in joined):
        raise Unfit
    if len(joined.translate(None, _ESCAPED)) == len(joined):
        return list(texts)
    return [text.translate(ESCAPES) for text in texts]


def _looks_like_an_address(name: str) -> bool:
    return not name.startswith("@") and (":" in name or name in SCHEMES)


def _odd_words(value: Any, contexts: Contexts, *, is_context: bool = False) -> bool:
    """Tell whether any vocabulary named or written in ``value``, at any depth, defines a word that looks like an address."""
    todo: list[tuple[Any, bool]] = [(value, is_context)]
    while todo:
        one, is_context = todo.pop()
        if isinstance(one, str):
            if is_context and one in contexts and _odd_words_at(one, contexts):
                return True
        elif isinstance(one, Mapping):
            if is_context and any(map(_looks_like_an_address, one)):
                return True
            # In a vocabulary, contexts stand inside definitions; in a document, inside objects.
            for key, inner in one.items():
                if key == "@context":
                    todo.append((inner, True))
                elif isinstance(inner, dict | list | Mapping):
                    todo.append((inner, False))
        elif isinstance(one, list):
            todo.extend((inner, is_context) for inner in one)
    return False


@lru_cache(maxsize=256)
def _odd_words_at(url: str, contexts: Contexts) -> bool:
    return _odd_words(contexts[url], contexts, is_context=True)


def _ids(document: Any, slot_of: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """The slots of the credentials' own ids, and of the ids of other objects that carry what credentials carry."""
    own: list[int] = []
    other: list[int] = []
    todo: list[Any] = [document]
    while todo:
        one = todo.pop()
        if isinstance(one, Mapping):
            if "id" in one:
                number = slot_of.get(one["id"]) if isinstance(one["id"], str) else None
                if number is None:
                    raise Unfit
                if "VerifiableCredential" in as_list(one.get("type")):
                    own.append(number)
                elif not OF_CREDENTIALS.isdisjoint(one):
                    other.append(number)
            todo.extend(one.values())
        elif isinstance(one, list):
            todo.extend(one)
    return own, other
