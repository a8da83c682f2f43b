"""Rows of somebody's table as catalogue records, by a mapping. What cannot be read for sure is left out and told with its column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from cairn.appraisal import Earnings
from cairn.catalog.importing import mapping_elements as elements
from cairn.catalog.importing.earnings_cells import read_earnings_cell
from cairn.catalog.importing.mapping import Mapping
from cairn.catalog.importing.mapping_input import Opened, value_at
from cairn.catalog.importing.mapping_own import is_own
from cairn.catalog.importing.mapping_own_cells import LONGEST, read_before, read_related, read_texts_cell
from cairn.catalog.importing.mapping_row import Row
from cairn.catalog.importing.mapping_skills import skills_of
from cairn.catalog.importing.mapping_values import currency_in, read_date, read_decimal, read_money, read_yes_no
from cairn.catalog.importing.mapping_words import FREE, LANGUAGES, MODES, TYPES
from cairn.catalog.importing.records import (
    CatalogRecord,
    Identifier,
    OfferRecord,
    ProviderRecord,
    RelatedRecord,
    RequiredRecord,
    SpecialRecord,
)
from cairn.catalog.importing.special_words import read_special
from cairn.skills.importing.report import Report
from cairn.skills.importing.values import cip

ROWS = "rows"
MOST_OFFERS = 200
_PRICES = ("price_total", "price_tuition", "price_fees", "price_materials", "price_other")


def records_of(opened: Opened, mapping: Mapping, report: Report) -> Iterator[CatalogRecord]:
    """Yield a record for each row."""
    own = not opened.is_json and is_own(opened.columns)
    for entry in opened.entries(ROWS, report):
        yield _Record(entry, mapping, report, own).record()


class _Record(Row):
    """A row as the credential that it is, with its provider and offers."""

    __slots__ = ()

    def record(self) -> CatalogRecord:
        """Return the row as a record; the writer refuses it where title or key are missing."""
        texts = {
            name: self.text(name, 20_000)
            for name in (
                "title",
                "description",
                "criteria",
                "prerequisites",
                "leads_to",
                "assessment_type",
                "quality_assurance",
                "level_text",
                "further_information",
                "grading",
            )
        }
        provider, key = self.provider(), self.text("key")
        language, outcomes = self.language(), tuple(self.texts("outcomes", 1000))
        if not key and texts["title"]:
            # no column identifies a row: title and provider do, so that the same row is found again
            key = "row-" + sha256(f"{provider.name if provider else ''}\n{texts['title']}".encode()).hexdigest()[:32]
        offers = self.offers()
        hours = self.hours("workload_hours", {one.weeks for one in offers})
        if (
            not self.mapping.offers
        ):  # the row's one offer takes as long as the row, unless it says so itself; of nothing none is made
            whole = offers[0] if "offer_hours" in self.mapping.fields else replace(offers[0], hours=hours)
            offers = (whole,) if whole != OfferRecord(currency=whole.currency) else ()
        return CatalogRecord(
            key=key,
            place=self.entry.place,
            provider=provider,
            type=self.word("type", TYPES),
            language=language,
            title=texts["title"],
            description=texts["description"],
            criteria=texts["criteria"],
            prerequisites=texts["prerequisites"],
            leads_to=texts["leads_to"],
            assessment_type=texts["assessment_type"],
            quality_assurance=texts["quality_assurance"],
            **self.level(texts["level_text"]),
            credit_scheme=self.read("credit_scheme", elements.read_scheme) or "",
            supervision=elements.supervision_in_words(
                self.read("supervision", elements.read_supervised),
                self.read("identity_check", elements.read_identified),
            ),
            grading=texts["grading"],
            stackability=self.read("stackability", elements.read_stackability) or "",
            further_information=texts["further_information"],
            valid_months=self.read("valid_months", lambda text: elements.read_validity(text, self.validity_unit())),
            taught_in=self.languages("taught_in"),
            outcomes=outcomes,
            tags=tuple(self.texts("tags", 100)),
            skills=skills_of(self.parts, self.left),
            workload_hours=hours,
            credits=self.read("credits", lambda text: read_decimal(text, self.mapping.decimal)),
            homepage=self.url("homepage"),
            field_of_study=self.read("field_of_study", cip) or "",
            offers=offers,
            participation=self.word("participation", MODES)
            or (offers[0].mode if offers and len({one.mode for one in offers}) == 1 else ""),
            identifiers=self.identifiers(),
            special=self.special(),
            texts=self.further(language, len(outcomes)),
            related=self.related(),
            earnings=self.earnings(),
            requires=self.requires(),
        )

    def level(self, words: str) -> dict[str, Any]:
        """Return the level: as a number in its framework, else in words."""
        text, framework = self.text("level", 120), self.read("level_framework", elements.read_framework) or ""
        if not text:
            return {"level_text": words, "level_framework": framework if words else "", "level": None}
        framework = framework or elements.framework_in(text)
        level = self.read("level", lambda told: elements.read_level(told, framework))
        if level is None:
            return {
                "level_text": words or (text if not re.fullmatch(r"[-\d.,\s]+", text) else ""),
                "level_framework": "",
                "level": None,
            }
        if not framework:
            self.left("level", f"of which framework level {level} is, nobody says; it is kept in words.")
            return {"level_text": words or text, "level_framework": "", "level": None}
        return {"level_text": words, "level_framework": framework, "level": level}

    def validity_unit(self) -> str:
        """Return the unit of a bare validity: the heading's own, else the mapping's."""
        return elements.validity_unit(self.mapping.fields.get("valid_months", "")) or self.mapping.validity

    def special(self) -> tuple[SpecialRecord, ...]:
        """Return the bundles it is in and the discounts on it; what is in no words that are known is left out and told."""
        found: list[SpecialRecord] = []
        for name in ("discounts", "sold_together"):
            for text in self.parts(name):
                one = read_special(text)
                if one is not None:
                    found.append(one)
                elif text:
                    self.left(
                        name,
                        f"“{text[:80]}” does not say in full what is paid, and by whom or for what; it is left out.",
                    )
        return tuple(found)

    def further(self, own: str, outcomes: int) -> dict[str, dict[str, object]]:
        """Return what is said in further languages."""
        try:
            return read_texts_cell(self.text("further_texts", LONGEST), own, outcomes)
        except ValueError as error:
            self.left("further_texts", f"{error}; it is left out.")
            return {}

    def earnings(self) -> tuple[Earnings, ...]:
        """Return what is published of earnings; a statement that cannot be is left out and told."""
        found, wrong = read_earnings_cell(self.text("earnings", LONGEST))
        for one in wrong:
            self.left("earnings", f"{one}; it is left out.")
        return found

    def related(self) -> tuple[RelatedRecord, ...]:
        """Return the related credentials; what is not in the form for them is left out and told."""
        found = [(part, read_related(part)) for part in self.parts("related") if part]
        for part, one in found:
            if one is None:
                self.left("related", f"“{part[:80]}” does not say what a credential is to this one; it is left out.")
        return tuple(one for _, one in found if one is not None)

    def requires(self) -> tuple[tuple[RequiredRecord, ...], ...]:
        """Return what is needed beforehand, by address."""
        try:
            return read_before(self.parts("needed_before_addresses"), self.parts("needed_before"))
        except ValueError as error:
            self.left("needed_before_addresses", f"{error}; what is needed beforehand is left out.")
            return ()

    def identifiers(self) -> tuple[Identifier, ...]:
        """Return what it is called elsewhere; of a foreign table the identifier of the row is one of them."""
        found = [
            Identifier(*one.split("=", 1)) if "=" in one else Identifier("code", one)
            for one in self.parts("identifiers")
            if one
        ]
        key = "" if self.own else self.text("key")
        return (*([Identifier("course-code", key)] if key else []), *found)

    def language(self) -> str:
        """Return the language of the texts: the column's where it can be read, else the mapping's."""
        text = self.text("language", 60)
        if text:
            own = self.mapping.values.get("language", {}).get(text)
            found = (
                own
                or LANGUAGES.get(text.casefold())
                or (text if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text) else "")
            )
            if found:
                return found
            self.left("language", f"“{text[:60]}” is no language that is known here")
        return self.mapping.language or "und"

    def provider(self) -> ProviderRecord | None:
        """Return who gives it."""
        name = self.text("provider", 250)
        if not name:
            return None
        country = self.text("provider_country", 60)
        return ProviderRecord(
            key=self.text("provider_key") or name,
            name=name,
            website=self.url("provider_website"),
            city=self.text("provider_city" if "provider_city" in self.mapping.fields else "city", 120),
            county=self.text("provider_county" if self.own else "county", 120),
            state=self.text("provider_state" if "provider_state" in self.mapping.fields else "state_code", 60),
            country=country if re.fullmatch(r"[A-Z]{2}", country) else "",
        )

    def offers(self) -> tuple[OfferRecord, ...]:
        """Return the offers: the one that the row itself is, or those of the list inside it."""
        if not self.mapping.offers:
            return (self.offer(self.entry.values),)
        inside = value_at(self.entry.values, self.mapping.offers)
        if inside is None:
            return ()
        if not isinstance(inside, list):
            self.report.remark(
                "records",
                self.entry.place.at(self.mapping.offers).repaired("no_list", "The offers are no list; none is taken."),
            )
            return ()
        found: dict[str, OfferRecord] = {}
        for number, one in enumerate(inside[:MOST_OFFERS]):
            if not isinstance(one, dict):
                self.report.remark(
                    "records",
                    self.entry.place.at(self.mapping.offers, number).repaired(
                        "no_object", "The offer is no object; it is left out."
                    ),
                )
                continue
            offer = self.offer(one)
            found.setdefault(offer.key or str(number), offer)
        return tuple(found.values())

    def offer(self, values: Any) -> OfferRecord:
        """Return one offer."""
        currency, prices = self.prices(values)
        days: dict[str, date | None] = {
            name: self.read(name, lambda text: read_date(text, self.mapping.dates), values)
            for name in ("starts_on", "ends_on", "apply_until")
        }
        for name, day in days.items():
            if day is not None and not 1950 <= day.year <= self.report.at.year + 30:
                self.left(name, f"The year {day.year} cannot be right; no date is taken.")
                days[name] = None
        if days["starts_on"] and days["ends_on"] and days["ends_on"] < days["starts_on"]:
            self.left("ends_on", "It ends before it starts; the end is left out.")
            days["ends_on"] = None
        weeks = self.read("weeks", lambda text: read_decimal(text, self.mapping.decimal), values)
        capacity = self.read("capacity", lambda text: read_decimal(text, self.mapping.decimal), values)
        country = self.text("country", 60, values)
        return OfferRecord(
            key=self.text("offer_key", 300, values),
            currency=currency,
            **prices,
            price_text=self.text("price_text", 200, values),
            hours=self.hours("offer_hours", {int(weeks) if weeks is not None else None}, values)
            if "offer_hours" in self.mapping.fields
            else None,
            languages=self.languages("offer_languages", values),
            weeks=int(weeks) if weeks is not None and 0 <= weeks < 1000 else None,
            duration_text=self.text("duration_text", 60, values),
            mode=self.word("mode", MODES, values),
            evening=self.read("evening", read_yes_no, values),
            self_paced=self.read("self_paced", read_yes_no, values),
            address=self.text("address", 300, values),
            city=self.text("city", 120, values),
            county=self.text("county", 120, values),
            state_code=self.text("state_code", 10, values),
            country=country if re.fullmatch(r"[A-Z]{2}", country) else "",
            url=self.url("offer_url", values),
            capacity=int(capacity) if capacity is not None and 0 <= capacity < 10**9 else None,
            starts_on=days["starts_on"],
            ends_on=days["ends_on"],
            apply_until=days["apply_until"],
        )

    def prices(self, values: Any) -> tuple[str, dict[str, Any]]:
        """Return the currency and the prices. A price in another currency than the offer's is left out."""
        stated = self.text("currency", 3, values).upper()
        texts = {name: self.text(name, 60, values) for name in _PRICES}
        own = {currency_in(text) for text in texts.values() if text} - {""}
        if len(own) > 1 or (stated and own - {stated}):
            self.left(
                "price_total",
                f"the prices are in several currencies ({', '.join(sorted(own | ({stated} - {''})))}); none is taken",
            )
            return stated or self.mapping.currency or "USD", dict.fromkeys(_PRICES)
        currency = stated or (own.pop() if own else "") or self.mapping.currency
        if not currency:
            if any(texts.values()):
                self.left("currency", "the currency is not stated; no price is taken")
            return "USD", dict.fromkeys(_PRICES)
        return currency, {
            name: self.read(
                name,
                lambda text: 0 if text.casefold() in FREE else read_money(text, currency, self.mapping.decimal),
                values,
            )
            for name in _PRICES
        }
