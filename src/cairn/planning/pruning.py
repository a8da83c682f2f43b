"""From a whole catalogue to the few offers that can matter, without losing a best plan.

1. Closing backward: an offer matters if it brings a wanted skill beyond what the learner has, or something that an offer which
   matters requires.
2. Reachability: an offer that can never be started, even after everything else, is dropped.
3. Dominance: an offer is dropped if another one brings at least as much of what matters, requires no more, excludes no more,
   and costs neither more money nor more time. This is sound for plain prices; bundles and discounts would need more care.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cairn.planning.replay import Standing, exclusive, gives
from cairn.planning.values import Alternative, Offer, PlanningError, SkillLevel


class OfferIndex:
    """Offers, ready to be searched by skill and by name. Build it once for many plans. Raises `PlanningError`."""

    def __init__(self, offers: Iterable[Offer]) -> None:
        self.offers = tuple(sorted(offers, key=lambda offer: offer.id))
        self.by_skill: dict[str, list[Offer]] = {}
        self.by_name: dict[str, list[Offer]] = {}
        for before, after in zip(self.offers, self.offers[1:], strict=False):
            if before.id == after.id:
                raise PlanningError(f"Two offers have the id {after.id}. Give each offer its own.")
        currencies = sorted({offer.cost.currency for offer in self.offers if offer.cost.minor})
        if len(currencies) > 1:
            raise PlanningError(f"Prices are in {' and '.join(currencies)}. Convert them to one currency first.")
        self.currency = currencies[0] if currencies else ""
        for offer in self.offers:
            for skill in offer.provides:
                self.by_skill.setdefault(skill, []).append(offer)
            for name in offer.names:
                self.by_name.setdefault(name, []).append(offer)


@dataclass
class Wanted:
    """What can matter: levels per skill that make a difference, and names that somebody requires."""

    levels: dict[str, set[int]]
    names: set[str]


@dataclass
class Pool:
    """The offers that can matter (`relevant`), those of them that no other one makes superfluous (`candidates`), and why."""

    relevant: list[Offer]
    candidates: list[Offer]
    reach: dict[str, int]


def prune(
    index: OfferIndex,
    allowed: Callable[[Offer], bool],
    start: Standing,
    needs: Mapping[str, Iterable[int]],
    length: Callable[[Offer], int],
) -> Pool:
    """Steps 1 to 3. `needs` gives per skill the levels that count; `length` the weeks an offer takes at least.

    `Pool.reach` is the level of each skill that the relevant offers lead to, if all were taken.
    """
    relevant, _ = _close(index, allowed, start, needs)
    end = Standing.of(start.levels, start.names)
    reachable = _reachable(relevant, end)
    kept = {offer.id for offer in reachable}
    relevant, wanted = _close(index, lambda offer: offer.id in kept, start, needs)
    return Pool(relevant, _undominated(relevant, wanted, start, length), end.levels)


def _close(
    index: OfferIndex, allowed: Callable[[Offer], bool], start: Standing, needs: Mapping[str, Iterable[int]]
) -> tuple[list[Offer], Wanted]:
    wanted = Wanted({}, set())
    relevant: dict[str, Offer] = {}
    verdicts: dict[str, bool] = {}
    waiting: list[Alternative] = [SkillLevel(skill, level) for skill, levels in needs.items() for level in levels]
    while waiting:
        alternative = waiting.pop()
        if isinstance(alternative, SkillLevel):
            known = wanted.levels.setdefault(alternative.skill, set())
            lowest = min(known, default=None)
            if alternative.level in known:
                continue
            known.add(alternative.level)
            if lowest is not None and lowest < alternative.level:
                continue  # whoever brings this level was found when the lower one was asked for
            found = index.by_skill.get(alternative.skill, [])
        else:
            if alternative in wanted.names:
                continue
            wanted.names.add(alternative)
            found = index.by_name.get(alternative, [])
        for offer in found:
            if offer.id in relevant or not gives(offer, alternative):
                continue
            if offer.id not in verdicts:
                verdicts[offer.id] = allowed(offer)
            if verdicts[offer.id]:
                relevant[offer.id] = offer
                waiting += [other for group in open_groups(offer, start) for other in group]
    return [relevant[key] for key in sorted(relevant)], wanted


def open_groups(offer: Offer, start: Standing) -> list[tuple[Alternative, ...]]:
    """The groups of prerequisites that the learner does not satisfy yet."""
    return [group for group in offer.requires if not any(start.has(alternative) for alternative in group)]


def _reachable(offers: list[Offer], standing: Standing) -> list[Offer]:
    reached: list[Offer] = []
    waiting = offers
    while True:
        ready = [offer for offer in waiting if standing.can_start(offer)]
        if not ready:
            return reached
        reached += ready
        for offer in ready:
            standing.complete(offer)
        done = {offer.id for offer in ready}
        waiting = [offer for offer in waiting if offer.id not in done]


@dataclass(frozen=True)
class _Profile:
    offer: Offer
    brings: Mapping[str, int]
    names: frozenset[str]
    groups: frozenset[frozenset[Alternative]]
    excludes: frozenset[str]
    length: int


def _undominated(relevant: list[Offer], wanted: Wanted, start: Standing, length: Callable[[Offer], int]) -> list[Offer]:
    ladders = {
        skill: sorted(level for level in levels if level > start.levels.get(skill, 0))
        for skill, levels in wanted.levels.items()
    }
    excludes: dict[str, set[str]] = {}
    marked = [offer for offer in relevant if offer.exclusive_with]
    for offer in marked:
        for other in relevant:
            if other.id != offer.id and exclusive(offer, other):
                excludes.setdefault(offer.id, set()).add(other.id)
                excludes.setdefault(other.id, set()).add(offer.id)
    profiles: list[_Profile] = []
    for offer in relevant:
        brings = {
            skill: steps
            for skill, level in offer.provides.items()
            if skill in ladders and (steps := sum(rung <= level for rung in ladders[skill]))
        }
        groups = frozenset(frozenset(group) for group in open_groups(offer, start))
        names = frozenset(offer.names & wanted.names)
        profiles.append(_Profile(offer, brings, names, groups, frozenset(excludes.get(offer.id, ())), length(offer)))
    profiles.sort(key=_dominators_first)
    kept: dict[str, list[_Profile]] = {}
    found: list[Offer] = []
    for profile in profiles:
        keys = [*profile.brings, *(f"name {name}" for name in profile.names)]
        shortest = min((kept.get(key, []) for key in keys), key=len, default=[])
        if any(_dominates(other, profile) for other in shortest):
            continue
        found.append(profile.offer)
        for key in keys:
            kept.setdefault(key, []).append(profile)
    return sorted(found, key=lambda offer: offer.id)


def _dominators_first(profile: _Profile) -> tuple[int, int, int, int, int, int, int, str]:
    """A sort key under which whoever dominates another one comes before it."""
    offer = profile.offer
    most = -sum(profile.brings.values()), -len(profile.names)
    return offer.cost.minor, offer.hours, profile.length, *most, len(profile.groups), len(profile.excludes), offer.id


def _dominates(better: _Profile, worse: _Profile) -> bool:
    """Whether `better` can stand for `worse` in every plan; it is known to cost no more money."""
    return (
        better.offer.hours <= worse.offer.hours
        and better.length <= worse.length
        and all(better.brings.get(skill, 0) >= steps for skill, steps in worse.brings.items())
        and better.names >= worse.names
        and better.groups <= worse.groups
        and better.excludes - {worse.offer.id} <= worse.excludes
        and better.offer.starts in ((), worse.offer.starts)
        and (better.offer.weeks is None or worse.offer.weeks is not None)
    )
