"""Whole items into amounts: a fractional flow says how much is possible, rounding and exchanges bring whole items up to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from cairn.stacking.allocation import Guess, Items

STEPS = 400
"""How many exchanges are tried at most."""
FEW_SIZES = 8
"""Items are moved in pairs only where they come in few sizes."""
type _Kind = frozenset[int]


@dataclass(frozen=True)
class Tiers:
    """What filling a place gains, by the grain of the sizes: each of `full` grains gains `gain`, the one after it `last`, more nothing.

    Sizes are multiples of a grain, so the last grain of a place that lacks no multiple of it is worth less. Said so, a fractional
    flow of grains promises no more than whole grains can keep.
    """

    full: int
    gain: int
    last: int

    @property
    def room(self) -> int:
        """How many grains gain anything."""
        return self.full + bool(self.last)

    def next(self, filled: int) -> int:
        """What one more grain gains."""
        return self.gain if filled < self.full else self.last if filled == self.full else 0

    def value(self, filled: int) -> int:
        """What so many grains gain."""
        return min(filled, self.full) * self.gain + (self.last if filled > self.full else 0)

    def bound(self, price: int) -> int:
        """The most that any filling gains beyond this price for each grain."""
        return self.full * max(0, self.gain - price) + max(0, self.last - price)


def tiers(lack: int, gain: int, grain: int) -> Tiers:
    """The tiers of a place that lacks so much, a unit of which gains so much."""
    full, rest = divmod(lack, grain)
    return Tiers(full, gain * grain, gain * rest)


class Packing:
    """Items, sized in grains, to be packed into places: first as a flow that may share them out, then whole."""

    def __init__(self, by_kind: dict[_Kind, list[int]], size: dict[int, int], places: Mapping[int, Tiers]) -> None:
        self._by_kind = by_kind
        self._size = size
        self._places = places
        self._flow = _Flow({kind: sum(size[item] for item in found) for kind, found in by_kind.items()}, places)
        self._flow.run()

    @classmethod
    def of(cls, items: Items, places: Mapping[int, Tiers]) -> Packing | None:
        """A packing of these; None where an item is worth more in one place than in another."""
        if any(len(set(wanted.values())) > 1 for wanted in items.values()):
            return None
        size = {item: next(iter(wanted.values())) for item, wanted in items.items()}
        by_kind: dict[_Kind, list[int]] = {}
        for item in sorted(items, key=lambda one: (-size[one], one)):
            by_kind.setdefault(frozenset(items[item]), []).append(item)
        return cls(by_kind, size, places)

    @property
    def most(self) -> int:
        """What the flow gains: no packing gains more."""
        return self._flow.value()

    def prices(self) -> dict[int, int]:
        """What one grain more of supply at a place would gain."""
        return self._flow.prices()

    def whole(self) -> tuple[Guess, int]:
        """A packing of whole items, and what it gains."""
        exchange = _Exchange(self._by_kind, self._size, _rounded(self._by_kind, self._size, self._flow), self._places)
        exchange.run(self.most)
        return {item: place for item, place in exchange.place_of.items() if place is not None}, exchange.value()


def fractional(items: Items, places: Mapping[int, Tiers]) -> dict[int, dict[int, int]]:
    """Items that may be shared out, each worth the same everywhere: how much of each goes where, so that nothing gains more."""
    size = {item: next(iter(wanted.values())) for item, wanted in items.items()}
    by_kind: dict[_Kind, list[int]] = {}
    for item in sorted(items):
        by_kind.setdefault(frozenset(items[item]), []).append(item)
    flow = _Flow({kind: sum(size[item] for item in found) for kind, found in by_kind.items()}, places)
    flow.run()
    counts: dict[int, dict[int, int]] = {}
    for kind, found in by_kind.items():
        due = [(place, amount) for place in sorted(kind) if (amount := flow.into[place].get(kind, 0))]
        for item in found:
            left = size[item]
            while left and due:
                place, amount = due.pop()
                given = min(left, amount)
                counts.setdefault(item, {})[place] = given
                left -= given
                if amount > given:
                    due.append((place, amount - given))
    return counts


class _Flow:
    """The fractional flow: the supply of each kind of item into places, the places that gain most first."""

    def __init__(self, supply: dict[_Kind, int], places: Mapping[int, Tiers]) -> None:
        self.left = dict(supply)
        self.places = places
        self.into: dict[int, dict[_Kind, int]] = {place: {} for place in places}
        self.kinds_of: dict[int, list[_Kind]] = {place: [] for place in places}
        for kind in supply:
            for place in kind:
                self.kinds_of[place].append(kind)
        self.filled = dict.fromkeys(places, 0)

    def run(self) -> None:
        stages = [(place, tier.full, tier.gain) for place, tier in self.places.items()]
        stages += [(place, tier.room, tier.last) for place, tier in self.places.items() if tier.last]
        for place, until, _ in sorted(stages, key=lambda stage: (-stage[2], stage[0])):
            while self.filled[place] < until and self._augment(place, until):
                pass

    def _augment(self, goal: int, until: int) -> bool:
        """Bring more to the place: from a kind with supply left, moving what others have if needed."""
        before: dict[int, tuple[_Kind, int]] = {}  # place -> (kind that moves from it, place it moves to)
        waiting, seen = deque([goal]), {goal}
        while waiting:
            place = waiting.popleft()
            for kind in self.kinds_of[place]:
                if self.left[kind]:
                    self._move(kind, place, goal, until - self.filled[goal], before)
                    return True
                for other in kind:
                    if other not in seen and self.into[other].get(kind):
                        seen.add(other)
                        before[other] = (kind, place)
                        waiting.append(other)
        return False

    def _move(self, kind: _Kind, place: int, goal: int, room: int, before: dict[int, tuple[_Kind, int]]) -> None:
        path = []
        now = place
        while now != goal:
            path.append((now, *before[now]))
            now = before[now][1]
        amount = min(self.left[kind], room, *(self.into[at][moved] for at, moved, _ in path))
        self.left[kind] -= amount
        self.into[place][kind] = self.into[place].get(kind, 0) + amount
        for at, moved, to in path:
            self.into[at][moved] -= amount
            self.into[to][moved] = self.into[to].get(moved, 0) + amount
        self.filled[goal] += amount

    def value(self) -> int:
        return sum(self.places[place].value(filled) for place, filled in self.filled.items())

    def prices(self) -> dict[int, int]:
        """What one grain more of supply at a place would gain: the most that a place still gains to which it makes way."""
        price: dict[int, int] = {}
        for start in self.places:
            seen, waiting, most = {start}, [start], 0
            while waiting:
                place = waiting.pop()
                most = max(most, self.places[place].next(self.filled[place]))
                for kind, amount in self.into[place].items():
                    if amount:
                        fresh = kind - seen
                        seen |= fresh
                        waiting += fresh
            price[start] = most
        return price


def _rounded(by_kind: dict[_Kind, list[int]], size: Mapping[int, int], flow: _Flow) -> dict[int, int | None]:
    """Each item whole, the largest first, where most of the flow of its kind is still to come; None is nowhere."""
    place_of: dict[int, int | None] = {}
    for kind, found in by_kind.items():
        due: dict[int | None, int] = {place: flow.into[place].get(kind, 0) for place in sorted(kind)}
        due[None] = flow.left[kind]
        for item in found:
            place = max(due, key=lambda one: (due[one], one is not None))
            place_of[item] = place
            due[place] -= size[item]
    return place_of


class _Exchange:
    """Shifts along chains of places: each place of a chain passes on as many grains as it gets, by moving or swapping items.

    So only the two ends of a chain change: the first gives what it has too much of, the last gets what it lacks.
    """

    def __init__(
        self, by_kind: dict[_Kind, list[int]], size: Mapping[int, int], place_of: dict[int, int | None],
        places: Mapping[int, Tiers],
    ) -> None:  # fmt: skip
        self.size = size
        self.place_of = place_of
        self.places = places
        self.kind_of = {item: kind for kind, found in by_kind.items() for item in found}
        self.load = dict.fromkeys(places, 0)
        self.at: dict[int | None, dict[int, dict[_Kind, list[int]]]] = {place: {} for place in (*places, None)}
        for item, place in place_of.items():
            self.at[place].setdefault(size[item], {}).setdefault(self.kind_of[item], []).append(item)
            if place is not None:
                self.load[place] += size[item]

    def value(self) -> int:
        return sum(self.places[place].value(load) for place, load in self.load.items())

    def run(self, goal: int) -> None:
        value = self.value()
        steps = 0
        while value < goal and steps < STEPS:
            gained = self._step() or self._step(pairs=True)
            if not gained:
                return
            value += gained
            steps += 1

    def _put(self, item: int, to: int | None) -> None:
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

    def _sums(self, source: int | None, to: int | None, *, pairs: bool) -> dict[int, tuple[int, ...]]:
        """Amounts that may move from `source` `to` another place, each with the one item (or two) it is made of."""
        singles: dict[int, list[int]] = {}
        for size, kinds in self.at[source].items():
            for kind, here in kinds.items():
                if to is None or to in kind:
                    singles.setdefault(size, []).extend(here[-2:])
                    if len(singles[size]) > 1:
                        break
        found: dict[int, tuple[int, ...]] = {size: (items[0],) for size, items in singles.items()}
        if pairs and len(singles) <= FEW_SIZES:
            for one, items in singles.items():
                if len(items) > 1:
                    found.setdefault(2 * one, (items[0], items[1]))
                for other, others in singles.items():
                    if one < other:
                        found.setdefault(one + other, (items[0], others[0]))
        return found

    def _links(self, *, pairs: bool) -> dict[int, dict[int | None, list[_Link]]]:
        """Shifts between two places, by the number of grains and the place that gives."""
        links: dict[int, dict[int | None, list[_Link]]] = {}
        ends: list[int | None] = [*self.places, None]
        movable = {(one, other): self._sums(one, other, pairs=pairs) for one in ends for other in ends if one != other}
        for (one, other), there in movable.items():
            found: dict[int, _Link] = {}
            if not there:
                continue
            for amount, items in there.items():
                found.setdefault(amount, (other, items, ()))
            for back, swapped in movable[other, one].items():
                for amount, items in there.items():
                    if amount > back:
                        found.setdefault(amount - back, (other, items, swapped))
            for shift, link in found.items():
                links.setdefault(shift, {}).setdefault(one, []).append(link)
        return links

    def _change(self, place: int | None, change: int) -> int:
        if place is None:
            return 0
        tier, load = self.places[place], self.load[place]
        return tier.value(load + change) - tier.value(load)

    def _step(self, *, pairs: bool = False) -> int:
        """Make the shift that gains most, and return its gain; 0 if none gains."""
        ends: list[int | None] = [*self.places, None]
        best: tuple[int, list[tuple[int | None, _Link]]] | None = None
        for shift, from_place in sorted(self._links(pairs=pairs).items()):
            gets = {place: self._change(place, shift) for place in ends}
            for start in from_place:
                gives = self._change(start, -shift)
                most = max(gets.values())
                if gives + most <= (best[0] if best else 0):
                    continue
                found = self._chain(start, from_place, gets, -gives if best is None else best[0] - gives)
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

    def _chain(
        self, start: int | None, from_place: dict[int | None, list[_Link]], gets: dict[int | None, int], above: int
    ) -> list[tuple[int | None, _Link]] | None:
        """The shortest chain from `start` to the end that gets most, if that is more than `above`; no item moves twice in it."""
        before: dict[int | None, tuple[int | None, _Link]] = {}
        waiting = deque([start])
        best: int | None = None
        reached = False
        while waiting:
            place = waiting.popleft()
            for link in from_place.get(place, ()):
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


type _Link = tuple[int | None, tuple[int, ...], tuple[int, ...]]
"""A shift to a place: the place, the items that move there, the items that come back for them."""
