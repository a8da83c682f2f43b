"""The importers of skills and occupations, on small files in the official formats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cairn.errors import Invalid, NotFound, RequirementsUnmet
from cairn.skills.importing import IMPORTERS, Report
from cairn.skills.models import FieldOfStudyLink, Framework, Occupation, OccupationLink, OccupationNeed, Skill, Wage

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, tzinfo=UTC)
CODE = "O*NET-SOC Code"
RATING = (
    CODE,
    "Element ID",
    "Element Name",
    "Scale ID",
    "Data Value",
    "Standard Error",
    "Recommend Suppress",
    "Not Relevant",
)
ESCO_NURSE = "http://data.europa.eu/esco/occupation/nurse"


def write(path: Path, *rows: Sequence[str], separator: str = "\t") -> None:
    path.write_text("\n".join(separator.join(row) for row in rows) + "\n", encoding="utf-8")


@pytest.fixture
def onet(tmp_path: Path) -> Path:
    folder = tmp_path / "onet"
    folder.mkdir()
    write(folder / "Read Me.txt", ["O*NET 29.2 Database"])
    write(
        folder / "Occupation Data.txt",
        [CODE, "Title"],
        ["29-1141.00", "Registered Nurses"],
        ["15-1254.00", "Web Developers"],
    )
    write(folder / "Job Zones.txt", [CODE, "Job Zone"], ["29-1141.00", "3"], ["15-1254.00", "9"])
    write(
        folder / "Alternate Titles.txt", [CODE, "Alternate Title"],
        ["29-1141.00", "Staff Nurse"], ["29-1141.00", "Ward Nurse"], ["29-1141.00", "Staff Nurse"],
    )  # fmt: skip
    write(
        folder / "Skills.txt", RATING,
        ["29-1141.00", "2.B.1.f", "Service Orientation", "IM", "4.25", "0.16", "N", ""],
        ["29-1141.00", "2.B.1.f", "Service Orientation", "LV", "4.12", "0.13", "N", "N"],
        ["29-1141.00", "2.B.3.e", "Programming", "IM", "1.12", "0.13", "Y", ""],
        ["29-1141.00", "2.B.3.e", "Programming", "LV", "0.12", "0.13", "N", "Y"],
        ["15-1254.00", "2.B.3.e", "Programming", "IM", "4.00", "", "", ""],
        ["15-1254.00", "2.B.3.e", "Programming", "LV", "7.5", "0.1", "N", "N"],
        ["99-9999.00", "2.B.3.e", "Programming", "IM", "4.00", "0.1", "N", ""],
    )  # fmt: skip
    write(
        folder / "Technology Skills.txt", [CODE, "Example", "Commodity Code", "Hot Technology", "In Demand"],
        ["15-1254.00", "JavaScript", "43232405", "Y", "Y"], ["15-1254.00", "JavaScript", "43232406", "Y", "N"],
    )  # fmt: skip
    return folder


@pytest.fixture
def esco(tmp_path: Path) -> Path:
    folder = tmp_path / "esco_1.1.1"
    folder.mkdir()
    write(
        folder / "skills_en.csv", ["conceptUri", "skillType", "preferredLabel", "altLabels", "status"],
        ["urn:s:1", "skill/competence", "provide care", '"give care\nprovide care"', "released"],
        ["urn:s:2", "knowledge", "anatomy", "", "released"], ["urn:s:3", "knowledge", "alchemy", "", "obsolete"], separator=",",
    )  # fmt: skip
    write(
        folder / "occupations_en.csv", ["conceptUri", "preferredLabel", "code", "altLabels", "status"],
        [ESCO_NURSE, "nurse responsible for general care", "2221.1", "", "released"], separator=",",
    )  # fmt: skip
    write(
        folder / "occupationSkillRelations.csv", ["occupationUri", "relationType", "skillType", "skillUri"],
        [ESCO_NURSE, "essential", "skill/competence", "urn:s:1"], [ESCO_NURSE, "optional", "knowledge", "urn:s:2"],
        ["urn:o:unknown", "essential", "knowledge", "urn:s:2"], [ESCO_NURSE, "perhaps", "knowledge", "urn:s:2"], separator=",",
    )  # fmt: skip
    return folder


def run(name: str, path: Path, **options: Any) -> Report:
    return IMPORTERS[name].run([path], at=AT, **options)


def codes(report: Report) -> list[str]:
    return [remark.code for remark in report.remarks]


def test_onet_gives_importance_and_level_with_their_errors(onet: Path) -> None:
    run("onet", onet)
    need = OccupationNeed.objects.get(occupation__code="29-1141.00", skill__name="Service Orientation")
    assert (need.importance, need.importance_error, need.level, need.level_error) == (
        Decimal("4.25"), Decimal("0.16"), Decimal("4.12"), Decimal("0.13"),
    )  # fmt: skip
    nurse = Occupation.objects.get(code="29-1141.00")
    assert (nurse.soc, nurse.job_zone, nurse.alt_titles) == ("29-1141", 3, ["Staff Nurse", "Ward Nurse"])
    framework = Framework.objects.get(slug="onet")
    assert framework.version == "29.2"
    assert "29.2" in framework.attribution


def test_onet_estimates_that_should_be_suppressed_are_not_stored(onet: Path) -> None:
    report = run("onet", onet)
    assert not OccupationNeed.objects.filter(occupation__code="29-1141.00", skill__name="Programming").exists()
    assert report.skipped == {
        "estimates that O*NET recommends to suppress": 1,
        "levels of what most people asked called not relevant": 1,
    }


def test_onet_values_off_their_scale_and_unknown_occupations_are_refused_and_the_rest_kept(onet: Path) -> None:
    report = run("onet", onet)
    assert sorted(codes(report)) == ["not_a_zone", "off_scale", "unknown_occupation"]
    programming = OccupationNeed.objects.get(occupation__code="15-1254.00", skill__name="Programming")
    assert (programming.importance, programming.importance_error, programming.level) == (Decimal(4), None, None)


def test_a_technology_listed_twice_is_one_need_and_in_demand_if_either_says_so(onet: Path) -> None:
    run("onet", onet)
    need = OccupationNeed.objects.get(skill__kind=Skill.Kind.TECHNOLOGY)
    assert (need.skill.name, need.in_demand, need.importance) == ("JavaScript", True, None)


@pytest.mark.parametrize("name", ["onet", "esco"])
def test_importing_again_changes_nothing(name: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(name)
    first = run(name, path).total()
    again = run(name, path).total()
    assert first.created > 0
    assert (again.created, again.updated, again.unchanged) == (0, 0, first.created)


def test_a_changed_value_is_updated_and_counted(onet: Path) -> None:
    run("onet", onet)
    text = (onet / "Skills.txt").read_text(encoding="utf-8").replace("\t4.25\t", "\t4.5\t")
    (onet / "Skills.txt").write_text(text, encoding="utf-8")
    report = run("onet", onet)
    assert report.tables["needs"].updated == 1
    assert OccupationNeed.objects.get(skill__name="Service Orientation").importance == Decimal("4.5")


def test_a_dry_run_tells_everything_and_writes_nothing(onet: Path) -> None:
    report = run("onet", onet, dry_run=True)
    assert report.dry_run
    assert report.total().created > 0
    assert not Framework.objects.exists()
    assert not Occupation.objects.exists()


def test_progress_is_told_while_it_runs(onet: Path) -> None:
    seen: list[str] = []

    def note(what: str, done: int, total: int | None) -> None:
        seen.append(what)

    run("onet", onet, progress=note)
    assert "needs" in seen


def test_onet_without_its_main_file_writes_nothing_and_says_which_one_is_missing(onet: Path) -> None:
    (onet / "Occupation Data.txt").unlink()
    with pytest.raises(NotFound, match="Occupation Data"):
        run("onet", onet)
    assert not Framework.objects.exists()


def test_onet_without_a_lesser_file_loads_the_rest_and_says_so(onet: Path) -> None:
    (onet / "Technology Skills.txt").unlink()
    report = run("onet", onet)
    assert any("Technology Skills" in note for note in report.notes)
    assert Occupation.objects.count() == 2


def test_esco_gives_essential_and_optional_skills(esco: Path) -> None:
    report = run("esco", esco)
    needs = dict(OccupationNeed.objects.values_list("skill__name", "essential"))
    assert needs == {"provide care": True, "anatomy": False}
    assert Skill.objects.get(uri="urn:s:1").alt_labels == ["give care"]
    assert sorted(codes(report)) == ["unknown_occupation", "unknown_relation"]
    assert report.skipped == {"skills that ESCO does not list as released": 1}
    assert Framework.objects.get(slug="esco").version == "1.1.1"


def test_wages_marked_as_not_published_become_none_and_those_at_the_top_become_a_bound(tmp_path: Path) -> None:
    heading = [
        "AREA_TITLE",
        "OCC_CODE",
        "OCC_TITLE",
        "O_GROUP",
        "TOT_EMP",
        "A_MEAN",
        "A_PCT10",
        "A_PCT25",
        "A_MEDIAN",
        "A_PCT75",
        "A_PCT90",
    ]
    write(
        tmp_path / "national_M2024_dl.csv", heading,
        ["U.S.", "29-1141", "Registered Nurses", "detailed", "3282010", "98430", "66030", "78610", "93600", "107960", "135320"],
        ["U.S.", "29-1210", "Physicians", "broad", "**", "#", "*", "*", "#", "#", "#"],
        ["U.S.", "29-1210", "Physicians", "detailed", "**", "#", "68310", "*", "#", "#", "#"],
        ["U.S.", "27-2011", "Actors", "detailed", "57000", "*", "*", "*", "*", "*", "*"],
        ["U.S.", "29-0000", "Healthcare", "major", "1", "1", "1", "1", "1", "1", "1"],
        ["U.S.", "nurses", "Nurses", "detailed", "1", "1", "1", "1", "1", "1", "1"],
        ["U.S.", "29-1142", "Other nurses", "detailed", "some", "1", "1", "1", "1", "1", "1"], separator=",",
    )  # fmt: skip
    report = run("oews", tmp_path / "national_M2024_dl.csv")
    nurses, physicians = Wage.objects.get(soc="29-1141"), Wage.objects.get(soc="29-1210")
    assert (nurses.year, nurses.area, nurses.median, nurses.top_coded) == (2024, "U.S.", 93600, [])
    assert (physicians.employment, physicians.p10, physicians.p25, physicians.median) == (None, 68310, None, 239200)
    assert physicians.top_coded == ["mean", "median", "p75", "p90"]
    assert Wage.objects.get(soc="27-2011").median is None
    assert sorted(codes(report)) == ["not_a_code", "not_a_number"]


def test_a_wage_file_without_a_year_in_its_name_is_refused(tmp_path: Path) -> None:
    heading = [
        "AREA_TITLE",
        "OCC_CODE",
        "O_GROUP",
        "TOT_EMP",
        "A_MEAN",
        "A_PCT10",
        "A_PCT25",
        "A_MEDIAN",
        "A_PCT75",
        "A_PCT90",
    ]
    write(tmp_path / "wages.csv", heading, ["U.S.", "29-1141", "detailed", *["1"] * 7], separator=",")
    with pytest.raises(Invalid, match="does not say which year"):
        run("oews", tmp_path / "wages.csv")


def test_the_crosswalk_links_what_is_loaded_and_refuses_codes_no_longer_in_use(
    tmp_path: Path, onet: Path, esco: Path
) -> None:
    path = tmp_path / "esco_onet_crosswalk_Nov2020.csv"
    write(
        path, ["onet_code", "onet_occupation", "confidence", "concept_uri"], ["29-1141.00", "registered nurses", "2.0", ESCO_NURSE],
        ["29-1111.00", "registered nurses", "2.0", ESCO_NURSE], separator=",",
    )  # fmt: skip
    with pytest.raises(RequirementsUnmet, match="ESCO"):
        run("crosswalk-esco-onet", path)
    run("onet", onet)
    run("esco", esco)
    report = run("crosswalk-esco-onet", path)
    link = OccupationLink.objects.get()
    assert (link.source.uri, link.target.code, link.kind) == (ESCO_NURSE, "29-1141.00", "confidence 2 of 2")
    assert codes(report) == ["unknown_occupation"]


def test_fields_of_study_without_an_occupation_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "soc2018_cip2020_crosswalk.csv"
    write(
        path, ["SOC2018Code", "CIP2020Code", "CIP2020Title"], ["29-1141", "51.3801", "Registered Nursing."],
        ["99-9999", "53.0203", "Certificate."], ["nurse", "51.3801", "x"], separator=",",
    )  # fmt: skip
    report = run("crosswalk-cip-soc", path)
    assert list(FieldOfStudyLink.objects.values_list("cip", "cip_title", "soc")) == [
        ("51.3801", "Registered Nursing", "29-1141")
    ]
    assert codes(report) == ["not_a_code"]


def test_an_old_code_is_taken_by_its_title_and_a_lost_one_refused(tmp_path: Path, onet: Path) -> None:
    path = tmp_path / "in_demand_socs.csv"
    write(
        path,
        ["SOC", "OCCUPATIONTITLE"],
        ["15-1134", "Web Developers"],
        ["15-1132", "Software Developers"],
        separator=",",
    )
    with pytest.raises(RequirementsUnmet):
        run("in-demand", path)
    run("onet", onet)
    report = run("in-demand", path)
    assert list(Occupation.objects.filter(in_demand=True).values_list("code", flat=True)) == ["15-1254.00"]
    assert [(each.kind, each.code) for each in report.remarks] == [
        ("repaired", "old_code"),
        ("refused", "unknown_code"),
    ]
    write(path, ["SOC", "OCCUPATIONTITLE"], ["29-1141", "Registered Nurses"], separator=",")
    run("in-demand", path)
    assert list(Occupation.objects.filter(in_demand=True).values_list("code", flat=True)) == ["29-1141.00"]


def test_the_official_files_load_with_the_counts_they_are_known_for(shared_data: Path) -> None:
    run("onet", shared_data / "onet_29.2" / "Occupation Data.xlsx")
    assert Occupation.objects.count() == 1016
    assert Framework.objects.get(slug="onet").version == "29.2"
    esco = run("esco", shared_data / "esco_1.1.1")
    assert (esco.tables["skills"].created, esco.tables["occupations"].created, esco.tables["needs"].created) == (
        13896,
        3007,
        123788,
    )
    assert {(each.code, each.file) for each in esco.remarks} == {("unknown_occupation", "occupationSkillRelations.csv")}
    assert esco.total().refused == 67
    crosswalks = shared_data / "crosswalks"
    links = run("crosswalk-esco-onet", crosswalks / "esco_onet_crosswalk_Nov2020.csv").tables["links"]
    assert (links.read, links.created, links.refused) == (1680, 1354, 326)
    fields = run("crosswalk-cip-soc", crosswalks / "soc2018_cip2020_crosswalk.csv").tables["links"]
    assert (fields.read, fields.created, fields.refused) == (6093, 5899, 0)
    wages = run("oews", shared_data / "oews_2024").tables["wages"]
    assert (wages.read, wages.created, wages.refused) == (1403, 1279, 0)
    demand = run("in-demand", shared_data / "nj_etpl" / "in_demand_socs.csv").tables["occupations"]
    assert (demand.read, demand.updated, demand.repaired, demand.refused) == (109, 128, 6, 5)


def test_esco_keeps_hidden_names_descriptions_and_what_is_broader(esco: Path) -> None:
    write(
        esco / "skills_en.csv", ["conceptUri", "skillType", "preferredLabel", "altLabels", "hiddenLabels", "description", "status"],
        ["urn:s:1", "skill/competence", "provide care", "", '"care\ncaring"', "Look after  people.", "released"], separator=",",
    )  # fmt: skip
    write(
        esco / "broaderRelationsSkillPillar.csv", ["conceptType", "conceptUri", "broaderType", "broaderUri"],
        ["Skill", "urn:s:1", "SkillGroup", "urn:g:2"], ["Skill", "urn:s:1", "SkillGroup", "urn:g:1"], separator=",",
    )  # fmt: skip
    run("esco", esco)
    skill = Skill.objects.get(uri="urn:s:1")
    assert (skill.hidden_labels, skill.description) == (["care", "caring"], "Look after people.")
    assert skill.broader == ["urn:g:1", "urn:g:2"]
    assert run("esco", esco).tables["skills"].unchanged == 1
