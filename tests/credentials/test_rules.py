"""The rules of Open Badges 3.0, CLR 2.0 and the status list: what an issuer of ours may not leave out or get wrong.

Beside each group stands what 1EdTech's public validator calls its own check of the same (its "probes").
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.credentials.forging import signed_anyway
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import CredentialError, StatusList, clr_credential, endorsement_credential, issue, verify
from cairn.credentials.datamodel.classes import CLASSES
from cairn.credentials.datamodel.consistency import CONSISTENT
from cairn.credentials.datamodel.kinds import ACHIEVEMENT_TYPE, Kind
from cairn.credentials.datamodel.rules import MAX_GAPS, faults_of, gaps_of, text_rule

ISSUER = Issuer(MemoryResolver())
LEVEL = "urn:uuid:d05a0867-d0ad-4b03-bdb5-28fb5d2aab7a"
GRADE = "urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c"


def award() -> dict[str, Any]:
    """A whole award, with a field of almost every class."""
    document: dict[str, Any] = json.loads(json.dumps(ISSUER.document()))
    document["image"] = {"id": "https://badges.example.org/b.png", "type": "Image", "caption": "A badge"}
    document["issuer"]["address"] = {
        "type": ["Address"],
        "addressCountry": "Portugal",
        "geo": {"type": "GeoCoordinates", "latitude": 41.2, "longitude": -8.6},
    }
    document["issuer"]["email"] = "office@example.org"
    document["issuer"]["otherIdentifier"] = [
        {"type": "IdentifierEntry", "identifier": "999999999", "identifierType": "ext:VAT"}
    ]
    achievement = document["credentialSubject"]["achievement"]
    achievement["related"] = [
        {"id": "https://badges.example.org/achievements/41", "type": ["Related"], "inLanguage": "pt"}
    ]
    achievement["inLanguage"] = "en-GB"
    achievement["resultDescription"].append(
        {
            "id": "urn:uuid:aa11",
            "type": ["ResultDescription"],
            "name": "Percent",
            "resultType": "Percent",
            "valueMin": "0",
            "valueMax": "100",
            "requiredValue": "50",
        }
    )
    achievement["resultDescription"].append(
        {
            "id": "urn:uuid:bb22",
            "type": ["ResultDescription"],
            "name": "Mastery",
            "resultType": "RubricCriterionLevel",
            "requiredLevel": LEVEL,
            "rubricCriterionLevel": [{"id": LEVEL, "type": ["RubricCriterionLevel"], "name": "Mastered"}],
        }
    )
    document["credentialSubject"]["activityStartDate"] = "2025-09-01T00:00:00Z"
    document["credentialSubject"]["activityEndDate"] = "2026-02-01T00:00:00Z"
    document["credentialSubject"]["result"] += [
        {"type": ["Result"], "resultDescription": "urn:uuid:aa11", "value": "87.5"},
        {"type": ["Result"], "resultDescription": "urn:uuid:bb22", "achievedLevel": LEVEL, "status": "Completed"},
    ]
    return document


def record() -> dict[str, Any]:
    return clr_credential(
        id="urn:uuid:cccccccc-0000-4000-8000-000000000003",
        issuer=ISSUER.profile,
        subject={"id": "did:example:mira"},
        credentials=[ISSUER.award()],
        name="Data Analyst, first year",
        valid_from=AWARDED,
        associations=[("https://badges.example.org/achievements/42", "isPartOf", "https://badges.example.org/9")],
        partial=True,
    )


def endorsement() -> dict[str, Any]:
    return endorsement_credential(
        id="urn:uuid:dddddddd-0000-4000-8000-000000000003",
        issuer=ISSUER.profile,
        endorsed_id="https://badges.example.org/achievements/42",
        comment="Sound.",
        name="Endorsement",
        valid_from=AWARDED,
    )


def listing() -> dict[str, Any]:
    return StatusList().to_credential(url="https://badges.example.org/status/1", issuer=ISSUER.did, valid_from=AWARDED)


def placed(document: dict[str, Any], path: str) -> tuple[Any, str | int]:
    steps = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = document
    for step in steps[:-1]:
        place = place[step]
    return place, steps[-1]


@pytest.mark.parametrize("made", [award, record, endorsement, listing])
def test_what_we_build_has_no_gap(made: Callable[[], dict[str, Any]]) -> None:
    document = made()
    assert faults_of(document) == []
    assert gaps_of(document) == []
    assert issue(document, ISSUER.signer, created=AWARDED).text


NEEDED = {
    award: (
        "id", "validFrom", "credentialSubject.achievement", "credentialSubject.achievement.id",
        "credentialSubject.achievement.name", "credentialSubject.achievement.description",
        "credentialSubject.achievement.criteria", "credentialSubject.achievement.criteria.narrative",
        "credentialSubject.achievement.alignment.0.targetName", "credentialSubject.achievement.alignment.0.targetUrl",
        "credentialSubject.achievement.resultDescription.0.id", "credentialSubject.achievement.resultDescription.0.name",
        "credentialSubject.achievement.resultDescription.0.resultType",
        "credentialSubject.achievement.resultDescription.2.rubricCriterionLevel.0.id",
        "credentialSubject.achievement.resultDescription.2.rubricCriterionLevel.0.name",
        "credentialSubject.achievement.related.0.id", "credentialSubject.achievement.creator.id",
        "credentialSubject.identifier", "credentialSubject.identifier.0.hashed",
        "credentialSubject.identifier.0.identityHash", "credentialSubject.identifier.0.identityType",
        "credentialStatus.id", "issuer.address.geo.latitude", "issuer.otherIdentifier.0.identifier",
        "issuer.otherIdentifier.0.identifierType", "image.id",
    ),
    record: (
        "id", "name", "validFrom", "credentialSubject.id", "credentialSubject.verifiableCredential",
        "credentialSubject.association.0.associationType", "credentialSubject.association.0.sourceId",
        "credentialSubject.association.0.targetId",
    ),
    endorsement: ("id", "name", "validFrom", "credentialSubject.id"),
    listing: ("credentialSubject.statusPurpose", "credentialSubject.encodedList"),
}  # fmt: skip
"""JsonSchemasProbe, CredentialSubjectProbe: what must be there."""


@pytest.mark.parametrize(
    ("made", "path"),
    [(made, path) for made, paths in NEEDED.items() for path in paths],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_what_is_required_and_missing_is_refused(made: Callable[[], dict[str, Any]], path: str) -> None:
    document = made()
    place, name = placed(document, path)
    del place[name]
    assert gaps_of(document), path
    with pytest.raises(CredentialError):
        issue(document, ISSUER.signer, created=AWARDED)


def typed(value: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(value, dict):
        types = value.get("type")
        if path and types is not None and path != "credentialStatus":
            yield path, types if isinstance(types, list) else [types]
        for key, one in value.items():
            yield from typed(one, f"{path}.{key}".strip("."))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from typed(one, f"{path}.{index}".strip("."))


@pytest.mark.parametrize("path", [path for path, _ in typed(award())])
def test_every_object_must_say_what_it_is(path: str) -> None:
    """TypePropertyProbe, CredentialSubjectProbe, EvidenceProbe, IssuerProbe: the types of subject, identity, result, evidence, issuer."""
    for types in (["Other"], [], "", None):
        document = award()
        place, name = placed(document, f"{path}.type")
        place[name] = types
        assert [gap for gap in gaps_of(document) if gap.code == "bad_type"], (path, types)


WRONG: tuple[tuple[str, Any], ...] = (
    ("name", 7),
    ("name", {"@value": "Badge", "@language": 7}),
    ("name", {"@value": "Badge", "colour": "red"}),
    ("description", []),
    ("image", "https://badges.example.org/b.png"),
    ("image", [{"id": "https://badges.example.org/b.png", "type": "Image"}]),
    ("evidence", {"type": ["Evidence"]}),
    ("evidence.0.id", "my report"),
    ("evidence.0.genre", 7),
    ("endorsement", [{"type": ["VerifiableCredential"]}]),
    ("endorsementJwt", ["no token"]),
    ("endorsementJwt", "a.b.c"),
    ("issuer.url", "www.example.org"),
    ("issuer.email", "example.org"),
    ("issuer.address.geo.latitude", "41"),
    ("issuer.otherIdentifier.0.identifierType", "VAT"),
    ("credentialSubject.id", "mira"),
    ("credentialSubject.creditsEarned", "2.5"),
    ("credentialSubject.creditsEarned", -1),
    ("credentialSubject.creditsEarned", True),
    ("credentialSubject.activityStartDate", "2025-09-01"),
    ("credentialSubject.activityEndDate", "2024-02-01T00:00:00Z"),
    ("credentialSubject.identifier", {"type": "IdentityObject"}),
    ("credentialSubject.identifier.0.hashed", "true"),
    ("credentialSubject.identifier.0.identityHash", "sha256$abc"),
    ("credentialSubject.identifier.0.identityHash", "mira@example.com"),
    ("credentialSubject.identifier.0.identityType", "email"),
    ("credentialSubject.achievement.achievementType", "Micro-credential"),
    ("credentialSubject.achievement.achievementType", "ext:"),
    ("credentialSubject.achievement.achievementType", ["Badge"]),
    ("credentialSubject.achievement.creditsAvailable", "5 ECTS"),
    ("credentialSubject.achievement.criteria", "Four projects"),
    ("credentialSubject.achievement.inLanguage", "English, mostly"),
    ("credentialSubject.achievement.tag", "python"),
    ("credentialSubject.achievement.alignment.0.targetType", "ESCOSkill"),
    ("credentialSubject.achievement.alignment.0.targetUrl", "ccd0a1d9"),
    ("credentialSubject.achievement.resultDescription.0.resultType", "Grade"),
    ("credentialSubject.achievement.resultDescription.0.allowedValue", ["A", "B", "A"]),
    ("credentialSubject.achievement.resultDescription.0.requiredValue", "E"),
    ("credentialSubject.achievement.resultDescription.1.requiredValue", "101"),
    ("credentialSubject.achievement.resultDescription.1.valueMax", "-1"),
    ("credentialSubject.achievement.resultDescription.1.id", GRADE),
    ("credentialSubject.achievement.resultDescription.2.requiredLevel", "urn:uuid:other"),
    ("credentialSubject.result.0.resultDescription", "urn:uuid:other"),
    ("credentialSubject.result.0.value", "E"),
    ("credentialSubject.result.1.value", "100.01"),
    ("credentialSubject.result.1.value", 87.5),
    ("credentialSubject.result.2.achievedLevel", "urn:uuid:other"),
    ("credentialSubject.result.2.status", "Passed"),
    ("credentialStatus.statusListIndex", 94567),
    ("credentialStatus.statusSize", 0),
)
"""JsonSchemasProbe, InlineJsonSchemaProbe, EvidenceProbe, and what no schema can say of results."""


@pytest.mark.parametrize(("path", "value"), WRONG, ids=[f"{path} {value}"[-70:] for path, value in WRONG])
def test_what_is_of_another_kind_is_refused_when_we_sign_and_a_remark_when_we_read(path: str, value: Any) -> None:
    document = award()
    place, name = placed(document, path)
    place[name] = value
    assert faults_of(document) == []
    (gap, *_) = gaps_of(document)
    assert gap.message.endswith(".")
    with pytest.raises(CredentialError) as refused:
        issue(document, ISSUER.signer, created=AWARDED)
    assert refused.value.code == gap.code
    verdict = verify(signed_anyway(document, ISSUER.signer), at=NOW, resolve=ISSUER.world)
    if verdict.authentic == "pass":
        assert verdict.has("incomplete")
        assert verdict.verdict == ("undetermined" if "credentialStatus" in path else "verified")


def test_a_result_about_a_status_must_say_which() -> None:
    document = award()
    document["credentialSubject"]["achievement"]["resultDescription"][0] |= {"resultType": "Status", "allowedValue": []}
    assert [gap.where for gap in gaps_of(document) if gap.code == "missing"] == ["credentialSubject.result[0].status"]
    document["credentialSubject"]["result"][0]["status"] = "InProgress"
    assert not [gap for gap in gaps_of(document) if gap.code == "missing"]


def test_the_vocabularies_of_the_standard_must_be_named() -> None:
    """ContextPropertyProbe."""
    for made in (award, record, endorsement):
        document = made()
        document["@context"] = document["@context"][:1]
        assert gaps_of(document)[0].code == "bad_context"
    for version in ("", "-3.0.1", "-3.0.2", "-3.0.3"):
        document = award()
        document["@context"][1] = f"https://purl.imsglobal.org/spec/ob/v3p0/context{version}.json"
        assert gaps_of(document) == []


@pytest.mark.parametrize("word", ["Achievement", "MicroCredential", "ext:Nanodegree", "ext:my.own_kind-2"])
def test_the_standards_words_may_be_extended_where_it_says_so(word: str) -> None:
    assert ACHIEVEMENT_TYPE.holds(word)


def test_texts_in_several_languages_are_texts() -> None:
    document = award()
    document["name"] = [
        {"@value": "Badge", "@language": "en"},
        {"@value": "شارة", "@language": "ar", "@direction": "rtl"},
    ]
    assert gaps_of(document) == []


def test_an_issuer_may_be_named_by_its_address_alone() -> None:
    document = award()
    document["issuer"] = document["issuer"]["id"]
    assert gaps_of(document) == []


def test_other_kinds_of_credential_are_left_to_their_own_standards() -> None:
    document = {**award(), "type": ["VerifiableCredential"], "credentialSubject": {"id": "did:example:1", "tag": 7}}
    assert gaps_of(document) == []


def test_a_document_full_of_gaps_costs_no_more_than_anybody_reads() -> None:
    document = award()
    document["credentialSubject"]["achievement"]["tag"] = [7] * 100_000
    document["credentialSubject"]["result"] = [{}] * 100_000
    assert len(gaps_of(document)) == MAX_GAPS


def test_every_class_that_is_named_is_described() -> None:
    named = {field.of for known in CLASSES.values() for field in known.fields.values() if field.of}
    assert named <= set(CLASSES)
    assert set(CONSISTENT) <= set(CLASSES)
    for known in CLASSES.values():
        assert set(known.required) - {"type", "id", "validFrom"} <= set(known.fields), known.type


# -- What the rules promise to those who judge many alike -------------------------------------------------------------------------


TEXTS_OF_ALL_SORTS = st.one_of(
    st.text(min_size=1, max_size=30),
    st.sampled_from(
        [
            "A",
            "urn:uuid:1",
            "https://example.org/x",
            "2026-03-01T00:00:00Z",
            "sha256$" + "0" * 64,
            "en",
            "Badge",
            "7",
            "ext:x",
            "Status",
            "Completed",
            "message",
            "a@b.example",
        ]
    ),
)


def texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str):
        yield path
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from texts(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from texts(one, (*path, index))


PLACES = list(texts(award()))


@given(st.sampled_from(PLACES), TEXTS_OF_ALL_SORTS)
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_text_that_passes_its_own_rule_changes_nothing_that_the_rules_say(
    path: tuple[str | int, ...], text: str
) -> None:
    field = next(step for step in reversed(path) if isinstance(step, str))
    rule = text_rule(field)
    document = award()
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = text
    if rule is not None and rule(text) and field not in ("validFrom", "validUntil", "awardedDate"):
        assert gaps_of(document) == [], (path, text)
        assert faults_of(document) == []


def test_a_rule_of_its_own_is_known_for_what_differs_from_award_to_award() -> None:
    for field in ("identityHash", "salt", "statusListIndex", "statusListCredential", "licenseNumber", "caption"):
        assert text_rule(field) is not None, field
    for field in ("value", "resultDescription", "resultType", "no such field", "type"):
        assert text_rule(field) is None, field


def test_looking_leaves_the_document_as_it_is() -> None:
    document = award()
    before = copy.deepcopy(document)
    gaps_of(document)
    assert document == before
    assert isinstance(ACHIEVEMENT_TYPE, Kind)
