"""Which windows a linear program would choose, and what nothing can exceed in any windows.

Everything that may serve on any day is written down as one program in which the windows are chosen too (`timing`). Of fractions of
windows it would promise too much: half of each of two windows may hold all that a place needs, and an award counts by halves in
each. So rows are added to which whole windows keep:

- A place has no more than its windows hold for it, each taken as far as it is chosen: `sum of min(need, held in w) * x[w]`.
- A part of the rule has no more than its windows promise (`promising`), each taken as far as it is chosen. Promises know what parts
  reach by themselves, and what inner windows hold within outer ones.

Where awards are not contested between windows, these rows alone make the fractions whole: each requirement takes a window that promises
most. Otherwise the rows of the awards say what contention costs, and the bound is seldom far from what can be had.

1. Leave out the windows that promise least: whatever has one of them reaches no more than these promise. Relax the program of the
   others. If it reaches less than what was left out, leave out only windows that promise less than that, and relax again. The larger of
   both bounds everything.
2. Of all fractions that reach as much, take those that leave places most over, so that whole awards fill them too, and settle the
   windows as these lean; weigh there. Where that does not reach the bound, windows that promise no more than what was reached are of no
   use any more: again from 1 without them, which leans better and bounds closer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import gcd

from cairn.stacking import choosing, program, timing
from cairn.stacking.compiling import Compiled
from cairn.stacking.flows import places_of
from cairn.stacking.gathering import Gathered
from cairn.stacking.polishing import polished
from cairn.stacking.promising import Choices, Promises, Ranges
from cairn.stacking.relaxing import FINE, Linear, Relaxed

KEPT = 300
"""How many windows are kept at first, about."""
OVER = 20
"""What is left over at a place is worth this part of what it gains by the same amount."""
ROUNDS = 2
"""How often programs are written."""
NEARLY = 500
"""A second program is written where what was reached is within this part of the bound of the first: it may be the best."""
CLOSE = 10**9
"""A bound that is above what was reached by no more than this part of it may be so by the noise of floating point alone."""
SURE = 10**7
"""Prices less than this part of the largest gain may be but the noise of floating point."""


type Serving = list[tuple[str, int]]
"""Awards, by their ids, and the places that they serve."""
type Weigh = Callable[[Ranges, Serving], int]
"""Weighs in single windows, where these awards may serve as well as any; what is reached, as progress times the scale of the weights."""


def most(
    rule: Compiled, choices: Sequence[Choices], loose: Gathered, promises: Promises, weigh: Weigh, reached: int
) -> int:  # fmt: skip
    """Weigh in the windows that fractions lean to, and say what nothing can exceed in any; `reached` is what was reached before.

    Awards in `loose` are items of their own. What cannot be exceeded is known only as far as the program is not too large.
    """
    whole: Ranges = tuple((0, max(0, len(one.begins) - 1)) for one in choices)
    bound = promises.most(whole)
    if sum(map(len, loose.case.items)) > program.MANY:
        return bound
    promised = [promises.each(at, whole) for at in range(len(choices))]
    every = sorted((value for values in promised for value in values), reverse=True)
    least = max(reached + 1, min([every[KEPT - 1 : KEPT] or every[-1:], *([max(one)] for one in promised if one)])[0])
    kept: list[list[int]] = []
    for _ in range(ROUNDS):
        before, kept = kept, [[at for at, value in enumerate(values) if value >= least] for values in promised]
        # What nothing in a window that is left out can exceed.
        beyond = max((value for values in promised for value in values if value < least), default=0)
        if any(values and not among for values, among in zip(promised, kept, strict=True)):
            return min(bound, max(reached, beyond))
        if kept == before:
            break
        relaxing = _Relaxing(rule, choices, loose, promises, kept)  # 1
        if relaxing.relaxed is None:
            break
        if (found := relaxing.leaning()) is not None:  # 2
            reached = max(reached, weigh(*found))
        bound = min(bound, max(relaxing.reach, beyond, reached))
        if reached < bound <= reached + bound // CLOSE:
            bound = min(bound, max(relaxing.exactly(), beyond, reached))
        if reached >= bound or relaxing.reach - reached > bound // NEARLY:
            break
        least = max(reached + 1, min(least, relaxing.reach) - bound // CLOSE)
    return bound


class _Relaxing:
    """The program of some of the windows, relaxed."""

    def __init__(
        self, rule: Compiled, choices: Sequence[Choices], loose: Gathered, promises: Promises,
        kept: Sequence[Sequence[int]],
    ) -> None:  # fmt: skip
        self.kept = kept
        fewer = [
            Choices(one.rule, [one.begins[at] for at in among], [one.ends[at] for at in among])
            for one, among in zip(choices, kept, strict=True)
        ]
        self.written = _Scheduled(rule, fewer, loose)
        for part in promises.parts:
            held = {at: [values[window] for window in self.kept[at]] for at, values in part.held.values.items()}
            self.written.promise(list(places_of(part.node)), held)
        self.common = gcd(*self.written.program.gain) or 1
        self.gain = [gain // self.common for gain in self.written.program.gain]
        self.linear = Linear(self.written.program, self.gain)
        self.relaxed: Relaxed | None = self.linear.relax({})

    @property
    def reach(self) -> int:
        """What nothing in these windows can exceed."""
        return self.written.settled + (self.relaxed.bound if self.relaxed else 0) * self.common

    def exactly(self) -> int:
        """The same without the noise of floating point, as far as that is possible."""
        return self.written.settled + polished(self.written.program, self.gain, self.linear.prices) * self.common

    def leaning(self) -> tuple[Ranges, Serving] | None:
        """Step 2."""
        if self.relaxed is None:
            return None
        gain = list(self.gain)
        for number, worth in self.written.over.items():
            gain[number] = worth // (OVER * self.common)
        settled = None
        for fixed in (self._settled(self.relaxed), {}):
            linear = Linear(self.written.program, gain)
            relaxed = linear.relax(fixed) if fixed else self.relaxed
            settled = relaxed and choosing.settled(self.written.program, linear, relaxed, 0)
            if settled is not None:
                break
        if settled is None:
            return None
        whole = tuple(int(value + choosing.WHOLE) for value in settled.values)
        chosen = zip(self.kept, self.written.chosen(whole), strict=True)
        windows = tuple((kept[low], kept[low]) if kept else (low, low) for kept, (low, _) in chosen)
        items = zip(self.written.loose.items, self.written.read(whole), strict=True)
        return windows, [(item[place][1].id, place) for item, counted in items for place in counted]

    def _settled(self, relaxed: Relaxed) -> dict[int, int]:
        """What is 0, or all it can be, in all fractions that reach as much."""
        noise = self.linear.scale * FINE // SURE
        most = self.written.program.most
        return {
            number: 0 if left < 0 else most[number]
            for number, left in enumerate(self.linear.left)
            if abs(left) > noise
            and number not in self.written.over
            and abs(relaxed.values[number] - (0 if left < 0 else most[number])) < choosing.WHOLE
        }


class _Scheduled(timing.Timed):
    """A case written as a program in which the windows are chosen too, with rows that whole windows keep to."""

    def __init__(self, rule: Compiled, choices: Sequence[Choices], loose: Gathered) -> None:
        self.gaining: dict[int, program.Terms] = {}
        """What each place gains."""
        self.free: dict[int, int] = {}
        """What it gains whatever is chosen."""
        self.over: dict[int, int] = {}
        """Numbers that say what is left over at a place, up to one award, with what it gains by as much."""
        super().__init__(rule, choices, loose, whole=False)

    def promise(self, places: Sequence[int], promised: Mapping[int, Sequence[int]]) -> None:
        """A part of the rule, by its places, has no more than it promises in each window."""
        gains = [term for place in places for term in self.gaining.get(place, ())]
        free = sum(self.free.get(place, 0) for place in places)
        for at, values in promised.items() if gains else ():
            windows = zip(self.numbers(at), values, strict=True)
            self.program.limit([*gains, *((number, -value) for number, value in windows)], -free)

    def _reach(self, place: int, choice: int | None) -> None:
        """See `Written`; and what its windows hold for a place, and what is left over there."""
        before, settled, amounts = len(self.program.most), self.settled, len(self.program.amounts)
        super()._reach(place, choice)
        gain = self.program.gain
        self.gaining[place] = [(number, gain[number]) for number in range(before, len(gain)) if gain[number]]
        self.free[place] = self.settled - settled
        if place not in self.about or place in self.showing or len(self.program.amounts) == amounts:
            return
        amount, worth = self.program.amounts[-1], self.case.weights.gain[place]
        lack = self.case.need[place] - self.case.base[place]
        for at in self.about[place]:
            held = zip(self.numbers(at), self._held(place, at), strict=True)
            self.program.limit([*amount.gains, *((number, -min(lack, much)) for number, much in held)], 0)
        largest = max(size for _, size in amount.brings)
        if largest > 1:
            over = self.program.number(largest)
            self.over[over] = worth
            self.program.limit([*amount.gains, (over, 1), *((number, -size) for number, size in amount.brings)], 0)

    def _held(self, place: int, at: int) -> list[int]:
        """What each window holds for a place."""
        steps = [0] * (len(self.choices[at].begins) + 1)
        for worths, inside in zip(self.case.items, self.inside, strict=True):
            if worth := worths.get(place, 0):
                held = (group for one, *group in inside.get(place, ()) if one == at)
                low, high = next(held, (0, len(steps) - 2))
                steps[low] += worth
                steps[high + 1] -= worth
        held_so_far = 0
        return [held_so_far := held_so_far + step for step in steps[:-1]]
