"""What a learner holds, as the few values that a rule can ask about."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from cairn.stacking.problems import AwardError
from cairn.stacking.schemes import credits_in

HUNDREDTH = Decimal("0.01")
LARGEST = Decimal(10**9)


@dataclass(frozen=True)
class Level:
    """A level in a named framework, for example `Level("EQF", Decimal(5))`. Levels of two frameworks are never compared."""

    framework: str
    value: Decimal

    def __post_init__(self) -> None:
        if not self.framework:
            raise AwardError("A level needs its framework: without it, 5 may mean anything. Write for example EQF.")
        object.__setattr__(self, "value", Decimal(self.value))

    def __str__(self) -> str:
        return f"{self.framework} level {plain(self.value)}"


@dataclass(frozen=True)
class SkillAt:
    """A skill of a named framework (its id there) that the award shows, at a level of that framework; 0 where none is stated."""

    framework: str
    skill: str
    level: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not self.framework or not self.skill:
            raise AwardError("A skill needs its framework and its id there.")
        object.__setattr__(self, "level", Decimal(self.level))


@dataclass(frozen=True)
class Interval:
    """A stretch of time from `start`, inclusive, to `end`, exclusive; without an end it has not ended yet."""

    start: datetime
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the moment lies inside."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True)
class Allowance:
    """All awards of a learner that carry the same allowance count for at most `most` credits of `scheme`, wherever they count.

    `name` says what gives it, as a sentence mentions it: "agreement nursing, version 2". Raises `AwardError`.
    """

    name: str
    scheme: str
    most: Decimal

    def __post_init__(self) -> None:
        if not self.name or not self.scheme:
            raise AwardError("An allowance needs a name and the credit scheme.")
        if not is_hundredths(self.most) or self.most <= 0:
            raise AwardError(
                f"{self.name[:1].upper()}{self.name[1:]} caps at {self.most!r}. "
                "Give a positive Decimal with at most two decimals."
            )

    def __str__(self) -> str:
        return f"what {self.name} gives in all: {plain(self.most)} {credits_in(self.scheme, plain(self.most))}"


class Validity(StrEnum):
    """Which moment decides whether an award counts."""

    AT_COMPLETION = "at_completion"
    """The award must be valid at the moment of the evaluation. The default."""
    WHEN_EARNED = "when_earned"
    """It was valid when earned, and running out later takes nothing away. Revoked and suspended awards still do not count."""


@dataclass(frozen=True, kw_only=True)
class Award:
    """One award. `credits` maps a credit scheme to an amount, to the hundredth; `shareable` awards may serve several requirements.

    Moments carry a time zone. `achievement` and `issuer` are identifiers, usually addresses. Awards of the same achievement
    count once, because the second says nothing new. `earned_at` is when it was earned, where that is not the beginning of its
    validity; `source` how it came about, for example `assessed`, `prior_learning` or `transfer`; `hours` of experience it
    attests. `basis` says where a derived award comes from, for example an articulation agreement; `stands_for` is then the achievement
    it was derived from: both are the same learning, so that either counts, never both. `within` are the
    allowances that it draws on where it counts. Raises `AwardError`.
    """

    id: str
    achievement: str
    issuer: str
    valid_from: datetime
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    suspended: tuple[Interval, ...] = ()
    credits: Mapping[str, Decimal] = field(default_factory=dict, hash=False)
    level: Level | None = None
    grade: str | None = None
    type: str = ""
    tags: frozenset[str] = frozenset()
    shareable: bool = False
    earned_at: datetime | None = None
    subjects: frozenset[str] = frozenset()
    source: str = ""
    skills: tuple[SkillAt, ...] = ()
    hours: Decimal | None = None
    basis: str = ""
    stands_for: str = ""
    within: tuple[Allowance, ...] = ()

    def __post_init__(self) -> None:
        if not self.id or not self.achievement:
            raise AwardError("An award needs its own id and the id of its achievement.")
        moments = [
            one for one in (self.valid_from, self.valid_until, self.revoked_at, self.earned_at) if one is not None
        ]
        for interval in self.suspended:
            moments += [moment for moment in (interval.start, interval.end) if moment is not None]
        if None in [moment.utcoffset() for moment in moments]:
            raise AwardError(
                f"Award {self.id} has a moment without a time zone. Give every moment its zone, for example UTC."
            )
        for scheme, amount in self.credits.items():
            if not is_hundredths(amount) or amount < 0:
                raise AwardError(
                    f"Award {self.id} has {amount!r} {scheme} credits. Give a Decimal of zero or more with at most two decimals."
                )
        if self.hours is not None and (not is_hundredths(self.hours) or self.hours < 0):
            raise AwardError(
                f"Award {self.id} has {self.hours!r} hours. Give a Decimal of zero or more with at most two decimals."
            )

    def called(self, name: str) -> Award:
        """The same award under another id, which is not empty."""
        made = copy(self)  # everything else was looked at when this one was made
        object.__setattr__(made, "id", name)
        return made

    @property
    def earned(self) -> datetime:
        """When it was earned: `earned_at`, else the beginning of its validity."""
        return self.earned_at or self.valid_from

    def fault(self, at: datetime, validity: Validity = Validity.AT_COMPLETION) -> str | None:
        """Why the award does not count at this moment, as the end of a sentence with every reason there is; None when it does."""
        found: list[str] = []
        if self.valid_from > at:
            found.append(f"is valid only from {self.valid_from:%Y-%m-%d}")
        if self.earned_at is not None and self.earned_at > at:
            found.append(f"was earned only on {self.earned_at:%Y-%m-%d}")
        if self.revoked_at is not None and self.revoked_at <= at:
            found.append(f"was revoked on {self.revoked_at:%Y-%m-%d}")
        if self.suspended and any(interval.holds(at) for interval in self.suspended):
            found.append("is suspended")
        if validity is Validity.AT_COMPLETION and self.valid_until is not None and self.valid_until < at:
            found.append(f"expired on {self.valid_until:%Y-%m-%d}")
        return " and ".join(found) if found else None


def is_hundredths(amount: object) -> bool:
    """Whether this is a Decimal with at most two decimals, within a thousand million."""
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount.adjusted() > 9 or abs(amount) > LARGEST:
        return False
    return amount == amount.quantize(HUNDREDTH)


@lru_cache(maxsize=1024)
def hundredths(amount: Decimal) -> int:
    """An amount in whole hundredths; the same few sizes come again and again."""
    return int(amount * 100)


def plain(amount: Decimal) -> str:
    """A Decimal as people write it: 30, 7.5, 1200."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
