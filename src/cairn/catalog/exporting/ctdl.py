"""The catalogue as CTDL, the Credential Engine's description language, in JSON-LD as its Registry writes it.

Terms and concepts after credreg.net (CTDL, CTDL-ASN) and the Registry's published examples; which class has which term, after the classes
with which its publishing service writes (RA.Models/JsonV2 of CredentialEngine/Registry_Assistant). A credential names its organisation by
address; each organisation stands once in the graph. What CTDL has no term for is said in the condition's texts, never in invented terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cairn.catalog.exporting.ctdl_costs import address_of, costs_of, shared_cost, special_cost
from cairn.catalog.exporting.ctdl_earnings import aggregate_data, data_sets
from cairn.catalog.exporting.ctdl_words import concept, words
from cairn.catalog.exporting.published import Entry, Needed
from cairn.catalog.exporting.values import hours_duration, languages, number, outcome_languages, spoken, stated
from cairn.catalog.importing.records import CatalogRecord, ProviderRecord, SkillRecord
from cairn.catalog.models import Definition, DefinitionVersion
from cairn.stacking import AllOf, AwardOf, RuleError, parse_requirement, sentences

CONTEXT = "https://credreg.net/ctdl/schema/context/json"
TYPES = {
    Definition.Type.BADGE.value: "ceterms:DigitalBadge",
    Definition.Type.CERTIFICATE.value: "ceterms:Certificate",
    Definition.Type.PROGRAMME.value: "ceterms:LearningProgram",
    Definition.Type.INDUSTRY.value: "ceterms:Certification",
    "": "ceterms:Credential",
}
"""Our types as CTDL classes. A programme is a LearningProgram, as Open Badges calls it too."""
DELIVERY = {
    "online": ("OnlineOnly", "Online Only"),
    "onsite": ("InPerson", "In-Person"),
    "blended": ("BlendedDelivery", "Blended Delivery"),
}
CREDIT_UNITS = {"us-semester": "SemesterHour", "us-quarter": "QuarterHour", "ceu": "ContinuingEducationUnit"}
"""Credit schemes that CTDL's CreditUnit concept scheme has; others are named in words."""
RELATIONS = {
    DefinitionVersion.Relation.STACKS_INTO.value: "ceterms:isPartOf",
    DefinitionVersion.Relation.MADE_OF.value: "ceterms:hasPart",
}
"""Relations that link straight to another credential; those that are conditions are written as ConditionProfiles."""
CONDITIONS = {
    DefinitionVersion.Relation.ACCEPTED_BY.value: "ceterms:isAdvancedStandingFor",
    DefinitionVersion.Relation.REQUIRES.value: "ceterms:requires",
    DefinitionVersion.Relation.PREPARES_FOR.value: "ceterms:isPreparationFor",
}
REQUIREMENTS = "Requirements"
PREREQUISITES = "Prerequisites"
LEADS_TO = "Leads to"


def ctdl_document(entry: Entry) -> dict[str, Any]:
    """Return one credential with its organisation as a CTDL graph."""
    return {"@context": CONTEXT, "@graph": list(ctdl_nodes(entry))}


def ctdl_nodes(entry: Entry) -> Iterator[dict[str, Any]]:
    """Yield the nodes of one credential: its organisation, prices that it shares with others, data about holders, itself."""
    if entry.record.provider is not None:
        yield _organisation(entry.record.provider, entry.provider_page)
    yield from (shared_cost(one, entry) for one in entry.special if one.together)
    yield from data_sets(entry)
    yield _credential(entry)


def _organisation(provider: ProviderRecord, page: str) -> dict[str, Any]:
    address = stated({
        "ceterms:addressLocality": words(provider.city),
        "ceterms:addressRegion": words(provider.state),
        "ceterms:addressCountry": words(provider.country),
    })  # fmt: skip
    return stated({
        "@id": page,
        "@type": "ceterms:CredentialOrganization",
        "ceterms:ctid": next((one.value for one in provider.identifiers if one.scheme.lower() == "ctid"), None),
        "ceterms:name": words(provider.name),
        "ceterms:subjectWebpage": provider.website or page,
        "ceterms:address": [{"@type": "ceterms:Place", **address}] if address else None,
        "ceterms:identifier": [_identifier(one.scheme, one.value) for one in provider.identifiers if one.scheme.lower() != "ctid"],
    })  # fmt: skip


