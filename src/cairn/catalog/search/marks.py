"""Marks: even parts of the catalogue, and the beginnings of its orders, as terms of the index.

A question about very many versions need not walk past all of them then. How many there are is counted in the sample, a small index of its
own beside the large one, or in a part of it; the first of an order are looked for among those that stand in its first quarter, sixteenth
and so on. A version stands in the beginning of an order exactly when its place is not after a cut. The cuts are measured on some thousand
versions when the index is made; where they lie decides how quick an answer is, never which one it is. What costs or takes at most a round
number has a mark for that: people ask for round numbers.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from math import isqrt
from pathlib import Path
from typing import Any

from cairn.catalog.search.facets import NEXT
from cairn.catalog.search.fields import TIES

SHARE = 16
"""One version in so many is in the sample."""
SMALLEST_PART = 1024
BRIEF = "brief"
"""The order of how long titles are: the first ones say the least beside what they are about."""
ALL = ("price", "hours", "title", BRIEF)
BANDS = ("price", "hours")
"""Orders that are cut within each value of the facet of the same name too: whoever ticks one looks at the beginning of that.

They stand first in the field ``bands``.
"""
LIMITS = {
    "price": tuple(each * 100 for each in (0, 50, 100, 200, 300, 500, 1000, 1500, 2000, 3000, 5000, 10_000)),
    "hours": tuple(each * 100 for each in (0, 5, 10, 20, 40, 100, 200, 500)),
}
"""Round numbers, in hundredths, that limits are asked for with."""
_UPTO = {order: [f"{order}-upto-{each}" for each in limits] for order, limits in LIMITS.items()}
SAMPLED, HEADING = 1, 2
"""What says which of the small indexes beside a large one hold a version too."""
HEAD = 2
"""What stands in this beginning of the titles in order of length is also in an index of its own."""
_MEASURED = 8_000
_DEEPEST = 5
LARGE = 40_000
"""From so many versions on there are a sample and cuts."""


type _Ladder = tuple[list[Any], list[str]]
"""The places at which marks end, in order, and the marks of what is not after each of them."""


class _Ladders(dict[str, tuple[_Ladder, _Ladder]]):
    """Ladders of marks, made when first asked for: of price and workload in two bands, by their term; of title and length by none."""

    def __init__(self, at: Mapping[str, tuple[int | str, ...]]) -> None:
        super().__init__()
        self._at = at

    def __missing__(self, bands: str) -> tuple[_Ladder, _Ladder]:
        if bands:
            price, hours, *_ = bands.split(NEXT)
            made = self._made("price", price), self._made("hours", hours)
        else:
            made = self._made("title"), self._made(BRIEF)
        self[bands] = made
        return made

    def _made(self, order: str, band: str = "") -> _Ladder:
        steps: list[tuple[Any, str]] = [
            (((limit + 1) << TIES) - 1, mark)
            for limit, mark in zip(LIMITS.get(order, ()), _UPTO.get(order, ()), strict=True)
        ]
        for name in (order, within(order, band)) if band else (order,):
            steps += [(cut, beginning(name, depth)) for depth, cut in enumerate(self._at.get(name, ()), 1)]
        steps.sort()
        return [end for end, _ in steps], [" ".join(mark for _, mark in steps[at:]) for at in range(len(steps) + 1)]


@dataclass(frozen=True)
class Cuts:
    """Where orders are cut, and which part of the versions the sample holds: one in ``share``; 1 means that there is none."""

    share: int = 1
    at: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write them beside an index."""
        path.write_text(json.dumps({"share": self.share, "at": self.at}), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Cuts:
        """Read them; raises OSError or ValueError where they are missing or broken."""
        told = json.loads(path.read_text(encoding="utf-8"))
        try:
            return cls(int(told["share"]), {str(name): tuple(cuts) for name, cuts in told["at"].items()})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("cuts.json is broken.") from error

    @cached_property
    def ladders(self) -> _Ladders:
        """By the bands of price and workload, and "" for titles, the marks of what is not after each place."""
        return _Ladders(self.at)

    @cached_property
    def _longest_head(self) -> int:
        return int(self.at[BRIEF][HEAD - 1]) if self.depth(BRIEF) >= HEAD else -1

    def sampled(self, version: int) -> bool:
        """Say whether the sample holds a version."""
        return self.share > 1 and _chance(version) * self.share < 1 << 32

    def heads(self, document: Mapping[str, Any]) -> bool:
        """Say whether a document is one of those with the shortest titles."""
        return len(document["title"]) <= self._longest_head

    def depth(self, order: str) -> int:
        """Return into how many beginnings an order is cut."""
        return len(self.at.get(order, ()))


def _chance(version: int) -> int:
    """A number below 2**32 that says nothing about a version, spread evenly over versions in a row."""
    return version * 2654435761 & 0xFFFFFFFF


def part(share: int) -> str:
    """Return the mark of a part of the sample: of one version in ``share``, a power of two."""
    return f"part-{share}"


def beginning(order: str, depth: int) -> str:
    """Return the mark of the first part of an order: depth 1 is about a quarter of it, 2 a sixteenth."""
    return f"{order}-{depth}"


def within(order: str, band: str) -> str:
    """Return the name of an order among those that have one value of the facet of that name."""
    return f"{order}/{band}"


def up_to(order: str, most: int) -> tuple[str, bool]:
    """Return the mark of everything up to the next round number, and whether that is ``most`` itself; "" where there is none."""
    at = bisect_left(LIMITS[order], most)
    return (_UPTO[order][at], LIMITS[order][at] == most) if at < len(LIMITS[order]) else ("", False)


def marks_of(document: Mapping[str, Any], cuts: Cuts) -> str:
    """Return the marks of a document, with blanks in between."""
    chance, share = _chance(document["version"]), 2 * cuts.share
    found = ""
    while 2 < share <= SMALLEST_PART and chance * share < 1 << 32:
        found += f"{part(share)} "
        share *= 2
    ladders = cuts.ladders
    prices, hours = ladders[document["bands"]]
    titles, lengths = ladders[""]
    return found + " ".join(
        filter(
            None,
            (
                prices[1][bisect_left(prices[0], document["price_order"])],
                hours[1][bisect_left(hours[0], document["hours_order"])],
                titles[1][bisect_left(titles[0], document["title_order"])],
                lengths[1][bisect_left(lengths[0], len(document["title"]))],
            ),
        )
    )


def _place(document: Mapping[str, Any], order: str) -> Any:
    return len(document["title"]) if order == BRIEF else document[f"{order}_order"]


def step(total: int) -> int:
    """Return every how manyth version is enough to measure cuts on: a prime, so that numbers given out in steps are met as well."""
    return next(
        one for one in count(max(1, total // _MEASURED)) if all(one % each for each in range(2, isqrt(one) + 1))
    )


def measured(documents: Iterable[Mapping[str, Any]], total: int) -> Cuts:
    """Measure cuts for ``total`` versions on some of them that are drawn evenly."""
    if total < LARGE:
        return Cuts()
    drawn = list(documents)
    stand: defaultdict[str, list[Any]] = defaultdict(list)
    for one in drawn:
        for order in ALL:
            stand[order].append(_place(one, order))
        for order, band in zip(BANDS, one["bands"].split(NEXT), strict=False):  # the currency follows
            stand[within(order, band)].append(_place(one, order))
    return Cuts(SHARE, {name: _cut(sorted(places)) for name, places in sorted(stand.items())})


def _cut(places: list[Any]) -> tuple[Any, ...]:
    return tuple(places[len(places) // 4**depth] for depth in range(1, _DEEPEST + 1) if len(places) >= 4**depth)
