"""A plan that is said to reach a larger credential does: its awards, made on its days through the real services, bring it by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.catalog.factories import skill, taught
from tests.issuing.factories import MOMENT, College, make_college, make_version
from tests.people.factories import make_person

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.issuing.models import Award
from cairn.issuing.services import award_credential
from cairn.journeys.services import goals
from cairn.people.models import Person

pytestmark = pytest.mark.django_db

type Courses = dict[str, DefinitionVersion]
type Rule = dict[str, Any]


def a_course(college: College, title: str, ects: str, price: int, hours: int, **more: Any) -> DefinitionVersion:
    version = make_version(
        college, title=title, credits=Decimal(ects), credit_scheme="ects", workload_hours=Decimal(hours), **more
    )
    version.offers.create(price_total=price, hours=Decimal(hours), state="open")
    return version


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def learner() -> Person:
    return make_person("Mina Learner")


@pytest.fixture
def courses(college: College) -> Courses:
    """Six courses: two of nursing, two of a higher level; what is short-lived is cheap and what lasts is dear."""
    other = make_college("Seaview Institute")
    higher = {"level": Decimal(6), "level_framework": "EQF"}
    made = {
        "care": a_course(college, "Foundations of Care", "5", 40_000, 100, field_of_study="51.38"),
        "wounds": a_course(college, "Wound Care", "5", 30_000, 60, field_of_study="51.38", **higher),
        "hygiene": a_course(college, "Infection Control", "2.5", 5_000, 30, tags=["short"], valid_months=3),
        "ethics": a_course(college, "Ethics of Care", "5", 20_000, 80, **higher),
        "writing": a_course(other, "Writing Records", "5", 1_000, 20, tags=["short"]),
        "talking": a_course(other, "Talking with Families", "5", 2_000, 40),
    }
    taught(made["talking"], skill("Speaking"), "3", "stated")
    taught(made["ethics"], skill("Speaking"), "2", "stated")
    return made


def of(courses: Courses, *names: str) -> list[Rule]:
    return [{"kind": "award_of", "achievement": achievement_id(courses[name])} for name in names]


def every(*parts: Rule) -> Rule:
    return {"kind": "all_of", "of": list(parts)}


def ects(amount: str, **conditions: Any) -> Rule:
    rule = {"kind": "credits_at_least", "amount": amount, "scheme": "ects"}
    return rule | ({"filter": conditions} if conditions else {})


def house(courses: Courses) -> str:
    owner = courses["care"].definition.owner
    assert owner is not None
    return str(owner.slug)


RULES: dict[str, Callable[[Courses], Rule]] = {
    "certain awards, one of which runs out": lambda all_: every(*of(all_, "hygiene", "care", "ethics")),
    "so many of them": lambda all_: {"kind": "any_n", "n": 2, "of": of(all_, "care", "hygiene", "ethics")},
    "credits in subjects and of a level": lambda _: every(
        ects("10", subjects=["51"]), ects("5", level_at_least={"framework": "EQF", "value": "6"})
    ),
    "an order, kept fresh": lambda all_: {
        "kind": "recency", "days": 120, "of": {"kind": "in_order", "of": of(all_, "ethics", "care", "hygiene")},
    },
    "earned together": lambda all_: {
        "kind": "earned_together", "days": 60, "of": every(*of(all_, "care"), ects("2.5", tags=["short"])),
    },
    "a share of the awarding body": lambda all_: {
        "kind": "residency", "issuers": [house(all_)], "scheme": "ects", "share": "1/2", "of": ects("15"),
    },
    "a limit on what is short": lambda _: {
        "kind": "at_most", "count": 1, "filter": {"tags": ["short"]}, "of": ects("12.5"),
    },
    "one of two only": lambda all_: {
        "kind": "exclusive", "achievements": [achievement_id(all_["writing"]), achievement_id(all_["talking"])], "of": ects("10"),
    },
    "without something": lambda all_: every(ects("7.5"), {"kind": "not", "of": of(all_, "writing")[0]}),
    "skills at a level": lambda all_: every(
        {"kind": "skills_covered", "framework": "O*NET", "skills": [skill("Speaking").uri], "level": "2"}, *of(all_, "hygiene")
    ),
}  # fmt: skip


def whole_of(college: College, rule: Rule) -> DefinitionVersion:
    return make_version(college, title="Carer", kind="certificate", requirement=rule)


def planned(learner: Person, whole: DefinitionVersion, hours: int = 10, **more: Any) -> dict[str, Any]:
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT, hours_per_week=hours, **more)
    document: dict[str, Any] = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    return document


def titles(document: dict[str, Any]) -> list[str]:
    return [step["title"] for step in document["steps"]]


def earn(college: College, learner: Person, document: dict[str, Any]) -> datetime:
    """Award what the steps lead to, each on the last day of its last week, up to the larger credential; the last of these moments."""
    last = MOMENT
    for step in document["steps"]:
        if step["granted"]:
            break
        last = MOMENT + timedelta(weeks=step["end_week"], seconds=step["order"])
        version = Offer.objects.get(pk=int(step["offer"].removeprefix("offer:"))).version
        by = version.definition.owner.memberships.filter(role="registrar").first().person  # type: ignore[union-attr]
        award_credential(version=version, holder=learner, by=by, at=last, origin=f"direct:{step['order']}")
    return last


@pytest.mark.parametrize("name", RULES)
def test_awards_made_on_the_days_of_a_plan_bring_the_whole_by_themselves(
    name: str, college: College, courses: Courses, learner: Person
) -> None:
    whole = whole_of(college, RULES[name](courses))
    document = planned(learner, whole)
    assert document["complete"], name
    last = earn(college, learner, document)
    awarded = Award.objects.get(holder=learner, version=whole)
    assert awarded.state == "awarded"
    assert awarded.awarded_at == last


def test_what_runs_out_soon_is_taken_last_also_where_certain_awards_are_asked_for(
    college: College, courses: Courses, learner: Person
) -> None:
    whole = whole_of(college, RULES["certain awards, one of which runs out"](courses))
    document = planned(learner, whole, hours=5)
    assert titles(document)[-2:] == ["Infection Control", "Carer"]
    assert (document["optimal"], document["cost"], document["weeks"]) == (True, 65_000, 42)


def test_what_is_held_and_runs_out_is_earned_again_where_the_plan_takes_longer(
    college: College, courses: Courses, learner: Person
) -> None:
    award_credential(
        version=courses["hygiene"],
        holder=learner,
        by=college.registrar,
        at=MOMENT - timedelta(days=60),
        origin="direct:0",
    )
    whole = whole_of(college, every(*of(courses, "hygiene", "care")))
    assert titles(planned(learner, whole, hours=40)) == [
        "Foundations of Care",
        "Carer",
    ]  # 3 weeks; it is valid for 29 days more
    slow = planned(learner, whole, hours=10)
    assert titles(slow) == ["Foundations of Care", "Infection Control", "Carer"]
    assert (slow["cost"], slow["complete"]) == (45_000, True)
    earn(college, learner, slow)
    assert Award.objects.filter(holder=learner, version=whole).exists()
