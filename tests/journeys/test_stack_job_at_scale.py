"""What keeps a run over a million learners as quick for the last of them as for the first: each step touches its own people's rows only."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from tests.issuing.factories import MOMENT, College, make_learner, make_version
from tests.journeys.test_stacks import OUTCOMES, all_of
from tests.recognition.factories import make_agreement, make_course, make_university, term

from cairn.issuing.models import Award
from cairn.journeys.jobs import Work
from cairn.journeys.models import StackProgress

pytestmark = pytest.mark.django_db

GROWING = (
    "issuing_award",
    "issuing_statuschange",
    "journeys_stackprogress",
    "people_person",
    "recognition_externalaward",
)
WHOSE = ("person_id", "holder_id", "award_id", "id", "rowid", "status_list_id=? AND status_index")
"""Columns by which a step may find rows in a table that grows with the learners; a place in a status list is one award's."""


@pytest.fixture
def university() -> College:
    return make_university()


def plans(work: Work, low: int, high: int) -> list[str]:
    """How SQLite looks up what a step asks for, with the names of tables written out; who asks is left as it is."""
    found: list[str] = []
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not many and sql.startswith("SELECT"):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work.do(low, high)
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            main = sql.split('FROM "', 1)[1].split('"', 1)[0]
            found += [
                detail.replace(" U0 ", f" {main} ").replace(" T4 ", " issuing_award ")
                for *_, detail in cursor.fetchall()
            ]
    return found


def test_a_step_finds_rows_by_its_people_and_never_by_the_stack_the_course_or_the_institution(
    university: College,
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by what it counted; SQLite, where nobody counts, by the shape of the question")
    partner = make_university("Partner College")
    given, course = make_course(partner, "Given Here"), make_course(university, "Asked For")
    version = make_version(
        university, "Whole", kind="certificate", rubric=None, assessment_type="", outcomes=OUTCOMES, requirement=all_of(course),
    )  # fmt: skip
    make_agreement(partner, university, term(given, course))
    people = [make_learner(f"Learner {number}") for number in range(4)]
    for person, held in zip(people, (course, course, given, course), strict=True):
        institution = partner if held is given else university
        Award.objects.create(
            organisation=institution.organisation, version=held, holder=person, state="awarded", awarded_at=MOMENT, origin="import:1"
        )  # fmt: skip
    StackProgress.objects.create(person=people[3], version=version, state="partly", evaluated_at=MOMENT)
    lookups = [line for line in plans(Work(version, MOMENT, awards=True), 0, people[-1].pk) if " JOIN" not in line]
    grown = [line for line in lookups if any(f" {table} " in f"{line} " for table in GROWING)]
    assert len(grown) > 8
    assert [line for line in grown if not any(f"({name}" in line for name in WHOSE)] == []
    assert StackProgress.objects.filter(version=version, state="met").count() == 4
