"""What an Open Badges 2.0 or 1.x document must say (Open Badges 2.0 section 3; Open Badges 1.1 and 1.0, Assertion)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.form import Fault
from cairn.credentials.jsontext import as_list
from cairn.credentials.openbadges2.dates import is_exact, read_date
from cairn.credentials.openbadges2.documents import embedded, id_of, is_revoked, kind_of, one, way_of

_NOT_AN_AWARD = {
    "BadgeClass": (
        "badge_class",
        "It describes a badge (a BadgeClass) and what it is given for. It is no award of that badge to anybody.",
    ),
    "Profile": (
        "issuer_profile",
        "It describes an issuer (a Profile). It is no award of a badge to anybody.",
    ),
    "CryptographicKey": ("issuer_key", "It is a key of an issuer, and no award of a badge."),
    "RevocationList": ("revocation_list", "It is an issuer's list of revoked awards, and no award of a badge."),
}


def faults_of(document: Mapping[str, Any]) -> list[Fault]:
    """Return the broken rules that the meaning of the award hangs on."""
    return list(_faults(document))


def gaps_of(document: Mapping[str, Any]) -> list[Fault]:
    """Return what Open Badges 2.0 still requires and is worth a remark."""
    return list(_gaps(document))


def _faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    kind = kind_of(document)
    if kind in _NOT_AN_AWARD:
        code, message = _NOT_AN_AWARD[kind]
        yield Fault(code, "type", message)
        return
    if kind is None:
        yield Fault("bad_type", "type", "It does not say what it is: an award (Assertion) or an Endorsement.")
        return
    # A revoked award may be stripped to its id (Open Badges 2.0, Assertion, revoked).
    if is_revoked(document) and "badge" not in document:
        return
    for name, end in (("issuedOn", False), ("issued_on", False), ("expires", True)):
        if document.get(name) is not None and read_date(document[name], end=end) is None:
            yield Fault("bad_moment", name, f"{name} must be a moment, such as 2026-03-01T00:00:00Z.")
    begin = read_date(document.get("issuedOn", document.get("issued_on")))
    finish = read_date(document.get("expires"), end=True)
    if begin is not None and finish is not None and finish < begin:
        yield Fault("bad_period", "expires", "It would end before it begins.")
    if kind == "Endorsement":
        if embedded(document.get("claim")) is None or id_of(embedded(document.get("claim"))) is None:
            yield Fault("bad_subject", "claim", "An endorsement must say what it endorses.")
        if id_of(one(document.get("issuer"))) is None:
            yield Fault("bad_issuer", "issuer", "An endorsement must say who makes it, by an address.")
        return
    yield from _assertion_faults(document)


def _assertion_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    recipient = one(document.get("recipient"))
    identity = (
        recipient
        if isinstance(recipient, str)
        else recipient.get("identity")
        if isinstance(recipient, Mapping)
        else None
    )
    if not isinstance(identity, str) or not identity:
        yield Fault("bad_subject", "recipient", "An award must say to whom it was given.")
    elif isinstance(recipient, Mapping) and not isinstance(recipient.get("salt", ""), str | None):
        yield Fault("bad_subject", "recipient.salt", "The salt of the recipient's fingerprint must be a text.")
    badge = one(document.get("badge"))
    if not (isinstance(badge, Mapping) and badge) and id_of(badge) is None:
        yield Fault("bad_badge", "badge", "An award must say which one badge was awarded.")
    elif isinstance(badge, Mapping) and isinstance(one(badge.get("issuer")), list):
        yield Fault("bad_issuer", "badge.issuer", "A badge must name one issuer.")
    if isinstance(one(document.get("verification", document.get("verify"))), list):
        yield Fault("bad_verification", "verification", "An award must name one way of verifying it.")


def _gaps(document: Mapping[str, Any]) -> Iterator[Fault]:
    if kind_of(document) != "Assertion" or "@context" not in document:
        return
    if document.get("issuedOn") is None:
        yield Fault("missing", "issuedOn", "issuedOn is required and missing.")
    for name in ("issuedOn", "expires"):
        if document.get(name) is not None and not is_exact(document[name]):
            yield Fault("bad_moment", name, f"{name} should have a time and a time zone; it is read as UTC.")
    if way_of(document) is None:
        yield Fault("missing", "verification", "verification is required and missing.")
    badge = embedded(document.get("badge")) or {}
    for name in ("name", "description", "image", "criteria"):
        if badge and not badge.get(name):
            yield Fault("missing", f"badge.{name}", f"badge.{name} is required and missing.")
    issuer = embedded(badge.get("issuer")) or {}
    for name in ("name", "url"):
        if issuer and not as_list(issuer.get(name)):
            yield Fault("missing", f"badge.issuer.{name}", f"badge.issuer.{name} is required and missing.")
