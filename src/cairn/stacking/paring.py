"""What a rule that is met can do without: of steps that were taken to meet it, those are left out that others can make up for.

1. Some steps are plainly needed: even if everything served wherever it fits, a place that the whole relies on would not be full without
   them. The linear program behind the question bounds how many others can be left out together (`relaxing`). If none can, that is all.
2. The allocation that meets the rule is kept and repaired: without the pairs of a step, the places that it filled are filled from what is
   held and from the steps that stay, moving items along (`filling`). What stays is enough.
3. A program of whole numbers (`solving`) may do with fewer, unless the bound says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import lcm

from cairn.stacking import relaxing, satisfying, solving
from cairn.stacking.allocation import Allocation, Branch, Case, Pair, fullest
from cairn.stacking.filling import DEEP, Filling

STEPS = 3_000
"""How many pairs of an item and a place are looked at to do without one step."""
WORK = 200_000
"""The same for all."""


def pared(case: Case, met: Allocation, pairs_of: Mapping[int, Sequence[Pair]]) -> list[int]:
    """The steps without which `met` cannot easily do, of those that it uses at all; the first ones are left out first.

    `pairs_of` has the pairs (item, place) that each step brings.
    """
    found = [_halved(case, met, pairs_of, size) for size in dict.fromkeys([max(1, len(pairs_of) // 2), 1])]
    return min(found, key=len)


def _halved(case: Case, met: Allocation, pairs_of: Mapping[int, Sequence[Pair]], size: int) -> list[int]:
    """So many steps are left out at once, then half as many."""
    paring = _Paring(case, met, {pair for pairs in pairs_of.values() for pair in pairs})
    for pairs in pairs_of.values():
        if not paring.uses(pairs):
            paring.barred.update(pairs)
    kept = [step for step, pairs in pairs_of.items() if paring.uses(pairs)]
    while size:
        at = 0
        while at < len(kept):
            if paring.without([pair for step in kept[at : at + size] for pair in pairs_of[step]]):
                kept = [step for step in kept if paring.uses(pairs_of[step])]
            else:
                at += size
        size //= 2
    return kept


class _Paring(Filling):
    """The allocation that meets the rule, from which pairs are barred; of parts as good, those with least of `stepped` are kept."""

    def __init__(self, case: Case, met: Allocation, stepped: set[Pair]) -> None:
        super().__init__(case)
        self.barred: set[Pair] = set()
        without = list(met.have)
        for item, counted in enumerate(met.counts):
            for place, amount in counted.items():
                self.put(item, place, amount)
                if (item, place) in stepped:
                    without[place] -= amount
        self.wanted = self.relied_on(list(met.have), without)
        self.work = WORK

    def amount(self, item: int, place: int) -> int:
        """See `Filling`."""
        return 0 if (item, place) in self.barred else super().amount(item, place)

    def uses(self, pairs: Sequence[Pair]) -> bool:
        """Whether any of these pairs counts."""
        return any(place in self.counts[item] for item, place in pairs)

    def without(self, pairs: Sequence[Pair]) -> bool:
        """Whether everything stays full without these pairs; they are barred then."""
        if self.work <= 0:
            return False
        mark = len(self._trail)
        fresh = set(pairs) - self.barred
        self.barred |= fresh
        self.steps = min(STEPS, self.work)
        self.work -= self.steps
        left = []
        for item, place in pairs:
            if place in self.counts[item]:
                self.take(item, place)
                left.append(place)
        whole = all(place not in self.wanted or self.fill(place, DEEP, {place}) for place in left)
        if whole and self._overlaid() and all(self.lack(place) <= 0 for place in self.wanted - self._laid_at):
            return True
        self._undo(mark)
        self.barred -= fresh
        return False

    @property
    def _laid_at(self) -> set[int]:
        return {overlay.place for overlay in self.case.overlays}

    def _overlaid(self) -> bool:
        """Whether residencies are met as well, once what is lacking is brought home."""
        for again in (True, False):
            if all(
                self.case.base[one.place] + solving.laid(one, self.counts) >= self.case.need[one.place]
                for one in self.case.overlays
                if one.place in self.wanted
            ):
                return True
            if again:
                self._bring_home()
        return False


def fewest(
    case: Case, met: Allocation, pairs_of: Mapping[int, Sequence[Pair]], work: float
) -> tuple[list[int], bool]:  # fmt: skip
    """As few steps with which everything is met as are found, and whether it is proven that none of them can be left out.

    Steps 1 to 3; `work` is what step 3 may take, in deterministic seconds.
    """
    bringing = [step for step, pairs in pairs_of.items() if pairs]
    if _plainly_needed(case, pairs_of).issuperset(bringing):  # 1
        return bringing, True
    written = _Steps(case, {pair: step for step, pairs in pairs_of.items() for pair in pairs})
    relaxed = relaxing.Linear(written.program, written.program.gain).relax({})
    bound = len(bringing) if relaxed is None else relaxed.bound
    if bound <= 0:
        return bringing, True
    kept = pared(case, met, pairs_of)  # 2
    if len(kept) + bound <= len(bringing):
        return kept, True
    values, known = satisfying.possible(written.program, work, above=len(bringing) - len(kept))  # 3
    if values is None:
        return kept, known
    fewer = pared(case, written.allocation(values), pairs_of)
    return fewer, len(fewer) + bound <= len(bringing)


def _plainly_needed(case: Case, pairs_of: Mapping[int, Sequence[Pair]]) -> set[int]:
    """The steps without which a place that the whole relies on is not full, even if everything served wherever it can."""
    most, need = fullest(case), case.need
    relied = _relied_on(case.tree, [has >= much for has, much in zip(most, need, strict=True)])
    found = set()
    for step, pairs in pairs_of.items():
        brought: dict[int, int] = {}
        for item, place in pairs:
            brought[place] = brought.get(place, 0) + case.items[item][place]
        if any(place in relied and most[place] - much < need[place] for place, much in brought.items()):
            found.add(step)
    return found


def _relied_on(tree: Branch | int, full: Sequence[bool]) -> set[int]:
    """The places without which the whole cannot be met when just these can be full; none where it cannot be met anyway."""

    def of(node: Branch | int) -> set[int] | None:
        """The same of a node; None where it cannot be met."""
        if isinstance(node, int):
            return {node} if full[node] else None
        parts = [found for part in node.parts if (found := of(part)) is not None]
        if len(parts) < node.choose:
            return None
        return set().union(*parts) if len(parts) == node.choose else set()

    return of(tree) or set()


class _Steps(solving.Written):
    """A case written as a program in which everything is met and as many steps as can be are left out."""

    def __init__(self, case: Case, step_of: Mapping[Pair, int]) -> None:
        self.step_of = step_of
        self.left: dict[int, int] = {}
        """For each step the number that is 1 where it is left out."""
        super().__init__(replace(case, whole=True))

    def _alike(self) -> list[list[int]]:
        kinds: dict[tuple[int, tuple[int | None, ...]], list[int]] = {}
        for number, items in enumerate(super()._alike()):
            for item in items:
                steps = tuple(self.step_of.get((item, place)) for place in self.case.items[item])
                kinds.setdefault((number, steps), []).append(item)
        return list(kinds.values())

    def _kind(self, items: list[int]) -> solving.Kind:
        made = super()._kind(items)
        by_step: dict[int, list[int]] = {}
        for place in (*made.whole, *made.shared):
            step = self.step_of.get((items[0], place))
            if step is not None:
                by_step.setdefault(step, []).append(place)
        for step, places in by_step.items():
            if step not in self.left:
                self.left[step] = self.program.number(1, 1)
                self.program.deciding.append((self.left[step],))
            split = [self.case.items[items[0]][place] for place in places if place in made.shared]
            unit = lcm(*split)
            terms = [(made.whole[place], unit) for place in places if place in made.whole]
            terms += [
                (made.shared[place], unit // self.case.items[items[0]][place])
                for place in places
                if place in made.shared
            ]
            self.program.limit([*terms, (self.left[step], unit * len(items))], unit * len(items))
        return made
