"""Any crosswalk: skills and occupations are linked by identifier or code, with a kind and a confidence where the table states them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cairn.errors import Invalid, RequirementsUnmet
from cairn.skills import index
from cairn.skills.importing import IMPORTERS
from cairn.skills.importing.report import Report
from cairn.skills.matches import matches_of
from cairn.skills.models import Framework, Occupation, OccupationLink, Skill, SkillLink

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, tzinfo=UTC)
SKILL = "http://data.europa.eu/esco/skill/1"
JOB = "http://data.europa.eu/esco/occupation/1"


@pytest.fixture(autouse=True)
def frameworks() -> None:
    index._READY.clear()
    esco, onet = (
        Framework.objects.create(slug=slug, name=slug.upper(), version="1", publisher="P", licence="L")
        for slug in ("esco", "onet")
    )
    Skill.objects.create(framework=esco, uri=SKILL, name="weld metal", kind="skill")
    Skill.objects.create(
        framework=onet, uri="https://onet.example/2.B.3", code="2.B.3", name="Installation", kind="skill"
    )
    Occupation.objects.create(framework=esco, uri=JOB, code="7212.1", title="welder")
    Occupation.objects.create(framework=onet, uri="https://onet.example/51-4121.00", code="51-4121.00", title="Welders")


def load(folder: Path, text: str, name: str = "crosswalk.csv", feed: str = "") -> Report:
    (folder / name).write_text(text, encoding="utf-8")
    return IMPORTERS["crosswalk"].run([folder / name], at=AT, feed=feed)


def test_two_columns_link_skills_as_close_and_no_more(tmp_path: Path) -> None:
    report = load(tmp_path, f"source,target\n2.B.3,{SKILL}\n")
    link = SkillLink.objects.get()
    assert (link.source.code, link.target.uri, link.relation, link.confidence) == ("2.B.3", SKILL, "close", None)
    assert "linked as close" in report.notes[-1]


@pytest.mark.parametrize(
    ("told", "relation"),
    [("exactMatch", "same"), ("skos:closeMatch", "close"), ("http://www.w3.org/2004/02/skos/core#broadMatch", "broader"),
     ("narrow match", "narrower"), ("Equivalent", "same")],
)  # fmt: skip
def test_the_kind_is_read_as_skos_and_in_words(tmp_path: Path, told: str, relation: str) -> None:
    load(tmp_path, f"from;to;kind;confidence\n2.B.3;{SKILL};{told};85 %\n")
    link = SkillLink.objects.get()
    assert (link.relation, link.confidence) == (relation, Decimal("0.85"))


def test_the_commissions_files_are_read_below_their_preamble(tmp_path: Path) -> None:
    preamble = "".join(f'"About this file, line {number}",,,,,,\n' for number in range(16))
    head = "O*NET Id,O*NET Title,O*NET Description,ESCO or ISCO URI,ESCO or ISCO Title,ESCO or ISCO Description,Type of Match\n"
    rows = (f"51-4121.00,Welders,Text,{JOB},welder,Text,exactMatch\n"
            "51-4121.00,Welders,Text,http://data.europa.eu/esco/isco/C7212,Welders,Text,broadMatch\n")  # fmt: skip
    report = load(tmp_path, preamble + head + rows, "ONET_(Occupations)_0_updated.csv")
    link = OccupationLink.objects.get()
    assert (link.source.code, link.target.uri, link.kind) == ("51-4121.00", JOB, "the same")
    assert report.skipped == {"rows that name groups of ISCO, which are no occupations of a framework here": 1}


def test_what_cannot_be_linked_is_told_row_by_row(tmp_path: Path) -> None:
    rows = [f"2.B.3,{SKILL},exact,0.9", "9.Z.9,nowhere,exact,1", f"2.B.3,{SKILL},sort of,1", f"2.B.3,{JOB},exact,1",
            f"{SKILL},{SKILL},exact,1", f",{SKILL},exact,1", f"2.B.3,{SKILL},relatedMatch,1"]  # fmt: skip
    report = load(tmp_path, "source,target,kind,confidence\n" + "\n".join(rows) + "\n")
    assert [(one.row, one.code) for one in report.remarks] == [
        (3, "unknown_identifier"), (4, "unknown_kind"), (5, "no_pair"), (6, "no_pair"), (7, "no_pair"),
    ]  # fmt: skip
    assert SkillLink.objects.count() == 1


def test_a_confidence_that_is_none_is_left_out_and_told(tmp_path: Path) -> None:
    report = load(tmp_path, f"source,target,confidence\n2.B.3,{SKILL},high\n")
    assert [one.code for one in report.remarks] == ["not_a_confidence"]
    assert SkillLink.objects.get().confidence is None


def test_matching_shows_it_as_a_crosswalk_with_its_confidence(tmp_path: Path) -> None:
    load(tmp_path, f"source,target,kind,confidence\n2.B.3,{SKILL},closeMatch,0.4\n", feed="Our crosswalk")
    skill = Skill.objects.get(code="2.B.3")
    (match,) = matches_of([skill.pk])[skill.pk]
    assert (match.skill.uri, match.kind, match.relation, match.confidence) == (SKILL, "crosswalk", "close", 0.4)
    assert "Our crosswalk" in match.why
    assert not match.counts


def test_again_changes_nothing_and_a_new_kind_is_taken_over(tmp_path: Path) -> None:
    load(tmp_path, f"source,target,kind\n2.B.3,{SKILL},close\n")
    assert load(tmp_path, f"source,target,kind\n2.B.3,{SKILL},close\n").total().unchanged == 1
    assert load(tmp_path, f"source,target,kind\n2.B.3,{SKILL},exact\n").total().updated == 1


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "source,target\nx,y\n"], ids=["columns", "rows"])
def test_a_table_that_links_nothing_is_refused_whole(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid):
        load(tmp_path, text)
    assert not SkillLink.objects.exists()


def test_without_frameworks_it_says_what_to_import_first(tmp_path: Path) -> None:
    Skill.objects.all().delete()
    Occupation.objects.all().delete()
    with pytest.raises(RequirementsUnmet, match="no skills"):
        load(tmp_path, "source,target\n1,2\n")
