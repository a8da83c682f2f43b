"""What a record says, as the columns of the catalogue can hold it: what is too long, too many or not possible is cut and told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from cairn.catalog.importing.records import LARGEST_PRICE, RECORDS, CatalogRecord, OfferRecord, Place
from cairn.catalog.models import DefinitionVersion
from cairn.skills.importing.report import Report

LONGEST = {
    "description": 20_000,
    "criteria": 20_000,
    "prerequisites": 10_000,
    "quality_assurance": 5_000,
    "further_information": 5_000,
}
"""Letters kept of texts that have no limit in the database."""
MOST = {
    "outcomes": 200,
    "tags": 100,
    "identifiers": 50,
    "related": 200,
    "skills": 300,
    "offers": 200,
    "taught_in": 30,
    "special": 50,
    "texts": 40,
    "earnings": 60,
}
"""How many of each a record may have."""
_MOST_OF_OFFER: dict[str, int | Decimal] = {
    **dict.fromkeys(("price_total", "price_tuition", "price_fees", "price_materials", "price_other"), LARGEST_PRICE),
    "capacity": 2_147_483_647,
    "weeks": 32_767,
    "hours": Decimal("999999.99"),
}
"""The largest figures of an offer."""
CONTENT = (
    "title", "description", "criteria", "language", "texts", "workload_hours", "credits", "credit_scheme", "level_framework", "level",
    "level_text", "assessment_type", "participation", "supervision", "quality_assurance", "prerequisites", "grading", "stackability",
    "further_information", "homepage", "leads_to", "field_of_study", "valid_months",
)  # fmt: skip
"""The fields of a record that are columns of a version under the same name."""


def fitted(record: CatalogRecord, report: Report) -> CatalogRecord:
    """Return the record as its columns can hold it, with a remark on what was cut."""
    changes: dict[str, Any] = {}
    for name in CONTENT:
        value = getattr(record, name)
        if isinstance(value, str):
            column: Any = DefinitionVersion._meta.get_field(name)
            most = column.max_length or LONGEST.get(name, 5_000)
            plain = value.replace("\x00", "").strip()
            if len(plain) > most:
                report.remark(
                    RECORDS,
                    record.place.at(name).repaired("too_long", f"It has {len(plain):,} letters; {most:,} are kept."),
                )
                plain = "" if name == "homepage" else plain[: most - 1] + "…"
            if plain != value:
                changes[name] = plain
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            column = DefinitionVersion._meta.get_field(name)
            largest = 10**6 if isinstance(value, Decimal) else 32_767
            if not 0 <= value < largest:
                report.remark(
                    RECORDS,
                    record.place.at(name).repaired(
                        "out_of_range", f"{_short(value)} is not possible here; no figure is taken."
                    ),
                )
                changes[name] = None
            elif isinstance(value, Decimal):
                changes[name] = round(value, 2)
    for name in ("outcomes", "tags"):
        if len(set(getattr(record, name))) < len(getattr(record, name)):
            changes[name] = tuple(dict.fromkeys(getattr(record, name)))
    for name, most in MOST.items():
        value = changes.get(name, getattr(record, name))
        if len(value) > most:
            report.remark(
                RECORDS,
                record.place.at(name).repaired("too_many", f"It has {len(value):,}; the first {most} are kept."),
            )
            changes[name] = dict(list(value.items())[:most]) if isinstance(value, Mapping) else value[:most]
    offers = [
        _fitted_offer(offer, record.place.at("offers", place), report)
        for place, offer in enumerate(changes.get("offers", record.offers))
    ]
    if any(new is not old for new, old in zip(offers, record.offers, strict=False)):
        changes["offers"] = tuple(offers)
    return replace(record, **changes) if changes else record


def _fitted_offer(offer: OfferRecord, place: Place, report: Report) -> OfferRecord:
    """Return an offer without the figures that its columns cannot hold, each with a remark."""
    changes: dict[str, Any] = {}
    for name, most in _MOST_OF_OFFER.items():
        value = getattr(offer, name)
        if value is not None and not 0 <= value <= most:
            told = f"{_short(value)} is not possible here; no figure is taken."
            report.remark(RECORDS, place.at(name).repaired("out_of_range", told))
            changes[name] = None
    return replace(offer, **changes) if changes else offer


def _short(value: object) -> str:
    told = f"{value}"
    return told if len(told) <= 40 else f"{told[:20]}… ({len(told):,} digits)"


def clean(text: str, most: int) -> str:
    """Return a text without what no database keeps, cut to so many letters."""
    plain = text.replace("\x00", "").strip()
    return plain if len(plain) <= most else plain[: most - 1] + "…"
