"""Broken exports of other systems, the same for every importer of JSON: one clear sentence, and the sound file beside it is kept."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.importing.test_peers import BADGE, ISSUER, MOODLE, TEMPLATE
from tests.skills.test_case import package
from tests.skills.test_rsd import skill

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.models import Definition
from cairn.errors import CairnError
from cairn.skills.importing import json_files
from cairn.skills.models import Skill

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOUND: dict[str, Any] = {
    "badgr": {"result": [ISSUER, BADGE]},
    "credly": {"data": [TEMPLATE]},
    "moodle": {"badges": [MOODLE]},
    "rsd": [skill("Plan a route")],
    "case": package(),
}


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    return out.getvalue()


BROKEN: dict[str, bytes] = {
    "empty": b"",
    "blanks": b"\xef\xbb\xbf \r\n\t",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64),
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "a sign-in page": b"<!DOCTYPE html><html>Sign in</html>",
    "a zip called json": zipped(),
    "a gz that breaks off": gzip.compress(b'{"result": []}')[:-6],
    "a bomb in gz": gzip.compress(b" " * 3_000_000),
    "deep nesting": b"[" * 100_000 + b"]" * 100_000,
    "no number": b'{"name": NaN}',
    "broken off before the first entry": b'{"result": [{"name": "We',
    "half a UTF-16": json.dumps({"name": "x"}).encode("utf-16")[:-1],
    "a table": b"name,description\nWelding,Welds\n",
}


@pytest.mark.parametrize("name", list(SOUND))
def test_a_broken_export_is_told_and_the_sound_one_beside_it_is_kept(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_files, "LARGEST_JSON", 1_000_000)
    for kind, content in BROKEN.items():
        folder = tmp_path / kind.replace(" ", "-")
        folder.mkdir()
        (folder / "a.json").write_text(json.dumps(SOUND[name]), encoding="utf-8")
        (folder / "b.json").write_bytes(content)
        report = IMPORTERS[name].run([folder], at=AT)
        told = [remark for remark in report.remarks if remark.kind == "refused"]
        assert [remark.file for remark in told] == ["b.json"], f"{kind}: {told}"
        assert told[0].message.endswith("."), f"{kind}: {told[0].message}"
        assert Definition.objects.exists() or Skill.objects.exists(), kind
        with pytest.raises(CairnError) as refusal:
            IMPORTERS[name].run([folder / "b.json"], at=AT)
        assert refusal.value.remedy, kind
