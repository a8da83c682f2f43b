"""The classes of Open Badges 3.0, CLR 2.0 and Bitstring Status List: which fields each has, of which kind, how many of them.

A field that stands in no table is for the vocabularies to judge (:mod:`cairn.credentials.linkeddata.coverage`), since the standards may be
extended. Parts that are credentials of their own (children of a record, endorsements) are only looked at from outside here: they
are checked as such.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cairn.credentials.datamodel import kinds
from cairn.credentials.datamodel.kinds import MOMENT, NUMBER, TEXT, TEXTS, URI, Kind


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its kind, or the class of the objects in it. ``many`` is a list, ``any_number`` a single value or a list."""

    kind: Kind | None = None
    of: str = ""
    many: bool = False
    any_number: bool = False
    or_address: bool = False
    holds: Callable[[Any], bool] | None = field(init=False)
    """That of the kind, if there is one."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "holds", None if self.kind is None else self.kind.holds)


@dataclass(frozen=True, slots=True)
class Class:
    """One class: the type it must say (``""``: none), the fields it must have, and what is known of its fields."""

    type: str
    required: tuple[str, ...]
    fields: Mapping[str, Field]


def _one(kind: Kind) -> Field:
    return Field(kind)


def _many(of: str) -> Field:
    return Field(of=of, many=True)


def _node(of: str) -> Field:
    return Field(of=of)


_TEXT, _TEXTS, _URI, _MOMENT, _NUMBER = _one(TEXT), _one(TEXTS), _one(URI), _one(MOMENT), _one(NUMBER)
_TOKENS = Field(kinds.TOKEN, many=True)
_ENDORSED = {"endorsement": _many("Endorsement"), "endorsementJwt": _TOKENS}

_CREDENTIAL: Mapping[str, Field] = {
    "id": _URI,
    "name": _TEXTS,
    "description": _TEXTS,
    "credentialSubject": Field(of="Subject", any_number=True),
    "credentialSchema": Field(of="CredentialSchema", any_number=True),
    "credentialStatus": Field(of="CredentialStatus", any_number=True),
    "evidence": Field(of="Typed", any_number=True),
    "refreshService": Field(of="Typed", any_number=True),
    "relatedResource": Field(of="RelatedResource", any_number=True),
    "termsOfUse": Field(of="Typed", any_number=True),
}
_OPEN_BADGES: Mapping[str, Field] = {
    **_CREDENTIAL,
    "image": _node("Image"),
    "awardedDate": _MOMENT,
    "credentialStatus": Field(of="NamedStatus", any_number=True),
    "refreshService": _node("RefreshService"),
    **_ENDORSED,
}

CLASSES: Mapping[str, Class] = {
    # -- Credentials ------------------------------------------------------------------------------------------------------------
    "AchievementCredential": Class(
        "VerifiableCredential",
        ("id", "validFrom"),
        {
            **_OPEN_BADGES,
            "issuer": Field(of="Profile", or_address=True),
            "credentialSubject": Field(of="AchievementSubject", any_number=True),
            "evidence": _many("Evidence"),
        },
    ),
    "EndorsementCredential": Class(
        "VerifiableCredential",
        ("id", "validFrom", "name"),
        {
            **_OPEN_BADGES,
            "issuer": Field(of="Profile", or_address=True),
            "credentialSubject": Field(of="EndorsementSubject", any_number=True),
        },
    ),
    "ClrCredential": Class(
        "VerifiableCredential",
        ("id", "validFrom", "name"),
        {
            **_OPEN_BADGES,
            "issuer": Field(of="Profile", or_address=True),
            "credentialSubject": Field(of="ClrSubject", any_number=True),
            "partial": _one(kinds.YES_OR_NO),
        },
    ),
    "BitstringStatusListCredential": Class(
        "VerifiableCredential", (), {**_CREDENTIAL, "credentialSubject": _node("BitstringStatusList")}
    ),
    # -- Subjects ---------------------------------------------------------------------------------------------------------------
    "Subject": Class("", (), {"id": _URI}),
    "AchievementSubject": Class(
        "AchievementSubject",
        ("achievement",),
        {
            "id": _URI,
            "identifier": _many("IdentityObject"),
            "achievement": _node("Achievement"),
            "activityStartDate": _MOMENT,
            "activityEndDate": _MOMENT,
            "creditsEarned": _NUMBER,
            "image": _node("Image"),
            "licenseNumber": _TEXT,
            "narrative": _TEXT,
            "result": _many("Result"),
            "role": _TEXT,
            "source": _node("Profile"),
            "term": _TEXT,
        },
    ),
    "EndorsementSubject": Class("EndorsementSubject", ("id",), {"id": _URI, "endorsementComment": _TEXT}),
    "ClrSubject": Class(
        "ClrSubject",
        ("verifiableCredential",),
        {
            "id": _URI,
            "identifier": _many("IdentityObject"),
            "achievement": _many("Achievement"),
            "association": _many("Association"),
            "verifiableCredential": _many("Child"),
        },
    ),
    "BitstringStatusList": Class(
        "BitstringStatusList",
        ("statusPurpose", "encodedList"),
        {
            "id": _URI,
            "statusPurpose": Field(TEXT, any_number=True),
            "encodedList": _one(kinds.ENCODED_LIST),
            "ttl": _one(kinds.WHOLE),
        },
    ),
    # -- What was achieved --------------------------------------------------------------------------------------------------------
    "Achievement": Class(
        "Achievement",
        ("id", "name", "description", "criteria"),
        {
            "id": _URI,
            "name": _TEXTS,
            "description": _TEXTS,
            "criteria": _node("Criteria"),
            "achievementType": _one(kinds.ACHIEVEMENT_TYPE),
            "alignment": _many("Alignment"),
            "creator": _node("Profile"),
            "creditsAvailable": _NUMBER,
            "fieldOfStudy": _TEXT,
            "humanCode": _TEXT,
            "image": _node("Image"),
            "inLanguage": _one(kinds.LANGUAGE),
            "otherIdentifier": _many("IdentifierEntry"),
            "related": _many("Related"),
            "resultDescription": _many("ResultDescription"),
            "specialization": _TEXT,
            "tag": Field(TEXT, many=True),
            "version": _TEXT,
            **_ENDORSED,
        },
    ),
    "Criteria": Class("", (), {"id": _URI, "narrative": _TEXT}),
    "Alignment": Class(
        "Alignment",
        ("targetName", "targetUrl"),
        {
            "targetName": _TEXT,
            "targetUrl": _URI,
            "targetCode": _TEXT,
            "targetDescription": _TEXT,
            "targetFramework": _TEXT,
            "targetType": _one(kinds.TARGET_TYPE),
        },
    ),
    "Related": Class("Related", ("id",), {"id": _URI, "inLanguage": _one(kinds.LANGUAGE), "version": _TEXT}),
    "ResultDescription": Class(
        "ResultDescription",
        ("id", "name", "resultType"),
        {
            "id": _URI,
            "name": _TEXT,
            "resultType": _one(kinds.RESULT_TYPE),
            "alignment": _many("Alignment"),
            "allowedValue": Field(TEXT, many=True),
            "requiredLevel": _URI,
            "requiredValue": _TEXT,
            "rubricCriterionLevel": _many("RubricCriterionLevel"),
            "valueMin": _TEXT,
            "valueMax": _TEXT,
        },
    ),
    "RubricCriterionLevel": Class(
        "RubricCriterionLevel",
        ("id", "name"),
        {
            "id": _URI,
            "name": _TEXT,
            "description": _TEXT,
            "level": _TEXT,
            "points": _TEXT,
            "alignment": _many("Alignment"),
        },
    ),
    "Result": Class(
        "Result",
        (),
        {
            "resultDescription": _URI,
            "achievedLevel": _URI,
            "alignment": _many("Alignment"),
            "status": _one(kinds.RESULT_STATUS),
            "value": _TEXT,
        },
    ),
    "Association": Class(
        "Association",
        ("associationType", "sourceId", "targetId"),
        {"associationType": _one(kinds.ASSOCIATION_TYPE), "sourceId": _URI, "targetId": _URI},
    ),
    "Evidence": Class(
        "Evidence",
        (),
        {
            "id": _URI,
            "name": _TEXT,
            "description": _TEXT,
            "narrative": _TEXT,
            "genre": _TEXT,
            "audience": _TEXT,
        },
    ),
    # -- Who ----------------------------------------------------------------------------------------------------------------------
    "Profile": Class(
        "Profile",
        ("id",),
        {
            "id": _URI,
            "name": _TEXTS,
            "description": _TEXTS,
            "url": _URI,
            "phone": _TEXT,
            "email": _one(kinds.E_MAIL),
            "image": _node("Image"),
            "address": _node("Address"),
            "otherIdentifier": _many("IdentifierEntry"),
            "official": _TEXT,
            "parentOrg": _node("Profile"),
            "familyName": _TEXT,
            "givenName": _TEXT,
            "additionalName": _TEXT,
            "patronymicName": _TEXT,
            "honorificPrefix": _TEXT,
            "honorificSuffix": _TEXT,
            "familyNamePrefix": _TEXT,
            "dateOfBirth": _one(kinds.DATE),
            **_ENDORSED,
        },
    ),
    "Address": Class(
        "Address",
        (),
        {
            "addressCountry": _TEXT,
            "addressCountryCode": _TEXT,
            "addressRegion": _TEXT,
            "addressLocality": _TEXT,
            "streetAddress": _TEXT,
            "postOfficeBoxNumber": _TEXT,
            "postalCode": _TEXT,
            "geo": _node("GeoCoordinates"),
        },
    ),
    "GeoCoordinates": Class(
        "GeoCoordinates",
        ("latitude", "longitude"),
        {"latitude": _one(kinds.COORDINATE), "longitude": _one(kinds.COORDINATE)},
    ),
    "Image": Class("Image", ("id",), {"id": _URI, "caption": _TEXT}),
    "IdentifierEntry": Class(
        "IdentifierEntry",
        ("identifier", "identifierType"),
        {"identifier": _TEXT, "identifierType": _one(kinds.IDENTIFIER_TYPE)},
    ),
    "IdentityObject": Class(
        "IdentityObject",
        ("hashed", "identityHash", "identityType"),
        {
            "hashed": _one(kinds.YES_OR_NO),
            "identityHash": _TEXT,
            "identityType": _one(kinds.IDENTIFIER_TYPE),
            "salt": _TEXT,
        },
    ),
    # -- About the credential ---------------------------------------------------------------------------------------------------
    "Typed": Class("", ("type",), {"id": _URI}),
    "CredentialSchema": Class("", ("id", "type"), {"id": _URI}),
    "CredentialStatus": Class("", ("type",), {"id": _URI}),
    "NamedStatus": Class("", ("id", "type"), {"id": _URI}),
    "RefreshService": Class("", ("id", "type"), {"id": _URI}),
    "RelatedResource": Class(
        "", ("id",), {"id": _URI, "digestSRI": _one(kinds.DIGEST), "digestMultibase": _one(kinds.DIGEST)}
    ),
    # -- Credentials inside it --------------------------------------------------------------------------------------------------
    "Endorsement": Class("EndorsementCredential", (), {}),
    "Child": Class("", ("type",), {}),
}
"""Name of a class → the class. Where a credential's type names several, each is asked."""
