"""One award as Open Badges 2.0: the four documents an issuer publishes beside the Open Badges 3.0 credential, with the same facts.

    open_badges_2(credential, assertion_url=…, badge_url=…, issuer_url=…)   → an OpenBadges2, to be published at these addresses
    sealed(badge, signer)                                                   → the same assertion as a signed token (JWS)

What Open Badges 2.0 has no word for (results, credits, the type of achievement) is left out and named in ``left_out``, never bent.
Each document points back by ``related`` at what it is another edition of. Source: Open Badges 2.0, sections 3 and 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.jose.algorithms import algorithm_for
from cairn.credentials.jsontext import as_list, objects, serialise
from cairn.credentials.keys import PublicKey, Signer
from cairn.credentials.model import Credential
from cairn.credentials.moments import format_moment
from cairn.credentials.multibase import base64url
from cairn.credentials.openbadges2.documents import CONTEXT_2
from cairn.credentials.openbadges2.left_out import left_out_of
from cairn.credentials.openbadges2.pem import pem_of
from cairn.credentials.openbadges2.places import badge_in_scope, https_twin, in_scope, place_of
from cairn.credentials.texts import plain_text

_RECIPIENT_TYPES = {"emailAddress": "email", "ext:url": "url", "ext:telephone": "telephone", "ext:id": "id"}


@dataclass(frozen=True, slots=True)
class OpenBadges2:
    """The documents of one award. ``left_out`` names what Open Badges 2.0 cannot say, as JSON paths of the Open Badges 3.0 reading."""

    assertion: dict[str, Any]
    badge: dict[str, Any]
    issuer: dict[str, Any]
    revocation_list: dict[str, Any] | None = None
    key: dict[str, Any] | None = None
    left_out: tuple[str, ...] = ()

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        """Address → what to publish there (as ``application/ld+json``). A signed assertion is handed over, not published."""
        published = [self.badge, self.issuer, self.revocation_list, self.key]
        if self.assertion["verification"]["type"] == "HostedBadge":
            published.insert(0, self.assertion)
        return {one["id"]: one for one in published if one is not None}


def open_badges_2(
    credential: Credential,
    *,
    assertion_url: str,
    badge_url: str,
    issuer_url: str,
    image_url: str | None = None,
    issuer_email: str | None = None,
    issuer_home: str | None = None,
    awards_under: str | None = None,
    revocation_list_url: str | None = None,
    revoked: Iterable[tuple[str, str | None]] = (),
    signed_with: tuple[str, PublicKey] | None = None,
) -> OpenBadges2:
    """Return an award in the documents of Open Badges 2.0.

    The three addresses are where they will be published, over https; for a signed badge ``assertion_url`` may be a ``urn:uuid:…``.
    ``image_url``, ``issuer_email`` and ``issuer_home`` fill in what Open Badges 2.0 requires and 3.0 does not, where the credential does
    not say it. ``awards_under`` is the beginning of all addresses of this issuer's awards: needed where several issuers share a
    site, since without it a whole site is vouched for. ``revoked`` are ids and reasons for the list at ``revocation_list_url``.
    ``signed_with``: the address at which the key is published, and the key.

    Raises CredentialError ``missing`` for what Open Badges 2.0 requires and nobody says, ``bad_address``, ``out_of_scope`` for
    addresses that the issuer's profile would not vouch for.
    """
    hosted = signed_with is None
    for address in (
        badge_url,
        issuer_url,
        *([assertion_url] if hosted else []),
        *([signed_with[0]] if signed_with else []),
    ):
        if https_twin(address) is None or not address.startswith("https://"):
            raise CredentialError(
                "bad_address",
                f"Open Badges 2.0 is published at https addresses, and “{address[:100]}” is none.",
                remedy="Give an address such as https://example.org/awards/7.",
            )
    reading = credential.reading
    issuer = _issuer(reading, issuer_url, issuer_email, issuer_home, awards_under)
    if signed_with is not None:
        issuer["publicKey"] = signed_with[0]
    if revocation_list_url is not None:
        issuer["revocationList"] = revocation_list_url
    badge = _badge(credential, badge_url, issuer_url, image_url)
    way = {"type": "HostedBadge"} if signed_with is None else {"type": "SignedBadge", "creator": signed_with[0]}
    assertion = _assertion(credential, assertion_url, badge_url, way)
    if (hosted and not in_scope(assertion_url, issuer)) or not badge_in_scope(badge_url, issuer):
        raise CredentialError(
            "out_of_scope",
            "The award or the badge would lie where the issuer's profile does not vouch for it.",
            remedy="Publish all of them on the issuer's own site, under the given beginning of addresses.",
        )
    return OpenBadges2(
        assertion,
        badge,
        issuer,
        None if revocation_list_url is None else _revocation_list(revocation_list_url, issuer_url, revoked),
        None if signed_with is None else _key(*signed_with, issuer_url),
        left_out_of(reading),
    )


def sealed(badge: OpenBadges2, signer: Signer) -> str:
    """Return the assertion as a compact JWS (RFC 7515): RS256 with an RSA key, as every old verifier knows it; ES256, EdDSA for newer ones.

    Raises ``not_signed`` if the award was not written to be signed, ``other_key`` if with another key than ``signer`` holds.
    """
    creator = badge.assertion["verification"].get("creator")
    if creator is None or badge.key is None:
        raise CredentialError(
            "not_signed", "This award is written as a hosted one.", remedy="Write it with signed_with=(address, key)."
        )
    if signer.verification_method != creator:
        raise CredentialError(
            "other_key", f"This award says it is signed with {creator}, and the signer holds another key."
        )
    header = {"alg": algorithm_for(signer.key_type)}
    parts = (serialise(header), serialise(badge.assertion))
    signing_input = ".".join(base64url(part.encode()) for part in parts)
    return f"{signing_input}.{base64url(signer.sign(signing_input.encode('ascii')))}"


def _assertion(credential: Credential, url: str, badge_url: str, way: dict[str, str]) -> dict[str, Any]:
    issued = credential.valid_from or credential.awarded_date
    if issued is None:
        raise _missing("issuedOn", "when it was awarded")
    subject = credential.subject
    return _said(
        {
            "@context": CONTEXT_2,
            "type": "Assertion",
            "id": url,
            "recipient": _recipient(subject),
            "badge": badge_url,
            "verification": way,
            "issuedOn": format_moment(issued),
            "expires": None if credential.valid_until is None else format_moment(credential.valid_until),
            "image": _image(credential.reading.get("image")),
            "narrative": plain_text(subject.get("narrative")),
            "evidence": [_evidence(one) for one in objects(as_list(credential.reading.get("evidence")))],
            **_edition_of(credential.id, url, "Assertion"),
        }
    )


def _recipient(subject: Mapping[str, Any]) -> dict[str, Any]:
    for entry in objects(as_list(subject.get("identifier"))):
        kind = _RECIPIENT_TYPES.get(str(entry.get("identityType")))
        identity = entry.get("identityHash")
        if kind is not None and isinstance(identity, str) and identity:
            hashed = entry.get("hashed") is True
            salt = entry.get("salt") if hashed else None
            return _said({"type": kind, "hashed": hashed, "identity": identity, "salt": salt})
    named = subject.get("id")
    if not isinstance(named, str) or not named:
        raise _missing("recipient", "to whom it was given: an identifier such as a hashed e-mail address, or an id")
    if named.lower().startswith("mailto:"):
        return {"type": "email", "hashed": False, "identity": named[7:]}
    return {"type": "id", "hashed": False, "identity": named}


def _badge(credential: Credential, url: str, issuer_url: str, image_url: str | None) -> dict[str, Any]:
    achievement = credential.achievement
    if achievement is None:
        raise _missing("badge", "what was achieved")
    image = _image(achievement.get("image")) or image_url or _image(credential.reading.get("image"))
    if image is None:
        raise _missing("badge.image", "what its picture is", "Give image_url.")
    criteria = _criteria(achievement.get("criteria"))
    badge = {
        "@context": CONTEXT_2,
        "type": "BadgeClass",
        "id": url,
        "name": plain_text(achievement.get("name")),
        "description": plain_text(achievement.get("description")),
        "image": image,
        "criteria": criteria,
        "issuer": issuer_url,
        "alignment": [_alignment(one) for one in objects(as_list(achievement.get("alignment")))],
        "tags": [tag for tag in as_list(achievement.get("tag")) if isinstance(tag, str)],
        "version": achievement.get("version"),
        "@language": achievement.get("inLanguage"),
        **_edition_of(achievement.get("id"), url, "BadgeClass"),
    }
    for name, what in (
        ("name", "its name"),
        ("description", "a description of it"),
        ("criteria", "what it is earned for"),
    ):
        if not badge[name]:
            raise _missing(f"badge.{name}", what)
    return _said(badge)


def _issuer(
    reading: Mapping[str, Any], url: str, email: str | None, home: str | None, awards_under: str | None
) -> dict[str, Any]:
    given = reading.get("issuer")
    profile: Mapping[str, Any] = given if isinstance(given, Mapping) else {"id": given}
    issuer = {
        "@context": CONTEXT_2,
        "type": "Issuer",
        "id": url,
        "name": plain_text(profile.get("name")),
        "url": profile.get("url") or home,
        "email": profile.get("email") or email,
        "telephone": profile.get("phone"),
        "description": plain_text(profile.get("description")),
        "image": _image(profile.get("image")),
        "verification": None if awards_under is None else {"type": "VerificationObject", "startsWith": awards_under},
        **_edition_of(profile.get("id"), url, "Issuer"),
    }
    for name, what, remedy in (
        ("name", "who the issuer is", "Name the issuer in the credential."),
        ("url", "the issuer's home page", "Give issuer_home."),
        ("email", "the issuer's e-mail address", "Give issuer_email."),
    ):
        if not issuer[name]:
            raise _missing(f"issuer.{name}", what, remedy)
    return _said(issuer)


def _revocation_list(url: str, issuer_url: str, revoked: Iterable[tuple[str, str | None]]) -> dict[str, Any]:
    entries: list[Any] = [_said({"id": name, "revocationReason": reason}) for name, reason in revoked]
    if len(entries) == 1:
        # 1EdTech's validator takes a list of one for no list and then finds nobody in it; both permitted spellings make two.
        entries.append(entries[0]["id"])
    return {
        "@context": CONTEXT_2,
        "type": "RevocationList",
        "id": url,
        "issuer": issuer_url,
        "revokedAssertions": entries,
    }


def _key(url: str, key: PublicKey, issuer_url: str) -> dict[str, Any]:
    return {
        "@context": CONTEXT_2,
        "type": "CryptographicKey",
        "id": url,
        "owner": issuer_url,
        "publicKeyPem": pem_of(key),
    }


def _edition_of(own: Any, url: str, kind: str) -> dict[str, Any]:
    """Point back at what this document is another edition of.

    ``related`` takes what verifiers of that time know as an address; a DID stands under schema.org's word for the same thing.
    """
    if not isinstance(own, str) or not own or place_of(own) == place_of(url):
        return {}
    if https_twin(own) is not None or own.startswith("urn:uuid:"):
        return {"related": {"id": own, "type": kind}}
    return {"schema:sameAs": own}


def _criteria(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    return _said({"id": value.get("id"), "narrative": plain_text(value.get("narrative"))}) or None


def _alignment(entry: Mapping[str, Any]) -> dict[str, Any]:
    names = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
    return _said({name: entry.get(name) for name in names})


def _evidence(entry: Mapping[str, Any]) -> dict[str, Any]:
    return _said({name: entry.get(name) for name in ("id", "name", "description", "narrative", "genre", "audience")})


def _image(value: Any) -> str | dict[str, Any] | None:
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or not isinstance(value.get("id"), str):
        return None
    caption = plain_text(value.get("caption"))
    return {"id": value["id"], "caption": caption} if caption else str(value["id"])


def _said(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value is not None and value not in ([], {}, "")}


def _missing(where: str, what: str, remedy: str = "") -> CredentialError:
    return CredentialError(
        "missing", f"Open Badges 2.0 must say {what}, and the credential does not.", remedy=remedy, where=where
    )
