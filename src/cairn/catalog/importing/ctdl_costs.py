"""Cost profiles of CTDL as a price profile. Profiles for different audiences are alternatives: they are never added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from cairn.catalog.importing.words import Reader, as_list, currency, texts_of
from cairn.look.formatting import minor_digits

_PARTS = {
    "Tuition": "price_tuition", "TuitionFee": "price_tuition", "ProgramSpecific": "price_tuition", "InStateTuition": "price_tuition",
    "Books": "price_materials", "LearningResource": "price_materials", "Materials": "price_materials", "Tools": "price_materials",
    "Technology": "price_materials", "Supplies": "price_materials", "Uniform": "price_materials",
}  # fmt: skip
_TOTAL = "AggregateCost"


def costs_of(
    profiles: list[dict[str, Any]], reader: Reader, term: Callable[[Any, str], Any], labels: Callable[[Any], set[str]]
) -> dict[str, Any]:
    """Return the columns of a price: parts and total in minor units, currency and, where audiences pay differently, words.

    The dearest alternative is taken, because nobody should meet a higher price than the one shown. Empty where nothing is stated.
    """
    groups: defaultdict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    code = ""
    for number, profile in enumerate(profiles[:100]):
        told = currency(next(iter(texts_of(term(profile, "currency")).values()), ""))
        amount = reader.money(term(profile, "price"), told or "USD", "estimatedCost", number)
        if amount is None:
            continue
        if code and told and told != code:
            where = reader.place.at("estimatedCost", number)
            reader.tell(where.repaired("two_currencies", f"It is in {told}, the one before in {code}; it is left out."))
            continue
        code = code or told
        kinds = {
            str(one.get("@id", one) if isinstance(one, dict) else one).rpartition(":")[2]
            for one in (
                term(node, "targetNode") for node in as_list(term(profile, "directCostType")) if isinstance(node, dict)
            )
            if one
        }
        part = "total" if _TOTAL in kinds else next((_PARTS[one] for one in sorted(kinds) if one in _PARTS), None)
        if part is None:
            part = "price_fees" if any("Fee" in one for one in kinds) else "price_other"
        groups[tuple(sorted(labels(term(profile, "audienceType"))))][part] += amount
    if not groups:
        return {}
    if not code:
        reader.tell(
            reader.place.at("estimatedCost").repaired("no_currency", "The price has no currency; no price is taken.")
        )
        return {}
    totals = {
        who: parts.get("total") or sum(value for name, value in parts.items() if name != "total")
        for who, parts in groups.items()
    }
    dearest = max(totals, key=lambda who: totals[who])
    words = ""
    if len(totals) > 1:
        digits = minor_digits(code)
        words = "; ".join(
            f"{', '.join(who) or 'others'}: {code} {Decimal(total).scaleb(-digits):,.{digits}f}"
            for who, total in sorted(totals.items())
        )
    return {
        "currency": code,
        "price_total": totals[dearest],
        **{name: value for name, value in groups[dearest].items() if name != "total"},
        "price_text": words,
    }
