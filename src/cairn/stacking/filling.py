"""A good allocation without any search for the best: handed out where it is scarcest, then repaired by moving awards along.

It keeps to every cap. Whether it is the best is for others to say (`contesting`): nothing here proves anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from math import lcm
from typing import TYPE_CHECKING

from cairn.stacking import solving
from cairn.stacking.allocation import Allocation, Branch, Case, Pair, progress

if TYPE_CHECKING:
    from cairn.stacking.allocation import Cap

DEEP = 3
"""How many places in a row may pass an item on to fill one."""
STEPS = 10_000
"""How many pairs of an item and a place are looked at in all to repair an allocation."""
FLOW = -1
"""What stands for the cost of a pair that draws on a cap with what it counts for."""

type Draw = tuple[int, int, tuple[Pair, ...]]
"""A cap that a pair draws on, its cost there, and the pairs that share this cost."""
type Draws = dict[Pair, list[Draw]]


def draws_of(caps: Iterable[Cap]) -> Draws:
    """What each pair draws on."""
    draws: Draws = {}
    for number, cap in enumerate(caps):
        flow = (number, FLOW, ())
        for pair in cap.flows:
            draws.setdefault(pair, []).append(flow)
        for pair, cost in cap.whole.items():
            if cost:
                draws.setdefault(pair, []).append((number, cost, ()))
        for among in cap.once:
            for pair in among:
                draws.setdefault(pair, []).append((number, 1, among))
    return draws


class Filling:
    """An allocation that is being made."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.draws = draws_of(case.caps)
        self.have = list(case.base)
        self.room = [cap.most for cap in case.caps]
        self.counts: list[dict[int, int]] = [{} for _ in case.items]
        self.takers: dict[int, list[int]] = {}
        for item, worths in enumerate(case.items):
            for place, worth in worths.items():
                if worth:
                    self.takers.setdefault(place, []).append(item)
        self.serving: dict[int, dict[int, int]] = {}
        self.wanted: set[int] = set()
        self.steps = STEPS
        self._trail: list[tuple[int, int, int]] = []

    def amount(self, item: int, place: int) -> int:
        """What an item that is free would count for at a place now; 0 where a cap keeps it out."""
        case = self.case
        amount = case.items[item][place]
        counted = self.counts[item]
        if counted:
            if place in counted or place not in case.split or not counted.keys() <= case.split:
                return 0
            if any(case.items[item][other] != amount for other in counted):
                return 0
            amount -= sum(counted.values())
        if place in case.split:
            amount = min(amount, max(0, case.need[place] - self.have[place]))
        draws = self.draws.get((item, place))
        if draws is None:
            return amount
        amount = min(amount, max(0, case.need[place] - self.have[place])) if amount else 0
        whole = True
        for cap, cost, among in draws:
            if cost == FLOW:
                whole = False
                amount = min(amount, self.room[cap])
            elif self.room[cap] < cost and not any(other in self.counts[one] for one, other in among):
                return 0
        return case.items[item][place] if whole and amount and place not in case.split else amount

    def put(self, item: int, place: int, amount: int) -> None:
        """Let an item count for so much at a place."""
        for cap, cost, among in self.draws.get((item, place), ()):
            if cost == FLOW:
                self.room[cap] -= amount
            elif not any(other in self.counts[one] for one, other in among):
                self.room[cap] -= cost
        self.counts[item][place] = amount
        self.serving.setdefault(place, {})[item] = amount
        self.have[place] += amount
        self._trail.append((item, place, amount))

    def take(self, item: int, place: int) -> None:
        """Let it count there no more."""
        amount = self.counts[item].pop(place)
        del self.serving[place][item]
        self.have[place] -= amount
        for cap, cost, among in self.draws.get((item, place), ()):
            if cost == FLOW:
                self.room[cap] += amount
            elif not any(other in self.counts[one] for one, other in among):
                self.room[cap] += cost
        self._trail.append((item, place, -amount))

    def _undo(self, mark: int) -> None:
        while len(self._trail) > mark:
            item, place, amount = self._trail.pop()
            if amount > 0:
                self.take(item, place)
            else:
                self.put(item, place, -amount)
            self._trail.pop()

    def lack(self, place: int) -> int:
        """What a place still needs."""
        return self.case.need[place] - self.have[place]

    @cached_property
    def _asked(self) -> list[int]:
        """How many awards, in thousandths, each place lacks of the size that it is usually offered: credits, hours and awards alike."""
        case, asked = self.case, [0] * len(self.case.need)
        for place, takers in self.takers.items():
            lack = max(0, case.need[place] - case.base[place])
            asked[place] = lack * len(takers) * 1000 // sum(case.items[item][place] for item in takers)
        return asked

    def relied_on(self, first: list[int], then: list[int]) -> set[int]:
        """The places of the parts that are best when places have `first`; of parts that are as good, those better with `then`, and of
        these, those that ask for the fewest awards.
        """
        gain, need = self.case.weights.gain, self.case.need

        def of(node: Branch | int) -> tuple[int, int, int, set[int]]:
            if isinstance(node, int):
                much, worth = need[node], gain[node]
                return worth * min(first[node], much), worth * min(then[node], 2 * much), self._asked[node], {node}
            parts = [of(part) for part in node.parts]
            if node.choose < len(parts):
                parts = sorted(parts, key=lambda part: (-part[0], -part[1], part[2]))[: node.choose]
            best, better, asked, places = zip(*parts, strict=True)
            return sum(best), sum(better), sum(asked), set().union(*places)

        return of(self.case.tree)[3]

    def hand_out(self) -> None:
        """Each item, the least flexible first, goes to the wanted place with the least to spare: first where no cap is drawn on."""
        case, wanted, draws = self.case, self.wanted, self.draws
        lacking = {place for place in wanted if self.lack(place) > 0}
        open_to = {
            item: kept
            for item, worths in enumerate(case.items)
            if not self.counts[item] and (kept := [place for place in worths if place in lacking and worths[place]])
        }
        spare = {place: -self.lack(place) for place in wanted}
        for item, places in open_to.items():
            worths = case.items[item]
            for place in places:
                spare[place] += worths[place]
        spared = case.spare
        order = sorted(
            open_to, key=lambda one: (spared.get(one, 0), len(open_to[one]), -max(case.items[one].values()), one)
        )  # fmt: skip
        for free_of_caps in (True, False):
            for item in order:
                if self.counts[item]:
                    continue
                worths = case.items[item]
                best, least = -1, 0
                for place in open_to[item]:
                    if (
                        self.have[place] < case.need[place]
                        and (best < 0 or spare[place] < least)
                        and (not free_of_caps or (item, place) not in draws)
                    ):
                        best, least = place, spare[place]
                if best >= 0:
                    amount = self.amount(item, best)
                    if amount:
                        self.put(item, best, amount)
                        spare[best] += amount
                if free_of_caps and best >= 0:
                    for place in open_to[item]:
                        spare[place] -= worths[place]
            if not self.draws:
                break

    def repair(self) -> None:
        """Fill wanted places that are open by moving items along, then bring into residencies what they lack."""
        for place in sorted(self.wanted):
            if self.have[place] < self.case.need[place] and place in self.takers:
                self.fill(place, DEEP, {place})
        self._trail.clear()
        self._bring_home()

    def fill(self, place: int, deep: int, above: set[int]) -> bool:
        """Whether a place could be filled: with free items, with what others can spare, or with what others get replaced."""
        takers = self.takers.get(place, [])
        while (lack := self.lack(place)) > 0:
            best: tuple[tuple[int, bool, int, int], int, int] | None = None
            for item in takers:
                self.steps -= 1
                if amount := self.amount(item, place):
                    rank = (self.case.spare.get(item, 0), amount < lack, amount if amount >= lack else -amount, item)
                    if best is None or rank < best[0]:
                        best = (rank, item, amount)
            if best is None:
                break
            self.put(best[1], place, best[2])
        if lack <= 0:
            return True
        for patient in range(1 + bool(deep)):
            for item in takers:
                if self.lack(place) <= 0:
                    return True
                if self.steps <= 0:
                    return False
                self.steps -= 1
                if len(self.counts[item]) != 1:
                    continue
                (other,) = self.counts[item]
                if other in above:
                    continue
                mark = len(self._trail)
                gone = other in self.wanted and self.have[other] - self.counts[item][other] < self.case.need[other]
                if gone and (not patient or self.have[other] < self.case.need[other]):
                    continue
                self.take(item, other)
                amount = self.amount(item, place)
                if not amount:
                    self._undo(mark)
                    continue
                self.put(item, place, amount)
                if gone and not self.fill(other, deep - 1, {*above, other}):
                    self._undo(mark)
        return self.lack(place) <= 0

    def _bring_home(self) -> None:
        """Swap awards of the awarding body in where a residency lacks them and others leave for them."""
        for overlay in self.case.overlays:
            if overlay.place not in self.wanted:
                continue
            sources = {item for _, pairs in overlay.sources for item, _ in pairs}
            laid = self.case.base[overlay.place] + solving.laid(overlay, self.counts)
            for _, pairs in sorted(overlay.sources, key=lambda source: -source[0]):
                if laid >= self.case.need[overlay.place] or self.steps <= 0:
                    break
                if any(self.counts[item] for item, _ in pairs):
                    continue
                for item, place in pairs:
                    self.steps -= 1
                    if self._swap_in(item, place, sources):
                        laid = self.case.base[overlay.place] + solving.laid(overlay, self.counts)
                        break

    def _swap_in(self, item: int, place: int, sources: set[int]) -> bool:
        if place not in self.wanted:
            return False
        mark = len(self._trail)
        if self.have[place] < self.case.need[place] and (amount := self.amount(item, place)):
            self.put(item, place, amount)
            return True
        for other in [one for one in self.serving.get(place, {}) if one not in sources]:
            self.take(other, place)
            amount = self.amount(item, place)
            if amount:
                self.put(item, place, amount)
                if self.lack(place) <= 0:
                    return True
            self._undo(mark)
        return False

    def found(self, *, exact: bool) -> Allocation:
        """The allocation as it stands."""
        have = list(self.have)
        for overlay in self.case.overlays:
            have[overlay.place] = self.case.base[overlay.place] + solving.laid(overlay, self.counts)
        counts = tuple(dict(counted) for counted in self.counts)
        return Allocation(counts, tuple(have), progress(self.case, have), exact)


