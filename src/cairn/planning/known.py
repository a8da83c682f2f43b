"""The best choice known so far, on the way to the best of all: what is found is compared with it, what nearly holds is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from cairn.planning.greedy import first_plans
from cairn.planning.posing import Problem
from cairn.planning.pruning import Pool
from cairn.planning.returning import Burden, burden_of
from cairn.planning.schedule import HORIZON
from cairn.planning.timetable import Fit
from cairn.planning.values import Objective, Offer

if TYPE_CHECKING:
    from cairn.planning.grid import Marks, Numbers

type Told = Callable[[list[Offer]], None]
"""Is told of every better choice on the way."""

NEXT_TO_NOTHING = (0.05, 0.4)
"""What an offer that is taken already counts when a choice is mended, as a share of what it counts by itself: each tried."""

RATES = (0.0, 0.3, 1.0, 3.0, None)
"""Where limits are narrow: how much the usual hour counts beside the usual price; None: nothing but hours."""


class Known:
    """The best choice known so far for an objective within the problem's limits, and within `hours` if given."""

    def __init__(self, problem: Problem, objective: Objective, hours: int | None, told: Told | None = None) -> None:
        self.problem = problem
        self.objective = objective
        self.hours = hours
        self.told = told
        self.by_money = objective in (Objective.CHEAPEST, Objective.BEST_RETURN)
        worth = problem.worth if objective is Objective.BEST_RETURN else None
        self.burden = None if worth is None else Burden.of(problem, worth)
        self.best: list[Offer] | None = None

    def value(self, chosen: list[Offer]) -> tuple[int, int]:
        """What a choice comes to, and the next best thing: the less the better."""
        cost, study = self.problem.cost(chosen), sum(offer.hours for offer in chosen)
        if self.burden is not None:
            known = burden_of(self.problem, chosen)
            latest = self.problem.limits.weeks_available or HORIZON
            return self.burden.of_plan(chosen, latest) if known is None else known, cost
        return (cost, study) if self.by_money else (study, cost)

    @property
    def least(self) -> int | None:
        """What the best choice comes to; None where none is known."""
        return None if self.best is None else self.value(self.best)[0]

    def consider(self, found: Iterable[list[Offer]]) -> None:
        """Keep what is better than anything before, and tell of it."""
        for chosen in found:
            if self.fits(chosen) and (self.best is None or self.value(chosen) < self.value(self.best)):
                self.best = chosen
                if self.told:
                    self.told(chosen)

    def first(self, pool: Pool) -> None:
        """A good choice at once; where limits rule it out, what money and hours weighed otherwise lead to."""
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

    def weighed(self, pool: Pool, weights: Sequence[Numbers]) -> None:
        """Consider what the cheapest derivations lead to, where each offer counts so much: once for each weighing."""
        needs = self.problem.needs
        self.problem.allowance.looked_at(len(weights) * (len(needs) + 1) * pool.grid.edges)
        self.consider(first_plans(pool, self.problem.start, needs, weights))

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

    def fits(self, chosen: list[Offer]) -> bool:
        """Whether a choice keeps to the limits over a whole plan: money, time, and a calendar."""
        limits = self.problem.limits
        return (
            (limits.budget is None or self.problem.cost(chosen) <= limits.budget.minor)
            and (self.hours is None or sum(offer.hours for offer in chosen) <= self.hours)
            and self.problem.placed(self.problem.ordered(chosen)).fit is Fit.YES
        )


def places(pool: Pool, chosen: Iterable[Offer] | None) -> Marks:
    """Where the chosen stand among the candidates."""
    import numpy as np

    known = {offer.id for offer in chosen or ()}
    return np.array([offer.id in known for offer in pool.candidates], dtype=bool)
