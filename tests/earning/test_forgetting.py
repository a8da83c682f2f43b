from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.earning.factories import MEETS, hand_in, make_enrolment
from tests.issuing.factories import MOMENT, College, ThisSite, make_college, make_version

from cairn.credentials import verify
from cairn.earning import queries, services
from cairn.earning.models import Assessment, Enrolment, Submission
from cairn.issuing import queries as issuing_queries
from cairn.issuing import services as issuing
from cairn.issuing.models import Award

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


def test_a_learner_who_leaves_takes_what_they_made(
    college: College, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    enrolment = make_enrolment(make_version(college))
    submission = hand_in(enrolment, narrative="My words.", upload=SimpleUploadedFile("mine.txt", b"my file"))
    services.assess(submission=submission, by=college.assessor, results=MEETS, feedback="Well done, Lia.", at=MOMENT)
    copy = Award.objects.get().document
    make_enrolment(make_version(college, "Writing Tables"), enrolment.learner)
    with django_capture_on_commit_callbacks(execute=True):
        services.forget_learner(enrolment.learner, MOMENT)
        issuing.forget_holder(enrolment.learner, MOMENT)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    left = Submission.objects.get()
    assert (left.narrative, left.file_name) == ("", "")
    assert left.file_digest
    assert Assessment.objects.get().feedback == ""
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"passed", "withdrew"}
    award = Award.objects.get()
    assert award.document == ""
    assert award.digest
    assert verify(copy, at=MOMENT, resolve=ThisSite()).verdict == "verified"


def test_my_data_holds_everything_i_handed_in_and_was_given(college: College) -> None:
    submission = hand_in(make_enrolment(make_version(college)))
    services.assess(submission=submission, by=college.assessor, results=MEETS, feedback="Clear.", at=MOMENT)
    learner = submission.enrolment.learner
    [enrolment] = queries.enrolments_portion(learner)
    assert enrolment["submissions"][0]["feedback"] == "Clear."
    [award] = issuing_queries.awards_portion(learner)
    assert award["document"] == Award.objects.get().document
    json.dumps([enrolment, award])
    assert queries.enrolments_portion(college.assessor) == []
