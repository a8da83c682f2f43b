"""Files of any format on the operator's page: recognised, tried, imported in a process of its own, compared and taken back."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.shared import folder as shared_folder

from cairn.catalog.importing import uploaded_files
from cairn.catalog.importing.recognising import recognised
from cairn.catalog.models import Definition, ImportRun
from cairn.people.models import Person

pytestmark = pytest.mark.django_db

CTDL = {
    "@context": "https://credreg.net/ctdl/schema/context/json",
    "@graph": [
        {"@id": "https://example.org/licence", "@type": "ceterms:License", "ceterms:name": {"en": "Diving licence"}},
        {"@id": "https://example.org/industry", "@type": "ceterms:Industry", "ceterms:name": {"en": "Oil extraction"}},
    ],
}
BADGE = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "BadgeClass",
    "id": "https://example.org/b",
    "name": "Welder",
}
COURSE = '<html><script type="application/ld+json">{"@context":"https://schema.org","@type":"Course","name":"Welding"}</script></html>'


def zipped(name: str, content: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "Read me.")
        archive.writestr(name, content)
    return packed.getvalue()


FILES: dict[str, tuple[str, bytes, str]] = {
    "CTDL": ("export.json", json.dumps(CTDL).encode(), "ctdl"),
    "an envelope": ("page1.json", b'[{"envelope_type": "resource_data", "resource": "ey..."}]', "ctdl"),
    "Open Badges": ("badge.json", json.dumps(BADGE).encode(), "open-badges"),
    "a picture": ("badge.PNG", b"\x89PNG", "open-badges"),
    "a web page": ("course.html", COURSE.encode(), "schema-org"),
    "JSON-LD of a page": ("course.jsonld", b'{"@context": "http://schema.org/", "@type": "Course"}', "schema-org"),
    "Badgr": ("badgeclasses.json", b'{"status": {}, "result": [{"entityType": "BadgeClass", "name": "A"}]}', "badgr"),
    "Credly": ("templates.json", b'{"data": [{"badge_template": {"name": "A"}}]}', "credly"),
    "a Moodle backup": ("course.mbz", b"\x1f\x8b", "moodle"),
    "a Canvas course": ("course.imscc", b"PK", "canvas"),
    "CASE": ("framework.json", b'{"CFDocument": {"title": "A"}, "CFItems": []}', "case"),
    "ELM": ("q.xml", b'<?xml version="1.0"?><loq:root xmlns:loq="http://data.europa.eu/snb/model/ap/loq/">', "elm"),
    "Turtle": ("q.ttl", b"@prefix elm: <http://data.europa.eu/snb/model/elm/> .", "elm"),
    "packed": ("export.json.gz", gzip.compress(json.dumps(CTDL).encode()), "ctdl"),
    "in a zip": ("export.zip", zipped("a/one.json", json.dumps(CTDL)), "ctdl"),
    "a table": ("courses.csv", b"title,provider,url\nWelding,Example College,https://schema.org/Course\n", "csv"),
    "a list of one's own": ("courses.json", b'[{"title": "Welding", "provider": "Example College"}]', "csv"),
    "an empty file": ("courses.json", b"", "csv"),
    "a broken zip": ("courses.zip", b"PK\x03\x04 and then nothing", "csv"),
    "a broken gz": ("courses.csv.gz", b"\x1f\x8b and then nothing", "csv"),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_is_recognised_by_what_stands_in_it(tmp_path: Path, what: str) -> None:
    name, content, importer = FILES[what]
    path = tmp_path / name
    path.write_bytes(content)
    assert recognised(path) == importer


@pytest.mark.parametrize(
    ("folder", "importer"), [("ctdl", "ctdl"), ("badges/eu_elm", "elm"), ("mit_learn", "csv"), ("ms_learn_de", "csv")]
)
def test_published_files_are_recognised(folder: str, importer: str) -> None:
    found = [recognised(path) for path in sorted((shared_folder() / folder).rglob("*.json"))]
    assert found.count(importer) >= 0.9 * len(found)


@pytest.fixture
def operator() -> Person:
    return Person.objects.create_user("operator@example.org", None, name="Operator", is_staff=True)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Work at once, and in this process."""
    settings.HOME = tmp_path / "home"

    def start(told: dict[str, Any]) -> None:
        uploaded_files.JOB.tell({**told, "pid": 0, "done": 0, "total": 0})
        uploaded_files.work()

    monkeypatch.setattr(uploaded_files.JOB, "start", start)


def test_an_export_of_another_system_is_tried_imported_compared_and_taken_back_on_the_page(
    client: Client, operator: Person, here: None
) -> None:
    client.force_login(operator)
    address = "/desk/operator/import/file/"

    def upload() -> str:
        file = SimpleUploadedFile("export.json", json.dumps(CTDL).encode())
        return client.post("/desk/operator/import/", {"file": file}, follow=True).content.decode()

    assert '<option value="ctdl" selected>' in upload()
    tried = client.post(address, {"importer": "ctdl", "step": "try"}, follow=True).content.decode()
    assert "Tried, nothing written" in tried
    assert "Refused: export.json, row 1, column /@graph/1: “Industry” is no class of credentials in CTDL." in tried
    assert not Definition.objects.exists()
    assert not ImportRun.objects.exists()
    made = client.post(address, {"importer": "ctdl", "step": "import"}, follow=True).content.decode()
    first = ImportRun.objects.get()
    assert f"Read the report of import {first.pk}" in made
    assert Definition.objects.count() == 1
    upload()
    client.post(address, {"importer": "ctdl", "step": "import"})
    again = ImportRun.objects.latest("pk")
    assert (again.created, again.feed) == (0, first.feed)
    for run in (again, first):
        client.post(f"/desk/operator/imports/{run.pk}/undo/")
    assert not Definition.objects.exists()


def test_what_cannot_be_read_is_told_and_may_be_taken_for_something_else(
    client: Client, operator: Person, here: None
) -> None:
    client.force_login(operator)
    client.post("/desk/operator/import/", {"file": SimpleUploadedFile("export.json", json.dumps(CTDL).encode())})
    told = client.post(
        "/desk/operator/import/file/", {"importer": "badgr", "step": "try"}, follow=True
    ).content.decode()
    assert "notice-bad" in told
    assert '<option value="badgr" selected>' in told
    assert client.post("/desk/operator/import/file/", {"importer": "register"}).status_code == 404
    table = client.post("/desk/operator/import/file/", {"importer": "csv"}, follow=True)
    assert "Which column is what?" in table.content.decode()
    assert "No file was chosen." in client.post("/desk/operator/import/", follow=True).content.decode()


def test_strangers_find_no_such_page(client: Client, here: None) -> None:
    client.force_login(Person.objects.create_user("somebody@example.org", None, name="Some Body"))
    for address in ("/desk/operator/import/file/", "/desk/operator/import/file/progress/"):
        assert client.get(address).status_code == 404


def test_an_import_that_was_broken_off_is_told(client: Client, operator: Person, here: None) -> None:
    client.force_login(operator)
    client.post("/desk/operator/import/", {"file": SimpleUploadedFile("export.json", json.dumps(CTDL).encode())})
    client.post("/desk/operator/import/file/", {"importer": "ctdl", "step": "try"})
    said = uploaded_files.JOB.state()
    assert said is not None
    del said["report"]
    uploaded_files.JOB.tell(said | {"pid": 2**22 + 1})
    assert "broken off" in client.get("/desk/operator/import/file/progress/").content.decode()
