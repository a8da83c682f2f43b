"""``cairn plan PROBLEM.json``: a planning problem in a file, answered without a site."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from cairn.entry.cli import main
from cairn.planning.checking import check
from cairn.planning.schemas import PLAN

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "problem.json"


def test_the_answer_is_a_document_that_follows_the_published_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(EXAMPLE), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    check(found, PLAN)
    assert {step["offer"] for step in found["steps"]} == set("ABCDE")


def test_the_answer_in_sentences_says_steps_totals_proof_and_what_if(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(EXAMPLE)]) == 0
    said = capsys.readouterr().out
    assert "In all €770, 175 hours, 11 weeks." in said
    assert "Proven best." in said
    assert "With the bundle sql-both." in said
    assert "Not Data analyst instead of Charts that tell: The plan would cost €1,050 more than the budget." in said
    assert "What if without E? Then not everything fits any more: viz stays open." in said


def test_what_stays_open_is_said_and_shows_in_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = {**json.loads(EXAMPLE.read_text(encoding="utf-8")), "limits": {"budget": 50_000}, "what_if": []}
    problem["learner"] = {"have": [{"skill": "sql", "level": 1, "source": "claimed"}]}
    file = tmp_path / "tight.json"
    file.write_text(json.dumps(problem), encoding="utf-8")
    assert main(["plan", str(file)]) == 1
    said = capsys.readouterr().out
    assert "With €270 more, €770 in all, everything fits." in said
    assert "Still open: python" in said
    assert "Counted on the learner's own word: sql (level 1)." in said


def test_money_is_said_in_the_digits_of_its_currency_and_unknown_names_are_noted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = {**json.loads(EXAMPLE.read_text(encoding="utf-8")), "currency": "JPY"}
    problem["bundles"] = [*problem["bundles"], {"id": "old", "offers": ["gone"], "price": 1}]
    file = tmp_path / "yen.json"
    file.write_text(json.dumps(problem), encoding="utf-8")
    assert main(["plan", str(file)]) == 0
    said = capsys.readouterr().out
    assert "In all ¥77,000, 175 hours, 11 weeks." in said
    assert "What if with ¥5,000 more?" in said
    assert f"Note: bundles[{len(problem['bundles']) - 1}].offers[0]: gone is no offer of this problem" in said


def test_standard_input_is_read_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(EXAMPLE.read_bytes())))
    assert main(["plan", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["complete"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("{}", "has no currency"),
        ('{"currency": "EUR", "currency": "USD"}', "'currency' stands twice in one object"),
        ('{"currency": "eur", "offers": [], "target": {}}', "not written as it must be. Write it as EUR."),
        (
            '{"currency": "EUR", "offers": [{"id": "A", "provides": {"s": 2.0}}]}',
            "is 2.0. Write 2, without a decimal point.",
        ),
        ('{"currency": "EUR", "offers": [], "target": {"needs": []}}', "target.needs must list at least 1"),
    ],
)
def test_a_problem_that_cannot_be_read_is_refused_with_the_reason(
    text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "problem.json"
    file.write_text(text, encoding="utf-8")
    assert main(["plan", str(file)]) == 65
    assert told in capsys.readouterr().err


def test_options_for_occupations_are_not_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(EXAMPLE), "--budget", "3"]) not in (0, 1)
    assert "--budget is for plans to an occupation" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "nowhere.json"]) not in (0, 1)
    assert "nowhere.json cannot be read" in capsys.readouterr().err


def test_titles_cannot_command_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    problem = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    problem["offers"][0]["title"] = "\x1b[31mSQL\u202e in practice"
    Path("problem.json").write_text(json.dumps(problem), encoding="utf-8")
    main(["plan", "problem.json"])
    said = capsys.readouterr().out
    assert "[31mSQL in practice: " in said
    assert "\x1b" not in said
    assert "\u202e" not in said