def _credential(entry: Entry) -> dict[str, Any]:
    record = entry.record
    programme = record.type == Definition.Type.PROGRAMME
    status, scheme = (
        ("lifeCycle:Active", "LifeCycleStatus") if programme else ("credentialStat:Active", "CredentialStatus")
    )
    before = [_needed(entry, group) for group in entry.before]
    ctid = next((one.value for one in record.identifiers if one.scheme.lower() == "ctid"), f"ce-{entry.uid}")
    made: dict[str, Any] = {
        "@id": entry.page,
        "@type": TYPES[record.type],
        "ceterms:ctid": ctid,
        "ceterms:name": languages(record, "title"),
        "ceterms:description": languages(record, "description"),
        "ceterms:subjectWebpage": record.homepage or entry.page,
        "ceterms:lifeCycleStatusType" if programme else "ceterms:credentialStatusType": concept(scheme, status, "Active"),
        "ceterms:ownedBy": [entry.provider_page],
        "ceterms:offeredBy": [entry.provider_page],
        "ceterms:inLanguage": spoken(record),
        "ceterms:versionIdentifier": [_identifier("version", str(entry.number))],
        "ceterms:identifier": [_identifier(one.scheme, one.value) for one in record.identifiers if one.scheme.lower() != "ctid"],
        "ceterms:keyword": {record.language: list(record.tags)} if record.tags else None,
        "ceterms:audienceLevelType": _level(record),
        "ceterms:instructionalProgramType": _field_of_study(record),
        "ceterms:deliveryType" if programme else "ceterms:learningDeliveryType": _delivery(record),
        "ceterms:estimatedDuration": list(_durations(record)),
        "ceterms:estimatedCost": [
            *(cost for offer in record.offers for cost in costs_of(offer, entry)),
            *(special_cost(one, entry) for one in entry.special if not one.together),
        ],
        "ceterms:commonCosts": [address_of(one, entry) for one in entry.special if one.together],
        "ceterms:aggregateData": list(aggregate_data(entry)),
        "ceterms:availableAt": list(_places(record)),
        "ceterms:availableOnlineAt": _addresses(record, online=True),
        "ceterms:availabilityListing": _addresses(record, online=False) or [entry.page],
        "ceterms:renewalFrequency": f"P{record.valid_months}M" if record.valid_months and not programme else None,
        "ceterms:requires": [*_requires(entry), *([] if programme else before)],
        "ceterms:entryCondition": before if programme else None,
        "ceterms:teaches": [_outcome(texts) for texts in outcome_languages(record)] if programme else None,
    }  # fmt: skip
    if record.leads_to:
        told = {"ceterms:description": {record.language: record.leads_to}}
        made["ceterms:isPreparationFor"] = [_condition(entry, LEADS_TO, told)]
    for one in record.related:
        if term := RELATIONS.get(one.relation):
            unnamed = {"@type": "ceterms:Credential", "ceterms:name": {record.language: one.name}}
            made.setdefault(term, []).append(one.url or unnamed)
        elif term := CONDITIONS.get(one.relation):
            profile = _condition(entry, one.name, {"ceterms:targetCredential": [one.url] if one.url else None})
            made.setdefault(term, []).append(profile)
    return stated(made)


def _requires(entry: Entry) -> Iterator[dict[str, Any]]:
    record = entry.record
    outcomes = (
        [] if record.type == Definition.Type.PROGRAMME else [_outcome(texts) for texts in outcome_languages(record)]
    )
    competencies = [*outcomes, *(_skill(one) for one in record.skills)]
    parts, rule = _parts(entry)
    told: dict[str, Any] = {
        "ceterms:description": languages(record, "criteria"),
        "ceterms:condition": {record.language: list(_conditions(record, rule))},
        "ceterms:creditValue": _credits(record),
        "ceterms:targetCompetency": competencies,
        "ceterms:targetCredential": parts,
    }
    if any(
        (
            told["ceterms:description"],
            competencies,
            told["ceterms:creditValue"],
            parts,
            *told["ceterms:condition"].values(),
        )
    ):
        told["ceterms:condition"] = {tag: texts for tag, texts in told["ceterms:condition"].items() if texts}
        yield _condition(entry, REQUIREMENTS, told)
    if record.prerequisites:
        yield _condition(entry, PREREQUISITES, {"ceterms:description": {record.language: record.prerequisites}})


def _needed(entry: Entry, group: tuple[Needed, ...]) -> dict[str, Any]:
    """Return a condition that is met beforehand: one credential or skill, or ways of which one is enough."""
    sides = [_target(one) for one in group]
    ways = [{"@type": "ceterms:ConditionProfile", **side} for side in sides]
    words = {"ceterms:description": {"en": f"Beforehand: {' or '.join(one.name for one in group)}"}}
    return _condition(
        entry, PREREQUISITES, words | (sides[0] if len(sides) == 1 else {"ceterms:alternativeCondition": ways})
    )


def _target(one: Needed) -> dict[str, Any]:
    if not one.is_skill:
        return {"ceterms:targetCredential": [one.address]}
    return {"ceterms:targetCompetency": [_skill(SkillRecord(one.name, one.address, ""))]}


def _condition(entry: Entry, name: str, content: dict[str, Any]) -> dict[str, Any]:
    return stated({
        "@type": "ceterms:ConditionProfile",
        "ceterms:name": {entry.record.language if name not in {REQUIREMENTS, PREREQUISITES, LEADS_TO} else "en": name},
        "ceterms:assertedBy": [entry.provider_page],
        **content,
    })  # fmt: skip


