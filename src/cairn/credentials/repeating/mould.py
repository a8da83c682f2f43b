"""A JSON text with holes: what the awards of one achievement have in common, letter for letter.

Whoever has read one such text with all care (:mod:`jsontext`) knows how the next one reads, if it differs from the first inside some
texts only, and what stands there is nothing but plain letters: no quotation mark, no backslash, nothing invisible. JSON puts no meaning
into the inside of a text, so keys, structure, numbers and nesting are those of the first. Any other text is for the careful reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from operator import itemgetter
from typing import Any

_STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)"[ \t\r\n]*+(:?)', re.DOTALL)


class Mould:
    """The pieces of a text around its holes."""

    __slots__ = ("_first", "_length", "_rest", "pieces")

    def __init__(self, pieces: Sequence[str]) -> None:
        self._first = pieces[0]
        self._length = len(pieces[0])
        self._rest = [(piece, len(piece)) for piece in pieces[1:]]
        self.pieces = tuple(pieces)

    @classmethod
    def around(cls, text: str, places: Collection[int]) -> Mould:
        """Return the mould of a JSON ``text``, with holes where its values number ``places`` stand, counting only values that are texts."""
        pieces: list[str] = []
        end = value = 0
        for found in _STRING.finditer(text):
            if found[2]:
                continue
            if value in places:
                pieces.append(text[end : found.start(1)])
                end = found.end(1)
            value += 1
        return cls([*pieces, text[end:]])

    @property
    def size(self) -> int:
        """Letters of all pieces together."""
        return self._length + sum(length for _, length in self._rest)

    def read(self, text: str) -> list[str] | None:
        """Return what stands in the holes, in their order, if ``text`` fits and all of it is plain letters; else None."""
        if not text.startswith(self._first):
            return None
        at = self._length
        found: list[str] = []
        for piece, length in self._rest:
            end = text.find('"', at)
            if end < 0 or not text.startswith(piece, end):
                return None
            found.append(text[at:end])
            at = end + length
        if at != len(text):
            return None
        joined = "".join(found)
        return None if "\\" in joined or not joined.isprintable() else found


class Writer:
    """A mould that takes its texts in an order of the caller's own, as often as they are needed."""

    __slots__ = ("_fill", "_texts_of")

    def __init__(self, mould: Mould, numbers: Sequence[int]) -> None:
        self._fill = "%s".join(piece.replace("%", "%%") for piece in mould.pieces)
        self._texts_of = itemgetter(*numbers)

    def filled(self, texts: Sequence[str]) -> str:
        """Return the text with plain ``texts`` in its holes."""
        made: str = self._fill % self._texts_of(texts)
        return made


def strings_of(value: Any) -> list[str]:
    """Return every text in a JSON value that is no key, in the order in which its JSON has them."""
    found: list[str] = []
    _gather(value, found)
    return found


def _gather(value: Any, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, dict):
        for one in value.values():
            _gather(one, found)
    elif isinstance(value, list):
        for one in value:
            _gather(one, found)


def places_of(document: dict[str, Any], marks: Sequence[str]) -> list[int] | None:
    """Return where among a document's texts each mark stands, if each stands there once; else None."""
    strings = strings_of(document)
    if any(strings.count(mark) != 1 for mark in marks):
        return None
    return [strings.index(mark) for mark in marks]
