"""A degree and certificates as others publish them, as goals: the cheapest plan, worked out by hand, brings what the engine judges as met.

The degree is that of `tests/recognition/test_degree_of_published_shape.py`, with a share of it to be earned there, two electives of
which only one counts, and a course of another college that is the same as one of its own.

=====================  ===============================================================  =========
Core                   by agreement, for 2,100 instead of 6,000                             2,100
Named courses          42 hours at 100, but Discrete Mathematics elsewhere, for 200,
                       and Differential Equations by MIT's 18.03x, three times 50           3,950
Minor                  18 hours                                                             1,500
Electives              one introduction for 100 (42 + 21 + 3 = 66 lower-division hours),
                       280 (the cheaper one of two), 3 times 300, 350                       1,630
In all                                                                                      9,180
=====================  ===============================================================  =========
"""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from itertools import chain, combinations
from typing import Any

import pytest
from tests.issuing.factories import MOMENT, College, make_college
from tests.journeys.test_plan_published_programmes import of
from tests.people.factories import make_person
from tests.recognition.test_degree_of_published_shape import EQUATIONS, HOURS, LOWER, UPPER, Case, agreements, published
from tests.recognition.test_degree_of_published_shape import case as case  # a fixture
from tests.shared import shared
from tests.wallet.factories import make_award

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.journeys.services import goals
from cairn.people.models import Person
from cairn.recognition.degrees import degree_plan
from cairn.stacking.leaves import AwardOf
from cairn.stacking.pathways.programmes import read_freecodecamp
from cairn.stacking.requirements import nodes

pytestmark = pytest.mark.django_db
DISCRETE = "MATH 2305 Discrete Mathematics"


@pytest.fixture
def learner(db: Any) -> Person:
    return make_person("Lia Learner")


def offered(version: DefinitionVersion, price: int, hours: int = 40) -> DefinitionVersion:
    version.offers.create(price_total=100 * price, hours=Decimal(hours), state="open")
    return version


def with_prices(case: Case) -> DefinitionVersion:
    """Everything offered, and the degree with its further rules."""
    for title, version in case.own.items():
        offered(version, 6_000 if title == "core" else 100 * int(version.credits or 0))
    offered(case.brought["core"], 2_100)
    assert case.minor is not None
    offered(case.minor, 1_500)
    sixth = published(case.university, "Elective 6", 3, UPPER)
    for version, price in zip([*case.electives, sixth], (280, 290, 300, 300, 300, 350), strict=True):
        offered(version, price)
    for version in case.lower:
        offered(version, 100)
    for title, version in case.brought.items():
        if version.requirement is None and title != "core":
            offered(version, 50)
    discrete = offered(published(case.community, "Discrete Structures", 3, LOWER), 200)
    assert case.degree is not None
    first, second = case.electives[:2]
    rule = {
        "kind": "equivalences", "sets": [[achievement_id(discrete), achievement_id(case.own[DISCRETE])]],
        "of": {
            "kind": "exclusive", "achievements": [achievement_id(first), achievement_id(second)],
            "of": {
                "kind": "residency", "issuers": [case.university.organisation.slug], "scheme": HOURS, "share": "1/4",
                "of": (case.degree.requirement or {})["of"],
            },
        },
    }  # fmt: skip
    return published(case.university, "B.S. Mathematics, as planned", 120, kind="programme", requirement=rule)


def earned(case: Case, document: dict[str, Any]) -> None:
    """Award what the steps before the last lead to, by whoever awards it."""
    houses = {one.organisation.pk: one for one in (case.university, case.mit, case.community)}
    for step in document["steps"][:-1]:
        if step["granted"]:
            version = case.brought[step["title"]]
        else:
            version = Offer.objects.get(pk=int(step["offer"].removeprefix("offer:"))).version
        make_award(houses[version.definition.owner_id or 0], case.learner, version, origin=f"direct:{step['order']}")


def test_a_degree_with_transfer_a_share_exclusions_and_equivalences(case: Case) -> None:
    agreements(case)
    degree = with_prices(case)
    goal = goals.set_goal(person=case.learner, version=degree, at=MOMENT)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    taken = {step["title"] for step in document["steps"]}
    assert (document["complete"], document["cost"]) == (True, 9_180_00), taken
    assert document["optimal"]
    assert {"Texas Core Curriculum", "Discrete Structures", "Linear Algebra and NxN Systems", "Elective 1"} <= taken
    assert taken.isdisjoint({"Core Curriculum", DISCRETE, EQUATIONS, "Elective 2"})
    earned(case, document)
    assert degree_plan(degree, case.learner, MOMENT + timedelta(days=1)).evaluation.met


def certificates(college: College) -> dict[str, tuple[DefinitionVersion, dict[str, int]]]:
    """freeCodeCamp's certificates, by title, each with the hours of its projects: a block's stated hours over its projects.

    A project is a credential of its own, offered where its block states hours; two certificates may ask for the same one.
    """
    text = shared("freecodecamp/curriculum_structure.json")
    spent: dict[str, int] = {}
    for block in json.loads(text):
        hours = (block.get("time") or "").partition(" ")[0]
        if block["name"].endswith("Projects") and hours:
            spent |= {one["id"]: int(hours) // len(block["challenges"]) for one in block["challenges"]}
    projects: dict[str, DefinitionVersion] = {}
    found = {}
    for programme in read_freecodecamp(text).found:
        asked = [node for node in nodes(programme.rule) if isinstance(node, AwardOf)]
        if asked[0].role == "project":
            for node in asked:
                if node.achievement not in projects:
                    projects[node.achievement] = published(college, node.label, kind="badge")
                    if node.achievement in spent:
                        offered(projects[node.achievement], 0, spent[node.achievement])
            rule = {"kind": "all_of", "of": of(*(projects[node.achievement] for node in asked))}
            parts = {node.achievement: spent.get(node.achievement, 10**6) for node in asked}
            found[programme.title] = published(college, programme.title, requirement=rule), parts
    return found


@pytest.mark.parametrize("count", [2, 4])
def test_so_many_of_freecodecamps_certificates_some_of_which_share_projects(count: int, learner: Person) -> None:
    college = make_college()
    known = certificates(college)
    unions = [
        dict(chain.from_iterable(parts.items() for _, parts in some)) for some in combinations(known.values(), count)
    ]
    least = min(sum(union.values()) for union in unions)
    assert least < 10**6
    rule = {"kind": "any_n", "n": count, "of": of(*(version for version, _ in known.values()))}
    whole = published(college, "Developer", kind="programme", requirement=rule)
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT, hours_per_week=20)
    document = goals.propose(goal=goal, objective="least_study", at=MOMENT).document
    assert (document["complete"], document["hours"], document["optimal"]) == (True, least, True)
    granted = {step["title"] for step in document["steps"] if step["granted"]}
    assert len(granted & known.keys()) >= count
