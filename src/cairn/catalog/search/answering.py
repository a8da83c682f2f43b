"""Answering a question from the index alone: what is found, in which order, and how many have which value of each facet.

Where nothing has everything that was asked, what has most of it is found, and said to be that; where only a few have everything, they come
first and what has most of it follows. Results of up to :data:`counting.EXACT` are
counted one by one; of more, the facets are counted on a part of them that is drawn evenly, and said to be about right.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from django.core.paginator import Page, Paginator

from cairn.catalog.search.beside import beside
from cairn.catalog.search.clauses import Asked
from cairn.catalog.search.conditions import NEVER, parts_of
from cairn.catalog.search.counting import Choices, Counted, Counter, Counts, Ticked, about, counted, ticks
from cairn.catalog.search.facets import FACETS, UNKNOWN, FacetKind
from cairn.catalog.search.matching import Reader
from cairn.catalog.search.parts import MUST, SHOULD, Part, Query, any_choice, one_of
from cairn.catalog.search.ranking import Group, best, in_order
from cairn.catalog.search.store import Opened
from cairn.catalog.search.understanding import Understood, understand
from cairn.catalog.search.words import fold, name_of, tokens, words_of

DEEPEST = 500
"""The last page that can be asked for: whoever needs more narrows the search."""
_CONDITION = 4.0
"""What a condition that is met weighs beside words, where not everything is."""
FEW = 10
"""Where fewer than this have everything that was asked, what has most of it follows: half a page is read to its end."""
_MOST_CHOICES = 20
"""Up to so many choices of parts of a question are looked for one by one where nothing has all of them."""


@dataclass(slots=True)
class FacetValue:
    """One value that can be ticked, and how many results it would leave; ``about`` where that was counted on a part of them.

    Nobody changes one; but each answer has about eighty, and frozen ones take three times as long to make.
    """

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
class Answer:
    """What the engine says, before the database is asked: versions' numbers in their order, and counted facets."""

    asked: Asked
    ids: tuple[int, ...]
    total: int
    about: bool
    page: Page[int]
    facets: tuple[Facet, ...]
    close: bool
    whole: int
    suggestion: str
    mixed: bool
    """Whether what is found is priced in several currencies, as far as it was counted."""


def ask(
    opened: Opened, text: str, ticked: Ticked, sort: str, page: int, size: int, *, literally: bool = False
) -> Answer:  # fmt: skip
    """Ask the index alone. ``text`` is cleaned, ``ticked`` holds known facets only."""
    reader, counter = Reader(opened), Counter(opened)
    understood = Understood(text) if literally else understand(text)
    if not tokens(understood.text) and not understood.conditions and text:
        understood = Understood(text)
    asked = replace(reader.read(understood), called=_titled(opened, text))
    narrowing = ticks(opened, ticked)

    def ranked(meant: _Meant, first: int = 0) -> list[int]:
        if meant.groups and sort == "relevance":
            return best(counter, meant.groups, asked.extras, narrowing, meant.guess, first, size)
        order = sort if sort != "relevance" else "title"
        return in_order(counter, meant.choices, narrowing, meant.guess, order, ticked.get(order, ()), first, size)

    by_match = sort == "relevance"
    found, ahead = _found(reader, counter, asked, ticked, (text, literally, by_match), ranked, further=by_match)
    total = found.counted.total
    shown = Paginator(range(min(total, size * DEEPEST)), size).get_page(page)
    if not total:
        ids = []
    elif ahead is not None and shown.number == 1:
        ids = ahead.result()
    else:
        ids = ranked(found.meant, (shown.number - 1) * size)
    several = _currencies(found.counted, ()) > 1
    facets = (
        _facet(kind, *found.counted.facets[kind.name], set(ticked.get(kind.name, ())))
        for kind in FACETS
        if kind.name != "currency" or several or ticked.get("currency")
    )
    close = found.meant.close or bool(asked.unknown and total)
    suggestion = reader.suggestion(asked) if text and asked.called is None and (total < 3 or close) else ""
    return Answer(
        asked, tuple(ids), total, found.counted.about, shown, tuple(facet for facet in facets if facet.values), close, found.whole,
        suggestion, _currencies(found.counted, ticked.get("currency", ())) > 1,
    )  # fmt: skip


def _currencies(counted: Counted, ticked: Sequence[str]) -> int:
    """Say in how many currencies what was counted is priced; of those that are ticked, where any is."""
    counts = counted.facets["currency"][0]
    return sum(1 for code, count in counts.items() if count and code != UNKNOWN and (not ticked or code in ticked))


