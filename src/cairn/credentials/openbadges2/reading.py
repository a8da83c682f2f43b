"""The same facts in the words of Open Badges 3.0, and the records of the two forms.

An assertion becomes an OpenBadgeCredential, its badge the Achievement, its issuer the Profile, its recipient an IdentityObject or the
subject's id. Where a document only names the address of its badge, the reading has no more to say of it than that address. What
has no word in Open Badges 3.0 stays in the document, unharmed. Source: Open Badges 3.0 appendix on upgrading from 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.form import Form
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.openbadges2.dates import as_stamp
from cairn.credentials.openbadges2.documents import (
    CONTEXT_2,
    address_of,
    embedded,
    id_of,
    kind_of,
    one,
    version_of,
)
from cairn.credentials.openbadges2.rules import faults_of, gaps_of

IDENTITY_TYPES = {
    "email": "emailAddress",
    "schema:email": "emailAddress",
    "http://schema.org/email": "emailAddress",
    "https://schema.org/email": "emailAddress",
    "url": "ext:url",
    "telephone": "ext:telephone",
    "id": "ext:id",
}
"""What a recipient is identified by: the word of Open Badges 2.0 → that of Open Badges 3.0 (IdentifierTypeEnum, ``ext:`` for others)."""

_HASHED = ("sha256$", "md5$", "sha1$", "sha512$")


def reading_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of an assertion or an endorsement in the words of Open Badges 3.0. Never raises, however broken it is."""
    if kind_of(document) == "Endorsement":
        return _endorsement(document)
    document = _with_whole_addresses(document)
    badge = embedded(document.get("badge"))
    issuer = one(badge.get("issuer")) if badge is not None else None
    return _said(
        {
            "id": address_of(document),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": _profile(issuer),
            "validFrom": as_stamp(document.get("issuedOn", document.get("issued_on"))),
            "validUntil": as_stamp(document.get("expires"), end=True),
            "image": _image(document.get("image")),
            "credentialSubject": {
                "type": ["AchievementSubject"],
                **_recipient(document),
                "achievement": _achievement(document.get("badge")),
                "narrative": document.get("narrative"),
            },
            "evidence": [_evidence(each) for each in as_list(document.get("evidence"))],
            "endorsement": _endorsements(document),
        }
    )


