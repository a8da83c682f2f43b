"""``cairn import`` with files that cannot be used: a sentence, what to do, an exit code, and nothing half-done, for every importer."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from django.apps import apps

from cairn.catalog.importing import IMPORTERS
from cairn.entry.cli import main
from cairn.skills.models import Framework, Skill

pytestmark = pytest.mark.django_db
ENDINGS = {
    "onet": ("zip",), "esco": ("zip",), "oews": ("xlsx",), "nj-etpl": ("zip",), "csv": ("csv",),
    **dict.fromkeys(("case", "ctdl", "open-badges", "elm", "schema-org", "badgr", "credly", "moodle", "canvas", "issuers"), ("json",)),
}  # fmt: skip
"""What a file of each importer is called like; all others read tables."""
BROKEN = {
    "a sign-in page": b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in first</body></html>",
    "noise": bytes(range(1, 256)) * 40,
    "a beginning": {"json": b'[{"@type": "ceterms:Badge", "name": {"en": "Weld', "csv": b'id,name\r\n1,"Weld',
                    "xlsx": b"PK\x03\x04" + bytes(60), "zip": b"PK\x03\x04" + bytes(60)},
}  # fmt: skip


def everything() -> dict[str, int]:
    """Return how many rows each table has."""
    return {model._meta.db_table: model._default_manager.count() for model in apps.get_models()}


@pytest.fixture(autouse=True)
def site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.entry.cli.importing.open_site", lambda: None)
    framework = Framework.objects.create(slug="f", name="F", version="1", publisher="P", licence="CC0")
    Skill.objects.create(framework=framework, uri="https://f.example.org/1", name="Weld")


@pytest.mark.parametrize("name", [*IMPORTERS, "issuers"])
def test_a_broken_file_is_refused_with_what_to_do_and_nothing_is_written(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (ending,) = ENDINGS.get(name, ("csv",))
    before = everything()
    for kind, content in BROKEN.items():
        file = tmp_path / f"{kind.replace(' ', '-')}.{ending}"
        file.write_bytes(content if isinstance(content, bytes) else content[ending])
        code = main(["import", name, str(file)])
        said, told = capsys.readouterr()
        assert code not in {0, 1}, f"{kind}: {said}"
        first, *remedy = told.splitlines()
        assert first.startswith("cairn: "), f"{kind}: {told}"
        assert first.endswith((".", "…")), f"{kind}: {told}"
        assert any(remedy), f"{kind} leaves what to do open: {told}"
        assert "Traceback" not in told
        assert everything() == before, kind


def test_a_broken_file_beside_a_sound_one_is_told_and_the_exit_code_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr(
            "a.json",
            '{"type": "Achievement", "id": "https://b.example/1", "name": "Weld", "criteria": {"narrative": "Do."}}',
        )
        archive.writestr("b.json", '{"type": "Achievement", "id": "https://b.ex')
    assert main(["import", "open-badges", str(tmp_path / "both.zip")]) == 1
    assert "b.json" in "".join(capsys.readouterr())
    assert apps.get_model("catalog", "ImportRun").objects.get().refused == 1
