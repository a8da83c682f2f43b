"""Rows of issuing: keys, status lists, awards and what happened to them. The signed document is kept whole beside them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from cairn.catalog.models import DefinitionVersion
from cairn.people.models import Organisation, Person


class SigningKey(models.Model):
    """The public half of a key and where its secret is kept (``custody``: a reference that cairn.outside.custody understands)."""

    class State(models.TextChoices):
        """A retired key still verifies what it signed; a compromised one does not."""

        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"
        COMPROMISED = "compromised", "Compromised"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="signing_keys")
    did = models.CharField(max_length=300, help_text="The issuer's identifier, which controls the key")
    verification_method = models.CharField(max_length=400, unique=True)
    public_multibase = models.CharField(max_length=200)
    key_type = models.CharField(
        max_length=12, default="Ed25519", help_text="A kind of key, as in cairn.credentials.keys"
    )
    custody = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "key_type"],
                condition=models.Q(state="active"),
                name="one_active_key_per_kind",
            )
        ]

    def __str__(self) -> str:
        return self.verification_method


class StatusList(models.Model):
    """A Bitstring Status List of an organisation: its bits, and the signed list as it is served."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="status_lists")
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=20, help_text="revocation or suspension")
    length = models.PositiveIntegerField(default=131_072)
    bits = models.BinaryField()
    allocated = models.PositiveIntegerField(default=0)
    document = models.TextField(blank=True, help_text="The signed list, whole")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "purpose", "number"], name="one_status_list_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.purpose} {self.number}"


class SignedDocument(models.Model):
    """A document of a program's own that was signed in the organisation's name. It went back to the program; only its digest stays.

    ``credential_id`` is kept where there is a status to change later.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="signed_documents")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the signed text, hex")
    secured = models.CharField(max_length=40, help_text="The cryptosuite, or vc-jwt")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    credential_id = models.CharField(max_length=300, null=True)
    status_list = models.ForeignKey(StatusList, null=True, on_delete=models.PROTECT, related_name="+")
    status_index = models.PositiveIntegerField(null=True)
    signed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    signed_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="one_document_per_status_index"),
            models.UniqueConstraint(fields=["organisation", "credential_id"], name="one_status_per_signed_id"),
        ]

    def __str__(self) -> str:
        return self.digest


class Award(models.Model):
    """A signed credential of a holder. ``document`` is the truth; the columns beside it are for finding it."""

    class State(models.TextChoices):
        """Lifecycle of an award (domain: lifecycle, AWARD); expired is a date, not a state."""

        PROPOSED = "proposed", "Waiting for a second person"
        AWARDED = "awarded", "Awarded"
        SUSPENDED = "suspended", "Suspended"
        REVOKED = "revoked", "Revoked"
        SUPERSEDED = "superseded", "Replaced by a corrected award"
        DECLINED = "declined", "Declined by the second person"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="awards")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="awards")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="awards")
    state = models.CharField(max_length=12, choices=State.choices)
    credential_id = models.CharField(max_length=300, unique=True, null=True)
    document = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the document, hex")
    key = models.ForeignKey(SigningKey, null=True, on_delete=models.PROTECT, related_name="awards")
    status_list = models.ForeignKey(StatusList, null=True, on_delete=models.PROTECT, related_name="awards")
    status_index = models.PositiveIntegerField(null=True)
    awarded_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    activity_start = models.DateTimeField(null=True, blank=True)
    activity_end = models.DateTimeField(null=True, blank=True)
    results = models.JSONField(default=list, help_text="What was shown: [{criterion, level, points}]")
    evidence = models.JSONField(default=list, help_text="What it rests on: [{name, genre, description, url}]")
    parts = models.ManyToManyField("self", symmetrical=False, related_name="counted_in", blank=True)
    proposed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    origin = models.CharField(
        max_length=120, help_text="What it came from, like 'enrolment:12' or 'stack:7'; one award per origin"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="one_award_per_status_index"),
            models.UniqueConstraint(fields=["holder", "version", "origin"], name="one_award_per_origin"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder", "state"]),
            models.Index(fields=["organisation", "-awarded_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.version} of {self.holder}"


class ForeignPart(models.Model):
    """A credential of another issuer that an award is made of, too: what tells it, and when it was found genuine and in force.

    Its text is its holder's and stays in their wallet; here it is kept only while the award waits for a second person.
    """

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="foreign_parts")
    achievement_id = models.TextField()
    name = models.CharField(max_length=300)
    issuer_id = models.TextField()
    issuer_name = models.CharField(max_length=300)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the signed document, hex")
    document = models.TextField(blank=True, help_text="The signed document, until the award is signed")
    checked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["award", "digest"], name="one_foreign_part_per_document")
        ]

    def __str__(self) -> str:
        return f"{self.name} by {self.issuer_name}"


class StatusChange(models.Model):
    """An award was revoked, declined or corrected: by whom, when and why. Revoked is final."""

    class Reason(models.TextChoices):
        """Why an award may be revoked (domain: lifecycle, guards)."""

        ERROR = "error", "Awarded in error"
        FRAUD = "fraud", "Fraud"
        MISCONDUCT = "misconduct", "Misconduct"
        KEY_COMPROMISE = "key_compromise", "The signing key was compromised"
        WITHDRAWAL = "issuer_withdrawal", "The issuer withdrew the credential"
        HOLDER = "holder_request", "The holder asked for it"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="status_changes")
    action = models.CharField(max_length=12, help_text="revoke, decline or correct")
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    explanation = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.action} {self.award_id}"
