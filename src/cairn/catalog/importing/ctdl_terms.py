"""The words of CTDL: how its terms, classes and concepts are written, and what they are in the catalogue.

Terms: https://credreg.net/ctdl/terms. Names only: contexts are not fetched, and every common way to shorten a term is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cairn.catalog.importing.records import Identifier
from cairn.catalog.importing.words import Reader, Span, address_of, as_list, objects, text_in, web
from cairn.catalog.models import Definition, DefinitionVersion

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
    "LearningOpportunityProfile": "", "LearningProgram": Definition.Type.PROGRAMME, "Course": "",
}  # fmt: skip
"""Classes that become entries of the catalogue, with the type they get here; "" where CTDL's class is none of the four."""
_ORGANISATIONS = {"CredentialOrganization", "QACredentialOrganization", "Organization", "CredentialPerson", "Agent"}
BESIDE = _ORGANISATIONS | {
    "AssessmentProfile", "ConditionManifest", "CostManifest", "Pathway", "PathwayComponent", "TransferValueProfile", "Collection",
    "Competency", "CompetencyFramework", "Occupation", "Job", "WorkRole", "Task", "ScheduledOffering", "SupportService", "Rating",
    "DataSetProfile", "AggregateDataProfile", "EarningsProfile", "EmploymentOutcomeProfile", "HoldersProfile",
}  # fmt: skip
"""Classes that are no credentials themselves: looked up where a credential names them."""
_DEGREE = re.compile(r"(Associates?|Bachelors?|Masters?|Doctoral|Doctorate).{0,12}Degree", re.IGNORECASE)
ENDED = {"Deprecated", "Superseded", "Ceased", "TeachOut", "Suspended"}
_MODES = {
    "OnlineOnly": "online", "InPerson": "onsite", "BlendedDelivery": "blended", "BlendedLearning": "blended", "Blended": "blended",
    "PrimarilyOnline": "blended", "HybridLearning": "blended",
}  # fmt: skip
RELATED: tuple[tuple[str, str], ...] = (
    ("isPartOf", DefinitionVersion.Relation.STACKS_INTO), ("isRequiredFor", DefinitionVersion.Relation.STACKS_INTO),
    ("isAdvancedStandingFor", DefinitionVersion.Relation.ACCEPTED_BY), ("isPreparationFor", DefinitionVersion.Relation.PREPARES_FOR),
    ("hasPart", DefinitionVersion.Relation.MADE_OF), ("advancedStandingFrom", DefinitionVersion.Relation.REQUIRES),
)  # fmt: skip
_UNITS = {
    "SemesterHour": "us-semester", "SemesterCredit": "us-semester", "DegreeCredit": "us-semester", "QuarterHour": "us-quarter",
    "QuarterCredit": "us-quarter", "ContinuingEducationUnit": "ceu", "CEU": "ceu",
    "ContactHour": "contact-hours", "ClockHour": "clock-hours",
    "CertificateCredit": "certificate-credit", "SecondaryDiplomaCredit": "secondary-diploma-credit", "ECTS": "ects",
}  # fmt: skip
"""Kinds of credit (https://credreg.net/ctdl/terms/CreditUnit), in the singular and without spaces; older files write the plural."""
_NUMBERS = ("credentialId", "codedNotation", "duns", "fein", "ipedsID", "opeID", "leiCode", "isicV4", "ncesID")
"""Terms that are identifiers of a scheme of their own."""
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


def type_of(this: Any, kind: str) -> str:
    """Return which of the four types an object of a class is, "" for none: a programme that states the level of a degree is none."""
    stated = concepts(term(this, "audienceLevelType")) | labels_of(term(this, "audienceLevelType"))
    if TYPES[kind] == Definition.Type.PROGRAMME and any(_DEGREE.search(one) for one in stated):
        return ""
    return TYPES[kind]


def worded(text: str) -> str:
    """Return a description, "" where it only says that there is none."""
    return "" if _MISSING in text.upper() else text


def lines_of(value: Any, tongue: str) -> list[str]:
    """Return texts one by one: a language may have a list of them, which reading texts joins line by line."""
    return [line for one in as_list(value) if (text := text_in(one, tongue)) for line in text.split("\n")]


