"""Letters to learners whose request has moved. A letter says that something is to be read, and where: nothing of what it says there."""

from __future__ import annotations

from collections.abc import Mapping

from cairn.outside import mail
from cairn.recognition.models import RecognitionRequest, RequestStep

Kind = RequestStep.Kind

SAID: Mapping[str, str] = {
    Kind.ASKED: "You are asked for something more about a request of yours.",
    Kind.DECIDED: "A request of yours has been decided.",
    Kind.HEARD: "Your appeal has been decided.",
    Kind.CONFIRMED: "What was decided about a request of yours is recorded.",
    Kind.SENT_BACK: "A request of yours has been decided.",
    Kind.REVOKED: "There is a new decision about a request of yours.",
}
"""Kind of step → what its letter says. The other steps are the learner's own, or change nothing for them yet."""


def tell_learner(found: RecognitionRequest, kind: str) -> None:
    """Write to the learner that their request has moved, after the transaction; of steps that do not concern them, nothing."""
    if kind in SAID and found.person.is_active:
        mail.send(
            to=found.person.email, template="recognition/mail/moved.txt", context={"said": SAID[kind], "uid": found.pk}
        )
