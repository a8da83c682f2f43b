"""Files of other releases than those bundled: names and columns that changed from year to year."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cairn.errors import Invalid
from cairn.skills.importing import IMPORTERS, Report
from cairn.skills.models import Occupation, OccupationNeed, Skill, Wage

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
FIGURES = "tot_emp,a_mean,a_pct10,a_pct25,a_median,a_pct75,a_pct90"


def load(importer: str, folder: Path, files: dict[str, str]) -> Report:
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
    return IMPORTERS[importer].run([folder], at=AT)


ESCO = {
    "skills_de.csv": 'conceptUri,skillType,preferredLabel,altLabels\nu:s1,knowledge,Schweißen,"Fügen\nLöten"\n',
    "occupationSkillRelations_de.csv": "occupationUri,relationType,skillType,skillUri\nu:o1,essential,knowledge,u:s1\n",
}


def test_esco_before_1_1_has_no_codes_and_takes_those_of_its_groups(tmp_path: Path) -> None:
    report = load(
        "esco", tmp_path, ESCO | {"occupations_de.csv": "conceptUri,iscoGroup,preferredLabel\nu:o1,C7212,Schweißer\n"}
    )
    assert Occupation.objects.get().code == "7212"
    assert Skill.objects.get().alt_labels == ["Fügen", "Löten"]
    assert OccupationNeed.objects.get().essential is True
    assert any("no column “code”, as before version 1.1" in note for note in report.notes)


def test_esco_without_any_number_of_occupations_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="neither a column “code” nor a column “iscoGroup”"):
        load("esco", tmp_path, ESCO | {"occupations_de.csv": "conceptUri,preferredLabel\nu:o1,Schweißer\n"})


ONET = "O*NET-SOC Code"
RATINGS = f"{ONET}\tElement ID\tElement Name\tScale ID\tData Value\tStandard Error\tRecommend Suppress\tNot Relevant\n"
OCCUPATIONS = {"Occupation Data.txt": f"{ONET}\tTitle\tDescription\n15-1252.00\tSoftware Developers\tx\n"}


def test_an_onet_release_that_names_no_demand_leaves_it_unknown(tmp_path: Path) -> None:
    tools = {
        "Technology Skills.txt": f"Commodity Code\tExample\t{ONET}\tHot Technology\n43232408\tPython\t15-1252.00\tY\n"
    }
    report = load("onet", tmp_path, OCCUPATIONS | tools)
    assert OccupationNeed.objects.get().in_demand is None
    assert any("does not say which technologies are in demand" in note for note in report.notes)


def test_onet_saved_again_with_decimal_commas_says_the_same(tmp_path: Path) -> None:
    rows = "15-1252.00\t2.B.1.a\tCoding\tIM\t4,12\t0,123\tN\t\n15-1252.00\t2.B.1.a\tCoding\tLV\t5,5\t0,1234\tN\tN\n"
    load("onet", tmp_path, OCCUPATIONS | {"Skills.txt": RATINGS + rows})
    need = OccupationNeed.objects.get()
    assert [str(one) for one in (need.importance, need.importance_error, need.level, need.level_error)] == [
        "4.12", "0.1230", "5.50", "0.1234",
    ]  # fmt: skip


def test_an_impossible_standard_error_is_refused(tmp_path: Path) -> None:
    rows = "15-1252.00\t2.B.1.a\tCoding\tIM\t4.12\t1234\tN\t\n"
    report = load("onet", tmp_path, OCCUPATIONS | {"Skills.txt": RATINGS + rows})
    assert [(one.row, one.column, one.code) for one in report.remarks] == [(2, "Standard Error", "off_scale")]


@pytest.mark.parametrize(
    ("name", "heading", "area"),
    [
        ("national_M2019_dl.csv", "area_title,o_group", "Ohio,detailed"),
        ("state_M2018_dl.csv", "STATE,OCC_GROUP", "Ohio,detailed"),
        ("national_M2018_dl.csv", "X,OCC_GROUP", "-,detailed"),
    ],
)
def test_wages_of_earlier_years_are_read_under_the_names_they_had(
    tmp_path: Path, name: str, heading: str, area: str
) -> None:
    load("oews", tmp_path, {name: f"occ_code,{heading},{FIGURES}\n15-1252,{area},1,2,3,4,5,6,7\n"})
    wage = Wage.objects.get()
    assert (wage.area, wage.median, wage.year) == (
        "U.S." if "X," in heading else "Ohio",
        5,
        2019 if "2019" in name else 2018,
    )


def test_a_state_file_without_states_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no column “AREA_TITLE”"):
        load(
            "oews", tmp_path, {"state_M2018_dl.csv": f"occ_code,occ_group,{FIGURES}\n15-1252,detailed,1,2,3,4,5,6,7\n"}
        )


def test_the_crosswalk_of_2010_is_named_as_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="of CIP 2010 or SOC 2010"):
        load(
            "crosswalk-cip-soc",
            tmp_path,
            {"cip_soc.csv": "CIP2010Code,CIP2010Title,SOC2010Code\n01.0000,Farming,11-9013\n"},
        )
