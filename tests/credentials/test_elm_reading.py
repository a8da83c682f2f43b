"""European digital credentials: the Commission's own samples (EUPL-1.2, read where they lie), and broken ones."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.world import Issuer, MemoryResolver

from cairn.credentials.elm.export import european_credential
from cairn.credentials.elm.graph import MAX_STEPS
from cairn.credentials.elm.profile import PROFILE
from cairn.credentials.elm.reading import ELM_3
from cairn.credentials.elm.rules import MAX_GAPS, is_duration
from cairn.credentials.elm.seal import is_sealed, read, uploaded
from cairn.credentials.elm.words import MAX_LANGUAGES, country_of, in_order, language_of, spoken


@pytest.fixture(scope="session")
def samples(shared_data: Path) -> dict[str, dict[str, Any]]:
    folder = shared_data / "badges" / "eu_elm"
    if not folder.is_dir():
        pytest.skip("the samples of the European Learning Model are not there")
    files = [*folder.glob("Credentials/*/*json*"), *folder.glob("rdf/samples/*.jsonld")]
    return {file.name: json.loads(file.read_text("utf-8-sig")) for file in files}


@pytest.fixture
def document() -> dict[str, Any]:
    """A conformant European digital credential of our own."""
    return european_credential(Issuer(MemoryResolver()).document(), country="IE", legal_identifier="VATIE-1234567X")


def inner(document: dict[str, Any]) -> Any:
    return read(document)[0] if is_sealed(document) else uploaded(document)


@pytest.mark.parametrize("name", ["Sample-MC-Annex1", "Sample-CertOfPart"])
def test_the_sealed_samples_keep_the_profile_but_for_their_durations(samples: dict[str, Any], name: str) -> None:
    document = inner(samples[f"{name}-signed.jsonld"])
    assert ELM_3.recognises(document)
    assert ELM_3.faults(document) == []
    assert [gap.code for gap in ELM_3.gaps(document)] == ["unlikely_duration"]


@pytest.mark.parametrize("name", ["Sample-MC-Annex1", "Sample-CertOfPart"])
@pytest.mark.parametrize("kind", ["-unsigned.jsonld", "-unsigned-uploadable.json"])
def test_the_unsealed_samples_lack_what_only_sealing_adds(samples: dict[str, Any], name: str, kind: str) -> None:
    document = inner(samples[f"{name}{kind}"])
    assert ELM_3.faults(document) == []
    missing = [gap.where for gap in ELM_3.gaps(document) if gap.code == "missing"]
    assert missing == ["issued", "issuer.eIDASIdentifier"]


def test_sixty_months_of_learning_are_a_remark(samples: dict[str, Any]) -> None:
    gaps = ELM_3.gaps(inner(samples["Sample-MC-Annex1-signed.jsonld"]))
    assert "P60M" in gaps[0].message
    assert gaps[0].where.endswith("influencedBy.specifiedBy.volumeOfLearning")


def test_a_greek_letter_in_a_term_is_noticed_as_the_term_missing(samples: dict[str, Any]) -> None:
    """The repository's own small sample writes the term eIDASIdentifier with a Greek capital iota."""
    gaps = {gap.where: gap.code for gap in ELM_3.gaps(samples["credential-sample.jsonld"])}
    assert gaps["issuer.eIDASIdentifier"] == "missing"
    assert gaps["displayParameter.individualDisplay"] == "missing"
    assert gaps["validUntil"] == "moment_without_zone"


def test_the_annex_1_micro_credential_is_read_in_the_words_of_open_badges(samples: dict[str, Any]) -> None:
    reading = ELM_3.reading(inner(samples["Sample-MC-Annex1-signed.jsonld"]))
    assert reading["name"] == "Micro-Credential"
    assert reading["issuer"]["name"] == "ORGANIZACION TEST"
    assert reading["issuer"]["address"]["addressCountryCode"] == "IE"
    assert {one["identifierType"]: one["identifier"] for one in reading["issuer"]["otherIdentifier"]}[
        "ext:eIDASIdentifier"
    ] == "VATES-A00000000"
    assert reading["validFrom"] == "2022-12-31T23:00:00Z"
    subject, achievement = reading["credentialSubject"], reading["credentialSubject"]["achievement"]
    assert achievement["name"] == "Digital micro-credential creation"
    assert achievement["creditsAvailable"] == 2
    assert achievement["volumeOfLearning"] == "PT60H"
    assert (achievement["mode"], achievement["isPartialQualification"]) == ("Blended", False)
    assert [one["targetName"] for one in achievement["alignment"] if one["targetFramework"] == "ESCO"] == [
        "stimulate creativity in the team",
        "communicate with target community",
        "establish collaborative relations",
        "develop digital content",
    ]
    level = next(one for one in achievement["alignment"] if one["targetType"] == "ext:EQFLevel")
    assert (level["targetName"], level["targetUrl"]) == ("Level 6", "http://data.europa.eu/snb/eqf/6")
    assert subject["result"][0]["value"] == "Pass"
    assert subject["result"][0]["resultDescription"] == achievement["resultDescription"][0]["id"]
    assert achievement["resultDescription"][0]["idVerification"] == "Unsupervised without ID Verification"
    assert subject["activityStartDate"] == "2023-05-05T07:00:00Z"


