"""The table that this site exports, known again by its headings: nothing of it has to be guessed (:mod:`cairn.catalog.exporting.table`)."""

from __future__ import annotations

from collections.abc import Iterable

HEADINGS = frozenset({"id", "title", "provider", "needed_before", "sold_together", "worked_out", "worked_out_urls"})
"""Columns that no other table has together."""
SEPARATOR = "; "
FIELDS = {
    "key": "id", "offer_key": "offer_id", "title": "title", "type": "type", "provider": "provider", "provider_website": "provider_website",
    "provider_country": "provider_country", "description": "description", "criteria": "criteria", "outcomes": "outcomes",
    "language": "language", "credits": "credits", "level_text": "level_text", "assessment_type": "assessment_type",
    "quality_assurance": "quality_assurance", "prerequisites": "prerequisites", "leads_to": "leads_to", "field_of_study": "field_of_study",
    "skills": "skills", "tags": "tags", "homepage": "homepage", "currency": "currency", "price_total": "price_total",
    "price_tuition": "price_tuition", "price_fees": "price_fees", "price_materials": "price_materials", "price_other": "price_other",
    "workload_hours": "workload_hours", "weeks": "weeks", "duration_text": "duration_text", "mode": "mode", "address": "address",
    "evening": "evening", "self_paced": "self_paced", "apply_until": "apply_until", "capacity": "capacity", "city": "city",
    "county": "county", "state_code": "state_code", "country": "country", "starts_on": "starts_on", "ends_on": "ends_on",
    "offer_url": "offer_url",
}  # fmt: skip
"""Field of a mapping → column of the exported table."""


def is_own(columns: Iterable[str]) -> bool:
    """Tell whether a table is one that this site, or another one like it, exported."""
    return set(columns) >= HEADINGS
