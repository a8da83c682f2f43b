"""What each format's words become in the catalogue; the real files where they are at hand."""

from __future__ import annotations

import base64
import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.catalog.importing.catalogues import MAKERS, ctdl, elm, open_badges, run, schema_org, write

from cairn.catalog.importing.ctdl_envelopes import CHECKED, UNSIGNED
from cairn.catalog.models import Definition, DefinitionVersion, Offer, Provider, SkillTaught
from cairn.skills.models import Framework, Skill

pytestmark = pytest.mark.django_db
REAL = Path(os.environ.get("CAIRN_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
real = pytest.mark.skipif(not (REAL / "ctdl").is_dir(), reason="The shared real files are not beside the project.")


SEMESTER = {"ceterms:targetNode": "creditUnit:SemesterHours"}
TUITION = {"ceterms:targetNode": "costType:Tuition"}
BOOKS = {"ceterms:targetNode": "costType:Books"}


def version() -> DefinitionVersion:
    return DefinitionVersion.objects.get(state="published")


@pytest.mark.parametrize("name", list(MAKERS))
def test_importing_again_changes_nothing(name: str, tmp_path: Path) -> None:
    write(tmp_path, "a.json", [MAKERS[name](1), MAKERS[name](2)])
    run(name, tmp_path)
    again = run(name, tmp_path)
    assert (again.total().created, again.total().updated) == (0, 0)
    assert Definition.objects.count() == 2


def test_texts_in_other_languages_are_kept(tmp_path: Path) -> None:
    run("ctdl", write(tmp_path, "a.json", ctdl()))
    run("elm", write(tmp_path, "b.json", elm()))
    by_source = {one.definition.source: one for one in DefinitionVersion.objects.select_related("definition")}
    assert (by_source["ctdl"].title, by_source["ctdl"].texts) == ("Welding 1", {"es": {"title": "Soldadura 1"}})
    assert (by_source["elm"].title, by_source["elm"].texts) == ("Welding 1", {"de": {"title": "Schweißen 1"}})


def test_ctdl_conditions_costs_and_relations_are_read(tmp_path: Path) -> None:
    graph = {
        "@context": "https://credreg.net/ctdl/schema/context/json",
        "@graph": [
            ctdl(
                1,
                **{
                    "ceterms:ownedBy": ["https://x.example/org"],
                    "ceterms:requires": ["_:c1"],
                    "ceterms:estimatedDuration": [{"@type": "ceterms:DurationProfile", "ceterms:exactDuration": "PT40H"}],
                    "ceterms:deliveryType": [{"ceterms:targetNode": "deliveryType:OnlineOnly"}],
                    "ceterms:isPartOf": ["https://x.example/degree"],
                    "ceterms:creditValue": [{"schema:value": "3", "ceterms:creditUnitType": [SEMESTER]}],
                    "ceterms:renewalFrequency": "P3Y",
                    "ceterms:estimatedCost": [
                        {"ceterms:price": "1,200.50", "ceterms:currency": "Euro", "ceterms:directCostType": [TUITION]},
                        {"ceterms:price": 99, "ceterms:currency": "EUR", "ceterms:directCostType": [BOOKS]},
                    ],
                },
            ),
            {"@id": "_:c1", "@type": "ceterms:ConditionProfile", "ceterms:description": {"en": "A school leaving certificate"}},
            {"@id": "https://x.example/org", "@type": "ceterms:CredentialOrganization", "ceterms:name": "River College",
             "ceterms:address": [{"ceterms:addressLocality": "Trenton", "ceterms:addressCountry": "United States"}]},
            ctdl(2, **{"@id": "https://x.example/degree", "ceterms:name": "Degree"}),
        ],
    }  # fmt: skip
    report = run("ctdl", write(tmp_path, "a.json", graph))
    assert report.remarks == []
    found = DefinitionVersion.objects.get(title="Welding 1")
    assert found.prerequisites == "A school leaving certificate"
    assert (found.participation, found.credits, found.credit_scheme, found.valid_months) == (
        "online",
        3,
        "us-semester",
        36,
    )
    assert found.related == [{"relation": "stacks_into", "name": "Degree", "url": "https://x.example/degree"}]
    offer = found.offers.get()
    assert (offer.currency, offer.price_total, offer.price_tuition, offer.price_materials) == (
        "EUR",
        129950,
        120050,
        9900,
    )
    assert offer.hours == 40
    provider = found.definition.provider
    assert (provider.name, provider.city, provider.country) == ("River College", "Trenton", "US")


def test_what_ctdl_calls_deprecated_is_left_out(tmp_path: Path) -> None:
    ended = ctdl(2, **{"ceterms:credentialStatusType": [{"ceterms:targetNode": "credentialStat:Deprecated"}]})
    report = run("ctdl", write(tmp_path, "a.json", [ctdl(1), ended]))
    assert report.skipped == {"credentials that their source calls deprecated": 1}


def to_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def envelope(content: dict[str, Any], **changes: Any) -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    head = to_base64url(json.dumps({"alg": "RS256"}).encode())
    signed = f"{head}.{to_base64url(json.dumps(content).encode())}"
    seal = to_base64url(key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))
    return {
        "envelope_type": "resource_data",
        "envelope_community": "ce_registry",
        "resource": f"{signed}.{seal}",
        "resource_format": "json",
        "resource_encoding": "jwt",
        "resource_public_key": key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        "decoded_resource": content,
        **changes,
    }


def test_envelopes_are_checked_and_the_report_says_what_was_not(tmp_path: Path) -> None:
    good = envelope(ctdl(1))
    forged = {**envelope(ctdl(2)), "resource_public_key": good["resource_public_key"]}
    edited = {**envelope(ctdl(3)), "decoded_resource": ctdl(3, **{"ceterms:name": "Edited"})}
    bare = {"envelope_type": "resource_data", "decoded_resource": ctdl(4)}
    deleted = envelope(ctdl(5), node_headers={"deleted_at": "2026-01-01"})
    broken = envelope(ctdl(6), resource="abc")
    weird = envelope(ctdl(7), resource_public_key="no key")
    report = run("ctdl", write(tmp_path, "a.json", [good, forged, edited, bare, deleted, broken, weird]))
    assert [remark.code for remark in report.remarks] == ["bad_signature", "copy_differs", "broken_envelope", "no_key"]
    assert report.notes == [f"2 {CHECKED}.", f"1 {UNSIGNED}."]
    assert set(DefinitionVersion.objects.values_list("title", flat=True)) == {"Welding 1", "Welding 3", "Welding 4"}


def test_of_an_award_only_the_definition_is_taken(tmp_path: Path) -> None:
    award = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "id": "urn:uuid:1",
        "issuer": {"id": "did:web:college.example", "type": ["Profile"], "name": "Harbour College"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "id": "did:key:z6MkSecretLearner",
            "achievement": {
                "id": "https://college.example/a/1", "type": ["Achievement"], "achievementType": "Certificate", "name": "Weld",
                "description": "D", "criteria": {"narrative": "Weld it"}, "creditsAvailable": 2.5, "inLanguage": "en",
                "alignment": [
                    {"type": ["Alignment"], "targetName": "welding", "targetUrl": "https://skills.example/1"},
                    {"type": ["Alignment"], "targetName": "EQF 4", "targetUrl": "https://eqf.example/4", "targetType": "ext:EQFLevel",
                     "targetCode": "4"},
                ],
            },
        },
    }  # fmt: skip
    skill = Skill.objects.create(
        framework=Framework.objects.create(slug="f", name="F", version="1", publisher="P", licence="L"),
        uri="https://skills.example/1", name="Welding", kind=Skill.Kind.SKILL,
    )  # fmt: skip
    report = run("open-badges", write(tmp_path, "a.json", [award, {**award, "id": "urn:uuid:2"}]))
    assert [remark.code for remark in report.remarks] == ["same_definition"]
    assert report.notes[0].startswith("2 awards were read for their definitions only")
    found = version()
    assert (found.title, found.definition.type, found.credits, found.level) == (
        "Weld",
        "certificate",
        Decimal("2.5"),
        4,
    )
    assert SkillTaught.objects.get().skill == skill
    assert Provider.objects.get().identifiers == [{"scheme": "did", "value": "did:web:college.example"}]
    kept = json.dumps(
        [list(model.objects.values()) for model in (Provider, Definition, DefinitionVersion)], default=str
    )
    assert "SecretLearner" not in kept


