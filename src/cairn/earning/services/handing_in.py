"""Handing in: words, a link, a file, or all of these. Each time is a new submission; nothing that was handed in is overwritten."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.db import transaction

from cairn.earning.models import Enrolment, Submission
from cairn.earning.states import HANDING_IN
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.outside.uploads import MEBIBYTE, FileLike, Upload, read_upload
from cairn.people.models import Person
from cairn.people.services import record

MAX_FILE = 10 * MEBIBYTE
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
    upload: FileLike | None = None,
) -> Submission:
    """Hand in evidence as the learner and return the submission, which then waits for an assessor.

    ``url_shared`` says that the link may stand in the signed award, where everybody who gets the award can read it. The file is kept
    under a name of ours; its own name and SHA-256 stand beside it (what is taken: :data:`cairn.outside.uploads.EVIDENCE`).

    Raises NotAllowed for anybody but the learner, Conflict when nothing is awaited (handed in already, ended), Invalid for no evidence
    at all, an impossible link, a file that is empty, too large or of a kind not taken, too long a text.
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
        file = read_upload(upload, max_bytes=MAX_FILE) if upload is not None else None
        number = enrolment.submissions.count() + 1
        submission = Submission(
            enrolment=enrolment,
            number=number,
            narrative=narrative,
            url=url,
            url_shared=bool(url) and url_shared,
            submitted_at=at,
        )
        if file is not None:
            _keep(file, submission)
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


def _keep(file: Upload, submission: Submission) -> None:
    submission.file_name, submission.file_digest = file.name, file.digest
    submission.file.save(
        f"{uuid.uuid4().hex}{PurePosixPath(file.name).suffix.lower()}", ContentFile(file.body), save=False
    )


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


def _check_evidence(narrative: str, url: str, upload: FileLike | None) -> None:
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
