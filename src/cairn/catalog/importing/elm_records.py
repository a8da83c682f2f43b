"""What one document of the European Learning Model specifies, as catalogue records. Of a credential nothing of its holder is taken.

Identifiers like ``urn:epass:qualification:1`` repeat from file to file: such a specification is known by its provider and title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from cairn.catalog.importing.documents import Tell
from cairn.catalog.importing.levels import EQF_LEVELS
from cairn.catalog.importing.records import (
    CatalogRecord,
    Identifier,
    OfferRecord,
    Place,
    ProviderRecord,
    RelatedRecord,
    SkillRecord,
    SpecialRecord,
)
from cairn.catalog.importing.special_words import read_special
from cairn.catalog.importing.words import (
    Reader,
    Span,
    as_list,
    country,
    currency,
    language,
    main_language,
    other_texts,
    text_in,
    texts_of,
    truth,
    web,
)
from cairn.catalog.models import DefinitionVersion
from cairn.credentials.elm.graph import Graph, types_of

SPECIFICATIONS = {"LearningAchievementSpecification", "Qualification", "LearningProgrammeSpecification"}
OPPORTUNITIES = {"LearningOpportunity"}
CLAIMS = {"LearningAchievement"}
LOCAL = ("urn:epass:", "_:")
MOST_MONTHS = 24
"""Months of workload beyond which a duration is taken for a mistake: the official sample writes P60M for sixty minutes or hours."""
_MODES = {
    "920fbb3cbe": "online", "online": "online", "9191af2ed9": "onsite", "presential": "onsite", "onsite": "onsite", "on site": "onsite",
    "in person": "onsite", "e92d221e4d": "blended", "blended": "blended", "hybrid": "blended",
}  # fmt: skip
_ECTS = "6fcec5c5af"


_SENTENCES = {
    "type of assessment": "assessment_type", "supervision and identity verification": "supervision", "grading": "grading",
    "quality assurance": "quality_assurance", "leads to": "leads_to", "further information": "",
}  # fmt: skip
"""How notes begin that say what the model has no term for at a specification; our own export writes them so."""
_FIELD = re.compile(r"\d{2}(?:\.\d{2}(?:\d{2})?)?")
"""A field of study as the Classification of Instructional Programs writes it."""


class Learning:
    """One document and what it specifies."""

    def __init__(self, graph: Graph, place: Place, tell: Tell) -> None:
        self._graph = graph
        self._place = place
        self._tell = tell

    def records(self) -> Iterator[CatalogRecord]:
        """Return a record for each thing that can be earned: of claims with their awarding body, else as they stand."""
        graph, document = self._graph, self._graph.document
        done: set[int] = set()
        for node in _walk(document):
            if CLAIMS & set(types_of(node)):
                specification = graph.one(node, "specifiedBy")
                title = specification.get("title") or node.get("title")
                if (specification or node.get("awardedBy")) and id(specification) not in done and title:
                    done.add(id(specification))
                    yield self._record(specification or node, node, {})
        for node in _walk(document):
            kinds = set(types_of(node))
            if kinds & OPPORTUNITIES:
                specification = graph.one(node, "learningAchievementSpecification")
                done.add(id(specification))
                yield self._record(specification or node, {}, node)
            elif kinds & SPECIFICATIONS and id(node) not in done and node.get("title"):
                done.add(id(node))
                yield self._record(node, {}, {})

    def _record(
        self, this: Mapping[str, Any], claim: Mapping[str, Any], opportunity: Mapping[str, Any]
    ) -> CatalogRecord:
        graph = self._graph
        reader = Reader(self._place, self._tell)
        title = this.get("title") or claim.get("title") or opportunity.get("title")
        stated = [
            found
            for node in (opportunity, this)
            for one in graph.many(node, "language")
            if (found := language(dict(one)))
        ]
        default = language(dict(graph.one(opportunity, "defaultLanguage")))
        tongue = main_language(title, [default] if default else stated)
        provider = self._provider(claim, opportunity, this, tongue)
        name = text_in(title, tongue)
        address = str(this.get("id") or opportunity.get("id") or "")
        key = address
        if not address or address.startswith(LOCAL):
            key = f"by-title-{sha256(f'{provider.key if provider else ""}\n{name}'.encode()).hexdigest()[:32]}"
        credit = graph.one(this, "creditPoint")
        eqf = str(graph.address(this, "eqfLevel") or graph.address(this, "EQFLevel") or "").rpartition("/")[2]
        if eqf and eqf not in EQF_LEVELS:
            told = f"“{eqf[:60]}” is no level of the EQF, which has 1 to 8; it is left out."
            self._tell(self._place.at("eqfLevel").repaired("level_out_of_range", told))
            eqf = ""
        assessments = [graph.one(one, "specifiedBy") or one for one in graph.many(claim, "provenBy")]
        assessments += graph.many(this, "assessment") + graph.many(this, "provenBy")
        activity = [graph.one(one, "specifiedBy") for one in graph.many(claim, "influencedBy")]
        activity += graph.many(this, "influencedBy")
        length = self._workload(this, activity, reader)
        outcomes = graph.many(this, "learningOutcome")
        said, further = _said(self._notes(this, "additionalNote", tongue))
        return CatalogRecord(
            key=key,
            place=self._place.at(address) if address else self._place,
            title=name,
            provider=provider,
            language=tongue,
            texts=_with_outcomes(other_texts(
                tongue, title=title, description=this.get("description"),
                criteria=graph.one(this, "learningOutcomeSummary").get("noteLiteral") if this.get("description") else None,
            ), [texts_of(one.get("title")) for one in outcomes if not self._is_skill(one, text_in(one.get("title"), tongue), tongue)]),
            description=text_in(this.get("description"), tongue) or self._notes(this, "learningOutcomeSummary", tongue),
            criteria=self._notes(this, "learningOutcomeSummary", tongue) if this.get("description") else "",
            outcomes=tuple(text for one in outcomes if (text := text_in(one.get("title"), tongue))),
            workload_hours=length.hours if length else None,
            credits=reader.figure(credit.get("point"), "creditPoint", "point"),
            credit_scheme=self._scheme(credit, tongue),
            level_framework="eqf" if eqf else "",
            level=int(eqf) if eqf else None,
            level_text=next(filter(None, (self._label(this, term, tongue) for term in ("nqfLevel", "NQFLevel", "educationLevel"))), ""),
            assessment_type=", ".join(dict.fromkeys(
                text for one in assessments
                if (text := self._label(one, "dcType", tongue) or self._label(one, "type", tongue) or text_in(one.get("title"), tongue))
            ))[:60] or said.get("assessment_type", "")[:60],
            participation=self._mode([this, opportunity, *activity]),
            supervision=next(filter(None, (self._label(one, "idVerification", tongue) for one in graph.many(claim, "provenBy"))), "")[:60]
            or said.get("supervision", "")[:60],
            quality_assurance=self._quality(this, provider, claim, tongue) or said.get("quality_assurance", ""),
            prerequisites=self._notes(this, "entryRequirement", tongue),
            grading=next((
                text for one in assessments for scheme in graph.many(one, "gradingScheme")
                if (text := text_in(scheme.get("description"), tongue) or text_in(scheme.get("title"), tongue))
            ), "")[:300] or said.get("grading", "")[:300],
            stackability={True: "stackable", False: "stand-alone", None: ""}[truth(this.get("isPartialQualification"))],
            further_information="\n".join(filter(None, [
                further,
                text_in(self._graph.one(this, "supplementaryDocument").get("title"), tongue),
            ])),
            leads_to=said.get("leads_to", "")[:300],
            field_of_study=next(
                (text for one in graph.many(this, "educationSubject")
                 if _FIELD.fullmatch(text := text_in(one.get("prefLabel"), tongue).strip())), "",
            ),
            homepage=web(graph.one(this, "homepage").get("contentURL")) or web(graph.one(opportunity, "homepage").get("contentURL")),
            taught_in=tuple(dict.fromkeys(stated)),
            tags=tuple(dict.fromkeys([
                *(text for one in graph.many(this, "thematicArea") if (text := text_in(one.get("prefLabel"), tongue))),
                *(text for text in text_in(this.get("category"), tongue).split("\n") if text.strip()),
            ]))[:50],
            identifiers=tuple(self._identifiers(this, address)),
            skills=tuple(
                SkillRecord(text, web(skill.get("id")), "ESCO" if term == "relatedESCOSkill" else "")
                for outcome in outcomes
                for term in ("relatedESCOSkill", "relatedSkill")
                for skill in graph.many(outcome, term)
                if (text := text_in(skill.get("prefLabel"), tongue) or str(skill.get("id") or ""))
            ),
            related=tuple(self._related(this, tongue)),
            offers=tuple(self._offer(this, opportunity, reader, tongue, key)),
            special=tuple(self._special(opportunity, tongue)),
        )  # fmt: skip

    def _is_skill(self, outcome: Mapping[str, Any], title: str, tongue: str) -> bool:
        """Tell whether an outcome is called as the skill of a framework that it is."""
        named = [one for term in ("relatedESCOSkill", "relatedSkill") for one in self._graph.many(outcome, term)]
        return any(text_in(one.get("prefLabel"), tongue) == title for one in named)

    def _workload(self, this: Mapping[str, Any], activities: list[Mapping[str, Any]], reader: Reader) -> Span | None:
        """Return the notional workload. Months of it are told and left out: P60M is sixty months, not minutes."""
        for node, where in [
            (this, "volumeOfLearning"),
            *((one, "volumeOfLearning of the activity") for one in activities),
        ]:
            found = reader.span(node.get("volumeOfLearning"), where)
            if found is None:
                continue
            if found.hours is not None:
                return found
            self._tell(
                self._place.at(where).repaired(
                    "workload_not_in_hours",
                    f"“{str(node.get('volumeOfLearning'))[:20]}” is {found.text} of the calendar, not hours; no workload is taken.",
                    "Sixty hours are written PT60H, sixty minutes PT60M.",
                )
            )
        return None

    def _provider(
        self, claim: Mapping[str, Any], opportunity: Mapping[str, Any], this: Mapping[str, Any], tongue: str
    ) -> ProviderRecord | None:
        graph = self._graph
        who = (
            graph.one(opportunity, "providedBy")
            or graph.one(claim, "awardedBy", "awardingBody")
            or graph.one(this, "awardingOpportunity", "awardingBody")
            or graph.one(graph.document, "issuer")
        )
        name = (
            text_in(who.get("legalName"), tongue)
            or text_in(who.get("altLabel"), tongue)
            or text_in(who.get("prefLabel"), tongue)
        )
        if not name:
            return None
        identifiers = list(self._organisation_numbers(who, tongue))
        address = str(who.get("id") or "")
        where = graph.one(who, "location")
        return ProviderRecord(
            key=next((f"{one.scheme}:{one.value}" for one in identifiers if one.scheme in {"eidas", "vat"}), "")
            or (address if address and not address.startswith(LOCAL) else name),
            name=name,
            website=web(graph.one(who, "homepage").get("contentURL")),
            city=self._label(where, "spatialCode", tongue),
            country=country(dict(graph.one(where, "address", "countryCode"))),
            identifiers=tuple(identifiers),
        )

    def _organisation_numbers(self, who: Mapping[str, Any], tongue: str) -> Iterator[Identifier]:
        for term, scheme in (("eIDASIdentifier", "eidas"), ("eidasLegalIdentifier", "eidas"), ("vatIdentifier", "vat"),
                             ("taxIdentifier", "tax"), ("registration", "registration"), ("identifier", "")):  # fmt: skip
            for one in self._graph.many(who, term)[:10]:
                value = text_in(one.get("notation"), tongue)
                if value:
                    land = country(dict(self._graph.one(one, "spatial")))
                    yield Identifier(
                        scheme or text_in(one.get("schemeName"), tongue)[:60] or "identifier",
                        f"{land}{value}"[:300] if scheme else value[:300],
                    )

    def _identifiers(self, this: Mapping[str, Any], address: str) -> Iterator[Identifier]:
        if address and not address.startswith(LOCAL):
            yield Identifier("uri", address[:500])
        for one in self._graph.many(this, "identifier")[:20]:
            value = text_in(one.get("notation"), "en")
            if value:
                yield Identifier(text_in(one.get("schemeName"), "en")[:60] or "identifier", value[:300])

    def _related(self, this: Mapping[str, Any], tongue: str) -> Iterator[RelatedRecord]:
        for term, relation in (
            ("isPartOf", DefinitionVersion.Relation.STACKS_INTO), ("hasPart", DefinitionVersion.Relation.MADE_OF),
            ("generalisationOf", DefinitionVersion.Relation.MADE_OF), ("entitlesTo", DefinitionVersion.Relation.PREPARES_FOR),
        ):  # fmt: skip
            for one in self._graph.many(this, term):
                label = text_in(one.get("title"), tongue) or str(one.get("id") or "")
                if label:
                    yield RelatedRecord(relation, label, web(one.get("id")))

    def _offer(
        self, this: Mapping[str, Any], opportunity: Mapping[str, Any], reader: Reader, tongue: str, key: str
    ) -> Iterator[OfferRecord]:
        if not opportunity:
            return
        graph = self._graph
        period = graph.one(opportunity, "temporal")
        length = reader.span(opportunity.get("duration"), "duration")
        price = graph.one(opportunity, "priceDetail", "amount")
        code = currency(graph.address(price, "unit") or "")
        where = graph.one(opportunity, "location")
        own = str(opportunity.get("id") or "")
        home, page = (web(graph.one(one, "homepage").get("contentURL")) for one in (this, opportunity))
        yield OfferRecord(
            key="" if own == key or own.startswith(LOCAL) else own[:300],
            currency=code or "EUR",
            price_total=reader.money(price.get("value"), code or "EUR", "priceDetail") if code else None,
            price_text=self._notes(opportunity, "priceDetail", tongue)
            or "; ".join(text for text in self._said_of_prices(opportunity, tongue) if not read_special(text)),
            hours=length.hours if length else None,
            weeks=length.weeks if length else None,
            duration_text=length.text if length else "",
            mode=self._mode([opportunity]),
            city=self._label(where, "spatialCode", tongue),
            country=country(dict(graph.one(where, "address", "countryCode"))),
            address=text_in(graph.one(where, "address", "fullAddress").get("noteLiteral"), tongue),
            starts_on=reader.day(period.get("startDate"), "temporal", "startDate"),
            ends_on=reader.day(period.get("endDate"), "temporal", "endDate"),
            apply_until=reader.day(
                next(iter(as_list(opportunity.get("applicationDeadline"))), None), "applicationDeadline"
            ),
            url="" if page == home else page,
        )

    def _said_of_prices(self, opportunity: Mapping[str, Any], tongue: str) -> list[str]:
        told = (text_in(one.get("description"), tongue) for one in self._graph.many(opportunity, "priceDetail"))
        return list(filter(None, told))

    def _special(self, opportunity: Mapping[str, Any], tongue: str) -> Iterator[SpecialRecord]:
        """Yield the discounts and bundles whose descriptions say in full whose, or of what, the price is; each once."""
        yield from filter(None, map(read_special, dict.fromkeys(self._said_of_prices(opportunity, tongue))))

    def _quality(
        self, this: Mapping[str, Any], provider: ProviderRecord | None, claim: Mapping[str, Any], tongue: str
    ) -> str:
        body = self._graph.one(claim, "awardedBy", "awardingBody")
        found = [*self._graph.many(this, "accreditation"), *self._graph.many(body, "accreditation")]
        told = []
        for one in found:
            agent = text_in(self._graph.one(one, "accreditingAgent").get("legalName"), tongue)
            title = text_in(one.get("title"), tongue)
            told.append(f"{title}{f', by {agent}' if agent else ''}." if title else "")
        return " ".join(dict.fromkeys(filter(None, told)))

    def _mode(self, nodes: list[Mapping[str, Any]]) -> str:
        for node in nodes:
            found = set()
            for one in self._graph.many(node, "mode"):
                code = str(one.get("id") or "").rpartition("/")[2]
                words = text_in(one.get("prefLabel"), "en").lower()
                mode = _MODES.get(code) or _MODES.get(words)
                if mode:
                    found.add(mode)
                elif code or words:
                    self._tell(
                        self._place.at("mode").repaired(
                            "unknown_mode",
                            f"“{(words or code)[:60]}” is no known mode; it is left out.",
                        )
                    )
            if found:
                return next(iter(found)) if len(found) == 1 else "blended"
        return ""

    def _scheme(self, credit: Mapping[str, Any], tongue: str) -> str:
        address = self._graph.address(credit, "framework") or ""
        return "ects" if address.endswith(_ECTS) else self._label(credit, "framework", tongue)[:40]

    def _label(self, node: Mapping[str, Any], term: str, tongue: str) -> str:
        one = self._graph.one(node, term)
        return text_in(one.get("prefLabel"), tongue) or text_in(one.get("title"), tongue)

    def _notes(self, node: Mapping[str, Any], term: str, tongue: str) -> str:
        return "\n".join(
            filter(None, (text_in(one.get("noteLiteral"), tongue) for one in self._graph.many(node, term)))
        )


def _with_outcomes(texts: dict[str, dict[str, object]], outcomes: list[dict[str, str]]) -> dict[str, dict[str, object]]:
    """Add the outcomes in each further language that has all of them."""
    for tag in texts:
        told = [one.get(tag, "") for one in outcomes]
        if told and all(told):
            texts[tag]["outcomes"] = told
    return texts


def _said(notes: str) -> tuple[dict[str, str], str]:
    """Return what notes say of elements that have fields of their own, and the other notes."""
    found: dict[str, str] = {}
    others = []
    for line in notes.split("\n"):
        name, colon, rest = line.partition(": ")
        field = _SENTENCES.get(name.strip().casefold()) if colon else None
        if field is None:
            others.append(line)
        elif field:
            found.setdefault(field, rest.strip())
        else:
            others.append(rest.strip())
    return found, "\n".join(others)


def _walk(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return every object of a document, the outer ones first; documents are bounded where they are read."""
    layer: list[Any] = [document]
    while layer:
        below: list[Any] = []
        for one in layer:
            if isinstance(one, Mapping):
                yield one
                below += [value for value in one.values() if isinstance(value, Mapping | list)]
            else:
                below += [value for value in one if isinstance(value, Mapping | list)]
        layer = below
