"""Which document is what, in Open Badges 2.0 and before: version, type, id, and how it says it can be verified.

Two spellings of everything: JSON-LD lets ``@id`` stand for ``id`` and ``@type`` for ``type``, one value for a list of one, an address for
the document that lies there, and ``verify`` for ``verification``. Everything here is read leniently and believed by nobody yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cairn.credentials.jsontext import as_list

CONTEXT_2 = "https://w3id.org/openbadges/v2"
CONTEXT_1 = "https://w3id.org/openbadges/v1"
_CONTEXT = re.compile(
    r"https?://(?:w3id\.org/openbadges|(?:www\.)?openbadgespec\.org|openbadges\.org|standard\.openbadges\.org)"
    r"/v([12])(?:/context(?:\.json)?)?/?\Z"
)
_VERIFICATION = {
    "hosted": "hosted",
    "HostedBadge": "hosted",
    "obi:HostedBadge": "hosted",
    "https://w3id.org/openbadges#HostedBadge": "hosted",
    "signed": "signed",
    "SignedBadge": "signed",
    "obi:SignedBadge": "signed",
    "https://w3id.org/openbadges#SignedBadge": "signed",
}
KINDS = {
    "Assertion": "Assertion",
    "BadgeClass": "BadgeClass",
    "Issuer": "Profile",
    "IssuerOrg": "Profile",
    "Profile": "Profile",
    "Endorsement": "Endorsement",
    "CryptographicKey": "CryptographicKey",
    "Key": "CryptographicKey",
    "RevocationList": "RevocationList",
}
"""Type as written (plain, or compact with ``obi:``) → the class it means."""


def version_of(document: Mapping[str, Any]) -> str | None:
    """Return ``2``, ``1`` (that is 1.1), ``1.0`` or ``0.5``; None for a document that is no Open Badges before 3.0."""
    if "VerifiableCredential" in as_list(document.get("type")):
        return None
    found = [
        match[1] for one in as_list(document.get("@context")) if isinstance(one, str) and (match := _CONTEXT.match(one))
    ]
    if found:
        return max(found)
    if "@context" in document or "badge" not in document or "recipient" not in document:
        return None
    # Before 1.1 there was no context: an assertion shows itself by what it holds.
    if isinstance(document["recipient"], str):
        return "0.5" if isinstance(document["badge"], Mapping) else None
    return "1.0" if isinstance(document["recipient"], Mapping) else None


def kind_of(document: Mapping[str, Any]) -> str | None:
    """Return the class of a document, one of the values of :data:`KINDS`; without a type, what its fields show."""
    types = [name for name in as_list(document.get("type", document.get("@type"))) if isinstance(name, str)]
    for name in types:
        if kind := KINDS.get(name.removeprefix("obi:").rpartition("openbadges#")[2]):
            return kind
    if types:
        return None
    if "badge" in document and "recipient" in document:
        return "Assertion"
    if is_revoked(document):
        return "Assertion"
    if "revokedAssertions" in document:
        return "RevocationList"
    if "criteria" in document and "issuer" in document:
        return "BadgeClass"
    if "publicKeyPem" in document:
        return "CryptographicKey"
    return "Profile" if "name" in document and ("url" in document or "origin" in document) else None


def id_of(value: Any) -> str | None:
    """Return the id of a document, or the address that stands for it."""
    if isinstance(value, Mapping):
        value = value.get("id", value.get("@id"))
    return value if isinstance(value, str) and value else None


def one(value: Any) -> Any:
    """Return the value, taken out of a list of one; a list of several is returned as it is."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def embedded(value: Any) -> Mapping[str, Any] | None:
    """Return the document if it stands there itself, None if only its address does."""
    value = one(value)
    return value if isinstance(value, Mapping) else None


def verification_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the verification object (``verification``, or ``verify`` as it was called), or an empty one."""
    return embedded(document.get("verification", document.get("verify"))) or {}


def way_of(document: Mapping[str, Any]) -> str | None:
    """Return ``hosted`` or ``signed``, the text as it stands for another way, or None where nothing is said."""
    said = [name for name in as_list(verification_of(document).get("type")) if isinstance(name, str)]
    for name in said:
        if name in _VERIFICATION:
            return _VERIFICATION[name]
    return said[0] if said else None


def address_of(assertion: Mapping[str, Any]) -> str | None:
    """Return where an assertion says it lies: its id, or the verification address of 1.x; None if it says neither."""
    own = id_of(assertion)
    if own is not None:
        return own
    named = verification_of(assertion).get("url")
    return named if isinstance(named, str) and way_of(assertion) != "signed" else None


def is_revoked(assertion: Mapping[str, Any]) -> bool:
    """Tell whether a hosted document says of itself that it was revoked."""
    return assertion.get("revoked") is True or str(assertion.get("revoked")).lower() == "true"
