"""What an award must be like to count: each criterion accepts an award or says in words why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import ClassVar, Protocol

from cairn.stacking.awards import Award, Level
from cairn.stacking.problems import Problem, RuleError

LONGEST_AGO = 50_000
"""Days back that a rule may look."""


class Criterion(Protocol):
    """One condition on one field of an award, so that awards that are alike in it need to be asked only once."""

    @property
    def reads(self) -> str:
        """The field of `Award` that decides."""

    @property
    def accepts(self) -> tuple[str, ...] | None:
        """The values of the field (or, for a set, values of which one must be in it) that pass; None where it is no list."""

    def fault(self, award: Award, at: datetime) -> str | None:
        """Why this award fails at this moment, as the end of a sentence; None when it passes."""

    def __str__(self) -> str:
        """The condition as it ends the sentence "awards that are …"."""


@dataclass(frozen=True)
class OfType:
    """The award's type is one of these (Open Badges 3.0 `achievementType`)."""

    types: tuple[str, ...]
    reads: ClassVar[str] = "type"

    @property
    def accepts(self) -> tuple[str, ...]:
        """See `Criterion`."""
        return self.types

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return None if award.type in self.types else f"is a {award.type or 'credential without a type'}"

    def __str__(self) -> str:
        return f"of type {either(self.types)}"


@dataclass(frozen=True)
class FromIssuer:
    """The award comes from one of these issuers."""

    issuers: tuple[str, ...]
    reads: ClassVar[str] = "issuer"

    @property
    def accepts(self) -> tuple[str, ...]:
        """See `Criterion`."""
        return self.issuers

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return None if award.issuer in self.issuers else f"comes from {award.issuer}"

    def __str__(self) -> str:
        return f"from {either(self.issuers)}"


@dataclass(frozen=True)
class EarnedThere:
    """The award was earned where it was awarded: it neither stands for learning from elsewhere nor came about by `transfer`."""

    reads: ClassVar[str] = "stands_for"
    accepts: ClassVar[None] = None

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return "was recognised from elsewhere" if award.stands_for or award.source == "transfer" else None

    def __str__(self) -> str:
        return "earned there"


@dataclass(frozen=True)
class Tagged:
    """The award carries at least one of these tags."""

    tags: tuple[str, ...]
    reads: ClassVar[str] = "tags"

    @property
    def accepts(self) -> tuple[str, ...]:
        """See `Criterion`."""
        return self.tags

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return self._fault if award.tags.isdisjoint(self.tags) else None

    @cached_property
    def _fault(self) -> str:
        return f"is not tagged {either(self.tags)}"

    def __str__(self) -> str:
        return f"tagged {either(self.tags)}"


@dataclass(frozen=True)
class InSubject:
    """The award is in at least one of these subjects."""

    subjects: tuple[str, ...]
    reads: ClassVar[str] = "subjects"

    @property
    def accepts(self) -> tuple[str, ...]:
        """See `Criterion`."""
        return self.subjects

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return self._fault if award.subjects.isdisjoint(self.subjects) else None

    @cached_property
    def _fault(self) -> str:
        return f"is not in {either(self.subjects)}"

    def __str__(self) -> str:
        return f"in {either(self.subjects)}"


@dataclass(frozen=True)
class BySource:
    """The award came about in one of these ways, for example `prior_learning` or `transfer`."""

    sources: tuple[str, ...]
    reads: ClassVar[str] = "source"

    @property
    def accepts(self) -> tuple[str, ...]:
        """See `Criterion`."""
        return self.sources

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        if award.source in self.sources:
            return None
        return f"came about by {_words(award.source)}" if award.source else "does not say how it came about"

    def __str__(self) -> str:
        return f"by {either(tuple(_words(source) for source in self.sources))}"


@dataclass(frozen=True)
class OfAchievement:
    """The award is of one of these achievements."""

    achievements: tuple[str, ...]
    reads: ClassVar[str] = "achievement"

    @property
    def accepts(self) -> tuple[str, ...]:
        """See `Criterion`."""
        return self.achievements

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return None if award.achievement in self.achievements else "is of another achievement"

    def __str__(self) -> str:
        return f"of {either(self.achievements)}"


