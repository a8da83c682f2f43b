"""Search: typos, facets with counts, orders, and an index that follows the data or says that it is not there."""

from __future__ import annotations

import os
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.catalog.factories import AT, Team, imported, occupation, provider, skill, taught

from cairn.catalog import search, services
from cairn.catalog.models import DefinitionVersion, Offer, Provider
from cairn.catalog.search import building, outbox, store
from cairn.catalog.search.facets import hours_band, leads_kind, price_band
from cairn.catalog.search.labels import glossary, translated
from cairn.catalog.search.words import fold, telling, tokens
from cairn.skills.models import FieldOfStudyLink

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
    [
        "welding", "WELDING", "weldng", "wleding", "combinatoin weldig", "weld", "welders", "reading drawings", "camden welding school",
        "camden",
    ],
)  # fmt: skip
def test_words_are_found_with_typos_beginnings_and_in_every_field(
    catalogue: dict[str, DefinitionVersion], query: str
) -> None:
    assert titles(query)[0] == "Combination welding"


@pytest.mark.parametrize("query", ["plumbing", "xyzzy", "xyzzy qqqqq"])
def test_what_nothing_has_is_not_found(catalogue: dict[str, DefinitionVersion], query: str) -> None:
    assert titles(query) == []


def test_where_nothing_has_everything_the_nearest_is_shown_and_said_to_be_that(
    catalogue: dict[str, DefinitionVersion],
) -> None:
    found = search.search("welding newark")
    assert (found.close, [version.title for version in found.versions]) == (True, ["Combination welding"])
    assert search.search("welding camden").close is False


def test_a_word_that_stands_nowhere_is_left_out_and_named(catalogue: dict[str, DefinitionVersion]) -> None:
    found = search.search("xyzzyq welding")
    assert (found.unknown, [version.title for version in found.versions]) == (("xyzzyq",), ["Combination welding"])


def test_a_corrected_word_is_told(catalogue: dict[str, DefinitionVersion]) -> None:
    [correction] = search.search("weldng").corrections
    assert (correction.said, correction.read_as) == ("weldng", "welding")


@pytest.mark.parametrize("query", ["Schweißen", "soldadura", "curso de soldadura", "Schweisskurs", "Kurs Schweißer"])
def test_german_and_spanish_words_are_understood(catalogue: dict[str, DefinitionVersion], query: str) -> None:
    assert titles(query)[0] == "Combination welding"


@pytest.mark.parametrize(
    "query", ["aide à domicile", "auxiliar de enfermería", "je veux devenir infirmière", "soins infirmiers le soir"]
)
def test_phrases_of_the_glossary_are_understood_with_their_little_words(
    catalogue: dict[str, DefinitionVersion], query: str
) -> None:
    assert titles(query)[0] == "Nurse aide"


@pytest.mark.parametrize(
    "query",
    ["corso di saldatura", "diventare saldatore", "焊接", "焊接课程", "焊工培训", "corso serale di saldatura gratuito"],
)
def test_everyday_words_of_italian_and_chinese_are_understood(
    catalogue: dict[str, DefinitionVersion], query: str
) -> None:
    found = search.search(query)
    assert (found.versions[0].title, found.unknown) == ("Combination welding", ())


def test_chinese_words_are_told_as_they_were_written(catalogue: dict[str, DefinitionVersion]) -> None:
    imported("Machine learning")
    assert "“机器学习” read as “machine learning”, in the title" in next(iter(search.search("机器学习").why.values()))


def test_no_phrase_of_the_glossary_is_out_of_reach() -> None:
    for said in glossary():
        assert translated(telling(tokens(said))) == glossary()[said]


def test_a_name_with_signs_is_told_as_people_write_it(catalogue: dict[str, DefinitionVersion]) -> None:
    assert search.search("c++").unknown == ("C++",)
    imported("Programming in C#")
    found = search.search("c# programming")
    assert "“C#” in the title" in next(iter(found.why.values()))


NAMED = [
    "Phlebotomy", "Phlebotomy Technician", "Phlebotomy Technician Certificate Course", "Phlebotomy (Online)", "A Nurse's Aide in Newark",
    "CDL Class A & B", "CDL Class A", "CDL Class B", "Évaluation - Level I", "Évaluation - Level II", "微积分", "微积分入门",
]  # fmt: skip


