"""What a calendar asks of a choice, told to the exact search from the start, so that it rarely comes to a choice that has none.

Every calendar keeps to this; not everything that does has a calendar (`timetable` decides that):

1. Whoever waits for others begins after one of them, and courses with fixed starts begin on one of these.
2. In no week do courses that set the pace take more hours than it has.

Without a deadline, and where the last week is not asked for, only that counts which courses with fixed starts wait for: everything
else can be done later.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cairn.planning.schedule import HORIZON, crowding, length, ready_weeks, sets_pace
from cairn.planning.values import Offer

if TYPE_CHECKING:
    from cairn.planning.solver import Search

PARTS = 60
"""Parts of an hour in which the load of a week is counted; less than one is left out."""


class Weeks:
    """The weeks of the candidates of one search: when each begins, and when all is done (`finish`)."""

    def __init__(self, search: Search, *, ending: bool) -> None:
        """`ending` says that it matters when all is done."""
        self.search, self.model, self.limits = search, search.model, search.limits
        self.offers: Sequence[Offer] = search.offers
        self.take = search.take
        self.ready = [ready_weeks(offer, self.limits) for offer in self.offers]
        self.groups = [self._givers(place) for place in range(len(self.offers))]
        longest = sum(length(offer, self.limits) + 1 for offer in self.offers)
        self.horizon = min(HORIZON, longest + max((max(fixed) for fixed in self.ready if fixed), default=0) + 1)
        places = range(len(self.offers)) if ending else self._before_fixed()
        self.begin = {place: self.model.new_int_var(1, self.horizon, "") for place in places}
        for place in self.begin:
            self._begins(place)
        self._side_by_side()
        self.finish = self._finish() if ending else None

    def _givers(self, place: int) -> list[list[int]]:
        """Per open group of prerequisites: the candidates that may be the first to satisfy it."""
        program = self.search.program
        return [
            sorted({giver for node in group for giver in program.givers.get(node, ())} - {place})
            for group in program.groups.get(place, ())
        ]

    def _before_fixed(self) -> list[int]:
        """Who starts on fixed days, and whoever such a one may wait for, also over others."""
        found = {place for place, fixed in enumerate(self.ready) if fixed is not None}
        waiting = list(found)
        while waiting:
            for group in self.groups[waiting.pop()]:
                fresh = set(group) - found
                found |= fresh
                waiting += fresh
        return sorted(found)

    def _begins(self, place: int) -> None:
        offer, taken, starts, days = self.offers[place], self.take[place], self.ready[place], self.limits.days_available
        weeks = length(offer, self.limits)
        if starts == []:  # none of its terms ends in time
            self.model.add(taken == 0)
        elif starts is not None:
            self.model.add_linear_expression_in_domain(self.begin[place], self.search.cp.Domain.from_values(starts))
        elif offer.weeks and days is not None:
            self.model.add(self.begin[place] + weeks - 1 <= days // 7).only_enforce_if(taken)
        if offer.at_least is None:
            for group in self.groups[place]:
                self._after_one_of(place, group)

    def _after_one_of(self, place: int, group: Sequence[int]) -> None:
        first = [self.model.new_bool_var("") for _ in group]
        self.model.add_bool_or([*first, self.take[place].negated()])
        for other, supports in zip(group, first, strict=True):
            self.model.add_implication(supports, self.take[other])
            before = self.offers[other]
            until = self.begin[other] + length(before, self.limits) - (0 if sets_pace(before) else 1)
            self.model.add(self.begin[place] >= until).only_enforce_if(supports)

    def _side_by_side(self) -> None:
        """Courses that set the pace, in the weeks of which all seven days are theirs."""
        intervals, loads = [], []
        for place, begin in self.begin.items():
            offer = self.offers[place]
            if not sets_pace(offer) or offer.granted:
                continue
            weeks = length(offer, self.limits)
            whole = weeks - 1 if offer.starts else weeks
            load = offer.hours * PARTS // weeks
            if whole and load:
                intervals.append(self.model.new_optional_fixed_size_interval_var(begin, whole, self.take[place], ""))
                loads.append(load)
        if len(intervals) > 1:
            self.model.add_cumulative(intervals, loads, (self.limits.hours_per_week or 0) * PARTS)

    def _finish(self) -> Any:
        """The last week, no sooner than hours, crowding and each course by itself allow."""
        finish = self.model.new_int_var(0, self.horizon, "finish")
        self.model.add((self.limits.hours_per_week or 1) * finish >= self.search.hours)
        for most, terms in crowding(self.offers, self.limits):
            self.model.add(most * finish >= self.search.sum_of(terms.items()))
        for place, begin in self.begin.items():
            if not self.offers[place].granted:
                weeks = length(self.offers[place], self.limits)
                self.model.add(finish >= begin + weeks - 1).only_enforce_if(self.take[place])
        return finish
