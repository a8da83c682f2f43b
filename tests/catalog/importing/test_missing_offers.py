"""Offers that a newer file of the same source no longer names stay open, are told, and are closed where somebody says so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.importing.catalogues import AT, ctdl, schema_org, write

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import Offer
from cairn.skills.importing.report import Report

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 6, 1, 9, tzinfo=UTC)
COST = {"ceterms:estimatedCost": [{"ceterms:price": 100, "ceterms:currency": "USD"}]}


def imported(folder: Path, *documents: dict[str, Any], close: bool = False, name: str = "ctdl") -> Report:
    return IMPORTERS[name].run([write(folder, "a.json", list(documents))], at=AT, close_missing=close)


def states() -> dict[str, str]:
    return {
        f"{title}|{key}": state
        for title, key, state in Offer.objects.values_list("version__title", "source_key", "state")
    }


def course(*runs: int) -> dict[str, Any]:
    instances = [
        {"@type": "CourseInstance", "@id": f"https://c.example/{run}", "startDate": f"2026-0{run}-01"} for run in runs
    ]
    return schema_org(1, inLanguage="en", hasCourseInstance=instances)


def test_an_offer_of_a_credential_that_is_gone_stays_open_and_is_told(tmp_path: Path) -> None:
    imported(tmp_path, ctdl(1, **COST), ctdl(2, **COST))
    report = imported(tmp_path, ctdl(1, **COST))
    assert states() == {"Welding 1|": "open", "Welding 2|": "open"}
    assert report.differences["gone"]["offers"] == 1
    assert ("offers", "Offer of Welding 2 (v1)") in {(row["table"], row["name"]) for row in report.differences["rows"]}
    assert any("--close-missing" in note for note in report.notes)


def test_it_is_closed_where_somebody_says_so_and_undoing_opens_it_again(tmp_path: Path) -> None:
    imported(tmp_path, ctdl(1, **COST), ctdl(2, **COST))
    report = imported(tmp_path, ctdl(1, **COST), close=True)
    assert states() == {"Welding 1|": "open", "Welding 2|": "closed"}
    again = imported(tmp_path, ctdl(1, **COST), close=True)
    assert "offers" not in again.differences["gone"]
    undo_run(run=run_of(report.run or 0), by=None, at=LATER)
    assert states() == {"Welding 1|": "open", "Welding 2|": "open"}


def test_a_run_of_a_course_that_is_gone_is_missing_too(tmp_path: Path) -> None:
    imported(tmp_path, course(1, 2), name="schema-org")
    assert imported(tmp_path, course(2), name="schema-org").differences["gone"] == {"offers": 1}
    imported(tmp_path, course(2), name="schema-org", close=True)
    assert states() == {"Welding 1|https://c.example/1": "closed", "Welding 1|https://c.example/2": "open"}


def test_what_is_named_again_is_open_again(tmp_path: Path) -> None:
    imported(tmp_path, course(1, 2), name="schema-org")
    imported(tmp_path, course(2), name="schema-org", close=True)
    report = imported(tmp_path, course(1, 2), name="schema-org")
    assert set(states().values()) == {"open"}
    assert report.skipped["offers that are named again and are open again"] == 1


def test_a_dry_run_closes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, ctdl(1, **COST), ctdl(2, **COST))
    IMPORTERS["ctdl"].run([write(tmp_path, "a.json", [ctdl(1, **COST)])], at=AT, dry_run=True, close_missing=True)
    assert set(states().values()) == {"open"}


def test_another_source_misses_nothing(tmp_path: Path) -> None:
    imported(tmp_path, ctdl(1, **COST), ctdl(2, **COST))
    report = IMPORTERS["ctdl"].run([write(tmp_path, "b.json", [ctdl(3, **COST)])], at=AT, close_missing=True)
    assert set(states().values()) == {"open"}
    assert report.differences["compared_with"] is None
