"""Search: typos, facets with counts, orders, and an index that follows the data or says that it is not there."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.catalog.factories import AT, Team, imported, occupation, provider, skill, taught

from cairn.catalog import search, services
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.search import index
from cairn.catalog.search.asking import OLD_INDEX
from cairn.catalog.search.bands import hours_band, leads_kind, price_band, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> dict[str, DefinitionVersion]:
    occupation("Welders")
    nursing = provider("Shore Nursing School", city="Newark", county="Essex")
    elsewhere = provider("Bergen Business School", city="Teaneck", county="Bergen")
    found = {
        "welding": imported("Combination welding", type="certificate"),
        "nursing": imported(
            "Nurse aide", nursing, type="industry", leads_to="Licence: Nurse aide", field_of_study="51.3902", workload_hours=Decimal(90),
            offer={"price_total": 1200_00, "county": "Essex", "mode": "onsite"},
        ),
        "unstated": imported("Émigré bookkeeping", elsewhere, workload_hours=None, field_of_study="",
                             offer={"price_total": None, "price_tuition": None, "price_fees": None, "hours": None, "county": ""}),
    }  # fmt: skip
    taught(found["welding"], skill("Reading drawings"))
    return found


def titles(*args: Any, **kwargs: Any) -> list[str]:
    return [version.title for version in search.search(*args, **kwargs).versions]


@pytest.mark.parametrize(
    "query",
    ["welding", "WELDING", "weldng", "wleding", "combinatoin weldig", "weld", "welders", "drawings", "camden welding school", "camden"],
)  # fmt: skip
def test_words_are_found_with_typos_beginnings_and_in_every_field(
    catalogue: dict[str, DefinitionVersion], query: str
) -> None:
    assert titles(query)[0] == "Combination welding"


@pytest.mark.parametrize("query", ["plumbing", "welding newark", "xyzzy welding"])
def test_every_word_has_to_match(catalogue: dict[str, DefinitionVersion], query: str) -> None:
    assert titles(query) == []


@pytest.mark.parametrize("query", ["", "   ", "?!", '"', "AND OR NOT (", "title:welding^9 +", "a" * 200, "\x00"])
def test_no_question_breaks_the_search(catalogue: dict[str, DefinitionVersion], query: str) -> None:
    assert search.search(query).total in {0, 1, 3}


def test_an_exact_title_comes_before_a_near_one(catalogue: dict[str, DefinitionVersion]) -> None:
    imported("Wedding planning")
    assert titles("wedding")[0] == "Wedding planning"
    assert titles("welding")[0] == "Combination welding"


def test_facets_count_what_they_would_leave(catalogue: dict[str, DefinitionVersion]) -> None:
    facets = {facet.name: {value.value: value.count for value in facet.values} for facet in search.search().facets}
    assert facets["type"] == {"certificate": 1, "industry": 1, "unstated": 1}
    assert facets["price"] == {"500-2000": 1, "2000-5000": 1, "unstated": 1}
    assert facets["hours"] == {"50-150": 1, "150-600": 1, "unstated": 1}
    assert facets["leads"] == {"licence": 1, "unstated": 2}
    assert facets["county"]["Essex"] == 1
    assert facets["occupation"] == {"Welders": 1}


def test_values_of_one_facet_are_alternatives_and_facets_narrow_each_other(
    catalogue: dict[str, DefinitionVersion],
) -> None:
    both = search.search("", {"type": ["certificate", "industry"]}, sort="title")
    assert [version.title for version in both.versions] == ["Combination welding", "Nurse aide"]
    one = search.search("", {"type": ["certificate", "industry"], "county": ["Essex"]})
    assert [version.title for version in one.versions] == ["Nurse aide"]
    counts = {
        value.value: (value.count, value.selected)
        for facet in one.facets
        if facet.name == "type"
        for value in facet.values
    }
    assert counts["industry"] == (1, True)
    assert counts["certificate"] == (0, True)
    assert one.narrowed


def test_providers_are_named_in_their_facet(catalogue: dict[str, DefinitionVersion]) -> None:
    [facet] = [facet for facet in search.search("nurse").facets if facet.name == "provider"]
    assert [value.label for value in facet.values] == ["Shore Nursing School"]


def test_unknown_facets_values_and_orders_are_no_errors(catalogue: dict[str, DefinitionVersion]) -> None:
    assert search.search("", {"colour": ["blue"]}, sort="bribe").total == 3
    assert search.search("", {"type": ["degree"]}).total == 0
    assert search.search("", page=99).page.number == 1


def test_orders_put_what_is_not_stated_last(catalogue: dict[str, DefinitionVersion]) -> None:
    assert titles(sort="price") == ["Nurse aide", "Combination welding", "Émigré bookkeeping"]
    assert titles(sort="hours") == ["Nurse aide", "Combination welding", "Émigré bookkeeping"]
    assert titles(sort="title") == ["Combination welding", "Émigré bookkeeping", "Nurse aide"]


def test_pages_hold_each_result_once() -> None:
    for number in range(7):
        imported(f"Course {number}")
    seen = [
        version.title
        for page in (1, 2, 3)
        for version in search.search("course", page=page, size=3, sort="title").versions
    ]
    assert seen == [f"Course {number}" for number in range(7)]


def test_the_index_is_made_when_it_is_missing_and_again_when_data_is_newer(
    catalogue: dict[str, DefinitionVersion],
) -> None:
    assert search.search("welding").total == 1
    imported("Underwater welding")
    assert search.search("welding").total == 2
    shutil.rmtree(settings.SEARCH_INDEX)
    assert search.search("welding").total == 2


def test_a_broken_index_is_made_again(catalogue: dict[str, DefinitionVersion]) -> None:
    search.rebuild()
    (Path(settings.SEARCH_INDEX) / "current.json").write_text("{broken")
    assert search.search("welding").total == 1


def test_publishing_offering_and_suspending_reach_the_index_after_the_commit(
    catalogue: dict[str, DefinitionVersion], django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    search.rebuild()
    monkeypatch.setattr(index, "INLINE", 0)  # from here on only updates can bring anything in
    team = Team()
    with django_capture_on_commit_callbacks(execute=True):
        version, _ = team.offered(title="Reading weld drawings")
    found = search.search("drawings", {"price": ["under-500"]})
    assert (found.notice, [one.title for one in found.versions]) == ("", ["Reading weld drawings"])
    with django_capture_on_commit_callbacks(execute=True):
        services.suspend(version=version, by=team.publisher, at=AT, reason="An outcome is wrong.")
    assert titles("reading weld") == ["Combination welding"]
    assert search.search("welding").notice == ""


def test_update_without_an_index_says_no_and_the_next_search_makes_one(catalogue: dict[str, DefinitionVersion]) -> None:
    assert not search.update([catalogue["welding"].pk])
    assert search.search("welding").total == 1


def test_while_another_process_writes_an_update_only_marks_the_index_as_old(
    catalogue: dict[str, DefinitionVersion],
) -> None:
    import tantivy

    search.rebuild()
    current = json.loads((Path(settings.SEARCH_INDEX) / "current.json").read_text())
    writer = tantivy.Index.open(str(Path(settings.SEARCH_INDEX) / current["folder"])).writer()
    assert not search.update([catalogue["welding"].pk])
    del writer
    assert search.search("welding").total == 1


def test_a_large_catalogue_without_an_index_is_searched_in_the_database_and_says_so(
    catalogue: dict[str, DefinitionVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "INLINE", 0)
    found = search.search("welding")
    assert found.notice == OLD_INDEX
    assert [version.title for version in found.versions] == ["Combination welding"]
    assert found.facets == ()
    assert [version.title for version in search.search(sort="price").versions][-1] == "Émigré bookkeeping"


def test_what_vanished_from_the_database_is_not_shown(catalogue: dict[str, DefinitionVersion]) -> None:
    search.rebuild()
    DefinitionVersion.objects.filter(pk=catalogue["nursing"].pk).update(state="retired")
    assert "Nurse aide" not in titles("")


@pytest.mark.parametrize(
    ("minor", "band"),
    [(None, "unstated"), (0, "free"), (1, "under-500"), (499_99, "under-500"), (500_00, "500-2000"), (2000_00, "2000-5000"),
     (5000_00, "5000-10000"), (9999_99, "5000-10000"), (10000_00, "over-10000")],
)  # fmt: skip
def test_prices_fall_into_bands_and_unknown_is_never_free(minor: int | None, band: str) -> None:
    assert price_band(minor) == band


def test_hours_and_what_it_leads_to_fall_into_kinds() -> None:
    assert [hours_band(None if hours is None else Decimal(hours)) for hours in (None, "9.5", 10, 50, 150, 600)] == [
        "unstated", "under-10", "10-50", "50-150", "150-600", "over-600",
    ]  # fmt: skip
    told = ("", "Licence: Nurse aide", "Associate's Degree", "Certificate of Completion", "MOS - Word")
    assert [leads_kind(text) for text in told] == ["unstated", "licence", "degree", "certificate", "industry"]


def test_little_words_count_only_when_there_are_no_others() -> None:
    assert words("How to weld in the dark") == ["weld", "dark"]
    assert words("the") == ["the"]
