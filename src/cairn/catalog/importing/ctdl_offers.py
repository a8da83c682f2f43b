"""What CTDL says of taking part: costs, durations, days and places, as offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cairn.catalog.importing.ctdl_costs import cost_runs, costs_of
from cairn.catalog.importing.ctdl_terms import labels_of, mode_of, term
from cairn.catalog.importing.records import OfferRecord, Place, SpecialRecord
from cairn.catalog.importing.special_words import special_of
from cairn.catalog.importing.words import Reader, address_of, as_list, country, span_of_range, text_in, web

type Whole = Callable[[Any], dict[str, Any]]


def offers_of(this: dict[str, Any], whole: Whole, reader: Reader, stated: tuple[str, ...]) -> Iterator[OfferRecord]:
    """Yield an offer for each run that has costs of its own, else for each place."""
    costs = [whole(one) for one in as_list(term(this, "estimatedCost"))]
    runs = cost_runs([one for one in costs if _special(one, reader) is None], term)
    lengths = [whole(one) for one in as_list(term(this, "estimatedDuration"))]
    taken = [reader.span(term(one, "timeRequired"), "estimatedDuration", "timeRequired") for one in lengths]
    lasting = [
        reader.span(term(one, "exactDuration"), "estimatedDuration", "exactDuration")
        or span_of_range(
            reader.span(term(one, "minimumDuration"), "estimatedDuration", "minimumDuration"),
            reader.span(term(one, "maximumDuration"), "estimatedDuration", "maximumDuration"),
        )
        for one in lengths
    ]
    spans = [span for span in (*lasting, *taken) if span]
    hours = next((span.hours for span in (*taken, *lasting) if span and span.hours), None)
    weeks = next((span.weeks for span in spans if span.weeks), None)
    words = next((text for one in lengths if (text := text_in(term(one, "description"), "en"))), "")
    if not words and spans:
        words = spans[0].text
    places = [whole(one) for one in as_list(term(this, "availableAt"))]
    pages = [web(one) for name in ("availableOnlineAt", "availabilityListing") for one in as_list(term(this, name))]
    url = next(filter(None, pages), "")
    if not (runs or spans or words or places or url):
        return
    prices = [costs_of(run.profiles, reader, term, labels_of) for run in runs] or [{}]
    if together := _together(this, whole):
        prices = [
            one | {"price_text": "; ".join(filter(None, [one.get("price_text", ""), together]))[:200]} for one in prices
        ]
    dates = [(reader.day(run.start, "startDate"), reader.day(run.end, "endDate")) for run in runs] or [(None, None)]
    told = list(zip(prices, dates, [run.page for run in runs] or [""], strict=True))
    if len(places) > 1 or len(told) == 1:
        told = [one for one in told[:1] for _ in (places or [{}])]
    else:
        places = places * len(told)
    for number, ((terms, (starts, ends), page), where) in enumerate(zip(told, places or [{}] * len(told), strict=True)):
        yield OfferRecord(
            key=str(number) if number else "",
            **terms,
            hours=hours,
            weeks=weeks,
            duration_text=words[:60],
            mode=mode_of(this),
            address=text_in(term(where, "streetAddress"), "en"),
            city=text_in(term(where, "addressLocality"), "en"),
            state_code=text_in(term(where, "addressRegion"), "en")[:10],
            country=country(text_in(term(where, "addressCountry"), "en")),
            languages=stated,
            starts_on=starts,
            ends_on=ends,
            url=page if len(runs) > 1 and page in pages else url,
        )


def special_prices_of(this: dict[str, Any], whole: Whole, reader: Reader) -> Iterator[SpecialRecord]:
    """Yield the discounts and bundles whose conditions say in full whose, or of what, the price is.

    CTDL has no term for either: the condition says it in the words of :mod:`special_words`. Costs that are common to several for any other
    reason are of each of them, and no bundle.
    """
    for one in as_list(term(this, "estimatedCost"))[:100]:
        if found := _special(whole(one), reader):
            yield found
    for manifest in as_list(term(this, "commonCosts"))[:50]:
        for one in as_list(term(whole(manifest), "estimatedCost"))[:10]:
            if found := _special(whole(one), reader, address_of(manifest)):
                yield found


def _special(cost: dict[str, Any], reader: Reader, key: str = "") -> SpecialRecord | None:
    condition, title = text_in(term(cost, "condition"), "en"), text_in(term(cost, "name"), "en")
    if not condition or not title:
        return None
    quiet = Reader(reader.place, lambda _: None)
    first, last = (quiet.day(term(cost, name), name) for name in ("startDate", "endDate"))
    price, currency = text_in(term(cost, "price"), "en"), text_in(term(cost, "currency"), "en")
    return special_of(title, price, currency, condition, first, last, key)


def _together(this: dict[str, Any], whole: Whole) -> str:
    """Return in words what this costs together with others: prices of manifests that several credentials name are of none of them alone."""
    told = []
    for manifest in (whole(one) for one in as_list(term(this, "commonCosts"))[:50]):
        for cost in (whole(one) for one in as_list(term(manifest, "estimatedCost"))[:10]):
            if _special(cost, Reader(Place(""), lambda _: None)):
                continue
            amount = f"{text_in(term(cost, 'currency'), 'en')} {text_in(term(cost, 'price'), 'en')}".strip()
            name = text_in(term(cost, "description"), "en") or text_in(term(manifest, "description"), "en")
            told.append(": ".join(filter(None, [name, amount])))
    return "; ".join(dict.fromkeys(filter(None, told)))
