"""A degree as an institution publishes it, with what a learner really could bring: each figure worked out by hand, each step asked.

The degree has the shape of the B.S. in Mathematics in the catalogue of Texas A&M University-Texarkana (catalog.tamut.edu): 120 semester
credit hours, 42 of them the core curriculum, 42 in named courses of mathematics, 18 of a minor, the rest electives; at least 54 of them
upper-division, and a quarter earned there. Texas transfers a core curriculum as a block (Education Code, section 61.822).

What is brought are two programmes of MIT Learn and a learning path of Microsoft Learn, read from ../shared/data. A credit hour is 45
hours of work: three a week for fifteen weeks.

====================  =====================================================  =============================================
18.03x                14 + 9 + 11 weeks of 5 hours at least = 170 hours       3 whole credit hours: Differential Equations
8.02x                 3 courses of 9 weeks, 4 hours a week at least = 108     2 whole credit hours: electives
both by agreement     3 + 2 = 5, of which the agreement gives at most 4       1 is cut
Azure infrastructure  551 minutes = 9.18 hours of 45                          0.2 credit hours, by recognition
own electives         5 courses of 3 = 15; 15 + 1 + 0.2 = 16.2 of 18          not complete; an upper-division one completes it
lower-division        42 + 21 of the named courses + 3 = 66 of 120 - 54        a further lower-division course counts nothing
====================  =====================================================  =============================================
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.issuing.factories import MOMENT, OUTCOMES, College, make_college
from tests.recognition.factories import make_agreement, make_university
from tests.shared import shared
from tests.wallet.factories import NOW, make_award, signed_in, strangers_credential

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import Definition, DefinitionVersion, Provider
from cairn.credentials import Credential
from cairn.people.models import Person
from cairn.recognition import services
from cairn.recognition.degrees import DegreePlan, degree_plan
from cairn.recognition.models import ExternalAward, RecognitionRequest
from cairn.recognition.services import Granting
from cairn.stacking import State
from cairn.stacking.pathways.programmes import read_mit_learn
from cairn.stacking.requirements import nodes
from cairn.wallet import services as wallet
from cairn.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db
HOURS = "us-semester"
LOWER, UPPER = "lower-division", "upper-division"
COURSES = {
    "MATH 2413 Calculus I": (4, LOWER), "MATH 2414 Calculus II": (4, LOWER), "MATH 2415 Calculus III": (4, LOWER),
    "MATH 2305 Discrete Mathematics": (3, LOWER), "MATH 2318 Linear Algebra": (3, LOWER),
    "MATH 2320 Differential Equations": (3, LOWER), "MATH 321 College Geometry": (3, UPPER),
    "MATH 334 Introduction to Abstract Algebra": (3, UPPER), "MATH 352 Math Foundations and Applications": (3, UPPER),
    "MATH 357 Probability and Statistics": (3, UPPER), "MATH 430 Mathematical Modeling": (3, UPPER),
    "MATH 437 Number Theory": (3, UPPER), "MATH 493 Capstone in Mathematics": (3, UPPER),
}  # fmt: skip
"""The named courses of the degree with their credit hours, as the catalogue has them."""
EQUATIONS = "MATH 2320 Differential Equations"


def published(college: College, title: str, credits: int = 0, *tags: str, **more: Any) -> DefinitionVersion:  # noqa: A002 - the field's word
    """A credential that is in the catalogue already: how it got there is told by other tests."""
    kind = more.pop("kind", "certificate")
    provider, _ = Provider.objects.get_or_create(
        organisation=college.organisation,
        source="cairn",
        source_key=college.organisation.slug,
        defaults={"name": college.organisation.name, "slug": college.organisation.slug},
    )
    definition = Definition.objects.create(
        slug=f"{college.organisation.slug}-{Definition.objects.count()}",
        owner=college.organisation,
        provider=provider,
        type=kind,
        source="cairn",
        source_key=f"degree-{Definition.objects.count()}",
    )
    return DefinitionVersion.objects.create(
        definition=definition, number=1, state="published", title=title, description=title, criteria="Pass the examination.",
        outcomes=[{**OUTCOMES[0], "assessed_by": []}], credits=Decimal(credits) if credits else None,
        credit_scheme=HOURS if credits else "", tags=list(tags), published_at=MOMENT, **more,
    )  # fmt: skip


@dataclass
class Case:
    """Everybody and everything of the case."""

    university: College
    mit: College
    community: College
    learner: Person
    own: dict[str, DefinitionVersion] = field(default_factory=dict)
    brought: dict[str, DefinitionVersion] = field(default_factory=dict)
    minor: DefinitionVersion | None = None
    electives: list[DefinitionVersion] = field(default_factory=list)
    lower: list[DefinitionVersion] = field(default_factory=list)
    degree: DefinitionVersion | None = None

    def plan(self, at: Any = NOW) -> DegreePlan:
        assert self.degree is not None
        return degree_plan(self.degree, self.learner, at)

    def earn(self, college: College, *versions: DefinitionVersion) -> None:
        for version in versions:
            make_award(college, self.learner, version)


def least_hours(name: str) -> int:
    """The least hours of work that MIT Learn states of a programme: of each course its weeks, by the hours a week."""
    programmes = json.loads(shared("mit_learn/mitxonline_programs.json"))["results"]
    programme = next(one for one in programmes if one["readable_id"].endswith(name))
    courses = {one["id"]: one for one in json.loads(shared("mit_learn/mitxonline_courses.json"))["results"]}
    weeks = [
        int(courses.get(number, programme)["duration"].split()[0].partition("-")[0]) for number in programme["courses"]
    ]
    return sum(weeks) * int(programme["min_weekly_hours"])


@pytest.fixture
def case(learner: Person) -> Case:
    found = Case(make_university(), make_college("MIT Learn"), make_college("Community College"), learner)
    for programme in read_mit_learn(
        shared("mit_learn/mitxonline_programs.json"), shared("mit_learn/mitxonline_courses.json")
    ).found:
        parts = [node.achievement for node in nodes(programme.rule) if node.kind == "award_of"]  # type: ignore[attr-defined] # of that kind
        courses = [published(found.mit, programme.names.get(part, part)) for part in parts]
        rule = {"kind": "all_of", "of": [{"kind": "award_of", "achievement": achievement_id(one)} for one in courses]}
        found.brought |= {one.title: one for one in courses}
        found.brought[programme.title] = published(
            found.mit, programme.title, kind="programme", requirement=rule, level=6, level_framework="eqf"
        )
    found.own["core"] = published(found.university, "Core Curriculum", 42, LOWER)
    found.own |= {title: published(found.university, title, amount, tag) for title, (amount, tag) in COURSES.items()}
    found.minor = published(found.university, "Minor in Computer Science", 18, "minor", UPPER)
    found.electives = [published(found.university, f"Elective {number}", 3, UPPER) for number in range(1, 6)]
    found.lower = [published(found.university, f"Introduction {number}", 3, LOWER) for number in range(1, 3)]
    found.brought["core"] = published(found.community, "Texas Core Curriculum", 42)
    slug = found.university.organisation.slug
    named = [
        {"kind": "award_of", "achievement": achievement_id(one), "id": one.title.partition(" ")[2].partition(" ")[0]}
        for title, one in found.own.items()
        if title != "core"
    ]
    of = [
        {"kind": "award_of", "achievement": achievement_id(found.own["core"]), "id": "core"},
        *named,
        {"kind": "credits_at_least", "id": "minor", "amount": "18", "scheme": HOURS, "filter": {"tags": ["minor"]}},
        {"kind": "credits_at_least", "id": "electives", "amount": "18", "scheme": HOURS, "filter": {"issuers": [slug]}},
    ]
    rule = {
        "kind": "residency", "id": "quarter", "issuers": [slug], "scheme": HOURS, "amount": "30", "label": "A quarter earned here",
        "of": {
            "kind": "at_most", "id": "lower", "amount": "66", "scheme": HOURS, "filter": {"tags": [LOWER]},
            "label": "54 of 120 hours upper-division, so 66 lower at most", "of": {"kind": "all_of", "id": "all", "of": of},
        },
    }  # fmt: skip
    found.degree = published(found.university, "B.S. Mathematics", 120, kind="programme", requirement=rule)
    return found


def agreements(case: Case, *, at: Any = MOMENT) -> None:
    def accepts(which: str) -> list[dict[str, str]]:
        return [{"id": achievement_id(case.brought[which]), "name": case.brought[which].title}]

    def toward(which: str) -> dict[str, str]:
        return {"id": achievement_id(case.own[which]), "name": case.own[which].title}

    level = {"level": {"framework": "eqf", "value": "6"}}
    make_agreement(
        case.mit, case.university,
        {"id": "equations", "accepts": accepts("18.03x Differential Equations"), "toward": toward(EQUATIONS),
         "credits": str(least_hours("18.03x") // 45), "scheme": HOURS, **level},
        {"id": "magnetism", "accepts": accepts("8.02x Electricity and Magnetism"), "toward": {"name": "credit"},
         "credits": str(least_hours("8.02x") // 45), "scheme": HOURS, **level},
        {"id": "first", "accepts": accepts("Introduction to Differential Equations"), "toward": {"name": "credit"},
         "credits": "1", "scheme": HOURS, **level},
        at=at, most=Decimal(4),
    )  # fmt: skip
    make_agreement(
        case.community, case.university,
        {"id": "core", "accepts": accepts("core"), "toward": toward("core"), "credits": "42", "scheme": HOURS}, at=at,
    )  # fmt: skip


def test_the_published_shape_adds_up_to_120_of_which_54_are_upper_division() -> None:
    named = sum(amount for amount, _ in COURSES.values())
    assert (len(COURSES), named, 42 + named + 18 + 18) == (13, 42, 120)
    assert 120 - 54 == 66


def test_hours_of_work_as_mit_and_microsoft_state_them() -> None:
    assert least_hours("18.03x") == (14 + 9 + 11) * 5 == 170
    assert least_hours("8.02x") == 3 * 9 * 4 == 108
    assert (170 // 45, 108 // 45) == (3, 2)
    assert infrastructure_minutes() == 551
    assert round(Decimal(551) / 60 / 45, 2) == Decimal("0.20")


def infrastructure_minutes() -> int:
    catalogue = json.loads(shared("ms_learn_de/catalog.json"))
    (path,) = [one for one in catalogue["learningPaths"] if one["uid"] == PATH]
    units = {one["uid"]: one["durationInMinutes"] for one in catalogue["units"] if "durationInMinutes" in one}
    return sum(units[unit] for one in catalogue["modules"] if one["uid"] in path["modules"] for unit in one["units"])


PATH = "learn.administer-infrastructure-resources-in-azure"
TROPHY = f"{PATH}.trophy"


def test_nothing_transfers_before_the_agreements_hold_and_each_thing_counts_as_they_say_after(case: Case) -> None:
    case.earn(case.community, case.brought["core"])
    case.earn(case.mit, *(one for title, one in case.brought.items() if title != "core"))
    agreements(case, at=NOW)
    before = case.plan(NOW - timedelta(seconds=1))
    assert before.parts == ()

    plan = case.plan()
    found = plan.evaluation.nodes()
    assert (found["core"].state, found["2320"].state) == (State.MET, State.MET)
    how = {part.name: part for part in plan.parts}
    assert how["Texas Core Curriculum"].how == "by agreement “Data and Statistics”, term core"
    assert how["18.03x Differential Equations"].how.endswith("term equations")
    magnetism = how["8.02x Electricity and Magnetism"]
    assert (magnetism.counts, magnetism.cut) == (
        "1 US semester credit",
        "1 US semester credit",
    )  # 3 + 2 are 5, of which 4 count
    assert any(
        note.endswith("upper-division, so 66 lower at most: 45 of at most 66 US semester credits count")
        for note in plan.notes
    )  # the core's 42 and the 3 of the course they stand for
    reasons = {name: reason for names, reason in plan.refused for name in names}
    assert reasons["Introduction to Differential Equations"].startswith("states no level")
    assert reasons["Linear Algebra and NxN Systems"].startswith("is not named in the agreement")
    # Nothing of this was earned here, so that it brings nothing toward the quarter that must be.
    assert (found["quarter:credits"].have, found["quarter:credits"].need) == (0, 30)


def test_a_learner_completes_the_degree_and_every_figure_is_the_one_worked_out_by_hand(case: Case) -> None:
    agreements(case)
    case.earn(case.community, case.brought["core"])
    case.earn(case.mit, *(one for title, one in case.brought.items() if title != "core"))
    case.earn(case.university, *(one for title, one in case.own.items() if title not in {"core", EQUATIONS}))
    assert case.minor is not None
    case.earn(case.university, case.minor, *case.electives[:4], case.lower[0])
    found = case.plan().evaluation.nodes()
    assert found["electives"].have == 5 * 3 + 1
    assert found["quarter:credits"].have == 39 + 18 + 15  # the named courses but one, the minor, five electives
    assert any(
        note.endswith("66 of at most 66 US semester credits count") for note in case.plan().notes
    )  # 42 + 21 of the named courses + one elective

    request = asked(case)
    assert request.state == "submitted"  # no agreement covers it
    request = services.examine(
        request=request, by=case.university.examiner, at=NOW, recommend=True, granting=Granting(credits=Decimal("0.2"), scheme=HOURS),
        reason="551 minutes of units are 9.18 hours; a credit hour is 45.",
    )  # fmt: skip
    assert case.plan().evaluation.nodes()["electives"].have == 16  # a recommendation counts nothing yet
    request = services.decide(request=request, by=case.university.dean, at=NOW, grant=True, reason="As recommended.")
    assert case.plan().evaluation.nodes()["electives"].have == 16
    request = services.confirm(request=request, by=case.university.registrar, at=NOW)
    plan = case.plan()
    assert plan.evaluation.nodes()["electives"].have == Decimal("16.2")
    part = next(one for one in plan.parts if one.name == "Azure")
    assert (part.how, part.counts) == ("recognised on 1 June 2026", "0.2 US semester credits")
    held = HeldCredential.objects.get(holder=case.learner, credential_id=request.credential_id)
    recognition = Credential.parse(held.document)
    assert recognition.issuer_name == case.university.organisation.name
    assert "0.2" in held.document

    case.earn(case.university, case.lower[1])  # a sixth elective, and one lower-division course too many
    plan = case.plan()
    assert plan.evaluation.nodes()["electives"].have == Decimal("16.2")
    assert not plan.evaluation.met
    case.earn(case.university, case.electives[4])
    plan = case.plan()
    assert plan.evaluation.met
    assert plan.missing == ()
    assert plan.evaluation.nodes()["quarter:credits"].have >= 30


def test_the_page_shows_where_each_part_came_from(case: Case) -> None:
    agreements(case)
    case.earn(case.community, case.brought["core"])
    case.earn(case.mit, case.brought["18.03x Differential Equations"])
    assert case.degree is not None
    page = signed_in(case.learner).get(f"/recognition/degrees/{case.degree.definition.slug}/").content.decode()
    for told in (
        "Texas Core Curriculum",
        "term core",
        "18.03x Differential Equations",
        "45 of at most 66 US semester credits count",
    ):
        assert told in page, told


def asked(case: Case) -> RecognitionRequest:
    """The learner brings the trophy of Microsoft Learn, and asks."""
    achievement = {
        "id": f"https://docs.microsoft.com/learn/achievements/{TROPHY}", "type": ["Achievement"], "name": TROPHY, "description": "Trophy",
        "criteria": {"narrative": "Complete every module."},
    }  # fmt: skip
    credential = strangers_credential(name="Azure", achievement=achievement)
    wallet.import_credential(holder=case.learner, source=credential.text, at=NOW)
    return services.submit_request(
        person=case.learner, organisation=case.university.organisation, source=ExternalAward.objects.get(), because="551 minutes.",
        at=NOW,
    )  # fmt: skip
