"""The words of a planning problem and of its answer: skills and levels, offers, a learner, a target, limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from cairn.planning.counting import Counting, named
from cairn.planning.money import Money as Money  # one of the words, as the next is
from cairn.planning.problems import PlanningError as PlanningError  # told here for all others
from cairn.planning.worth import Returned, Worth


@dataclass(frozen=True, order=True)
class SkillLevel:
    """A skill at a level, 1 or more; a higher level includes the lower ones. `skill` is an identifier."""

    skill: str
    level: int

    def __str__(self) -> str:
        return f"{self.skill} at level {self.level}"


type Alternative = SkillLevel | str
"""What can satisfy a prerequisite: a skill at a level, or the id of an offer or achievement."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Something that can be taken.

    `provides` maps skills to the level reached at the end. `requires` is a conjunction of groups, each a choice among
    alternatives. `hours` is the study time. `weeks` is the least time from start to end, over which the hours spread evenly;
    without it the learner sets the pace. `starts` are the only days it starts on, empty for any day. `quality_low` is the lower
    end of a credibility interval, 0 to 1. `achievement` is what completing it awards. `exclusive_with` names offers of which
    only one of the two may be taken. `language` and `place` are identifiers as `Limits` uses them, empty where it has none.
    `expected_return` is what taking it is expected to bring net, in minor units, as estimated elsewhere. `recognition` is how
    widely its award is recognised, on any scale of whole numbers.

    A stack grants by itself what belongs to it: an offer that is `granted` costs nothing, takes no time, and comes as soon as
    `at_least` of its groups are satisfied (all of them without it). Where what it asks for is an amount, `counting` says what is enough;
    each name that counts is a group of its own, of which `at_least` one is needed.
    """

    id: str
    provides: Mapping[str, int] = field(hash=False)
    cost: Money
    hours: int
    title: str = ""
    requires: tuple[tuple[Alternative, ...], ...] = ()
    provider: str = ""
    achievement: str = ""
    weeks: int | None = None
    starts: tuple[date, ...] = ()
    mode: str = ""
    quality_low: Decimal | None = None
    exclusive_with: frozenset[str] = frozenset()
    language: str = ""
    place: str = ""
    expected_return: int = 0
    recognition: int = 0
    at_least: int | None = None
    granted: bool = False
    counting: Counting | None = None

    def __post_init__(self) -> None:
        if not self.id:
            raise PlanningError("An offer has no id. Give every offer its own.")
        if self.cost.minor < 0 or self.hours < 0 or (self.weeks is not None and self.weeks < 1):
            raise PlanningError(
                f"Offer {self.id} has a negative price or time. Give zero or more, and weeks of 1 or more."
            )
        if any(level < 1 for level in self.provides.values()):
            raise PlanningError(f"Offer {self.id} provides a skill below level 1. Levels start at 1.")
        if any(not group for group in self.requires):
            raise PlanningError(f"Offer {self.id} requires one of nothing. Name alternatives, or leave the group out.")
        if self.at_least is not None and not 1 <= self.at_least <= len(self.requires):
            raise PlanningError(
                f"Offer {self.id} requires {self.at_least} of {len(self.requires)} groups. Give 1 to all."
            )
        if self.granted and (self.cost.minor or self.hours or self.weeks or self.starts):
            raise PlanningError(f"{self.id} is granted by a stack. It can have no price and no time of its own.")
        if self.counting is not None and not (self.granted and self.counting.names <= named(self.requires)):
            raise PlanningError(f"{self.id} counts what it does not require, or is not granted. Name all that counts.")

    @property
    def names(self) -> frozenset[str]:
        """What prerequisites may call it: its id and its achievement."""
        return frozenset((self.id, self.achievement)) if self.achievement else frozenset((self.id,))

    def __str__(self) -> str:
        return self.title or self.id


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Offers sold together: who pays `cost` may take any of `offers` without paying for them one by one."""

    id: str
    offers: frozenset[str]
    cost: Money
    title: str = ""

    def __post_init__(self) -> None:
        if not self.id or not self.offers or self.cost.minor < 0:
            raise PlanningError(f"Bundle {self.id or 'without id'} needs an id, offers, and a price of zero or more.")

    def __str__(self) -> str:
        return self.title or self.id


