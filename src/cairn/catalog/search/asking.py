"""Asking the catalogue: words with typos, facets with counts, an order that the person chose (never one that somebody paid for)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tantivy
from django.core.paginator import Page, Paginator
from django.db.models import F, Min, Q

from cairn.catalog.models import DefinitionVersion, Provider
from cairn.catalog.queries.definitions import published
from cairn.catalog.search.bands import FACETS, FacetKind, words
from cairn.catalog.search.index import Opened, ready

SORTS = {
    "relevance": "Best match",
    "price": "Price, lowest first",
    "hours": "Workload, shortest first",
    "title": "Title, A to Z",
}
SIZE = 20
DEEPEST = 500
"""The last page that can be asked for: whoever needs more narrows the search."""
OLD_INDEX = (
    "The search index is being made. Until it is there, only titles, providers and what a credential leads to are searched, "
    "and the list cannot be narrowed down."
)
_BOOSTS = {"title": 6.0, "leads_to": 3.0, "occupations": 2.0, "provider_name": 2.0, "place": 1.5, "skills": 1.0}


@dataclass(frozen=True)
class FacetValue:
    """One value that can be ticked, and how many results it would leave."""

    value: str
    label: str
    count: int
    selected: bool


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
    """One page of an answer. ``notice`` says so where the answer is poorer than usual."""

    query: str
    sort: str
    total: int
    versions: tuple[DefinitionVersion, ...]
    facets: tuple[Facet, ...]
    page: Page[int]
    notice: str = ""

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
) -> SearchPage:
    """Search what is published.

    ``facets`` maps a facet's name to the values that are ticked: values of one facet are alternatives, facets narrow each other. An
    unknown facet, value or order is ignored, as an old link would want it. Without words the order is by title.
    """
    sort = sort if sort in SORTS else "relevance"
    ticked = {kind.name: tuple(dict.fromkeys((facets or {}).get(kind.name, ()))) for kind in FACETS}
    asked = words(query)
    opened = ready()
    if opened is None:
        return _from_database(query, asked, sort, page, size)
    searcher = opened.index.searcher()
    matching = _matching(opened, asked)
    everything = _all_of([matching, *_ticks(opened, ticked)])
    total = _count(searcher, everything)
    shown = _page(total, page, size)
    order = sort if asked or sort != "relevance" else "title"
    first = (shown.number - 1) * size
    if order == "relevance":
        found = searcher.search(everything, size, offset=first, count=False)
    else:
        field = f"{order}_order"
        found = searcher.search(
            everything, size, offset=first, count=False, order_by_field=field, order=tantivy.Order.Asc
        )
    ids = [int(searcher.doc(address)["version"][0]) for _, address in found.hits]
    counted = tuple(_facet(opened, searcher, kind, matching, ticked) for kind in FACETS)
    return SearchPage(query, sort, total, _rows(ids), tuple(facet for facet in counted if facet.values), shown)


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    counted = searcher.aggregate(query, {"all": {"value_count": {"field": "version"}}})
    return int(counted["all"]["value"])


def _matching(opened: Opened, asked: Sequence[str]) -> tantivy.Query:
    """Every word must be found somewhere, as it is, as a beginning, or with a typo; the best place of each word counts."""
    if not asked:
        return tantivy.Query.all_query()
    return _all_of([_word(opened.schema, word) for word in asked])


def _word(schema: tantivy.Schema, word: str) -> tantivy.Query:
    ways = []
    typos = 0 if len(word) < 4 or word.isdecimal() else 1 if len(word) < 8 else 2
    for name, boost in _BOOSTS.items():
        ways.append(tantivy.Query.boost_query(tantivy.Query.term_query(schema, name, word), boost))
        if len(word) >= 3:
            starts = tantivy.Query.fuzzy_term_query(schema, name, word, distance=0, prefix=True)
            ways.append(tantivy.Query.boost_query(starts, boost * 0.4))
        if typos:
            near = tantivy.Query.fuzzy_term_query(schema, name, word, distance=typos)
            ways.append(tantivy.Query.boost_query(near, boost * 0.15))
    return tantivy.Query.disjunction_max_query(ways, 0.1)


def _ticks(opened: Opened, ticked: Mapping[str, Sequence[str]], without: str = "") -> list[tantivy.Query]:
    return [
        tantivy.Query.const_score_query(tantivy.Query.term_set_query(opened.schema, name, list(values)), 0.0)
        for name, values in ticked.items()
        if values and name != without
    ]


def _all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _facet(
    opened: Opened,
    searcher: tantivy.Searcher,
    kind: FacetKind,
    matching: tantivy.Query,
    ticked: Mapping[str, Sequence[str]],
) -> Facet:
    """Count a facet's values among the results of everything else that was asked."""
    asked = _all_of([matching, *_ticks(opened, ticked, without=kind.name)])
    answer: dict[str, Any] = searcher.aggregate(asked, {"values": {"terms": {"field": kind.name, "size": 1000}}})
    counts = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in answer["values"]["buckets"]}
    chosen = set(ticked.get(kind.name, ()))
    if kind.values is not None:
        order = [value for value in kind.values if value in counts or value in chosen]
        labels = kind.values
    else:
        ranked = sorted(counts, key=lambda value: (-counts[value], value))
        order = [*ranked[: kind.most], *(value for value in ranked[kind.most :] if value in chosen)]
        labels = _labels(kind.name, order)
    values = tuple(
        FacetValue(value, labels.get(value, value), counts.get(value, 0), value in chosen) for value in order
    )
    return Facet(kind.name, kind.label, values)


def _labels(name: str, values: Sequence[str]) -> dict[str, str]:
    labels = {"unstated": "Not stated"}
    if name == "provider":
        labels |= dict(Provider.objects.filter(slug__in=values).values_list("slug", "name"))
    return labels


def _rows(ids: Sequence[int]) -> tuple[DefinitionVersion, ...]:
    found = {version.pk: version for version in published().filter(pk__in=ids).prefetch_related("offers")}
    return tuple(found[number] for number in ids if number in found)


def _page(total: int, number: int, size: int) -> Page[int]:
    return Paginator(range(min(total, size * DEEPEST)), size).get_page(number)


def _from_database(query: str, asked: Sequence[str], sort: str, page: int, size: int) -> SearchPage:
    versions = published()
    for word in asked:
        versions = versions.filter(
            Q(title__icontains=word) | Q(definition__provider__name__icontains=word) | Q(leads_to__icontains=word)
        )
    total = versions.count()
    shown = _page(total, page, size)
    if sort == "price":
        versions = versions.annotate(least=Min("offers__price_total")).order_by(
            F("least").asc(nulls_last=True), "title", "pk"
        )
    elif sort == "hours":
        versions = versions.annotate(least=Min("offers__hours")).order_by(
            F("least").asc(nulls_last=True), "title", "pk"
        )
    else:
        versions = versions.order_by("title", "pk")
    first = (shown.number - 1) * size
    rows = tuple(versions.prefetch_related("offers")[first : first + size])
    return SearchPage(query, sort, total, rows, (), shown, OLD_INDEX)
