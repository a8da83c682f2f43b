"""The answer to "what does what I hold add up to?": a state, a progress, and a trace of every requirement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from cairn.stacking.completing import Way
from cairn.stacking.decisions import Decision


class State(StrEnum):
    """How far a requirement is met."""

    MET = "met"
    PARTLY = "partly"
    NOT = "not"


@dataclass(frozen=True, init=False)
class Rejection:
    """An award that does not count here and why, `reason` being the end of the sentence "It …"."""

    award: str
    reason: str

    def __init__(self, award: str, reason: str) -> None:
        own = self.__dict__  # thousands are made for one learner, and this takes little more than half the time
        own["award"] = award
        own["reason"] = reason


@dataclass(frozen=True)
class Obstacle:
    """What keeps a rule from being completed: `id` is the requirement, `code` one of `obstructing.CODES`, `sentence` says it in words.

    `certain` where nothing that is earned from now on can change it; otherwise it is as far as the search for ways found out. `awards`
    are those that it is about.
    """

    id: str
    code: str
    sentence: str
    awards: tuple[str, ...] = ()
    certain: bool = False


@dataclass(frozen=True)
class Counted:
    """An award that counts here, for how much of the requirement's unit.

    Where it counts for something else than it states, `stated` and `stated_unit` are what it states, and `because` says why: a
    declared conversion, a limit, credits that are shared out, a decision, an agreement. `cut` is what a limit or an allowance
    keeps out, in the requirement's unit.
    """

    award: str
    amount: Decimal
    unit: str
    stated: Decimal | None = None
    stated_unit: str = ""
    because: str = ""
    cut: Decimal = Decimal(0)


@dataclass(frozen=True)
class NodeTrace:
    """What became of one requirement.

    `have` and `need` count parts for groups, awards, credits, hours or skills for leaves (`unit` says which); `have` may exceed
    `need`. `counted` is False where the group above was already served by better parts. `counts` says how much each used
    award counts for; `decisions` what a person decided about this requirement; `note` how much of a limit is used, which decision has
    no effect and why, and at the top how much of each allowance is used.
    """

    id: str
    kind: str
    label: str
    sentence: str
    state: State
    have: Decimal
    need: Decimal
    unit: str
    progress: Fraction
    counted: bool
    used: tuple[str, ...]
    parts: tuple[NodeTrace, ...]
    counts: tuple[Counted, ...] = ()
    decisions: tuple[Decision, ...] = ()
    note: str = ""
    find_rejected: Callable[[], tuple[Rejection, ...]] = field(default=tuple, compare=False, repr=False)

    @cached_property
    def rejected(self) -> tuple[Rejection, ...]:
        """Awards that came close: those that failed exactly one condition, and those that serve elsewhere."""
        return self.find_rejected()


class Evaluation:
    """The answer. `progress` is exact, 0 to 1, and 1 if and only if the rule is met.

    `exact` says that the progress is proven: it is False only when the solver ran out of its allowance, so that a better allocation
    might exist. Where progress is counted in fractions finer than 1/2⁵³ and not all of it can be reached, a better one may exist by less
    than a hundred-millionth of it (`program.NEGLIGIBLE`), though never by another whole percent. `decided` says that it is proven whether
    the rule is met, which can be so where the progress is not. What explains the answer is worked out when it is asked for.
    """

    def __init__(self, progress: Fraction, report: Report, *, exact: bool, decided: bool | None = None) -> None:
        self.progress = progress
        self.exact = exact
        self.decided = exact if decided is None else decided
        self.state = state_of(progress)
        self.report = report  # what works out the explanations

    @property
    def met(self) -> bool:
        """Whether the rule is fully met."""
        return self.state is State.MET

    @cached_property
    def trace(self) -> NodeTrace:
        """What became of every requirement."""
        return self.report.trace()

    @property
    def used(self) -> tuple[str, ...]:
        """The awards that count towards it."""
        return self.trace.used

    @cached_property
    def unused(self) -> tuple[Rejection, ...]:
        """The other awards, with one reason each."""
        return self.report.unused(self.trace)

    @cached_property
    def missing(self) -> tuple[Way, ...]:
        """The nearest ways to complete it, the shortest first, each a tuple of things that are all needed.

        None where it is met, and none where nothing that could be earned completes it: `obstacles` then say why.
        """
        return () if self.met else self.report.missing(self.trace)

    @cached_property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """Why there is no way to complete it; none where it is met or `missing` has a way."""
        return () if self.met or self.missing else self.report.obstacles(self.trace)

    @cached_property
    def questioned(self) -> tuple[Rejection, ...]:
        """Awards that would count here had they not been revoked: a person decides what follows, never this evaluation."""
        return self.report.questioned()

    def nodes(self) -> dict[str, NodeTrace]:
        """Every trace by the id of its requirement."""
        return {node.id: node for node in flat(self.trace)}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Evaluation):
            return NotImplemented
        mine, theirs = self._whole(), other._whole()
        return mine == theirs

    __hash__ = None  # type: ignore[assignment]  # a value with parts worked out on demand is no key

    def _whole(self) -> tuple[object, ...]:
        rejected = tuple(node.rejected for node in flat(self.trace))
        said = self.unused, self.missing, self.obstacles, self.questioned
        return self.progress, self.exact, self.decided, self.trace, rejected, *said

    def __repr__(self) -> str:
        return f"Evaluation({self.state}, {self.progress}, exact={self.exact}, decided={self.decided})"


class Report:
    """What an evaluation asks for its explanations."""

    def trace(self) -> NodeTrace:
        """See `Evaluation`."""
        raise NotImplementedError

    def unused(self, trace: NodeTrace) -> tuple[Rejection, ...]:
        """See `Evaluation`."""
        raise NotImplementedError

    def missing(self, trace: NodeTrace) -> tuple[Way, ...]:
        """See `Evaluation`."""
        raise NotImplementedError

    def obstacles(self, trace: NodeTrace) -> tuple[Obstacle, ...]:
        """See `Evaluation`."""
        raise NotImplementedError

    def questioned(self) -> tuple[Rejection, ...]:
        """See `Evaluation`."""
        raise NotImplementedError


def flat(trace: NodeTrace) -> list[NodeTrace]:
    """The trace and everything below it, each before its parts."""
    return [trace, *(node for part in trace.parts for node in flat(part))]


def state_of(share: Fraction) -> State:
    """The state that a progress stands for."""
    return State.MET if share == 1 else State.PARTLY if share else State.NOT
