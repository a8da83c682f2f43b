"""Whole items that have to fill places to the very grain: sums that come out exactly, found as bits of whole numbers.

The prices of a fractional flow say where each item may lie and how much each place may have so that nothing is lost (complementary
slackness). Where all items lie at such places and all places keep to their ranges, the packing gains as much as the flow: it is the best.
Most places must then be full exactly; others, and nowhere, may have more or less.

1. Refill each place that must be full exactly, those with the fewest takers first, from all that is not settled yet: some items leave it,
   the small ones first, so that they are there for the last sums, and up to three others come for them.
2. For a place for which no sum comes out, reopen some others near it, and settle those again after it.
3. Level those that may have more or less among themselves.

What this takes is counted, so the same question has the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from cairn.stacking.exchanging import STRIDE, UNLIMITED, End, Range, bits
from cairn.stacking.tiers import Kind

WORK = 110_000
"""How many items are looked at in all."""
FILL = 60
"""What looking through the sums of a place counts for, in items."""
LARGEST = 20_000
"""Amounts of more grains than this are not summed up bit by bit."""
LEAVE = 6
"""How many items of a place are thought of to leave it."""
COME = 3
"""How many others come for them at most."""
BETWEEN = 12
"""How many items of a place are thought of to be traded with another."""

type Found = tuple[int, End]
"""An item and the end where it lies."""


class Fitting:
    """Items at ends: the places in their order, and nowhere after the last."""

    def __init__(
        self, by_kind: Mapping[Kind, Sequence[int]], size: Mapping[int, int], place_of: Mapping[int, int | None],
        ranges: Mapping[int, Range],
    ) -> None:  # fmt: skip
        self.size = size
        self.work = WORK
        self.turn = 0
        self.numbers: list[int | None] = [*ranges, None]
        end_of = {place: end for end, place in enumerate(self.numbers)}
        self.ranges = [*ranges.values(), Range(0, UNLIMITED, 0, 0)]
        self.at: list[list[int]] = [[] for _ in self.ranges]
        self.load = [0] * len(self.ranges)
        self.may: dict[int, int] = {}
        """The ends where nothing is lost if an item lies there, as bits."""
        self.loose = [end for end, one in enumerate(self.ranges) if one.low < one.high]
        """The ends that may have more or less."""
        self.tight: list[End] = []
        """The others, those with the fewest takers first."""
        self.open = (1 << len(self.ranges)) - 1
        """The ends that are not settled, as bits."""
        self.held = 0
        """The ends at which something lies, as bits."""
        takers = [0] * len(self.ranges)
        astray = []
        for kind, found in by_kind.items():
            price = max((ranges[place].price for place in kind), default=0)
            may = sum(1 << end_of[place] for place in kind if ranges[place].price == price)
            may |= (not price) << end_of[None]
            for end in bits(may):
                takers[end] += len(found)
            for item in found:
                self.may[item] = may
                end = end_of[place_of[item]]
                if may >> end & 1:
                    self._put(item, end)
                else:
                    astray.append(item)
        for item in sorted(astray, key=lambda one: (-size[one], one)):
            self._put(item, self._roomiest(self.may[item]))
        self.tight = sorted(set(range(len(self.ranges))).difference(self.loose), key=lambda end: (takers[end], end))

    def run(self) -> dict[int, int] | None:
        """A place for each item that has one, so that nothing is lost; None where none was found."""
        largest = max([*self.size.values(), *(one.low for one in self.ranges)], default=0)
        if (
            largest > LARGEST
            or not self._settle([end for end in self.tight if not self._fill(end)])
            or not self._level()
        ):
            return None
        return {
            item: place
            for place, items in zip(self.numbers, self.at, strict=True)
            if place is not None
            for item in items
        }

    def _put(self, item: int, end: End) -> None:
        self.at[end].append(item)
        self.load[end] += self.size[item]
        self.held |= 1 << end

    def _move(self, items: Iterable[int], source: End, to: End) -> None:
        for item in items:
            self.at[source].remove(item)
            self.load[source] -= self.size[item]
            if not self.at[source]:
                self.held ^= 1 << source
            self._put(item, to)

    def _off(self, end: End) -> int:
        """How much more than the most an end has, or, below 0, how much less than the least."""
        one, load = self.ranges[end], self.load[end]
        return load - one.high if load > one.high else min(0, load - one.low)

    def _roomiest(self, ends: int) -> End:
        return min(bits(ends), key=lambda end: (self.load[end] - self.ranges[end].high, end))

    def _fill(self, end: End) -> bool:
        """Step 1: whether a place could be brought to what it must have; it is settled then."""
        self.open &= ~(1 << end)
        if not self._off(end) or self._refill(end):
            return True
        self.open |= 1 << end
        return False

    def _refill(self, end: End) -> bool:
        self.work -= FILL
        if self.work <= 0:
            return False
        where: dict[int, list[Found]] = {}
        for other in bits(self.open & self.held):
            self.work -= len(self.at[other])
            for item in self.at[other]:
                if self.may[item] >> end & 1:
                    where.setdefault(self.size[item], []).append((item, other))
        order = sorted(where, reverse=True)
        first = self.turn * STRIDE % (len(order) or 1)
        where = {size: where[size] for size in order[first:] + order[:first]}
        leaving = [item for item in self.at[end] if self.may[item] & self.open]
        leaving = sorted(leaving, key=lambda item: (self.size[item], item))[:LEAVE]
        off = self._off(end)
        ways = [
            (sum(self.size[item] for item in gone) - off, gone)
            for many in range(len(leaving), -1, -1)
            for gone in combinations(leaving, many)
        ]
        sums = [1]
        for many in range(COME + 1):
            if many:
                fresh = 0
                for size in where:
                    fresh |= sums[-1] << size
                sums.append(fresh)
            for lack, gone in ways:
                comes = (
                    next(_items(where, sums, lack, many, ()), None) if lack >= 0 and sums[many] >> lack & 1 else None
                )
                if comes is not None:
                    for item, other in comes:
                        self._move((item,), other, end)
                    for item in gone:
                        self._move((item,), end, self._roomiest(self.may[item] & self.open))
                    return True
        return False

    def _settle(self, late: list[End]) -> bool:
        """Step 2."""
        while late:
            end = late.pop()
            if self._fill(end):
                continue
            reach = 0
            for item in self.at[end]:
                reach |= self.may[item]
            near = [
                other
                for other in self.tight
                if other != end and (reach >> other & 1 or any(self.may[item] >> end & 1 for item in self.at[other]))
            ]
            if self.work <= 0 or not near:
                return False
            self.turn += 1
            others = dict.fromkeys(
                near[(self.turn * STRIDE + step * 31) % len(near)] for step in range(2 + self.turn % 3)
            )
            for other in others:
                self.open |= 1 << other
            late += [one for one in (end, *others) if not self._fill(one) and one not in late]
        return not any(map(self._off, self.tight))

    def _level(self) -> bool:
        """Step 3. Where it comes to a halt, items of two ends that come to the same change places."""
        while off := [end for end in self.loose if self._off(end)]:
            if self.work <= 0:
                return False
            if not sum(self._even(end) for end in off):
                self.turn += 1
                end = off[self.turn % len(off)]
                near = [other for other in (*self.tight, *self.loose) if other != end]
                first = self.turn * STRIDE % (len(near) or 1)
                if not any(self._alter(end, other) for other in near[first:] + near[:first]):
                    return False
        return True

    def _even(self, end: End) -> bool:
        """Whether an end that is off could be brought closer, and no other end further off."""
        changed = False
        for other in self.loose:
            off = self._off(end)
            if not off:
                break
            source, to = (end, other) if off > 0 else (other, end)
            most = min(self.load[source] - self.ranges[source].low, self.ranges[to].high - self.load[to])
            if other != end and most > 0:
                changed |= self._trade(source, to, most)
        return changed

    def _trade(self, end: End, other: End, most: int) -> bool:
        """Let one end give another as much as can be, up to this, in exchange for items of the other."""
        goes, comes, given, taken = self._between(end, other)
        most = min(most, given.bit_length() - 1)
        best = (0, 0)
        for back in bits(taken):
            within = given & ((1 << most + back + 1) - 1)
            best = max(best, (within.bit_length() - 1 - back, -back))
            if best[0] == most:
                break
        much, back = best[0], -best[1]
        if much:
            self._swap(self._subset(goes, much + back), self._subset(comes, back), end, other)
        return much > 0

    def _alter(self, end: End, other: End) -> bool:
        goes, comes, given, taken = self._between(end, other)
        same = list(bits(given & taken & ~1))
        if same:
            amount = same[self.turn % len(same)]
            self._swap(self._subset(goes, amount), self._subset(comes, amount), end, other)
        return bool(same)

    def _between(self, end: End, other: End) -> tuple[list[int], list[int], int, int]:
        """What could go from one end to another and what could come back, and the sums of both."""
        self.work -= FILL
        goes = [item for item in self.at[end] if self.may[item] >> other & 1][-BETWEEN:]
        comes = [item for item in self.at[other] if self.may[item] >> end & 1][-BETWEEN:]
        return goes, comes, self._sums(goes), self._sums(comes)

    def _swap(self, goes: Iterable[int], comes: Iterable[int], end: End, other: End) -> None:
        self._move(goes, end, other)
        self._move(comes, other, end)

    def _sums(self, items: Iterable[int]) -> int:
        sums = 1
        for item in items:
            sums |= sums << self.size[item]
        return sums

    def _subset(self, items: Sequence[int], amount: int) -> tuple[int, ...]:
        """Items that come to this amount, which is one of their sums."""
        chosen: list[int] = []
        for number in range(len(items) - 1, -1, -1):
            if amount and not self._sums(items[:number]) >> amount & 1:
                chosen.append(items[number])
                amount -= self.size[items[number]]
        return tuple(chosen)


def _items(
    where: Mapping[int, Sequence[Found]], sums: Sequence[int], amount: int, many: int, used: tuple[int, ...]
) -> Iterator[tuple[Found, ...]]:
    """So many different items that come to an amount; `sums` says to what fewer of them come."""
    if not many:
        yield ()
        return
    for size in (amount,) if many == 1 else where:
        if size <= amount and size in where and sums[many - 1] >> (amount - size) & 1:
            for found in where[size]:
                if found[0] not in used:
                    for rest in _items(where, sums, amount - size, many - 1, (*used, found[0])):
                        yield (found, *rest)
