"""Likely skills are found in the words of what was imported, shown apart from stated ones, judged by people, and taken back."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.catalog.factories import person
from tests.catalog.importing.catalogues import AT, ctdl, run, schema_org, write

from cairn.catalog.exporting.published import entries
from cairn.catalog.exporting.table import table
from cairn.catalog.importing import likely_job
from cairn.catalog.importing.likely import find_likely_skills
from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import (
    Definition,
    DefinitionVersion,
    ImportRun,
    LikelySkillDecision,
    Offer,
    SkillEvidence,
    SkillTaught,
)
from cairn.catalog.queries.planning_rows import full_stamp, read_rows
from cairn.catalog.services import likely as services
from cairn.errors import Conflict, NotAllowed, RequirementsUnmet
from cairn.people.models import AuditEvent, Person
from cairn.skills import index
from cairn.skills.importing.report import Report
from cairn.skills.models import Framework, Skill

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 6, 1, 9, tzinfo=UTC)
TEXT = {"ceterms:description": {"en": "You learn blueprint reading and project management."}}


@pytest.fixture(autouse=True)
def skills() -> dict[str, Skill]:
    index._READY.clear()
    framework = Framework.objects.create(
        slug="esco", name="ESCO", version="1.2", publisher="EC", licence="reuse with attribution"
    )
    return {
        name: Skill.objects.create(framework=framework, uri=f"http://esco.example/{number}", name=name, kind="skill")
        for number, name in enumerate(("blueprint reading", "project management", "welding"))
    }


@pytest.fixture
def operator() -> Person:
    return Person.objects.create_superuser("op@example.org", "a good long password", name="Op")


def imported(folder: Path, *documents: dict[str, Any], at: datetime = AT) -> Report:
    return run("ctdl", write(folder, "a.json", list(documents) or [ctdl(1, **TEXT)]), at=at)


def found(**how: Any) -> Report:
    return find_likely_skills(**{"at": LATER, **how})


def taught() -> dict[str, str]:
    return dict(SkillTaught.objects.order_by("skill__name").values_list("skill__name", "origin"))


def test_words_of_an_imported_credential_become_likely_skills_with_their_evidence(tmp_path: Path) -> None:
    imported(tmp_path)
    report = found()
    assert taught() == {"blueprint reading": "tagged", "project management": "tagged", "welding": "tagged"}
    row = SkillEvidence.objects.get(taught__skill__name="project management")
    said = DefinitionVersion.objects.get().description
    assert said[row.start : row.end] == row.text == "project management"
    assert (row.part, row.how, row.method, row.framework) == ("description", "exact", "cairn tagger 3", "ESCO 1.2")
    assert report.tables["likely skills"].created == 3
    assert ImportRun.objects.get(pk=report.run or 0).importer == "likely-skills"


def test_outcomes_are_read_and_named_as_such(tmp_path: Path) -> None:
    imported(tmp_path, ctdl(1, **TEXT))
    version = DefinitionVersion.objects.get()
    DefinitionVersion.objects.filter(pk=version.pk).delete()
    kept = {name: getattr(version, name) for name in ("definition_id", "title", "state", "published_at")}
    DefinitionVersion.objects.create(**kept, number=2, outcomes=[{"id": "o1", "text": "Do project management"}])
    found()
    row = SkillEvidence.objects.get(taught__skill__name="project management")
    assert (row.part, row.start) == ("outcomes", len("Do "))


def test_finding_again_changes_nothing(tmp_path: Path) -> None:
    imported(tmp_path)
    found()
    before = list(SkillEvidence.objects.order_by("pk").values())
    report = found()
    assert (report.total().created, report.total().updated) == (0, 0)
    assert list(SkillEvidence.objects.order_by("pk").values()) == before


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    imported(tmp_path)
    assert found(dry_run=True).tables["likely skills"].created == 3
    assert not SkillTaught.objects.exists()


def test_what_is_stated_stays_stated_and_is_not_said_twice(tmp_path: Path, skills: dict[str, Skill]) -> None:
    imported(tmp_path)
    version = DefinitionVersion.objects.get()
    SkillTaught.objects.create(version=version, skill=skills["welding"], origin="stated", level=3)
    report = found()
    assert taught()["welding"] == "stated"
    assert report.skipped["skills that their source states already"] == 1


def test_a_source_that_states_the_skill_later_makes_it_stated(tmp_path: Path, skills: dict[str, Skill]) -> None:
    course = {"teaches": {"@type": "DefinedTerm", "name": "welding", "url": skills["welding"].uri}}
    run("schema-org", write(tmp_path, "a.json", schema_org(1, inLanguage="en")))
    found()
    assert taught() == {"welding": "tagged"}
    run("schema-org", write(tmp_path, "a.json", schema_org(1, inLanguage="en", **course)), at=LATER)
    now = SkillTaught.objects.get(version__state="published")
    assert now.origin == "stated"


def test_the_field_of_study_keeps_its_origin_and_gets_the_words(tmp_path: Path, skills: dict[str, Skill]) -> None:
    imported(tmp_path)
    row = SkillTaught.objects.create(
        version=DefinitionVersion.objects.get(), skill=skills["welding"], origin="crosswalk"
    )
    found()
    assert SkillTaught.objects.get(pk=row.pk).origin == "crosswalk"
    assert SkillEvidence.objects.get(taught=row).text.casefold() == "welding"


def test_likely_skills_never_count_where_others_are_stated(tmp_path: Path, skills: dict[str, Skill]) -> None:
    imported(tmp_path, ctdl(1, **TEXT), ctdl(2, **TEXT))
    found()
    first, second = DefinitionVersion.objects.order_by("pk")
    for version in (first, second):
        Offer.objects.create(version=version, price_total=100, hours=10)
    SkillTaught.objects.filter(version=first, skill=skills["welding"]).update(origin="stated")
    rows = {row.version: row for row in read_rows(full_stamp(), LATER.date()).offers}
    assert rows[first.pk].skills == {skills["welding"].uri}
    assert rows[first.pk].stated
    assert len(rows[second.pk].skills) == 3
    assert not rows[second.pk].stated


def test_undoing_the_finding_takes_its_skills_away_and_nothing_else(tmp_path: Path) -> None:
    imported(tmp_path)
    report = found()
    undo_run(run=run_of(report.run or 0), by=None, at=LATER)
    assert not SkillTaught.objects.exists()
    assert not SkillEvidence.objects.exists()
    assert Definition.objects.count() == 1


def test_undoing_the_import_takes_its_likely_skills_away_too(tmp_path: Path) -> None:
    first = imported(tmp_path)
    found()
    undo_run(run=run_of(first.run or 0), by=None, at=LATER)
    assert not SkillTaught.objects.exists()
    assert not SkillEvidence.objects.exists()
    assert not Definition.objects.exists()


def test_only_what_one_import_brought_is_looked_through(tmp_path: Path) -> None:
    imported(tmp_path, ctdl(1, **TEXT))
    second = imported(tmp_path, ctdl(1, **TEXT), ctdl(2, **TEXT), at=LATER)
    report = found(run=run_of(second.run or 0))
    assert report.tables["credentials"].read == 1
    assert found(source="nowhere").tables["credentials"].read == 0


def test_words_that_are_gone_take_the_skill_with_them(tmp_path: Path, skills: dict[str, Skill]) -> None:
    imported(tmp_path)
    found()
    Skill.objects.filter(name="project management").update(name="management of projects abroad")
    index._READY.clear()
    report = found()
    assert "management of projects abroad" not in taught()
    undo_run(run=run_of(report.run or 0), by=None, at=LATER)
    assert taught()["management of projects abroad"] == "tagged"


def test_a_rejected_skill_is_gone_and_does_not_come_back(tmp_path: Path, operator: Person) -> None:
    imported(tmp_path)
    found()
    row = SkillTaught.objects.get(skill__name="welding")
    decision = services.reject_likely_skill(taught=row, by=operator, at=LATER)
    assert "welding" not in taught()
    report = found()
    assert "welding" not in taught()
    assert report.skipped["skills that somebody rejected here"] == 1
    assert AuditEvent.objects.filter(action="likely_skill.rejected").count() == 1
    services.take_back_likely_skill(decision=decision, by=operator, at=LATER)
    found()
    assert taught()["welding"] == "tagged"


def test_a_confirmed_skill_is_confirmed_and_never_stated(tmp_path: Path, operator: Person) -> None:
    imported(tmp_path)
    run_number = found().run
    row = SkillTaught.objects.get(skill__name="welding")
    decision = services.confirm_likely_skill(taught=row, by=operator, at=LATER)
    assert taught()["welding"] == "confirmed"
    found()
    assert taught()["welding"] == "confirmed"
    with pytest.raises(Conflict, match="no longer a likely one"):
        services.reject_likely_skill(taught=row, by=operator, at=LATER)
    with pytest.raises(Conflict, match="changed since by hand"):
        undo_run(run=run_of(run_number or 0), by=None, at=LATER)
    services.take_back_likely_skill(decision=decision, by=operator, at=LATER)
    assert taught()["welding"] == "tagged"
    assert not LikelySkillDecision.objects.exists()


def test_only_the_operator_judges(tmp_path: Path) -> None:
    imported(tmp_path)
    found()
    row = SkillTaught.objects.get(skill__name="welding")
    for act in (services.confirm_likely_skill, services.reject_likely_skill):
        with pytest.raises(NotAllowed):
            act(taught=row, by=person(), at=LATER)


def test_without_frameworks_it_says_what_to_import() -> None:
    Skill.objects.all().delete()
    with pytest.raises(RequirementsUnmet, match="no skills yet"):
        found()


def test_pages_interface_and_table_show_them_apart(client: Client, tmp_path: Path, skills: dict[str, Skill]) -> None:
    imported(tmp_path)
    found()
    version = DefinitionVersion.objects.get()
    SkillTaught.objects.filter(skill=skills["project management"]).update(origin="stated")
    slug = version.definition.slug
    page = client.get(f"/catalogue/{slug}/").content.decode()
    assert "because its own words name them" in page
    assert "Stated by the provider" in page
    assert "says “blueprint reading”" in page
    told = {
        one["name"]: one for one in json.loads(client.get(f"/api/v1/catalogue/credentials/{slug}").content)["skills"]
    }
    assert told["project management"]["stated"]
    assert "evidence" not in told["project management"]
    assert not told["welding"]["stated"]
    assert told["welding"]["evidence"]["part"] == "title"
    [cells] = csv.DictReader(b"".join(table(entries())).decode().splitlines())
    assert cells["worked_out"] == "blueprint reading; welding"
    assert "welding" not in cells["skills"]


def test_the_operator_judges_on_the_page(client: Client, operator: Person, tmp_path: Path) -> None:
    imported(tmp_path)
    found()
    client.force_login(operator)
    page = client.get("/desk/operator/likely-skills/").content.decode()
    assert "project management" in page
    assert "It does not" in page
    row = SkillTaught.objects.get(skill__name="welding")
    answer = client.post("/desk/operator/likely-skills/step/", {"key": row.pk, "step": "reject"}, follow=True)
    assert "welding is rejected" in answer.content.decode()
    judged = client.get("/desk/operator/likely-skills/?state=decided").content.decode()
    assert "Take it back" in judged
    decision = LikelySkillDecision.objects.get()
    client.post("/desk/operator/likely-skills/step/", {"key": decision.pk, "step": "take_back", "state": "decided"})
    assert not LikelySkillDecision.objects.exists()
    assert client.post("/desk/operator/likely-skills/step/", {"key": "1e9", "step": "reject"}).status_code == 404


def test_the_page_starts_a_process_and_says_how_far_it_is(
    client: Client, operator: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.HOME = tmp_path / "home"
    started: list[int] = []
    monkeypatch.setattr(likely_job, "start", started.append)
    report = imported(tmp_path)
    client.force_login(operator)
    assert "Look for likely skills" in client.get(f"/desk/operator/imports/{report.run}/").content.decode()
    client.post("/desk/operator/likely-skills/start/", {"run": report.run})
    assert started == [report.run]
    assert client.post("/desk/operator/likely-skills/start/", {"run": "999"}).status_code == 404
    likely_job.JOB.tell({"pid": 0, "done": 0, "total": 0, "which": report.run})
    likely_job.work()
    said = likely_job.state()
    assert said is not None
    assert not said["running"]
    assert said["run"] == ImportRun.objects.latest("pk").pk
    assert "Read the report" in client.get("/desk/operator/likely-skills/progress/").content.decode()


def test_a_process_that_is_gone_is_told(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    assert likely_job.state() is None
    (tmp_path / likely_job.NAME).write_text("[]")
    assert likely_job.state() is None
    gone = {"pid": 2**22 + 1, "which": 0, "done": 5, "total": 9}
    (tmp_path / likely_job.NAME).write_text(json.dumps(gone))
    said = likely_job.state()
    assert said is not None
    assert not said["running"]
    assert "broken off" in said["trouble"]