def test_a_badge_class_finds_its_issuer_in_another_file(tmp_path: Path) -> None:
    write(tmp_path, "badge.json", open_badges(1, issuer="https://badges.example/issuer"))
    write(tmp_path, "issuer.json", {"@context": "https://w3id.org/openbadges/v2", "type": "Issuer", "id": "https://badges.example/issuer",
                                    "name": "River College", "url": "https://river.example"})  # fmt: skip
    run("open-badges", tmp_path)
    assert (Provider.objects.get().name, Provider.objects.get().website) == ("River College", "https://river.example")


def test_months_of_workload_are_no_hours(tmp_path: Path) -> None:
    specification = {
        "type": "Qualification",
        "id": "https://x.example/q",
        "title": {"en": "Q"},
        "volumeOfLearning": "P60M",
    }
    report = run("elm", write(tmp_path, "a.json", specification))
    assert "workload_not_in_hours" in [remark.code for remark in report.remarks]
    assert version().workload_hours is None


@pytest.mark.parametrize(
    ("location", "address"),
    [
        ("CDMX", "CDMX"), ({"@type": "Place", "name": "Linz campus"}, "Linz campus"), ("https://meet.example/1", ""), ("online", ""),
        ({"@type": "VirtualLocation", "name": "Video room"}, ""), ({"@type": "Place", "name": "X", "address": "Quay 1"}, "Quay 1"),
    ],
)  # fmt: skip
def test_a_place_that_is_only_named_is_kept_as_it_is_named(tmp_path: Path, location: object, address: str) -> None:
    run(
        "schema-org",
        write(tmp_path, "a.json", schema_org(1, hasCourseInstance={"@type": "CourseInstance", "location": location})),
    )
    assert Offer.objects.get().address == address


