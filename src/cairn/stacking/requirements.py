"""Every kind of requirement, and what can be done with any rule.

Groups choose among parts, requirements around one other say what counts inside it, leaves ask for something. A new kind is one
class in one of these families and one row in `KINDS`; reading, evaluation and sentences need nothing else.
"""

from __future__ import annotations

import re
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

_NUMBER = re.compile(r"1(\.[0-9]+)*")


def numbered(requirement: Requirement) -> Requirement:
    """The same rule in which every node has an id: its own, or its place in the outline (1, 1.2, 1.2.1).

    Rules that are put into others bring the numbers along that they had alone. They keep them as far as they can: the first with a
    number keeps it, those after it get the number of their place, and a number that is taken is continued with zeros (1.0).
    """
    taken: set[str] = set()
    own = _renumbered(requirement, taken)

    def named(node: Requirement, number: str) -> Requirement:
        one = node
        if not node.id:
            free = number
            while free in taken:
                free += ".0"
            taken.add(free)
            one = replace(node, id=free)
        return (
            one.with_parts(tuple(named(part, f"{number}.{i}") for i, part in enumerate(one.parts, 1)))
            if one.parts
            else one
        )

    return named(own, "1")


def _renumbered(node: Requirement, taken: set[str]) -> Requirement:
    """The same without numbers of an outline that stand there already; `taken` gets every id that stays."""
    own = replace(node, id="") if node.id in taken and _NUMBER.fullmatch(node.id) else node
    taken.add(own.id)
    parts = tuple(_renumbered(part, taken) for part in own.parts)
    return own if all(one is part for one, part in zip(parts, own.parts, strict=True)) else own.with_parts(parts)


def nodes(requirement: Requirement) -> list[Requirement]:
    """The requirement and everything below it, each before its parts."""
    return [requirement, *(node for part in requirement.parts for node in nodes(part))]
