"""Asking the catalogue: words with their meaning, facets with counts, an order that the person chose (never one that somebody paid for).

Where nothing has everything that was asked, what has most of it is shown, and said to be that. Results of up to :data:`EXACT` are counted
one by one; of more, the facets are counted on a part of them that is drawn evenly, and said to be about right.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Any

import tantivy
from django.core.paginator import Page, Paginator
from django.db.models import F, Min, Q
from django.utils.translation import get_language_info

from cairn.catalog.models import Provider
from cairn.catalog.queries.definitions import published
from cairn.catalog.queries.lines import Line, listed
from cairn.catalog.search import building, store
from cairn.catalog.search.beside import beside
from cairn.catalog.search.counting import Choices, Counted, Counter, Counts, about, one_of_values, ticks
from cairn.catalog.search.facets import FACETS, UNKNOWN, FacetKind
from cairn.catalog.search.fields import ordered_up_to
from cairn.catalog.search.matching import Asked, Correction, Reader
from cairn.catalog.search.parts import SHOULD, Part, Query, one_of
from cairn.catalog.search.ranking import Group, best, in_order
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
SIZE, LARGEST = 20, 100
"""Results on a page, and the most that can be asked for at once; less than one is read as one."""
DEEPEST = 500
"""The last page that can be asked for: whoever needs more narrows the search."""
_CONDITION = 4.0
"""What a condition that is met weighs beside words, where not everything is."""
_MOST_CHOICES = 20
"""Up to so many choices of parts of a question are looked for one by one where nothing has all of them."""
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
    versions: tuple[Line, ...]
    facets: tuple[Facet, ...]
    page: Page[int]
    notice: str = ""
    close: bool = False
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
    answer = ask(opened, text, ticked, sort, page, size, literally=literally)
    versions = listed(answer.ids)
    return SearchPage(
        query=text, sort=sort, total=answer.total, about=answer.about, versions=versions, page=answer.page, close=answer.close,
        facets=_labelled(answer.facets, opened.generation), corrections=answer.asked.corrections, unknown=answer.asked.unknown,
        conditions=answer.asked.understood.conditions, suggestion=answer.suggestion,
        why=reasons(answer.asked, versions, opened.generation),
    )  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What the engine says, before the database is asked: versions' numbers in their order, and counted facets."""

    asked: Asked
    ids: tuple[int, ...]
    total: int
    about: bool
    page: Page[int]
    facets: tuple[Facet, ...]
    close: bool
    suggestion: str


def ask(
    opened: Opened, text: str, ticked: Mapping[str, tuple[str, ...]], sort: str, page: int, size: int, *, literally: bool = False
) -> Answer:  # fmt: skip
    """Ask the index alone. ``text`` is cleaned, ``ticked`` holds known facets only."""
    reader, counter = Reader(opened), Counter(opened)
    understood = Understood(text) if literally else understand(text)
    if not tokens(understood.text) and not understood.conditions and text:
        understood = Understood(text)
    asked = reader.read(understood)
    narrowing = ticks(opened, ticked)

    def ranked(meant: _Meant, first: int = 0) -> list[int]:
        if meant.groups and sort == "relevance":
            return best(counter, meant.groups, asked.extras, narrowing, meant.guess, first, size)
        order = sort if sort != "relevance" else "title"
        return in_order(counter, meant.choices, narrowing, meant.guess, order, ticked.get(order, ()), first, size)

    found, ahead = _found(reader, counter, asked, ticked, (text, literally), ranked)
    total = found.counted.total
    shown = Paginator(range(min(total, size * DEEPEST)), size).get_page(page)
    if not total:
        ids = []
    elif ahead is not None and shown.number == 1:
        ids = ahead.result()
    else:
        ids = ranked(found.meant, (shown.number - 1) * size)
    facets = (_facet(kind, *found.counted.facets[kind.name], set(ticked.get(kind.name, ()))) for kind in FACETS)
    close = found.meant.close or bool(asked.unknown and total)
    suggestion = reader.suggestion(asked) if text and (total < 3 or close) else ""
    return Answer(
        asked, tuple(ids), total, found.counted.about, shown, tuple(facet for facet in facets if facet.values), close, suggestion
    )  # fmt: skip


@dataclass(frozen=True)
class _Meant:
    """What is asked for, whether it had to be loosened, in which groups it is ranked, and roughly how many there are."""

    choices: Choices
    close: bool
    groups: tuple[Group, ...]
    guess: int


@dataclass(frozen=True)
class _Found:
    """What is asked for, and what was counted of it."""

    meant: _Meant
    counted: Counted


type _Ranked = Callable[[_Meant], list[int]]


def _found(
    reader: Reader, counter: Counter, asked: Asked, ticked: Mapping[str, tuple[str, ...]], question: object, ranked: _Ranked
) -> tuple[_Found, Future[list[int]] | None]:  # fmt: skip
    """Find all of what is asked; or, where nothing has all of it, half of its words and conditions, those with more of them first.

    What the last questions came to is remembered: their next page is not counted again. Otherwise the first page may be on its way
    already: in a large index it is ranked while others count.
    """
    key = (counter.opened.generation, question, tuple(sorted(ticked.items())))
    with _LOCK:
        known = _REMEMBERED.get(key)
        if known is not None:
            _REMEMBERED.move_to_end(key)
            return known, None
    found, ahead = _counted(counter, _strict(counter, asked, ticked), ticked, ranked)
    if not found.counted.total:
        loose = _loose(reader, counter, asked, ticked)
        nearest = _counted(counter, loose, ticked, ranked) if loose is not None else (found, ahead)
        if nearest[0].counted.total:
            found, ahead = nearest
    if any(name not in found.counted.facets for name in ticked):
        found.counted.facets.update(counter.others(found.meant.choices, ticked))
    with _LOCK:
        _REMEMBERED[key] = found
        while len(_REMEMBERED) > _MOST_REMEMBERED:
            _REMEMBERED.popitem(last=False)
    return found, ahead


