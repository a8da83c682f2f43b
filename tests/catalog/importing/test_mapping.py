"""Somebody's own table by a mapping: guessed with reasons, never silently; what is wrong in a row is told and the rest is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.mapping import read_mapping
from cairn.catalog.importing.mapping_import import guess_file
from cairn.catalog.importing.mapping_input import value_at
from cairn.catalog.importing.mapping_values import currency_in, read_date, read_decimal, read_money
from cairn.catalog.models import Definition, DefinitionVersion, Offer, Provider
from cairn.errors import CairnError
from cairn.skills.importing.report import Report

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SHARED = Path(os.environ.get("CAIRN_SHARED_DATA", "../shared/data"))
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here (CAIRN_SHARED_DATA)")

GERMAN = (
    "Kursnummer;Kurstitel;Anbieter;Preis;Stunden;Kursbeginn;Ort;Webseite\n"
    "K1;Schweißen für Einsteiger;Beispiel GmbH;1.250,00 €;40;13.04.2026;Köln;https://kurse.example.org/k1\n"
    "K2;Blechbearbeitung;Beispiel GmbH;980,50 €;24;20.05.2026;Bonn;https://kurse.example.org/k2\n"
)
PLAIN = {
    "mapping": 1,
    "source": "kurse",
    "language": "de",
    "dates": "dmy",
    "hours": "hours",
    "decimal": ",",
    "fields": {
        "key": "Kursnummer",
        "title": "Kurstitel",
        "provider": "Anbieter",
        "price_total": "Preis",
        "workload_hours": "Stunden",
        "starts_on": "Kursbeginn",
        "city": "Ort",
        "homepage": "Webseite",
    },
    "currency": "EUR",
}


def write(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def load(
    tmp_path: Path, content: Any, mapping: Any = PLAIN, name: str = "kurse.csv", *, dry_run: bool = False
) -> Report:
    paths = [write(tmp_path / name, content), write(tmp_path / "map.json", mapping)]
    return IMPORTERS["csv"].run(paths, at=NOW, dry_run=dry_run)


def test_columns_of_a_german_table_are_guessed_with_reasons(tmp_path: Path) -> None:
    found = guess_file(write(tmp_path / "kurse.csv", GERMAN), at=NOW)
    assert dict(found.mapping.fields) == PLAIN["fields"]
    assert (found.mapping.currency, found.mapping.dates, found.mapping.hours, found.mapping.decimal) == (
        "EUR",
        "dmy",
        "hours",
        ",",
    )
    assert [name for name, _ in found.questions] == ["language"]
    assert all(one.why and one.samples for one in found.guesses)


def test_what_a_table_does_not_state_is_asked(tmp_path: Path) -> None:
    found = guess_file(write(tmp_path / "a.csv", "title,price,workload,start date\nWelding,100,3,3/4/2026\n"), at=NOW)
    assert {name for name, _ in found.questions} == {"provider", "language", "currency", "hours", "dates"}


def test_a_column_whose_values_contradict_its_heading_is_not_taken(tmp_path: Path) -> None:
    found = guess_file(write(tmp_path / "a.csv", "title,price\nWelding,ask us\nCutting,ask us\n"), at=NOW)
    price = next(one for one in found.guesses if one.column == "price")
    assert (price.taken, "price_total" in found.mapping.fields) == (False, False)


def test_rows_become_definitions_with_offers(tmp_path: Path) -> None:
    load(tmp_path, GERMAN)
    offer = Offer.objects.get(version__title="Schweißen für Einsteiger")
    assert (offer.price_total, offer.currency, offer.starts_on, offer.city) == (
        125_000,
        "EUR",
        date(2026, 4, 13),
        "Köln",
    )
    assert offer.version.workload_hours == Decimal(40)
    assert Provider.objects.get(source="csv:kurse").name == "Beispiel GmbH"


def test_the_same_table_again_changes_nothing_and_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    load(tmp_path, GERMAN, dry_run=True)
    assert not Definition.objects.exists()
    load(tmp_path, GERMAN)
    again = load(tmp_path, GERMAN).total()
    assert (again.created, again.updated) == (0, 0)


def test_a_row_without_an_identifier_is_found_again_by_title_and_provider(tmp_path: Path) -> None:
    mapping = {**PLAIN, "fields": {name: column for name, column in PLAIN["fields"].items() if name != "key"}}
    load(tmp_path, GERMAN, mapping)
    load(tmp_path, GERMAN, mapping)
    assert Definition.objects.count() == 2


def test_nested_json_gives_an_offer_for_each_run(tmp_path: Path) -> None:
    rows = {
        "results": [
            {
                "id": 1,
                "title": "Maps",
                "runs": [{"tag": "a", "price": 10, "start_date": "2026-01-05"}, {"tag": "b", "price": 12.5}],
            }
        ]
    }
    mapping = {
        "mapping": 1,
        "source": "m",
        "rows": "results",
        "offers": "runs",
        "language": "en",
        "currency": "USD",
        "dates": "ymd",
        "fields": {
            "key": "id",
            "title": "title",
            "provider": "=Map School",
            "offer_key": "tag",
            "price_total": "price",
            "starts_on": "start_date",
        },
    }
    load(tmp_path, rows, mapping, "maps.json")
    assert sorted(Offer.objects.values_list("source_key", "price_total")) == [("a", 1000), ("b", 1250)]


ROWS: dict[str, tuple[str, str]] = {
    "a price in words": ("K3;Titel;A GmbH;auf Anfrage;3;01.02.2026;Köln;\n", "unread_value"),
    "a negative price": ("K3;Titel;A GmbH;-5;3;01.02.2026;Köln;\n", "unread_value"),
    "an impossible date": ("K3;Titel;A GmbH;5;3;31.02.2026;Köln;\n", "unread_value"),
    "the year 8014": ("K3;Titel;A GmbH;5;3;01.02.8014;Köln;\n", "unread_value"),
    "hours in words": ("K3;Titel;A GmbH;5;viele;01.02.2026;Köln;\n", "unread_value"),
    "no web address": ("K3;Titel;A GmbH;5;3;01.02.2026;Köln;siehe unten\n", "unread_value"),
    "no title": ("K3;;A GmbH;5;3;01.02.2026;Köln;\n", "no_title"),
    "no provider": ("K3;Titel;;5;3;01.02.2026;Köln;\n", "no_provider"),
    "an identifier that came already": ("K1;Anderes;A GmbH;5;3;01.02.2026;Köln;\n", "duplicate"),
    "too few columns": ("K3;Titel\n", "broken_row"),
    "a quotation mark that is not closed": (
        'K3;"Titel;A GmbH;5;3;01.02.2026;Köln;\nK4;Gut;A GmbH;5;3;01.02.2026;Köln;\n',
        "broken_row",
    ),
}


@pytest.mark.parametrize("case", sorted(ROWS))
def test_a_broken_row_is_told_with_its_place_and_the_rest_is_kept(tmp_path: Path, case: str) -> None:
    row, code = ROWS[case]
    report = load(tmp_path, GERMAN + row)
    told = [remark for remark in report.remarks if remark.code == code]
    assert told
    assert told[0].row == 4
    assert Definition.objects.filter(source_key__in=["K1", "K2"]).count() == 2


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in PLAIN.items() if key != name}


FILES: dict[str, tuple[Any, Any, str, str]] = {
    "an empty file": ("", PLAIN, "a.csv", "empty_file"),
    "a heading only": (GERMAN.split("\n")[0] + "\n", PLAIN, "a.csv", "no_rows"),
    "a picture": ("\x89PNG\x00\x00", PLAIN, "a.csv", "binary_file"),
    "a column twice": ("a,a\n1,2\n", PLAIN, "a.csv", "column_twice"),
    "another table": ("a,b\n1,2\n", PLAIN, "a.csv", "wrong_column"),
    "broken JSON": ("[{", PLAIN, "a.json", "broken_json"),
    "JSON without rows": ({"a": 1, "b": [{"c": 1}], "d": [{"e": 1}]}, PLAIN, "a.json", "which_rows"),
    "YAML": ("a: 1\n", PLAIN, "a.yml", "yaml"),
    "nesting without end": ("[" * 50_000, PLAIN, "a.json", "broken_json"),
    "no currency": (GERMAN, without("currency"), "a.csv", "mapping_incomplete"),
    "no order of dates": (GERMAN, without("dates"), "a.csv", "mapping_incomplete"),
    "no unit of hours": (GERMAN, without("hours"), "a.csv", "mapping_incomplete"),
    "an unknown field": (GERMAN, {**PLAIN, "fields": {"colour": "x"}}, "a.csv", "bad_mapping"),
    "an unknown setting": (GERMAN, {**PLAIN, "colour": "x"}, "a.csv", "bad_mapping"),
    "no currency code": (GERMAN, {**PLAIN, "currency": "Euro"}, "a.csv", "bad_mapping"),
    "fields that are a list": (GERMAN, {**PLAIN, "fields": ["title"]}, "a.csv", "bad_mapping"),
}


@pytest.mark.parametrize("case", sorted(FILES))
def test_a_file_or_mapping_that_cannot_be_used_says_what_to_do_and_writes_nothing(tmp_path: Path, case: str) -> None:
    content, mapping, name, code = FILES[case]
    with pytest.raises(CairnError) as raised:
        load(tmp_path, content, mapping, name)
    assert (raised.value.specific_code, bool(raised.value.remedy)) == (code, True)
    assert not Definition.objects.exists()


def test_a_mapping_says_again_what_it_was_read_from(tmp_path: Path) -> None:
    mapping = read_mapping(PLAIN, "m")
    assert read_mapping(json.loads(mapping.as_json()), "m") == mapping


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("1.250,00", "", "1250"),
        ("1,250.00", "", "1250"),
        ("1 250,5", "", "1250.5"),
        ("0.125", "", "0.125"),
        ("12,5", "", "12.5"),
        ("1,250", ".", "1250"),
        ("1,250", ",", "1.25"),
        ("1'000'000", "", "1000000"),
        ("1.234.567", "", "1234567"),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, mark: str, number: str) -> None:
    assert read_decimal(text, mark) == Decimal(number)


def test_a_number_of_two_meanings_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="decimal mark is not stated"):
        read_decimal("1,250")
    assert currency_in("$100") == "", "several currencies have a dollar"
    assert (currency_in("100 €"), read_money("JPY 500", "JPY")) == ("EUR", 500)


@given(st.text(max_size=60), st.sampled_from(["mdy", "dmy", "ymd", ""]))
def test_no_text_breaks_the_readers_of_values(text: str, order: str) -> None:
    readers: list[Callable[[], object]] = [
        lambda: read_date(text, order),
        lambda: read_decimal(text),
        lambda: read_money(text, "EUR"),
    ]
    for reader in readers:
        with suppress(ValueError):
            reader()


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "0"]), inner, max_size=3)
        ),
        max_leaves=20,
    ),
    st.sampled_from(["a", "a.b", "a.0.b", "0", "b.a.a"]),
)
def test_a_path_leads_somewhere_or_nowhere_but_never_breaks(document: Any, path: str) -> None:
    value_at(document, path)


@shared
def test_new_jerseys_list_says_the_same_by_a_mapping_as_by_its_own_importer(tmp_path: Path) -> None:
    source = SHARED / "nj_etpl" / "nj_etpl_2021_deidentified.csv"
    mapping = {
        "mapping": 1,
        "source": "nj",
        "language": "en",
        "currency": "USD",
        "hours": "hours",
        "decimal": ".",
        "fields": {
            "key": "programid",
            "title": "officialname",
            "provider": "name",
            "provider_key": "providerid",
            "field_of_study": "cipcode",
            "price_tuition": "tuition",
            "price_fees": "fees",
            "price_total": "totalcost",
            "workload_hours": "totalclockhours",
            "city": "city",
        },
    }
    own = IMPORTERS["nj-etpl"].run([source], at=NOW)
    IMPORTERS["csv"].run([source, write(tmp_path / "nj.json", mapping)], at=NOW)
    repaired = {remark.row for remark in own.remarks}
    columns = (
        "title",
        "field_of_study",
        "workload_hours",
        "offers__price_total",
        "offers__price_tuition",
        "offers__price_fees",
        "offers__city",
    )

    def facts(name: str) -> dict[str, tuple[Any, ...]]:
        rows = DefinitionVersion.objects.filter(definition__source=name).values_list("definition__source_key", *columns)
        return {key: tuple(rest) for key, *rest in rows}

    mine, theirs = facts("csv:nj"), facts("nj-etpl")
    assert len(mine) == len(theirs) == 1110
    different = [key for key in theirs if mine[key] != theirs[key]]
    lines = dict(_rows_of(source))
    untold = set(different) - {lines[row] for row in repaired if row in lines}
    assert untold <= ZERO_HOURS_OR_PRICES(mine, theirs), (
        f"{len(untold)} rows differ where neither importer said anything"
    )


def ZERO_HOURS_OR_PRICES(mine: dict[str, tuple[Any, ...]], theirs: dict[str, tuple[Any, ...]]) -> set[str]:  # noqa: N802 (reads as what it is)
    """The rows whose only difference is that the dedicated importer takes 0 and 9999 for "not stated"."""
    unstated = {None, 0, Decimal(0), Decimal(9999)}
    return {
        key
        for key in theirs
        if all(a == b or (a in unstated and b in unstated) for a, b in zip(mine[key], theirs[key], strict=True))
    }


def _rows_of(source: Path) -> list[tuple[int, str]]:
    from cairn.skills.importing.tabular import Source

    report = Report("x", "x", NOW)
    table = Source([source]).table(".*", source.name, needed=(), single=True)
    return [(row.number, row["programid"]) for row in table.rows("rows", report)]


MAPPED: dict[str, tuple[str, dict[str, Any], int]] = {
    "MIT Learn": (
        "mit_learn/mitxonline_courses.json",
        {
            "rows": "results",
            "offers": "courseruns",
            "language": "en",
            "currency": "USD",
            "dates": "ymd",
            "decimal": ".",
            "fields": {
                "key": "readable_id",
                "title": "title",
                "provider": "=MITx Online",
                "offer_key": "run_tag",
                "starts_on": "start_date",
                "ends_on": "end_date",
                "price_total": "products.price",
                "self_paced": "is_self_paced",
            },
        },
        3,
    ),
    "Microsoft Learn": (
        "ms_learn_de/catalog.json",
        {
            "rows": "modules",
            "language": "de",
            "fields": {
                "key": "uid",
                "title": "title",
                "description": "summary",
                "prerequisites": "prerequisites",
                "level_text": "levels",
                "provider": "=Microsoft Learn",
            },
        },
        63,
    ),
    "freeCodeCamp": (
        "freecodecamp/curriculum_structure.json",
        {
            "language": "en",
            "hours": "hours",
            "fields": {"key": "file", "title": "name", "workload_hours": "time", "provider": "=freeCodeCamp"},
        },
        50,
    ),
}


@shared
@pytest.mark.parametrize("case", sorted(MAPPED))
def test_published_lists_load_by_a_mapping(tmp_path: Path, case: str) -> None:
    file, mapping, number = MAPPED[case]
    report = IMPORTERS["csv"].run(
        [SHARED / file, write(tmp_path / "m.json", {"mapping": 1, "source": "s", **mapping})], at=NOW
    )
    assert (report.total().refused, Definition.objects.count()) == (0, number)


@shared
def test_published_lists_are_guessed_with_their_identifier_and_title() -> None:
    expected = {
        "nj_etpl/nj_etpl_2021_deidentified.csv": {
            "key": "programid",
            "title": "officialname",
            "price_total": "totalcost",
            "field_of_study": "cipcode",
            "workload_hours": "totalclockhours",
        },
        "mit_learn/mitxonline_courses.json": {
            "key": "id",
            "title": "title",
            "starts_on": "start_date",
            "price_total": "products.price",
        },
        "freecodecamp/curriculum_structure.json": {"title": "name", "workload_hours": "time"},
    }
    for file, columns in expected.items():
        found = guess_file(SHARED / file, at=NOW).mapping.fields
        assert columns.items() <= dict(found).items()
    assert guess_file(SHARED / "ms_learn_de/catalog.json", at=NOW, rows="modules").mapping.fields["key"] == "uid"


HEADINGS = {
    "Titel des Angebots": "title", "Modulname": "title", "Nombre del curso": "title", "TrainingProviderName": "provider",
    "Unterrichtssprache": "taught_in",
    "Eingangsvoraussetzungen": "prerequisites", "Requisitos de acceso": "prerequisites", "Estimated Effort (hours)": "workload_hours",
    "verified_price": "price_total", "Lab Fee": "price_fees", "Fecha inicio": "starts_on", "weeks_to_complete": "weeks",
    "Course page": "homepage",
    "TrainingProviderURL": "provider_website", "Prüfungsleistung": "assessment_type", "DQR-Niveau": "level",
}  # fmt: skip
LIKE_IT = {
    "title": "Welding", "provider": "Harbour College", "taught_in": "en", "prerequisites": "None needed", "workload_hours": "40",
    "price_total": "49.00", "price_fees": "49.00", "starts_on": "2026-05-01", "weeks": "8", "homepage": "https://a.example/1",
    "provider_website": "https://a.example", "assessment_type": "Exam", "level": "6",
}  # fmt: skip


@pytest.mark.parametrize("heading", sorted(HEADINGS))
def test_a_heading_is_read_by_its_noun(heading: str, tmp_path: Path) -> None:
    value = LIKE_IT[HEADINGS[heading]]
    found = guess_file(write(tmp_path / "a.csv", f'"{heading}",x\n"{value}",1\n"{value}",2\n'), at=NOW)
    assert [(one.target, one.taken) for one in found.guesses if one.column == heading] == [(HEADINGS[heading], True)]


@pytest.mark.parametrize(
    "heading", ["Concession Fee", "min_price", "Instructor name", "Department name", "Course Rating"]
)
def test_what_only_sounds_like_a_field_is_not_taken(heading: str, tmp_path: Path) -> None:
    found = guess_file(write(tmp_path / "a.csv", f"{heading},x\n4.70,1\n12.50,2\n"), at=NOW)
    assert [one.target for one in found.guesses if one.column == heading and one.taken] == []


def test_of_two_lists_in_one_file_each_is_a_source_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path / "catalog.json", {"modules": [{"title": "Cut"}], "paths": [{"title": "Join"}]})
    with pytest.raises(CairnError, match="several lists") as refusal:
        guess_file(path, at=NOW)
    assert "--rows" in str(refusal.value.remedy)
    assert [guess_file(path, at=NOW, rows=rows).mapping.source for rows in ("modules", "paths")] == [
        "catalog-modules", "catalog-paths",
    ]  # fmt: skip


def test_hours_a_week_are_a_workload_with_the_weeks_beside_them_only(tmp_path: Path) -> None:
    table = "title,provider,Student effort,weeks\nMaps,Harbour,5,6\nRoutes,Harbour,3.5,\nCharts,Harbour,200,6\nLogs,Harbour,,6\n"
    found = guess_file(write(tmp_path / "a.csv", table), at=NOW)
    assert dict(found.questions)["hours"].endswith("hours, minutes, lessons or weekly.")
    weekly = {**json.loads(found.mapping.as_json()), "language": "en", "hours": "weekly", "decimal": "."}
    without = {**weekly, "fields": {name: one for name, one in weekly["fields"].items() if name != "weeks"}}
    with pytest.raises(CairnError, match="for how many weeks"):
        load(tmp_path, table, without, "a.csv")
    report = load(tmp_path, table, weekly, "a.csv")
    assert dict(DefinitionVersion.objects.values_list("title", "workload_hours")) == {
        "Maps": 30, "Routes": None, "Charts": None, "Logs": None,
    }  # fmt: skip
    assert [(one.row, one.kind) for one in report.remarks] == [(3, "repaired"), (4, "repaired")]
    assert "for how many weeks is not stated" in report.remarks[0].message
    assert "more hours than a week has" in report.remarks[1].message


@pytest.mark.parametrize("weeks", [(6, 6), (6, 8)])
def test_runs_of_different_length_leave_a_weekly_workload_open(weeks: tuple[int, int], tmp_path: Path) -> None:
    runs = [{"run_tag": str(number), "start_date": "2026-01-05", "weeks": one} for number, one in enumerate(weeks)]
    rows = [{"title": "Maps", "effort": 5, "runs": runs}]
    mapping = {
        "mapping": 1, "source": "x", "language": "en", "hours": "weekly", "dates": "ymd", "offers": "runs", "decimal": ".",
        "fields": {"title": "title", "provider": "=Harbour", "workload_hours": "effort", "weeks": "weeks", "offer_key": "run_tag"},
    }  # fmt: skip
    load(tmp_path, rows, mapping, "a.json")
    assert DefinitionVersion.objects.get().workload_hours == (30 if weeks[0] == weeks[1] else None)
    assert Offer.objects.count() == 2


def test_who_gives_it_is_never_guessed_from_words_that_say_nothing(tmp_path: Path) -> None:
    rows = [{"title": one, "products": ["azure"], "modules": ["a", "b"], "lead_instructors": ["Name"]} for one in "ABC"]
    found = guess_file(write(tmp_path / "a.json", rows), at=NOW)
    assert set(found.mapping.fields) & {"provider", "offer_key", "leads_to"} == set()
    assert "provider" in dict(found.questions)


def test_a_picture_s_description_describes_no_course(tmp_path: Path) -> None:
    rows = [{"title": "Maps", "image": {"description": "A map", "name": "map.png"}, "hot_topic": "False"}]
    assert dict(guess_file(write(tmp_path / "a.json", rows), at=NOW).mapping.fields) == {"title": "title"}


def test_the_currency_of_rows_that_name_none_and_an_unclear_mark_are_asked(tmp_path: Path) -> None:
    table = 'title,price,Tuition (non-USD),currency\nMaps,"3,500",,\nRoutes,"1,200",900,CHF\n'
    found = guess_file(write(tmp_path / "a.csv", table), at=NOW)
    asked = dict(found.questions)
    assert "in 1 of 2 rows" in asked["currency"]
    assert "“3,500”" in asked["decimal"]
    assert "price_tuition" not in found.mapping.fields


def test_the_identifier_of_runs_is_that_of_courses_where_each_row_is_one(tmp_path: Path) -> None:
    runs = "readable id,title\nMaps+1,Maps\nMaps+2,{}\n"
    keys = [
        guess_file(write(tmp_path / "a.csv", runs.format(one)), at=NOW).mapping.fields for one in ("Routes", "Maps")
    ]
    assert (keys[0].get("key"), keys[1].get("key"), keys[1].get("offer_key")) == ("readable id", None, "readable id")
