"""Rows of the wallet: what a person holds, who may see it for how long, and what they say of it. All private until its holder shares it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from cairn.catalog.models import Definition, DefinitionVersion
from cairn.issuing.models import Award
from cairn.people.models import Organisation, Person


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


class Review(models.Model):
    """What somebody who proved that they hold a credential says of it: bound to the version they hold and the day they got it.

    ``public_since`` empty: nobody but the author sees it. ``shown_as`` is the name the author chose, "" for none. Answers that are
    empty were not given. ``hidden_at``: the operator took it from the page, with a reason that the author reads; that mark outlives
    deleting, so that nobody sheds it by writing the same again.
    """

    class Helped(models.TextChoices):
        """Whether it helped with work."""

        YES = "yes", "Yes"
        PARTLY = "partly", "Partly"
        NO = "no", "No"
        TOO_SOON = "too_soon", "Too soon to say"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reviews")
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="reviews")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.CASCADE, related_name="reviews")
    held = models.ForeignKey(HeldCredential, null=True, on_delete=models.SET_NULL, related_name="reviews")
    awarded_on = models.DateField(help_text="When the credential that proves it was awarded")
    shown_as = models.CharField(max_length=80, blank=True)
    helped = models.CharField(max_length=8, choices=Helped.choices, blank=True)
    hours_spent = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    again = models.BooleanField(null=True, blank=True)
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    public_since = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(blank=True)
    replied_for = models.ForeignKey(Organisation, null=True, on_delete=models.SET_NULL, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_because = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "definition"], name="one_review_per_person_and_definition")
        ]
        indexes: ClassVar = [models.Index(fields=["definition", "-public_since"])]

    def __str__(self) -> str:
        return f"Review of {self.version}"

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left of it but that the operator hid it: its author deleted the rest."""
        return not (self.text or self.helped or self.again is not None or self.hours_spent is not None)


class ReviewReport(models.Model):
    """Somebody says that a review should not stand there. The operator decides; who reported is not told to the author."""

    class Why(models.TextChoices):
        """What is wrong with it."""

        PERSONAL = "personal", "It says something about a person who did not agree"
        ABUSE = "abuse", "It insults or threatens"
        ADVERT = "advert", "It is advertising"
        FALSE = "false", "It states as fact what is not true"
        OTHER = "other", "Something else"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="review_reports")
    why = models.CharField(max_length=8, choices=Why.choices)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "reporter"], name="one_report_per_person_and_review")
        ]

    def __str__(self) -> str:
        return f"Report of {self.review}"
