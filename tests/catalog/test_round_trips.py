"""A catalogue that is written, read and written again says the same, field by field; what a format cannot carry is listed here."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from tests.catalog.factories import Team
from tests.catalog.test_exporting_and_importing import ALTERNATIVES, AT, GROUPS, SITE, read_back
from tests.catalog.vocabularies import CTDL, SCHEMA_ORG

from cairn.appraisal import Basis, Earnings, Period
from cairn.catalog.exporting import FORMATS, entries
from cairn.catalog.exporting.published import Entry
from cairn.catalog.exporting.special import Sold, SpecialPrice
from cairn.catalog.importing import ctdl, elm, mapping_import, open_badges, schema_org
from cairn.catalog.importing.records import (
    CatalogRecord,
    Identifier,
    OfferRecord,
    Place,
    ProviderRecord,
    RelatedRecord,
    SkillRecord,
)
from cairn.catalog.models import Definition, DefinitionVersion, Provider
from cairn.credentials.elm.profile import PROFILE
from cairn.credentials.elm.rules import gaps
from cairn.skills.importing.report import Report

RECORD = CatalogRecord(
    key="weld", place=Place(""), title="Weld drawings", type="badge", language="en", description="For people who weld.",
    provider=ProviderRecord(
        f"{SITE}/providers/p/", "Harbour College", "https://college.example.org/", city="Dublin", county="Fingal", state="Leinster",
        country="IE",
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
    earnings=(
        Earnings(median=Decimal(34000), p25=Decimal(28000), p75=Decimal(41000), currency="USD", months_after=12, completers=63,
                 employed_percent=Decimal("88.5"), published_on=date(2025, 6, 1), holds_until=date(2027, 6, 1), name="Graduates of 2023",
                 source="https://data.example.org/weld"),
        Earnings(mean=Decimal("8150.25"), p10=Decimal(4000), p90=Decimal(12000), lowest=Decimal(900), highest=Decimal(20000),
                 currency="EUR", period=Period.QUARTER, earners=31, employed=40, first=date(2022, 1, 1), last=date(2023, 12, 31)),
        Earnings(suppressed=True, months_after=24, completers=9),
        Earnings(basis=Basis.EXPECTED, median=Decimal(45000), currency="USD", period=Period.YEAR, name="First post"),
        Earnings(basis=Basis.OCCUPATION, amount=Decimal("21.5"), currency="USD", period=Period.HOUR, name="Welders"),
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
            "requires", "related", "earnings",
        },
        "offer": {
            "key", "price_text", "price_tuition", "price_fees", "price_materials", "price_other", "weeks", "duration_text", "evening",
            "self_paced", "county", "apply_until", "languages", "url",
        },
    },
    "elm": {
        "record": {"key", "place", "identifiers", "provider", "type", "outcomes", "valid_months", "requires", "related", "earnings"},
        "offer": {  # the hours are the specification's; the place is one line, for towns have codes that nobody states
            "key", "price_tuition", "price_fees", "price_materials", "price_other", "hours", "duration_text", "address", "city",
            "state_code", "county", "languages", "evening", "self_paced", "capacity",
        },
    },
    "csv": {
        "record": {"key", "place", "provider", "requires"},  # what is needed beforehand stands beside the record in an entry
        "offer": {"key"},
    },
}  # fmt: skip
"""What a format has no term for, or says in another place."""
READERS: dict[str, ModuleType] = {"ctdl": ctdl, "schema-org": schema_org, "elm": elm}
PROVIDERS = {"elm": {"city", "county", "state"}, "ctdl": {"county"}, "schema-org": {"county"}}
"""What a format says of a provider in another place, or not at all."""


def back_from(name: str, given: Entry) -> CatalogRecord:
    """Write an entry in a format, and read the file as anybody would."""
    return table_read_back(given) if name == "csv" else read_back(READERS[name], name, given)


def table_read_back(given: Entry) -> CatalogRecord:
    """A table is read by the mapping that is guessed of it, as it stands."""
    found: list[CatalogRecord] = []

    def keep(records: Iterable[CatalogRecord], *, report: Report, **_: object) -> None:
        for one in records:
            report.counts("definitions").created += 1
            found.append(one)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.csv"
        path.write_bytes(FORMATS["csv"].one(given))
        guessed = mapping_import.guess_file(path, at=AT)
        assert not guessed.questions
        with patch.object(mapping_import, "save_records", keep):
            mapping_import.load_rows(path, guessed.mapping, Report("csv", path.name, AT), lambda *_: None)
    (record,) = found
    return record


def differing(one: Any, other: Any, left_out: set[str]) -> dict[str, tuple[Any, Any]]:
    return {
        each.name: (getattr(one, each.name), getattr(other, each.name))
        for each in fields(one)
        if each.name not in left_out and getattr(one, each.name) != getattr(other, each.name)
    }


@pytest.mark.parametrize("name", list(CANNOT))
def test_every_field_comes_back_but_those_that_the_format_cannot_carry(name: str) -> None:
    back = back_from(name, entry())
    assert differing(RECORD, back, CANNOT[name]["record"] | {"offers"}) == {}
    (offer,) = back.offers
    assert differing(RECORD.offers[0], offer, CANNOT[name]["offer"]) == {}
    assert back.provider is not None
    assert RECORD.provider is not None
    assert differing(RECORD.provider, back.provider, {"key", "identifiers"} | PROVIDERS.get(name, set())) == {}


@pytest.mark.parametrize("name", list(CANNOT))
def test_what_is_read_and_written_again_is_the_same_document(name: str) -> None:
    """With what the format cannot carry laid beside it, nothing else is lost, added or written in another way."""
    back = back_from(name, entry())
    lost = {each: getattr(RECORD, each) for each in CANNOT[name]["record"] - {"texts"}}
    lost |= {"texts": RECORD.texts} if name != "ctdl" else {}
    (offer,) = back.offers
    offers = (replace(offer, **{each: getattr(RECORD.offers[0], each) for each in CANNOT[name]["offer"]}),)
    assert FORMATS[name].one(entry(replace(back, **lost, offers=offers))) == FORMATS[name].one(entry())


def test_a_table_names_skills_and_levels_that_its_reader_takes_in_words() -> None:
    back = back_from("csv", entry())
    assert [one.name for one in back.skills] == ["read drawings"]


def test_european_outcomes_come_back_with_the_skills_after_them() -> None:
    assert back_from("elm", entry()).outcomes == (*RECORD.outcomes, "read drawings")


def test_two_opportunities_of_one_specification_come_back_as_two_offers() -> None:
    second = replace(RECORD.offers[0], key="2", price_total=25000, starts_on=date(2027, 1, 10), ends_on=None)
    first = replace(RECORD.offers[0], key="1")
    back = back_from("elm", entry(replace(RECORD, offers=(first, second))))
    assert [(one.price_total, one.starts_on) for one in back.offers] == [
        (19999, date(2026, 9, 1)),
        (25000, date(2027, 1, 10)),
    ]
    assert len({one.key for one in back.offers}) == 2


DISCOUNT = SpecialPrice(
    "discount-1",
    "For those who began here",
    16999,
    "EUR",
    "for those who hold “Safe work”",
    date(2026, 8, 1),
    date(2026, 8, 31),
)
BUNDLE = SpecialPrice(
    "bundle-1", "Badge and project", 40000, "EUR", "for all of these together: “Weld drawings”, “Project”", None, date(2026, 12, 31),
    (Sold("Weld drawings", f"{SITE}/catalogue/weld/", programme=False), Sold("Project", f"{SITE}/catalogue/project/", programme=True)),
)  # fmt: skip
SPECIAL = replace(entry(), special=(DISCOUNT, BUNDLE))


@pytest.mark.parametrize("name", ["ctdl", "schema-org", "elm", "csv"])
def test_what_some_pay_and_what_several_cost_together_comes_back_apart_from_the_price(name: str) -> None:
    back = back_from(name, SPECIAL)
    assert [(one.price_total, one.currency, one.starts_on) for one in back.offers] == [(19999, "EUR", date(2026, 9, 1))]
    (offer,) = back.offers
    assert "169.99" not in offer.price_text
    discount, bundle = back.special
    assert (discount.title, discount.price, discount.currency) == ("For those who began here", 16999, "EUR")
    assert (discount.first, discount.last) == (date(2026, 8, 1), date(2026, 8, 31))
    assert [[one.name for one in group] for group in discount.holding] == [["Safe work"]]
    assert (bundle.title, bundle.price, bundle.last) == ("Badge and project", 40000, date(2026, 12, 31))
    assert [one.name for one in bundle.together] == ["Weld drawings", "Project"]


def test_ctdl_says_whose_a_price_is_and_keeps_what_several_cost_apart() -> None:
    document = json.loads(b"".join(FORMATS["ctdl"].write([SPECIAL, SPECIAL])))["@graph"]
    (manifest,) = [one for one in document if one["@type"] == "ceterms:CostManifest"]
    credential = document[-1]
    assert credential["ceterms:commonCosts"] == [manifest["@id"]]
    assert manifest["ceterms:estimatedCost"][0]["ceterms:price"] == 400
    conditional = [one for one in credential["ceterms:estimatedCost"] if "ceterms:condition" in one]
    assert [(one["ceterms:price"], one["ceterms:startDate"], one["ceterms:endDate"]) for one in conditional] == [
        (169.99, "2026-08-01", "2026-08-31")
    ]


def test_schema_org_names_what_is_sold_together() -> None:
    regular, discount, bundle = json.loads(FORMATS["schema-org"].one(SPECIAL))["offers"]
    assert (regular["price"], discount["price"], bundle["price"]) == ("199.99", "169.99", "400")
    assert [one["name"] for one in bundle["itemOffered"]] == ["Weld drawings", "Project"]
    assert discount["validThrough"] == "2026-08-31"
    assert "itemOffered" not in discount


def test_tables_say_special_prices_in_columns_of_their_own_and_open_badges_none() -> None:
    (row,) = csv.DictReader(io.StringIO(FORMATS["csv"].one(SPECIAL).decode()))
    assert row["discounts"] == (
        "For those who began here: EUR 169.99, for those who hold “Safe work” from 2026-08-01 until 2026-08-31"
    )
    assert row["sold_together"].startswith("Badge and project: EUR 400.00, for all of these together")
    assert row["price_total"] == "199.99"


def test_ctdl_carries_the_languages_of_titles_criteria_and_outcomes() -> None:
    assert read_back(ctdl, "ctdl", entry()).texts == RECORD.texts


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
    "AggregateDataProfile",
    "ConditionProfile",
    "CostProfile",
    "CredentialAlignmentObject",
    "CredentialOrganization",
    "DigitalBadge",
    "DurationProfile",
    "IdentifierValue",
    "Place",
    "ValueProfile",
    "address",
    "addressCountry",
    "addressLocality",
    "addressRegion",
    "aggregateData",
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
    "dateEffective",
    "description",
    "directCostType",
    "endDate",
    "estimatedCost",
    "estimatedDuration",
    "exactDuration",
    "expirationDate",
    "framework",
    "frameworkName",
    "highEarnings",
    "identifier",
    "identifierTypeName",
    "identifierValueCode",
    "inLanguage",
    "instructionalProgramType",
    "isPreparationFor",
    "jobsObtained",
    "keyword",
    "learningDeliveryType",
    "lowEarnings",
    "medianEarnings",
    "name",
    "numberAwarded",
    "offeredBy",
    "ownedBy",
    "postReceiptMonths",
    "price",
    "renewalFrequency",
    "requires",
    "source",
    "startDate",
    "streetAddress",
    "subjectWebpage",
    "targetCompetency",
    "targetNode",
    "targetNodeDescription",
    "targetNodeName",
    "timeRequired",
    "versionIdentifier",
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
    "DefinedTermSet",
    "EducationalOccupationalCredential",
    "Offer",
    "Organization",
    "Place",
    "PostalAddress",
    "PropertyValue",
    "QuantitativeValue",
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
    others = {one for one in terms if one.startswith(("schema:", "qdata:"))}
    assert terms - others == {f"ceterms:{one}" for one in CTDL_TERMS}
    classes = {f"ceterms:{name}" if ":" not in name else name: terms.split() for name, terms in CTDL.items()}
    assert others <= {*classes, *(term for terms in classes.values() for term in terms)}
    written = json.dumps(document)
    assert {one for one in CTDL_CONCEPTS if f'"{one}"' in written} == set(CTDL_CONCEPTS)


def test_schema_org_exports_use_no_term_that_is_not_on_the_list() -> None:
    assert said(json.loads(FORMATS["schema-org"].one(entry()))) == set(SCHEMA_TERMS)


def pairs(value: Any) -> set[tuple[str, str]]:
    """Return each class in a document with each term that stands at it."""
    if isinstance(value, list):
        return set().union(*map(pairs, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    below = set().union(*map(pairs, value.values())) if value else set()
    return below | {(str(value["@type"]), term) for term in value if "@type" in value and not term.startswith("@")}


RELATED = tuple(
    RelatedRecord(relation, "Boats", url)
    for relation in DefinitionVersion.Relation.values
    for url in ("", f"{SITE}/catalogue/boats/")
)
FULL = [
    replace(SPECIAL, record=replace(RECORD, type=kind, related=RELATED, credit_scheme=scheme, **level), before=(*GROUPS, ALTERNATIVES))
    for kind in (*Definition.Type.values, "")
    for scheme in ("ects", "us-semester")
    for level in ({}, {"level": None, "level_framework": "", "level_text": "Advanced"})
]  # fmt: skip
"""Entries of every type, with everything that can be said of one."""


def test_every_term_of_ctdl_stands_at_a_class_that_has_it() -> None:
    written = set().union(*(pairs(json.loads(b"".join(FORMATS["ctdl"].write([one])))) for one in FULL))
    known = {
        (name if ":" in name else f"ceterms:{name}", term if ":" in term else f"ceterms:{term}")
        for name, terms in CTDL.items()
        for term in terms.split()
    }
    assert len(written) > 100
    assert written - known == set()


def test_every_term_of_schema_org_stands_at_a_class_that_has_it() -> None:
    written = set().union(*(pairs(json.loads(FORMATS["schema-org"].one(one))) for one in FULL))
    assert len(written) > 60
    assert written - {(name, term) for name, terms in SCHEMA_ORG.items() for term in terms.split()} == set()


@pytest.mark.parametrize("kind", ["badge", "certificate", "programme", "industry"])
def test_ctdl_brings_back_the_type_and_every_identifier_of_a_credential_and_its_provider(kind: str) -> None:
    assert RECORD.provider is not None
    provider = replace(RECORD.provider, identifiers=(Identifier("ROR", "02mhbdp94"),))
    back = back_from("ctdl", entry(replace(RECORD, type=kind, provider=provider)))
    assert back.type == kind
    assert set(RECORD.identifiers) <= set(back.identifiers)
    assert back.provider is not None
    assert set(provider.identifiers) <= set(back.provider.identifiers)


def test_a_programme_says_its_validity_and_delivery_as_ctdl_lets_a_programme_say_them() -> None:
    programme = entry(replace(RECORD, type="programme"))
    back = read_back(ctdl, "ctdl", programme)
    assert (back.valid_months, back.participation) == (24, "onsite")
    written = pairs(json.loads(FORMATS["ctdl"].one(programme)))
    assert ("ceterms:LearningProgram", "ceterms:deliveryType") in written
    assert ("ceterms:LearningProgram", "ceterms:renewalFrequency") not in written


def test_european_exports_keep_to_the_shapes_class_by_class() -> None:
    """The application profile's shapes: only terms that a class has, as often and of the kinds that they ask for."""
    strange: set[tuple[str, str]] = set()
    for one in FULL:
        document = json.loads(FORMATS["elm"].one(one))
        del document["@context"]
        for node in objects(document):
            kind = node.get("type", "")
            strange.update((kind, term) for term in node if kind and term not in {"type", "id", *PROFILE.get(kind, {})})
        assert list(gaps(document)) == []
    assert strange <= {
        ("Concept", "inScheme"),
        ("ConceptScheme", "prefLabel"),
    }  # of concepts the shapes leave it to SKOS


def test_european_opportunities_have_what_the_profile_of_opportunities_asks_for_beyond_that() -> None:
    """What LOQ-constraints 1.1.0, the shapes of learning opportunities and qualifications, requires and credentials may leave out."""
    document = json.loads(FORMATS["elm"].one(SPECIAL))
    known = [term for one in document["@context"] if isinstance(one, dict) for term in one]
    assert {"id", "type", "defaultLanguage"} <= set(known), "the profile's own context has none of the three"
    required = {
        "LearningOpportunity": {
            "title",
            "homepage",
            "providedBy",
            "defaultLanguage",
            "learningAchievementSpecification",
        },
        "AwardingOpportunity": {"awardingBody", "learningAchievementSpecification"},
        "Qualification": {"title", "learningOutcome"},
    }
    kinds = {node["type"]: set(node) for node in objects(document) if node.get("type") in required}
    assert {name for name, terms in required.items() if terms - kinds[name]} == set()


def test_without_a_provider_nobody_is_said_to_award() -> None:
    nobody = json.loads(FORMATS["elm"].one(entry(replace(RECORD, provider=None, offers=()))))
    assert "awardingOpportunity" not in nobody


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a document."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one
            yield from objects(list(one.values()))
