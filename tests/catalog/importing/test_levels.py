"""Levels that do not exist, in every format that states them: told, never taken for a number, and never lost without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.importing.catalogues import AT, MAKERS, run, write

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.models import DefinitionVersion

pytestmark = pytest.mark.django_db


def stated(name: str, level: str) -> dict[str, Any]:
    """Return how a format states a level of the EQF."""
    return {
        "ctdl": {"ceterms:audienceLevelType": [
            {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": {"en": f"EQF {level}"}, "ceterms:codedNotation": level}
        ]},
        "open-badges": {"alignments": [{"targetName": f"EQF {level}", "targetType": "ext:EQFLevel", "targetCode": level}]},
        "elm": {"eqfLevel": {"id": f"http://data.europa.eu/snb/eqf/{level}", "type": "Concept"}},
        "schema-org": {"educationalLevel": f"EQF {level}"},
    }[name]  # fmt: skip


@pytest.mark.parametrize("name", list(MAKERS))
def test_a_level_that_exists_is_a_number_without_a_remark(name: str, tmp_path: Path) -> None:
    report = run(name, write(tmp_path, "a.json", document(name, "5")))
    found = DefinitionVersion.objects.get()
    assert (found.level_framework, found.level) == ("eqf", 5)
    assert [one for one in report.remarks if "level" in one.code] == []


@pytest.mark.parametrize("level", ["12", "0", "9", "-1", "55", "4.5", "five"])
@pytest.mark.parametrize("name", list(MAKERS))
def test_a_level_that_does_not_exist_is_no_number_and_is_told(name: str, level: str, tmp_path: Path) -> None:
    report = run(name, write(tmp_path, "a.json", document(name, level)))
    found = DefinitionVersion.objects.get()
    assert found.level is None
    told = [one for one in report.remarks if one.code in {"level_out_of_range", "level_in_words"}]
    assert told or level in found.level_text, "neither told nor kept in words"
    if level in {"12", "0", "9"}:
        assert level in told[0].message


@pytest.mark.parametrize("level", ["EQF 12", "9", "-1"])
def test_a_level_of_a_table_stays_in_the_words_of_its_source(level: str, tmp_path: Path) -> None:
    mapping = {"mapping": 1, "source": "x", "language": "en",
               "fields": {"title": "title", "provider": "=Harbour College", "level_text": "level"}}  # fmt: skip
    table = write(tmp_path, "a.csv", f"title,level\nWelding,{level}\n")
    IMPORTERS["csv"].run([table, write(tmp_path, "m.json", json.dumps(mapping))], at=AT)
    found = DefinitionVersion.objects.get()
    assert (found.level, found.level_text) == (None, level)


def document(name: str, level: str) -> dict[str, Any]:
    return MAKERS[name](1, **stated(name, level))
