"""Small objects of the European Learning Model that stand in many places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.elm.graph import said
from cairn.credentials.elm.words import concept, listed

_ECTS = ("education-credit", "6fcec5c5af", "European Credit Transfer System")


def note(text: str, language: str) -> dict[str, Any]:
    """Return a free text as a Note."""
    return {"type": "Note", "noteLiteral": {language: text}}


def credit_point(points: object, scheme: str) -> dict[str, Any] | None:
    """Return credit points of ``scheme``; Open Badges does not say of which, so without one they are the issuer's own."""
    if isinstance(points, bool) or not isinstance(points, int | float):
        return None
    system = listed(*_ECTS) if scheme == "ECTS" else concept(None, None, {"en": scheme or "The issuer's own credits"})
    return {"type": "CreditPoint", "framework": system, "point": repr(points).removesuffix(".0")}


def identifier(value: str, scheme: str | None, country: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return an Identifier, or a LegalIdentifier where a country gave it."""
    kind = "Identifier" if country is None else "LegalIdentifier"
    return said({"type": kind, "notation": value, "schemeName": scheme, "spatial": dict(country) if country else None})


def mailbox(address: str) -> dict[str, Any]:
    """Return an e-mail address as a Mailbox."""
    return {"id": f"mailto:{address}", "type": "Mailbox"}


def web(address: str) -> dict[str, Any]:
    """Return a web address as a WebResource."""
    return {"type": "WebResource", "contentURL": address}
