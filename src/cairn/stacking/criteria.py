"""What an award must be like to count: each criterion accepts an award or says in words why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Protocol

from cairn.stacking.awards import Award, Level, plain
from cairn.stacking.problems import Problem, RuleError


class Criterion(Protocol):
    """One condition on an award."""

    def fault(self, award: Award, at: datetime) -> str | None:
        """Why this award fails at this moment, as the end of a sentence; None when it passes."""

    def __str__(self) -> str:
        """The condition as it ends the sentence "awards that are …"."""


@dataclass(frozen=True)
class OfType:
    """The award's type is one of these (Open Badges 3.0 `achievementType`)."""

    types: tuple[str, ...]

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return None if award.type in self.types else f"is a {award.type or 'credential without a type'}"

    def __str__(self) -> str:
        return f"of type {either(self.types)}"


@dataclass(frozen=True)
class FromIssuer:
    """The award comes from one of these issuers."""

    issuers: tuple[str, ...]

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return None if award.issuer in self.issuers else f"comes from {award.issuer}"

    def __str__(self) -> str:
        return f"from {either(self.issuers)}"


@dataclass(frozen=True)
class Tagged:
    """The award carries at least one of these tags."""

    tags: tuple[str, ...]

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return None if award.tags.intersection(self.tags) else f"is not tagged {either(self.tags)}"

    def __str__(self) -> str:
        return f"tagged {either(self.tags)}"


@dataclass(frozen=True)
class AtLevel:
    """The award's level is this one or higher, in the same framework."""

    level: Level

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        if award.level is None:
            return "states no level"
        if award.level.framework != self.level.framework:
            return f"states its level in {award.level.framework}, not in {self.level.framework}"
        return None if award.level.value >= self.level.value else f"is at {award.level}"

    def __str__(self) -> str:
        return f"at {self.level} or above"


@dataclass(frozen=True)
class Graded:
    """The award's grade is at least `minimum`: by its place in `scale` (low to high), or as a number when no scale is given."""

    minimum: str
    scale: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.scale and self.minimum not in self.scale:
            raise RuleError(
                Problem("$.minimum", f"{self.minimum!r} is not on the scale.", f"Write one of {either(self.scale)}.")
            )
        if len(set(self.scale)) != len(self.scale):
            raise RuleError(
                Problem("$.scale", "A grade stands twice.", "Name each grade once, from the lowest to the highest.")
            )
        if not self.scale and number(self.minimum) is None:
            raise RuleError(
                Problem(
                    "$.minimum",
                    f"{self.minimum!r} is not a number.",
                    "Write a number, or give the scale from low to high.",
                )
            )

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        if award.grade is None:
            return "states no grade"
        if self.scale:
            if award.grade not in self.scale:
                return f"has grade {award.grade}, which is not on the scale"
            return (
                None if self.scale.index(award.grade) >= self.scale.index(self.minimum) else f"has grade {award.grade}"
            )
        reached, least = number(award.grade), number(self.minimum)
        if reached is None or least is None:
            return f"has grade {award.grade}, which is not a number"
        return None if reached >= least else f"has grade {award.grade}"

    def __str__(self) -> str:
        return f"with grade {self.minimum} or better"


@dataclass(frozen=True)
class Recent:
    """The award was earned at most `days` days before the moment of evaluation."""

    days: int

    def __post_init__(self) -> None:
        if self.days < 1:
            raise RuleError(
                Problem("$.days", f"{self.days} days leave no time.", "Write a whole number of days, 1 or more.")
            )

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return (
            None if award.valid_from >= at - timedelta(days=self.days) else f"was earned on {award.valid_from:%Y-%m-%d}"
        )

    def __str__(self) -> str:
        return f"earned in the last {self.days} days"


@dataclass(frozen=True)
class AwardFilter:
    """Which awards count: every condition that is given must hold; within one condition any of its values will do."""

    types: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    level: Level | None = None

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The conditions one by one."""
        found: list[Criterion] = []
        if self.types:
            found.append(OfType(self.types))
        if self.issuers:
            found.append(FromIssuer(self.issuers))
        if self.tags:
            found.append(Tagged(self.tags))
        if self.level:
            found.append(AtLevel(self.level))
        return tuple(found)

    def to_json(self) -> dict[str, object]:
        """As JSON, leaving out what is not given."""
        written: dict[str, object] = {
            name: list(values)
            for name, values in (("types", self.types), ("issuers", self.issuers), ("tags", self.tags))
            if values
        }
        if self.level:
            written["level_at_least"] = {"framework": self.level.framework, "value": plain(self.level.value)}
        return written


def number(text: str) -> Decimal | None:
    """The text as a finite number, or None."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def either(names: tuple[str, ...]) -> str:
    """Names joined as in speech: "a", "a or b", "a, b or c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
