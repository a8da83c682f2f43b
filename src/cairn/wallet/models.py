"""Rows of the wallet: what a person holds, and who may see it for how long. Everything is private until a link says otherwise."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.issuing.models import Award
from cairn.people.models import Person


class HeldCredential(models.Model):
    """A credential in somebody's wallet: an award of this site, or a document brought from elsewhere and kept whole."""

    holder = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="held")
    award = models.OneToOneField(Award, null=True, blank=True, on_delete=models.PROTECT, related_name="held")
    document = models.TextField(blank=True, help_text="The imported document, whole; empty for awards of this site")
    credential_id = models.CharField(max_length=300)
    name = models.CharField(max_length=300)
    issuer_name = models.CharField(max_length=300)
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "credential_id"], name="one_of_each_in_a_wallet")
        ]

    def __str__(self) -> str:
        return self.name


class ShareLink(models.Model):
    """A link by which others may see one credential: for whom, for what, which fields, until when."""

    held = models.ForeignKey(HeldCredential, on_delete=models.CASCADE, related_name="share_links")
    token = models.CharField(
        max_length=60,
        unique=True,
        help_text="Random, unguessable; kept so that the holder can copy the link again",
    )
    audience = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    show_name = models.BooleanField(default=True)
    show_evidence = models.BooleanField(default=False)
    listed = models.BooleanField(default=False, help_text="Search engines may index the page")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0, help_text="How often it was opened; who opened it is not recorded")

    def __str__(self) -> str:
        return f"Link to {self.held}"
