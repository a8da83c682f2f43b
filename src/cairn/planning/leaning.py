"""Who of some chosen offers leans on whom, so that it is soon told who could not be started without one of them.

Looked at are only those who wait for it, directly or by others, not everybody once more (`replay.walk` does that, and comes to the same).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cairn.planning.replay import Standing, gives, walk
from cairn.planning.values import Offer, SkillLevel


class Leaning:
    """Offers that can all be started, in any order, and nothing of which is granted for an amount (`plainly`)."""

    def __init__(self, offers: Sequence[Offer], start: Standing) -> None:
        self.offers = offers
        self.start = start
        self.teaching: dict[str, list[tuple[int, int]]] = {}
        self.named: dict[str, list[int]] = {}
        for place, offer in enumerate(offers):
            for skill, level in offer.provides.items():
                self.teaching.setdefault(skill, []).append((level, place))
            for name in offer.names:
                self.named.setdefault(name, []).append(place)
        self.waits: list[tuple[list[set[int]], int]] = [self.waiting(offer) for offer in offers]
        """Per offer who satisfies each of its groups that are open at the start, and how many of these it needs."""
        self.holds_up: list[set[int]] = [set() for _ in offers]
        for place, (groups, _) in enumerate(self.waits):
            for giver in set().union(*groups):
                self.holds_up[giver].add(place)

    @classmethod
    def plainly(cls, offers: Sequence[Offer], start: Standing) -> Leaning | None:
        """Of offers that can all be started; None where they cannot, or some of them are granted for an amount."""
        if any(offer.counting is not None for offer in offers):
            return None
        return None if walk(offers, Standing.of(start.levels, start.names))[1] else cls(offers, start)

    def waiting(self, offer: Offer) -> tuple[list[set[int]], int]:
        """Who satisfies each of an offer's groups that are still open, and how many of these it needs."""
        open_still = [
            {place for one in group for place in self._givers(one)}
            for group in offer.requires
            if not self.start.has_one(group)
        ]
        if offer.at_least is None:
            return open_still, len(open_still)
        return open_still, offer.at_least - (len(offer.requires) - len(open_still))

    def _givers(self, alternative: SkillLevel | str) -> list[int]:
        if isinstance(alternative, str):
            return self.named.get(alternative, [])
        least = alternative.level
        return [place for level, place in self.teaching.get(alternative.skill, ()) if level >= least]

    def lost(self, place: int, alive: set[int]) -> set[int]:
        """Who of those `alive`, all of whom can be started together, cannot be without this one of them."""
        lost: set[int] = set()
        doubtful = [place]
        while doubtful:
            for other in self.holds_up[doubtful.pop()]:
                if other not in lost and other != place and other in alive:
                    lost.add(other)
                    doubtful.append(other)
        if not lost:
            return lost
        there = alive - lost
        there.discard(place)
        ready = [other for other in lost if self.ready(other, there)]
        while ready:
            lost.difference_update(ready)
            there.update(ready)
            ready = [other for other in lost if self.ready(other, there)]
        return lost

    def swapped(self, place: int, other: Offer) -> tuple[bool, bool]:
        """With another offer instead of this one: whether it can be started, and whether then everything can."""
        everybody = set(range(len(self.offers)))
        lost = self.lost(place, everybody)
        there = everybody - lost
        there.discard(place)
        groups, least = self.waiting(other)
        starts = enough(groups, least, there)
        while lost:
            ready = [one for one in lost if self._ready_with(one, there, other if starts else None)]
            there.update(ready)
            lost.difference_update(ready)
            started = starts or enough(groups, least, there)
            if not ready and started == starts:
                return starts, False
            starts = started
        return starts, starts

    def _ready_with(self, place: int, there: set[int], other: Offer | None) -> bool:
        """Whether an offer can be started once those are there, and that one."""
        if self.ready(place, there):
            return True
        if other is None:
            return False
        offer = self.offers[place]
        met = sum(
            not group.isdisjoint(there) or any(gives(other, one) for one in asked)
            for group, asked in zip(
                self.waits[place][0], (one for one in offer.requires if not self.start.has_one(one)), strict=True
            )
        )
        return met >= self.waits[place][1]

    def ready(self, place: int, there: Iterable[int]) -> bool:
        """Whether an offer can be started once those are `there`."""
        groups, least = self.waits[place]
        return enough(groups, least, there)


def enough(groups: Sequence[set[int]], least: int, there: Iterable[int]) -> bool:
    """Whether at least so many of the groups have somebody there."""
    if least >= len(groups):
        for group in groups:
            if group.isdisjoint(there):
                return False
        return least == len(groups)
    return sum(not group.isdisjoint(there) for group in groups) >= least
