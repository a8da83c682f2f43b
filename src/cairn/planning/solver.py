"""The exact search over candidates: which offers to take. OR-Tools CP-SAT, loaded with the first plan.

Ordering is not part of the model. A choice that cannot be put in order (a loop of prerequisites that support each other) is cut
off and the search goes on: of the stuck offers, some first one would have to be supported from outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from cairn.planning.replay import Standing, exclusive, gives, walk
from cairn.planning.schedule import length, starting_weeks
from cairn.planning.values import Alternative, Limits, Offer, SkillLevel

PROVEN, FOUND, NONE, UNKNOWN = "proven", "found", "none", "unknown"


@dataclass(frozen=True)
class Answer:
    """`status`: proven best, found but not proven, none exists (proven), or unknown for lack of time.

    `value` is what the goal came to, `bound` the proven limit of what it could come to.
    """

    status: str
    chosen: tuple[Offer, ...] = ()
    value: int = 0
    bound: int = 0

    @property
    def usable(self) -> bool:
        """Whether there is a choice."""
        return self.status in (PROVEN, FOUND)


@dataclass
class Allowance:
    """Seconds left for all questions of one plan together."""

    seconds: float
    began: float = field(default_factory=monotonic)

    @property
    def left(self) -> float:
        """Seconds left, never below a blink."""
        return max(0.05, self.seconds - (monotonic() - self.began))


class Search:
    """A model over candidates that can be asked several questions in turn, each within what the former fixed."""

    def __init__(self, offers: Sequence[Offer], start: Standing, limits: Limits, allowance: Allowance) -> None:
        from ortools.sat.python import cp_model  # half a second to load: only who plans pays for it

        self.cp = cp_model
        self.offers = sorted(offers, key=lambda offer: offer.id)
        self.start = start
        self.limits = limits
        self.allowance = allowance
        self.model = cp_model.CpModel()
        self.take: list[Any] = [self.model.new_bool_var(offer.id) for offer in self.offers]
        self.place = {offer.id: place for place, offer in enumerate(self.offers)}
        self.by_skill: dict[str, list[int]] = {}
        self.by_name: dict[str, list[int]] = {}
        for place, offer in enumerate(self.offers):
            for skill in offer.provides:
                self.by_skill.setdefault(skill, []).append(place)
            for name in offer.names:
                self.by_name.setdefault(name, []).append(place)
        self.last: tuple[int, ...] = ()
        self._prerequisites()
        self._exclusions()

    def givers(self, alternative: Alternative) -> list[int]:
        """The candidates that satisfy an alternative."""
        by_name = self.by_name.get(alternative, []) if isinstance(alternative, str) else []
        by_skill = self.by_skill.get(alternative.skill, []) if isinstance(alternative, SkillLevel) else []
        return [place for place in by_name or by_skill if gives(self.offers[place], alternative)]

    def _open(self, offer: Offer) -> list[list[int]]:
        """Per group of prerequisites that is not satisfied yet: the candidates that would, without the offer itself."""
        groups = [group for group in offer.requires if not any(self.start.has(alternative) for alternative in group)]
        own = self.place[offer.id]
        return [sorted({place for other in group for place in self.givers(other)} - {own}) for group in groups]

    def _prerequisites(self) -> None:
        for place, offer in enumerate(self.offers):
            for group in self._open(offer):
                self.model.add_bool_or([*(self.take[other] for other in group), self.take[place].negated()])

    def _exclusions(self) -> None:
        marked = [place for place, offer in enumerate(self.offers) if offer.exclusive_with]
        for one in marked:
            for other in range(len(self.offers)):
                if one != other and exclusive(self.offers[one], self.offers[other]):
                    self.model.add_at_most_one(self.take[one], self.take[other])

    @property
    def cost(self) -> Any:
        """Money in minor units, as an expression."""
        return sum(offer.cost.minor * taken for offer, taken in zip(self.offers, self.take, strict=True))

    @property
    def hours(self) -> Any:
        """Study hours, as an expression."""
        return sum(offer.hours * taken for offer, taken in zip(self.offers, self.take, strict=True))

    def require(self, needs: Mapping[str, int]) -> None:
        """Every skill at its level, where the learner does not have it."""
        for skill, level in sorted(needs.items()):
            if self.start.levels.get(skill, 0) < level:
                self.model.add_bool_or([self.take[place] for place in self.givers(SkillLevel(skill, level))])

    def limit(self, *, cost: int | None = None, hours: int | None = None, weeks: int | None = None) -> None:
        """At most this much money, study, or weeks of the calendar."""
        if cost is not None:
            self.model.add(self.cost <= cost)
        if hours is not None:
            self.model.add(self.hours <= hours)
        if weeks is not None:
            if self.limits.hours_per_week is not None:
                self.model.add(self.hours <= weeks * self.limits.hours_per_week)
            if any(offer.weeks or offer.starts for offer in self.offers):
                self.model.add(self.finish() <= weeks)

    def forbid(self, chosen: Sequence[Offer]) -> None:
        """Not exactly this choice again."""
        places = {self.place[offer.id] for offer in chosen}
        self.model.add_bool_or([taken.negated() if place in places else taken for place, taken in enumerate(self.take)])

    def reached(self, weights: Mapping[SkillLevel, int]) -> Any:
        """The weighted sum of the levels reached, as an expression to be maximised."""
        terms = []
        for step, weight in sorted(weights.items()):
            if self.start.levels.get(step.skill, 0) < step.level:
                done = self.model.new_bool_var("")
                self.model.add_bool_or([*(self.take[place] for place in self.givers(step)), done.negated()])
                terms.append(weight * done)
        return sum(terms)

    def finish(self) -> Any:
        """A lower limit of the last week, as a variable: prerequisites and fixed starts, without crowding of weeks."""
        per_week = self.limits.hours_per_week or 1
        longest = [length(offer, self.limits) + 1 for offer in self.offers]
        latest = [max(fixed) for offer in self.offers if (fixed := starting_weeks(offer, self.limits))]
        horizon = sum(longest) + max(latest, default=0) + 1
        finish = self.model.new_int_var(0, horizon, "finish")
        self.model.add(per_week * finish >= self.hours)
        begin = [self.model.new_int_var(1, horizon, "") for _ in self.offers]
        for place, offer in enumerate(self.offers):
            weeks = length(offer, self.limits)
            self.model.add(finish >= begin[place] + weeks - 1).only_enforce_if(self.take[place])
            starts = starting_weeks(offer, self.limits)
            if starts is not None:
                self.model.add_linear_expression_in_domain(begin[place], self.cp.Domain.from_values(starts))
            for group in self._open(offer):
                first = [self.model.new_bool_var("") for _ in group]
                self.model.add_bool_or([*first, self.take[place].negated()])
                for other, supports in zip(group, first, strict=True):
                    self.model.add_implication(supports, self.take[other])
                    until = (
                        begin[other]
                        + length(self.offers[other], self.limits)
                        - (0 if self.offers[other].weeks or self.offers[other].starts else 1)
                    )
                    self.model.add(begin[place] >= until).only_enforce_if(supports)
        return finish

    def best(self, goal: Any, *, most: bool = False) -> Answer:
        """The choice with the least (or most) of `goal` that can be put in order, within everything fixed so far."""
        if most:
            self.model.maximize(goal)
        else:
            self.model.minimize(goal)
        while True:
            solver = self.cp.CpSolver()
            solver.parameters.num_workers = 1
            solver.parameters.linearization_level = 2
            solver.parameters.random_seed = 1
            solver.parameters.max_time_in_seconds = self.allowance.left
            self.model.clear_hints()  # type: ignore[no-untyped-call]  # ortools types most of its methods, not this one
            for place in self.last:
                self.model.add_hint(self.take[place], True)
            status = solver.solve(self.model)
            if status == self.cp.INFEASIBLE:
                return Answer(NONE)
            if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
                return Answer(UNKNOWN)
            places = [place for place, taken in enumerate(self.take) if solver.boolean_value(taken)]
            chosen = [self.offers[place] for place in places]
            _, stuck = walk(chosen, Standing.of(self.start.levels, self.start.names))
            if stuck:
                self._cut(stuck, chosen)
                continue
            self.last = tuple(places)
            proven = PROVEN if status == self.cp.OPTIMAL else FOUND
            return Answer(proven, tuple(chosen), round(solver.objective_value), round(solver.best_objective_bound))

    def _cut(self, stuck: Sequence[Offer], chosen: Sequence[Offer]) -> None:
        """Cut off every loop among `stuck`: whoever of it is taken, one of them needs support from outside in the group that fails.

        A loop here is a set that holds, for each of its offers, all that supports the offer's failing group now.
        """
        inside = {self.place[offer.id] for offer in stuck}
        taken = {self.place[offer.id] for offer in chosen}
        failing = {
            self.place[offer.id]: next(set(group) for group in self._open(offer) if not (set(group) & taken) - inside)
            for offer in stuck
        }
        loops: set[frozenset[int]] = set()
        for place in failing:
            loop, waiting = {place}, [place]
            while waiting:
                fresh = (failing[waiting.pop()] & taken) - loop
                loop |= fresh
                waiting += fresh
            loops.add(frozenset(loop))
        for found in sorted(loops, key=sorted):
            outside = sorted(set().union(*(failing[place] for place in found)) - found)
            for place in sorted(found):
                self.model.add_bool_or([*(self.take[other] for other in outside), self.take[place].negated()])
