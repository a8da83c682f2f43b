"""Choices that came out as fractions, settled one after the other.

1. Settle what is clear already: numbers that came out whole, and choices inside of parts that are not taken.
2. Settle the clearest half of the others as the fractions lean, and relax again; repeat from 1 until all are settled.
3. Where only an answer that reaches a goal is of use and that is out of reach then, settle fewer of them instead; and if it was one
   alone, that one the other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.stacking.program import Choice, Program
    from cairn.stacking.relaxing import Linear, Relaxed

WHOLE = 1e-6
"""How near to a whole number a fraction is taken for one."""
PATIENCE = 6
"""How often step 3 is taken."""


def settled(program: Program, linear: Linear, relaxed: Relaxed, goal: int) -> Relaxed | None:
    """The fractions with every choice made; None if the linear program could not be solved on the way."""
    return _Choosing(program, linear, relaxed, goal).run()


class _Choosing:
    def __init__(self, program: Program, linear: Linear, relaxed: Relaxed, goal: int) -> None:
        self.linear = linear
        self.relaxed = relaxed
        self.goal = goal
        self.waiting = list(program.choices)
        self.fixed: dict[int, int] = {}
        self.patience = PATIENCE

    def run(self) -> Relaxed | None:
        while open_now := self._unclear():  # 1
            among = sorted(open_now, key=lambda choice: -_clearness(choice, self.relaxed.values))
            again = self._settle(among[: max(1, len(among) // 2)])  # 2
            if again is None:
                return None
            self.relaxed = again
        return self.relaxed

    def _unclear(self) -> list[Choice]:
        """Step 1. Returns the choices that can be made now and are not clear."""
        while True:
            now = [choice for choice in self.waiting if choice.given is None or choice.given in self.fixed]
            clear = [choice for choice in now if self._taken(choice) == 0 or self._whole(choice)]
            if not clear:
                return now
            for choice in clear:
                self.fixed |= self._leaning(choice)
            self.waiting = [choice for choice in self.waiting if choice not in clear]

    def _settle(self, among: list[Choice], *, turned: bool = False) -> Relaxed | None:
        """Steps 2 and 3."""
        fixed = dict(self.fixed)
        for choice in among:
            fixed |= self._leaning(choice, turned=turned)
        again = self.linear.relax(fixed)
        if again is not None and again.bound < self.goal and not turned and self.patience:
            self.patience -= 1
            self.linear.release(fixed.keys() - self.fixed.keys())
            fewer = among[: len(among) // 2]
            return self._settle(fewer or among, turned=not fewer)
        self.fixed = fixed
        self.waiting = [choice for choice in self.waiting if choice not in among]
        return again

    def _taken(self, choice: Choice) -> int:
        """How many of the numbers of a choice are 1, as far as choices are made."""
        return choice.count if choice.given is None or self.fixed[choice.given] else 0

    def _whole(self, choice: Choice) -> bool:
        return _clearness(choice, self.relaxed.values) > 1 - WHOLE

    def _leaning(self, choice: Choice, *, turned: bool = False) -> dict[int, int]:
        """The numbers of a choice as the fractions lean; with `turned` the last one taken and the first one left change places."""
        values, last = self.relaxed.values, self._taken(choice)
        ranked = sorted(choice.numbers, key=lambda number: (-values[number], number))
        if turned and 0 < last < len(ranked):
            ranked[last - 1], ranked[last] = ranked[last], ranked[last - 1]
        return {number: int(rank < last) for rank, number in enumerate(ranked)}


def _clearness(choice: Choice, values: Sequence[float]) -> float:
    """How far the numbers of a choice are from being undecided."""
    ranked = sorted((values[number] for number in choice.numbers), reverse=True)
    return ranked[choice.count - 1] - (ranked[choice.count] if choice.count < len(ranked) else 0.0)
