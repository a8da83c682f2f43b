"""Requirements that awards serve directly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from cairn.stacking.awards import Award, is_hundredths, plain
from cairn.stacking.criteria import Criterion, said
from cairn.stacking.families import Leaf, Names, Rate, Requirement
from cairn.stacking.filters import EVERY_AWARD, AwardFilter
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields
from cairn.stacking.schemes import credits_in

ROLES = {"component": "Earn {}", "capstone": "Complete the capstone {}", "project": "Pass the project {}"}
"""What a named award is within the whole, and how the learner is asked for it."""


@dataclass(frozen=True)
class AwardOf(Leaf):
    """An award of one certain achievement, or of one that is declared equivalent. `role` is a key of `ROLES`."""

    kind: ClassVar[str] = "award_of"
    achievement: str
    equivalents: tuple[str, ...] = ()
    role: str = "component"

    def __post_init__(self) -> None:
        if not self.achievement:
            raise RuleError(Problem("$.achievement", "It names no achievement.", "Write the achievement's id."))
        if self.achievement in self.equivalents or len(set(self.equivalents)) != len(self.equivalents):
            raise RuleError(Problem("$.equivalents", "An achievement stands twice.", "Name each achievement once."))
        if self.role not in ROLES:
            raise RuleError(Problem("$.role", f"{self.role!r} is not a role.", f"Write one of {', '.join(ROLES)}."))

    @property
    def need(self) -> int:
        """One award."""
        return 1

    @property
    def only(self) -> frozenset[str] | None:
        """See `Leaf`."""
        return frozenset((self.achievement, *self.equivalents))

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:  # noqa: ARG003 (the family's signature)
        """See `Requirement`."""
        return cls(
            fields.text("achievement", write="Write the achievement's id."),
            fields.texts("equivalents"),
            fields.text("role", "component"),
        )

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        written: dict[str, object] = {"achievement": self.achievement}
        if self.equivalents:
            written["equivalents"] = list(self.equivalents)
        if self.role != "component":
            written["role"] = self.role
        return written

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        asked = ROLES[self.role].format(self._name(self.achievement, names))
        others = " or ".join(self._name(other, names) for other in self.equivalents)
        return f"{asked}, or {others} instead" if others else asked

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """See `Leaf`."""
        return ROLES[self.role].format(self._name(achievement or self.achievement, names))

    def _name(self, achievement: str, names: Names) -> str:
        own = self.label if achievement == self.achievement else ""
        return names.get(achievement) or own or achievement


@dataclass(frozen=True)
class AwardsAtLeast(Leaf):
    """At least `count` awards of different achievements that pass the filter."""

    kind: ClassVar[str] = "awards_at_least"
    count: int
    filter: AwardFilter = EVERY_AWARD

    def __post_init__(self) -> None:
        if self.count < 1:
            raise RuleError(
                Problem("$.count", f"{self.count} awards ask for nothing.", "Write a whole number of 1 or more.")
            )

    @property
    def need(self) -> int:
        """See `Leaf`."""
        return self.count

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Leaf`."""
        return self.filter.criteria

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:  # noqa: ARG003 (the family's signature)
        """See `Requirement`."""
        return cls(fields.integer("count", "Write how many awards are needed, for example 3."), fields.filter("filter"))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"count": self.count} | ({"filter": self.filter.to_json()} if self.filter.criteria else {})

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return f"Hold at least {_awards(self.count)}{_like(self.criteria, names)}"

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """See `Leaf`."""
        return f"Earn {worth} more {'award' if worth == 1 else 'awards'}{_like(self.criteria, names)}"


