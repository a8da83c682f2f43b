"""Requirements that change how awards are read inside them: conversions, equivalences, which moment decides; and the negation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Self

from cairn.stacking.awards import Validity
from cairn.stacking.families import Around, Names, Rate, Requirement, Scope
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields, shown
from cairn.stacking.schemes import credit_in, credits_in

MODES = {
    Validity.AT_COMPLETION: "Counting awards that are valid when this is complete:",
    Validity.WHEN_EARNED: "Counting awards that were valid when they were earned:",
}


@dataclass(frozen=True)
class Converting(Around):
    """Inside, credits of `source` count as `factor` credits of `target` each, where an award has none of `target` itself."""

    kind: ClassVar[str] = "converting"
    source: str
    target: str
    factor: Fraction

    def __post_init__(self) -> None:
        if not self.source or not self.target or self.source == self.target:
            raise RuleError(Problem("$", "A conversion needs two schemes.", "Write source and target, for example."))
        if not 0 < self.factor <= 1000:
            raise RuleError(Problem("$.factor", f"{self.factor} is not a factor.", "Write for example 1/2 or 0.5."))

    def within(self, scope: Scope) -> Scope:
        """See `Around`."""
        return replace(scope, rates=(*scope.rates, Rate(self.source, self.target, self.factor)))

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        source = fields.text("source", write="Write the scheme that is converted, for example CATS.")
        target = fields.text("target", write="Write the scheme it is converted to, for example ECTS.")
        return cls(parts[0], source, target, fields.factor("factor"))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"source": self.source, "target": self.target, "factor": str(self.factor)}

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return f"Counting each {credit_in(self.source)} as {self.factor} {credits_in(self.target, str(self.factor))}:"


@dataclass(frozen=True)
class Equivalences(Around):
    """The achievements of each set are the same thing: one serves for another, and held twice they count once.

    It stands around the whole rule.
    """

    kind: ClassVar[str] = "equivalences"
    sets: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if not self.sets or any(len(group) < 2 or len(set(group)) < len(group) for group in self.sets):
            wrong = "A set of equivalent achievements has two or more, each named once."
            raise RuleError(Problem("$.sets", wrong, 'Write for example [["a", "b"]].'))

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return cls(parts[0], fields.lists("sets"))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"sets": [list(group) for group in self.sets]}

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        said = "; ".join(" is the same as ".join(names.get(name, name) for name in group) for group in self.sets)
        return f"Where {said}:"


@dataclass(frozen=True)
class Counting(Around):
    """Inside, this mode says which moment decides whether an award counts, whatever holds outside."""

    kind: ClassVar[str] = "counting"
    mode: Validity

    def within(self, scope: Scope) -> Scope:
        """See `Around`."""
        return replace(scope, validity=self.mode)

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        mode = fields.text("mode", write=f"Write one of {', '.join(Validity)}.")
        if mode not in list(Validity):
            raise fields.refuse("mode", f"{shown(mode)} is not a mode.", f"Write one of {', '.join(Validity)}.")
        return cls(parts[0], Validity(mode))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"mode": str(self.mode)}

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return MODES[self.mode]


@dataclass(frozen=True)
class Not(Around):
    """Met as long as what is inside is not. It is weighed by itself and uses up no award; earning more can end it."""

    kind: ClassVar[str] = "not"

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:  # noqa: ARG003 (the family's signature)
        """See `Requirement`."""
        return cls(parts[0])

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return "Only without this:"


@dataclass(frozen=True)
class Inherited(Around):
    """What holds around a negation, for the rule inside it that is weighed by itself. Never written in a document."""

    kind: ClassVar[str] = "inherited"
    scope: Scope

    def within(self, scope: Scope) -> Scope:
        """See `Around`."""
        return self.scope

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return "This:"
