"""Narrowings: requirements inside which only some awards count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from cairn.stacking.awards import Level, plain
from cairn.stacking.criteria import AtLevel, Criterion, EarnedBetween, Graded, Recent
from cairn.stacking.families import Narrowing, Requirement
from cairn.stacking.filters import AwardFilter
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields


@dataclass(frozen=True)
class LevelAtLeast(Narrowing):
    """Inside, only awards at this level or above count."""

    kind: ClassVar[str] = "level_at_least"
    level: Level

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Narrowing`."""
        return (AtLevel(self.level),)

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return cls(parts[0], fields.level("level"))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"level": {"framework": self.level.framework, "value": plain(self.level.value)}}


@dataclass(frozen=True)
class GradeAtLeast(Narrowing):
    """Inside, only awards with this grade or a better one count; `scale` runs from low to high, empty for numbers."""

    kind: ClassVar[str] = "grade_at_least"
    minimum: str
    scale: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _ = self.criteria  # refuses a minimum that the scale does not have

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Narrowing`."""
        return (Graded(self.minimum, self.scale),)

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return cls(
            parts[0],
            fields.text("minimum", write="Write the lowest grade that counts, as a text."),
            fields.texts("scale"),
        )

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"minimum": self.minimum} | ({"scale": list(self.scale)} if self.scale else {})


@dataclass(frozen=True)
class Recency(Narrowing):
    """Inside, only awards earned at most `days` days before the evaluation count."""

    kind: ClassVar[str] = "recency"
    days: int

    def __post_init__(self) -> None:
        _ = self.criteria  # refuses days that leave no time

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Narrowing`."""
        return (Recent(self.days),)

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return cls(parts[0], fields.integer("days", "Write how many days old an award may be, for example 730."))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"days": self.days}


@dataclass(frozen=True)
class EarnedWithin(Narrowing):
    """Inside, only awards earned from `since`, inclusive, to `until`, exclusive, count; either may be open."""

    kind: ClassVar[str] = "earned_within"
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        _ = self.criteria  # refuses a window that is none

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Narrowing`."""
        return (EarnedBetween(self.since, self.until),)

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return cls(parts[0], fields.moment("since"), fields.moment("until"))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        window = {"since": self.since, "until": self.until}
        return {name: moment.isoformat() for name, moment in window.items() if moment is not None}


@dataclass(frozen=True)
class CountingOnly(Narrowing):
    """Inside, only awards that pass the filter count."""

    kind: ClassVar[str] = "counting_only"
    filter: AwardFilter

    def __post_init__(self) -> None:
        if not self.filter.criteria:
            raise RuleError(Problem("$.filter", "This filter asks for nothing.", "Write what counts."))

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Narrowing`."""
        return self.filter.criteria

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return cls(parts[0], fields.filter("filter"))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"filter": self.filter.to_json()}
