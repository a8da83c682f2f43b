"""The catalogue as a table (CSV): one line for each offer, or one for a credential that nobody offers now.

Its columns are named so that importing a table guesses them. A cell never begins like a formula (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from cairn.catalog.exporting.published import Entry
from cairn.catalog.exporting.special import written
from cairn.catalog.exporting.values import UNSAID, amount, plain
from cairn.catalog.importing.earnings_cells import earnings_cell
from cairn.catalog.importing.mapping_own import GUARDED, SEPARATOR
from cairn.catalog.importing.mapping_own_cells import before_part, related_part, texts_cell
from cairn.catalog.importing.records import OfferRecord

COLUMNS = (
    "id", "identifiers", "title", "type", "provider", "provider_website", "provider_city", "provider_county", "provider_state",
    "provider_country", "description", "criteria", "outcomes", "language", "taught_in", "workload_hours", "credits", "credit_scheme",
    "level_framework", "level", "level_text", "assessment_type", "participation", "supervision", "grading", "quality_assurance",
    "prerequisites", "needed_before", "needed_before_addresses", "related_credentials", "further_texts", "leads_to", "field_of_study",
    "valid_months", "stackability", "further_information", "skills", "skill_urls", "skill_frameworks", "skill_levels", "tags", "page",
    "homepage", "version", "published_at", "offer_id", "currency", "price_total", "price_tuition", "price_fees", "price_materials",
    "price_other", "price_text", "hours", "weeks", "duration_text", "offer_languages", "mode", "evening", "self_paced", "address",
    "city", "county", "state_code", "country", "starts_on", "ends_on", "apply_until", "capacity", "offer_url", "discounts",
    "sold_together", "worked_out", "worked_out_urls", "published_earnings",
)  # fmt: skip
_NONE = OfferRecord(currency="")


def table(given: Iterable[Entry]) -> Iterator[bytes]:
    """Yield the table line by line, UTF-8, quoted as RFC 4180 says. Amounts are in whole currency units, empty where not stated."""
    yield _line(COLUMNS)
    for entry in given:
        for offer in entry.record.offers or (_NONE,):
            yield _line([guarded(text) for text in _cells(entry, offer)])


def guarded(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if GUARDED.match(text) else text


def listed(parts: Iterable[str]) -> str:
    """Return a list as one cell: parted by :data:`SEPARATOR`, a part that could be taken for several in quotation marks, as in CSV itself.

    Empty parts keep their place; where all are empty, so is the cell.
    """
    told = list(parts)
    if not any(told):
        return ""
    return SEPARATOR.join('"' + part.replace('"', '""') + '"' if _SEVERAL.search(part) else part for part in told)


def _line(cells: Iterable[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode()


def _cells(entry: Entry, offer: OfferRecord) -> list[str]:
    record, provider = entry.record, entry.record.provider
    values = {
        "id": entry.uid,
        "language": "" if record.language == UNSAID else record.language,
        "provider": provider.name if provider else "",
        "provider_website": provider.website if provider else "",
        "provider_city": provider.city if provider else "",
        "provider_county": provider.county if provider else "",
        "provider_country": provider.country if provider else "",
        "provider_state": provider.state if provider else "",
        "identifiers": listed(f"{one.scheme}={one.value}" for one in record.identifiers),
        "outcomes": listed(record.outcomes),
        "taught_in": listed(record.taught_in),
        "workload_hours": plain(record.workload_hours),
        "credits": plain(record.credits),
        "level": "" if record.level is None else str(record.level),
        "valid_months": "" if record.valid_months is None else str(record.valid_months),
        "skills": listed(one.name for one in record.skills),
        "skill_urls": listed(one.url for one in record.skills),
        "skill_frameworks": listed(one.framework for one in record.skills),
        "skill_levels": listed(plain(one.level) for one in record.skills),
        "worked_out": listed(one.name for one in entry.likely),
        "worked_out_urls": listed(one.url for one in entry.likely),
        "needed_before": listed(" or ".join(one.name for one in group) for group in entry.before),
        "needed_before_addresses": listed(
            before_part((one.achievement or one.address, one.level) for one in group) for group in entry.before
        ),
        "related_credentials": listed(map(related_part, record.related)),
        "further_texts": texts_cell(record.texts),
        "discounts": listed(written(entry.special, together=False)),
        "sold_together": listed(written(entry.special, together=True)),
        "tags": listed(record.tags),
        "published_earnings": earnings_cell(record.earnings),
        "page": entry.page,
        "version": str(entry.number),
        "published_at": entry.published_at.isoformat() if entry.published_at else "",
        "hours": plain(offer.hours),
        "weeks": "" if offer.weeks is None else str(offer.weeks),
        "starts_on": offer.starts_on.isoformat() if offer.starts_on else "",
        "ends_on": offer.ends_on.isoformat() if offer.ends_on else "",
        "apply_until": offer.apply_until.isoformat() if offer.apply_until else "",
        "capacity": "" if offer.capacity is None else str(offer.capacity),
        "evening": _YES[offer.evening],
        "self_paced": _YES[offer.self_paced],
        "offer_id": offer.key,
        "offer_languages": listed(offer.languages),
        "offer_url": offer.url,
    }
    for name in COLUMNS:
        if name.startswith("price_") and name != "price_text":
            price = amount(getattr(offer, name), offer.currency)
            values[name] = "" if price is None else format(price, "f")
        elif name not in values:
            values[name] = str(getattr(offer if name in _OF_OFFER else record, name))
    return [values[name] for name in COLUMNS]


_SEVERAL = re.compile(r'^"|;|^\s|\s$')
_YES = {True: "yes", False: "no", None: ""}
_OF_OFFER = {"price_text", "currency", "duration_text", "mode", "address", "city", "county", "state_code", "country"}
