"""The elements of Annex I that a table may state: guessed by heading and values, read row by row, told where they cannot be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cairn.catalog.exporting.table import guarded, listed
from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.mapping_elements import (
    languages_in,
    read_framework,
    read_language,
    read_level,
    read_scheme,
    read_validity,
    supervision_in_words,
)
from cairn.catalog.importing.mapping_import import guess_file
from cairn.catalog.importing.mapping_own import unguarded
from cairn.catalog.importing.mapping_values import parted
from cairn.catalog.models import DefinitionVersion
from cairn.people.models import Person
from cairn.skills.importing.report import Report

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SKILL = "http://data.europa.eu/esco/skill/"
TABLE = (
    "Code;Title;Provider;Credits;Credit type;EQF level;Supervised;Identity verified;Grading scale;Validity;Teaching language;"
    "Skills;Skill URIs;Stackable\n"
    f"A1;Welding;Harbour College;5;ECTS credits;5;yes;no;Pass or fail;24 months;English;cut|weld;{SKILL}1|{SKILL}2;yes\n"
    f"A2;Baking;Harbour College;3;Semester hours;4;no;no;1 to 6;P2Y;German, French;bake;{SKILL}3;no\n"
    "A3;Nursing;Harbour College;2;CATS;6;yes;yes;Percent;unlimited;English;care;;stand-alone\n"
)


def write(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def load(tmp_path: Path, table: str, **changes: Any) -> Report:
    path = write(tmp_path / "courses.csv", table)
    found = json.loads(guess_file(path, at=NOW).mapping.as_json())
    return IMPORTERS["csv"].run([path, write(tmp_path / "map.json", {**found, "language": "en", **changes})], at=NOW)


@pytest.mark.django_db
def test_a_table_that_states_the_elements_of_annex_i_brings_them(tmp_path: Path) -> None:
    report = load(tmp_path, TABLE, separator="|")
    assert report.remarks == []
    welding, baking, nursing = DefinitionVersion.objects.order_by("definition__source_key")
    assert (welding.credits, welding.credit_scheme, welding.level_framework, welding.level) == (5, "ects", "eqf", 5)
    assert (welding.supervision, welding.grading, welding.valid_months, welding.taught_in, welding.stackability) == (
        "Supervised, identity not checked", "Pass or fail", 24, ["en"], "stackable",
    )  # fmt: skip
    assert [(one["name"], one["url"]) for one in welding.skills_named] == [("cut", f"{SKILL}1"), ("weld", f"{SKILL}2")]
    assert (baking.credit_scheme, baking.supervision, baking.valid_months, baking.taught_in, baking.stackability) == (
        "us-semester", "Unsupervised, identity not checked", 24, ["de", "fr"], "stand-alone",
    )  # fmt: skip
    assert (nursing.credit_scheme, nursing.supervision, nursing.valid_months) == (
        "CATS", "Supervised online or on site, identity checked", None,
    )  # fmt: skip


HEADINGS = {
    "Credit type": ("credit_scheme", "ECTS"), "Art der Leistungspunkte": ("credit_scheme", "ECTS"),
    "Type de crédits": ("credit_scheme", "ECTS"),
    "EQF level": ("level", "5"), "DQR-Niveau": ("level", "6"), "Niveau CEC": ("level", "5"), "Nivel MECES": ("level", "2"),
    "Qualifications framework": ("level_framework", "EQF"), "Qualifikationsrahmen": ("level_framework", "DQR"),
    "Cadre de certification": ("level_framework", "CEC"),
    "Supervised": ("supervision", "yes"), "Prüfungsaufsicht": ("supervision", "ja"), "Surveillance": ("supervision", "oui"),
    "Proctored": ("supervision", "No"), "Toezicht": ("supervision", "nee, online"),
    "Identity verified": ("identity_check", "yes"), "Identitätsprüfung": ("identity_check", "nein"),
    "Identité vérifiée": ("identity_check", "oui"),
    "Grading scheme": ("grading", "Pass or fail"), "Notenskala": ("grading", "1,0 bis 5,0"), "Barème": ("grading", "0 à 20"),
    "Sistema de calificación": ("grading", "Apto o no apto"),
    "Valid for": ("valid_months", "3 years"), "Gültigkeitsdauer": ("valid_months", "24 Monate"),
    "Durée de validité": ("valid_months", "2 ans"),
    "Vigencia": ("valid_months", "18 meses"), "Geldigheid": ("valid_months", "3 jaar"),
    "Language of instruction": ("taught_in", "English"), "Unterrichtssprache": ("taught_in", "Deutsch"), "Kurssprache": ("taught_in", "de"),
    "Langue d'enseignement": ("taught_in", "français"), "Onderwijstaal": ("taught_in", "Nederlands"),
    "Skill URIs": ("skill_urls", f"{SKILL}1"), "ESCO URI": ("skill_urls", f"{SKILL}1"), "alignment_url": ("skill_urls", f"{SKILL}1"),
    "Stackable": ("stackability", "yes"), "Stapelbar": ("stackability", "ja"),
    "Form of participation": ("participation", "online"), "Teilnahmeform": ("participation", "Präsenz"),
    "Further information": ("further_information", "Bring shoes"), "Weitere Informationen": ("further_information", "Schuhe mitbringen"),
}  # fmt: skip


@pytest.mark.parametrize("heading", sorted(HEADINGS))
def test_a_heading_with_values_like_it_is_taken_for_the_element(heading: str, tmp_path: Path) -> None:
    target, value = HEADINGS[heading]
    found = guess_file(write(tmp_path / "a.csv", f'"{heading}",x\n"{value}",q\n"{value}",r\n'), at=NOW)
    assert [(one.target, one.taken) for one in found.guesses if one.column == heading] == [(target, True)]


def test_headings_state_what_holds_for_all_rows_and_what_nobody_states_is_asked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Title,ECTS,EQF level,Validity\nWelding,5,4,24\nBaking,3,5,36\n")
    found = guess_file(path, at=NOW)
    assert (found.mapping.fields["credit_scheme"], found.mapping.fields["level_framework"]) == ("=ects", "=eqf")
    assert "validity" in {name for name, _ in found.questions}
    in_months = guess_file(write(tmp_path / "b.csv", "Title,Validity (months)\nWelding,24\n"), at=NOW)
    assert "validity" not in {name for name, _ in in_months.questions}
    framework = guess_file(write(tmp_path / "c.csv", "Title,Numeric level\nWelding,4\nBaking,5\n"), at=NOW)
    assert "level_framework" in {name for name, _ in framework.questions}


def test_a_level_that_is_not_everywhere_a_figure_stays_one_in_words(tmp_path: Path) -> None:
    found = guess_file(write(tmp_path / "a.csv", "Title,EQF level\nWelding,4\nBaking,Advanced\n"), at=NOW)
    assert found.mapping.fields["level_text"] == "EQF level"


REFUSED = {
    "credit type": ("12", "“12” is no kind of credits"),
    "eqf level": ("9", "“9” is no level of the European Qualifications Framework, which has 1 to 8"),
    "supervised": ("3", "“3” does not say whether it is supervised"),
    "identity verified": ("7", "“7” does not say whether identity is checked"),
    "validity": ("31/12/2027", "“31/12/2027” is no length of time"),
    "teaching language": ("Klingonisch", "“Klingonisch” is no language that is known here"),
    "skill uris": ("weld", "“weld” is no address of a skill"),
    "stackable": ("4", "“4” is neither stand-alone nor stackable"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("heading", sorted(REFUSED))
def test_what_cannot_be_read_is_told_with_its_column_and_the_rest_of_the_row_is_kept(
    heading: str, tmp_path: Path
) -> None:
    value, told = REFUSED[heading]
    targets = {
        "credit type": "credit_scheme", "eqf level": "level", "supervised": "supervision", "identity verified": "identity_check",
        "validity": "valid_months", "teaching language": "taught_in", "skill uris": "skill_urls", "stackable": "stackability",
    }  # fmt: skip
    fields = {"title": "title", "provider": "=Harbour College", targets[heading]: heading, "level_framework": "=eqf"}
    report = load(tmp_path, f"title,{heading}\nWelding,{value}\n", fields=fields)
    (remark,) = report.remarks
    assert (remark.row, remark.column, remark.kind) == (2, f"/{heading}", "repaired")
    assert told in remark.message
    assert DefinitionVersion.objects.get().title == "Welding"


@pytest.mark.django_db
def test_addresses_that_are_not_as_many_as_the_skills_are_left_out_and_told(tmp_path: Path) -> None:
    report = load(tmp_path, f"Title,Provider,Skills,Skill URIs\nWelding,Harbour,cut|weld,{SKILL}1\n", separator="|")
    (remark,) = report.remarks
    assert "There are 2 skills and 1 of these" in remark.message
    assert [(one["name"], one["url"]) for one in DefinitionVersion.objects.get().skills_named] == [
        ("cut", ""),
        ("weld", ""),
    ]


@pytest.mark.django_db
def test_addresses_alone_stand_for_the_skills(tmp_path: Path) -> None:
    load(tmp_path, f'Title,Provider,ESCO URIs\nWelding,Harbour,"{SKILL}1, {SKILL}2"\n')
    assert [one["url"] for one in DefinitionVersion.objects.get().skills_named] == [f"{SKILL}1", f"{SKILL}2"]


@pytest.mark.django_db
def test_a_description_keeps_its_lines(tmp_path: Path) -> None:
    load(tmp_path, 'Title,Provider,Description\nWelding,Harbour,"First.\n\n- one\n- two"\n')
    assert DefinitionVersion.objects.get().description == "First.\n\n- one\n- two"


@pytest.mark.django_db
def test_the_operator_says_on_the_page_what_holds_for_all_rows(client: Client, tmp_path: Path) -> None:
    operator = Person.objects.create_superuser("op@example.org", "a good long password", name="Op")
    client.force_login(operator)
    path = write(tmp_path / "courses.csv", "Title,Provider,ECTS,Numeric level,Validity\nWelding,Harbour,5,4,2\n")
    with path.open("rb") as file:
        page = client.post("/desk/operator/import/", {"file": file}, follow=True).content.decode()
    assert 'name="credit_scheme_name" value="ects"' in page
    assert "Of which framework are the levels?" in page
    assert "Is a validity of “2” in months or in years?" in page
    columns = {
        "column-0": "title",
        "column-1": "provider",
        "column-2": "credits",
        "column-3": "level",
        "column-4": "valid_months",
    }
    said = {
        "source": "courses",
        "language": "en",
        "validity": "years",
        "credit_scheme_name": "ects",
        "level_framework_name": "=eqf",
    }
    answer = client.post("/desk/operator/import/columns/", {**columns, **said, "step": "import"})
    assert answer.status_code == 200
    version = DefinitionVersion.objects.get()
    assert (version.credit_scheme, version.level_framework, version.level, version.valid_months) == (
        "ects",
        "eqf",
        4,
        24,
    )


@pytest.mark.parametrize(
    ("text", "unit", "months"),
    [("24", "months", 24), ("2", "years", 24), ("P1Y6M", "", 18), ("1 year 6 months", "", 18), ("2,5 Jahre", "", 30), ("730 days", "", 24),
     ("2 años", "", 24), ("24 mois", "", 24), ("3-year", "", 36), ("never expires", "", None)],
)  # fmt: skip
def test_a_validity_is_read_in_months(text: str, unit: str, months: int | None) -> None:
    assert read_validity(text, unit) == months


@pytest.mark.parametrize(
    "text", ["24", "0 months", "soon", "100 days", "2027-01-01", "999999 years", "2 years or 10,000 miles", "9" * 400]
)
def test_what_is_no_validity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        read_validity(text, "")


@pytest.mark.parametrize("text", ["-1", "4.5", "0x5", "Level 5 of 8", "", "V", "500", "1e5"])
def test_what_is_no_level_in_figures_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        read_level(text, "eqf")


def test_names_of_schemes_frameworks_and_languages_mean_one_thing() -> None:
    assert [read_scheme(one) for one in ("ECTS", "ects", "ECTS-Punkte", "Semester Credit Hours", "CPD hours")] == [
        "ECTS", "ects", "ects", "us-semester", "CPD hours",
    ]  # fmt: skip
    assert [read_framework(one) for one in ("EQF", "EQR", "European Qualifications Framework (EQF)", "Our own")] == [
        "eqf", "eqf", "eqf", "Our own",
    ]  # fmt: skip
    assert [read_language(one) for one in ("English", "pt-BR", "DE")] == ["en", "pt-BR", "de"]
    assert languages_in(["Deutsch und Englisch", "fr/it"]) == ["Deutsch", "Englisch", "fr", "it"]


def test_supervision_and_identity_are_worded_as_annex_i_has_them() -> None:
    assert supervision_in_words(True, None) == "Supervised"
    assert supervision_in_words(None, True) == "Identity checked"
    assert supervision_in_words("Online exam with a camera", None) == "Online exam with a camera"
    assert supervision_in_words(None, None) == ""


@given(st.lists(st.text(max_size=12), max_size=5))
def test_a_list_in_a_cell_comes_back_part_by_part(parts: list[str]) -> None:
    assert parted(listed(parts), "; ") == (parts if any(parts) else [""])


@given(st.text(max_size=20))
def test_what_is_guarded_against_formulas_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in {"=", "+", "-", "@"}


@given(st.lists(st.decimals(1, 7, places=2), max_size=3))
def test_levels_are_exact(levels: list[Decimal]) -> None:
    assert [Decimal(one) for one in parted(listed(format(one, "f") for one in levels), "; ") if one] == levels
