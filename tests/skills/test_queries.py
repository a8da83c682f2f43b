"""Finding occupations and reading what they need and pay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cairn.errors import NotFound
from cairn.skills import queries
from cairn.skills.models import FieldOfStudyLink, Framework, Occupation, OccupationLink, OccupationNeed, Skill, Wage

pytestmark = pytest.mark.django_db


@pytest.fixture
def onet() -> Framework:
    return Framework.objects.create(
        slug="onet", name="O*NET", version="29.2", publisher="US DoL", licence="CC BY 4.0", attribution="O*NET 29.2"
    )


def occupation(framework: Framework, code: str, title: str, **more: Any) -> Occupation:
    return Occupation.objects.create(
        framework=framework, uri=f"urn:{framework.slug}:{code}", code=code, soc=code[:7], title=title, **more
    )


@pytest.fixture
def some(onet: Framework) -> dict[str, Occupation]:
    return {
        "nurse": occupation(onet, "29-1141.00", "Registered Nurses", alt_titles=["Staff Nurse", "RN"], in_demand=True),
        "aide": occupation(
            onet, "31-1131.00", "Nursing Assistants", alt_titles=["Certified Nurse Aide", "Ward Helper"]
        ),
        "teacher": occupation(onet, "25-1072.00", "Nursing Instructors and Teachers, Postsecondary"),
        "web": occupation(
            onet, "15-1254.00", "Web Developers", alt_titles=["Webmaster", 'Web "Guru"', "C++ Developer"]
        ),
    }


def found(text: str, limit: int = 20) -> list[tuple[str, str]]:
    return [(each.occupation.code, each.called) for each in queries.search_occupations(text, limit)]


def test_an_occupation_is_found_by_its_own_title_first_and_then_by_other_names(some: dict[str, Occupation]) -> None:
    assert found("nurs") == [
        ("31-1131.00", ""), ("25-1072.00", ""), ("29-1141.00", ""),
    ]  # fmt: skip
    assert found("staff nurse") == [("29-1141.00", "Staff Nurse")]
    assert found("NURSE aide") == [("31-1131.00", "Certified Nurse Aide")]


def test_an_occupation_stands_before_its_specialities_and_those_in_demand_before_others(
    onet: Framework, some: dict[str, Occupation]
) -> None:
    occupation(onet, "29-1141.01", "Acute Care Nurses", in_demand=True)
    occupation(onet, "29-1171.00", "A Nurse Practitioner")
    assert [code for code, _ in found("nurse")][:3] == ["29-1141.00", "29-1141.01", "29-1171.00"]


def test_word_order_and_punctuation_do_not_matter(some: dict[str, Occupation]) -> None:
    assert found("developers, web!") == [("15-1254.00", "")]
    assert found("c++") == [("15-1254.00", "C++ Developer")]
    assert found("100% \"_'") == []


def test_a_word_of_one_other_name_does_not_count_with_a_word_of_another(some: dict[str, Occupation]) -> None:
    assert found("certified ward") == []


def test_a_code_finds_its_occupation_and_nothing_finds_nothing(some: dict[str, Occupation]) -> None:
    assert found("29-11") == [("29-1141.00", "")]
    assert found("") == found("   ") == found("xyzzy") == []
    assert len(found("nurs", 2)) == 2


def test_a_code_is_known_with_and_without_its_ending_and_an_unknown_one_says_what_to_do(
    some: dict[str, Occupation],
) -> None:
    assert queries.occupation_by_code(" 29-1141.00 ") == some["nurse"]
    assert queries.occupation_by_code("29-1141") == some["nurse"]
    for unknown in ("", "99-0000.00", "nurse"):
        with pytest.raises(NotFound) as caught:
            queries.occupation_by_code(unknown)
        assert "Search the occupations" in caught.value.remedy


def test_an_unknown_skill_says_what_to_do() -> None:
    with pytest.raises(NotFound, match="no skill with the identifier “urn:nothing”") as caught:
        queries.skill_by_uri("urn:nothing")
    assert "import" in caught.value.remedy


def test_needs_come_by_importance_and_unrated_ones_after(onet: Framework, some: dict[str, Occupation]) -> None:
    for name, kind, values in (
        ("Jira", "technology", {"in_demand": False}), ("SQL", "technology", {"in_demand": True}),
        ("Design", "knowledge", {"importance": Decimal("3.1")}), ("Programming", "skill", {"importance": Decimal("4.5")}),
    ):  # fmt: skip
        skill = Skill.objects.create(framework=onet, uri=f"urn:{name}", name=name, kind=kind)
        OccupationNeed.objects.create(occupation=some["web"], skill=skill, **values)
    assert [need.skill.name for need in queries.needs_of(some["web"])] == ["Programming", "Design", "SQL", "Jira"]
    assert [need.skill.name for need in queries.needs_of(some["web"], kinds=["technology"])] == ["SQL", "Jira"]
    assert [need.skill.name for need in queries.needs_of(some["web"], at_least=Decimal(4))] == ["Programming"]


def test_pay_is_the_newest_of_the_occupation_and_only_then_of_its_group(some: dict[str, Occupation]) -> None:
    assert queries.wage_of(some["aide"]) is None
    Wage.objects.create(soc="31-1130", area="U.S.", year=2024, median=39000, source="x")
    group = queries.wage_of(some["aide"])
    assert group is not None
    assert (group.wage.median, group.wider_group) == (39000, True)
    for year in (2023, 2024):
        Wage.objects.create(soc="31-1131", area="U.S.", year=year, median=year * 10, source="x")
    own = queries.wage_of(some["aide"])
    assert own is not None
    assert (own.wage.median, own.wider_group) == (20240, False)
    assert queries.wage_of(some["aide"], "New Jersey") is None


def test_a_field_of_study_names_its_occupations_with_teachers_last(some: dict[str, Occupation]) -> None:
    for soc in ("25-1072", "29-1141", "31-1131", "99-0001"):
        FieldOfStudyLink.objects.create(cip="51.3801", cip_title="Nursing", soc=soc)
    assert [each.code for each in queries.occupations_of_field("51.3801")] == ["29-1141.00", "31-1131.00", "25-1072.00"]
    assert queries.occupations_of_field("00.0000") == []
    assert queries.fields_of(some["nurse"]) == [("51.3801", "Nursing")]


def test_a_crosswalk_is_read_from_both_ends(some: dict[str, Occupation]) -> None:
    esco = Framework.objects.create(slug="esco", name="ESCO", version="1.1.1", publisher="EC", licence="x")
    nurse = Occupation.objects.create(framework=esco, uri="urn:e:1", code="2221.1", title="nurse")
    OccupationLink.objects.create(source=nurse, target=some["nurse"], kind="confidence 2 of 2", origin="Nesta")
    assert queries.related_occupations(some["nurse"]) == [nurse]
    assert queries.related_occupations(nurse) == [some["nurse"]]
    assert queries.wage_of(nurse) is None
    assert queries.fields_of(nurse) == []


def test_occupations_that_share_a_code_are_counted_under_the_first_ones_title(
    onet: Framework, some: dict[str, Occupation]
) -> None:
    special = occupation(onet, "29-1141.01", "Acute Care Nurses")
    assert queries.catalogue_title(special) == "Registered Nurses"
