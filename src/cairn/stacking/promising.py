"""What windows promise at most, so that few have to be weighed.

For each place what a window holds for it is added up, however often an award is used. Each requirement about which only one
window is takes the best window for itself; what the rule could reach with all of these bounds what it does reach. Where that is too
much, a part of the rule is weighed in its window as if it were alone, and once everything else as if these parts were full.

Of windows one inside another, what a part has lies in both. Of an outer window from b to e an inner one holds most that lies in it, begins
on b, or ends on e: any other holds of those days no more than one of these. So for each outer window one promise is enough that knows
its inner ones, and once the outer is chosen, each inner one promises what it holds of its days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from math import ceil

from cairn.stacking.allocation import Branch, Case, Overlay, allocate
from cairn.stacking.awards import Award
from cairn.stacking.bounding import Added, Bound, Held
from cairn.stacking.bounding import Ranges as Ranges  # others speak of them too
from cairn.stacking.compiling import Compiled, Windowed
from cairn.stacking.flows import places_of
from cairn.stacking.gathering import Gathered, fullest, worths_at
from cairn.stacking.together import EarnedTogether, day_of

type Interval = tuple[date, date]
"""A first and a last day."""

NEVER = date.max, date.min
"""An interval in which nothing was earned."""

ALONE = 200_000
"""How many pairs of an award and a place are weighed to see what parts of a rule reach by themselves."""


@dataclass
class Choices:
    """The windows of one requirement: the days on which they begin and end, the earliest first."""

    rule: EarnedTogether
    begins: list[date]
    ends: list[date]

    def intervals(self) -> list[Interval]:
        """The first and the last day of each."""
        return list(zip(self.begins, self.ends, strict=True))

    def days(self, low: int, high: int) -> Interval | None:
        """From the first day of the first window to the last day of the last; None where nothing was earned."""
        return (self.begins[low], self.ends[high]) if self.begins else None


def choices_of(window: Windowed, loose: Gathered) -> Choices:
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


@dataclass
class _Part:
    """A part of the rule that the windows of one requirement alone are about."""

    node: Branch
    at: int
    held: Held
    """What it is worth at most in each of the windows."""
    full: int
    free: bool
    """Whether it counts whatever is chosen."""
    sure: set[int] = field(default_factory=set)
    """Windows in which it was weighed."""


class Promises:
    """What can be reached at most in which windows, as progress times the scale of the rule's weights."""

    def __init__(self, rule: Compiled, choices: list[Choices], loose: Gathered) -> None:
        self.rule, self.choices, self.loose = rule, choices, loose
        self.pairs = sum(map(len, loose.fits.values()))
        self.earned = {award.id: day_of(award.earned) for award in loose.held}
        self.full = fullest(rule, loose)
        self.base = list(loose.base)
        waived = {number for number, said in loose.decided.items() if any(one.award is None for one in said)}
        self.about: dict[int, list[int]] = {}
        """The windows that a place is in."""
        for at, (window, one) in enumerate(zip(rule.windows, choices, strict=True)):
            for number in window.places - waived if one.begins else ():
                self.about.setdefault(number, []).append(at)
        self.dated = {number: self._dated(number) for number in self.about}
        """For a place what decisions accept there, on whatever day it was earned; the days on which what else fits it was earned, and
        what was earned before each of them and in all.
        """
        self.nested: dict[int, Branch | int] = {}
        """The part of the rule inside a window that lies in others."""
        self.parts: list[_Part] = []
        self.looks = ALONE
        self.bound = self._of(rule.tree, free=True)
        self.written: Case | None = None
        """The numbers in some windows, where they were written down: what is in no window is the same in all."""
        self.apart: int | None = None
        """What everything but the parts can reach, where that was weighed."""

    def most(self, ranges: Ranges) -> int:
        """The rule's value when everything has all of that."""
        most = self.bound if isinstance(self.bound, int) else self.bound.most(ranges)
        if self.apart is None:
            return most
        return min(most, self.apart + sum(part.held.most(ranges) for part in self.parts if part.free))

    def likely(self, whole: Ranges) -> Ranges:
        """For each requirement the window that promises most where the others are free, but for those around it, which come first; the
        latest of several.
        """
        found: dict[int, tuple[int, int]] = {}
        for at in reversed(range(len(whole))):  # an outer one comes after those inside it
            found[at] = self._inside(at, whole[at], found) if at in self.nested else self._likely(at, whole)
        return tuple(found[at] for at in range(len(whole)))

    def _inside(self, at: int, group: tuple[int, int], chosen: Mapping[int, tuple[int, int]]) -> tuple[int, int]:
        """The same of a window in windows that are chosen."""
        low, high = group
        node = self.nested[at]
        outer = [self.choices[one].days(*chosen[one]) or NEVER for one in self._around(node) if one != at]
        begin, end = max(first for first, _ in outer), min(last for _, last in outer)
        mine = self.choices[at].intervals()[low : high + 1]
        promised = self._values(node, [(max(first, begin), min(last, end)) for first, last in mine])
        window = high - promised[::-1].index(max(promised))
        return window, window

    def _likely(self, at: int, whole: Ranges) -> tuple[int, int]:
        low, high = whole[at]
        if low == high:
            return high, high
        promised = self.each(at, whole)
        window = high - promised[::-1].index(max(promised))
        return window, window

    def each(self, at: int, whole: Ranges) -> list[int]:
        """What each window of one requirement promises, where those of the others are free."""
        (low, high), bound = whole[at], self.bound
        if isinstance(bound, int) or at not in bound.among:
            most = bound if isinstance(bound, int) else bound.most(whole)
            return [most] * (high - low + 1 if self.choices[at].begins else 0)
        promised = bound.each(at, whole)
        if self.apart is not None:
            free = [part.held for part in self.parts if part.free]
            rest = self.apart + sum(held.most(whole) for held in free if at not in held.among)
            own = [held.each(at, whole) for held in free if at in held.among]
            apart = map(sum, zip(*own, strict=True)) if own else [0] * len(promised)
            promised = [min(one, rest + more) for one, more in zip(promised, apart, strict=True)]
        return promised

    def _accepted(self, number: int, award: Award) -> bool:
        return any(one.award == award.id for one in self.loose.decided.get(number, ()))

    def _dated(self, number: int) -> tuple[int, list[date], list[int]]:
        awards = self.loose.fits.get(number, ())
        worths = list(zip(awards, worths_at(self.rule.place(number), awards, self.loose), strict=True))
        dated = sorted((self.earned[it.id], worth) for it, worth in worths if not self._accepted(number, it))
        always = sum(worth for it, worth in worths if self._accepted(number, it))
        return always, [day for day, _ in dated], list(accumulate((worth for _, worth in dated), initial=0))

    def _of(self, node: Branch | int, *, free: bool) -> Bound | int:
        """The bound of a part of the rule, for any windows; a number where it is the same for all."""
        among = sorted({at for number in places_of(node) for at in self.about.get(number, ())})
        if not among:
            return self._values(node, [NEVER])[0]
        if around := self._around(node):
            at, *outer = around  # innermost first
            held = Held({at: self._values(node, self.choices[at].intervals())})
            for one in outer:
                self.nested[at] = node
                held.values[one] = self._nested(node, at, one, held.values[at])
            if isinstance(node, Branch):
                self.parts.append(_Part(node, at, held, self._full(node), free))
            return held
        if isinstance(node, int):
            raise TypeError("A place is always in the same windows.")
        every = node.choose == len(node.parts)
        found = [self._of(part, free=free and every) for part in node.parts]
        settled = [part for part in found if isinstance(part, int)]
        return Added(node.choose, [part for part in found if not isinstance(part, int)], settled, frozenset(among))

    def _around(self, node: Branch | int) -> list[int]:
        """The windows, the innermost first, that all of a part is in, as far as it is in any; none where they differ."""
        first, *rest = [self.about[number] for number in places_of(node) if number in self.about]
        return [] if any(one != first for one in rest) else first

    def _nested(self, node: Branch | int, at: int, outer: int, held: list[int]) -> list[int]:
        """The values of a part in each window of an outer requirement, where the inner one `at`, with these values, is free."""
        one, around = self.choices[at], self.choices[outer].intervals()
        first = self._values(node, [(begin, min(end, one.rule.last(begin))) for begin, end in around])
        last = self._values(node, [(max(begin, one.rule.first(end)), end) for begin, end in around])
        return [
            max(from_first, to_last, *held[bisect_left(one.begins, begin) : bisect_right(one.ends, end)])
            for from_first, to_last, (begin, end) in zip(first, last, around, strict=True)
        ]

    def _full(self, node: Branch | int) -> int:
        if isinstance(node, int):
            return self.rule.weights.gain[node] * self.rule.need[node]
        return sum(sorted(map(self._full, node.parts))[-node.choose :])

    def tighten(self, ranges: Ranges) -> bool:
        """Weigh the parts of the rule that these single windows are about, each by itself, or else all but these parts; whether that
        promises less.
        """
        before = self.most(ranges)
        for part in self.parts:
            window = ranges[part.at][0]
            if window not in part.sure and self.looks > 0:
                part.sure.add(window)
                self._tighten(part, window)
        if self.most(ranges) == before and self.apart is None and self.looks > 0:
            self._set_apart()
        return self.most(ranges) < before

    def _set_apart(self) -> None:
        free = [part for part in self.parts if part.free]
        inside = {number for part in free for number in places_of(part.node)}
        case = self.written if self.written is not None and self.about.keys() <= inside else self.loose.case
        outside = set(range(len(case.need))) - inside
        apart = tuple(overlay for overlay in case.overlays if _lies(overlay, outside))
        laid = {overlay.place for overlay in case.overlays} - {overlay.place for overlay in apart}
        base = tuple(case.need[at] if at in inside or at in laid else has for at, has in enumerate(case.base))
        items = tuple({place: worth for place, worth in worths.items() if place not in inside} for worths in case.items)
        found = allocate(_with(replace(case, base=base, overlays=apart), items))
        value = self.rule.weights.value(list(found.have)) if found.exact else self.rule.weights.scale
        self.apart = value - sum(part.full for part in free)

    def _tighten(self, part: _Part, window: int) -> None:
        case = self._alone(part, window)
        self.looks -= sum(map(len, case.items))
        found = allocate(case)
        most = found.progress * part.full
        if found.exact:
            part.held.lower(part.at, window, ceil(most))

    def _alone(self, part: _Part, window: int) -> Case:
        """A part of the rule by itself in one window, with all awards that fit it there, without what it shares with others."""
        one, inside = self.choices[part.at], set(places_of(part.node))
        begin, end = one.begins[window], one.ends[window]
        fits = {
            number: [it for it in awards if begin <= self.earned[it.id] <= end or self._accepted(number, it)]
            if part.at in self.about.get(number, ())
            else awards
            for number, awards in self.loose.fits.items()
            if number in inside
        }
        self.looks -= sum(map(len, fits.values()))
        among = replace(self.loose, fits=fits, base=list(self.base), free={}, items=[])
        case = self.loose.write(among)
        base, overlays = list(case.base), []
        for overlay, resident in zip(case.overlays, self.rule.residents, strict=bool(case.overlays)):
            if resident.places <= inside:
                overlays.append(overlay)
            else:  # what others bring is supposed to be there
                base[overlay.place] = case.need[overlay.place]
        return replace(
            case, tree=part.node, base=tuple(base), overlays=tuple(overlays), known=None, patience=0.0
        )  # fmt: skip

    def _values(self, node: Branch | int, intervals: Sequence[Interval]) -> list[int]:
        """The values of a part of the rule with what was earned in each of these intervals, where it is in a window."""
        if isinstance(node, int):
            full, need, gain = self.full[node], self.rule.need[node], self.rule.weights.gain[node]
            if node not in self.dated:
                return [gain * min(full, need)] * len(intervals)
            always, earned, sums = self.dated[node]
            spans = ((bisect_left(earned, begin), bisect_right(earned, end)) for begin, end in intervals)
            held = (always + (sums[last] - sums[first] if last > first else 0) for first, last in spans)
            most = min(full, need)
            return [gain * (here if here < most else most) for here in held]
        among = zip(*(self._values(part, intervals) for part in node.parts), strict=True)
        if node.choose == len(node.parts):
            return list(map(sum, among))
        return [sum(sorted(values)[-node.choose :]) for values in among]


def _lies(overlay: Overlay, inside: set[int]) -> bool:
    return all(place in inside for _, among in overlay.sources for _, place in among)


def _with(case: Case, items: tuple[dict[int, int], ...]) -> Case:
    """The case with fewer of its pairs."""
    overlays = tuple(
        replace(
            overlay,
            sources=tuple(
                (amount, tuple((item, place) for item, place in among if place in items[item]))
                for amount, among in overlay.sources
            ),
        )
        for overlay in case.overlays
    )
    return replace(case, items=items, overlays=overlays, patience=0.0)
