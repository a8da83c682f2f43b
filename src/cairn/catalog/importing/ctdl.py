"""CTDL in JSON-LD: credentials and learning opportunities, alone, in graphs, and in the Credential Registry's envelopes.

Terms: https://credreg.net/ctdl/terms. A reader of names only: contexts are not fetched. Organisations, assessments and conditions that
stand in the same files are looked up by their identifiers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from cairn.catalog.importing.ctdl_costs import costs_of
from cairn.catalog.importing.ctdl_envelopes import opened
from cairn.catalog.importing.documents import Tell, Value, given_files, json_values, unusable
from cairn.catalog.importing.record_rows import RECORDS, save_records
from cairn.catalog.importing.records import (
    CatalogRecord,
    Identifier,
    OfferRecord,
    Place,
    ProviderRecord,
    RelatedRecord,
    SkillRecord,
)
from cairn.catalog.importing.runs import record_run
from cairn.catalog.importing.words import (
    Reader,
    Span,
    address_of,
    as_list,
    country,
    language,
    main_language,
    objects,
    other_texts,
    text_in,
    web,
)
from cairn.catalog.models import Definition, DefinitionVersion
from cairn.skills.importing.report import Importer, Progress, Report

PREFIXES = ("ceterms:", "https://purl.org/ctdl/terms/", "http://purl.org/ctdl/terms/", "")
_OTHER_PREFIXES = ("ceasn:", "https://purl.org/ctdlasn/terms/", "schema:", "http://schema.org/", "qdata:")
TYPES: dict[str, str] = {
    "Badge": Definition.Type.BADGE, "DigitalBadge": Definition.Type.BADGE, "OpenBadge": Definition.Type.BADGE,
    "MicroCredential": Definition.Type.BADGE,
    "Certificate": Definition.Type.CERTIFICATE, "CertificateOfCompletion": Definition.Type.CERTIFICATE,
    "CertificateOfParticipation": Definition.Type.CERTIFICATE, "AcademicCertificate": Definition.Type.CERTIFICATE,
    "BasicTechnicalCertificate": Definition.Type.CERTIFICATE, "TechnicalLevel1Certificate": Definition.Type.CERTIFICATE,
    "TechnicalLevel2Certificate": Definition.Type.CERTIFICATE, "TechnicalLevel3Certificate": Definition.Type.CERTIFICATE,
    "HigherEducationLevel1Certificate": Definition.Type.CERTIFICATE, "HigherEducationLevel2Certificate": Definition.Type.CERTIFICATE,
    "ProfessionalCertificate": Definition.Type.CERTIFICATE, "PreparationCertificate": Definition.Type.CERTIFICATE,
    "GeneralEducationLevel1Certificate": Definition.Type.CERTIFICATE, "GeneralEducationLevel2Certificate": Definition.Type.CERTIFICATE,
    "ProofOfParticipation": Definition.Type.BADGE, "WorkbasedLearningCertificate": Definition.Type.CERTIFICATE,
    "Certification": Definition.Type.INDUSTRY, "License": Definition.Type.INDUSTRY, "JourneymanCertificate": Definition.Type.INDUSTRY,
    "MasterCertificate": Definition.Type.INDUSTRY, "ApprenticeshipCertificate": Definition.Type.INDUSTRY,
    "GeneralEducationDevelopment": "", "SecondarySchoolDiploma": "", "Diploma": "", "QualityAssuranceCredential": "", "Credential": "",
    "Degree": "", "AssociateDegree": "", "AssociateOfArtsDegree": "", "AssociateOfScienceDegree": "", "AssociateOfAppliedScienceDegree": "",
    "BachelorDegree": "", "BachelorOfArtsDegree": "", "BachelorOfScienceDegree": "", "MasterDegree": "", "MasterOfArtsDegree": "",
    "MasterOfScienceDegree": "", "DoctoralDegree": "", "ProfessionalDoctorate": "", "ResearchDoctorate": "", "SpecialistDegree": "",
    "LearningOpportunityProfile": "", "LearningProgram": "", "Course": "",
}  # fmt: skip
"""Classes that become entries of the catalogue, with the type they get here; "" where CTDL's class is none of the four."""
_ORGANISATIONS = {"CredentialOrganization", "QACredentialOrganization", "Organization", "CredentialPerson", "Agent"}
_BESIDE = _ORGANISATIONS | {
    "AssessmentProfile", "ConditionManifest", "CostManifest", "Pathway", "PathwayComponent", "TransferValueProfile", "Collection",
    "Competency", "CompetencyFramework", "Occupation", "Job", "WorkRole", "Task", "ScheduledOffering", "SupportService", "Rating",
}  # fmt: skip
"""Classes that are no credentials themselves: looked up where a credential names them."""
_ENDED = {"Deprecated", "Superseded", "Ceased", "TeachOut", "Suspended"}
_MODES = {
    "OnlineOnly": "online", "InPerson": "onsite", "BlendedDelivery": "blended", "BlendedLearning": "blended", "Blended": "blended",
    "PrimarilyOnline": "blended", "HybridLearning": "blended",
}  # fmt: skip
_RELATED: tuple[tuple[str, str], ...] = (
    ("isPartOf", DefinitionVersion.Relation.STACKS_INTO), ("isRequiredFor", DefinitionVersion.Relation.STACKS_INTO),
    ("isAdvancedStandingFor", DefinitionVersion.Relation.ACCEPTED_BY), ("isPreparationFor", DefinitionVersion.Relation.PREPARES_FOR),
    ("hasPart", DefinitionVersion.Relation.MADE_OF), ("advancedStandingFrom", DefinitionVersion.Relation.REQUIRES),
)  # fmt: skip
_UNITS = {"SemesterHours": "us-semester", "DegreeCredit": "us-semester", "QuarterHours": "us-quarter"}
_MISSING = "MISSING ***"
"""The registry's early exports wrote "*** … DESCRIPTION MISSING ***" where there was none."""