@dataclass(frozen=True)
class CreditsAtLeast(Leaf):
    """At least `amount` credits of one scheme, to the hundredth, from awards that pass the filter. Other schemes never add up.

    With `split` the credits of one award may be shared out between this requirement and others that say so too.
    """

    kind: ClassVar[str] = "credits_at_least"
    amount: Decimal
    scheme: str
    filter: AwardFilter = EVERY_AWARD
    split: bool = False

    def __post_init__(self) -> None:
        if not is_hundredths(self.amount) or self.amount <= 0:
            raise RuleError(
                Problem(
                    "$.amount",
                    f"{self.amount!r} is not an amount of credits.",
                    "Write a positive Decimal with at most two decimals.",
                )
            )
        if not self.scheme:
            raise RuleError(Problem("$.scheme", "It names no credit scheme.", "Write the scheme, for example ECTS."))

    @property
    def need(self) -> int:
        """The credits in hundredths."""
        return int(self.amount * 100)

    @property
    def counts_in(self) -> str | None:
        """See `Leaf`."""
        return self.scheme

    @property
    def splits(self) -> bool:
        """See `Leaf`."""
        return self.split

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Leaf`."""
        return self.filter.criteria

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:  # noqa: ARG003 (the family's signature)
        """See `Requirement`."""
        return cls(
            fields.decimal("amount", "Write the credits needed, for example 30 or 7.5."),
            fields.text("scheme", write="Write the credit scheme, for example ECTS."),
            fields.filter("filter"),
            fields.flag("split"),
        )

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        written: dict[str, object] = {"amount": plain(self.amount), "scheme": self.scheme}
        if self.split:
            written["split"] = True
        return written | ({"filter": self.filter.to_json()} if self.filter.criteria else {})

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        parts = ", parts of awards too" if self.split else ""
        much = plain(self.amount)
        asked = f"Collect at least {much} {credits_in(self.scheme, much)}"
        return f"{asked}{_like(self.criteria, names, 'from awards ')}{parts}"

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """See `Leaf`."""
        much = plain(Decimal(worth) / 100)
        return f"Collect {much} more {credits_in(self.scheme, much)}{_like(self.criteria, names, 'from awards ')}"


@dataclass(frozen=True)
class ExperienceHours(Leaf):
    """At least `hours` of experience, to the hundredth, from awards that attest them and pass the filter."""

    kind: ClassVar[str] = "experience_hours"
    hours: Decimal
    filter: AwardFilter = EVERY_AWARD

    def __post_init__(self) -> None:
        if not is_hundredths(self.hours) or self.hours <= 0:
            wrong = f"{self.hours!r} is not an amount of hours."
            raise RuleError(Problem("$.hours", wrong, "Write a positive Decimal with at most two decimals."))

    @property
    def need(self) -> int:
        """The hours in hundredths."""
        return int(self.hours * 100)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Leaf`."""
        return self.filter.criteria

    def worth(self, award: Award, rates: tuple[Rate, ...] = ()) -> int:
        """See `Leaf`."""
        return int((award.hours or 0) * 100)

    def lacks(self, award: Award) -> str | None:
        """See `Leaf`."""
        return "attests no hours"

    @property
    def unit(self) -> str:
        """See `Leaf`."""
        return "hours"

    @property
    def unit_size(self) -> int:
        """See `Leaf`."""
        return 100

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:  # noqa: ARG003 (the family's signature)
        """See `Requirement`."""
        return cls(fields.decimal("hours", "Write the hours needed, for example 500."), fields.filter("filter"))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        written: dict[str, object] = {"hours": plain(self.hours)}
        return written | ({"filter": self.filter.to_json()} if self.filter.criteria else {})

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        hours = "1 hour" if self.hours == 1 else f"{plain(self.hours)} hours"
        return f"Show at least {hours} of experience{_like(self.criteria, names, 'from awards ')}"

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """See `Leaf`."""
        hours = "1 more hour" if worth == 100 else f"{plain(Decimal(worth) / 100)} more hours"
        return f"Show {hours} of experience{_like(self.criteria, names, 'from awards ')}"


def _awards(count: int) -> str:
    return "one award" if count == 1 else f"{count} awards"


def _like(criteria: tuple[Criterion, ...], names: Names, before: str = "") -> str:
    return f" {before}{said(criteria, names)}" if criteria else ""
