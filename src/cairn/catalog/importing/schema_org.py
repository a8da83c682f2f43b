"""schema.org markup of courses: Course, CourseInstance, EducationalOccupationalProgram and EducationalOccupationalCredential in JSON-LD,
alone or inside web pages, and in the microdata and RDFa of web pages.

Terms: https://schema.org/Course. Pages are hostile: nothing is fetched or run, and an address in them is only ever shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from cairn.catalog.importing.documents import Given, Tell, Value, given_files, json_values, unusable
from cairn.catalog.importing.levels import EQF_LEVELS, FIGURE
from cairn.catalog.importing.record_rows import save_records
from cairn.catalog.importing.records import (
    RECORDS,
    CatalogRecord,
    Identifier,
    Place,
    ProviderRecord,
    RelatedRecord,
    RequiredRecord,
    SkillRecord,
)
from cairn.catalog.importing.runs import record_run
from cairn.catalog.importing.schema_org_earnings import earnings_of
from cairn.catalog.importing.schema_org_offers import length_of, offers_of, special_prices_of, workload_of
from cairn.catalog.importing.schema_org_words import Nodes, kinds, plainly
from cairn.catalog.importing.web_pages import markup_in_page, page_language
from cairn.catalog.importing.words import (
    Reader,
    address_of,
    as_list,
    country,
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
_KINDS = (
    ("micro", Definition.Type.BADGE), ("badge", Definition.Type.BADGE), ("licen", Definition.Type.INDUSTRY),
    ("certification", Definition.Type.INDUSTRY), ("certificate", Definition.Type.CERTIFICATE), ("nanodegree", Definition.Type.PROGRAMME),
)  # fmt: skip
_EQF = re.compile(r"(?:EQF|European Qualifications? Framework)\D{0,20}?(" + FIGURE + r")\b", re.IGNORECASE)
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
    found = markup_in_page(given, tell) if start.startswith(b"<") else json_values(given, tell)
    return [replace(one, value=plainly(one.value)) for one in found]


class Markup:
    """The objects of all pages. The same course on two pages is one."""

    def __init__(self, values: list[Value], report: Report, tell: Tell, languages: Mapping[str, str]) -> None:
        self._languages = languages
        self._report = report
        self._tell = tell
        self._entries: list[Value] = []
        self._nodes = Nodes()
        self._seen = 0
        self._nameless: list[Place] = []
        for value in values:
            before = len(self._entries)
            self._nameless.clear()
            self._walk(value, 0, inside=False)
            if len(self._entries) > before or not objects(value.value):
                continue
            if self._nameless:
                tell(self._nameless[0].refused("no_title", "It has no title.", "Give it a name."))
            else:
                self._report.skip(f"{value.form or 'JSON-LD'} of other things than courses, programmes and credentials")

    def _walk(self, value: Value, depth: int, *, inside: bool) -> None:
        """Find courses wherever they stand: in graphs, lists, pages about them."""
        self._seen += 1
        if depth > MOST_DEPTH or self._seen > MOST_OBJECTS:
            return
        whole = value.value
        if isinstance(whole, list):
            for number, one in enumerate(whole):
                self._walk(replace(value, place=value.place.at(number), value=one), depth + 1, inside=inside)
            return
        if not isinstance(whole, dict):
            if depth == 0:
                self._tell(
                    value.place.refused("not_an_object", "It is no object.", "Markup is an object with @type and name.")
                )
            return
        name = address_of(whole)
        if name and len(whole) > 1:
            self._nodes.keep(name, value.place.file, whole)
        entry = any(kind in ENTRIES for kind in kinds(whole))
        if entry and "name" not in whole:
            entry = False
            self._nameless.append(value.place)
        if entry and not inside:
            self._entries.append(value)
        for key, below in whole.items():
            if isinstance(below, dict | list):
                self._walk(replace(value, place=value.place.at(key), value=below), depth + 1, inside=inside or entry)

    def records(self) -> Iterator[CatalogRecord]:
        """Return a record for each course, programme and credential."""
        seen: dict[str, CatalogRecord] = {}
        forms: dict[tuple[str, str], str] = {}
        for entry in self._entries:
            self._nodes.file = entry.place.file
            record = self._record(entry)
            form = forms.setdefault((record.place.file, " ".join(record.title.casefold().split())), entry.form)
            if form != entry.form:
                told = f"The page describes this course in {form or 'JSON-LD'} too, and that is taken."
                self._tell(record.place.merged("same_course", told))
                continue
            first = seen.get(record.key)
            if first is not None and first.place.file != record.place.file and first.title == record.title:
                self._tell(record.place.merged("same_course", f"The course came already, in {first.place.file}."))
                continue
            seen.setdefault(record.key, record)
            yield record

    def _record(self, entry: Value) -> CatalogRecord:
        this, place = entry.value, entry.place
        reader = Reader(place, self._tell)
        awards = [self._nodes.whole(one) for one in as_list(this.get("educationalCredentialAwarded"))]
        stated = next(filter(None, (self._languages_of(node) for node in (this, *awards))), ())
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
        length = length_of(this.get("timeRequired"), reader, "timeRequired") or reader.span(this.get("timeToComplete"))
        awarded = ", ".join(dict.fromkeys(filter(None, (text_in(one.get("name"), tongue) for one in awards))))
        kinds = [one for node in (this, *awards) for one in as_list(node.get("credentialCategory"))]
        category = " ".join(self._nodes.words(one, tongue) for one in kinds) or awarded
        awarded = "" if awarded == title else awarded
        points = next(iter(as_list(this.get("numberOfCredits"))), None)
        levels = [self._nodes.words(one, tongue) for one in as_list(this.get("educationalLevel"))]
        digits = self._level(levels, reader)
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
            outcomes=tuple(
                text_in(told, tongue) for told in as_list(this.get("teaches")) if self._is_outcome(told, tongue)
            ),
            workload_hours=length.hours if length else workload_of(this, self._nodes, Reader(place, lambda _: None)),
            credits=reader.figure(points, "numberOfCredits") if points is not None else None,
            credit_scheme=text_in(points.get("unitText"), tongue)[:40] if isinstance(points, dict) else "",
            level_framework="eqf" if digits else "",
            level=int(digits) if digits else None,
            level_text="" if digits else ", ".join(filter(None, levels)),
            participation=self._nodes.mode([this, *self._nodes.instances(this)]),
            quality_assurance="; ".join(filter(None, (self._nodes.words(one, tongue) for one in as_list(this.get("recognizedBy"))))),
            prerequisites="\n".join(filter(None, (
                self._needed(one, tongue)
                for term in ("coursePrerequisites", "programPrerequisites")
                for one in as_list(this.get(term))
            ))),
            leads_to=awarded[:300],
            homepage=url,
            taught_in=stated,
            tags=tuple(dict.fromkeys(
                tag for term in ("keywords", "about") for one in as_list(this.get(term)) for tag in self._nodes.tags(one, tongue)
            )),
            identifiers=tuple(self._identifiers(this, address)),
            skills=tuple(dict.fromkeys(self._skills([one for one in taught if not self._is_outcome(one, tongue)], tongue))),
            requires=tuple(self._required(this, tongue)),
            related=tuple(self._related(this, tongue)),
            offers=tuple(offers_of(this, self._nodes, reader, tongue)),
            special=tuple(special_prices_of(this, self._nodes, tongue)),
            earnings=tuple(earnings_of(this, self._nodes, reader, tongue)),
        )  # fmt: skip

    def _languages_of(self, node: dict[str, Any]) -> tuple[str, ...]:
        """Return the languages that an object states; of a programme, which has no such term, its credential does."""
        told = (self._nodes.language(one) for one in as_list(node.get("inLanguage")))
        return tuple(dict.fromkeys(found for found in told if found))

    def _level(self, levels: list[str], reader: Reader) -> str:
        """Return the EQF level among levels in words; one that does not exist is told and stays in words."""
        for one in levels:
            if found := _EQF.match(one):
                if found[1] in EQF_LEVELS:
                    return found[1]
                reader.tell(
                    reader.place.at("educationalLevel").repaired(
                        "level_out_of_range",
                        f"“{one[:60]}” does not exist: the EQF has levels 1 to 8. It stays in words.",
                    )
                )
        return ""

    def _needed(self, value: Any, tongue: str) -> str:
        """Return a prerequisite in words: its name, or what it is aligned to, its category or its description."""
        if not isinstance(value, dict) or "@value" in value:
            return text_in(value, tongue)
        whole = self._nodes.whole(value)
        told = [self._nodes.words(value, tongue), text_in(whole.get("targetName"), tongue)]
        for term in ("credentialCategory", "educationalLevel", "competencyRequired"):
            told += [", ".join(filter(None, (self._nodes.words(one, tongue) for one in as_list(whole.get(term)))))]
        return next(filter(None, [*told, text_in(whole.get("description"), tongue)]), "")

    def _provider(self, this: dict[str, Any], tongue: str) -> ProviderRecord | None:
        for term in ("provider", "offeredBy", "recognizedBy", "creator", "publisher", "sourceOrganization"):
            for one in as_list(this.get(term)):
                who = self._nodes.whole(one)
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

    def _is_outcome(self, value: Any, tongue: str) -> bool:
        """Tell whether what is taught is said in a sentence of its own, not named as a skill."""
        return not (isinstance(value, dict) and "@value" not in value) and len(text_in(value, tongue).split()) > 3

    def _skills(self, values: list[Any], tongue: str) -> Iterator[SkillRecord]:
        for one in values:
            name = self._nodes.words(one, tongue)
            if name and len(name) <= 300:
                whole = self._nodes.whole(one) if isinstance(one, dict) else {}
                frame = (
                    self._nodes.words(whole.get("inDefinedTermSet"), tongue) if whole.get("inDefinedTermSet") else ""
                )
                yield SkillRecord(name, web(whole) or web(whole.get("url")), frame)

    def _required(self, this: dict[str, Any], tongue: str) -> Iterator[tuple[RequiredRecord, ...]]:
        """Return the courses and skills that are named, not only worded, as prerequisites."""
        for term in ("coursePrerequisites", "programPrerequisites"):
            for one in as_list(this.get(term)):
                node = self._nodes.whole(one) if isinstance(one, dict) else {}
                name = self._nodes.words(one, tongue) or address_of(node)
                target = web(node.get("targetUrl"))
                if target:
                    yield (RequiredRecord(text_in(node.get("targetName"), tongue) or name or target, skill=target),)
                elif node and ("DefinedTerm" in kinds(node)):
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
                whole = self._nodes.whole(one)
                label = text_in(whole.get("name"), tongue)
                if label and not (term == "isPartOf" and "WebSite" in kinds(whole)):
                    yield RelatedRecord(relation, label, web(whole.get("url")) or web(whole))


IMPORTER = Importer(
    name="schema-org",
    title="schema.org course markup",
    reads=(
        "web pages with JSON-LD, microdata or RDFa inside, and JSON-LD alone: Course, CourseInstance, programmes and credentials; "
        "files, folders and zips"
    ),
    help="Loads the courses, programmes and credentials that pages describe in schema.org's words. Nothing is fetched.",
    load=load,
    after=record_run,
    feed_by_file=True,
)
