"""What the facets of the catalogue are, and which value of each a version has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

UNKNOWN = "unstated"

TYPES = {
    "badge": "Badge",
    "certificate": "Certificate",
    "programme": "Programme",
    "industry": "Industry credential",
    UNKNOWN: "Not stated",
}
LEADS = {
    "licence": "A licence",
    "degree": "A degree",
    "certificate": "A certificate",
    "industry": "An industry credential",
    UNKNOWN: "Not stated",
}
PRICES = {
    "free": "Free",
    "under-500": "Under 500",
    "500-2000": "500 to 2,000",
    "2000-5000": "2,000 to 5,000",
    "5000-10000": "5,000 to 10,000",
    "over-10000": "10,000 and more",
    UNKNOWN: "Not stated",
}
_PRICE_LIMITS = (
    (0, "free"),
    (500_00 - 1, "under-500"),
    (2000_00 - 1, "500-2000"),
    (5000_00 - 1, "2000-5000"),
    (10000_00 - 1, "5000-10000"),
)
HOURS = {
    "under-10": "Under 10 hours",
    "10-50": "10 to 50 hours",
    "50-150": "50 to 150 hours",
    "150-600": "150 to 600 hours",
    "over-600": "600 hours and more",
    UNKNOWN: "Not stated",
}
_HOUR_LIMITS = ((10, "under-10"), (50, "10-50"), (150, "50-150"), (600, "150-600"))
MODES = {"online": "Online", "onsite": "On site", "blended": "Online and on site", UNKNOWN: "Not stated"}


@dataclass(frozen=True)
class FacetKind:
    """A facet: its name in addresses and in the index, its heading, its values in order (None: whatever the data has), how many show."""

    name: str
    label: str
    values: dict[str, str] | None = None
    most: int = 10


FACETS: tuple[FacetKind, ...] = (
    FacetKind("type", "Type", TYPES),
    FacetKind("leads", "Leads to", LEADS),
    FacetKind("price", "Price (US dollars or as stated)", PRICES),
    FacetKind("hours", "Workload", HOURS),
    FacetKind("mode", "Online or on site", MODES),
    FacetKind("county", "County", None, 12),
    FacetKind("provider", "Provider", None, 10),
    FacetKind("occupation", "Occupation it prepares for", None, 10),
)
"""Every facet, in the order in which they stand."""


def price_band(minor: int | None) -> str:
    """Return the band of a price in minor units; "unstated" is never free."""
    if minor is None:
        return UNKNOWN
    return next((band for limit, band in _PRICE_LIMITS if minor <= limit), "over-10000")


def hours_band(hours: Decimal | None) -> str:
    """Return the band of a workload in hours."""
    if hours is None:
        return UNKNOWN
    return next((band for limit, band in _HOUR_LIMITS if hours < limit), "over-600")


def mode_of(text: str) -> str:
    """Return the mode, or "unstated" for whatever a source may call it."""
    return text if text in MODES else UNKNOWN


def leads_kind(text: str) -> str:
    """Return what kind of thing a version says it leads to, read from its words."""
    plain = text.lower()
    if not plain.strip():
        return UNKNOWN
    if re.search(r"licen[cs]", plain):
        return "licence"
    if re.search(r"degree|bachelor|master of|a\.a\.s|associate", plain):
        return "degree"
    return "certificate" if re.search(r"certificate|diploma", plain) else "industry"


def words(text: str) -> Sequence[str]:
    """Return the words of a question, without the little ones unless there are no others."""
    found = [word for word in re.findall(r"[^\W_]+", text.lower()) if word]
    told = [
        word
        for word in found
        if word not in {"a", "an", "the", "in", "of", "for", "and", "or", "to", "with", "at", "on", "how"}
    ]
    return (told or found)[:12]
