"""The return of a credential: the published test vector, what may not be shown, and seeded uncertainty."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.appraisal import (
    SENTENCES,
    AppraisalError,
    Assumptions,
    CompletionPrior,
    Cost,
    HoursPrior,
    Premium,
    PremiumPrior,
    Rung,
    return_on,
    simulate,
)

D = Decimal
COST = Cost(tuition=D(2400), fees=D(150), grants=D(600), hours=D(180), hourly_wage=D(20), displaced=D("0.5"))
GIVEN = Assumptions(discount=D("0.03"), years=5, fade=D("0.9"), completion=D("0.7"))
PRIORS = {
    "completion": CompletionPrior(7, 10),
    "premium": PremiumPrior(D(600), D(2600)),
    "hours": HoursPrior(D(100), D(180), D(300)),
}


def test_the_cost_counts_what_is_paid_and_the_time_that_was_not_worked() -> None:
    assert COST.price == 1950
    assert COST.time == 1800
    assert COST.total == 3750


def test_the_annuity_is_the_one_of_the_vector() -> None:
    assert round(GIVEN.annuity, 4) == D("3.7741")


@pytest.mark.parametrize(
    ("premium", "expected", "payback"), [(600, "-2164.86", "6.25"), (1500, "212.85", "2.50"), (2600, "3118.93", "1.44")]
)
def test_the_expected_value_and_the_payback_are_those_of_the_vector(premium: int, expected: str, payback: str) -> None:
    result = return_on(COST, assumptions=GIVEN, premium=Premium(Rung.MATCHED, D(premium)))
    assert [case.expected for case in result.cases] == [D(expected)]
    assert result.payback_years == D(payback)


def test_the_break_even_premium_and_the_rate_are_those_of_the_vector() -> None:
    result = return_on(COST, assumptions=GIVEN, premium=Premium(Rung.MATCHED, D(2600)))
    assert result.cases[0].break_even == D("1419.43")
    assert result.cases[0].rate == D("0.3115")


def test_without_outcome_data_only_the_break_even_is_given_and_the_sentence_says_why() -> None:
    result = return_on(COST, assumptions=GIVEN)
    assert result.only_break_even
    assert (result.cases[0].expected, result.cases[0].rate, result.payback_years) == (None, None, None)
    assert result.cases[0].break_even == D("1419.43")
    assert result.sentences[0] == "No outcome data published for this credential."


def test_unknown_completion_is_shown_for_three_shares() -> None:
    result = return_on(COST, assumptions=Assumptions())
    assert [case.completion for case in result.cases] == [D("0.3"), D("0.6"), D("0.9")]
    assert result.cases[0].break_even > result.cases[2].break_even
    assert "Completion unknown; result shown for 30%, 60% and 90%." in result.sentences


def test_what_completers_earn_is_refused_as_a_premium() -> None:
    with pytest.raises(AppraisalError, match="compared with nobody"):
        Premium(Rung.COMPLETERS_ONLY, D(8000))
    with pytest.raises(AppraisalError, match="needs an amount"):
        Premium(Rung.MATCHED)


@pytest.mark.parametrize("rung", [Rung.COMPLETERS_ONLY, Rung.OCCUPATION_WAGES])
def test_weak_rungs_say_that_they_are_not_the_effect(rung: Rung) -> None:
    assert "This isn't the effect of the credential." in SENTENCES[rung]


def test_every_rung_has_its_sentence_and_few_people_are_named() -> None:
    assert set(SENTENCES) == set(Rung)
    assert "Rests on 12 people" in Premium(Rung.MATCHED, D(900), people=12).sentence
    assert "Rests on" not in Premium(Rung.MATCHED, D(900), people=900).sentence


@pytest.mark.parametrize(
    ("name", "value"), [("tuition", D(-1)), ("hours", D("NaN")), ("displaced", D(2)), ("fees", 3.5)]
)
def test_an_impossible_cost_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(AppraisalError, match=name):
        Cost(**{name: value})  # type: ignore[arg-type] # wrong on purpose


@given(
    completion=st.decimals("0.05", "1", places=2), years=st.integers(1, 20), tuition=st.decimals("1", "50000", places=2),
)  # fmt: skip
def test_a_premium_at_break_even_is_worth_nothing_and_a_higher_one_something(
    completion: Decimal, years: int, tuition: Decimal
) -> None:
    cost, assumptions = Cost(tuition=tuition), Assumptions(completion=completion, years=years)
    break_even = return_on(cost, assumptions=assumptions).cases[0].break_even
    at, above = (
        return_on(cost, assumptions=assumptions, premium=Premium(Rung.MATCHED, amount)).cases[0].expected
        for amount in (break_even, break_even * 2 + 1)
    )
    assert at is not None
    assert above is not None
    assert abs(at) <= D("0.25")
    assert above > at


def test_a_simulation_is_the_same_for_the_same_seed_and_differs_for_another() -> None:
    first = simulate(COST, assumptions=GIVEN, **PRIORS, seed=7)
    assert first == simulate(COST, assumptions=GIVEN, **PRIORS, seed=7)
    assert first != simulate(COST, assumptions=GIVEN, **PRIORS, seed=8)


def test_a_simulation_orders_its_percentiles_and_states_its_priors() -> None:
    result = simulate(COST, assumptions=GIVEN, **PRIORS, seed=1)
    assert result.p10 < result.p50 < result.p90
    assert D("0.4") < result.chance_of_loss < D("0.8")
    assert result.tornado[0].name == "premium"
    assert [swing.width for swing in result.tornado] == sorted((swing.width for swing in result.tornado), reverse=True)
    assert any("Beta(8, 4)" in prior for prior in result.priors)


def test_a_sure_loss_is_lost_in_every_draw() -> None:
    poor = {**PRIORS, "premium": PremiumPrior(D(1), D(2))}
    assert simulate(COST, assumptions=GIVEN, **poor, seed=3).chance_of_loss == 1


def test_impossible_priors_are_refused() -> None:
    with pytest.raises(AppraisalError, match="11 of 10"):
        CompletionPrior(11, 10)
    with pytest.raises(AppraisalError):
        PremiumPrior(D(0), D(10))
    with pytest.raises(AppraisalError):
        HoursPrior(D(3), D(2), D(5))


@pytest.mark.parametrize(
    "wrong",
    [{"discount": D("NaN")}, {"discount": D(11)}, {"fade": D("NaN")}, {"completion": D("Infinity")}, {"years": 10**9}],
    ids=str,
)
def test_assumptions_that_nothing_can_be_reckoned_with_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(AppraisalError):
        Assumptions(**wrong)


def test_what_is_paid_by_others_in_full_is_paid_back_at_once() -> None:
    cost = Cost(tuition=D(500), grants=D(900))
    result = return_on(cost, assumptions=GIVEN, premium=Premium(Rung.MATCHED, D(600)))
    assert (cost.total, result.payback_years, result.cases[0].break_even) == (-400, 0, 0)