@dataclass(frozen=True, kw_only=True)
class Discount:
    """`off` the price of one offer for whoever has, in the end, an alternative of each group of `when`.

    Several discounts on one offer add up; together they may not exceed its price. Within a bundle none applies.
    """

    id: str
    offer: str
    off: Money
    when: tuple[tuple[Alternative, ...], ...]
    title: str = ""

    def __post_init__(self) -> None:
        if not self.id or self.off.minor < 1 or not self.when or any(not group for group in self.when):
            raise PlanningError(f"Discount {self.id or 'without id'} needs an id, an amount, and conditions.")

    def __str__(self) -> str:
        return self.title or self.id


@dataclass(frozen=True)
class Need:
    """A skill wanted at a level. `weight` is its importance; `uncertainty` its standard error if the source states one."""

    skill: str
    level: int
    weight: Decimal | int = 1
    essential: bool = True
    source: str = ""
    uncertainty: Decimal | None = None


@dataclass(frozen=True)
class Target:
    """Where the learner wants to be: needs, each skill once; and what reaching them is worth, where the learner says so."""

    needs: tuple[Need, ...]
    worth: Worth | None = None

    def __post_init__(self) -> None:
        if not self.needs:
            raise PlanningError("The target needs nothing. Name at least one skill and its level.")
        if len({need.skill for need in self.needs}) < len(self.needs):
            raise PlanningError("The target names a skill twice. Name each skill once, with the highest level needed.")
        for need in self.needs:
            if need.level < 1 or need.weight <= 0:
                raise PlanningError(
                    f"The need for {need.skill} has level {need.level}, weight {need.weight}. Both must be positive."
                )


class Source(StrEnum):
    """Where we know from that a learner has a skill."""

    VERIFIED = "verified"
    CLAIMED = "claimed"


@dataclass(frozen=True)
class Have:
    """A level the learner has, from a verified credential or by their own word, and since when; `verified` is what is proven of a claim."""

    level: int
    source: Source = Source.VERIFIED
    on: date | None = None
    verified: int = 0


@dataclass(frozen=True)
class Learner:
    """Where the learner is: skills, and the ids of offers and achievements they hold."""

    have: Mapping[str, Have] = field(default_factory=dict)
    holds: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a plan must respect. Everything left out is unlimited.

    Weeks are counted from `start`. A deadline needs `start` and `hours_per_week`; so do offers with fixed starting days. It is the last
    day on which anything is done; a week in the middle of which it is has the days until then, and their share of the hours.
    `count_claimed` says whether skills known only by the learner's word count as had. An offer without a language or a place
    passes every limit on them; one without a mode or a quality does not pass.
    """

    budget: Money | None = None
    hours_per_week: int | None = None
    start: date | None = None
    deadline: date | None = None
    weeks: int | None = None
    modes: frozenset[str] | None = None
    quality_at_least: Decimal | None = None
    without: frozenset[str] = frozenset()
    count_claimed: bool = True
    languages: frozenset[str] | None = None
    places: frozenset[str] | None = None
    recognition_at_least: int | None = None

    def __post_init__(self) -> None:
        if self.hours_per_week is not None and self.hours_per_week < 1:
            raise PlanningError("No plan fits into no time. Give at least one hour per week.")
        if self.deadline and (self.start is None or self.hours_per_week is None):
            raise PlanningError("A deadline needs the day of the start and the hours per week. Give both.")
        if self.weeks is not None and self.hours_per_week is None:
            raise PlanningError("A limit in weeks needs the hours per week. Give both.")

    @property
    def days_available(self) -> int | None:
        """Days until the deadline, with that day, or until the limit in weeks, whichever comes first; None when there is neither."""
        found = [] if self.weeks is None else [7 * self.weeks]
        if self.deadline and self.start:
            found.append(max(0, (self.deadline - self.start).days + 1))
        return min(found, default=None)

    @property
    def weeks_available(self) -> int | None:
        """The last week that has any of these days; None where they are not limited."""
        days = self.days_available
        return None if days is None else -(-days // 7)

    @property
    def hours_available(self) -> int | None:
        """Whole hours on these days, a week's spread evenly over its seven; None where they are not limited."""
        days = self.days_available
        return None if days is None or self.hours_per_week is None else days * self.hours_per_week // 7

    def last_day(self, week: int) -> int:
        """The last day of a week, both counted from 1; of the week in which the deadline is, the day of that."""
        days = self.days_available
        return 7 * week if days is None else min(7 * week, days)

    def room(self, week: int) -> Fraction:
        """Hours of a week; of the week in which the deadline is, as many as its days have until then."""
        return Fraction((self.hours_per_week or 0) * max(0, self.last_day(week) - 7 * (week - 1)), 7)


