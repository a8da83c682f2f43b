"""Keep what an import did, in the same transaction as the rows themselves: a run with its counts, remarks, journal and differences."""

from __future__ import annotations

from cairn.catalog.importing.annex import elements_stated
from cairn.catalog.importing.differences import differences_of
from cairn.catalog.importing.offer_rows import settle_missing
from cairn.catalog.importing.registers_matching import match_providers
from cairn.catalog.importing.registers_sources import enter_elders
from cairn.catalog.models import ImportChange, ImportRemark, ImportRun, Provider, RegisterEntry
from cairn.skills.importing.report import Report

DESCRIBING = {"name", "website", "city", "state", "country", "identifiers"}
"""Columns of a provider that say who it is."""
MATCHING = {"provider-matches", "dapip", "ipeds", "va-caution", "university-domains", "register"}
"""Importers that compare all providers themselves."""
PORTION = 5_000
"""Providers that are compared at a time."""


def record_run(report: Report) -> None:
    """Write the report down and complete it with the run's number and the differences from the last run of the same source.

    The run's moment is the one the caller gave, so start and end are the same.
    """
    rematch(report)
    before = previous_run(report.importer, report.feed)
    missing = settle_missing(report, before)
    total = report.total()
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
    if missing["number"]:
        report.differences["gone"]["offers"] = report.differences["gone"].get("offers", 0) + missing["number"]
        changes = {"state": ["open", "closed"]} if missing["closed"] else {}
        report.differences["rows"] += [
            {"what": "gone", "table": "offers", "key": key, "name": name, "changes": changes}
            for key, name in missing["rows"]
        ]
    report.annex = elements_stated(report)
    run.details = {
        "tables": {name: counts.as_dict() for name, counts in report.tables.items()},
        "skipped": dict(report.skipped),
        "notes": list(report.notes),
        "differences": report.differences,
        "annex": report.annex,
    }
    run.save(update_fields=["details"])


def rematch(report: Report) -> None:
    """Compare the providers that a run brought or described anew with registers and other sources: what is stated of them is found at once.

    What it finds belongs to the run: it stands in its report, and goes with it when it is undone. Importers of registers compare all.
    """
    if report.importer in MATCHING:
        return
    keys: set[int] = set()
    for entry in report.journal.entries:
        if entry.table != Provider._meta.label_lower:
            continue
        if entry.kind == "created":
            keys.update(key for first, last in entry.rows for key in range(first, last + 1))
        elif entry.kind == "updated":
            keys.update(key for key, columns in entry.rows if DESCRIBING & set(columns))
    ordered = sorted(keys)
    if ordered:
        enter_elders(report=report, providers=ordered)
    if not RegisterEntry.objects.exists():
        return
    for begin in range(0, len(ordered), PORTION):
        match_providers(report=report, providers=ordered[begin : begin + PORTION])


def previous_run(importer: str, feed: str) -> ImportRun | None:
    """Return the last run of the same source that stands."""
    runs = ImportRun.objects.filter(importer=importer, feed=feed, dry_run=False, journalled=True, undone_at=None)
    return runs.order_by("-pk").first()
