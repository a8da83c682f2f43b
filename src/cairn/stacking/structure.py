"""Groups: requirements that are met by some or all of their parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from cairn.stacking.families import Group, Names, Requirement
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields


@dataclass(frozen=True)
class AllOf(Group):
    """Every part must be met."""

    kind: ClassVar[str] = "all_of"
    of: tuple[Requirement, ...]

    def __post_init__(self) -> None:
        refuse_empty(self.of)

    @property
    def parts(self) -> tuple[Requirement, ...]:
        """See `Requirement`."""
        return self.of

    def with_parts(self, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return replace(self, of=parts)

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
        refuse_empty(self.of)
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

    def with_parts(self, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return replace(self, of=parts)

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
class InOrder(Group):
    """Every part must be met, one after the other: in a part count only awards earned when those before could be met already."""

    kind: ClassVar[str] = "in_order"
    of: tuple[Requirement, ...]

    def __post_init__(self) -> None:
        refuse_empty(self.of)
        if len(self.of) < 2:
            raise RuleError(
                Problem("$.of", "One part alone has no order.", "Write two parts or more, the first first.")
            )

    @property
    def parts(self) -> tuple[Requirement, ...]:
        """See `Requirement`."""
        return self.of

    def with_parts(self, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return replace(self, of=parts)

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
        return "These one after the other:"


def refuse_empty(parts: tuple[Requirement, ...]) -> None:
    """Raise `RuleError` for a group with nothing in it."""
    if not parts:
        raise RuleError(
            Problem(
                "$.of", "There is nothing in this group.", "Write at least one requirement, or take the group away."
            )
        )
