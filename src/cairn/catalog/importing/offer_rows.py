"""Offers of a source: written with their versions; those that it no longer names are proposed to be closed.

They are closed only where somebody asks for it (``--close-missing``), because a file may be a part of its source only. What was closed so,
and is named again, is open again; undoing the import that closed offers opens them again too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from cairn.catalog.importing.differences import NAMED, minus
from cairn.catalog.importing.record_fitting import clean
from cairn.catalog.importing.records import CatalogRecord, OfferRecord, key_of
from cairn.catalog.models import Definition, DefinitionVersion, ImportChange, ImportRun, Offer
from cairn.skills.importing.journal import Ranges
from cairn.skills.importing.report import Report
from cairn.skills.importing.saving import change_all, save_all

State = Offer.State
PORTION = 2_000
_TERMS = tuple(name for name in OfferRecord.__dataclass_fields__ if name != "key")


def save_offers(records: Mapping[int, CatalogRecord], report: Report) -> None:
    """Write the offers of every published version, by its primary key; settle those that are not named any more."""
    stored = _stored_alone(version for version, record in records.items() if len(record.offers) == 1)
    rows = [
        Offer(
            version_id=version,
            state=Offer.State.OPEN,
            source_key=_same_key(offer, stored.get(version)),
            **_terms(offer),
        )
        for version, record in records.items()
        for offer in record.offers
    ]
    saved = save_all(
        rows, within=Offer.objects.filter(version__in=list(records)), key=("version_id", "source_key"), fields=_TERMS,
        table="offers", report=report, named=False,
    )  # fmt: skip
    settle_offers(list(records), saved.values(), report)


def _stored_alone(versions: Iterable[int]) -> dict[int, Offer]:
    """Return, by version, the only offer that is stored of it."""
    found: dict[int, list[Offer]] = {}
    for row in Offer.objects.filter(version__in=list(versions)).order_by("pk"):
        found.setdefault(row.version_id, []).append(row)
    return {version: rows[0] for version, rows in found.items() if len(rows) == 1}


def _same_key(offer: OfferRecord, stored: Offer | None) -> str:
    """Return the key of an offer. The only one of a credential is the one stored, also where its address changed, if it is the same run."""
    key = key_of(offer.key)
    if stored is None or stored.source_key == key:
        return key
    run = (offer.starts_on, offer.ends_on, offer.mode, offer.city)
    return stored.source_key if run == (stored.starts_on, stored.ends_on, stored.mode, stored.city) else key


def _terms(offer: OfferRecord) -> dict[str, Any]:
    terms = {name: getattr(offer, name) for name in _TERMS}
    for name, most in (
        ("price_text", 200), ("duration_text", 60), ("mode", 40), ("address", 300), ("city", 120), ("county", 120), ("state_code", 10),
    ):  # fmt: skip
        terms[name] = clean(terms[name], most)
    if terms["hours"] is not None:
        terms["hours"] = round(terms["hours"], 2)
    terms["languages"] = list(offer.languages)
    terms["country"] = offer.country[:2]
    terms["currency"] = offer.currency[:3]
    terms["url"] = offer.url if len(offer.url) <= 500 else ""
    return terms


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
