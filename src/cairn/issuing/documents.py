"""What a signed award says, built once from the rows at the moment of signing. Pure: rows in, a JSON-ready document out.

The document never holds the holder's e-mail address or name in clear: the address stands as a salted hash (Open Badges 3.0,
IdentityObject), beside the holder's own DID where there is one. Whoever meets the holder can check either; whoever finds the file
learns neither. The hash is still personal data, since addresses can be guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cairn import credentials
from cairn.catalog.achievements import achievement_document, result_level_id
from cairn.credentials.moments import format_moment
from cairn.issuing.addresses import issuer_url, status_list_url
from cairn.issuing.models import Award, StatusList
from cairn.people.models import Organisation


def issuer_profile(organisation: Organisation, did: str) -> dict[str, Any]:
    """Return the Open Badges Profile of an organisation under its identifier ``did``."""
    profile: dict[str, Any] = {
        "id": did,
        "type": ["Profile"],
        "name": organisation.name,
        "url": organisation.website or issuer_url(organisation),
    }
    if organisation.email:
        profile["email"] = organisation.email
    if organisation.country:
        address = {"type": ["Address"], "addressCountryCode": organisation.country}
        if organisation.region:
            address["addressRegion"] = organisation.region
        profile["address"] = address
    return profile


def award_document(
    award: Award, *, did: str, status_list: StatusList, status_index: int, salt: str, at: datetime, awarded_at: datetime
) -> dict[str, Any]:
    """Return the unsigned AchievementCredential of an award.

    ``at`` becomes ``validFrom``; ``awarded_at`` becomes ``awardedDate``, which a corrected award keeps from its predecessor; ``salt`` goes
    into the hash of the holder's address.
    """
    achievement = achievement_document(award.version)
    url = status_list_url(award.organisation, status_list.purpose, status_list.number)
    return credentials.achievement_credential(
        id=f"urn:uuid:{award.pk}",
        issuer=issuer_profile(award.organisation, did),
        name=award.version.title,
        achievement=achievement,
        subject=_subject(award, achievement, salt),
        valid_from=at.replace(microsecond=0),
        valid_until=award.valid_until.replace(microsecond=0) if award.valid_until else None,
        awarded_date=awarded_at.replace(microsecond=0),
        evidence=[evidence_entry(item) for item in award.evidence],
        status=[credentials.status_entry(url, status_index, status_list.purpose)],
    )


def evidence_entry(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Open Badges Evidence of ``{name, genre, description, url}``; the link only where the learner chose to share it."""
    entry: dict[str, Any] = {"type": ["Evidence"]}
    if item.get("url"):
        entry["id"] = item["url"]
    return entry | {name: item[name] for name in ("name", "description", "genre") if item.get(name)}


def result_entries(award: Award) -> list[dict[str, Any]]:
    """Return the Open Badges Results: for each criterion its ResultDescription in the achievement and the level that was reached."""
    names = {
        (criterion["id"], level["id"]): level["name"]
        for criterion in (award.version.rubric or {}).get("criteria", [])
        for level in criterion["levels"]
    }
    entries = []
    for result in award.results:
        description, level = result_level_id(award.version, result["criterion"], result["level"])
        name = names[result["criterion"], result["level"]]
        entries.append({"type": ["Result"], "resultDescription": description, "achievedLevel": level, "value": name})
    return entries


def _subject(award: Award, achievement: Mapping[str, Any], salt: str) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": [credentials.identity_object(award.holder.email, salt)],
        "achievement": achievement,
    }
    if award.holder.did:
        subject["id"] = award.holder.did
    if award.activity_start:
        subject["activityStartDate"] = format_moment(award.activity_start.replace(microsecond=0))
    if award.activity_end:
        subject["activityEndDate"] = format_moment(award.activity_end.replace(microsecond=0))
    if award.version.credits is not None:
        subject["creditsEarned"] = float(award.version.credits)
    if award.results:
        subject["result"] = result_entries(award)
    return subject