def reachable(filling: Filling) -> list[int]:
    """What each place could have if nothing else wanted anything, within each cap by itself; what is beyond twice its need is not
    looked for.
    """
    case = filling.case
    bound = list(case.base)
    for place, takers in filling.takers.items():
        drawing: dict[int, list[tuple[int, int]]] = {}
        flowing: dict[int, int] = {}
        enough = 2 * case.need[place] - bound[place]
        for item in takers:
            worth, draws = case.items[item][place], filling.draws.get((item, place))
            if draws is None:
                bound[place] += worth
                enough -= worth
                if enough <= 0:
                    break
                continue
            cap, cost, among = (
                draws[0] if len(draws) == 1 else min(draws, key=lambda draw: (case.caps[draw[0]].most, draw[0]))
            )
            if cost == FLOW:
                before = flowing.get(cap, 0)
                flowing[cap] = before + worth
                enough -= min(worth, max(0, case.caps[cap].most - before))
                if enough <= 0:
                    break
            else:
                drawing.setdefault(cap, []).append((worth, 0 if among else cost))
        for number in flowing.keys() | drawing.keys():
            flows = [(flowing[number], flowing[number])] if number in flowing else []
            bound[place] += _within(case.caps[number].most, drawing.get(number, []) + flows)
    for overlay in case.overlays:
        bound[overlay.place] += sum(amount for amount, _ in overlay.sources)
    return bound


