"""The best choice known so far, on the way to the best of all: what is found is compared with it, what nearly holds is mended."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import TYPE_CHECKING

from cairn.planning.greedy import first_plans
from cairn.planning.posing import Problem, after_all_that_counts
from cairn.planning.pruning import Pool
from cairn.planning.relaxation import Relaxation
from cairn.planning.returning import Burden, burden_of
from cairn.planning.schedule import HORIZON, attempt, has_calendar
from cairn.planning.timetable import Fit
from cairn.planning.values import Objective, Offer

if TYPE_CHECKING:
    from cairn.planning.grid import Marks, Numbers

type Told = Callable[[list[Offer]], None]
"""Is told of every better choice on the way."""

TURNS = 16
"""How often a choice is made anew without those of its offers that would start too late."""

NEXT_TO_NOTHING = (0.05, 0.4)
"""What an offer that is taken already counts when a choice is mended, as a share of what it counts by itself: each tried."""

RATES = (0.0, 0.3, 1.0, 3.0, None)
"""Where limits are narrow: how much the usual hour counts beside the usual price; None: nothing but hours."""


class Known:
    """The best choice known so far for an objective within the problem's limits, and within `hours` if given.

    Who also looks for choices a little worse than the best says how many offers to `spare` for them; those that come to no more than
    `ceiling` can then be found among what is kept.
    """

    def __init__(
        self, problem: Problem, objective: Objective, hours: int | None, told: Told | None = None, *, spare: int = 0
    ) -> None:
        self.problem = problem
        self.objective = objective
        self.hours = hours
        self.told = told
        self.by_money = objective in (Objective.CHEAPEST, Objective.BEST_RETURN)
        worth = problem.worth if objective is Objective.BEST_RETURN else None
        self.burden = None if worth is None else Burden.of(problem, worth)
        self.best: list[Offer] | None = None
        self.spare = spare
        self.ceiling: float = inf

    def value(self, chosen: list[Offer]) -> tuple[int, int]:
        """What a choice comes to, and the next best thing: the less the better."""
        cost, study = self.problem.cost(chosen), sum(offer.hours for offer in chosen)
        if self.burden is not None:
            known = burden_of(self.problem, chosen)
            latest = self.problem.limits.weeks_available or HORIZON
            return self.burden.of_plan(chosen, latest) if known is None else known, cost
        if (
            self.objective is Objective.FASTEST
            and self.problem.limits.hours_per_week
            and any(map(has_calendar, chosen))
        ):
            # the hours of the weeks it takes: no plan that ends as soon has more
            placed = self.problem.soonest_known(self.problem.ordered(chosen))
            return placed.weeks * self.problem.limits.hours_per_week, study
        return (cost, study) if self.by_money else (study, cost)

    @property
    def least(self) -> int | None:
        """What the best choice comes to; None where none is known."""
        return None if self.best is None else self.value(self.best)[0]

    def kept(self, pool: Pool, relaxation: Relaxation) -> Marks:
        """The candidates of the best choice, and those that a choice as good can hold; with some to spare, one up to the ceiling."""
        import numpy as np

        size = pool.grid.size
        least = inf if self.least is None else float(self.least)
        if self.spare:
            adding = np.sort(relaxation.reduced[:size])
            place = int(np.searchsorted(adding, least - relaxation.limit, side="right")) + self.spare
            self.ceiling = min(self.ceiling, max(least, relaxation.limit + adding[place]) if place < size else inf)
            least = self.ceiling
        kept: Marks = relaxation.worth_keeping(least)[:size] | places(pool, self.best)
        return kept

    def consider(self, found: Iterable[list[Offer]]) -> None:
        """Keep what is better than anything before, and tell of it."""
        for chosen in found:
            better = self.best is None or self.value(chosen) < self.value(self.best)
            if better and self.fits(chosen):
                self.best = chosen
                if self.told:
                    self.told(chosen)

    def first(self, pool: Pool) -> None:
        """A good choice at once; where limits rule it out, what money and hours weighed otherwise lead to; and where that has no calendar
        either, what goes at the learner's own pace as far as it can."""
        import numpy as np

        self.weighed(pool, [self.own(pool)])
        if self.best is None:
            each = float(pool.grid.price.sum()) / max(1.0, float(pool.grid.hours.sum()))
            mixed = [
                pool.grid.hours.astype(float)
                if rate is None
                else pool.grid.price + pool.grid.hours * (rate * each + 1e-3)
                for rate in RATES
            ]
            self.weighed(pool, mixed)
        if self.best is None and self.problem.limits.hours_per_week is not None and self.problem.index.paced:
            own = self.own(pool)
            paced = np.array([has_calendar(offer) for offer in pool.candidates], dtype=float)
            self.weighed(pool, [own + paced * (own.sum() + 1)])

    def weighed(self, pool: Pool, weights: Sequence[Numbers]) -> None:
        """Consider what the cheapest derivations lead to, where each offer counts so much: once for each weighing."""
        import numpy as np

        needs, limits = self.problem.needs, self.problem.limits
        fixed = limits.hours_per_week is not None and any(offer.starts for offer in pool.candidates)
        for weight in weights:
            left_out = np.zeros(pool.grid.size, bool)
            dear = float(weight.sum()) + 1
            for turn in range(TURNS if fixed else 1):
                self.problem.allowance.looked_at((len(needs) + 1) * pool.grid.edges)
                found = list(first_plans(pool, self.problem.start, needs, [weight + dear * left_out]))
                late = self._late(found[0]) if fixed and found else None
                mine = places(pool, [late] if late else [])
                if late is None or turn == TURNS - 1 or (left_out & mine).any():  # there is no way around it
                    self.consider(found)
                    break
                left_out |= mine

    def _late(self, chosen: list[Offer]) -> Offer | None:
        """Whoever of a choice would start too late, where one after the other is put on the calendar."""
        order = self.problem.ordered(chosen)
        return attempt(after_all_that_counts(order), self.problem.start, self.problem.limits)[1]

    def own(self, pool: Pool) -> Numbers:
        """What each offer counts by itself."""
        grid = pool.grid
        each = 1e-3 if self.burden is None else self.burden.hour + 1e-3
        counted: Numbers = grid.price + grid.hours * each if self.by_money else grid.hours + grid.price * 1e-6
        return counted

    def mended(self, pool: Pool, nearly: Sequence[Offer]) -> None:
        """Consider a choice that holds itself up, with what it lacks; what it has already counts next to nothing."""
        import numpy as np

        own = self.own(pool)
        taken = places(pool, nearly)
        weights = [np.where(taken, own * share, own) for share in NEXT_TO_NOTHING]
        self.weighed(pool, weights)

    def _in_time(self, hours: int) -> bool:
        """Whether so many hours are not too many by themselves."""
        available = self.problem.limits.hours_available
        return (self.hours is None or hours <= self.hours) and (available is None or hours <= available)

    def fits(self, chosen: list[Offer]) -> bool:
        """Whether a choice keeps to the limits over a whole plan: money, time, and a calendar."""
        limits = self.problem.limits
        return (
            (limits.budget is None or self.problem.cost(chosen) <= limits.budget.minor)
            and self._in_time(sum(offer.hours for offer in chosen))
            and self.problem.placed(self.problem.ordered(chosen)).fit is Fit.YES
        )


def places(pool: Pool, chosen: Iterable[Offer] | None) -> Marks:
    """Where the chosen stand among the candidates."""
    import numpy as np

    found = np.zeros(len(pool.candidates), bool)
    for offer in chosen or ():
        place = bisect_left(pool.candidates, offer.id, key=lambda one: one.id)  # they are in the order of the index
        if place < len(found) and pool.candidates[place].id == offer.id:
            found[place] = True
    return found
