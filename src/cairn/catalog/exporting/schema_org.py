"""One credential as schema.org has it: EducationalOccupationalCredential, and the Course or EducationalOccupationalProgram for it.

It stands on the credential's page as a data block (``application/ld+json``), which browsers never run, and is given away as a file.
"""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from cairn.appraisal import Basis, Earnings
from cairn.catalog.exporting.published import Entry
from cairn.catalog.exporting.special import SpecialPrice
from cairn.catalog.exporting.values import UNSAID, amount, hours_duration, number, plain, spoken, stated
from cairn.catalog.importing.records import CatalogRecord, OfferRecord, SkillRecord
from cairn.catalog.importing.schema_org_earnings import MEASURED
from cairn.catalog.models import Definition
from cairn.look.formatting import hours_text

CONTEXT = "https://schema.org"
CATEGORIES = {
    Definition.Type.BADGE.value: "Digital badge",
    Definition.Type.CERTIFICATE.value: "Certificate",
    Definition.Type.PROGRAMME.value: "Nano-degree",
    Definition.Type.INDUSTRY.value: "Certification",
}
MODES = {"online": "Online", "onsite": "Onsite", "blended": "Blended"}
"""As Google's rules for courses write them."""


def schema_org_document(entry: Entry) -> dict[str, Any]:
    """Return what one takes part in, with the credential that it leads to inside, for one page."""
    return {"@context": CONTEXT, **schema_org_node(entry)}


def schema_org_node(entry: Entry) -> dict[str, Any]:
    """Return what one takes part in, with the credential that it leads to inside."""
    return _learning(entry)


def page_markup(entry: Entry) -> SafeString:
    """Return the block for a credential's page. Search engines show no course without a description: there stated facts stand for one.

    Files have none then, so that nobody takes these words for the provider's own. Source: Google's structured data for courses, which
    requires ``name`` and ``description``.
    """
    document = schema_org_document(entry)
    if document["@type"] == "Course" and "description" not in document:
        document["description"] = described(entry.record)
    return data_block(document)


def described(record: CatalogRecord) -> str:
    """Return in a sentence or a few what is stated of a credential: its kind, title, provider, form, workload, skills, what it leads to."""
    kind = CATEGORIES.get(record.type, "Credential")
    by = f" by {record.provider.name}" if record.provider is not None else ""
    hours = record.workload_hours or next((one.hours for one in record.offers if one.hours), None)
    mode = record.participation or next((one.mode for one in record.offers if one.mode), "")
    terms = [_IN_WORDS.get(mode, ""), hours_text(hours) if hours else ""]
    said = f"{kind} \N{LEFT DOUBLE QUOTATION MARK}{record.title}\N{RIGHT DOUBLE QUOTATION MARK}{by}"
    sentences = [": ".join(filter(None, [said, ", ".join(filter(None, terms))]))]
    skills = list(dict.fromkeys(one.name for one in record.skills))[:_MOST_SKILLS]
    if skills:
        sentences.append(f"Skills: {', '.join(skills)}")
    if record.leads_to:
        sentences.append(f"Leads to: {record.leads_to}")
    return " ".join(f"{each.rstrip('.')}." for each in sentences)


_IN_WORDS = {"online": "online", "onsite": "on site", "blended": "online and on site"}
_MOST_SKILLS = 5


def data_block(document: dict[str, Any]) -> SafeString:
    """Return a JSON-LD script element. No text in it can end the element: what means something in HTML is escaped as JSON has it."""
    written = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        written = written.replace(letter, f"\\u{ord(letter):04x}")
    return mark_safe(f'<script type="application/ld+json">{written}</script>')  # noqa: S308 - escaped above


