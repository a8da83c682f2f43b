"""Which awards count: the conditions that a rule may put on them, as one value that JSON can hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from cairn.stacking.awards import Level, plain
from cairn.stacking.criteria import (
    AtLevel,
    BySource,
    Criterion,
    FromIssuer,
    InSubject,
    OfAchievement,
    OfType,
    Tagged,
)

LISTS: dict[str, Callable[[tuple[str, ...]], Criterion]] = {
    "types": OfType,
    "issuers": FromIssuer,
    "tags": Tagged,
    "subjects": InSubject,
    "sources": BySource,
    "achievements": OfAchievement,
}
"""The conditions that are lists of texts, by the name of the field. A new one is one more row and one more field."""


@dataclass(frozen=True)
class AwardFilter:
    """Which awards count: every condition that is given must hold; within one condition any of its values will do."""

    types: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    level: Level | None = None
    subjects: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    achievements: tuple[str, ...] = ()

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The conditions one by one."""
        found = [make(values) for name, make in LISTS.items() if (values := getattr(self, name))]
        return (*found, AtLevel(self.level)) if self.level else tuple(found)

    def to_json(self) -> dict[str, object]:
        """As JSON, leaving out what is not given."""
        written: dict[str, object] = {name: list(values) for name in LISTS if (values := getattr(self, name))}
        if self.level:
            written["level_at_least"] = {"framework": self.level.framework, "value": plain(self.level.value)}
        return written


EVERY_AWARD = AwardFilter()