def test_what_is_wrong_is_told_once(tmp_path: Path) -> None:
    programme = schema_org(1, timeToComplete="P3Y-P4Y") | {"@type": "EducationalOccupationalProgram"}
    assert len(run("schema-org", write(tmp_path, "a.json", programme)).remarks) == 1


def test_a_course_in_a_hostile_page_is_read_and_nothing_else(tmp_path: Path) -> None:
    course = schema_org(
        1,
        description="<script>alert(1)</script> weld",
        timeRequired="PT30H",
        url="javascript:alert(1)",
        offers={"@type": "Offer", "price": "free"},
        hasCourseInstance=[
            {"@type": "CourseInstance", "@id": "#a", "courseMode": "online", "startDate": "2026-09-01",
             "offers": {"price": "1,250.00", "priceCurrency": "EUR"}},
            {"@type": "CourseInstance", "@id": "#b", "courseMode": "onsite", "startDate": "soon",
             "location": {"address": {"addressLocality": "Cork", "addressCountry": "Ireland"}}},
        ],
    )  # fmt: skip
    markup = json.dumps({"@graph": [{"@type": "WebSite"}, course]}).replace("</", "<" + chr(92) + "/")
    page = (
        "<!doctype html><html><head><script>document.write('x')</script><base href='file:///etc/'>"
        "<script type='application/ld+json'>{broken</script>"
        f'<SCRIPT TYPE="application/ld+json; charset=utf-8"><!--{markup}--></SCRIPT>'
        "<script type='application/ld+json'>{\"@type\": \"Recipe\", \"name\": \"Soup\"}</script><svg/onload=1><p>" + "<div>" * 5000
    )  # fmt: skip
    report = run("schema-org", write(tmp_path, "a.html", page))
    assert [(remark.row, remark.code) for remark in report.remarks] == [(1, "not_json"), (2, "unreadable")]
    assert report.skipped == {"JSON-LD of other things than courses, programmes and credentials": 1}
    found = version()
    assert (found.title, found.homepage, found.participation, found.workload_hours) == (
        "Welding 1",
        "https://college.example/courses/1",
        "blended",
        30,
    )
    offers = {offer.source_key: offer for offer in Offer.objects.all()}
    first, second = offers["#a"], offers["#b"]
    assert (first.price_total, first.currency, first.mode, first.starts_on) == (
        125000,
        "EUR",
        "online",
        date(2026, 9, 1),
    )
    assert (second.price_total, second.city, second.country, second.starts_on) == (
        0,
        "Cork",
        "IE",
        None,
    )