def _within(most: int, pairs: list[tuple[int, int]]) -> int:
    """What pairs of a worth and a cost bring within a cap, at most, if the last may count in part."""
    worth = 0
    alike = Counter(pairs)  # sizes are few
    unit = lcm(*{brings for brings, _ in alike})
    for brings, cost in sorted(alike, key=lambda pair: (pair[1] * (unit // pair[0]), pair)):
        many = alike[brings, cost]
        if cost * many > most:
            return worth + brings * most // cost
        worth += brings * many
        most -= cost * many
    return worth


def started(case: Case, start: Iterable[Pair]) -> Allocation:
    """The allocation in which just these items serve at these places, as far as they may count there together."""
    filling = Filling(case)
    for item, place in start:
        if place not in filling.counts[item] and (amount := filling.amount(item, place)):
            filling.put(item, place, amount)
    return filling.found(exact=False)


def filled(case: Case, start: Iterable[Pair]) -> Allocation:
    """A good allocation that begins with these items at these places, as far as they may count there together."""
    filling = Filling(case)
    bound = reachable(filling)
    filling.wanted = filling.relied_on(bound, bound)
    for item, place in start:
        if not filling.counts[item] and (amount := filling.amount(item, place)):
            filling.put(item, place, amount)
    filling.hand_out()
    filling.repair()
    return filling.found(exact=False)
