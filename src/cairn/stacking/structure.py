"""Requirements around others: groups that choose among parts, narrowings that say which awards count inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from cairn.stacking.awards import Level, plain
from cairn.stacking.criteria import AtLevel, Criterion, Graded, Recent
from cairn.stacking.families import Group, Names, Narrowing, Requirement
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields


@dataclass(frozen=True)
class AllOf(Group):
    """Every part must be met."""

    kind: ClassVar[str] = "all_of"
    of: tuple[Requirement, ...]

    def __post_init__(self) -> None:
        _refuse_empty(self.of)

    @property
    def parts(self) -> tuple[Requirement, ...]:
        """See `Requirement`."""
        return self.of

    @property
    def choose(self) -> int:
        """See `Group`."""
        return len(self.of)

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:  # noqa: ARG003 (the family's signature)
        """See `Requirement`."""
        return cls(parts)

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return "All of these:" if len(self.of) > 1 else "This:"


@dataclass(frozen=True)
class AnyN(Group):
    """At least `n` of the parts must be met."""

    kind: ClassVar[str] = "any_n"
    n: int
    of: tuple[Requirement, ...]

    def __post_init__(self) -> None:
        _refuse_empty(self.of)
        if self.n < 1:
            raise RuleError(
                Problem("$.n", f"{self.n} of them asks for nothing.", "Write 1 or more, or take the group away.")
            )
        if self.n > len(self.of):
            wrong = f"It needs {self.n} of only {len(self.of)}, which nobody can meet."
            raise RuleError(Problem("$.n", wrong, f"Write {len(self.of)} or less, or add parts."))

    @property
    def parts(self) -> tuple[Requirement, ...]:
        """See `Requirement`."""
        return self.of

    @property
    def choose(self) -> int:
        """See `Group`."""
        return self.n

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return cls(fields.integer("n", "Write how many of the parts are needed, for example 2."), parts)

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"n": self.n}

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        if self.n == len(self.of):
            return "All of these:"
        return f"{'One' if self.n == 1 else f'Any {self.n}'} of these {len(self.of)}:"


@dataclass(frozen=True)
class LevelAtLeast(Narrowing):
    """Inside, only awards at this level or above count."""

    kind: ClassVar[str] = "level_at_least"
    level: Level

    @property
    def criterion(self) -> Criterion:
        """See `Narrowing`."""
        return AtLevel(self.level)

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
        _ = self.criterion  # refuses a minimum that the scale does not have

    @property
    def criterion(self) -> Criterion:
        """See `Narrowing`."""
        return Graded(self.minimum, self.scale)

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
        _ = self.criterion  # refuses days that leave no time

    @property
    def criterion(self) -> Criterion:
        """See `Narrowing`."""
        return Recent(self.days)

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return cls(parts[0], fields.integer("days", "Write how many days old an award may be, for example 730."))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"days": self.days}


def _refuse_empty(parts: tuple[Requirement, ...]) -> None:
    if not parts:
        raise RuleError(
            Problem(
                "$.of", "There is nothing in this group.", "Write at least one requirement, or take the group away."
            )
        )
