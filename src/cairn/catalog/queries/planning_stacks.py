"""Stacks as the planner takes them: what is granted by itself once its parts are there.

Only rules that say nothing but "these awards", "all of" and "so many of" can be told to the planner exactly. A rule that counts credits,
levels, grades or time, or in which one award could serve two places, is left to the stacking engine: the planner is never told less
than the rule asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cairn import planning, stacking

type Groups = tuple[tuple[planning.values.Alternative, ...], ...]
type Family = Callable[[str], tuple[str, ...]]
"""From an achievement's address to the addresses of all its versions, itself among them."""

ALL_OF, ANY_N = stacking.AllOf, stacking.AnyN


@dataclass
class _Telling:
    """One rule on its way to the planner. ``parts`` are groups within it that need a stone of their own."""

    root: str
    family: Family
    parts: list[planning.Offer] = field(default_factory=list)

    def leaf(self, rule: stacking.Requirement) -> tuple[str, ...] | None:
        if not isinstance(rule, stacking.AwardOf):
            return None
        found: dict[str, None] = {}
        for name in (rule.achievement, *rule.equivalents):
            found.update(dict.fromkeys((name, *self.family(name))))
        return tuple(found)

    def groups(self, rule: stacking.Requirement) -> tuple[Groups, int | None] | None:
        """What ``rule`` requires, and how many of it (all where None); None where the planner has no words for it."""
        leaf = self.leaf(rule)
        if leaf is not None:
            return (leaf,), None
        if isinstance(rule, ALL_OF) or (isinstance(rule, ANY_N) and rule.n == len(rule.of)):
            return self._every(rule)
        if isinstance(rule, ANY_N):
            inner = [self.leaf(part) or self._stone(part) for part in rule.of]
            told = tuple(one for one in inner if one is not None)
            if len(told) < len(inner):
                return None
            return ((tuple(name for group in told for name in group),), None) if rule.n == 1 else (told, rule.n)
        return None

    def _every(self, rule: stacking.Requirement) -> tuple[Groups, int | None] | None:
        found: list[tuple[planning.values.Alternative, ...]] = []
        for part in rule.parts:
            inner = self.groups(part)
            if inner is None:
                return None
            if inner[1] is None:
                found += inner[0]
            else:
                found.append((self._granted(part, *inner),))
        return tuple(found), None

    def _stone(self, rule: stacking.Requirement) -> tuple[str, ...] | None:
        inner = self.groups(rule)
        return None if inner is None else (self._granted(rule, *inner),)

    def _granted(self, rule: stacking.Requirement, groups: Groups, at_least: int | None) -> str:
        name = f"{self.root}:{len(self.parts) + 1}"
        title = rule.label or rule.sentence({}).rstrip(":.")
        self.parts.append(
            planning.Offer(
                id=name, provides={}, cost=planning.Money(0, ""), hours=0, title=title, requires=groups,
                at_least=at_least, granted=True,
            )
        )  # fmt: skip
        return name


def granted_by(
    rule: stacking.Requirement,
    *,
    key: str,
    title: str,
    provider: str,
    achievement: str,
    provides: Mapping[str, int],
    family: Family,
) -> list[planning.Offer] | None:
    """Return what the planner is told about a stack: itself last, groups within its rule before; None for rules it has no words for."""
    telling = _Telling(key, family)
    told = telling.groups(rule)
    if told is None or _serves_twice(rule, telling):
        return None
    groups, at_least = told
    whole = planning.Offer(
        id=key, provides=provides, cost=planning.Money(0, ""), hours=0, title=title, provider=provider, requires=groups,
        achievement=achievement, at_least=at_least, granted=True,
    )  # fmt: skip
    return [*telling.parts, whole]


def _serves_twice(rule: stacking.Requirement, telling: _Telling) -> bool:
    """Whether one award could stand at two places of the rule, where the engine counts it once."""
    seen: set[str] = set()
    for node in stacking.requirements.nodes(rule):
        names = telling.leaf(node) or ()
        if not seen.isdisjoint(names):
            return True
        seen.update(names)
    return False
