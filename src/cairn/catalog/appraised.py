"""Rows of what is judged of a credential: rubrics in use, evidence for a criterion, answers, appeals, and scores as they stood.

Part of :mod:`cairn.catalog.models`, from where everybody imports them. Evidence is never changed: it is withdrawn, with a reason, or
another piece stands beside it. Scores are only added.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.people.models import Organisation, Person


class RubricInUse(models.Model):
    """A rubric of an authority's own, whole. The latest one that is in use replaces MCQ-100 on this site."""

    identifier = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    document = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the document, hex")
    loaded_at = models.DateTimeField()
    in_use = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["identifier", "version"], name="one_rubric_per_version"),
            models.UniqueConstraint(fields=["in_use"], condition=models.Q(in_use=True), name="one_rubric_in_use"),
        ]

    def __str__(self) -> str:
        return f"{self.identifier} {self.version}"


class CriterionEvidence(models.Model):
    """What somebody found out about one criterion of a version, or of the whole provider where ``version`` is None.

    ``points`` are those of the rubric named beside them, before the tier counts. ``organisation`` is for whom it was recorded; ``settles``
    is the appeal that led to it.
    """

    provider = models.ForeignKey("catalog.Provider", on_delete=models.CASCADE, related_name="evidence")
    version = models.ForeignKey(
        "catalog.DefinitionVersion", null=True, blank=True, on_delete=models.CASCADE, related_name="evidence"
    )
    rubric = models.CharField(max_length=60)
    rubric_version = models.CharField(max_length=40)
    criterion = models.CharField(max_length=20)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    tier = models.CharField(max_length=10, help_text="verified, reviewed or declared")
    sentence = models.CharField(max_length=400)
    source = models.CharField(max_length=300, blank=True)
    document_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was looked at, hex")
    checked_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="evidence_recorded")
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()
    settles = models.ForeignKey(
        "catalog.CriterionAppeal", null=True, blank=True, on_delete=models.PROTECT, related_name="outcome"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_because = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["provider", "criterion"])]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.sentence}"


class CriterionAnswer(models.Model):
    """What the provider says about one criterion; the latest one is shown beside it."""

    version = models.ForeignKey("catalog.DefinitionVersion", on_delete=models.CASCADE, related_name="criterion_answers")
    criterion = models.CharField(max_length=20)
    text = models.TextField(max_length=2000)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.organisation} on {self.criterion}"


class CriterionAppeal(models.Model):
    """The provider asks that what is said about one criterion be judged anew, by somebody who had no part in it."""

    class State(models.TextChoices):
        """An appeal is open until somebody decides or its provider takes it back."""

        LODGED = "lodged", "Being looked at"
        UPHELD = "upheld", "Upheld"
        DISMISSED = "dismissed", "Dismissed"
        WITHDRAWN = "withdrawn", "Taken back"

    version = models.ForeignKey("catalog.DefinitionVersion", on_delete=models.CASCADE, related_name="criterion_appeals")
    criterion = models.CharField(max_length=20)
    grounds = models.TextField(max_length=4000)
    contested = models.CharField(max_length=500, help_text="What was said of the criterion when it was lodged")
    contested_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="criterion_appeals")
    lodged_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    lodged_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.LODGED)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_for = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reasons = models.TextField(max_length=4000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "criterion"],
                condition=models.Q(state="lodged"),
                name="one_open_appeal_per_criterion",
            )
        ]

    def __str__(self) -> str:
        return f"Appeal on {self.criterion} of {self.version}"


class CredibilityScore(models.Model):
    """The interval as it stood at one moment, with the rubric and the evidence it came from. Only ever added to.

    ``criteria``: [{"id", "points", "low", "tier", "sentence", "source", "checked_on", "expires_on"}] of what was known. ``digest``:
    SHA-256 of all that in canonical JSON, so that a score is kept only when something changed.
    """

    version = models.ForeignKey("catalog.DefinitionVersion", on_delete=models.CASCADE, related_name="scores")
    rubric = models.CharField(max_length=60)
    rubric_version = models.CharField(max_length=40)
    low = models.DecimalField(max_digits=7, decimal_places=4)
    high = models.DecimalField(max_digits=7, decimal_places=4)
    coverage = models.DecimalField(max_digits=6, decimal_places=4)
    criteria = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    because = models.CharField(max_length=200, help_text="What happened: evidence recorded, appeal upheld, taken anew")
    reviewer = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    expires_on = models.DateField(null=True, blank=True, help_text="When the first of its evidence expires")
    taken_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["version", "taken_at"])]

    def __str__(self) -> str:
        return f"{self.version}: {self.low} to {self.high}"
