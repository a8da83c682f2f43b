"""Every kind of requirement, and what can be done with any rule.

Groups choose among parts, narrowings say which awards count inside, leaves ask for something. A new kind is one class in one of
these families and one row in `KINDS`; reading, evaluation and sentences need nothing else.
"""

from __future__ import annotations

from dataclasses import replace

from cairn.stacking.families import Group, Leaf, Names, Narrowing, Requirement
from cairn.stacking.leaves import AwardOf, AwardsAtLeast, CreditsAtLeast
from cairn.stacking.structure import AllOf, AnyN, GradeAtLeast, LevelAtLeast, Recency

__all__ = [
    "KINDS", "AllOf", "AnyN", "AwardOf", "AwardsAtLeast", "CreditsAtLeast", "GradeAtLeast", "Group", "Leaf", "LevelAtLeast",
    "Names", "Narrowing", "Recency", "Requirement", "nodes", "numbered",
]  # fmt: skip

KINDS: dict[str, type[Requirement]] = {
    kind.kind: kind
    for kind in (AllOf, AnyN, LevelAtLeast, GradeAtLeast, Recency, AwardOf, AwardsAtLeast, CreditsAtLeast)
}
"""Every kind of requirement by the name it has in JSON. A new kind is one more row."""


def numbered(requirement: Requirement, number: str = "1") -> Requirement:
    """The same rule in which every node has an id: its own, or its place in the outline (1, 1.2, 1.2.1)."""
    named = requirement if requirement.id else replace(requirement, id=number)
    if isinstance(named, AllOf | AnyN):
        return replace(named, of=tuple(numbered(part, f"{number}.{i}") for i, part in enumerate(named.of, 1)))
    if isinstance(named, Narrowing):
        return replace(named, of=numbered(named.of, f"{number}.1"))
    return named


def nodes(requirement: Requirement) -> list[Requirement]:
    """The requirement and everything below it, each before its parts."""
    return [requirement, *(node for part in requirement.parts for node in nodes(part))]
