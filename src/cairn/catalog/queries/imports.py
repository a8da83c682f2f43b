"""Imports made so far, and what each said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from cairn.catalog.models import ImportRemark, ImportRun


def runs() -> QuerySet[ImportRun]:
    """Return the imports that were kept, the latest first."""
    return ImportRun.objects.filter(dry_run=False).select_related("undone_by").order_by("-pk")


def run_lines(found: Iterable[ImportRun]) -> list[dict[str, Any]]:
    """Return imports as JSON-ready values, without their remarks."""
    return [
        {
            "run": run.pk, "importer": run.importer, "source": run.source_name, "feed": run.feed, "digest": run.source_digest,
            "at": run.started_at.isoformat(), "read": run.read, "created": run.created, "updated": run.updated,
            "unchanged": run.unchanged, "repaired": run.repaired, "merged": run.merged, "refused": run.refused,
            "undone_at": run.undone_at and run.undone_at.isoformat(),
        }
        for run in found
    ]  # fmt: skip


def remarks_of(run: ImportRun, kind: str = "") -> QuerySet[ImportRemark]:
    """Return what a run remarked, in the order of its files; of one kind where that is refused, repaired or merged."""
    remarks = ImportRemark.objects.filter(run=run).order_by("pk")
    return remarks.filter(kind=kind) if kind in {"refused", "repaired", "merged"} else remarks
