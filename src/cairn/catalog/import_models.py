"""Rows of imports: what a run did, row by row, so that it can be reported, compared and taken back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.people.models import Person


class ImportRun(models.Model):
    """One run of an importer: what came in, what was repaired, merged or refused and why; and whether it was undone.

    ``feed`` names the source across runs: a run is compared with the last one of the same importer and feed. ``details`` holds the
    report's tables, what was left out, notes and the differences (``cairn.catalog.importing.differences``).
    """

    importer = models.CharField(max_length=60)
    source_name = models.CharField(max_length=300)
    source_digest = models.CharField(max_length=64)
    feed = models.CharField(max_length=300, blank=True)
    dry_run = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    repaired = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    details = models.JSONField(default=dict)
    journalled = models.BooleanField(default=False, help_text="What it wrote is on record, so it can be undone")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["importer", "feed"])]

    def __str__(self) -> str:
        return f"{self.importer} from {self.source_name}"


class ImportChange(models.Model):
    """Some rows that a run wrote to one table, in the order in which it wrote them (``sequence``).

    ``rows`` by kind. created and seen: primary keys as ranges, [[first, last], …]. updated: [[key, {column: [before, after]}], …].
    deleted: [[key, {column: value}], …]. ``marks``: eight bytes for each created row, by which a later change of it is noticed.
    """

    class Kind(models.TextChoices):
        """What became of the rows; seen is what the source still names, changed or not."""

        CREATED = "created", "Created"
        UPDATED = "updated", "Updated"
        DELETED = "deleted", "Deleted"
        SEEN = "seen", "Seen"

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="changes")
    sequence = models.PositiveIntegerField()
    table = models.CharField(max_length=80, help_text="Label of the model, like catalog.offer")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    rows = models.JSONField()
    marks = models.BinaryField(default=b"")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "sequence"], name="one_import_change_per_sequence")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.kind}"


class ImportRemark(models.Model):
    """What an importer says about one row: repaired, merged or refused, where, why."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="remarks")
    file = models.CharField(max_length=300, blank=True)
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=10, help_text="repaired, merged or refused")
    code = models.CharField(max_length=60)
    message = models.TextField()

    def __str__(self) -> str:
        return f"row {self.row}: {self.message}"
