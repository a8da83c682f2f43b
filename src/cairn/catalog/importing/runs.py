"""Keep what an import did, in the same transaction as the rows themselves: a run with its counts, remarks, journal and differences."""

from __future__ import annotations

from cairn.catalog.importing.differences import differences_of
from cairn.catalog.models import ImportChange, ImportRemark, ImportRun
from cairn.skills.importing.report import Report


def record_run(report: Report) -> None:
    """Write the report down and complete it with the run's number and the differences from the last run of the same source.

    The run's moment is the one the caller gave, so start and end are the same.
    """
    total = report.total()
    before = previous_run(report.importer, report.feed)
    run = ImportRun.objects.create(
        importer=report.importer, source_name=report.source_name, source_digest=report.source_digest, feed=report.feed,
        dry_run=report.dry_run, started_at=report.at, finished_at=report.at, journalled=True, **total.as_dict(),
    )  # fmt: skip
    ImportChange.objects.bulk_create(
        [
            ImportChange(run=run, sequence=number, table=entry.table, kind=entry.kind, rows=entry.rows, marks=entry.marks)
            for number, entry in enumerate(report.journal.all_entries(), 1)
        ],
        batch_size=200,
    )  # fmt: skip
    ImportRemark.objects.bulk_create(
        [
            ImportRemark(
                run=run,
                file=remark.file[:300],
                row=remark.row,
                column=remark.column[:100],
                kind=remark.kind,
                code=remark.code[:60],
                message=remark.sentence(),
            )
            for remark in report.remarks
        ],
        batch_size=2000,
    )
    report.run = run.pk
    report.differences = differences_of(run, before)
    run.details = {
        "tables": {name: counts.as_dict() for name, counts in report.tables.items()},
        "skipped": dict(report.skipped),
        "notes": list(report.notes),
        "differences": report.differences,
    }
    run.save(update_fields=["details"])


def previous_run(importer: str, feed: str) -> ImportRun | None:
    """Return the last run of the same source that stands."""
    runs = ImportRun.objects.filter(importer=importer, feed=feed, dry_run=False, journalled=True, undone_at=None)
    return runs.order_by("-pk").first()
