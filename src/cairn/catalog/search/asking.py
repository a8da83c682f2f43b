"""Asking the catalogue: words with their meaning, facets with counts, an order that the person chose (never one that somebody paid for).

Where nothing has everything that was asked, what has most of it is shown, and said to be that. Results of up to :data:`EXACT` are counted
one by one; of more, the facets are counted on a part of them that is drawn evenly, and said to be about right.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tantivy
from django.core.paginator import Page, Paginator
from django.db.models import F, Min, Q
from django.utils.translation import get_language_info

from cairn.catalog.models import DefinitionVersion, Provider
from cairn.catalog.queries.definitions import listed, published
from cairn.catalog.search import building, store
from cairn.catalog.search.facets import FACETS, UNKNOWN, FacetKind
from cairn.catalog.search.fields import SLICES
from cairn.catalog.search.matching import MUST, SHOULD, Asked, Correction, Query, Reader
from cairn.catalog.search.reasons import reasons
from cairn.catalog.search.store import Opened
from cairn.catalog.search.understanding import Condition, Understood, clean, understand
from cairn.catalog.search.words import LONGEST_QUESTION, telling, tokens

SORTS = {
    "relevance": "Best match",
    "price": "Price, lowest first",
    "hours": "Workload, shortest first",
    "title": "Title, A to Z",
}
SIZE = 20
DEEPEST = 500
"""The last page that can be asked for: whoever needs more narrows the search."""
EXACT = 20_000
SAMPLE = 10_000
"""Of larger results about so many are counted."""
_CONDITION = 4.0
"""What a condition that is met weighs beside words, where not everything is."""
MOST_TICKED = 50
LONGEST_VALUE = 300
OLD_INDEX = (
    "The search index is being made{progress}. Until it is there, only titles, providers and what a credential leads to are searched, "
    "and the list cannot be narrowed down."
)


@dataclass(frozen=True)
class FacetValue:
    """One value that can be ticked, and how many results it would leave; ``about`` where that was counted on a part of them."""

    value: str
    label: str
    count: int
    selected: bool
    about: bool = False


@dataclass(frozen=True)
class Facet:
    """One facet with those of its values that occur."""

    name: str
    label: str
    values: tuple[FacetValue, ...]

    @property
    def active(self) -> bool:
        """Whether anything is ticked here."""
        return any(value.selected for value in self.values)


@dataclass(frozen=True)
class SearchPage:
    """One page of an answer.

    ``notice`` says so where the answer is poorer than usual; ``close`` where nothing has everything and this has most; ``corrections``
    are words read as others, ``unknown`` ones left out, ``conditions`` what was understood beside words, ``suggestion`` another spelling
    of the question. ``why`` tells by a version's number what it was found by.
    """

    query: str
    sort: str
    total: int
    versions: tuple[DefinitionVersion, ...]
    facets: tuple[Facet, ...]
    page: Page[int]
    notice: str = ""
    close: bool = False
    corrections: tuple[Correction, ...] = ()
    unknown: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    suggestion: str = ""
    why: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        """Whether any facet is ticked."""
        return any(facet.active for facet in self.facets)


def search(
    query: str = "",
    facets: Mapping[str, Sequence[str]] | None = None,
    sort: str = "relevance",
    page: int = 1,
    size: int = SIZE,
    *,
    literally: bool = False,
) -> SearchPage:
    """Search what is published.

    ``facets`` maps a facet's name to the values that are ticked: values of one facet are alternatives, facets narrow each other. An
    unknown facet, value or order is ignored, as an old link would want it. Without words the order is by title. ``literally`` looks for
    every word as a word: "under 1000" is then no condition.
    """
    sort = sort if sort in SORTS else "relevance"
    text = clean(query[:LONGEST_QUESTION])
    ticked = _ticked(facets or {})
    opened = building.ready()
    if opened is None:
        return _from_database(text, sort, page, size)
    answer = ask(opened, text, ticked, sort, page, size, literally=literally)
    versions = _rows(answer.ids)
    return SearchPage(
        text, sort, answer.total, versions, _labelled(answer.facets), answer.page, "", answer.close, answer.asked.corrections,
        answer.asked.unknown, answer.asked.understood.conditions, answer.suggestion, reasons(answer.asked, versions, opened.generation),
    )  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What the engine says, before the database is asked: versions' numbers in their order, and counted facets."""

    asked: Asked
    ids: tuple[int, ...]
    total: int
    page: Page[int]
    facets: tuple[Facet, ...]
    close: bool
    suggestion: str


