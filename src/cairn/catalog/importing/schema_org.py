"""schema.org markup of courses: Course, CourseInstance, EducationalOccupationalProgram and EducationalOccupationalCredential in JSON-LD,
alone or inside web pages.

Terms: https://schema.org/Course. Pages are hostile: nothing is fetched or run, and an address in them is only ever shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from cairn.catalog.importing.documents import Given, Tell, Value, given_files, json_values, unusable
from cairn.catalog.importing.record_rows import save_records
from cairn.catalog.importing.records import (
    RECORDS,
    CatalogRecord,
    Identifier,
    OfferRecord,
    ProviderRecord,
    RelatedRecord,
    RequiredRecord,
    SkillRecord,
)
from cairn.catalog.importing.runs import record_run
from cairn.catalog.importing.web_pages import json_in_page, page_language
from cairn.catalog.importing.words import (
    Reader,
    address_of,
    as_list,
    country,
    currency,
    language,
    main_language,
    objects,
    other_texts,
    text_in,
    texts_of,
    web,
)
from cairn.catalog.models import Definition, DefinitionVersion
from cairn.skills.importing.report import Importer, Progress, Report

ENTRIES = ("Course", "EducationalOccupationalProgram", "EducationalOccupationalCredential", "WorkBasedProgram")
_BESIDE = {
    "CourseInstance",
    "Organization",
    "CollegeOrUniversity",
    "EducationalOrganization",
    "School",
    "Corporation",
    "Offer",
}
_MODES = {
    "online": "online", "onlinecourse": "online", "distance": "online", "distance learning": "online", "onsite": "onsite",
    "on-site": "onsite", "in-person": "onsite", "in person": "onsite", "classroom": "onsite", "face-to-face": "onsite",
    "blended": "blended", "hybrid": "blended", "mixed": "blended",
}  # fmt: skip
_KINDS = (
    ("micro", Definition.Type.BADGE), ("badge", Definition.Type.BADGE), ("licen", Definition.Type.INDUSTRY),
    ("certification", Definition.Type.INDUSTRY), ("certificate", Definition.Type.CERTIFICATE), ("nanodegree", Definition.Type.PROGRAMME),
)  # fmt: skip
MOST_DEPTH = 12
MOST_OBJECTS = 200_000


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Read every page and document, then write the courses."""

    def tell(remark: Any) -> None:
        report.remark(RECORDS, remark)

    values: list[Value] = []
    languages: dict[str, str] = {}
    for given in given_files(paths, report, endings=("html", "htm", "xhtml", "json", "jsonld", "ndjson", "jsonl")):
        progress("files", report.counts("files").read, None)
        languages[given.name] = page_language(given)
        values.extend(_values(given, lambda remark: report.remark("files", remark)))
    records = list(Markup(values, report, tell, languages).records())
    if not records:
        unusable(report)
    save_records(records, source="schema-org", report=report, progress=progress)


def _values(given: Given, tell: Tell) -> list[Value]:
    start = given.content[:400].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return json_in_page(given, tell) if start.startswith(b"<") else json_values(given, tell)


def _kinds(node: Any) -> list[str]:
    told = node.get("@type", node.get("type")) if isinstance(node, dict) else None
    return [one.rpartition("/")[2].rpartition(":")[2] for one in as_list(told) if isinstance(one, str)]


