"""The table that this site exports, known again by its headings: nothing of it has to be guessed (:mod:`cairn.catalog.exporting.table`)."""

from __future__ import annotations

import re
from collections.abc import Iterable

HEADINGS = frozenset({"id", "title", "provider", "needed_before", "sold_together", "worked_out", "worked_out_urls"})
"""Columns that no other table has together."""
SEPARATOR = "; "
GUARDED = re.compile(r"'*[=+\-@\t\r]")
"""What a cell begins with that a spreadsheet could take for a formula: it gets an apostrophe more, which reading takes away again."""
FIELDS = {
    "key": "id", "offer_key": "offer_id", "title": "title", "type": "type", "provider": "provider",
    "provider_website": "provider_website", "provider_country": "provider_country", "description": "description",
    "criteria": "criteria", "outcomes": "outcomes", "language": "language", "credits": "credits", "level_text": "level_text",
    "assessment_type": "assessment_type", "quality_assurance": "quality_assurance", "prerequisites": "prerequisites",
    "leads_to": "leads_to", "field_of_study": "field_of_study", "skills": "skills", "tags": "tags", "homepage": "homepage",
    "currency": "currency", "price_total": "price_total", "price_tuition": "price_tuition", "price_fees": "price_fees",
    "price_materials": "price_materials", "price_other": "price_other", "workload_hours": "workload_hours", "weeks": "weeks",
    "duration_text": "duration_text", "mode": "mode", "address": "address", "evening": "evening", "self_paced": "self_paced",
    "apply_until": "apply_until", "capacity": "capacity", "city": "city", "county": "county", "state_code": "state_code",
    "country": "country", "starts_on": "starts_on", "ends_on": "ends_on", "offer_url": "offer_url", "provider_city": "provider_city",
    "provider_county": "provider_county", "provider_state": "provider_state", "taught_in": "taught_in",
    "credit_scheme": "credit_scheme", "level_framework": "level_framework", "level": "level", "participation": "participation",
    "supervision": "supervision", "grading": "grading", "valid_months": "valid_months", "skill_urls": "skill_urls",
    "skill_frameworks": "skill_frameworks", "skill_levels": "skill_levels", "stackability": "stackability",
    "further_information": "further_information", "discounts": "discounts", "sold_together": "sold_together",
    "further_texts": "further_texts", "related": "related_credentials", "needed_before": "needed_before",
    "needed_before_addresses": "needed_before_addresses", "identifiers": "identifiers", "offer_hours": "hours",
    "price_text": "price_text", "offer_languages": "offer_languages", "earnings": "published_earnings",
}  # fmt: skip
"""Field of a mapping → column of the exported table."""


def unguarded(text: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return text[1:] if text[:1] == "'" and GUARDED.match(text) else text


def is_own(columns: Iterable[str]) -> bool:
    """Tell whether a table is one that this site, or another one like it, exported."""
    return set(columns) >= HEADINGS
