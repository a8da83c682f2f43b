"""What earning keeps about a learner whose account is erased: that somebody tried and how it ended, nothing of what they made."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cairn.earning.models import Assessment, Enrolment, Submission
from cairn.earning.services.enrolling import withdraw
from cairn.earning.states import OPEN
from cairn.people.models import Person


def forget_learner(person: Person, at: datetime) -> None:
    """Withdraw from what is open; delete the words, links and files that were handed in, and the words that were said to them.

    The digest of a file and the levels of a decision stay: they say nothing about a person whose name is gone. Files leave the disk
    when the transaction is committed.
    """
    with transaction.atomic():
        for enrolment in Enrolment.objects.filter(learner=person, state__in=OPEN):
            withdraw(enrolment=enrolment, by=person, at=at)
        for submission in Submission.objects.filter(enrolment__learner=person):
            if submission.file:
                _delete_after_commit(submission)
            submission.narrative, submission.url, submission.url_shared = "", "", False
            submission.file, submission.file_name = "", ""
            submission.save()
        for assessment in Assessment.objects.filter(submission__enrolment__learner=person):
            assessment.feedback = ""
            assessment.results = [row | {"comment": ""} for row in assessment.results]
            assessment.save(update_fields=["feedback", "results"])


def _delete_after_commit(submission: Submission) -> None:
    storage, name = submission.file.storage, submission.file.name
    transaction.on_commit(lambda: storage.delete(str(name)))
