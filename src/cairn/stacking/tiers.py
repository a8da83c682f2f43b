"""What filling a place gains, grain by grain."""

from __future__ import annotations

from dataclasses import dataclass

type Kind = frozenset[int]
"""The places that take an item."""


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
