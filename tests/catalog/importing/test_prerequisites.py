"""What a source asks for beforehand becomes something a plan can weigh where the catalogue has it, and stays in words where not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.importing.catalogues import ctdl, run, schema_org, write

from cairn.catalog.achievements import achievement_address
from cairn.catalog.importing.ctdl_terms import unit_of
from cairn.catalog.importing.records import CatalogRecord, Place, RequiredRecord
from cairn.catalog.importing.required_circles import Before
from cairn.catalog.models import Definition, DefinitionVersion
from cairn.catalog.queries.prices import needed_before
from cairn.skills.importing.report import Report
from cairn.skills.models import Framework, Skill

pytestmark = pytest.mark.django_db
HERE = "https://credentialengineregistry.org/resources/"


def profile(**fields: Any) -> dict[str, Any]:
    return {"@type": "ceterms:ConditionProfile", **{f"ceterms:{name}": value for name, value in fields.items()}}


def imported(folder: Path, *documents: dict[str, Any]) -> Report:
    return run("ctdl", write(folder, "a.json", list(documents)))


def version(number: int) -> DefinitionVersion:
    return DefinitionVersion.objects.get(title=f"Welding {number}", state="published")


def address(number: int) -> str:
    return achievement_address(Definition.objects.get(versions__title=f"Welding {number}").uid, 1)


@pytest.mark.parametrize("name", [f"{HERE}ce-1", "ce-1", {"@id": f"{HERE}ce-1"}], ids=["address", "ctid", "object"])
@pytest.mark.parametrize("term", ["requires", "entryCondition"])
def test_a_credential_of_the_same_source_is_found(tmp_path: Path, name: Any, term: str) -> None:
    imported(tmp_path, ctdl(2, **{f"ceterms:{term}": [profile(targetCredential=[name])]}), ctdl(1))
    assert version(2).requires == [[{"achievement": address(1)}]]
    assert [one.text for group in needed_before(version(2)) for one in group] == ["Welding 1"]


def test_alternatives_are_one_group_and_conditions_side_by_side_are_two(tmp_path: Path) -> None:
    ways = [profile(targetCredential=[f"{HERE}ce-{number}"]) for number in (1, 2)]
    conditions = [profile(alternativeCondition=ways), profile(targetCredential=[f"{HERE}ce-3"])]
    imported(tmp_path, ctdl(1), ctdl(2), ctdl(3), ctdl(4, **{"ceterms:requires": conditions}))
    assert version(4).requires == [
        [{"achievement": address(1)}, {"achievement": address(2)}],
        [{"achievement": address(3)}],
    ]


def test_one_missing_alternative_keeps_the_whole_group_in_words(tmp_path: Path) -> None:
    ways = [profile(targetCredential=[f"{HERE}ce-1"]), profile(targetCredential=[f"{HERE}ce-99"])]
    report = imported(tmp_path, ctdl(1), ctdl(2, **{"ceterms:requires": [profile(alternativeCondition=ways)]}))
    assert version(2).requires == []
    told = next(remark for remark in report.remarks if remark.code == "prerequisite_in_words")
    assert "ce-99" in told.message
    assert "Welding 1" not in told.message


def test_a_way_of_several_parts_is_no_alternative(tmp_path: Path) -> None:
    ways = [profile(targetCredential=[f"{HERE}ce-1", f"{HERE}ce-2"]), profile(targetCredential=[f"{HERE}ce-1"])]
    imported(tmp_path, ctdl(1), ctdl(2), ctdl(3, **{"ceterms:requires": [profile(alternativeCondition=ways)]}))
    assert version(3).requires == []


def test_nothing_comes_before_itself(tmp_path: Path) -> None:
    imported(tmp_path, ctdl(1, **{"ceterms:requires": [profile(targetCredential=[f"{HERE}ce-1"])]}))
    assert version(1).requires == []


def test_a_course_that_leads_to_a_credential_is_no_prerequisite_of_it_but_of_a_course_it_is(tmp_path: Path) -> None:
    asks = {"ceterms:requires": [profile(targetLearningOpportunity=[f"{HERE}ce-1"])]}
    course = {"@type": "ceterms:Course"}
    imported(tmp_path, ctdl(1, **course), ctdl(2, **asks), ctdl(3, **course, **asks))
    assert version(2).requires == []
    assert version(3).requires == [[{"achievement": address(1)}]]


def test_a_skill_of_a_framework_here_is_weighed(tmp_path: Path) -> None:
    framework = Framework.objects.create(slug="f", name="F", version="1", publisher="F", licence="CC0")
    Skill.objects.create(framework=framework, uri="https://skills.example/weld", name="weld", kind="skill")
    target = {"ceterms:targetNode": "https://skills.example/weld", "ceterms:targetNodeName": "weld"}
    other = {"ceterms:targetNode": "https://skills.example/none", "ceterms:targetNodeName": "cut"}
    report = imported(tmp_path, ctdl(1, **{"ceterms:entryCondition": [profile(targetCompetency=[target, other])]}))
    assert version(1).requires == [[{"skill": "https://skills.example/weld", "level": 1}]]
    assert [remark.code for remark in report.remarks].count("prerequisite_in_words") == 1


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    documents = (ctdl(1), ctdl(2, **{"ceterms:requires": [profile(targetCredential=[f"{HERE}ce-1"])]}))
    imported(tmp_path, *documents)
    report = imported(tmp_path, *documents)
    assert (report.total().created, report.total().updated) == (0, 0)


def test_schema_org_courses_name_their_prerequisites(tmp_path: Path) -> None:
    before = {"@type": "Course", "@id": "https://college.example/courses/1", "name": "Welding 1"}
    words = "Some welding"
    course = schema_org(
        2, coursePrerequisites=[before, words, {"@type": "Course", "url": "https://x.example/9", "name": "Far"}]
    )
    report = run("schema-org", write(tmp_path, "a.json", [schema_org(1), course]))
    assert version(2).requires == [[{"achievement": address(1)}]]
    assert version(2).prerequisites.split("\n") == ["Welding 1", words, "Far"]
    assert [remark.code for remark in report.remarks] == ["prerequisite_in_words"]


@pytest.mark.parametrize(
    ("told", "scheme"),
    [("creditUnit:SemesterHour", "us-semester"), ("creditUnit:SemesterHours", "us-semester"), ("Semester Hours", "us-semester"),
     ("https://purl.org/ctdl/vocabs/creditUnit/QuarterHour", "us-quarter"), ("creditUnit:ContinuingEducationUnit", "ceu"),
     ("creditUnit:ContactHour", "contact-hours"), ("creditUnit:Unheard", "creditUnit:Unheard")],
)  # fmt: skip
def test_credit_units_are_known_in_every_spelling(told: str, scheme: str) -> None:
    assert unit_of(told) == scheme


def test_credits_and_durations_may_be_ranges(tmp_path: Path) -> None:
    fields = {
        "ceterms:creditValue": [
            {"schema:minValue": 3, "schema:maxValue": 5, "ceterms:creditUnitType": [{"ceterms:targetNode": "creditUnit:SemesterHour"}]}
        ],
        "ceterms:estimatedDuration": [{"ceterms:minimumDuration": "P6W", "ceterms:maximumDuration": "P3M"}],
    }  # fmt: skip
    report = imported(tmp_path, ctdl(1, **fields))
    one = version(1)
    assert (one.credits, one.credit_scheme) == (3, "us-semester")
    offer = one.offers.get()
    assert (offer.weeks, offer.duration_text) == (13, "6 weeks to 3 months")
    assert "3 to 5" in next(remark.message for remark in report.remarks if remark.code == "range_of_credits")


def asks(*numbers: int) -> dict[str, Any]:
    return {"ceterms:requires": [profile(targetCredential=[f"{HERE}ce-{number}"]) for number in numbers]}


def test_of_credentials_that_ask_for_one_another_nobody_could_begin_so_it_stays_in_words(tmp_path: Path) -> None:
    report = imported(
        tmp_path, ctdl(1, **asks(2)), ctdl(2, **asks(3)), ctdl(3, **asks(1, 4)), ctdl(4), ctdl(5, **asks(1))
    )
    told = [(remark.row, remark.code) for remark in report.remarks]
    assert told == [(number, "prerequisite_in_a_circle") for number in (1, 2, 3)]
    assert "“Welding 2” asks for this one in turn" in report.remarks[0].message
    assert [version(number).requires for number in (1, 2, 3)] == [[], [], [[{"achievement": address(4)}]]]
    assert version(5).requires == [[{"achievement": address(1)}]], "what only leads into a circle is weighed"


def test_a_circle_that_an_alternative_leads_out_of_is_none(tmp_path: Path) -> None:
    ways = [profile(targetCredential=[f"{HERE}ce-2"]), profile(targetCredential=[f"{HERE}ce-3"])]
    either = {"ceterms:requires": [profile(alternativeCondition=ways)]}
    report = imported(tmp_path, ctdl(1, **either), ctdl(2, **asks(1)), ctdl(3))
    assert report.remarks == []
    assert version(2).requires == [[{"achievement": address(1)}]]


def test_courses_in_a_circle_are_told_for_schema_org_too(tmp_path: Path) -> None:
    def before(number: int) -> dict[str, Any]:
        return {"@type": "Course", "@id": f"https://college.example/courses/{number}", "name": f"Welding {number}"}

    courses = [schema_org(1, coursePrerequisites=before(2)), schema_org(2, coursePrerequisites=before(1))]
    report = run("schema-org", write(tmp_path, "a.json", courses))
    assert [remark.code for remark in report.remarks] == ["prerequisite_in_a_circle"] * 2
    assert version(1).requires == []


def record(number: int, *groups: tuple[int, ...]) -> CatalogRecord:
    requires = tuple(tuple(RequiredRecord(f"c{one}", (f"c{one}",)) for one in group) for group in groups)
    return CatalogRecord(f"c{number}", Place("a.json", number), f"Course {number}", None, requires=requires)


@given(st.lists(st.lists(st.lists(st.integers(0, 7), min_size=1, max_size=3), max_size=3), min_size=8, max_size=8))
def test_without_its_circles_every_credential_can_be_begun_in_some_order(asked: list[list[list[int]]]) -> None:
    before, records = Before(), []
    for number, groups in enumerate(asked):
        records.append(record(number, *(tuple(one for one in group if one != number) for group in groups)))
        before.add(f"c{number}", records[-1])
    circles = before.circles(lambda _: True)
    left = {
        one.key: [
            group for group in one.requires if group and not any(alt.name in circles.get(one.key, ()) for alt in group)
        ]
        for one in records
    }
    done: set[str] = set()
    while (
        more := {key for key, groups in left.items() if all(any(one.name in done for one in group) for group in groups)}
        - done
    ):
        done |= more
    assert done == set(left)


def test_a_long_chain_and_a_large_circle_are_no_burden() -> None:
    before, number = Before(), 20_000
    for one in range(number):
        before.add(f"c{one}", record(one, ((one + 1) % number,)))
    assert len(before.circles(lambda _: True)) == number