def _with_whole_addresses(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """In 0.5, addresses could be left at their path on the issuer's origin."""
    badge = embedded(document.get("badge")) or {}
    origin = (embedded(badge.get("issuer")) or {}).get("origin")
    if not isinstance(origin, str):
        return document

    def whole(node: Mapping[str, Any]) -> dict[str, Any]:
        paths = {name: node[name] for name in ("evidence", "image", "criteria") if str(node.get(name)).startswith("/")}
        return {**node, **{name: origin.rstrip("/") + path for name, path in paths.items() if isinstance(path, str)}}

    return {**whole(document), "badge": whole(badge)}


def _endorsement(document: Mapping[str, Any]) -> dict[str, Any]:
    claim = embedded(document.get("claim")) or {}
    said = {name: value for name, value in claim.items() if name not in ("id", "@id", "type", "@type")}
    return _said(
        {
            "id": address_of(document),
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "issuer": _profile(one(document.get("issuer"))),
            "validFrom": as_stamp(document.get("issuedOn")),
            "validUntil": as_stamp(document.get("expires"), end=True),
            "credentialSubject": {"id": id_of(claim), "type": ["EndorsementSubject"], **said},
        }
    )


def _recipient(document: Mapping[str, Any]) -> dict[str, Any]:
    """Whom it is about: the subject's id where an id stands in the open, an IdentityObject for everything else."""
    recipient = one(document.get("recipient"))
    if isinstance(recipient, str):
        recipient = {"type": "email", "identity": recipient, "salt": document.get("salt", "")}
    if not isinstance(recipient, Mapping):
        return {}
    identity = recipient.get("identity")
    kinds = [name for name in as_list(recipient.get("type", recipient.get("@type", "email"))) if isinstance(name, str)]
    kind = next((name for name in kinds if name in IDENTITY_TYPES), kinds[0] if kinds else "email")
    looks_hashed = isinstance(identity, str) and identity.lower().startswith(_HASHED)
    hashed = recipient.get("hashed") in (True, "true") or (looks_hashed and "hashed" not in recipient)
    if kind == "id" and not hashed:
        return {"id": identity}
    entry: dict[str, Any] = {
        "type": "IdentityObject",
        "hashed": hashed,
        "identityHash": identity,
        "identityType": IDENTITY_TYPES.get(kind, kind if kind.startswith("ext:") else f"ext:{kind}"),
    }
    if isinstance(recipient.get("salt"), str) and recipient["salt"]:
        entry["salt"] = recipient["salt"]
    return {"identifier": [entry]}


def _achievement(value: Any) -> dict[str, Any] | None:
    badge = embedded(value)
    if badge is None:
        address = id_of(one(value))
        return None if address is None else {"id": address, "type": ["Achievement"]}
    return _said(
        {
            "id": id_of(badge),
            "type": ["Achievement"],
            "achievementType": "Badge",
            "name": badge.get("name"),
            "description": badge.get("description"),
            "criteria": _criteria(badge.get("criteria")),
            "image": _image(badge.get("image")),
            "alignment": [
                _alignment(each) for each in objects(as_list(badge.get("alignment", badge.get("alignments"))))
            ],
            "tag": [tag for tag in as_list(badge.get("tags")) if isinstance(tag, str)],
            "version": None if badge.get("version") is None else str(badge["version"]),
            "inLanguage": badge.get("@language"),
            "related": [_related(each) for each in as_list(badge.get("related")) if id_of(each)],
            "endorsement": _endorsements(badge),
        }
    )


def _profile(value: Any) -> dict[str, Any] | None:
    profile = embedded(value)
    if profile is None:
        address = id_of(value)
        return None if address is None else {"id": address, "type": ["Profile"]}
    return _said(
        {
            "id": id_of(profile) or _origin(profile),
            "type": ["Profile"],
            "name": profile.get("name"),
            "description": profile.get("description"),
            # 0.5 and 1.0 spoke of an origin, and of a contact.
            "url": id_of(one(profile.get("url"))) or profile.get("origin"),
            "email": profile.get("email", profile.get("contact")),
            "phone": profile.get("telephone"),
            "image": _image(profile.get("image")),
            "endorsement": _endorsements(profile),
        }
    )


def _origin(profile: Mapping[str, Any]) -> Any:
    """Before 1.1 an issuer had no id of its own: the origin (0.5) or home page (1.0) it names is what it is known by."""
    return profile.get("origin", profile.get("url"))


def _criteria(value: Any) -> dict[str, Any] | None:
    value = one(value)
    if isinstance(value, Mapping):
        return _said({"id": id_of(value), "type": "Criteria", "narrative": value.get("narrative")})
    if not isinstance(value, str):
        return None
    # Some 1.x badges hold the criteria themselves where their address should be.
    return {"type": "Criteria", "id": value} if is_absolute_iri(value) else {"type": "Criteria", "narrative": value}


def _image(value: Any) -> dict[str, Any] | None:
    value = one(value)
    address = id_of(value)
    if address is None:
        return None
    caption = value.get("caption") if isinstance(value, Mapping) else None
    return _said({"id": address, "type": "Image", "caption": caption})


def _alignment(entry: Mapping[str, Any]) -> dict[str, Any]:
    # Open Badges 1.x said name, url and description.
    return _said(
        {
            "type": ["Alignment"],
            "targetName": entry.get("targetName", entry.get("name")),
            "targetUrl": id_of(entry.get("targetUrl", entry.get("url"))),
            "targetDescription": entry.get("targetDescription", entry.get("description")),
            "targetFramework": entry.get("targetFramework"),
            "targetCode": entry.get("targetCode"),
        }
    )


def _related(value: Any) -> dict[str, Any]:
    node = embedded(value) or {}
    version = node.get("version")
    return _said(
        {
            "id": id_of(value),
            "type": ["Related"],
            "inLanguage": node.get("@language"),
            "version": None if version is None else str(version),
        }
    )


def _evidence(value: Any) -> dict[str, Any] | None:
    if isinstance(value, str):
        key = "id" if is_absolute_iri(value) else "narrative"
        return {key: value, "type": ["Evidence"]}
    if not isinstance(value, Mapping):
        return None
    kept = {name: value.get(name) for name in ("narrative", "name", "description", "genre", "audience")}
    return _said({"id": id_of(value), "type": ["Evidence"], **kept})


def _endorsements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Whole endorsements as they stand, each with the vocabulary it shares with the document around it; mere addresses are left."""
    return [{"@context": CONTEXT_2, **each} for each in objects(as_list(document.get("endorsement")))]


def _said(node: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the document does not say."""
    return {name: value for name, value in node.items() if value is not None and value not in ([], {}, "")}


def _is_2(document: Mapping[str, Any]) -> bool:
    return version_of(document) == "2"


def _is_1(document: Mapping[str, Any]) -> bool:
    return version_of(document) in ("1", "1.0", "0.5")


OB_2 = Form("ob-2.0", "Open Badges 2.0", _is_2, faults_of, gaps_of, reading_of)
OB_1 = Form("ob-1.x", "Open Badges 1", _is_1, faults_of, gaps_of, reading_of)
