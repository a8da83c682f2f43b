"""A rule as it is asked about while a plan is searched: what may be enough, and what is when it is earned on certain days.

- **What may be enough** is asked of whole sets, in no order: as if all were earned today, nothing denied were there, and windows that
  open later were open already. What is too little then is too little in every plan, and more is never less.
- **The last word** has the engine over the rule as it stands, on the day on which the last part of the plan is earned: what is held may
  have run out by then, windows have closed, parts have an order, and something may be there that must not be.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cairn import stacking
from cairn.journeys.held import Held
from cairn.journeys.ready import Ready
from cairn.planning.counting import Reached
from cairn.stacking.articulation import Agreement, articulate
from cairn.stacking.compiling import Compiled, Denied, Place, compiled
from cairn.stacking.criteria import EarnedBetween, Graded, Recent

NEVER_MORE = (
    stacking.AtMost, stacking.CountingOnly, stacking.LevelAtLeast, stacking.GradeAtLeast, stacking.Recency, stacking.Residency,
    stacking.Converting, stacking.Equivalences, stacking.Counting, stacking.Exclusive, stacking.EarnedTogether, stacking.EarnedWithin,
)  # fmt: skip
"""Requirements around one other, which has to be met as well."""

MOST_KEPT_CLEAR = 100
"""How many sets are looked at, of what may be denied, for those that are not; of larger choices a plan is looked for more slowly."""

NOTHING_DENIED = "A plan keeps clear of it, or takes it later."


@dataclass(frozen=True)
class Asked:
    """A rule with everything it is weighed over."""

    stack: Ready
    rule: Compiled
    held: Held
    decisions: tuple[stacking.Decision, ...]
    earned: Mapping[str, tuple[stacking.Award, ...]]
    """By achievement: the award that an offer leads to, and what agreements make of it."""
    at: datetime
    agreements: Sequence[Agreement] = ()
    lasting: Mapping[str, int] = field(default_factory=dict)
    """By achievement: how many months an award of it is valid, where that has an end."""

    def weighed(self, names: Iterable[str]) -> stacking.Evaluation:
        """The engine's answer over what is held and what these names would add, all earned at once."""
        more = [award for name in sorted(names) for award in self.earned[name]]
        return self._evaluated(self.stack.rule, [*self.held.awards, *more], self.at, self.decisions)

    def _evaluated(
        self,
        rule: stacking.Requirement,
        awards: Sequence[stacking.Award],
        at: datetime,
        decisions: Sequence[stacking.Decision],
    ) -> stacking.Evaluation:
        return stacking.evaluate(
            rule, awards, at, equivalent=self.stack.families, names=self.stack.names, decisions=decisions,
            retired=self.stack.retired,
        )  # fmt: skip

    def enough(self, names: frozenset[str]) -> bool | None:
        """Whether the rule may be met with these, in some order on some days; None where the engine could not find out."""
        unsure = False
        for some in self._kept_clear(names):
            found = self.loosely(some)
            if found.met:
                return True
            unsure = unsure or not found.decided
        return None if unsure else False

    def _kept_clear(self, names: frozenset[str]) -> list[frozenset[str]]:
        """The largest parts of these that bring nothing about that rules everything out for good; all of them where that takes too long.

        What is left out of a part is taken after the whole is there, or never.
        """
        mine = sorted(names & self.spoils)
        if not self._denied_always or len(mine) > MOST_KEPT_CLEAR or self._clear(mine):
            return [names]
        found: list[frozenset[str]] = []
        level, looked = [frozenset[str]()], 0
        while level:
            larger = {some | {name} for some in level for name in mine if name not in some}
            looked += len(larger)
            if looked > MOST_KEPT_CLEAR:
                return [names]
            clear = [some for some in larger if self._clear(some)]
            found += [some for some in level if not any(some < one for one in clear)]
            level = clear
        return [names.difference(mine) | some for some in found]

    def _clear(self, some: Iterable[str]) -> bool:
        more = [award for name in some for award in self.earned[name]]
        return not any(
            self._evaluated(one.inside.rule, [*self.held.awards, *more], self.at, ()).met for one in self._denied_always
        )

    def loosely(self, names: Iterable[str]) -> stacking.Evaluation:
        """The engine's answer about these and what is held, on the best of all days."""
        more = [award for name in sorted(names) for award in self.earned[name]]
        return self._evaluated(self.loosest, [*self._held_some_day, *more], self.at, self._waived)

    def judged(self, reached: Reached) -> bool | None:
        """Whether the rule is met with these, earned in this order at the ends of these days; without days, all on one."""
        unsure = False
        dated = not reached or reached[0][1] is not None  # to wait helps only what is still to be earned
        for first in [self.at] if dated else [self.at, *self._openings]:
            moments = [
                first + timedelta(days=day or 0, seconds=number) for number, (_, day) in enumerate(reached, start=1)
            ]
            more = [
                award for (name, _), moment in zip(reached, moments, strict=True) for award in self._on(name, moment)
            ]
            at = max(moments, default=first)
            found = self._evaluated(self.stack.rule, [*self.held.awards, *more], at, self.decisions)
            if found.met:
                return True
            unsure = unsure or not found.decided
        return None if unsure or (self._openings and not dated) else False

    def _on(self, name: str, moment: datetime) -> Iterator[stacking.Award]:
        """What the achievement brings when it is earned at a moment, by the agreements in force then."""
        months = self.lasting.get(name)
        until = None if months is None else months_later(moment, months)
        own, *made = (replace(one, valid_from=moment, valid_until=until) for one in self.earned[name])
        yield own
        yield from articulate([own], self.agreements, moment).awards if self.agreements else made

    @cached_property
    def loosest(self) -> stacking.Requirement:
        """The rule without the beginnings of windows that open later."""
        return _opened(self.rule.rule, self.at) if self._openings else self.rule.rule

    @cached_property
    def loosest_places(self) -> list[Place]:
        """Where awards go in it, by the numbers that the rule itself has."""
        return compiled(self.loosest, self.stack.families).places if self._openings else self.rule.places

    @cached_property
    def _openings(self) -> list[datetime]:
        """When windows open that are not open yet."""
        return sorted(
            {one.since for one in self.criteria if isinstance(one, EarnedBetween) and one.since and one.since > self.at}
        )

    @property
    def opens(self) -> datetime | None:
        """When the last window opens that is not open yet."""
        return self._openings[-1] if self._openings else None

    @cached_property
    def criteria(self) -> list[object]:
        """Every condition on what counts, in what is denied too."""
        return [one for rule in with_denied(self.rule) for place in rule.places for one in place.criteria]

    @cached_property
    def _waived(self) -> tuple[stacking.Decision, ...]:
        """Decisions under which nothing is denied that a plan could keep clear of or outlast."""
        denied = [one for one in self.rule.denied if not self.denied_for_good(one)]
        known = {decision.requirement for decision in self.decisions if decision.award is None}
        waived = (
            stacking.Decision(requirement=one.rule.id, by="plan", at=self.at, reason=NOTHING_DENIED)
            for one in denied
            if one.rule.id not in known
        )
        return (*self.decisions, *waived)

    @property
    def waiting_helps(self) -> bool:
        """Whether what does not meet the rule today may meet it later, with nothing more: a window opens, what is denied has run out."""
        passing = any(not self._stays(one.inside) and not self.denied_for_good(one) for one in self.rule.denied)
        return bool(self._openings) or passing or self._held_some_day != list(self.held.awards)

    @cached_property
    def counted(self) -> Mapping[str, tuple[stacking.Award, ...]]:
        """What would be earned, without what rules everything out for good as soon as it is there: such is earned after it, or never."""
        if not self._denied_always:
            return self.earned
        return {name: awards for name, awards in self.earned.items() if name not in self.spoils or self._clear([name])}

    @cached_property
    def _denied_always(self) -> list[Denied]:
        """What rules everything out for good as soon as it is there, whatever else is."""
        needed = {part.id for part in in_any_case(self.rule.rule)}
        return [
            one for one in self.rule.denied if not self.decisions and one.rule.id in needed and self._stays(one.inside)
        ]

    def _stays(self, inside: Compiled) -> bool:
        """Whether what is denied stays once it is there."""
        running_out = any(award.valid_until or award.suspended for award in self.held.awards) or bool(self.lasting)
        return not (running_out or _passing(inside))

    def denied_for_good(self, denied: Denied) -> bool:
        """Whether what is denied is there already and stays: by awards that never run out, whatever else does."""
        if _passing(denied.inside):
            return False
        staying = [one for one in self.held.awards if one.valid_until is None and not one.suspended]
        return self._evaluated(denied.inside.rule, staying, self.at, ()).met

    @cached_property
    def _held_some_day(self) -> list[stacking.Award]:
        """What is held, as it may be at the best moment to come."""
        return [
            replace(one, suspended=(), valid_from=min(one.valid_from, self.at))
            if one.suspended or one.valid_from > self.at
            else one
            for one in self.held.awards
        ]

    @cached_property
    def spoils(self) -> frozenset[str]:
        """What stands in something that is denied: having it can be less than not having it."""
        places = [place for rule in with_denied(self.rule) if rule is not self.rule for place in rule.places]
        return frozenset(
            name
            for name, awards in self.earned.items()
            if any(accepted(place, one, whenever=True) for place in places for one in awards)
        )

    @property
    def ending(self) -> Iterator[stacking.Award]:
        """What is held, may count and runs out."""
        places = [place for rule in with_denied(self.rule) for place in rule.places]
        for one in self.held.awards:
            if one.valid_until is not None and any(accepted(place, one, whenever=True) for place in places):
                yield one

    @cached_property
    def depends_on_the_plan(self) -> bool:
        """Whether order, days, or what else is there decide beside what is reached."""
        dated = any(isinstance(one, EarnedBetween | Recent) for one in self.criteria)
        rules = list(with_denied(self.rule))
        running_out = any(self.ending) or bool(self.lasting)
        ending = any(agreement.until is not None for agreement in self.agreements)
        denying = any(rule.denied for rule in rules)
        return dated or running_out or ending or denying or any(rule.sequences or rule.windows for rule in rules)

    def in_turn(self, names: frozenset[str]) -> list[tuple[str, str]]:
        """Which of these names serves a part of an order before which other."""
        whose = {award.id: name for name in names for award in self.earned[name]}
        traces = self.loosely(names).nodes()
        found: dict[tuple[str, str], None] = {}
        for sequence in self.rule.sequences:
            trace = traces[sequence.rule.id]
            parts = [[whose[one] for one in _used(part) if one in whose] for part in trace.parts]
            for place, part in enumerate(parts):
                found |= dict.fromkeys(
                    (first, last) for after in parts[place + 1 :] for first in part for last in after
                )
        return [pair for pair in found if pair[0] != pair[1]]

    @property
    def key(self) -> str:
        """What changes with the answers."""
        said = repr(
            (
                self.stack.version.pk, self.held.awards, self.decisions, sorted(self.earned.items()), self.at.isoformat(),
                sorted(self.lasting.items()), [repr(one) for one in self.agreements],
            )
        )  # fmt: skip
        return hashlib.sha256(said.encode()).hexdigest()


