"""Which item serves which place, so that the whole is as complete as it can be. Whole numbers only; no awards, no words.

1. Give each item that only one place can use to that place; places that are full need nothing more. Repeat.
2. Try the obvious: if handing out the rest where it is scarcest reaches the bound that ignores sharing, nothing can be better.
3. If what is left is a flow of single awards (each item fills one slot), find the heaviest flow (`flows`).
4. If it is a choice of single slots and amounts, price the amounts: the prices bound what any allocation can reach (linear
   programming duality), and a packing that reaches the bound is proven best (`prices`). Choices among parts are gone through.
5. Set aside the places that can be filled from what nothing else needs, and find the best for the others alone (`contesting`).
6. If little is left, try everything. Otherwise write it as a program of whole numbers (`solving`, `program`).

Where caps or overlays bind, or credits may be split, what is not contested is set aside first, within the caps; see `binding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import lcm

type Items = dict[int, dict[int, int]]
"""Items that still have a choice, with what each is worth to which place."""
type Guess = dict[int, int]
"""An allocation of such items: item to place."""
type Pair = tuple[int, int]
"""An item and a place."""


SMALL = 60
"""Where fewer pairs of an item and a place are left, setting some aside is not worth it."""
PATIENCE = 6.0
"""Deterministic seconds that the question may take whether everything can be reached, where the search for the best left it open."""
SOON = 1.0
"""The same where it is asked again and again, of parts that come in order."""
BRIEFLY = 0.05
"""The same of ways to complete a rule, of which dozens are tried while somebody waits: one that is missed is followed by another."""


@dataclass(frozen=True)
class Branch:
    """A node whose progress is the mean of its `choose` best parts; a part that is a number is a place."""

    choose: int
    parts: tuple[Branch | int, ...]


class Weights:
    """The progress of a tree in whole numbers: `scale` is all of it, `gain[place]` what one unit at a place is worth."""

    def __init__(self, tree: Branch | int, need: tuple[int, ...]) -> None:
        self.tree = tree
        self.need = need
        depth: dict[int, int] = {}
        self.single: set[int] = set()
        """Places that are counted whatever is chosen."""

        def walk(node: Branch | int, below: int, *, free: bool) -> None:
            if isinstance(node, int):
                depth[node] = below
                if free:
                    self.single.add(node)
                return
            for part in node.parts:
                walk(part, below * node.choose, free=free and node.choose == len(node.parts))

        walk(tree, 1, free=True)
        self.scale = lcm(*(below * need[place] for place, below in depth.items()))
        self.gain = {place: self.scale // (below * need[place]) for place, below in depth.items()}

    def value(self, have: list[int]) -> int:
        """How much of `scale` is reached when the places have this much."""

        def of(node: Branch | int) -> int:
            if isinstance(node, int):
                return self.gain[node] * min(have[node], self.need[node])
            if node.choose == len(node.parts):
                return sum(map(of, node.parts))
            return sum(sorted(map(of, node.parts))[-node.choose :])

        return of(self.tree)


@dataclass(frozen=True)
class Cap:
    """At most `most`: the amounts that pairs (item, place) in `flows` count for, and the costs of those in `whole` that serve at all.

    Each set of pairs in `once` costs 1 if any of them serves.
    """

    most: int
    flows: frozenset[tuple[int, int]] = frozenset()
    whole: Mapping[tuple[int, int], int] = field(default_factory=dict)
    once: tuple[tuple[tuple[int, int], ...], ...] = ()


@dataclass(frozen=True)
class Overlay:
    """A place that has what others let it: each source gives its amount once if any of its pairs (item, place) serves.

    Pairs in `flows` give no more than they count for themselves.
    """

    place: int
    sources: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]
    flows: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Case:
    """Places with what they `need` and have for free (`base`), and items with what each is worth to which place.

    An item serves one place with all it has; in places of `split` it may be shared out instead. `caps` and `overlays` bind.
    """

    tree: Branch | int
    need: tuple[int, ...]
    base: tuple[int, ...]
    items: tuple[dict[int, int], ...]
    split: frozenset[int] = frozenset()
    caps: tuple[Cap, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    known: Weights | None = field(default=None, compare=False)
    whole: bool = False
    """Whether it is only asked if everything can be reached: a search ends as soon as that is out of reach, and this is exact too."""
    patience: float = PATIENCE
    """What each search for that may take, in deterministic seconds. With none it is not asked after a search for the best that ran out."""
    spare: Mapping[int, int] = field(default_factory=dict)
    """Items that are handed out last, those with the highest rank at the very last, so that what can be missed is left over."""
    hasty: bool = False
    """Whether only what handing out and repairing finds is asked for, without any search."""

    @cached_property
    def weights(self) -> Weights:
        """The tree's progress in whole numbers."""
        return self.known or Weights(self.tree, self.need)


