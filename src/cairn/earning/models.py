"""Rows of earning: enrolments, sessions and attendance, submissions with their evidence, assessments."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.catalog.models import DefinitionVersion, Offer
from cairn.people.models import Person


class Enrolment(models.Model):
    """A learner takes part in one version, which stays the one they started under."""

    class State(models.TextChoices):
        """Lifecycle of an enrolment (domain: lifecycle, ENROLMENT); Open Badges' ResultStatusType stands beside each."""

        ENROLLED = "enrolled", "Enrolled"
        IN_PROGRESS = "in_progress", "In progress"
        SUBMITTED = "submitted", "Waiting for assessment"
        RESUBMIT = "resubmit", "To be handed in again"
        PASSED = "passed", "Passed"
        FAILED = "failed", "Not passed"
        WITHDREW = "withdrew", "Withdrawn"

    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="enrolments")
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=12, choices=State.choices, default=State.ENROLLED)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["learner", "version"],
                condition=models.Q(state__in=["enrolled", "in_progress", "submitted", "resubmit"]),
                name="one_open_enrolment_per_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner} in {self.version}"


class Session(models.Model):
    """A workshop or lesson at a time and place; ``required`` sessions must be attended to pass."""

    version = models.ForeignKey(DefinitionVersion, on_delete=models.CASCADE, related_name="sessions")
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True, help_text="An address or 'online'")
    required = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """An instructor recorded that a learner was there."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendance")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance")
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "session"], name="one_attendance_per_session")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} at {self.session}"


class Submission(models.Model):
    """Evidence handed in: words, a link, a file, or all of these. Handed in again is a new row."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    narrative = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    url_shared = models.BooleanField(default=False, help_text="The learner wants the link to stand in the award")
    file = models.FileField(upload_to="evidence/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256, hex")
    submitted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="one_submission_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} #{self.number}"


class Assessment(models.Model):
    """An assessor's decision on a submission against the version's rubric. It is final; a new submission brings a new one."""

    class Decision(models.TextChoices):
        """What follows for the learner."""

        PASSED = "passed", "Meets the rubric"
        RESUBMIT = "resubmit", "Hand in again"
        FAILED = "failed", "Does not meet the rubric"

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="assessment")
    assessor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assessments")
    results = models.JSONField(help_text="[{criterion, level, points, comment}]")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    feedback = models.TextField()
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.decision}: {self.submission}"
