"""An award of Open Badges 3.0 as a European digital credential (European Learning Model 3): the same facts in the words of Europe.

Unsigned: sealing it needs the certificate of a legal person, and is for the operator's own seal. Conformant with the application profile
(:mod:`cairn.credentials.elm.rules`), except for what only sealing adds, the legal identifier, where the caller does not give one.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cairn.credentials.elm import page as pages
from cairn.credentials.elm.elements import Elements
from cairn.credentials.elm.graph import said
from cairn.credentials.elm.outcomes import specification
from cairn.credentials.elm.pieces import credit_point, identifier, mailbox, note, web, with_ids
from cairn.credentials.elm.reading import HASHED
from cairn.credentials.elm.words import (
    AUTHORITY,
    CONTEXT,
    SNB,
    SUPERVISION,
    concept,
    country_concept,
    first_text,
    language_concept,
    language_map,
    listed,
)
from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import as_list, checked_copy, objects
from cairn.credentials.model import Credential
from cairn.credentials.moments import format_moment

PROFILE_SCHEMA = SNB + "model/ap/edc-generic-full"
_GENERIC = ("credential", "e34929035b", "Generic")
_BASE64 = ("encoding", "6146cde7dd", "base64")
OB_ISSUER = "Issuer of the Open Badge"
_PICTURES = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
MAX_PAGE = 2 * 1024 * 1024
"""Bytes of the picture of a page: the whole credential must stay small enough to be read again."""


@dataclass(frozen=True, slots=True)
class Learner:
    """What may be said of the learner beyond the award: only what the learner agreed to have said."""

    full_name: str = ""
    email: str = ""


def european_credential(
    credential: Credential | Mapping[str, Any],
    *,
    language: str = "en",
    country: str | None = None,
    legal_identifier: str | None = None,
    elements: Elements | None = None,
    learner: Learner | None = None,
    page: bytes | None = None,
) -> dict[str, Any]:
    """Return the award as an unsigned European digital credential (JSON-LD).

    ``language`` (a tag such as ``en``) is that of texts that do not say theirs. ``country`` (ISO 3166-1 alpha-2) and
    ``legal_identifier`` (as in the seal's certificate, EN 319 412-1, such as ``VATIE-1234567X``) are the issuer's, where the award does
    not give them; with a legal identifier the issuer goes by it (did:elsi), since that is what a seal can prove. ``page`` is a PNG or
    JPEG picture of the certificate; without it the page shows no more than our mark.

    What is about the signed badge itself is not carried over: its proof, its status entries, its pictures and evidence.

    Raises :class:`CredentialError`: ``not_an_award``, ``missing`` (a name, the country of the issuer, which Annex I requires),
    ``unknown_language``, ``unknown_country``, ``bad_image``.
    """
    award = credential if isinstance(credential, Credential) else Credential.parse(credential)
    if award.achievement is None:
        raise CredentialError(
            "not_an_award", "Only an award of an achievement can be written as a European digital credential."
        )
    spoken = language_concept(language)
    if spoken is None:
        raise CredentialError(
            "unknown_language", f"“{language}” is no language that the European lists have.", where="language"
        )
    issuer = _organisation(award, language, country, legal_identifier)
    if award.valid_from is None:
        raise CredentialError(
            "missing", "A European digital credential must say from when it holds.", where="validFrom"
        )
    begin, end = format_moment(award.valid_from), format_moment(award.valid_until) if award.valid_until else None
    title = language_map(award.reading.get("name"), language) or language_map(award.achievement.get("name"), language)
    if not title:
        raise CredentialError("missing", "A European digital credential needs a title.", where="name")
    made = {
        "@context": ["https://www.w3.org/2018/credentials/v1", CONTEXT],
        "id": award.id,
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialProfiles": listed(*_GENERIC),
        "displayParameter": said({
            "id": "urn:epass:displayParameter:1",
            "type": "DisplayParameter",
            "title": title,
            "description": language_map(award.reading.get("description"), language),
            "primaryLanguage": spoken,
            "language": spoken,
            "individualDisplay": _display(spoken, page),
        }),
        "credentialSchema": {"id": PROFILE_SCHEMA, "type": "ShaclValidator2017"},
        "issuanceDate": begin,
        "issued": begin,
        "validFrom": begin,
        "validUntil": end,
        "expirationDate": end,
        "issuer": issuer,
        "credentialSubject": _person(award, issuer, language, elements or Elements(), learner or Learner()),
    }  # fmt: skip
    return checked_copy(with_ids(said(made)))


def _organisation(
    award: Credential, language: str, country: str | None, legal_identifier: str | None
) -> dict[str, Any]:
    given = award.reading.get("issuer")
    profile: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    name = language_map(profile.get("name"), language)
    if not name:
        raise CredentialError("missing", "The issuer needs a name.", where="issuer.name")
    address = profile.get("address")
    code = country or (address.get("addressCountryCode") if isinstance(address, Mapping) else None)
    if not isinstance(code, str):
        raise CredentialError(
            "missing",
            "The country of the issuer is not stated, and Annex I requires it.",
            remedy="State the country in the issuer's address, or give it as country.",
            where="issuer.address.addressCountryCode",
        )
    place = country_concept(code)
    if place is None:
        raise CredentialError(
            "unknown_country", f"“{code[:20]}” is no country code, such as IE or AT.", where="country"
        )
    others = [one for one in objects(as_list(profile.get("otherIdentifier"))) if isinstance(one.get("identifier"), str)]
    kinds: dict[str, list[dict[str, Any]]] = {}
    for one in others:
        kind = str(one.get("identifierType", "")).removeprefix("ext:")
        kind = kind if kind in ("eIDASIdentifier", "registration", "vatIdentifier", "taxIdentifier") else "identifier"
        kinds.setdefault(kind, []).append(
            identifier(one["identifier"], first_text(one.get("name")), place if kind != "identifier" else None)
        )
    if legal_identifier is not None:
        kinds["eIDASIdentifier"] = [identifier(legal_identifier, None, place)]
        # A seal's certificate knows a legal person, not a DID or an address: the issuer goes by what will be sealed.
        kinds.setdefault("identifier", []).append(identifier(str(award.issuer_id), OB_ISSUER, None))
    email, url = profile.get("email"), profile.get("url")
    return said({
        "id": f"did:elsi:{legal_identifier}" if legal_identifier else award.issuer_id,
        "type": "Organisation",
        "legalName": name,
        # The profile has only one of each of the first two; the Commission's own documents write single objects without a list.
        **{
            kind: found[0] if len(found) == 1 or kind in ("eIDASIdentifier", "registration") else found
            for kind, found in kinds.items()
        },
        "location": {
            "type": "Location",
            "address": {"type": "Address", "countryCode": place},
        },
        "homepage": web(url) if isinstance(url, str) else None,
        "contactPoint": {"type": "ContactPoint", "emailAddress": mailbox(email)} if isinstance(email, str) and email else None,
    })  # fmt: skip


def _person(
    award: Credential, issuer: Mapping[str, Any], language: str, elements: Elements, learner: Learner
) -> dict[str, Any]:
    emails = [learner.email] if learner.email else []
    identifiers: list[dict[str, Any]] = []
    for one in objects(as_list(award.subject.get("identifier"))):
        value, kind = one.get("identityHash"), str(one.get("identityType", "identifier"))
        if not isinstance(value, str):
            continue
        if one.get("hashed") is True:
            identifiers.append(identifier(value, f"{kind}{HASHED}{one.get('salt', '')}", None))
        elif kind == "emailAddress":
            emails.append(value)
        else:
            identifiers.append(identifier(value, None if kind == "identifier" else kind, None))
    contact = {"type": "ContactPoint", "emailAddress": [mailbox(one) for one in dict.fromkeys(emails)]}
    return said({
        "id": award.subject_id or "urn:epass:person:1",
        "type": "Person",
        "fullName": {language: learner.full_name} if learner.full_name else None,
        "identifier": identifiers,
        "contactPoint": contact if emails else None,
        "hasClaim": _claim(award, issuer, language, elements),
    })  # fmt: skip


def _claim(award: Credential, issuer: Mapping[str, Any], language: str, elements: Elements) -> dict[str, Any]:
    achievement = award.achievement or {}
    awarded = award.awarded_date or award.valid_from
    process = said(
        {
            "type": "AwardingProcess",
            "awardingBody": dict(issuer),
            "awardingDate": format_moment(awarded) if awarded else None,
        }
    )
    start, finish = award.subject.get("activityStartDate"), award.subject.get("activityEndDate")
    period = said({"type": "PeriodOfTime", "startDate": start, "endDate": finish})
    learned = {
        "type": "LearningActivity",
        "title": language_map(achievement.get("name"), language),
        "awardedBy": process,
        "temporal": period,
    }
    return said({
        "id": f"urn:epass:learningAchievement:{award.id}" if award.id else None,
        "type": "LearningAchievement",
        "title": language_map(achievement.get("name"), language),
        "description": language_map(achievement.get("description"), language),
        "awardedBy": process,
        "creditReceived": credit_point(award.subject.get("creditsEarned"), elements.credit_scheme),
        "provenBy": _assessments(award, process, language, elements),
        "influencedBy": learned if start or finish else None,
        "specifiedBy": specification(achievement, language, elements),
        "additionalNote": note(f"Quality assurance: {elements.quality_assurance}", "en") if elements.quality_assurance else None,
    })  # fmt: skip


def _assessments(
    award: Credential, process: Mapping[str, Any], language: str, elements: Elements
) -> list[dict[str, Any]]:
    """Each result with its description as an assessment; without results, nothing is claimed about one."""
    achievement = award.achievement or {}
    described = {one.get("id"): one for one in objects(as_list(achievement.get("resultDescription")))}
    made = []
    for result in objects(as_list(award.subject.get("result"))):
        description = described.get(result.get("resultDescription"), {})
        levels = {one.get("id"): one.get("name") for one in objects(as_list(description.get("rubricCriterionLevel")))}
        grade = result.get("value") or levels.get(result.get("achievedLevel")) or result.get("status")
        title = language_map(description.get("name"), language) or language_map(achievement.get("name"), language)
        if not grade or not title:
            continue
        supervision = SUPERVISION.get(elements.supervision)
        made.append(said({
            "type": "LearningAssessment",
            "title": title,
            "awardedBy": dict(process),
            "grade": note(str(grade), language),
            "idVerification": listed("supervision-verification", *supervision) if supervision
            else concept(None, None, {"en": elements.supervision}) if elements.supervision else None,
            "specifiedBy": said({
                "id": description.get("id"),
                "type": "LearningAssessmentSpecification",
                "title": title,
                "dcType": concept(None, None, {language: elements.assessment_type}) if elements.assessment_type else None,
            }),
        }))  # fmt: skip
    return made


def _display(spoken: Mapping[str, Any], page: bytes | None) -> dict[str, Any]:
    picture = pages.mark() if page is None else page
    kind = next((name for start, name in _PICTURES.items() if picture.startswith(start)), None)
    if kind is None or len(picture) > MAX_PAGE:
        raise CredentialError(
            "bad_image",
            f"The picture of the page must be a PNG or a JPEG of at most {MAX_PAGE // 1024**2} MiB.",
            where="page",
        )
    media = {
        "type": "MediaObject",
        "content": base64.b64encode(picture).decode(),
        "contentEncoding": listed(*_BASE64),
        "contentType": concept(f"{AUTHORITY}file-type/{kind}", f"{AUTHORITY}file-type", {"en": kind}),
    }
    detail = {"type": "DisplayDetail", "image": media, "page": 1}
    return {"type": "IndividualDisplay", "language": dict(spoken), "displayDetail": detail}
