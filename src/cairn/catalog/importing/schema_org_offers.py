"""What schema.org says of taking part: runs of a course, prices, dates and places, as offers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cairn.catalog.importing.mapping_values import currency_in
from cairn.catalog.importing.records import OfferRecord, Place, RequiredRecord, SpecialRecord
from cairn.catalog.importing.schema_org_words import Nodes, kinds
from cairn.catalog.importing.special_words import special_of
from cairn.catalog.importing.words import (
    Reader,
    Span,
    address_of,
    as_list,
    country,
    currency,
    objects,
    text_in,
    web,
)

MOST_MONTHS = 24
"""Months of work for a course beyond which a duration is taken for minutes in the wrong place. Programmes may take longer."""

MOST_MEETINGS = 1_000
_DAYS = {
    "daily": Decimal(1),
    "p1d": Decimal(1),
    "weekly": Decimal(7),
    "p1w": Decimal(7),
    "monthly": Decimal("30.4"),
    "p1m": Decimal("30.4"),
}
"""Days between two meetings, by ``repeatFrequency`` in words or as a duration (https://schema.org/repeatFrequency)."""


def length_of(value: Any, reader: Reader, *steps: str | int) -> Span | None:
    """Return how long a course takes. P60M is sixty months, not minutes: so many are told and left out."""
    found = reader.span(value, *steps)
    if found is None or found.hours is not None or found.weeks is None or found.weeks * 7 <= MOST_MONTHS * 31:
        return found
    told = value.get("@value") if isinstance(value, dict) else value
    if "M" not in str(told).upper():
        return found
    reader.tell(
        reader.place.at(*steps).repaired(
            "months_for_a_course",
            f"“{str(told)[:20]}” is {found.text} of the calendar; no length is taken.",
            "Sixty minutes are written PT60M, sixty hours PT60H.",
        )
    )
    return None


def offers_of(this: dict[str, Any], nodes: Nodes, reader: Reader, tongue: str) -> Iterator[OfferRecord]:
    """Yield an offer for each run of a course, or one for what is stated of the whole."""
    instances = nodes.instances(this)
    general = [nodes.whole(one) for one in as_list(this.get("offers"))]
    if (
        not instances
        and not general
        and not this.get("startDate")
        and not (this.get("timeRequired") or this.get("timeToComplete") or this.get("isAccessibleForFree") is True)
    ):
        return
    shared = _price(general, reader, tongue, ("offers",))
    quiet = Reader(reader.place, lambda _: None)
    for each in instances:
        own = _price([nodes.whole(told) for told in as_list(each.get("offers"))], quiet, tongue, ())
        if own.get("price_total") is not None and own["price_total"] == shared.get("price_total"):
            shared = {}  # the course repeats what one of its runs costs: the others say nothing of theirs
    for number, one in enumerate(instances or [this]):
        steps = ("hasCourseInstance", number) if instances else ()
        terms = _price(
            [nodes.whole(told) for told in as_list(one.get("offers"))] if instances else [], reader, tongue, steps
        )
        terms = terms or shared
        if not terms and (one.get("isAccessibleForFree") is True or this.get("isAccessibleForFree") is True):
            terms = {"price_total": 0, "price_text": "free"}
        quietly = Reader(reader.place, lambda _: None) if one is this else reader  # of the whole it was told already
        length = length_of(
            one.get("courseWorkload") or one.get("timeRequired"), quietly, *steps, "courseWorkload"
        ) or quietly.span(one.get("timeToComplete"), *steps, "timeToComplete")
        schedule = nodes.whole(next(iter(as_list(one.get("courseSchedule"))), {}))
        span = length or _scheduled(schedule, reader, *steps, "courseSchedule")
        located: Any = next(iter(as_list(one.get("location"))), {})
        where = nodes.whole(located)
        address = next(iter(objects(where.get("address"))), where)
        yield OfferRecord(
            key=(address_of(one) or web(one.get("url")) or (str(number) if number else "")) if instances else "",
            **terms,
            hours=span.hours if span else None,
            weeks=span.weeks if span else None,
            duration_text=span.text if span else "",
            mode=nodes.mode([one]),
            address=text_in(address.get("streetAddress"), tongue)
            or _line(where.get("address"), tongue)
            or _named(located, where, tongue),
            city=text_in(address.get("addressLocality"), tongue),
            state_code=text_in(address.get("addressRegion"), tongue)[:10],
            country=country(address.get("addressCountry")),
            languages=tuple(
                dict.fromkeys(found for told in as_list(one.get("inLanguage")) if (found := nodes.language(told)))
            ),
            starts_on=reader.day(
                next(iter(as_list(one.get("startDate"))), None) or schedule.get("startDate"), *steps, "startDate"
            ),
            ends_on=reader.day(
                next(iter(as_list(one.get("endDate"))), None) or schedule.get("endDate"), *steps, "endDate"
            ),
            apply_until=reader.day(one.get("applicationDeadline"), *steps, "applicationDeadline"),
            capacity=_capacity(one, reader, steps),
            url=web(one.get("url")),
        )


def _named(located: Any, where: dict[str, Any], tongue: str) -> str:
    """Return a place that is only named, as text or as a Place without an address; a page on the web is no place."""
    name = text_in(where.get("name"), tongue) if where else text_in(located, tongue)
    virtual = "VirtualLocation" in kinds(where) or name.casefold() in {"online", "remote", "virtual", "web"}
    return "" if virtual or web(name) else name[:300]


def _scheduled(schedule: dict[str, Any], reader: Reader, *steps: str | int) -> Span | None:
    """Return how long the meetings of a schedule take together: their length as often as ``repeatCount`` says, and over how many weeks."""
    each = reader.span(schedule.get("duration"), *steps, "duration")
    times = reader.figure(schedule.get("repeatCount"), *steps, "repeatCount")
    if each is None or each.hours is None or times is None or times != int(times) or not 1 < times <= MOST_MEETINGS:
        return each
    often = text_in(schedule.get("repeatFrequency"), "en").strip().rpartition("/")[2]
    days = _DAYS.get(often.casefold())
    weeks = None if days is None else max(1, round(times * days / 7))
    return Span(
        each.hours * times,
        weeks,
        f"{times:f} times {each.text}{f', {often.lower()}' if days and often.isalpha() else ''}",
    )


def workload_of(this: dict[str, Any], nodes: Nodes, reader: Reader) -> Decimal | None:
    """Return the hours that all instances state alike; each offer keeps its own."""
    spans = [reader.span(one.get("courseWorkload")) for one in nodes.instances(this)]
    hours = {span.hours if span else None for span in spans}
    return hours.pop() if len(hours) == 1 else None


def _price(offers: list[dict[str, Any]], reader: Reader, tongue: str, steps: tuple[str | int, ...]) -> dict[str, Any]:
    """Return the dearest price of the offers, as columns; nothing where none is stated. "Free" is a price of zero."""
    found: list[tuple[int, str]] = []
    words: list[str] = []
    for offer in offers[:50]:
        category = text_in(offer.get("category"), tongue)
        if special_offer(offer, tongue) is not None:
            continue  # whose price it is, or for what, is stated in full: it is none of everybody's
        if offer.get("name") and offer.get("description"):
            words.append(_said(offer, tongue))
        if len(as_list(offer.get("itemOffered"))) > 1:
            continue  # what several cost together is no price of this
        nodes = [offer, *objects(offer.get("priceSpecification"))]
        for node in nodes:
            told = node.get("price", node.get("highPrice", node.get("maxPrice")))
            code = currency(node.get("priceCurrency")) or (currency_in(told[:60]) if isinstance(told, str) else "")
            free = isinstance(told, str) and told.strip().lower() in {"free", "gratis", "kostenlos"}
            amount = 0 if free else reader.money(told, code or "USD", *steps, "price")
            if amount is None:
                continue
            if (category.casefold() == "partially free" and not amount) or category.casefold() == "subscription":
                words.append(f"{code} {str(told)[:20]}".strip() if amount else "")
                continue  # what the whole costs is not said: zero is for a part of it, a subscription for a while
            if amount and not code:
                reader.tell(
                    reader.place.at(*steps, "price").repaired(
                        "no_currency", "The price has no currency; it is left out."
                    )
                )
                continue
            found.append((amount, code or "USD"))
            least = node.get("lowPrice", node.get("minPrice"))
            if "price" not in node and least is not None and str(least) != str(told):
                words.append(f"{code} {str(least)[:20]} to {str(told)[:20]}")
        if category:
            words.append(category)
    if not found:
        return {"price_text": ", ".join(dict.fromkeys(filter(None, words)))[:200]} if any(words) else {}
    amount, code = max(found)
    return {"price_total": amount, "currency": code, "price_text": ", ".join(dict.fromkeys(words))[:200]}


def special_prices_of(this: dict[str, Any], nodes: Nodes, tongue: str) -> Iterator[SpecialRecord]:
    """Yield the discounts and bundles among the offers of a whole."""
    for one in as_list(this.get("offers"))[:100]:
        if found := special_offer(nodes.whole(one), tongue):
            yield found


def special_offer(offer: dict[str, Any], tongue: str) -> SpecialRecord | None:
    """Return a price for several things that ``itemOffered`` names, or for some people in the words of :mod:`special_words`; else None."""
    title, condition = text_in(offer.get("name"), tongue), text_in(offer.get("description"), tongue)
    items = [one for one in as_list(offer.get("itemOffered"))[:60] if isinstance(one, dict | str)]
    named = [(text_in(one.get("name"), tongue), address_of(one), web(one.get("url"))) if isinstance(one, dict) else ("", one, "")
             for one in items]  # fmt: skip
    together = tuple(
        RequiredRecord(name, tuple(filter(None, dict.fromkeys([address, url]))))
        for name, address, url in named
        if name or address or url
    )
    if len(together) < 2 or len(together) != len(items):
        together = ()
    quiet = Reader(Place(""), lambda _: None)
    first, last = (
        quiet.day(next(iter(as_list(offer.get(name))), None), name) for name in ("validFrom", "validThrough")
    )
    price, code = str(offer.get("price", "")).strip(), currency(offer.get("priceCurrency"))
    key = f"{title} {code} {price} {sorted(one.keys or (one.name,) for one in together)}" if together else ""
    return special_of(title, price, code, condition, first, last, key, together)


def _said(offer: dict[str, Any], tongue: str) -> str:
    """Return an offer that has a name and a description in words: what it is called, what it costs, for whom or for what."""
    price = f"{currency(offer.get('priceCurrency'))} {str(offer.get('price', ''))[:20]}".strip()
    whose = text_in(offer.get("description"), tongue)
    return f"{text_in(offer.get('name'), tongue)}: {price}{f', {whose}' if whose else ''}"


def _line(address: Any, tongue: str) -> str:
    """Return an address that is written as one line."""
    return text_in(address, tongue)[:300] if isinstance(address, str) else ""


def _capacity(one: dict[str, Any], reader: Reader, steps: tuple[str | int, ...]) -> int | None:
    most = reader.figure(one.get("maximumAttendeeCapacity"), *steps, "maximumAttendeeCapacity")
    return None if most is None or most > 10**6 else int(most)
