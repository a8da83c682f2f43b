"""Rows of recognition: what people hold from other issuers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.people.models import Person


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
