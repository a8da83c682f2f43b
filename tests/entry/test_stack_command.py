"""``cairn stack``: plain awards, signed ones that are verified first, and what it says when a file cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.credentials.world import Issuer, MemoryResolver
from tests.stacking.schema import faults

from cairn.entry.cli import main
from cairn.stacking.schemas import SCHEMAS

RULE = {"kind": "all_of", "of": [
    {"kind": "award_of", "achievement": "statistics", "id": "first"},
    {"kind": "credits_at_least", "amount": 10, "scheme": "ECTS"},
]}  # fmt: skip
AWARD = {"issuer": "uni", "valid_from": "2025-01-01T00:00:00Z"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write("rule.json", RULE)
    write("awards.json", [
        {"id": "one", "achievement": "statistics", "credits": {"ECTS": 5}, **AWARD},
        {"id": "two", "achievement": "data", "credits": {"ECTS": 10}, **AWARD},
    ])  # fmt: skip
    return tmp_path


def write(name: str, value: object) -> None:
    Path(name).write_text(json.dumps(value))


@pytest.mark.usefixtures("folder")
def test_a_rule_that_is_met_ends_with_nought_and_says_what_counted_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stack", "rule.json", "awards.json", "--at", "2026-01-01"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Complete")
    assert "✓ Earn statistics (1 of 1 awards): one" in said


@pytest.mark.usefixtures("folder")
def test_the_answer_as_json_keeps_to_the_published_schema(capsys: pytest.CaptureFixture[str]) -> None:
    write("awards.json", [{"id": "one", "achievement": "statistics", **AWARD}])
    assert main(["stack", "rule.json", "awards.json", "--at", "2026-01-01", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert faults(SCHEMAS["stacking-evaluation"](), answer) == []
    assert (answer["left_out"], answer["at"]) == ([], "2026-01-01T00:00:00+00:00")
    assert answer["progress"] == "1/2"
    assert [step["sentence"] for step in answer["missing"][0]] == ["Collect 10 more ECTS credits"]


@pytest.mark.usefixtures("folder")
def test_where_nothing_completes_the_rule_it_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    write("awards.json", {"awards": [], "retired": ["statistics"], "names": {"statistics": "Statistics"}})
    assert main(["stack", "rule.json", "awards.json", "--at", "2026-01-01"]) == 1
    said = capsys.readouterr().out
    assert "Missing" not in said
    assert "  Nothing completes it any more:\n    “Earn Statistics”: Statistics is no longer awarded.\n" in said


@pytest.mark.usefixtures("folder")
def test_files_that_cannot_be_used_say_where(capsys: pytest.CaptureFixture[str]) -> None:
    write("bad.json", {"kind": "all_of", "of": [{"kind": "award_of"}]})
    assert main(["stack", "bad.json", "awards.json"]) == 65
    assert "$.of[0].achievement: It is missing." in capsys.readouterr().err
    write("bad.json", [{"id": "one", "achievement": "a", "issuer": "u", "valid_from": "soon"}])
    assert main(["stack", "rule.json", "bad.json"]) == 65
    assert "$[0].valid_from" in capsys.readouterr().err
    assert main(["stack", "rule.json", "nowhere.json"]) == 66
    assert main(["stack", "nowhere.json", "awards.json"]) == 66
    Path("bad.json").write_bytes(b"\xff\xfe")
    assert main(["stack", "bad.json", "awards.json"]) == 65


@pytest.fixture
def wallet(folder: Path) -> Issuer:
    """A file of one signed credential, and the web of its issuer as files."""
    issuer = Issuer(MemoryResolver())
    for url, page in issuer.world.pages.items():
        place = folder / "web" / url.removeprefix(issuer.site + "/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(page if isinstance(page, bytes) else json.dumps(page).encode())
    write("map.json", {issuer.site + "/": "web"})
    write("rule.json", {"kind": "award_of", "achievement": f"{issuer.site}/achievements/42"})
    Path("wallet.jsonl").write_text(json.dumps(json.loads(issuer.award().text)) + "\n")
    return issuer


@pytest.mark.usefixtures("wallet")
def test_signed_awards_count_once_they_are_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stack", "rule.json", "wallet.jsonl", "--documents", "map.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "met"


@pytest.mark.usefixtures("wallet")
def test_what_could_not_be_found_out_is_left_out_and_not_called_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stack", "rule.json", "wallet.jsonl", "--offline", "--json"]) == 2
    (left,) = json.loads(capsys.readouterr().out)["left_out"]
    assert left["verdict"] == "undetermined"


@pytest.mark.usefixtures("wallet")
def test_a_changed_letter_is_left_out_as_not_verified(capsys: pytest.CaptureFixture[str]) -> None:
    signed = Path("wallet.jsonl").read_text()
    Path("wallet.jsonl").write_text(signed.replace("Data Analysis", "Data Analysys"))
    assert main(["stack", "rule.json", "wallet.jsonl", "--documents", "map.json", "--json"]) == 1
    (left,) = json.loads(capsys.readouterr().out)["left_out"]
    assert left["verdict"] == "not_verified"
