"""What the facets of the catalogue are, and which values of each a version has."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

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
PRICE_ENDS, PRICE_BANDS = [limit for limit, _ in _PRICE_LIMITS], [*(band for _, band in _PRICE_LIMITS), "over-10000"]
"""The last price of each band in hundredths of any currency's main unit, and the bands."""
HOUR_ENDS, HOUR_BANDS = [100 * limit for limit, _ in _HOUR_LIMITS], [*(band for _, band in _HOUR_LIMITS), "over-600"]
"""The first hundredths of an hour after each band, and the bands."""
MODES = {"online": "Online", "onsite": "On site", "blended": "Online and on site", UNKNOWN: "Not stated"}
TIMES = {"evening": "In the evening", UNKNOWN: "Not stated"}
QUALITIES = {
    "accredited": "Accredited provider",
    "approved": "On an approved list",
    "endorsed": "Endorsed by a partner",
    "described": "Quality assurance described",
    "caution": "An authority urges caution",
    UNKNOWN: "Not stated",
}


@dataclass(frozen=True)
class FacetKind:
    """A facet: its name in addresses and in the index, its heading, its values in order (None: whatever the data has), how many show."""

    name: str
    label: str
    values: dict[str, str] | None = None
    most: int = 10


FACETS: tuple[FacetKind, ...] = (
    FacetKind("type", "Type", TYPES),
    FacetKind("price", "Price (in the currency stated)", PRICES),
    FacetKind("currency", "Currency", None, 12),
    FacetKind("hours", "Workload", HOURS),
    FacetKind("mode", "Online or on site", MODES),
    FacetKind("place", "Place", None, 12),
    FacetKind("time", "Time of day", TIMES),
    FacetKind("level", "Level", None, 12),
    FacetKind("language", "Language", None, 12),
    FacetKind("leads", "Leads to", LEADS),
    FacetKind("skill", "Skill", None, 10),
    FacetKind("occupation", "Occupation it prepares for", None, 10),
    FacetKind("provider", "Provider", None, 10),
    FacetKind("quality", "Quality", QUALITIES),
)
"""Every facet, in the order in which they stand."""
TOGETHER = {"bands": ("price", "hours", "currency"), "traits": ("type", "leads", "mode", "time", "quality")}
"""The facets whose values are known beforehand, or few, by the field of the index in which they stand together.

What a version is in all of them is one term there, so counting how often each such term occurs counts them all; each value is looked up
among the marks. A field for each of them would take longer to write and to count.
"""
MOST_TOGETHER = 30_000
"""More different terms than a field of :data:`TOGETHER` can have."""
NEXT = "|"
"""What stands between the facets in such a term."""
_ALSO, _BLANK = ",", "\x7f"
_FIELD = {name: field for field, names in TOGETHER.items() for name in names}


def field_of(name: str) -> str:
    """Return the field in which the values of a facet are counted."""
    return _FIELD.get(name, name)


def looked_up(name: str, value: str) -> tuple[str, str]:
    """Return the field and the term by which a value of a facet is looked up."""
    return ("mark", f"{name}:{value}") if name in _FIELD else (name, as_term(value))


@lru_cache(maxsize=50_000)
def as_term(value: str) -> str:
    """Return a value as one term of the index, which takes blanks for what stands between two."""
    return _BLANK.join(value.split())


def as_terms(values: Iterable[str]) -> str:
    """Return values as a text of terms."""
    return " ".join(map(as_term, values))


def as_values(terms: str) -> list[str]:
    """Return the values of a text of terms."""
    return [each.replace(_BLANK, " ") for each in terms.split()]


@lru_cache(maxsize=50_000)
def combined(field: str, *values: tuple[str, ...]) -> tuple[str, str]:
    """Return the term of a field of :data:`TOGETHER` for the values of its facets, and the marks by which they are looked up."""
    term = NEXT.join(map(_ALSO.join, values))
    return term, " ".join(_marks(field, term))


