"""Rules as trees of requirements: groups choose among parts, narrowings say which awards count, leaves ask for something.

A new kind of requirement is one class and one row in `KINDS`; evaluation knows only the three families below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Self

from cairn.stacking.awards import Award, Level, is_hundredths, plain
from cairn.stacking.criteria import AtLevel, AwardFilter, Criterion, Graded, Recent
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields

type Names = dict[str, str]
"""What identifiers of achievements and issuers are called in sentences."""

EVERY_AWARD = AwardFilter()


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """Anything a rule can ask. `id` is stable and unique in the rule; `label` is the author's own name for this part."""

    kind: ClassVar[str]
    id: str = ""
    label: str = ""

    @property
    def parts(self) -> tuple[Requirement, ...]:
        """The requirements directly below, none for a leaf."""
        return ()

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """From the fields of a JSON object; the parts are read already."""
        raise NotImplementedError

    def fields(self) -> dict[str, object]:
        """What `read` needs, as JSON, without the parts."""
        return {}

    def sentence(self, names: Names) -> str:
        """One line for the learner; the parts have their own."""
        raise NotImplementedError

    def to_json(self) -> dict[str, object]:
        """The rule as JSON values; `parse_requirement` reads it back to an equal rule."""
        written: dict[str, object] = {"kind": self.kind}
        if self.id:
            written["id"] = self.id
        if self.label:
            written["label"] = self.label
        written |= self.fields()
        if isinstance(self, Narrowing):
            written["of"] = self.of.to_json()
        elif self.parts:
            written["of"] = [part.to_json() for part in self.parts]
        return written


@dataclass(frozen=True)
class Group(Requirement):
    """A requirement that is met by `choose` of its parts."""

    @property
    def choose(self) -> int:
        """How many parts must be met."""
        raise NotImplementedError


@dataclass(frozen=True)
class Narrowing(Requirement):
    """A requirement around another one: inside it only awards that pass `criterion` count."""

    of: Requirement

    @property
    def parts(self) -> tuple[Requirement, ...]:
        """The one requirement inside."""
        return (self.of,)

    @property
    def criterion(self) -> Criterion:
        """What an award must be like."""
        raise NotImplementedError

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return f"Counting only awards {self.criterion}:"


@dataclass(frozen=True)
class Leaf(Requirement):
    """A requirement that awards serve directly. Amounts are whole numbers of `unit`: awards, or hundredths of a credit."""

    @property
    def need(self) -> int:
        """How much is needed, 1 or more."""
        raise NotImplementedError

    @property
    def only(self) -> frozenset[str] | None:
        """The achievements that can serve, where the leaf names them."""
        return None

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What an award must be like to serve."""
        return ()

    @property
    def counts_in(self) -> str | None:
        """The credit scheme the leaf counts in; None when it counts awards."""
        return None

    def worth(self, award: Award) -> int:
        """What the award brings to this leaf, in the leaf's amounts."""
        if self.counts_in is None:
            return 1
        return int(award.credits.get(self.counts_in, Decimal(0)) * 100)

    @property
    def unit(self) -> str:
        """What the leaf counts, in words."""
        return "awards" if self.counts_in is None else f"{self.counts_in} credits"

    def quantity(self, worth: int) -> Decimal:
        """An amount of this leaf as a Decimal of awards or credits."""
        return Decimal(worth) if self.counts_in is None else Decimal(worth) / 100

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """What to do when this much is missing, as a sentence without a full stop.

        `achievement` is the one to earn, for a leaf that names achievements.
        """
        raise NotImplementedError


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
        return f"Hold at least {_awards(self.count)}{_like(self.criteria)}"

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """See `Leaf`."""
        return f"Earn {worth} more {'award' if worth == 1 else 'awards'}{_like(self.criteria)}"


@dataclass(frozen=True)
class CreditsAtLeast(Leaf):
    """At least `amount` credits of one scheme, to the hundredth, from awards that pass the filter. Other schemes never add up."""

    kind: ClassVar[str] = "credits_at_least"
    amount: Decimal
    scheme: str
    filter: AwardFilter = EVERY_AWARD

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
        )

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        written: dict[str, object] = {"amount": plain(self.amount), "scheme": self.scheme}
        return written | ({"filter": self.filter.to_json()} if self.filter.criteria else {})

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return f"Collect at least {plain(self.amount)} {self.scheme} credits{_like(self.criteria, 'from awards ')}"

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """See `Leaf`."""
        return f"Collect {plain(Decimal(worth) / 100)} more {self.scheme} credits{_like(self.criteria, 'from awards ')}"


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


def _refuse_empty(parts: tuple[Requirement, ...]) -> None:
    if not parts:
        raise RuleError(
            Problem(
                "$.of", "There is nothing in this group.", "Write at least one requirement, or take the group away."
            )
        )


def _awards(count: int) -> str:
    return "one award" if count == 1 else f"{count} awards"


def _like(criteria: tuple[Criterion, ...], before: str = "") -> str:
    return f" {before}{' and '.join(str(criterion) for criterion in criteria)}" if criteria else ""