def _counted(
    counter: Counter, meant: _Meant, ticked: Mapping[str, tuple[str, ...]], ranked: _Ranked
) -> tuple[_Found, Future[list[int]] | None]:  # fmt: skip
    """Count everything. In a large index that has some, other processors rank and count too."""
    if counter.sample is None or not meant.guess:
        return _Found(meant, counter.count(meant.choices, ticked, meant.guess)), None
    ahead = beside(ranked, meant)
    others = beside(counter.others, meant.choices, ticked) if ticked else None
    found = counter.count(meant.choices, ticked, meant.guess)
    if others is not None:
        found.facets.update(others.result())
    return _Found(meant, found), ahead


def _strict(counter: Counter, asked: Asked, ticked: Mapping[str, tuple[str, ...]]) -> _Meant:
    conditions = [_condition(counter, condition) for condition in asked.understood.conditions]
    if asked.unknown and not asked.clauses and not conditions:
        return _Meant([[Part((Query.empty_query(),), 0)]], False, (), 0)
    kinds = [[[getattr(clause, kind) for clause in asked.clauses] + conditions] for kind in _KINDS]
    return _Meant(kinds[0], False, (Group(*kinds),) if asked.clauses else (), counter.guess_of(kinds[0], ticked))


_KINDS = ("meets", "weighed", "foremost")


def _loose(reader: Reader, counter: Counter, asked: Asked, ticked: Mapping[str, tuple[str, ...]]) -> _Meant | None:
    """Ask for at least half of the parts, but never without one of those that name what it is about."""
    conditions = [_condition(counter, condition) for condition in asked.understood.conditions]
    counting_too = [Part((Query.const_score_query(one.query(), _CONDITION),), one.walked) for one in conditions]
    subject = {at for at, clause in enumerate(asked.clauses) if reader.names_something(clause)}
    subject = subject or set(range(len(asked.clauses)))
    many = len(asked.clauses) + len(conditions)
    if many < 2:
        return None
    groups = []
    for least in range(many - 1, (many - 1) // 2, -1):
        kinds = []
        for kind in _KINDS:
            parts = [getattr(clause, kind) for clause in asked.clauses]
            parts += counting_too if kind == "weighed" else conditions
            kinds.append(_some_of(parts, least, subject))
        groups.append(Group(*kinds))
    return _Meant(groups[-1].meets, True, tuple(groups), counter.guess_of(groups[-1].meets, ticked))


def _some_of(parts: Sequence[Part], many: int, subject: set[int]) -> Choices:
    """Return the choices of ``many`` parts with one of the subject among them; all in one query where there are too many choices."""
    choices = [each for each in combinations(range(len(parts)), many) if not subject or subject & set(each)]
    if len(choices) <= _MOST_CHOICES:
        return [[parts[at] for at in each] for each in choices]
    walked = sum(part.walked for part in parts)
    several = Query.boolean_query([(SHOULD, part.query()) for part in parts], minimum_number_should_match=many)
    about = one_of([parts[at].query() for at in sorted(subject)]) if subject else Query.all_query()
    return [[Part((several,), walked), Part((Query.const_score_query(about, 0.0),), walked)]]


def _condition(counter: Counter, condition: Condition) -> Part:
    if condition.values:
        return one_of_values(counter.opened, condition.kind, condition.values)
    name, last = f"{condition.kind}_order", ordered_up_to(condition.most)
    found = Query.range_query(counter.opened.schema, name, tantivy.FieldType.Unsigned, 0, last)
    return Part((Query.const_score_query(found, 0.0),), int(counter.whole.num_docs))


def _ticked(facets: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {
        kind.name: tuple(dict.fromkeys(value for value in facets[kind.name] if len(value) <= LONGEST_VALUE))[
            :MOST_TICKED
        ]
        for kind in FACETS
        if facets.get(kind.name)
    }


_REMEMBERED: OrderedDict[Any, _Found] = OrderedDict()
_MOST_REMEMBERED = 128
_LOCK = threading.Lock()


def _facet(kind: FacetKind, counts: Counts, factor: int, chosen: set[str]) -> Facet:
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
            FacetValue(
                value,
                labels.get(value, value),
                about(counts[value] * factor) if factor > 1 else counts[value],
                value in chosen,
                factor > 1,
            )
            for value in order
        ),
    )


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
    labels = {UNKNOWN: "Not stated"}
    if facet.name == "provider":
        labels |= _provider_names([value.value for value in facet.values], generation)
    elif facet.name == "language":
        labels |= {value.value: _language(value.value) for value in facet.values}
    return labels


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
        column = "offers__price_total" if sort == "price" else "offers__hours"
        versions = versions.annotate(least=Min(column)).order_by(F("least").asc(nulls_last=True), "title", "pk")
    else:
        versions = versions.order_by("title", "pk")
    first = (shown.number - 1) * size
    rows = listed(list(versions.values_list("pk", flat=True)[first : first + size]))
    far = store.building()
    progress = f": {100 * far['done'] // far['total']} per cent are done" if far and far["total"] else ""
    return SearchPage(query, sort, total, rows, (), shown, OLD_INDEX.format(progress=progress))