def _credential(entry: Entry) -> dict[str, Any]:
    record = entry.record
    return stated({
        "@type": "EducationalOccupationalCredential",
        "@id": f"{entry.page}#credential",
        "identifier": entry.achievement,
        "name": record.title,
        "description": record.description,
        "url": entry.page,
        "inLanguage": record.language if record.language != UNSAID else None,
        "credentialCategory": CATEGORIES.get(record.type),
        "educationalLevel": _level(record),
        "competencyRequired": [_skill(one) for one in record.skills],
        "validFor": f"P{record.valid_months}M" if record.valid_months else None,
        "version": str(entry.number),
        "datePublished": entry.published_at.date().isoformat() if entry.published_at else None,
        "keywords": list(record.tags),
        "publisher": _provider(entry),
        "recognizedBy": _provider(entry) if entry.awarded_here else None,
    })  # fmt: skip


def _learning(entry: Entry) -> dict[str, Any]:
    record = entry.record
    programme = record.type == Definition.Type.PROGRAMME
    shared = {
        "@id": f"{entry.page}#learning",
        "name": record.title,
        "description": record.description,
        "url": record.homepage or entry.page,
        "provider": _provider(entry),
        "identifier": [
            {"@type": "PropertyValue", "propertyID": one.scheme, "value": one.value} for one in record.identifiers
        ],
        "numberOfCredits": _credits(record),
        "educationalCredentialAwarded": _credential(entry),
        "offers": [
            *(offer for offer in map(_offer, record.offers) if offer),
            *(_special(one, entry) for one in entry.special),
        ],
    }
    if programme:
        return stated({
            "@type": "EducationalOccupationalProgram",
            **shared,
            "programPrerequisites": _before(entry),
            "timeToComplete": hours_duration(record.workload_hours) if record.workload_hours is not None else None,
            "educationalProgramMode": MODES.get(record.participation),
            "salaryUponCompletion": [_salary(one) for one in record.earnings if one.basis != Basis.OCCUPATION and _spread(one)],
        })  # fmt: skip
    return stated({
        "@type": "Course",
        **shared,
        "inLanguage": spoken(record),
        "courseCode": next((one.value for one in record.identifiers if one.scheme == "course-code"), None),
        "coursePrerequisites": _before(entry),
        "keywords": list(record.tags),
        "teaches": [*record.outcomes, *(_skill(one) for one in record.skills)],
        "educationalLevel": _level(record),
        "timeRequired": hours_duration(record.workload_hours) if record.workload_hours is not None else None,
        "hasCourseInstance": [one for one in (_instance(offer, record) for offer in record.offers) if len(one) > 1],
    })  # fmt: skip


def _before(entry: Entry) -> list[Any]:
    """Return what is needed beforehand: named where it is certain, in words where one of several is enough, and the provider's words."""
    found: list[Any] = []
    for group in entry.before:
        one = group[0]
        if len(group) > 1:
            found.append(" or ".join(each.name for each in group))
        elif not one.is_skill:
            found.append({"@type": "Course", "@id": f"{one.address}#learning", "name": one.name, "url": one.address})
        else:
            found.append({
                "@type": "AlignmentObject", "alignmentType": "requires", "targetName": one.name, "targetUrl": one.address,
            })  # fmt: skip
    return [*found, *filter(None, [entry.record.prerequisites])]


def _instance(offer: OfferRecord, record: CatalogRecord) -> dict[str, Any]:
    hours = offer.hours if offer.hours is not None else record.workload_hours
    place = stated({
        "streetAddress": offer.address, "addressLocality": offer.city, "addressRegion": offer.state_code, "addressCountry": offer.country,
    })  # fmt: skip
    return stated({
        "@type": "CourseInstance",
        "courseMode": MODES.get(offer.mode or record.participation),
        "courseWorkload": hours_duration(hours) if hours is not None else None,
        "startDate": offer.starts_on.isoformat() if offer.starts_on else None,
        "endDate": offer.ends_on.isoformat() if offer.ends_on else None,
        "inLanguage": list(offer.languages),
        "maximumAttendeeCapacity": offer.capacity,
        "location": {"@type": "Place", "address": {"@type": "PostalAddress", **place}} if place else None,
        "url": offer.url,
    })  # fmt: skip