def concepts(value: Any) -> set[str]:
    """Return the concepts of an alignment by the last part of their identifiers: Active of credentialStat:Active."""
    targets = [address_of(term(one, "targetNode")) or address_of(one) for one in as_list(value)]
    return {one.rpartition(":")[2].rpartition("/")[2] for one in targets if one}


def labels_of(value: Any) -> set[str]:
    """Return the concepts of an alignment in words."""
    found = {text_in(term(one, "targetNodeName"), "en") or text_in(term(one, "name"), "en") for one in objects(value)}
    return {one for one in found if one} | {one for one in as_list(value) if isinstance(one, str)}


def mode_of(this: dict[str, Any]) -> str:
    """Return online, onsite, blended, or "" where nothing is stated."""
    named = concepts(term(this, "deliveryType")) | concepts(term(this, "learningDeliveryType"))
    modes = {_MODES[one] for one in named if one in _MODES}
    if modes:
        return next(iter(modes)) if len(modes) == 1 else "blended"
    if term(this, "availableOnlineAt"):
        return "blended" if term(this, "availableAt") else "online"
    return ""


def identifiers_of(node: dict[str, Any], ctid: str) -> Iterator[Identifier]:
    """Yield what an object is called, each once: CTID, address, codes and numbers, and tokens of any other scheme by the scheme's name."""
    seen: set[tuple[str, str]] = set()
    for one in _identifiers(node, ctid):
        if (told := (one.scheme.casefold(), one.value)) not in seen:
            seen.add(told)
            yield one


def _identifiers(node: dict[str, Any], ctid: str) -> Iterator[Identifier]:
    if ctid:
        yield Identifier("ctid", ctid[:200])
    address = address_of(node)
    if address and address != ctid and not address.startswith("_:"):
        yield Identifier("uri", address[:500])
    for name in _NUMBERS:
        for one in as_list(term(node, name))[:5]:
            if isinstance(one, str | int):
                yield Identifier(name.lower(), str(one)[:200])
    for one in objects(term(node, "identifier"))[:20]:
        value = text_in(term(one, "identifierValueCode"), "en")
        scheme = text_in(term(one, "identifierTypeName"), "en") or web(term(one, "identifierType"))
        if value:
            yield Identifier(scheme[:100] or "identifier", value[:500])


def months_of(length: Span | None) -> int | None:
    """Return a duration of the calendar in whole months."""
    return round(length.weeks * 7 / 30.4) if length and length.weeks else None


def validity_of(told: str) -> int | None:
    """Return a validity that a condition says in months, None where it says anything else: a programme has no term for it."""
    found = re.fullmatch(r"(\d{1,3}) months", told.strip())
    return int(found[1]) if found else None


def credits_of(this: dict[str, Any], reader: Reader) -> tuple[Decimal | None, str]:
    """Return what it is worth and in which scheme. Of a range the lower end is taken, because nobody should count on more."""
    for one in as_list(term(this, "creditValue")):
        whole = one if isinstance(one, dict) else {"value": one}
        low, high = (reader.figure(term(whole, name), "creditValue", name) for name in ("minValue", "maxValue"))
        amount = reader.figure(term(whole, "value"), "creditValue")
        if amount is None:
            amount = high if low is None else low
        if amount is None:
            continue
        if low is not None and high is not None and low != high:
            reader.tell(
                reader.place.at("creditValue").repaired(
                    "range_of_credits", f"It is worth {low:f} to {high:f}; the lower figure is taken."
                )
            )
        written = term(whole, "creditUnitType")
        units = concepts(written) | {label.replace(" ", "") for label in labels_of(written)}
        if not units and (told := text_in(term(whole, "description"), "en")) and len(told) <= 40:
            units = {told.lower() if unit_of(told) == told else unit_of(told)}  # a scheme that CTDL has no concept for
        known = sorted({unit_of(unit) for unit in units} & set(_UNITS.values()))
        return amount, (known[0] if known else min(units, default=""))[:40]
    return None, ""


def unit_of(told: str) -> str:
    """Return the scheme of a credit unit in any spelling: creditUnit:SemesterHours, SemesterHour, "semester hours"."""
    plain = told.rpartition(":")[2].rpartition("/")[2].replace(" ", "").casefold()
    for name, scheme in _UNITS.items():
        if plain in {name.casefold(), f"{name}s".casefold()}:
            return scheme
    return told