class Markup:
    """The objects of all pages. The same course on two pages is one."""

    def __init__(self, values: list[Value], report: Report, tell: Tell, languages: Mapping[str, str]) -> None:
        self._languages = languages
        self._report = report
        self._tell = tell
        self._entries: list[Value] = []
        self._by_id: dict[str, dict[str, Any]] = {}
        self._seen = 0
        for value in values:
            before = len(self._entries)
            self._walk(value, 0, inside=False)
            if len(self._entries) == before and objects(value.value):
                self._report.skip("JSON-LD of other things than courses, programmes and credentials")

    def _walk(self, value: Value, depth: int, *, inside: bool) -> None:
        """Find courses wherever they stand: in graphs, lists, pages about them."""
        self._seen += 1
        if depth > MOST_DEPTH or self._seen > MOST_OBJECTS:
            return
        whole = value.value
        if isinstance(whole, list):
            for number, one in enumerate(whole):
                self._walk(Value(value.place.at(number), one), depth + 1, inside=inside)
            return
        if not isinstance(whole, dict):
            if depth == 0:
                self._tell(
                    value.place.refused("not_an_object", "It is no object.", "Markup is an object with @type and name.")
                )
            return
        name = address_of(whole)
        if name and len(whole) > 1:
            self._by_id.setdefault(name, whole)
        entry = any(kind in ENTRIES for kind in _kinds(whole)) and "name" in whole
        if entry and not inside:
            self._entries.append(value)
        for key, below in whole.items():
            if isinstance(below, dict | list):
                self._walk(Value(value.place.at(key), below), depth + 1, inside=inside or entry)

    def records(self) -> Iterator[CatalogRecord]:
        """Return a record for each course, programme and credential."""
        seen: dict[str, CatalogRecord] = {}
        for entry in self._entries:
            record = self._record(entry)
            first = seen.get(record.key)
            if first is not None and first.place.file != record.place.file and first.title == record.title:
                self._tell(record.place.merged("same_course", f"The course came already, in {first.place.file}."))
                continue
            seen.setdefault(record.key, record)
            yield record

    def _whole(self, value: Any) -> dict[str, Any]:
        name = address_of(value) if isinstance(value, dict) else ""
        if isinstance(value, dict) and (len(value) > 2 or not name):
            return value
        return self._by_id.get(
            name, value if isinstance(value, dict) else {"name": value} if isinstance(value, str) else {}
        )

    def _record(self, entry: Value) -> CatalogRecord:
        this, place = entry.value, entry.place
        reader = Reader(place, self._tell)
        stated = tuple(
            dict.fromkeys(found for one in as_list(this.get("inLanguage")) if (found := self._language(one)))
        )
        name = this.get("name")
        known = [*stated, *filter(None, [self._languages.get(place.file)])]
        # what neither the markup nor its page says is not assumed to be English
        tongue = main_language(name, known) if known or any(texts_of(name)) else "und"
        title = text_in(name, tongue)
        provider = self._provider(this, tongue)
        url = web(this.get("url")) or web(address_of(this))
        address = address_of(this)
        if not address or address.startswith(("_:", "#")):
            address = url or f"no-id-{sha256(f'{provider.key if provider else ""}\n{title}'.encode()).hexdigest()[:32]}"
        length = reader.span(this.get("timeRequired") or this.get("timeToComplete"), "timeRequired")
        awards = [self._whole(one) for one in as_list(this.get("educationalCredentialAwarded"))]
        awarded = ", ".join(dict.fromkeys(filter(None, (text_in(one.get("name"), tongue) for one in awards))))
        kinds = [one for node in (this, *awards) for one in as_list(node.get("credentialCategory"))]
        category = " ".join(self._words(one, tongue) for one in kinds) or awarded
        awarded = "" if awarded == title else awarded
        points = next(iter(as_list(this.get("numberOfCredits"))), None)
        levels = [self._words(one, tongue) for one in as_list(this.get("educationalLevel"))]
        digits = next((one[-1] for one in levels if one.upper().startswith("EQF") and one[-1:] in "12345678"), "")
        taught = as_list(this.get("teaches")) + as_list(this.get("competencyRequired")) + as_list(this.get("assesses"))
        return CatalogRecord(
            key=address,
            place=place,
            title=title,
            provider=provider,
            type=next((kind for word, kind in _KINDS if word in category.lower()), ""),
            language=tongue,
            texts=other_texts(tongue, title=name, description=this.get("description")),
            description=text_in(this.get("description"), tongue),
            outcomes=tuple(one for one in (self._words(told, tongue) for told in as_list(this.get("teaches"))) if len(one.split()) > 3),
            workload_hours=length.hours if length else self._workload(this, Reader(place, lambda _: None)),
            credits=reader.figure(points, "numberOfCredits") if points is not None else None,
            credit_scheme=text_in(points.get("unitText"), tongue)[:40] if isinstance(points, dict) else "",
            level_framework="eqf" if digits else "",
            level=int(digits) if digits else None,
            level_text="" if digits else ", ".join(filter(None, levels)),
            participation=self._mode([this, *self._instances(this)]),
            quality_assurance="; ".join(filter(None, (self._words(one, tongue) for one in as_list(this.get("recognizedBy"))))),
            prerequisites="\n".join(filter(None, (
                self._words(one, tongue)
                for term in ("coursePrerequisites", "programPrerequisites")
                for one in as_list(this.get(term))
            ))),
            leads_to=awarded[:300],
            homepage=url,
            taught_in=stated,
            tags=tuple(dict.fromkeys(
                tag for term in ("keywords", "about") for one in as_list(this.get(term)) for tag in self._tags(one, tongue)
            )),
            identifiers=tuple(self._identifiers(this, address)),
            skills=tuple(self._skills(taught, tongue)),
            requires=tuple(self._required(this, tongue)),
            related=tuple(self._related(this, tongue)),
            offers=tuple(self._offers(this, reader, tongue)),
        )  # fmt: skip

    def _words(self, value: Any, tongue: str) -> str:
        if isinstance(value, dict) and "@value" not in value:
            whole = self._whole(value)
            return text_in(whole.get("name"), tongue) or text_in(whole.get("alternateName"), tongue)
        return text_in(value, tongue)

    def _tags(self, value: Any, tongue: str) -> list[str]:
        return [tag.strip() for tag in self._words(value, tongue).split(",") if tag.strip()]

    def _language(self, value: Any) -> str:
        return language(value.get("alternateName") or value.get("name")) if isinstance(value, dict) else language(value)

    def _provider(self, this: dict[str, Any], tongue: str) -> ProviderRecord | None:
        for term in ("provider", "offeredBy", "recognizedBy", "creator", "publisher", "sourceOrganization"):
            for one in as_list(this.get(term)):
                who = self._whole(one)
                name = text_in(who.get("name"), tongue) or text_in(who.get("legalName"), tongue)
                if not name:
                    continue
                where = next(iter(objects(who.get("address"))), {})
                page = (
                    web(who.get("url"))
                    or next(filter(None, (web(same) for same in as_list(who.get("sameAs")))), "")
                    or web(who)
                )
                return ProviderRecord(
                    key=address_of(who)
                    if address_of(who) and not address_of(who).startswith(("_:", "#"))
                    else page or name,
                    name=name,
                    website=page,
                    city=text_in(where.get("addressLocality"), tongue),
                    state=text_in(where.get("addressRegion"), tongue),
                    country=country(where.get("addressCountry")),
                    identifiers=tuple(self._identifiers(who, address_of(who))),
                )
        return None

    def _identifiers(self, this: dict[str, Any], address: str) -> Iterator[Identifier]:
        if address and not address.startswith(("no-id-", "_:", "#")):
            yield Identifier("uri", address[:500])
        for term, scheme in (
            ("courseCode", "course-code"),
            ("identifier", "identifier"),
            ("leiCode", "lei"),
            ("vatID", "vat"),
        ):
            for one in as_list(this.get(term))[:10]:
                told = one.get("value") if isinstance(one, dict) else one
                if isinstance(told, str | int) and not isinstance(told, bool):
                    name = one.get("propertyID") if isinstance(one, dict) else None
                    yield Identifier(str(name or scheme)[:60], str(told)[:300])

    def _skills(self, values: list[Any], tongue: str) -> Iterator[SkillRecord]:
        for one in values:
            name = self._words(one, tongue)
            if name and len(name) <= 300:
                whole = self._whole(one) if isinstance(one, dict) else {}
                frame = self._words(whole.get("inDefinedTermSet"), tongue) if whole.get("inDefinedTermSet") else ""
                yield SkillRecord(name, web(whole) or web(whole.get("url")), frame)

    def _required(self, this: dict[str, Any], tongue: str) -> Iterator[tuple[RequiredRecord, ...]]:
        """Return the courses and skills that are named, not only worded, as prerequisites."""
        for term in ("coursePrerequisites", "programPrerequisites"):
            for one in as_list(this.get(term)):
                node = self._whole(one) if isinstance(one, dict) else {}
                name = self._words(one, tongue) or address_of(node)
                target = web(node.get("targetUrl"))
                if target:
                    yield (RequiredRecord(text_in(node.get("targetName"), tongue) or name or target, skill=target),)
                elif node and ("DefinedTerm" in _kinds(node)):
                    yield (RequiredRecord(name, skill=web(node) or web(node.get("url"))),)
                elif node and (address_of(node) or node.get("url")):
                    keys = tuple(dict.fromkeys(filter(None, (address_of(node), web(node.get("url"))))))
                    yield (RequiredRecord(name or keys[0], keys),)

    def _related(self, this: dict[str, Any], tongue: str) -> Iterator[RelatedRecord]:
        for term, relation in (
            ("isPartOf", DefinitionVersion.Relation.STACKS_INTO), ("hasPart", DefinitionVersion.Relation.MADE_OF),
            ("hasCourse", DefinitionVersion.Relation.MADE_OF), ("occupationalCredentialAwarded", DefinitionVersion.Relation.PREPARES_FOR),
        ):  # fmt: skip
            for one in as_list(this.get(term)):
                whole = self._whole(one)
                label = text_in(whole.get("name"), tongue)
                if label and not (term == "isPartOf" and "WebSite" in _kinds(whole)):
                    yield RelatedRecord(relation, label, web(whole.get("url")) or web(whole))

    def _instances(self, this: dict[str, Any]) -> list[dict[str, Any]]:
        return [self._whole(one) for one in as_list(this.get("hasCourseInstance"))]

    def _workload(self, this: dict[str, Any], reader: Reader) -> Decimal | None:
        """Return the hours that all instances state alike; each offer keeps its own."""
        spans = [reader.span(one.get("courseWorkload")) for one in self._instances(this)]
        hours = {span.hours if span else None for span in spans}
        return hours.pop() if len(hours) == 1 else None

    def _offers(self, this: dict[str, Any], reader: Reader, tongue: str) -> Iterator[OfferRecord]:
        instances = self._instances(this)
        general = [self._whole(one) for one in as_list(this.get("offers"))]
        if (
            not instances
            and not general
            and not this.get("startDate")
            and not (this.get("timeRequired") or this.get("timeToComplete") or this.get("isAccessibleForFree") is True)
        ):
            return
        shared = self._price(general, reader, tongue, ("offers",))
        quiet = Reader(reader.place, lambda _: None)
        for each in instances:
            own = self._price([self._whole(told) for told in as_list(each.get("offers"))], quiet, tongue, ())
            if own.get("price_total") is not None and own["price_total"] == shared.get("price_total"):
                shared = {}  # the course repeats what one of its runs costs: the others say nothing of theirs
        for number, one in enumerate(instances or [this]):
            steps = ("hasCourseInstance", number) if instances else ()
            terms = self._price(
                [self._whole(told) for told in as_list(one.get("offers"))] if instances else [], reader, tongue, steps
            )
            terms = terms or shared
            if not terms and (one.get("isAccessibleForFree") is True or this.get("isAccessibleForFree") is True):
                terms = {"price_total": 0, "price_text": "free"}
            length = reader.span(
                one.get("courseWorkload") or one.get("timeRequired") or one.get("timeToComplete"),
                *steps,
                "courseWorkload",
            )
            schedule = self._whole(next(iter(as_list(one.get("courseSchedule"))), {}))
            span = length or reader.span(schedule.get("duration"), *steps, "courseSchedule", "duration")
            where = self._whole(next(iter(as_list(one.get("location"))), {}))
            address = next(iter(objects(where.get("address"))), where)
            yield OfferRecord(
                key=(address_of(one) or web(one.get("url")) or (str(number) if number else "")) if instances else "",
                **terms,
                hours=span.hours if span else None,
                weeks=span.weeks if span else None,
                duration_text=span.text if span else "",
                mode=self._mode([one]),
                address=text_in(address.get("streetAddress"), tongue) or self._line(where.get("address"), tongue),
                city=text_in(address.get("addressLocality"), tongue),
                state_code=text_in(address.get("addressRegion"), tongue)[:10],
                country=country(address.get("addressCountry")),
                languages=tuple(
                    dict.fromkeys(found for told in as_list(one.get("inLanguage")) if (found := self._language(told)))
                ),
                starts_on=reader.day(
                    next(iter(as_list(one.get("startDate"))), None) or schedule.get("startDate"), *steps, "startDate"
                ),
                ends_on=reader.day(
                    next(iter(as_list(one.get("endDate"))), None) or schedule.get("endDate"), *steps, "endDate"
                ),
                apply_until=reader.day(one.get("applicationDeadline"), *steps, "applicationDeadline"),
                capacity=self._capacity(one, reader, steps),
                url=web(one.get("url")),
            )

    def _price(
        self, offers: list[dict[str, Any]], reader: Reader, tongue: str, steps: tuple[str | int, ...]
    ) -> dict[str, Any]:
        """Return the dearest price of the offers, as columns; nothing where none is stated. "Free" is a price of zero."""
        found: list[tuple[int, str]] = []
        words: list[str] = []
        for offer in offers[:50]:
            category = text_in(offer.get("category"), tongue)
            nodes = [offer, *objects(offer.get("priceSpecification"))]
            for node in nodes:
                told = node.get("price", node.get("highPrice", node.get("maxPrice")))
                code = currency(node.get("priceCurrency"))
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

    def _line(self, address: Any, tongue: str) -> str:
        """Return an address that is written as one line."""
        return text_in(address, tongue)[:300] if isinstance(address, str) else ""

    def _capacity(self, one: dict[str, Any], reader: Reader, steps: tuple[str | int, ...]) -> int | None:
        most = reader.figure(one.get("maximumAttendeeCapacity"), *steps, "maximumAttendeeCapacity")
        return None if most is None or most > 10**6 else int(most)

    def _mode(self, nodes: list[dict[str, Any]]) -> str:
        found = {
            mode
            for node in nodes
            for term in ("courseMode", "educationalProgramMode")
            for one in as_list(node.get(term))
            if (mode := _MODES.get(self._words(one, "en").strip().lower().rpartition("/")[2]))
        }
        return "" if not found else next(iter(found)) if len(found) == 1 else "blended"


IMPORTER = Importer(
    name="schema-org",
    title="schema.org course markup",
    reads="web pages with JSON-LD inside, and JSON-LD alone: Course, CourseInstance, programmes and credentials; files, folders and zips",
    help="Loads the courses, programmes and credentials that pages describe in schema.org's words. Nothing is fetched.",
    load=load,
    after=record_run,
    feed_by_file=True,
)
