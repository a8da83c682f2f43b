"""Money of the worth pages in any currency: never converted, never mixed, exact to the unit that the currency has."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.factories import AT, approval, imported, occupation, outcome, provider

from cairn.appraisal import Kind, Money, compare
from cairn.catalog import queries
from cairn.catalog.models import DefinitionVersion, Outcome, Provider
from cairn.catalog.pages.compare import lines_of
from cairn.catalog.queries import Inputs
from cairn.catalog.queries.completers import currency_of, mean_earnings

pytestmark = pytest.mark.django_db
D = Decimal
FORM = {"displaced": "50", "years": "5", "discount": "3", "fade": "90"}


def page(response: Any) -> str:
    return " ".join(response.content.decode().split())


def priced(minor: int, currency: str, hours: int | None = 240, **fields: Any) -> DefinitionVersion:
    spent = None if hours is None else D(hours)
    offer = {"price_total": minor, "price_tuition": None, "price_fees": None, "currency": currency, "hours": spent}
    return imported(offer=offer, workload_hours=spent, **fields)


def address(version: DefinitionVersion) -> str:
    return reverse("catalog:credential_return", args=[version.definition.slug])


def test_an_hour_is_not_taken_to_be_worth_twenty_of_any_currency(client: Client) -> None:
    version = priced(120_000, "JPY")
    found = queries.return_for(version, Inputs(), AT)
    assert found.weighed is not None
    assert (found.weighed.cost.price, found.weighed.cost.time) == (120_000, 0)
    assert "in JPY, so your time is left out" in found.left_out
    assert {"hours", "hourly_wage", "displaced"}.isdisjoint(swing.name for swing in found.swings)
    shown = page(client.get(address(version)))
    assert "Your time is not counted" in shown
    assert "not assumed: nobody here knows" in shown
    assert "$" not in shown.split("What completers of this field earn")[0]
    told = page(client.post(address(version), {**FORM, "hourly_value": "1900"}))
    assert "Your time is not counted" not in told
    assert "¥228,000" in told  # half of 240 hours at ¥1,900
    assert queries.return_for(priced(120_000, "JPY", None), Inputs(), AT).left_out == "", (
        "its hours are what is missing"
    )


def test_programs_are_told_that_time_is_left_out(client: Client) -> None:
    version = priced(9_500_000, "KWD")
    path = f"/api/v1/catalogue/credentials/{version.definition.slug}/return"
    told = client.post(path, {}, content_type="application/json").json()
    assert {name: D(amount) for name, amount in told["cost"].items()} == {"price": 9500, "time": 0, "total": 9500}
    assert any("worth in KWD" in sentence for sentence in told["sentences"])
    told = client.post(path, {"hourly_value": "6.125"}, content_type="application/json").json()
    assert D(told["cost"]["time"]) == D("735")
    assert not any("left out" in sentence for sentence in told["sentences"])


def test_wages_in_one_currency_are_not_held_against_a_price_in_another(client: Client) -> None:
    occupation("Welders")
    version = priced(3_900_00, "EUR")
    found = queries.return_for(version, Inputs(occupation="51-4121", wage_now=D(38_000)), AT)
    assert found.drawn is None
    assert "in USD and the price is in EUR" in found.no_gain
    assert '<option value="51-4121"' not in page(client.get(address(version)))
    assert '<option value="51-4121"' in page(client.get(address(priced(3_900_00, "USD"))))


def test_a_comparison_keeps_every_amount_in_its_own_currency_and_to_its_own_unit(client: Client) -> None:
    versions = [
        priced(417_000, "JPY"), priced(1_234_567, "KWD"), priced(3_900_50, "EUR", 37), priced(4_200_00, "USD"), priced(0, "USD", None),
    ]  # fmt: skip
    compared = compare(queries.facts_for_comparison(versions, AT))
    hourly = [cell.value for cell in compared.row("price_per_hour").cells]
    assert hourly[:4] == [Money(1738, "JPY"), Money(5144, "KWD"), Money(10_542, "EUR"), Money(1750, "USD")]
    assert hourly[4] is None
    worth = compared.row("break_even").cells
    assert [cell.kind for cell in worth] == [Kind.NOT_STATED, Kind.NOT_STATED, Kind.KNOWN, Kind.KNOWN, Kind.NOT_STATED]
    assert "in JPY" in worth[0].note
    assert [cell.value.minor % 100 for cell in worth[2:4]] == [0, 0]
    assert compared.currencies == ("EUR", "JPY", "KWD", "USD")
    asked = {"c": [one.definition.slug for one in versions]}
    shown = page(client.get(reverse("catalog:compare"), asked))
    table = list(csv.reader(io.StringIO(client.get(reverse("catalog:compare_csv"), asked).content.decode())))
    row = next(line for line in table if line[0] == "Price")
    assert row[1::3] == ["¥417,000", "KWD 1,234.567", "€3,900.50", "$4,200", "free"]
    assert all(text in shown for text in row[1::3])
    assert "They are not converted" in shown


def test_an_approval_that_has_ended_does_not_read_as_one_that_holds() -> None:
    school = provider()
    approval(school, "Board of Welding", until=AT.date().replace(year=2022), source="Board")
    approval(school, "Board of Pipes", until=AT.date().replace(year=2030), source="Board")
    cell = compare(queries.facts_for_comparison([imported(by=school)], AT)).row("approved_by").cells[0]
    assert cell.value == (
        "Board of Pipes (approved, until 2030-03-01)",
        "Board of Welding (approved, ended 2022-03-01)",
    )


def test_one_credit_is_one(client: Client) -> None:
    version = imported(credits=D(1), credit_scheme="us-semester")
    cell = compare(queries.facts_for_comparison([version], AT)).row("credits").cells[0]
    assert (cell.value, cell.note) == (1, "US semester credit")


def test_levels_languages_starts_and_how_long_it_holds_stand_side_by_side(client: Client) -> None:
    full = imported(
        level=5, level_framework="eqf", level_text="short cycle", valid_months=24, taught_in=["nl"], credits=D("4.5"), credit_scheme="ECTS",
        offer={"languages": ["de", "fr"], "starts_on": AT.date().replace(month=9, day=1), "price_total": 900_00},
    )  # fmt: skip
    bare = imported(offer={"self_paced": True})
    compared = compare(queries.facts_for_comparison([full, bare], AT))
    said = {
        key: lines_of(compared.row(key).cells[0], compared.row(key).kind.format)
        for key in ("level", "validity", "starts", "languages")
    }
    assert said == {
        "level": ["EQF 5, short cycle"], "validity": ["24 months"], "starts": ["1 September 2026"], "languages": ["German", "French"],
    }  # fmt: skip
    assert compared.row("starts").cells[1].value == ("at any time",)
    assert [compared.row(key).cells[1].kind for key in ("level", "validity", "languages")] == [Kind.NOT_STATED] * 3
    assert compared.row("price_per_credit").cells[0].note == "(ECTS credits)"
    shown = page(client.get(reverse("catalog:compare"), {"c": [full.definition.slug, bare.definition.slug]}))
    assert "German" in shown
    assert "$200 <span" in shown


def test_the_page_says_why_its_two_figures_of_the_break_even_differ(client: Client) -> None:
    version = priced(4_200_00, "USD")
    found = queries.return_for(version, Inputs(), AT)
    assert found.base is not None
    assert found.spread is not None
    starts, middle = f"${found.base:,.0f}", f"${found.spread.p50:,.0f}"
    assert starts != middle
    shown = page(client.get(address(version)))
    assert f"The drawing below starts from {starts}: there 60% complete it" in shown
    assert f"so its middle is {middle}." in shown
    assert f"{starts} as assumed" in shown
    supposed = page(client.post(address(version), {**FORM, "premium_low": "800", "premium_high": "3000"}))
    assert "it takes $1,900 a year, halfway between the two" in supposed


def test_nothing_of_what_rests_on_assumptions_is_told_to_the_cent(client: Client) -> None:
    shown = page(client.get(address(priced(4_200_37, "USD"))))
    section = shown.split("What matters most")[1].split("What completers of this field earn")[0]
    assert "$" in section
    assert not [
        word for word in section.replace("<", " ").split() if word.startswith("$") and "." in word.rstrip(".,;")
    ]


def test_earnings_of_completers_are_told_in_the_currency_of_their_source(client: Client) -> None:
    school = provider()
    outcome(school, 4, mean_quarterly_wage=D(6_400), currency="EUR")
    version = priced(3_900_00, "USD", by=school)
    found = queries.return_for(version, Inputs(), AT)
    assert (found.currency, found.earned_in) == ("USD", "EUR")
    shown = page(client.get(address(version))).split("<h2>What completers of this field earn")[1]
    assert "€6,400</strong> a quarter" in shown
    assert "€6,400.00 for 46 earners" in shown or "€6,400 for 46 earners" in shown
    for where in (
        reverse("catalog:credential", args=[version.definition.slug]),
        reverse("catalog:provider", args=[school.slug]),
    ):
        assert "€6,400" in page(client.get(where))
    told = client.post(
        f"/api/v1/catalogue/credentials/{version.definition.slug}/return", {}, content_type="application/json"
    ).json()
    assert (told["currency"], told["completers"]["currency"]) == ("USD", "EUR")
    table = list(
        csv.reader(
            io.StringIO(client.get(reverse("catalog:compare_csv"), {"c": version.definition.slug}).content.decode())
        )
    )
    assert any("EUR 6,400" in cell or "€6,400" in cell for row in table for cell in row), table


def test_earnings_in_another_currency_change_nothing_of_a_mean() -> None:
    here, there = provider("Camden Welding"), provider("Basel Welding")
    outcome(here, 4, mean_quarterly_wage=D(8_150))
    alone = queries.published_outcomes(imported(by=here))
    outcome(there, 4, completers=900, mean_quarterly_wage=D(21_000), earners=800, currency="CHF")
    both, theirs = queries.published_outcomes(imported(by=here)), queries.published_outcomes(imported(by=there))
    assert (both.earnings, both.currency) == (alone.earnings, "USD")
    assert theirs.earnings is not None
    assert (theirs.earnings.estimate, theirs.currency) == (21_000, "CHF")
    unknown = queries.published_outcomes(imported(by=provider("Without figures")))
    assert unknown.currency == "CHF", "what most earners are paid in, where the provider publishes none"


FIGURES = st.lists(
    st.tuples(
        st.sampled_from(["USD", "EUR", "JPY"]), st.integers(1, 4), st.none() | st.decimals(1, 99_999, places=2),
        st.none() | st.integers(0, 500),
    ),
    max_size=12,
)  # fmt: skip


@given(FIGURES, st.integers(1, 4))
def test_a_mean_is_of_one_currency_whatever_else_is_published(
    figures: list[tuple[str, int, D | None, int | None]], of: int
) -> None:
    rows = [
        Outcome(provider=Provider(pk=number, name=f"School {number}"), field_of_study="48.0508", quarter=4, currency=currency,
                mean_quarterly_wage=mean, earners=earners)
        for currency, number, mean, earners in figures
    ]  # fmt: skip
    currency = currency_of(rows, of)
    path = ("all fields of family 48", "field 48.0508", "in a place not named", f"provider {of}")
    found = mean_earnings(rows, path, currency)
    usable = [row for row in rows if row.mean_quarterly_wage is not None and row.earners]
    own = {row.currency for row in usable if row.provider_id == of}
    assert (currency in own) if own else currency in ({row.currency for row in usable} or {""})
    only = [row for row in rows if row.currency == currency]
    assert mean_earnings(only, path, currency) == found
    means = [row.mean_quarterly_wage for row in usable if row.currency == currency]
    if found is not None:
        assert min(means) <= found.estimate.quantize(D("0.01")) <= max(means)
        assert found.groups[0].people == sum(row.earners or 0 for row in usable if row.currency == currency)
