"""Offers that are in no best plan, because what they are good for in it could be had for less.

What an offer brings to a plan is worth no more than it takes to get it from elsewhere: some self-contained set of others (`far`). Nor is it
worth more than what asks for it there is worth itself: without it those could go, at what *they* bring less what they cost. So
worth flows down from what is wanted, through what asks to what is asked for, and thins out on the way: where any offer may build on any
other, a few hundred of a hundred thousand are worth their price.

Why that loses no best plan: take an offer out of a plan, and with it everything that no longer can be started, or put in for what is
missing a self-contained set; for each thing that is lost, whichever of the two was weighed here. What is left is a plan (the sets go first,
the rest keep their order), and where the offer costs strictly more than that brings, a better one. Orders of a plan have no loops, so
that the least worths that satisfy these rules are enough. Several measures (money and hours) hold at once where the same choice of the
two is made for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.planning.grid import SWEEPS as DERIVING
from cairn.planning.grid import Derivation, Grid

if TYPE_CHECKING:
    from cairn.planning.grid import Marks, Numbers, Places

EXACT = 2.0**52
"""Up to here sums of whole numbers are exact."""

SWEEPS = 60
"""Rounds after which what still grows is taken to be worth what it is elsewhere."""

AGAIN = 4
"""How often what is left is looked at again, at most."""

WORTHWHILE = 0.9
"""What is left of the candidates, as a share, beyond which nobody looks again."""


@dataclass(frozen=True)
class Measure:
    """Something that best plans have little of: the `least` that taking each offer adds, what each node takes from elsewhere (`far`), and
    how much each offer loses at most, beside what it brings, where a condition of its discounts goes (`off`)."""

    least: Numbers
    far: Numbers
    off: Numbers | None = None

    def of(self, places: Places) -> Measure:
        """For these offers only."""
        return Measure(self.least[places], self.far, None if self.off is None else self.off[places])


def superfluous(grid: Grid, held: Marks, wanted: Marks, matters: Marks, measures: Sequence[Measure]) -> Marks:
    """The offers that are in no plan of which no other is better: has less of one measure and no more of the others.

    `matters` are the nodes that matter to what is wanted, and each offer brings one of them.
    """
    import numpy as np

    found = np.zeros(grid.size, bool)
    numbers = np.arange(grid.size)
    near = grid
    kept = np.ones(near.size, bool)
    for turn in range(AGAIN):
        if turn:
            kept, matters = near.close(wanted, held, np.ones(near.size, bool))
        kept &= ~_in_no_best(near, held, wanted & ~held, matters, [one.of(numbers) for one in measures])
        found[numbers[~kept]] = True
        if kept.sum() > WORTHWHILE * near.size:
            break
        near, inner = near.narrowed(kept)
        numbers = numbers[inner]
        started = np.isfinite(near.derive(np.zeros(near.size), held).offer)  # not without those who went
        found[numbers[~started]] = True
        near, inner = near.narrowed(started)
        numbers = numbers[inner]
    return found


def _in_no_best(grid: Grid, held: Marks, wanted: Marks, matters: Marks, measures: Sequence[Measure]) -> Marks:
    import numpy as np

    tops = _Tops.of(grid, matters)
    instead = [tops.summed(worth) for worth in _worths(grid, held, wanted, tops, measures)]
    if len(measures) == 1:
        alone: Marks = instead[0] * (1 + 1e-9) + 1e-6 < measures[0].least
        return alone
    found, less = np.ones(grid.size, bool), np.zeros(grid.size, bool)
    for there, measure in zip(instead, measures, strict=True):
        found &= there <= measure.least
        less |= there < measure.least
    return found & less


@dataclass(frozen=True)
class _Tops:
    """Of the levels of one skill that an offer brings, the highest that matters; `below` is the next lower one that does."""

    offer: Places
    node: Places
    below: Places
    size: int

    @classmethod
    def of(cls, grid: Grid, matters: Marks) -> _Tops:
        import numpy as np

        nodes = np.flatnonzero(matters)
        same = grid.nodes.skill[nodes[1:]] == grid.nodes.skill[nodes[:-1]]
        above = np.full(grid.nodes.size, grid.nodes.size)
        above[nodes[:-1][same]] = nodes[1:][same]
        below = np.full(grid.nodes.size, grid.nodes.size)
        below[nodes[1:][same]] = nodes[:-1][same]
        kept = matters[grid.give_node]
        offer, node, top = grid.give_offer[kept], grid.give_node[kept], grid.give_top[kept]
        highest = above[node] > top
        return cls(offer[highest], node[highest], below, grid.size)

    def summed(self, worth: Numbers) -> Numbers:
        """Per offer what it brings."""
        import numpy as np

        found: Numbers = np.bincount(self.offer, weights=worth[self.node], minlength=self.size)
        return found


def _worths(grid: Grid, held: Marks, wanted: Marks, tops: _Tops, measures: Sequence[Measure]) -> list[Numbers]:
    """Per measure what each node is worth at most in a best plan."""
    import numpy as np

    opened = grid.opened(held)[grid.alternative_group] & ~held[grid.alternative_node]
    asked = grid.alternative_node[opened]
    asking_group = grid.alternative_group[opened]
    asking = grid.group_offer[asking_group]
    soft = grid.soft[asking_group]
    size = grid.nodes.size
    elsewhere = wanted.copy()  # these are worth what they take from elsewhere
    far = [measure.far for measure in measures]
    worths = [np.where(wanted, one, 0.0) for one in far]
    sweep = 0
    while True:
        sweep += 1
        fresh: list[Numbers] = []
        for measure, worth in zip(measures, worths, strict=True):
            brought = tops.summed(worth)
            over = np.where(brought < EXACT, np.maximum(brought - measure.least, 0.0), np.inf)
            given = over[asking]
            if measure.off is not None and soft.any():
                given = np.where(soft, measure.off[asking], given)
            of_node = np.bincount(asked, weights=given, minlength=size)
            fresh.append(of_node + np.append(worth, 0.0)[tops.below])
        for one, there in zip(fresh, far, strict=True):
            elsewhere |= (one > there) | (one >= EXACT)
        grown = np.zeros(size, bool)
        for number, there in enumerate(far):
            now = np.where(elsewhere, there, fresh[number])
            grown |= now > worths[number]
            worths[number] = np.maximum(now, worths[number])
        if not grown.any():
            return worths
        if sweep % SWEEPS == 0:
            elsewhere |= grown


def of_same_sets(grid: Grid, derivation: Derivation, weights: Numbers, held: Marks) -> Numbers:
    """What the very sets that a derivation found weigh otherwise."""
    import numpy as np

    hard = ~grid.soft & grid.opened(held)
    number = np.cumsum(hard) - 1
    kept = hard[grid.alternative_group] if len(grid.alternative_group) else np.zeros(0, bool)
    group, alternative = number[grid.alternative_group[kept]], grid.alternative_node[kept]
    group_offer = grid.group_offer[hard]
    by_price = np.lexsort((derivation.node[alternative], group))
    chosen = alternative[by_price][np.searchsorted(group[by_price], np.arange(len(group_offer)))]
    by_price = np.lexsort((derivation.offer[grid.give_offer], grid.give_node))
    given, first = np.unique(grid.give_node[by_price], return_index=True)
    giver = grid.give_offer[by_price][first]
    node = np.full(grid.nodes.size, np.inf)
    node[held] = 0.0
    for _ in range(DERIVING):
        offer = weights + np.bincount(group_offer, weights=node[chosen], minlength=grid.size)
        better = node.copy()
        better[given] = np.where(held[given], 0.0, offer[giver])
        if (better == node).all():
            break
        node = better
    return node
