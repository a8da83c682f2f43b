"""An agreement begins, ends, is withdrawn or superseded: stored progress follows, also when nothing but time has passed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.issuing.factories import MOMENT, College
from tests.journeys.test_stacks import OUTCOMES, all_of
from tests.recognition.factories import make_agreement, make_course, make_university, term
from tests.wallet.factories import make_award

from cairn.catalog.models import DefinitionVersion
from cairn.issuing.models import Award
from cairn.journeys.models import StackProgress
from cairn.people.models import Person
from cairn.recognition import services
from cairn.recognition.models import AgreementVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def university(db: Any) -> College:
    return make_university()


@pytest.fixture
def courses(college: College, university: College) -> tuple[DefinitionVersion, DefinitionVersion]:
    return make_course(college, "Tables"), make_course(university, "STAT 101")


@pytest.fixture
def degree(university: College, courses: tuple[DefinitionVersion, DefinitionVersion]) -> DefinitionVersion:
    other = make_course(university, "STAT 102")
    return make_course(
        university, "Statistics", kind="certificate", rubric=None, assessment_type="", outcomes=OUTCOMES,
        requirement=all_of(courses[1], other),
    )  # fmt: skip


def day(number: int) -> Any:
    return MOMENT + timedelta(days=number)


def percent(learner: Person, degree: DefinitionVersion) -> int | None:
    row = StackProgress.objects.filter(person=learner, version=degree).first()
    return None if row is None else row.percent


def test_progress_follows_an_agreement_through_its_days(
    college: College, university: College, learner: Person, courses: Any, degree: DefinitionVersion
) -> None:
    make_award(college, learner, courses[0])
    make_agreement(college, university, term(*courses), in_force_from=day(10), in_force_until=day(20))
    assert services.follow_agreements(at=day(9)) == 0
    assert percent(learner, degree) is None
    assert services.follow_agreements(at=day(10)) == 1
    assert percent(learner, degree) == 50
    assert services.follow_agreements(at=day(11)) == 0  # told already
    assert services.follow_agreements(at=day(20)) == 1
    assert percent(learner, degree) == 0


def test_a_signature_that_begins_it_at_once_is_followed_at_once_and_so_is_a_withdrawal(
    college: College, university: College, learner: Person, courses: Any, degree: DefinitionVersion,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    make_award(college, learner, courses[0])
    with django_capture_on_commit_callbacks(execute=True):
        row = make_agreement(college, university, term(*courses), notice_days=0)
    assert percent(learner, degree) == 50
    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw_agreement(
            agreement=row, organisation=college.organisation, by=college.registrar, at=day(1), reason="Changed."
        )
    assert percent(learner, degree) == 0


def test_a_next_version_that_leaves_something_out_takes_it_away_on_its_day(
    college: College, university: College, learner: Person, courses: Any, degree: DefinitionVersion
) -> None:
    make_award(college, learner, courses[0])
    row = make_agreement(college, university, term(*courses))
    services.follow_agreements(at=day(0))
    assert percent(learner, degree) == 50
    charts = make_course(college, "Charts")
    make_agreement(college, university, term(charts, courses[1]), in_force_from=day(5), supersedes=row)
    services.follow_agreements(at=day(4))
    assert percent(learner, degree) == 50
    services.follow_agreements(at=day(5))
    assert percent(learner, degree) == 0


def test_one_that_concerns_many_is_left_for_the_next_run(
    college: College, university: College, learner: Person, courses: Any, degree: DefinitionVersion
) -> None:
    make_award(college, learner, courses[0])
    row = make_agreement(college, university, term(*courses))
    assert services.follow_agreements(at=day(1), most=0) == 0
    assert not AgreementVersion.objects.get(pk=row.pk).told_in_force
    assert services.follow_agreements(at=day(1)) == 1


def test_an_award_that_completes_by_agreement_is_made_when_the_agreement_begins(
    college: College, university: College, learner: Person, courses: Any, degree: DefinitionVersion
) -> None:
    make_award(college, learner, courses[0])
    make_award(university, learner, DefinitionVersion.objects.get(title="STAT 102"))
    make_agreement(college, university, term(*courses), in_force_from=day(3))
    services.follow_agreements(at=day(3))
    made = Award.objects.get(holder=learner, version=degree)
    assert {part.version.title for part in made.parts.all()} == {"Tables", "STAT 102"}
