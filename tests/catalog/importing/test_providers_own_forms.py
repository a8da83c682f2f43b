"""Files as providers, registers and tools really write them: capital headings, zips, pages of answers, schedules, validity in seconds."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.importing.catalogues import ctdl, elm
from tests.catalog.importing.test_broken_exports import SOUND
from tests.catalog.importing.test_peers import BACKUP, BADGE, ISSUER, MOODLE
from tests.catalog.importing.test_unseen_files import course, run

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.words import money
from cairn.catalog.models import Definition, DefinitionVersion, Offer
from cairn.catalog.register_models import Register, RegisterEntry, RegisterStatement
from cairn.errors import Invalid
from cairn.skills.importing import unpacking
from cairn.skills.models import Skill

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
UNIVERSITY = {"name": "Delta University", "domains": ["delta.example"], "web_pages": ["https://delta.example/"],
              "alpha_two_code": "NL", "country": "Netherlands"}  # fmt: skip
ZIPPED: dict[str, Any] = {name: one for name, one in SOUND.items() if name != "canvas"} | {
    "university-domains": [UNIVERSITY]
}


def zipped(**files: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return out.getvalue()


def written(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", sorted(ZIPPED))
def test_an_export_in_a_zip_is_read_whatever_path_the_zip_gives_it(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, "export.zip", zipped(**{"../../up/export.json": ZIPPED[name], "note.md": "no"}))
    report = IMPORTERS[name].run([path], at=AT)
    assert report.remarks == []
    assert Definition.objects.exists() or Skill.objects.exists() or RegisterEntry.objects.exists()
    assert not (tmp_path.parent.parent / "up").exists()
    again = IMPORTERS[name].run([path], at=AT).total()
    assert (again.created, again.updated) == (0, 0)


def test_a_zip_that_cannot_be_used_is_called_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "LARGEST_MEMBER", 1_000_000)
    whole = zipped(**{"export.json": SOUND["case"]})
    zips = {
        "other zips only": zipped(**{"in.zip": whole}),
        "no file that ends in .json": zipped(**{"note.md": "no"}),
        "more than can be read": zipped(**{"export.json": b" " * 3_000_000}),
        "damaged, locked or breaks off": whole[:-30],
    }
    for number, (told, content) in enumerate(zips.items()):
        with pytest.raises(Invalid, match=told) as refusal:
            IMPORTERS["case"].run([written(tmp_path, f"{number}.zip", content)], at=AT)
        assert f"“{number}.zip”" in refusal.value.message
        assert refusal.value.remedy
    for content, code in ((zips["other zips only"], "nested_zip"), (zipped(**{"note.md": "no"}), "nothing_in_zip")):
        with pytest.raises(Invalid) as refusal:
            IMPORTERS["ctdl"].run([written(tmp_path, "c.zip", content)], at=AT)
        assert refusal.value.specific_code == code


def test_pages_of_an_answer_in_one_list_are_all_read(tmp_path: Path) -> None:
    other = {**BADGE, "entityId": "b2", "openBadgeId": "https://badges.example.org/public/badges/b2", "name": "Etching"}
    run("badgr", tmp_path, pages__json=[{"result": [ISSUER, BADGE]}, {"result": [other]}])
    assert Definition.objects.count() == 2


HEADING = "UNITID,INSTNM,CITY,STABBR,OPEID,WEBADDR,SECTOR,ICLEVEL,CONTROL,CYACTIVE,CLOSEDAT\n"
INSTITUTIONS = (
    "DapipId,OpeId,IpedsUnitIds,LocationName,ParentName,ParentDapipId,LocationType,Address,GeneralPhone,UpdateDate\n"
    '1,"00100200","100654",Example A&M,-,-,Institution,"1 A Street, Normal, AL 35762",2565551111,06/03/2024\n'
)
RECORDS = (
    "DapipId,AgencyId,AgencyName,ProgramId,ProgramName,AccreditationDate,AccreditationStatus,ReviewDate,AccreditationEndDate\n"
    "1,66,Example Commission,1,Institutional Accreditation,12/01/1963,Accredited,6/1/2029,\n"
)


def test_the_directory_of_ipeds_is_read_with_the_capital_headings_it_is_published_with(tmp_path: Path) -> None:
    row = '100654,"Example A & M University","Normal","AL","00100200","www.aamu.example/",1,1,1,1,"-2"\n'
    IMPORTERS["ipeds"].run([written(tmp_path, "hd2023.csv", (HEADING + row).encode())], at=AT)
    entry = RegisterEntry.objects.get()
    assert (entry.key, entry.name, entry.city) == ("100654", "Example A & M University", "Normal")


def test_every_table_in_the_zip_of_a_register_is_read_and_one_that_does_not_fit_is_told(tmp_path: Path) -> None:
    actions = "DapipId,AgencyName,ActionDescription\n1,Example Commission,Warning\n"
    files = {
        "InstitutionCampus.csv": INSTITUTIONS,
        "AccreditationRecords.csv": RECORDS,
        "AccreditationActions.csv": actions,
    }
    report = IMPORTERS["dapip"].run([written(tmp_path, "Accreditation.zip", zipped(**files))], at=AT)
    assert [(remark.file, remark.code) for remark in report.remarks] == [("AccreditationActions.csv", "wrong_column")]
    assert (RegisterEntry.objects.count(), RegisterStatement.objects.count()) == (1, 1)
    assert Register.objects.get().as_of == "2024", "the latest day in it says of when it is"


def test_a_heading_in_other_capitals_is_known_by_the_name_the_format_gives_it(tmp_path: Path) -> None:
    path = written(tmp_path, "rsd.csv", b"SKILL NAME,CONTEXTUALIZED SKILL STATEMENT\nPlan,Plan a route by map.\n")
    IMPORTERS["rsd"].run([path], at=AT)
    assert Skill.objects.get().description == "Plan a route by map."


@pytest.mark.parametrize(
    ("value", "code", "minor"),
    [
        ("1 234,50 €", "EUR", 123450), ("1.234,50", "EUR", 123450), ("12,50", "EUR", 1250), ("1,234", "USD", 123400), (420.0, "USD", 42000),
        ({"@value": "99.99000000000001"}, "USD", 9999), ("$99", "USD", 9900), (True, "USD", None), ("", "USD", None), (0, "JPY", 0),
    ],
)  # fmt: skip
def test_prices_in_documents_are_read_as_people_write_them(value: Any, code: str, minor: int | None) -> None:
    assert money(value, code) == minor


@pytest.mark.parametrize("value", ["0.001", 1.999, "1.234", "€99", "99 EUR and more", "-1", "1e3", "9" * 50, [5]])
def test_a_price_that_is_none_or_not_exact_is_never_rounded_into_one(value: Any) -> None:
    with pytest.raises(ValueError, match=r"is not|smaller part|less than nothing|more than"):
        money(value, "USD")


def test_meetings_of_a_schedule_are_added_up_and_a_price_may_name_its_own_currency(tmp_path: Path) -> None:
    weekly = {"duration": "PT3H", "repeatFrequency": "Weekly", "repeatCount": 6, "startDate": "2026-09-01"}
    told: dict[str, Any] = {"hasCourseInstance": {"courseMode": "Onsite", "courseSchedule": weekly}}
    run("schema-org", tmp_path, a__json=course(offers={"price": "1 234,50 €", "category": "Paid"}, **told))
    offer = Offer.objects.get()
    assert (offer.hours, offer.weeks, offer.duration_text) == (Decimal(18), 6, "6 times 3 hours, weekly")
    assert (offer.price_total, offer.currency) == (123450, "EUR")


def test_moodle_says_in_seconds_how_long_a_badge_is_valid_and_archived_ones_stay_away(tmp_path: Path) -> None:
    report = run(
        "moodle", tmp_path, a__json={"badges": [MOODLE | {"expireperiod": 63_072_000}, MOODLE | {"id": 8, "status": 4}]}
    )
    assert DefinitionVersion.objects.get().valid_months == 24
    assert report.skipped["badges that are archived at their source"] == 1
    one = BACKUP.replace('<manual_award id="1"><recipientid>5</recipientid></manual_award>', "")
    written(tmp_path, "badges.xml", one.encode())
    assert not any("awards" in reason for reason in IMPORTERS["moodle"].run([tmp_path / "badges.xml"], at=AT).skipped)


def test_ctdl_keeps_identifiers_of_any_scheme_and_says_which_programmes_are_degrees(tmp_path: Path) -> None:
    named = {
        "ceterms:identifier": [
            {"ceterms:identifierTypeName": {"en-US": "Program code"}, "ceterms:identifierValueCode": "P-7"},
            5,
        ]
    }
    degree = [{"ceterms:targetNode": "audLevel:BachelorsDegreeLevel"}]
    documents = [
        ctdl(1, **{"@type": "ceterms:LearningProgram"}, **named),
        ctdl(2, **{"@type": "ceterms:LearningProgram", "ceterms:audienceLevelType": degree}),
        ctdl(
            3,
            **{
                "ceterms:isProctored": [True],
                "ceterms:requires": [{"ceterms:targetAssessment": [{"ceterms:isProctored": {}}]}],
            },
        ),
    ]
    run("ctdl", tmp_path, a__json=documents)
    assert list(Definition.objects.order_by("pk").values_list("type", flat=True)) == ["programme", "", "certificate"]
    assert {"scheme": "Program code", "value": "P-7"} in DefinitionVersion.objects.get(title="Welding 1").identifiers


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("elm", elm(1, learningOutcome=[elm(2)])),
        ("schema-org", course(hasPart=[{"@type": "Course", "name": "Part", "url": "https://x.example/1"}])),
    ],
)  # fmt: skip
def test_parts_of_a_record_that_breaks_off_are_never_taken_for_records(
    name: str, document: Any, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="It is no whole JSON: it breaks at line 1, column"):
        run(name, tmp_path, a__json=json.dumps(document).encode()[:-1])
    assert not Definition.objects.exists()


def test_a_graph_that_breaks_off_is_read_up_to_there_also_behind_a_list_of_contexts(tmp_path: Path) -> None:
    whole = json.dumps({"@context": ["https://credreg.net/ctdl/schema/context/json", {}], "@graph": [ctdl(1), ctdl(2)]})
    report = run("ctdl", tmp_path, a__json=whole[:-40].encode())
    (remark,) = report.remarks
    assert "; the 1 before it are read." in remark.message
    assert DefinitionVersion.objects.get().title == "Welding 1"


def test_a_cell_that_is_too_long_and_a_letter_that_is_none_are_told_as_what_they_are(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = csv.field_size_limit(131_072)  # one of the whole process
    request.addfinalizer(lambda: csv.field_size_limit(before))
    rows = f"Skill Name,Contextualized Skill Statement\nPlan,Plan a route.\nLong,{'y' * 140_000}\nNul,Read\0 a map.\n"
    report = IMPORTERS["rsd"].run([written(tmp_path, "rsd.csv", rows.encode())], at=AT)
    told = [remark.sentence() for remark in report.remarks]
    assert [remark.row for remark in report.remarks] == [3, 4]
    assert "A cell has more than 131,072 letters (line 3). Shorten it" in told[0]
    assert "(NUL) (line 4). Take it out" in told[1]
    assert Skill.objects.count() == 1
