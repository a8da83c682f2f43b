"""One credential as the European Learning Model 3 has it: a learning achievement specification, or a qualification where it has a level.

Terms after the application profile for European digital credentials; controlled lists as :mod:`cairn.credentials.elm.words` has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cairn.catalog.exporting.published import Entry
from cairn.catalog.exporting.special import SpecialPrice
from cairn.catalog.exporting.values import amount, hours_duration, languages, outcome_languages, plain, stated
from cairn.catalog.importing.records import CatalogRecord, OfferRecord, SkillRecord
from cairn.credentials.elm.pieces import credit_point, identifier, note, web
from cairn.credentials.elm.words import (
    CONTEXT,
    ESCO,
    ESCO_SKILLS,
    MODES,
    concept,
    country_concept,
    language_concept,
    listed,
)

CONTEXTS = [
    CONTEXT,
    {"id": "@id", "type": "@type", "defaultLanguage": {"@id": "elm:defaultLanguage", "@type": "@id"}},
]
"""The profile's context leaves ``id`` and ``type`` to the context of credentials, which a catalogue has none of, and lacks the third."""
STACKABLE = {"stackable": True, "stand-alone": False}


def elm_document(entry: Entry) -> dict[str, Any]:
    """Return the specification, inside the opportunity to learn for it where there is one."""
    nodes = elm_nodes(entry)
    return {"@context": CONTEXTS, **nodes[0]} if len(nodes) == 1 else {"@context": CONTEXTS, "@graph": nodes}


def elm_nodes(entry: Entry) -> list[dict[str, Any]]:
    """Return a learning opportunity for each offer, the specification inside the first; without offers, the specification alone."""
    whole = _specification(entry)
    if not entry.record.offers:
        return [whole]
    return [
        {
            **_opportunity(offer, entry),
            "learningAchievementSpecification": {"id": entry.achievement} if place else whole,
        }
        for place, offer in enumerate(entry.record.offers)
    ]


def _specification(entry: Entry) -> dict[str, Any]:
    record = entry.record
    eqf = record.level is not None and record.level_framework.lower() == "eqf"
    qualification = eqf or record.level is not None
    return stated({
        "id": entry.achievement,
        "type": "Qualification" if qualification else "LearningAchievementSpecification",
        "title": languages(record, "title"),
        "description": languages(record, "description"),
        "identifier": [identifier(one.value, one.scheme, None) for one in record.identifiers],
        "homepage": web(record.homepage or entry.page),
        "category": {record.language: list(record.tags)} if record.tags else None,
        "language": [found for tag in record.taught_in or (record.language,) if (found := language_concept(tag))],
        "educationSubject": concept(None, None, {"en": record.field_of_study}) if record.field_of_study else None,
        "learningOutcomeSummary": _note(languages(record, "criteria")),
        "learningOutcome": [*_outcomes(record), *(_skill(one) for one in record.skills)],
        "creditPoint": _credits(record),
        "volumeOfLearning": hours_duration(record.workload_hours) if record.workload_hours is not None else None,
        "mode": _mode(record.participation),
        "entryRequirement": note(record.prerequisites, record.language) if record.prerequisites else None,
        "additionalNote": [note(text, "en") for text in _notes(record)],
        "eqfLevel": listed("eqf", str(record.level), f"Level {record.level}") if eqf else None,
        "nqfLevel": concept(None, None, {"en": f"{record.level_framework} {record.level}"}) if qualification and not eqf else None,
        "isPartialQualification": STACKABLE.get(record.stackability) if qualification else None,
        "awardingOpportunity": stated({
            "type": "AwardingOpportunity", "awardingBody": _provider(entry), "learningAchievementSpecification": entry.achievement,
        }) if record.provider else None,
    })  # fmt: skip


def _provider(entry: Entry) -> dict[str, Any]:
    provider = entry.record.provider
    if provider is None:
        return {}
    place = country_concept(provider.country)
    address = stated(
        {"type": "Address", "countryCode": place, "fullAddress": note(provider.city, "en") if provider.city else None}
    )
    return stated({
        "id": entry.provider_page,
        "type": "Organisation",
        "legalName": {"en": provider.name},
        "location": {"type": "Location", "address": address} if len(address) > 1 else None,
        "homepage": web(provider.website) if provider.website else None,
        "identifier": [identifier(one.value, one.scheme, None) for one in provider.identifiers],
    })  # fmt: skip


