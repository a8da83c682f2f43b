"""Many learners under one rule: read one after the other, weighed, given out again.

Most learners' holdings repeat a few patterns: the same courses, passed on different days. What an award can do to an evaluation is
said by its *standing*: its fields without its id and its moments, and what its moments come to at the moment asked about (why it does
not count, if it does not, but for the day on which it ran out; when it was earned, only where the rule asks). Two holdings with the
same standings get the same progress, because an evaluation looks at nothing else; so each pattern is weighed once. Explanations are
worked out when they are asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from operator import attrgetter

from cairn.stacking.awards import Award, Validity
from cairn.stacking.compiling import Compiled, compiled
from cairn.stacking.completing import Way
from cairn.stacking.criteria import Criterion
from cairn.stacking.decisions import Decision
from cairn.stacking.evaluation import evaluated, in_one_zone
from cairn.stacking.gathering import unique
from cairn.stacking.problems import AwardError
from cairn.stacking.requirements import Requirement
from cairn.stacking.results import Evaluation, NodeTrace, Obstacle, Rejection, Report
from cairn.stacking.serving import Asked

KEPT = 20_000
"""How many patterns are remembered at most."""

LASTING = frozenset(field.name for field in fields(Award)) - {
    "id", "valid_from", "valid_until", "revoked_at", "suspended", "earned_at",
}  # fmt: skip
"""The fields of an award that are in its standing as they are. A criterion that reads another one is asked itself."""

EXPIRED = "expired on "
"""How the engine says that an award ran out, before the day."""
LONG_AGO = datetime(1000, 1, 1, tzinfo=UTC)
"""The stand-in for the day on which the first award ran out; the days after it are those of the others."""

_lasting = attrgetter(*sorted(LASTING - {"credits"}))

type Standing = tuple[object, ...]


@dataclass(frozen=True)
class Alike:
    """An evaluation over stand-ins: the award with the id ``ids[n]`` is called ``stand_in(n)`` in it.

    ``ends[n]`` is the day on which it ran out, called ``stand_in_end(n)``, and empty where it did not. Learners with the same ``pattern``
    share the evaluation; only ``ids`` and ``ends`` differ. The pattern is None where it was not shared.
    """

    evaluation: Evaluation
    ids: tuple[str, ...]
    ends: tuple[str, ...]
    pattern: tuple[int, ...] | None


def stand_in(number: int) -> str:
    """What the award with this number is called in an evaluation that learners share."""
    return f"«{number:05d}»"


def stand_in_end(number: int) -> datetime:
    """When the award with this number ran out in an evaluation that learners share, if it did."""
    return LONG_AGO + timedelta(days=number)


class Patterns:
    """A rule made ready to be asked about many learners at one moment. Keeps at most ``kept`` patterns; knows no learner."""

    def __init__(
        self,
        requirement: Requirement,
        at: datetime,
        *,
        validity: Validity = Validity.AT_COMPLETION,
        equivalent: Sequence[Collection[str]] = (),
        names: Mapping[str, str] | None = None,
        retired: Collection[str] = (),
        kept: int = KEPT,
    ) -> None:
        if at.utcoffset() is None:
            raise AwardError("The moment of evaluation has no time zone. Give it one, for example UTC.")
        self.rule = compiled(requirement, equivalent)
        self.at = in_one_zone(at)
        self.asked = Asked(validity, dict(names or {}), retired=frozenset(retired))
        self.kept = kept
        asked = _times(self.rule)
        self._modes = tuple(sorted({validity, *asked.modes}))
        self._fleeting = asked.criteria
        self._ordered = asked.ordered
        self._numbers: dict[Standing, int] = {}
        self._given = 0
        self._ranks: dict[int, tuple[str, str]] = {}
        self._reached: OrderedDict[tuple[int, ...], Evaluation] = OrderedDict()
        self._shared: OrderedDict[tuple[int, ...], Evaluation] = OrderedDict()

    @property
    def timeless(self) -> bool:
        """Whether two awards of one definition count alike whenever they were earned, as long as both are valid."""
        return not self._ordered and not self._fleeting

    def evaluate(self, awards: Iterable[Award]) -> Evaluation:
        """The same as `cairn.stacking.evaluate`. A pattern that was seen before is not weighed again until reasons are asked for."""
        held = _each_once(awards)
        pattern = tuple(sorted([self._number(award) for award in held]))
        known = self._reached.get(pattern)
        if known is not None:
            self._reached.move_to_end(pattern)
            return Evaluation(known.progress, Postponed(self, held), exact=known.exact)
        found = evaluated(self.rule, held, self.at, self.asked)
        self._remember(self._reached, pattern, Evaluation(found.progress, Report(), exact=found.exact))
        return found

    def alike(self, awards: Iterable[Award], decisions: Sequence[Decision] = ()) -> Alike:
        """Evaluate with the awards under other names, in an order that what they are decides, so that learners can share all of it.

        Where several assignments are best, this one may be another than `evaluate` chooses; it is the same for all who are alike.
        Holdings with ``decisions`` are weighed by themselves.
        """
        held = _each_once(awards)
        standing_of = [(self._number(award), award) for award in held]
        numbered = sorted(
            ((self._rank(number, award), award.earned, award.id, number, award) for number, award in standing_of),
            key=lambda one: one[:3],
        )
        ids = tuple(one[2] for one in numbered)
        ends = tuple(self._end(one[4]) for one in numbered)
        pattern = tuple(one[3] for one in numbered)
        if not decisions and pattern in self._shared:
            self._shared.move_to_end(pattern)
            return Alike(self._shared[pattern], ids, ends, pattern)
        names = {key: stand_in(place) for place, key in enumerate(ids)}
        renamed = [
            replace(one[4], id=stand_in(place), valid_until=stand_in_end(place) if end else one[4].valid_until)
            for place, (one, end) in enumerate(zip(numbered, ends, strict=True))
        ]
        asked = self.asked
        if decisions:
            asked = replace(asked, decisions=tuple(_renamed(one, names) for one in decisions))
        found = evaluated(self.rule, renamed, self.at, asked)
        if decisions or not found.exact:
            return Alike(found, ids, ends, None)
        self._remember(self._shared, pattern, found)
        return Alike(found, ids, ends, pattern)

    def _end(self, award: Award) -> str:
        """The day on which an award that does not count any more for that reason ran out."""
        fault = award.fault(self.at, Validity.AT_COMPLETION)
        return fault.removeprefix(EXPIRED) if fault is not None and fault.startswith(EXPIRED) else ""

    def _remember(
        self, among: OrderedDict[tuple[int, ...], Evaluation], pattern: tuple[int, ...], found: Evaluation
    ) -> None:
        if not found.exact:  # a search that was cut short may find more another time
            return
        among[pattern] = found
        while len(among) > self.kept:
            among.popitem(last=False)

    def _number(self, award: Award) -> int:
        standing = self._standing(award)
        number = self._numbers.get(standing)
        if number is None:
            if (
                len(self._numbers) >= 10 * self.kept
            ):  # holdings that repeat nothing: begin anew instead of growing for ever
                self._forget()
            number = self._numbers[standing] = self._given
            self._given += 1
        return number

    def _rank(self, number: int, award: Award) -> tuple[str, str]:
        """Where awards of this standing come in an order that is the same in every process."""
        rank = self._ranks.get(number)
        if rank is None:
            rank = self._ranks[number] = award.achievement, _written(self._standing(award))
        return rank

    def _forget(self) -> None:
        self._numbers.clear()
        self._ranks.clear()
        self._reached.clear()
        self._shared.clear()

    def _standing(self, award: Award) -> Standing:
        at = self.at
        return (
            *_lasting(award), frozenset(award.credits.items()),
            *[_dateless(award.fault(at, mode)) for mode in self._modes],
            *[criterion.fault(award, at) for criterion in self._fleeting],
            award.earned if self._ordered else None,
        )  # fmt: skip


def _dateless(fault: str | None) -> str | None:
    """The fault without the day on which an award ran out: those that did are alike."""
    return EXPIRED if fault is not None and fault.startswith(EXPIRED) else fault


class Postponed(Report):
    """The reasons of an evaluation whose progress was known already: worked out from the learner's own awards when asked for."""

    def __init__(self, patterns: Patterns, awards: Sequence[Award]) -> None:
        self._patterns = patterns
        self._awards = awards

    @cached_property
    def _own(self) -> Evaluation:
        return evaluated(self._patterns.rule, self._awards, self._patterns.at, self._patterns.asked)

    def trace(self) -> NodeTrace:
        """See `Report`."""
        return self._own.trace

    def unused(self, trace: NodeTrace) -> tuple[Rejection, ...]:
        """See `Report`."""
        return self._own.unused

    def missing(self, trace: NodeTrace) -> tuple[Way, ...]:
        """See `Report`."""
        return self._own.missing

    def obstacles(self, trace: NodeTrace) -> tuple[Obstacle, ...]:
        """See `Report`."""
        return self._own.obstacles

    def questioned(self) -> tuple[Rejection, ...]:
        """See `Report`."""
        return self._own.questioned


