"""Handing in: words, a link, a file, or all of these. Each time is a new submission; nothing that was handed in is overwritten."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.validators import URLValidator
from django.db import transaction

from cairn.earning.models import Enrolment, Submission
from cairn.earning.states import HANDING_IN
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.people.models import Person
from cairn.people.services import record

MAX_FILE = 20 * 1024 * 1024
"""Bytes of an evidence file."""
MAX_NARRATIVE = 20_000
"""Letters of a written account."""

_link = URLValidator(schemes=["http", "https"])


def submit(
    *,
    enrolment: Enrolment,
    by: Person,
    at: datetime,
    narrative: str = "",
    url: str = "",
    url_shared: bool = False,
    upload: File[bytes] | None = None,
) -> Submission:
    """Hand in evidence as the learner and return the submission, which then waits for an assessor.

    ``url_shared`` says that the link may stand in the signed award, where everybody who gets the award can read it. The file is kept
    under a name of ours; its own name and SHA-256 stand beside it.

    Raises NotAllowed for anybody but the learner, Conflict when nothing is awaited (handed in already, ended), Invalid for no evidence
    at all, an impossible link, an empty or too large file, too long a text.
    """
    narrative, url = narrative.strip(), url.strip()
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("version__definition__owner")
            .get(pk=enrolment.pk)
        )
        if enrolment.learner_id != by.pk:
            raise NotAllowed("Only the learner hands in evidence.", remedy="Ask the learner to do it.")
        _check_awaited(enrolment)
        _check_evidence(narrative, url, upload)
        number = enrolment.submissions.count() + 1
        submission = Submission(
            enrolment=enrolment,
            number=number,
            narrative=narrative,
            url=url,
            url_shared=bool(url) and url_shared,
            submitted_at=at,
        )
        if upload is not None:
            submission.file_name = file_name_of(upload.name or "")
            submission.file_digest = _digest(upload)
            submission.file.save(
                f"{uuid.uuid4().hex}{PurePosixPath(submission.file_name).suffix.lower()[:10]}", upload, save=False
            )
        try:
            submission.save()
            enrolment.state = Enrolment.State.SUBMITTED
            enrolment.save(update_fields=["state"])
            record(
                organisation=enrolment.version.definition.owner, actor=by, role="learner", action="evidence.submitted",
                object_type="enrolment", object_id=enrolment.pk, at=at,
                details={"submission": number, "file": submission.file_digest},
            )  # fmt: skip
        except BaseException:  # whatever went wrong, a row that was not written leaves no file behind
            if submission.file:
                submission.file.delete(save=False)
            raise
        return submission


def file_name_of(given: str) -> str:
    """Return the last part of a file's name as its owner knows it, without folders and control characters, 150 letters at most."""
    last = PureWindowsPath(PurePosixPath(given).name).name
    cleaned = "".join(letter for letter in last if letter.isprintable() and letter not in '"\\/').strip(" .")
    stem, suffix = PurePosixPath(cleaned).stem, PurePosixPath(cleaned).suffix[:20]
    return f"{stem[: 150 - len(suffix)]}{suffix}" or "evidence"


def _check_awaited(enrolment: Enrolment) -> None:
    if enrolment.state in HANDING_IN:
        return
    if enrolment.state == Enrolment.State.SUBMITTED:
        raise Conflict(
            "Your evidence is in already and waits for an assessor.",
            remedy="Nothing more is needed. If you forgot something, wait for the feedback: you can hand in again then.",
            code="already_submitted",
        )
    raise Conflict(
        f"This enrolment has ended: {enrolment.get_state_display().lower()}.",
        remedy="Enrol again if you want another try.",
        code="enrolment_ended",
    )


def _check_evidence(narrative: str, url: str, upload: File[bytes] | None) -> None:
    if not narrative and not url and upload is None:
        raise Invalid(
            "There is nothing to look at yet.",
            remedy="Write something, give a link, or choose a file.",
            code="no_evidence",
        )
    if len(narrative) > MAX_NARRATIVE:
        raise Invalid(
            f"Your text has {len(narrative):,} letters; {MAX_NARRATIVE:,} fit.",
            remedy="Shorten it, or hand the long version in as a file.",
            code="text_too_long",
        )
    if url:
        try:
            _link(url)
        except ValidationError as error:
            raise Invalid(
                f"“{url[:100]}” is no web address.",
                remedy="Copy it from the browser; it starts with https://.",
                code="bad_link",
            ) from error
    if upload is None:
        return
    size = upload.size or 0
    if size == 0:
        raise Invalid(
            "The file is empty.", remedy="Choose the file again; maybe it was still being written.", code="empty_file"
        )
    if size > MAX_FILE:
        raise Invalid(
            f"The file has {size / 1024 / 1024:.0f} MB; {MAX_FILE // 1024 // 1024} MB fit.",
            remedy="Make it smaller, or put it online and give the link.",
            code="file_too_large",
        )


def _digest(upload: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