@dataclass(frozen=True)
class AtLevel:
    """The award's level is this one or higher, in the same framework."""

    level: Level
    reads: ClassVar[str] = "level"
    accepts: ClassVar[None] = None

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
    reads: ClassVar[str] = "grade"
    accepts: ClassVar[None] = None

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
    reads: ClassVar[str] = "earned"
    accepts: ClassVar[None] = None

    def __post_init__(self) -> None:
        if self.days < 1:
            raise RuleError(
                Problem("$.days", f"{self.days} days leave no time.", "Write a whole number of days, 1 or more.")
            )
        if self.days > LONGEST_AGO:
            wrong = f"{self.days} days are longer than anybody lives."
            raise RuleError(Problem("$.days", wrong, "Leave the limit out where any age will do."))

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        return None if at - award.earned <= timedelta(days=self.days) else f"was earned on {award.earned:%Y-%m-%d}"

    def __str__(self) -> str:
        return "earned in the last day" if self.days == 1 else f"earned in the last {self.days} days"


@dataclass(frozen=True)
class EarnedBetween:
    """The award was earned from `since`, inclusive, to `until`, exclusive; either may be open."""

    since: datetime | None = None
    until: datetime | None = None
    reads: ClassVar[str] = "earned"
    accepts: ClassVar[None] = None

    def __post_init__(self) -> None:
        if self.since is None and self.until is None:
            raise RuleError(Problem("$", "This window is open on both sides.", "Write since, until, or both."))
        if any(moment is not None and moment.utcoffset() is None for moment in (self.since, self.until)):
            raise RuleError(Problem("$", "A moment has no time zone.", "Write for example 2026-01-01T00:00:00Z."))
        if self.since and self.until and self.until <= self.since:
            raise RuleError(Problem("$.until", "This window ends before it begins.", "Write a later moment."))

    def fault(self, award: Award, at: datetime) -> str | None:
        """See `Criterion`."""
        outside = (self.since and award.earned < self.since) or (self.until and award.earned >= self.until)
        return (
            f"was earned on {said_moment(award.earned) if self._near(award) else f'{award.earned:%Y-%m-%d}'}"
            if outside
            else None
        )

    def _near(self, award: Award) -> bool:
        """Whether only the time of the day tells why it is outside."""
        return any(
            one and one.astimezone(award.earned.tzinfo).date() == award.earned.date()
            for one in (self.since, self.until)
        )

    def __str__(self) -> str:
        if self.since and self.until:
            return f"earned from {said_moment(self.since)} until before {said_moment(self.until)}"
        return f"earned from {said_moment(self.since)} on" if self.since else f"earned before {said_moment(self.until)}"


def said_moment(moment: datetime | None) -> str:
    """A moment as its day where that begins with it, and otherwise to the second, with its zone.

    >>> said_moment(datetime.fromisoformat("2026-01-01T00:00:00Z")), said_moment(datetime.fromisoformat("2025-12-31T23:59:59+01:00"))
    ('2026-01-01', '2025-12-31 23:59:59 (UTC+01:00)')
    """
    if moment is None:
        return ""
    if moment.time() == time.min:
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d} {moment:%H:%M:%S} ({moment.tzname()})"


def said(criteria: Iterable[Criterion], names: Mapping[str, str]) -> str:
    """The conditions as they end the sentence "awards that are …", achievements and issuers as people call them."""
    return " and ".join(str(_named(criterion, names)) for criterion in criteria)


def told(criterion: Criterion, award: Award, at: datetime, names: Mapping[str, str]) -> str | None:
    """Why the award fails (see `Criterion.fault`), its issuer as people call it."""
    fault = criterion.fault(award, at)
    if fault and isinstance(criterion, FromIssuer):
        return f"comes from {names.get(award.issuer, award.issuer)}"
    return fault


def _named(criterion: Criterion, names: Mapping[str, str]) -> Criterion:
    if isinstance(criterion, OfAchievement):
        return OfAchievement(tuple(names.get(one, one) for one in criterion.achievements))
    if isinstance(criterion, FromIssuer):
        return FromIssuer(tuple(names.get(one, one) for one in criterion.issuers))
    return criterion


def _words(name: str) -> str:
    return {"assessed": "assessment"}.get(name, name.replace("_", " "))


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
