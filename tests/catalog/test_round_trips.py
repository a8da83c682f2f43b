"""A catalogue that is written, read and written again says the same, field by field; what a format cannot carry is listed here."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from tests.catalog.factories import Team
from tests.catalog.test_exporting_and_importing import SITE, read_back

from cairn.catalog.exporting import FORMATS, entries
from cairn.catalog.exporting.published import Entry
from cairn.catalog.importing import ctdl, open_badges, schema_org
from cairn.catalog.importing.records import CatalogRecord, Identifier, OfferRecord, Place, ProviderRecord, SkillRecord
from cairn.catalog.models import DefinitionVersion, Provider

RECORD = CatalogRecord(
    key="weld", place=Place(""), title="Weld drawings", type="badge", language="en", description="For people who weld.",
    provider=ProviderRecord(
        f"{SITE}/providers/p/", "Harbour College", "https://college.example.org/", city="Dublin", state="Leinster", country="IE"
    ),
    texts={"de": {"title": "Schweißzeichnungen", "description": "Für alle, die schweißen.", "criteria": "Eine Naht lesen",
                  "outcomes": ["Zeichen benennen", "Nähte prüfen"]}},
    criteria="Read three drawings of a seam.", outcomes=("Name the signs of a drawing", "Check a seam"),
    workload_hours=Decimal(12), credits=Decimal("2.5"), credit_scheme="ects", level_framework="eqf", level=5,
    assessment_type="Observed task", participation="onsite", supervision="Supervised, identity checked",
    quality_assurance="Reviewed every three years", prerequisites="Safe work in a workshop", grading="Pass or fail",
    leads_to="Welder's licence", field_of_study="48.0508", valid_months=24, taught_in=("en",), tags=("welding",),
    homepage="https://college.example.org/weld", identifiers=(Identifier("course-code", "W-1"),),
    skills=(SkillRecord("read drawings", "http://data.europa.eu/esco/skill/abc", "ESCO"),),
    offers=(
        OfferRecord(
            currency="EUR", price_total=19999, price_tuition=14000, price_fees=1000, price_materials=4000, price_other=999,
            hours=Decimal(12),
            weeks=3, duration_text="Three evenings a week", mode="onsite", address="Quay 1", city="Dublin", state_code="L", country="IE",
            languages=("en",), starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 22), url="https://college.example.org/weld/1",
        ),
    ),
)  # fmt: skip
"""A record with something in every field that a page shows."""


def entry(record: CatalogRecord = RECORD) -> Entry:
    return Entry(
        record, f"{SITE}/achievements/weld/1", f"{SITE}/catalogue/weld/", f"{SITE}/providers/p/",
        "6f4d1c1e-0f7e-4b29-9a5f-0d6a5f3f4c11", 1, DefinitionVersion(), False, None, None,
    )  # fmt: skip


CANNOT: dict[str, dict[str, set[str]]] = {
    "ctdl": {
        "record": {
            "key", "place", "identifiers",  # found again by its CTID; the address it was read from is one more
            "provider", "stackability", "further_information", "texts", "requires", "related",
        },
        "offer": {"key", "price_text", "evening", "self_paced", "county", "apply_until", "capacity"},
    },
    "schema-org": {
        "record": {
            "key", "place", "identifiers", "provider", "type", "texts", "criteria", "outcomes", "assessment_type", "supervision",
            "quality_assurance", "grading", "leads_to", "field_of_study", "valid_months", "skills", "stackability", "further_information",
            "requires", "related",
        },
        "offer": {
            "key", "price_text", "price_tuition", "price_fees", "price_materials", "price_other", "weeks", "duration_text", "evening",
            "self_paced", "county", "apply_until", "languages", "url",
        },
    },
}  # fmt: skip
"""What a format has no term for, or says in another place."""
READERS: dict[str, ModuleType] = {"ctdl": ctdl, "schema-org": schema_org}


def differing(one: Any, other: Any, left_out: set[str]) -> dict[str, tuple[Any, Any]]:
    return {
        each.name: (getattr(one, each.name), getattr(other, each.name))
        for each in fields(one)
        if each.name not in left_out and getattr(one, each.name) != getattr(other, each.name)
    }


@pytest.mark.parametrize("name", list(READERS))
def test_every_field_comes_back_but_those_that_the_format_cannot_carry(name: str) -> None:
    back = read_back(READERS[name], name, entry())
    assert differing(RECORD, back, CANNOT[name]["record"] | {"offers"}) == {}
    (offer,) = back.offers
    assert differing(RECORD.offers[0], offer, CANNOT[name]["offer"]) == {}
    assert back.provider is not None
    assert RECORD.provider is not None
    assert differing(RECORD.provider, back.provider, {"key", "identifiers"}) == {}


def test_ctdl_carries_the_languages_of_titles_criteria_and_outcomes() -> None:
    assert read_back(ctdl, "ctdl", entry()).texts == RECORD.texts


def test_ctdl_written_again_is_the_same_document() -> None:
    back = read_back(ctdl, "ctdl", entry())
    first = json.loads(FORMATS["ctdl"].one(entry()))
    again = json.loads(
        FORMATS["ctdl"].one(entry(replace(back, provider=RECORD.provider, identifiers=RECORD.identifiers)))
    )
    assert again == first


def test_two_runs_with_their_own_prices_are_never_added_up() -> None:
    second = replace(
        RECORD.offers[0], price_total=25000, price_tuition=19000, starts_on=date(2027, 1, 10), ends_on=None,
        url="https://college.example.org/weld/2",
    )  # fmt: skip
    back = read_back(ctdl, "ctdl", entry(replace(RECORD, offers=(RECORD.offers[0], second))))
    assert [(one.price_total, one.price_tuition, one.starts_on) for one in back.offers] == [
        (19999, 14000, date(2026, 9, 1)),
        (25000, 19000, date(2027, 1, 10)),
    ]


@pytest.mark.parametrize(("place", "mode"), [("", "online"), ("Dublin", "blended")])
def test_an_online_address_of_ctdl_says_the_mode(place: str, mode: str) -> None:
    from cairn.catalog.importing.ctdl_terms import mode_of

    this = {"ceterms:availableOnlineAt": ["https://college.example.org/weld"]}
    assert mode_of(this | ({"ceterms:availableAt": [{"ceterms:addressLocality": place}]} if place else {})) == mode


@pytest.mark.django_db
def test_open_badges_carry_the_providers_country() -> None:
    Team().published()
    Provider.objects.update(city="Dublin", country="US", website="https://college.example.org/")
    back = read_back(open_badges, "open-badges", next(entries()))
    assert back.provider is not None
    assert (back.provider.country, back.provider.city, back.provider.website) == (
        "US",
        "Dublin",
        "https://college.example.org/",
    )


def test_a_table_has_the_level_in_words() -> None:
    written = FORMATS["csv"].one(entry(replace(RECORD, level=None, level_framework="", level_text="Advanced"))).decode()
    heading, row = written.splitlines()[:2]
    assert row.split(",")[heading.split(",").index("level_text")] == "Advanced"


CTDL_TERMS = [
    "CredentialAlignmentObject",
    "CredentialOrganization",
    "ConditionProfile",
    "CostProfile",
    "DigitalBadge",
    "DurationProfile",
    "IdentifierValue",
    "Place",
    "ValueProfile",
    "addressCountry",
    "addressLocality",
    "addressRegion",
    "assertedBy",
    "audienceLevelType",
    "availabilityListing",
    "availableAt",
    "codedNotation",
    "condition",
    "costDetails",
    "credentialStatusType",
    "creditValue",
    "ctid",
    "currency",
    "description",
    "directCostType",
    "endDate",
    "estimatedCost",
    "estimatedDuration",
    "exactDuration",
    "framework",
    "frameworkName",
    "identifier",
    "identifierTypeName",
    "identifierValueCode",
    "inLanguage",
    "instructionalProgramType",
    "isPreparationFor",
    "keyword",
    "learningDeliveryType",
    "name",
    "offeredBy",
    "ownedBy",
    "price",
    "renewalFrequency",
    "requires",
    "startDate",
    "streetAddress",
    "subjectWebpage",
    "targetCompetency",
    "targetNode",
    "targetNodeDescription",
    "targetNodeName",
    "timeRequired",
    "versionIdentifier",
    "address",
]
"""Terms and classes of https://credreg.net/ctdl/terms that the export of a full record uses."""
CTDL_CONCEPTS = [
    "costType:AggregateCost",
    "costType:LearningResource",
    "costType:MixedFees",
    "costType:ProgramSpecificFee",
    "costType:Tuition",
    "credentialStat:Active",
    "deliveryType:InPerson",
]
SCHEMA_TERMS = [
    "Course",
    "CourseInstance",
    "DefinedTerm",
    "EducationalOccupationalCredential",
    "Offer",
    "Organization",
    "Place",
    "PostalAddress",
    "PropertyValue",
    "StructuredValue",
    "address",
    "addressCountry",
    "addressLocality",
    "addressRegion",
    "category",
    "competencyRequired",
    "courseCode",
    "courseMode",
    "coursePrerequisites",
    "courseWorkload",
    "credentialCategory",
    "description",
    "educationalCredentialAwarded",
    "educationalLevel",
    "endDate",
    "hasCourseInstance",
    "identifier",
    "inDefinedTermSet",
    "inLanguage",
    "keywords",
    "location",
    "name",
    "numberOfCredits",
    "offers",
    "price",
    "priceCurrency",
    "propertyID",
    "provider",
    "publisher",
    "startDate",
    "streetAddress",
    "teaches",
    "termCode",
    "timeRequired",
    "unitText",
    "url",
    "validFor",
    "value",
    "version",
]
"""Terms and classes of https://schema.org that the export of a full record uses."""


def said(value: Any) -> set[str]:
    """Return the names of terms and classes in a document."""
    if isinstance(value, list):
        return set().union(*map(said, value))
    if not isinstance(value, dict):
        return set()
    found = {str(value["@type"])} if "@type" in value else set()
    for key, below in value.items():
        if not key.startswith("@"):
            found |= {key} | said(below)
    return found


def test_ctdl_exports_use_no_term_that_is_not_on_the_list() -> None:
    document = json.loads(FORMATS["ctdl"].one(entry()))["@graph"]
    terms = {one for one in said(document) if one not in {"en", "de"}}
    assert terms - {"schema:value", "schema:description"} == {f"ceterms:{one}" for one in CTDL_TERMS}
    written = json.dumps(document)
    assert {one for one in CTDL_CONCEPTS if f'"{one}"' in written} == set(CTDL_CONCEPTS)


def test_schema_org_exports_use_no_term_that_is_not_on_the_list() -> None:
    assert said(json.loads(FORMATS["schema-org"].one(entry()))) == set(SCHEMA_TERMS)