def apart(field: str, counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return, by facet, how often each value occurs, from how often each term of a field does."""
    if field not in TOGETHER:
        return {field: {term.replace(_BLANK, " "): count for term, count in counts.items()}}
    summed: list[defaultdict[str, int]] = [defaultdict(int) for _ in TOGETHER[field]]
    for term, count in counts.items():
        for of_one, values in zip(summed, _values(term), strict=True):
            for value in values:
                of_one[value] += count
    return dict(zip(TOGETHER[field], map(dict, summed), strict=True))


@lru_cache(maxsize=MOST_TOGETHER)
def _values(term: str) -> tuple[tuple[str, ...], ...]:
    """Return by facet the values that a term of a field of :data:`TOGETHER` says."""
    return tuple([tuple(values.split(_ALSO)) for values in term.split(NEXT)])


@lru_cache(maxsize=MOST_TOGETHER)
def _marks(field: str, term: str) -> tuple[str, ...]:
    """Return the marks of what a term of a field of :data:`TOGETHER` says."""
    return tuple(
        [f"{name}:{value}" for name, values in zip(TOGETHER[field], _values(term), strict=True) for value in values]
    )


def price_band(price: int | None) -> str:
    """Return the band of a price in hundredths of its currency's main unit; "unstated" is never free."""
    return UNKNOWN if price is None else PRICE_BANDS[bisect_left(PRICE_ENDS, price)]


def currency_of(stated: str | None) -> str:
    """Return the code (ISO 4217) of a price's currency; "unstated" where there is no price, and for what cannot be a code."""
    code = (stated or "").strip().upper()
    return code if _CODE.fullmatch(code) else UNKNOWN


_CODE = re.compile(r"[A-Z]{3}")


def hours_band(hours: Decimal | float | None) -> str:
    """Return the band of a workload in hours."""
    return UNKNOWN if hours is None else HOUR_BANDS[bisect_right(HOUR_ENDS, 100 * hours)]


def bands_up_to(kind: str, most: int) -> tuple[tuple[str, ...], str]:
    """Return which bands of a price or a workload lie wholly up to ``most`` (hundredths), and which one only in part."""
    whole: list[str] = []
    first = 0
    for last, band in _LAST[kind]:
        if last > most:
            return tuple(whole), band if first <= most else ""
        whole.append(band)
        first = last + 1
    return tuple(whole), ""


_ENDLESS = 2**63
_LAST: dict[str, tuple[tuple[int, str], ...]] = {
    "price": (*_PRICE_LIMITS, (_ENDLESS, "over-10000")),
    "hours": (*((100 * limit - 1, band) for limit, band in _HOUR_LIMITS), (_ENDLESS, "over-600")),
}


def mode_of(text: str) -> str:
    """Return the mode, or "unstated" for whatever a source may call it."""
    return text if text in MODES else UNKNOWN


_LICENCE = re.compile(r"licen[cs]")
_DEGREE = re.compile(r"degree|bachelor|master of|a\.a\.s|associate")
_CERTIFICATE = re.compile(r"certificate|diploma")


@lru_cache(maxsize=20_000)
def leads_kind(text: str) -> str:
    """Return what kind of thing a version says it leads to, read from its words."""
    plain = text.lower()
    if not plain.strip():
        return UNKNOWN
    if _LICENCE.search(plain):
        return "licence"
    if _DEGREE.search(plain):
        return "degree"
    return "certificate" if _CERTIFICATE.search(plain) else "industry"


def level_of(framework: str, level: int | None, text: str) -> str:
    """Return a level as people write it: "EQF 5"; a source's own words where it is no number."""
    if level is not None:
        return f"{(framework or 'level').replace('-', ' ').upper()} {level}"
    return text.strip()[:60] or UNKNOWN


@lru_cache(maxsize=20_000)
def languages_of(tags: tuple[str, ...]) -> list[str]:
    """Return the languages behind BCP 47 tags, without country and script, each once; the list is shared and not to be changed."""
    found = dict.fromkeys(tag.strip().lower().replace("_", "-").partition("-")[0] for tag in tags if tag.strip())
    return [tag for tag in found if 2 <= len(tag) <= 8 and tag != "und"] or [UNKNOWN]  # und: nobody says it