class Objective(StrEnum):
    """What the plan makes as small as it can, before the next best thing."""

    CHEAPEST = "cheapest"
    """Least money, then fewest hours."""
    LEAST_STUDY = "least_study"
    """Fewest hours, then least money."""
    FASTEST = "fastest"
    """Earliest end, then fewest hours, then least money. Without hours per week: as `LEAST_STUDY`."""
    BEST_RETURN = "best_return"
    """Highest return, then least money, then fewest hours. Where offers state returns: their sum, over plans in which no step can be left
    out. Where none does and the target has a `Worth`: what the premium is worth from the end of the plan on, less price and time."""
    MOST_RECOGNISED = "most_recognised"
    """The least recognised step as recognised as can be, then least money, then fewest hours."""


@dataclass(frozen=True)
class SkillGap:
    """One need beside what the learner has. `importance` is weight times missing levels."""

    skill: str
    have: int
    need: int
    weight: Decimal | int
    essential: bool
    known_from: Source | None
    source: str
    uncertainty: Decimal | None

    @property
    def missing(self) -> int:
        """Levels between have and need; 0 when the need is met."""
        return max(0, self.need - self.have)

    @property
    def importance(self) -> Decimal:
        """Weight times missing levels."""
        return Decimal(self.weight) * self.missing


@dataclass(frozen=True)
class Step:
    """One offer in a plan. Weeks count from 1, None without hours per week.

    `closes` are needs that no other step and nothing held reaches: the reason why it is here. `unlocks` are later steps that
    cannot do without it. `needs` are the earlier steps it builds on.
    """

    offer: Offer
    order: int
    closes: tuple[SkillLevel, ...]
    unlocks: tuple[str, ...]
    needs: tuple[str, ...]
    start_week: int | None
    end_week: int | None
    why: str


@dataclass(frozen=True)
class NearTie:
    """An offer that could stand for one of the steps, and why it does not. `fits` says whether the plan would hold with it."""

    offer: Offer
    instead_of: str
    more_cost: int
    more_hours: int
    fits: bool
    why: str


@dataclass(frozen=True)
class Change:
    """The smallest change of one limit that makes a full plan fit. `what` is the limit's name, `budget` in minor units.

    For a `deadline` both are days: by how many it is later, and how many there are until it in all, `until` that day.
    For limits without a size (`modes`, `languages`, `places`, `quality_at_least`, `recognition_at_least`, `without`,
    `count_claimed`) `by` and `to` are 0: leave them out. For `needs` the need for `skill` goes down by `by` levels, to `to`.
    """

    what: str
    by: int
    to: int
    sentence: str
    skill: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Infeasible:
    """Why not everything can be closed.

    `unreachable` are needs that no allowed offer leads to. Each of `ways` is enough by itself; the changes in one way are all
    needed together. `give_up` are the needs that would have to be lowered or dropped, all together, so that the plan shown is complete;
    empty where it reaches nothing or more might be possible. `proven` says that it cannot; else time ran out before either was found,
    a plan or the proof that there is none.
    """

    reason: str
    unreachable: tuple[SkillLevel, ...]
    ways: tuple[tuple[Change, ...], ...]
    give_up: tuple[Change, ...] = ()
    proven: bool = True


@dataclass(frozen=True)
class Considered:
    """How the search went: offers looked at, those that can matter, those left after dominance."""

    offers: int
    relevant: int
    candidates: int


@dataclass(frozen=True)
class PlanResult:
    """A plan that holds when replayed, best for its objective if `optimal`.

    `bound` is a proven limit of what the objective can come to: minor units of money (cheapest), hours (least study), weeks
    (fastest; hours without hours per week), minor units of return, or least recognition; None where a plan that closes everything
    was not possible and coverage came first. `coverage` is the weighted share of the target after the plan, `coverage_before` the
    one now. `cost` is what the steps come to with the `bundles` and `discounts` that apply. `returned` is what a complete plan comes to
    under what the learner says reaching the target is worth; None where nothing is said, or where offers state returns themselves.
    """

    objective: Objective
    steps: tuple[Step, ...]
    cost: Money
    hours: int
    weeks: int | None
    closes: tuple[SkillGap, ...]
    still_open: tuple[SkillGap, ...]
    coverage: Fraction
    coverage_before: Fraction
    optimal: bool
    bound: int | None
    considered: Considered
    alternatives: tuple[NearTie, ...]
    infeasible: Infeasible | None
    bundles: tuple[Bundle, ...] = ()
    discounts: tuple[Discount, ...] = ()
    returned: Returned | None = None

    @property
    def complete(self) -> bool:
        """Whether the whole target is reached."""
        return not self.still_open
