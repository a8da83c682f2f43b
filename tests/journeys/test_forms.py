"""Money in forms: asked for and kept in the digits that its currency has."""

from datetime import UTC, datetime

import pytest

from cairn.journeys.forms import LimitsForm, WishesForm
from cairn.journeys.models import Goal
from cairn.look.formatting import minor_digits
from cairn.planning import Money
from cairn.planning.money import MINOR_DIGITS

MOMENT = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("currency", "typed", "kept"),
    [("USD", "1250.50", 125050), ("JPY", "1250", 1250), ("KWD", "1250.125", 1250125), ("EUR", "", None)],
)
def test_a_budget_is_kept_in_minor_units_of_its_currency(currency, typed, kept):
    form = LimitsForm({"budget": typed}, currency=currency)
    assert form.is_valid(), form.errors
    assert form.limits()["budget"] == kept


@pytest.mark.parametrize(
    ("currency", "typed"), [("JPY", "0.5"), ("USD", "1.005"), ("KWD", "0.0001"), ("USD", "1" * 13)]
)
def test_more_digits_than_the_currency_has_are_refused(currency, typed):
    assert not LimitsForm({"budget": typed}, currency=currency).is_valid()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "budget", "shown"), [("USD", 125050, "1250.5"), ("JPY", 1250, "1250"), ("KWD", 500, "0.5")]
)
def test_a_goal_shows_its_budget_in_whole_units(currency, budget, shown):
    form = WishesForm(goal=Goal(budget=budget, currency=currency, wishes={}), at=MOMENT, names={})
    assert form["budget"].value() == shown
    assert ("US dollars" in form.fields["budget"].label) == (currency == "USD")


def test_the_planner_and_the_pages_write_money_with_the_same_digits():
    for currency in {*MINOR_DIGITS, "USD", "EUR", "CHF"}:
        assert MINOR_DIGITS.get(currency, 2) == minor_digits(currency), currency
    assert [str(Money(1500, currency)) for currency in ("USD", "JPY", "KWD")] == ["$15", "¥1,500", "KWD 1.500"]
