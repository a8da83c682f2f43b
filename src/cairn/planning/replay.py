"""Walk through a plan as a learner would: what can be started now, with what came before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cairn.planning.values import Alternative, Offer, SkillLevel


@dataclass
class Standing:
    """Skills and names reached so far."""

    levels: dict[str, int]
    names: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, levels: Mapping[str, int], names: Iterable[str]) -> Standing:
        """A fresh copy to walk on with."""
        return cls(dict(levels), set(names))

    def has(self, alternative: Alternative) -> bool:
        """Whether this prerequisite alternative is satisfied."""
        if isinstance(alternative, SkillLevel):
            return self.levels.get(alternative.skill, 0) >= alternative.level
        return alternative in self.names

    def can_start(self, offer: Offer) -> bool:
        """Whether every group of prerequisites, or as many as the offer asks for, has a satisfied alternative, and all is enough."""
        if offer.requires and not self.has_groups(offer):
            return False
        return offer.counting is None or offer.counting.enough(self.names) is True

    def has_groups(self, offer: Offer) -> bool:
        """Whether the groups of prerequisites are satisfied, whatever they come to."""
        if offer.at_least is not None:
            return sum(map(self.has_one, offer.requires)) >= offer.at_least
        for group in offer.requires:  # noqa: SIM110 (asked most of all in a search: without a generator it is twice as fast)
            if not self.has_one(group):
                return False
        return True

    def has_one(self, group: Iterable[Alternative]) -> bool:
        """Whether one of a group of alternatives is satisfied."""
        levels, names = self.levels, self.names
        for one in group:  # noqa: SIM110 (as above)
            if (one in names) if isinstance(one, str) else (levels.get(one.skill, 0) >= one.level):
                return True
        return False

    def complete(self, offer: Offer) -> None:
        """The offer is done."""
        self.names.add(offer.id)
        if offer.achievement:
            self.names.add(offer.achievement)
        for skill, level in offer.provides.items():
            if level > self.levels.get(skill, 0):
                self.levels[skill] = level


def gives(offer: Offer, alternative: Alternative) -> bool:
    """Whether completing the offer satisfies this alternative."""
    if isinstance(alternative, SkillLevel):
        return offer.provides.get(alternative.skill, 0) >= alternative.level
    return alternative in offer.names


def walk(offers: Iterable[Offer], standing: Standing) -> tuple[list[Offer], list[Offer]]:
    """Take the offers in an order their prerequisites allow; `standing` moves along.

    Returns what was done, in order, and what could never be started. What is ready first comes first, then by id.
    """
    waiting = sorted(offers, key=lambda offer: offer.id)
    done: list[Offer] = []
    while True:
        ready: list[Offer] = []
        later: list[Offer] = []
        for offer in waiting:
            (ready if standing.can_start(offer) else later).append(offer)
        if not ready:
            return done, waiting
        for offer in ready:
            standing.complete(offer)
        done += ready
        waiting = later


def with_granted(chosen: Iterable[Offer], stacks: Iterable[Offer], start: Standing) -> list[Offer]:
    """The choice with those of the stacks that it leads to: what is granted comes by itself, unless the choice excludes it."""
    found, waiting = list(chosen), [one for one in stacks if one.granted]
    if not waiting:
        return found
    end = Standing.of(start.levels, start.names)
    walk(found, end)
    while ready := next((one for one in waiting if end.can_start(one)), None):
        waiting.remove(ready)
        if ready not in found and not any(exclusive(ready, other) for other in found):
            found.append(ready)
            end.complete(ready)
    return found


def exclusive(first: Offer, second: Offer) -> bool:
    """Whether only one of the two may be taken."""
    return not first.exclusive_with.isdisjoint(second.names) or not second.exclusive_with.isdisjoint(first.names)
