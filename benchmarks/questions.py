"""What is asked of a market beside the plain question: objectives, limits, calendars, choices side by side, and what if."""

from __future__ import annotations

import random
import time
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, replace
from datetime import date, timedelta

from markets import Market

from cairn.planning import (
    Learner,
    Limits,
    Money,
    Objective,
    OfferIndex,
    PlanResult,
    Supposing,
    Target,
    Worth,
    pareto,
    what_if,
)

START = date(2026, 9, 7)
BESIDE = 12
"""Choices side by side."""

WORTH = Worth(premium=600_000, hour=500)
"""What reaching the target is worth, where the best return is asked for: 6,000 a year and 5 an hour."""


@dataclass(frozen=True)
class Question:
    """What is asked: shares are of what the cheapest plan without limits comes to, in per cent."""

    objective: Objective = Objective.CHEAPEST
    hours: int | None = None
    budget: int | None = None
    deadline: int | None = None
    terms: float = 0.0
    beside: bool = False
    what_if: bool = False

    @classmethod
    def options(cls, asked: ArgumentParser) -> None:
        """Write down what may be asked."""
        asked.add_argument("--objective", choices=[str(one) for one in Objective], default=str(Objective.CHEAPEST))
        asked.add_argument("--hours", type=int, help="hours a week")
        asked.add_argument("--budget", type=int, help="per cent of what the cheapest plan costs")
        asked.add_argument(
            "--deadline", type=int, help="per cent of the weeks that the hours of the cheapest plan take"
        )
        asked.add_argument(
            "--terms", type=float, default=0.0, help="the share of the offers that set the pace, most with two starts"
        )
        asked.add_argument("--beside", action="store_true", help=f"{BESIDE} choices side by side")
        asked.add_argument("--what-if", action="store_true", help="without the first step of the plan")

    @classmethod
    def of(cls, given: Namespace) -> Question:
        """What was asked."""
        hours = given.hours or (20 if given.deadline is not None or given.terms else None)
        return cls(
            Objective(given.objective),
            hours,
            given.budget,
            given.deadline,
            given.terms,
            given.beside,
            given.what_if,
        )

    @property
    def plain(self) -> bool:
        """Whether it is the question that the plain model can state."""
        return self == Question()

    def dressed(self, made: Market) -> Market:
        """The market with what the question is about: recognition, and terms for a share of the offers."""
        if not self.terms and self.objective is not Objective.MOST_RECOGNISED:
            return made
        rng = random.Random(7)
        found = []
        for number, offer in enumerate(made.offers):
            drawn = rng.random()
            recognised = replace(offer, recognition=number * 7 % 5)
            if drawn >= self.terms or offer.granted:
                found.append(recognised)
                continue
            days = sorted({7 * rng.randrange(40) + rng.choice((0, 0, 0, 2)) for _ in range(2)})
            starts = tuple(START + timedelta(days=day) for day in days) if drawn < self.terms * 0.625 else ()
            found.append(replace(recognised, weeks=rng.choice((2, 4, 6, 8, 12)), starts=starts))
        return replace(made, offers=found)

    def within(self, cheapest: PlanResult) -> Limits:
        """The limits, where this is the cheapest plan without any."""
        budget = (
            None if self.budget is None else Money(cheapest.cost.minor * self.budget // 100, cheapest.cost.currency)
        )
        deadline = None
        if self.deadline is not None and self.hours is not None:
            deadline = START + timedelta(days=cheapest.hours * 7 * self.deadline // (self.hours * 100))
        start = None if self.hours is None else START
        return Limits(budget=budget, hours_per_week=self.hours, start=start, deadline=deadline)

    def aimed(self, target: Target) -> Target:
        """The target, with what it is worth where that is asked for."""
        return replace(target, worth=WORTH) if self.objective is Objective.BEST_RETURN else target


def took(
    index: OfferIndex, target: Target, limits: Limits, question: Question, now: PlanResult, seconds: float
) -> dict[str, float]:
    """Seconds that the further questions took, by their names."""
    found = {}
    if question.beside:
        began = time.perf_counter()
        pareto(index, Learner(), target, limits, seconds=seconds, most=BESIDE)
        found[f"{BESIDE} choices side by side"] = time.perf_counter() - began
    taken = [step.offer.id for step in now.steps if not step.offer.granted]
    if question.what_if and taken:
        began = time.perf_counter()
        lost = Supposing(without=frozenset(taken[:1]))
        what_if(index, Learner(), target, limits, question.objective, supposing=lost, now=now, seconds=seconds)
        found["what if the first step is lost"] = time.perf_counter() - began
    return found