def test_a_page_without_markup_says_so(tmp_path: Path) -> None:
    write(tmp_path, "a.json", schema_org(1))
    write(tmp_path, "b.html", "<html><body>Not found</body></html>")
    (remark,) = run("schema-org", tmp_path).remarks
    assert (remark.file, remark.code) == ("b.html", "no_markup")


def test_markup_nested_without_end_is_told(tmp_path: Path) -> None:
    deep = '{"a":' * 500 + "1" + "}" * 500
    write(tmp_path, "a.json", schema_org(1))
    write(tmp_path, "b.html", f"<script type='application/ld+json'>{deep}</script>")
    (remark,) = run("schema-org", tmp_path).remarks
    assert (remark.file, remark.code) == ("b.html", "too_deep")


@real
def test_the_registry_fixtures_give_their_four_credentials_and_two_opportunities(tmp_path: Path) -> None:
    report = run("ctdl", REAL / "ctdl" / "registry_fixtures")
    assert report.counts("definitions").created == 6
    assert report.counts("records").refused == 0
    seminar = DefinitionVersion.objects.get(title__startswith="Certified Radiographic")
    offer = seminar.offers.get()
    assert (offer.price_total, offer.duration_text, offer.weeks) == (164000, "5 days", 1)
    assert offer.price_text == "Member: USD 1,407.00; Non-Member: USD 1,640.00"
    assert seminar.quality_assurance == "Accredited by Indiana Commission for Higher Education."


@real
def test_the_official_sample_of_annex_one_has_its_elements(tmp_path: Path) -> None:
    report = run("elm", REAL / "badges" / "eu_elm" / "Credentials")
    assert report.counts("definitions").created == 1
    assert report.counts("records").merged == 2
    found = version()
    assert found.title == "Digital micro-credential creation"
    assert [one["text"] for one in found.outcomes] == [
        "Communication, collaboration and creativity",
        "Developing digital content",
    ]
    assert (found.workload_hours, found.credits, found.credit_scheme, found.level_framework, found.level) == (
        60,
        2,
        "ects",
        "eqf",
        6,
    )
    assert (found.participation, found.assessment_type, found.supervision) == (
        "blended",
        "artefact assessment",
        "Unsupervised without ID Verification",
    )
    assert found.prerequisites.startswith("The learner needs to have an EDC")
    assert found.stackability == "stand-alone"
    assert len(found.skills_named) == 6
    provider = found.definition.provider
    assert (provider.name, provider.country, provider.city) == ("University of Zed", "IE", "Dublin city")
    assert {"scheme": "vat", "value": "IE654321"} in provider.identifiers


@real
def test_the_signed_fixtures_give_their_four_definitions(tmp_path: Path) -> None:
    report = run("open-badges", REAL / "badges" / "dcc_vc_fixtures" / "v2")
    assert report.counts("definitions").created == 4
    assert report.counts("records").merged == 34


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (True, "stackable"),
        (False, "stand-alone"),
        ([True], "stackable"),
        ([], ""),
        ([[]], ""),
        ({}, ""),
        ({"@value": True}, ""),
        ("true", ""),
        (None, ""),
    ],
)
def test_whether_a_qualification_is_part_of_another_is_read_from_truth_values_alone(
    tmp_path: Path, written: Any, read: str
) -> None:
    specification = {
        "@context": "http://data.europa.eu/snb/model/context/edc-ap", "id": "https://example.org/q/1", "type": "Qualification",
        "title": {"en": "Welding"}, "isPartialQualification": written,
    }  # fmt: skip
    run("elm", write(tmp_path, "a.json", specification))
    assert DefinitionVersion.objects.get().stackability == read
