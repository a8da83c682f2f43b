"""A planning problem as the search works on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cairn.planning.allowance import Allowance
from cairn.planning.arranging import Way, Ways, holds, ways
from cairn.planning.dating import dated
from cairn.planning.gaps import levels
from cairn.planning.prices import bill
from cairn.planning.pruning import OfferIndex, Pool, Weighing, prune
from cairn.planning.replay import Standing, gives
from cairn.planning.schedule import can_be_taken, earliest, has_calendar, in_order, schedule
from cairn.planning.timetable import Fit, Placed, Wanted, in_the_way, place
from cairn.planning.values import Learner, Limits, Objective, Offer, PlanningError, Target
from cairn.planning.worth import Worth

CONTENDING = 600
"""Offers that may contend for weeks, beyond which no exact search of their calendars comes to an end soon."""

REMEMBERED = 5_000
"""How many orders are kept at most."""


@dataclass
class Problem:
    """Everything one search needs."""

    index: OfferIndex
    learner: Learner
    target: Target
    limits: Limits
    start: Standing
    allowance: Allowance
    tried: dict[tuple[object, ...], Placed] = field(default_factory=dict, repr=False)
    """Calendars that were tried, by who belongs to them."""
    settled: dict[tuple[object, ...], list[Offer]] = field(default_factory=dict, repr=False)
    """The order of the offers in calendars in which it was asked about."""
    arranged: dict[frozenset[str], Ways] = field(default_factory=dict, repr=False)
    """Orders that were tried, by who belongs to them."""

    @classmethod
    def pose(
        cls,
        offers: Iterable[Offer] | OfferIndex,
        learner: Learner,
        target: Target,
        limits: Limits,
        seconds: float,
    ) -> Problem:
        """Check that the parts belong together. Raises `PlanningError`."""
        index = offers if isinstance(offers, OfferIndex) else OfferIndex(offers)
        if limits.budget and index.currency and limits.budget.currency != index.currency:
            raise PlanningError(
                f"The budget is in {limits.budget.currency}, prices are in {index.currency}. Convert one of them."
            )
        if limits.start is None and limits.hours_per_week and index.fixed_starts:
            raise PlanningError("Some offers start on fixed days. Give the day the learner can start.")
        for granted in (index.offers[number] for number in index.counting):
            if granted.counting is not None and not granted.counting.names.isdisjoint(learner.holds):
                raise PlanningError(f"{granted.id} counts what the learner holds. Ask for what is missing beyond that.")
        return cls(index, learner, target, limits, _start(learner, limits), Allowance(seconds))

    def within(self, limits: Limits) -> Problem:
        """The same within other limits."""
        start = _start(self.learner, limits)
        return replace(self, limits=limits, start=start, tried={}, settled={}, arranged={})

    @property
    def needs(self) -> dict[str, int]:
        """The needs that are not met at the start."""
        return {
            need.skill: need.level for need in self.target.needs if self.start.levels.get(need.skill, 0) < need.level
        }

    @property
    def rungs(self) -> dict[str, range]:
        """Every level between have and need: each counts when not everything can be reached."""
        return {skill: range(self.start.levels.get(skill, 0) + 1, level + 1) for skill, level in self.needs.items()}

    @property
    def currency(self) -> str:
        """The one currency of this problem."""
        return self.index.currency or (self.limits.budget.currency if self.limits.budget else "")

    @property
    def worth(self) -> Worth | None:
        """What reaching the target is worth by the learner's word, where no offer states what it returns."""
        return None if self.index.returns_known else self.target.worth

    def loss(self, weeks: int) -> int:
        """What the learner loses of the premium's value by finishing after so many weeks; nothing where no weeks are counted."""
        worth = self.worth
        return 0 if worth is None or self.limits.hours_per_week is None else worth.loss(weeks)

    @property
    def judge(self) -> Callable[[Offer], bool] | None:
        """Whether the limits let an offer be taken at all; None where they let all. Money and time are judged over a whole plan."""
        limits = self.limits
        free = (
            not self.learner.holds
            and not limits.without
            and limits.modes is limits.languages is limits.places is None
            and limits.quality_at_least is None
            and limits.recognition_at_least is None
            and not self.index.fixed_starts
        )
        return None if free else self.allowed

    def allowed(self, offer: Offer) -> bool:
        """Whether the limits let the offer be taken."""
        limits = self.limits
        if not (
            offer.names.isdisjoint(self.learner.holds)
            and offer.names.isdisjoint(limits.without)
            and offer.exclusive_with.isdisjoint(self.learner.holds)
        ):
            return False
        return offer.granted or (
            (limits.modes is None or offer.mode in limits.modes)
            and (limits.languages is None or not offer.language or offer.language in limits.languages)
            and (limits.places is None or not offer.place or offer.place in limits.places)
            and (
                limits.quality_at_least is None
                or (offer.quality_low is not None and offer.quality_low >= limits.quality_at_least)
            )
            and (limits.recognition_at_least is None or offer.recognition >= limits.recognition_at_least)
            and can_be_taken(offer, limits)
        )

    def pool(self, wanted: Mapping[str, Iterable[int]], weighing: Weighing, objective: Objective | None = None) -> Pool:
        """The offers that can matter. Where money is weighed for the best return, an hour counts as what it is worth."""
        hour = self.worth.hour if objective is Objective.BEST_RETURN and self.worth is not None else 0
        return prune(self.index, self.judge, self.start, wanted, weighing, hour)

    def weighing(self, objective: Objective, *, hours: bool = False) -> Weighing:
        """What makes a set of offers surely better, given the limits; `hours` says that these are limited too."""
        limits = self.limits
        timed = hours or limits.weeks_available is not None
        returning = objective is Objective.BEST_RETURN
        soon = objective is Objective.FASTEST or returning
        calendar = limits.hours_per_week is not None and (
            self.index.fixed_starts or limits.weeks_available is not None or soon
        )
        if returning and self.worth is None:
            return Weighing.NOTHING
        if calendar and self.index.paced:
            return Weighing.NOTHING if self.index.counting else Weighing.AT_OWN_PACE
        if returning and (limits.budget or limits.hours_per_week is not None):
            return Weighing.BOTH
        if objective in (Objective.LEAST_STUDY, Objective.FASTEST):
            return Weighing.BOTH if limits.budget else Weighing.HOURS
        return Weighing.BOTH if timed else Weighing.MONEY

    def ordered(self, chosen: Iterable[Offer]) -> list[Offer]:
        """The choice in an order its prerequisites allow, and in which what is granted for enough of it is, if there is one."""
        found = self._ways(list(chosen))
        return list(found.found[0].order if found.found else found.plain)

    def in_no_order(self, chosen: Iterable[Offer]) -> bool:
        """Whether it is proven that there is no such order."""
        return self._ways(list(chosen)).fit is Fit.NO

    def _ways(self, chosen: list[Offer]) -> Ways:
        key = frozenset(offer.id for offer in chosen)
        if key not in self.arranged:
            if len(self.arranged) >= REMEMBERED:
                self.arranged.clear()
            self.arranged[key] = ways(chosen, self.start, dated=self.limits.hours_per_week is not None)
        return self.arranged[key]

    def placed(self, order: Sequence[Offer], weeks: int | None = None) -> Placed:
        """A calendar for offers in an order that can be walked, within `weeks` if given and within the time there is."""
        within = min((one for one in (weeks, self.limits.weeks_available) if one is not None), default=None)
        asked = self._soonest_asked(order)
        if weeks is not None and within is not None and asked is not None and asked.weeks <= within:
            return asked
        return self._calendar(order, within, soonest=False)

    def placed_at_once(self, order: Sequence[Offer]) -> Fit:
        """Whether there is a calendar, as far as that is seen without a search."""
        if self.limits.hours_per_week is None or any(offer.counting and offer.counting.judged for offer in order):
            return Fit.UNKNOWN if self.limits.hours_per_week is not None else self.placed(order).fit
        slots = schedule(after_all_that_counts(order), self.start, self.limits)
        return Fit.UNKNOWN if slots is None else Fit.YES

    def soonest(self, order: Sequence[Offer]) -> Placed:
        """The calendar that ends first."""
        return self._calendar(order, self.limits.weeks_available, soonest=True)

    def soonest_known(self, order: Sequence[Offer]) -> Placed:
        """A calendar as `placed` finds it, or one that ends sooner, where the one that ends first was looked for before."""
        found, asked = self.placed(order), self._soonest_asked(order)
        return asked if asked is not None and asked.weeks < found.weeks else found

    def _soonest_asked(self, order: Sequence[Offer]) -> Placed | None:
        """The calendar that `soonest` found, where it was asked before."""
        found = self.tried.get((frozenset(offer.id for offer in order), self.limits.weeks_available, True))
        return found if found is not None and found.fit is Fit.YES else None

    def as_placed(self, order: Sequence[Offer], placed: Placed) -> list[Offer]:
        """The order that the calendar has, which keeps prerequisites first."""
        settled = self.settled.get(_by_slots(placed))
        return in_order(order, placed.slots, self.start) if settled is None else list(settled)

    def _calendar(self, order: Sequence[Offer], weeks: int | None, *, soonest: bool) -> Placed:
        key = (frozenset(offer.id for offer in order), weeks, soonest)
        if key not in self.tried:
            asking = any(offer.counting is not None and offer.counting.judged is not None for offer in order)
            calendar = self._asked_about if asking else self._whenever
            self.tried[key] = calendar(order, weeks, soonest=soonest)
        return self.tried[key]

    def _whenever(self, order: Sequence[Offer], weeks: int | None, *, soonest: bool) -> Placed:
        """Where it does not matter in which order and when what counts is reached."""
        plain = after_all_that_counts(order)
        found = self._worked_out(plain, weeks, soonest=soonest)
        if plain is not order and any(built_on(offer, order) for offer in order if offer.counting is not None):
            # what builds on an amount waits for all of it here, longer than it perhaps must: then nothing is proven
            return Placed(Fit.UNKNOWN) if found.fit is Fit.NO else replace(found, soonest=None)
        return found

    def _asked_about(self, order: Sequence[Offer], weeks: int | None, *, soonest: bool) -> Placed:
        """A calendar in which everything that is granted is enough in its week. That there is none is proven by what is looser (there is no
        order at all, or no calendar whatever the order), or of this choice alone."""
        arranged = self._ways(list(order))
        if arranged.fit is Fit.NO:
            return Placed(Fit.NO, alone=True)
        if self.limits.hours_per_week is None:
            return Placed(arranged.fit)
        loosest = self._whenever(arranged.plain, weeks, soonest=soonest)
        if loosest.fit is Fit.NO:
            return loosest
        best: Placed | None = None
        for way in arranged.found:
            found = self._worked_out(way.tied, weeks, soonest=soonest)
            if found.fit is Fit.YES and (best is None or found.weeks < best.weeks) and self._holds(way, found):
                if not soonest or found.weeks == loosest.soonest:
                    return replace(found, soonest=loosest.soonest)
                best = replace(found, soonest=None)
            if self.allowance.over <= 0:
                return best or Placed(Fit.UNKNOWN)
        found, line = self._dated(order, weeks if best is None else best.weeks, soonest=soonest)
        if found.fit is Fit.YES:
            self.settled[_by_slots(found)] = line
            return found
        return best or found

    def _holds(self, way: Way, found: Placed) -> bool:
        """Whether everything that is granted is enough in its week; then the order is kept."""
        self.allowance.judged(len(way.order))
        line, verdict = holds(way.order, found.slots, self.start, self.limits)
        if verdict:
            self.settled[_by_slots(found)] = line
        return verdict is True

    def _dated(self, order: Sequence[Offer], weeks: int | None, *, soonest: bool) -> tuple[Placed, list[Offer]]:
        """Every calendar, by its days, where nothing waits for what is granted on them."""
        plain = [offer for offer in order if offer.counting is None]
        if any(built_on(offer, plain) for offer in order if offer.counting is not None):
            return Placed(Fit.UNKNOWN), []
        return dated(order, self.start, self.limits, weeks, soonest=soonest, allowance=self.allowance)

    def _worked_out(self, order: Sequence[Offer], weeks: int | None, *, soonest: bool) -> Placed:
        """One after the other as `schedule` does; where that finds no room, or perhaps not the soonest, by trying every calendar."""
        if self.limits.hours_per_week is None:
            return Placed(Fit.YES)
        slots = schedule(order, self.start, self.limits)
        found = Placed(Fit.NO) if slots is None else Placed.of(order, slots)
        if slots is not None and (weeks is None or found.weeks <= weeks):
            if not soonest:
                return found
            if found.weeks <= earliest(order, self.start, self.limits):
                return replace(found, soonest=found.weeks)
            weeks = found.weeks
        elif not any(has_calendar(offer) for offer in order):
            return Placed(Fit.NO)
        wanted = Wanted.of(order, self.start)
        if (
            weeks is None and not soonest
        ):  # what can be done at all can mostly be done soon, and that is quicker to find
            soon = earliest(order, self.start, self.limits) * 5 // 4
            exact = place(wanted, self.limits, soon, soonest=False, allowance=self.allowance)
            if exact.fit is Fit.YES:
                return exact
        exact = place(wanted, self.limits, weeks, soonest=soonest, allowance=self.allowance)
        known = found.fit is Fit.YES and weeks is not None and found.weeks <= weeks
        return found if known and exact.fit is Fit.UNKNOWN else exact

    def crowding(self, order: Sequence[Offer], weeks: int | None) -> tuple[list[Offer], list[tuple[Offer, int]]]:
        """Of offers that do not fit into the time there is: few that do not by themselves, and what of it these wait for."""
        within = min((one for one in (weeks, self.limits.weeks_available) if one is not None), default=None)
        order = after_all_that_counts(order)
        wanted = Wanted.of(order, self.start)
        kept = in_the_way(wanted, self.limits, within, self.allowance)
        return [order[one] for one in kept], [(order[one], number) for one, number in wanted.waiting(kept)]

    def cost(self, chosen: Iterable[Offer]) -> int:
        """What the choice costs, in minor units."""
        return bill(chosen, self.index, self.start).total


