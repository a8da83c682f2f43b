"""Offers that a source no longer names: proposed to be closed, and closed only where somebody asks for it (``--close-missing``).

A file may be a part of its source only, so that nothing is closed by default. What was closed so, and is named again, is open again;
undoing the import that closed offers opens them again too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from cairn.catalog.importing.differences import NAMED, minus
from cairn.catalog.models import Definition, DefinitionVersion, ImportChange, ImportRun, Offer
from cairn.skills.importing.journal import Ranges
from cairn.skills.importing.report import Report
from cairn.skills.importing.saving import change_all

State = Offer.State
PORTION = 2_000


def settle_offers(versions: Sequence[int], present: Collection[int], report: Report) -> None:
    """Open again what is named again, and note what is not: of these published versions, with ``present`` the offers that are named."""
    named = set(present)
    rows = list(
        Offer.objects.filter(version__in=versions, state__in=[State.OPEN, State.CLOSED]).values_list("pk", "state")
    )
    again = [pk for pk, state in rows if state == State.CLOSED and pk in named]
    _set(again, State.OPEN, report)
    if again:
        report.skip("offers that are named again and are open again", len(again))
    report.missing.extend(pk for pk, state in rows if state == State.OPEN and pk not in named)


def settle_missing(report: Report, before: ImportRun | None) -> dict[str, Any]:
    """Close what is missing where that was asked for, else say so; return the offers as {"number", "closed", "rows": [(key, name)]}.

    Missing are offers that a named credential no longer has, and those of credentials that are named no longer, but were in run ``before``.
    """
    missing = [*report.missing, *_of_gone(report, before)]
    rows = Offer.objects.filter(pk__in=missing[:NAMED]).select_related("version").order_by("pk")
    told = {"number": len(missing), "closed": report.close_missing, "rows": [(row.pk, str(row)) for row in rows]}
    if not missing:
        return told
    many = "1 offer is" if len(missing) == 1 else f"{len(missing):,} offers are"
    if report.close_missing:
        _set(missing, State.CLOSED, report)
        report.notes.append(f"{many} no longer named by the source and now closed.")
    else:
        report.notes.append(
            f"{many} no longer named by the source and still open. Where the file is the whole source, --close-missing closes them."
        )
    return told


def _of_gone(report: Report, before: ImportRun | None) -> Iterable[int]:
    label = Definition._meta.label_lower
    seen: Ranges = next(
        (entry.rows for entry in report.journal.all_entries() if (entry.table, entry.kind) == (label, "seen")), []
    )
    if before is None or not seen:
        return
    for entry in before.changes.filter(kind=ImportChange.Kind.SEEN, table=label):
        for first, last in minus(entry.rows, seen):
            yield from Offer.objects.filter(
                version__definition__pk__gte=first, version__definition__pk__lte=last, version__definition__owner=None,
                version__state=DefinitionVersion.State.PUBLISHED, state=State.OPEN,
            ).values_list("pk", flat=True)  # fmt: skip


def _set(keys: Sequence[int], state: Offer.State, report: Report) -> None:
    for begin in range(0, len(keys), PORTION):
        change_all(Offer.objects.filter(pk__in=keys[begin : begin + PORTION]), report=report, state=state)
