"""Prices of several currencies: by their figures whatever their minor units, told apart, and never compared without a word."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.factories import Team, imported

from cairn.catalog import search
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.pages.search import card_of
from cairn.catalog.queries.amounts import in_hundredths, price_in_hundredths
from cairn.catalog.search import building
from cairn.catalog.search.asking import MIXED
from cairn.catalog.search.documents import documents
from cairn.catalog.search.facets import combined, currency_of
from cairn.catalog.search.understanding import understand
from cairn.look.formatting import minor_digits

API = "/api/v1/catalogue/search"
PRICED = {
    "Dinars": (450_000, "KWD"),
    "Dollars": (460_00, "USD"),
    "Nothing to pay": (0, "EUR"),
    "Euros": (3000_00, "EUR"),
    "Yen": (95_000, "JPY"),
    "Unpriced": (None, "CHF"),
}
IN_ORDER = ["Nothing to pay", "Dinars", "Dollars", "Euros", "Yen", "Unpriced"]


def priced(price: int | None, currency: str, title: str = "Welding") -> DefinitionVersion:
    terms = {"price_total": price, "price_tuition": price, "price_fees": None, "currency": currency}
    return imported(title, offer=terms)


@pytest.fixture
def several(db: None) -> dict[str, DefinitionVersion]:
    return {title: priced(*told, title) for title, told in PRICED.items()}


def titles(found: search.SearchPage) -> list[str]:
    return [line.title for line in found.versions]


def counts(found: search.SearchPage, name: str) -> dict[str, int]:
    return {value.value: value.count for facet in found.facets if facet.name == name for value in facet.values}


@given(st.integers(0, 2**45), st.sampled_from(["USD", "JPY", "KWD", "jpy", "XXX", ""]))
def test_hundredths_are_the_figure_that_is_written_rounded_up(minor: int, currency: str) -> None:
    exact = Decimal(minor).scaleb(-minor_digits(currency)) * 100
    assert 0 <= in_hundredths(minor, currency) - exact < 1


@pytest.mark.django_db
@pytest.mark.parametrize("currency", ["USD", "JPY", "jpy", "KWD", "tnd", "CHF", ""])
@pytest.mark.parametrize("price", [None, 0, 1, 9, 10, 11, 95_000, 10**12, 2**50, 2**50 + 1, 2**63 - 10])
def test_the_database_reckons_as_python_does(price: int | None, currency: str) -> None:
    offer = priced(price, currency).offers.get()
    said = Offer.objects.values_list(price_in_hundredths()).get()[0]
    assert said == (None if offer.price_total is None else in_hundredths(offer.price_total, currency))


def test_bands_and_order_go_by_the_figure_whatever_the_minor_units(several: dict[str, DefinitionVersion]) -> None:
    assert titles(search.search(sort="price")) == IN_ORDER
    assert counts(search.search(), "price") == {
        "free": 1, "under-500": 2, "2000-5000": 1, "over-10000": 1, "unstated": 1,
    }  # fmt: skip
    assert titles(search.search("under 500", sort="price")) == IN_ORDER[:3]


def test_the_database_orders_as_the_index_does_and_says_that_currencies_are_mixed(
    several: dict[str, DefinitionVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "ready", lambda: None)
    found = search.search(sort="price")
    assert titles(found) == IN_ORDER
    assert MIXED in found.notice
    assert MIXED not in search.search().notice
    assert MIXED not in search.search("euros", sort="price").notice


def test_currencies_are_a_facet_where_there_are_several(several: dict[str, DefinitionVersion]) -> None:
    assert counts(search.search(), "currency") == {"EUR": 2, "USD": 1, "KWD": 1, "JPY": 1, "unstated": 1}
    euros = search.search(facets={"currency": ["EUR"]}, sort="price")
    assert titles(euros) == ["Nothing to pay", "Euros"]
    assert counts(euros, "currency") == counts(search.search(), "currency")
    assert counts(euros, "price") == {"free": 1, "2000-5000": 1}
    assert titles(search.search(facets={"currency": ["unstated"]})) == ["Unpriced"]
    assert titles(search.search(facets={"currency": ["EUR"], "price": ["free"]})) == ["Nothing to pay"]
    assert "currency" not in [facet.name for facet in search.search("yen").facets]
    assert counts(search.search("yen", {"currency": ["JPY"]}), "currency") == {"JPY": 1}
    assert titles(search.search(facets={"currency": ["XYZ", "a|b", "\x00"]})) == []


@pytest.mark.django_db
def test_where_all_is_priced_in_one_currency_nothing_is_said_of_it(client: Client) -> None:
    priced(95_00, "USD"), priced(0, "USD"), priced(None, "EUR")
    found = search.search(sort="price")
    assert ("currency" in [facet.name for facet in found.facets], found.notice) == (False, "")
    assert 'name="currency"' not in client.get("/catalogue/?sort=price").content.decode()


def test_one_order_of_several_currencies_says_that_nothing_is_converted(several: dict[str, DefinitionVersion]) -> None:
    assert search.search(sort="price").notice == MIXED
    for sort in ("relevance", "hours", "title"):
        assert search.search(sort=sort).notice == ""
    assert search.search(sort="price", facets={"currency": ["EUR"]}).notice == ""
    assert search.search(sort="price", facets={"currency": ["EUR", "unstated"]}).notice == ""
    assert search.search(sort="price", facets={"currency": ["EUR", "USD"]}).notice == MIXED
    assert search.search("under 5000 euros", sort="price").notice == ""


@pytest.mark.parametrize(
    ("said", "limit", "currency"),
    [
        ("under 500 euros", 500, "EUR"), ("under €500", 500, "EUR"), ("less than 300 GBP", 300, "GBP"), ("unter 500 Euro", 500, "EUR"),
        ("moins de 500 €", 500, "EUR"), ("under £1,200", 1200, "GBP"), ("under usd 500", 500, "USD"), ("under us$500", 500, "USD"),
        ("under 20k yen", 20_000, "JPY"), ("fino a 500€", 500, "EUR"), ("menos de 500 dólares", 500, None), ("under $500", 500, None),
        ("under 500", 500, None), ("under 300 euros under 200", 200, None),
    ],
)  # fmt: skip
def test_a_limit_may_name_its_currency_and_nothing_is_assumed(said: str, limit: int, currency: str | None) -> None:
    understood = understand(f"welding {said}")
    assert understood.text == "welding"
    assert [one.told for one in understood.conditions] == [
        f"a price of {limit:,} at most",
        *([f"a price in {currency}"] if currency else []),
    ]


@pytest.mark.parametrize("said", ["under 500 europe", "under 500 cad", "under 5 eurosport"])
def test_words_that_only_begin_like_a_currency_or_are_words_too_stay_words(said: str) -> None:
    understood = understand(said)
    assert [one.kind for one in understood.conditions] == ["price"]
    assert understood.text == said.split()[-1]


def test_a_limit_in_a_currency_finds_what_is_priced_in_it(several: dict[str, DefinitionVersion]) -> None:
    found = search.search("under 500 euros")
    assert (found.whole, titles(found)[0]) == (1, "Nothing to pay")  # what has some of it follows, as for any condition
    assert titles(search.search("under 500 euros", sort="price")) == ["Nothing to pay"]
    assert titles(search.search("under 3000 euros", sort="price")) == ["Nothing to pay", "Euros"]
    assert titles(search.search("under 100k yen", sort="price")) == ["Yen"]
    assert search.search("under 500 euros", literally=True).conditions == ()


@pytest.mark.django_db
def test_the_currency_is_that_of_the_price_that_is_shown() -> None:
    version = priced(2000, "JPY", "Twice")
    Offer.objects.create(version=version, state=Offer.State.OPEN, price_total=150_00, currency="EUR")
    Offer.objects.create(version=version, state=Offer.State.CANCELLED, price_total=0, currency="CHF")
    found = search.search(sort="price")
    card = card_of(found.versions[0])
    assert (card["price"], card["currency"]) == (150_00, "EUR")
    assert next(documents())["bands"].split("|")[2] == "EUR"


@pytest.mark.django_db
def test_a_sum_of_parts_is_in_the_currency_of_its_parts() -> None:
    team = Team()
    parts = [team.offered(400_000)[0], team.offered(30_000, title="Pipe welds")[0]]
    Offer.objects.update(currency="JPY")
    rule = {"kind": "all_of", "of": [{"kind": "award_of", "achievement": achievement_id(part)} for part in parts]}
    whole = team.published(title="Welding for a trade", type="certificate", requirement=rule, workload_hours=None)
    told = {one["version"]: one["bands"].split("|") for one in documents()}
    assert (told[whole.pk][0], told[whole.pk][2]) == ("over-10000", "JPY")
    assert titles(search.search("under 500k yen", sort="price"))[-1] == "Welding for a trade"


def test_a_change_of_currency_is_taken_in_and_agrees_with_a_new_build(several: dict[str, DefinitionVersion]) -> None:
    search.rebuild()
    Offer.objects.filter(version=several["Yen"]).update(currency="USD")  # by no service of ours
    Offer.objects.filter(version=several["Unpriced"]).update(price_total=12_345)
    before = search.search(sort="price")
    assert titles(before) == ["Nothing to pay", "Unpriced", "Dinars", "Dollars", "Yen", "Euros"]
    assert counts(before, "currency") == {"EUR": 2, "USD": 2, "KWD": 1, "CHF": 1}
    search.rebuild()
    after = search.search(sort="price")
    assert (titles(after), after.facets) == (titles(before), before.facets)


@pytest.mark.parametrize("stated", ["", "U|", "a,b", "12", "€", "É", "US", None, "\uff35\uff33\uff24"])
def test_what_cannot_be_a_code_is_not_stated_and_breaks_no_term(stated: str | None) -> None:
    assert currency_of(stated) == "unstated"
    assert combined("bands", ("free",), ("unstated",), (currency_of(stated),))[0] == "free|unstated|unstated"


def test_the_page_lets_people_choose_a_currency_and_says_what_stands_in_one_order(
    client: Client, several: dict[str, DefinitionVersion]
) -> None:
    page = client.get("/catalogue/?sort=price").content.decode()
    assert MIXED in page
    assert 'name="currency" value="EUR"' in page
    assert "Price (in the currency stated)" in page
    chosen = client.get("/catalogue/?sort=price&currency=EUR").content.decode()
    assert MIXED not in chosen
    assert "Yen</a>" not in chosen
    assert "Do not narrow down by Currency: " in chosen
    asked = client.get("/catalogue/?q=under+3000+euros").content.decode()
    assert "<strong>a price of 3,000 at most</strong>, <strong>a price in EUR</strong>" in asked


def test_programs_are_told_the_same(client: Client, several: dict[str, DefinitionVersion]) -> None:
    mixed = client.get(API, {"sort": "price"}).json()
    assert mixed["notice"] == MIXED
    assert {"value": "EUR", "label": "EUR", "count": 2, "selected": False, "about": False} in next(
        facet["values"] for facet in mixed["facets"] if facet["name"] == "currency"
    )
    chosen = client.get(API, {"sort": "price", "facet": "currency:EUR"}).json()
    assert (chosen["notice"], [one["title"] for one in chosen["results"]]) == ("", ["Nothing to pay", "Euros"])
    assert client.get(API, {"q": "under 500 euros"}).json()["understood"] == [
        "a price of 500 at most",
        "a price in EUR",
    ]
