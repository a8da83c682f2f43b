"""A planning problem as the search works on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cairn.planning.gaps import levels
from cairn.planning.prices import bill
from cairn.planning.pruning import OfferIndex, Pool, Weighing, prune
from cairn.planning.replay import Standing, walk
from cairn.planning.schedule import HORIZON, Slot, can_be_taken, schedule
from cairn.planning.solver import Allowance
from cairn.planning.values import Learner, Limits, Objective, Offer, PlanningError, Target


@dataclass
class Problem:
    """Everything one search needs."""

    index: OfferIndex
    learner: Learner
    target: Target
    limits: Limits
    start: Standing
    allowance: Allowance

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
        return cls(index, learner, target, limits, _start(learner, limits), Allowance(seconds))

    def within(self, limits: Limits) -> Problem:
        """The same within other limits."""
        return replace(self, limits=limits, start=_start(self.learner, limits))

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

    def pool(self, wanted: Mapping[str, Iterable[int]], weighing: Weighing) -> Pool:
        """The offers that can matter."""
        return prune(self.index, self.judge, self.start, wanted, weighing)

    def weighing(self, objective: Objective, *, hours: bool = False) -> Weighing:
        """What makes a set of offers surely better, given the limits; `hours` says that these are limited too."""
        limits = self.limits
        timed = hours or limits.weeks_available is not None
        calendar = limits.hours_per_week is not None and (
            self.index.fixed_starts or limits.weeks_available is not None or objective is Objective.FASTEST
        )
        if objective is Objective.BEST_RETURN or (calendar and self.index.paced):
            return Weighing.NOTHING
        if objective in (Objective.LEAST_STUDY, Objective.FASTEST):
            return Weighing.BOTH if limits.budget else Weighing.HOURS
        return Weighing.BOTH if timed else Weighing.MONEY

    def ordered(self, chosen: Iterable[Offer]) -> list[Offer]:
        """The choice in an order its prerequisites allow."""
        order, _ = walk(chosen, Standing.of(self.start.levels, self.start.names))
        return order

    def slots(self, order: Sequence[Offer]) -> list[Slot] | None:
        """The weeks of the calendar for offers in this order."""
        return schedule(order, self.start, self.limits)

    def weeks(self, chosen: Iterable[Offer]) -> int:
        """The last week; the horizon where the calendar does not work out."""
        slots = self.slots(self.ordered(chosen))
        return max((slot.end for slot in slots), default=0) if slots is not None else HORIZON

    def in_time(self, chosen: Iterable[Offer]) -> bool:
        """Whether the calendar works out within the time there is."""
        if self.limits.hours_per_week is None:
            return True
        available = self.limits.weeks_available
        return self.weeks(chosen) <= (HORIZON - 1 if available is None else available)

    def cost(self, chosen: Iterable[Offer]) -> int:
        """What the choice costs, in minor units."""
        return bill(chosen, self.index, self.start).total


def _start(learner: Learner, limits: Limits) -> Standing:
    return Standing.of(levels(learner, count_claimed=limits.count_claimed), learner.holds)
