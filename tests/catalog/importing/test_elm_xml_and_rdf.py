"""ELM in Turtle, RDF/XML, LOQ, QMS and EDCI XML: the same records as from JSON-LD, and nothing hostile is followed."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.importing.catalogues import run

from cairn.catalog.models import Definition, DefinitionVersion, Provider
from cairn.errors import Invalid

pytestmark = pytest.mark.django_db

TURTLE = """@prefix dc: <http://purl.org/dc/terms/> .
@prefix elm: <http://data.europa.eu/snb/model/elm/> .
@prefix rov: <http://www.w3.org/ns/regorg#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://college.example/> .

ex:opportunity a elm:LearningOpportunity ;
    dc:title "Welding, autumn"@en ;
    elm:providedBy ex:college ;
    elm:learningAchievementSpecification ex:welding ;
    dc:temporal [ elm:startDate "2026-09-01"^^xsd:date ] ;
    elm:priceDetail [ elm:amount [ elm:value "120.50" ; elm:unit <http://publications.europa.eu/resource/authority/currency/EUR> ] ] .
ex:spring a elm:LearningOpportunity ;
    dc:title "Welding, spring"@en ;
    elm:providedBy ex:college ;
    elm:learningAchievementSpecification ex:welding .
ex:welding a elm:Qualification ;
    dc:title "Welding"@en, "Schweißen"@de ;
    dc:type ex:course ;
    elm:EQFLevel <http://data.europa.eu/snb/eqf/4> ;
    elm:isPartialQualification true ;
    elm:volumeOfLearning "PT60H"^^xsd:duration ;
    elm:learningOutcome [ dc:title "Welds a seam"@en ;
        elm:relatedESCOSkill <http://data.europa.eu/esco/skill/1> ] .
<http://data.europa.eu/esco/skill/1> skos:prefLabel "welding"@en .
ex:college a elm:Organisation ; rov:legalName "Harbour College"@en .
"""
RDF_XML = """<?xml version="1.0" encoding="{letters}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/terms/"
         xmlns:elm="http://data.europa.eu/snb/model/elm/" xmlns:rov="http://www.w3.org/ns/regorg#">
  <elm:LearningAchievementSpecification rdf:about="https://college.example/welding">
    <dc:title xml:lang="de">Schweißen</dc:title><dc:title xml:lang="en">Welding</dc:title>
    <elm:volumeOfLearning>PT60H</elm:volumeOfLearning>
    <elm:awardingOpportunity><rdf:Description><elm:awardingBody>
      <elm:Organisation rdf:about="https://college.example/"><rov:legalName xml:lang="en">Harbour College</rov:legalName></elm:Organisation>
    </elm:awardingBody></rdf:Description></elm:awardingOpportunity>
  </elm:LearningAchievementSpecification>
</rdf:RDF>
"""
LOQ = """<?xml version="1.0" encoding="{letters}"?>
<loq:Courses xmlns:loq="http://data.europa.eu/snb/model/ap/loq-constraints/" xmlns:skos="http://www.w3.org/2004/02/skos/core#"
             xsdVersion="3.1.0">
  <loq:learningOpportunityReferences>
    <loq:learningOpportunity id="https://college.example/opportunity/1">
      <loq:title language="en">Welding, autumn</loq:title>
      <loq:homepage><loq:contentUrl>https://college.example/autumn</loq:contentUrl></loq:homepage>
      <loq:temporal><loq:startDate>2026-09-01T00:00:00Z</loq:startDate></loq:temporal>
      <loq:providedBy idref="https://college.example/"/>
      <loq:learningAchievementSpecification idref="https://college.example/welding"/>
      <loq:defaultLanguage uri="http://publications.europa.eu/resource/authority/language/ENG"/>
    </loq:learningOpportunity>
    <loq:learningOpportunity id="https://college.example/opportunity/2">
      <loq:title language="en">Welding, spring</loq:title>
      <loq:temporal><loq:startDate>2027-03-01T00:00:00Z</loq:startDate></loq:temporal>
      <loq:providedBy idref="https://college.example/"/>
      <loq:learningAchievementSpecification idref="https://college.example/welding"/>
    </loq:learningOpportunity>
  </loq:learningOpportunityReferences>
  <loq:learningAchievementSpecificationReferences>
    <loq:qualification id="https://college.example/welding">
      <loq:identifier><skos:notation>W-1</skos:notation><loq:schemeName>course code</loq:schemeName></loq:identifier>
      <loq:title language="en">Welding</loq:title><loq:title language="de">Schweißen</loq:title>
      <loq:type uri="http://data.europa.eu/snb/learning-opportunity/05053c1cbe"/>
      <loq:volumeOfLearning>PT60H</loq:volumeOfLearning>
      <loq:mode uri="http://data.europa.eu/snb/learning-assessment/920fbb3cbe"/>
      <loq:learningOutcome idref="https://college.example/outcome"/>
      <loq:entryRequirement><loq:noteLiteral language="en">Sixteen years old.</loq:noteLiteral></loq:entryRequirement>
      <loq:isPartialQualification>false</loq:isPartialQualification>
      <loq:eqfLevel uri="http://data.europa.eu/snb/eqf/4"/>
    </loq:qualification>
  </loq:learningAchievementSpecificationReferences>
  <loq:learningOutcomeReferences>
    <loq:learningOutcome id="https://college.example/outcome">
      <loq:title language="en">Welds a seam</loq:title>
      <loq:relatedESCOSkill uri="http://data.europa.eu/esco/skill/1">
        <skos:prefLabel language="en">welding</skos:prefLabel></loq:relatedESCOSkill>
    </loq:learningOutcome>
  </loq:learningOutcomeReferences>
  <loq:agentReferences>
    <loq:organisation id="https://college.example/"><loq:legalName language="en">Harbour College</loq:legalName></loq:organisation>
  </loq:agentReferences>
</loq:Courses>
"""
QMS = """<qmsLearningOpportunities xmlns="http://data.europa.eu/europass/qms-xml/schema/learning-opportunities" xsdVersion="1.1.0">
  <learningOpportunities><learningOpportunity id="https://college.example/opportunity/1">
    <title><text content-type="text/plain" lang="en">Welding, autumn</text></title>
    <homepage uri="https://college.example/autumn"/>
    <startedAtDate>2026-09-01Z</startedAtDate>
    <priceDetails><amount unit="http://publications.europa.eu/resource/authority/currency/EUR">120.50</amount></priceDetails>
    <providedBy idref="https://college.example/"/><specifiedBy idref="https://college.example/welding"/>
  </learningOpportunity></learningOpportunities>
  <learningSpecificationReferences><learningSpecification id="https://college.example/welding">
    <title><text lang="en">Welding</text></title><title><text lang="de">Schweißen</text></title>
    <description><text lang="en" content-type="text/html"><![CDATA[<b>Seams</b> of steel]]></text></description>
    <volumeOfLearning>PT60H</volumeOfLearning>
    <hasECTSCreditPoints schemeID="http://data.europa.eu/europass/educationalCreditPointSystem/ects">3</hasECTSCreditPoints>
    <entryRequirementsNote><text lang="en">Sixteen years old.</text></entryRequirementsNote>
    <learningOutcomes><learningOutcome idref="https://college.example/outcome"/></learningOutcomes>
  </learningSpecification></learningSpecificationReferences>
  <learningOutcomeReferences><learningOutcome id="https://college.example/outcome">
    <title><text lang="en">Welds a seam</text></title></learningOutcome></learningOutcomeReferences>
  <agentReferences><organization id="https://college.example/">
    <prefLabel><text lang="en">Harbour College</text></prefLabel></organization></agentReferences>
</qmsLearningOpportunities>
"""
EDCI = """<europassCredential xmlns="http://data.europa.eu/snb" xmlns:cred="http://data.europa.eu/europass/model/credentials/w3c#"
    xsdVersion="0.10.0" cred:id="urn:credential:1">
  <cred:issuer idref="urn:epass:org:1"/>
  <title><text lang="en">Certificate</text></title>
  <credentialSubject id="urn:epass:person:1">
    <identifier schemeID="Student Card">SECRET-1</identifier>
    <fullName><text lang="en">Wanda Secret</text></fullName>
    <achievements><learningAchievement id="urn:epass:learningAchievement:1">
      <title><text lang="en">Welding</text></title>
      <wasDerivedFrom id="urn:epass:assessment:1"><title><text lang="en">Practical test</text></title><grade>SECRET-2</grade>
        <idVerificationMethod uri="http://data.europa.eu/snb/supervision-verification/70be69aaf9">
          <targetName><text lang="en">Supervised with ID Verification</text></targetName></idVerificationMethod></wasDerivedFrom>
      <wasAwardedBy idref="urn:epass:awardingProcess:1"/>
      <specifiedBy idref="urn:epass:qualification:1"/>
    </learningAchievement></achievements>
  </credentialSubject>
  <learningSpecificationReferences><qualification id="urn:epass:qualification:1">
    <identifier schemeID="course code">W-1</identifier>
    <title><text lang="en">Welding</text></title>
    <homepage uri="https://college.example/welding"/>
    <volumeOfLearning>PT60H</volumeOfLearning><hasECTSCreditPoints>3</hasECTSCreditPoints>
    <mode uri="http://data.europa.eu/snb/learning-assessment/920fbb3cbe"><targetName><text lang="en">Online</text></targetName></mode>
    <learningOutcomes><learningOutcome idref="urn:epass:learningOutcome:1"/></learningOutcomes>
    <isPartialQualification>true</isPartialQualification>
    <eqfLevel uri="http://data.europa.eu/snb/eqf/4"/>
  </qualification></learningSpecificationReferences>
  <learningOutcomeReferences><learningOutcome id="urn:epass:learningOutcome:1">
    <title><text lang="en">Welds a seam</text></title></learningOutcome></learningOutcomeReferences>
  <awardingProcessReferences><awardingProcess id="urn:epass:awardingProcess:1">
    <awardingBody idref="urn:epass:org:1"/></awardingProcess></awardingProcessReferences>
  <agentReferences><organization id="urn:epass:org:1"><registration>WB-1</registration>
    <prefLabel><text lang="en">Harbour College</text></prefLabel><altLabel><text lang="en">HC</text></altLabel>
  </organization></agentReferences>
</europassCredential>
"""


def given(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def only() -> DefinitionVersion:
    return DefinitionVersion.objects.get()


def test_turtle_gives_one_specification_with_both_its_opportunities(tmp_path: Path) -> None:
    report = run("elm", given(tmp_path, "register.ttl", TURTLE))
    assert report.remarks == []
    found = only()
    assert (found.title, found.texts["de"]["title"]) == ("Welding", "Schweißen")
    assert (found.level, found.workload_hours, found.stackability) == (4, 60, "stackable")
    assert [one["text"] for one in found.outcomes] == ["Welds a seam"]
    assert sorted((one.price_total or 0, str(one.starts_on)) for one in found.offers.all()) == [
        (0, "None"),
        (12050, "2026-09-01"),
    ]
    assert Provider.objects.get().name == "Harbour College"
    again = run("elm", given(tmp_path, "register.ttl", TURTLE))
    assert (again.counts("definitions").created, DefinitionVersion.objects.count()) == (0, 1)


@pytest.mark.parametrize("letters", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
@pytest.mark.parametrize("form", ["rdf", "loq"])
def test_xml_is_read_in_the_letters_that_it_declares(tmp_path: Path, form: str, letters: str) -> None:
    source = {"rdf": RDF_XML, "loq": LOQ}[form].format(letters=letters)
    report = run("elm", given(tmp_path, "a.xml", source.encode(letters)))
    assert report.remarks == []
    found = only()
    assert (found.title, found.texts["de"]["title"], found.workload_hours) == ("Welding", "Schweißen", 60)
    assert Provider.objects.get().name == "Harbour College"


def test_loq_xml_keeps_what_the_schema_has(tmp_path: Path) -> None:
    run("elm", given(tmp_path, "courses.xml", LOQ.format(letters="UTF-8")))
    found = only()
    assert (found.level, found.participation, found.stackability) == (4, "online", "stand-alone")
    assert found.prerequisites == "Sixteen years old."
    assert {"scheme": "course code", "value": "W-1"} in found.identifiers
    assert sorted(str(one.starts_on) for one in found.offers.all()) == ["2026-09-01", "2027-03-01"]


def test_qms_xml_of_the_registers_before_elm_3_is_read(tmp_path: Path) -> None:
    report = run("elm", given(tmp_path, "qms.xml", QMS))
    assert report.remarks == []
    found = only()
    assert (found.title, found.description, found.credits, found.credit_scheme) == (
        "Welding",
        "Seams  of steel",
        3,
        "ects",
    )
    assert (found.prerequisites, [one["text"] for one in found.outcomes]) == ("Sixteen years old.", ["Welds a seam"])
    offer = found.offers.get()
    assert (offer.price_total, offer.currency, str(offer.starts_on), offer.url) == (
        12050,
        "EUR",
        "2026-09-01",
        "https://college.example/autumn",
    )


def test_of_an_edci_credential_only_what_it_specifies_is_taken(tmp_path: Path) -> None:
    report = run("elm", given(tmp_path, "credential.xml", EDCI))
    assert report.remarks == []
    found = only()
    assert (found.title, found.level, found.credits, found.participation) == ("Welding", 4, 3, "online")
    assert (found.assessment_type, found.supervision) == ("Practical test", "Supervised with ID Verification")
    assert Provider.objects.get().name == "Harbour College"
    kept = str([list(model.objects.values()) for model in (Provider, Definition, DefinitionVersion)])
    assert "SECRET" not in kept
    assert "Secret" not in kept


@pytest.mark.parametrize("name", ["register.ttl", "register.trig", "register", "register.ttl.zip"])
def test_turtle_is_known_by_its_name_or_by_how_it_begins(tmp_path: Path, name: str) -> None:
    path = given(tmp_path, name, TURTLE)
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inside.ttl", TURTLE)
    run("elm", path)
    assert only().title == "Welding"


def test_n_triples_are_read_line_by_line(tmp_path: Path) -> None:
    lines = (
        "<https://c.example/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://data.europa.eu/snb/model/elm/Qualification> .\n"
        '<https://c.example/1> <http://purl.org/dc/terms/title> "Welding"@en .\n'
    )
    run("elm", given(tmp_path, "a.txt", lines))
    assert only().title == "Welding"


@pytest.mark.parametrize("name", ["loq.xml", "loq_withLearningAchievementSpecification.xml"])
def test_the_samples_of_the_commission_give_their_specifications_with_their_opportunities(
    shared_data: Path, name: str
) -> None:
    report = run("elm", shared_data / "badges/eu_elm/xsd/loq" / name)
    assert report.counts("definitions").created == 2
    found = DefinitionVersion.objects.get(title="r6Z7KzQdvNjTBUzF1z")
    assert (found.offers.count(), [one["text"] for one in found.outcomes]) == (2, ["xDJUMG", "LBU7"])


def laughing(document: str, root: str) -> str:
    """Return a document whose title is an entity that multiplies ten times over, eleven times."""
    entities = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 12))
    declared = f'<!DOCTYPE a [<!ENTITY l0 "ha">{entities}]>{root}'
    return document.format(letters="UTF-8").replace(root, declared, 1).replace("Welding", "&l11;")


HOSTILE: dict[str, tuple[str, Any, str]] = {
    "entities that multiply": ("a.xml", laughing(LOQ, "<loq:Courses"), "document_type"),
    "entities that multiply in RDF": ("a.rdf", laughing(RDF_XML, "<rdf:RDF"), "document_type"),
    "a file of this machine": ("a.xml", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><Courses>&x;</Courses>', "document_type"),
    "a document type elsewhere": ("a.xml", '<!DOCTYPE Courses SYSTEM "http://127.0.0.1:1/x.dtd"><Courses/>', "document_type"),
    "a document type in UTF-16": (
        "a.xml",
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><Courses/>'.encode("utf-16"),
        "document_type",
    ),
    "nested a hundred thousand times": ("a.xml", f"<Courses>{'<a>' * 100_000}{'</a>' * 100_000}</Courses>", "too_deep"),
    "broken off": ("a.xml", LOQ.format(letters="UTF-8")[:1500], "broken_xml"),
    "an entity that nobody declared": ("a.xml", "<Courses>&nothing;</Courses>", "broken_xml"),
    "letters that are none": ("a.xml", b'<?xml version="1.0" encoding="rot13"?><Courses>\xff\x00</Courses>', "not_text"),
    "a transcript": ("a.xml", "<elmo xmlns='https://github.com/emrex-eu/elmo-schemas/tree/v1'/>", "unknown_xml"),
    "a curriculum vitae": ("a.xml", "<SkillsPassport/>", "unknown_xml"),
    "any other XML": ("a.xml", "<invoice/>", "unknown_xml"),
    "a web page": ("a.xml", "<!doctype html><html><title>Sign in</title></html>", "not_json"),
    "nothing in it": ("a.ttl", "", "empty_file"),
    "RDF of something else": ("a.ttl", "<https://a.example> <https://b.example> <https://c.example> .", "no_specification"),
    "LOQ without anything": ("a.xml", "<Courses/>", "no_specification"),
    "Turtle that is none": ("a.ttl", "@prefix dc: <nowhere", "broken_rdf"),
    "RDF/XML broken off": ("a.rdf", RDF_XML.format(letters="UTF-8")[:250], "broken_rdf"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_or_broken_file_is_refused_with_one_sentence_and_the_others_are_read(
    tmp_path: Path, case: str
) -> None:
    name, content, code = HOSTILE[case]
    path = given(tmp_path, name, content)
    with pytest.raises(Invalid) as refusal:
        run("elm", path)
    assert refusal.value.specific_code == code
    assert DefinitionVersion.objects.count() == 0
    report = run("elm", path, given(tmp_path, "good.ttl", TURTLE))
    assert [remark.code for remark in report.remarks] == [code]
    assert len(report.remarks[0].message) < 300
    assert only().title == "Welding"


def test_of_turtle_that_breaks_off_what_stands_before_is_read(tmp_path: Path) -> None:
    lines = "".join(
        f"<https://c.example/{number}> a <http://data.europa.eu/snb/model/elm/Qualification> ; "
        f'<http://purl.org/dc/terms/title> "Course {number}" .\n'
        for number in range(3)
    )
    report = run("elm", given(tmp_path, "a.ttl", f'{lines}<https://c.example/4> "nonsense'))
    assert [remark.code for remark in report.remarks if remark.code != "no_provider"] == ["broken_rdf"]
    assert DefinitionVersion.objects.count() == 3


@pytest.mark.parametrize("form", ["ttl", "xml"])
def test_objects_that_point_in_a_circle_end(tmp_path: Path, form: str) -> None:
    circle = {
        "ttl": TURTLE + "ex:welding dc:hasPart ex:welding ; dc:isPartOf ex:opportunity . "
        "ex:opportunity dc:hasPart ex:spring . ex:spring dc:hasPart ex:opportunity .",
        "xml": LOQ.format(letters="UTF-8").replace(
            "<loq:eqfLevel", '<loq:hasPart idref="https://college.example/welding"/><loq:eqfLevel'
        ),
    }
    run("elm", given(tmp_path, f"a.{form}", circle[form]))
    assert only().title == "Welding"
