"""``cairn convert``: the same facts in the words of another standard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.credentials.world import AWARDED, Issuer, MemoryResolver

from cairn.entry.cli import main

BASE = "https://badges.example.org/awards/7/"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "award.json").write_text(Issuer(MemoryResolver()).award().text)
    return tmp_path


def convert(*more: str) -> int:
    return main(["convert", "award.json", "--out-folder", "made", *more])


def test_an_award_becomes_three_hosted_documents(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extra = ("--base", BASE, "--image-url", "https://badges.example.org/b.png", "--email", "office@example.org")
    assert convert("--to", "open-badges-2", *extra, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["files"] == ["assertion.json", "badge.json", "issuer.json"]
    assert report["left_out"]
    documents = {path.stem: json.loads(path.read_text()) for path in (folder / "made").iterdir()}
    assert documents["assertion"]["id"] == BASE + "assertion.json"
    assert documents["assertion"]["badge"] == documents["badge"]["id"]
    assert documents["badge"]["name"] == "Data Analysis with Python"
    assert documents["assertion"]["issuedOn"].startswith(AWARDED.date().isoformat())
    assert convert("--to", "open-badges-2", *extra) == 73


def test_an_award_becomes_a_european_credential(folder: Path) -> None:
    assert convert("--to", "elm") == 65
    assert not (folder / "made").exists()
    assert convert("--to", "elm", "--country", "IE") == 0
    made = json.loads((folder / "made" / "credential.jsonld").read_text())
    assert "EuropeanDigitalCredential" in made["type"]
    assert "proof" not in made


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_written_says_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert convert("--to", "open-badges-2") == 65
    assert "--base" in capsys.readouterr().err
    assert convert("--to", "open-badges-2", "--base", "http://badges.example.org/") == 65
    assert main(["convert", "gone.json", "--to", "elm", "--out-folder", "made"]) == 66
