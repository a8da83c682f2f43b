"""Whole items into amounts: a fractional flow says how much is possible, sums (`fitting`) and exchanges bring whole items up to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from cairn.stacking.allocation import Guess, Items
from cairn.stacking.exchanging import UNLIMITED, Exchange, Range, bits
from cairn.stacking.fitting import Fitting
from cairn.stacking.tiers import Kind, Tiers


class Packing:
    """Items, sized in grains, to be packed into places: first as a flow that may share them out, then whole."""

    def __init__(self, by_kind: dict[Kind, list[int]], size: dict[int, int], places: Mapping[int, Tiers]) -> None:
        self._by_kind = by_kind
        self._size = size
        self._places = places
        self._flow = _Flow({kind: sum(size[item] for item in found) for kind, found in by_kind.items()}, places)
        self._flow.run()

    @classmethod
    def of(cls, kind_of: Mapping[int, Kind], size: Mapping[int, int], places: Mapping[int, Tiers]) -> Packing:
        """A packing of these items, each of which is of the same size wherever it may lie."""
        by_kind: dict[Kind, list[int]] = {}
        for item in sorted(kind_of, key=lambda one: (-size[one], one)):
            by_kind.setdefault(kind_of[item], []).append(item)
        return cls(by_kind, {item: size[item] for item in kind_of}, places)

    @property
    def most(self) -> int:
        """What the flow gains: no packing gains more."""
        return self._flow.value()

    def prices(self) -> dict[int, int]:
        """What one grain more of supply at a place would gain."""
        return self._flow.prices()

    def whole(self) -> tuple[Guess, int]:
        """A packing of whole items, and what it gains."""
        rounded = _rounded(self._size, self._by_kind, self._flow)
        ranges = self._flow.ranges()
        exact = Fitting(self._by_kind, self._size, rounded, ranges).run()
        if exact is not None and (gained := self._gained(exact)) >= self.most:
            return exact, gained
        exchange = Exchange(self._by_kind, self._size, rounded, self._places, ranges, self._flow.left)
        exchange.run(self.most)
        return {item: place for item, place in exchange.place_of.items() if place is not None}, exchange.value()

    def _gained(self, packed: Guess) -> int:
        filled = dict.fromkeys(self._places, 0)
        for item, place in packed.items():
            filled[place] += self._size[item]
        return sum(self._places[place].value(much) for place, much in filled.items())


def fractional(items: Items, places: Mapping[int, Tiers]) -> dict[int, dict[int, int]]:
    """Items that may be shared out, each worth the same everywhere: how much of each goes where, so that nothing gains more."""
    size = {item: next(iter(wanted.values())) for item, wanted in items.items()}
    by_kind: dict[Kind, list[int]] = {}
    for item in sorted(items):
        by_kind.setdefault(frozenset(items[item]), []).append(item)
    flow = _Flow({kind: sum(size[item] for item in found) for kind, found in by_kind.items()}, places)
    flow.run()
    counts: dict[int, dict[int, int]] = {}
    for kind, found in enumerate(by_kind.values()):
        due = [(place, flow.into[place][kind]) for place in sorted(flow.fed[kind])]
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

    def __init__(self, supply: dict[Kind, int], places: Mapping[int, Tiers]) -> None:
        self.kinds = list(supply)
        self.left = list(supply.values())
        self.open = sum(1 << number for number, left in enumerate(self.left) if left)
        """The kinds of which something is left, as bits; so are those that a place takes."""
        self.places = places
        self.into: dict[int, dict[int, int]] = {place: {} for place in places}
        self.kinds_of = dict.fromkeys(places, 0)
        for number, kind in enumerate(self.kinds):
            for place in kind:
                self.kinds_of[place] |= 1 << number
        self.filled = dict.fromkeys(places, 0)
        self.fed: list[set[int]] = [set() for _ in self.kinds]
        """The places that a kind of item flows into."""
        self.closed: set[int] = set()
        """Places to which nothing more can be brought, whatever moves."""
        self.closed_kinds = 0

    def run(self) -> None:
        stages = [(place, tier.full, tier.gain) for place, tier in self.places.items()]
        stages += [(place, tier.room, tier.last) for place, tier in self.places.items() if tier.last]
        for place, until, _ in sorted(stages, key=lambda stage: (-stage[2], stage[0])):
            while self.filled[place] < until and self._augment(place, until):
                pass

    def _augment(self, goal: int, until: int) -> bool:
        """Bring more to the place: from a kind with supply left, moving what others have if needed."""
        if goal in self.closed:
            return False
        before: dict[int, tuple[int, int]] = {}  # place -> (kind that moves from it, place it moves to)
        waiting, seen, kinds = deque([goal]), {goal}, self.closed_kinds
        while waiting:
            place = waiting.popleft()
            fresh = self.kinds_of[place] & ~kinds
            ready = fresh & self.open
            if ready:
                self._move((ready & -ready).bit_length() - 1, place, goal, until - self.filled[goal], before)
                return True
            kinds |= fresh
            for kind in bits(fresh):
                for other in self.fed[kind] - seen:
                    seen.add(other)
                    before[other] = (kind, place)
                    waiting.append(other)
        self.closed |= seen
        self.closed_kinds = kinds
        return False

    def _move(self, kind: int, place: int, goal: int, room: int, before: dict[int, tuple[int, int]]) -> None:
        path = []
        now = place
        while now != goal:
            path.append((now, *before[now]))
            now = before[now][1]
        amount = min(self.left[kind], room, *(self.into[at][moved] for at, moved, _ in path))
        self.left[kind] -= amount
        if not self.left[kind]:
            self.open ^= 1 << kind
        self._feed(kind, place, amount)
        for at, moved, to in path:
            self._feed(moved, at, -amount)
            self._feed(moved, to, amount)
        self.filled[goal] += amount

    def _feed(self, kind: int, place: int, amount: int) -> None:
        now = self.into[place][kind] = self.into[place].get(kind, 0) + amount
        if now:
            self.fed[kind].add(place)
        else:
            self.fed[kind].discard(place)

    def value(self) -> int:
        return sum(self.places[place].value(filled) for place, filled in self.filled.items())

    def ranges(self) -> dict[int, Range]:
        """What each place may have so that nothing is lost: it may lack or have only grains that gain just their price."""
        ranges: dict[int, Range] = {}
        for place, price in self.prices().items():
            tier = self.places[place]
            low = tier.full * (tier.gain > price) + (tier.last > price)
            high = tier.full * (tier.gain >= price) + (tier.last >= price and tier.last > 0)
            ranges[place] = Range(low, high if price else UNLIMITED, price, self.filled[place])
        return ranges

    def prices(self) -> dict[int, int]:
        """What one grain more of supply at a place would gain: the most that a place still gains to which it makes way."""
        gains = {place: tier.next(self.filled[place]) for place, tier in self.places.items()}
        price: dict[int, int] = {}
        kinds = 0
        for goal in sorted(gains, key=lambda place: -gains[place]):
            waiting = [goal] if goal not in price else []
            while waiting:  # all that make way to this place and to none that gains more
                place = waiting.pop()
                if place in price:
                    continue
                price[place] = gains[goal]
                fresh = self.kinds_of[place] & ~kinds
                kinds |= fresh
                for kind in bits(fresh):
                    waiting += self.fed[kind]
        return price


def _rounded(size: Mapping[int, int], by_kind: dict[Kind, list[int]], flow: _Flow) -> dict[int, int | None]:
    """Each item whole, the largest first, where most of the flow of its kind is still to come; None is nowhere."""
    place_of: dict[int, int | None] = {}
    for number, found in enumerate(by_kind.values()):
        due: dict[int | None, int] = {place: flow.into[place][number] for place in sorted(flow.fed[number])}
        due[None] = flow.left[number]
        for item in found:
            place = max(due, key=lambda one: (due[one], one is not None))
            place_of[item] = place
            due[place] -= size[item]
    return place_of
