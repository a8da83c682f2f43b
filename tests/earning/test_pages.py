from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.earning.factories import MEETS, hand_in, make_enrolment, make_session
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_version

from cairn.catalog.models import Offer
from cairn.earning import services
from cairn.earning.models import Assessment, Enrolment, Submission
from cairn.issuing.models import Award
from cairn.outside import clock
from cairn.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def enrolment(college: College) -> Enrolment:
    return make_enrolment(make_version(college))


def signed_in(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def chosen(*levels: str, **more: str) -> dict[str, str]:
    return {"level-reads": levels[0], "level-explains": levels[1], **more}


# --- who may see what --------------------------------------------------------------------------------------------------------


def test_an_enrolment_is_its_learners_own(college: College, enrolment: Enrolment) -> None:
    url = reverse("earning:enrolment", args=[enrolment.pk])
    assert signed_in(None).get(url).headers["Location"].startswith("/sign-in/")
    for person in (
        make_learner("Max Other"),
        college.assessor,
        college.registrar,
        make_college("Hill College").assessor,
    ):
        assert signed_in(person).get(url).status_code == 404
    assert "Hand in your evidence" in signed_in(enrolment.learner).get(url).content.decode()


def test_a_submission_is_for_assessors_of_the_awarding_body(college: College, enrolment: Enrolment) -> None:
    url = reverse("earning:submission", args=[hand_in(enrolment).pk])
    assert signed_in(None).get(url).headers["Location"].startswith("/sign-in/")
    for person in (
        enrolment.learner,
        make_learner("Max Other"),
        college.registrar,
        make_college("Hill College").assessor,
    ):
        assert signed_in(person).get(url).status_code == 404
    page = signed_in(college.assessor).get(url).content.decode()
    assert "I compared two tables" in page
    assert "Every column is read as it is meant." in page


def test_an_evidence_file_is_a_download_for_its_learner_and_assessors(college: College, enrolment: Enrolment) -> None:
    submission = hand_in(enrolment, upload=SimpleUploadedFile("Mein Bericht.pdf", b"%PDF-1.7 words"))
    url = reverse("earning:evidence_file", args=[submission.pk])
    assert signed_in(None).get(url).headers["Location"].startswith("/sign-in/")
    for person in (make_learner("Max Other"), college.registrar, college.admin, make_college("Hill College").assessor):
        assert signed_in(person).get(url).status_code == 404
    for person in (enrolment.learner, college.assessor):
        answer = signed_in(person).get(url)
        assert b"".join(answer.streaming_content) == b"%PDF-1.7 words"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "Mein Bericht.pdf" in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_session_is_for_instructors_of_the_awarding_body(college: College, enrolment: Enrolment) -> None:
    url = reverse("earning:session", args=[make_session(college, enrolment.version).pk])
    assert signed_in(None).get(url).headers["Location"].startswith("/sign-in/")
    for person in (enrolment.learner, college.assessor, make_college("Hill College").instructor):
        assert signed_in(person).get(url).status_code == 404
    assert "Lia Learner" in signed_in(college.instructor).get(url).content.decode()


def test_each_desk_says_whom_it_is_for(college: College) -> None:
    assert "This desk is for assessors" in signed_in(make_learner()).get("/desk/assessor/").content.decode()
    assert "Nothing waits" in signed_in(college.assessor).get("/desk/assessor/").content.decode()
    assert "Sessions and attendance" in signed_in(college.instructor).get("/desk/assessor/").content.decode()
    assert "You are not enrolled in anything" in signed_in(make_learner("Max Other")).get("/learn/").content.decode()
    for url in ("/desk/assessor/", "/desk/assessor/sessions/", "/desk/assessor/sessions/new/", "/learn/"):
        assert signed_in(None).get(url).headers["Location"].startswith("/sign-in/")


# --- enrolling ---------------------------------------------------------------------------------------------------------------


def test_one_click_enrols_and_a_second_leads_to_the_same_place(college: College) -> None:
    version = make_version(college)
    client, url = signed_in(make_learner()), reverse("earning:enrol", args=[version.definition.slug])
    first = client.post(url)
    assert first.headers["Location"] == reverse("earning:enrolment", args=[Enrolment.objects.get().pk])
    assert client.post(url).headers["Location"] == first.headers["Location"]


def test_prerequisites_are_read_before_enrolling(college: College) -> None:
    version = make_version(college, prerequisites="You can add fractions.")
    client, url = signed_in(make_learner()), reverse("earning:enrol", args=[version.definition.slug])
    assert "You can add fractions." in client.post(url).content.decode()
    assert not Enrolment.objects.exists()
    client.post(url, {"read": "1"})
    assert Enrolment.objects.exists()


def test_an_offer_is_enrolled_in_by_its_number(college: College) -> None:
    version = make_version(college)
    offer = Offer.objects.create(version=version, capacity=1, self_paced=True)
    signed_in(make_learner("One")).post(reverse("earning:enrol", args=[offer.pk]))
    assert Enrolment.objects.get().offer == offer
    full = signed_in(make_learner("Two")).post(
        reverse("earning:enrol", args=[version.definition.slug]), {"offer": offer.pk}
    )
    assert full.status_code == 409
    assert "All 1 places of this offer are taken." in full.content.decode()


@pytest.mark.parametrize("path", ["no-such-thing", "999999"])
def test_there_is_nothing_to_enrol_in(path: str) -> None:
    assert signed_in(make_learner()).post(f"/learn/enrol/{path}/").status_code == 404


def test_the_list_says_what_is_next(college: College, enrolment: Enrolment) -> None:
    client = signed_in(enrolment.learner)
    assert "Hand in your evidence when it is ready." in client.get("/learn/").content.decode()
    make_session(college, enrolment.version, "Table workshop")
    assert "Table workshop" in client.get("/learn/").content.decode()
    submission = hand_in(enrolment)
    assert "An assessor looks at it next." in client.get("/learn/").content.decode()
    assert submission.pk


def test_withdrawing_ends_it(enrolment: Enrolment) -> None:
    client, url = signed_in(enrolment.learner), reverse("earning:withdraw", args=[enrolment.pk])
    assert client.get(url).status_code == 405
    assert "You have withdrawn." in client.post(url, follow=True).content.decode()
    assert client.post(url).status_code == 409


# --- handing in --------------------------------------------------------------------------------------------------------------


def test_evidence_is_handed_in_on_the_page(enrolment: Enrolment) -> None:
    client, url = signed_in(enrolment.learner), reverse("earning:enrolment", args=[enrolment.pk])
    file = SimpleUploadedFile("report.txt", b"What I found.")
    done = client.post(
        url, {"narrative": "See the file.", "url": "https://work.example.org/1", "upload": file}, follow=True
    )
    page = done.content.decode()
    assert "Your evidence is in." in page
    assert "report.txt" in page
    again = client.post(url, {"narrative": "Once more."})
    assert again.status_code == 409
    assert "already" in again.content.decode()
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "nothing to look at yet"),
        ({"url": "not an address"}, "valid URL"),
        ({"upload": SimpleUploadedFile("x.html", b"<html></html>")}, "not taken here"),
        ({"upload": SimpleUploadedFile("x.txt", b"")}, "empty"),
    ],
)
def test_the_form_says_what_to_mend(enrolment: Enrolment, given: dict[str, Any], said: str) -> None:
    answer = signed_in(enrolment.learner).post(reverse("earning:enrolment", args=[enrolment.pk]), given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Submission.objects.exists()


# --- assessing ---------------------------------------------------------------------------------------------------------------


def test_the_queue_is_by_organisation_and_the_longest_wait_first(college: College) -> None:
    version = make_version(college)
    late = hand_in(make_enrolment(version, make_learner("Late Lou")), at=MOMENT + timedelta(days=5))
    early = hand_in(make_enrolment(version, make_learner("Early Eve")), at=MOMENT + timedelta(days=1))
    page = signed_in(college.assessor).get("/desk/assessor/").content.decode()
    assert page.index(str(early.enrolment.learner)) < page.index(str(late.enrolment.learner))
    assert "Harbour College" in page


def test_a_decision_on_the_page_signs_the_award(college: College, enrolment: Enrolment) -> None:
    url = reverse("earning:submission", args=[hand_in(enrolment).pk])
    client = signed_in(college.assessor)
    done = client.post(url, chosen("exceeds", "meets"), follow=True)
    assert "It passes." in done.content.decode()
    assert Award.objects.get().state == Award.State.AWARDED
    assert "Meets the rubric" in client.get(url).content.decode()
    again = client.post(url, chosen("meets", "meets"))
    assert again.status_code == 409
    mine = signed_in(enrolment.learner).get(reverse("earning:enrolment", args=[enrolment.pk])).content.decode()
    assert "Meets the rubric" in mine
    assert "To my credentials" in mine


def test_a_missing_criterion_or_feedback_is_said_at_its_place(college: College, enrolment: Enrolment) -> None:
    url = reverse("earning:submission", args=[hand_in(enrolment).pk])
    client = signed_in(college.assessor)
    missing = client.post(url, {"level-reads": "meets"})
    assert missing.status_code == 422
    assert "Choose a level for “Explains the result”." in missing.content.decode()
    silent = client.post(url, chosen("not-yet", "meets"))
    assert silent.status_code == 422
    assert "Write feedback" in silent.content.decode()
    assert not Assessment.objects.exists()


def test_feedback_reaches_the_learner_who_hands_in_again(college: College, enrolment: Enrolment) -> None:
    url = reverse("earning:submission", args=[hand_in(enrolment).pk])
    given = chosen("not-yet", "meets", feedback="Look at column three.", **{"comment-reads": "It is a share."})
    assert "goes back to the learner" in signed_in(college.assessor).post(url, given, follow=True).content.decode()
    page = signed_in(enrolment.learner).get(reverse("earning:enrolment", args=[enrolment.pk])).content.decode()
    assert "Look at column three." in page
    assert "It is a share." in page
    assert "Hand in again" in page


def test_ending_without_another_try_has_to_be_said(college: College, enrolment: Enrolment) -> None:
    url = reverse("earning:submission", args=[hand_in(enrolment).pk])
    given = chosen("not-yet", "meets", feedback="The examination was not passed.", ends="on")
    assert "ended as not passed" in signed_in(college.assessor).post(url, given, follow=True).content.decode()
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.FAILED


def test_an_unattended_workshop_keeps_it_in_the_queue(college: College, enrolment: Enrolment) -> None:
    session = make_session(college, enrolment.version)
    url = reverse("earning:submission", args=[hand_in(enrolment).pk])
    answer = signed_in(college.assessor).post(url, chosen("meets", "meets"))
    assert answer.status_code == 422
    assert session.title in answer.content.decode()
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.SUBMITTED


# --- teaching ----------------------------------------------------------------------------------------------------------------


def test_attendance_is_recorded_on_the_page(college: College, enrolment: Enrolment) -> None:
    session = make_session(college, enrolment.version)
    client, url = signed_in(college.instructor), reverse("earning:session", args=[session.pk])
    with clock.frozen(session.starts_at - timedelta(hours=1)):
        assert "It has not started yet." in client.get(url).content.decode()
        assert client.post(url, {"present": [enrolment.pk]}).status_code == 409
    with clock.frozen(session.ends_at):
        assert "1 added" in client.post(url, {"present": [enrolment.pk]}, follow=True).content.decode()
        assert "1 struck off" in client.post(url, {}, follow=True).content.decode()
        other = make_enrolment(make_version(college, "Writing Tables"), make_learner("Max Other"))
        assert client.post(url, {"present": [other.pk]}).status_code == 422


def test_a_session_is_scheduled_on_the_page(college: College) -> None:
    version = make_version(college)
    client, url = signed_in(college.instructor), reverse("earning:schedule")
    given = {
        "version": version.pk,
        "title": "Workshop",
        "starts_at": "2026-05-01T10:00",
        "ends_at": "2026-05-01T12:00",
        "place": "Room 4",
    }
    wrong = client.post(url, given | {"ends_at": "2026-05-01T09:00"})
    assert wrong.status_code == 422
    assert "ends before it starts" in wrong.content.decode()
    assert "The session is on the calendar." in client.post(url, given, follow=True).content.decode()
    assert "Workshop" in client.get(reverse("earning:sessions")).content.decode()


def test_a_passed_enrolment_moves_to_what_has_ended(college: College, enrolment: Enrolment) -> None:
    services.assess(submission=hand_in(enrolment), by=college.assessor, results=MEETS, feedback="", at=MOMENT)
    page = signed_in(enrolment.learner).get("/learn/").content.decode()
    assert "Ended" in page
    assert "Passed" in page