def recompute[Learner](
    requirement: Requirement,
    learners: Iterable[tuple[Learner, Iterable[Award]]],
    at: datetime,
    *,
    validity: Validity = Validity.AT_COMPLETION,
    equivalent: Sequence[Collection[str]] = (),
) -> Iterator[tuple[Learner, Evaluation]]:
    """Weigh every learner's awards against a rule at a moment, in the order in which they come.

    The rule is made ready once, and so is each pattern of awards. Learners are asked for one at a time, so that any number of them
    fits into memory; reasons are worked out only for the evaluations that are asked for them.
    """
    patterns = Patterns(requirement, at, validity=validity, equivalent=equivalent)
    for learner, awards in learners:
        yield learner, patterns.evaluate(awards)


def touches(requirement: Requirement, award: Award, *, equivalent: Sequence[Collection[str]] = ()) -> bool:
    """Whether gaining, losing or changing this award can change any evaluation of the rule, at any moment.

    False is certain: the award fits no requirement whatever its validity. So a job that is told of one changed award need weigh
    anew only those rules that it touches; the answers of the others stand exactly as they are.
    """
    return _touches(compiled(requirement, equivalent), award)


def _touches(rule: Compiled, award: Award) -> bool:
    for place in rule.places:
        if place.only is not None and award.achievement not in place.only:
            continue
        lasting = (criterion for criterion in place.criteria if not _passing(criterion))
        if place.leaf.worth(award, place.scope.rates) and not any(c.fault(award, award.earned) for c in lasting):
            return True
    return any(_touches(denied.inside, award) for denied in rule.denied)