def test_a_learning_activity_alone_is_read_as_what_was_achieved(samples: dict[str, Any]) -> None:
    reading = ELM_3.reading(inner(samples["Sample-CertOfPart-signed.jsonld"]))
    achievement = reading["credentialSubject"]["achievement"]
    assert (achievement["name"], achievement["claimType"], achievement["mode"]) == (
        "EDC Updates Webinar",
        "LearningActivity",
        "Online",
    )
    assert achievement["creator"]["name"] == "European Digital Credentials for Learning Support Team"


def test_what_is_personal_and_not_needed_stays_in_the_document(samples: dict[str, Any]) -> None:
    told = json.dumps(ELM_3.reading(inner(samples["Sample-CertOfPart-signed.jsonld"])))
    for private in ("Andromeda", "1999-10-01", "LA-234218", "FEMALE"):
        assert private not in told
    assert '"identityType": "emailAddress"' in told


def test_all_languages_are_kept_and_the_best_stands_first() -> None:
    title = {"en": "Welding", "de": "Schweißen", "fr": "Soudage"}
    assert spoken(title, ["de", "en"]) == [
        {"@value": "Schweißen", "@language": "de"},
        {"@value": "Welding", "@language": "en"},
        {"@value": "Soudage", "@language": "fr"},
    ]
    assert spoken({"en": "Welding"}, ["de"]) == "Welding"
    assert in_order({"de-AT": "Jänner", "en": "January"}, ["de"])[0] == ("de-AT", "Jänner")


def test_the_primary_language_decides(document: dict[str, Any]) -> None:
    german = {"id": "http://publications.europa.eu/resource/authority/language/DEU", "type": "Concept"}
    document["displayParameter"] |= {"primaryLanguage": german, "title": {"en": "Data", "de": "Daten"}}
    assert ELM_3.reading(document)["name"][0] == {"@value": "Daten", "@language": "de"}


def test_an_object_named_only_by_its_address_is_found_where_it_stands(document: dict[str, Any]) -> None:
    claim = document["credentialSubject"]["hasClaim"]
    claim["awardedBy"]["awardingBody"] = document["issuer"]["id"]
    assert ELM_3.gaps(document) == []
    assert ELM_3.reading(document)["credentialSubject"]["achievement"]["creator"]["name"] == "Example Institute"


def test_a_circle_of_names_is_walked_once(document: dict[str, Any]) -> None:
    claim = document["credentialSubject"]["hasClaim"]
    claim["hasPart"] = claim["id"]
    claim["provenBy"] = {"id": claim["id"]}
    assert ELM_3.reading(document)["credentialSubject"]["achievement"]["related"] == [
        {"id": claim["id"], "type": ["Related"]}
    ]


def test_names_that_lead_to_names_do_not_make_a_small_document_endless(document: dict[str, Any]) -> None:
    """A hundred claims, each with five hundred outcomes, each with five hundred skills, in a few kilobytes of names."""
    skills = [{"id": f"urn:s:{number}", "type": "Concept", "prefLabel": {"en": "x"}} for number in range(500)]
    outcome = {"id": "urn:o", "type": "LearningOutcome", "title": {"en": "o"}, "relatedSkill": skills}
    outcomes = [outcome, *["urn:o"] * 499]
    specification = {"id": "urn:p", "type": "Qualification", "title": {"en": "p"}, "learningOutcome": outcomes}
    claim = {"id": "urn:c", "type": "LearningAchievement", "title": {"en": "c"}, "specifiedBy": specification}
    document["credentialSubject"]["hasClaim"] = [claim, *["urn:c"] * 99]
    found = ELM_3.reading(document)["credentialSubject"]["achievement"]
    assert 0 < sum(len(one.get("alignment", [])) for one in found) <= MAX_STEPS


def test_a_text_in_thousands_of_languages_is_cut(document: dict[str, Any]) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    document["displayParameter"]["title"] = {
        one + two + three: "x" for one in letters for two in letters for three in letters
    }
    assert len(ELM_3.reading(document)["name"]) == MAX_LANGUAGES


def test_the_earlier_of_two_ends_counts(document: dict[str, Any]) -> None:
    document |= {"validUntil": "2031-03-01T00:00:00Z", "expirationDate": "2027-03-01T00:00:00Z"}
    assert ELM_3.reading(document)["validUntil"] == "2027-03-01T00:00:00Z"


