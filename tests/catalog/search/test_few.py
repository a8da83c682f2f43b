"""What follows where only a few have everything that was asked, and what words are read as before anything is looked for."""

from __future__ import annotations

import pytest
from tests.catalog.factories import imported, occupation, provider, skill

from cairn.catalog import search
from cairn.catalog.search.answering import FEW

pytestmark = pytest.mark.django_db


def titles(query: str, sort: str = "relevance") -> list[str]:
    return [version.title for version in search.search(query, sort=sort).versions]


def test_where_few_have_everything_they_come_first_and_what_has_most_of_it_follows() -> None:
    imported("Pottery for women")
    for number in range(3):
        imported(f"Pottery {number}")
    imported("Carpentry", field_of_study="")
    found = search.search("pottery women")
    assert (found.whole, found.close, found.total) == (1, False, 4)
    assert found.versions[0].title == "Pottery for women"


def test_where_enough_have_everything_nothing_follows() -> None:
    for number in range(FEW):
        imported(f"Welding for women {number}")
    imported("Welding")
    found = search.search("welding women")
    assert (found.whole, found.total) == (0, FEW)


def test_in_another_order_only_what_has_everything_is_listed() -> None:
    imported("Welding for women")
    imported("Arc welding")
    assert titles("welding women", sort="title") == ["Welding for women"]


def test_a_tick_leaves_as_many_as_its_count_said() -> None:
    essex = provider("Essex Technical School", city="Newark", county="Essex")
    imported("Welding for women", essex, offer={"county": "Essex"})
    imported("Arc welding", essex, offer={"county": "Essex"})
    imported("Welding elsewhere")
    facet = next(one for one in search.search("welding women").facets if one.name == "provider")
    for value in facet.values:
        assert search.search("welding women", {"provider": [value.value]}).total == value.count


def test_a_general_word_counts_where_it_is_part_of_the_name_of_a_skill() -> None:
    skill("machine learning")
    imported("Machine learning")
    imported("Machine operator")
    assert titles("machine learning course") == ["Machine learning"]
    assert "Machine operator" in titles("machine course")


def test_a_word_is_put_right_before_names_of_several_words_are_looked_for() -> None:
    occupation("Data Analysts")
    imported("Data analyst")
    found = search.search("data analist")
    assert [(one.said, one.read_as) for one in found.corrections] == [("analist", "analyst")]
    assert len(found.why[found.versions[0].pk]) == 1, "read as one name"


def test_a_short_form_is_read_as_what_it_is_short_for_and_not_as_any_label_of_the_same_work() -> None:
    one = occupation("Orderlies")
    one.alt_titles = ["PCT", "Patient Care Technician", "Transporter"]
    one.save()
    imported("Patient care technician", field_of_study="")
    imported("Transporter", field_of_study="")
    assert titles("pct") == ["Patient care technician"]


def test_a_word_that_no_title_has_is_found_at_the_end_of_one_behind_another_word() -> None:
    imported("AutoCAD design")
    imported("Auto repair")
    assert titles("cad") == ["AutoCAD design"]


@pytest.mark.parametrize(("short", "title"), [("ms word", "Microsoft Word"), ("dental asst", "Dental Assistant")])
def test_usual_abbreviations_are_understood(short: str, title: str) -> None:
    imported(title)
    imported("Carpentry")
    assert titles(short) == [title]
