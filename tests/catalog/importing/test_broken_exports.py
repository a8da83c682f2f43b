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
from tests.catalog.importing.test_peers import BADGE, COURSE, ISSUER, MOODLE, TEMPLATE
from tests.skills.test_case import package
from tests.skills.test_rsd import skill

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.models import Definition, ImportRun
from cairn.errors import CairnError
from cairn.skills.importing import json_files
from cairn.skills.models import Skill
from cairn.verifying.models import KnownIssuer
from cairn.verifying.registers import import_registry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOUND: dict[str, Any] = {
    "badgr": {"result": [ISSUER, BADGE]},
    "credly": {"data": [TEMPLATE]},
    "moodle": {"badges": [MOODLE]},
    "rsd": [skill("Plan a route")],
    "case": package(),
}


def zipped(name: str = "a.txt", content: str = "x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
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


def test_a_broken_course_export_of_canvas_is_told_and_the_sound_one_beside_it_is_kept(tmp_path: Path) -> None:
    inside = "course_settings/course_settings.xml"
    packed = {
        "without its settings": zipped(),
        "with settings that break off": zipped(inside, COURSE[:60]),
        "with settings that are empty": zipped(inside, ""),
        "with a document type": zipped(inside, '<!DOCTYPE x [<!ENTITY a "aa">]><course><title>&a;</title></course>'),
        "with settings of something else": zipped(inside, "<rss/>"),
        "that breaks off": zipped(inside, COURSE)[:-30],
    }
    for kind, content in (BROKEN | packed).items():
        folder = tmp_path / kind.replace(" ", "-")
        folder.mkdir()
        (folder / "a.imscc").write_bytes(zipped(inside, COURSE))
        (folder / "b.imscc").write_bytes(content)
        report = IMPORTERS["canvas"].run([folder], at=AT)
        told = [remark for remark in report.remarks if remark.kind == "refused"]
        assert told, kind
        assert all(remark.file.startswith("b.imscc") for remark in told), f"{kind}: {told}"
        assert told[0].message.endswith("."), f"{kind}: {told[0].message}"
        assert Definition.objects.count() == 1, kind
        with pytest.raises(CairnError) as refusal:
            IMPORTERS["canvas"].run([folder / "b.imscc"], at=AT)
        assert refusal.value.remedy, kind


def test_a_broken_register_of_issuers_says_so_and_what_is_known_stays(tmp_path: Path) -> None:
    sound = tmp_path / "a.json"
    entry = {"name": "Harbour College", "url": "https://harbour.example.edu"}
    sound.write_text(json.dumps({"registry": {"did:web:harbour.example.edu": entry}}), encoding="utf-8")
    import_registry(sound, at=AT, with_trial_issuers=True)
    others = {"a list": b"[]", "a register of lists": b'{"registry": []}', "no register": b'{"issuers": {}}'}
    for kind, content in (BROKEN | others).items():
        broken = tmp_path / "b.json"
        broken.write_bytes(content)
        with pytest.raises(CairnError) as refusal:
            import_registry(broken, at=AT)
        assert "b.json" in refusal.value.message, f"{kind}: {refusal.value.message}"
        assert refusal.value.remedy, kind
    assert KnownIssuer.objects.count() == 1
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize("entry", [None, 7, "Harbour", [], {}, {"name": None}, {"name": ["x"]}, {"name": "", "url": 5}])
def test_an_entry_of_a_register_that_cannot_be_used_is_refused_and_the_others_are_kept(
    entry: Any, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    sound = {"name": "Harbour College", "url": "https://harbour.ac.uk"}
    rows = {"did:web:other.ac.uk": entry, "did:web:harbour.ac.uk": sound, "not an address": sound}
    path.write_text(json.dumps({"registry": rows}), encoding="utf-8")
    report = import_registry(path, at=AT)
    assert list(KnownIssuer.objects.values_list("issuer_id", flat=True)) == ["did:web:harbour.ac.uk"]
    assert len(report.refused) == 2