def _offer(offer: OfferRecord) -> dict[str, Any] | None:
    price = amount(offer.price_total, offer.currency)
    if price is None:
        return None  # not stated, and never free
    return stated({
        "@type": "Offer",
        "price": plain(price) or "0",
        "priceCurrency": offer.currency,
        "url": offer.url,
        "category": "Free" if price == 0 else "Paid",
    })  # fmt: skip


def _special(price: SpecialPrice, entry: Entry) -> dict[str, Any]:
    """Return a price for some, or for several together. Its description says whose or for what; ``itemOffered`` names what is in it."""
    return stated({
        "@type": "Offer",
        "name": price.title,
        "description": price.condition,
        "price": plain(price.amount) or "0",
        "priceCurrency": price.currency,
        "url": entry.page,
        "category": "Free" if price.price == 0 else "Paid",
        "validFrom": price.first.isoformat() if price.first else None,
        "validThrough": price.last.isoformat() if price.last else None,
        "itemOffered": [
            {
                "@type": "EducationalOccupationalProgram" if one.programme else "Course",
                "@id": f"{one.page}#learning", "name": one.title, "url": one.page,
            }
            for one in price.together
        ],
    })  # fmt: skip


_SPREAD = {
    "median": "median",
    "p10": "percentile10",
    "p25": "percentile25",
    "p75": "percentile75",
    "p90": "percentile90",
}
_LENGTHS = {"year": "P1Y", "quarter": "P3M", "month": "P1M", "week": "P1W", "day": "P1D", "hour": "PT1H"}


def _spread(one: Earnings) -> dict[str, Any]:
    return stated({term: number(getattr(one, name)) for name, term in _SPREAD.items()})


def _salary(one: Earnings) -> dict[str, Any]:
    """Return a median and percentiles; the term is for what is expected, so the name says where it was measured. A mean has no term."""
    measured = MEASURED if one.basis == Basis.COMPLETERS else ""
    return stated({
        "@type": "MonetaryAmountDistribution",
        "name": ": ".join(filter(None, (measured, one.name))),
        "description": one.sentence,
        "currency": one.currency,
        "duration": _LENGTHS.get(one.period),
        **_spread(one),
    })  # fmt: skip


def _provider(entry: Entry) -> dict[str, Any] | None:
    provider = entry.record.provider
    if provider is None:
        return None
    place = stated(
        {"addressLocality": provider.city, "addressRegion": provider.state, "addressCountry": provider.country}
    )
    return stated({
        "@type": "Organization",
        "@id": entry.provider_page,
        "name": provider.name,
        "url": provider.website or entry.provider_page,
        "address": {"@type": "PostalAddress", **place} if place else None,
    })  # fmt: skip


def _skill(skill: SkillRecord) -> dict[str, Any]:
    return stated({
        "@type": "DefinedTerm",
        "name": skill.name,
        "url": skill.url,
        "inDefinedTermSet": _set(skill.framework),
    })  # fmt: skip


def _level(record: CatalogRecord) -> dict[str, Any] | str | None:
    if record.level is None:
        return record.level_text or None
    name = f"{record.level_framework.upper()} level {record.level}"
    return {
        "@type": "DefinedTerm",
        "name": name,
        "termCode": str(record.level),
        "inDefinedTermSet": _set(record.level_framework.upper()),
    }


def _set(name: str) -> dict[str, str] | None:
    """A set of terms by its name: as a plain text it would be taken for an address."""
    return {"@type": "DefinedTermSet", "name": name} if name else None


def _credits(record: CatalogRecord) -> dict[str, Any] | None:
    if record.credits is None:
        return None
    return stated({"@type": "QuantitativeValue", "value": number(record.credits), "unitText": record.credit_scheme})
