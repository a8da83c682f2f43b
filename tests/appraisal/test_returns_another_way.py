"""The return worked out another way: fractions for the exact figures, and integrals over the stated priors for what was drawn.

Nothing here uses the code's own formulae. A drawn percentile is right when the share of lives below it, integrated, is that percentile; ten
thousand draws are off by less than 0.02 of a share, four standard errors of the middle.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from cairn.appraisal import (
    Assumptions,
    CompletionPrior,
    Cost,
    HoursPrior,
    Observation,
    Premium,
    PremiumPrior,
    Rung,
    break_even_spread,
    return_on,
    shrink,
    simulate,
)

D = Decimal
COST = Cost(
    tuition=D(2400), materials=D(150), grants=D(600), hours=D(180), hourly_wage=D(20), displaced=D("0.5")
)  # fmt: skip
FIXED, HOURLY, HOURS = 1950.0, 10.0, 180.0
TOTAL = FIXED + HOURLY * HOURS
ANNUITY = sum(Fraction(9, 10) ** (year - 1) / Fraction(103, 100) ** year for year in range(1, 6))
SEEDS = (1, 20_260, 987_654_321)
NEAR = 0.02
STEPS = 2_000


def over_shares(completed: int, started: int, inside: Callable[[float], float]) -> float:
    """Integrate ``inside`` over Beta(completed + 1, started - completed + 1) by the midpoint rule."""
    a, b = completed + 1, started - completed + 1
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    found = 0.0
    for step in range(STEPS):
        share = (step + 0.5) / STEPS
        found += math.exp(scale + (a - 1) * math.log(share) + (b - 1) * math.log(1 - share)) * inside(share) / STEPS
    return found


def below(amount: float, low: float, high: float) -> float:
    """The share of a lognormal with these 10th and 90th percentiles that lies below ``amount``."""
    if amount <= 0:
        return 0.0
    middle, width = (math.log(low) + math.log(high)) / 2, (math.log(high) - math.log(low)) / (2 * 1.2815515655)
    return 0.5 * (1 + math.erf((math.log(amount) - middle) / width / math.sqrt(2)))


def premium_of(amount: int) -> Premium:
    return Premium(Rung.MATCHED, D(amount))


def test_the_vector_in_fractions() -> None:
    given = Assumptions(completion=D("0.7"))
    assert Fraction(COST.total) == TOTAL == 3750
    assert float(given.annuity) == pytest.approx(float(ANNUITY), abs=1e-20)
    share = Fraction(7, 10)
    for amount in (600, 1500, 2600):
        case = return_on(COST, assumptions=given, premium=premium_of(amount)).cases[0]
        exact = -3750 + share * amount * ANNUITY  # whoever leaves has paid all of it
        assert case.expected == D(str(round(float(exact), 2)))
        if case.rate is not None:
            at_rate = sum(0.9 ** (year - 1) / (1 + float(case.rate)) ** year for year in range(1, 6))
            assert -3750 + 0.7 * amount * at_rate == pytest.approx(0, abs=1)
    assert return_on(COST, assumptions=given).cases[0].break_even == D(str(round(float(3750 / (share * ANNUITY)), 2)))


@pytest.mark.parametrize("seed", SEEDS)
def test_drawn_percentiles_and_the_chance_of_loss_are_those_of_the_integral(seed: int) -> None:
    found = simulate(
        COST, assumptions=Assumptions(), completion=CompletionPrior(14, 20), premium=PremiumPrior(D(600), D(2600)),
        hours=HoursPrior(D(180), D(180), D(180)), seed=seed,
    )  # fmt: skip

    def share_below(result: float) -> float:
        return over_shares(14, 20, lambda p: below((result + TOTAL) / (p * float(ANNUITY)), 600, 2600))

    for drawn, share in ((found.p10, 0.1), (found.p50, 0.5), (found.p90, 0.9)):
        assert share_below(float(drawn)) == pytest.approx(share, abs=NEAR)
    assert float(found.chance_of_loss) == pytest.approx(share_below(0), abs=NEAR)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_drawn_spread_of_the_break_even_is_that_of_the_integral(seed: int) -> None:
    found = break_even_spread(
        COST, assumptions=Assumptions(), completion=CompletionPrior(14, 20), hours=HoursPrior(D(180), D(180), D(180)), seed=seed
    )  # fmt: skip
    for drawn, share in ((found.p10, 0.1), (found.p50, 0.5), (found.p90, 0.9)):
        least = TOTAL / (
            float(drawn) * float(ANNUITY)
        )  # below this share of completing, more is needed than what was drawn
        assert over_shares(14, 20, lambda p, least=least: float(p > least)) == pytest.approx(share, abs=NEAR)


@pytest.mark.parametrize("seed", SEEDS)
def test_hours_are_drawn_from_their_triangle(seed: int) -> None:
    found = break_even_spread(
        COST, assumptions=Assumptions(), completion=CompletionPrior(10_000_000, 10_000_000),
        hours=HoursPrior(D(126), D(180), D(270)), seed=seed,
    )  # fmt: skip
    for drawn, share in ((found.p10, 0.1), (found.p50, 0.5), (found.p90, 0.9)):
        hours = (float(drawn) * float(ANNUITY) - FIXED) / HOURLY
        left, right = (hours - 126) ** 2 / (144 * 54), 1 - (270 - hours) ** 2 / (144 * 90)
        assert (left if hours < 180 else right) == pytest.approx(share, abs=NEAR)


def test_the_tornado_moves_one_input_between_its_tenth_and_ninetieth_percentile() -> None:
    found = simulate(
        COST, assumptions=Assumptions(), completion=CompletionPrior(14, 20), premium=PremiumPrior(D(600), D(2600)),
        hours=HoursPrior(D(180), D(180), D(180)), seed=1,
    )  # fmt: skip
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (low, middle) if over_shares(14, 20, lambda p, at=middle: float(p < at)) >= 0.5 else (middle, high)
    swing = next(one for one in found.tornado if one.name == "premium")
    for end, amount in ((swing.low, 600), (swing.high, 2600)):
        assert float(end) == pytest.approx(-TOTAL + middle * amount * float(ANNUITY), rel=0.03)
    assert found.tornado[0].name == "premium"
    hours = next(one for one in found.tornado if one.name == "hours")
    assert hours.low == hours.high  # nothing is unknown of them here


def test_kept_back_and_small_cells_of_a_field_by_hand() -> None:
    """Three schools of a field: 40 people at 8,000, 10 at 12,000, one figure kept back, one of a number kept back."""
    at = [("48", "48.05", school) for school in ("a", "b", "c", "d")]
    cells = [
        Observation(at[0], D(8000), 40), Observation(at[1], D(12_000), 10), Observation(at[2], None, 7), Observation(at[3], D(99_000), None)
    ]  # fmt: skip
    field = Fraction(8000 * 40 + 12_000 * 10, 50)
    blended = (50 * field + 30 * field) / 80  # the field's own mean, drawn towards the family's, which is the same here
    small = (10 * 12_000 + 30 * blended) / 40
    found = shrink(cells, at[1])
    assert found is not None
    assert found.estimate == D(str(float(small)))
    assert found.people == 10
    nothing_published = shrink(cells, at[2])
    assert nothing_published is not None
    assert nothing_published.estimate == D(str(float(blended)))
    assert nothing_published.people == 0
    assert shrink(cells[1:], at[1]) is None  # ten people in all are too few