def asks_for(requirement: Requirement, *, equivalent: Sequence[Collection[str]] = ()) -> frozenset[str] | None:
    """The achievements of which an award must be to matter to the rule at all; None where an award of any achievement might.

    An index from these to rules finds the few that one changed award can touch, without looking at the others.
    """
    return _asks_for(compiled(requirement, equivalent))


def _asks_for(rule: Compiled) -> frozenset[str] | None:
    found: set[str] = set()
    for place in rule.places:
        lists = [criterion.accepts for criterion in place.criteria if criterion.reads == "achievement"]
        named = [frozenset(names) for names in (place.only, *lists) if names is not None]
        if not named:
            return None
        found |= frozenset.intersection(*named)
    for denied in rule.denied:
        inner = _asks_for(denied.inside)
        if inner is None:
            return None
        found |= inner
    return frozenset(found)


def _passing(criterion: object) -> bool:
    """Whether what a criterion says about an award changes as time passes."""
    return getattr(criterion, "reads", "") == "earned"


@dataclass(frozen=True)
class _Times:
    """What a rule asks about the moments of an award: in which modes, by which criteria, and whether their order matters."""

    modes: frozenset[Validity]
    criteria: tuple[Criterion, ...]
    ordered: bool


def _times(rule: Compiled) -> _Times:
    modes = {place.scope.validity for place in rule.places} - {None}
    criteria = [criterion for place in rule.places for criterion in place.criteria]
    criteria += [criterion for limited in rule.limits for criterion in limited.criteria]
    criteria += [criterion for resident in rule.residents for criterion in resident.rule.criteria]
    ordered = bool(rule.sequences or rule.windows)
    for denied in rule.denied:
        inner = _times(denied.inside)
        modes |= inner.modes
        criteria += inner.criteria
        ordered |= inner.ordered
    fleeting = dict.fromkeys(criterion for criterion in criteria if criterion.reads not in LASTING)
    return _Times(frozenset(mode for mode in modes if mode is not None), tuple(fleeting), ordered)


def _written(standing: Standing) -> str:
    """A standing as text that is the same in every process, to sort by."""
    return repr([sorted(map(repr, part)) if isinstance(part, frozenset) else part for part in standing])


def _each_once(awards: Iterable[Award]) -> list[Award]:
    """The awards; the same one twice is one. Raises `AwardError` where two different ones have the same id."""
    held = list(awards)
    return held if len({award.id for award in held}) == len(held) else unique(held)


def _renamed(decision: Decision, names: Mapping[str, str]) -> Decision:
    if decision.award is None:
        return decision
    return replace(decision, award=names.get(decision.award, decision.award))
