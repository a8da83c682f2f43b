"""``cairn stack`` and ``cairn convert`` with CTDL pathways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cairn.entry.cli import main
from cairn.stacking import parse_requirement
from cairn.stacking.pathways import write_pathway

RULE = {"kind": "recency", "days": 900, "of": {"kind": "any_n", "n": 2, "of": [
    {"kind": "award_of", "achievement": name, "label": name.title()} for name in ("statistics", "databases", "ethics")
]}}  # fmt: skip
AWARDS = [
    {"id": name, "achievement": name, "issuer": "uni", "valid_from": "2025-01-01T00:00:00Z"}
    for name in ("statistics", "ethics")
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write("rule.json", RULE)
    write("awards.json", AWARDS)
    write("pathway.jsonld", write_pathway(parse_requirement(RULE), title="Data").document)
    return tmp_path


def write(name: str, value: Any) -> None:
    Path(name).write_text(json.dumps(value))


@pytest.mark.usefixtures("folder")
def test_a_pathway_is_weighed_like_the_rule_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stack", "rule.json", "awards.json", "--at", "2026-01-01"]) == 0
    plain = capsys.readouterr().out
    assert main(["stack", "pathway.jsonld", "awards.json", "--at", "2026-01-01"]) == 0
    assert capsys.readouterr().out == plain
    assert main(["stack", "pathway.jsonld", "awards.json", "--at", "2029-01-01", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["pathway"] == {
        "id": "#pathway",
        "name": "Data",
        "whole": True,
        "remarks": [],
    }


@pytest.mark.usefixtures("folder")
def test_a_pathway_that_asks_for_more_than_a_rule_can_say_is_never_just_met(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(Path("pathway.jsonld").read_text())
    document["@graph"][1]["ceterms:hasCondition"][0]["ceterms:hasConstraint"] = [
        {
            "@type": "ceterms:Constraint",
            "ceterms:leftSource": "ceterms:repeatability",
            "ceterms:comparator": "compare:EQ",
            "ceterms:rightSource": "1",
        }
    ]
    write("pathway.jsonld", document)
    assert main(["stack", "pathway.jsonld", "awards.json", "--at", "2026-01-01"]) == 2
    said = capsys.readouterr().out
    assert (
        "Not in the rule: $.@graph[1].ceterms:hasCondition[0].ceterms:hasConstraint[0]. No rule can say this constraint"
        in said
    )


@pytest.mark.usefixtures("folder")
def test_where_a_file_holds_several_pathways_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    rule = parse_requirement({"kind": "award_of", "achievement": "ethics"})
    two = [
        write_pathway(rule, title="First", base="https://a.example/1").document,
        write_pathway(rule, title="Second", base="https://a.example/2").document,
    ]
    write("two.jsonld", two)
    assert main(["stack", "two.jsonld", "awards.json"]) == 65
    assert "“First”, “Second”" in capsys.readouterr().err
    assert main(["stack", "two.jsonld", "awards.json", "--pathway", "Second", "--at", "2026-01-01"]) == 0
    assert main(["stack", "rule.json", "awards.json", "--pathway", "Second"]) == 65
    assert main(["convert", "two.jsonld", "--to", "rule", "--out-folder", "rules"]) == 0
    assert sorted(path.name for path in Path("rules").iterdir()) == ["rule-1.json", "rule-2.json"]


@pytest.mark.usefixtures("folder")
def test_a_rule_is_converted_to_a_pathway_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    to = ["--to", "ctdl", "--title", "Data", "--base", "https://a.example/pathway", "--earns", "https://a.example/data"]
    assert main(["convert", "rule.json", *to, "--out-folder", "out"]) == 0
    assert "CTDL has no words for all of “Counting only awards earned in the last 900 days”" in capsys.readouterr().out
    written = json.loads(Path("out/pathway.jsonld").read_text())
    assert written["@graph"][0]["ceterms:ctid"].startswith("ce-")
    assert main(["convert", "out/pathway.jsonld", "--to", "rule", "--out-folder", "back", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["left_out"] == []
    assert parse_requirement(Path("back/rule.json").read_bytes()) == parse_requirement(RULE)


@pytest.mark.usefixtures("folder")
def test_what_is_neither_is_refused_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    write("bad.jsonld", {"@graph": [{"@id": "x"}]})
    assert main(["stack", "bad.jsonld", "awards.json"]) == 65
    assert "no ceterms:Pathway" in capsys.readouterr().err
    assert main(["convert", "awards.json", "--to", "ctdl", "--out-folder", "new"]) == 65
    Path("latin.json").write_bytes(b'{"kind": "\xe9"}')
    assert main(["convert", "latin.json", "--to", "ctdl", "--out-folder", "new"]) == 65
    assert main(["stack", "latin.json", "awards.json"]) == 65
    assert main(["convert", "latin.json", "--to", "rule", "--out-folder", "new"]) == 65
