"""A degree plan with transfer, end to end: own courses, an agreement with its cap, a recognition, residency and a transfer cap.

The limits are those that institutions publish: at least a third earned at the institution (advanced standing for two thirds at most),
and a cap of its own on what agreements bring. Credits are ECTS, 60 a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from tests.entry.test_api import own_program, problem
from tests.issuing.factories import OUTCOMES, College, make_learner, make_version
from tests.recognition.factories import make_agreement, make_course, make_university, recognise, term
from tests.wallet.factories import NOW, make_award, signed_in, strangers_credential

from cairn.catalog import services as catalog
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.people.models import Person
from cairn.recognition import services
from cairn.recognition.degrees import DegreePlan, degree_plan
from cairn.recognition.models import ExternalAward
from cairn.wallet import services as wallet


@dataclass
class Degree:
    version: DefinitionVersion
    courses: list[DefinitionVersion]
    tables: DefinitionVersion
    charts: DefinitionVersion


@pytest.fixture
def university(db: None) -> College:
    return make_university()


@pytest.fixture
def degree(college: College, university: College) -> Degree:
    courses = [make_course(university, f"STAT {number}", 10) for number in (101, 102, 201, 202, 301, 302)]
    slug = university.organisation.slug
    rule = {
        "kind": "residency", "issuers": [slug], "scheme": "ects", "share": "1/3", "label": "A third earned here",
        "of": {
            "kind": "at_most", "amount": "20", "scheme": "ects", "filter": {"sources": ["transfer"]},
            "of": {
                "kind": "all_of",
                "of": [
                    {"kind": "award_of", "achievement": achievement_id(courses[0]), "id": "start"},
                    {"kind": "award_of", "achievement": achievement_id(courses[5]), "id": "end", "role": "capstone"},
                    {"kind": "credits_at_least", "id": "credits", "amount": "40", "scheme": "ects", "filter": {"issuers": [slug]}},
                ],
            },
        },
    }  # fmt: skip
    content = {
        "rubric": None,
        "requirement": rule,
        "assessment_type": "",
        "outcomes": [{**OUTCOMES[0], "assessed_by": []}],
    }
    version = make_version(
        university, "Applied Statistics", kind="programme", credits=Decimal(60), credit_scheme="ects", **content
    )
    tables, charts = make_course(college, "Tables", 5), make_course(college, "Charts", 5)
    make_agreement(college, university, term(tables, courses[1], "10"), term(charts, courses[2], "9"), most=Decimal(15))
    return Degree(version, courses, tables, charts)


def how(plan: DegreePlan) -> dict[str, tuple[str, str, str]]:
    return {part.name: (part.how, part.counts, part.cut) for part in plan.parts}


def test_nobody_sees_what_it_takes(degree: Degree) -> None:
    plan = degree_plan(degree.version, None, NOW)
    assert plan.evaluation.state == "not"
    assert plan.parts == ()
    assert plan.picture.label == "Applied Statistics"


def test_a_degree_is_complete_with_own_courses_transfer_by_agreement_and_a_recognition(
    degree: Degree, college: College, university: College, learner: Person
) -> None:
    for number in (0, 3, 5):
        make_award(university, learner, degree.courses[number])
    make_award(college, learner, degree.tables)
    plan = degree_plan(degree.version, learner, NOW)
    assert plan.evaluation.state == "partly"
    assert how(plan)["Tables"] == (
        f"by agreement “Data and Statistics”, term t-{degree.tables.pk}",
        "10 ECTS credits",
        "",
    )
    assert (
        plan.evaluation.nodes()["credits"].have == 20
    )  # ten earned here, ten by agreement: the other twenty are start and end

    wallet.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    asked = services.submit_request(
        person=learner, organisation=university.organisation, source=ExternalAward.objects.get(), toward=degree.courses[4],
        because="Same contents.", at=NOW,
    )  # fmt: skip
    recognise(asked, university, NOW)
    plan = degree_plan(degree.version, learner, NOW)
    assert plan.evaluation.nodes()["credits"].have == 25
    assert how(plan)["Advanced Everything"][:2] == ("recognised on 1 June 2026", "5 ECTS credits")
    assert "Counting at most 20 ECTS credits from awards by transfer: 15 of at most 20 ECTS credits count" in plan.notes

    make_award(university, learner, degree.courses[4])  # the same course, earned: it takes the recognised one's place
    make_award(college, learner, degree.charts)
    plan = degree_plan(degree.version, learner, NOW)
    assert plan.evaluation.nodes()["credits"].have == 35
    counts = {how(plan)[name][1:] for name in ("Tables", "Charts")}  # the agreement gives fifteen in all
    assert counts in (
        {("10 ECTS credits", ""), ("5 ECTS credits", "4 ECTS credits")},
        {("6 ECTS credits", "4 ECTS credits"), ("9 ECTS credits", "")},
    )
    assert "15 of at most 15 ECTS credits count by the agreement “Data and Statistics”, version 1" in " ".join(
        plan.notes
    )
    assert not plan.evaluation.met

    make_award(university, learner, degree.courses[2])
    assert degree_plan(degree.version, learner, NOW).evaluation.met


def test_transfer_alone_never_meets_residency_and_each_thing_left_out_has_its_reason(
    degree: Degree, college: College, learner: Person
) -> None:
    for version in (degree.tables, degree.charts, make_course(college, "Pottery")):
        make_award(college, learner, version)
    plan = degree_plan(degree.version, learner, NOW)
    assert plan.evaluation.nodes()["credits"].have == 15
    assert plan.evaluation.trace.state != "met"
    residency = [node for node in plan.evaluation.nodes().values() if node.kind == "residency" and node.unit]
    assert residency[-1].have == 0
    assert plan.refused == ((("Pottery",), "is not named in the agreement “Data and Statistics”, version 1"),)
    assert plan.missing


def test_a_part_of_the_rule_can_be_served_by_a_recognition(
    degree: Degree, university: College, learner: Person
) -> None:
    wallet.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    asked = services.submit_request(
        person=learner, organisation=university.organisation, source=ExternalAward.objects.get(), toward=degree.version,
        requirement="start", because="I know the basics.", at=NOW,
    )  # fmt: skip
    recognise(asked, university, NOW)
    plan = degree_plan(degree.version, learner, NOW)
    assert plan.evaluation.nodes()["start"].state == "met"
    assert "recognised for it" in str(plan.evaluation.nodes()["start"].decisions[0].reason)


def test_a_course_that_nobody_can_earn_any_more_is_no_way_to_complete_a_degree(
    degree: Degree, university: College, learner: Person
) -> None:
    said = " ".join(sentence for way in degree_plan(degree.version, learner, NOW).missing for sentence in way)
    assert "STAT 101" in said
    catalog.retire(version=degree.courses[0], by=university.publisher, at=NOW, reason="Taught no more.")
    plan = degree_plan(degree.version, learner, NOW)
    assert "STAT 101" not in " ".join(sentence for way in plan.missing for sentence in way)
    make_award(university, learner, degree.courses[0])  # who holds it can still count it
    assert "STAT 101" in how(degree_plan(degree.version, learner, NOW))


def test_the_page_draws_what_sits_inside(
    degree: Degree, college: College, university: College, learner: Person
) -> None:
    make_award(university, learner, degree.courses[0])
    make_award(college, learner, degree.tables)
    address = f"/recognition/degrees/{degree.version.definition.slug}/"
    page = signed_in(learner).get(address).content.decode()
    assert "What sits inside" in page
    assert "by agreement “Data and Statistics”" in page
    assert "of at most 20 ECTS credits count" in page
    assert "<svg" in page
    stranger = signed_in(university.designer).get(address).content.decode()
    assert "Tables" not in stranger


def test_a_program_reads_its_makers_degree_plan_as_the_page_shows_it(
    degree: Degree, college: College, university: College, learner: Person
) -> None:
    for number in (0, 3, 5):
        make_award(university, learner, degree.courses[number])
    make_award(college, learner, degree.tables)
    address = f"/stacks/{degree.version.definition.slug}/degree"
    told = own_program(learner, "stacks:read").get(address).json()
    assert (told["state"], told["title"]) == ("partly", "Applied Statistics")
    (tables,) = [part for part in told["parts"] if part["name"] == "Tables"]
    assert tables["how"].startswith("by agreement “Data and Statistics”")
    assert tables["counts"] == "10 ECTS credits"
    assert told["missing"]
    assert told["evaluation"]["percent"] == told["percent"]
    nobody = own_program(make_learner("Somebody Else"), "stacks:read").get(address).json()
    assert nobody["parts"] == []
    problem(
        own_program(learner, "stacks:read").get(f"/stacks/{degree.tables.definition.slug}/degree"), 404, "not_a_stack"
    )
