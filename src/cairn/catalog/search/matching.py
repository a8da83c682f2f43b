"""From a question to what is asked of the index: one clause for each word or stretch of words, and why a version matches it.

A clause is met in any of these ways, the first ones weighing most: the words themselves (or their other spelling, or words that begin so);
what they mean in the frameworks (a skill that is taught, an occupation that is prepared for, another label of either); what they mean in
English. A word that stands nowhere is read as the nearest one that does; where there is none, it is left out and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tantivy

from cairn.catalog.search.labels import LONGEST_LABEL, Meaning, stems_of, translated
from cairn.catalog.search.store import Opened
from cairn.catalog.search.understanding import Understood
from cairn.catalog.search.words import GENERAL, key_of, spellings, stem, telling, tokens

Query = tantivy.Query
MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
MOST_BEGINNINGS = 12
SHORTEST_BEGINNING = 3
SHORTEST_COMPOUND, SHORTEST_PART = 7, 3
_TITLE, _AIM = 3.0, 1.0
_OTHER_LABEL, _IN_ENGLISH, _BEGINS, _CORRECTED = 0.6, 0.9, 0.7, 0.8
_TEACHES, _PREPARES, _TEACHES_MAYBE = 2.0, 2.0, 0.5


@dataclass(frozen=True)
class Way:
    """One way to meet a clause: by stems, or by carrying an identifier. ``read_as`` says as what the words were read."""

    stems: tuple[str, ...] = ()
    kind: str = "words"
    identifiers: tuple[str, ...] = ()
    read_as: str = ""


@dataclass(frozen=True)
class Clause:
    """Some words of the question, what is asked of the index for them, and the ways in which a version may meet it."""

    said: str
    query: tantivy.Query
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Correction:
    """A word that stands nowhere, and the word it was read as."""

    said: str
    read_as: str


@dataclass(frozen=True)
class Asked:
    """A question as it was read. ``unknown`` words were left out; ``extras`` only help the order."""

    understood: Understood
    clauses: tuple[Clause, ...]
    extras: tuple[tantivy.Query, ...]
    corrections: tuple[Correction, ...]
    unknown: tuple[str, ...]


class Reader:
    """Reads questions for one state of the index."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.schema = opened.schema
        self.searcher = opened.index.searcher()

    def read(self, understood: Understood) -> Asked:
        """Read a question. Bounded: at most twelve words, five to a stretch, a few labels for each."""
        words = telling(tokens(understood.text))
        meant = [word for word in words if word not in GENERAL] or words
        spans = [(at, size) for at in range(len(meant)) for size in range(min(LONGEST_LABEL, len(meant) - at), 0, -1)]
        keys = {key_of(meant[at : at + size]) for at, size in spans}
        keys |= {key_of([_joined(meant[at : at + 2])]) for at in range(len(meant) - 1)}
        meanings = self.opened.labels.meanings(sorted(keys))
        clauses: list[Clause] = []
        corrections: list[Correction] = []
        unknown: list[str] = []
        at = 0
        while at < len(meant):
            size = next(
                (
                    size
                    for start, size in spans
                    if start == at
                    and size > 1
                    and (
                        key_of(meant[at : at + size]) in meanings
                        or translated(meant[at : at + size])
                        or (size == 2 and self._one_word(meant[at : at + 2], meanings))
                    )
                ),
                1,
            )
            stretch = meant[at : at + size]
            meant_by = meanings.get(key_of(stretch), [])
            if size == 2:
                meant_by = [*meant_by, *meanings.get(key_of([_joined(stretch)]), [])]
            clause = self._clause(stretch, meant_by, corrections)
            if clause is None:
                unknown += stretch
            else:
                clauses.append(clause)
            at += size
        extras = tuple(self.word(stem(word)) for word in words if word not in meant)
        return Asked(understood, tuple(clauses), extras, tuple(corrections), tuple(unknown))

    def suggestion(self, asked: Asked) -> str:
        """Return the question with rare words put as frequent ones that are spelt nearly alike; "" where there is nothing to suggest."""
        words = tokens(asked.understood.text)
        corrected = {one.said: one.read_as for one in asked.corrections}
        put = []
        for word in words:
            held = self._held(word)
            better = [] if word in corrected or not held else self._nearest(word, least=max(5, 20 * held))
            put.append(corrected.get(word) or next(iter(better), word))
        return " ".join(put) if put != words else ""

    def names_something(self, clause: Clause) -> bool:
        """Say whether a clause names something to learn or become, and not only a place or a provider."""
        return any(
            way.kind != "words" or all(self.searcher.doc_freq("title", each) for each in way.stems)
            for way in clause.ways
        )

    def word(self, stemmed: str) -> tantivy.Query:
        """Ask for one stem anywhere; in the title or in what it leads to it weighs more."""
        return Query.boolean_query(
            [
                (MUST, Query.term_query(self.schema, "every", stemmed)),
                (SHOULD, Query.boost_query(Query.term_query(self.schema, "title", stemmed), _TITLE)),
                (SHOULD, Query.boost_query(Query.term_query(self.schema, "aim", stemmed), _AIM)),
            ]
        )

    def _clause(self, stretch: Sequence[str], meanings: list[Meaning], corrections: list[Correction]) -> Clause | None:
        found: list[tuple[Way, tantivy.Query]] = []
        literal = [self._literal(word) for word in stretch]
        if all(literal):
            stems = tuple(each[0][0].stems[0] for each in literal)
            found.append((Way(stems), _all([_any([query for _, query in each]) for each in literal])))
            if len(stretch) == 1:
                found += [(way, query) for way, query in literal[0][1:]]
        found += self._together_or_apart(stretch)
        found += self._translations(stretch)
        found += self._meanings(stretch, meanings)
        if not found and len(stretch) == 1:
            found += self._beginnings(stretch[0])
        if not found and len(stretch) == 1:
            for other in self._nearest(stretch[0]):
                corrections.append(Correction(stretch[0], other))
                way = Way((stem(other),), read_as=other)
                found.append((way, Query.boost_query(self.word(stem(other)), _CORRECTED)))
        if not found and len(stretch) > 1:  # a known phrase of which some word stands nowhere
            known = [each for each in literal if each]
            found += [(each[0][0], each[0][1]) for each in known[:1]]
        if not found:
            return None
        return Clause(" ".join(stretch), _any([query for _, query in found]), tuple(way for way, _ in found))

    def _literal(self, word: str) -> list[tuple[Way, tantivy.Query]]:
        """The word, and its British or American spelling, as far as they stand anywhere."""
        stems = dict.fromkeys([stem(word), *(stem(other) for other in spellings(word))])
        return [(Way((each,)), self.word(each)) for each in stems if self._stands(each)]

    def _one_word(self, two: Sequence[str], meanings: dict[str, list[Meaning]]) -> bool:
        """Say whether two words are also written as one: in the catalogue, or as the name of a skill or an occupation."""
        joined = _joined(two)
        known = key_of([joined]) in meanings or bool(translated([joined])) or self._stands(stem(joined))
        return known and len(joined) >= SHORTEST_COMPOUND

    def _together_or_apart(self, stretch: Sequence[str]) -> list[tuple[Way, tantivy.Query]]:
        """What is written as one word here and as two there: cybersecurity, day care. Apart, both must stand in the title."""
        if len(stretch) == 2 and self._stands(joined := stem(_joined(stretch))):
            return [(Way((joined,), read_as=_joined(stretch)), self.word(joined))]
        if len(stretch) != 1 or len(stretch[0]) < SHORTEST_COMPOUND:
            return []
        word, found = stretch[0], []
        for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            parts = (stem(word[:at]), stem(word[at:]))
            if all(self.searcher.doc_freq("title", part) for part in parts):
                query = _all([Query.term_query(self.schema, "title", part) for part in parts])
                found.append((Way(parts, read_as=f"{word[:at]} {word[at:]}"), Query.boost_query(query, _TITLE)))
        return found

    def _translations(self, stretch: Sequence[str]) -> list[tuple[Way, tantivy.Query]]:
        found = []
        for english in translated(stretch) or (translated([_joined(stretch)]) if len(stretch) == 2 else ()):
            stems = stems_of(english)
            if stems and all(self._stands(each) for each in stems):
                query = Query.boost_query(_all([self.word(each) for each in stems]), _IN_ENGLISH)
                found.append((Way(stems, read_as=english), query))
            meant = self.opened.labels.meanings([key_of(list(english.split()))])
            for _, meanings in sorted(meant.items()):
                found += self._carried([one for one in meanings if one.own], english)
        return found

    def _meanings(self, stretch: Sequence[str], meanings: list[Meaning]) -> list[tuple[Way, tantivy.Query]]:
        found = self._carried(meanings, "")
        own = key_of(list(stretch))
        identifiers = [one.identifier for one in meanings][:4]
        seen = {tuple(own.split())}
        for _, labels in sorted(self.opened.labels.names_of(identifiers).items()):
            for label in labels:
                stems = stems_of(label)
                if len(stems) > 3 or stems in seen or not all(self._stands(each) for each in stems):
                    continue
                if (len(stems) == 1 and len(stems[0]) < 3) or set(own.split()) <= set(stems) or len(seen) > 8:
                    continue
                seen.add(stems)
                query = Query.boost_query(_all([self.word(each) for each in stems]), _OTHER_LABEL)
                found.append((Way(stems, read_as=label), query))
        return found

    def _carried(self, meanings: Iterable[Meaning], read_as: str) -> list[tuple[Way, tantivy.Query]]:
        found = []
        for kind, name, weight in (("skill", "concept", _TEACHES), ("occupation", "occupation", _PREPARES)):
            identifiers = tuple(
                one.identifier for one in meanings if one.kind == kind and self.searcher.doc_freq(name, one.identifier)
            )
            if identifiers:
                query = Query.term_set_query(self.schema, name, list(identifiers))
                found.append((Way((), kind, identifiers, read_as), Query.const_score_query(query, weight)))
        return found

    def _beginnings(self, word: str) -> list[tuple[Way, tantivy.Query]]:
        if len(word) < SHORTEST_BEGINNING:
            return []
        stems = dict.fromkeys(
            stem(found) for found, _ in self.searcher.terms_with_prefix("words", word, limit=MOST_BEGINNINGS)
        )
        return [(Way((each,)), Query.boost_query(self.word(each), _BEGINS)) for each in stems if self._stands(each)]

    def _nearest(self, word: str, least: int = 1) -> list[str]:
        return self.opened.spelling.nearest(self.searcher, self.opened.generation, word, least=least)

    def _stands(self, stemmed: str) -> bool:
        return bool(self.searcher.doc_freq("every", stemmed))

    def _held(self, word: str) -> int:
        return int(self.searcher.doc_freq("words", word))


def _joined(words: Sequence[str]) -> str:
    return "".join(words)


def _all(queries: list[tantivy.Query]) -> tantivy.Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(MUST, query) for query in queries])


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries, 0.1)
