"""Which come first: by how well they meet the question, or in an order that a person chose.

Versions stand in groups: what has the whole question as its title comes first, what meets all of it before what meets all but one of its
parts, and so on. In a group of up to
:data:`WHOLE` all are weighed. In a larger one those come first that meet it where it counts most (in the title, or by what they teach or
prepare for), and of many of those the ones with the shortest titles: so a page is found among some thousand. Within each of these what
weighs most comes first. Where a version stands depends on the question alone and not on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

import tantivy

from cairn.catalog.search.counting import Choices, Counter, counted, marked
from cairn.catalog.search.facets import HOURS, PRICES
from cairn.catalog.search.marks import BRIEF, HEAD, beginning, within
from cairn.catalog.search.parts import MUST, MUST_NOT, SHOULD, Part, Query, any_choice

WHOLE = 1_000
GROUP = 1_000
"""About so many at least are weighed of a large group."""
ENOUGH = 150
"""So many are enough where they stand in a small index of their own."""
_EXTRA = 1.0
_BANDS = {"price": PRICES, "hours": HOURS}


@dataclass(frozen=True)
class Group:
    """Versions that meet a question equally far: choices of its parts, without weights, with them, and where they count most."""

    meets: Sequence[Sequence[Part]]
    weighed: Sequence[Sequence[Part]]
    foremost: Sequence[Sequence[Part]]
    named: bool = False
    """They have one title: all are weighed, and how many they are is not asked."""


def in_order(
    counter: Counter, choices: Choices, narrowing: Sequence[Part], guess: int, order: str, bands: Sequence[str], first: int, size: int
) -> list[int]:  # fmt: skip
    """Return the numbers of the versions that stand first in an order, looking no further into it than needed.

    ``bands`` are the values that are ticked in the facet of the same name; of several the lowest is looked at first.
    """
    wanted = first + size
    known = [band for band in _BANDS.get(order, {}) if band in bands]  # as they follow each other
    name = within(order, known[0]) if known else order
    for depth in range(counter.opened.cuts.depth(name), 0, -1):
        if guess >> 2 * depth >= wanted:
            begun = any_choice(choices, [*narrowing, marked(counter.opened, beginning(name, depth))])
            if counter.guess(begun) * 2 < wanted:
                continue
            found = _ordered(counter.whole, begun, order, first, size)
            if len(found) == size:
                return found
    return _ordered(counter.whole, any_choice(choices, narrowing), order, first, size)


def best(
    counter: Counter, groups: Sequence[Group], extras: Sequence[tantivy.Query], narrowing: Sequence[Part], guess: int,
    first: int, size: int,
) -> list[int]:  # fmt: skip
    """Return the numbers of the versions that meet a question best. ``extras`` only help, ``narrowing`` has no weight.

    ``guess``: how many there are, roughly, but the same for every page of an answer.
    """
    from_the_first = first == 0
    found: list[int] = []
    before: list[Callable[[], tantivy.Query]] = []
    for searcher, meets, weighed in _pieces(counter, groups, narrowing, guess):
        query = weighed
        for extra in extras:  # one by one: several at once would be walked through from end to end
            query = Query.boolean_query([(MUST, query), (SHOULD, Query.boost_query(extra, _EXTRA))])
        if (
            from_the_first
        ):  # what came before is known by number, which is quicker than asking for what does not meet that
            more = [each for each in _found(searcher, query, size, 0) if each not in found][: size - len(found)]
        else:
            if before:
                query = Query.boolean_query([(MUST, query), *((MUST_NOT, one()) for one in before)])
            more = _found(searcher, query, size - len(found), first)
        found += more
        if len(found) == size:
            break
        first = 0 if more or not first else max(0, first - counted(searcher, query))
        before.append(meets)
    return found


def _found(searcher: tantivy.Searcher, query: tantivy.Query, size: int, first: int) -> list[int]:
    return _numbers(searcher, searcher.search(query, size, offset=first, count=False))


type _Piece = tuple[tantivy.Searcher, Callable[[], tantivy.Query], tantivy.Query]
"""Where is looked, how to ask for what meets it, and how to ask for that with its weights."""


def _pieces(counter: Counter, groups: Sequence[Group], narrowing: Sequence[Part], guess: int) -> Iterator[_Piece]:
    alone = sum(not group.named for group in groups) == 1
    for group in groups:
        meets = cache(partial(any_choice, group.meets, narrowing))
        if guess > WHOLE and not group.named and (alone or counter.guess(meets()) > WHOLE):
            foremost = any_choice(group.foremost, narrowing)
            brief = _brief(counter, group, narrowing, foremost)
            if brief is not None:
                yield brief
            yield counter.whole, _known(foremost), foremost
        yield counter.whole, meets, any_choice(group.weighed, narrowing)


def _known(query: tantivy.Query) -> Callable[[], tantivy.Query]:
    return lambda: query


def _brief(counter: Counter, group: Group, narrowing: Sequence[Part], foremost: tantivy.Query) -> _Piece | None:
    """Return those with the shortest titles, as few of them as are enough; None where they are as good as all."""
    if counter.heads is None:
        return None
    heads = counted(counter.heads, foremost)
    for depth in range(counter.opened.cuts.depth(BRIEF), 0, -1):
        if depth > HEAD and heads >> 2 * (depth - HEAD) < GROUP // 4:
            continue
        short = any_choice(group.foremost, [*narrowing, marked(counter.opened, beginning(BRIEF, depth))])
        if depth < HEAD:
            return (counter.whole, _known(short), short) if counter.guess(short) >= GROUP else None
        if depth == HEAD:
            if heads >= ENOUGH:
                return counter.heads, _known(short), foremost
        elif counted(counter.heads, short) >= GROUP:
            return counter.heads, _known(short), short
    return None


def _ordered(searcher: tantivy.Searcher, query: tantivy.Query, order: str, first: int, size: int) -> list[int]:
    found = searcher.search(
        query, size, offset=first, count=False, order_by_field=f"{order}_order", order=tantivy.Order.Asc
    )
    return _numbers(searcher, found)


def _numbers(searcher: tantivy.Searcher, found: tantivy.SearchResult) -> list[int]:
    numbers = searcher.fast_field_values("version", [address for _, address in found.hits])
    return [int(number) for number in numbers if number is not None]
