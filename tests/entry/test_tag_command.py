"""``cairn tag``: skills of texts and of CSV files as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cairn.entry.cli import main, tag
from cairn.skills.models import Framework, Skill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag, "open_site", lambda: None)


@pytest.fixture
def sql() -> Skill:
    esco = Framework.objects.create(slug="esco", name="ESCO", version="1.1.1", publisher="x", licence="x")
    return Skill.objects.create(framework=esco, uri="urn:sql", name="SQL", kind="knowledge")


def test_a_text_is_tagged_with_its_evidence(sql: Skill, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tag", "Databases", "--description", "You learn SQL."]) == 0
    [found] = json.loads(capsys.readouterr().out)["tags"]
    assert (found["skill"], found["evidence"]) == (
        "urn:sql",
        {"part": "description", "start": 10, "end": 13, "text": "SQL"},
    )


def test_a_table_gives_a_line_for_each_row(sql: Skill, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "courses.csv"
    file.write_text("key,name,about\na,SQL,\nb,Painting,No SQL needed\n", encoding="utf-8")
    assert (
        main(["tag", str(file), "--title-column", "name", "--description-column", "about", "--id-column", "key"]) == 0
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["id"], len(line["tags"])) for line in lines] == [("a", 1), ("b", 0)]


def test_nothing_found_shows_in_the_exit_code(sql: Skill) -> None:
    assert main(["tag", "Painting"]) == 1


def test_a_site_without_skills_says_what_to_import(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tag", "Painting"]) == 65
    assert "cairn import" in capsys.readouterr().err


def test_a_column_that_is_not_there_is_named_with_those_that_are(
    sql: Skill, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "courses.csv"
    file.write_text("name\nSQL\n", encoding="utf-8")
    assert main(["tag", str(file)]) == 65
    said = capsys.readouterr().err
    assert "no column “title”" in said
    assert "It has: name." in said


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\xfe", b'title\n"' + b"x" * 1_200_000, b"title\n" + b"," * 10_000 + b"\n"],
    ids=["empty", "no text", "a field without end", "a row without end"],
)
def test_broken_tables_are_refused_or_read_and_never_crash(sql: Skill, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.csv"
    file.write_bytes(content)
    assert main(["tag", str(file)]) in {1, 65}


def test_a_file_that_is_not_there_is_an_error(sql: Skill) -> None:
    assert main(["tag", "missing.csv"]) == 65