def test_a_status_that_is_only_an_address_is_not_lost(document: dict[str, Any]) -> None:
    document["credentialStatus"] = "https://status.example.org/7"
    assert ELM_3.reading(document)["credentialStatus"] == [
        {"id": "https://status.example.org/7", "type": "CredentialStatus"}
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"@context": ["https://www.w3.org/2018/credentials/v1"]}, "bad_context"),
        ({"type": ["EuropeanDigitalCredential"]}, "bad_type"),
        ({"id": "credential 1"}, "bad_id"),
        ({"issuer": {"legalName": {"en": "X"}}}, "bad_issuer"),
        ({"issuer": [{"id": "urn:a"}, {"id": "urn:b"}]}, "bad_issuer"),
        ({"credentialSubject": [{"id": "urn:a"}, {"id": "urn:b"}]}, "bad_subject"),
        ({"credentialSubject": {}}, "bad_subject"),
        ({"validUntil": "never"}, "bad_moment"),
        ({"expirationDate": 5}, "bad_moment"),
        ({"validUntil": "2020-01-01T00:00:00Z"}, "bad_period"),
        ({"expirationDate": "2020-01-01T00:00:00"}, "bad_period"),
    ],
)
def test_what_the_meaning_hangs_on_is_insisted_on(document: dict[str, Any], change: dict[str, Any], code: str) -> None:
    assert ELM_3.faults(document) == []
    assert code in [fault.code for fault in ELM_3.faults({**document, **change})]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("displayParameter",), None, "missing"),
        (("displayParameter", "title"), "a text without its language", "bad_text"),
        (
            ("displayParameter", "primaryLanguage"),
            [{"id": "urn:a", "type": "Concept"}, {"id": "urn:b", "type": "Concept"}],
            "too_many",
        ),
        (("credentialSubject", "hasClaim"), None, "missing"),
        (("credentialSubject", "hasClaim", "awardedBy"), None, "missing"),
        (("credentialSubject", "hasClaim", "specifiedBy", "volumeOfLearning"), "sixty hours", "bad_duration"),
        (("credentialSubject", "hasClaim", "specifiedBy", "volumeOfLearning"), "P60M", "unlikely_duration"),
        (("credentialSubject", "hasClaim", "specifiedBy", "type"), "WebResource", "bad_value"),
        (("issuer", "location"), None, "missing"),
        (("issuer", "eIDASIdentifier"), None, "missing"),
        (("issuer", "legalName"), {}, "missing"),
    ],
)
def test_what_the_profile_asks_for_is_a_remark(
    document: dict[str, Any], path: tuple[str, ...], value: Any, code: str
) -> None:
    assert ELM_3.gaps(document) == []
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert code in [gap.code for gap in ELM_3.gaps(document)]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("PT60H", True),
        ("P1DT2H", True),
        ("PT0.5S", True),
        ("P", False),
        ("PT", False),
        ("60H", False),
        ("P1H", False),
        ("P-1D", False),
        ("P" + "1" * 100 + "D", False),
    ],
)
def test_durations(text: str, right: bool) -> None:
    assert is_duration(text) is right


def test_thousands_of_broken_objects_are_told_of_briefly(document: dict[str, Any]) -> None:
    document["credentialSubject"]["hasClaim"] = [{"type": "LearningAchievement"}] * 5_000
    assert len(ELM_3.gaps(document)) == MAX_GAPS
    assert len(ELM_3.reading(document)["credentialSubject"]["achievement"]) == 100


ODD: tuple[Any, ...] = (None, 7, "", [], {}, [[1]], {"id": 3}, [None], True, {"en": [None]}, "urn:x")


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [one for key, part in below for one in places(part, (*path, key))]


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_stands_anywhere_reading_and_rules_answer(data: st.DataObject) -> None:
    document = european_credential(Issuer(MemoryResolver()).document(), country="IE")
    changed: Any = copy.deepcopy(document)
    for path in data.draw(st.lists(st.sampled_from(places(document)), min_size=1, max_size=4)):
        place = changed
        try:
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = data.draw(st.sampled_from(ODD))
        except (KeyError, IndexError, TypeError):
            continue
    assert isinstance(ELM_3.faults(changed), list)
    assert isinstance(ELM_3.gaps(changed), list)
    assert ELM_3.reading(changed)["credentialSubject"]["type"] == ["AchievementSubject"]


def test_the_authorities_codes_are_read_back() -> None:
    assert country_of("http://publications.europa.eu/resource/authority/country/IRL") == "IE"
    assert language_of("http://publications.europa.eu/resource/authority/language/ENG") == "en"
    assert country_of("http://publications.europa.eu/resource/authority/country/XXX") is None
    assert country_of(7) is None


def test_the_profile_names_every_class_it_points_at() -> None:
    pointed = {name for rules in PROFILE.values() for rule in rules.values() for name in rule.classes}
    unconstrained = {"ConceptScheme", "Mailbox", "ShaclValidator2017"}
    assert pointed - set(PROFILE) <= unconstrained
