"""The operator's page of imports."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.catalog.factories import person
from tests.catalog.importing.catalogues import AT, ctdl, run, write

from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import Definition, Provider
from cairn.errors import NotAllowed
from cairn.people.models import AuditEvent, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Person:
    return Person.objects.create_superuser("op@example.org", "a good long password", name="Op")


def test_the_operator_sees_a_run_with_its_differences_and_remarks_and_takes_it_back(
    client: Client, operator: Person, tmp_path: Path
) -> None:
    run("ctdl", write(tmp_path, "a.json", [ctdl(1), ctdl(2)]))
    second = run(
        "ctdl", write(tmp_path, "a.json", [ctdl(1, **{"ceterms:description": "<b>New</b>"}), {"@type": "Unicorn"}])
    )
    client.force_login(operator)
    listed = client.get("/desk/operator/imports/").content.decode()
    assert f"{second.run}: ctdl" in listed
    page = client.get(f"/desk/operator/imports/{second.run}/").content.decode()
    assert "&lt;b&gt;New&lt;/b&gt;" in page
    assert "no class of credentials in CTDL" in page
    assert "welding-2-" in page
    assert "no class" not in client.get(f"/desk/operator/imports/{second.run}/?kind=merged").content.decode()
    answer = client.post(f"/desk/operator/imports/{second.run}/undo/", follow=True).content.decode()
    assert f"Import {second.run} is undone" in answer
    assert AuditEvent.objects.get(action="import.undone").actor == operator.uid
    assert Definition.objects.count() == 2


def test_a_refusal_says_why(client: Client, operator: Person, tmp_path: Path) -> None:
    report = run("ctdl", write(tmp_path, "a.json", ctdl(1)))
    Provider.objects.update(city="Trenton")
    client.force_login(operator)
    answer = client.post(f"/desk/operator/imports/{report.run}/undo/", follow=True).content.decode()
    assert "was changed since by hand" in answer
    assert Definition.objects.exists()


def test_nobody_else_sees_imports_or_takes_one_back(client: Client, tmp_path: Path) -> None:
    report = run("ctdl", write(tmp_path, "a.json", ctdl(1)))
    assert client.get("/desk/operator/imports/").status_code == 302
    someone = person()
    client.force_login(someone)
    for answer in (
        client.get("/desk/operator/imports/"),
        client.get(f"/desk/operator/imports/{report.run}/"),
        client.post(f"/desk/operator/imports/{report.run}/undo/"),
    ):
        assert answer.status_code == 404
    assert report.run is not None
    with pytest.raises(NotAllowed):
        undo_run(run=run_of(report.run), by=someone, at=AT)
    assert Definition.objects.exists()


def test_a_report_says_element_by_element_of_annex_i_what_the_new_credentials_state(
    client: Client, operator: Person, tmp_path: Path
) -> None:
    fuller = {
        "ceterms:description": "x",
        "ceterms:subjectWebpage": "https://college.example/2",
        "ceterms:deliveryType": "deliveryType:OnlineOnly",
    }
    first = run("ctdl", write(tmp_path, "a.json", [ctdl(1), ctdl(2, **fuller)]))
    dry = run("ctdl", write(tmp_path, "a.json", [ctdl(1), ctdl(2, **fuller), ctdl(3)]), dry_run=True)
    assert (first.annex["of"], dry.annex["of"]) == (2, 1)
    stated = {one["key"]: one["stated"] for one in first.annex["elements"]}
    assert (len(stated), stated["2"], stated["1"], stated["11"], stated["e"]) == (16, 2, 0, 0, 1)
    assert sum(one["mandatory"] for one in first.annex["elements"]) == 11
    assert first.as_dict()["annex"] == first.annex
    client.force_login(operator)
    page = client.get(f"/desk/operator/imports/{first.run}/").content.decode()
    assert "What is stated, element by element" in page
    assert "Write who looks after quality and how" in page
    again = run("ctdl", write(tmp_path, "a.json", [ctdl(1), ctdl(2, **fuller)]))
    assert again.annex == {}
    assert "element by element" not in client.get(f"/desk/operator/imports/{again.run}/").content.decode()
