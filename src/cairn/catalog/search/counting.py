"""Counting: how many there are, and how many of them have which value of each facet.

Up to :data:`EXACT` everything is counted one by one. Of more, what the sample beside the index holds is counted and scaled up, and of very
many a part of that. Such numbers are told as "about", to two digits: some hundred at least were counted, so they are a few per cent off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tantivy

from cairn.catalog.search.facets import FACETS, MOST_TOGETHER, TOGETHER, FacetKind, apart, field_of, looked_up
from cairn.catalog.search.marks import SMALLEST_PART, part
from cairn.catalog.search.parts import Part, Query, all_of, any_choice, one_of_terms
from cairn.catalog.search.store import Opened

EXACT, EXACT_OTHERS = 2_000, 500
"""Up to so many results are counted one by one, and up to so many that other values of what is ticked would leave."""
ENOUGH = 1_500
"""Facets of very many are counted on so many at least."""
_ONE_EACH = ("time", "leads", "price", "hours")
"""Facets of which everything has exactly one value, of a few: their counts sum up to the total."""
_SPARE = 64
"""Of a facet with many values so many are looked at in each segment of the index."""

type Counts = dict[str, int]
type Choices = Sequence[Sequence[Part]]
type Ticked = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Scale:
    """What is counted: an index, or only what has a mark in it, and by how much that has to be multiplied."""

    searcher: tantivy.Searcher
    mark: str = ""
    factor: int = 1


@dataclass(frozen=True)
class Counted:
    """How many there are; ``about`` where that was counted on a part; by facet how often each value occurs, and the factor of that."""

    total: int
    about: bool
    facets: dict[str, tuple[Counts, int]]


class Counter:
    """Counts in one state of the index."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.whole = opened.index.searcher()
        self.sample = None if opened.sample is None else opened.sample.searcher()
        self.heads = None if opened.heads is None else opened.heads.searcher()
        self._asked: dict[tuple[int, str, tuple[str, ...]], tuple[Choices, tantivy.Query]] = {}

    def asked(self, choices: Choices, ticked: Ticked, without: str = "") -> tantivy.Query:
        """Ask for what meets all parts of any of the choices and what is ticked, but for one facet; put together once for all counting."""
        key = (id(choices), without, tuple(ticked))
        if key not in self._asked:  # with the choices, so that nothing else has their address
            self._asked[key] = choices, any_choice(choices, ticks(self.opened, ticked, without=without))
        return self._asked[key][1]

    def guess(self, query: tantivy.Query) -> int:
        """Return roughly how many a query finds; exactly where there is no sample, as there are not very many then."""
        if self.sample is None:
            return counted(self.whole, query)
        return counted(self.sample, query) * self.opened.cuts.share

    def guess_of(self, choices: Choices, ticked: Ticked) -> int:
        """Return roughly how many meet all parts of any of the choices and what is ticked."""
        if not ticked and not any(choices):
            return int(self.whole.num_docs)
        return self.guess(self.asked(choices, ticked))

    def count(self, choices: Choices, ticked: Ticked, guess: int) -> Counted:
        """Count what meets all parts of any of the choices and what is ticked, and the facets in which nothing is ticked."""
        query = self.asked(choices, ticked)
        whole = not ticked and not any(choices)
        scale = self._scale(guess, EXACT)
        facets = self._pass([kind for kind in FACETS if not ticked.get(kind.name)], query, scale, {})
        if scale.factor > 1:
            return Counted(guess if whole else about(guess), not whole, facets)
        summed = next((sum(facets[name][0].values()) for name in _ONE_EACH if name in facets), None)
        return Counted(counted(self.whole, query) if summed is None else summed, False, facets)

    def others(self, choices: Choices, ticked: Ticked) -> dict[str, tuple[Counts, int]]:
        """Count the facets in which something is ticked, each among what everything else finds.

        The few values of most facets are quickly counted in all of the sample, which also says whether there are few enough to count them
        exactly.
        """
        found: dict[str, tuple[Counts, int]] = {}
        for kind in FACETS:
            if ticked.get(kind.name):
                query = self.asked(choices, ticked, without=kind.name)
                if kind.values is None:
                    found |= self._pass([kind], query, self._scale(self.guess(query), EXACT_OTHERS), ticked)
                    continue
                counted_too = self._pass([kind], query, self._all(), ticked)
                most = sum(counted_too[kind.name][0].values()) * counted_too[kind.name][1]
                if self.sample is not None and most <= EXACT_OTHERS:
                    counted_too = self._pass([kind], query, Scale(self.whole), ticked)
                found |= counted_too
        return found

    def _all(self) -> Scale:
        return Scale(self.whole) if self.sample is None else Scale(self.sample, "", self.opened.cuts.share)

    def _scale(self, guess: int, exact: int) -> Scale:
        if self.sample is None or guess <= exact:
            return Scale(self.whole)
        share = factor = self.opened.cuts.share
        while guess >= 2 * factor * ENOUGH and factor < SMALLEST_PART:
            factor *= 2
        return Scale(self.sample, part(factor) if factor > share else "", factor)

    def _pass(
        self, kinds: Sequence[FacetKind], query: tantivy.Query, scale: Scale, ticked: Ticked
    ) -> dict[str, tuple[Counts, int]]:
        if scale.mark:
            query = all_of([query, Query.term_query(self.opened.schema, "mark", scale.mark, "basic")])
        sizes = {field_of(kind.name): kind.most + 2 for kind in kinds} | dict.fromkeys(TOGETHER, MOST_TOGETHER)
        wanted = {
            name: {"terms": {"field": name, "size": sizes[name], "segment_size": max(sizes[name], _SPARE)}}
            for name in {field_of(kind.name): None for kind in kinds}
        }
        answer: dict[str, Any] = scale.searcher.aggregate(query, wanted)
        every: dict[str, Counts] = {}
        for name, told in answer.items():
            every |= apart(name, {str(bucket["key"]): int(bucket["doc_count"]) for bucket in told["buckets"]})
        found = {}
        for kind in kinds:
            counts = every[kind.name]
            for value in ticked.get(kind.name, ()):
                if value not in counts:
                    one = Query.term_query(self.opened.schema, *looked_up(kind.name, value), "basic")
                    counts[value] = 0 if kind.values else counted(scale.searcher, all_of([query, one]))
            found[kind.name] = (counts, scale.factor)
        return found