def ask(
    opened: Opened, text: str, ticked: Mapping[str, tuple[str, ...]], sort: str, page: int, size: int, *, literally: bool = False
) -> Answer:  # fmt: skip
    """Ask the index alone. ``text`` is cleaned, ``ticked`` holds known facets only."""
    reader = Reader(opened)
    understood = Understood(text) if literally else understand(text)
    if not tokens(understood.text) and not understood.conditions and text:
        understood = Understood(text)
    asked = reader.read(understood)
    matching, close, total = _matching(reader, asked, ticked)
    everything = _all_of([matching, *_ticks(opened, ticked)])
    shown = Paginator(range(min(total, size * DEEPEST)), size).get_page(page)
    order = sort if asked.clauses or sort != "relevance" else "title"
    ids = (
        _hits(reader.searcher, _ranked(everything, asked, order), order, (shown.number - 1) * size, size)
        if total
        else ()
    )
    counted = _counted(opened, reader.searcher, matching, ticked, total, (text, literally, close))
    suggestion = reader.suggestion(asked) if text and (total < 3 or close) else ""
    return Answer(asked, ids, total, shown, counted, close, suggestion)


def _matching(reader: Reader, asked: Asked, ticked: Mapping[str, tuple[str, ...]]) -> tuple[tantivy.Query, bool, int]:
    """Return what is asked for, whether it had to be loosened, and how many there are.

    First all of it; then half of the words and conditions, those with more of them first, but never without what it is about.
    """
    conditions = [_condition(reader.opened, condition) for condition in asked.understood.conditions]
    ticks = _ticks(reader.opened, ticked)
    parts = [clause.query for clause in asked.clauses]
    if asked.unknown and not parts and not conditions:
        return Query.empty_query(), False, 0
    strict = _all_of([*parts, *conditions])
    total = _count(reader.searcher, _all_of([strict, *ticks]))
    several = [*parts, *conditions]
    if total or len(several) < 2:
        return strict, bool(asked.unknown and total), total
    about = [clause.query for clause in asked.clauses if reader.names_something(clause)] or parts
    subject = [Query.boolean_query([(SHOULD, part) for part in about])] if about else []
    weighed = [*parts, *(Query.const_score_query(condition, _CONDITION) for condition in conditions)]
    least = (len(several) + 1) // 2
    loose = Query.boolean_query([(SHOULD, part) for part in weighed], minimum_number_should_match=least)
    query = _all_of([*subject, loose])
    total = _count(reader.searcher, _all_of([query, *ticks]))
    return (query, True, total) if total else (strict, False, 0)


def _condition(opened: Opened, condition: Condition) -> tantivy.Query:
    if condition.values:
        return _one_of(opened, condition.kind, condition.values)
    name = f"{condition.kind}_order"
    return Query.const_score_query(
        Query.range_query(opened.schema, name, tantivy.FieldType.Unsigned, 0, condition.most), 0.0
    )


def _ranked(everything: tantivy.Query, asked: Asked, order: str) -> tantivy.Query:
    if order != "relevance" or not asked.extras:
        return everything
    return Query.boolean_query(
        [(MUST, everything), *((SHOULD, Query.boost_query(extra, 0.3)) for extra in asked.extras)]
    )


def _hits(searcher: tantivy.Searcher, query: tantivy.Query, order: str, first: int, size: int) -> tuple[int, ...]:
    if order == "relevance":
        found = searcher.search(query, size, offset=first, count=False)
    else:
        found = searcher.search(
            query, size, offset=first, count=False, order_by_field=f"{order}_order", order=tantivy.Order.Asc
        )
    numbers = searcher.fast_field_values("version", [address for _, address in found.hits])
    return tuple(int(number) for number in numbers if number is not None)


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    found = searcher.search(Query.const_score_query(query, 0.0), 1, count=True)
    return int(getattr(found, "count", 0) or 0)  # tantivy's types leave it out


def _ticked(facets: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {
        kind.name: tuple(dict.fromkeys(value for value in facets[kind.name] if len(value) <= LONGEST_VALUE))[
            :MOST_TICKED
        ]
        for kind in FACETS
        if facets.get(kind.name)
    }


def _ticks(opened: Opened, ticked: Mapping[str, Sequence[str]], without: str = "") -> list[tantivy.Query]:
    return [_one_of(opened, name, values) for name, values in ticked.items() if values and name != without]


def _one_of(opened: Opened, name: str, values: Sequence[str]) -> tantivy.Query:
    return Query.const_score_query(Query.term_set_query(opened.schema, name, list(values)), 0.0)


def _all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    if not queries:
        return Query.all_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(MUST, query) for query in queries])


type _Counts = dict[str, int]
_REMEMBERED: OrderedDict[Any, tuple[dict[str, _Counts], int]] = OrderedDict()
_MOST_REMEMBERED = 128
_LOCK = threading.Lock()


def _counted(
    opened: Opened, searcher: tantivy.Searcher, matching: tantivy.Query, ticked: Mapping[str, tuple[str, ...]], total: int, question: object
) -> tuple[Facet, ...]:  # fmt: skip
    """Count each facet's values among the results of everything else that was asked; the last questions are remembered."""
    key = (opened.generation, question, tuple(sorted(ticked.items())))
    with _LOCK:
        known = _REMEMBERED.get(key)
        if known is not None:
            _REMEMBERED.move_to_end(key)
    if known is None:
        known = _counts(opened, searcher, matching, ticked, total)
        with _LOCK:
            _REMEMBERED[key] = known
            while len(_REMEMBERED) > _MOST_REMEMBERED:
                _REMEMBERED.popitem(last=False)
    found, factor = known
    facets = (_facet(kind, found[kind.name], set(ticked.get(kind.name, ())), factor) for kind in FACETS)
    return tuple(facet for facet in facets if facet.values)


