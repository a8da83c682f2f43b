"""What a credential costs, as CTDL's cost profiles, and what several cost together, as a cost manifest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cairn.catalog.exporting.ctdl_words import concept, words
from cairn.catalog.exporting.published import Entry
from cairn.catalog.exporting.special import SpecialPrice
from cairn.catalog.exporting.values import amount, number, stated
from cairn.catalog.importing.records import OfferRecord

COSTS = (
    ("price_total", "AggregateCost", "Aggregate Cost"),
    ("price_tuition", "Tuition", "Tuition"),
    ("price_fees", "MixedFees", "Mixed Fees"),
    ("price_materials", "LearningResource", "Learning Resource"),
    ("price_other", "ProgramSpecificFee", "Program-Specific Fee"),
)
"""Our price columns → CTDL's cost types."""


def costs_of(offer: OfferRecord, entry: Entry) -> Iterator[dict[str, Any]]:
    """Yield a profile for each part of an offer's price that is stated."""
    for column, node, label in COSTS:
        price = amount(getattr(offer, column), offer.currency)
        if price is not None:
            yield stated({
                "@type": "ceterms:CostProfile",
                "ceterms:costDetails": offer.url or entry.page,
                "ceterms:directCostType": concept("CostType", f"costType:{node}", label),
                "ceterms:price": number(price),
                "ceterms:currency": offer.currency,
                "ceterms:description": words(offer.price_text),
                "ceterms:startDate": offer.starts_on.isoformat() if offer.starts_on else None,
                "ceterms:endDate": offer.ends_on.isoformat() if offer.ends_on else None,
            })  # fmt: skip


def special_cost(price: SpecialPrice, entry: Entry) -> dict[str, Any]:
    """Return a price that is not everybody's: the condition says whose, so that nobody takes it for theirs."""
    return stated({
        "@type": "ceterms:CostProfile",
        "ceterms:name": words(price.title),
        "ceterms:description": words(f"{price.title}, {price.condition}"),
        "ceterms:condition": {"en": [price.condition]},
        "ceterms:costDetails": entry.page,
        "ceterms:directCostType": concept("CostType", "costType:AggregateCost", "Aggregate Cost"),
        "ceterms:price": number(price.amount),
        "ceterms:currency": price.currency,
        "ceterms:startDate": price.first.isoformat() if price.first else None,
        "ceterms:endDate": price.last.isoformat() if price.last else None,
    })  # fmt: skip


def shared_cost(price: SpecialPrice, entry: Entry) -> dict[str, Any]:
    """Return what several cost together as a CostManifest: costs that an organisation keeps for more than one resource."""
    address = address_of(price, entry)
    return {
        "@id": address,
        "@type": "ceterms:CostManifest",
        "ceterms:ctid": f"ce-{uuid5(NAMESPACE_URL, address)}",
        "ceterms:name": words(price.title),
        "ceterms:description": words(f"{price.title}, {price.condition}"),
        "ceterms:costDetails": entry.provider_page,
        "ceterms:costManifestOf": [entry.provider_page],
        "ceterms:estimatedCost": [special_cost(price, entry)],
    }


def address_of(price: SpecialPrice, entry: Entry) -> str:
    """Return the address of what several cost together."""
    return f"{entry.provider_page}#{price.key}"