def contended(problem: Problem, pool: Pool) -> bool:
    """Whether so many offers contend for weeks that no exact search comes to an end soon."""
    return problem.limits.hours_per_week is not None and problem.index.paced and pool.grid.size > CONTENDING


def _by_slots(placed: Placed) -> tuple[object, ...]:
    return tuple(sorted((key, slot.start, slot.end) for key, slot in placed.slots.items()))


def after_all_that_counts(order: Sequence[Offer]) -> Sequence[Offer]:
    """The same order, in which what is granted for an amount waits for everything before it that counts."""
    if all(offer.counting is None for offer in order):
        return order
    found: list[Offer] = []
    for number, offer in enumerate(order):
        if offer.counting is not None:
            before = [other for other in order[:number] if not other.names.isdisjoint(offer.counting.names)]
            offer = replace(offer, requires=tuple((other.id,) for other in before), at_least=None, counting=None)
        found.append(offer)
    return found


def built_on(offer: Offer, others: Iterable[Offer]) -> bool:
    """Whether any of these asks for what the offer brings."""
    return any(gives(offer, alternative) for other in others for group in other.requires for alternative in group)


def _start(learner: Learner, limits: Limits) -> Standing:
    return Standing.of(levels(learner, count_claimed=limits.count_claimed), learner.holds)