def in_any_case(rule: stacking.Requirement) -> list[stacking.Requirement]:
    """The parts without which the rule is not met, itself among them."""
    every = isinstance(rule, stacking.AllOf | stacking.InOrder) or (
        isinstance(rule, stacking.AnyN) and rule.n == len(rule.of)
    )
    if every or isinstance(rule, NEVER_MORE):
        return [rule, *(node for part in rule.parts for node in in_any_case(part))]
    return [rule]


def accepted(place: Place, award: stacking.Award, *, whenever: bool = False) -> bool:
    """Whether the award may bring anything to the place; how long ago it was earned plays no part, nor when it was with `whenever`."""
    if place.only is not None and award.achievement not in place.only:
        return False
    if isinstance(place.leaf, stacking.SkillsCovered):
        return bool(place.leaf.shown(award))
    return worth(place, award, whenever=whenever) > 0


def worth(place: Place, award: stacking.Award, *, whenever: bool = False) -> int:
    """What the award brings to the place at most."""
    passing = (Recent, EarnedBetween) if whenever else (Recent,)
    if any(one.fault(award, award.earned) for one in place.criteria if not isinstance(one, passing)):
        return 0
    return place.leaf.worth(award, place.scope.rates)


def best_grade(rule: Compiled) -> str | None:
    """A grade that is enough wherever the rule asks for one, or in as many places as one grade can be; None where it asks for none."""
    criteria = [one for inner in with_denied(rule) for place in inner.places for one in place.criteria]
    graded = [one for one in criteria if isinstance(one, Graded)]
    tried = [one.scale[-1] if one.scale else one.minimum for one in graded]
    probe = stacking.Award(
        id="graded", achievement="graded", issuer="somebody", valid_from=datetime(2000, 1, 1, tzinfo=UTC)
    )

    def enough(grade: str) -> int:
        return sum(one.fault(replace(probe, grade=grade), probe.earned) is None for one in graded)

    return max(tried, key=enough, default=None)