def _conditions(record: CatalogRecord, rule: str) -> Iterator[str]:
    """Say what of Annex I CTDL has no term for at a credential, one sentence each."""
    if rule:
        yield rule
    for name, text in (
        ("Assessment", record.assessment_type),
        ("Supervision and identity check", record.supervision),
        ("Grading", record.grading),
        ("Quality assurance", record.quality_assurance),
        (
            "Validity",
            f"{record.valid_months} months" if record.valid_months and record.type == Definition.Type.PROGRAMME else "",
        ),
    ):
        if text:
            yield f"{name}: {text}"


def _parts(entry: Entry) -> tuple[list[str], str]:
    """Return the credentials that are all required, and the rule in words where it asks for anything else."""
    if not entry.requirement:
        return [], ""
    try:
        rule = parse_requirement(entry.requirement)
    except RuleError:
        return [], ""
    parts = rule.of if isinstance(rule, AllOf) else (rule,)
    if all(isinstance(part, AwardOf) and not part.equivalents for part in parts):
        return [part.achievement for part in parts if isinstance(part, AwardOf)], ""
    return [], str(sentences(rule))


def _outcome(texts: dict[str, str]) -> dict[str, Any]:
    """Return a learning outcome as a competency in words: it has no entry in a framework."""
    return {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeDescription": texts}


def _skill(skill: SkillRecord) -> dict[str, Any]:
    return stated({
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": skill.url,
        "ceterms:targetNodeName": words(skill.name),
        "ceterms:frameworkName": words(skill.framework),
    })  # fmt: skip


def _credits(record: CatalogRecord) -> list[dict[str, Any]] | None:
    if record.credits is None:
        return None
    unit = CREDIT_UNITS.get(record.credit_scheme)
    return [
        stated({
            "@type": "ceterms:ValueProfile",
            "schema:value": number(record.credits),
            "ceterms:creditUnitType": [concept("CreditUnit", f"creditUnit:{unit}", unit)] if unit else None,
            "schema:description": None if unit else words(record.credit_scheme.upper()),
        })
    ]  # fmt: skip


def _level(record: CatalogRecord) -> list[dict[str, Any]] | None:
    if record.level is None:
        named = {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:targetNodeName": {record.language: record.level_text},
        }
        return [named] if record.level_text else None
    return [{
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:frameworkName": words(record.level_framework.upper()),
        "ceterms:codedNotation": str(record.level),
        "ceterms:targetNodeName": words(f"{record.level_framework.upper()} level {record.level}"),
    }]  # fmt: skip


def _field_of_study(record: CatalogRecord) -> list[dict[str, Any]] | None:
    if not record.field_of_study:
        return None
    return [{
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:framework": "https://nces.ed.gov/ipeds/cipcode/",
        "ceterms:frameworkName": words("Classification of Instructional Programs"),
        "ceterms:codedNotation": record.field_of_study,
    }]  # fmt: skip


def _delivery(record: CatalogRecord) -> list[dict[str, Any]]:
    modes = dict.fromkeys([record.participation, *(offer.mode for offer in record.offers)])
    return [
        concept("Delivery", f"deliveryType:{DELIVERY[mode][0]}", DELIVERY[mode][1])
        for mode in modes
        if mode in DELIVERY
    ]


def _durations(record: CatalogRecord) -> Iterator[dict[str, Any]]:
    lengths: list[tuple[Decimal | None, int | None, str]] = [(record.workload_hours, None, "")]
    lengths += [(offer.hours, offer.weeks, offer.duration_text) for offer in record.offers]
    for hours in dict.fromkeys(hours for hours, _, _ in lengths if hours is not None):
        yield {"@type": "ceterms:DurationProfile", "ceterms:timeRequired": hours_duration(hours)}
    for weeks in dict.fromkeys(weeks for _, weeks, _ in lengths if weeks):
        yield {"@type": "ceterms:DurationProfile", "ceterms:exactDuration": f"P{weeks}W"}
    for said in dict.fromkeys(said for _, _, said in lengths if said):
        yield {"@type": "ceterms:DurationProfile", "ceterms:description": words(said)}


def _places(record: CatalogRecord) -> Iterator[dict[str, Any]]:
    for street, city, region, country in dict.fromkeys(
        (offer.address, offer.city, offer.state_code, offer.country) for offer in record.offers
    ):
        place = stated({
            "ceterms:streetAddress": words(street),
            "ceterms:addressLocality": words(city),
            "ceterms:addressRegion": words(region),
            "ceterms:addressCountry": words(country),
        })  # fmt: skip
        if place:
            yield {"@type": "ceterms:Place", **place}


def _addresses(record: CatalogRecord, *, online: bool) -> list[str]:
    return list(dict.fromkeys(offer.url for offer in record.offers if offer.url and (offer.mode == "online") is online))


def _identifier(scheme: str, value: str) -> dict[str, Any]:
    return stated({
        "@type": "ceterms:IdentifierValue", "ceterms:identifierTypeName": words(scheme), "ceterms:identifierValueCode": value,
    })  # fmt: skip
