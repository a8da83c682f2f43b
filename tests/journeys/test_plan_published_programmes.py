"""Programmes as others publish them, with rules an institution could write over them: each plan worked out apart from the planner.

====================  ========================================  =====================================================================
MIT 18.03x            14 weeks of 7, 9 of 5, 11 of 5 hours      98, 45 and 55 hours: 198 in all, in the order of their numbers
at 5 hours a week     ends in weeks 20, 29 and 40               140 days from the first award to the last
at 4 hours a week     ends in weeks 25, 36 and 50               175 days: more than the 150 that the rule allows
Microsoft Learn       modules for administrators                every sum of hours there is, by how many are for beginners
====================  ========================================  =====================================================================
"""

from __future__ import annotations

import json
from decimal import Decimal
from math import ceil
from typing import Any

import pytest
from tests.issuing.factories import MOMENT, OUTCOMES, College, make_college
from tests.people.factories import make_person
from tests.shared import shared

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import Definition, DefinitionVersion, Provider
from cairn.journeys import itinerary
from cairn.journeys.services import goals, searching
from cairn.people.models import Person
from cairn.planning import Objective
from cairn.stacking.pathways.programmes import read_mit_learn
from cairn.stacking.requirements import nodes

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def learner() -> Person:
    return make_person("Mina Learner")


def published(
    college: College, title: str, *, hours: Decimal | None = None, price: int = 0, **more: Any
) -> DefinitionVersion:
    """A credential that is in the catalogue already, and offered where it has hours: how it got there is told by other tests."""
    provider, _ = Provider.objects.get_or_create(
        organisation=college.organisation, source="cairn", source_key=college.organisation.slug,
        defaults={"name": college.organisation.name, "slug": college.organisation.slug},
    )  # fmt: skip
    number = Definition.objects.count()
    definition = Definition.objects.create(
        slug=f"published-{number}", owner=college.organisation, provider=provider, type=more.pop("kind", "badge"), source="cairn",
        source_key=f"published-{number}",
    )  # fmt: skip
    version = DefinitionVersion.objects.create(
        definition=definition, number=1, state="published", title=title, description=title, criteria="Pass it.",
        outcomes=[{**OUTCOMES[0], "assessed_by": []}], workload_hours=hours, published_at=MOMENT, **more,
    )  # fmt: skip
    if hours is not None:
        version.offers.create(price_total=price, hours=hours, state="open")
    return version


def of(*versions: DefinitionVersion) -> list[dict[str, Any]]:
    return [{"kind": "award_of", "achievement": achievement_id(one)} for one in versions]


def differential_equations(college: College) -> list[DefinitionVersion]:
    """The courses of the programme, with the hours that MIT Learn states."""
    listed = json.loads(shared("mit_learn/mitxonline_courses.json"))["results"]
    courses = {one["readable_id"]: one for one in listed}
    programme = read_mit_learn(shared("mit_learn/mitxonline_programs.json"), json.dumps({"results": listed})).found[0]
    made = []
    for node in nodes(programme.rule):
        if node.kind == "award_of":
            course = courses[node.achievement]  # type: ignore[attr-defined] # of that kind
            weeks, a_week = (course[name].split()[0].partition("-")[0] for name in ("duration", "time_commitment"))
            made.append(published(college, course["title"], hours=Decimal(int(weeks) * int(a_week)), price=12_300))
    return made


def test_an_mit_programme_in_its_order_within_a_window(college: College, learner: Person) -> None:
    courses = differential_equations(college)
    rule = {"kind": "earned_together", "days": 150, "of": {"kind": "in_order", "of": of(*courses)}}
    whole = published(college, "18.03x", kind="programme", requirement=rule)
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT, hours_per_week=5)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert [(step["title"], step["end_week"]) for step in document["steps"]] == [
        ("Introduction to Differential Equations", 20), ("Differential Equations: 2x2 Systems", 29),
        ("Linear Algebra and NxN Systems", 40), ("18.03x", 40),
    ]  # fmt: skip
    assert (document["cost"], document["hours"], document["optimal"]) == (36_900, 198, True)
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT, hours_per_week=4)
    slower = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    ends = {step["title"]: step["end_week"] for step in slower["steps"]}
    first, last = ends["Introduction to Differential Equations"], ends["18.03x"]
    assert (slower["complete"], slower["optimal"], last) == (True, True, 50)
    assert 25 < first >= last - 150 // 7  # one after the other it would be done in week 25, and too long ago at the end


def administrators(college: College) -> list[tuple[DefinitionVersion, bool]]:
    """The modules for administrators with their hours, and whether each is for beginners."""
    catalogue = json.loads(shared("ms_learn_de/catalog.json"))
    minutes = {one["uid"]: int(one.get("durationInMinutes") or 0) for one in catalogue["units"]}
    made = []
    for module in catalogue["modules"]:
        spent = sum(minutes.get(unit, 0) for unit in module["units"])
        if "administrator" in module["roles"] and spent:
            hours = Decimal(-(-spent // 15)) / 4  # in quarters of an hour
            tags = [*module["levels"], "for-administrators"]
            counted: dict[str, Any] = {"credits": hours, "credit_scheme": "learning-hours", "tags": tags}
            made.append((published(college, module["title"], hours=hours, **counted), "beginner" in module["levels"]))
    return made


def least_study(modules: list[tuple[DefinitionVersion, bool]], asked: Decimal, most: int) -> int | None:
    """The least whole hours of study at which so many hours of work come together, every choice added up; None where they never do."""
    sums: dict[tuple[int, Decimal], int] = {(0, Decimal(0)): 0}
    for version, beginner in modules:
        assert version.workload_hours is not None
        study = ceil(version.workload_hours)
        for (beginners, worked), studied in list(sums.items()):
            key = (beginners + beginner, min(asked, worked + version.workload_hours))
            if key[0] <= most:
                sums[key] = min(sums.get(key, 10**6), studied + study)
    return min((studied for (_, worked), studied in sums.items() if worked == asked), default=None)


@pytest.mark.parametrize("most", [1, 4])
def test_microsoft_learn_modules_by_hours_with_few_for_beginners(most: int, college: College, learner: Person) -> None:
    modules = administrators(college)
    assert len(modules) > 10
    hours = {
        "kind": "credits_at_least",
        "amount": "6",
        "scheme": "learning-hours",
        "filter": {"tags": ["for-administrators"]},
    }
    rule = {"kind": "at_most", "count": most, "filter": {"tags": ["beginner"]}, "of": hours}
    whole = published(college, "Azure administration", kind="certificate", requirement=rule)
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT)
    found = searching.best(itinerary.of_goal(goal, MOMENT).aiming(Objective.LEAST_STUDY))
    least = least_study(modules, Decimal(6), most)
    assert (found.complete, found.optimal) == (least is not None, True)
    assert found.hours == (least or 0)
