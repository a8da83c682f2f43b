"""Plans toward larger credentials on the days of the plan: windows that open later, awards that run out, here and inside other stacks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.issuing.factories import make_college, make_version
from tests.journeys.test_counted_plans import MOMENT, a_course, ects, named
from tests.people.factories import make_person

from cairn.issuing.services import award_credential
from cairn.journeys.services import goals
from cairn.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Person:
    return make_person("Mina Learner")


def planned(learner: Person, whole: Any, hours: int | None, **limits: Any) -> dict[str, Any]:
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT, hours_per_week=hours, **limits)
    return goals.propose(goal=goal, objective="cheapest", at=MOMENT).document


def weeks(document: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {step["title"]: (step["start_week"], step["end_week"]) for step in document["steps"]}


def test_what_counts_only_from_a_day_on_waits_for_it_and_says_why(learner: Person) -> None:
    college = make_college()
    a_course(college, "Five", "5", 10_000)
    a_course(college, "Ten credits", "10", 30_000)
    opens = datetime(2026, 5, 1, tzinfo=UTC)  # in the fourth week
    late = {"kind": "earned_within", "since": opens.isoformat(), "of": ects("5")}
    rule = {"kind": "all_of", "of": [late, ects("10")]}
    whole = make_version(college, title="Scholar", kind="certificate", requirement=rule)
    document = planned(learner, whole, 20)
    assert (document["complete"], document["optimal"], document["cost"]) == (True, True, 40_000)
    ends = weeks(document)
    waiting = next(step for step in document["steps"] if step["end_week"] == 4 and not step["granted"])
    assert ends["Scholar"] == (4, 4)
    assert waiting["start_week"] == 4  # it is not begun and then left
    assert "It must not be done before week 4. Only what is earned from 1 May 2026 on counts." in waiting["why"]
    assert "earned from 1 May 2026 on" in document["notes"][0]


def test_what_is_held_counts_toward_an_amount_and_runs_out_is_earned_again_where_that_is_the_cheapest(
    learner: Person,
) -> None:
    college = make_college()
    held = a_course(college, "Held for a year", "5", 10_000, valid_months=12)
    a_course(college, "Five", "5", 10_000)
    a_course(college, "Another five", "5", 20_000)
    whole = make_version(college, title="Scholar", kind="certificate", requirement=ects("10"))
    award_credential(
        version=held, holder=learner, by=college.registrar, at=MOMENT - timedelta(days=355), origin="direct:1"
    )
    assert planned(learner, whole, 20)["cost"] == 10_000
    slow = planned(learner, whole, 5)  # four weeks for a course: what is held is over by then
    assert (slow["complete"], slow["optimal"], slow["cost"]) == (True, True, 20_000)
    assert set(weeks(slow)) == {"Five", "Held for a year", "Scholar"}


def test_a_part_of_a_stack_inside_that_runs_out_is_earned_last(learner: Person) -> None:
    college = make_college()
    brief = a_course(college, "Valid for a month", "5", 10_000, valid_months=1)
    long = a_course(college, "Long", "5", 10_000)
    inner = make_version(
        college, title="Inner", kind="certificate", requirement={"kind": "all_of", "of": named(brief, long)}
    )
    other = a_course(college, "Beside", "5", 10_000)
    for outer in ({"kind": "all_of", "of": named(inner, other)}, {"kind": "all_of", "of": [*named(inner), ects("5")]}):
        whole = make_version(college, title="Scholar", kind="certificate", requirement=outer)
        document = planned(
            learner, whole, 4
        )  # five weeks for a course: the one that is valid for a month has to be the last but none
        assert (document["complete"], document["optimal"]) == (True, True)
        ends = weeks(document)
        assert ends["Valid for a month"][1] - ends["Long"][1] <= 5
        assert ends["Long"][1] < ends["Valid for a month"][1] or ends["Long"][1] - ends["Valid for a month"][1] < 5
        assert ends["Inner"][1] == max(ends["Valid for a month"][1], ends["Long"][1])
