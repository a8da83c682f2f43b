"""Every kind of requirement, and what can be done with any rule.

Groups choose among parts, requirements around one other say what counts inside it, leaves ask for something. A new kind is one
class in one of these families and one row in `KINDS`; reading, evaluation and sentences need nothing else.
"""

from __future__ import annotations

from dataclasses import replace

from cairn.stacking.covering import SkillsCovered
from cairn.stacking.families import Around, Group, Leaf, Limit, Names, Narrowing, Requirement
from cairn.stacking.leaves import AwardOf, AwardsAtLeast, CreditsAtLeast, ExperienceHours
from cairn.stacking.limits import AtMost, Exclusive, Residency
from cairn.stacking.narrowings import CountingOnly, EarnedWithin, GradeAtLeast, LevelAtLeast, Recency
from cairn.stacking.scopes import Converting, Counting, Equivalences, Not
from cairn.stacking.structure import AllOf, AnyN, InOrder
from cairn.stacking.together import EarnedTogether

__all__ = [
    "KINDS", "AllOf", "AnyN", "Around", "AtMost", "AwardOf", "AwardsAtLeast", "Converting", "Counting", "CountingOnly",
    "CreditsAtLeast", "EarnedTogether", "EarnedWithin", "Equivalences", "Exclusive", "ExperienceHours", "GradeAtLeast", "Group",
    "InOrder", "Leaf", "LevelAtLeast", "Limit", "Names", "Narrowing", "Not", "Recency", "Requirement", "Residency", "SkillsCovered",
    "nodes", "numbered",
]  # fmt: skip

KINDS: dict[str, type[Requirement]] = {
    kind.kind: kind
    for kind in (
        AllOf, AnyN, InOrder,
        LevelAtLeast, GradeAtLeast, Recency, EarnedWithin, EarnedTogether, CountingOnly,
        AtMost, Exclusive, Residency,
        Converting, Equivalences, Counting, Not,
        AwardOf, AwardsAtLeast, CreditsAtLeast, ExperienceHours, SkillsCovered,
    )
}  # fmt: skip
"""Every kind of requirement by the name it has in JSON. A new kind is one more row."""


def numbered(requirement: Requirement, number: str = "1") -> Requirement:
    """The same rule in which every node has an id: its own, or its place in the outline (1, 1.2, 1.2.1)."""
    named = requirement if requirement.id else replace(requirement, id=number)
    if not named.parts:
        return named
    return named.with_parts(tuple(numbered(part, f"{number}.{i}") for i, part in enumerate(named.parts, 1)))


def nodes(requirement: Requirement) -> list[Requirement]:
    """The requirement and everything below it, each before its parts."""
    return [requirement, *(node for part in requirement.parts for node in nodes(part))]
