"""Bounds of what can be reached in groups of windows, asked many thousand times: of a group, and of each window of a requirement.

A bound is a tree like the rule's. What a group promises is kept until it changes, so that a group that differs from one asked
before in the windows of one requirement costs little more than the parts which these windows are about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

type Ranges = tuple[tuple[int, int], ...]
"""For each requirement the first and the last of its windows that are meant, by their places in the list."""


@dataclass
class Held:
    """What a part holds at most in each window of the requirements around it; of several it has what the least of them holds."""

    values: dict[int, list[int]]
    known: dict[tuple[int, tuple[int, int]], int] = field(default_factory=dict)

    @cached_property
    def among(self) -> frozenset[int]:
        """The requirements whose windows it is about."""
        return frozenset(self.values)

    def most(self, ranges: Ranges) -> int:
        """The most that can be reached in any of these windows."""
        return min([self._most(at, ranges[at]) for at in self.values])

    def each(self, at: int, ranges: Ranges) -> list[int]:
        """The same in each window of one requirement, where those of the others are free."""
        low, high = ranges[at]
        held = self.values[at][low : high + 1]
        others = [self._most(one, ranges[one]) for one in self.values if one != at]
        if not others:
            return held
        least = min(others)
        return [value if value < least else least for value in held]

    def lower(self, at: int, window: int, most: int) -> None:
        """In this window it is no more than that."""
        if most < self.values[at][window]:
            self.values[at][window] = most
            self.known.clear()

    def _most(self, at: int, group: tuple[int, int]) -> int:
        found = self.known.get((at, group))
        if found is None:
            low, high = group
            found = self.known[at, group] = max(self.values[at][low : high + 1])
        return found


@dataclass
class Added:
    """What the best `choose` parts of several are worth together; `settled` are those that are the same in all windows."""

    choose: int
    parts: list[Bound]
    settled: list[int]
    among: frozenset[int]

    def most(self, ranges: Ranges) -> int:
        """See `Held`."""
        return self._best([*self.settled, *(part.most(ranges) for part in self.parts)])

    def each(self, at: int, ranges: Ranges) -> list[int]:
        """See `Held`."""
        same = [*self.settled, *(part.most(ranges) for part in self.parts if at not in part.among)]
        moving = zip(*(part.each(at, ranges) for part in self.parts if at in part.among), strict=True)
        if self.choose == len(self.parts) + len(self.settled):
            total = sum(same)
            return [total + sum(values) for values in moving]
        return [self._best([*same, *values]) for values in moving]

    def _best(self, values: list[int]) -> int:
        return sum(values if self.choose >= len(values) else sorted(values)[-self.choose :])


type Bound = Held | Added
"""The most that can be reached in any windows of some groups."""
