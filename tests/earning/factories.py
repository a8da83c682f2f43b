"""Learners on their way: enrolled, in a session, with evidence handed in. Everything goes through the services."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.issuing.factories import MOMENT, College, make_learner

from cairn.catalog.models import DefinitionVersion
from cairn.earning import services
from cairn.earning.models import Enrolment, Session, Submission
from cairn.people.models import Person

MEETS = [{"criterion": "reads", "level": "meets"}, {"criterion": "explains", "level": "meets"}]
NOT_YET = [
    {"criterion": "reads", "level": "not-yet", "comment": "Column three is a share."},
    {"criterion": "explains", "level": "meets"},
]


def make_enrolment(version: DefinitionVersion, learner: Person | None = None, *, at: datetime = MOMENT) -> Enrolment:
    """Enrol a learner, made up unless given."""
    return services.enrol(learner=learner or make_learner(), version=version, at=at)


def hand_in(enrolment: Enrolment, *, at: datetime = MOMENT + timedelta(days=1), **evidence: Any) -> Submission:
    """Hand in a written account unless other evidence is given."""
    evidence = evidence or {"narrative": "I compared two tables and wrote down what they say."}
    return services.submit(enrolment=enrolment, by=enrolment.learner, at=at, **evidence)


def make_session(college: College, version: DefinitionVersion, title: str = "Workshop", **change: Any) -> Session:
    """Put a session of two hours on the calendar, a week after :data:`MOMENT`."""
    starts = MOMENT + timedelta(days=7)
    given = {"title": title, "starts_at": starts, "ends_at": starts + timedelta(hours=2), "place": "Room 4"} | change
    return services.schedule_session(version=version, by=college.instructor, at=MOMENT, **given)