@dataclass(frozen=True)
class Allocation:
    """`counts[item]` says how much the item counts for in which place; `exact` is False only if the search ran out of its allowance
    (what may be missing where it is True: `program.NEGLIGIBLE`).

    `short` says that even then not everything can be reached, which is proven.
    """

    counts: tuple[dict[int, int], ...]
    have: tuple[int, ...]
    progress: Fraction
    exact: bool
    short: bool = False

    @property
    def leaf_of(self) -> tuple[int | None, ...]:
        """The place each item serves (the first one where it is split), or None."""
        return tuple(next(iter(counted), None) for counted in self.counts)


def allocate(case: Case) -> Allocation:
    """The allocation with the greatest progress of the tree.

    Where the search for it runs out and everything might still be reached, this alone is asked, with more patience.
    """
    found = _allocate(case)
    open_ended = not (found.exact or found.short or found.progress == 1)
    if not open_ended or case.whole or case.hasty or not case.patience:
        return found
    every = _allocate(replace(case, whole=True))
    return every if every.progress == 1 else replace(found, short=every.exact)


def _allocate(case: Case) -> Allocation:
    if case.whole and case.weights.value(fullest(case)) < case.weights.scale:
        return Allocation(tuple({} for _ in case.items), case.base, progress(case, case.base), exact=True)
    if not (case.split or case.caps or case.overlays or case.spare or case.hasty):
        return plain(case)
    from cairn.stacking import binding

    return binding.allocate(case)


def plain(case: Case, *, contest: bool = True) -> Allocation:
    """The same where nothing binds but that an item serves once. Without `contest` all that is left is searched at once."""
    place_of: list[int | None] = [None] * len(case.items)
    have = list(case.base)
    items = _presolve(case, place_of, have)
    exact, short = True, False
    if items:
        guess, exact, short = _share(case, have, items, contest=contest)
        for item, place in sorted(guess.items()):
            if have[place] < case.need[place]:
                place_of[item] = place
                have[place] += items[item][place]
    for item, worths in enumerate(case.items):  # what the optimum left over is shown where it would serve next
        if place_of[item] is None:
            for wanted, worth in worths.items():
                if worth and have[wanted] < case.need[wanted]:
                    place_of[item] = wanted
                    have[wanted] += worth
                    break
    counts = tuple({} if place is None else {place: case.items[item][place]} for item, place in enumerate(place_of))
    return Allocation(counts, tuple(have), progress(case, have), exact, short)


def _share(case: Case, have: list[int], items: Items, *, contest: bool) -> tuple[Guess, bool, bool]:
    """Steps 2 to 6: an allocation, whether it is proven the best, and whether otherwise not everything can be reached."""
    from cairn.stacking import contesting, flows, prices, solving

    weights, most = case.weights, _most(have, items)
    guess: Guess = {}
    if not _scarce(case, have, items, most):  # 2
        guess = _scarcest_first(case, items, have)
        if weights.value(with_guess(have, items, guess)) == weights.value(most):
            return guess, True, False
    slots = flows.slots_of(case, items, have)
    if slots is not None and max(slots.room.values(), default=0) <= prices.ROOMY:  # 3
        return flows.heaviest(slots, items), True, False
    found = prices.best(case, have, items)  # 4
    if found is not None and found.proven:
        return found.guess, True, False
    if slots is not None:
        return flows.heaviest(slots, items), True, False
    if contest and sum(map(len, items.values())) > SMALL:  # 5
        settled = contesting.guess(case, have, items)
        if settled is not None:
            return settled, True, False
    guess = guess or _scarcest_first(case, items, have)
    if found is not None:
        guess = max(found.guess, guess, key=lambda one: weights.value(with_guess(have, items, one)))
    return solving.best(case, have, items, guess)  # 6