def test_what_has_the_whole_question_as_its_title_comes_first(catalogue: dict[str, DefinitionVersion]) -> None:
    for name in NAMED:
        imported(name, offer={"mode": "onsite", "county": "Essex"})
    for name in NAMED:
        for said in (name, name.upper(), name.replace("&", "/")):
            assert titles(said)[0] == name, said
            assert titles(said, size=1) == [name]
    found = search.search("phlebotomy (online)", {"place": ["Essex"]})
    assert (found.whole, found.versions[0].title) == (1, "Phlebotomy (Online)"), "though it is stated to be on site"
    assert "Phlebotomy (Online)" not in titles("Phlebotomy (Online)", {"place": ["Bergen"]})
    assert titles("积分") == ["微积分", "微积分入门"]


SIGNS = [
    ("CompTIA Security+", ["security plus", "Security+", "comptia security plus", "security"]),
    ("CompTIA A+ technician", ["a plus", "A+", "comptia a plus"]),
    ("Programming in C++", ["c plus plus", "C++", "c++ programming"]),
    ("Programming in C#", ["c sharp", "C #", "C-Sharp programming"]),
    ("ASP.NET for websites", ["dot net", ".NET", "asp dot net", "asp.net"]),
    ("Servers with Node.js", ["node js", "nodejs", "node.js servers"]),
    ("R programming", ["R", "r programming"]),
    ("Work@Home assistant", ["work at home", "work@home"]),
]


@pytest.mark.parametrize(("title", "questions"), SIGNS, ids=[title for title, _ in SIGNS])
def test_names_with_signs_are_found_as_written_and_as_spoken(
    catalogue: dict[str, DefinitionVersion], title: str, questions: list[str]
) -> None:
    for one, _ in SIGNS:
        imported(one)
    for question in questions:
        assert titles(question)[0] == title, question