def _opportunity(offer: OfferRecord, entry: Entry) -> dict[str, Any]:
    price = amount(offer.price_total, offer.currency)
    money = {
        "type": "Amount",
        "value": plain(price) or "0",
        "unit": concept(f"{_CURRENCIES}{offer.currency}", None, None),
    }
    return stated({
        "id": f"{entry.page}#offer-{offer.key}" if offer.key and len(entry.record.offers) > 1 else None,
        "type": "LearningOpportunity",
        "title": languages(entry.record, "title"),
        "providedBy": _provider(entry),
        "mode": _mode(offer.mode),
        "duration": f"P{offer.weeks}W" if offer.weeks else None,
        "temporal": stated({
            "type": "PeriodOfTime",
            "startDate": f"{offer.starts_on.isoformat()}T00:00:00Z" if offer.starts_on else None,
            "endDate": f"{offer.ends_on.isoformat()}T23:59:59Z" if offer.ends_on else None,
        }) if offer.starts_on or offer.ends_on else None,
        "applicationDeadline": f"{offer.apply_until.isoformat()}T23:59:59Z" if offer.apply_until else None,
        "priceDetail": [
            *([stated({"type": "PriceDetail", "amount": money if price is not None else None,
                       "description": {"en": offer.price_text} if offer.price_text else None})]
              if price is not None or offer.price_text else []),
            *(_special(one) for one in entry.special),
        ],
        "location": _location(offer),
        "homepage": web(offer.url or entry.record.homepage or entry.page),
        "defaultLanguage": language_concept(entry.record.language),
    })  # fmt: skip


def _location(offer: OfferRecord) -> dict[str, Any] | None:
    """Return where it takes place, as one line: the model names towns by codes, which nobody stated. It asks for a country."""
    line = ", ".join(filter(None, (offer.address, offer.city, offer.state_code)))
    country = country_concept(offer.country)
    if not country:
        return None
    address = stated({"type": "Address", "countryCode": country, "fullAddress": note(line, "en") if line else None})
    return {"type": "Location", "address": address}


def _special(price: SpecialPrice) -> dict[str, Any]:
    """Return a price for some, or for several together; its description says whose or for what, and when."""
    return {
        "type": "PriceDetail",
        "prefLabel": {"en": price.title},
        "description": {"en": str(price)},
        "amount": {
            "type": "Amount", "value": plain(price.amount) or "0", "unit": concept(f"{_CURRENCIES}{price.currency}", None, None),
        },
    }  # fmt: skip


_CURRENCIES = "http://publications.europa.eu/resource/authority/currency/"


def _outcomes(record: CatalogRecord) -> Iterator[dict[str, Any]]:
    """Yield the outcomes in words; one that is called as a skill is said with that skill."""
    skills = {one.name for one in record.skills}
    for own, texts in zip(record.outcomes, outcome_languages(record), strict=True):
        if own not in skills:
            yield {"type": "LearningOutcome", "title": texts}


def _skill(skill: SkillRecord) -> dict[str, Any]:
    texts = {"en": skill.name}
    if not skill.url:
        return {"type": "LearningOutcome", "title": texts}
    esco = skill.url.startswith(ESCO)
    target = concept(skill.url, ESCO_SKILLS if esco else None, texts)
    if not esco and skill.framework:
        target["inScheme"] = {"type": "ConceptScheme", "prefLabel": {"en": skill.framework}}
    return {"type": "LearningOutcome", "title": texts, "relatedESCOSkill" if esco else "relatedSkill": target}


def _credits(record: CatalogRecord) -> dict[str, Any] | None:
    scheme = "ECTS" if record.credit_scheme.lower() == "ects" else record.credit_scheme
    return None if record.credits is None else credit_point(float(record.credits), scheme)


def _mode(mode: str) -> dict[str, Any] | None:
    return (
        listed("learning-assessment", *MODES[mode])
        if mode in MODES
        else concept(None, None, {"en": mode})
        if mode
        else None
    )


def _note(texts: dict[str, str]) -> dict[str, Any] | None:
    return {"type": "Note", "noteLiteral": texts} if texts else None


def _notes(record: CatalogRecord) -> list[str]:
    said = (
        ("Type of assessment", record.assessment_type),
        ("Supervision and identity verification", record.supervision),
        ("Quality assurance", record.quality_assurance),
        ("Grading", record.grading),
        ("Leads to", record.leads_to),
        ("Further information", record.further_information),
    )
    return [f"{name}: {text}" for name, text in said if text]
