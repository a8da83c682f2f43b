"""Canonical forms by shape: most documents differ from one seen before in a few texts only.

:func:`canonical` gives exactly what :func:`~cairn.credentials.linkeddata.canonical.rdf_canonical` gives, and refuses what it refuses:
a document takes the short way only if its *shape* went the long way once, and anything in doubt goes the long way. The shape is
everything but the texts: fields and their order, list lengths, numbers, true, false, null, contexts, types, languages, purposes. Two
documents of one shape therefore meet the same words in the same places. Of the long way's checks,

depend on the shape alone, and hold for all its documents once they held for one:
    undefined, disguised, redefined and uncompact words; unknown types and contexts; what is a list, an object, a value object, its
    language and datatype; numbers; how much of everything there is (nodes, types, embedded contexts, statements); whether each text
    reaches a statement (a slot that vanishes is a word the signature would not cover);

depend on the texts, and are made again for each document, which goes the long way unless they hold:
    identifiers are plain absolute IRIs of common schemes, without dot segments, which no term or prefix of a context can change, and
    which the engine leaves as they are; a credential's id names nothing else (the split node); no text holds a lone surrogate, U+FFFE
    or U+FFFF; all first-degree hashes of blank nodes differ, so nothing needs the N-degree algorithm and nothing can be poison.

A shape is never compiled at all if it has named graphs; a slot inside a longer text or a JSON literal, as a property or a type, as
identifier and text at once, or as nothing; a vocabulary with a word that looks like an address or its scheme; an ``id`` that is no
text; more than :data:`MAX_TOKENS` parts; or blank nodes that are twins whatever the texts say.

The cache is bounded in shapes and bytes. A shape is compiled when it is met for the second time, and only as often as the short way
has been worth it, so documents made up to be all different cost a walk each and a bounded number of compilations.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import orjson

from cairn.credentials.linkeddata.canonical import content_hash, rdf_canonical
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.linkeddata.coverage import check_coverage
from cairn.credentials.repeating.shape import Shape
from cairn.credentials.repeating.slots import Unfit, read_shape

MAX_TOKENS = 4_000
MAX_SHAPES = 256
MAX_WEIGHT = 64 * 1024 * 1024
"""Bytes, roughly, that compiled shapes may take together."""
MAX_MET = 4_096
"""Shapes remembered as met once, or as unfit."""
_COMPILATION = 70
"""What compiling costs. A document that goes the long way pays one, less than a tenth of what it costs itself."""
_SAVED = 10
"""What a document pays that goes the short way."""
_START = 40 * _COMPILATION
_MOST = 100 * _COMPILATION
MAX_OPTIONS = 8_000
"""Letters of proof options whose hash is remembered."""
_Key = tuple[Any, ...]


class Shapes:
    """A bounded store of compiled shapes, least recently used out first. Safe to share between threads."""

    def __init__(self) -> None:
        self._compiled: OrderedDict[_Key, Shape] = OrderedDict()
        self._met: OrderedDict[int, bool] = OrderedDict()
        self._weight = 0
        self._credit = _START
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._compiled)

    @property
    def weight(self) -> int:
        """Bytes, roughly, of what is kept."""
        return self._weight

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._compiled.clear()
            self._met.clear()
            self._weight, self._credit = 0, _START

    def canonical(self, document: Mapping[str, Any], contexts: Contexts) -> bytes:
        """Return (and raise) exactly what :func:`rdf_canonical` does for ``document``."""
        try:
            tokens, slots = read_shape(document)
            return self.shape_of(document, tokens, slots, contexts).canonical(slots)
        except (Unfit, RecursionError):
            return rdf_canonical(document, contexts)

    def shape_of(
        self,
        document: Mapping[str, Any],
        tokens: list[Any],
        slots: Sequence[str],
        contexts: Contexts,
        *,
        again: bool = False,
    ) -> Shape:
        """Return the compiled shape of a document that was read as ``tokens`` and ``slots``; raises :class:`Unfit` if there is none.

        ``again`` says that the caller has met it before, so it is compiled now.
        """
        if len(tokens) > MAX_TOKENS:
            raise Unfit
        key = (contexts, *tokens)
        with self._lock:
            shape = self._compiled.get(key)
            self._credit = min(self._credit + (1 if shape is None else _SAVED), _MOST)
            if shape is not None:
                self._compiled.move_to_end(key)
                return shape
            if not again and not self._worth_compiling(key):
                raise Unfit
        shape = Shape(document, slots, contexts)  # Unfit leaves it marked as not to be tried again
        with self._lock:
            self._keep(key, shape)
        return shape

    def _worth_compiling(self, key: _Key) -> bool:
        """Tell whether this shape was met before (and not found unfit), and compiling has not been overdone."""
        # A hash is enough here: two shapes taken for one are compiled a little sooner or later, nothing else.
        name = hash(key)
        again = self._met.get(name)
        if again and self._credit >= _COMPILATION:
            self._credit -= _COMPILATION
            self._met[name] = False
            return True
        if again is None:
            self._met[name] = True
            if len(self._met) > MAX_MET:
                self._met.popitem(last=False)
        return False

    def _keep(self, key: _Key, shape: Shape) -> None:
        self._met.pop(hash(key), None)
        if key not in self._compiled:
            self._compiled[key] = shape
            self._weight += _weight_of(key, shape)
        while len(self._compiled) > MAX_SHAPES or self._weight > MAX_WEIGHT:
            old, dropped = self._compiled.popitem(last=False)
            self._weight -= _weight_of(old, dropped)


def _weight_of(key: _Key, shape: Shape) -> int:
    return shape.weight + _size(key)


def _size(key: _Key) -> int:
    return sum(60 + (_size(one) if isinstance(one, tuple) else len(one) if isinstance(one, str) else 0) for one in key)


SHAPES = Shapes()
"""The one everybody shares: signing and checking meet the same shapes."""


def canonical(document: Mapping[str, Any], contexts: Contexts) -> bytes:
    """Return (and raise) exactly what :func:`cairn.credentials.linkeddata.canonical.rdf_canonical` does, sooner for shapes met before."""
    return SHAPES.canonical(document, contexts)


def refuse_uncovered(document: Mapping[str, Any], contexts: Contexts) -> None:
    """Raise what :func:`cairn.credentials.linkeddata.coverage.check_coverage` raises for ``document``; sooner for shapes met before."""
    try:
        tokens, slots = read_shape(document)
        SHAPES.shape_of(document, tokens, slots, contexts).fill(slots)
    except (Unfit, RecursionError):
        check_coverage(document, contexts)


class _Hashes:
    """Hashes of small documents met lately, such as the options of a batch's proofs, which are the same for a thousand awards."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Contexts, bytes], bytes] = OrderedDict()
        self._lock = Lock()

    def of(self, document: Mapping[str, Any], contexts: Contexts) -> bytes:
        """Return the SHA-256 of the canonical form of ``document``."""
        try:
            key = (contexts, orjson.dumps(document, option=orjson.OPT_PASSTHROUGH_SUBCLASS))
        except TypeError:
            return content_hash(canonical(document, contexts))
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = content_hash(canonical(document, contexts))
        if len(key[1]) > MAX_OPTIONS:
            return made
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > 256:
                self._kept.popitem(last=False)
        return made


_OPTIONS = _Hashes()


def options_hash(options: Mapping[str, Any], contexts: Contexts) -> bytes:
    """Return the SHA-256 of the canonical form of proof options; raises as :func:`canonical` does."""
    return _OPTIONS.of(options, contexts)
