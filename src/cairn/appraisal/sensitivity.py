"""What the result hangs on: the spread of the break-even where no premium is known, and how far each input moves the result.

One input at a time goes from its low to its high end, all others stay as assumed. The figures are exact; only the draws are floats.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from cairn.appraisal.errors import AppraisalError
from cairn.appraisal.evidence import NO_PREMIUM, Premium, Rung
from cairn.appraisal.returns import Assumptions, Cost, return_on
from cairn.appraisal.uncertainty import DRAWS, CompletionPrior, HoursPrior, Swing

IN_COST = frozenset({"hours", "hourly_wage", "displaced", "tuition", "grants"})
IN_ASSUMPTIONS = frozenset({"completion", "placement", "years", "fade", "discount"})
PREMIUM = "premium"
MIDDLE = Decimal("0.6")
"""Where nobody published how many complete, the other inputs are varied at the middle of the three shares that are shown."""

Ranges = Mapping[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Spread:
    """Percentiles of the break-even premium over what is not known, with the priors that were drawn from and the seed."""

    p10: Decimal
    p50: Decimal
    p90: Decimal
    priors: tuple[str, ...]
    seed: int
    draws: int


def break_even_spread(
    cost: Cost, *, assumptions: Assumptions, completion: CompletionPrior, hours: HoursPrior, seed: int, draws: int = DRAWS
) -> Spread:  # fmt: skip
    """Draw completion and hours ``draws`` times and say which premium a year would pay the cost back. Same seed, same answer."""
    if draws < 100:
        raise AppraisalError("draws", f"{draws} draws say nothing.", "Draw 100 times or more.")
    chance = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    fixed, hourly = float(cost.price), float(cost.displaced * cost.hourly_wage)
    reach = float(assumptions.annuity) * float(assumptions.placement)
    leaving = None if assumptions.cost_of_leaving is None else float(assumptions.cost_of_leaving)
    found = []
    for _ in range(draws):
        share, full = max(completion.draw(chance), 1e-6), fixed + hourly * hours.draw(chance)
        outlay = share * full + (1 - share) * (full if leaving is None else leaving)
        found.append(max(0.0, outlay / (share * reach)))
    found.sort()
    p10, p50, p90 = (
        Decimal(repr(found[math.floor(part * (draws - 1))])).quantize(Decimal("0.01")) for part in (0.1, 0.5, 0.9)
    )
    return Spread(p10, p50, p90, (str(completion), str(hours)), seed, draws)


def what_matters(
    cost: Cost, *, assumptions: Assumptions, ranges: Ranges, premium: Decimal | None = None
) -> tuple[Swing, ...]:
    """Say how far each input of ``ranges`` moves the break-even, or the expected value where a ``premium`` is assumed. Widest first.

    Names: hours, hourly_wage, displaced, tuition, grants, completion, placement, years, fade, discount, premium (only with one).
    Raises :class:`AppraisalError` for other names and for values that the model refuses.
    """
    known = IN_COST | IN_ASSUMPTIONS | ({PREMIUM} if premium is not None else set())
    if strangers := sorted(set(ranges) - known):
        raise AppraisalError(strangers[0], "This input cannot be varied.", f"Use {', '.join(sorted(known))}.")
    base = replace(assumptions, completion=assumptions.completion or MIDDLE)
    swings = [
        Swing(name, *(_result(cost, base, premium, name, end) for end in ends))
        for name, ends in ranges.items()
        if ends[0] != ends[1]
    ]
    return tuple(sorted(swings, key=lambda swing: (-swing.width, swing.name)))


def result_of(cost: Cost, assumptions: Assumptions, premium: Decimal | None) -> Decimal:
    """The expected value with an assumed premium a year, or the break-even without one; completion as for :func:`what_matters`."""
    base = replace(assumptions, completion=assumptions.completion or MIDDLE)
    # An assumed premium is weighed like a known one; what it stands on is said by whoever assumes it.
    weighed = NO_PREMIUM if premium is None else Premium(Rung.OCCUPATION_WAGES, premium)
    case = return_on(cost, assumptions=base, premium=weighed).cases[0]
    return case.break_even if case.expected is None else case.expected


def _result(cost: Cost, given: Assumptions, premium: Decimal | None, name: str, end: Decimal) -> Decimal:
    if name == PREMIUM:
        return result_of(cost, given, end)
    if name in IN_COST:
        return result_of(replace(cost, **{name: end}), given, premium)
    if name == "years":
        return result_of(cost, replace(given, years=int(end)), premium)
    changed: dict[str, Any] = {name: end}
    return result_of(cost, replace(given, **changed), premium)
