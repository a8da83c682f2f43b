"""The exact calendar of chosen offers: whether they fit into so many weeks, how soon all are done, and which of them stand in the way.

`schedule` places offers one after the other and mostly finds room for all. Where it does not, this tries every calendar (OR-Tools
CP-SAT over starting weeks, hours in each week, and who makes way for whom), so that "does not fit" is a proof.

What is decided: for each paced offer the week it starts in, for each other the hours in each week, and for each prerequisite who of the
chosen satisfies it. Hours are counted in such small parts that every even spread is a whole number of them; nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from math import lcm
from typing import Any

from cairn.planning.allowance import Allowance
from cairn.planning.replay import Standing
from cairn.planning.schedule import HORIZON, Slot, as_soon, beginnings, least_of, length, sets_pace, supports_of
from cairn.planning.values import Limits, Offer

FINEST = 10**12
"""Parts of an hour that are counted at most; offers whose spreads need finer ones are not decided here."""

MOST_CELLS = 60_000
"""Weeks times offers that are tried at most."""

PATIENCE = 1.0
"""Seconds of work spent on whether one offer can be left out of what stands in the way."""

POLISH = 0.3
"""Seconds of work spent on starting earlier than must be, once it is known that all fits."""


class Fit(Enum):
    """Whether chosen offers fit into the weeks there are."""

    YES = "a calendar is known"
    NO = "proven that there is none"
    UNKNOWN = "neither was found in time"


@dataclass(frozen=True)
class Placed:
    """`slots` by the offers' ids, where `fit` is YES. `soonest` is the proven least last week, if that was asked and proven.

    `alone` says that what is proven holds of these offers alone: with more of them there may be a calendar, or a sooner one.
    """

    fit: Fit
    slots: Mapping[str, Slot] = field(default_factory=dict)
    soonest: int | None = None
    alone: bool = False

    @classmethod
    def of(cls, order: Sequence[Offer], slots: Iterable[Slot]) -> Placed:
        """A calendar that works out."""
        return cls(Fit.YES, {offer.id: slot for offer, slot in zip(order, slots, strict=True)})

    @property
    def weeks(self) -> int:
        """The last week; the horizon where there is no calendar."""
        return max((slot.end for slot in self.slots.values()), default=0) if self.fit is Fit.YES else HORIZON


@dataclass(frozen=True)
class Wanted:
    """Chosen offers, with who of them satisfies each open group of prerequisites, and how many groups each offer asks for."""

    order: Sequence[Offer]
    groups: Sequence[Sequence[Set[int]]]
    least: Sequence[int]

    @classmethod
    def of(cls, order: Sequence[Offer], standing: Standing) -> Wanted:
        """All of an order that can be walked through from this standing."""
        groups = [supports_of(offer, order, standing) for offer in order]
        return cls(order, groups, [least_of(offer, own) for offer, own in zip(order, groups, strict=True)])

    def only(self, kept: Sequence[int]) -> Wanted:
        """These places alone. A group that somebody left out would satisfy asks for nothing then, so that it is never harder."""
        new = {place: number for number, place in enumerate(kept)}
        groups, least = [], []
        for place in kept:
            whole = [group for group in self.groups[place] if group <= new.keys()]
            groups.append([{new[one] for one in group} for group in whole])
            least.append(max(0, self.least[place] - (len(self.groups[place]) - len(whole))))
        return Wanted([self.order[place] for place in kept], groups, least)

    def leading_to_fixed(self) -> Iterator[list[int]]:
        """The courses with fixed starts that must begin soonest, and all that they may wait for: one more of these courses each time."""
        latest = {one: max(offer.starts) for one, offer in enumerate(self.order) if offer.starts}
        found: set[int] = set()
        for course in sorted(latest, key=lambda one: (latest[one], one)):
            waiting = [course]
            while waiting:
                one = waiting.pop()
                if one not in found:
                    found.add(one)
                    waiting += sorted(set().union(*self.groups[one]))
            yield sorted(found)

    def waiting(self, kept: Sequence[int]) -> list[tuple[int, int]]:
        """The groups that `only` keeps: whose, and which of its open ones."""
        inside = set(kept)
        return [(place, number) for place in kept for number, group in enumerate(self.groups[place]) if group <= inside]


def place(wanted: Wanted, limits: Limits, weeks: int | None, *, soonest: bool, allowance: Allowance) -> Placed:
    """A calendar within `weeks` (any number of them for None), proven to have the least last week if `soonest` is asked."""
    if limits.hours_per_week is None or not wanted.order:
        return Placed(Fit.YES, soonest=0)
    last = weeks_enough(wanted.order, limits)
    within = last if weeks is None else min(weeks, last)
    if within < 1:
        return Placed(Fit.NO)
    try:
        board = Board(wanted, limits, within)
    except TooFine:
        return Placed(Fit.UNKNOWN)
    return board.solve(soonest=soonest, allowance=allowance)


def in_the_way(wanted: Wanted, limits: Limits, weeks: int | None, allowance: Allowance) -> list[int]:
    """Places of offers that cannot be done within `weeks` even by themselves, as few as can be: none of them can be left out.

    All the offers given must be known not to fit. Where nothing is left of the allowance, more than the fewest are told.
    """

    def too_many(some: Sequence[int]) -> bool:
        patience = allowance.part(PATIENCE)
        return place(wanted.only(some), limits, weeks, soonest=False, allowance=patience).fit is Fit.NO

    kept = list(range(len(wanted.order)))
    for some in wanted.leading_to_fixed() if weeks is None else ():
        if allowance.over <= 0 or too_many(some):
            kept = some
            break
    for one in list(kept):
        rest = [place for place in kept if place != one]
        if allowance.over <= 0:
            break
        if rest and too_many(rest):
            kept = rest
    return kept


def weeks_enough(order: Sequence[Offer], limits: Limits) -> int:
    """Weeks within which everything is done that can be done at all: after the last fixed start, one after the other."""
    per_week = limits.hours_per_week or 1
    fixed = [
        start + length(offer, limits) + 1
        for offer in order
        if offer.starts
        for start, _ in beginnings(offer, 1, limits)
    ]
    paced = sum(length(offer, limits) for offer in order if sets_pace(offer))
    free = -(-sum(offer.hours for offer in order if not sets_pace(offer)) // per_week)
    return min(HORIZON - 1, max(fixed, default=0) + paced + free + 1)


class TooFine(Exception):
    """The hours would have to be counted in too small parts, or over too many weeks."""


class Board:
    """The model of one calendar."""

    def __init__(self, wanted: Wanted, limits: Limits, weeks: int) -> None:
        from ortools.sat.python import cp_model

        self.cp = cp_model
        self.wanted, self.limits, self.weeks = wanted, limits, weeks
        self.model = cp_model.CpModel()
        self.parts = self._parts()
        if self.parts > FINEST or weeks * len(wanted.order) > MOST_CELLS:
            raise TooFine
        self.load: dict[int, list[tuple[Any, int]]] = {week: [] for week in range(1, weeks + 1)}
        self.work: dict[int, dict[int, Any]] = {}
        self.starts: dict[int, list[tuple[Any, Slot]]] = {}
        self.possible = True
        count = len(wanted.order)
        # what is granted with the last part may be built on from the week after that on, which may be the one after the last
        latest = [weeks + 1 if offer.granted else weeks for offer in wanted.order]
        self.start = [self.model.new_int_var(1, last, "") for last in latest]
        self.after = [self.model.new_int_var(1, weeks + 1, "") for _ in range(count)]
        self.rank = [self.model.new_int_var(0, count, "") for _ in range(count)]
        self.finish = self.model.new_int_var(1, weeks, "")
        for one, offer in enumerate(wanted.order):
            if offer.granted:
                self.model.add(self.after[one] >= self.start[one])
            elif sets_pace(offer):
                self._paced(one, offer)
            else:
                self._free(one, offer)
            self._waits(one)
        for week, terms in self.load.items():
            if terms:
                self.model.add(
                    cp_model.LinearExpr.weighted_sum([term for term, _ in terms], [weight for _, weight in terms])
                    <= int(limits.room(week) * self.parts)
                )

    def _parts(self) -> int:
        """Parts of an hour of which every load is a whole number."""
        found = self.limits.room(self.weeks).denominator  # no week but the last has only a few days
        for offer in self.wanted.order:
            if sets_pace(offer) and not offer.granted:
                load = Fraction(offer.hours, length(offer, self.limits))
                found = lcm(found, load.denominator)
                if offer.starts:
                    found = lcm(found, (load / 7).denominator)
        return found

    def _paced(self, one: int, offer: Offer) -> None:
        """One of the weeks it may start in, hours spread evenly; where that is the middle of a week, it ends in the middle of one."""
        weeks = length(offer, self.limits)
        load = Fraction(offer.hours, weeks) * self.parts
        found = []
        for start, into in beginnings(offer, 1, self.limits):
            end = start + weeks - (0 if into else 1)
            if end > self.weeks:
                break
            chosen = self.model.new_bool_var("")
            found.append((chosen, Slot(start, end)))
            for week in range(start, start + weeks):
                self._add(week, chosen, load * (7 - into) / 7 if into and week == start else load)
            if into:
                self._add(end, chosen, load * into / 7)
            self.model.add(self.start[one] == start).only_enforce_if(chosen)
            self.model.add(self.after[one] == end + 1).only_enforce_if(chosen)
        if not found:
            self.possible = False
            return
        self.model.add_exactly_one(chosen for chosen, _ in found)
        self.model.add(self.finish >= self.after[one] - 1)
        self.starts[one] = found

    def _add(self, week: int, term: Any, weight: Fraction) -> None:
        if weight:
            self.load[week].append((term, int(weight)))

    def _free(self, one: int, offer: Offer) -> None:
        """Any hours in any week from the first it is ready in to the one after which others may follow, in that same week already.

        Where it starts on fixed days, the first is the week of one of these.
        """
        if offer.starts:
            weeks = [week for week, _ in beginnings(offer, 1, self.limits) if week <= self.weeks]
            self.possible = self.possible and bool(weeks)
            self.model.add_linear_expression_in_domain(self.start[one], self.cp.Domain.from_values(weeks))
        self.model.add(self.after[one] >= self.start[one])
        self.model.add(self.after[one] <= self.weeks)
        self.model.add(self.finish >= self.after[one])
        hours = offer.hours * self.parts
        most = min(hours, (self.limits.hours_per_week or 1) * self.parts)
        self.work[one] = {}
        if not hours:
            self.model.add(self.after[one] == self.start[one])
            return
        for week in range(1, self.weeks + 1):
            amount, busy = self.model.new_int_var(0, most, ""), self.model.new_bool_var("")
            self.model.add(amount <= most * busy)
            self.model.add(self.start[one] <= week).only_enforce_if(busy)
            self.model.add(self.after[one] >= week).only_enforce_if(busy)
            self.load[week].append((amount, 1))
            self.work[one][week] = amount
        self.model.add(self.cp.LinearExpr.sum(list(self.work[one].values())) == hours)

    def _waits(self, one: int) -> None:
        """Each group of prerequisites waits for somebody who satisfies it; `rank` keeps two from waiting for each other in one week."""
        met = []
        for group in self.wanted.groups[one]:
            first = []
            for other in sorted(group):
                chosen = self.model.new_bool_var("")
                self.model.add(self.start[one] >= self.after[other]).only_enforce_if(chosen)
                self.model.add(self.rank[one] >= self.rank[other] + 1).only_enforce_if(chosen)
                first.append(chosen)
            met.append(self.model.new_bool_var(""))
            self.model.add_bool_or([*first, met[-1].negated()])
        if self.wanted.least[one] > len(met):
            self.possible = False
        elif met:
            self.model.add(self.cp.LinearExpr.sum(met) >= self.wanted.least[one])

    def solve(self, *, soonest: bool, allowance: Allowance) -> Placed:
        """The answer; the least last week is proven if it is asked for and the allowance suffices."""
        if not self.possible:
            return Placed(Fit.NO)
        if soonest:
            self.model.minimize(self.finish)
        solver = self.cp.CpSolver()
        status = allowance.exactly(solver, self.model)
        if status == self.cp.INFEASIBLE:
            return Placed(Fit.NO)
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return Placed(Fit.UNKNOWN)
        least = round(solver.objective_value) if soonest and status == self.cp.OPTIMAL else None
        slots = self.slots(solver)
        sooner = as_soon(self.wanted.order, self.wanted.groups, self.wanted.least, self.limits, slots)
        slots = sooner or self.slots(self._polished(solver, allowance))
        return replace(Placed.of(self.wanted.order, slots), soonest=least)

    def _polished(self, found: Any, allowance: Allowance) -> Any:
        """The same with earlier starts where that is soon seen: no week is left empty for nothing."""
        self.model.add(self.finish <= found.value(self.finish))
        for number in range(len(self.model.proto.variables)):
            variable = self.model.get_int_var_from_proto_index(number)
            self.model.add_hint(variable, found.value(variable))
        self.model.minimize(self.cp.LinearExpr.sum([*self.start, *self.after]))
        solver = self.cp.CpSolver()
        status = allowance.exactly(solver, self.model, most=POLISH)
        return solver if status in (self.cp.OPTIMAL, self.cp.FEASIBLE) else found

    def slots(self, solver: Any) -> list[Slot]:
        """From what the solver chose to first and last weeks; what is granted comes with the last part that it needs."""
        slots: dict[int, Slot] = {}
        for one, options in self.starts.items():
            slots[one] = next(slot for chosen, slot in options if solver.boolean_value(chosen))
        for one, amounts in self.work.items():
            busy = [week for week, amount in amounts.items() if solver.value(amount)]
            begun = solver.value(self.start[one])
            slots[one] = (
                Slot(begun if self.wanted.order[one].starts else busy[0], busy[-1]) if busy else Slot(begun, begun)
            )
        granted = [one for one in range(len(self.wanted.order)) if one not in slots]
        for one in sorted(granted, key=lambda one: solver.value(self.rank[one])):
            groups = [[slots[other].end for other in group if other in slots] for group in self.wanted.groups[one]]
            ended = sorted(min(ends) for ends in groups if ends)
            least = self.wanted.least[one]
            end = ended[least - 1] if least else 1
            slots[one] = Slot(end, end)
        return [slots[one] for one in range(len(self.wanted.order))]