@pytest.mark.parametrize(
    ("title", "question"),
    [("Security Plus", "security+"), ("C Sharp basics", "c#"), ("Dot Net basics", ".net"), ("C Plus Plus basics", "c++"),
     ("A Plus certification", "a+"), ("NodeJS basics", "node.js")],
)  # fmt: skip
def test_names_that_a_title_spells_out_are_found_by_their_signs(
    catalogue: dict[str, DefinitionVersion], title: str, question: str
) -> None:
    imported(title)
    assert titles(question)[0] == title


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Security+ (SY0-701)", "security securityplus (sy0-701)"), ("experience is a plus", "experience is a plus"),
     ("MITx+6.00", "mitx+6.00"), ("10+ years", "10+ years"), ("C sharp minor", "c sharp minor"), ("the internet", "the internet")],
)  # fmt: skip
def test_only_names_are_read_as_names(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_other_labels_of_skills_and_occupations_are_understood(catalogue: dict[str, DefinitionVersion]) -> None:
    drawing = skill("Technical blueprint interpretation")
    drawing.alt_labels = ["print deciphering"]
    drawing.save()
    taught(catalogue["nursing"], drawing)
    search.rebuild()
    found = search.search("print deciphering")
    assert [version.title for version in found.versions] == ["Nurse aide"]
    assert "Technical blueprint interpretation" in found.why[catalogue["nursing"].pk][0]


def test_conditions_are_understood_told_and_can_be_looked_for_as_words(
    catalogue: dict[str, DefinitionVersion],
) -> None:
    found = search.search("nurse under 1500")
    assert [version.title for version in found.versions] == ["Nurse aide"]
    assert [condition.told for condition in found.conditions] == ["a price of 1,500 at most"]
    assert search.search("nurse under 1000").close
    assert search.search("nurse under 1500", literally=True).conditions == ()


HOSTILE = [
    "(" * 200, "a" * 100_000, "welding " * 50_000, "(a+)+$" * 30, "*:*", "title:[* TO *]", "\\", "%s%n%x", "'; DROP TABLE x; --",
    "\u202egnidlew", "\u0645\u0631\u062d\u0628\u0627", "\x00\x00", "\ud800", "🔥" * 60, "NOT NOT NOT", "-welding", "~~~~", "weld*ng?",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_questions_get_a_plain_answer(catalogue: dict[str, DefinitionVersion], number: int) -> None:
    found = search.search(HOSTILE[number], {"type": ["\x00" * 500, "x" * 9999] * 100, "place": ["'\""]})
    assert found.total == 0
    assert 0 <= search.search(HOSTILE[number]).total <= 3


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
    assert facets["place"]["Essex"] == 1
    assert facets["occupation"] == {"Welders": 1}


def test_values_of_one_facet_are_alternatives_and_facets_narrow_each_other(
    catalogue: dict[str, DefinitionVersion],
) -> None:
    both = search.search("", {"type": ["certificate", "industry"]}, sort="title")
    assert [version.title for version in both.versions] == ["Combination welding", "Nurse aide"]
    one = search.search("", {"type": ["certificate", "industry"], "place": ["Essex"]})
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
    monkeypatch.setattr(building, "SMALL", 0)  # from here on only updates can bring anything in
    team = Team()
    with django_capture_on_commit_callbacks(execute=True):
        version, _ = team.offered(title="Reading weld drawings")
    found = search.search("drawings", {"price": ["under-500"]})
    assert (found.notice, [one.title for one in found.versions]) == ("", ["Reading weld drawings"])
    with django_capture_on_commit_callbacks(execute=True):
        services.suspend(version=version, by=team.publisher, at=AT, reason="An outcome is wrong.")
    assert "Reading weld drawings" not in titles("reading weld")
    assert search.search("welding").notice == ""


def test_update_without_an_index_says_no_and_the_next_search_makes_one(catalogue: dict[str, DefinitionVersion]) -> None:
    assert not search.update([catalogue["welding"].pk])
    assert search.search("welding").total == 1


def test_while_another_process_writes_nobody_waits_and_nothing_is_forgotten(
    catalogue: dict[str, DefinitionVersion],
) -> None:
    search.rebuild()
    imported("Underwater welding")
    with store.writing(wait=True):
        assert not search.update()
        assert search.search("welding").total == 1
    assert search.search("welding").total == 2


def test_every_change_is_noted_whoever_makes_it(catalogue: dict[str, DefinitionVersion]) -> None:
    search.rebuild()
    assert outbox.waiting(1) == 0
    Provider.objects.filter(slug=catalogue["nursing"].definition.provider.slug).update(name="Harbour School of Care")
    assert {version for _, version in outbox.listed()} == {catalogue["nursing"].pk}
    assert titles("harbour") == ["Nurse aide"]
    assert outbox.waiting(1) == 0
    Offer.objects.filter(version=catalogue["nursing"]).update(price_total=100_00)
    assert titles("", {"price": ["under-500"]}) == ["Nurse aide"]


def test_changes_that_were_taken_before_a_process_died_are_taken_in_by_the_next(
    catalogue: dict[str, DefinitionVersion],
) -> None:
    search.rebuild()
    made = imported("Underwater welding")
    store.tell_taken([made.pk])
    outbox.take_all()
    assert search.search("welding").total == 2
    assert store.taken() == ()


def test_a_build_that_was_broken_off_is_begun_again(catalogue: dict[str, DefinitionVersion]) -> None:
    search.rebuild()
    imported("Underwater welding")
    outbox.take_all()
    store.tell_building(1, 4)
    assert search.search("welding").total == 2
    assert store.building() is None


def test_a_large_catalogue_is_built_by_a_process_of_its_own_while_the_old_index_serves(
    catalogue: dict[str, DefinitionVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[bool] = []
    monkeypatch.setattr(building, "start", lambda: started.append(True))
    monkeypatch.setattr(building, "SMALL", 0)
    monkeypatch.setattr(building, "FEW", 0)
    found = search.search("welding")
    assert found.notice.startswith("The search index is being made")
    assert ([version.title for version in found.versions], found.facets) == (["Combination welding"], ())
    assert [version.title for version in search.search(sort="price").versions][-1] == "Émigré bookkeeping"
    search.rebuild()
    imported("Underwater welding")
    started.clear()
    assert (search.search("welding").notice, search.search("welding").total, bool(started)) == ("", 1, True)
    assert search.refresh() == 1
    assert search.search("welding").total == 2


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
    assert telling(tokens("How to weld in the dark")) == ["weld", "dark"]
    assert telling(tokens("the")) == ["the"]


@pytest.mark.parametrize(
    ("query", "title"), [("cybersecurity", "Cyber security basics"), ("home care", "Homecare aide")]
)
def test_what_is_written_as_one_word_or_as_two_is_the_same(query: str, title: str) -> None:
    found = {
        name: imported(name, field_of_study="") for name in ("Cyber security basics", "Homecare aide", "Security guard")
    }
    answer = search.search(query)
    assert [version.title for version in answer.versions] == [title]
    assert "read as" in answer.why[found[title].pk][0]


def test_a_place_of_several_words_is_that_place_and_not_its_words() -> None:
    there = provider("Hudson Trades", city="Jersey City", county="Hudson")
    elsewhere = provider("New Jersey Trades of the City", city="Trenton", county="Mercer")
    wanted = imported("Welding", there, offer={"county": "Hudson"})
    imported("Welding by night", elsewhere, offer={"county": "Mercer"})
    answer = search.search("welding jersey city")
    assert (answer.versions[0].pk, answer.whole) == (wanted.pk, 1)
    assert answer.why[wanted.pk][1] == "“jersey city” in the place"
    assert titles("welding mercer county")[0] == "Welding by night"


def test_who_does_something_and_the_thing_are_told_apart() -> None:
    for title in ("Office duties", "Officer duties", "Office work", "Officer work"):
        imported(title, field_of_study="")
    assert all(title.startswith("Officer ") for title in titles("officer")[:2])
    assert all(title.startswith("Office ") for title in titles("office")[:2])


def test_a_field_of_study_does_not_lead_to_those_who_teach_it(catalogue: dict[str, DefinitionVersion]) -> None:
    occupation("Nursing Instructors, Postsecondary", "25-1072", "51.3902")
    occupation("Education Teachers, Postsecondary", "25-1081", "13.1210")
    imported("Montessori", field_of_study="13.1210")
    search.rebuild()
    assert "Nurse aide" not in titles("instructors postsecondary")
    assert titles("teachers postsecondary") == ["Montessori"]


def test_words_that_end_the_name_of_an_occupation_mean_it(catalogue: dict[str, DefinitionVersion]) -> None:
    assistants = occupation("Teaching Assistants", "25-9042", "13.1501")
    assistants.alt_titles = ["Bilingual Teacher Aide"]
    assistants.save()
    FieldOfStudyLink.objects.filter(cip="13.1501").update(cip_title="Support in schools")
    found = imported("Child development", field_of_study="13.1501")
    answer = search.search("teacher aide")
    assert [version.title for version in answer.versions] == ["Child development"]
    assert answer.why[found.pk] == ("“teacher aide”: prepares for Teaching Assistants",)


def test_each_result_says_why_wherever_the_words_stand(catalogue: dict[str, DefinitionVersion]) -> None:
    found = imported(
        "Basics", field_of_study="48.0508", tags=["Shipyard"], outcomes=[{"id": "o1", "text": "Judge the seams"}],
        skills_named=[{"name": "Brazing"}],
        texts={"de": {"title": "Grundlagen der Schlosserei", "description": "", "outcomes": ["", "Nähte beurteilen"]}},
    )  # fmt: skip
    taught(found, skill("Plasma cutting"), origin="stated")
    told = {
        "technology": "the field of study", "shipyard": "the keywords", "seams": "what is learnt", "brazing": "the skills it names",
        "plasma": "the skills it names", "schlosserei": "the title or the description in another language",
        "beurteilen": "what is learnt, in another language",
    }  # fmt: skip
    for word, place in told.items():
        assert search.search(word).why[found.pk] == (f"“{word}” in {place}",)


def test_where_nothing_has_half_of_it_what_has_one_word_of_the_subject_is_near(
    catalogue: dict[str, DefinitionVersion],
) -> None:
    imported("Blue print reading", field_of_study="")
    imported("Carpentry", field_of_study="")
    imported("Baking", field_of_study="")
    found = search.search("print carpentry baking")
    assert found.close
    assert {version.title for version in found.versions} == {"Blue print reading", "Carpentry", "Baking"}


def test_the_small_files_are_read_once_while_their_folder_is_left_alone(
    catalogue: dict[str, DefinitionVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    search.search("welding")
    read: list[str] = []
    whole = store._read

    def noted(name: str) -> Any:
        read.append(name)
        return whole(name)

    monkeypatch.setattr(store, "_read", noted)
    store.told()
    store.told()
    assert len(read) == 6  # the folder has just been changed, and its time may not tell the next change from this one
    os.utime(store.home(), ns=(1, 1))
    read.clear()
    for _ in range(3):
        assert [version.title for version in search.search("welding").versions] == ["Combination welding"]
    assert sorted(read) == ["building.json", "current.json", "taken.json"]
    store.tell_building(1, 4)
    assert store.building() == {"done": 1, "total": 4}
    os.utime(store.home(), ns=(2, 2))
    assert store.told() is store.told()
    store.end_building()
    assert store.building() is None