def months_later(moment: datetime, months: int) -> datetime:
    """The same day so many months later; the month's last one where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def with_denied(rule: Compiled) -> Iterator[Compiled]:
    """The rule and what it denies, and what that denies."""
    yield rule
    for denied in rule.denied:
        yield from with_denied(denied.inside)


def _passing(inside: Compiled) -> bool:
    """Whether what is asked there can be met on one day and no longer on another, with the same awards in force."""
    dated = any(isinstance(one, EarnedBetween | Recent) for place in inside.places for one in place.criteria)
    return dated or bool(inside.denied)


def _used(trace: stacking.NodeTrace) -> list[str]:
    return [*trace.used, *(one for part in trace.parts for one in _used(part))]


def _opened(rule: stacking.Requirement, at: datetime) -> stacking.Requirement:
    """The rule with windows that open later open already, but for those in what is denied."""
    if isinstance(rule, stacking.Not) or not rule.parts:
        return rule
    parts = tuple(_opened(part, at) for part in rule.parts)
    if isinstance(rule, stacking.EarnedWithin) and rule.since is not None and rule.since > at:
        return parts[0] if rule.until is None else replace(rule, of=parts[0], since=None)
    return rule.with_parts(parts)


__all__ = ["Asked", "accepted", "best_grade", "in_any_case", "months_later", "with_denied", "worth"]
