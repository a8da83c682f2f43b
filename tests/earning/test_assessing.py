from __future__ import annotations

import json
from typing import Any

import pytest
from tests.earning.factories import MEETS, NOT_YET, hand_in, make_enrolment, make_session
from tests.issuing.factories import MOMENT, College, ThisSite, make_college, make_learner, make_version
from tests.people.factories import give_role

from cairn import facts
from cairn.credentials import verify
from cairn.earning import queries, services
from cairn.earning.models import Assessment, Enrolment, Submission
from cairn.errors import Conflict, Invalid, NotAllowed, NotFound, RequirementsUnmet
from cairn.issuing.models import Award

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def submission(college: College) -> Submission:
    return hand_in(make_enrolment(make_version(college)))


def assess(college: College, submission: Submission, **change: Any) -> Assessment:
    given: dict[str, Any] = {"by": college.assessor, "results": MEETS, "feedback": "", "at": MOMENT} | change
    return services.assess(submission=submission, **given)


def test_a_pass_becomes_a_signed_award_at_once(college: College, submission: Submission) -> None:
    decided = assess(
        college, submission, results=[{"criterion": "reads", "level": "exceeds", "comment": "Sharp."}, MEETS[1]]
    )
    assert decided.decision == Assessment.Decision.PASSED
    award = queries.award_of(submission.enrolment)
    assert award is not None
    assert award.proposed_by == college.assessor
    document = json.loads(award.document)
    assert [result["value"] for result in document["credentialSubject"]["result"]] == ["Exceeds", "Meets"]
    assert "Sharp." not in award.document
    assert document["evidence"][0]["name"] == "Written account"
    assert verify(award.document, at=MOMENT, resolve=ThisSite()).verdict == "verified"
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.ended_at) == (Enrolment.State.PASSED, MOMENT)


def test_the_link_stands_in_the_award_only_if_the_learner_shares_it(college: College) -> None:
    version = make_version(college)
    for name, shared in (("Open Olga", True), ("Private Pia", False)):
        submission = hand_in(
            make_enrolment(version, make_learner(name)), url=f"https://work.example.org/{shared}", url_shared=shared
        )
        assess(college, submission)
        award = queries.award_of(submission.enrolment)
        assert award is not None
        assert (f"https://work.example.org/{shared}" in award.document) is shared


def test_less_than_enough_goes_back_with_feedback_as_often_as_it_takes(
    college: College, submission: Submission
) -> None:
    for _ in range(3):
        decided = assess(college, submission, results=NOT_YET, feedback="Look at column three again.")
        assert decided.decision == Assessment.Decision.RESUBMIT
        assert Award.objects.count() == 0
        submission = hand_in(submission.enrolment)
    assert assess(college, submission).decision == Assessment.Decision.PASSED
    assert Award.objects.count() == 1
    assert submission.number == 4


