"""Bundles and discounts come in as rows where a source states them in full; otherwise they stay in words, and the report says why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.importing.catalogues import AT, run, write
from tests.catalog.test_round_trips import RECORD, SITE, entry

from cairn.catalog.exporting import FORMATS
from cairn.catalog.exporting.published import Entry
from cairn.catalog.exporting.special import Sold, SpecialPrice
from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.mapping_import import guess_file
from cairn.catalog.importing.special_words import groups_in, names_in, read_special
from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import Bundle, Definition, Discount, Offer
from cairn.skills.importing.report import Report

FORMS = ("ctdl", "schema-org", "elm", "csv")
every = pytest.mark.parametrize("name", FORMS)
LAST = date(2026, 12, 31)


def entries_of(
    price: int = 40_000, condition: str = "for those who hold “Safe work”", second: str = "Project"
) -> list[Entry]:
    """Three credentials, two of them sold together, and one cheaper for those who hold the third."""
    offer = replace(
        RECORD.offers[0],
        price_total=30_000,
        price_tuition=None,
        price_fees=None,
        price_materials=None,
        price_other=None,
    )
    pages = {"Weld drawings": "weld", second: "project", "Safe work": "safe"}
    together = tuple(
        Sold(title, f"{SITE}/catalogue/{pages[title]}/", programme=False) for title in ("Weld drawings", second)
    )
    bundle = SpecialPrice(
        "bundle-1",
        "Both",
        price,
        "EUR",
        f"for all of these together: “Weld drawings”, “{second}”",
        None,
        LAST,
        together,
    )
    discount = SpecialPrice("discount-1", "Began here", 25_050, "EUR", condition, date(2026, 1, 1), None)
    made = []
    for number, (title, slug) in enumerate(pages.items(), 1):
        record = replace(
            RECORD, title=title, texts={}, offers=(replace(offer, url=f"https://college.example.org/{slug}"),)
        )
        special = {"weld": (discount, bundle), "project": (bundle,), "safe": ()}[slug]
        made.append(replace(
            entry(record), special=special, page=f"{SITE}/catalogue/{slug}/", achievement=f"{SITE}/achievements/{slug}/1",
            uid=f"00000000-0000-4000-8000-{number:012}",
        ))  # fmt: skip
    return made


def load(name: str, folder: Path, given: list[Entry], **told: Any) -> Report:
    """Write the entries in a format and import the file."""
    path = folder / f"catalogue.{FORMATS[name].suffix}"
    path.write_bytes(b"".join(FORMATS[name].write(given)))
    if name != "csv":
        return run(name, path, **told)
    mapping = folder / "mapping.json"
    mapping.write_text(guess_file(path, at=AT).mapping.as_json(), encoding="utf-8")
    return IMPORTERS["csv"].run([path, mapping], at=AT, **told)


def special_remarks(report: Report) -> list[str]:
    return [one.message for one in report.remarks if one.code == "special_price_in_words"]


@every
@pytest.mark.django_db
def test_what_is_stated_in_full_becomes_rows_once_and_is_taken_back_whole(name: str, tmp_path: Path) -> None:
    dry = load(name, tmp_path, entries_of(), dry_run=True)
    assert (dry.tables["bundles"].created, dry.tables["discounts"].created, Bundle.objects.count()) == (1, 1, 0)
    report = load(name, tmp_path, entries_of())
    assert special_remarks(report) == []
    bundle, discount = Bundle.objects.get(), Discount.objects.get()
    assert (bundle.title, bundle.price, bundle.currency, bundle.until_on, bundle.created_by) == (
        "Both",
        40_000,
        "EUR",
        LAST,
        None,
    )
    assert {one.version.title for one in bundle.offers.all()} == {"Weld drawings", "Project"}
    assert (discount.title, discount.amount, discount.percent, discount.from_on) == (
        "Began here",
        4_950,
        None,
        date(2026, 1, 1),
    )
    held = Definition.objects.get(versions__title="Safe work")
    ((address,),) = discount.credentials
    assert (discount.offer.version.title, str(held.uid) in address) == ("Weld drawings", True)
    assert all("Both" not in one.price_text and "Began" not in one.price_text for one in Offer.objects.all())
    assert {"bundles", "discounts"} <= set(report.differences["added"])
    again = load(name, tmp_path, entries_of())
    assert (again.total().created, again.total().updated, Bundle.objects.count(), Discount.objects.count()) == (
        0,
        0,
        1,
        1,
    )
    assert report.run is not None
    undo_run(run=run_of(report.run), by=None, at=AT)
    left = (Bundle, Discount, Bundle.offers.through, Offer, Definition)
    assert [model.objects.count() for model in left] == [0, 0, 0, 0, 0]


@pytest.mark.django_db
def test_another_price_ends_the_bundle_and_begins_another_and_undoing_brings_the_first_back(tmp_path: Path) -> None:
    load("csv", tmp_path, entries_of())
    second = load("csv", tmp_path, entries_of(price=35_000))
    assert sorted(Bundle.objects.values_list("price", "ended_at")) == [(35_000, None), (40_000, AT)]
    assert second.run is not None
    undo_run(run=run_of(second.run), by=None, at=AT)
    assert list(Bundle.objects.values_list("price", "ended_at")) == [(40_000, None)]


@pytest.mark.django_db
def test_what_is_no_longer_named_stands_and_is_told_unless_the_file_is_the_whole_source(tmp_path: Path) -> None:
    load("csv", tmp_path, entries_of())
    bare = [replace(one, special=()) for one in entries_of()]
    told = load("csv", tmp_path, bare)
    assert any("1 of the bundles of this source is no longer named and still stands." in note for note in told.notes)
    assert Bundle.objects.get().ended_at is None
    load("csv", tmp_path, bare, close_missing=True)
    assert (Bundle.objects.get().ended_at, Discount.objects.get().ended_at) == (AT, AT)


REFUSED = {
    "it saves nothing": (lambda: entries_of(price=60_000), "one by one they cost no more"),
    "it is for somebody unknown": (
        lambda: entries_of(condition="for those who hold “Diving”"), "“Diving” is not among the credentials read",
    ),
    "a part of it is not in the file": (
        lambda: [entries_of()[0], entries_of()[2]], "“Project” is not among the credentials read",
    ),
    "a discount takes nothing off": (
        lambda: [replace(one, record=replace(one.record, offers=(replace(one.record.offers[0], price_total=25_050),)))
                 for one in entries_of()], "it costs no less than everybody pays",
    ),
    "a part has no price": (
        lambda: [replace(one, record=replace(one.record, offers=(replace(one.record.offers[0], price_total=None),)))
                 if one.record.title == "Project" else one for one in entries_of()], "“Project” has no offer with a price in EUR",
    ),
    "two credentials are called so": (
        lambda: [*entries_of(), replace(entries_of()[2], uid="00000000-0000-4000-8000-000000000009")],
        "2 of the credentials read are called “Safe work”",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(REFUSED))
@pytest.mark.django_db
def test_what_is_not_stated_in_full_stays_in_words_with_its_reason(case: str, tmp_path: Path) -> None:
    make, reason = REFUSED[case]
    report = load("csv", tmp_path, make())
    assert any(reason in one for one in special_remarks(report)), report.remarks
    words = " ".join(Offer.objects.values_list("price_text", flat=True))
    assert "Both: EUR" in words or "Began here: EUR" in words
    again = load("csv", tmp_path, make())
    assert (again.total().created, again.total().updated) == (0, 0)


@pytest.mark.django_db
def test_a_person_who_made_one_here_keeps_it(tmp_path: Path) -> None:
    from tests.catalog.factories import person

    load("csv", tmp_path, entries_of())
    Bundle.objects.update(created_by=person())
    load("csv", tmp_path, [replace(one, special=()) for one in entries_of()], close_missing=True)
    assert Bundle.objects.get().ended_at is None


@pytest.mark.django_db
def test_items_of_an_offer_of_schema_org_are_a_bundle_in_anybodys_words(tmp_path: Path) -> None:
    def course(name: str, *more: dict[str, Any]) -> dict[str, Any]:
        alone = {"@type": "Offer", "price": "100", "priceCurrency": "EUR"}
        return {"@type": "Course", "@id": f"https://a.example/{name}", "name": name, "offers": [alone, *more],
                "provider": {"@type": "Organization", "name": "A"}}  # fmt: skip

    items = [{"@type": "Course", "@id": f"https://a.example/{one}"} for one in ("one", "two")]
    pack = {"@type": "Offer", "name": "Both courses", "description": "Our summer pack", "price": "150", "priceCurrency": "EUR",
            "itemOffered": items}  # fmt: skip
    path = write(tmp_path, "a.json", {"@context": "https://schema.org", "@graph": [course("one", pack), course("two")]})
    report = run("schema-org", path)
    assert special_remarks(report) == []
    assert (Bundle.objects.get().title, Bundle.objects.get().price, Bundle.objects.get().offers.count()) == (
        "Both courses",
        15_000,
        2,
    )
    assert set(Offer.objects.values_list("price_total", flat=True)) == {10_000}


@pytest.mark.django_db
def test_costs_common_to_several_are_no_bundle(tmp_path: Path) -> None:
    fee = {"@type": "ceterms:CostManifest", "@id": "https://a.example/fees", "ceterms:name": "Fees", "ceterms:description": "Each pays it",
           "ceterms:estimatedCost": [{"ceterms:name": "Exam fee", "ceterms:price": 50, "ceterms:currency": "USD"}]}  # fmt: skip
    from tests.catalog.importing.catalogues import ctdl

    both = [ctdl(one, **{"ceterms:commonCosts": ["https://a.example/fees"]}) for one in (1, 2)]
    write(tmp_path, "a.json", {"@graph": [fee, *both]})
    run("ctdl", tmp_path)
    assert not Bundle.objects.exists()


NAMES = st.text(
    st.characters(categories=("Lu", "Ll", "Nd", "Po", "Zs"), exclude_characters="“”\n\r\x85\u2028\u2029"),
    min_size=1,
    max_size=30,
)


@given(st.lists(st.lists(NAMES, min_size=1, max_size=3), min_size=1, max_size=3))
def test_the_names_in_a_condition_come_back_group_by_group(groups: list[list[str]]) -> None:
    told = "for those who hold " + " and ".join(" or ".join(f"“{one}”" for one in group) for group in groups)
    assert [[one.name for one in group] for group in groups_in(told)] == groups
    listed = "for all of these together: " + ", ".join(f"“{one}”" for group in groups for one in group)
    assert [one.name for one in names_in(listed)] == [one for group in groups for one in group]


@given(
    NAMES.filter(lambda one: one.strip() == one),
    st.integers(0, 10**9),
    st.sampled_from(["EUR", "JPY"]),
    st.none() | st.dates(),
    NAMES,
)
def test_a_special_price_comes_back_from_its_one_line(
    title: str, price: int, currency: str, first: date | None, held: str
) -> None:
    given_price = SpecialPrice("d", title, price, currency, f"for those who hold “{held}”", first, None)
    back = read_special(str(given_price))
    assert back is not None
    assert (back.title, back.price, back.currency, back.first, back.last) == (title, price, currency, first, None)
    assert [[one.name for one in group] for group in back.holding] == [[held]]


@pytest.mark.parametrize(
    "text",
    ["", "10% off", "A: EUR 5, for members", "A: EUR 5, for those who hold “B” or", "A: EUR 5, for those who hold “B” from 2026-13-01",
     "A: XXX 5, for those who hold “B”", "A: EUR 5.123, for those who hold “B”", "A: EUR -5, for those who hold “B”",
     "A: EUR 5, for those who hold “B” from 2026-02-01 until 2026-01-01", "A: EUR 99999999999999999, for those who hold “B”",
     "A: EUR 5, for those who hold " + "“B” and " * 40 + "“B”", "x" * 100_000, "A: EUR 5, for those who hold “" + "b" * 90_000 + "”"],
)  # fmt: skip
def test_other_words_are_no_special_price(text: str) -> None:
    assert read_special(text) is None


def test_a_discount_for_a_credential_of_another_site_names_its_address() -> None:
    found = read_special("A: EUR 5.00, for those who hold “https://other.example.org/achievements/1”")
    assert found is not None
    assert found.holding[0][0].keys == ("https://other.example.org/achievements/1",)
    assert json.dumps(found.words)
