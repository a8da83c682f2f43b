"""The best windows for awards that must have been earned together, found exactly.

A window needs to be looked at only where it begins on a day on which something was earned that could count inside, and only if
it holds something that the window before it does not. Several neighbouring windows together, as one wide window, can only do better
than each of them: what the wide one reaches bounds them all. So:

1. Weigh without windows. Nothing can reach more.
2. Try the latest window of each, and those in which the awards that step 1 used lie. If that reaches as much, it is best.
3. Where there are several requirements, try of each the window that promises most by itself. If that reaches everything, it is best.
4. Otherwise halve: of all groups of windows the one with the highest bound is divided, until a single choice of windows has it. Among
   equals the latest goes first, because it leaves a learner the most time. A first bound is what all awards of a group add up to,
   each wherever it fits; where that promised too much the last time, the group is weighed before it is divided.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from heapq import heappop, heappush
from itertools import accumulate

from cairn.stacking.allocation import BRIEFLY, PATIENCE, Allocation, allocate, fullest
from cairn.stacking.compiling import Compiled, Windowed
from cairn.stacking.gathering import Days, Gathered, worth_at
from cairn.stacking.together import EarnedTogether, day_of

TRIES = 400
"""How often the rule is weighed at most; then the best windows so far are the answer, which is not called exact."""
FEWEST = 40
"""How often it is weighed at most however large it is."""
STEPS = 20_000
"""How many groups of windows are looked at, at most."""
LOOKS = 200_000
"""How many places are looked at in all these groups, at most."""
PAIRS = 500_000
"""How many pairs of an award and a place are weighed in all, at most."""
OPEN = 4
"""How often a search may run out before no more windows are tried: the answer is not proven then, whatever comes."""

type Gather = Callable[[Days, Gathered | None], Gathered]
"""Gathers the awards for some days, from what was gathered for all."""
type Within = Callable[[Days], tuple[Gathered, Allocation]]
type Ranges = tuple[tuple[int, int], ...]
"""For each requirement the first and the last of its windows that are meant, by their places in the list."""


@dataclass
class Choices:
    """The windows of one requirement: the days on which they begin and end, the earliest first."""

    rule: EarnedTogether
    begins: list[date]
    ends: list[date]

    def days(self, low: int, high: int) -> tuple[date, date] | None:
        """From the first day of the first window to the last day of the last; None where nothing was earned."""
        return (self.begins[low], self.ends[high]) if self.begins else None


def weigh(rule: Compiled, gather: Gather, *, whole: bool = False) -> tuple[Gathered, Allocation]:
    """Allocate in the best windows. With `whole` it is only asked if everything can be reached."""

    def allocated(found: Gathered, patience: float) -> tuple[Gathered, Allocation]:
        allocation = allocate(replace(found.case, whole=whole, patience=patience))
        sure = allocation.exact and (allocation.progress == 1 or not found.unsure)
        return found, replace(allocation, exact=sure, short=allocation.short and not found.unsure)

    def within(days: Days, patience: float = 0.0) -> tuple[Gathered, Allocation]:
        return allocated(gather(days, loose), BRIEFLY if whole else patience)

    patience = BRIEFLY if whole else PATIENCE
    loose, most = allocated(gather((), None), patience)  # 1
    if not rule.windows or (whole and most.progress < 1):
        return loose, most
    choices = [_choices(window, loose) for window in rule.windows]
    ranges: Ranges = tuple((0, max(0, len(one.begins) - 1)) for one in choices)
    if _single(ranges):
        loose.days = _days(choices, ranges)
        return loose, most
    latest: Ranges = tuple((high, high) for _, high in ranges)
    for tried in dict.fromkeys([latest, _around(rule, choices, loose, most)]):  # 2
        found, allocation = within(_days(choices, tried), patience)
        if allocation.progress == 1 or (tried == latest and allocation.progress == most.progress):
            return found, _proven(allocation, most, exact=most.exact)
    return _Halving(rule, choices, within, loose, most).best(ranges)


def _proven(found: Allocation, most: Allocation, *, exact: bool) -> Allocation:
    """The allocation, exact if the bounds were or if there is nothing more to reach; short where even all days together are."""
    short = most.short or (most.exact and most.progress < 1)
    return replace(found, exact=found.progress == 1 or (found.exact and exact), short=short and found.progress < 1)


class _Halving:
    """Steps 3 and 4. The bounds are progress times the scale of the rule's weights, in whole numbers."""

    def __init__(
        self, rule: Compiled, choices: list[Choices], within: Within, loose: Gathered, most: Allocation
    ) -> None:
        self.rule, self.choices, self.within, self.most = rule, choices, within, most
        self.sums = _Sums(rule, loose)
        self.weighed: dict[Ranges, tuple[Gathered, Allocation]] = {}
        self.waiting: list[tuple[int, tuple[int, ...], Ranges]] = []
        self.exact = most.exact
        self.believed = True
        pairs = sum(map(len, loose.case.items)) or 1
        self.tries = min(TRIES, max(FEWEST, PAIRS // pairs))
        self.steps = min(STEPS, LOOKS // len(rule.need))
        self.open = 0
        self.likely: Ranges | None = None

    def best(self, whole: Ranges) -> tuple[Gathered, Allocation]:
        """The windows in which the rule comes furthest, with what it reaches there."""
        if len(whole) > 1:
            self.likely = self._likely(whole)
            self._weigh(self.likely, 0)
            if self.weighed[self.likely][1].progress == 1:
                return self._answer(self.likely)
        self._put(whole, self._value(self.most))
        for _ in range(self.steps):
            bound, _, ranges = heappop(self.waiting)
            if _single(ranges):
                if ranges in self.weighed:
                    return self._answer(ranges)
            elif self.believed or ranges in self.weighed:
                for half in _halves(ranges):
                    if half == self.likely:
                        continue  # is there already, with what it reaches
                    self._put(half, min(-bound, self.sums.most(_days(self.choices, half))))
                continue
            if len(self.weighed) >= self.tries or self.open >= OPEN:
                break
            self._weigh(ranges, -bound)
        if self.likely is None:
            self.likely = self._likely(whole)
            self._weigh(self.likely, 0)
        singles = [ranges for ranges in self.weighed if _single(ranges)]
        best = max(singles, key=lambda one: self.weighed[one][1].progress)
        self.exact = self.most.exact and self.weighed[best][1].progress == self.most.progress
        return self._answer(best)

    def _likely(self, whole: Ranges) -> Ranges:
        """For each requirement the window that promises most where the others count all days; the latest of several."""
        chosen: list[tuple[int, int]] = []
        for at, (low, high) in enumerate(whole):

            def promised(window: int, at: int = at) -> tuple[int, int]:
                one = (*whole[:at], (window, window), *whole[at + 1 :])
                return self.sums.most(_days(self.choices, one)), window

            best = max(range(low, high + 1), key=promised)
            chosen.append((best, best))
        return tuple(chosen)

    def _put(self, ranges: Ranges, bound: int) -> None:
        heappush(self.waiting, (-bound, tuple(-high for _, high in ranges), ranges))

    def _weigh(self, ranges: Ranges, bound: int) -> None:
        self.weighed[ranges] = _, allocation = self.within(_days(self.choices, ranges))
        self.exact = self.exact and allocation.exact
        self.open += not allocation.exact
        reached = self._value(allocation)
        self.believed = reached >= bound
        self._put(ranges, min(bound, reached) if bound else reached)

    def _value(self, allocation: Allocation) -> int:
        return self.rule.weights.value(list(allocation.have))

    def _answer(self, ranges: Ranges) -> tuple[Gathered, Allocation]:
        found, allocation = self.weighed[ranges]
        return found, _proven(allocation, self.most, exact=self.exact)


class _Sums:
    """What places can have at most on certain days: everything that fits them, added up, however often an award is used."""

    def __init__(self, rule: Compiled, loose: Gathered) -> None:
        self.rule = rule
        self.full = fullest(loose.case)
        self.days: dict[int, list[date]] = {}
        self.sums: dict[int, list[int]] = {}
        for number in {number for window in rule.windows for number in window.places} - loose.decided.keys():
            place = rule.place(number)
            dated = sorted((day_of(one.earned), worth_at(place, one, loose)) for one in loose.fits.get(number, ()))
            self.days[number] = [day for day, _ in dated]
            self.sums[number] = list(accumulate((worth for _, worth in dated), initial=0))

    def most(self, days: Days) -> int:
        """The rule's value when places have all of that."""
        have = list(self.full)
        for window, among in zip(self.rule.windows, days, strict=True):
            if among is None:
                continue
            for number in window.places & self.days.keys():
                earned, sums = self.days[number], self.sums[number]
                have[number] = min(
                    have[number], sums[bisect_right(earned, among[1])] - sums[bisect_left(earned, among[0])]
                )
        return self.rule.weights.value(have)


def _choices(window: Windowed, loose: Gathered) -> Choices:
    """The windows that can matter: from a day on which something was earned, with a day that the window before does not hold."""
    earned = sorted({day_of(one.earned) for number in window.places for one in loose.fits.get(number, ())})
    begins: list[date] = []
    reached = 0
    for day in earned:
        upto = bisect_right(earned, window.rule.last(day))
        if upto > reached:
            begins.append(day)
            reached = upto
    return Choices(window.rule, begins, [window.rule.last(day) for day in begins])


def _around(rule: Compiled, choices: list[Choices], loose: Gathered, most: Allocation) -> Ranges:
    """For each requirement the window from the first of its awards that were used."""
    used: dict[int, list[date]] = {
        number: [day_of(award.earned) for award in free] for number, free in loose.free.items()
    }
    for item, counted in zip(loose.items, most.counts, strict=True):
        for number in counted:
            used.setdefault(number, []).append(day_of(item[number][1].earned))
    found = []
    for window, one in zip(rule.windows, choices, strict=True):
        days = [day for number in window.places for day in used.get(number, ())]
        place = max(0, bisect_right(one.begins, min(days, default=date.max)) - 1)
        found.append((place, place))
    return tuple(found)


def _days(choices: list[Choices], ranges: Ranges) -> Days:
    return tuple(one.days(*group) for one, group in zip(choices, ranges, strict=True))


def _single(ranges: Ranges) -> bool:
    return all(low == high for low, high in ranges)


def _halves(ranges: Ranges) -> tuple[Ranges, Ranges]:
    """The group in two, where it is widest."""
    place = max(range(len(ranges)), key=lambda one: (ranges[one][1] - ranges[one][0], -one))
    low, high = ranges[place]
    middle = (low + high) // 2
    before, after = ranges[:place], ranges[place + 1 :]
    return (*before, (low, middle), *after), (*before, (middle + 1, high), *after)