@dataclass(frozen=True)
class _Meant:
    """What is asked for, whether it had to be loosened, in which groups it is ranked, and roughly how many there are."""

    choices: Choices
    close: bool
    groups: tuple[Group, ...]
    guess: int


@dataclass(frozen=True)
class _Found:
    """What is asked for, what was counted of it, and how many have everything where the others have only most of it (otherwise 0)."""

    meant: _Meant
    counted: Counted
    whole: int = 0


type _Ranked = Callable[[_Meant], list[int]]


def _found(
    reader: Reader, counter: Counter, asked: Asked, ticked: Ticked, question: object, ranked: _Ranked, *, further: bool
) -> tuple[_Found, Future[list[int]] | None]:  # fmt: skip
    """Find all of what is asked; or, where nothing has all of it, half of its words and conditions, those with more of them first; or one.

    With ``further`` the same follows where only a few have all of it. How far that goes is asked before anything is ticked: so a tick
    leaves as many as its count said.

    What the last questions came to is remembered: their next page is not counted again. Otherwise the first page may be on its way
    already: in a large index it is ranked while others count.
    """
    key = (counter.opened.generation, question, tuple(sorted(ticked.items())))
    with _LOCK:
        known = _REMEMBERED.get(key)
        if known is not None:
            _REMEMBERED.move_to_end(key)
            return known, None
    strict = _strict(counter, asked, ticked)
    held = _held(counter, asked, ticked, strict) if further else FEW
    found, ahead = _counted(counter, strict, ticked, ranked) if held else (_none(strict, ticked), None)
    whole = found.counted.total
    if not whole or held < FEW:
        for least in dict.fromkeys(((len(asked.clauses) + len(asked.understood.conditions) + 1) // 2, 1)):
            loose = _loose(reader, counter, asked, ticked, least)
            if loose is None:
                continue
            if whole:
                choices = [*loose.choices, *strict.choices[1:]]
                loose = replace(loose, choices=choices, close=False, groups=(*strict.groups, *loose.groups))
            nearest = _counted(counter, loose, ticked, ranked)
            if nearest[0].counted.total > whole:
                found, ahead = replace(nearest[0], whole=whole), nearest[1]
            if found.counted.total and (not further or _has_a_few(reader, counter, asked, ticked, loose, least)):
                break
    if any(name not in found.counted.facets for name in ticked):
        found.counted.facets.update(counter.others(found.meant.choices, ticked))
    with _LOCK:
        _REMEMBERED[key] = found
        while len(_REMEMBERED) > _MOST_REMEMBERED:
            _REMEMBERED.popitem(last=False)
    return found, ahead


def _counted(
    counter: Counter, meant: _Meant, ticked: Ticked, ranked: _Ranked
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


def _none(meant: _Meant, ticked: Ticked) -> _Found:
    """Return that nothing is found, which needs no counting."""
    return _Found(
        meant, Counted(0, False, {one.name: (dict.fromkeys(ticked.get(one.name, ()), 0), 1) for one in FACETS})
    )


def _held(counter: Counter, asked: Asked, ticked: Ticked, strict: _Meant) -> int:
    """Say how many have everything before anything is ticked: exactly, where they may be few. Ticks only take away."""
    many = FEW * counter.opened.cuts.share
    anywhere = strict if not ticked or strict.guess >= many else _strict(counter, asked, {})
    if counter.sample is None or anywhere.guess >= many:
        return anywhere.guess
    return counted(counter.whole, any_choice(anywhere.choices, ()))


def _has_a_few(
    reader: Reader, counter: Counter, asked: Asked, ticked: Ticked, loose: _Meant, least: int
) -> bool:  # fmt: skip
    """Say whether there are a few of these before anything is ticked."""
    if loose.guess >= FEW or not ticked:
        return loose.guess >= FEW
    anywhere = _loose(reader, counter, asked, {}, least)
    return anywhere is not None and anywhere.guess >= FEW


def _strict(counter: Counter, asked: Asked, ticked: Ticked) -> _Meant:
    conditions = parts_of(counter, asked.understood.conditions, ticked)
    if NEVER in conditions or (asked.unknown and not asked.clauses and not conditions):
        return _Meant([[NEVER]], False, (), 0)
    kinds = [[[getattr(clause, kind) for clause in asked.clauses] + conditions] for kind in _KINDS]
    if not asked.clauses:
        return _Meant(kinds[0], False, (), counter.guess_of(kinds[0], ticked))
    meets, groups = kinds[0], [_group(kinds)]
    if asked.called is not None:
        groups.insert(0, _called(asked.called, kinds[1]))
        if conditions or any(way.kind == "place" for clause in asked.clauses for way in clause.ways):
            meets = [*meets, [asked.called]]  # a title says "online" of what does not state it
    return _Meant(meets, False, tuple(groups), counter.guess_of(meets, ticked))


def _group(kinds: Sequence[Choices]) -> Group:
    meets, weighed, foremost = kinds
    return Group(meets, weighed, foremost)


def _titled(opened: Opened, text: str) -> Part | None:
    """Ask for what has these words, all of them and no others, as its title; None where nothing has."""
    name = name_of(words_of(fold(text)))
    held = int(opened.index.searcher().doc_freq("called", name)) if name else 0
    return (
        Part((Query.const_score_query(Query.term_query(opened.schema, "called", name, "basic"), 0.0),), held)
        if held
        else None
    )


def _called(called: Part, weighed: Choices) -> Group:
    """What has the question as its title comes first, those that also mean most of it before the others."""
    best_first = Query.boolean_query([(MUST, called.query()), (SHOULD, any_choice(weighed, [called]))])
    return Group([[called]], [[Part((best_first,), called.walked)]], [[called]], named=True)


_KINDS = ("meets", "weighed", "foremost")


def _loose(reader: Reader, counter: Counter, asked: Asked, ticked: Ticked, fewest: int) -> _Meant | None:
    """Ask for at least the ``fewest`` of the parts, but never without one of those that name what it is about."""
    conditions = parts_of(counter, asked.understood.conditions, ticked)
    counting_too = [Part((Query.const_score_query(one.query(), _CONDITION),), one.walked) for one in conditions]
    many = len(asked.clauses) + len(conditions)
    possible = [at for at in range(many) if at < len(asked.clauses) or conditions[at - len(asked.clauses)] is not NEVER]
    subject = {at for at, clause in enumerate(asked.clauses) if reader.names_something(clause)}
    subject = subject or set(range(len(asked.clauses)))
    groups = []
    for least in range(many - 1, max(fewest, 1) - 1, -1):
        chosen = [each for each in combinations(possible, least) if not subject or subject & set(each)]
        if not chosen:
            continue
        kinds = []
        for kind in _KINDS:
            parts = [getattr(clause, kind) for clause in asked.clauses]
            parts += counting_too if kind == "weighed" else conditions
            kinds.append(_some_of(parts, chosen, possible, subject))
        groups.append(_group(kinds))
    if not groups:
        return None
    return _Meant(groups[-1].meets, True, tuple(groups), counter.guess_of(groups[-1].meets, ticked))


def _some_of(
    parts: Sequence[Part], chosen: Sequence[tuple[int, ...]], possible: Sequence[int], subject: set[int]
) -> Choices:
    """Return these choices of parts; all in one query where there are too many choices."""
    if len(chosen) <= _MOST_CHOICES:
        return [[parts[at] for at in each] for each in chosen]
    walked = sum(parts[at].walked for at in possible)
    several = Query.boolean_query(
        [(SHOULD, parts[at].query()) for at in possible], minimum_number_should_match=len(chosen[0])
    )
    about = one_of([parts[at].query() for at in sorted(subject)]) if subject else Query.all_query()
    return [[Part((several,), walked), Part((Query.const_score_query(about, 0.0),), walked)]]


_REMEMBERED: OrderedDict[Any, _Found] = OrderedDict()
_MOST_REMEMBERED = 128
_LOCK = threading.Lock()


_NOT_STATED = {UNKNOWN: "Not stated"}


def _facet(kind: FacetKind, counts: Counts, factor: int, chosen: set[str]) -> Facet:
    if kind.values is not None:
        order = [value for value in kind.values if value in counts]
        order += sorted(value for value in chosen if value in counts and value not in kind.values)
        labels = kind.values
    else:
        ranked = sorted(counts, key=lambda value: (-counts[value], value))
        order = [*ranked[: kind.most], *(value for value in ranked[kind.most :] if value in chosen)]
        labels = _NOT_STATED
    roughly = factor > 1
    return Facet(
        kind.name,
        kind.label,
        tuple(
            [
                FacetValue(
                    value,
                    labels.get(value, value),
                    about(counts[value] * factor) if roughly else counts[value],
                    value in chosen,
                    roughly,
                )
                for value in order
            ]
        ),
    )
