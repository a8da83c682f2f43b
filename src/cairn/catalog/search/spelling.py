"""Words that are spelt nearly alike, out of the words that the index holds and how many versions hold them."""

from __future__ import annotations

import math
import threading
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from heapq import nsmallest

import tantivy

MOST_WORDS = 200_000
"""Of the words in use, so many of the most frequent are what something can be corrected to."""
OLDEST = 60.0
"""Seconds after which the words are read again, where the index has changed."""
_QUICK = 20_000
"""Up to so many words they are read again with every change."""
SHORTEST = 4
_MOST_REMEMBERED = 2_000
_LAST = chr(0x10FFFF)


@dataclass(frozen=True)
class _Words:
    """Words in use: an index of them, and each written backwards, in order, with its rank: 0 is the most frequent word.

    So the words that end alike stand together. An index would have to walk past all of its words to find them.
    """

    index: tantivy.Index
    backwards: list[str]
    ranks: array[int]

    def ending(self, word: str, most: int) -> list[str]:
        """Return the most frequent of the longer words that end in ``word``."""
        end = word[::-1]
        first, last = bisect_left(self.backwards, end), bisect_left(self.backwards, end + _LAST)
        if first < last and self.backwards[first] == end:
            first += 1
        return [self.backwards[at][::-1] for at in nsmallest(most, range(first, last), key=self.ranks.__getitem__)]

    @cached_property
    def nearest(self) -> Callable[[str, int, int], tuple[str, ...]]:
        """Return the words that are spelt most alike, of which at least so many versions hold each, and at most how many; remembered."""
        return lru_cache(maxsize=_MOST_REMEMBERED)(partial(_nearest, self.index))


class Spelling:
    """The words of one index; read when first needed. Some milliseconds for ten thousand words, then well under one for a question."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._generation: object = None
        self._read_at = 0.0
        self._count = 0
        self._words: _Words | None = None

    def nearest(
        self, searcher: tantivy.Searcher, generation: object, word: str, *, least: int = 1, most: int = 1
    ) -> list[str]:
        """Return the words most likely meant by ``word``, which is none of them; ``least`` versions must hold them."""
        if len(word) < SHORTEST or word.isdecimal():
            return []
        return list(self._ready(searcher, generation).nearest(word, least, most))

    def ending(self, searcher: tantivy.Searcher, generation: object, word: str, *, most: int = 6) -> list[str]:
        """Return the most frequent of the longer words that end in ``word``, a folded word."""
        return self._ready(searcher, generation).ending(word, most)

    def _ready(self, searcher: tantivy.Searcher, generation: object) -> _Words:
        with self._lock:
            fresh = self._generation == generation or (
                self._count > _QUICK and time.monotonic() - self._read_at < OLDEST
            )
            if self._words is None or not fresh:
                self._words = self._made(searcher)
                self._generation, self._read_at = generation, time.monotonic()
            return self._words

    def _made(self, searcher: tantivy.Searcher) -> _Words:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("word", tokenizer_name="raw", index_option="basic", stored=True)
        builder.add_unsigned_field("held", fast=True)
        made = tantivy.Index(builder.build())
        writer = made.writer(heap_size=20_000_000, num_threads=1)
        backwards: list[str] = []
        often: list[int] = []
        for word, held in searcher.terms_with_prefix("words", "", limit=MOST_WORDS):
            if len(word) >= SHORTEST - 1 and not word.isdecimal():
                document = tantivy.Document()
                document.add_text("word", word)
                document.add_unsigned("held", held)
                writer.add_document(document)
                backwards.append(word[::-1])
                often.append(held)
        writer.commit()
        made.reload()
        self._count = len(often)
        ranks = array("l", bytes(array("l").itemsize * len(often)))
        for rank, at in enumerate(sorted(range(len(often)), key=often.__getitem__, reverse=True)):
            ranks[at] = rank
        order = sorted(range(len(backwards)), key=backwards.__getitem__)
        return _Words(made, [backwards[at] for at in order], array("l", [ranks[at] for at in order]))


def _nearest(index: tantivy.Index, word: str, least: int, most: int) -> tuple[str, ...]:
    for distance in (1, 2) if len(word) >= 6 else (1,):
        query = tantivy.Query.fuzzy_term_query(index.schema, "word", word, distance=distance)
        opened = index.searcher()
        hits = opened.search(query, 60, count=False, order_by_field="held").hits
        found = [(str(opened.doc(address)["word"][0]), int(held)) for held, address in hits]
        ranked = sorted(
            (-_likeness(word, other, held), other) for other, held in found if held >= least and other != word
        )
        if ranked:
            return tuple([other for _, other in ranked[:most]])
    return ()


def _likeness(word: str, other: str, held: int) -> float:
    """The same first letter, the same letters and the same length say more than how often a word is used."""
    shared = 2 * sum(min(word.count(letter), other.count(letter)) for letter in set(word)) / (len(word) + len(other))
    return 3 * shared + (word[0] == other[0]) + 0.5 * (word[-1] == other[-1]) + 0.12 * math.log1p(held)
