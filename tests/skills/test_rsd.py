"""Rich Skill Descriptors: JSON of skills, lists and collections, and OSMT's CSV; broken ones keep what is sound."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cairn.errors import CairnError
from cairn.skills.importing import IMPORTERS
from cairn.skills.importing.report import Report
from cairn.skills.models import Framework, Skill, SkillLink

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SHARED = Path(os.environ.get("CAIRN_SHARED_DATA", "../shared/data")) / "rsd"


def skill(name: str = "Plan a route", **more: Any) -> dict[str, Any]:
    return {
        "id": f"https://skills.example.org/{name.replace(' ', '-').lower()}",
        "uuid": "11111111-2222-3333-4444-555555555555",
        "skillName": name,
        "skillStatement": f"{name} for a delivery round.",
        "status": "published",
        "categories": ["Logistics"],
        "authors": ["Example Works"],
        "keywords": ["route", "van"],
        **more,
    }


def load(tmp_path: Path, document: Any, name: str = "skills.json") -> Report:
    path = tmp_path / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return IMPORTERS["rsd"].run([path], at=NOW)


def test_a_skill_keeps_its_identifier_statement_author_and_category(tmp_path: Path) -> None:
    load(tmp_path, [skill()])
    found = Skill.objects.select_related("framework").get()
    assert found.uri == "https://skills.example.org/plan-a-route"
    assert (found.description, found.framework.publisher) == ("Plan a route for a delivery round.", "Example Works")
    assert found.broader == ["urn:cairn:rsd:category:logistics"]
    assert found.alt_labels == [], "a keyword is no other name of the skill"


def test_an_alignment_links_to_a_skill_that_is_loaded(tmp_path: Path) -> None:
    framework = Framework.objects.create(slug="other", name="Other", version="1", publisher="P", licence="L")
    Skill.objects.create(framework=framework, uri="https://other.example.org/1", name="Routing", kind="skill")
    report = load(
        tmp_path, [skill(alignments=[{"id": "https://other.example.org/1"}, {"id": "https://other.example.org/2"}])]
    )
    assert SkillLink.objects.get().target.name == "Routing"
    assert report.skipped["alignments with skills of other frameworks that are not loaded here"] == 1


def test_an_address_of_the_makers_own_machine_is_no_identifier(tmp_path: Path) -> None:
    report = load(tmp_path, [skill(id="http://localhost:8080/api/skills/1")])
    assert Skill.objects.get().uri == "urn:uuid:11111111-2222-3333-4444-555555555555"
    assert [remark.code for remark in report.remarks] == ["local_address"]


def test_a_collection_and_a_list_of_the_same_skill_give_it_once(tmp_path: Path) -> None:
    one, two = tmp_path / "a.json", tmp_path / "b.json"
    one.write_text(json.dumps({"type": "RichSkillCollection", "name": "C", "skills": [skill()]}))
    two.write_text(json.dumps([skill()]))
    report = IMPORTERS["rsd"].run([one, two], at=NOW)
    assert (Skill.objects.count(), report.total().merged) == (1, 1)


def test_the_csv_of_osmt_is_read_too(tmp_path: Path) -> None:
    heading = "Collection,Skill Name,Skill Category,Contextualized Skill Statement,Keywords,Alignment Title,Alignment"
    load(tmp_path, f"{heading}\n,Read maps,Navigation,Read maps of all scales.,map; scale,,\n", "osmt.csv")
    assert Skill.objects.get().description == "Read maps of all scales."


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        ("{", "broken_json"),
        ("7", "no_skills"),
        ('{"a": 1}', "no_skills"),
        ("[]", "no_skills"),
        ("[" * 50_000, "broken_json"),
        ('["https://skills.example.org/1"]', "no_skills"),
        ('[{"skillName": "", "skillStatement": ""}]', "no_skills"),
    ],
    ids=["empty", "cut off", "a number", "something else", "an empty list", "deep", "addresses only", "nothing said"],
)
def test_a_file_without_any_skill_says_so(tmp_path: Path, content: str, code: str) -> None:
    with pytest.raises(CairnError) as raised:
        load(tmp_path, content)
    assert (raised.value.specific_code, bool(raised.value.remedy)) == (code, True)


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"skillName": None, "skillStatement": None}, "no_name"),
        ({"skillName": "", "id": "https://skills.example.org/x"}, "no_name"),
        ({"skillStatement": "Something else."}, "duplicate"),
        ({"id": "ftp://x/y"}, "local_address"),
        ({"id": "https://skills.example.org/x", "alignments": [{"name": "no address"}]}, "bad_alignment"),
        ({"id": "https://skills.example.org/x", "alignments": [None]}, "bad_alignment"),
    ],
    ids=[
        "no name",
        "statement only",
        "another skill of that identifier",
        "no web address",
        "alignment without",
        "alignment null",
    ],
)
def test_what_is_wrong_with_one_skill_is_told_and_the_others_are_kept(
    tmp_path: Path, broken: dict[str, Any], code: str
) -> None:
    report = load(tmp_path, [skill(), skill(**broken), "no object", skill("Load a van")])
    codes = {remark.code for remark in report.remarks}
    assert {code, "no_object"} <= codes
    assert Skill.objects.filter(name="Load a van").exists()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here (CAIRN_SHARED_DATA)")
def test_the_published_examples_load_whole(tmp_path: Path) -> None:
    report = IMPORTERS["rsd"].run([SHARED / "test", SHARED / "import" / "Skills-Import.csv"], at=NOW)
    total = report.total()
    assert (total.read, total.refused, total.merged) == (126, 0, 5)
    assert Skill.objects.count() == 121
    assert not Skill.objects.filter(uri__contains="localhost").exists()
