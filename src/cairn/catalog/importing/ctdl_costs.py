"""Cost profiles of CTDL as a price profile. Profiles for different audiences or conditions are alternatives: they are never added up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cairn.catalog.importing.words import Reader, as_list, currency, texts_of, web
from cairn.look.formatting import minor_digits

_PARTS = {
    "Tuition": "price_tuition", "TuitionFee": "price_tuition", "ProgramSpecific": "price_tuition", "InStateTuition": "price_tuition",
    "Books": "price_materials", "LearningResource": "price_materials", "Materials": "price_materials", "Tools": "price_materials",
    "TechnologyFee": "price_materials", "ProgramSpecificFee": "price_other", "Application": "price_fees",
    "BackgroundCheck": "price_fees", "RetakeFee": "price_fees",
    "Technology": "price_materials", "Supplies": "price_materials", "Uniform": "price_materials",
}  # fmt: skip
_TOTAL = "AggregateCost"


@dataclass(slots=True)
class Run:
    """Cost profiles that go together: of one run of it, with its days and page as written."""

    start: Any
    end: Any
    page: str
    profiles: list[dict[str, Any]] = field(default_factory=list)


def cost_runs(profiles: list[dict[str, Any]], term: Callable[[Any, str], Any]) -> list[Run]:
    """Put cost profiles together by their days, and by their pages where each page states a whole price: other runs are never added up."""
    wholes = Counter(
        (str(term(one, "startDate")), str(term(one, "endDate")), web(term(one, "costDetails")))
        for one in profiles[:100]
        if _TOTAL in kinds_of(one, term) and not texts_of(term(one, "condition"))
    )
    found: dict[tuple[str, str, str], Run] = {}
    conditional = [one for one in profiles[:100] if texts_of(term(one, "condition"))]
    plain = [one for one in profiles[:100] if not texts_of(term(one, "condition"))]
    for one in plain or conditional:
        start, end, page = term(one, "startDate"), term(one, "endDate"), web(term(one, "costDetails"))
        apart = (str(start), str(end), page) in wholes
        run = found.setdefault((str(start), str(end), page if apart else ""), Run(start, end, page))
        run.profiles.append(one)
    for run in found.values() if plain else ():
        run.profiles.extend(conditional)  # their days are when the price holds, not when a run takes place
    return list(found.values())


def kinds_of(profile: dict[str, Any], term: Callable[[Any, str], Any]) -> set[str]:
    """Return the kinds of cost that a profile is of, without prefix."""
    nodes = (term(node, "targetNode") for node in as_list(term(profile, "directCostType")) if isinstance(node, dict))
    return {
        str(one.get("@id", one) if isinstance(one, dict) else one).rpartition(":")[2].rpartition("/")[2]
        for one in nodes
        if one
    }


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
        kinds = kinds_of(profile, term)
        part = "total" if _TOTAL in kinds else next((_PARTS[one] for one in sorted(kinds) if one in _PARTS), None)
        if part is None:
            part = "price_fees" if any("Fee" in one for one in kinds) else "price_other"
        whose = {*labels(term(profile, "audienceType")), *texts_of(term(profile, "condition")).values()}
        told_of = groups[tuple(sorted(whose))]
        told_of[part] = max(told_of[part], amount) if part == "total" else told_of[part] + amount
    if not groups:
        return {}
    if not code:
        reader.tell(
            reader.place.at("estimatedCost").repaired("no_currency", "The price has no currency; no price is taken.")
        )
        return {}
    totals = {
        who: parts["total"] if "total" in parts else sum(value for name, value in parts.items())
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
        "price_text": words[:200],
    }
