from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.earning.factories import hand_in, make_enrolment
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_version

from cairn.earning import services
from cairn.earning.models import Enrolment, Submission
from cairn.earning.services import handing_in
from cairn.errors import Conflict, Invalid, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def enrolment(college: College) -> Enrolment:
    return make_enrolment(make_version(college))


@pytest.fixture
def kept_files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_words_link_and_file_are_kept(enrolment: Enrolment, kept_files: Path) -> None:
    body = b"%PDF-1.7 a report"
    made = hand_in(
        enrolment, narrative=" What I did. ", url="https://work.example.org/report",
        upload=SimpleUploadedFile("../../My report.pdf", body),
    )  # fmt: skip
    assert (made.number, made.narrative, made.url_shared) == (1, "What I did.", False)
    assert made.file_name == "My report.pdf"
    assert made.file_digest == hashlib.sha256(body).hexdigest()
    [kept] = files_in(kept_files)
    assert kept.read_bytes() == body
    assert "report" not in kept.name
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.SUBMITTED


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        ({"narrative": "  "}, "no_evidence"),
        ({"url": "javascript:alert(1)"}, "bad_link"),
        ({"narrative": "x" * 20_001}, "text_too_long"),
        ({"upload": SimpleUploadedFile("empty.pdf", b"")}, "empty_file"),
        ({"upload": SimpleUploadedFile("page.html", b"<html><script>")}, "type_not_allowed"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(
    enrolment: Enrolment, kept_files: Path, evidence: dict[str, Any], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        hand_in(enrolment, **evidence)
    assert refused.value.specific_code == code
    assert refused.value.remedy
    assert not Submission.objects.exists()
    assert files_in(kept_files) == []


def test_too_large_a_file_is_refused(enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_in, "MAX_FILE", 100)
    with pytest.raises(Invalid) as refused:
        hand_in(enrolment, upload=SimpleUploadedFile("big.txt", b"x" * 101))
    assert refused.value.specific_code == "too_large"


def test_a_double_click_hands_in_once(enrolment: Enrolment) -> None:
    hand_in(enrolment)
    with pytest.raises(Conflict) as refused:
        hand_in(enrolment)
    assert refused.value.specific_code == "already_submitted"
    assert Submission.objects.count() == 1


def test_nobody_hands_in_for_others(enrolment: Enrolment) -> None:
    with pytest.raises(NotAllowed):
        services.submit(enrolment=enrolment, by=make_learner("Max Other"), at=MOMENT, narrative="Mine.")


def test_nothing_is_handed_in_after_the_end(enrolment: Enrolment) -> None:
    services.withdraw(enrolment=enrolment, by=enrolment.learner, at=MOMENT)
    with pytest.raises(Conflict) as refused:
        hand_in(enrolment)
    assert refused.value.specific_code == "enrolment_ended"


def test_a_row_that_was_not_written_leaves_no_file_behind(
    enrolment: Enrolment, kept_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise Conflict("The trail is full.")

    monkeypatch.setattr(handing_in, "record", fail)
    with pytest.raises(Conflict):
        hand_in(enrolment, upload=SimpleUploadedFile("a.txt", b"words"))
    assert files_in(kept_files) == []
    assert not Submission.objects.exists()
