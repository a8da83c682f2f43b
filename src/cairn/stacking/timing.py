"""Whether a rule can be met in any windows at all: one program in which the windows are chosen together with what serves where.

1. Write down every award by itself, wherever it fits on any day, as a program in which everything must be reached. For each
   requirement that awards be earned together one of its windows is chosen, and an award serves inside only if that window holds its day.
2. Where the program has an answer, gather the awards in the windows that it chose, the latest that hold what serves, and see that what
   it says of them keeps to everything. Only then the rule is met.
3. Where it is proven to have none, the rule cannot be met in any windows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from math import lcm

from cairn.stacking import binding, program, satisfying, solving
from cairn.stacking.allocation import Allocation, Case, progress
from cairn.stacking.compiling import Compiled
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.gathering import Days, Gathered
from cairn.stacking.promising import Choices, Ranges
from cairn.stacking.together import day_of

WORK = 2.0
"""Deterministic seconds that the search may take at most. It goes as the linear program leans: fractions know better than trying does."""

type Gather = Callable[[Days], Gathered]
"""Gathers the awards for some days."""
type Interval = tuple[int, int, int]
"""A requirement, by its place among those that awards be earned together, and the first and the last of its windows that hold a day."""


def met(
    rule: Compiled, choices: Sequence[Choices], gather: Gather, work: float
) -> tuple[tuple[Gathered, Allocation] | None, bool]:
    """How the rule is met in some windows, or None; and whether it is proven that it cannot be, in any.

    `work` is what the search may take, in deterministic seconds.
    """
    loose = singly(gather(()))
    if sum(map(len, loose.case.items)) > program.MANY:
        return None, False
    written = Timed(rule, choices, loose)  # 1
    values, proven = satisfying.possible(written.program, min(work, WORK), first=WORK)
    if values is None:
        return None, proven and not loose.unsure  # 3
    counts = written.read(values)
    chosen = written.chosen(values)
    for windows in dict.fromkeys([written.latest(chosen, counts), chosen]):  # 2
        days = tuple(one.days(*at) for one, at in zip(choices, windows, strict=True))
        found = singly(gather(days))
        allocation = _moved(loose, counts, found)
        if allocation is not None:
            return (found, allocation), False
    return None, False


def singly(found: Gathered) -> Gathered:
    """The same with every award as an item of its own."""
    found.bound = True
    return found


class Timed(solving.Written):
    """A case written as a program in which the windows are chosen too."""

    def __init__(
        self, rule: Compiled, choices: Sequence[Choices], loose: Gathered, *, whole: bool = True
    ) -> None:  # fmt: skip
        self.rule, self.choices, self.loose = rule, choices, loose
        self.windows: dict[int, tuple[int, ...]] = {}
        """For each requirement that awards be earned together the numbers of its windows, of which one is 1."""
        self.about: dict[int, list[int]] = {}
        """The windows that a place is in."""
        for at, window in enumerate(rule.windows):
            for place in window.places if choices[at].begins else ():
                self.about.setdefault(place, []).append(at)
        self.held: dict[tuple[int, date], Interval] = {}
        self.inside = [
            {place: self._intervals(place, number) for place in item if place in self.about}
            for number, item in enumerate(loose.items)
        ]
        """For each item, at places where that matters, which windows hold it."""
        case = loose.case
        self.showing = {place.number for place in rule.places if not place.leaf.spends and place.number in self.about}
        self.showing &= loose.free.keys()
        base = tuple(0 if place in self.showing else has for place, has in enumerate(case.base))
        super().__init__(replace(case, base=base, whole=whole))

    def _intervals(self, place: int, item: int) -> tuple[Interval, ...]:
        award = self.loose.items[item][place][1]
        if any(one.award == award.id for one in self.loose.decided.get(place, ())):
            return ()  # let in whenever it was earned
        return self._holding(place, day_of(award.earned))

    def _holding(self, place: int, day: date) -> tuple[Interval, ...]:
        for at in self.about[place]:
            if (at, day) not in self.held:
                one = self.choices[at]
                self.held[at, day] = at, bisect_left(one.ends, day), bisect_right(one.begins, day) - 1
        return tuple(self.held[at, day] for at in self.about[place])

    def numbers(self, at: int) -> tuple[int, ...]:
        """The numbers of the windows of a requirement, of which one is 1."""
        if at not in self.windows:
            self.windows[at] = self.program.choose(1, len(self.choices[at].begins), None)
        return self.windows[at]

    def _alike(self) -> list[list[int]]:
        kinds: dict[tuple[int, tuple[tuple[Interval, ...], ...]], list[int]] = {}
        for number, items in enumerate(super()._alike()):
            for item in items:
                days = tuple(self.inside[item].get(place, ()) for place in sorted(self.case.items[item]))
                kinds.setdefault((number, days), []).append(item)
        return list(kinds.values())

    def _kind(self, items: list[int]) -> solving.Kind:
        made = super()._kind(items)
        first = items[0]
        worths = self.case.items[first]
        unit = lcm(*(worths[place] for place in made.shared))
        terms: dict[Interval, program.Terms] = {}
        for place, intervals in self.inside[first].items():
            for interval in intervals:
                if place in made.whole:
                    terms.setdefault(interval, []).append((made.whole[place], unit))
                elif place in made.shared:
                    terms.setdefault(interval, []).append((made.shared[place], unit // worths[place]))
        for (at, low, high), serving in terms.items():
            numbers = self.numbers(at)
            if high - low + 1 < len(numbers):
                many = unit * len(items)
                self.program.limit([*serving, *((one, -many) for one in numbers[low : high + 1])], 0)
        return made

    def _progress(self) -> None:
        """See `Written`; before it, which skills are shown in which window."""
        for place in self.rule.places:
            if place.number not in self.showing or not isinstance(place.leaf, SkillsCovered):
                continue
            at = self.about[place.number][0]
            one, leaf = self.choices[at], place.leaf
            awards = [(day_of(award.earned), leaf.shown(award)) for award in self.loose.fits.get(place.number, ())]
            self.supply[place.number] = [
                (number, len(set().union(*(shown for day, shown in awards if begin <= day <= end))))
                for number, begin, end in zip(self.numbers(at), one.begins, one.ends, strict=True)
            ]
        super()._progress()

    def chosen(self, values: Sequence[int]) -> Ranges:
        """The windows that an answer chose; where it chose none, because nothing turns on it, the latest."""
        found = [max(0, len(one.begins) - 1) for one in self.choices]
        for at, numbers in self.windows.items():
            found[at] = next(window for window, number in enumerate(numbers) if values[number])
        return tuple((window, window) for window in found)

    def latest(self, chosen: Ranges, counts: Sequence[dict[int, int]]) -> Ranges:
        """The latest windows that hold what serves as well; where skills are shown inside, those that were chosen."""
        found = [len(one.begins) - 1 for one in self.choices]
        for inside, counted in zip(self.inside, counts, strict=True):
            for place in counted:
                for at, _, high in inside.get(place, ()):
                    found[at] = min(found[at], high)
        shown = {at for place in self.showing for at in self.about[place]}
        return tuple(
            own if at in shown or found[at] < 0 else (found[at], found[at]) for at, own in enumerate(chosen)
        )  # fmt: skip


def _moved(loose: Gathered, counts: Sequence[dict[int, int]], found: Gathered) -> Allocation | None:
    """What an answer says of awards, said of the same awards as they were gathered in its windows; None unless everything is kept to."""
    case = found.case
    item_of = {(one[1].id, place): number for number, item in enumerate(found.items) for place, one in item.items()}
    moved: list[dict[int, int]] = [{} for _ in found.items]
    for item, counted in zip(loose.items, counts, strict=True):
        for place, amount in counted.items():
            number = item_of.get((item[place][1].id, place))
            if number is None:
                return None
            moved[number][place] = amount
    return kept(case, moved)


def kept(case: Case, counts: Sequence[dict[int, int]]) -> Allocation | None:
    """The allocation that says what each item counts for in which place, if it keeps to everything and reaches everything."""
    have = list(case.base)
    for item, counted in enumerate(counts):
        worths = case.items[item]
        if any(amount > worths.get(place, 0) for place, amount in counted.items()):
            return None
        if len(counted) > 1:  # shared out: no more than all of it
            unit = lcm(*(worths[place] for place in counted))
            spent = sum(amount * (unit // worths[place]) for place, amount in counted.items())
            if not counted.keys() <= case.split or spent > unit:
                return None
        for place, amount in counted.items():
            have[place] += amount
    for overlay in case.overlays:
        have[overlay.place] = case.base[overlay.place] + solving.laid(overlay, counts)
    found = Allocation(tuple(map(dict, counts)), tuple(have), progress(case, have), exact=True)
    over = any(binding.spent(cap, found) > cap.most for cap in case.caps)
    return found if found.progress == 1 and not over else None
