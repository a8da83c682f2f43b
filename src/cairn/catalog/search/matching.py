"""From a question to what is asked of the index: one clause for each word or stretch of words, and why a version matches it.

A clause is met in any of these ways, the first ones weighing most: the words themselves (or their other spelling, or words that begin so);
what they mean in the frameworks (a skill that is taught, an occupation that is prepared for, another label of either); what they mean in
English. A word that stands nowhere is read as the nearest one that does; where there is none, it is left out and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import tantivy

from cairn.catalog.search.clauses import Asked, Clause, Correction, Way
from cairn.catalog.search.facets import as_term
from cairn.catalog.search.labels import LONGEST_LABEL, Meaning, saying_the_same, stems_of, translated
from cairn.catalog.search.parts import MUST, SHOULD, Part, Query, all_of, one_of_terms
from cairn.catalog.search.store import Opened
from cairn.catalog.search.understanding import Understood
from cairn.catalog.search.words import GENERAL, WITHIN, bridges, key_of, place_of, spellings, stem, telling, tokens

MOST_BEGINNINGS = 12
SHORTEST_BEGINNING = 3
MOST_LABELS = 4
"""So many other labels of what some words mean are looked for in titles."""
MOST_WALKED = 40_000
"""Other labels are looked for as long as finding all of them for a question walks past no more versions than this."""
SHORTEST_COMPOUND, SHORTEST_PART = 7, 3
_TITLE, _AIM = 3.0, 1.0
_OTHER_LABEL, _IN_ENGLISH, _BEGINS = 0.6, 0.9, 0.7
_TEACHES, _PREPARES = 2.0, 2.0
_THERE = 3.0
_AROUND = 4.0
_MOST_COUNTIES = 3
_AS_WRITTEN = 8.0
_SELDOM = 20
"""A word of which fewer than one in so many uses is in a title is not about what is taught."""
_MOST_FOREMOST = 6
_CARRIED = {"skill": "concept", "occupation": "occupation", "place": "located"}
"""Which field holds the identifiers of each kind."""


class Reader:
    """Reads questions for one state of the index."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.schema = opened.schema
        self.searcher = opened.index.searcher()
        self._left = MOST_WALKED

    def read(self, understood: Understood) -> Asked:
        """Read a question. Bounded: at most twelve words, five to a stretch, a few labels for each."""
        words = telling(tokens(understood.text))
        known = meant = self._telling(words)
        meanings = self._meanings_in(meant)
        corrections = self._misspelt(meant, meanings)
        if corrections:
            put = {one.said: one.read_as for one in corrections}
            meant = [put.get(word, word) for word in meant]
            meanings = self._meanings_in(meant)
        spans = _spans(meant)
        clauses: list[Clause] = []
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
                        or self._is_place(meant[at : at + size])
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
            clause = self._clause(stretch, meant_by)
            if clause is None:
                unknown += stretch
            else:
                clauses.append(clause)
            at += size
        left = [word for word in words if word not in unknown]
        unknown = [word for word in unknown if not bridges(word, left)]
        extras = tuple(
            self.term("title", each) for each in dict.fromkeys(stem(word) for word in words if word not in known)
        )
        near = [way for clause in clauses for way in clause.ways if way.kind == "place"]
        extras += tuple(self._around(each) for way in near for each in way.identifiers)
        return Asked(understood, tuple(clauses), extras, tuple(corrections), tuple(unknown))

    def _around(self, place: str) -> tantivy.Query:
        """Ask for what is in the same county as a place: where little is in the place itself, it comes before what is far away."""
        within = self.searcher.terms_with_prefix("located", place + WITHIN, limit=_MOST_COUNTIES)
        counties = [term.partition(WITHIN)[2] for term, _ in within] or [place]
        return Query.const_score_query(one_of_terms(self.schema, "located", counties), _AROUND)

    def _telling(self, words: list[str]) -> list[str]:
        """Leave out words that nearly every credential could have, but where they are part of the name of a skill: machine learning."""
        general = [at for at, word in enumerate(words) if word in GENERAL]
        if not general or len(general) == len(words):
            return words
        near = [(at, size) for at, size in _spans(words) if size > 1 and any(at <= one < at + size for one in general)]
        near = [(at, size) for at, size in near if not GENERAL.issuperset(words[at : at + size])]
        meanings = self.opened.labels.meanings(sorted({key_of(words[at : at + size]) for at, size in near}))
        kept: set[int] = set()
        for at, size in near:
            named = meanings.get(key_of(words[at : at + size]), [])
            if any(one.own and one.kind == "skill" for one in named) or translated(words[at : at + size]):
                kept.update(range(at, at + size))
        return [word for at, word in enumerate(words) if word not in GENERAL or at in kept]

    def _meanings_in(self, words: list[str]) -> dict[str, list[Meaning]]:
        """Look up every stretch of the words, and every two of them as one."""
        keys = {key_of(words[at : at + size]) for at, size in _spans(words)}
        keys |= {key_of([_joined(words[at : at + 2])]) for at in range(len(words) - 1)}
        return self.opened.labels.meanings(sorted(keys))

    def _misspelt(self, words: list[str], meanings: dict[str, list[Meaning]]) -> list[Correction]:
        """Read words that stand nowhere and mean nothing as the nearest ones, before any stretch of words is looked for."""
        known = {word for at, size in _spans(words) if size > 1 and self._is_known(words[at : at + size], meanings)
                 for word in words[at : at + size]}  # fmt: skip
        found = []
        for word in dict.fromkeys(words):
            if word not in known and not self._is_known([word], meanings) and not self._ways([word], []):
                found += [Correction(word, other) for other in self._nearest(word)]
        return found

    def _is_place(self, stretch: Sequence[str]) -> bool:
        """Say whether some words, more than one, are the name of a place where something can be taken: Jersey City, Bergen County."""
        return len(stretch) > 1 and self.searcher.doc_freq("located", place_of(stretch)) > 0

    def _named(self, name: str, term: str) -> tantivy.Query:
        return Query.term_query(self.schema, name, term, "basic")

    def _is_known(self, stretch: Sequence[str], meanings: dict[str, list[Meaning]]) -> bool:
        return key_of(list(stretch)) in meanings or bool(translated(stretch))

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
            way.kind in {"skill", "occupation"}
            or (way.kind == "words" and all(self._usual(each) == "title" for each in way.stems))
            for way in clause.ways
        )

    def word(self, stemmed: str) -> tantivy.Query:
        """Ask for one stem anywhere; in the title or in what it leads to it weighs more."""
        title = Query.boost_query(self.term("title", stemmed), _TITLE)
        aim = Query.boost_query(self.term("aim", stemmed), _AIM)
        named = Query.boolean_query([(MUST, self.term("every", stemmed)), (SHOULD, title)])
        return Query.boolean_query([(MUST, named), (SHOULD, aim)])

    def titled(self, stemmed: str) -> tantivy.Query:
        """Ask for one stem in the title, which weighs as much as there in :meth:`word`."""
        return Query.boost_query(self.term("title", stemmed), 1 + _TITLE)

    def term(self, name: str, term: str) -> tantivy.Query:
        """Ask for one term of a field."""
        return Query.term_query(self.schema, name, term, "freq")

    def _clause(self, stretch: Sequence[str], meanings: list[Meaning]) -> Clause | None:
        found = self._ways(stretch, meanings)
        if not found:
            return None
        ways = tuple(way for way, _ in found)
        weighed = Part(tuple(query for _, query in found), sum(self._walked(way) for way in ways), weighed=True)
        return Clause(" ".join(stretch), ways, self._meets(ways), weighed, self._foremost(ways))

    def _ways(self, stretch: Sequence[str], meanings: list[Meaning]) -> list[tuple[Way, tantivy.Query]]:
        found: list[tuple[Way, tantivy.Query]] = []
        literal = [self._literal(word) for word in stretch]
        if not meanings and self._is_place(stretch):
            place = place_of(stretch)
            found.append((Way((), "place", (place,)), Query.const_score_query(self._named("located", place), _THERE)))
        elif all(literal):
            if len(stretch) == 1:
                found += literal[0]
            else:  # in one spelling or in the other
                for at in (0, -1):
                    way = Way(tuple(each[at][0].stems[0] for each in literal))
                    if not found or way != found[0][0]:
                        found.append((way, all_of([each[at][1] for each in literal])))
        found += self._together_or_apart(stretch)
        found += self._translations(stretch, [way.stems for way, _ in found])
        found += self._meanings(stretch, meanings, [frozenset(way.stems) for way, _ in found if way.stems])
        if not found and len(stretch) == 1:
            found += self._beginnings(stretch[0])
        if not found and len(stretch) > 1:  # a known phrase of which some word stands nowhere
            known = [each for each in literal if each]
            found += [(each[0][0], each[0][1]) for each in known[:1]]
        return found

    def _meets(self, ways: Sequence[Way]) -> Part:
        """What meets a clause in any way. A way that needs all the words of another one and more adds nothing."""
        worded = {(frozenset(way.stems), way.titled): way for way in ways if way.kind == "words"}
        least = [
            way
            for (stems, titled), way in worded.items()
            if not any(
                other <= stems and (not narrow or titled)
                for other, narrow in worded
                if (other, narrow) != (stems, titled)
            )
        ]
        words = [
            all_of([self.term("title" if way.titled else "every", each) for each in dict.fromkeys(way.stems)])
            for way in least
        ]
        carried = [way for way in ways if way.kind != "words"]
        return Part((*words, *self._carry(carried)), sum(self._walked(way) for way in (*least, *carried)))

    def _foremost(self, ways: Sequence[Way]) -> Part:
        ways = ways[:_MOST_FOREMOST]
        words = [
            all_of([self.term("title" if way.titled else self._usual(each), each) for each in dict.fromkeys(way.stems)])
            for way in ways
            if way.kind == "words"
        ]
        return Part((*words, *self._carry(ways)), sum(self._walked(way) for way in ways))

    def _carry(self, ways: Sequence[Way]) -> list[tantivy.Query]:
        found = []
        for kind, name in _CARRIED.items():
            carried = list(dict.fromkeys(as_term(each) for way in ways if way.kind == kind for each in way.identifiers))
            if carried:
                found.append(one_of_terms(self.schema, name, carried))
        return found

    def _walked(self, way: Way) -> int:
        """How many versions are walked past to find all that meet a clause in this way."""
        if way.kind != "words":
            return sum(self.searcher.doc_freq(_CARRIED[way.kind], as_term(each)) for each in way.identifiers)
        name = "title" if way.titled else "every"
        return min(int(self.searcher.doc_freq(name, each)) for each in way.stems)

    def _usual(self, stemmed: str) -> str:
        """Where a word usually stands: in titles, unless it is one of places and providers."""
        held = self.searcher.doc_freq("every", stemmed)
        return "title" if self.searcher.doc_freq("title", stemmed) * _SELDOM >= held else "every"

    def _literal(self, word: str) -> list[tuple[Way, tantivy.Query]]:
        """The word, and its British or American spelling, as far as they stand anywhere.

        Who does something often has the stem of the thing: of officers and offices those weigh more that are written so.
        """
        stems = dict.fromkeys([stem(word), *(stem(other) for other in spellings(word))])
        found = [(Way((each,)), self.word(each)) for each in stems if self._stands(each)]
        if found and self._shares_its_stem(word):
            as_written = Query.const_score_query(self._named("words", word), _AS_WRITTEN)
            found[0] = (found[0][0], Query.boolean_query([(MUST, found[0][1]), (SHOULD, as_written)]))
        return found

    def _shares_its_stem(self, word: str) -> bool:
        """Say whether who does something and the thing are both written and have one stem: officer and office."""
        other = word.removesuffix("r") if word.endswith("er") else f"{word}r"
        return stem(other) == stem(word) and self._held(other) > 0 and self._held(word) > 0

    def _one_word(self, two: Sequence[str], meanings: dict[str, list[Meaning]]) -> bool:
        """Say whether two words are also written as one: in the catalogue, or as the name of a skill or an occupation."""
        joined = _joined(two)
        known = key_of([joined]) in meanings or bool(translated([joined])) or self._stands(stem(joined))
        return known and len(joined) >= SHORTEST_COMPOUND

    def _together_or_apart(self, stretch: Sequence[str]) -> list[tuple[Way, tantivy.Query]]:
        """What is written as one word here and as two there: cybersecurity, day care. Apart, both must stand in the title."""
        if len(stretch) == 2 and self._stands(joined := stem(_joined(stretch))):
            return [(Way((joined,), read_as=_joined(stretch)), self.word(joined))]
        if len(stretch) != 1:
            return []
        word, found = stretch[0], self._ends(stretch[0])
        if len(word) < SHORTEST_COMPOUND:
            return found
        for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            parts = (stem(word[:at]), stem(word[at:]))
            if self._affordable(parts):
                query = Query.boost_query(all_of([self.term("title", part) for part in parts]), _TITLE)
                found.append((Way(parts, read_as=f"{word[:at]} {word[at:]}", titled=True), query))
        return found

    def _ends(self, word: str) -> list[tuple[Way, tantivy.Query]]:
        """Words of titles that end in a word which stands in no title, behind another word: CAD is part of AutoCAD."""
        if len(word) < SHORTEST_PART or word.isdecimal() or self.searcher.doc_freq("title", stem(word)):
            return []
        found = []
        for longer in self.opened.spelling.ending(self.searcher, self.opened.generation, word):
            front = longer.removesuffix(word)
            if len(front) >= SHORTEST_PART and self._held(front) and self._affordable((stem(longer),)):
                found.append((Way((stem(longer),), read_as=longer, titled=True), self.titled(stem(longer))))
        return found

    def _affordable(self, stems: Sequence[str]) -> bool:
        """Say whether some words stand in titles, and may still be walked through; count that."""
        walked = min((int(self.searcher.doc_freq("title", each)) for each in stems), default=0)
        if not walked or walked > self._left:
            return False
        self._left -= walked
        return True

    def _translations(
        self, stretch: Sequence[str], known: Sequence[tuple[str, ...]]
    ) -> list[tuple[Way, tantivy.Query]]:
        found = []
        for english in translated(stretch) or (translated([_joined(stretch)]) if len(stretch) == 2 else ()):
            stems = stems_of(english)
            if stems and all(self._stands(each) for each in stems) and not any(set(own) <= set(stems) for own in known):
                query = Query.boost_query(all_of([self.word(each) for each in stems]), _IN_ENGLISH)
                found.append((Way(stems, read_as=english), query))
            meant = self.opened.labels.meanings([key_of(list(english.split()))])
            for _, meanings in sorted(meant.items()):
                found += self._carried([one for one in meanings if one.own], english)
        return found

    def _meanings(
        self, stretch: Sequence[str], meanings: list[Meaning], known: list[frozenset[str]]
    ) -> list[tuple[Way, tantivy.Query]]:
        found = self._carried(meanings, "")
        known = [frozenset(key_of(list(stretch)).split()), *known]
        least = len(known)
        by_identifier = {one.identifier: one for one in meanings[:4]}
        for identifier, labels in sorted(self.opened.labels.names_of(list(by_identifier)).items()):
            for label, stems in saying_the_same(tuple(stretch), by_identifier[identifier], labels):
                if len(known) - least >= MOST_LABELS or any(
                    other.issubset(stems) for other in known
                ):  # or finds nothing more
                    continue
                if not self._affordable(stems):
                    continue
                known.append(frozenset(stems))
                as_written = [self._named("words", word) for word in tokens(label) if self._shares_its_stem(word)]
                query = Query.boost_query(all_of([*(self.titled(each) for each in stems), *as_written]), _OTHER_LABEL)
                found.append((Way(stems, read_as=label, titled=True), query))
        return found

    def _carried(self, meanings: Iterable[Meaning], read_as: str) -> list[tuple[Way, tantivy.Query]]:
        found = []
        for kind, name, weight in (("skill", "concept", _TEACHES), ("occupation", "occupation", _PREPARES)):
            named = [one.identifier for one in meanings if one.kind == kind]
            identifiers = tuple(each for each in named if self.searcher.doc_freq(name, as_term(each)))
            if identifiers:
                query = one_of_terms(self.schema, name, list(map(as_term, identifiers)))
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


def _spans(words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where every stretch of words begins and how many it has, from each place the longest first."""
    return [(at, size) for at in range(len(words)) for size in range(min(LONGEST_LABEL, len(words) - at), 0, -1)]


def _joined(words: Sequence[str]) -> str:
    return "".join(words)
