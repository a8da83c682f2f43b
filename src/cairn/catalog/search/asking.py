"""Asking the catalogue: words with their meaning, facets with counts, an order that the person chose (never one that somebody paid for).

What the index answers (``answering.py``) is given the names and lines that the database has for it. Until there is an index, the database
itself is searched, and the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.core.paginator import Page, Paginator
from django.db.models import F, Min, Q, QuerySet
from django.utils.translation import get_language_info

from cairn.catalog.models import DefinitionVersion, Provider
from cairn.catalog.queries.amounts import price_in_hundredths
from cairn.catalog.queries.definitions import published
from cairn.catalog.queries.lines import Line, listed
from cairn.catalog.search import building, store
from cairn.catalog.search.answering import DEEPEST, Facet, FacetValue, ask
from cairn.catalog.search.beside import turns
from cairn.catalog.search.clauses import Correction
from cairn.catalog.search.facets import FACETS, UNKNOWN
from cairn.catalog.search.reasons import reasons
from cairn.catalog.search.understanding import Condition, clean
from cairn.catalog.search.words import LONGEST_QUESTION, shown, telling, tokens

SORTS = {
    "relevance": "Best match",
    "price": "Price, lowest first",
    "hours": "Workload, shortest first",
    "title": "Title, A to Z",
}
SIZE, LARGEST = 20, 100
"""Results on a page, and the most that can be asked for at once; less than one is read as one."""
MOST_TICKED = 50
LONGEST_VALUE = 300
OLD_INDEX = (
    "The search index is being made{progress}. Until it is there, only titles, providers and what a credential leads to are searched, "
    "and the list cannot be narrowed down."
)
MIXED = "These are priced in several currencies: their amounts stand in one order, and nothing is converted."


@dataclass(frozen=True)
class SearchPage:
    """One page of an answer.

    ``notice`` says so where the answer is poorer than usual, or prices of several currencies stand in one order; ``close`` where nothing
    has everything and this has most; ``whole`` how many have everything, where they are few and what has most of it follows them
    (otherwise 0); ``corrections``
    are words read as others, ``unknown`` ones left out, ``conditions`` what was understood beside words, ``suggestion`` another spelling
    of the question. ``why`` tells by a version's number what it was found by.
    """

    query: str
    sort: str
    total: int
    versions: tuple[Line, ...]
    facets: tuple[Facet, ...]
    page: Page[int]
    notice: str = ""
    close: bool = False
    whole: int = 0
    corrections: tuple[Correction, ...] = ()
    unknown: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    suggestion: str = ""
    why: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    about: bool = False
    """Whether ``total`` was counted on a part of the catalogue."""

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
    size = min(max(size, 1), LARGEST)
    text = clean(query[:LONGEST_QUESTION])
    ticked = _ticked(facets or {})
    opened = building.ready()
    if opened is None:
        return _from_database(text, sort, page, size)
    with turns():
        answer = ask(opened, text, ticked, sort, page, size, literally=literally)
        versions = listed(answer.ids)
        return SearchPage(
            query=text, sort=sort, total=answer.total, about=answer.about, versions=versions, page=answer.page, close=answer.close,
            whole=answer.whole, facets=_labelled(answer.facets, opened.generation), corrections=answer.asked.corrections,
            unknown=tuple(map(shown, answer.asked.unknown)), conditions=answer.asked.understood.conditions,
            notice=MIXED if sort == "price" and answer.mixed else "", suggestion=shown(answer.suggestion),
            why=reasons(answer.asked, versions, opened.generation),
        )  # fmt: skip


def _ticked(facets: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {
        kind.name: tuple(dict.fromkeys(value for value in facets[kind.name] if len(value) <= LONGEST_VALUE))[
            :MOST_TICKED
        ]
        for kind in FACETS
        if facets.get(kind.name)
    }


def _labelled(facets: tuple[Facet, ...], generation: object) -> tuple[Facet, ...]:
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
        if (labels := _labels(facet, generation))
        else facet
        for facet in facets
    )


def _labels(facet: Facet, generation: object) -> dict[str, str]:
    if facet.name == "provider":
        return _provider_names([value.value for value in facet.values], generation)
    if facet.name == "language":
        return {value.value: _language(value.value) for value in facet.values}
    return {}


def _provider_names(slugs: Sequence[str], generation: object) -> dict[str, str]:
    """Name providers. A new name changes what is indexed, so names are remembered for one state of the index."""
    known = _NAMES.get(generation)
    if known is None:
        _NAMES.clear()
        known = _NAMES[generation] = {}
    missing = [slug for slug in slugs if slug not in known]
    if missing:
        known.update(Provider.objects.filter(slug__in=missing).values_list("slug", "name"))
    return {slug: known[slug] for slug in slugs if slug in known}


_NAMES: dict[object, dict[str, str]] = {}


@lru_cache(maxsize=1_000)
def _language(tag: str) -> str:
    if tag == UNKNOWN:
        return "Not stated"
    try:
        return str(get_language_info(tag)["name"])
    except KeyError:
        return tag


def _from_database(query: str, sort: str, page: int, size: int) -> SearchPage:
    versions = published()
    for word in telling(tokens(query)):
        versions = versions.filter(
            Q(title__icontains=word) | Q(definition__provider__name__icontains=word) | Q(leads_to__icontains=word)
        )
    total = versions.count()
    shown = Paginator(range(min(total, size * DEEPEST)), size).get_page(page)
    if sort in {"price", "hours"}:
        column = price_in_hundredths("offers__") if sort == "price" else F("offers__hours")
        versions = versions.annotate(least=Min(column)).order_by(F("least").asc(nulls_last=True), "title", "pk")
    else:
        versions = versions.order_by("title", "pk")
    first = (shown.number - 1) * size
    rows = listed(list(versions.values_list("pk", flat=True)[first : first + size]))
    far = store.building()
    notice = f" {MIXED}" if sort == "price" and _mixed(versions) else ""
    progress = f": {100 * far['done'] // far['total']} per cent are done" if far and far["total"] else ""
    return SearchPage(query, sort, total, rows, (), shown, OLD_INDEX.format(progress=progress) + notice)


def _mixed(versions: QuerySet[DefinitionVersion]) -> bool:
    priced = versions.order_by().filter(offers__price_total__isnull=False)
    return len(priced.values("offers__currency").distinct()[:2]) > 1