def term(node: Any, name: str) -> Any:
    """Return the value of a CTDL term, however its name is shortened."""
    if isinstance(node, dict):
        for prefix in (*PREFIXES, *_OTHER_PREFIXES):
            if prefix + name in node:
                return node[prefix + name]
    return None


def classes(node: Any) -> list[str]:
    """Return the names of an object's classes without prefix."""
    told = node.get("@type", node.get("type")) if isinstance(node, dict) else None
    return [one.rpartition(":")[2].rpartition("/")[2] for one in as_list(told) if isinstance(one, str)]


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Read every file, then write the records."""

    def tell_of(table: str) -> Tell:
        return lambda remark: report.remark(table, remark)

    tell = tell_of(RECORDS)
    values: list[Value] = []
    for given in given_files(paths, report, endings=("json", "jsonld", "ndjson", "jsonl")):
        progress("files", report.counts("files").read, None)
        values.extend(opened(json_values(given, tell_of("files")), report, tell))
    nodes = [node for value in values for node in _nodes(value, tell)]
    records = list(Catalogue(nodes, report, tell).records())
    if not records:
        unusable(report)
    save_records(records, source="ctdl", report=report, progress=progress)


def _nodes(value: Value, tell: Tell) -> Iterator[Value]:
    """Return the objects of a document: itself, those of its graph, those of a list."""
    whole = value.value
    if isinstance(whole, list):
        for number, one in enumerate(whole, 1):
            yield from _nodes(Value(Place(value.place.file, number, value.place.pointer), one), tell)
    elif not isinstance(whole, dict):
        tell(
            value.place.refused(
                "not_an_object", "It is no object.", "A record is an object with @type and ceterms:name."
            )
        )
    elif isinstance(whole.get("@graph"), list):
        for number, one in enumerate(whole["@graph"]):
            if isinstance(one, dict):
                yield Value(value.place.at("@graph", number), one)
            else:
                tell(value.place.at("@graph", number).refused("not_an_object", "It is no object."))
    else:
        yield value


class Catalogue:
    """The objects of all files, found by their identifiers."""

    def __init__(self, nodes: list[Value], report: Report, tell: Tell) -> None:
        self._nodes = nodes
        self._report = report
        self._tell = tell
        self._by_id: dict[str, dict[str, Any]] = {}
        for node in nodes:
            for name in (address_of(node.value), text_in(term(node.value, "ctid"), "en")):
                if name:
                    self._by_id.setdefault(name, node.value)

    def records(self) -> Iterator[CatalogRecord]:
        """Return a record for each credential and learning opportunity; what is neither is counted, or told where it is unknown."""
        for node in self._nodes:
            kinds = classes(node.value)
            kind = next((one for one in kinds if one in TYPES), None)
            if kind is None:
                beside = next((one for one in kinds if one in _BESIDE), None)
                if beside is not None:
                    self._report.skip(f"{beside} objects: no credentials themselves, looked up where one names them")
                elif address_of(node.value).startswith("_:"):
                    pass  # a part of another object
                elif kinds:
                    self._tell(
                        node.place.refused("unknown_class", f"“{kinds[0][:80]}” is no class of credentials in CTDL.")
                    )
                else:
                    self._tell(
                        node.place.refused("no_class", "It does not say what it is.", "An object of CTDL needs @type.")
                    )
                continue
            status = _names(term(node.value, "credentialStatusType")) | _names(term(node.value, "lifeCycleStatusType"))
            ended = status & _ENDED
            if ended:
                self._report.skip(f"credentials that their source calls {min(ended).lower()}")
                continue
            yield self._record(node, kind)

    def _record(self, node: Value, kind: str) -> CatalogRecord:
        this, place = node.value, node.place
        stated = tuple(dict.fromkeys(filter(None, (language(one) for one in as_list(term(this, "inLanguage"))))))
        tongue = main_language(term(this, "name"), stated)
        ctid = text_in(term(this, "ctid"), "en")
        reader = Reader(place, self._tell)

        def said(name: str) -> str:
            return text_in(term(this, name), tongue)

        conditions = [self._whole(one) for name in ("requires", "recommends") for one in as_list(term(this, name))]
        entry = [self._condition(one, tongue) for one in conditions]
        points, scheme = _credits(this, reader)
        name = term(this, "name")
        return CatalogRecord(
            key=ctid or address_of(this),
            place=place,
            title=text_in(name, tongue),
            provider=self._provider(this, place, tongue),
            type=TYPES[kind],
            language=tongue,
            texts=other_texts(tongue, title=name, description=term(this, "description")),
            description=_worded(said("description")),
            outcomes=tuple(self._outcomes(this, tongue)),
            credits=points,
            credit_scheme=scheme,
            level_text=", ".join(
                sorted(_labels(term(this, "educationLevel")) or _labels(term(this, "audienceLevelType")))
            ),
            assessment_type=self._assessments(this, conditions, tongue),
            supervision=self._supervision(this, conditions),
            participation=_mode(this),
            quality_assurance=self._quality(this, tongue),
            prerequisites="\n\n".join(filter(None, dict.fromkeys(entry))),
            stackability="stackable"
            if any(term(this, one) for one in ("isPartOf", "isRequiredFor", "isAdvancedStandingFor"))
            else "",
            valid_months=_months(reader.span(term(this, "renewalFrequency"), "renewalFrequency")),
            homepage=web(next(iter(as_list(term(this, "subjectWebpage"))), "")),
            taught_in=stated,
            tags=tuple(
                dict.fromkeys([*_texts(term(this, "keyword"), tongue), *sorted(_labels(term(this, "subject")))])
            ),
            identifiers=tuple(_identifiers(this, ctid)),
            skills=tuple(self._skills(this, conditions, tongue)),
            related=tuple(self._related(this, tongue)),
            offers=tuple(self._offers(this, reader, stated)),
        )

    def _whole(self, value: Any) -> dict[str, Any]:
        """Return the object that a value is or names; an object with its identifier only where it is not among the files."""
        name = address_of(value)
        if isinstance(value, dict) and set(value) - {"@id", "@type"}:
            return value
        return self._by_id.get(name, {"@id": name} if name else {})

    def _provider(self, this: dict[str, Any], place: Place, tongue: str) -> ProviderRecord | None:
        for role in ("offeredBy", "ownedBy"):
            for one in as_list(term(this, role)):
                who = self._whole(one)
                name = text_in(term(who, "name"), tongue)
                key = text_in(term(who, "ctid"), "en") or address_of(who) or name
                if not key:
                    continue
                if not name:
                    name = f"Organisation {key.rstrip('/').rpartition('/')[2][:60]} (name not given)"
                    self._tell(
                        place.at(role).repaired(
                            "provider_not_named", f"It names {key[:100]} only, which is not among the files."
                        )
                    )
                where = next((self._whole(place) for place in as_list(term(who, "address"))), {})
                return ProviderRecord(
                    key=key,
                    name=name,
                    website=web(next(iter(as_list(term(who, "subjectWebpage"))), "")),
                    city=text_in(term(where, "addressLocality"), tongue),
                    state=text_in(term(where, "addressRegion"), tongue),
                    country=country(text_in(term(where, "addressCountry"), "en")),
                    identifiers=tuple(_identifiers(who, text_in(term(who, "ctid"), "en"))),
                )
        return None

    def _condition(self, condition: dict[str, Any], tongue: str) -> str:
        whole = self._whole(condition)
        told = [_worded(text_in(term(whole, name), tongue)) for name in ("description", "experience")]
        for name in ("targetCredential", "targetLearningOpportunity"):
            told += [text_in(term(self._whole(one), "name"), tongue) for one in as_list(term(whole, name))]
        told += [text_in(one, tongue) for one in as_list(term(whole, "condition"))]
        return "\n".join(dict.fromkeys(filter(None, told)))

    def _outcomes(self, this: dict[str, Any], tongue: str) -> Iterator[str]:
        for one in as_list(term(this, "teaches")) + as_list(term(this, "assesses")):
            whole = self._whole(one)
            text = text_in(term(whole, "targetNodeDescription"), tongue) or text_in(
                term(whole, "competencyText"), tongue
            )
            if text:
                yield text

    def _skills(self, this: dict[str, Any], conditions: list[dict[str, Any]], tongue: str) -> Iterator[SkillRecord]:
        told = as_list(term(this, "teaches")) + as_list(term(this, "assesses"))
        for condition in conditions:
            told += as_list(term(self._whole(condition), "targetCompetency"))
        for one in told:
            whole = self._whole(one)
            target = term(whole, "targetNode")
            name = (
                text_in(term(whole, "competencyText"), tongue)
                or text_in(term(target, "competencyText"), tongue)
                or text_in(term(whole, "targetNodeName"), tongue)
            )
            if name:
                yield SkillRecord(name, web(target) or web(whole), text_in(term(whole, "frameworkName"), tongue))

    def _assessments(self, this: dict[str, Any], conditions: list[dict[str, Any]], tongue: str) -> str:
        found = sorted(_labels(term(this, "assessmentMethodType")))
        for condition in conditions:
            for one in as_list(term(self._whole(condition), "targetAssessment")):
                whole = self._whole(one)
                found += sorted(_labels(term(whole, "assessmentMethodType"))) or [text_in(term(whole, "name"), tongue)]
        return ", ".join(dict.fromkeys(filter(None, found)))[:60]

    def _supervision(self, this: dict[str, Any], conditions: list[dict[str, Any]]) -> str:
        told = {term(this, "isProctored")}
        for condition in conditions:
            told |= {
                term(self._whole(one), "isProctored")
                for one in as_list(term(self._whole(condition), "targetAssessment"))
            }
        return "Supervised" if True in told else "Unsupervised" if False in told else ""

    def _quality(self, this: dict[str, Any], tongue: str) -> str:
        lines = []
        for name, words in (("accreditedBy", "Accredited by"), ("approvedBy", "Approved by"), ("recognizedBy", "Recognised by"),
                            ("regulatedBy", "Regulated by")):  # fmt: skip
            who = [text_in(term(self._whole(one), "name"), tongue) for one in as_list(term(this, name))]
            named = list(dict.fromkeys(filter(None, who)))
            if named:
                lines.append(f"{words} {', '.join(named[:20])}.")
        return " ".join(lines)

    def _related(self, this: dict[str, Any], tongue: str) -> Iterator[RelatedRecord]:
        for name, relation in _RELATED:
            for one in as_list(term(this, name)):
                whole = self._whole(one)
                if classes(whole)[:1] == ["ConditionProfile"]:
                    targets = as_list(term(whole, "targetCredential")) + as_list(
                        term(whole, "targetLearningOpportunity")
                    )
                    for target in targets:
                        other = self._whole(target)
                        yield RelatedRecord(
                            relation, text_in(term(other, "name"), tongue) or address_of(other), web(other)
                        )
                elif whole:
                    label = text_in(term(whole, "name"), tongue) or address_of(whole)
                    if label:
                        yield RelatedRecord(relation, label, web(whole))

        for one in objects(term(this, "occupationType")):
            label = text_in(term(one, "targetNodeName"), tongue)
            if label:
                yield RelatedRecord(DefinitionVersion.Relation.PREPARES_FOR, label, web(term(one, "targetNode")))

    def _offers(self, this: dict[str, Any], reader: Reader, stated: tuple[str, ...]) -> Iterator[OfferRecord]:
        terms = costs_of([self._whole(one) for one in as_list(term(this, "estimatedCost"))], reader, term, _labels)
        lengths = [self._whole(one) for one in as_list(term(this, "estimatedDuration"))]
        span = next(
            (
                found
                for one in lengths
                for name in ("exactDuration", "maximumDuration", "minimumDuration", "timeRequired")
                if term(one, name) and (found := reader.span(term(one, name), "estimatedDuration"))
            ),
            None,
        )
        words = next((text for one in lengths if (text := text_in(term(one, "description"), "en"))), "")
        places = [self._whole(one) for one in as_list(term(this, "availableAt"))]
        pages = [web(one) for name in ("availableOnlineAt", "availabilityListing") for one in as_list(term(this, name))]
        url = next(filter(None, pages), "")
        if not (terms or span or words or places or url):
            return
        for number, where in enumerate(places or [{}]):
            yield OfferRecord(
                key=str(number) if number else "",
                **terms,
                hours=span.hours if span else None,
                weeks=span.weeks if span else None,
                duration_text=(span.text if span else words)[:60],
                mode=_mode(this),
                address=text_in(term(where, "streetAddress"), "en"),
                city=text_in(term(where, "addressLocality"), "en"),
                state_code=text_in(term(where, "addressRegion"), "en")[:10],
                country=country(text_in(term(where, "addressCountry"), "en")),
                languages=stated,
                url=url,
            )


def _worded(text: str) -> str:
    return "" if _MISSING in text.upper() else text


def _texts(value: Any, tongue: str) -> list[str]:
    """Return texts one by one: a language may have a list of them, which reading texts joins line by line."""
    return [line for one in as_list(value) if (text := text_in(one, tongue)) for line in text.split("\n")]


def _names(value: Any) -> set[str]:
    """Return the concepts of an alignment by the last part of their identifiers: Active of credentialStat:Active."""
    targets = [address_of(term(one, "targetNode")) or address_of(one) for one in as_list(value)]
    return {one.rpartition(":")[2].rpartition("/")[2] for one in targets if one}


def _labels(value: Any) -> set[str]:
    """Return the concepts of an alignment in words."""
    found = {text_in(term(one, "targetNodeName"), "en") or text_in(term(one, "name"), "en") for one in objects(value)}
    return {one for one in found if one} | {one for one in as_list(value) if isinstance(one, str)}


def _mode(this: dict[str, Any]) -> str:
    named = _names(term(this, "deliveryType")) | _names(term(this, "learningDeliveryType"))
    modes = {_MODES[one] for one in named if one in _MODES}
    return next(iter(modes)) if len(modes) == 1 else "blended" if modes else ""


def _identifiers(node: dict[str, Any], ctid: str) -> Iterator[Identifier]:
    if ctid:
        yield Identifier("ctid", ctid[:200])
    address = address_of(node)
    if address and address != ctid and not address.startswith("_:"):
        yield Identifier("uri", address[:500])
    for name in (
        "credentialId",
        "codedNotation",
        "duns",
        "fein",
        "ipedsID",
        "opeID",
        "leiCode",
        "naics",
        "isicV4",
        "ncesID",
    ):
        for one in as_list(term(node, name))[:5]:
            if isinstance(one, str | int) and name != "naics":
                yield Identifier(name.lower(), str(one)[:200])


def _months(length: Span | None) -> int | None:
    return round(length.weeks * 7 / 30.4) if length and length.weeks else None


def _credits(this: dict[str, Any], reader: Reader) -> tuple[Decimal | None, str]:
    for one in as_list(term(this, "creditValue")):
        amount = reader.figure(term(one, "value") if isinstance(one, dict) else one, "creditValue")
        units = _names(term(one, "creditUnitType")) if isinstance(one, dict) else set()
        if amount is not None:
            unit = min(units) if units else ""
            return amount, _UNITS.get(unit, unit)[:40]
    return None, ""


IMPORTER = Importer(
    name="ctdl",
    title="CTDL and the Credential Registry",
    reads="CTDL in JSON-LD: single objects, graphs, lists, and the registry's envelopes; files, folders and zips",
    help=(
        "Loads credentials and learning opportunities with their organisations, conditions, costs and skills. What the files only name "
        "by address and do not hold stays a name."
    ),
    load=load,
    after=record_run,
    feed_by_file=True,
)
