"""A way out that is seen at once, where so many offers contend for weeks that the smallest change would take too long to find.

1. A plan is made without the limit that is too narrow, need by need (`Known.first`): that much is surely enough.
2. For the very offers of that plan, the limit is made as narrow as their calendar allows, where one after the other is put on it.

So what is told is enough, and perhaps less is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cairn.planning.known import Known
from cairn.planning.nearby import Nearby
from cairn.planning.posing import Problem
from cairn.planning.pruning import Pool
from cairn.planning.timetable import Fit
from cairn.planning.values import Limits, Objective, Offer

HOURS_IN_A_WEEK = 168

SPREAD = 2_000
"""Offers beyond which a plan is made of those nearest to the target."""

PATIENCE = 0.3
"""Seconds of work spent on the calendar that ends first."""

HALVINGS = 5
"""How often a plan that ends sooner is looked for."""


@dataclass(frozen=True)
class Readily:
    """What is seen at once of a problem in which not everything can be done in time."""

    problem: Problem

    def plan(self, limits: Limits, objective: Objective) -> list[Offer] | None:
        """A plan within these limits; None where none is seen at once."""
        known, pool = self._begun(limits, objective)
        if pool is not None:
            known.first(pool)
        return known.best

    def sooner(self, limits: Limits, chosen: list[Offer]) -> list[Offer]:
        """Of plans within these limits one that ends sooner than the one chosen, as far as that is seen: halving the weeks between."""
        weeks = self._weeks(chosen, limits)
        hours = -(-sum(offer.hours for offer in chosen) // (limits.hours_per_week or 1))
        low, high = min(hours, weeks) // 2, weeks
        for _ in range(HALVINGS):
            if high - low < 2:
                break
            middle = (low + high) // 2
            known, pool = self._begun(replace(limits, deadline=None, weeks=middle), Objective.FASTEST)
            if pool is not None:
                known.weighed(pool, [known.own(pool)])
            if known.best is None:
                low = middle
            else:
                chosen, high = known.best, self._weeks(known.best, limits)
        return chosen

    def _weeks(self, chosen: list[Offer], limits: Limits) -> int:
        within = self.problem.within(limits)
        return within.placed(within.ordered(chosen)).weeks

    def _begun(self, limits: Limits, objective: Objective) -> tuple[Known, Pool | None]:
        """What will be known within these limits, and the offers that lead there; None where nothing does."""
        within = self.problem.within(limits)
        needs = within.needs
        pool = within.pool({skill: {level} for skill, level in needs.items()}, within.weighing(objective))
        known = Known(within, objective, None)
        if any(pool.reach.get(skill, 0) < level for skill, level in needs.items()):
            return known, None
        if pool.grid.size > SPREAD:
            pool = pool.narrowed(Nearby(within, pool, 0, money=known.by_money, hours=None).few)
        return known, pool

    def fits(self, chosen: Sequence[Offer], limits: Limits) -> bool:
        """Whether these offers are seen at once to fit within limits of time."""
        within = self.problem.within(limits)
        return all(map(within.allowed, chosen)) and within.placed_at_once(within.ordered(chosen)) is Fit.YES

    def days(self) -> tuple[int, int] | None:
        """So many weeks are enough, and so many days of them; None where that is not seen."""
        endless = replace(self.problem.limits, deadline=None, weeks=None)
        chosen = self.plan(endless, Objective.FASTEST)
        if chosen is None:
            return None
        chosen = self.sooner(endless, chosen)
        within = self.problem.within(endless)
        within = replace(within, allowance=within.allowance.part(PATIENCE))
        weeks = within.soonest(within.ordered(chosen)).weeks
        start = endless.start
        if start is None or self.problem.limits.deadline is None or (date.max - start).days < 7 * weeks:
            return weeks, 7 * weeks
        fewer = (
            days
            for days in range(7 * weeks - 6, 7 * weeks)
            if self.fits(chosen, replace(endless, deadline=start + timedelta(days=days - 1)))
        )
        return weeks, next(fewer, 7 * weeks)

    def hours(self) -> int | None:
        """So many hours a week are enough for the time there is; None where that is not seen."""
        limits = self.problem.limits
        chosen = self.plan(replace(limits, hours_per_week=HOURS_IN_A_WEEK), Objective.FASTEST)
        if chosen is None:
            return None
        low, high = limits.hours_per_week or 0, HOURS_IN_A_WEEK
        while high - low > 1:
            middle = (low + high) // 2
            if self.fits(chosen, replace(limits, hours_per_week=middle)):
                high = middle
            else:
                low = middle
        return high