def test_feedback_is_owed_to_whoever_does_not_pass(college: College, submission: Submission) -> None:
    with pytest.raises(Invalid) as refused:
        assess(college, submission, results=NOT_YET, feedback="  ")
    assert refused.value.specific_code == "feedback_missing"
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    ("results", "code"),
    [
        (MEETS[:1], "criterion_missing"),
        ([], "criterion_missing"),
        ([*MEETS, {"criterion": "sings", "level": "meets"}], "unknown_criterion"),
        ([MEETS[0], {"criterion": "explains", "level": "brilliant"}], "unknown_level"),
    ],
)
def test_every_criterion_gets_a_level_of_the_rubric(
    college: College, submission: Submission, results: list[dict[str, str]], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        assess(college, submission, results=results, feedback="…")
    assert refused.value.specific_code == code
    assert Enrolment.objects.get().state == Enrolment.State.SUBMITTED


def test_a_pass_the_rubric_does_not_bear_out_is_refused(college: College, submission: Submission) -> None:
    with pytest.raises(RequirementsUnmet) as refused:
        assess(college, submission, results=NOT_YET, decision="passed")
    assert refused.value.facts["missing"] == ["“Reads the data” is at “Not yet”; it takes “Meets”."]


def test_a_pass_cannot_be_withheld_once_everything_is_met(college: College, submission: Submission) -> None:
    with pytest.raises(Invalid) as refused:
        assess(college, submission, decision="failed", feedback="No.")
    assert refused.value.specific_code == "all_met"


def test_a_required_session_has_to_be_attended(college: College) -> None:
    version = make_version(college)
    session = make_session(college, version)
    make_session(college, version, "Open evening", required=False)
    submission = hand_in(make_enrolment(version))
    with pytest.raises(RequirementsUnmet) as refused:
        assess(college, submission, at=session.ends_at)
    assert "Workshop" in refused.value.facts["missing"][0]
    assert len(refused.value.facts["missing"]) == 1
    services.record_attendance(
        session=session, enrolment=submission.enrolment, by=college.instructor, at=session.ends_at
    )
    assert assess(college, submission, at=session.ends_at).decision == Assessment.Decision.PASSED


def test_a_decision_is_final(college: College, submission: Submission) -> None:
    assess(college, submission)
    with pytest.raises(Conflict) as refused:
        assess(college, submission)
    assert refused.value.specific_code == "already_assessed"
    assert Award.objects.count() == 1


def test_what_was_withdrawn_is_not_assessed(college: College, submission: Submission) -> None:
    services.withdraw(enrolment=submission.enrolment, by=submission.enrolment.learner, at=MOMENT)
    with pytest.raises(Conflict):
        assess(college, submission)


@pytest.mark.parametrize("duty", ["registrar", "instructor", "admin"])
def test_only_an_assessor_assesses(college: College, submission: Submission, duty: str) -> None:
    with pytest.raises(NotAllowed):
        assess(college, submission, by=college.people[duty])


def test_an_assessor_of_another_college_may_not(college: College, submission: Submission) -> None:
    other = make_college("Hill College")
    with pytest.raises(NotAllowed):
        assess(college, submission, by=other.assessor)
    with pytest.raises(NotFound):
        queries.submission_for_assessor(other.assessor, submission.pk)
    assert list(queries.waiting_for_assessment(other.assessor)) == []
    assert list(queries.waiting_for_assessment(college.assessor)) == [submission]


def test_nobody_assesses_their_own_work(college: College) -> None:
    submission = hand_in(make_enrolment(make_version(college), college.assessor))
    with pytest.raises(NotAllowed):
        assess(college, submission)
    assert list(queries.waiting_for_assessment(college.assessor)) == []


def test_who_trained_does_not_assess_alone_for_an_industry_credential(college: College) -> None:
    both = give_role(college.instructor, college.organisation, "assessor")
    version = make_version(college, "Safe Wiring", kind="industry")
    session = make_session(college, version)
    enrolment = make_enrolment(version)
    services.record_attendance(session=session, enrolment=enrolment, by=both, at=session.ends_at)
    submission = hand_in(enrolment)
    with pytest.raises(NotAllowed) as refused:
        assess(college, submission, by=both)
    assert refused.value.specific_code == "separation_of_duties"
    assert assess(college, submission).decision == Assessment.Decision.PASSED


def test_for_high_stakes_the_assessor_does_not_approve(college: College) -> None:
    from cairn.issuing.services import approve_award

    give_role(college.assessor, college.organisation, "registrar")
    submission = hand_in(make_enrolment(make_version(college, high_stakes=True)))
    assess(college, submission)
    award = queries.award_of(submission.enrolment)
    assert award is not None
    assert award.state == Award.State.PROPOSED
    with pytest.raises(NotAllowed):
        approve_award(award=award, by=college.assessor, at=MOMENT)
    assert approve_award(award=award, by=college.registrar, at=MOMENT).state == Award.State.AWARDED


def test_without_a_key_the_decision_is_not_half_made(college: College, submission: Submission) -> None:
    college.organisation.signing_keys.all().delete()
    with pytest.raises(NotFound):
        assess(college, submission)
    assert not Assessment.objects.exists()
    assert Enrolment.objects.get().state == Enrolment.State.SUBMITTED


def test_an_ended_enrolment_says_so_to_listeners_and_learner(
    college: College, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[facts.EnrolmentPassed] = []
    monkeypatch.setitem(facts._listeners, facts.EnrolmentPassed, [heard.append])
    assess(college, submission, results=NOT_YET, feedback="The examination was not passed.", decision="failed")
    assert heard == []
    submission.enrolment.refresh_from_db()
    assert queries.enrolment_seen(submission.enrolment).next_step.startswith("This has ended")
    other = hand_in(make_enrolment(submission.enrolment.version, make_learner("Max Other")))
    assess(college, other)
    assert [fact.enrolment_id for fact in heard] == [other.enrolment_id]
