"""Exchanges that bring a packing of whole items closer to what a flow says is possible."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from cairn.stacking.tiers import Kind, Tiers

STEPS = 400
"""How many exchanges are tried at most."""
FEW_SIZES = 8
"""Items are moved in pairs only where they come in few sizes."""

type End = int | None
"""A place, or nowhere."""
type Sums = dict[int, tuple[int, ...]]
"""Amounts that may move from one end to another, each with the one item (or two) it is made of."""
type Link = tuple[End, tuple[int, ...], tuple[int, ...]]
"""A shift to an end: the end, the items that move there, the items that come back for them."""
type From = dict[End, dict[End, Link]]
"""Shifts of one size, by the end that gives and the end that gets."""


class Exchange:
    """Shifts along chains of places: each place of a chain passes on as many grains as it gets, by moving or swapping items.

    So only the two ends of a chain change: the first gives what it has too much of, the last gets what it lacks.
    """

    def __init__(
        self, by_kind: dict[Kind, list[int]], size: Mapping[int, int], place_of: dict[int, int | None],
        places: Mapping[int, Tiers],
    ) -> None:  # fmt: skip
        self.size = size
        self.place_of = place_of
        self.places = places
        self.kind_of = {item: kind for kind, found in by_kind.items() for item in found}
        self.load = dict.fromkeys(places, 0)
        self.ends: list[End] = [*places, None]
        self.at: dict[End, dict[int, dict[Kind, list[int]]]] = {end: {} for end in self.ends}
        for item, place in place_of.items():
            self.at[place].setdefault(size[item], {}).setdefault(self.kind_of[item], []).append(item)
            if place is not None:
                self.load[place] += size[item]
        self.links = {pairs: _Links(self, pairs=pairs) for pairs in (False, True)}

    def value(self) -> int:
        """What the packing gains."""
        return sum(self.places[place].value(load) for place, load in self.load.items())

    def run(self, goal: int) -> None:
        """Make shifts until the packing gains as much as `goal`, or none gains anything."""
        value = self.value()
        steps = 0
        while value < goal and steps < STEPS:
            gained = self._step(self.links[False].renewed()) or self._step(self.links[True].renewed())
            if not gained:
                return
            value += gained
            steps += 1

    def _put(self, item: int, to: End) -> None:
        kind, size, place = self.kind_of[item], self.size[item], self.place_of[item]
        here = self.at[place][size]
        here[kind].remove(item)
        if not here[kind]:
            del here[kind]
        if not here:
            del self.at[place][size]
        self.at[to].setdefault(size, {}).setdefault(kind, []).append(item)
        if place is not None:
            self.load[place] -= size
        if to is not None:
            self.load[to] += size
        self.place_of[item] = to
        for links in self.links.values():
            links.stale |= {place, to}

    def _change(self, place: End, change: int) -> int:
        if place is None:
            return 0
        tier, load = self.places[place], self.load[place]
        return tier.value(load + change) - tier.value(load)

    def _step(self, by_shift: dict[int, From]) -> int:
        """Make the shift that gains most, and return its gain; 0 if none gains."""
        best: tuple[int, list[tuple[End, Link]]] | None = None
        for shift, from_place in sorted(by_shift.items()):
            gets = {place: self._change(place, shift) for place in self.ends}
            most = max(gets.values())
            for start in from_place:
                gives = self._change(start, -shift)
                if gives + most <= (best[0] if best else 0):
                    continue
                found = _chain(start, from_place, gets, -gives if best is None else best[0] - gives)
                if found is not None:
                    end = found[-1][1][0]
                    best = (gives + gets[end], found)
        if best is None:
            return 0
        for source, (to, given, back) in best[1]:
            for item in given:
                self._put(item, to)
            for item in back:
                self._put(item, source)
        return best[0]


class _Links:
    """The shifts between every two ends, worked out anew only for ends that changed."""

    def __init__(self, exchange: Exchange, *, pairs: bool) -> None:
        self.exchange = exchange
        self.pairs = pairs
        self.stale: set[End] = set(exchange.ends)
        self.by_shift: dict[int, From] = {}
        self.sums: dict[End, dict[End, Sums]] = {}
        self.shifts: dict[tuple[End, End], tuple[int, ...]] = {}

    def renewed(self) -> dict[int, From]:
        """Shifts by the number of grains they move."""
        stale = [end for end in self.exchange.ends if end in self.stale]
        for end in stale:
            self.sums[end] = self._sums(end)
        for one in self.exchange.ends:
            for other in self.exchange.ends if one in self.stale else stale:
                if one != other:
                    self._renew(one, other)
        self.stale.clear()
        return self.by_shift

    def _renew(self, one: End, other: End) -> None:
        for shift in self.shifts.pop((one, other), ()):
            del self.by_shift[shift][one][other]
        there = self.sums[one].get(other)
        if not there:
            return
        found: dict[int, Link] = {amount: (other, items, ()) for amount, items in there.items()}
        for less, swapped in self.sums[other].get(one, {}).items():
            for amount, items in there.items():
                if amount > less:
                    found.setdefault(amount - less, (other, items, swapped))
        for shift, link in found.items():
            self.by_shift.setdefault(shift, {}).setdefault(one, {})[other] = link
        self.shifts[one, other] = tuple(found)

    def _sums(self, source: End) -> dict[End, Sums]:
        singles: dict[End, dict[int, list[int]]] = {}
        for size, kinds in self.exchange.at[source].items():
            for kind, here in kinds.items():
                for to in (*kind, None):
                    if to != source:
                        known = singles.setdefault(to, {}).setdefault(size, [])
                        if len(known) < 2:
                            known.extend(here[-2:])
        sums: dict[End, Sums] = {}
        for to, sizes in singles.items():
            found = sums[to] = {size: (items[0],) for size, items in sizes.items()}
            if self.pairs and len(sizes) <= FEW_SIZES:
                for one, items in sizes.items():
                    if len(items) > 1:
                        found.setdefault(2 * one, (items[0], items[1]))
                    for other, others in sizes.items():
                        if one < other:
                            found.setdefault(one + other, (items[0], others[0]))
        return sums


def _chain(start: End, from_place: From, gets: dict[End, int], above: int) -> list[tuple[End, Link]] | None:
    """The shortest chain from `start` to the end that gets most, if that is more than `above`; no item moves twice in it."""
    before: dict[End, tuple[End, Link]] = {}
    waiting = deque([start])
    best: End = None
    reached = False
    while waiting:
        place = waiting.popleft()
        for link in from_place.get(place, {}).values():
            if link[0] != start and link[0] not in before:
                before[link[0]] = (place, link)
                waiting.append(link[0])
                if gets[link[0]] > (gets[best] if reached else above):
                    best, reached = link[0], True
    if not reached:
        return None
    chain = []
    now = best
    while now != start:
        chain.append(before[now])
        now = before[now][0]
    chain.reverse()
    moved = [item for _, (_, given, back) in chain for item in (*given, *back)]
    return chain if len(set(moved)) == len(moved) else None
