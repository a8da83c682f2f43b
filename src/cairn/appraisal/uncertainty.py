"""How sure the return is: seeded Monte Carlo over stated priors, and which of them matters most."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from cairn.appraisal.errors import AppraisalError
from cairn.appraisal.returns import Assumptions, Cost

DRAWS = 10_000
Z90 = 1.2815515655446004
"""The 90th percentile of the standard normal distribution."""


@dataclass(frozen=True)
class CompletionPrior:
    """k of n people completed: Beta(k+1, n-k+1). Nothing known is ``CompletionPrior(0, 0)``, every share equally likely."""

    completed: int
    started: int

    def __post_init__(self) -> None:
        if not 0 <= self.completed <= self.started:
            raise AppraisalError(
                "completion",
                f"{self.completed} of {self.started} cannot be.",
                "Give how many completed of how many started.",
            )

    def draw(self, chance: random.Random) -> float:
        """Draw a probability of completing."""
        return chance.betavariate(self.completed + 1, self.started - self.completed + 1)

    def __str__(self) -> str:
        return f"completion: Beta({self.completed + 1}, {self.started - self.completed + 1}), from {self.completed} of {self.started}"


@dataclass(frozen=True)
class PremiumPrior:
    """A lognormal premium given by its 10th and 90th percentile, both above zero, in whole currency units a year."""

    p10: Decimal
    p90: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.p10 <= self.p90:
            raise AppraisalError(
                "premium", f"{self.p10} to {self.p90} is no range.", "Give two amounts above zero, the lower one first."
            )

    def draw(self, chance: random.Random) -> float:
        """Draw a premium."""
        low, high = math.log(self.p10), math.log(self.p90)
        return chance.lognormvariate((low + high) / 2, (high - low) / (2 * Z90))

    def __str__(self) -> str:
        return f"premium: lognormal, one time in ten below {self.p10}, one in ten above {self.p90} a year"


@dataclass(frozen=True)
class HoursPrior:
    """A triangular workload: at least, most likely, at most."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.likely <= self.high:
            raise AppraisalError(
                "hours", f"{self.low}, {self.likely}, {self.high} do not rise.", "Give at least, most likely, at most."
            )

    def draw(self, chance: random.Random) -> float:
        """Draw a number of hours."""
        return chance.triangular(float(self.low), float(self.high), float(self.likely))

    def __str__(self) -> str:
        return f"hours: triangular, {self.low} to {self.high}, most likely {self.likely}"


@dataclass(frozen=True)
class Swing:
    """What one input does: the value of the return at that input's P10 and P90, the others at their median."""

    name: str
    low: Decimal
    high: Decimal

    @property
    def width(self) -> Decimal:
        """How much it moves the result."""
        return abs(self.high - self.low)


@dataclass(frozen=True)
class Uncertainty:
    """Percentiles of E[NPV], the share of draws below zero, the tornado (widest first), and what all of it assumes."""

    p10: Decimal
    p50: Decimal
    p90: Decimal
    chance_of_loss: Decimal
    tornado: tuple[Swing, ...]
    priors: tuple[str, ...]
    seed: int
    draws: int


def simulate(
    cost: Cost, *, assumptions: Assumptions, completion: CompletionPrior, premium: PremiumPrior, hours: HoursPrior, seed: int,
    draws: int = DRAWS,
) -> Uncertainty:  # fmt: skip
    """Draw ``draws`` lives and say how they end. The same seed gives the same answer. Only for premiums of rungs 1, 2, 3 and 5."""
    if draws < 100:
        raise AppraisalError("draws", f"{draws} draws say nothing.", "Draw 100 times or more.")
    chance = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    priors: Mapping[str, CompletionPrior | PremiumPrior | HoursPrior] = {
        "completion": completion,
        "premium": premium,
        "hours": hours,
    }
    drawn = {name: [prior.draw(chance) for _ in range(draws)] for name, prior in priors.items()}
    annuity = float(assumptions.annuity) * float(assumptions.placement)
    fixed, hourly = float(cost.price), float(cost.displaced * cost.hourly_wage)
    leaving = None if assumptions.cost_of_leaving is None else float(assumptions.cost_of_leaving)

    def worth(p: float, gain: float, time: float) -> float:
        full = fixed + hourly * time
        return -(p * full + (1 - p) * (full if leaving is None else leaving)) + p * gain * annuity

    results = sorted(
        worth(p, gain, time)
        for p, gain, time in zip(drawn["completion"], drawn["premium"], drawn["hours"], strict=True)
    )
    middle = {name: _percentile(sorted(values), 0.5) for name, values in drawn.items()}
    tornado = []
    for name, values in drawn.items():
        ends = [middle | {name: _percentile(sorted(values), share)} for share in (0.1, 0.9)]
        low, high = (_money(worth(end["completion"], end["premium"], end["hours"])) for end in ends)
        tornado.append(Swing(name, low, high))
    return Uncertainty(
        p10=_money(_percentile(results, 0.1)),
        p50=_money(_percentile(results, 0.5)),
        p90=_money(_percentile(results, 0.9)),
        chance_of_loss=(Decimal(sum(result < 0 for result in results)) / draws).quantize(Decimal("0.0001")),
        tornado=tuple(sorted(tornado, key=lambda swing: swing.width, reverse=True)),
        priors=tuple(str(prior) for prior in priors.values()),
        seed=seed,
        draws=draws,
    )


def _percentile(ordered: list[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _money(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(Decimal("0.01"))
