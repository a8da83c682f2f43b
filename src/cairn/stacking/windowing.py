"""The best windows for awards that must have been earned together, proven to be the best within an allowance.

A window needs to be looked at only where it begins on a day on which something was earned that could count inside, and only if
it holds something that the window before it does not. Several neighbouring windows together, as one wide window, can only do better
than each of them: what the wide one reaches bounds them all. So:

1. Add up what each window holds for each place, and so what each promises at most (`promising`). Where they promise everything, first
   see whether the latest windows, or those that promise most, easily reach it; then weigh without windows; and if that says nothing
   against it, ask this alone, of all windows at once (`timing`). What is left open is whether anything else is the best: where the most
   likely windows of several requirements fall far short of what is promised, because they contend for awards, one linear program
   chooses all windows together and bounds what any can reach (`scheduling`): that is the answer then, moved to the latest windows that
   hold what serves. Otherwise weigh the latest windows if they promise as much as any, or else of each requirement the window that
   promises most. If that reaches what was promised, it is best. Otherwise weigh what promised too much by itself, so that it promises
   no more than it can keep, and go on with the next.
2. Weigh without windows. Nothing can reach more.
3. Try the latest window of each, and those in which the awards that step 2 used lie. If that reaches as much, it is best.
4. Where only everything is of use, ask of all windows at once whether it can be reached, unless there is much to write down.
5. Otherwise halve: of all groups of windows the one with the highest bound is divided, until a single choice of windows has it. Among
   equals the latest goes first, because it leaves a learner the most time. A first bound is what the windows of a group promise;
   where that was too much the last time, the group is weighed before it is divided.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from heapq import heappop, heappush

from cairn.stacking import filling, scheduling, timing
from cairn.stacking.allocation import BRIEFLY, PATIENCE, Allocation, allocate
from cairn.stacking.compiling import Compiled
from cairn.stacking.gathering import Days, Gathered
from cairn.stacking.promising import Choices, Promises, Ranges, choices_of
from cairn.stacking.together import day_of

TRIES = 400
"""How often the rule is weighed at most; then the best windows so far are the answer, which is not called exact."""
FEWEST = 40
"""How often it is weighed at most however large it is."""
STEPS = 20_000
"""How many groups of windows are looked at, at most."""
FIRST = 3
"""How many choices of windows are weighed at most because they promise most, before step 2."""
LOOKS = 200_000
"""How many places are looked at in all these groups, at most."""
PAIRS = 500_000
"""How many pairs of an award and a place are weighed in all, at most."""
TRIED = 6
"""How often it is weighed at most where it is only asked if everything can be reached, as of ways to complete it."""
FEW = 4_000
"""Of more pairs of an award and a place, ways to complete a rule are not asked of all windows at once: that would take too long."""
MANY = 300
"""Of so many pairs of an award and a place the windows of several requirements are chosen by a linear program."""
FAR = 20
"""Windows are chosen together where the most likely ones fall short by more than this part of what is promised."""
OPEN = 2
"""How often a search may run out before no more windows are tried: the answer is not proven then, whatever comes."""

type Gather = Callable[[Days, Gathered | None], Gathered]
"""Gathers the awards for some days, from what was gathered for all."""
type Hasty = Callable[..., tuple[Gathered, Allocation]]
"""Weighs in some days, with so much patience; or in haste."""
type Within = Callable[[Days], tuple[Gathered, Allocation]]


def weigh(rule: Compiled, gather: Gather, *, whole: bool = False) -> tuple[Gathered, Allocation]:
    """Allocate in the best windows. With `whole` it is only asked if everything can be reached."""
    patience = BRIEFLY if whole else PATIENCE

    def allocated(found: Gathered, patience: float, *, hasty: bool = False) -> tuple[Gathered, Allocation]:
        case = replace(found.case, whole=whole, patience=patience)
        allocation = allocate(replace(case, hasty=True) if hasty else case)
        sure = allocation.exact and (allocation.progress == 1 or not found.unsure)
        return found, replace(allocation, exact=sure, short=allocation.short and not found.unsure)

    def within(days: Days, patience: float = 0.0, *, hasty: bool = False) -> tuple[Gathered, Allocation]:
        if days not in gathered:
            gathered.clear()  # it is kept for the next question about the same days
            gathered[days] = gather(days, loose)
        promises.written = gathered[days].case
        return allocated(gathered[days], BRIEFLY if whole else patience, hasty=hasty)

    gathered: dict[Days, Gathered] = {}
    loose = gather((), None)
    choices = [choices_of(window, loose) for window in rule.windows]
    ranges: Ranges = tuple((0, max(0, len(one.begins) - 1)) for one in choices)
    if _single(ranges):
        loose.days = _days(choices, ranges)
        return allocated(loose, patience)
    promises = Promises(rule, choices, loose)
    everything = rule.weights.scale
    if whole and promises.most(ranges) < everything:
        return loose, Allocation((), tuple(loose.base), Fraction(0), exact=True, short=True)
    latest: Ranges = tuple((high, high) for _, high in ranges)
    weighed: dict[Ranges, tuple[Gathered, Allocation]] = {}
    most: Allocation | None = None
    if not whole and promises.most(ranges) >= everything:  # 1
        likely = promises.likely(ranges)
        for tried in dict.fromkeys([latest, likely]):
            if promises.most(tried) >= everything:
                found, allocation = within(_days(choices, tried), hasty=True)
                if allocation.progress == 1:
                    return found, allocation
        while promises.tighten(likely) and promises.most(ranges) >= everything:
            likely = promises.likely(ranges)
    if not whole and promises.most(ranges) >= everything:
        _, most = allocated(loose, patience)
        if most.progress == 1 or not (most.exact or most.short):
            found, allocation = within(_days(choices, _around(rule, choices, loose, most)), hasty=True)
            if allocation.progress == 1:
                return found, allocation
            answer, never = timing.met(rule, choices, lambda days: gather(days, loose), patience)
            if answer is not None:
                return answer
            most = replace(most, short=never)
        if most.short:
            patience = 0.0
    accepted = any(one.award for said in loose.decided.values() for one in said)  # on whatever day it was earned
    several = not whole and len(ranges) > 1 and promises.pairs >= MANY and not accepted

    def far(allocation: Allocation) -> bool:
        limit = promises.most(ranges)
        return several and limit - rule.weights.value(list(allocation.have)) > limit // FAR

    if several and not loose.bound and far(within(_days(choices, promises.likely(ranges)), hasty=True)[1]):
        answer = _scheduled(rule, choices, gather, loose, promises, within)
        if answer is not None:
            return answer
    while not whole and len(weighed) < FIRST:  # 1
        limit = promises.most(ranges)
        for found, allocation in weighed.values():
            if rule.weights.value(list(allocation.have)) >= limit:
                sure = allocation.progress == 1 or not (found.unsure or loose.unsure)
                return found, replace(allocation, exact=sure, short=sure and allocation.progress < 1)
        tried = promises.likely(ranges) if latest in weighed or promises.most(latest) < limit else latest
        if weighed and promises.tighten(tried):
            continue
        if tried in weighed:
            break
        weighed[tried] = within(_days(choices, tried), patience)
        if loose.bound and far(weighed[tried][1]):
            answer = _scheduled(rule, choices, gather, loose, promises, within)
            if answer is not None:
                return answer
    if most is None:
        _, most = allocated(loose, patience)  # 2
    if whole and most.progress < 1:
        return loose, most
    reach = rule.weights.value(list(most.have))
    for found, allocation in weighed.values() if len(ranges) > 1 else ():
        if allocation.progress == most.progress:
            return found, _proven(allocation, most, exact=most.exact)
    for tried in dict.fromkeys([latest, _around(rule, choices, loose, most)]):  # 3
        if promises.most(tried) < reach:
            continue
        if tried not in weighed:
            weighed[tried] = within(_days(choices, tried), patience)
        found, allocation = weighed[tried]
        if allocation.progress == 1 or (tried == latest and allocation.progress == most.progress):
            return found, _proven(allocation, most, exact=most.exact)
    if whole and promises.pairs <= FEW and not loose.case.hasty:  # 4
        answer, never = timing.met(rule, choices, lambda days: gather(days, loose), patience)
        if answer is not None:
            return answer
        if never:
            return loose, replace(most, progress=Fraction(0), exact=True, short=True)
    return _Halving(rule, choices, within, promises, most, weighed, TRIED if whole else TRIES).best(ranges)


def _scheduled(
    rule: Compiled, choices: list[Choices], gather: Gather, loose: Gathered, promises: Promises, within: Hasty
) -> tuple[Gathered, Allocation] | None:
    """What is reached in windows that are chosen together; None where everything might still be reached."""
    everything, value = rule.weights.scale, rule.weights.value
    whole: Ranges = tuple((0, max(0, len(one.begins) - 1)) for one in choices)
    best: tuple[Gathered, Allocation] | None = None

    def better(found: Gathered, allocation: Allocation) -> int:
        nonlocal best
        reached = value(list(allocation.have))
        if best is None or reached > value(list(best[1].have)):
            best = found, allocation
        return reached

    def filled(windows: Ranges, serving: scheduling.Serving) -> tuple[Gathered, Allocation]:
        found = gather(_days(choices, windows), loose)
        case = found.case  # asked for first, because that is what writes the items down
        item_of = {(one.id, place): at for at, item in enumerate(found.items) for place, (_, one) in item.items()}
        start = [(item_of[pair], pair[1]) for pair in serving if pair in item_of]
        return found, filling.filled(case, start)

    while True:
        likely = promises.likely(whole)
        reached = better(*within(_days(choices, likely), hasty=True))
        if reached >= promises.most(whole) or not promises.tighten(likely):
            break
    bound = promises.most(whole)
    if reached < bound:
        singly = timing.singly(gather((), None))
        bound = scheduling.most(rule, choices, singly, promises, lambda *leaning: better(*filled(*leaning)), reached)
    if bound >= everything or best is None:
        return None
    found, allocation = best
    items = zip(found.items, allocation.counts, strict=True)
    serving = [(item[place][1].id, place) for item, counted in items for place in counted]
    later = filled(_around(rule, choices, *best), serving)  # the latest windows that hold what serves
    if value(list(later[1].have)) >= value(list(allocation.have)):
        found, allocation = later
    proven = value(list(allocation.have)) >= bound and not (found.unsure or loose.unsure)
    short = not loose.unsure
    return found, replace(allocation, exact=proven, short=short)


def _proven(found: Allocation, most: Allocation, *, exact: bool) -> Allocation:
    """The allocation, exact if the bounds were or if there is nothing more to reach; short where even all days together are."""
    short = most.short or (most.exact and most.progress < 1)
    return replace(found, exact=found.progress == 1 or (found.exact and exact), short=short and found.progress < 1)


class _Halving:
    """Step 5. The bounds are progress times the scale of the rule's weights, in whole numbers."""

    def __init__(
        self, rule: Compiled, choices: list[Choices], within: Within, promises: Promises, most: Allocation,
        before: dict[Ranges, tuple[Gathered, Allocation]], tries: int,
    ) -> None:  # fmt: skip
        self.rule, self.choices, self.within, self.promises, self.most = rule, choices, within, promises, most
        self.before = before
        """What was weighed already."""
        self.weighed: dict[Ranges, tuple[Gathered, Allocation]] = {}
        self.waiting: list[tuple[int, tuple[int, ...], Ranges]] = []
        self.exact = most.exact
        self.believed = True
        self.tries = min(tries, max(FEWEST, PAIRS // (promises.pairs or 1)))
        self.steps = min(STEPS, LOOKS // len(rule.need))
        self.open = 0
        self.likely: Ranges | None = None

    def best(self, whole: Ranges) -> tuple[Gathered, Allocation]:
        """The windows in which the rule comes furthest, with what it reaches there."""
        if len(whole) > 1:
            self.likely = self.promises.likely(whole)
            self._weigh(self.likely, 0)
            if self.weighed[self.likely][1].progress == 1:
                return self._answer(self.likely)
        self._put(whole, self._value(self.most))
        dive = sum((high - low + 1).bit_length() for low, high in whole)
        for step in range(self.steps):
            if self.open and step > dive:
                break  # nothing will be proven any more, and one choice of windows was within reach
            bound, _, ranges = heappop(self.waiting)
            if self.promises.most(ranges) < -bound and ranges not in self.weighed:
                self._put(ranges, self.promises.most(ranges))
                continue
            if _single(ranges):
                if ranges in self.weighed:
                    return self._answer(ranges)
            elif self.believed or ranges in self.weighed:
                for half in _halves(ranges):
                    if half == self.likely:
                        continue  # is there already, with what it reaches
                    self._put(half, min(-bound, self.promises.most(half)))
                continue
            if len(self.weighed) >= self.tries or self.open >= OPEN:
                break
            if _single(ranges) and self.promises.tighten(ranges):
                self._put(ranges, min(-bound, self.promises.most(ranges)))
                continue
            self._weigh(ranges, -bound)
        if self.likely is None:
            self.likely = self.promises.likely(whole)
            self._weigh(self.likely, 0)
        self.weighed = self.before | self.weighed
        singles = [ranges for ranges in self.weighed if _single(ranges)]
        best = max(singles, key=lambda one: self.weighed[one][1].progress)
        self.exact = self.most.exact and self.weighed[best][1].progress == self.most.progress
        return self._answer(best)

    def _put(self, ranges: Ranges, bound: int) -> None:
        heappush(self.waiting, (-bound, tuple(-high for _, high in ranges), ranges))

    def _weigh(self, ranges: Ranges, bound: int) -> None:
        known = self.before.get(ranges) or self.within(_days(self.choices, ranges))
        self.weighed[ranges] = _, allocation = known
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