def _counts(
    opened: Opened, searcher: tantivy.Searcher, matching: tantivy.Query, ticked: Mapping[str, tuple[str, ...]], total: int
) -> tuple[dict[str, _Counts], int]:  # fmt: skip
    """Count on all, or on every ``factor``-th slice: one pass for the facets in which nothing is ticked, one for each of the others."""
    largest = total if not ticked else max(total, _count(searcher, matching))
    factor = 1
    while largest > EXACT and largest // factor > SAMPLE and factor < SLICES:
        factor *= 2
    part = [_one_of(opened, "slice", [str(number) for number in range(SLICES // factor)])] if factor > 1 else []
    free = [kind for kind in FACETS if not ticked.get(kind.name)]
    found: dict[str, _Counts] = {}
    passes: list[tuple[list[FacetKind], str]] = [
        (free, ""),
        *(([kind], kind.name) for kind in FACETS if kind not in free),
    ]
    for kinds, without in passes:
        asked = _all_of([*part, matching, *_ticks(opened, ticked, without)])
        wanted = {
            kind.name: {"terms": {"field": kind.name, "size": kind.most + 2, "segment_size": 500}} for kind in kinds
        }
        answer: dict[str, Any] = searcher.aggregate(asked, wanted)
        for kind in kinds:
            counts = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in answer[kind.name]["buckets"]}
            for value in ticked.get(kind.name, ()):
                if value not in counts:
                    counts[value] = _count(searcher, _all_of([asked, _one_of(opened, kind.name, [value])]))
            found[kind.name] = counts
    return found, factor


def _facet(kind: FacetKind, counts: _Counts, chosen: set[str], factor: int) -> Facet:
    if kind.values is not None:
        order = [value for value in kind.values if value in counts]
        order += sorted(value for value in chosen if value in counts and value not in kind.values)
        labels = kind.values
    else:
        ranked = sorted(counts, key=lambda value: (-counts[value], value))
        order = [*ranked[: kind.most], *(value for value in ranked[kind.most :] if value in chosen)]
        labels = {}
    return Facet(
        kind.name,
        kind.label,
        tuple(
            FacetValue(value, labels.get(value, value), _about(counts[value], factor), value in chosen, factor > 1)
            for value in order
        ),
    )


def _about(count: int, factor: int) -> int:
    """Scale a count up to all slices, to two significant digits."""
    if factor == 1 or not count:
        return count
    scaled = count * factor
    digits = 10 ** max(0, len(str(scaled)) - 2)
    return int((scaled + digits // 2) // digits * digits)


def _labelled(facets: tuple[Facet, ...]) -> tuple[Facet, ...]:
    """Name what only the database or a table knows the name of."""
    return tuple(
        Facet(
            facet.name,
            facet.label,
            tuple(
                FacetValue(value.value, labels.get(value.value, value.label), value.count, value.selected, value.about)
                for value in facet.values
            ),
        )
        if (labels := _labels(facet))
        else facet
        for facet in facets
    )


def _labels(facet: Facet) -> dict[str, str]:
    labels = {UNKNOWN: "Not stated"}
    if facet.name == "provider":
        slugs = [value.value for value in facet.values]
        labels |= dict(Provider.objects.filter(slug__in=slugs).values_list("slug", "name"))
    elif facet.name == "language":
        labels |= {value.value: _language(value.value) for value in facet.values}
    return labels


def _language(tag: str) -> str:
    if tag == UNKNOWN:
        return "Not stated"
    try:
        return str(get_language_info(tag)["name"])
    except KeyError:
        return tag


def _rows(ids: Sequence[int]) -> tuple[DefinitionVersion, ...]:
    return listed(ids)


def _from_database(query: str, sort: str, page: int, size: int) -> SearchPage:
    versions = published()
    for word in telling(tokens(query)):
        versions = versions.filter(
            Q(title__icontains=word) | Q(definition__provider__name__icontains=word) | Q(leads_to__icontains=word)
        )
    total = versions.count()
    shown = Paginator(range(min(total, size * DEEPEST)), size).get_page(page)
    if sort in {"price", "hours"}:
        column = "offers__price_total" if sort == "price" else "offers__hours"
        versions = versions.annotate(least=Min(column)).order_by(F("least").asc(nulls_last=True), "title", "pk")
    else:
        versions = versions.order_by("title", "pk")
    first = (shown.number - 1) * size
    rows = tuple(versions.prefetch_related("offers")[first : first + size])
    far = store.building()
    progress = f": {100 * far['done'] // far['total']} per cent are done" if far and far["total"] else ""
    return SearchPage(query, sort, total, rows, (), shown, OLD_INDEX.format(progress=progress))
