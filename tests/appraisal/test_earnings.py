"""Published earnings stay what they are: no kind becomes another, what is kept back is no figure, and none of it is ever a premium."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.appraisal import (
    FEWEST,
    FIGURES,
    AppraisalError,
    Assumptions,
    Basis,
    Cost,
    Earnings,
    Period,
    Rung,
    premium_of,
    return_on,
)

AMOUNTS = st.decimals(Decimal("0.01"), Decimal(900_000), places=2)
PEOPLE = st.none() | st.integers(0, 5_000)
RISING = ("lowest", "p10", "p25", "median", "p75", "p90", "highest")


@st.composite
def statements(draw: st.DrawFn) -> Earnings:
    """Anything that a source may publish."""
    names = draw(st.sets(st.sampled_from(RISING)))
    figures = dict(zip((name for name in RISING if name in names), sorted(draw(AMOUNTS) for _ in names), strict=True))
    told: dict[str, Any] = figures | {
        name: draw(AMOUNTS) for name in draw(st.sets(st.sampled_from(["mean", "amount"])))
    }
    kept_back = not told and draw(st.booleans())
    return Earnings(
        **told, basis=draw(st.sampled_from(Basis)), period=draw(st.sampled_from(Period)), currency="USD", suppressed=kept_back,
        earners=draw(PEOPLE), employed=draw(PEOPLE), completers=draw(PEOPLE if told or kept_back else st.integers(0, 9)),
    )  # fmt: skip


@given(st.lists(statements(), max_size=6))
def test_nothing_that_is_published_of_earnings_is_a_premium(published: list[Earnings]) -> None:
    premium = premium_of(published)
    assert premium.amount is None
    assert premium.rung in {Rung.COMPLETERS_ONLY, Rung.NOTHING}
    cost = Cost(tuition=Decimal(1_000))
    assert [one.break_even for one in return_on(cost, assumptions=Assumptions(), premium=premium).cases] == [
        one.break_even for one in return_on(cost, assumptions=Assumptions()).cases
    ]


@given(st.lists(statements(), max_size=6), statements())
def test_what_is_kept_back_expected_or_of_an_occupation_changes_no_rung(
    published: list[Earnings], other: Earnings
) -> None:
    if other.basis is not Basis.COMPLETERS or other.suppressed or not other.figures:
        assert premium_of([*published, other]) == premium_of(published)


@given(statements())
def test_a_figure_stands_under_its_own_kind_alone(one: Earnings) -> None:
    assert one.figures == tuple((name, getattr(one, name)) for name in FIGURES if getattr(one, name) is not None)
    assert not (one.suppressed and one.figures)


@given(st.integers(0, FEWEST - 1))
def test_a_figure_of_too_few_people_stands_on_no_rung(earners: int) -> None:
    few = Earnings(median=Decimal(30_000), currency="USD", earners=earners)
    assert few.rung is Rung.NOTHING
    assert Earnings(median=Decimal(30_000), currency="USD").rung is Rung.COMPLETERS_ONLY  # nobody says how many


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"median": Decimal(9), "currency": "USD", "suppressed": True}, "suppressed"),
        ({"median": Decimal(9)}, "currency"),
        ({"median": Decimal(9), "p75": Decimal(8), "currency": "USD"}, "median"),
        ({"mean": Decimal(0), "currency": "USD"}, "mean"),
        ({"mean": Decimal("NaN"), "currency": "USD"}, "mean"),
        ({"completers": -1}, "completers"),
        ({"employed_percent": Decimal(101)}, "employed_percent"),
        ({"name": "Graduates of 2023"}, "median"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(told: dict[str, Any], where: str) -> None:
    with pytest.raises(AppraisalError) as refused:
        Earnings(**told)
    assert refused.value.where == where