def progress(case: Case, have: Iterable[int]) -> Fraction:
    """How complete the tree is, 0 to 1, when the places have this much."""
    return Fraction(case.weights.value(list(have)), case.weights.scale)


def with_guess(have: list[int], items: Items, guess: Guess) -> list[int]:
    """What the places have after this allocation."""
    reached = list(have)
    for item, place in guess.items():
        reached[place] += items[item][place]
    return reached


def _presolve(case: Case, place_of: list[int | None], have: list[int]) -> Items:
    """Step 1. Returns the items that still have a choice, with what they are worth to places that are not full."""
    need = case.need
    waiting = {
        item: wanted if all(wanted.values()) else {place: worth for place, worth in wanted.items() if worth}
        for item, wanted in enumerate(case.items)
    }
    full = {place for place in range(len(need)) if have[place] >= need[place]}
    fresh = set(full)
    while True:
        settled: set[int] = set()
        for item, wanted in list(waiting.items()):
            if not fresh.isdisjoint(wanted):
                wanted = {place: worth for place, worth in wanted.items() if place not in full}
                waiting[item] = wanted
            if len(wanted) == 1:
                ((place, worth),) = wanted.items()
                if place not in full:
                    place_of[item] = place
                    have[place] += worth
                    if have[place] >= need[place]:
                        full.add(place)
                        settled.add(place)
            if len(wanted) < 2:
                del waiting[item]
        if not settled:
            if fresh:  # an item seen before its place filled up within this round is looked at once more
                fresh = set(full)
                if any(not full.isdisjoint(wanted) for wanted in waiting.values()):
                    continue
            return waiting
        fresh = settled


def fullest(case: Case) -> list[int]:
    """What the places have when every item serves wherever it can."""
    most = _most(list(case.base), dict(enumerate(case.items)))
    for overlay in case.overlays:
        most[overlay.place] += sum(amount for amount, _ in overlay.sources)
    return most


def _most(have: list[int], items: Items) -> list[int]:
    most = list(have)
    for wanted in items.values():
        for place, worth in wanted.items():
            most[place] += worth
    return most


def _scarce(case: Case, have: list[int], items: Items, most: list[int]) -> bool:
    """Whether items would have to serve twice to reach what all places have at most, so that no handing out does."""
    single = set().union(*items.values()) & case.weights.single
    wanted = sum(min(most[place], case.need[place]) - have[place] for place in single)
    return wanted > sum(max(worths.values()) for worths in items.values())


def worths_of(items: Items) -> dict[int, set[int]]:
    """What items are worth to each place that takes any."""
    worths: dict[int, set[int]] = {}
    uniform: dict[int, set[int]] = {}
    for wanted in items.values():
        sizes = set(wanted.values())
        if len(sizes) == 1:  # nearly all are: worth the same wherever they serve
            uniform.setdefault(sizes.pop(), set()).update(wanted)
            continue
        for place, worth in wanted.items():
            worths.setdefault(place, set()).add(worth)
    for size, places in uniform.items():
        for place in places:
            worths.setdefault(place, set()).add(size)
    return worths


def _scarcest_first(case: Case, items: Items, have: list[int]) -> Guess:
    """Step 2. Each item, the least flexible first, goes to the open place with the least to spare."""
    lack = {place: case.need[place] - have[place] for place in set().union(*items.values())}
    supply = dict.fromkeys(lack, 0)
    for wanted in items.values():
        for place, worth in wanted.items():
            supply[place] += worth
    spare = {place: supply[place] - lacking for place, lacking in lack.items()}
    guess: Guess = {}
    for item, wanted in sorted(items.items(), key=lambda pair: (len(pair[1]), -max(pair[1].values()), pair[0])):
        still = [place for place in wanted if lack[place] > 0]
        if still:
            _, best = min(zip(map(spare.__getitem__, still), still, strict=True))
            guess[item] = best
            lack[best] -= wanted[best]
            spare[best] += wanted[best]
        for place, worth in wanted.items():
            spare[place] -= worth
    return guess


def relaxed(case: Case, base: tuple[int, ...]) -> Case:
    """The case without caps, overlays and sharing out, with another base."""
    return replace(
        case, base=base, split=frozenset(), caps=(), overlays=(), spare={}, known=case.weights, patience=0.0
    )  # fmt: skip
