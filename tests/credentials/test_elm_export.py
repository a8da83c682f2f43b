"""One award, two forms: what Open Badges 3.0 and the European Learning Model can both say is said in both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.credentials.world import AWARDED, EMAIL, Issuer, MemoryResolver

from cairn.credentials import Credential, CredentialError, Ed25519Key, endorsement_credential, matches_recipient
from cairn.credentials.elm.elements import Elements
from cairn.credentials.elm.export import Learner, european_credential
from cairn.credentials.elm.page import mark
from cairn.credentials.elm.profile import PROFILE
from cairn.credentials.elm.reading import ELM_3
from cairn.credentials.jsontext import as_list

ANNEX_1 = Elements(
    workload_hours=62.5,
    participation="online",
    assessment_type="Four projects",
    supervision="Unsupervised, identity not checked",
    quality_assurance="Reviewed every year",
    prerequisites="Basic arithmetic",
    outcomes=("Cleans data", "Shows data"),
    credit_scheme="ECTS",
    part_of_larger=True,
)


def european(**changes: Any) -> dict[str, Any]:
    given = {"country": "IE", **changes}
    return european_credential(Issuer(MemoryResolver()).award(), **given)


def as_credential(document: Mapping[str, Any]) -> Credential:
    return Credential(json.dumps(document), document, ELM_3)


@pytest.mark.parametrize("elements", [None, ANNEX_1], ids=["plain", "annex-1"])
def test_what_is_written_keeps_the_profile_but_for_what_only_sealing_adds(elements: Elements | None) -> None:
    document = european(elements=elements)
    assert ELM_3.recognises(document)
    assert ELM_3.faults(document) == []
    assert [gap.where for gap in ELM_3.gaps(document)] == ["issuer.eIDASIdentifier"]
    assert ELM_3.gaps(european(elements=elements, legal_identifier="VATIE-1234567X")) == []


def test_every_term_written_is_one_of_the_profile() -> None:
    """A term that the vocabulary does not define would silently mean nothing."""
    general = {"id", "type", "inScheme", "prefLabel", "@context"}

    def walk(node: Any, path: str) -> None:
        for one in as_list(node):
            if isinstance(one, dict) and "type" in one:
                known = {term for name in as_list(one["type"]) for term in PROFILE.get(name, {})}
                assert set(one) - known - general == set(), path
                for term, value in one.items():
                    walk(value, f"{path}.{term}")

    walk(european(elements=ANNEX_1, learner=Learner("Mira Example", EMAIL), legal_identifier="VATIE-1234567X"), "")


def test_every_object_has_a_name_and_one_name_means_one_thing() -> None:
    """Linked data joins objects of one name: nameless parts of an issuer that stands twice would count twice."""
    said: dict[str, Any] = {}

    def walk(node: Any) -> None:
        for one in as_list(node):
            if isinstance(one, dict):
                assert "type" not in one or "id" in one
                if "type" in one:
                    assert said.setdefault(one["id"], one) == one
                for value in one.values():
                    walk(value)

    walk(european(elements=ANNEX_1, learner=Learner("Mira Example", EMAIL), legal_identifier="VATIE-1234567X"))
    assert len(said) > 20


def test_annex_1_stands_in_its_own_terms() -> None:
    person = european(elements=ANNEX_1, learner=Learner("Mira Example", EMAIL))["credentialSubject"]
    assert person["fullName"] == {"en": "Mira Example"}
    claim = person["hasClaim"]
    specification = claim["specifiedBy"]
    assert specification["type"] == "Qualification"
    assert specification["volumeOfLearning"] == "PT62H30M"
    assert specification["mode"]["id"] == "http://data.europa.eu/snb/learning-assessment/920fbb3cbe"
    assert specification["entryRequirement"]["noteLiteral"] == {"en": "Basic arithmetic"}
    assert specification["isPartialQualification"] is True
    assert [one["title"]["en"] for one in specification["learningOutcome"]][:2] == ["Cleans data", "Shows data"]
    assert (
        claim["provenBy"][0]["idVerification"]["id"] == "http://data.europa.eu/snb/supervision-verification/c598449d64"
    )
    assert claim["creditReceived"]["framework"]["prefLabel"] == {"en": "European Credit Transfer System"}
    assert claim["awardedBy"]["awardingBody"]["location"]["address"]["countryCode"]["id"].endswith("/country/IRL")


def test_credits_of_an_unknown_system_are_not_called_ects() -> None:
    assert "European Credit" not in json.dumps(european())


def test_nothing_of_the_learner_is_told_that_was_not_in_the_award() -> None:
    document = european()
    assert EMAIL not in json.dumps(document)
    assert "fullName" not in document["credentialSubject"]
    assert matches_recipient(as_credential(document), email=EMAIL) is True, "the salted fingerprint is carried along"
    assert matches_recipient(as_credential(document), email="other@example.com") is False


def test_an_issuer_with_a_seal_goes_by_what_the_seal_can_prove() -> None:
    issuer = european(legal_identifier="VATIE-1234567X")["issuer"]
    assert issuer["id"] == "did:elsi:VATIE-1234567X"
    assert issuer["eIDASIdentifier"]["notation"] == "VATIE-1234567X"
    assert issuer["identifier"]["notation"] == "did:web:badges.example.org"


def test_the_page_is_a_picture_that_opens() -> None:
    import io

    with Image.open(io.BytesIO(mark())) as picture:
        assert picture.size == (210, 297)
        assert {0, 255} == {value for value, count in enumerate(picture.convert("L").histogram()) if count}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"country": None}, "missing"),
        ({"country": "XX"}, "unknown_country"),
        ({"language": "tlh"}, "unknown_language"),
        ({"page": b"GIF89a"}, "bad_image"),
        ({"page": b"\xff\xd8\xff" + bytes(3_000_000)}, "bad_image"),
    ],
)
def test_what_cannot_be_written_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(CredentialError) as refused:
        european(**changes)
    assert refused.value.code == code


def test_only_awards_are_written(issuer: Issuer) -> None:
    endorsement = endorsement_credential(
        id="urn:uuid:9b1e0d6e-52a5-4b5c-8c7e-3f2d1a0b9c8d",
        issuer=issuer.profile,
        endorsed_id="urn:x",
        comment="good",
        name="N",
        valid_from=AWARDED,
    )
    with pytest.raises(CredentialError) as refused:
        european_credential(endorsement, country="IE")
    assert refused.value.code == "not_an_award"


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    lambda text: text.strip()
)
_FIRST, _LAST = AWARDED.replace(year=2000, tzinfo=None), AWARDED.replace(year=2035, tzinfo=None)
moments = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC)).map(lambda one: one.replace(microsecond=0))
skill_numbers = st.integers(0, 10**6)


@st.composite
def awards(draw: st.DrawFn) -> dict[str, Any]:
    """Awards with what both forms can say."""
    numbers = draw(st.lists(skill_numbers, max_size=3, unique=True))
    esco = draw(st.booleans())
    alignment = [
        {
            "type": ["Alignment"],
            "targetName": draw(words),
            "targetUrl": f"http://data.europa.eu/esco/skill/{number}"
            if esco
            else f"https://skills.example.org/{number}",
            "targetFramework": "ESCO" if esco else draw(words),
            **({} if esco else {"targetDescription": draw(words), "targetCode": draw(words)}),
            "targetType": "ceasn:Competency",
        }
        for number in numbers
    ]
    level = draw(st.none() | st.integers(1, 8))
    if level is not None:
        alignment.append({
            "type": ["Alignment"], "targetName": f"Level {level}", "targetUrl": f"http://data.europa.eu/snb/eqf/{level}",
            "targetFramework": "European Qualifications Framework", "targetType": "ext:EQFLevel",
        })  # fmt: skip
    grade = draw(st.none() | words)
    begin = draw(moments)
    key = Ed25519Key.from_seed(b"\x07" * 32)
    subject: dict[str, Any] = {"id": f"did:key:{key.public_multibase}"}
    achievement: dict[str, Any] = {
        "id": f"https://badges.example.org/achievements/{draw(skill_numbers)}",
        "name": draw(words),
        "description": draw(words),
        "criteria": {"id": "https://badges.example.org/c", "narrative": draw(words)},
        "achievementType": draw(st.sampled_from(["Badge", "MicroCredential", "Certificate"])),
        "creator": {"id": "did:web:badges.example.org", "type": ["Profile"], "name": "Example Institute"},
        "alignment": alignment,
        "inLanguage": draw(st.sampled_from(["en", "de", "fi"])),
        "humanCode": draw(words),
        "fieldOfStudy": draw(words),
        "tag": draw(st.lists(words, max_size=3)),
        **({"creditsAvailable": draw(st.floats(0.5, 300))} if draw(st.booleans()) else {}),
    }
    if grade is not None:
        achievement["resultDescription"] = [
            {"id": "urn:rd:1", "type": ["ResultDescription"], "name": draw(words), "resultType": "Result"}
        ]
        subject["result"] = [{"type": ["Result"], "resultDescription": "urn:rd:1", "value": grade}]
    if draw(st.booleans()):
        subject["creditsEarned"] = draw(st.floats(0.5, 300))
    return Issuer(MemoryResolver()).document(
        achievement=achievement,
        subject=subject,
        name=draw(words),
        description=draw(words),
        valid_from=begin,
        valid_until=draw(st.none() | moments.filter(lambda end: end > begin)),
        awarded_date=draw(moments),
        evidence=[],
        status=[],
    )


def facts(reading: Mapping[str, Any]) -> dict[str, Any]:
    """What both forms can say, without order where it means nothing."""
    subject = reading["credentialSubject"]
    achievement = subject["achievement"]
    same = (
        "id",
        "name",
        "description",
        "criteria",
        "achievementType",
        "inLanguage",
        "humanCode",
        "fieldOfStudy",
        "creditsAvailable",
    )
    return {
        **{name: reading.get(name) for name in ("id", "name", "description", "validFrom", "validUntil", "awardedDate")},
        "issuer": {name: reading["issuer"].get(name) for name in ("id", "name", "url")},
        "subject": {name: subject.get(name) for name in ("id", "creditsEarned", "result", "identifier")},
        "achievement": {name: achievement.get(name) for name in same},
        "tag": achievement.get("tag", []),
        "creator": achievement["creator"],
        "alignment": achievement.get("alignment", []),
        "results": [(one["id"], one["name"], one["resultType"]) for one in achievement.get("resultDescription", [])],
    }


@given(award=awards(), language=st.sampled_from(["en", "de"]))
@settings(max_examples=150, deadline=None)
def test_the_facts_are_the_same_in_both_forms(award: dict[str, Any], language: str) -> None:
    made = european_credential(award, country="IE", language=language)
    assert ELM_3.faults(made) == []
    assert [gap.where for gap in ELM_3.gaps(made)] == ["issuer.eIDASIdentifier"]
    assert facts(ELM_3.reading(made)) == facts(award)
