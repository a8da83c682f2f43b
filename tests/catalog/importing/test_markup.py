"""schema.org as pages really write it: terms under any prefix, prerequisites of every kind, durations that cannot be meant."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.importing.catalogues import run, schema_org, write

from cairn.catalog.models import DefinitionVersion, Offer

pytestmark = pytest.mark.django_db

PREFIXED: dict[str, dict[str, Any]] = {
    "a prefix": {
        "@context": {"s": "https://schema.org/"},
        "@id": "https://college.example/1",
        "@type": "s:Course",
        "s:name": "Welding",
        "s:timeRequired": "PT12H",
        "s:provider": {"@type": "s:Organization", "s:name": "Harbour College"},
    },
    "the old address": {
        "@context": [{"sc": {"@id": "http://schema.org/"}}],
        "@id": "https://college.example/1",
        "@type": ["sc:Course"],
        "sc:name": {"@value": "Welding", "@language": "en"},
        "sc:timeRequired": "PT12H",
        "sc:provider": {"sc:name": "Harbour College"},
    },
    "whole addresses": {
        "@id": "https://college.example/1",
        "@type": "https://schema.org/Course",
        "https://schema.org/name": "Welding",
        "http://schema.org/timeRequired": "PT12H",
        "https://schema.org/provider": {"https://schema.org/name": "Harbour College"},
    },
    "own names": {
        "@context": ["https://schema.org", {"title": "schema:name", "length": {"@id": "https://schema.org/timeRequired"}, "kind": "@type"}],
        "@id": "https://college.example/1",
        "kind": "Course",
        "title": "Welding",
        "length": "PT12H",
        "provider": {"title": "Harbour College"},
    },
    "inside a graph": {
        "@context": {"s": "https://schema.org/"},
        "@graph": [{
            "@id": "https://college.example/1", "@type": "s:Course", "s:name": "Welding", "s:timeRequired": "PT12H",
            "s:provider": {"s:name": "Harbour College"},
        }],
    },
}  # fmt: skip


@pytest.mark.parametrize("case", list(PREFIXED))
def test_terms_are_read_however_a_context_shortens_them(case: str, tmp_path: Path) -> None:
    run("schema-org", write(tmp_path, "a.json", PREFIXED[case]))
    version = DefinitionVersion.objects.get()
    assert (version.title, version.workload_hours, version.definition.provider.name) == (
        "Welding",
        Decimal(12),
        "Harbour College",
    )


def test_a_prefix_that_stands_for_something_else_is_not_taken_for_schema_org(tmp_path: Path) -> None:
    document = {
        "@context": {"schema": "https://other.example/"},
        "@id": "https://college.example/1",
        "@type": "https://schema.org/Course",
        "https://schema.org/name": "Welding",
        "schema:name": "Something else",
    }
    run("schema-org", write(tmp_path, "a.json", document))
    assert DefinitionVersion.objects.get().title == "Welding"


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        ({"@type": "EducationalOccupationalCredential", "credentialCategory": "High school diploma"}, "High school diploma"),
        ({"@type": "EducationalOccupationalCredential", "credentialCategory": {"@type": "DefinedTerm", "name": "Licence"}}, "Licence"),
        ({"@type": "AlignmentObject", "targetName": "Reading drawings"}, "Reading drawings"),
        ({"@type": "EducationalOccupationalCredential", "description": "Two years of work"}, "Two years of work"),
        ("Two years of work", "Two years of work"),
    ],
)  # fmt: skip
def test_prerequisites_are_kept_in_words_whatever_they_are(needed: Any, words: str, tmp_path: Path) -> None:
    document = schema_org(1, **{"@type": "EducationalOccupationalProgram", "programPrerequisites": [needed]})
    run("schema-org", write(tmp_path, "a.json", document))
    assert DefinitionVersion.objects.get().prerequisites == words


def test_sixty_months_for_a_course_are_told_and_left_out(tmp_path: Path) -> None:
    document = schema_org(1, timeRequired="P60M", offers={"@type": "Offer", "price": 10, "priceCurrency": "EUR"})
    report = run("schema-org", write(tmp_path, "a.json", document))
    (remark,) = report.remarks
    assert (remark.code, remark.column) == ("months_for_a_course", "/timeRequired")
    assert "PT60M" in remark.remedy
    assert Offer.objects.get().weeks is None


def test_a_programme_may_take_years_and_a_course_months(tmp_path: Path) -> None:
    years = schema_org(1, **{"@type": "EducationalOccupationalProgram", "timeToComplete": "P4Y"})
    report = run("schema-org", write(tmp_path, "a.json", [years, schema_org(2, timeRequired="P6M")]))
    assert report.remarks == []
    assert set(Offer.objects.values_list("weeks", flat=True)) == {26, 209}


@pytest.mark.parametrize(
    ("told", "level", "codes"),
    [
        ("EQF level 5", 5, []),
        ("EQF 10", None, ["level_out_of_range"]),
        ("EQF level 0", None, ["level_out_of_range"]),
        ("Beginner", None, []),
    ],
)
def test_a_level_that_does_not_exist_is_told(told: str, level: int | None, codes: list[str], tmp_path: Path) -> None:
    report = run("schema-org", write(tmp_path, "a.json", schema_org(1, educationalLevel=told)))
    version = DefinitionVersion.objects.get()
    assert (version.level, [one.code for one in report.remarks]) == (level, codes)
    assert version.level_text == ("" if level else told)
