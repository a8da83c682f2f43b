"""What windows promise at most, so that few have to be weighed.

For each place what a window holds for it is added up, however often an award is used. Each requirement about which only one
window is takes the best window for itself; what the rule could reach with all of these bounds what it does reach. Where that is too
much, a part of the rule is weighed in its window as if it were alone, and once everything else as if these parts were full.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from math import ceil

from cairn.stacking.allocation import Branch, Case, Overlay, allocate
from cairn.stacking.bounding import Added, Bound, Held
from cairn.stacking.bounding import Ranges as Ranges  # others speak of them too
from cairn.stacking.compiling import Compiled, Windowed
from cairn.stacking.flows import places_of
from cairn.stacking.gathering import Gathered, fullest, worths_at
from cairn.stacking.together import EarnedTogether, day_of

ALONE = 200_000
"""How many pairs of an award and a place are weighed to see what parts of a rule reach by themselves."""


@dataclass
class Choices:
    """The windows of one requirement: the days on which they begin and end, the earliest first."""

    rule: EarnedTogether
    begins: list[date]
    ends: list[date]

    def days(self, low: int, high: int) -> tuple[date, date] | None:
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
        self.about: dict[int, list[int]] = {}
        """The windows that a place is in."""
        self.inside: dict[tuple[int, int], list[int]] = {}
        """What each window of a requirement holds for a place."""
        for at, (window, one) in enumerate(zip(rule.windows, choices, strict=True)):
            for number in window.places - loose.decided.keys() if one.begins else ():
                self.about.setdefault(number, []).append(at)
                self.inside[number, at] = self._held(number, one)
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
        """For each requirement the window that promises most where the others are free; the latest of several."""
        return tuple(self._likely(at, whole) for at in range(len(whole)))

    def _likely(self, at: int, whole: Ranges) -> tuple[int, int]:
        (low, high), bound = whole[at], self.bound
        if low == high or isinstance(bound, int):
            return high, high
        promised = bound.each(at, whole)
        if self.apart is not None:
            free = [part.held for part in self.parts if part.free]
            rest = self.apart + sum(held.most(whole) for held in free if at not in held.among)
            own = [held.each(at, whole) for held in free if at in held.among]
            apart = map(sum, zip(*own, strict=True)) if own else [0] * len(promised)
            promised = [min(one, rest + more) for one, more in zip(promised, apart, strict=True)]
        best = max(promised)
        window = high - promised[::-1].index(best)
        return window, window

    def _held(self, number: int, one: Choices) -> list[int]:
        place = self.rule.place(number)
        awards = self.loose.fits.get(number, ())
        dated = sorted(zip((self.earned[it.id] for it in awards), worths_at(place, awards, self.loose), strict=True))
        earned = [day for day, _ in dated]
        sums = list(accumulate((worth for _, worth in dated), initial=0))
        return [
            sums[bisect_right(earned, end)] - sums[bisect_left(earned, begin)]
            for begin, end in zip(one.begins, one.ends, strict=True)
        ]

    def _of(self, node: Branch | int, *, free: bool) -> Bound | int:
        """The bound of a part of the rule, for any windows; a number where it is the same for all."""
        among = sorted({at for number in places_of(node) for at in self.about.get(number, ())})
        if not among:
            return self._values(node, 0, 1)[0]
        if len(among) == 1:
            at = among[0]
            held = Held({at: self._values(node, at, len(self.choices[at].begins))})
            if isinstance(node, Branch):
                self.parts.append(_Part(node, at, held, self._full(node), free))
            return held
        if isinstance(node, int):
            return Held({at: self._values(node, at, len(self.choices[at].begins)) for at in among})
        every = node.choose == len(node.parts)
        found = [self._of(part, free=free and every) for part in node.parts]
        settled = [part for part in found if isinstance(part, int)]
        return Added(node.choose, [part for part in found if not isinstance(part, int)], settled, frozenset(among))

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
            number: [it for it in awards if begin <= self.earned[it.id] <= end]
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

    def _values(self, node: Branch | int, at: int, count: int) -> list[int]:
        """The values of a part of the rule in each of the windows of one requirement."""
        if isinstance(node, int):
            full, need, gain = self.full[node], self.rule.need[node], self.rule.weights.gain[node]
            held = self.inside.get((node, at)) or [full] * count
            return [gain * min(here, full, need) for here in held]
        among = zip(*(self._values(part, at, count) for part in node.parts), strict=True)
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
