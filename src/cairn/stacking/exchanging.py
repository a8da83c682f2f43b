"""Exchanges that bring a packing of whole items closer to what a flow says is possible.

Places are bits of a whole number, and so is nowhere, where items lie that serve no place. For each size a mask says to which ends the
items of an end could go, and at which ends lie items that an end could take. So all ends to which a place can pass on so many grains,
by moving or swapping items, are found with a few ANDs, and only for the ends at which a search arrives.

1. Bring each place to where nothing is lost: from ends that have too much, to ends that have too little. Places that gain no more than
   the price of what they get may have more or less, so that they take and give.
2. Where that comes to a halt, let other ends have too much instead, and go on from there.
3. Otherwise make the shift that gains most, while any gains something.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from cairn.stacking.tiers import Kind, Tiers

STEPS = 400
"""How many exchanges are made at most in each way."""
ASIDE = 120
"""How often what is too much at one end is passed to another that cannot use it either, in the hope that this one can pass it on."""
STRIDE = 7_919
UNLIMITED = 2**62
"""What an end may have where more is no loss."""
WORK = 30_000
"""How often it is asked in all to which ends an end could pass something on; it takes more only where there are very many sizes."""
KEPT = 6_000
"""How much of that is kept for step 3."""
FEW_SIZES = 64
"""Items come back in pairs only where they come in few sizes."""

type End = int
"""The number of a place in the order of the places; the one after the last is nowhere."""
type Hop = tuple[End, End]
"""From one end of a chain to the next."""
type Move = tuple[int, End, End]
"""An item, the end where it is, and the end where it goes."""


@dataclass(frozen=True)
class Range:
    """The least and the most that an end may have so that nothing is lost, the price of its grains, and what the flow brings there."""

    low: int
    high: int
    price: int
    filled: int


class Exchange:
    """Shifts along chains of places: each place of a chain passes on as many grains as it gets, by moving or swapping items.

    So only the two ends of a chain change: the first gives what it has too much of, the last gets what it lacks.
    """

    def __init__(
        self, by_kind: dict[Kind, list[int]], size: Mapping[int, int], place_of: dict[int, int | None],
        places: Mapping[int, Tiers], ranges: Mapping[int, Range], left: Sequence[int],
    ) -> None:  # fmt: skip
        self.place_of = place_of
        self.size = size
        self.work = WORK
        self.numbers = list(places)
        self.tiers = list(places.values())
        end_of: dict[int | None, End] = {place: end for end, place in enumerate(places)}
        nowhere = end_of[None] = len(self.numbers)
        self.kind_of: dict[int, int] = {}
        """The ends at which an item may be, as bits."""
        for kind, found in by_kind.items():
            mask = sum(1 << end_of[place] for place in kind) | 1 << nowhere
            self.kind_of |= dict.fromkeys(found, mask)
        self.sizes = sorted(set(size.values()))
        self.load = [0] * (nowhere + 1)
        self.ranges = [ranges[place] for place in self.numbers]
        self.ranges.append(Range(0, UNLIMITED, 0, sum(left)))
        self.excess = dict.fromkeys((one.price for one in self.ranges), 0)
        """How much more than the flow brings there the ends of a price have together, if they may have more or less."""
        self.over = [0] * (nowhere + 1)
        """How much more than the most each end has, or, below 0, how much less than the least."""
        self.at: list[dict[int, dict[int, list[int]]]] = [{} for _ in range(nowhere + 1)]
        self.goes: list[dict[int, tuple[int, int]]] = [{} for _ in range(nowhere + 1)]
        """For each end and size the ends at which one of its items may be, and those at which two may."""
        self.comes: dict[int, tuple[list[int], list[int]]] = {
            one: ([0] * (nowhere + 1), [0] * (nowhere + 1)) for one in self.sizes
        }
        """For each size and end the ends that have one item that may come, and those that have two."""
        self.gives: dict[tuple[End, bool], dict[int, int]] = {}
        for item, place in place_of.items():
            end = end_of[place]
            self.at[end].setdefault(size[item], {}).setdefault(self.kind_of[item], []).append(item)
            self.load[end] += size[item]
        for end, one in enumerate(self.ranges):
            self._weigh(end, self.load[end] - one.filled)
        self._meet()

    def value(self) -> int:
        """What the packing gains."""
        return sum(tier.value(load) for tier, load in zip(self.tiers, self.load, strict=False))

    def run(self, goal: int) -> None:
        """Exchange until the packing gains as much as `goal`, or nothing gains anything more."""
        for pairs in (False, True):  # 1
            self._close(pairs=pairs)
        for turn in range(ASIDE):  # 2
            if self.value() >= goal or not any(self.over):
                break
            self._aside(turn)
            self._close(pairs=True)
        value = self.value()
        for _ in range(STEPS):  # 3
            gained = 0 if value >= goal else self._gain(pairs=False) or self._gain(pairs=True)
            if not gained:
                break
            value += gained

    def _meet(self) -> None:
        """What goes and comes where, for all ends at once: items of a kind and a size at all ends go to the same ones."""
        ends_of: dict[int, dict[int, list[int]]] = {}
        for end, sizes in enumerate(self.at):
            for size, kinds in sizes.items():
                once = twice = 0
                for kind, items in kinds.items():
                    twice |= kind if len(items) > 1 else once & kind
                    once |= kind
                    masks = ends_of.setdefault(size, {}).setdefault(kind, [0, 0])
                    masks[0] |= 1 << end
                    masks[1] |= (len(items) > 1) << end
                self.goes[end][size] = once, twice
        to = {kind: list(bits(kind)) for kind in set(self.kind_of.values())}
        for size, masks_of in ends_of.items():
            comes, pairs = self.comes[size]
            for kind, (one, several) in masks_of.items():
                for end in to[kind]:
                    pairs[end] |= several | comes[end] & one
                    comes[end] |= one

    def _renew(self, end: End, size: int) -> None:
        once = twice = 0
        for kind, items in self.at[end].get(size, {}).items():
            twice |= kind if len(items) > 1 else once & kind
            once |= kind
        before = self.goes[end].get(size, (0, 0))
        self.goes[end][size] = once, twice
        bit = 1 << end
        for now, was, comes in zip((once, twice), before, self.comes[size], strict=True):
            for other in bits(now ^ was):
                comes[other] ^= bit
        self.gives.pop((end, False), None)
        self.gives.pop((end, True), None)

    def _put(self, item: int, source: End, to: End) -> None:
        kind, size = self.kind_of[item], self.size[item]
        here = self.at[source][size]
        here[kind].remove(item)
        if not here[kind]:
            del here[kind]
        self.at[to].setdefault(size, {}).setdefault(kind, []).append(item)
        for end, more in ((source, -size), (to, size)):
            self.load[end] += more
            self._weigh(end, more)
            self._renew(end, size)
        self.place_of[item] = self.numbers[to] if to < len(self.numbers) else None

    def _weigh(self, end: End, more: int) -> None:
        one, load = self.ranges[end], self.load[end]
        self.over[end] = load - one.high if load > one.high else min(0, load - one.low)
        if one.low < one.high:
            self.excess[one.price] += more

    def _giving(self, end: End, *, pairs: bool) -> dict[int, int]:
        """By amounts that an end could give in one item (or two), the ends that could take it."""
        known = self.gives.get((end, pairs))
        if known is None:
            goes = self.goes[end]
            known = {size: once for size, (once, _) in sorted(goes.items()) if once}
            if pairs:
                for one, other in combinations_with_replacement(list(known), 2):
                    both = goes[one][1] if one == other else goes[one][0] & goes[other][0]
                    if both:
                        known[one + other] = known.get(one + other, 0) | both
            self.gives[end, pairs] = known
        return known

    def _taking(self, end: End, amount: int, *, pairs: bool) -> int:
        """The ends that could give so much to this one in one item (or two)."""
        found = self.comes[amount][0][end] if amount in self.comes else 0
        if pairs and len(self.sizes) <= FEW_SIZES:
            for one in self.sizes:
                if 2 * one > amount:
                    break
                if 2 * one == amount:
                    found |= self.comes[one][1][end]
                elif amount - one in self.comes:
                    found |= self.comes[one][0][end] & self.comes[amount - one][0][end]
        return found

    def _next(self, end: End, shift: int, *, pairs: bool) -> int:
        """The ends to which this one could pass on so many grains, more than it gets back for them."""
        found = 0
        self.work -= 1
        for amount, takers in self._giving(end, pairs=pairs).items():
            if amount == shift:
                found |= takers
            elif amount > shift and takers & ~found:
                found |= takers & self._taking(end, amount - shift, pairs=pairs)
        return found & ~(1 << end)

    def _close(self, *, pairs: bool) -> None:
        for _ in range(STEPS):
            if not self._closer(pairs=pairs):
                break

    def _aside(self, turn: int) -> None:
        """Step 2: let another end have too much instead of one that cannot pass it on, or lie otherwise what may lie anywhere; every
        turn another one.
        """
        over = [end for end, over in enumerate(self.over) if over > 0]
        loose = [end for end, one in enumerate(self.ranges) if one.low < one.high and self.load[end] > one.low]
        if over and (turn % 3 < 2 or not loose):
            end = over[turn % len(over)]
            shift = self.over[end] if turn % 2 else 1
            to = sum(1 << other for other, over in enumerate(self.over) if not over)
        elif loose:
            end = loose[turn * STRIDE % len(loose)]
            amounts = list(self._giving(end, pairs=False))
            shift = amounts[turn % len(amounts)]
            to = self._takers(shift, self.ranges[end].price)
        else:
            return
        there = list(bits(self._next(end, shift, pairs=True) & to))
        if there:
            self._make([(end, there[turn * STRIDE % len(there)])], shift, pairs=True)

    def _closer(self, *, pairs: bool) -> bool:
        """Step 1: make one shift from an end that has too much, or to one that has too little; the largest shifts first."""
        for end in sorted((end for end, over in enumerate(self.over) if over), key=lambda end: (-self.over[end], end)):
            over, own = self.over[end], self.ranges[end]
            same = own.price if own.low < own.high else None
            for shift in range(min(abs(over), 2 * self.sizes[-1]), 0, -1):
                if self.work <= KEPT:
                    return False
                ends = 1 << end, self._takers(shift, same) if over > 0 else self._givers(shift, same)
                chain = self._chain(*(ends if over > 0 else ends[::-1]), shift, pairs=pairs)
                if chain and self._make(chain, shift, pairs=pairs):
                    return True
        return False

    def _takers(self, shift: int, same: int | None) -> int:
        """The ends that could have so much more and lose nothing, if it comes from an end of the price `same` that may have less."""
        return sum(
            1 << end
            for end, (load, one) in enumerate(zip(self.load, self.ranges, strict=True))
            if load + shift <= one.high
            and (one.low == one.high or one.price == same or self.excess[one.price] + shift <= 0)
        )

    def _givers(self, shift: int, same: int | None) -> int:
        """The ends that could have so much less and lose nothing, if it goes to an end of the price `same` that may have more."""
        return sum(
            1 << end
            for end, (load, one) in enumerate(zip(self.load, self.ranges, strict=True))
            if load - shift >= one.low
            and (one.low == one.high or one.price == same or self.excess[one.price] - shift >= 0)
        )

    def _gain(self, *, pairs: bool) -> int:
        """Step 3: make the shift that gains most, and return its gain; 0 if none gains."""
        amounts = {amount for end in range(len(self.load)) for amount in self._giving(end, pairs=pairs)}
        if len(amounts) <= FEW_SIZES:
            amounts |= {one - other for one in amounts for other in amounts}
        alike: dict[tuple[Tiers | None, int], int] = {}  # what ends that are as full gain and lose is the same
        for end, load in enumerate(self.load):
            state = (self.tiers[end], load) if end < len(self.tiers) else (None, 0)
            alike[state] = alike.get(state, 0) | 1 << end
        found: list[tuple[int, int, End, int]] = []
        least = 0
        for shift in sorted(one for one in amounts if one > 0):
            if self.work <= 0:
                break
            gets = [
                (tier.value(load + shift) - tier.value(load) if tier else 0, ends)
                for (tier, load), ends in alike.items()
            ]
            gets.sort(reverse=True)
            for (tier, load), ends in alike.items():
                gives = tier.value(load - shift) - tier.value(load) if tier else 0
                for start in bits(ends) if gives + gets[0][0] > least else ():
                    reached = self._reached(start, shift, pairs=pairs)
                    most, goal = next(((gain, there) for gain, among in gets if (there := among & reached)), (0, 0))
                    if gives + most > least:
                        least = gives + most
                        found.append((least, shift, start, goal))
        for gained, shift, start, goal in reversed(found):
            if self._make(self._chain(1 << start, goal, shift, pairs=pairs), shift, pairs=pairs):
                return gained
        return 0

    def _reached(self, start: End, shift: int, *, pairs: bool) -> int:
        seen, waiting = 1 << start, [start]
        while waiting:
            fresh = self._next(waiting.pop(), shift, pairs=pairs) & ~seen
            seen |= fresh
            waiting += bits(fresh)
        return seen & ~(1 << start)

    def _chain(self, starts: int, goals: int, shift: int, *, pairs: bool) -> list[Hop]:
        """The shortest chain from one of the starts to one of the goals; empty if there is none."""
        before: dict[End, End] = {}
        seen, waiting = starts, deque(bits(starts) if goals else ())
        while waiting:
            end = waiting.popleft()
            fresh = self._next(end, shift, pairs=pairs) & ~seen
            there = fresh & goals
            if there:
                now = (there & -there).bit_length() - 1
                before[now] = end
                chain = []
                while now in before:
                    chain.append((before[now], now))
                    now = before[now]
                return chain[::-1]
            seen |= fresh
            for other in bits(fresh):
                before[other] = end
                waiting.append(other)
        return []

    def _make(self, chain: list[Hop], shift: int, *, pairs: bool) -> bool:
        """Make the hops of a chain from its start, or else from its end; none where one of them changed what another needs."""
        for hops in (chain, chain[::-1]) if len(chain) > 1 else (chain,):
            done: list[Move] = []
            for source, to in hops:
                moves = self._swap(source, to, shift, pairs=pairs)
                for move in moves:
                    self._put(*move)
                done += moves
                if not moves:
                    break
            else:
                return True
            for item, source, to in reversed(done):
                self._put(item, to, source)
        return False

    def _swap(self, source: End, to: End, shift: int, *, pairs: bool) -> list[Move]:
        """The moves of items that go and of those that come back for them; none where there are no such."""
        for amount, takers in self._giving(source, pairs=pairs).items():
            if amount >= shift and takers >> to & 1:
                back = self._items(to, source, amount - shift, pairs=pairs) if amount > shift else ()
                if back is not None:
                    given = self._items(source, to, amount, pairs=pairs) or ()
                    return [*((item, source, to) for item in given), *((item, to, source) for item in back)]
        return []

    def _items(self, source: End, to: End, amount: int, *, pairs: bool) -> tuple[int, ...] | None:
        """One item (or two) of an end that come to so much and may go to another."""
        one = next(self._free(source, to, amount), None)
        if one is not None:
            return (one,)
        for size in sorted(self.goes[source]) if pairs else ():
            first = next(self._free(source, to, size), None) if 2 * size <= amount else None
            if first is not None:
                other = next((item for item in self._free(source, to, amount - size) if item != first), None)
                if other is not None:
                    return first, other
        return None

    def _free(self, source: End, to: End, size: int) -> Iterator[int]:
        for kind, items in self.at[source].get(size, {}).items():
            if kind >> to & 1:
                yield from reversed(items)


def bits(mask: int) -> Iterator[int]:
    """Which bits of a number are set."""
    while mask:
        bit = mask & -mask
        mask ^= bit
        yield bit.bit_length() - 1
