"""Keep what an import did: a run with its counts and every remark, in the same transaction as the rows themselves."""

from __future__ import annotations

from cairn.catalog.models import ImportRemark, ImportRun
from cairn.skills.importing.report import Report


def record_run(report: Report) -> None:
    """Write the report down. Its moment is the one the caller gave, so start and end are the same."""
    run = ImportRun.objects.create(
        importer=report.importer, source_name=report.source_name, source_digest=report.source_digest, dry_run=report.dry_run,
        started_at=report.at, finished_at=report.at, **report.total().as_dict(),
    )  # fmt: skip
    ImportRemark.objects.bulk_create(
        [
            ImportRemark(
                run=run,
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
