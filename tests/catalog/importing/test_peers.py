"""Exports of Badgr, Credly, Moodle and Canvas: definitions come in, awards are counted and stay away, broken ones are told."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.models import Definition, DefinitionVersion
from cairn.errors import CairnError, Invalid
from cairn.skills.importing.report import Report

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

ISSUER = {
    "entityType": "Issuer",
    "entityId": "iss1",
    "openBadgeId": "https://badges.example.org/public/issuers/iss1",
    "name": "Example Makers",
    "url": "https://makers.example.org",
}
BADGE = {
    "entityType": "BadgeClass",
    "entityId": "b1",
    "openBadgeId": "https://badges.example.org/public/badges/b1",
    "issuer": "iss1",
    "issuerOpenBadgeId": ISSUER["openBadgeId"],
    "name": "Soldering",
    "description": "Solders joints.",
    "criteriaUrl": None,
    "criteriaNarrative": "Solder three joints.",
    "tags": ["electronics"],
    "expires": {"amount": 2, "duration": "years"},
    "extensions": {},
    "alignments": [
        {"targetName": "Soldering", "targetUrl": "https://skills.example.org/s", "targetFramework": "Example"}
    ],
}
ASSERTION = {
    "entityType": "Assertion",
    "entityId": "a1",
    "badgeclass": "b1",
    "recipient": {"identity": "x@example.org"},
}
TEMPLATE = {
    "id": "t1",
    "name": "Cloud Basics",
    "description": "Knows clouds.",
    "state": "active",
    "level": "Foundational",
    "cost": "Free",
    "time_to_earn": "Hours",
    "type_category": "Certification",
    "url": "https://credly.example.org/org/x/badge/t1",
    "skills": [{"id": "s", "name": "Cloud"}],
    "badge_template_activities": [{"activity_type": "Assessment", "title": "Pass the exam"}],
    "issuer": {
        "entities": [
            {
                "primary": True,
                "entity": {"id": "o1", "name": "Example Cloud", "vanity_url": "https://cloud.example.org"},
            }
        ]
    },
}
MOODLE = {
    "id": 7,
    "name": "Forum Helper",
    "description": "Helps others.",
    "issuername": "Example School",
    "issuerurl": "https://school.example.org",
    "language": "en",
    "uniquehash": "abc",
    "dateissued": 1,
    "alignment": [{"targetName": "Helping", "targetUrl": "https://skills.example.org/h"}],
}
BACKUP = """<?xml version="1.0" encoding="UTF-8"?><badges><badge id="3"><name>Lab Safety</name><description>Works safely.</description>
<issuername>Example School</issuername><issuerurl>https://school.example.org</issuerurl><language>en</language>
<alignments><alignment id="1"><targetname>Safety</targetname><targeturl>https://skills.example.org/sf</targeturl></alignment></alignments>
<criteria><criterion id="1"><description>&lt;p&gt;Pass the quiz.&lt;/p&gt;</description></criterion></criteria>
<manual_awards><manual_award id="1"><recipientid>5</recipientid></manual_award></manual_awards></badge></badges>"""
COURSE = """<?xml version="1.0"?><course identifier="g1" xmlns="http://canvas.instructure.com/xsd/cccv1p0"><title>Statistics I</title>
<course_code>STAT1</course_code></course>"""


def load(tmp_path: Path, name: str, content: Any, file: str = "export.json") -> Report:
    path = tmp_path / file
    path.write_bytes(
        content
        if isinstance(content, bytes)
        else (content if isinstance(content, str) else json.dumps(content)).encode()
    )
    return IMPORTERS[name].run([path], at=NOW)


def version() -> DefinitionVersion:
    return DefinitionVersion.objects.select_related("definition__provider").get()


def test_badgr_classes_come_with_their_issuer_and_assertions_stay_away(tmp_path: Path) -> None:
    report = load(tmp_path, "badgr", {"status": {"success": True}, "result": [BADGE, ISSUER, ASSERTION]})
    found = version()
    assert (found.title, found.definition.provider.name, found.valid_months, found.definition.type) == (
        "Soldering",
        "Example Makers",
        24,
        "badge",
    )
    assert found.skills_named[0]["name"] == "Soldering"
    assert [number for reason, number in report.skipped.items() if reason.startswith("awards")] == [1]


def test_a_credly_template_keeps_its_level_its_cost_in_words_and_its_skills(tmp_path: Path) -> None:
    load(tmp_path, "credly", {"data": [TEMPLATE], "metadata": {}})
    found = version()
    assert (found.level_text, found.definition.type, found.definition.provider.name) == (
        "Foundational",
        "industry",
        "Example Cloud",
    )
    assert found.offers.get().price_text == "Free"
    assert found.criteria == "- Pass the exam"


def test_issued_credly_badges_give_their_template_once(tmp_path: Path) -> None:
    report = load(
        tmp_path,
        "credly",
        {"data": [{"id": f"i{n}", "issued_to": "Someone", "badge_template": TEMPLATE} for n in range(3)]},
    )
    assert Definition.objects.count() == 1
    assert [number for reason, number in report.skipped.items() if reason.startswith("awards")] == [3]
    assert "Someone" not in str(list(DefinitionVersion.objects.values()))


def test_moodle_badges_come_from_the_web_service_and_from_a_backup(tmp_path: Path) -> None:
    load(tmp_path, "moodle", {"badges": [MOODLE, {**MOODLE, "uniquehash": "def"}], "warnings": []})
    report = load(tmp_path, "moodle", BACKUP, "badges.xml")
    assert sorted(DefinitionVersion.objects.values_list("title", flat=True)) == ["Forum Helper", "Lab Safety"]
    assert DefinitionVersion.objects.get(title="Lab Safety").criteria == "Pass the quiz."
    assert [number for reason, number in report.skipped.items() if reason.startswith("awards")] == [1]


def test_a_canvas_course_export_gives_title_and_code_and_says_what_it_lacks(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "c.imscc", "w") as archive:
        archive.writestr("course_settings/course_settings.xml", COURSE)
        archive.writestr("imsmanifest.xml", "<manifest/>")
    report = IMPORTERS["canvas"].run([tmp_path / "c.imscc"], at=NOW)
    assert version().identifiers == [{"scheme": "course-code", "value": "STAT1"}]
    assert {"no_level", "no_provider"} <= {remark.code for remark in report.remarks}


def test_the_same_export_again_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        report = load(tmp_path, "badgr", [ISSUER, BADGE])
    assert (report.total().created, report.total().updated) == (0, 0)


STOPPED: dict[str, tuple[str, Any, str]] = {
    "empty": ("badgr", "  ", "empty_file"),
    "cut off": ("credly", '{"data": [', "broken_json"),
    "deep": ("moodle", "[" * 50_000, "broken_json"),
    "an error of Badgr": ("badgr", {"status": {"success": False, "description": "denied"}}, "error_answer"),
    "an error of Credly": ("credly", {"data": {"message": "Unauthorized"}}, "error_answer"),
    "an error of Moodle": ("moodle", {"exception": "moodle_exception", "errorcode": "invalidtoken"}, "error_answer"),
    "another XML": ("moodle", "<rss/>", "nothing_found"),
    "broken XML": ("canvas", "<course><title>", "broken_xml"),
    "an XML bomb": ("moodle", '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><badges>&b;</badges>', "broken_xml"),
    "a broken zip": ("canvas", b"PK\x03\x04rest", "broken_file"),
    "a broken backup": ("moodle", b"\x1f\x8b\x08rest", "broken_file"),
    "a picture": ("badgr", b"\x89PNG\x00\x01", "broken_json"),
}


@pytest.mark.parametrize("case", sorted(STOPPED))
def test_a_file_that_is_no_export_says_so_and_writes_nothing(tmp_path: Path, case: str) -> None:
    name, content, code = STOPPED[case]
    with pytest.raises(CairnError) as raised:
        load(tmp_path, name, content)
    assert (raised.value.specific_code, bool(raised.value.remedy)) == (code, True)
    assert not Definition.objects.exists()


ENTRIES: dict[str, tuple[str, Any, str]] = {
    "badgr: no object": ("badgr", "x", "no_object"),
    "badgr: unknown kind": ("badgr", {"entityType": "Backpack"}, "unknown_kind"),
    "badgr: no kind": ("badgr", {"name": "x"}, "unknown_kind"),
    "badgr: issuer without name": ("badgr", {"entityType": "Issuer", "entityId": "q"}, "no_name"),
    "badgr: unknown issuer": (
        "badgr",
        {**BADGE, "openBadgeId": None, "entityId": "b2", "issuer": "q", "issuerOpenBadgeId": None},
        "unknown_issuer",
    ),
    "badgr: no title": ("badgr", {**BADGE, "openBadgeId": "https://badges.example.org/2", "name": None}, "no_title"),
    "badgr: no identifier": ("badgr", {**BADGE, "openBadgeId": None, "entityId": None}, "no_key"),
    "badgr: expiry in words": (
        "badgr",
        {**BADGE, "openBadgeId": "https://badges.example.org/3", "expires": {"amount": "two", "duration": "years"}},
        "bad_expiry",
    ),
    "badgr: the same again with other words": ("badgr", {**BADGE, "name": "Other"}, "duplicate"),
    "badgr: the same again": ("badgr", BADGE, "same_again"),
    "credly: neither template nor badge": ("credly", {"id": "z"}, "unknown_kind"),
    "credly: no object": ("credly", 7, "no_object"),
    "credly: no title": ("credly", {"id": "z", "name": ""}, "no_title"),
    "credly: no identifier": ("credly", {"name": "Z"}, "no_key"),
    "credly: no issuer": ("credly", {"id": "z", "name": "Z"}, "no_provider"),
    "moodle: no object": ("moodle", None, "no_object"),
    "moodle: no title": ("moodle", {"id": 9, "issuername": "X"}, "no_title"),
    "moodle: no identifier": ("moodle", {"name": "Y", "issuername": "X"}, "no_key"),
    "moodle: no issuer": ("moodle", {"id": 9, "name": "Y"}, "no_provider"),
}
SOUND = {"badgr": [ISSUER, BADGE], "credly": [TEMPLATE], "moodle": [MOODLE]}


@pytest.mark.parametrize("case", sorted(ENTRIES))
def test_a_broken_entry_is_told_and_the_others_are_kept(tmp_path: Path, case: str) -> None:
    name, entry, code = ENTRIES[case]
    report = load(tmp_path, name, [*SOUND[name], entry])
    assert code in {remark.code for remark in report.remarks}
    assert DefinitionVersion.objects.filter(title__in=["Soldering", "Cloud Basics", "Forum Helper"]).exists()


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_a_packed_backup_of_moodle_is_read_and_nothing_else_in_it(tmp_path: Path, kind: str) -> None:
    packed = io.BytesIO()
    content = BACKUP.encode() if isinstance(BACKUP, str) else BACKUP
    if kind == "tar":
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            for name, inside in (
                ("files/film.bin", b"\x00" * 100_000),
                ("../badges.xml", b"<bad/>"),
                ("badges.xml", content),
            ):
                info = tarfile.TarInfo(name)
                info.size = len(inside)
                archive.addfile(info, io.BytesIO(inside))
    else:
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("badges.xml", content)
    plain = load(tmp_path, "moodle", BACKUP, "badges.xml").total().read
    (tmp_path / "course.mbz").write_bytes(packed.getvalue())
    report = IMPORTERS["moodle"].run([tmp_path / "course.mbz"], at=NOW, dry_run=True)
    assert report.total().read == plain > 0


def test_a_backup_without_badges_says_how_to_make_one_with(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("moodle_backup.xml"), io.BytesIO(b""))
    (tmp_path / "course.mbz").write_bytes(packed.getvalue())
    with pytest.raises(Invalid, match="holds no badges"):
        IMPORTERS["moodle"].run([tmp_path / "course.mbz"], at=NOW)


def test_badge_classes_of_the_first_badgr_api_come_with_their_issuer(tmp_path: Path) -> None:
    """The shape of badgr-server's ``BadgeClassSerializerV1`` and ``IssuerSerializerV1``."""
    own = "https://badges.example.org/public"
    issuer = {
        "slug": "iss1",
        "name": "Example Makers",
        "url": "https://makers.example.org",
        "json": {"type": "Issuer", "id": f"{own}/issuers/iss1"},
    }
    badge = {
        "id": 7, "slug": "b1", "name": "Soldering", "description": "Solders joints.",
        "issuer": "https://badges.example.org/v1/issuer/issuers/iss1",
        "criteria_text": "Solder three joints.", "criteria_url": None, "tags": ["electronics"],
        "expires": {"amount": 2, "duration": "years"},
        "alignment": [{"target_name": "Soldering", "target_url": "https://skills.example.org/s"}],
        "json": {"type": "BadgeClass", "id": f"{own}/badges/b1", "issuer": f"{own}/issuers/iss1"},
    }  # fmt: skip
    path = tmp_path / "badges.json"
    path.write_text(json.dumps([issuer, badge]))
    IMPORTERS["badgr"].run([path], at=NOW)
    found = DefinitionVersion.objects.get()
    assert (found.title, found.criteria, found.valid_months) == ("Soldering", "Solder three joints.", 24)
    assert found.definition.provider.name == "Example Makers"


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("credly", "Badge Template ID,Recipient Email,Issuer Earner ID,First Name,Last Name,Issued At"),
        ("badgr", '"Badge Class ID","Identifier","First Name","Last Name","Narrative","Evidence URL"'),
    ],
)
def test_a_list_of_awards_is_told_from_a_list_of_badges(tmp_path: Path, name: str, heading: str) -> None:
    path = tmp_path / "awards.csv"
    path.write_text(f"\ufeff{heading}\r\n1,2,3,4,5,6\r\n")
    with pytest.raises(Invalid) as refusal:
        IMPORTERS[name].run([path], at=NOW)
    assert refusal.value.specific_code == "awards"
    assert not Definition.objects.exists()