def counted(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Return how many a query finds: as an aggregation, which weighs nothing."""
    return int(searcher.aggregate(query, {"all": {"value_count": {"field": "version"}}})["all"]["value"])


def about(count: int) -> int:
    """Round a count that was scaled up to two significant digits."""
    digits = 10 ** max(0, len(str(count)) - 2)
    return int((count + digits // 2) // digits * digits)


def ticks(opened: Opened, ticked: Mapping[str, Sequence[str]], without: str = "") -> list[Part]:
    """Return what is ticked as parts of the question, one for each facet."""
    return [one_of_values(opened, name, values) for name, values in ticked.items() if values and name != without]


def one_of_values(opened: Opened, name: str, values: Sequence[str]) -> Part:
    """Return having one of these values of a facet as a part of a question, without any weight."""
    searcher = opened.index.searcher()
    terms = [looked_up(name, value) for value in values]
    walked = sum(int(searcher.doc_freq(*term)) for term in terms)
    asked = one_of_terms(opened.schema, terms[0][0], [term for _, term in terms])
    return Part((Query.const_score_query(asked, 0.0),), walked)


def marked(opened: Opened, mark: str) -> Part:
    """Return having a mark as a part of a question, without any weight."""
    asked = Query.const_score_query(Query.term_query(opened.schema, "mark", mark, "basic"), 0.0)
    return Part((asked,), int(opened.index.searcher().doc_freq("mark", mark)))
