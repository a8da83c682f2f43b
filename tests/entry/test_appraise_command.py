"""``cairn appraise`` and ``cairn rubric``: what they print, how they end, and what they do with broken files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cairn.appraisal import mcq100
from cairn.entry.cli import main

WHOLE: dict[str, Any] = {
    "description": {
        "title": "Reading weld drawings", "countries": ["NL"], "awarding_bodies": ["Harbour College"], "identifies_learner": True,
        "states_date": True, "outcomes": ["Name the symbols of a weld drawing"], "workload_hours": "12.5", "level": "EQF 4",
        "assessment": "Observed task", "participation": "onsite", "quality_assurance": "External review",
    },
    "evidence": [{"criterion": "A2", "points": 6, "tier": "verified", "sentence": "Listed", "expires_on": "2026-06-30"}],
    "cost": {"tuition": 2400, "fees": 150, "grants": 600, "hours": 180, "hourly_wage": 20, "displaced": 0.5},
    "assumptions": {"completion": 0.7},
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "definition.json"


def appraised(file: Path, document: object, *options: str) -> int:
    file.write_text(json.dumps(document), encoding="utf-8")
    return main(["appraise", str(file), *options])


def test_a_whole_definition_is_weighed_exactly(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert appraised(file, WHOLE, "--json", "--at", "2026-03-01") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["completeness"]["stated"], told["completeness"]["of"]) == (11, 11)
    assert (told["credibility"]["low"], told["credibility"]["high"]) == ("6", "100")
    assert told["return"]["cost"] == "3750"
    assert told["return"]["cases"] == [{"completion": "0.7", "break_even": "1419.43"}]


def test_what_is_missing_comes_with_what_to_write(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert appraised(file, {"description": {"title": "Welding"}}) == 1
    told = capsys.readouterr().out
    assert "Complete: 1 of 11" in told
    assert "Write whether it is online, on site or both." in told
    assert "Credible: 0 to 100" in told


def test_evidence_that_expired_is_unknown(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    appraised(file, WHOLE, "--json", "--at", "2026-07-01")
    assert json.loads(capsys.readouterr().out)["credibility"]["low"] == "0"


@pytest.mark.parametrize(
    "broken",
    [
        [], {}, {"description": 7}, {"description": {"colour": "red"}}, {"description": {"workload_hours": "many"}},
        {"description": {"outcomes": "one"}}, {"description": {}, "evidence": {}}, {"description": {}, "evidence": [{}]},
        {"description": {}, "evidence": [{"criterion": "A2", "points": 99, "tier": "verified", "sentence": "x"}]},
        {"description": {}, "evidence": [{"criterion": "A2", "points": 1, "tier": "sworn", "sentence": "x"}]},
        {"description": {}, "evidence": [{"criterion": "A2", "points": 1, "tier": "verified", "sentence": "x", "checked_on": "May"}]},
        {"description": {}, "cost": {"tuition": -1}}, {"description": {}, "cost": {"tuition": "1e999999"}},
        {"description": {}, "cost": {}, "assumptions": {"years": 1e9}},
        {"description": {}, "cost": {}, "assumptions": {"completion": 0}}, {"description": {}, "cost": {}, "assumptions": {"rate": 1}},
    ],
    ids=["list", "nothing", "number", "strange field", "no hours", "no list", "no evidence list", "empty evidence", "too many points",
         "no tier", "no day", "below zero", "endless", "an age", "nobody", "strange assumption"],
)  # fmt: skip
def test_a_broken_file_is_refused_with_what_to_do(
    file: Path, broken: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert appraised(file, broken) == 65
    told = capsys.readouterr().err
    assert told.startswith("cairn: ")
    assert len(told.strip().splitlines()) == 2


def test_no_json_no_text_and_no_file_are_refused(file: Path) -> None:
    for raw in (b"{", b"\xff\xfe", b"[" * 500_000, b" " * 1_100_000):
        file.write_bytes(raw)
        assert main(["appraise", str(file)]) == 65
    assert main(["appraise", str(file.with_name("gone.json"))]) == 65


def test_the_built_in_rubric_can_be_taken_changed_and_checked(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rubric", "show"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == mcq100().version
    own = tmp_path / "own.json"
    document |= {"id": "OWN", "version": "2"}
    own.write_text(json.dumps(document), encoding="utf-8")
    assert main(["rubric", "check", str(own)]) == 0
    assert "OWN 2: 28 criteria, 100 points." in capsys.readouterr().out
    assert appraised(file, WHOLE, "--json", "--rubric", str(own)) == 0
    assert json.loads(capsys.readouterr().out)["credibility"]["rubric"] == "OWN"
    document["groups"][0]["criteria"][0]["points"] += 1
    own.write_text(json.dumps(document), encoding="utf-8")
    assert main(["rubric", "check", str(own)]) == 65
    assert "sum to 101" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("part", "wrong", "said"),
    [
        ("description", {"workload_hours": -5}, "workload_hours: -5 is no amount of work."),
        ("description", {"title": ["Welding"]}, "title: It is no text."),
        ("description", {"states_date": "no"}, "states_date: 'no' is neither true nor false."),
        ("cost", {"tuition": -1}, "tuition: -1 is not an amount."),
        ("assumptions", {"years": 1.5}, "years: 1.5 years."),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_its_name(
    part: str, wrong: dict[str, Any], said: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert appraised(file, {**WHOLE, part: WHOLE[part] | wrong}) == 65
    assert said in capsys.readouterr().err
