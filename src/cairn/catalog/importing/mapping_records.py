"""Rows of somebody's table as catalogue records, by a mapping. What cannot be read for sure is left out and told with its column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from cairn.catalog.importing.mapping import Mapping
from cairn.catalog.importing.mapping_input import Entry, Opened, value_at
from cairn.catalog.importing.mapping_values import currency_in, read_date, read_decimal, read_money, read_yes_no
from cairn.catalog.importing.mapping_words import FREE, LANGUAGES, MINUTES_OF, MODES, TYPES, UNIT, WEEKLY
from cairn.catalog.importing.records import CatalogRecord, Identifier, OfferRecord, ProviderRecord, SkillRecord
from cairn.skills.importing.report import Report
from cairn.skills.importing.values import cip, tidy

ROWS = "rows"
EMPTY = {"", "-", "--", "n/a", "na", "null", "none", "nan", "keine", "aucun", "ninguno", "nessuno", "geen"}
MOST_OFFERS = 200
_PRICES = ("price_total", "price_tuition", "price_fees", "price_materials", "price_other")


def records_of(opened: Opened, mapping: Mapping, report: Report) -> Iterator[CatalogRecord]:
    """Yield a record for each row."""
    for entry in opened.entries(ROWS, report):
        yield _Row(entry, mapping, report).record()


@dataclass(slots=True)
class _Row:
    """One row read through the mapping."""

    entry: Entry
    mapping: Mapping
    report: Report

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
            )
        }
        provider, key = self.provider(), self.text("key")
        if not key and texts["title"]:
            # no column identifies a row: title and provider do, so that the same row is found again
            key = "row-" + sha256(f"{provider.name if provider else ''}\n{texts['title']}".encode()).hexdigest()[:32]
        offers = self.offers()
        hours = self.hours({one.weeks for one in offers})
        if not self.mapping.offers:  # the row's one offer takes as long as the row; of nothing none is made
            whole = replace(offers[0], hours=hours)
            offers = (whole,) if whole != OfferRecord(currency=whole.currency) else ()
        return CatalogRecord(
            key=key,
            place=self.entry.place,
            provider=provider,
            type=self.word("type", TYPES),
            language=self.language(),
            title=texts["title"],
            description=texts["description"],
            criteria=texts["criteria"],
            prerequisites=texts["prerequisites"],
            leads_to=texts["leads_to"],
            assessment_type=texts["assessment_type"],
            quality_assurance=texts["quality_assurance"],
            level_text=texts["level_text"],
            outcomes=tuple(self.texts("outcomes", 1000)),
            tags=tuple(self.texts("tags", 100)),
            skills=tuple(SkillRecord(name=one) for one in self.texts("skills", 300)),
            workload_hours=hours,
            credits=self.read("credits", lambda text: read_decimal(text, self.mapping.decimal)),
            homepage=self.url("homepage"),
            field_of_study=self.read("field_of_study", cip) or "",
            offers=offers,
            participation=offers[0].mode if offers and len({one.mode for one in offers}) == 1 else "",
            identifiers=(Identifier("course-code", self.text("key")),) if self.text("key") else (),
        )

    def texts(self, name: str, most: int = 300, values: Any = None) -> list[str]:
        """Return every text of a field; a list's elements, or the parts of a text with the mapping's separator."""
        column = self.mapping.fields.get(name, "")
        if not column:
            return []
        if column.startswith("="):
            return [column[1:].strip()]
        found = value_at(self.entry.values if values is None else values, column)
        listed = found if isinstance(found, list) else [found]
        texts = [str(one) for one in listed if isinstance(one, str | int | float) and not isinstance(one, bool)]
        if isinstance(found, bool):
            texts = ["true" if found else "false"]
        if name in {"outcomes", "tags", "skills"} and self.mapping.separator:
            texts = [part for text in texts for part in text.split(self.mapping.separator)]
        tidied = [tidy(text) if len(text) < 5000 else text.strip() for text in texts[:500]]
        return list(dict.fromkeys(text[:most] for text in tidied if text.casefold() not in EMPTY))

    def text(self, name: str, most: int = 300, values: Any = None) -> str:
        """Return a field's text; several values are joined."""
        return ", ".join(self.texts(name, most, values))[:most]

    def read[T](self, name: str, reader: Callable[[str], T], values: Any = None) -> T | None:
        """Return a field's value, None where nothing stands there or where it cannot be read, which is told."""
        text = self.text(name, 300, values)
        if not text:
            return None
        try:
            return reader(text)
        except ValueError as error:
            self.left(name, f"{str(error)[:200]}; it is left open.")
            return None

    def left(self, name: str, message: str) -> None:
        """Tell that a value was left out."""
        column = self.mapping.fields.get(name, name)
        self.report.remark(
            "records", self.entry.place.at(column).repaired("unread_value", f"{message[0].upper()}{message[1:]}")
        )

    def word(self, name: str, known: dict[str, str], values: Any = None) -> str:
        """Return what a word means: the mapping's own meaning first, then a known word; "" and a remark where it is neither."""
        text = self.text(name, 120, values)
        if not text:
            return ""
        own = self.mapping.values.get(name, {})
        if text in own:
            return own[text]
        plain = text.casefold()
        exact = known.get(plain)
        if exact:
            return exact
        meant = {meaning for word, meaning in known.items() if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain)}
        if len(meant) == 1:
            return meant.pop()
        if meant == {"online", "onsite"}:
            return "blended"
        self.left(name, f"“{text[:60]}” is not known; say what it means under “values” in the mapping")
        return ""

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
            city=self.text("city", 120),
            county=self.text("county", 120),
            state=self.text("state_code", 60),
            country=country if re.fullmatch(r"[A-Z]{2}", country) else "",
        )

    def url(self, name: str, values: Any = None) -> str:
        """Return a web address; one without a scheme gets https, what is none is left out and told."""
        text = self.text(name, 500, values)
        if not text:
            return ""
        full = (
            text
            if re.match(r"https?://", text)
            else f"https://{text}"
            if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text)
            else ""
        )
        if not re.match(r"https?://[\w-]+(\.[\w-]+)+([/?#:]|$)", full):
            self.left(name, f"“{text[:80]}” is no web address")
            return ""
        return full

    def hours(self, weeks: set[int | None]) -> Decimal | None:
        """Return the workload in hours, from the unit the value itself states, else from the mapping's.

        Hours a week are multiplied by the ``weeks`` that all offers of the row take; where they differ or are not stated, it is left open.
        """

        def reader(text: str) -> Decimal:
            unit = UNIT.search(text)
            written = (
                next((name for name in ("minutes", "lessons") if unit[name]), "hours") if unit else self.mapping.hours
            )
            amount = read_decimal(UNIT.sub("", text), self.mapping.decimal)
            if amount < 0 or amount > 100_000:
                raise ValueError(f"“{text[:40]}” is no workload")
            minutes = MINUTES_OF.get(written, 60)
            told = amount if minutes == 60 else round(amount * minutes / 60, 2)
            if self.mapping.hours != WEEKLY:
                return told
            (number,) = weeks if len(weeks) == 1 else (None,)
            if told > 168 or not number:
                why = "is more hours than a week has" if told > 168 else "is a week's; for how many weeks is not stated"
                raise ValueError(f"“{text[:40]}” {why}")
            return told * number

        return self.read("workload_hours", reader)

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
