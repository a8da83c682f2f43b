"""Rows of recognition: what people hold from other issuers, agreements between institutions, requests and what came of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from cairn.catalog.models import DefinitionVersion
from cairn.issuing.models import Award
from cairn.people.models import Organisation, Person


class ExternalAward(models.Model):
    """A credential of another issuer that a person brought, in the few values that can be counted, and how it was last checked.

    Only ``verified`` ones count. ``unknown`` is never the same as ``failed``: somebody who had to be asked did not answer.
    """

    class Standing(models.TextChoices):
        """What the last check found."""

        VERIFIED = "verified", "Genuine, in force, and this person's"
        UNKNOWN = "unknown", "We could not find out"
        FAILED = "failed", "It does not verify, or no longer holds"
        NOT_THEIRS = "not_theirs", "It does not say that it is this person's"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="external_awards")
    credential_id = models.CharField(max_length=300, help_text="As the wallet keeps it")
    document = models.TextField(help_text="The signed document, whole")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the document, hex")
    issuer_id = models.TextField()
    issuer_name = models.CharField(max_length=300)
    achievement_id = models.TextField()
    name = models.CharField(max_length=300)
    type = models.CharField(max_length=60, blank=True)
    tags = models.JSONField(default=list)
    skills = models.JSONField(default=list, help_text="[{framework, uri, name, level}]")
    credits = models.JSONField(default=dict, help_text="Scheme to amount as text, like {'ects': '5'}")
    level_framework = models.CharField(max_length=40, blank=True)
    level = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    grade = models.CharField(max_length=60, blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    standing = models.CharField(max_length=12, choices=Standing.choices)
    finding = models.TextField(blank=True, help_text="In a sentence, why it does not count")
    checked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "credential_id"], name="one_external_award_per_credential")
        ]

    def __str__(self) -> str:
        return f"{self.name} by {self.issuer_name}"


class AgreementVersion(models.Model):
    """An articulation agreement in one version: awards of ``giver`` count at ``receiver`` by its terms, while it is in force.

    ``document`` is the truth once it is signed: a verifiable credential with the signatures of both. The columns are for finding it.
    """

    class State(models.TextChoices):
        """Where a version stands; whether one that was agreed is in force at a moment, its dates say."""

        DRAFT = "draft", "Draft"
        OFFERED = "offered", "Signed by one side"
        AGREED = "agreed", "Signed by both"
        DECLINED = "declined", "Declined"

    uid = models.UUIDField(default=uuid.uuid4, help_text="The same in every version")
    number = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements_giving")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements_receiving")
    drafted_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    terms = models.JSONField(help_text="As in cairn.recognition.terms")
    in_force_from = models.DateTimeField()
    in_force_until = models.DateTimeField(null=True)
    earned_from = models.DateTimeField(null=True, help_text="Awards earned earlier are not covered")
    most = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, help_text="Credits it gives one learner in all"
    )
    notice_days = models.PositiveSmallIntegerField(default=90)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    document = models.TextField(blank=True, help_text="The signed agreement, whole")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the document, hex")
    drafted_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    offered_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    agreed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    drafted_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="Superseded or withdrawn: no longer in force from then on")
    ended_because = models.TextField(blank=True)
    told_in_force = models.BooleanField(
        default=False,
        help_text="Those whom it concerns were weighed anew since it came into force, and not since it ended",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uid", "number"], name="one_agreement_version_per_number"),
            models.CheckConstraint(condition=~models.Q(giver=models.F("receiver")), name="agreement_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.number})"


class RecognitionRequest(models.Model):
    """A person asks an institution to recognise one credential: examiner, dean, registrar, and an appeal.

    What was asked about is kept as it was handed in (``document``), so that the decision can be understood later.
    """

    class State(models.TextChoices):
        """Who has to act next, or how it ended."""

        SUBMITTED = "submitted", "With the examiner"
        RECOMMENDED = "recommended", "With the dean"
        ASKED = "asked", "Waiting for you"
        GRANTED = "granted", "With the registrar"
        REFUSED = "refused", "Refused"
        APPEALED = "appealed", "Appealed: with another dean"
        CLOSED = "closed", "Refused, also on appeal"
        WITHDRAWN = "withdrawn", "Withdrawn"
        RECOGNISED = "recognised", "Recognised"
        REVOKED = "revoked", "Recognition revoked"

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recognition_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="recognition_requests")
    state = models.CharField(max_length=12, choices=State.choices, default=State.SUBMITTED)
    award = models.ForeignKey(Award, null=True, on_delete=models.PROTECT, related_name="+")
    external = models.ForeignKey(ExternalAward, null=True, on_delete=models.SET_NULL, related_name="+")
    document = models.TextField(help_text="The credential as it was handed in, whole")
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    issuer_name = models.CharField(max_length=300)
    issuer = models.TextField(help_text="As the stacking engine names it")
    achievement_id = models.TextField()
    toward = models.ForeignKey(DefinitionVersion, null=True, on_delete=models.PROTECT, related_name="+")
    requirement = models.CharField(max_length=200, blank=True, help_text="A part of that version's rule, by its id")
    toward_text = models.CharField(max_length=400)
    asked_because = models.TextField()
    agreement = models.ForeignKey(AgreementVersion, null=True, on_delete=models.PROTECT, related_name="requests")
    term = models.CharField(max_length=60, blank=True)
    credits = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    scheme = models.CharField(max_length=40, blank=True)
    level_framework = models.CharField(max_length=40, blank=True)
    level = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    grade = models.CharField(max_length=60, blank=True)
    due_at = models.DateTimeField(null=True, help_text="By when the next step is to be taken")
    asked_from = models.CharField(max_length=12, blank=True, help_text="The state to go back to after an answer")
    submitted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    credential_id = models.CharField(max_length=300, blank=True)
    credential = models.TextField(blank=True, help_text="The signed recognition, whole")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "state"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["credential_id"], condition=~models.Q(credential_id=""), name="one_recognition_per_credential"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.toward_text}"


class RequestStep(models.Model):
    """One thing that happened to a request, with its reason. Steps are only ever added."""

    class Kind(models.TextChoices):
        """What was done."""

        SUBMITTED = "submitted", "Submitted"
        COVERED = "covered", "Covered by an agreement"
        ASKED = "asked", "More evidence asked for"
        ANSWERED = "answered", "Evidence given"
        EXAMINED = "examined", "Examined"
        DECIDED = "decided", "Decided"
        APPEALED = "appealed", "Appealed"
        HEARD = "heard", "Appeal decided"
        CONFIRMED = "confirmed", "Confirmed and recorded"
        SENT_BACK = "sent_back", "Not confirmed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        REVOKED = "revoked", "Revoked"

    request = models.ForeignKey(RecognitionRequest, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    granting = models.BooleanField(null=True, help_text="For or against, where the step says so")
    role = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField()
    facts = models.JSONField(default=dict, help_text="Credits, level, grade; what a check of the credential found")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.request_id}"
